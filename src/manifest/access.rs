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
    serde_json::from_str(text).unwrap_or_default()
}

/// Sets a text that is empty or isn't set.
#[inline(never)]
pub(crate) fn default_text(value: &mut Value, name: &str, to: &str) {
    if value.text(name).is_empty() {
        set(value, name, Value::from(to));
    }
}

/// A map's entries by key.
///
/// The only place that sorts entries: each type that is sorted costs the page some kilobytes.
#[inline(never)]
pub(crate) fn in_order(map: &Map<String, Value>) -> Vec<(&String, &Value)> {
    let mut entries: Vec<(&String, &Value)> = map.iter().collect();
    entries.sort_unstable_by_key(|entry| entry.0);
    entries
}

/// Sorts the keys at every level.
#[inline(never)]
pub(crate) fn sort_keys(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.sort_keys();
            map.values_mut().for_each(sort_keys);
        }
        Value::Array(items) => items.iter_mut().for_each(sort_keys),
        _ => {}
    }
}
