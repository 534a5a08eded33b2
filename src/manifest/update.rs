//! Models `ValidateJobUpdate` and `ValidateCronJobUpdate` (`pkg/apis/batch/validation/validation.go@v1.37.2`): what
//! may change in an object that is there.
//!
//! Leaves out: status, `spec.scheduling`. Changes of Pods are in `update_pod`, of other kinds beside their rules.

use super::access::{Access, set, sub, sub_mut, unset};
use super::check::Warning;
use super::emit::{answer, quoted};
use super::kinds::KindId;
use super::problem::{Problem, Refusal, Wording};
use super::schema::{self, Kind, Type};
use super::validate::field::{Errors, Path};
use super::validate::{cron_job, job, meta, others, service, workloads};
use super::{defaults, strict, warnings};
use serde_json::{Value, json};

/// Decodes and defaults an object that a patch or a replacement gives. The problems of a failure carry Go's words.
pub fn decode_object(value: &Value, kind: &KindId) -> Result<Value, Vec<Problem>> {
    let Some(of) = schema::find(kind.kind) else { return Ok(value.clone()) };
    let decoded = strict::decode(value, of);
    let mistakes = match decoded.wrong {
        Some(mistake) => vec![mistake],
        None => decoded.unknown,
    };
    if mistakes.is_empty() {
        let mut object = decoded.value;
        defaults::apply(&mut object, of);
        return Ok(object);
    }
    let problem = |mistake: strict::Mistake| Problem {
        class: mistake.class,
        path: mistake.path,
        span: None,
        detail: mistake.message.clone(),
        message: mistake.message,
        value: None,
    };
    Err(mistakes.into_iter().map(problem).collect())
}

/// The object as the API writes it: keys sorted, empty fields left out.
pub fn answer_object(value: &Value, kind: &KindId) -> Value {
    schema::find(kind.kind).map_or_else(|| value.clone(), |of| answer(value, of))
}

/// Whether `new` may take the place of `old`. Both are whole objects, decoded and defaulted; `action` is what kubectl
/// puts before the message if there are other errors, such as `error when patching "job.yaml": `.
pub fn validate_update(old: &Value, new: &Value, kind: &KindId, action: &str) -> Result<Vec<Warning>, Refusal> {
    let mut errors = Errors::default();
    meta::metadata_update(new, old, &mut errors);
    let (old_spec, new_spec) = (sub(old, "spec"), sub(new, "spec"));
    match kind.kind {
        "Job" => {
            let path = Path::new("spec");
            job::job_spec(new_spec, &path, true, &mut errors);
            job::selector_and_labels(new_spec, &path, &mut errors);
            completions(old_spec, new_spec, &path.child("completions"), &mut errors);
            immutable(old_spec, new_spec, "selector", &mut errors);
            template(old, new_spec, &path, &mut errors);
            for name in ["completionMode", "podFailurePolicy", "backoffLimitPerIndex", "managedBy", "successPolicy"] {
                immutable(old_spec, new_spec, name, &mut errors);
            }
            job::name_allows_completions(new, &mut errors);
        }
        "CronJob" => cron_job::spec(new_spec, Some(old_spec), true, &mut errors),
        "Pod" => super::update_pod::validate(old, new, &mut errors),
        "Deployment" | "ReplicaSet" => workloads::update(old, new, kind.kind == "Deployment", &mut errors),
        "Service" => service::update(old, new, &mut errors),
        _ => others::update(old, new, kind, &mut errors),
    }
    let problems = errors.finish();
    if problems.is_empty() {
        return Ok(update_warnings(old, new, kind));
    }
    let wording = Wording::Invalid {
        kind: kind.kind.to_owned(),
        resource: kind.qualified(),
        name: sub(new, "metadata").text("name").to_owned(),
        action: action.to_owned(),
    };
    Err(Refusal::new(wording, problems, false))
}

