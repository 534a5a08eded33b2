//! A change of an object that is there, as the API server makes it: patched or replaced, validated, stored.
//!
//! Models `staging/src/k8s.io/apiserver/pkg/registry/{rest/update.go,generic/registry/store.go}@v1.37.2`.

use super::object_value;
use crate::cluster::Oid;
use crate::manifest::{self, KindId, PatchKind, Patched, ProblemClass, Refusal, Validation};
use crate::world::World;
use serde_json::Value;

/// What became of a change.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Changed {
    /// The object as it is now, or would be.
    pub object: Value,
    /// Whether something changed.
    pub is_new: bool,
    /// The server's warnings.
    pub warnings: Vec<String>,
}

/// How a change is asked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ask<'a> {
    pub kind: &'a KindId,
    /// What kubectl puts before the message, such as `error when patching "job.yaml": `.
    pub action: &'a str,
    pub validation: Validation,
    /// Whether nothing is stored.
    pub dry_run: bool,
}

/// Patches an object.
pub(super) fn patch(world: &mut World, oid: Oid, text: &str, how: PatchKind, ask: Ask<'_>) -> Result<Changed, Refusal> {
    let old = object_value(world, oid).unwrap_or_default();
    let patched = manifest::patch_object(&old, ask.kind, text, how, ask.validation, ask.action)?;
    update(world, oid, &old, patched, ask)
}

/// What the server would refuse of `kubectl apply` over an object that is there; nothing is changed. `current` is the
/// object as the API shows it.
pub fn refusal_over(current: &Value, document: &manifest::Document, sent: &manifest::Sent) -> Option<Refusal> {
    let original = manifest::last_applied(current).unwrap_or_default();
    let patch = manifest::three_way(&original, &sent.value, current, &sent.kind).ok()?;
    let (patch, validation) = (manifest::go_json(&patch), Validation::Strict);
    let ask = Ask { kind: &sent.kind, action: "", validation, dry_run: true };
    let patched = manifest::patch_object(current, &sent.kind, &patch, PatchKind::Strategic, validation, "");
    let mut refusal = patched.and_then(|patched| judge(current, patched, ask)).err()?;
    refusal.place(&document.places);
    Some(refusal)
}

/// Puts a decoded object in the place of the one that is there.
pub(super) fn update(world: &mut World, oid: Oid, old: &Value, new: Patched, ask: Ask<'_>) -> Result<Changed, Refusal> {
    let (before, after, warnings) = judge(old, new, ask)?;
    let is_new = before != after;
    if !is_new || ask.dry_run {
        let mut object = after;
        if is_new {
            count_change(&before, &mut object);
        }
        return Ok(Changed { object, is_new, warnings });
    }
    world.replace(oid, &after).map_err(|error| {
        let message = format!("{}{error}", ask.action);
        Refusal::status("BadRequest", message, ProblemClass::Internal, "", None)
    })?;
    Ok(Changed { object: object_value(world, oid).unwrap_or(after), is_new, warnings })
}

/// A change of the spec is counted, of the kinds that count.
fn count_change(before: &Value, after: &mut Value) {
    let generation = before.pointer("/metadata/generation").and_then(Value::as_i64);
    let metadata = after.get("spec") != before.get("spec");
    let metadata = after.get_mut("metadata").and_then(Value::as_object_mut).filter(|_| metadata);
    if let (Some(generation), Some(metadata)) = (generation, metadata) {
        metadata.insert("generation".to_owned(), Value::from(generation + 1));
    }
}

/// Patches an object through the door of its status: nothing else of it can change there.
pub(super) fn patch_status(
    world: &mut World,
    oid: Oid,
    text: &str,
    how: PatchKind,
    ask: Ask<'_>,
) -> Result<Changed, Refusal> {
    let old = object_value(world, oid).unwrap_or_default();
    let Patched { object: new, unknown } =
        manifest::patch_object(&old, ask.kind, text, how, ask.validation, ask.action)?;
    let mut after = old.clone();
    if let (Some(fields), Some(status)) = (after.as_object_mut(), new.get("status")) {
        fields.insert("status".to_owned(), status.clone());
    }
    let is_new = after != old;
    if is_new && !ask.dry_run {
        world.replace_status(oid, &after).map_err(|error| {
            let message = format!("{}{error}", ask.action);
            Refusal::status("BadRequest", message, ProblemClass::Internal, "", None)
        })?;
        after = object_value(world, oid).unwrap_or(after);
    }
    Ok(Changed { object: after, is_new, warnings: unknown })
}

