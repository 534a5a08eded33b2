//! Models `pkg/apis/apps/validation/validation.go@v1.37.2`: Deployments and `ReplicaSet`s.
//!
//! Leaves out: status, `StatefulSet`s and `DaemonSet`s, which are only kept.

use super::field::{Errors, Path};
use super::{meta, names, pod};
use crate::manifest::access::{Access, sub};
use crate::manifest::emit::quoted_struct;
use serde_json::Value;

/// A new Deployment or `ReplicaSet`.
pub(crate) fn create(object: &Value, is_deployment: bool, errors: &mut Errors) {
    meta::metadata(object, names::dns_subdomain, errors);
    spec(sub(object, "spec"), is_deployment, errors);
}

/// What a changed one must keep.
pub(crate) fn update(old: &Value, new: &Value, is_deployment: bool, errors: &mut Errors) {
    let (old, new) = (sub(old, "spec"), sub(new, "spec"));
    spec(new, is_deployment, errors);
    if old.field("selector") != new.field("selector") {
        let shown = shown_selector(new);
        errors.invalid_shown(&Path::new("spec").child("selector"), shown, "field is immutable");
    }
}

fn shown_selector(spec: &Value) -> String {
    spec.field("selector").map_or_else(|| "null".to_owned(), |selector| quoted_struct(selector, "LabelSelector"))
}

fn spec(spec: &Value, is_deployment: bool, errors: &mut Errors) {
    let path = Path::new("spec");
    let negative = |name: &str, errors: &mut Errors| errors.negative(&path.child(name), spec.int(name));
    negative("replicas", errors);
    if !is_deployment {
        negative("minReadySeconds", errors);
    }
    selector_and_template(spec, &path, errors);
    if is_deployment {
        strategy(sub(spec, "strategy"), &path.child("strategy"), errors);
        for name in ["minReadySeconds", "revisionHistoryLimit", "progressDeadlineSeconds"] {
            negative(name, errors);
        }
        if let Some(deadline) = spec.int("progressDeadlineSeconds")
            && deadline <= spec.int("minReadySeconds").unwrap_or(0)
        {
            let path = path.child("progressDeadlineSeconds");
            errors.invalid_int(&path, deadline, "must be greater than minReadySeconds");
        }
    }
}

fn selector_and_template(spec: &Value, path: &Path, errors: &mut Errors) {
    let (selector, selector_path) = (sub(spec, "selector"), path.child("selector"));
    let is_empty = selector.entries("matchLabels").is_empty() && selector.list("matchExpressions").is_empty();
    if spec.has("selector") {
        meta::selector(selector, &selector_path, errors);
        if is_empty {
            let detail = "empty selector is invalid for deployment";
            errors.invalid_shown(&selector_path, shown_selector(spec), detail);
        }
    } else {
        errors.required(&selector_path, "");
    }
    if !meta::reads_as_selector(selector) {
        return errors.invalid_shown(&selector_path, shown_selector(spec), "invalid label selector");
    }
    let (template, template_path) = (sub(spec, "template"), path.child("template"));
    let metadata = sub(template, "metadata");
    // No selector at all matches nothing.
    if !spec.has("selector") || meta::matches(selector, sub(metadata, "labels")) == Some(false) {
        let meta_path = template_path.child("metadata");
        let detail = "`selector` does not match template `labels`";
        errors.invalid_shown(&meta_path.child("labels"), meta::quoted_labels(metadata), detail);
    }
    pod::template(template, &template_path, true, errors);
    let (spec, spec_path) = (sub(template, "spec"), template_path.child("spec"));
    errors.supported(&spec_path.child("restartPolicy"), spec.text("restartPolicy"), &["Always"]);
    if spec.has("activeDeadlineSeconds") {
        let detail = "activeDeadlineSeconds in ReplicaSet is not Supported";
        errors.forbidden(&spec_path.child("activeDeadlineSeconds"), detail);
    }
}

fn strategy(strategy: &Value, path: &Path, errors: &mut Errors) {
    let rolling = path.child("rollingUpdate");
    match strategy.text("type") {
        "Recreate" => {
            if strategy.has("rollingUpdate") {
                errors.forbidden(&rolling, "may not be specified when strategy `type` is 'Recreate'");
            }
        }
        "RollingUpdate" => rolling_update(sub(strategy, "rollingUpdate"), &rolling, errors),
        _ => errors.unsupported(path, quoted_struct(strategy, "DeploymentStrategy"), &["Recreate", "RollingUpdate"]),
    }
}

fn rolling_update(rolling: &Value, path: &Path, errors: &mut Errors) {
    let unavailable = path.child("maxUnavailable");
    for name in ["maxUnavailable", "maxSurge"] {
        match rolling.field(name) {
            Some(Value::String(text)) if !is_percent(text) => {
                let detail = "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')";
                errors.invalid(&path.child(name), text, detail);
            }
            Some(Value::String(_)) => {}
            _ => errors.negative(&path.child(name), rolling.int(name)),
        }
    }
    let shown = || rolling.field("maxUnavailable").map_or_else(|| "0".to_owned(), crate::manifest::gotext::json);
    if amount(rolling, "maxUnavailable") == 0 && amount(rolling, "maxSurge") == 0 {
        errors.invalid_shown(&unavailable, shown(), "may not be 0 when `maxSurge` is 0");
    }
    if is_percent(rolling.text("maxUnavailable")) && amount(rolling, "maxUnavailable") > 100 {
        errors.invalid_shown(&unavailable, shown(), "must not be greater than 100%");
    }
}

fn is_percent(text: &str) -> bool {
    text.strip_suffix('%').is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
}

/// `getIntOrPercentValue`: the number, with or without `%`; a text that is none counts as 0.
fn amount(rolling: &Value, name: &str) -> i64 {
    rolling.int(name).unwrap_or_else(|| {
        let text = rolling.text(name);
        let digits = if is_percent(text) { text.trim_end_matches('%') } else { text };
        digits.parse().unwrap_or(0)
    })
}
