//! Models `k8s.io/kubectl/pkg/cmd/patch@v0.37.2`, and the part of `apply` that meets an object which is there already
//! (`k8s.io/kubectl/pkg/cmd/apply/patcher.go`).
//!
//! Leaves out: `--local`; a status of Pods, which only the kubelet writes; who owns which field, for `--server-side`.

use super::change::{self, Ask, Changed};
use super::failure::Failure;
use super::flags::Flags;
use super::options::{DryRun, WriteOptions, output};
use super::output::Output;
use super::targets::named_to_change;
use super::write::Written;
use super::{Printed, Session, object_value};
use crate::cluster::Oid;
use crate::manifest::{self, PatchKind, ProblemClass, Refusal, Scope, Sent, Validation, Warning};
use crate::world::World;
use serde_json::{Map, Value};
use std::fmt::Write;

pub(super) fn patch(session: &mut Session<'_>, flags: &Flags) -> Printed {
    let how = match flags.value("type").unwrap_or("strategic") {
        "strategic" => PatchKind::Strategic,
        "merge" => PatchKind::Merge,
        "json" => PatchKind::Json,
        other => {
            return Printed::error(format!("error: --type must be one of [json merge strategic], not \"{other}\"\n"));
        }
    };
    if flags.value("patch").is_some_and(|text| !text.is_empty()) && flags.has("patch-file") {
        return Failure::Own("cannot specify --patch and --patch-file together".to_owned()).printed();
    }
    let text = match patch_text(session, flags) {
        Ok(text) => text,
        Err(printed) => return printed,
    };
    if flags.is_on("local") && !flags.words.is_empty() {
        return Failure::Own("cannot specify --local and server resources".to_owned()).printed();
    }
    let subresource = flags.value("subresource").filter(|name| !name.is_empty());
    let (targets, dry_run, mut printed) = match named_to_change(session, flags, &flags.words) {
        Ok(ready) => ready,
        Err(printed) => return printed,
    };
    let output = match output(flags) {
        Ok(output) => output,
        Err(printed) => return printed,
    };
    if targets.is_empty() && printed.code == 0 {
        return Printed::error("error: must specify a resource to patch\n");
    }
    for target in &targets {
        let Some(oid) = target.find(session.world) else {
            printed.stderr.push_str(&target.not_found("patching"));
            printed.code = 1;
            continue;
        };
        // kubectl itself does what `--dry-run=client` asks for: it changes its own copy, without anybody's checks.
        let ask = Ask {
            kind: target.kind,
            action: &target.action("patching"),
            validation: Validation::Warn,
            dry_run: dry_run != DryRun::No,
        };
        let changed = match subresource {
            None => change::patch(session.world, oid, &text, how, ask),
            Some("status") if super::resources::has_status(target.kind) => {
                change::patch_status(session.world, oid, &text, how, ask)
            }
            Some(_) => {
                let missing = "the server could not find the requested resource".to_owned();
                Err(Refusal::status("NotFound", missing, ProblemClass::NotFound, "", None))
            }
        };
        match changed {
            Ok(Changed { object, is_new, warnings }) => {
                for warning in warnings {
                    let _ = writeln!(printed.stderr, "Warning: {warning}");
                }
                let same = if is_new { "" } else { " (no change)" };
                match &output {
                    Output::Table => {
                        let _ = writeln!(printed.stdout, "{} patched{same}", target.shown());
                    }
                    Output::Name => {
                        let _ = writeln!(printed.stdout, "{}", target.shown());
                    }
                    other => printed.stdout.push_str(&other.render(&object, flags).unwrap_or_default()),
                }
            }
            Err(refusal) => {
                printed.stderr.push_str(&refusal.stderr);
                printed.code = 1;
            }
        }
    }
    printed
}

/// The patch as JSON; it may have been written as YAML.
fn patch_text(session: &Session<'_>, flags: &Flags) -> Result<String, Printed> {
    let from_file = match flags.value("patch-file") {
        Some(path) => Some(session.folder.read(path).ok_or_else(|| {
            Printed::error(format!("error: unable to read patch file: open {path}: no such file or directory\n"))
        })?),
        None => None,
    };
    let text = from_file.as_ref().map_or(flags.value("patch").unwrap_or(""), |text| text.as_str());
    if text.is_empty() {
        return Err(Printed::error(
            "error: must specify --patch or --patch-file containing the contents of the patch\n",
        ));
    }
    // What begins like JSON is sent as it is.
    if text.trim_start().starts_with('{') {
        return Ok(text.to_owned());
    }
    manifest::yaml_to_json(text)
        .map_err(|error| Printed::error(format!("error: unable to parse \"{}\": {error}\n", text.escape_debug())))
}

