//! Models `pkg/printers/internalversion/printers.go@v1.37.2`, `printPod`, `printJob` and `printEvent`: the columns of
//! `kubectl get` for the kinds of which there may be thousands.

use super::text::{age_since, human_duration, push_age, push_duration, push_number};
use crate::api::{ContainerStatus, Event, Job, Pod, PodConditionKind, Timestamp};
use std::borrow::Cow;
use std::fmt::Write;

/// What the columns of a Pod say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PodRow<'a> {
    /// Containers that are ready.
    pub ready: usize,
    /// Containers that should run: the regular ones and the sidecars.
    pub total: usize,
    /// The STATUS column.
    pub status: Cow<'a, str>,
    /// Restarts of the containers that count now.
    pub restarts: u32,
    /// When one of those ended last.
    pub last_end: Option<Timestamp>,
}

/// The columns of a Pod.
pub fn pod_row(pod: &Pod) -> PodRow<'_> {
    let status = &pod.status;
    let sidecar = |name: &str| pod.spec.init_containers.iter().any(|known| known.name == *name && known.is_sidecar());
    let sidecars = pod.spec.init_containers.iter().filter(|container| container.is_sidecar()).count();
    let mut row = PodRow {
        ready: 0,
        total: pod.spec.containers.len() + sidecars,
        status: Cow::Borrowed(status.reason.as_deref().unwrap_or(status.phase.name())),
        restarts: 0,
        last_end: None,
    };
    let scheduled = status.condition(PodConditionKind::PodScheduled);
    if scheduled.is_some_and(|condition| condition.reason == Some("SchedulingGated")) {
        row.status = Cow::Borrowed("SchedulingGated");
    }
    let (mut sidecar_restarts, mut sidecar_end, mut initializing) = (0, None, false);
    for (place, container) in status.init_container_statuses.iter().enumerate() {
        let end = last_end(container);
        row.restarts += container.restart_count;
        row.last_end = row.last_end.max(end);
        let is_sidecar = sidecar(&container.name);
        if is_sidecar {
            sidecar_restarts += container.restart_count;
            sidecar_end = sidecar_end.max(end);
        }
        let state = &container.state;
        if state.terminated.as_ref().is_some_and(|end| end.exit_code == 0) {
            continue;
        }
        if is_sidecar && container.started == Some(true) {
            row.ready += usize::from(container.ready);
            continue;
        }
        let waiting = state.waiting.as_ref().filter(|waiting| !matches!(&*waiting.reason, "" | "PodInitializing"));
        row.status = match (&state.terminated, waiting) {
            (Some(end), _) if end.reason.is_empty() => format!("Init:ExitCode:{}", end.exit_code),
            (Some(end), _) => format!("Init:{}", end.reason),
            (None, Some(waiting)) => format!("Init:{}", waiting.reason),
            (None, None) => format!("Init:{place}/{}", pod.spec.init_containers.len()),
        }
        .into();
        initializing = true;
        break;
    }
    if !initializing || status.is_true(PodConditionKind::Initialized) {
        row.restarts = sidecar_restarts;
        row.last_end = sidecar_end;
        by_containers(pod, &mut row);
    }
    if pod.metadata.is_deleting() && status.reason.as_deref() == Some("NodeLost") {
        row.status = Cow::Borrowed("Unknown");
    } else if pod.metadata.is_deleting() && !status.is_terminal() {
        row.status = Cow::Borrowed("Terminating");
    }
    row
}

/// When the instance before ended, if anybody saw it.
fn last_end(container: &ContainerStatus) -> Option<Timestamp> {
    let end = container.last_state.terminated.as_ref()?.finished_at;
    (end != Timestamp::ZERO).then_some(end)
}

/// The regular containers, the last first: so the first one has the last word.
fn by_containers<'a>(pod: &'a Pod, row: &mut PodRow<'a>) {
    let mut running = false;
    let mut error = None;
    for container in pod.status.container_statuses.iter().rev() {
        row.restarts += container.restart_count;
        row.last_end = row.last_end.max(last_end(container));
        let state = &container.state;
        if let Some(waiting) = state.waiting.as_ref().filter(|waiting| !waiting.reason.is_empty()) {
            row.status = Cow::Borrowed(&*waiting.reason);
        } else if let Some(end) = &state.terminated {
            row.status = if end.reason.is_empty() {
                Cow::Owned(format!("ExitCode:{}", end.exit_code))
            } else {
                Cow::Borrowed(end.reason)
            };
            if end.exit_code != 0 {
                error = Some(row.status.clone());
            }
        } else if container.ready && state.running.is_some() {
            running = true;
            row.ready += 1;
        }
    }
    if row.status == "Completed" {
        match error {
            _ if running && pod.status.is_true(PodConditionKind::Ready) => row.status = Cow::Borrowed("Running"),
            Some(error) => row.status = error,
            None if running => row.status = Cow::Borrowed("NotReady"),
            None => {}
        }
    }
}

