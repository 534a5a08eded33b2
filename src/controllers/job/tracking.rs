//! Models `pkg/controller/job/job_controller.go@v1.37.2`, `trackJobStatusAndRemoveFinalizers`,
//! `flushUncountedAndRemoveFinalizers`, `enactJobFinished`, `recordJobFinished`: every Pod is
//! counted exactly once, in two writes with the removal of its finalizer between them.

use super::plan::Action;
use super::pods::{has_valid_index, is_failed};
use super::{BATCH, Sync, count, failure_policy, finish};
use crate::api::TRACKING_FINALIZER;
use crate::api::{JobStatus, Phase, Pod, UncountedTerminatedPods};
use crate::because::Because;
use std::collections::BTreeSet;
use std::rc::Rc;

impl<'a> Sync<'a> {
    pub(super) fn track(&mut self, needs_write: bool) {
        let mut needs_write = needs_write | self.settle_uncounted(&BTreeSet::new());
        let releases = self.account();
        needs_write |= releases.status_changed;
        needs_write |= self.write_indexes();
        needs_write |= self.declare_verdict();
        if needs_write {
            self.write_status();
        }
        for pod in &releases.pods {
            let uid = Rc::clone(&pod.metadata.uid);
            self.plan.push(Action::RemoveFinalizer { pod: uid }, Because::FinalizerDone);
        }
        let released: BTreeSet<Rc<str>> = releases.pods.iter().map(|pod| Rc::clone(&pod.metadata.uid)).collect();
        let counted = self.settle_uncounted(&released);
        let finished = !releases.cut_short && self.finish();
        if counted || finished {
            self.write_status();
        }
        if finished {
            self.report_end();
        }
        if releases.cut_short {
            self.plan.requeue_in(0);
        }
    }

    /// Moves uids of Pods that no longer carry the finalizer from the lists into the counters.
    fn settle_uncounted(&mut self, released: &BTreeSet<Rc<str>>) -> bool {
        let Some(uncounted) = &mut self.status.uncounted_terminated_pods else { return false };
        if uncounted.succeeded.is_empty() && uncounted.failed.is_empty() {
            return false;
        }
        let tracked: BTreeSet<&Rc<str>> = self
            .census
            .pods
            .iter()
            .filter(|pod| pod.metadata.has_finalizer(TRACKING_FINALIZER))
            .map(|pod| &pod.metadata.uid)
            .filter(|uid| !released.contains(*uid))
            .collect();
        let before = (uncounted.succeeded.len(), uncounted.failed.len());
        uncounted.succeeded.retain(|uid| tracked.contains(uid));
        uncounted.failed.retain(|uid| tracked.contains(uid));
        let succeeded = count(before.0 - uncounted.succeeded.len());
        let failed = count(before.1 - uncounted.failed.len());
        self.status.succeeded += succeeded;
        self.status.failed += failed;
        succeeded + failed > 0
    }

