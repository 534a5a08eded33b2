//! Models `pkg/apis/batch/validation/validation.go@v1.37.2`: Jobs.
//!
//! Leaves out: `spec.scheduling` (its gate is off), status.

use super::field::{Errors, Path};
use super::{meta, names, pod, policies};
use crate::manifest::access::{Access, sub};
use crate::manifest::emit::quoted_struct;
use serde_json::{Value, json};

/// Indexes that may be tracked at the same time.
const MAX_PARALLELISM_INDEXED: i64 = 100_000;
const MAX_FAILED_INDEXES: i64 = 100_000;
/// Above so many completions, less is allowed with `backoffLimitPerIndex`.
const COMPLETIONS_SOFT_LIMIT: i64 = 100_000;
const PARALLELISM_ABOVE_SOFT_LIMIT: i64 = 10_000;
const FAILED_INDEXES_ABOVE_SOFT_LIMIT: i64 = 10_000;
const MANAGED_BY_BYTES: usize = 63;

/// A new Job, with its uid, name, selector and labels.
pub(crate) fn create(job: &Value, allow_privileged: bool, errors: &mut Errors) {
    meta::metadata(job, names::dns_subdomain, errors);
    generated_selector(job, errors);
    let spec = sub(job, "spec");
    let path = Path::new("spec");
    job_spec(spec, &path, allow_privileged, errors);
    selector_and_labels(spec, &path, errors);
    name_allows_completions(job, errors);
}

/// The pod hostnames of an Indexed Job are its name and an index.
pub(crate) fn name_allows_completions(job: &Value, errors: &mut Errors) {
    let spec = sub(job, "spec");
    let completions = spec.int("completions").unwrap_or(0);
    if spec.text("completionMode") != "Indexed" || completions <= 0 {
        return;
    }
    let name = sub(job, "metadata").text("name");
    let last = format!("{name}-{}", completions - 1);
    if !names::dns_label(&last).is_empty() {
        let detail = format!("will not able to create pod with invalid DNS label: {last}");
        errors.invalid(&Path::new("metadata").child("name"), name, &detail);
    }
}

fn generated_selector(job: &Value, errors: &mut Errors) {
    let spec = sub(job, "spec");
    if spec.flag("manualSelector") == Some(true) || !spec.has("selector") {
        return;
    }
    let job_meta = sub(job, "metadata");
    let (uid, name) = (job_meta.text("uid"), job_meta.text("name"));
    let template = sub(sub(spec, "template"), "metadata");
    let expected = [
        ("controller-uid", uid),
        ("job-name", name),
        ("batch.kubernetes.io/controller-uid", uid),
        ("batch.kubernetes.io/job-name", name),
    ];
    let spec_path = Path::new("spec");
    let (template_path, selector_path) = (spec_path.child("template"), spec_path.child("selector"));
    let meta_path = template_path.child("metadata");
    let labels_path = meta_path.child("labels");
    for (key, value) in expected {
        let detail = format!("must be '{value}'");
        match sub(template, "labels").field(key) {
            None => errors.required(&labels_path.key(key), &detail),
            Some(found) if found != value => {
                errors.invalid_shown(&labels_path.key(key), meta::quoted_labels(template), &detail);
            }
            Some(_) => {}
        }
    }
    let expected: Value = expected.iter().map(|(key, value)| ((*key).to_owned(), json!(value))).collect();
    if meta::matches(sub(spec, "selector"), &expected) == Some(false) {
        let shown = quoted_struct(sub(spec, "selector"), "LabelSelector");
        errors.invalid_shown(&selector_path, shown, "`selector` not auto-generated");
    }
}

/// What a Job's own spec adds to the one of a `CronJob`'s template.
pub(crate) fn selector_and_labels(spec: &Value, path: &Path, errors: &mut Errors) {
    let selector = sub(spec, "selector");
    if spec.has("selector") {
        meta::selector(selector, &path.child("selector"), errors);
    } else {
        errors.required(&path.child("selector"), "");
    }
    let template = sub(sub(spec, "template"), "metadata");
    // No selector at all matches nothing.
    let matches = if spec.has("selector") { meta::matches(selector, sub(template, "labels")) } else { Some(false) };
    if matches == Some(false) {
        let (template_path, labels) = (path.child("template"), meta::quoted_labels(template));
        let meta_path = template_path.child("metadata");
        errors.invalid_shown(&meta_path.child("labels"), labels, "`selector` does not match template `labels`");
    }
}

