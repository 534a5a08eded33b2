//! What one trace shows, in the terms in which recordings are compared.

use std::cmp::Ordering;

use serde_json::{Map, Value, json};

use super::column::{column, has_ended};
use super::python::{dumps, equal, seconds, sort_key, sum, text, truthy};
use super::read::{Read, answer, items, items_or_none, last, maybe, need, one, string};

/// A trace's features.
pub struct Features {
    /// `[exit, stdout, stderr]` of the first `kubectl apply`.
    pub apply: Value,
    /// The same of each step.
    pub steps: Vec<Value>,
    /// The same of each final command.
    pub finals: Map<String, Value>,
    /// The Jobs, as the trace orders them.
    pub jobs: Vec<JobFeatures>,
    /// The `CronJob`s' fields that are compared.
    pub cronjobs: Vec<Map<String, Value>>,
    /// The Pods, in an order that doesn't hang on when each was created.
    pub pods: Vec<PodFeatures>,
    /// How often each event came, keyed by `[kind, type, reason, message]` in JSON, in the order of the first.
    pub events: Vec<(String, i64)>,
}

/// A Job's features.
pub struct JobFeatures {
    /// Its name.
    pub name: Value,
    /// The different `[active, succeeded, failed, conditions]` it went through.
    pub path: Value,
    /// `[type, status, reason, message]` of the conditions at the end.
    pub conditions: Value,
    /// Seconds after its creation of each condition, of its completion and of its removal.
    pub times: Map<String, Value>,
    /// Its status at the end.
    pub status: Value,
}

/// A Pod's features.
pub struct PodFeatures {
    /// The fields that are compared as they are, by name.
    pub fields: Map<String, Value>,
    /// The instants `created`, `ended` and `removed`.
    pub times: Map<String, Value>,
    /// How often its containers were restarted.
    pub restarts: Value,
    /// What Pods of several runs are matched by.
    signature: String,
}

/// The features of a trace, or why it isn't one.
pub fn features(trace: &Value) -> Read<Features> {
    Ok(Features {
        apply: answer(need(trace, "apply")?)?,
        steps: each(trace, "steps", answer)?,
        jobs: each(trace, "jobs", job_features)?,
        cronjobs: each(trace, "cronjobs", cron_features)?,
        pods: pods(trace)?,
        events: events(trace)?,
        finals: finals(trace)?,
    })
}

fn each<T>(trace: &Value, key: &str, read: fn(&Value) -> Read<T>) -> Read<Vec<T>> {
    items(need(trace, key)?)?.iter().map(read).collect()
}

fn finals(trace: &Value) -> Read<Map<String, Value>> {
    let commands = need(trace, "final")?.as_object().ok_or("final is not an object")?;
    commands.iter().map(|(command, result)| Ok((command.clone(), answer(result)?))).collect()
}

fn job_features(job: &Value) -> Read<JobFeatures> {
    let status = need(last(need(job, "states")?)?, "status")?;
    Ok(JobFeatures {
        name: need(job, "name")?.clone(),
        path: job_path(job)?,
        conditions: conditions(status)?,
        times: job_times(job, status)?,
        status: status.clone(),
    })
}

fn job_path(job: &Value) -> Read<Value> {
    let zero = Value::from(0);
    let mut path = Vec::new();
    for state in items(need(job, "states")?)? {
        let status = need(state, "status")?;
        let names: Vec<String> = conditions_of(status)?.iter().map(condition_name).collect::<Read<_>>()?;
        let count = |key| status.get(key).unwrap_or(&zero);
        path.push(json!([count("active"), count("succeeded"), count("failed"), names]));
    }
    Ok(dedupe(path))
}

fn job_times(job: &Value, status: &Value) -> Read<Map<String, Value>> {
    let created = need(job, "created")?;
    let since = |t: &Value| sum(t, -1, created).ok_or_else(|| "a time that isn't a number".to_owned());
    let mut times = Map::new();
    for state in items(need(job, "states")?)? {
        for condition in conditions_of(need(state, "status")?)? {
            let at = since(need(state, "t")?)?;
            times.entry(condition_name(condition)?).or_insert(at);
        }
    }
    let removed = maybe(job, "removed")?;
    if !removed.is_null() {
        times.insert("removed".to_owned(), since(removed)?);
    }
    let completion = maybe(status, "completionTime")?;
    if !completion.is_null() {
        times.insert("completionTime".to_owned(), completion.clone());
    }
    Ok(times)
}

fn conditions(status: &Value) -> Read<Value> {
    let rows = conditions_of(status)?.iter().map(|c| {
        let (kind, state) = (need(c, "type")?, need(c, "status")?);
        Ok(json!([kind, state, maybe(c, "reason")?, one(maybe(c, "message")?)?]))
    });
    rows.collect()
}

fn conditions_of(status: &Value) -> Read<&[Value]> {
    items_or_none(maybe(status, "conditions")?)
}

fn condition_name(condition: &Value) -> Read<String> {
    Ok(format!("{}={}", text(need(condition, "type")?), text(need(condition, "status")?)))
}

