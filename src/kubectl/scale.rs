//! Models `k8s.io/kubectl/pkg/cmd/{scale,autoscale}@v0.37.2`; Jobs refuse both.
//!
//! Leaves out: `--resource-version`, `--current-replicas`.

use super::builder::{NOTHING, Wish};
use super::change::{self, Ask};
use super::failure::Failure;
use super::flags::Flags;
use super::options::DryRun;
use super::targets::{named, named_to_change};
use super::{Printed, Session};
use crate::manifest::{PatchKind, Validation};
use serde_json::json;
use std::fmt::Write;

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
        let Some(oid) = target.find(session.world) else {
            printed.stderr.push_str(&target.not_found(""));
            continue;
        };
        if !scalable {
            printed.stderr.push_str("Error from server (NotFound): the server could not find the requested resource\n");
            continue;
        }
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