fn update_warnings(old: &Value, new: &Value, kind: &KindId) -> Vec<Warning> {
    let mut found = Vec::new();
    let changed = answer_object(old, kind).get("spec") != answer_object(new, kind).get("spec");
    // The name can't change any more, so it isn't warned of.
    if changed {
        found = warnings::of(new, kind).into_iter().filter(|(path, _)| path != "metadata.name").collect();
    }
    if kind.kind == "CronJob" && sub(new, "spec").text("schedule").contains("TZ") {
        let text = "cannot use TZ or CRON_TZ in spec.spec.schedule, use timeZone instead, see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details";
        found.push(("spec.schedule".to_owned(), text.to_owned()));
    }
    found.into_iter().map(|(path, text)| Warning { text, path, span: None }).collect()
}

/// An Indexed Job may change its completions together with its parallelism, others never.
fn completions(old: &Value, new: &Value, path: &Path, errors: &mut Errors) {
    if new.text("completionMode") != "Indexed" {
        return immutable(old, new, "completions", errors);
    }
    let (before, after) = (old.int("completions"), new.int("completions"));
    if let Some(count) = after.filter(|_| before != after)
        && Some(count) != new.int("parallelism")
    {
        errors.invalid_int(path, count, "can only be modified in tandem with spec.parallelism");
    }
}

fn immutable(old: &Value, new: &Value, name: &str, errors: &mut Errors) {
    let Some((_, field)) = schema::find("JobSpec").and_then(|of| of.field(name)) else { return };
    if !same(old.field(name), new.field(name), field.ty) {
        let shown = quoted(new.field(name), field.ty);
        errors.invalid_shown(&Path::new("spec").child(name), shown, "field is immutable");
    }
}

/// Equal but for what is empty in one and missing in the other.
fn same(old: Option<&Value>, new: Option<&Value>, ty: Type) -> bool {
    let normal = |value: Option<&Value>| match (value, ty.pointed().kind()) {
        (Some(value), Kind::Struct(of)) => Some(answer(value, of)),
        (value, _) => value.cloned(),
    };
    normal(old) == normal(new)
}

/// The Pod template: frozen, but for some fields while the Job is suspended and has no Pods.
fn template(old: &Value, new_spec: &Value, path: &Path, errors: &mut Errors) {
    let old_spec = sub(old, "spec");
    let new = sub(new_spec, "template");
    let mut before = sub(old_spec, "template").clone();
    let open = is_open(old);
    if open {
        take_scheduling(&mut before, new);
    }
    let (Some(template), Some(spec)) = (schema::find("PodTemplateSpec"), schema::find("PodSpec")) else { return };
    if !open {
        if answer(&before, template) != answer(new, template) {
            let shown = super::emit::quoted_struct(new, "PodTemplateSpec");
            errors.invalid_shown(&path.child("template"), shown, "field is immutable");
        }
        return;
    }
    take_resources(&mut before, new);
    if answer(sub(&before, "spec"), spec) != answer(sub(new, "spec"), spec) {
        let shown = super::emit::quoted_struct(sub(new, "spec"), "PodSpec");
        errors.invalid_shown(&path.child("template").child("spec"), shown, "field is immutable");
    }
}

/// Whether the template of a suspended Job may change: `shouldAllowMutablePodTemplate`.
fn is_open(job: &Value) -> bool {
    let status = sub(job, "status");
    let suspended =
        status.list("conditions").iter().any(|c| c.text("type") == "Suspended" && c.text("status") == "True");
    sub(job, "spec").flag("suspend") == Some(true)
        && (!status.has("startTime") || suspended)
        && status.int("active").unwrap_or(0) == 0
}