fn cron_features(cron: &Value) -> Read<Map<String, Value>> {
    let status = need(last(need(cron, "states")?)?, "status")?;
    let fields = [
        ("name", need(cron, "name")?.clone()),
        ("created", need(cron, "created")?.clone()),
        ("removed", Value::from(!maybe(cron, "removed")?.is_null())),
        ("active", Value::from(items_or_none(maybe(status, "active")?)?.len())),
        ("lastScheduleTime", Value::from(!maybe(status, "lastScheduleTime")?.is_null())),
        ("lastSuccessfulTime", Value::from(!maybe(status, "lastSuccessfulTime")?.is_null())),
    ];
    Ok(fields.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}

/// Sorted by signature, those that share one by creation and then by shape.
fn pods(trace: &Value) -> Read<Vec<PodFeatures>> {
    let mut pods = each(trace, "pods", pod_features)?;
    let timeless = pods.iter().filter(|pod| seconds(&pod.times["created"]).is_none()).count();
    if timeless > 0 && timeless < pods.len() {
        return Err("a Pod whose creation has no time".to_owned());
    }
    pods.sort_by(|a, b| {
        let shape = |pod: &PodFeatures| text(&pod.fields["shape"]);
        a.signature.cmp(&b.signature).then(by_creation(a, b)).then_with(|| shape(a).cmp(&shape(b)))
    });
    Ok(pods)
}

fn by_creation(a: &PodFeatures, b: &PodFeatures) -> Ordering {
    let created = |pod: &PodFeatures| seconds(&pod.times["created"]);
    created(a).partial_cmp(&created(b)).unwrap_or(Ordering::Equal)
}

fn pod_features(pod: &Value) -> Read<PodFeatures> {
    let states = need(pod, "states")?;
    let end = last(states)?;
    let removed = maybe(pod, "removed")?;
    let annotations = Value::from(map_or_none(maybe(pod, "annotations")?)?);
    let containers: Value = each(end, "containers", container_end)?.into();
    let fields = [
        ("shape", one(need(pod, "name")?)?),
        ("owner", one(maybe(pod, "owner")?)?),
        ("phase", need(end, "phase")?.clone()),
        ("reason", maybe(end, "reason")?.clone()),
        ("containers", containers),
        ("removed", Value::from(!removed.is_null())),
        ("message", one(maybe(end, "message")?)?),
        ("labels", labels(pod)?),
        ("annotations", annotations),
        ("hostname", maybe(pod, "hostname")?.clone()),
        ("columns", columns(items(states)?)?),
    ];
    let fields = fields.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
    let times = [("created", need(pod, "created")?), ("ended", ended(items(states)?)?), ("removed", removed)];
    Ok(PodFeatures {
        signature: signature(&fields),
        fields,
        times: times.into_iter().map(|(key, value)| (key.to_owned(), value.clone())).collect(),
        restarts: restarts(end)?,
    })
}

fn container_end(container: &Value) -> Read<Value> {
    let of = |when, key| {
        let state = maybe(container, when)?;
        if truthy(state) { maybe(state, key) } else { Ok(&Value::Null) }
    };
    Ok(json!({
        "name": need(container, "name")?,
        "state": of("now", "state")?,
        "reason": of("now", "reason")?,
        "exitCode": of("now", "exitCode")?,
        "lastReason": of("last", "reason")?,
        "lastExitCode": of("last", "exitCode")?,
    }))
}

fn labels(pod: &Value) -> Read<Value> {
    let labels = map_or_none(maybe(pod, "labels")?)?;
    let plain: Read<Map<_, _>> = labels.into_iter().map(|(key, value)| Ok((key, one(&value)?))).collect();
    plain.map(Value::from)
}

fn map_or_none(value: &Value) -> Read<Map<String, Value>> {
    match value {
        Value::Object(fields) => Ok(fields.clone()),
        value if truthy(value) => Err("labels or annotations that aren't an object".to_owned()),
        _ => Ok(Map::new()),
    }
}

fn columns(states: &[Value]) -> Read<Value> {
    states.iter().map(column).collect::<Read<_>>().map(dedupe)
}

fn ended(states: &[Value]) -> Read<&Value> {
    for state in states {
        if has_ended(need(state, "phase")?) {
            return need(state, "t");
        }
    }
    Ok(&Value::Null)
}

fn restarts(end: &Value) -> Read<Value> {
    items(need(end, "containers")?)?.iter().try_fold(Value::from(0), |total, container| {
        sum(&total, 1, need(container, "restarts")?).ok_or_else(|| "restarts that aren't a number".to_owned())
    })
}

fn signature(fields: &Map<String, Value>) -> String {
    let index = fields["annotations"].get("batch.kubernetes.io/job-completion-index");
    sort_key(&json!([
        fields["shape"],
        index,
        fields["phase"],
        fields["reason"],
        fields["containers"],
        fields["removed"]
    ]))
}

fn events(trace: &Value) -> Read<Vec<(String, i64)>> {
    let mut counts: Vec<(String, i64)> = Vec::new();
    for event in items(need(trace, "events")?)? {
        let object = string(need(event, "object")?)?;
        let kind = object.split('/').next().unwrap_or(object);
        if !["Job", "CronJob", "Pod"].contains(&kind) {
            continue;
        }
        let message = need(event, "message")?;
        let message = if truthy(message) { string(message)? } else { "" };
        let message = message.strip_prefix("(combined from similar events): ").unwrap_or(message);
        let key =
            event_key([&Value::from(kind), need(event, "type")?, need(event, "reason")?, &one(&Value::from(message))?]);
        match counts.iter_mut().find(|(known, _)| *known == key) {
            Some((_, count)) => *count += 1,
            None => counts.push((key, 1)),
        }
    }
    Ok(counts)
}

/// What events are counted by: kind, type, reason and message.
pub fn event_key(parts: [&Value; 4]) -> String {
    dumps(&json!(parts))
}

/// The sequence with what repeats the one before it left out.
fn dedupe(sequence: Vec<Value>) -> Value {
    let mut sequence = sequence;
    sequence.dedup_by(|next, before| equal(next, before));
    Value::from(sequence)
}
