//! Where in the text each field of a document is.
//!
//! kubectl and the server speak of paths (`spec.template.spec.containers[0].image`); an editor wants
//! lines and columns. A [`Place`] mirrors the document's tree and turns the one into the other.

/// A stretch of the text. Lines and columns count from 1, columns in characters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Span {
    /// First line.
    pub line: u32,
    /// First column.
    pub column: u32,
    /// Line of the end.
    pub end_line: u32,
    /// Column just after the end.
    pub end_column: u32,
    /// First byte, from 0.
    pub start: u32,
    /// Byte just after the end.
    pub end: u32,
}

/// A value's position, with the positions of what is inside.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// The key that holds the value, if a mapping does.
    pub key: Option<Span>,
    /// The value itself.
    pub value: Span,
    /// What the value contains.
    pub inside: Inside,
}

/// What a value contains.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Inside {
    /// Nothing: a scalar.
    #[default]
    Leaf,
    /// A mapping's values, in the text's order; of equal keys the last counts.
    Map(Vec<(String, Place)>),
    /// A list's values.
    List(Vec<Place>),
}

impl Place {
    /// The position of the value at a path, if the text has it.
    pub fn value_at(&self, path: &str) -> Option<Span> {
        let (place, whole) = self.walk(path);
        whole.then_some(place.value)
    }

    /// The position of the key at a path, if the text has it.
    pub fn key_at(&self, path: &str) -> Option<Span> {
        let (place, whole) = self.walk(path);
        if whole { place.key } else { None }
    }

    /// The best position to show for a path: the value; or, if the field is missing, the key (or the
    /// item) that should hold it.
    pub fn nearest(&self, path: &str) -> Span {
        let (place, whole) = self.walk(path);
        match place.key {
            // Of a missing field, or of a whole block, its heading is clearer than all its lines.
            Some(key) if !whole || !matches!(place.inside, Inside::Leaf) => key,
            _ => place.value,
        }
    }

    /// The place of a path, if the text has it.
    pub(crate) fn find(&self, path: &str) -> Option<&Self> {
        let (place, whole) = self.walk(path);
        whole.then_some(place)
    }

    /// Changes every span.
    pub(crate) fn each(&mut self, change: &impl Fn(&mut Span)) {
        change(&mut self.value);
        if let Some(key) = &mut self.key {
            change(key);
        }
        match &mut self.inside {
            Inside::Leaf => {}
            Inside::Map(map) => map.iter_mut().for_each(|(_, place)| place.each(change)),
            Inside::List(list) => list.iter_mut().for_each(|place| place.each(change)),
        }
    }

    /// Follows a path as far as the text has it.
    fn walk(&self, path: &str) -> (&Self, bool) {
        let mut place = self;
        let mut rest = path;
        while !rest.is_empty() {
            match place.step(rest) {
                Some((next, left)) => (place, rest) = (next, left),
                None => return (place, false),
            }
        }
        (place, true)
    }

    fn step<'a, 'p>(&'a self, path: &'p str) -> Option<(&'a Self, &'p str)> {
        let path = path.strip_prefix('.').unwrap_or(path);
        if let Some(bracketed) = path.strip_prefix('[') {
            let (index, rest) = bracketed.split_once(']')?;
            return match &self.inside {
                Inside::List(list) => Some((list.get(index.parse::<usize>().ok()?)?, rest)),
                Inside::Map(map) => Some((last(map, index)?, rest)),
                Inside::Leaf => None,
            };
        }
        let Inside::Map(map) = &self.inside else { return None };
        let (name, rest) = path.split_at(path.find(['.', '[']).unwrap_or(path.len()));
        match last(map, name) {
            Some(place) => Some((place, rest)),
            // The server says `template.labels` where the manifest says `template.metadata.labels`.
            None if matches!(name, "labels" | "annotations") => Some((last(map, "metadata")?, path)),
            None => None,
        }
    }
}

fn last<'a>(map: &'a [(String, Place)], name: &str) -> Option<&'a Place> {
    map.iter().rev().find(|(key, _)| key == name).map(|(_, place)| place)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaf(line: u32) -> Place {
        Place { key: None, value: Span { line, ..Span::default() }, inside: Inside::Leaf }
    }

    fn map(items: Vec<(&str, Place)>) -> Place {
        Place { inside: Inside::Map(items.into_iter().map(|(k, v)| (k.to_owned(), v)).collect()), ..leaf(0) }
    }

    #[test]
    fn follows_the_servers_paths() {
        let list = Place { inside: Inside::List(vec![map(vec![("image", leaf(7))])]), ..leaf(0) };
        let labels = map(vec![("a.b/c", leaf(9))]);
        let root = map(vec![("spec", map(vec![("containers", list)])), ("metadata", map(vec![("labels", labels)]))]);
        assert_eq!(root.value_at("spec.containers[0].image").map(|s| s.line), Some(7));
        assert_eq!(root.value_at("metadata.labels[a.b/c]").map(|s| s.line), Some(9));
        assert_eq!(root.value_at("labels[a.b/c]").map(|s| s.line), Some(9));
        assert_eq!(root.value_at("spec.containers[1].image"), None);
        assert_eq!(root.value_at("spec.nope"), None);
        assert_eq!(root.nearest("spec.containers[0].image").line, 7);
    }
}
