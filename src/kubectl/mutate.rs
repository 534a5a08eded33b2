//! Models `k8s.io/kubectl/pkg/cmd/{label,annotate,scale}@v0.37.2`; also `autoscale`, which Jobs refuse.
//!
//! Leaves out: `--local`, `--resource-version`, `--current-replicas`.

use super::builder::{NOTHING, Wish};
use super::change::{self, Ask};
use super::failure::{Failure, report};
use super::flags::Flags;
use super::options::{DryRun, output};
use super::output::Output;
use super::targets::{Target, named, named_to_change};
use super::{Printed, Session, object_value};
use crate::manifest::{self, PatchKind, Refusal, Validation};
use serde_json::{Map, Value, json};
use std::fmt::Write;

/// What is done to labels or annotations.
struct Marks {
    /// `label` or `annotation`.
    word: &'static str,
    /// The field of the metadata.
    field: &'static str,
    /// What is said of an object that changed.
    done: &'static str,
}

const LABELS: Marks = Marks { word: "label", field: "labels", done: "labeled" };
const ANNOTATIONS: Marks = Marks { word: "annotation", field: "annotations", done: "annotated" };

/// `kubectl label` and `kubectl annotate`.
pub(super) fn mark(session: &mut Session<'_>, flags: &Flags, verb: &str) -> Printed {
    let marks = if verb == "label" { LABELS } else { ANNOTATIONS };
    // The first word with `=`, or with `-` at its end after the names, begins the changes.
    let rest = flags.words.as_slice();
    let is_change = |word: &String| word.contains('=') || (word.ends_with('-') && !word.starts_with('-'));
    let (changes, names): (Vec<String>, Vec<String>) = rest.iter().cloned().partition(is_change);
    if names.is_empty() && flags.value("filename").is_none() {
        return Printed::error(
            "error: one or more resources must be specified as <resource> <name> or <resource>/<name>\n",
        );
    }
    if changes.is_empty() && !flags.is_on("list") {
        return Printed::error(format!("error: at least one {} update is required\n", marks.word));
    }
    let (targets, dry_run, mut printed) = match named_to_change(session, flags, &names) {
        Ok(ready) => ready,
        Err(printed) => return printed,
    };
    let several = targets.len() > 1;
    for target in &targets {
        let mut told = Printed::default();
        if !changes.is_empty()
            && let Err(text) = mark_one(session, flags, target, &changes, &marks, dry_run, &mut told)
        {
            printed.stderr.push_str(&text);
            printed.code = 1;
            continue;
        }
        if flags.is_on("list") {
            match list(session, target, &marks, several) {
                Ok(text) => printed.stdout.push_str(&text),
                Err(text) => {
                    printed.stderr.push_str(&text);
                    printed.code = 1;
                }
            }
        } else {
            printed.stdout.push_str(&told.stdout);
        }
    }
    printed
}

/// `--list`: what an object has, instead of what was done to it.
fn list(session: &Session<'_>, target: &Target, marks: &Marks, several: bool) -> Result<String, String> {
    let oid = target.find(session.world).ok_or_else(|| target.not_found("labeling"))?;
    let object = object_value(session.world, oid).unwrap_or_default();
    let present = object.pointer(&format!("/metadata/{}", marks.field)).and_then(Value::as_object);
    let mut text = String::new();
    let indent = if several { " " } else { "" };
    if several {
        let _ = writeln!(text, "Listing {} for {}/{}:", marks.field, target.kind.singular(), target.name);
    }
    for (key, value) in present.into_iter().flatten() {
        let _ = writeln!(text, "{indent}{key}={}", value.as_str().unwrap_or(""));
    }
    Ok(text)
}

