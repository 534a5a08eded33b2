//! Reading the fields of a trace: what Python answers with an exception is an error here.

use serde_json::Value;

use super::python::truthy;
use super::text::plain;

/// What was read, or what the trace lacks.
pub type Read<T> = Result<T, String>;

/// `value[key]`.
pub fn need<'a>(value: &'a Value, key: &str) -> Read<&'a Value> {
    value.get(key).ok_or_else(|| format!("no {key} in {}", excerpt(value)))
}

/// `value.get(key)`, null when there is none.
pub fn maybe<'a>(value: &'a Value, key: &str) -> Read<&'a Value> {
    match value {
        Value::Object(fields) => Ok(fields.get(key).unwrap_or(&Value::Null)),
        _ => Err(format!("not an object, so without {key}: {}", excerpt(value))),
    }
}

/// The elements of a list.
pub fn items(value: &Value) -> Read<&[Value]> {
    value.as_array().map(Vec::as_slice).ok_or_else(|| format!("not a list: {}", excerpt(value)))
}

/// The elements of a list that may be absent or null.
pub fn items_or_none(value: &Value) -> Read<&[Value]> {
    if truthy(value) { items(value) } else { Ok(&[]) }
}

/// The last element of a list.
pub fn last(value: &Value) -> Read<&Value> {
    items(value)?.last().ok_or_else(|| "an empty list of states".to_owned())
}

/// A text.
pub fn string(value: &Value) -> Read<&str> {
    value.as_str().ok_or_else(|| format!("not a text: {}", excerpt(value)))
}

/// A message or name with every Pod's name and uid alike; nothing stays nothing.
pub fn one(value: &Value) -> Read<Value> {
    if truthy(value) { Ok(Value::from(plain(string(value)?))) } else { Ok(value.clone()) }
}

/// A command's exit code and plain output.
pub fn answer(command: &Value) -> Read<Value> {
    let output = |key| match need(command, key)? {
        Value::Null => Ok(Value::Null),
        text => Ok::<_, String>(Value::from(plain(string(text)?))),
    };
    Ok(Value::from(vec![need(command, "exit")?.clone(), output("stdout")?, output("stderr")?]))
}

fn excerpt(value: &Value) -> String {
    value.to_string().chars().take(120).collect()
}
