//! Models `k8s.io/apimachinery/pkg/util/strategicpatch/patch.go@v0.37.2`, `StrategicMergeMapPatch`, and RFC 7396.
//!
//! As upstream, merging uses the patch up: what was merged with the order of a list is gone from it, and the server's
//! messages show what is left.

use super::super::schema::Type;
use super::diff::{check_keys, key_of};
use super::meta;
use super::{DELETE, DIRECTIVE, ORDER, PRIMITIVES, PatchError, RETAIN, go_text};
use serde_json::{Map, Value};

/// What a patch is merged with.
#[derive(Clone, Copy)]
pub(super) struct Options {
    /// An object; otherwise another patch, and directives are kept.
    pub into_object: bool,
}

/// Merges a patch into an object or into another patch.
pub(super) fn maps(
    original: &mut Map<String, Value>,
    patch: &mut Map<String, Value>,
    ty: Type,
    options: Options,
) -> Result<(), PatchError> {
    if let Some(directive) = patch.get(DIRECTIVE).cloned() {
        match directive.as_str() {
            Some("replace") => {
                patch.shift_remove(DIRECTIVE);
                original.clone_from(patch);
            }
            Some(DELETE) => original.clear(),
            _ => {
                let patch = go_text(&Value::Object(patch.clone()));
                return Err(PatchError::Internal(format!("unknown patch type {} in {patch}", go_text(&directive))));
            }
        }
        return Ok(());
    }
    retain_keys(original, patch, options)?;
    ordered_lists(original, patch, ty, options)?;
    let keys: Vec<String> = patch.keys().cloned().collect();
    for key in keys {
        let Some(new) = patch.get_mut(&key) else { continue };
        let mut name = key.as_str();
        let mut deletes = false;
        if key.starts_with(PRIMITIVES) {
            if !options.into_object {
                original.insert(key.clone(), new.clone());
                continue;
            }
            name = key
                .split_once('/')
                .map(|(_, name)| name)
                .ok_or(PatchError::BadRequest("invalid patch format of primitive list directive".to_owned()))?;
            deletes = true;
        }
        if new.is_null() {
            original.shift_remove(name);
            if options.into_object {
                continue;
            }
        }
        match (original.get_mut(name), new) {
            (Some(Value::Object(old)), Value::Object(new)) => {
                maps(old, new, meta::lookup(ty, name).ty, options)?;
            }
            (Some(Value::Array(old)), Value::Array(new)) => {
                let meta = meta::lookup(ty, name);
                match meta.merge_key {
                    Some(_) if deletes => old.retain(|item| !new.contains(item)),
                    Some(merge_key) => lists(old, new, meta.ty, merge_key, options)?,
                    None => old.clone_from(new),
                }
            }
            (_, new) => {
                original.insert(name.to_owned(), new.clone());
            }
        }
    }
    Ok(())
}

/// `$retainKeys`: what it doesn't name goes.
fn retain_keys(
    original: &mut Map<String, Value>,
    patch: &mut Map<String, Value>,
    options: Options,
) -> Result<(), PatchError> {
    let Some(retained) = patch.shift_remove(RETAIN) else { return Ok(()) };
    if !options.into_object {
        original.entry(RETAIN).or_insert(retained);
        return Ok(());
    }
    let bad = || PatchError::BadRequest("invalid patch format of retainKeys".to_owned());
    let names = retained.as_array().ok_or_else(bad)?;
    let is_kept = |name: &str| names.iter().any(|kept| kept.as_str() == Some(name));
    let directive = |name: &str| name.starts_with(PRIMITIVES) || name.starts_with(ORDER);
    if patch.iter().any(|(name, value)| !value.is_null() && !directive(name) && !is_kept(name)) {
        return Err(bad());
    }
    original.retain(|name, _| is_kept(name));
    Ok(())
}

/// `$setElementOrder/…`: merges the list that it is about, and puts it in order.
fn ordered_lists(
    original: &mut Map<String, Value>,
    patch: &mut Map<String, Value>,
    ty: Type,
    options: Options,
) -> Result<(), PatchError> {
    let directives: Vec<String> = patch.keys().filter(|key| key.starts_with(ORDER)).cloned().collect();
    for directive in directives {
        let Some(order) = patch.shift_remove(&directive) else { continue };
        let bad = || PatchError::BadRequest("invalid patch format of setElementOrder list".to_owned());
        let name = directive.split_once('/').map(|(_, name)| name).ok_or_else(bad)?.to_owned();
        let order_list = order.as_array().cloned().ok_or_else(bad)?;
        if !options.into_object {
            original.entry(directive.clone()).or_insert(order);
        }
        let meta = meta::lookup(ty, &name);
        let merge_key = meta.merge_key.unwrap_or("");
        let new = patch.shift_remove(&name);
        let mut live: Vec<Value> = Vec::new();
        let merged = match (original.get_mut(&name), new) {
            (Some(Value::Array(old)), Some(Value::Array(mut new))) => {
                check_order(&new, &order_list, merge_key)?;
                live.clone_from(old);
                lists(old, &mut new, meta.ty, merge_key, options)?;
                std::mem::take(old)
            }
            (Some(Value::Array(old)), None) => {
                live.clone_from(old);
                std::mem::take(old)
            }
            (None, Some(Value::Array(new))) => {
                check_order(&new, &order_list, merge_key)?;
                new
            }
            (None, None) => continue,
            (_, new) => {
                if let Some(new) = new {
                    original.insert(name, new);
                }
                continue;
            }
        };
        original.insert(name, Value::Array(in_order(merged, &order_list, &live, merge_key)));
    }
    Ok(())
}

