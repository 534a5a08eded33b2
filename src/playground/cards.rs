//! Objects as cards: what the stage and the lists show of a Job, a Pod, an event.

use super::story::{Story, waits_for_restart};
use super::view::{BackOff, ConditionRow, EventRow, JobCard, Lane, NodeCard, OtherCard, PodCard};
use crate::api::{Event, Job, Node, Other, Phase, Pod, Timestamp};
use crate::cluster::{Oid, Store};
use crate::controllers::job::FailureRecord;
use crate::kubectl::columns;
use serde_json::Value;
use std::rc::Rc;

/// The first wait before a restart, and the longest.
const CRASH_LOOP_MS: (u64, u64) = crate::cluster::latency::CRASH_LOOP_MS;

pub(super) fn pod_card(oid: Oid, pod: &Pod, story: &Story, store: &Store) -> PodCard {
    let past = story.pod(oid);
    let lane = lane_of(pod);
    let message = pod.status.message.clone().or_else(|| {
        pod.all_statuses().find_map(|status| {
            let waiting = status.state.waiting.as_ref().and_then(|waiting| waiting.message.clone());
            waiting.or_else(|| status.state.terminated.as_ref().and_then(|end| end.message.clone()))
        })
    });
    PodCard {
        uid: Rc::clone(&pod.metadata.uid),
        name: Rc::clone(&pod.metadata.name),
        job: pod.metadata.controller().map_or_else(|| Rc::from(""), |owner| Rc::clone(&owner.uid)),
        ordinal: past.map_or(0, |past| past.ordinal),
        index: pod.completion_index(),
        lane,
        status: columns::pod_status(pod),
        ready: columns::pod_ready(pod),
        restarts: columns::pod_restarts(pod),
        exit_code: last_exit_code(pod),
        terminating: pod.metadata.is_deleting(),
        created_ms: past.map_or(0, |past| past.created_ms),
        started_ms: past.and_then(|past| past.started_ms).filter(|_| lane != Lane::Pending),
        ended_ms: past.and_then(|past| past.ended_ms).filter(|_| pod.status.is_terminal()),
        back_off: back_off(pod, store).filter(|_| lane == Lane::CrashLoopBackOff),
        removed_ms: None,
        node: pod.node_name.clone(),
        message,
    }
}

/// A container that waits in back-off stands in the `CrashLoopBackOff` lane, even while the API still
/// says `Error`.
fn lane_of(pod: &Pod) -> Lane {
    match pod.status.phase {
        Phase::Succeeded => Lane::Completed,
        Phase::Failed => Lane::Failed,
        Phase::Pending => Lane::Pending,
        Phase::Running if waits_for_restart(pod) => Lane::CrashLoopBackOff,
        Phase::Running => Lane::Running,
    }
}

fn last_exit_code(pod: &Pod) -> Option<i32> {
    let ends = pod
        .all_statuses()
        .filter_map(|status| status.state.terminated.as_ref().or(status.last_state.terminated.as_ref()));
    ends.max_by_key(|end| end.finished_at).map(|end| end.exit_code)
}

/// The wait of the container that ended last: free the first time, then doubling.
fn back_off(pod: &Pod, store: &Store) -> Option<BackOff> {
    let waiting = pod.status.container_statuses.iter().filter_map(|status| {
        let end = status.state.terminated.as_ref().or(status.last_state.terminated.as_ref())?;
        Some((end.finished_at, status.restart_count))
    });
    let (finished, restarts) = waiting.max()?;
    let delay_ms = match restarts.checked_sub(1) {
        None => 0,
        Some(doublings) => CRASH_LOOP_MS.0.checked_shl(doublings.min(16)).unwrap_or(u64::MAX).min(CRASH_LOOP_MS.1),
    };
    let since_ms = store.virtual_ms(finished);
    Some(BackOff { since_ms, until_ms: since_ms + delay_ms, delay_ms })
}

/// What a Job's card needs beside the Job.
pub(super) struct JobContext<'a> {
    pub story: &'a Story,
    pub store: &'a Store,
    pub now_ms: u64,
    /// The Job's Pods at the playhead that haven't ended.
    pub unfinished: &'a [&'a Rc<Pod>],
    /// All its Pods at the playhead, which only a Job that waits to retry needs.
    pub all_pods: &'a dyn Fn() -> Vec<&'a Rc<Pod>>,
}

pub(super) fn job_card(oid: Oid, job: &Job, context: &JobContext<'_>) -> JobCard {
    let (spec, status) = (&job.spec, &job.status);
    let counts_restarts = spec.template.spec.restart_policy == "OnFailure";
    let restarts: u32 = context.unfinished.iter().map(|pod| pod.status.restarts()).sum();
    let failed = number(status.failed);
    JobCard {
        uid: Rc::clone(&job.metadata.uid),
        name: Rc::clone(&job.metadata.name),
        status: columns::job_status(job),
        completions: spec.completions.map(number),
        parallelism: number(spec.parallelism()),
        succeeded: number(status.succeeded),
        failed,
        active: number(status.active),
        ready: number(status.ready.unwrap_or(0)),
        terminating: number(status.terminating.unwrap_or(0)),
        backoff_limit: number(spec.backoff_limit()),
        retries_used: if counts_restarts {
            restarts.max(failed).max(context.story.fatal_restarts(oid, context.now_ms))
        } else {
            failed
        },
        counts_restarts,
        suspended: spec.is_suspended(),
        indexed: spec.is_indexed(),
        completed_indexes: status.completed_indexes.clone(),
        failed_indexes: status.failed_indexes.clone().unwrap_or_default(),
        backoff_limit_per_index: spec.index_limits.backoff_limit_per_index.map(number),
        max_failed_indexes: spec.index_limits.max_failed_indexes.map(number),
        deadline_ms: deadline_ms(job, context.store),
        expires_ms: expires_ms(job, context.store),
        conditions: status
            .conditions
            .iter()
            .map(|condition| ConditionRow {
                kind: condition.kind.clone(),
                status: condition.status.clone(),
                reason: condition.reason.clone(),
                message: condition.message.clone(),
                at_ms: context.store.virtual_ms(condition.last_transition_time),
            })
            .collect(),
        created_ms: context.story.job_created_ms(oid),
        started_ms: status.start_time.map(|start| context.store.virtual_ms(start)),
        finished_ms: finished(job).map(|at| context.store.virtual_ms(at)),
        retry_at_ms: retry_at_ms(job, context),
        duties: context.story.duties(oid, context.now_ms),
        removed_ms: None,
    }
}

