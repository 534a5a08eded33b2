//! The table of types: every field of the kinds that the laboratory knows.
//!
//! `types.txt` is written by `gen_types.py` from `k8s.io/api@v0.37.2`; its format is explained there. Text is
//! smaller to download than tables, and reading it takes a fraction of a millisecond, once.

use std::sync::OnceLock;

/// A struct of the API.
#[derive(Debug)]
pub(crate) struct Struct {
    /// Its Go name.
    pub name: &'static str,
    /// Its Go package.
    pub package: &'static str,
    /// Whether the server's internal struct has no JSON tags, so that messages show Go's names.
    pub untagged: bool,
    /// In the internal struct's order.
    pub fields: Vec<Field>,
}

/// One field.
#[derive(Debug)]
pub(crate) struct Field {
    /// Its name in JSON; of an embedded struct, the struct's.
    pub name: &'static str,
    /// Its name in Go, if that isn't the JSON name with a capital.
    pub go_name: Option<&'static str>,
    /// Its type.
    pub ty: Type,
    /// Whether its own fields stand in for it.
    pub embedded: bool,
    /// Whether it is left out when empty.
    pub omit_empty: bool,
    /// Whether it is left out when zero, even a struct.
    pub omit_zero: bool,
    /// Whether the schema says that it must be there.
    pub required: bool,
    /// Whether the server's internal struct has it.
    pub internal: bool,
}

/// A type, written as in `types.txt`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Type(pub &'static str);

/// What a type is.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    Pointer(Type),
    List(Type),
    Map(Type),
    Struct(&'static Struct),
    Text,
    Int32,
    Int64,
    Bool,
    Bytes,
    Quantity,
    Time,
    IntOrString,
    Any,
}

impl Type {
    /// What it is.
    pub fn kind(self) -> Kind {
        let rest = |count: usize| Type(self.0.get(count..).unwrap_or("a"));
        match self.0.as_bytes() {
            [b'*', ..] => Kind::Pointer(rest(1)),
            [b'[', ..] => Kind::List(rest(2)),
            [b'{', ..] => Kind::Map(rest(self.0.find('}').map_or(2, |end| end + 1))),
            [b'@', ..] => find(rest(1).0).map_or(Kind::Any, Kind::Struct),
            [b's', ..] => Kind::Text,
            [b'i', ..] => Kind::Int32,
            [b'l', ..] => Kind::Int64,
            [b'b', ..] => Kind::Bool,
            [b'y', ..] => Kind::Bytes,
            [b'q', ..] => Kind::Quantity,
            [b't' | b'm', ..] => Kind::Time,
            [b'n', ..] => Kind::IntOrString,
            _ => Kind::Any,
        }
    }

    /// Without its pointer.
    pub fn pointed(self) -> Self {
        match self.kind() {
            Kind::Pointer(inner) => inner,
            _ => self,
        }
    }

    /// How Go's messages name it.
    pub fn go_name(self) -> String {
        let named = self.0.find('(').and_then(|at| self.0.get(at + 1..self.0.len() - 1));
        match self.kind() {
            Kind::Pointer(inner) => inner.go_name(),
            Kind::List(inner) => format!("[]{}", inner.go_name()),
            Kind::Map(inner) => match self.0.get(1..self.0.find('}').unwrap_or(1)) {
                Some(name) if !name.is_empty() => name.to_owned(),
                _ => format!("map[string]{}", inner.go_name()),
            },
            Kind::Struct(of) => format!("{}.{}", of.package, of.name),
            Kind::Text => named.unwrap_or("string").to_owned(),
            Kind::Int32 => "int32".to_owned(),
            Kind::Int64 => "int64".to_owned(),
            Kind::Bool => "bool".to_owned(),
            Kind::Bytes => "[]uint8".to_owned(),
            Kind::Quantity => "resource.Quantity".to_owned(),
            Kind::Time => "v1.Time".to_owned(),
            Kind::IntOrString => "intstr.IntOrString".to_owned(),
            Kind::Any => "interface {}".to_owned(),
        }
    }
}

