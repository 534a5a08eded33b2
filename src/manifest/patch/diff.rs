//! Models `k8s.io/apimachinery/pkg/util/strategicpatch/patch.go@v0.37.2`, `CreateThreeWayMergePatch`: what
//! `kubectl apply` sends, from the file that was applied last, the file now, and the object.

use super::super::access::{in_order, sorted_indexes};
use super::super::schema::Type;
use super::merge::{self, Options};
use super::meta::{self, Meta};
use super::{DELETE, DIRECTIVE, ORDER, PRIMITIVES, PatchError, RETAIN, go_text};
use serde_json::{Map, Value};

/// What is looked for.
#[derive(Clone, Copy)]
struct Ask {
    deletions: bool,
    changes: bool,
    retain_keys: bool,
}

/// The patch that makes of `current` what `modified` says, and takes away what only `original` said.
pub(super) fn three_way(
    original: &Map<String, Value>,
    modified: &Map<String, Value>,
    current: &Map<String, Value>,
    ty: Type,
) -> Result<Map<String, Value>, PatchError> {
    let ask = Ask { deletions: false, changes: true, retain_keys: false };
    let mut delta = maps(current, modified, ty, ask)?;
    let ask = Ask { deletions: true, changes: false, retain_keys: false };
    let mut patch = maps(original, modified, ty, ask)?;
    merge::maps(&mut patch, &mut delta, ty, Options { into_object: false })?;
    Ok(patch)
}

/// The patch that makes `modified` of `original`.
pub(super) fn two_way(
    original: &Map<String, Value>,
    modified: &Map<String, Value>,
    ty: Type,
) -> Result<Map<String, Value>, PatchError> {
    maps(original, modified, ty, Ask { deletions: true, changes: true, retain_keys: false })
}

fn maps(
    original: &Map<String, Value>,
    modified: &Map<String, Value>,
    ty: Type,
    ask: Ask,
) -> Result<Map<String, Value>, PatchError> {
    let mut patch = Map::new();
    let mut retained: Vec<Value> = Vec::new();
    for (key, new) in in_order(modified) {
        if ask.retain_keys && !new.is_null() {
            retained.push(Value::from(key.clone()));
        }
        match (original.get(key), new) {
            (Some(Value::Object(old)), Value::Object(new)) => {
                let meta = meta::lookup(ty, key);
                let inner = maps(old, new, meta.ty, Ask { retain_keys: meta.retain_keys, ..ask })?;
                if !inner.is_empty() {
                    patch.insert(key.clone(), Value::Object(inner));
                }
            }
            (Some(Value::Array(old)), Value::Array(new)) => {
                let meta = meta::lookup(ty, key);
                if let Some(merge_key) = meta.merge_key {
                    merged_lists(key, old, new, meta, merge_key, ask, &mut patch)?;
                } else if ask.changes && old != new {
                    patch.insert(key.clone(), Value::Array(new.clone()));
                }
            }
            (old, new) => {
                if ask.changes && old != Some(new) {
                    patch.insert(key.clone(), new.clone());
                }
            }
        }
    }
    if ask.deletions {
        for (key, _) in in_order(original) {
            if !modified.contains_key(key) {
                patch.insert(key.clone(), Value::Null);
            }
        }
    }
    let clears = original.keys().any(|key| !modified.contains_key(key));
    if !retained.is_empty() && (!patch.is_empty() || clears) {
        patch.insert(RETAIN.to_owned(), Value::Array(retained));
    }
    Ok(patch)
}

fn merged_lists(
    name: &str,
    old: &[Value],
    new: &[Value],
    meta: Meta,
    merge_key: &str,
    ask: Ask,
    patch: &mut Map<String, Value>,
) -> Result<(), PatchError> {
    if old.is_empty() {
        if !new.is_empty() && ask.changes {
            patch.insert(name.to_owned(), Value::Array(new.to_vec()));
        }
        return Ok(());
    }
    let (added, deleted, order) = if merge_key.is_empty() {
        lists_of_texts(old, new, ask)
    } else {
        (lists_of_maps(old, new, meta, merge_key, ask)?, Vec::new(), ordered_keys(new, merge_key))
    };
    let changed = !added.is_empty() || !deleted.is_empty();
    let moved = old.len() != new.len()
        || old.iter().zip(new).any(|(old, new)| key_of(old, merge_key) != key_of(new, merge_key));
    if !added.is_empty() {
        patch.insert(name.to_owned(), Value::Array(added));
    }
    if !deleted.is_empty() {
        patch.insert(format!("{PRIMITIVES}/{name}"), Value::Array(deleted));
    }
    let tells_order = (ask.changes && (changed || moved)) || (ask.deletions && changed);
    if tells_order && !order.is_empty() {
        patch.insert(format!("{ORDER}/{name}"), Value::Array(order));
    }
    Ok(())
}

