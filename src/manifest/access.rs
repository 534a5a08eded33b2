//! Reading and writing the fields of an object that is kept as JSON.

use serde_json::{Map, Value};

/// Short ways to a field. A field that isn't there reads as Go's zero.
///
/// They are called some hundred times, so they are kept out of line: the page is a third smaller for it.
pub(crate) trait Access {
    /// The field, if it is set.
    fn field(&self, name: &str) -> Option<&Value>;
    /// A text, empty if unset.
    fn text(&self, name: &str) -> &str;
    /// A number, if set.
    fn int(&self, name: &str) -> Option<i64>;
    /// A flag, if set.
    fn flag(&self, name: &str) -> Option<bool>;
    /// A list, empty if unset.
    fn list(&self, name: &str) -> &[Value];
    /// The entries of a map, by key.
    fn entries(&self, name: &str) -> Vec<(&String, &Value)>;
    /// Whether the field is set.
    fn has(&self, name: &str) -> bool;
}

impl Access for Value {
    #[inline(never)]
    fn field(&self, name: &str) -> Option<&Value> {
        self.get(name).filter(|value| !value.is_null())
    }

    #[inline(never)]
    fn text(&self, name: &str) -> &str {
        self.field(name).and_then(Value::as_str).unwrap_or("")
    }

    #[inline(never)]
    fn int(&self, name: &str) -> Option<i64> {
        self.field(name).and_then(Value::as_i64)
    }

    #[inline(never)]
    fn flag(&self, name: &str) -> Option<bool> {
        self.field(name).and_then(Value::as_bool)
    }

    #[inline(never)]
    fn list(&self, name: &str) -> &[Value] {
        self.field(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    #[inline(never)]
    fn entries(&self, name: &str) -> Vec<(&String, &Value)> {
        self.field(name).and_then(Value::as_object).map(in_order).unwrap_or_default()
    }

    #[inline(never)]
    fn has(&self, name: &str) -> bool {
        self.field(name).is_some()
    }
}

/// A struct that is always there, to read the fields of one that isn't.
pub(crate) static EMPTY: Value = Value::Null;

/// A field that is a struct; reads as empty if unset.
#[inline(never)]
pub(crate) fn sub<'a>(value: &'a Value, name: &str) -> &'a Value {
    value.get(name).unwrap_or(&EMPTY)
}

/// The fields of an object, which becomes one if it isn't.
#[inline(never)]
pub(crate) fn fields(value: &mut Value) -> &mut Map<String, Value> {
    if !value.is_object() {
        *value = Value::Object(Map::new());
    }
    match value {
        Value::Object(map) => map,
        // Never: it was just made one.
        _ => Box::leak(Box::default()),
    }
}

/// A field that is a struct, made if it isn't there.
pub(crate) fn sub_mut<'a>(value: &'a mut Value, name: &str) -> &'a mut Value {
    if !value.has(name) {
        set(value, name, Value::Object(Map::new()));
    }
    match value.get_mut(name) {
        Some(field) => field,
        // Never: it was just set.
        None => Box::leak(Box::default()),
    }
}

/// Sets a field that isn't set.
pub(crate) fn default_to(value: &mut Value, name: &str, to: impl Into<Value>) {
    if !value.has(name) {
        set(value, name, to.into());
    }
}

/// Sets a field.
#[inline(never)]
pub(crate) fn set(value: &mut Value, name: &str, to: Value) {
    fields(value).insert(name.to_owned(), to);
}

/// Takes a field away.
#[inline(never)]
pub(crate) fn unset(value: &mut Value, name: &str) {
    fields(value).shift_remove(name);
}

/// A JSON text of our own as a value.
pub(crate) fn literal(text: &str) -> Value {
    super::json::read(text, 0, 10).map(|read| read.0).unwrap_or_default()
}

