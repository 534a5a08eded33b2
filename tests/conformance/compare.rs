//! Compares a trace with what recordings of a real cluster agree on: `check` of `conformance.py`, with the
//! same rules and the same words.

// Times are measured in seconds, with a fraction.
#![allow(clippy::float_arithmetic)]

use serde_json::{Map, Value};

use super::features::{Features, JobFeatures, PodFeatures, event_key, features};
use super::python::{dumps, equal, seconds, text, truthy};

/// Seconds: the kubelet notices a container's end once a second, the Job controller batches for a second.
const SLACK: f64 = 1.6;

/// Events of Pods whose number follows from the restarts, which are compared.
const QUIET: [&str; 4] = ["Pulled", "Pulling", "Created", "Started"];

/// The Pods' fields that are compared as they are, in the order in which differences are told.
const POD_FIELDS: [&str; 11] = [
    "shape",
    "owner",
    "phase",
    "reason",
    "containers",
    "removed",
    "message",
    "labels",
    "annotations",
    "hostname",
    "columns",
];

/// The differences between a golden scenario and one trace, none when the trace shows what the recordings
/// agree on; `text` says whether what kubectl prints counts too.
///
/// What isn't a trace (where Python would raise an exception) is told in a single difference.
pub fn differences(golden: &Value, trace: &Value, text: bool) -> Vec<String> {
    let shown = match features(trace) {
        Ok(shown) => shown,
        Err(lack) => return vec![format!("not a trace: {lack}")],
    };
    let want = &golden["expect"];
    let mut found = Differences(Vec::new());
    if text {
        found.in_text(golden, &shown);
    }
    found.in_jobs(&want["jobs"], &shown.jobs);
    found.in_cronjobs(&want["cronjobs"], &shown.cronjobs);
    found.in_pods(want, &shown.pods);
    found.in_events(elements(&want["events"]), &shown.events);
    found.0
}

/// The differences found so far.
struct Differences(Vec<String>);

impl Differences {
    fn in_text(&mut self, golden: &Value, shown: &Features) {
        let want = &golden["expect"];
        self.same("apply", &want["apply"], &shown.apply);
        let steps = elements(&want["steps"]);
        self.length("steps", steps.len(), shown.steps.len());
        for (i, (want, got)) in steps.iter().zip(&shown.steps).enumerate() {
            self.same(&format!("step {i} ({})", text(&golden["steps"][i]["run"])), want, got);
        }
        for (command, want) in fields(&want["final"]) {
            self.same(command, want, shown.finals.get(command).unwrap_or(&Value::Null));
        }
    }

    fn in_jobs(&mut self, want: &Value, got: &[JobFeatures]) {
        let Value::Array(want) = want else { return };
        self.length("Jobs", want.len(), got.len());
        for (want, got) in want.iter().zip(got) {
            self.in_job(want, got);
        }
    }

    fn in_job(&mut self, want: &Value, got: &JobFeatures) {
        let named = truthy(&want["name"]);
        let who = format!("Job {}", text(if named { &want["name"] } else { &got.name }));
        if named {
            self.same(&format!("{who} name"), &want["name"], &got.name);
        }
        self.same(&format!("{who} path"), &want["path"], &got.path);
        self.same(&format!("{who} conditions"), &want["conditions"], &got.conditions);
        for (key, want) in fields(&want["final"]) {
            let got = got.status.get(key).unwrap_or(&Value::Null);
            if !equal(want, got) {
                self.0.push(format!("{who} status.{key}: want {}, got {}", text(want), text(got)));
            }
        }
        self.in_times(&who, &want["times"], &got.times);
    }

    fn in_cronjobs(&mut self, want: &Value, got: &[Map<String, Value>]) {
        let Value::Array(want) = want else { return };
        self.length("CronJobs", want.len(), got.len());
        for (want, got) in want.iter().zip(got) {
            for (key, want) in fields(want) {
                let what = format!("CronJob {} {key}", text(&got["name"]));
                self.same(&what, want, got.get(key).unwrap_or(&Value::Null));
            }
        }
    }