/// The patch's elements must come in the order that it gives itself.
fn check_order(patch: &[Value], order: &[Value], merge_key: &str) -> Result<(), PatchError> {
    if order.is_empty() {
        return Ok(());
    }
    let mut rest = order.iter();
    for item in patch.iter().filter(|item| item.get(DIRECTIVE).is_none()) {
        if !rest.by_ref().any(|other| key_of(other, merge_key) == key_of(item, merge_key)) {
            return Err(PatchError::Internal(format!(
                "The order in patch list:\n{}\n doesn't match {ORDER} list:\n{}\n",
                go_text(&Value::Array(patch.to_vec())),
                go_text(&Value::Array(order.to_vec()))
            )));
        }
    }
    Ok(())
}

/// Merges two lists element by element.
fn lists(
    original: &mut Vec<Value>,
    patch: &mut [Value],
    ty: Type,
    merge_key: &str,
    options: Options,
) -> Result<(), PatchError> {
    let live = original.clone();
    if merge_key.is_empty() {
        for item in patch.iter() {
            if !original.contains(item) {
                original.push(item.clone());
            }
        }
        *original = in_order(std::mem::take(original), patch, &live, merge_key);
        return Ok(());
    }
    if let Some(odd) = original.iter().chain(patch.iter()).find(|item| !item.is_object()) {
        return Err(PatchError::Internal(format!("list element types are not identical: [{}]", go_text(odd))));
    }
    let mut replaces = false;
    for item in patch.iter().filter(|item| item.get(DIRECTIVE).is_some()) {
        match item.get(DIRECTIVE).and_then(Value::as_str) {
            Some(DELETE) => {
                check_keys(std::slice::from_ref(item), merge_key)?;
                original.retain(|other| key_of(other, merge_key) != key_of(item, merge_key));
            }
            Some("replace") => replaces = true,
            Some("merge") => {
                return Err(PatchError::Internal("merging lists cannot yet be specified in the patch".to_owned()));
            }
            _ => {
                let kind = item.get(DIRECTIVE).unwrap_or(&Value::Null);
                return Err(PatchError::Internal(format!("unknown patch type {} in {}", go_text(kind), go_text(item))));
            }
        }
    }
    let mut plain: Vec<&mut Value> = patch.iter_mut().filter(|item| item.get(DIRECTIVE).is_none()).collect();
    if replaces {
        *original = plain.into_iter().map(|item| item.clone()).collect();
        return Ok(());
    }
    for item in &mut plain {
        check_keys(std::slice::from_ref(item), merge_key)?;
        let key = key_of(item, merge_key).cloned();
        let known = original.iter_mut().find(|other| key_of(other, merge_key) == key.as_ref());
        match (known, &mut **item) {
            (Some(Value::Object(known)), Value::Object(item)) => maps(known, item, ty, options)?,
            (_, item) => original.push(item.clone()),
        }
    }
    let order: Vec<Value> = plain.into_iter().map(|item| item.clone()).collect();
    *original = in_order(std::mem::take(original), &order, &live, merge_key);
    Ok(())
}

/// `normalizeElementOrder`: what the patch names in its order, what only the server has in the live order, and both
/// interleaved as they were.
fn in_order(merged: Vec<Value>, order: &[Value], live: &[Value], merge_key: &str) -> Vec<Value> {
    let place = |list: &[Value], item: &Value| {
        list.iter().position(|other| key_of(other, merge_key) == key_of(item, merge_key))
    };
    let is_deletion = |item: &Value| item.get(DIRECTIVE).and_then(Value::as_str) == Some(DELETE);
    let (named, mut server_only): (Vec<Value>, Vec<Value>) =
        merged.into_iter().partition(|item| place(order, item).is_some());
    let (deletions, mut named): (Vec<Value>, Vec<Value>) = named.into_iter().partition(is_deletion);
    for (items, list) in [(&mut named, order), (&mut server_only, live)] {
        crate::go::sort::by_key(items, |item| place(list, item).unwrap_or(usize::MAX));
    }
    named.extend(deletions);
    let mut left = server_only.into_iter().peekable();
    let mut right = named.into_iter().peekable();
    let mut all = Vec::new();
    loop {
        let takes_left = match (left.peek(), right.peek()) {
            (None, None) => return all,
            (Some(_), None) => true,
            (None, Some(_)) => false,
            (Some(left), Some(right)) => match (place(live, left), place(live, right)) {
                (Some(left), Some(right)) => left < right,
                _ => false,
            },
        };
        all.extend(if takes_left { left.next() } else { right.next() });
    }
}

/// A JSON merge patch (RFC 7396).
pub(super) fn plain(target: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        target.clone_from(patch);
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let Value::Object(fields) = target else { return };
    for (key, value) in patch {
        if value.is_null() {
            fields.shift_remove(key);
        } else {
            plain(fields.entry(key.clone()).or_insert(Value::Null), value);
        }
    }
}
