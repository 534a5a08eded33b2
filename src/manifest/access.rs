//! Reading and writing the fields of an object that is kept as JSON.

use serde_json::{Map, Value};

/// Short ways to a field. A field that isn't there reads as Go's zero.
pub(crate) trait Access {
    /// The field, if it is set.
    fn field(&self, name: &str) -> Option<&Value>;

    /// A text, empty if unset.
    fn text(&self, name: &str) -> &str {
        self.field(name).and_then(Value::as_str).unwrap_or("")
    }

    /// A number, if set.
    fn int(&self, name: &str) -> Option<i64> {
        self.field(name).and_then(Value::as_i64)
    }

    /// A flag, if set.
    fn flag(&self, name: &str) -> Option<bool> {
        self.field(name).and_then(Value::as_bool)
    }

    /// A list, empty if unset.
    fn list(&self, name: &str) -> &[Value] {
        self.field(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    /// The entries of a map.
    fn entries(&self, name: &str) -> impl Iterator<Item = (&String, &Value)> {
        self.field(name).and_then(Value::as_object).into_iter().flatten()
    }

    /// Whether the field is set.
    fn has(&self, name: &str) -> bool {
        self.field(name).is_some()
    }
}

impl Access for Value {
    fn field(&self, name: &str) -> Option<&Value> {
        self.get(name).filter(|value| !value.is_null())
    }
}

/// A struct that is always there, to read the fields of one that isn't.
pub(crate) static EMPTY: Value = Value::Null;

/// A field that is a struct; reads as empty if unset.
pub(crate) fn sub<'a>(value: &'a Value, name: &str) -> &'a Value {
    value.get(name).unwrap_or(&EMPTY)
}

/// The fields of an object, which becomes one if it isn't.
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
    fields(value).entry(name).or_insert_with(|| Value::Object(Map::new()))
}

/// Sets a field that isn't set.
pub(crate) fn default_to(value: &mut Value, name: &str, to: impl Into<Value>) {
    let map = fields(value);
    if map.get(name).is_none_or(Value::is_null) {
        map.insert(name.to_owned(), to.into());
    }
}

/// Sets a text that is empty or isn't set.
pub(crate) fn default_text(value: &mut Value, name: &str, to: &str) {
    if value.text(name).is_empty() {
        fields(value).insert(name.to_owned(), Value::from(to));
    }
}

/// Sorts the keys at every level.
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
