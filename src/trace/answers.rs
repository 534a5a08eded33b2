//! Answers the cases of the conformance suite's `validation`: what kubectl and the API server say to a manifest or
//! to a command, and what becomes of the objects.
//!
//! The shape of cases and answers is that of the recordings; their README describes it.

use super::scenario::run_to_end;
use crate::api::Object;
use crate::cluster::Oid;
use crate::go::base64;
use crate::kubectl::{Printed, object_value};
use crate::manifest::decode;
use crate::timeline::Timeline;
use crate::world::{Settings, World};
use serde_json::{Map, Value, json};
use std::rc::Rc;

/// The namespace of the cases.
const NAMESPACE: &str = "val";
/// How long after the objects before were made a case's command runs, at the earliest.
const SETTLE_MS: u64 = 500;
/// How long a state of the objects before is waited for.
const STATE_LIMIT_MS: u64 = 120_000;
/// How long a command may take.
const COMMAND_LIMIT_MS: u64 = 600_000;
/// What the server alone decides of, and a dry run's answer doesn't tell.
const IDENTITY: [&str; 4] = ["uid", "creationTimestamp", "resourceVersion", "managedFields"];
/// What `kubectl apply` keeps; it changes with every change of the file.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// Answers a list of cases.
///
/// # Errors
/// If the text is no JSON list.
pub fn answer_all(text: &str, seed: u64) -> Result<Value, String> {
    let cases: Value = serde_json::from_str(text).map_err(|error| format!("this is no JSON: {error}"))?;
    let cases = cases.as_array().ok_or("this is no list of cases")?;
    Ok(cases.iter().map(|case| answer(case, seed)).collect())
}

/// Answers one case.
pub fn answer(case: &Value, seed: u64) -> Value {
    let mut answer = match text(case, "command") {
        Some(command) => Course::new(case, seed).answer(&command),
        None => created(case, seed),
    };
    if let Value::Object(fields) = &mut answer {
        fields.insert("name".to_owned(), case.get("name").cloned().unwrap_or(Value::Null));
    }
    answer
}

/// A field's text; bytes that aren't UTF-8 are given in base64.
fn text(case: &Value, field: &str) -> Option<String> {
    match case.get(field)? {
        Value::String(text) => Some(text.clone()),
        Value::Object(fields) => {
            fields.get("base64").and_then(Value::as_str).map(|text| decode(&base64::decode(text).unwrap_or_default()))
        }
        _ => None,
    }
}

fn cluster(seed: u64) -> Timeline {
    Timeline::new(World::new(Settings {
        seed,
        namespace: Rc::from(NAMESPACE),
        client_limit: false,
        ..Settings::default()
    }))
}

fn output(printed: &Printed) -> Map<String, Value> {
    let mut fields = Map::new();
    fields.insert("exit".to_owned(), json!(printed.code));
    fields.insert("stdout".to_owned(), json!(without_versions(&printed.stdout)));
    fields.insert("stderr".to_owned(), json!(without_versions(&printed.stderr)));
    fields
}

/// Resource versions as the recordings have them: `{rv}`.
fn without_versions(text: &str) -> String {
    let mut parts = text.split("resourceVersion");
    let mut out = parts.next().unwrap_or("").to_owned();
    for part in parts {
        out.push_str("resourceVersion");
        let start = part.len() - part.trim_start_matches(['"', '\\', ':', ' ']).len();
        let (before, rest) = part.split_at(start);
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        out.push_str(before);
        // What the file itself said, quoted within the annotation of apply, stays.
        let is_quoted = before.starts_with('\\');
        out.push_str(if digits > 0 && !is_quoted { "{rv}" } else { "" });
        out.push_str(if is_quoted { rest } else { rest.get(digits..).unwrap_or("") });
    }
    out
}

// ---- manifests that are tried

/// What `kubectl apply` and `create` say to a manifest when nothing is stored.
fn created(case: &Value, seed: u64) -> Value {
    let manifest = text(case, "manifest").unwrap_or_default();
    let run = |line: &str| run_to_end(&mut cluster(seed), line, &[("job.yaml", &manifest)], COMMAND_LIMIT_MS);
    let mut answer = output(&run("kubectl apply --dry-run=server -f job.yaml"));
    answer.insert("create".to_owned(), output(&run("kubectl create --dry-run=server -f job.yaml")).into());
    let shown = run("kubectl create --dry-run=server -o json -f job.yaml");
    let objects = serde_json::Deserializer::from_str(&shown.stdout).into_iter::<Value>();
    let mut objects: Vec<Value> = objects.filter_map(Result::ok).map(without_identity).collect();
    match objects.len() {
        0 => {}
        1 => {
            answer.insert("object".to_owned(), objects.swap_remove(0));
        }
        _ => {
            answer.insert("objects".to_owned(), objects.into());
        }
    }
    answer.into()
}