/// A Job's spec, or the one of a `CronJob`'s template.
pub(crate) fn job_spec(spec: &Value, path: &Path, allow_privileged: bool, errors: &mut Errors) {
    for name in [
        "parallelism",
        "completions",
        "activeDeadlineSeconds",
        "backoffLimit",
        "ttlSecondsAfterFinished",
        "backoffLimitPerIndex",
        "maxFailedIndexes",
    ] {
        errors.negative(&path.child(name), spec.int(name));
    }
    if spec.has("maxFailedIndexes") && !spec.has("backoffLimitPerIndex") {
        errors.required(&path.child("backoffLimitPerIndex"), "when maxFailedIndexes is specified");
    }
    if spec.has("managedBy") {
        managed_by(spec.text("managedBy"), &path.child("managedBy"), errors);
    }
    completion_mode(spec, path, errors);
    if spec.has("podFailurePolicy") {
        policies::pod_failure_policy(spec, &path.child("podFailurePolicy"), errors);
    }
    if let Some(policy) = spec.field("successPolicy") {
        let path = path.child("successPolicy");
        if spec.text("completionMode") == "Indexed" {
            policies::success_policy(spec, &path, errors);
        } else {
            errors.invalid_shown(&path, quoted_struct(policy, "SuccessPolicy"), "requires indexed completion mode");
        }
    }
    if spec.has("podReplacementPolicy") {
        let supported: &[&str] =
            if spec.has("podFailurePolicy") { &["Failed"] } else { &["Failed", "TerminatingOrFailed"] };
        errors.supported(&path.child("podReplacementPolicy"), spec.text("podReplacementPolicy"), supported);
    }
    let template = path.child("template");
    pod::template(sub(spec, "template"), &template, allow_privileged, errors);
    restart_policy(spec, &template.child("spec"), errors);
}

fn managed_by(value: &str, path: &Path, errors: &mut Errors) {
    match value.split_once('/') {
        _ if value.is_empty() => errors.required(path, ""),
        Some((host, rest)) if !host.is_empty() && !rest.is_empty() => {
            errors.invalid_each(path, host, names::dns_subdomain(host));
            if !names::is_http_path(rest) {
                let detail = "Invalid path (regex used for validation is '[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+')";
                errors.invalid(path, rest, detail);
            }
        }
        _ => errors.invalid(path, value, "must be a domain-prefixed path (such as \"acme.io/foo\")"),
    }
    if value.len() > MANAGED_BY_BYTES {
        errors.too_long(path, MANAGED_BY_BYTES);
    }
}

fn completion_mode(spec: &Value, path: &Path, errors: &mut Errors) {
    let mode = spec.text("completionMode");
    if spec.has("completionMode") {
        // A pointer is shown as JSON, which quotes a plain word alike.
        errors.supported(&path.child("completionMode"), mode, &["NonIndexed", "Indexed"]);
    }
    match mode {
        "Indexed" => indexed(spec, path, errors),
        "" if spec.has("completionMode") => {}
        "" | "NonIndexed" => {
            for name in ["backoffLimitPerIndex", "maxFailedIndexes"] {
                if let Some(value) = spec.int(name) {
                    errors.invalid_int(&path.child(name), value, "requires indexed completion mode");
                }
            }
        }
        _ => {}
    }
}

fn indexed(spec: &Value, path: &Path, errors: &mut Errors) {
    let completions = spec.int("completions");
    let parallelism = spec.int("parallelism").unwrap_or(0);
    let max_failed = spec.int("maxFailedIndexes");
    let (parallelism_path, max_failed_path) = (path.child("parallelism"), path.child("maxFailedIndexes"));
    if completions.is_none() {
        errors.required(&path.child("completions"), "when completion mode is Indexed");
    }
    if parallelism > MAX_PARALLELISM_INDEXED {
        let detail = format!("must be less than or equal to {MAX_PARALLELISM_INDEXED} when completion mode is Indexed");
        errors.invalid_int(&parallelism_path, parallelism, &detail);
    }
    if let Some(max_failed) = max_failed {
        if completions.is_some_and(|completions| max_failed > completions) {
            errors.invalid_int(&max_failed_path, max_failed, "must be less than or equal to completions");
        }
        if max_failed > MAX_FAILED_INDEXES {
            let detail = format!("must be less than or equal to {MAX_FAILED_INDEXES}");
            errors.invalid_int(&max_failed_path, max_failed, &detail);
        }
    }
    if completions.is_some_and(|completions| completions > COMPLETIONS_SOFT_LIMIT) && spec.has("backoffLimitPerIndex") {
        let above = |limit: i64| {
            format!(
                "must be less than or equal to {limit} when completions are above {COMPLETIONS_SOFT_LIMIT} and used with backoff limit per index"
            )
        };
        if max_failed.is_none() {
            let detail = format!("must be specified when completions is above {COMPLETIONS_SOFT_LIMIT}");
            errors.required(&max_failed_path, &detail);
        }
        if parallelism > PARALLELISM_ABOVE_SOFT_LIMIT {
            errors.invalid_int(&parallelism_path, parallelism, &above(PARALLELISM_ABOVE_SOFT_LIMIT));
        }
        if let Some(max_failed) = max_failed.filter(|max| *max > FAILED_INDEXES_ABOVE_SOFT_LIMIT) {
            errors.invalid_int(&max_failed_path, max_failed, &above(FAILED_INDEXES_ABOVE_SOFT_LIMIT));
        }
    }
}

/// A Job's Pods end, so they can't be restarted forever.
fn restart_policy(spec: &Value, path: &Path, errors: &mut Errors) {
    let path = path.child("restartPolicy");
    match sub(sub(spec, "template"), "spec").text("restartPolicy") {
        "Always" | "" => errors.required(&path, "valid values: \"OnFailure\", \"Never\""),
        "Never" => {}
        "OnFailure" if spec.has("podFailurePolicy") => {
            errors.invalid(&path, "OnFailure", "only \"Never\" is supported when podFailurePolicy is specified");
        }
        other => {
            errors.supported(&path, other, &["OnFailure", "Never"]);
        }
    }
}