/// The STATUS column of a Pod.
pub fn pod_status(pod: &Pod) -> String {
    pod_row(pod).status.into_owned()
}

/// The READY column of a Pod: `1/2`.
pub fn pod_ready(pod: &Pod) -> String {
    let row = pod_row(pod);
    format!("{}/{}", row.ready, row.total)
}

/// The RESTARTS column of a Pod, without the age of the last one.
pub fn pod_restarts(pod: &Pod) -> u32 {
    pod_row(pod).restarts
}

/// The STATUS column of a Job.
pub fn job_status(job: &Job) -> &'static str {
    let status = &job.status;
    let deleting = job.metadata.is_deleting();
    [
        ("Complete", status.is_true("Complete")),
        ("Failed", status.is_true("Failed")),
        ("Terminating", deleting),
        ("Suspended", status.is_true("Suspended")),
        ("FailureTarget", status.is_true("FailureTarget")),
        ("SuccessCriteriaMet", status.is_true("SuccessCriteriaMet")),
    ]
    .into_iter()
    .find_map(|(name, holds)| holds.then_some(name))
    .unwrap_or("Running")
}

// Writing to a String can't fail.

/// The cells of a Pod after its name, each behind a tab.
pub(super) fn pod_cells(pod: &Pod, wide: bool, now_unix_ms: i64, out: &mut String) {
    let row = pod_row(pod);
    out.push('\t');
    push_number(row.ready as u64, out);
    out.push('/');
    push_number(row.total as u64, out);
    out.push('\t');
    out.push_str(&row.status);
    out.push('\t');
    push_number(row.restarts.into(), out);
    if let (1.., Some(end)) = (row.restarts, row.last_end) {
        out.push_str(" (");
        push_duration(now_unix_ms - end.unix_ms(), out);
        out.push_str(" ago)");
    }
    out.push('\t');
    push_age(pod.metadata.creation_timestamp, now_unix_ms, out);
    if wide {
        let ip = pod.status.pod_ip.as_deref().unwrap_or("<none>");
        let node = pod.node_name.as_deref().unwrap_or("<none>");
        let gates = pod.spec.rest.get("readinessGates").and_then(serde_json::Value::as_array).map_or(0, Vec::len);
        // No component of ours sets a condition that a gate asks for.
        let gates = if gates == 0 { "<none>".to_owned() } else { format!("0/{gates}") };
        let _ = write!(out, "\t{ip}\t{node}\t<none>\t{gates}");
    }
}

/// The cells of a Job after its name, each behind a tab.
pub(super) fn job_cells(job: &Job, wide: bool, now_unix_ms: i64, out: &mut String) {
    let (spec, status) = (&job.spec, &job.status);
    let _ = write!(out, "\t{}\t{}", job_status(job), status.succeeded);
    let _ = match (spec.completions, spec.parallelism()) {
        (Some(completions), _) => write!(out, "/{completions}"),
        (None, parallelism) if parallelism > 1 => write!(out, "/1 of {parallelism}"),
        (None, _) => write!(out, "/1"),
    };
    out.push('\t');
    if let Some(start) = status.start_time {
        let end_ms = status.completion_time.map_or(now_unix_ms, Timestamp::unix_ms);
        out.push_str(&human_duration(end_ms - start.unix_ms()));
    }
    let _ = write!(out, "\t{}", age_since(job.metadata.creation_timestamp, now_unix_ms));
    if wide {
        let containers = &spec.template.spec.containers;
        let names: Vec<&str> = containers.iter().map(|container| container.name.as_str()).collect();
        let images: Vec<&str> = containers.iter().map(|container| container.image.as_str()).collect();
        let selector = spec.selector.as_ref().and_then(|selector| serde_json::to_value(selector).ok());
        let selector = super::tables::selector_text(selector.as_ref());
        let _ = write!(out, "\t{}\t{}\t{selector}", names.join(","), images.join(","));
    }
}

/// The cells of an event, each but the first behind a tab; its name, which comes last, gets the prefix.
pub(super) fn event_cells(event: &Event, prefix: &str, wide: bool, now_unix_ms: i64, out: &mut String) {
    let since = |instant: Timestamp| human_duration(now_unix_ms - instant.unix_ms());
    let _ = write!(
        out,
        "{}\t{}\t{}\t{}/{}",
        since(event.last),
        event.kind(),
        event.reason,
        event.about_kind.name().to_lowercase(),
        event.about_name
    );
    if wide {
        let _ = write!(out, "\t{}\t{}", event.field_path, event.component);
        let host = if event.series { reporter(event.component) } else { event.host.to_string() };
        if !host.is_empty() {
            let _ = write!(out, ", {host}");
        }
    }
    let _ = write!(out, "\t{}", event.message.trim());
    if wide {
        let _ = write!(out, "\t{}\t{}\t{prefix}{}", since(event.first), event.count, event.name());
    }
}

/// The instance of a component that reports through events.k8s.io: its name and the machine's.
pub(super) fn reporter(component: &str) -> String {
    format!("{component}-control-plane")
}