/// What steers scheduling, taken over from the new template.
fn take_scheduling(before: &mut Value, new: &Value) {
    take(sub_mut(before, "metadata"), sub(new, "metadata"), &["labels", "annotations"]);
    let spec = sub_mut(before, "spec");
    let new = sub(new, "spec");
    take(spec, new, &["nodeSelector", "tolerations", "schedulingGates"]);
    let node_affinity = sub(new, "affinity").field("nodeAffinity").cloned();
    if new.has("affinity") || spec.has("affinity") {
        let affinity = sub_mut(spec, "affinity");
        match node_affinity {
            Some(affinity_of_nodes) => set(affinity, "nodeAffinity", affinity_of_nodes),
            None => unset(affinity, "nodeAffinity"),
        }
        if *affinity == json!({}) && !new.has("affinity") {
            unset(spec, "affinity");
        }
    }
}

/// The containers' resources, taken over from the new template where the names agree.
fn take_resources(before: &mut Value, new: &Value) {
    for list in ["containers", "initContainers"] {
        let wanted = sub(new, "spec").list(list);
        let Some(current) = sub_mut(before, "spec").get_mut(list).and_then(Value::as_array_mut) else { continue };
        if current.len() == wanted.len() {
            for (container, wanted) in current.iter_mut().zip(wanted) {
                if container.text("name") == wanted.text("name") {
                    take(container, wanted, &["resources"]);
                }
            }
        }
    }
}

fn take(into: &mut Value, from: &Value, names: &[&str]) {
    for name in names {
        match from.field(name) {
            Some(value) => set(into, name, value.clone()),
            None => unset(into, name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::kinds;

    fn job(change: impl FnOnce(&mut Value)) -> Value {
        let mut job = json!({
            "metadata": {"name": "pi", "uid": "u", "resourceVersion": "1"},
            "spec": {
                "parallelism": 1, "completions": 1, "completionMode": "NonIndexed", "suspend": false,
                "podReplacementPolicy": "TerminatingOrFailed", "manualSelector": true,
                "selector": {"matchLabels": {"a": "b"}},
                "template": {"metadata": {"labels": {"a": "b"}}, "spec": {
                    "restartPolicy": "Never", "containers": [{"name": "c", "image": "i"}],
                }},
            },
        });
        if let Some(of) = schema::find("Job") {
            defaults::apply(&mut job, of);
        }
        change(&mut job);
        job
    }

    fn refused(old: &Value, new: &Value) -> String {
        let Some((kind, _)) = kinds::find("batch/v1", "Job") else { return String::new() };
        validate_update(old, new, &kind, "").err().map(|refusal| refusal.stderr).unwrap_or_default()
    }

    #[test]
    fn parallelism_may_change_and_completions_may_not() {
        let old = job(|_| {});
        assert_eq!(refused(&old, &job(|job| job["spec"]["parallelism"] = json!(3))), "");
        assert_eq!(
            refused(&old, &job(|job| job["spec"]["completions"] = json!(3))),
            "The Job \"pi\" is invalid: spec.completions: Invalid value: 3: field is immutable\n"
        );
    }

    #[test]
    fn the_template_opens_while_suspended() {
        let suspended = job(|job| job["spec"]["suspend"] = json!(true));
        let resources = job(|job| {
            job["spec"]["suspend"] = json!(true);
            job["spec"]["template"]["spec"]["containers"][0]["resources"] = json!({"limits": {"cpu": "1"}});
        });
        assert_eq!(refused(&suspended, &resources), "");
        let image = |job: &mut Value| job["spec"]["template"]["spec"]["containers"][0]["image"] = json!("j");
        let text = refused(
            &suspended,
            &job(|job| {
                job["spec"]["suspend"] = json!(true);
                image(job);
            }),
        );
        assert!(
            text.starts_with("The Job \"pi\" is invalid: spec.template.spec: Invalid value: {\"Volumes\":null,"),
            "{text}"
        );
        let text = refused(&job(|_| {}), &job(image));
        assert!(
            text.starts_with("The Job \"pi\" is invalid: spec.template: Invalid value: {\"labels\":{\"a\":\"b\"},\"Spec\":{\"Volumes\":null,"),
            "{text}"
        );
    }
}
