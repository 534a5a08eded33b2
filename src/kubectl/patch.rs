//! Models `k8s.io/kubectl/pkg/cmd/patch@v0.37.2` and the server's side of it
//! (`staging/src/k8s.io/apiserver/pkg/endpoints/handlers/patch.go@v1.37.2`).
//!
//! Leaves out, so far: the strategic merge of lists, JSON patches, kinds other than Jobs.

use super::arguments::Arguments;
use super::delete::kind_of;
use super::options::{DryRun, WriteOptions};
use super::write::Written;
use super::{Printed, Session};
use crate::api::{Job, ObjectKind};
use crate::cluster::Oid;
use crate::manifest::{self, Document, ProblemClass, Refusal, Scope, Sent, Warning};
use crate::world::World;
use serde_json::{Map, Value};

pub(super) fn patch(session: &mut Session<'_>, arguments: &Arguments) -> Printed {
    let from_file = arguments.value("patch-file").and_then(|path| session.folder.read(path));
    let Some(text) = arguments.value("patch").or(from_file.as_ref().map(|text| text.as_str())) else {
        return Printed::error("error: must specify --patch or --patch-file containing the contents of the patch\n");
    };
    let mut words = arguments.words.iter().skip(1);
    let (kind_word, name) = match (words.next(), words.next()) {
        (Some(both), None) => both.split_once('/').unwrap_or((both, "")),
        (Some(kind), Some(name)) => (kind.as_str(), name.as_str()),
        _ => return Printed::error("error: resource(s) were provided, but no name was specified\n"),
    };
    let Some((ObjectKind::Job, prefix)) = kind_of(kind_word) else {
        return Printed::error(format!("error: the server doesn't have a resource type \"{kind_word}\"\n"));
    };
    let namespace = std::rc::Rc::clone(&session.world.settings().namespace);
    let Some(oid) = session.world.store().find(ObjectKind::Job, &namespace, name) else {
        return Printed::error(format!("Error from server (NotFound): jobs.batch \"{name}\" not found\n"));
    };
    // A patch may be written as JSON or as YAML, which is read as a manifest is.
    let Some(patch) = manifest::read(text, "patch", manifest::Limits::default()).documents.pop() else {
        return Printed::error(format!(
            "error: unable to parse \"{text}\": yaml: did not find expected node content\n"
        ));
    };
    match change(session.world, oid, &patch.value) {
        Ok(true) => Printed::out(format!("{prefix}/{name} patched\n")),
        Ok(false) => Printed::out(format!("{prefix}/{name} patched (no change)\n")),
        Err(refusal) => Printed::error(refusal.stderr),
    }
}

/// Applies a manifest to an object that is there already.
pub(super) fn apply_over(
    world: &mut World,
    oid: Oid,
    _document: &Document,
    sent: &Sent,
    _scope: &Scope<'_>,
    options: &WriteOptions,
    _warnings: &mut Vec<Warning>,
) -> Result<Written, Refusal> {
    let mut wanted = Map::new();
    for part in ["metadata", "spec"] {
        if let Some(value) = sent.value.get(part) {
            wanted.insert(part.to_owned(), value.clone());
        }
    }
    let changed = options.dry_run == DryRun::No && change(world, oid, &Value::Object(wanted))?;
    let outcome = if changed { "configured" } else { "unchanged" };
    let object = super::object_value(world, oid).unwrap_or_default();
    Ok(Written { outcome, object, oid: Some(oid) })
}

fn change(world: &mut World, oid: Oid, patch: &Value) -> Result<bool, Refusal> {
    let Some(old) = world.store().job(oid).map(|job| job.to_value()) else { return Ok(false) };
    let mut new = old.clone();
    merge(&mut new, patch);
    // The status has a door of its own.
    if let (Some(fields), Some(status)) = (new.as_object_mut(), old.get("status")) {
        fields.insert("status".to_owned(), status.clone());
    }
    let said = |text: &str| Refusal::status("Invalid", text.to_owned(), ProblemClass::WrongType, "", None);
    let kind = manifest::served().find(|kind| kind.kind == "Job").ok_or_else(|| said("no kind Job"))?;
    let new = manifest::decode_object(&new, &kind)
        .map_err(|problems| said(problems.first().map_or("", |problem| problem.message.as_str())))?;
    manifest::validate_update(&old, &new, &kind, "")?;
    let job = Job::from_value(&new).map_err(|error| said(&error.to_string()))?;
    Ok(world.update_job(oid, job))
}

/// A JSON merge patch (RFC 7396).
fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        *target = patch.clone();
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
            merge(fields.entry(key.clone()).or_insert(Value::Null), value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn merge_patches_follow_the_rfc() {
        let mut target = json!({"a": {"b": 1, "c": 2}, "d": [1, 2]});
        merge(&mut target, &json!({"a": {"b": null, "e": 5}, "d": [3]}));
        assert_eq!(target, json!({"a": {"c": 2, "e": 5}, "d": [3]}));
    }
}