impl Struct {
    /// The field of that JSON name, with the embedded structs that hold it.
    pub fn field(&'static self, name: &str) -> Option<(Vec<&'static str>, &'static Field)> {
        if let Some(field) = self.fields.iter().find(|field| !field.embedded && field.name == name) {
            return Some((Vec::new(), field));
        }
        self.fields.iter().filter(|field| field.embedded).find_map(|field| {
            let Kind::Struct(inner) = field.ty.kind() else { return None };
            let (mut way, found) = inner.field(name)?;
            way.insert(0, field.name);
            Some((way, found))
        })
    }

    /// All fields, the embedded structs' in their place.
    pub fn each_field(&'static self, visit: &mut dyn FnMut(&'static Field)) {
        for field in &self.fields {
            match field.ty.kind() {
                Kind::Struct(inner) if field.embedded => inner.each_field(visit),
                _ => visit(field),
            }
        }
    }
}

fn table() -> &'static [Struct] {
    static TABLE: OnceLock<Vec<Struct>> = OnceLock::new();
    TABLE.get_or_init(|| include_str!("types.txt").lines().map(read_struct).collect())
}

/// Whether some struct has a field of that name.
pub(crate) fn is_field_name(name: &str) -> bool {
    table().iter().any(|of| of.fields.iter().any(|field| !field.embedded && field.name == name))
}

/// The struct of that Go name.
pub(crate) fn find(name: &str) -> Option<&'static Struct> {
    let table = table();
    // The lines are sorted.
    let at = table.binary_search_by(|known| known.name.cmp(name)).ok()?;
    table.get(at)
}

fn read_struct(line: &'static str) -> Struct {
    let (head, fields) = line.split_once(' ').unwrap_or((line, ""));
    let (head, package) = head.split_once('/').unwrap_or((head, "v1"));
    let name = head.trim_end_matches('!');
    let fields = fields.split(' ').filter(|field| !field.is_empty()).map(read_field).collect();
    Struct { name, package, untagged: name != head, fields }
}

fn read_field(text: &'static str) -> Field {
    let flags_at = text.find(['?', '~', '+', '-']).unwrap_or(text.len());
    let (text, flags) = text.split_at(flags_at);
    let embedded = text.starts_with('>');
    let (name, ty) = text.trim_start_matches('>').split_once(':').unwrap_or((text, "a"));
    let (go_name, name) = match name.split_once('=') {
        Some((go_name, name)) => (Some(go_name), name),
        None => (None, name),
    };
    Field {
        name,
        go_name,
        ty: Type(ty),
        embedded,
        omit_empty: flags.contains('?'),
        omit_zero: flags.contains('~'),
        required: flags.contains('+'),
        internal: !flags.contains('-'),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_of_the_table_is_there() {
        for line in include_str!("types.txt").lines() {
            let name = line.split([' ', '!', '/']).next().unwrap_or("");
            let found = find(name);
            assert!(found.is_some(), "{name}");
            for field in found.iter().flat_map(|s| &s.fields) {
                let mut ty = field.ty;
                while let Kind::Pointer(inner) | Kind::List(inner) | Kind::Map(inner) = ty.kind() {
                    ty = inner;
                }
                assert!(!ty.0.starts_with('@') || matches!(ty.kind(), Kind::Struct(_)), "{name} {ty:?}");
            }
        }
    }

    #[test]
    fn names_types_as_go_does() {
        let of =
            |name: &str, field: &str| find(name).and_then(|s| s.field(field)).map(|(way, f)| (way, f.ty.go_name()));
        assert_eq!(of("PodSpec", "restartPolicy"), Some((vec![], "v1.RestartPolicy".to_owned())));
        assert_eq!(of("PodSpec", "containers"), Some((vec![], "[]v1.Container".to_owned())));
        assert_eq!(of("Volume", "configMap"), Some((vec!["VolumeSource"], "v1.ConfigMapVolumeSource".to_owned())));
        assert_eq!(of("ResourceRequirements", "limits"), Some((vec![], "v1.ResourceList".to_owned())));
        assert_eq!(of("ObjectMeta", "labels"), Some((vec![], "map[string]string".to_owned())));
    }
}
