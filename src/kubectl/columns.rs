//! Models `pkg/printers/internalversion/printers.go@v1.37.2`, `printPod` and `printJob`: the columns
//! of `kubectl get`.

use crate::api::{Container, ContainerStatus, Job, Pod, PodConditionKind};

/// The STATUS column of a Pod.
pub fn pod_status(pod: &Pod) -> String {
    let status = &pod.status;
    let mut reason = status.reason.as_deref().unwrap_or(status.phase.name()).to_owned();
    let scheduling_gated = status
        .condition(PodConditionKind::PodScheduled)
        .is_some_and(|condition| condition.reason == Some("SchedulingGated"));
    if scheduling_gated {
        "SchedulingGated".clone_into(&mut reason);
    }
    let initializing = initializing_reason(pod);
    let initialized = status.is_true(PodConditionKind::Initialized);
    if let Some(initializing) = &initializing {
        reason.clone_from(initializing);
    }
    if initializing.is_none() || initialized {
        reason = by_containers(pod, reason);
    }
    if pod.metadata.is_deleting() && !status.is_terminal() {
        let lost = status.reason.as_deref() == Some("NodeLost");
        return if lost { "Unknown" } else { "Terminating" }.to_owned();
    }
    reason
}

/// What the first unfinished init container says: `Init:0/2`, `Init:Error` …
fn initializing_reason(pod: &Pod) -> Option<String> {
    let total = pod.spec.init_containers.len();
    for (place, (container, status)) in
        pod.spec.init_containers.iter().zip(&pod.status.init_container_statuses).enumerate()
    {
        let state = &status.state;
        if state.terminated.as_ref().is_some_and(|end| end.exit_code == 0) {
            continue;
        }
        if container.is_sidecar() && status.started == Some(true) {
            continue;
        }
        if let Some(end) = &state.terminated {
            let why =
                if end.reason.is_empty() { format!("ExitCode:{}", end.exit_code) } else { end.reason.to_string() };
            return Some(format!("Init:{why}"));
        }
        let waiting = state
            .waiting
            .as_ref()
            .filter(|waiting| !waiting.reason.is_empty() && &*waiting.reason != "PodInitializing");
        return Some(match waiting {
            Some(waiting) => format!("Init:{}", waiting.reason),
            None => format!("Init:{place}/{total}"),
        });
    }
    None
}

fn by_containers(pod: &Pod, mut reason: String) -> String {
    let mut running = false;
    let mut error = None;
    for status in pod.status.container_statuses.iter().rev() {
        let state = &status.state;
        if let Some(waiting) = state.waiting.as_ref().filter(|waiting| !waiting.reason.is_empty()) {
            reason = waiting.reason.to_string();
        } else if let Some(end) = &state.terminated {
            reason = if end.reason.is_empty() { format!("ExitCode:{}", end.exit_code) } else { end.reason.to_string() };
            if end.exit_code != 0 {
                error = Some(reason.clone());
            }
        } else if status.ready && state.running.is_some() {
            running = true;
        }
    }
    if reason != "Completed" {
        return reason;
    }
    let ready = pod.status.is_true(PodConditionKind::Ready);
    match (running && ready, error) {
        (true, _) => "Running".to_owned(),
        (false, Some(error)) => error,
        (false, None) if running => "NotReady".to_owned(),
        (false, None) => reason,
    }
}

/// The READY column of a Pod: `1/2`.
pub fn pod_ready(pod: &Pod) -> String {
    let (total, ready) = counted(pod).fold((0, 0), |(total, ready), status| {
        let is_ready = status.is_some_and(|status| status.ready && status.state.running.is_some());
        (total + 1, ready + u32::from(is_ready))
    });
    format!("{ready}/{total}")
}

/// The statuses of the containers that count: regular ones and sidecars.
fn counted(pod: &Pod) -> impl Iterator<Item = Option<&ContainerStatus>> {
    let of = |container: &Container, statuses: &'_ [ContainerStatus]| {
        statuses.iter().position(|status| *status.name == *container.name)
    };
    let regular = pod.spec.containers.iter().map(move |container| {
        of(container, &pod.status.container_statuses).and_then(|place| pod.status.container_statuses.get(place))
    });
    let sidecars = pod.spec.init_containers.iter().filter(|container| container.is_sidecar()).map(move |container| {
        of(container, &pod.status.init_container_statuses)
            .and_then(|place| pod.status.init_container_statuses.get(place))
    });
    regular.chain(sidecars)
}

/// The RESTARTS column of a Pod: regular containers and sidecars.
pub fn pod_restarts(pod: &Pod) -> u32 {
    counted(pod).flatten().map(|status| status.restart_count).sum()
}

/// The STATUS column of a Job.
pub fn job_status(job: &Job) -> &'static str {
    let status = &job.status;
    let is_true = |kind: &str| status.is_true(kind);
    if is_true("Complete") {
        "Complete"
    } else if is_true("Failed") {
        "Failed"
    } else if job.metadata.is_deleting() {
        "Terminating"
    } else if is_true("Suspended") {
        "Suspended"
    } else if is_true("FailureTarget") {
        "FailureTarget"
    } else if is_true("SuccessCriteriaMet") {
        "SuccessCriteriaMet"
    } else {
        "Running"
    }
}
