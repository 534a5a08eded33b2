//! Models `pkg/apis/core/validation/validation.go@v1.37.2`, `ValidatePodUpdate`: what may change in a Pod that is there.
//!
//! Leaves out: what a Pod with scheduling gates may change besides, and the ways in by the subresources.

use super::access::{Access, set, sub, unset};
use super::difflib;
use super::emit::quoted_struct;
use super::validate::field::{Errors, Path};
use super::validate::{pod, scheduling};
use serde_json::Value;

const MAY_CHANGE: &str = "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";

/// Reports what a changed Pod may not be.
pub(super) fn validate(old: &Value, new: &Value, errors: &mut Errors) {
    let (old, new) = (sub(old, "spec"), sub(new, "spec"));
    let path = Path::new("spec");
    pod::changed(new, &path, errors);
    for list in ["containers", "initContainers"] {
        let path = path.child(list);
        if old.list(list).len() != new.list(list).len() {
            return errors.forbidden(&path, "pod updates may not add or remove containers");
        }
        for (index, container) in new.list(list).iter().enumerate() {
            let (path, image) = (path.index(index), container.text("image"));
            if image.is_empty() {
                errors.required(&path.child("image"), "");
            } else if image.trim().len() != image.len() {
                errors.invalid(&path.child("image"), image, "must not have leading or trailing whitespace");
            }
        }
    }
    if !deadline(old, new, &path.child("activeDeadlineSeconds"), errors) {
        return;
    }
    tolerations(old.list("tolerations"), new.list("tolerations"), &path.child("tolerations"), errors);
    let gates = path.child("schedulingGates");
    for (index, gate) in new.list("schedulingGates").iter().enumerate() {
        let name = gate.text("name");
        if !old.list("schedulingGates").iter().any(|old| old.text("name") == name) {
            let detail = format!("only deletion is allowed, but found new scheduling gate '{name}'");
            errors.forbidden(&gates.index(index).child("name"), &detail);
        }
    }
    let (before, after) = (quoted_struct(old, "PodSpec"), quoted_struct(&without_changeable(old, new), "PodSpec"));
    if before != after {
        errors.forbidden(&path, &format!("{MAY_CHANGE}\n{}", difflib::of_json(&before, &after)));
    }
}

/// It may be set, or made shorter. Whether to go on.
fn deadline(old: &Value, new: &Value, path: &Path, errors: &mut Errors) -> bool {
    match (old.int("activeDeadlineSeconds"), new.int("activeDeadlineSeconds")) {
        (_, Some(seconds)) if !(0..=i64::from(i32::MAX)).contains(&seconds) => {
            errors.invalid_int(path, seconds, "must be between 0 and 2147483647, inclusive");
            false
        }
        (Some(before), Some(seconds)) if before < seconds => {
            errors.invalid_int(path, seconds, "must be less than or equal to previous value");
            false
        }
        (Some(_), None) => {
            let detail = "must not update from a positive integer to nil value";
            errors.invalid_shown(path, "null".to_owned(), detail);
            true
        }
        _ => true,
    }
}

/// More may be tolerated, never less.
fn tolerations(old: &[Value], new: &[Value], path: &Path, errors: &mut Errors) {
    let bare = |toleration: &Value| {
        let mut toleration = toleration.clone();
        unset(&mut toleration, "tolerationSeconds");
        toleration
    };
    let new_bare: Vec<Value> = new.iter().map(bare).collect();
    if !old.iter().all(|toleration| new_bare.contains(&bare(toleration))) {
        return errors.forbidden(path, "existing toleration can not be modified except its tolerationSeconds");
    }
    scheduling::tolerations(new, path, errors);
}

/// The new Pod with the old one's fields where they may differ.
fn without_changeable(old: &Value, new: &Value) -> Value {
    let mut spec = new.clone();
    for list in ["containers", "initContainers"] {
        let containers = spec.get_mut(list).and_then(Value::as_array_mut).into_iter().flatten();
        for (container, old) in containers.zip(old.list(list)) {
            set(container, "image", Value::from(old.text("image")));
        }
    }
    let mut kept = vec!["activeDeadlineSeconds", "schedulingGates", "tolerations"];
    let grace = "terminationGracePeriodSeconds";
    if old.int(grace).is_some_and(|seconds| seconds < 0) && new.int(grace) == Some(1) {
        kept.push(grace);
    }
    for name in kept {
        match old.field(name) {
            Some(value) => set(&mut spec, name, value.clone()),
            None => unset(&mut spec, name),
        }
    }
    spec
}
