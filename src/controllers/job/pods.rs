//! Models `pkg/controller/controller_utils.go@v1.37.2` (`IsPodActive`, `IsPodTerminating`,
//! `ActivePods`) and, of `job_controller.go`, `isPodFailed`, `getNewFinishedPods`,
//! `countReadyPods`; of `backoff_utils.go`, `getFinishedTime`.

use super::{count, to_u32};
use crate::api::TRACKING_FINALIZER;
use crate::api::{Job, Phase, Pod, PodConditionKind, UncountedTerminatedPods};
use std::cmp::Reverse;
use std::rc::Rc;

/// The Job's Pods, sorted into what the controller counts.
#[derive(Debug)]
pub(super) struct Census<'a> {
    /// All of them.
    pub pods: Vec<&'a Rc<Pod>>,
    /// Those neither ended nor being deleted.
    pub active_pods: Vec<&'a Rc<Pod>>,
    /// Ended well and not yet in the status.
    pub new_succeeded: Vec<&'a Rc<Pod>>,
    /// Failed and not yet in the status, those that a policy ignores included.
    pub new_failed: Vec<&'a Rc<Pod>>,
    /// How many are active, after what this sync does.
    pub active: i32,
    /// How many of these are Ready.
    pub ready: i32,
    /// How many are being deleted and haven't ended.
    pub terminating: i32,
}

impl<'a> Census<'a> {
    pub(super) fn take(job: &Job, pods: &[&'a Rc<Pod>], uncounted: &UncountedTerminatedPods) -> Self {
        let active_pods: Vec<_> = pods.iter().copied().filter(|pod| is_active(pod)).collect();
        let pending = |pod: &&Rc<Pod>| is_uncounted(job, pod);
        let new_succeeded = pods
            .iter()
            .copied()
            .filter(pending)
            .filter(|pod| pod.status.phase == Phase::Succeeded && !uncounted.succeeded.contains(&pod.metadata.uid))
            .collect();
        let new_failed = pods
            .iter()
            .copied()
            .filter(pending)
            .filter(|pod| is_failed(job, pod) && !uncounted.failed.contains(&pod.metadata.uid))
            .collect();
        Self {
            active: count(active_pods.len()),
            ready: count(active_pods.iter().filter(|pod| is_ready(pod)).count()),
            terminating: count(pods.iter().filter(|pod| is_terminating(pod)).count()),
            pods: pods.to_vec(),
            active_pods,
            new_succeeded,
            new_failed,
        }
    }

    /// Counts an active Pod as terminating.
    pub(super) fn note_deleted(&mut self, pod: &Pod) {
        self.active -= 1;
        self.terminating += 1;
        self.ready -= i32::from(is_ready(pod));
    }

    /// Restarts of all containers of Pods that are still under way.
    pub(super) fn restarts(&self) -> i32 {
        let under_way = |pod: &&&Rc<Pod>| matches!(pod.status.phase, Phase::Pending | Phase::Running);
        let sum: u64 = self.pods.iter().filter(under_way).map(|pod| u64::from(pod.status.restarts())).sum();
        i32::try_from(sum).unwrap_or(i32::MAX)
    }
}

/// Whether the Pod carries the finalizer, so that it isn't counted for good, and (Indexed) has an
/// index that counts.
fn is_uncounted(job: &Job, pod: &Pod) -> bool {
    pod.metadata.has_finalizer(TRACKING_FINALIZER) && has_valid_index(job, pod)
}

/// Whether the Pod's index counts; every Pod of a `NonIndexed` Job does.
pub(super) fn has_valid_index(job: &Job, pod: &Pod) -> bool {
    !job.spec.is_indexed()
        || pod.completion_index().is_some_and(|index| index < to_u32(job.spec.completions.unwrap_or(0)))
}

/// Neither ended nor being deleted.
pub(super) fn is_active(pod: &Pod) -> bool {
    !pod.status.is_terminal() && !pod.metadata.is_deleting()
}

/// Being deleted and not ended.
pub(super) fn is_terminating(pod: &Pod) -> bool {
    !pod.status.is_terminal() && pod.metadata.is_deleting()
}

/// Ended badly; or, where a Pod being deleted is replaced at once, being deleted.
pub(super) fn is_failed(job: &Job, pod: &Pod) -> bool {
    pod.status.phase == Phase::Failed
        || (!job.spec.replaces_only_failed() && pod.metadata.is_deleting() && pod.status.phase != Phase::Succeeded)
}

fn is_ready(pod: &Pod) -> bool {
    pod.status.is_true(PodConditionKind::Ready)
}

/// When the Pod's work was over, in milliseconds since 1970. Whole seconds, as the API has them.
pub fn finish_unix_ms(pod: &Pod) -> i64 {
    by_containers(pod)
        .or_else(|| {
            let ready = pod.status.condition(PodConditionKind::Ready).filter(|ready| !ready.holds)?;
            ready.last_transition_time.map(super::Timestamp::unix_ms)
        })
        .or_else(|| {
            let until = pod.metadata.deletion_timestamp?;
            let grace = pod.metadata.deletion_grace_period_seconds.unwrap_or(0);
            Some(until.unix_ms() - grace * 1000)
        })
        .or_else(|| pod.metadata.creation_timestamp.map(super::Timestamp::unix_ms))
        .unwrap_or(0)
}

/// The latest end of the containers, if all regular ones have ended.
fn by_containers(pod: &Pod) -> Option<i64> {
    let ends: Option<Vec<i64>> = pod
        .status
        .container_statuses
        .iter()
        .map(|status| status.state.terminated.as_ref().map(|end| end.finished_at.unix_ms()))
        .collect();
    let sidecars = pod.status.init_container_statuses.iter().filter_map(|status| {
        let is_sidecar =
            pod.spec.init_containers.iter().any(|container| container.is_sidecar() && *container.name == *status.name);
        let end = status.state.terminated.as_ref().filter(|_| is_sidecar)?;
        Some(end.finished_at.unix_ms())
    });
    let ends = ends.filter(|ends| !ends.is_empty())?;
    ends.into_iter().chain(sidecars).max()
}

/// The order in which surplus Pods go: the first ones first.
pub(super) fn sort_for_deletion(pods: &mut [&Rc<Pod>]) {
    pods.sort_by_cached_key(|pod| {
        let ready = is_ready(pod);
        let phase_rank = match pod.status.phase {
            Phase::Pending => 0,
            Phase::Running => 2,
            _ => 1,
        };
        let ready_since = pod.status.condition(PodConditionKind::Ready).and_then(|ready| ready.last_transition_time);
        (
            pod.node_name.is_some(),
            phase_rank,
            ready,
            // More recently Ready first, among those that are.
            Reverse(if ready { ready_since } else { None }),
            Reverse(most_restarts(pod)),
            Reverse(pod.metadata.creation_timestamp),
            // Upstream leaves full ties open; names make the run repeatable.
            Rc::clone(&pod.metadata.name),
        )
    });
}

fn most_restarts(pod: &Pod) -> (u32, u32) {
    let regular = pod.status.container_statuses.iter().map(|status| status.restart_count).max();
    let sidecars = pod
        .status
        .init_container_statuses
        .iter()
        .filter(|status| {
            pod.spec.init_containers.iter().any(|container| container.is_sidecar() && *container.name == *status.name)
        })
        .map(|status| status.restart_count)
        .max();
    (regular.unwrap_or(0), sidecars.unwrap_or(0))
}