    /// Chooses the Pods to let go and writes their uids (or indexes) into the status.
    fn account(&mut self) -> Releases<'a> {
        let mut releases = Releases::default();
        let kept = self.pods_kept_for_their_index();
        let mut pods = self.census.pods.clone();
        if self.job.spec.is_indexed() {
            // Upstream goes by ascending index, so that a cut at 500 is repeatable.
            crate::go::sort::by_key(&mut pods, |pod| pod.completion_index());
        }
        let failing = self.verdict.as_ref().is_some_and(|verdict| !verdict.success);
        let ending = self.job.metadata.is_deleting() || self.verdict.is_some();
        let mut uncounted = self.status.uncounted_terminated_pods.take().unwrap_or_default();
        // Each Pod is met once, so only one that was listed before can be listed already.
        let listed = uncounted.clone();
        let mut new_indexes = 0;
        for pod in pods {
            if !pod.metadata.has_finalizer(TRACKING_FINALIZER) {
                continue;
            }
            let succeeded = pod.status.phase == Phase::Succeeded;
            let failed = is_failed(self.job, pod);
            let held =
                pod.completion_index().and_then(|index| kept.get(&index)).is_some_and(|other| Rc::ptr_eq(other, pod));
            if !(ending || succeeded || (failed && !held)) {
                continue;
            }
            releases.pods.push(pod);
            let counts = has_valid_index(self.job, pod);
            if succeeded && !listed.failed.contains(&pod.metadata.uid) {
                let told = listed.succeeded.contains(&pod.metadata.uid);
                new_indexes += self.account_success(pod, (counts, told), &mut uncounted, &mut releases);
            } else if (failed || failing)
                && counts
                && !failure_policy::is_ignored(self.job, pod)
                && !listed.failed.contains(&pod.metadata.uid)
            {
                uncounted.failed.push(Rc::clone(&pod.metadata.uid));
                releases.status_changed = true;
            }
            if new_indexes + uncounted.succeeded.len() + uncounted.failed.len() >= BATCH {
                releases.cut_short = true;
                break;
            }
        }
        self.status.uncounted_terminated_pods = Some(uncounted);
        releases
    }

    /// Returns how many indexes were added. The flags: whether its index counts, whether the list has it already.
    fn account_success(
        &mut self,
        pod: &Pod,
        (counts, told): (bool, bool),
        uncounted: &mut UncountedTerminatedPods,
        releases: &mut Releases<'a>,
    ) -> usize {
        if self.job.spec.is_indexed() {
            let added = counts && pod.completion_index().is_some();
            releases.status_changed |= added;
            return usize::from(added);
        }
        if !told {
            uncounted.succeeded.push(Rc::clone(&pod.metadata.uid));
            releases.status_changed = true;
        }
        0
    }

    /// An Indexed Job's success counter follows its indexes at once.
    fn write_indexes(&mut self) -> bool {
        if !self.job.spec.is_indexed() {
            return false;
        }
        let completed = self.succeeded_indexes.to_string();
        let failed = self.job.spec.index_limits.backoff_limit_per_index.map(|_| self.failed_indexes.to_string());
        let changed = self.status.completed_indexes != completed || self.status.failed_indexes != failed;
        self.status.succeeded = count(self.succeeded_indexes.len());
        self.status.completed_indexes = completed;
        self.status.failed_indexes = failed;
        changed
    }

    /// The interim condition: `SuccessCriteriaMet` or `FailureTarget`.
    fn declare_verdict(&mut self) -> bool {
        let now = self.now();
        let Some(verdict) = &self.verdict else { return false };
        if verdict.because.is_none() {
            return false;
        }
        let kind = verdict.interim_type();
        let (reason, message) = (verdict.reason.clone(), verdict.message.clone());
        finish::set_condition(&mut self.status, kind, "True", &reason, &message, now)
    }

    /// The final condition, once no Pod is left running or uncounted.
    fn finish(&mut self) -> bool {
        let now = self.now();
        let Some(verdict) = &self.verdict else { return false };
        let uncounted = self.status.uncounted_terminated_pods.as_ref();
        let all_counted = uncounted.is_none_or(|lists| lists.succeeded.is_empty() && lists.failed.is_empty());
        if !all_counted || self.status.terminating.unwrap_or(0) != 0 {
            return false;
        }
        let kind = verdict.final_type();
        let (success, reason, message) = (verdict.success, verdict.reason.clone(), verdict.message.clone());
        let changed = finish::set_condition(&mut self.status, kind, "True", &reason, &message, now);
        if success {
            self.status.completion_time = Some(now);
        }
        changed
    }

    fn report_end(&mut self) {
        let Some(verdict) = self.verdict.clone() else { return };
        let because = Because::JobFinished { success: verdict.success };
        if !verdict.success {
            let reason = known_reason(&verdict.reason);
            self.plan.event(true, reason, &verdict.message, because);
            return;
        }
        let too_many = self.job.spec.completions.is_some_and(|wanted| self.status.succeeded > wanted);
        if too_many {
            let message = "Too many succeeded pods running after completion count reached";
            self.plan.event(true, "TooManySucceededPods", message, because.clone());
        }
        self.plan.event(false, "Completed", "Job completed", because);
    }

    fn write_status(&mut self) {
        let because = self.why_status(&self.status);
        self.plan.push(Action::WriteStatus(Rc::new(self.status.clone())), because);
    }

    fn why_status(&self, status: &JobStatus) -> Because {
        if let Some(verdict) = &self.verdict {
            if status.is_finished() {
                return Because::JobFinished { success: verdict.success };
            }
            if let Some(because) = &verdict.because {
                return because.clone();
            }
        }
        // A failure that was just counted begins the wait before its replacement.
        let before = &self.job.status;
        let news = status.failed > before.failed || (status.failed_indexes.is_some() && status.active < before.active);
        if let Some(delay) = self.plan.delay.as_ref().filter(|_| news) {
            return delay.clone();
        }
        counted(status)
    }
}

/// That the counters follow the Pods, for want of a greater cause.
pub fn counted(status: &JobStatus) -> Because {
    Because::Counted {
        active: super::to_u32(status.active),
        ready: super::to_u32(status.ready.unwrap_or(0)),
        succeeded: super::to_u32(status.succeeded),
        failed: super::to_u32(status.failed),
    }
}

/// The Pods to let go.
#[derive(Default)]
struct Releases<'a> {
    pods: Vec<&'a Rc<Pod>>,
    /// Whether the status mentions something new.
    status_changed: bool,
    /// Whether the batch's limit left Pods for the next sync.
    cut_short: bool,
}

/// Event reasons are few; the conditions carry them as text.
fn known_reason(reason: &str) -> &'static str {
    const REASONS: [&str; 5] =
        ["BackoffLimitExceeded", "DeadlineExceeded", "PodFailurePolicy", "MaxFailedIndexesExceeded", "FailedIndexes"];
    REASONS.into_iter().find(|known| *known == reason).unwrap_or("Failed")
}
