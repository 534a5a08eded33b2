//! Models `k8s.io/kubectl/pkg/cmd/apply/apply_view_last_applied.go@v0.37.2`.
//!
//! Leaves out: `set-last-applied`, `edit-last-applied`.

use super::builder::Wish;
use super::flags::Flags;
use super::targets::named;
use super::text::{indented, keys_sorted, yaml};
use super::{Printed, Session, object_value};
use crate::manifest;

pub(super) fn view(session: &Session<'_>, flags: &Flags) -> Printed {
    let as_json = match flags.value("output") {
        None | Some("yaml") => false,
        Some("json") => true,
        Some(other) => {
            return Printed::error(format!(
                "error: Unexpected -o output mode: {other}, the flag 'output' must be one of yaml|json\nSee 'kubectl apply view-last-applied -h' for help and examples\n"
            ));
        }
    };
    let found = match named(session, Wish { everything: flags.is_on("all"), ..Wish::of(flags, false) }) {
        Ok(found) => found,
        Err(printed) => return printed,
    };
    let mut texts = Vec::new();
    for target in &found.targets {
        let Some(oid) = target.find(session.world) else { return Printed::error(target.not_found("")) };
        let object = object_value(session.world, oid).unwrap_or_default();
        let Some(applied) = manifest::last_applied(&object) else {
            return Printed::error(format!(
                "error: no last-applied-configuration annotation found on resource: {}\n",
                target.name
            ));
        };
        texts.push(if as_json { indented(&keys_sorted(applied)) } else { yaml(&applied) });
    }
    Printed { stdout: texts.concat(), stderr: found.errors, ..Printed::default() }
}
