//! Models `gopkg.in/evanphx/json-patch.v4`: RFC 6902, with the liberties that the server's library takes.

use super::super::strict;
use super::PatchError;
use serde_json::Value;

/// More operations than that are refused.
const MAX_OPERATIONS: usize = 10_000;

/// Carries out the operations of a JSON patch.
pub(super) fn apply(document: &mut Value, patch: &Value) -> Result<(), PatchError> {
    let Value::Array(operations) = patch else {
        return Err(PatchError::BadRequest(format!(
            "error decoding patch: json: cannot unmarshal {} into Go value of type []handlers.jsonPatchOp",
            strict::kind_word(patch)
        )));
    };
    if operations.len() > MAX_OPERATIONS {
        return Err(PatchError::Unprocessable);
    }
    for operation in operations {
        if !operation.is_object() {
            return Err(PatchError::BadRequest(format!(
                "error decoding patch: json: cannot unmarshal {} into Go value of type handlers.jsonPatchOp",
                strict::kind_word(operation)
            )));
        }
        carry_out(document, operation).ok_or(PatchError::Unprocessable)?;
    }
    Ok(())
}

fn carry_out(document: &mut Value, operation: &Value) -> Option<()> {
    let text = |name: &str| operation.get(name).and_then(Value::as_str);
    let path = text("path")?;
    let value = operation.get("value").cloned();
    match text("op")? {
        "add" => add(document, path, value.unwrap_or(Value::Null)),
        "remove" => remove(document, path).map(|_| ()),
        "replace" => replace(document, path, value.unwrap_or(Value::Null)),
        "test" => {
            let found = find(document, path).cloned().unwrap_or(Value::Null);
            (found == value.unwrap_or(Value::Null)).then_some(())
        }
        "move" => {
            let moved = remove(document, text("from")?)?;
            add(document, path, moved)
        }
        "copy" => {
            let copied = find(document, text("from")?)?.clone();
            add(document, path, copied)
        }
        _ => None,
    }
}

/// The path of the value that holds the last part, and that part.
fn split(path: &str) -> Option<(&str, String)> {
    let (above, last) = path.rsplit_once('/')?;
    // Whatever stands before the first slash is passed over.
    let above = above.find('/').map_or("", |slash| above.get(slash..).unwrap_or(""));
    Some((above, last.replace("~1", "/").replace("~0", "~")))
}

fn find<'a>(document: &'a Value, path: &str) -> Option<&'a Value> {
    document.pointer(path)
}

/// A list's index; negative ones count from its end.
fn index(text: &str, length: usize) -> Option<usize> {
    match text.strip_prefix('-') {
        Some(back) => length.checked_sub(back.parse().ok()?),
        None => text.parse().ok(),
    }
}

fn add(document: &mut Value, path: &str, value: Value) -> Option<()> {
    let (above, last) = split(path)?;
    match document.pointer_mut(above)? {
        Value::Object(fields) => {
            fields.insert(last, value);
        }
        Value::Array(items) if last == "-" => items.push(value),
        Value::Array(items) => {
            let at = index(&last, items.len())?;
            if at > items.len() {
                return None;
            }
            items.insert(at, value);
        }
        _ => return None,
    }
    Some(())
}

fn remove(document: &mut Value, path: &str) -> Option<Value> {
    let (above, last) = split(path)?;
    match document.pointer_mut(above)? {
        Value::Object(fields) => fields.shift_remove(&last),
        Value::Array(items) => {
            let at = index(&last, items.len())?;
            (at < items.len()).then(|| items.remove(at))
        }
        _ => None,
    }
}

/// Of a map it may also be a new field: the library doesn't look whether it is there.
fn replace(document: &mut Value, path: &str, value: Value) -> Option<()> {
    if path.is_empty() {
        *document = value;
        return Some(());
    }
    let (above, last) = split(path)?;
    match document.pointer_mut(above)? {
        Value::Object(fields) => {
            fields.insert(last, value);
        }
        Value::Array(items) => {
            let at = index(&last, items.len())?;
            *items.get_mut(at)? = value;
        }
        _ => return None,
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn operations_follow_the_rfc() {
        let mut document = json!({"a": {"b/c": 1, "l": [1, 2, 3]}});
        let patch = json!([
            {"op": "test", "path": "/a/b~1c", "value": 1},
            {"op": "add", "path": "/a/l/-", "value": 4},
            {"op": "add", "path": "/a/l/0", "value": 0},
            {"op": "remove", "path": "/a/l/1"},
            {"op": "replace", "path": "/a/new", "value": true},
            {"op": "copy", "from": "/a/l/0", "path": "/c"},
            {"op": "move", "from": "/c", "path": "/d"},
        ]);
        assert_eq!(apply(&mut document, &patch), Ok(()));
        assert_eq!(document, json!({"a": {"b/c": 1, "l": [0, 2, 3, 4], "new": true}, "d": 0}));
    }

    #[test]
    fn what_is_not_there_is_refused() {
        for patch in [
            json!([{"op": "remove", "path": "/x"}]),
            json!([{"op": "add", "path": "/x/y", "value": 1}]),
            json!([{"op": "test", "path": "/a", "value": 2}]),
            json!([{"op": "nada", "path": "/a"}]),
            json!([{"path": "/a"}]),
        ] {
            assert_eq!(apply(&mut json!({"a": 1}), &patch), Err(PatchError::Unprocessable), "{patch}");
        }
        assert!(matches!(apply(&mut json!({}), &json!({})), Err(PatchError::BadRequest(_))));
    }
}
