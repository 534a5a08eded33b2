//! Models `pkg/apis/batch/validation/validation.go@v1.37.2`: `CronJobs`.

use super::field::{Errors, Path};
use super::{job, meta, names};
use crate::manifest::access::{Access, sub};
use crate::manifest::emit::quoted_struct;
use crate::schedule::{Schedule, Zone};
use serde_json::Value;

/// The controller adds eleven characters to the name of each Job.
const MAX_NAME: usize = 52;

/// A new `CronJob`.
pub(crate) fn create(cron_job: &Value, allow_privileged: bool, errors: &mut Errors) {
    meta::metadata(cron_job, names::dns_subdomain, errors);
    spec(sub(cron_job, "spec"), None, allow_privileged, errors);
    let name = sub(cron_job, "metadata").text("name");
    if name.len() > MAX_NAME {
        errors.invalid(&Path::new("metadata").child("name"), name, "must be no more than 52 characters");
    }
}

/// A `CronJob`'s spec; `old` when it is changed.
pub(crate) fn spec(spec: &Value, old: Option<&Value>, allow_privileged: bool, errors: &mut Errors) {
    let path = Path::new("spec");
    let old_schedule_has_zone = old.is_some_and(|old| old.text("schedule").contains("TZ"));
    schedule_format(spec, old_schedule_has_zone, &path.child("schedule"), errors);
    errors.negative(&path.child("startingDeadlineSeconds"), spec.int("startingDeadlineSeconds"));
    if spec.has("timeZone") && old.is_none_or(|old| old.field("timeZone") != spec.field("timeZone")) {
        time_zone(spec.text("timeZone"), &path.child("timeZone"), errors);
    }
    let policies = ["Allow", "Forbid", "Replace"];
    errors.supported(&path.child("concurrencyPolicy"), spec.text("concurrencyPolicy"), &policies);
    job_template(sub(sub(spec, "jobTemplate"), "spec"), &path, allow_privileged, errors);
    for name in ["successfulJobsHistoryLimit", "failedJobsHistoryLimit"] {
        errors.negative(&path.child(name), spec.int(name));
    }
}

fn job_template(job_spec: &Value, path: &Path, allow_privileged: bool, errors: &mut Errors) {
    let template = path.child("jobTemplate");
    let path = template.child("spec");
    job::job_spec(job_spec, &path, allow_privileged, errors);
    if let Some(selector) = job_spec.field("selector") {
        let shown = quoted_struct(selector, "LabelSelector");
        errors.invalid_shown(&path.child("selector"), shown, "`selector` will be auto-generated");
    }
    if job_spec.flag("manualSelector") == Some(true) {
        errors.unsupported(&path.child("manualSelector"), "true".to_owned(), &["nil", "false"]);
    }
}

fn schedule_format(spec: &Value, old_has_zone: bool, path: &Path, errors: &mut Errors) {
    let text = spec.text("schedule");
    if text.is_empty() {
        return errors.late(|errors| errors.required(path, ""));
    }
    if let Err(problem) = Schedule::parse(text) {
        errors.invalid(path, text, &problem);
    }
    if text.contains("TZ") {
        if !old_has_zone {
            errors.invalid(path, text, "cannot use TZ or CRON_TZ in schedule, use timeZone field instead");
        } else if spec.has("timeZone") {
            errors.invalid(path, text, "cannot use both timeZone field and TZ or CRON_TZ in schedule");
        }
    }
}

fn time_zone(zone: &str, path: &Path, errors: &mut Errors) {
    if zone.is_empty() {
        return errors.invalid(path, zone, "timeZone must be nil or non-empty string");
    }
    let fits = |part: &str| {
        (1..=14).contains(&part.len())
            && !part.starts_with('-')
            && part != "."
            && part != ".."
            && part.chars().all(|c| c.is_ascii_alphanumeric() || "._-+".contains(c))
    };
    let unknown = format!("unknown time zone {zone}");
    if !zone.split('/').all(fits) {
        return errors.invalid(path, zone, &unknown);
    }
    if zone.eq_ignore_ascii_case("Local") {
        let detail = "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones";
        errors.invalid(path, zone, detail);
    }
    // Go itself knows these two without a database.
    if Zone::find(zone).is_none() && zone != "Local" && zone != "UTC" {
        errors.invalid(path, zone, &unknown);
    }
}
