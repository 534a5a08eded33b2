//! The log as a watcher's record: each object with its states, a state added each time one of the
//! recorded fields changed.

use crate::api::{ContainerState, ContainerStatus, Event, Job, Object, ObjectKind, ObjectMeta, Other, Pod, Timestamp};
use crate::cluster::Change;
use serde_json::{Map, Value, json};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::rc::Rc;

const LAST_APPLIED: &str = "last-applied";

/// `apply`, `jobs`, `cronjobs`, `pods` and `events` of a trace.
pub(super) struct Record {
    pub apply: Value,
    pub jobs: Vec<Value>,
    pub cron_jobs: Vec<Value>,
    pub pods: Vec<Value>,
    pub events: Vec<Value>,
}

/// Reads the record from the log, with what `kubectl apply` answered. Instants count from the first object's
/// creation.
pub(super) fn record(log: &[Change], end_ms: u64, namespace: &str, applied: Value) -> Record {
    let base_ms = log
        .iter()
        .find(|change| {
            let kind = change.after.as_ref().map(Object::kind);
            matches!(kind, Some(ObjectKind::Job | ObjectKind::CronJob | ObjectKind::Pod))
        })
        .map_or(0, |change| change.at_ms);
    let mut watcher = Watcher { base_ms, ..Watcher::default() };
    // The recorder looks at the scenario's own namespace, and at what has none.
    let is_seen = |change: &&Change| {
        let object = change.after.as_ref().or(change.before.as_ref());
        object.is_some_and(|object| matches!(object.namespace(), "" | "default") || object.namespace() == namespace)
    };
    for change in log.iter().take_while(|change| change.at_ms <= end_ms).filter(is_seen) {
        watcher.see(change);
    }
    watcher.finish(namespace, applied)
}

#[derive(Default)]
struct Watcher {
    base_ms: u64,
    /// By the order of appearance: place of the object and its entry.
    order: BTreeMap<u32, (Kind, usize)>,
    jobs: Vec<Map<String, Value>>,
    cron_jobs: Vec<Map<String, Value>>,
    pods: Vec<Map<String, Value>>,
    events: Vec<Map<String, Value>>,
    /// What stands for a Pod's name and uid in messages.
    names: Vec<Name>,
}

/// A Pod's name and uid.
type Name = (Rc<str>, Rc<str>);

#[derive(Clone, Copy)]
enum Kind {
    Job,
    CronJob,
    Pod,
    Event,
}

impl Watcher {
    fn see(&mut self, change: &Change) {
        let at = seconds(change.at_ms.saturating_sub(self.base_ms));
        match &change.after {
            Some(Object::Job(job)) => self.see_job(change.oid.0, at, job),
            Some(Object::Pod(pod)) => self.see_pod(change.oid.0, at, pod),
            Some(Object::Event(event)) => self.see_event(change.oid.0, at, event),
            Some(Object::Other(other)) if other.kind == "CronJob" => self.see_cron_job(change.oid.0, at, other),
            Some(Object::Node(_) | Object::Other(_)) => {}
            None => self.see_removed(change.oid.0, &at),
        }
    }

    fn see_job(&mut self, number: u32, at: Value, job: &Job) {
        let place = if let Some((_, place)) = self.order.get(&number) {
            *place
        } else {
            self.jobs.push(entry(&job.metadata, &at));
            self.order.insert(number, (Kind::Job, self.jobs.len() - 1));
            self.jobs.len() - 1
        };
        let created = job.metadata.creation_timestamp.unwrap_or(Timestamp(0));
        let state = json!({
            "spec": job_spec(job),
            "status": job_status(job, created),
            "deleting": job.metadata.is_deleting(),
            "finalizers": job.metadata.finalizers,
        });
        if let Some(entry) = self.jobs.get_mut(place) {
            add_state(entry, at, state);
        }
    }

    fn see_cron_job(&mut self, number: u32, at: Value, cron_job: &Other) {
        let metadata = &cron_job.metadata;
        let place = if let Some((_, place)) = self.order.get(&number) {
            *place
        } else {
            self.cron_jobs.push(entry(metadata, &at));
            self.order.insert(number, (Kind::CronJob, self.cron_jobs.len() - 1));
            self.cron_jobs.len() - 1
        };
        let created = metadata.creation_timestamp.unwrap_or(Timestamp(0));
        let part = |name: &str| cron_job.body.get(name).cloned().unwrap_or_else(|| json!({}));
        let mut spec = part("spec");
        if let Value::Object(fields) = &mut spec {
            fields.shift_remove("jobTemplate");
        }
        let state = json!({
            "spec": spec,
            "status": relative_status(part("status"), created),
            "deleting": metadata.is_deleting(),
            "finalizers": metadata.finalizers,
        });
        if let Some(entry) = self.cron_jobs.get_mut(place) {
            add_state(entry, at, state);
        }
    }