fn mark_one(
    session: &mut Session<'_>,
    flags: &Flags,
    target: &Target,
    changes: &[String],
    marks: &Marks,
    dry_run: DryRun,
    printed: &mut Printed,
) -> Result<(), String> {
    let oid = target.find(session.world).ok_or_else(|| target.not_found("labeling"))?;
    let object = object_value(session.world, oid).unwrap_or_default();
    let present =
        object.pointer(&format!("/metadata/{}", marks.field)).and_then(Value::as_object).cloned().unwrap_or_default();
    let mut wanted = Map::new();
    for change in changes {
        if let Some((key, value)) = change.split_once('=') {
            if let (Some(detail), "label") = (manifest::label_value_problem(value), marks.word) {
                return Err(format!("error: invalid label value: \"{change}\": {detail}\n"));
            }
            let before = present.get(key).and_then(Value::as_str);
            if let Some(before) = before.filter(|before| *before != value && !flags.is_on("overwrite")) {
                return Err(if marks.word == "label" {
                    format!("error: '{key}' already has a value ({before}), and --overwrite is false\n")
                } else {
                    format!(
                        "error: --overwrite is false but found the following declared annotation(s): '{key}' already has a value ({before})\n"
                    )
                });
            }
            wanted.insert(key.to_owned(), Value::from(value));
        } else {
            let key = change.trim_end_matches('-');
            if wanted.contains_key(key) {
                return Err(format!("error: can not both modify and remove a {} in the same command\n", marks.word));
            }
            if !present.contains_key(key) && marks.word == "label" {
                let _ = writeln!(printed.stdout, "{} \"{key}\" not found.", marks.word);
            }
            wanted.insert(key.to_owned(), Value::Null);
        }
    }
    let patch = json!({"metadata": {marks.field: wanted}}).to_string();
    let ask = Ask { kind: target.kind, action: "", validation: Validation::Strict, dry_run: dry_run != DryRun::No };
    let changed =
        change::patch(session.world, oid, &patch, PatchKind::Merge, ask).map_err(|refusal: Refusal| refusal.stderr)?;
    match output(flags) {
        Ok(Output::Name) => {
            let _ = writeln!(printed.stdout, "{}", target.shown());
        }
        Ok(output) if output != Output::Table => {
            let text = output.render(&changed.object, flags).map_err(|failure| report(&[failure]))?;
            printed.stdout.push_str(&text);
        }
        _ => {
            let done = match (changed.is_new, marks.word) {
                (true, "label") if wanted_removals_only(changes) => "unlabeled",
                // annotate says it did in any case.
                (true, _) | (false, "annotation") => marks.done,
                (false, _) => "not labeled",
            };
            let _ = writeln!(printed.stdout, "{} {done}{}", target.shown(), dry_run.suffix());
        }
    }
    Ok(())
}

fn wanted_removals_only(changes: &[String]) -> bool {
    changes.iter().all(|change| !change.contains('='))
}

/// `kubectl scale`: Jobs have no such subresource.
pub(super) fn scale(session: &mut Session<'_>, flags: &Flags) -> Printed {
    let Some(replicas) = flags.number("replicas") else {
        return Printed::error("error: required flag(s) \"replicas\" not set\n");
    };
    if replicas < 0 {
        return Printed::error(
            "error: The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0\n",
        );
    }
    if flags.words.is_empty() && !flags.has("filename") {
        return Failure::Own(NOTHING.to_owned()).printed();
    }
    let (targets, dry_run, mut printed) = match named_to_change(session, flags, &flags.words) {
        Ok(ready) => ready,
        Err(printed) => return printed,
    };
    for target in &targets {
        let scalable =
            matches!(target.kind.kind, "Deployment" | "ReplicaSet" | "StatefulSet" | "ReplicationController");
        let Some(oid) = target.find(session.world).filter(|_| scalable) else {
            printed.stderr.push_str(&if scalable {
                target.not_found("")
            } else {
                "Error from server (NotFound): the server could not find the requested resource\n".to_owned()
            });
            continue;
        };
        let patch = json!({"spec": {"replicas": replicas}}).to_string();
        let ask = Ask { kind: target.kind, action: "", validation: Validation::Warn, dry_run: dry_run != DryRun::No };
        match change::patch(session.world, oid, &patch, PatchKind::Merge, ask) {
            Ok(_) => {
                let _ = writeln!(printed.stdout, "{} scaled{}", target.shown(), dry_run.suffix());
            }
            Err(refusal) => printed.stderr.push_str(&refusal.stderr),
        }
    }
    printed.code = i32::from(!printed.stderr.is_empty());
    printed
}

/// `kubectl autoscale`: Jobs have no scale subresource.
pub(super) fn autoscale(session: &mut Session<'_>, flags: &Flags) -> Printed {
    if !flags.has("max") {
        return Printed::error("error: required flag(s) \"max\" not set\n");
    }
    let found = match named(session, Wish::of(flags, false)) {
        Ok(found) => found,
        Err(printed) => return printed,
    };
    let Some(target) = found.targets.first() else { return Failure::Own(NOTHING.to_owned()).printed() };
    if target.find(session.world).is_none() {
        return Printed::error(target.not_found(""));
    }
    let kind = target.kind;
    Printed::error(format!(
        "error: cannot autoscale a {}: could not find scale subresource for {}, Resource={} in discovery information\n",
        kind.kind,
        kind.api_version(),
        kind.plural
    ))
}
