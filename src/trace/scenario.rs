//! TEMPORARY reading while the manifest room is being built.
use super::watcher;
use crate::api::Job;
use crate::because::Because;
use crate::timeline::Timeline;
use crate::world::{Settings, World};
use serde_json::{Value, json};
use std::rc::Rc;

/// A scenario.
#[derive(Debug, Clone)]
pub struct Scenario { pub name: String, pub manifests: String, pub steps: Vec<ScenarioStep>, pub ms: u64, pub value: Value }
/// A step.
#[derive(Debug, Clone)]
pub struct ScenarioStep { pub at_ms: u64, pub run: String }
/// Errors.
#[derive(Debug, Clone)]
pub struct ScenarioError(pub String);

impl Scenario {
    /// Reads.
    pub fn read(text: &str) -> Result<Self, ScenarioError> {
        let v: Value = serde_json::from_str(text).map_err(|e| ScenarioError(e.to_string()))?;
        let ms = |x: &Value| (x.as_f64().unwrap_or(0.0) * 1000.0) as u64;
        Ok(Self { name: v["name"].as_str().unwrap_or("").to_owned(), manifests: v["manifests"].as_str().unwrap_or("").to_owned(),
            steps: v["steps"].as_array().into_iter().flatten().map(|s| ScenarioStep { at_ms: ms(&s["at"]), run: s["run"].as_str().unwrap_or("").to_owned() }).collect(),
            ms: ms(&v["seconds"]), value: v })
    }
}

/// Runs.
pub fn run(s: &Scenario, seed: u64) -> (Value, Timeline) {
    let settings = Settings { seed, namespace: Rc::from(format!("s-{}", s.name)), client_limit: false, ..Settings::default() };
    let ns = Rc::clone(&settings.namespace);
    let mut t = Timeline::new(World::new(settings));
    for doc in serde_yaml::Deserializer::from_str(&s.manifests) {
        use serde::Deserialize;
        let Ok(mut v) = Value::deserialize(doc) else { continue };
        if v["kind"] != "Job" || v["metadata"]["name"].is_null() { continue; }
        let uid = format!("00000000-0000-4000-8000-0000000000{:02}", t.log().len() % 100);
        let name = v["metadata"]["name"].as_str().unwrap_or("").to_owned();
        v["metadata"]["namespace"] = json!(&*ns);
        v["metadata"]["uid"] = json!(uid);
        let spec = &mut v["spec"];
        if spec["parallelism"].is_null() { if spec["completions"].is_null() { spec["completions"] = json!(1); } spec["parallelism"] = json!(1); }
        if spec["backoffLimit"].is_null() { spec["backoffLimit"] = if spec["backoffLimitPerIndex"].is_null() { json!(6) } else { json!(2147483647) }; }
        if spec["podReplacementPolicy"].is_null() { spec["podReplacementPolicy"] = if spec["podFailurePolicy"].is_null() { json!("TerminatingOrFailed") } else { json!("Failed") }; }
        let l = &mut spec["template"]["metadata"]["labels"];
        for (k, val) in [("batch.kubernetes.io/controller-uid", &uid), ("batch.kubernetes.io/job-name", &name), ("controller-uid", &uid), ("job-name", &name)] { l[k] = json!(val); }
        let m = v["spec"]["template"]["metadata"]["labels"].clone();
        if v["metadata"]["labels"].is_null() { v["metadata"]["labels"] = m; }
        match Job::from_value(&v) {
            Ok(job) => { t.act(|w| w.create_job(job)); }
            Err(e) => eprintln!("{e}"),
        }
    }
    t.seek(s.ms);
    let r = watcher::record(t.log());
    let empty = json!({"exit": 0, "stdout": "", "stderr": ""});
    (json!({"name": s.name, "seconds": s.ms / 1000, "apply": empty, "steps": s.steps.iter().map(|_| empty.clone()).collect::<Vec<_>>(),
        "final": {}, "jobs": r.jobs, "cronjobs": [], "pods": r.pods, "events": r.events}), t)
}