    fn see_pod(&mut self, number: u32, at: Value, pod: &Pod) {
        let place = if let Some((_, place)) = self.order.get(&number) {
            *place
        } else {
            let mut entry = entry(&pod.metadata, &at);
            entry.insert("ord".to_owned(), json!(self.pods.len()));
            entry.insert("hostname".to_owned(), json!(pod.spec.hostname));
            entry.insert("generateName".to_owned(), json!(pod.metadata.generate_name));
            self.names.push((Rc::clone(&pod.metadata.name), Rc::clone(&pod.metadata.uid)));
            self.pods.push(entry);
            self.order.insert(number, (Kind::Pod, self.pods.len() - 1));
            self.pods.len() - 1
        };
        let mut state = pod_state(pod);
        if let (true, Some(fields)) = (pod.metadata.is_deleting(), state.as_object_mut()) {
            fields.insert("grace".to_owned(), json!(pod.metadata.deletion_grace_period_seconds));
        }
        if let Some(entry) = self.pods.get_mut(place) {
            add_state(entry, at, state);
            for (field, map) in [("labels", &pod.metadata.labels), ("annotations", &pod.metadata.annotations)] {
                if !map.is_empty() {
                    entry.insert(field.to_owned(), json!(map));
                }
            }
        }
    }

    fn see_event(&mut self, number: u32, at: Value, event: &Event) {
        let seen = json!([at, event.count]);
        if let Some((_, place)) = self.order.get(&number) {
            if let Some(entry) = self.events.get_mut(*place) {
                entry.insert("message".to_owned(), json!(event.message));
                if let Some(Value::Array(counts)) = entry.get_mut("count") {
                    counts.push(seen);
                }
            }
            return;
        }
        let mut entry = Map::new();
        entry.insert("t".to_owned(), at);
        entry.insert("object".to_owned(), json!(format!("{}/{}", event.about_kind.name(), event.about_name)));
        entry.insert(
            "field".to_owned(),
            if event.field_path.is_empty() { Value::Null } else { json!(event.field_path) },
        );
        entry.insert("type".to_owned(), json!(event.kind()));
        entry.insert("reason".to_owned(), json!(event.reason));
        entry.insert("from".to_owned(), json!(event.component));
        entry.insert("message".to_owned(), json!(event.message));
        entry.insert("count".to_owned(), json!([seen]));
        self.events.push(entry);
        self.order.insert(number, (Kind::Event, self.events.len() - 1));
    }

    fn see_removed(&mut self, number: u32, at: &Value) {
        let Some((kind, place)) = self.order.get(&number).copied() else { return };
        let entries = match kind {
            Kind::Job => &mut self.jobs,
            Kind::CronJob => &mut self.cron_jobs,
            Kind::Pod => &mut self.pods,
            Kind::Event => return,
        };
        if let Some(entry) = entries.get_mut(place) {
            entry.insert("removed".to_owned(), at.clone());
        }
    }

    fn finish(self, namespace: &str, applied: Value) -> Record {
        let list = |entries: Vec<Map<String, Value>>| entries.into_iter().map(Value::Object).collect();
        let mut record = Record {
            apply: applied,
            jobs: list(self.jobs),
            cron_jobs: list(self.cron_jobs),
            pods: list(self.pods),
            events: list(self.events),
        };
        // The longest first: a name may be a part of another.
        let mut names: Vec<_> = self.names.iter().enumerate().collect();
        names.sort_by_key(|(_, (name, _))| Reverse(name.len()));
        for entry in
            record.jobs.iter_mut().chain(&mut record.cron_jobs).chain(&mut record.pods).chain(&mut record.events)
        {
            stand_in(entry, &names, namespace, true);
        }
        stand_in(&mut record.apply, &names, namespace, false);
        record
    }
}

fn entry(metadata: &ObjectMeta, at: &Value) -> Map<String, Value> {
    let mut entry = Map::new();
    entry.insert("name".to_owned(), json!(metadata.name));
    entry.insert("created".to_owned(), at.clone());
    entry.insert("removed".to_owned(), Value::Null);
    let owner = metadata.owner_references.first().map(|owner| format!("{}/{}", owner.kind, owner.name));
    entry.insert("owner".to_owned(), json!(owner));
    let labels = if metadata.labels.is_empty() { Value::Null } else { json!(metadata.labels) };
    entry.insert("labels".to_owned(), labels);
    let annotations: BTreeMap<_, _> =
        metadata.annotations.iter().filter(|(key, _)| !key.contains(LAST_APPLIED)).collect();
    entry.insert("annotations".to_owned(), json!(annotations));
    entry.insert("states".to_owned(), json!([]));
    entry
}

/// Adds a state, if it differs from the last one in something but its instant.
fn add_state(entry: &mut Map<String, Value>, at: Value, state: Value) {
    let Some(Value::Array(states)) = entry.get_mut("states") else { return };
    let Value::Object(state) = state else { return };
    let same = states
        .last()
        .and_then(Value::as_object)
        .is_some_and(|last| last.iter().filter(|(key, _)| *key != "t").eq(state.iter()));
    if same {
        return;
    }
    let mut with_time = Map::new();
    with_time.insert("t".to_owned(), at);
    with_time.extend(state);
    states.push(Value::Object(with_time));
}