/// The elements' keys in the order that is wanted.
fn ordered_keys(new: &[Value], merge_key: &str) -> Vec<Value> {
    let only_key = |item: &Value| {
        let mut fields = Map::new();
        fields.insert(merge_key.to_owned(), key_of(item, merge_key).cloned().unwrap_or(Value::Null));
        Value::Object(fields)
    };
    new.iter().map(only_key).collect()
}

/// What a list's element is known by: the value of its key, or itself.
pub(super) fn key_of<'a>(item: &'a Value, merge_key: &str) -> Option<&'a Value> {
    if merge_key.is_empty() { Some(item) } else { item.get(merge_key) }
}

fn lists_of_texts(old: &[Value], new: &[Value], ask: Ask) -> (Vec<Value>, Vec<Value>, Vec<Value>) {
    let added = new.iter().filter(|item| ask.changes && !old.contains(item)).cloned().collect();
    let mut deleted: Vec<Value> = old.iter().filter(|item| ask.deletions && !new.contains(item)).cloned().collect();
    sort_by_text(&mut deleted, "");
    let order = if old == new { Vec::new() } else { new.to_vec() };
    (added, deleted, order)
}

/// The elements to add and to change, in the order of `new`; then those to delete, by their keys.
fn lists_of_maps(
    old: &[Value],
    new: &[Value],
    meta: Meta,
    merge_key: &str,
    ask: Ask,
) -> Result<Vec<Value>, PatchError> {
    check_keys(old, merge_key)?;
    check_keys(new, merge_key)?;
    let find = |list: &[Value], item: &Value| {
        let wanted = go_text(key_of(item, merge_key).unwrap_or(&Value::Null));
        list.iter().position(|other| go_text(key_of(other, merge_key).unwrap_or(&Value::Null)) == wanted)
    };
    let mut patch = Vec::new();
    for item in new {
        match find(old, item).and_then(|at| old.get(at)) {
            Some(before) => {
                let (Value::Object(before), Value::Object(after)) = (before, item) else { continue };
                let mut inner = maps(before, after, meta.ty, Ask { retain_keys: meta.retain_keys, ..ask })?;
                if !inner.is_empty() {
                    inner.insert(merge_key.to_owned(), key_of(item, merge_key).cloned().unwrap_or(Value::Null));
                    patch.push(Value::Object(inner));
                }
            }
            None if ask.changes => patch.push(item.clone()),
            None => {}
        }
    }
    if ask.deletions {
        let mut gone: Vec<Value> = old.iter().filter(|item| find(new, item).is_none()).cloned().collect();
        sort_by_text(&mut gone, merge_key);
        for item in gone {
            let mut fields = Map::new();
            fields.insert(DIRECTIVE.to_owned(), Value::from(DELETE));
            fields.insert(merge_key.to_owned(), key_of(&item, merge_key).cloned().unwrap_or(Value::Null));
            patch.push(Value::Object(fields));
        }
    }
    Ok(patch)
}

/// Every element must be a map with its key.
pub(super) fn check_keys(list: &[Value], merge_key: &str) -> Result<(), PatchError> {
    for item in list {
        if item.get(merge_key).is_none() {
            return Err(PatchError::Internal(if item.is_object() {
                format!("map: {} does not contain declared merge key: {merge_key}", go_text(item))
            } else {
                format!("list element types are not identical: {}", go_text(&Value::Array(list.to_vec())))
            }));
        }
    }
    Ok(())
}

fn sort_by_text(list: &mut Vec<Value>, merge_key: &str) {
    let texts: Vec<String> = list.iter().map(|item| go_text(key_of(item, merge_key).unwrap_or(&Value::Null))).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    *list = sorted_indexes(&texts).into_iter().filter_map(|at| list.get(at).cloned()).collect();
}