fn without_identity(mut object: Value) -> Value {
    if let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) {
        metadata.retain(|name, _| !IDENTITY.contains(&name.as_str()));
    }
    // Of an object with both names the recordings have a placeholder for the one that was given.
    let text = |path: &str| object.pointer(path).and_then(Value::as_str).map(str::to_owned);
    if let (Some(name), Some(base)) = (text("/metadata/name"), text("/metadata/generateName"))
        && !name.starts_with(&base)
    {
        rename(&mut object, &name);
    }
    object
}

fn rename(value: &mut Value, name: &str) {
    match value {
        Value::String(text) => *text = text.replace(name, "{name}"),
        Value::Array(items) => items.iter_mut().for_each(|item| rename(item, name)),
        Value::Object(fields) => fields.values_mut().for_each(|field| rename(field, name)),
        _ => {}
    }
}

// ---- commands

/// What is looked at of the case's object.
#[derive(Clone)]
struct Look {
    uid: String,
    generation: i64,
    leaves: Map<String, Value>,
}

struct Course<'a> {
    case: &'a Value,
    timeline: Timeline,
    /// Kind and name of the object that the case is about.
    about: Option<(String, String)>,
}

impl<'a> Course<'a> {
    fn new(case: &'a Value, seed: u64) -> Self {
        Self { case, timeline: cluster(seed), about: None }
    }

    fn answer(mut self, command: &str) -> Value {
        let before = text(self.case, "before");
        if let Some(before) = &before {
            let made_with = text(self.case, "created_with").unwrap_or_else(|| "kubectl apply -f job.yaml".to_owned());
            self.run(&made_with, &[("job.yaml", before)]);
            self.about = self.first_object();
            self.wait_for(text(self.case, "state").as_deref());
        }
        for step in self.case.get("setup").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str) {
            match step.strip_prefix("wait:") {
                Some(state) => self.wait_for(Some(state)),
                None => {
                    self.run(step, &[]);
                }
            }
        }
        let had = self.look();
        let manifest = text(self.case, "manifest").or(before).unwrap_or_default();
        let other_files: Vec<(&str, &str)> = self
            .case
            .get("files")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
            .filter_map(|(name, text)| Some((name.as_str(), text.as_str()?)))
            .collect();
        let mut files = vec![("job.yaml", manifest.as_str())];
        files.extend(other_files);
        let printed = self.run(command, &files);
        let mut answer = output(&printed);
        self.timeline.seek(self.timeline.now_ms() + SETTLE_MS);
        if self.about.is_none() {
            self.about = self.first_object();
        }
        self.compare(had, &mut answer);
        if let Some(seconds) = self.case.pointer("/pods_after/seconds").and_then(Value::as_u64) {
            answer.insert("pods_after".to_owned(), self.pods_after(seconds));
        }
        answer.into()
    }

    fn run(&mut self, line: &str, files: &[(&str, &str)]) -> Printed {
        let until_ms = self.timeline.now_ms() + COMMAND_LIMIT_MS;
        let line = line.replace("{ns}", NAMESPACE);
        run_to_end(&mut self.timeline, &line, files, until_ms)
    }

    /// The Job or `CronJob` that was made first.
    fn first_object(&self) -> Option<(String, String)> {
        let objects = self.timeline.objects().map(|(_, object)| object);
        // Whose name was generated nobody knows beforehand.
        let objects = objects.filter(|o| o.metadata().is_some_and(|metadata| metadata.generate_name.is_none()));
        let mut named = objects.map(|object| (kind_of(object).to_owned(), object.name().to_owned()));
        named.find(|(kind, _)| matches!(kind.as_str(), "Job" | "CronJob"))
    }

    fn find(&self) -> Option<Oid> {
        let (kind, name) = self.about.as_ref()?;
        self.timeline.world().find(kind, NAMESPACE, name)
    }

    fn look(&self) -> Option<Look> {
        let oid = self.find()?;
        let object = object_value(self.timeline.world(), oid)?;
        let metadata = object.get("metadata").cloned().unwrap_or_default();
        let mut leaves = Map::new();
        for part in ["labels", "annotations"] {
            if let Some(part_value) = metadata.get(part) {
                flatten(part_value, &format!("metadata.{part}"), &mut leaves);
            }
        }
        leaves.shift_remove(&format!("metadata.annotations.{LAST_APPLIED}"));
        if let Some(spec) = object.get("spec") {
            flatten(spec, "spec", &mut leaves);
        }
        Some(Look {
            uid: metadata.get("uid").and_then(Value::as_str).unwrap_or("").to_owned(),
            generation: metadata.get("generation").and_then(Value::as_i64).unwrap_or(0),
            leaves,
        })
    }

    fn compare(&self, had: Option<Look>, answer: &mut Map<String, Value>) {
        match (had, self.look()) {
            (None, Some(_)) => {
                answer.insert("created".to_owned(), json!(true));
            }
            (Some(_), None) => {
                answer.insert("deleted".to_owned(), json!(true));
            }
            (Some(had), Some(has)) if had.uid != has.uid => {
                answer.insert("recreated".to_owned(), json!(true));
                add_changes(&had, &has, answer);
            }
            (Some(had), Some(has)) => add_changes(&had, &has, answer),
            (None, None) => {}
        }
    }

    fn wait_for(&mut self, state: Option<&str>) {
        self.timeline.seek(self.timeline.now_ms() + SETTLE_MS);
        let Some(state) = state else { return };
        let until_ms = self.timeline.now_ms() + STATE_LIMIT_MS;
        while !self.is_in(state) && self.timeline.now_ms() < until_ms {
            self.timeline.seek(self.timeline.now_ms() + 100);
        }
        // Whoever waits sees it a little later.
        self.timeline.seek(self.timeline.now_ms() + SETTLE_MS);
    }

    fn is_in(&self, state: &str) -> bool {
        let world = self.timeline.world();
        let job = self.find().and_then(|oid| world.store().job(oid));
        let is_true = |kind: &str| job.is_some_and(|job| job.status.is_true(kind));
        match state {
            "active" => job.is_some_and(|job| job.status.active > 0),
            "running" => world.store().pods().any(|(_, pod)| pod.status.phase.name() == "Running"),
            "suspended" => is_true("Suspended"),
            "failed" => is_true("Failed"),
            _ => is_true("Complete") || is_true("Failed"),
        }
    }

    fn pods_after(&mut self, seconds: u64) -> Value {
        self.timeline.seek(self.timeline.now_ms() + seconds * 1_000);
        let store = self.timeline.world().store();
        let owned = store.pods().filter(|(_, pod)| !pod.metadata.owner_references.is_empty()).count();
        json!({"seconds": seconds, "pods": store.pods().count(), "with_owner": owned})
    }
}