/// Seconds with two decimals, exactly: hundredths as a decimal number.
fn seconds(ms: u64) -> Value {
    let hundredths = (ms + 5) / 10;
    let text = format!("{}.{:02}", hundredths / 100, hundredths % 100);
    serde_json::from_str(&text).unwrap_or(Value::Null)
}

fn job_spec(job: &Job) -> Value {
    let spec = &job.spec;
    let mut fields = Map::new();
    let mut put = |name: &str, value: Value| {
        if !value.is_null() {
            fields.insert(name.to_owned(), value);
        }
    };
    put("parallelism", json!(spec.parallelism));
    put("completions", json!(spec.completions));
    put("suspend", json!(spec.suspend));
    put("activeDeadlineSeconds", json!(spec.active_deadline_seconds));
    put("backoffLimit", json!(spec.backoff_limit));
    Value::Object(fields)
}

/// The status as the API has it, instants as seconds after the Job's creation.
fn job_status(job: &Job, created: Timestamp) -> Value {
    relative_status(serde_json::to_value(&*job.status).unwrap_or(Value::Null), created)
}

/// Instants as seconds after the object's creation.
fn relative_status(mut status: Value, created: Timestamp) -> Value {
    let relative = |fields: &mut Map<String, Value>| {
        for (name, value) in fields.iter_mut() {
            let instant = value.as_str().and_then(Timestamp::parse).filter(|_| name.ends_with("Time"));
            if let Some(instant) = instant {
                *value = json!(instant.0 - created.0);
            }
        }
    };
    if let Value::Object(fields) = &mut status {
        relative(fields);
        for condition in fields.get_mut("conditions").and_then(Value::as_array_mut).into_iter().flatten() {
            if let Value::Object(fields) = condition {
                fields.shift_remove("lastProbeTime");
                relative(fields);
            }
        }
    }
    status
}

fn pod_state(pod: &Pod) -> Value {
    let status = &pod.status;
    let conditions: BTreeMap<&str, Value> = status
        .conditions
        .iter()
        .map(|condition| (condition.kind.name(), json!([condition.status(), condition.reason, condition.message])))
        .collect();
    let init = status.init_container_statuses.iter().map(|status| container(status, true));
    let main = status.container_statuses.iter().map(|status| container(status, false));
    json!({
        "phase": status.phase,
        "reason": status.reason,
        "message": status.message,
        "conditions": conditions,
        "containers": init.chain(main).collect::<Vec<_>>(),
        "node": pod.node_name,
        "deleting": pod.metadata.is_deleting(),
        "finalizers": pod.metadata.finalizers,
    })
}

fn container(status: &ContainerStatus, init: bool) -> Value {
    let mut fields = json!({
        "name": status.name,
        "ready": status.ready,
        "started": status.started,
        "restarts": status.restart_count,
        "now": state(&status.state),
        "last": state(&status.last_state),
    });
    if let (true, Some(fields)) = (init, fields.as_object_mut()) {
        fields.insert("kind".to_owned(), json!("init"));
    }
    fields
}

fn state(state: &ContainerState) -> Value {
    if state.running.is_some() {
        return json!({"state": "running"});
    }
    if let Some(end) = &state.terminated {
        let mut fields = json!({"state": "terminated", "reason": end.reason, "exitCode": end.exit_code});
        if let (Some(message), Some(fields)) = (&end.message, fields.as_object_mut()) {
            fields.insert("message".to_owned(), json!(message));
        }
        return fields;
    }
    if let Some(waiting) = &state.waiting {
        let mut fields = json!({"state": "waiting", "reason": waiting.reason});
        if let (Some(message), Some(fields)) = (&waiting.message, fields.as_object_mut()) {
            fields.insert("message".to_owned(), json!(message));
        }
        return fields;
    }
    Value::Null
}

/// Puts `{pod0}`, `{uid:pod0}` and `{ns}` for names and uids in texts, but for the object's own name.
fn stand_in(value: &mut Value, names: &[(usize, &Name)], namespace: &str, top: bool) {
    match value {
        Value::String(text) => {
            if text.contains(namespace) {
                *text = text.replace(namespace, "{ns}");
            }
            for (number, (name, uid)) in names {
                if text.contains(&**name) {
                    *text = text.replace(&**name, &format!("{{pod{number}}}"));
                }
                if text.contains(&**uid) {
                    *text = text.replace(&**uid, &format!("{{uid:pod{number}}}"));
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| stand_in(item, names, namespace, false)),
        Value::Object(fields) => {
            for (key, field) in fields.iter_mut() {
                if !(top && key == "name") {
                    stand_in(field, names, namespace, false);
                }
            }
        }
        _ => {}
    }
}