/// When the Job's time is over, while it runs.
fn deadline_ms(job: &Job, store: &Store) -> Option<u64> {
    let seconds = u64::try_from(job.spec.active_deadline_seconds?).ok()?;
    let running = !job.status.is_finished() && !job.spec.is_suspended();
    running.then_some(())?;
    Some(store.virtual_ms(job.status.start_time?) + seconds.saturating_mul(1_000))
}

/// When the finished Job is removed.
fn expires_ms(job: &Job, store: &Store) -> Option<u64> {
    let seconds = u64::try_from(job.spec.ttl_seconds_after_finished?).ok()?;
    Some(store.virtual_ms(finished(job)?) + seconds * 1_000)
}

/// A node: whether it answers, and takes Pods.
pub(super) fn node_card(node: &Node) -> NodeCard {
    let conditions = node.status.get("conditions").and_then(Value::as_array).into_iter().flatten();
    let mut ready = conditions.filter(|condition| condition.get("type").and_then(Value::as_str) == Some("Ready"));
    NodeCard {
        uid: Rc::clone(&node.metadata.uid),
        name: Rc::clone(&node.metadata.name),
        ready: ready.all(|condition| condition.get("status").and_then(Value::as_str) == Some("True")),
        cordoned: node.spec.unschedulable,
    }
}

/// Fields of other kinds that a card shows, by their paths.
const FACTS: [(&str, &[&str]); 11] = [
    ("schedule", &["spec", "schedule"]),
    ("timeZone", &["spec", "timeZone"]),
    ("concurrencyPolicy", &["spec", "concurrencyPolicy"]),
    ("suspend", &["spec", "suspend"]),
    ("lastScheduleTime", &["status", "lastScheduleTime"]),
    ("lastSuccessfulTime", &["status", "lastSuccessfulTime"]),
    ("replicas", &["spec", "replicas"]),
    ("readyReplicas", &["status", "readyReplicas"]),
    ("availableReplicas", &["status", "availableReplicas"]),
    ("type", &["spec", "type"]),
    ("clusterIP", &["spec", "clusterIP"]),
];

/// An object that is stored and shown.
pub(super) fn other_card(other: &Other) -> OtherCard {
    let facts = FACTS.iter().filter_map(|(name, path)| {
        let value = path.iter().try_fold(&*other.body, |value, key| value.get(key))?;
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            Value::Bool(flag) => flag.to_string(),
            _ => return None,
        };
        Some((*name, text))
    });
    OtherCard {
        uid: Rc::clone(&other.metadata.uid),
        kind: other.kind.clone(),
        namespace: Rc::clone(&other.metadata.namespace),
        name: Rc::clone(&other.metadata.name),
        facts: facts.collect(),
    }
}

fn finished(job: &Job) -> Option<Timestamp> {
    let end = job.status.condition("Complete").or_else(|| job.status.condition("Failed"))?;
    Some(end.last_transition_time)
}

/// Until when the controller creates no replacement: the delay after the failures since the last
/// success, as far as the Pods still tell.
fn retry_at_ms(job: &Job, context: &JobContext<'_>) -> Option<u64> {
    let decided = job.status.is_true("SuccessCriteriaMet") || job.status.is_true("FailureTarget");
    let full = job.status.active
        >= job.spec.parallelism().min(job.spec.completions.unwrap_or(i32::MAX) - job.status.succeeded);
    if job.status.is_finished() || decided || job.spec.is_suspended() || full || job.status.failed == 0 {
        return None;
    }
    let record = FailureRecord::of(&(context.all_pods)());
    let now = context.store.unix_ms(context.now_ms);
    let remaining_ms = record.remaining_ms(now);
    (remaining_ms > 0).then_some(context.now_ms + remaining_ms)
}

pub(super) fn event_row(event: &Event, store: &Store, at_ms: u64) -> EventRow {
    debug_assert!(store.virtual_ms(event.last) <= at_ms + 1000, "an event isn't in the future");
    EventRow {
        uid: Rc::from(event.uid()),
        at_ms,
        warning: event.warning,
        reason: event.reason,
        object: format!("{}/{}", event.about_kind.name(), event.about_name),
        about: Rc::clone(&event.about_uid),
        message: Rc::clone(&event.message),
        component: event.component,
        count: event.count,
    }
}

/// A validated number of the API, which is never negative.
fn number(number: i32) -> u32 {
    u32::try_from(number).unwrap_or(0)
}