/// Sets a text that is empty or isn't set.
#[inline(never)]
pub(crate) fn default_text(value: &mut Value, name: &str, to: &str) {
    if value.text(name).is_empty() {
        set(value, name, Value::from(to));
    }
}

/// A map's entries by key.
#[inline(never)]
pub(crate) fn in_order(map: &Map<String, Value>) -> Vec<(&String, &Value)> {
    let entries: Vec<(&String, &Value)> = map.iter().collect();
    let keys: Vec<&str> = map.keys().map(String::as_str).collect();
    sorted_indexes(&keys).into_iter().filter_map(|index| entries.get(index).copied()).collect()
}

/// Sorts the keys at every level.
#[inline(never)]
pub(crate) fn sort_keys(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.values_mut().for_each(sort_keys);
            order(map);
        }
        Value::Array(items) => items.iter_mut().for_each(sort_keys),
        _ => {}
    }
}

/// Sorts the keys of one map.
#[inline(never)]
pub(crate) fn order(map: &mut Map<String, Value>) {
    let keys: Vec<&str> = map.keys().map(String::as_str).collect();
    if keys.is_sorted() {
        return;
    }
    let indexes = sorted_indexes(&keys);
    let mut entries: Vec<Option<(String, Value)>> = std::mem::take(map).into_iter().map(Some).collect();
    for index in indexes {
        if let Some((name, value)) = entries.get_mut(index).and_then(Option::take) {
            map.insert(name, value);
        }
    }
}

/// The order of texts: a heap sort, the only sort of the room. The library's are faster, but each type that they sort
/// costs the page some kilobytes.
#[inline(never)]
pub(crate) fn sorted_indexes(texts: &[&str]) -> Vec<usize> {
    let mut heap: Vec<usize> = (0..texts.len()).collect();
    if texts.is_sorted() {
        return heap;
    }
    let text = |heap: &[usize], at: usize| heap.get(at).and_then(|index| texts.get(*index)).copied().unwrap_or("");
    let sink = |heap: &mut [usize], mut at: usize, end: usize| {
        loop {
            let mut child = 2 * at + 1;
            if child >= end {
                return;
            }
            if child + 1 < end && text(heap, child) < text(heap, child + 1) {
                child += 1;
            }
            if text(heap, at) >= text(heap, child) {
                return;
            }
            heap.swap(at, child);
            at = child;
        }
    };
    for start in (0..heap.len() / 2).rev() {
        let end = heap.len();
        sink(&mut heap, start, end);
    }
    for end in (1..heap.len()).rev() {
        heap.swap(0, end);
        sink(&mut heap, 0, end);
    }
    heap
}

/// Names already met, each with a number. A JSON map, because the page has that sort of map anyway.
#[derive(Default)]
pub(crate) struct Names(Map<String, Value>);

impl Names {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Keeps a name; whether it is new.
    #[inline(never)]
    pub fn insert(&mut self, name: &str) -> bool {
        self.0.insert(name.to_owned(), Value::Null).is_none()
    }

    /// Keeps a name with its number.
    #[inline(never)]
    pub fn set(&mut self, name: &str, number: usize) {
        self.0.insert(name.to_owned(), Value::from(number));
    }

    /// Whether the name was met.
    #[inline(never)]
    pub fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// The name's number.
    #[inline(never)]
    pub fn number(&self, name: &str) -> Option<usize> {
        self.0.get(name).and_then(Value::as_u64).and_then(|number| usize::try_from(number).ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorts() {
        let texts: Vec<String> = (0..200_u32).map(|n| (n * 7919 % 211).to_string()).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let sorted: Vec<&str> = sorted_indexes(&texts).into_iter().filter_map(|i| texts.get(i).copied()).collect();
        assert!(sorted.is_sorted() && sorted.len() == 200);
        let mut value = serde_json::json!({"b": 1, "a": {"d": 1, "c": 2}});
        sort_keys(&mut value);
        assert_eq!(value.to_string(), r#"{"a":{"c":2,"d":1},"b":1}"#);
    }
}