fn kind_of(object: &Object) -> &str {
    match object {
        Object::Other(other) => &other.kind,
        _ => object.kind().name(),
    }
}

fn add_changes(had: &Look, has: &Look, answer: &mut Map<String, Value>) {
    let mut changed = Map::new();
    for (path, old) in &had.leaves {
        let new = has.leaves.get(path).unwrap_or(&Value::Null);
        if new != old {
            changed.insert(path.clone(), json!([old, new]));
        }
    }
    for (path, new) in &has.leaves {
        if !had.leaves.contains_key(path) {
            changed.insert(path.clone(), json!([null, new]));
        }
    }
    if !changed.is_empty() {
        answer.insert("changed".to_owned(), changed.into());
    }
    if had.generation != has.generation {
        answer.insert("generation".to_owned(), json!([had.generation, has.generation]));
    }
}

/// Every value that holds no others, by its path.
fn flatten(value: &Value, path: &str, into: &mut Map<String, Value>) {
    match value {
        Value::Object(fields) if !fields.is_empty() => {
            for (name, field) in fields {
                flatten(field, &format!("{path}.{name}"), into);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            for (index, item) in items.iter().enumerate() {
                flatten(item, &format!("{path}[{index}]"), into);
            }
        }
        leaf => {
            into.insert(path.to_owned(), leaf.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_without_cases_is_refused() {
        assert!(answer_all("{}", 1).is_err());
        assert!(answer_all("nada", 1).is_err());
        assert_eq!(answer_all("[]", 1), Ok(json!([])));
    }

    #[test]
    fn tells_what_a_patch_changed() {
        let case = json!({
            "name": "x",
            "before": "apiVersion: batch/v1\nkind: Job\nmetadata: {name: hola}\nspec:\n  suspend: true\n  template:\n    spec:\n      restartPolicy: Never\n      containers: [{name: a, image: a}]\n",
            "created_with": "kubectl create -f job.yaml",
            "command": "kubectl patch job hola -p '{\"spec\":{\"parallelism\":3}}'",
        });
        let answer = answer(&case, 1);
        assert_eq!(answer["stdout"], "job.batch/hola patched\n");
        assert_eq!(answer["changed"], json!({"spec.parallelism": [1, 3]}));
        assert_eq!(answer["generation"], json!([1, 2]));
        assert_eq!(answer["name"], "x");
    }
}