/// What the server makes of the old object, of the new one, and what it warns of.
fn judge(old: &Value, new: Patched, ask: Ask<'_>) -> Result<(Value, Value, Vec<String>), Refusal> {
    let Patched { object: mut new, unknown } = new;
    check_address(old, &new, ask)?;
    check_version(old, &new, ask)?;
    keep_identity(old, &mut new);
    let old = manifest::decode_object(old, ask.kind).unwrap_or_else(|_| old.clone());
    manifest::prepare_update(&old, &mut new, ask.kind);
    let warnings = manifest::validate_update(&old, &new, ask.kind, ask.action)?;
    let warnings = unknown.into_iter().chain(warnings.into_iter().map(|warning| warning.text)).collect();
    Ok((manifest::answer_object(&old, ask.kind), manifest::answer_object(&new, ask.kind), warnings))
}

/// The request's address names the object, and the object may not say otherwise.
fn check_address(old: &Value, new: &Value, ask: Ask<'_>) -> Result<(), Refusal> {
    let text = |object: &Value, path: &str| object.pointer(path).and_then(Value::as_str).unwrap_or("").to_owned();
    let (was, wants) = (text(old, "/metadata/name"), text(new, "/metadata/name"));
    let message = if wants.is_empty() {
        format!("{}the name of the object ({was} based on URL) was undeterminable: name must be provided", ask.action)
    } else if was != wants {
        format!("{}the name of the object ({wants}) does not match the name on the URL ({was})", ask.action)
    } else if text(old, "/metadata/namespace") != text(new, "/metadata/namespace") {
        format!("{}the namespace of the provided object does not match the namespace sent on the request", ask.action)
    } else {
        return Ok(());
    };
    Err(Refusal::status("BadRequest", message, ProblemClass::BadValue, "metadata.name", None))
}

/// An object that says which version it was made from must find that version.
fn check_version(old: &Value, new: &Value, ask: Ask<'_>) -> Result<(), Refusal> {
    let version =
        |object: &Value| object.pointer("/metadata/resourceVersion").and_then(Value::as_str).unwrap_or("").to_owned();
    let wanted = version(new);
    if wanted.is_empty() || wanted == version(old) {
        return Ok(());
    }
    if wanted.parse::<u64>().is_err() {
        let message = format!("{}strconv.ParseUint: parsing \"{wanted}\": invalid syntax", ask.action);
        return Err(Refusal::status("", message, ProblemClass::BadValue, "metadata.resourceVersion", None));
    }
    let name = old.pointer("/metadata/name").and_then(Value::as_str).unwrap_or("");
    let message = format!(
        "{}Operation cannot be fulfilled on {} \"{name}\": the object has been modified; please apply your changes to the latest version and try again",
        ask.action,
        ask.kind.resource()
    );
    Err(Refusal::status("Conflict", message, ProblemClass::Conflict, "metadata.resourceVersion", None))
}

/// What nobody may change stays: `BeforeUpdate`, and the strategies, which leave the status to its own door.
fn keep_identity(old: &Value, new: &mut Value) {
    let mut keep = |part: &str, name: &str, always: bool| {
        let value = old.get(part).and_then(|part| part.get(name)).cloned();
        let Some(fields) = new.get_mut(part).and_then(Value::as_object_mut) else { return };
        match value {
            Some(value) if always || fields.get(name).is_none_or(Value::is_null) => {
                fields.insert(name.to_owned(), value);
            }
            None if always => {
                fields.shift_remove(name);
            }
            _ => {}
        }
    };
    for name in
        ["creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "generation", "resourceVersion"]
    {
        keep("metadata", name, true);
    }
    for name in ["uid", "namespace", "generateName"] {
        keep("metadata", name, false);
    }
    if let Some(fields) = new.as_object_mut() {
        // Kind and version follow from the address.
        for name in ["apiVersion", "kind"] {
            if let Some(value) = old.get(name) {
                fields.insert(name.to_owned(), value.clone());
            }
        }
        match old.get("status") {
            Some(status) => fields.insert("status".to_owned(), status.clone()),
            None => fields.shift_remove("status"),
        };
    }
}
