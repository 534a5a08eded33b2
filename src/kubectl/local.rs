//! `--local`: objects of files, changed without asking the server.

use super::flags::Flags;
use super::folder::Folder;
use super::targets::Target;
use crate::manifest::{Access, Limits, read};
use serde_json::{Map, Value};

/// The object of a file as the file has it.
pub(super) fn object(folder: Folder<'_>, flags: &Flags, target: &Target) -> Option<Value> {
    for file in folder.of_flags(flags).ok()? {
        for document in &read(&file.text, &file.name, Limits::default()).documents {
            let items = document.value.list("items");
            let mut all = items.iter().chain(items.is_empty().then_some(&document.value));
            let name =
                |value: &&Value| value.get("metadata").is_some_and(|metadata| metadata.text("name") == target.name);
            let found = all.find(|value| value.text("kind") == target.kind.kind && name(value));
            if let Some(found) = found {
                return Some(found.clone());
            }
        }
    }
    None
}

/// The object with other labels or annotations; null takes one away.
pub(super) fn marked(mut object: Value, field: &str, wanted: Map<String, Value>) -> Value {
    let metadata = object.get_mut("metadata").and_then(Value::as_object_mut);
    let Some(metadata) = metadata else { return object };
    let marks = metadata.entry(field).or_insert_with(|| Value::Object(Map::new()));
    if let Some(marks) = marks.as_object_mut() {
        for (key, value) in wanted {
            if value.is_null() {
                marks.shift_remove(&key);
            } else {
                marks.insert(key, value);
            }
        }
    }
    object
}