    fn in_pods(&mut self, want: &Value, got: &[PodFeatures]) {
        let count = &want["podCount"];
        if !inside(count, Some(whole(got.len()))) {
            self.0.push(format!("Pods: want {}, got {}", text(count), got.len()));
        }
        let Value::Array(want) = &want["pods"] else {
            return;
        };
        // Which Pods would stand for which, were their numbers different?
        if want.len() != got.len() {
            return;
        }
        for (want, got) in want.iter().zip(got) {
            self.in_pod(want, got);
        }
    }

    fn in_pod(&mut self, want: &Value, got: &PodFeatures) {
        let who = format!("Pod {}", text(&got.fields["shape"]));
        for key in POD_FIELDS {
            if let Some(want) = want.get(key) {
                self.same(&format!("{who} {key}"), want, &got.fields[key]);
            }
        }
        if !inside(&want["restarts"], seconds(&got.restarts)) {
            let restarts = seconds(&got.restarts).unwrap_or_default().trunc();
            self.0.push(format!("{who} restarts: want {}, got {restarts:.0}", text(&want["restarts"])));
        }
        self.in_times(&who, &want["times"], &got.times);
    }

    fn in_times(&mut self, who: &str, want: &Value, got: &Map<String, Value>) {
        for (key, span) in fields(want) {
            let at = got.get(key).unwrap_or(&Value::Null);
            if !within(seconds(at), span) {
                self.0.push(format!("{who} {key} at {} s, recorded {}", text(at), text(span)));
            }
        }
    }

    fn in_events(&mut self, want: &[Value], got: &[(String, i64)]) {
        let mut known = Vec::new();
        for want in want {
            let [object, reason, message] = ["object", "reason", "message"].map(|key| &want[key]);
            let key = event_key([object, &want["type"], reason, message]);
            let count = got.iter().find(|(known, _)| *known == key).map_or(0, |(_, count)| *count);
            known.push(key);
            let quiet = object == "Pod" && QUIET.iter().any(|quiet| reason == quiet);
            if !quiet && !inside(&want["count"], seconds(&Value::from(count))) {
                let [object, reason, message, span] = [object, reason, message, &want["count"]].map(text);
                self.0.push(format!("event {object} {reason} \"{message}\": want {span}, got {count}"));
            }
        }
        for (key, _) in got.iter().filter(|(key, _)| !known.contains(key)) {
            self.0.push(format!("event that the cluster never sent: {key}"));
        }
    }

    /// What the recordings disagree on (null) is the same as anything.
    fn same(&mut self, what: &str, want: &Value, got: &Value) {
        if !want.is_null() && !equal(want, got) {
            self.0.push(format!("{what}: want {}\n    got  {}", dumps(want), dumps(got)));
        }
    }

    fn length(&mut self, what: &str, want: usize, got: usize) {
        if want != got {
            self.0.push(format!("{what}: want {want}, got {got}"));
        }
    }
}

/// Whether an instant lies in the recorded span, with the slack that scheduling takes and the span's own width.
fn within(at: Option<f64>, span: &Value) -> bool {
    let Some((low, high)) = ends(span) else {
        return true;
    };
    let slack = SLACK + (high - low);
    at.is_some_and(|at| low - slack <= at && at <= high + slack)
}

/// Whether a count lies in the recorded span.
fn inside(span: &Value, count: Option<f64>) -> bool {
    let Some((low, high)) = ends(span) else {
        return true;
    };
    count.is_some_and(|count| low <= count && count <= high)
}

fn ends(span: &Value) -> Option<(f64, f64)> {
    Some((seconds(span.get(0)?)?, seconds(span.get(1)?)?))
}

fn whole(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::INFINITY, f64::from)
}

fn elements(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn fields(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}