/// Applies a manifest to an object that is there already.
pub(super) fn apply_over(
    world: &mut World,
    oid: Oid,
    sent: &Sent,
    scope: &Scope<'_>,
    options: &WriteOptions,
    warnings: &mut Vec<Warning>,
) -> Result<Written, Refusal> {
    let current = object_value(world, oid).unwrap_or_default();
    let warn = |text: String| Warning { text, path: String::new(), span: None };
    let original = manifest::last_applied(&current);
    if options.server_side {
        return apply_server_side(world, oid, sent, scope, options, warnings);
    }
    let resource = format!("{}/{}", sent.kind.plural, sent.name());
    if original.is_none() {
        warnings.push(warn(format!(
            "resource {resource} is missing the kubectl.kubernetes.io/last-applied-configuration annotation which is required by kubectl apply. kubectl apply should only be used on resources created declaratively by either kubectl create --save-config or kubectl apply. The missing annotation will be patched automatically."
        )));
    }
    if current.pointer("/metadata/deletionTimestamp").is_some() {
        warnings.push(warn(format!("Detected changes to resource {} which is currently being deleted.", sent.name())));
    }
    let patch = three_way(&current, sent)?;
    if patch.as_object().is_some_and(Map::is_empty) {
        return Ok(Written { outcome: "unchanged", object: current, oid: Some(oid) });
    }
    if options.dry_run == DryRun::Client {
        return Ok(Written { outcome: "configured", object: current, oid: None });
    }
    let patch = manifest::go_json(&patch);
    let place = sent.describe();
    let action = format!(
        "error when applying patch:\n{patch}\nto:\n{place}\nfor: \"{file}\": error when patching \"{file}\": ",
        file = scope.file
    );
    let ask = Ask {
        kind: &sent.kind,
        action: &action,
        validation: options.validation,
        dry_run: options.dry_run != DryRun::No,
    };
    let changed = change::patch(world, oid, &patch, PatchKind::Strategic, ask)?;
    warnings.extend(changed.warnings.into_iter().map(warn));
    Ok(Written { outcome: "configured", object: changed.object, oid: Some(oid) })
}

/// What `apply` changes of an object that is there.
pub(super) fn three_way(current: &Value, sent: &Sent) -> Result<Value, Refusal> {
    let original = manifest::last_applied(current).unwrap_or_default();
    manifest::three_way(&original, &sent.value, current, &sent.kind)
        .map_err(|text| Refusal::status("", text, ProblemClass::Internal, "", None))
}

/// `--server-side`: the server merges what the manifest says; nothing is taken away.
fn apply_server_side(
    world: &mut World,
    oid: Oid,
    sent: &Sent,
    scope: &Scope<'_>,
    options: &WriteOptions,
    warnings: &mut Vec<Warning>,
) -> Result<Written, Refusal> {
    let action = format!("error when patching \"{}\": ", scope.file);
    let ask = Ask {
        kind: &sent.kind,
        action: &action,
        validation: options.validation,
        dry_run: options.dry_run != DryRun::No,
    };
    let mut value = sent.value.clone();
    let current = object_value(world, oid).unwrap_or_default();
    if manifest::last_applied(&current).is_some() {
        keep_in_step(&mut value);
    }
    let patch = manifest::go_json(&value);
    let changed = change::patch(world, oid, &patch, PatchKind::Strategic, ask)?;
    warnings.extend(changed.warnings.into_iter().map(|text| Warning { text, path: String::new(), span: None }));
    Ok(Written { outcome: "serverside-applied", object: changed.object, oid: Some(oid) })
}

/// Models `lastAppliedUpdater`: where `kubectl apply` kept what it sent, the server keeps what is applied now.
pub(super) fn keep_in_step(applied: &mut Value) {
    let text = format!("{}\n", manifest::go_json(applied));
    let metadata = applied.get_mut("metadata").and_then(Value::as_object_mut);
    let annotations =
        metadata.map(|metadata| metadata.entry("annotations").or_insert_with(|| Value::Object(Map::new())));
    if let Some(annotations) = annotations.and_then(Value::as_object_mut) {
        annotations.insert(manifest::LAST_APPLIED.to_owned(), Value::from(text));
    }
}

/// `kubectl replace -f FILE`.
pub(super) fn replace_one(
    world: &mut World,
    document: &manifest::Document,
    sent: &Sent,
    scope: &Scope<'_>,
    options: &WriteOptions,
    warnings: &mut Vec<Warning>,
) -> Result<Written, Refusal> {
    let known = world.find(sent.kind.kind, sent.namespace(), sent.name());
    if options.dry_run == DryRun::Client {
        return Ok(Written { outcome: "replaced", object: sent.value.clone(), oid: None });
    }
    let new = manifest::decode_sent(document, sent, scope, warnings)?;
    let action = format!("error when replacing \"{}\": ", scope.file);
    let Some(oid) = known else {
        let message = format!("{action}{} \"{}\" not found", sent.kind.resource(), sent.name());
        return Err(Refusal::status("NotFound", message, ProblemClass::NotFound, "metadata.name", None));
    };
    let old = object_value(world, oid).unwrap_or_default();
    let ask = Ask {
        kind: &sent.kind,
        action: &action,
        validation: options.validation,
        dry_run: options.dry_run != DryRun::No,
    };
    let new = manifest::Patched { object: new, unknown: Vec::new() };
    let changed = change::update(world, oid, &old, new, ask)?;
    warnings.extend(changed.warnings.into_iter().map(|text| Warning { text, path: String::new(), span: None }));
    Ok(Written { outcome: "replaced", object: changed.object, oid: Some(oid) })
}
