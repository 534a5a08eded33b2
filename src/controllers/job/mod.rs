//! Models `pkg/controller/job/job_controller.go@v1.37.2`, `syncJob`.
//!
//! One call of [`reconcile`] is one sync. Leaves out: expectations and stale caches (an observer
//! never sees them in a healthy cluster), failures of the controller's own calls, `scheduling`
//! (its gate is off), metrics.

mod back_off;
mod claim;
mod failure_policy;
mod finish;
mod indexes;
mod manage;
mod per_index;
mod plan;
mod pods;
mod success_policy;
mod template;
mod tracking;

pub use back_off::FailureRecord;
pub use claim::{adopt, release};
pub use indexes::IndexSet;
pub use plan::{Action, Plan, Planned};
pub use pods::finish_unix_ms;
pub use template::{COMPLETION_INDEX, NewPod, common_metadata, pod_from_template};
pub use tracking::counted;

use crate::api::{Job, JobStatus, Pod, Timestamp};
use crate::because::Because;
use finish::Verdict;
use pods::Census;
use std::rc::Rc;

/// The name that events and conditions of this controller carry.
pub const COMPONENT: &str = "job-controller";
/// Pods accounted for in one sync, and created or deleted in one: `MaxUncountedPods`,
/// `MaxPodCreateDeletePerSync`.
const BATCH: usize = 500;

/// What the controller sees of one Job.
#[derive(Debug)]
pub struct JobView<'a> {
    /// The Job.
    pub job: &'a Job,
    /// Its Pods, but for those that ended and are counted for good; in the order of creation.
    pub pods: &'a [&'a Rc<Pod>],
    /// Pods of its namespace that no controller owns.
    pub ownerless: &'a [&'a Rc<Pod>],
    /// What the controller remembers of the Job's failures.
    pub failures: FailureRecord,
    /// The wall clock in milliseconds since 1970.
    pub unix_ms: i64,
}

/// Decides what one sync of a Job does.
pub fn reconcile(view: &JobView<'_>) -> Plan {
    let job = view.job;
    let managed_elsewhere = job.spec.managed_by.as_deref().is_some_and(|name| name != "kubernetes.io/job-controller");
    if managed_elsewhere {
        return Plan::idle(view.failures);
    }
    if job.status.is_finished() {
        return Plan::idle(FailureRecord::default());
    }
    let claim = claim::claim(job, view.pods, view.ownerless);
    let pods: Vec<&Rc<Pod>> = claim.kept.iter().copied().chain(&claim.adopted).collect();
    let plan = Sync::new(&JobView { pods: &pods, ..*view }).run();
    claim.before(plan)
}

/// One sync in progress: what was seen, and what shall be done.
struct Sync<'a> {
    job: &'a Job,
    unix_ms: i64,
    census: Census<'a>,
    /// The status as it will be written.
    status: JobStatus,
    /// Pods counted as succeeded once this sync is through (Indexed: succeeded indexes).
    succeeded: i32,
    /// Pods counted as failed once this sync is through.
    failed: i32,
    succeeded_indexes: IndexSet,
    failed_indexes: IndexSet,
    verdict: Option<Verdict>,
    plan: Plan,
}

impl<'a> Sync<'a> {
    fn new(view: &JobView<'a>) -> Self {
        let job = view.job;
        let mut status = JobStatus::clone(&job.status);
        let uncounted = status.uncounted_terminated_pods.get_or_insert_default().clone();
        let census = Census::take(job, view.pods, &uncounted);
        let succeeded = status.succeeded + count(census.new_succeeded.len()) + count(uncounted.succeeded.len());
        let newly_failed = census.new_failed.iter().filter(|pod| !failure_policy::is_ignored(job, pod)).count();
        let failed = status.failed + count(newly_failed) + count(uncounted.failed.len());
        let failures = view.failures.after(&census.new_succeeded, &census.new_failed);
        Self {
            job,
            unix_ms: view.unix_ms,
            census,
            status,
            succeeded,
            failed,
            succeeded_indexes: IndexSet::default(),
            failed_indexes: IndexSet::default(),
            verdict: None,
            plan: Plan::idle(failures),
        }
    }

    fn run(mut self) -> Plan {
        if self.status.start_time.is_none() && !self.job.spec.is_suspended() {
            self.status.start_time = Some(self.now());
        }
        self.verdict = self.judge();
        let deciding = self.verdict.is_some();
        let conditions_changed = if deciding {
            self.delete_active_pods();
            false
        } else {
            self.manage_and_complete()
        };
        let needs_write = conditions_changed
            || self.census.active != self.job.status.active
            || self.job.status.ready != Some(self.census.ready)
            || self.job.status.terminating != Some(self.census.terminating);
        self.status.active = self.census.active;
        self.status.ready = Some(self.census.ready);
        self.status.terminating = Some(self.census.terminating);
        self.track(needs_write);
        self.plan
    }

    /// The rows of the decision table that come before any Pod is created or deleted.
    fn judge(&mut self) -> Option<Verdict> {
        if self.job.spec.is_indexed() {
            let completions = self.completions_or_zero();
            self.succeeded_indexes = IndexSet::parse(&self.job.status.completed_indexes, completions);
            for pod in &self.census.new_succeeded {
                if let Some(index) = pod.completion_index() {
                    self.succeeded_indexes.insert(index);
                }
            }
        }
        let mut verdict = self.judge_by_counts();
        if self.job.spec.is_indexed() {
            self.succeeded = count(self.succeeded_indexes.len());
            if self.job.spec.index_limits.backoff_limit_per_index.is_some() {
                self.failed_indexes = self.find_failed_indexes();
                verdict = verdict.or_else(|| self.judge_by_indexes());
            }
            verdict = verdict.or_else(|| self.judge_by_success_policy());
        }
        verdict
    }

    fn judge_by_counts(&mut self) -> Option<Verdict> {
        Verdict::from_conditions(&self.job.status)
            .or_else(|| failure_policy::verdict(self.job, &self.census.pods))
            .or_else(|| self.judge_by_backoff_limit())
            .or_else(|| self.judge_by_deadline())
    }

    /// Models `exceedsBackoffLimit` and `pastBackoffLimitOnFailure`.
    fn judge_by_backoff_limit(&self) -> Option<Verdict> {
        let limit = self.job.spec.backoff_limit();
        let restarts =
            if self.job.spec.template.spec.restart_policy == "OnFailure" { self.census.restarts() } else { 0 };
        let by_pods = self.failed > limit;
        let by_restarts = restarts > 0 && restarts >= limit;
        (by_pods || by_restarts).then(|| {
            Verdict::failure(
                "BackoffLimitExceeded",
                "Job has reached the specified backoff limit",
                Because::BackoffLimitExceeded {
                    failed: to_u32(self.failed),
                    restarts: to_u32(restarts),
                    limit: to_u32(limit),
                    by_restarts: by_restarts && !by_pods,
                },
            )
        })
    }

    /// Models `pastActiveDeadline`; before the deadline it arms the timer.
    fn judge_by_deadline(&mut self) -> Option<Verdict> {
        let seconds = self.job.spec.active_deadline_seconds?;
        let start = self.status.start_time?;
        if self.job.spec.is_suspended() {
            return None;
        }
        let deadline_unix_ms = start.unix_ms().saturating_add(seconds.saturating_mul(1000));
        let left_ms = deadline_unix_ms.saturating_sub(self.unix_ms);
        if left_ms > 0 {
            self.plan.requeue_in(left_ms.unsigned_abs());
            return None;
        }
        Some(Verdict::failure(
            "DeadlineExceeded",
            "Job was active longer than specified deadline",
            Because::DeadlineExceeded { seconds },
        ))
    }

    /// Models `manageJob` and what follows it in `syncJob`; tells whether a condition changed.
    fn manage_and_complete(&mut self) -> bool {
        let manages = !self.job.metadata.is_deleting();
        if manages {
            self.manage();
        }
        let complete = self.census.active == 0
            && match self.job.spec.completions {
                Some(completions) => self.succeeded >= completions,
                None => self.succeeded > 0,
            };
        if complete {
            self.verdict = Some(Verdict::success(
                "CompletionsReached",
                "Reached expected number of succeeded pods",
                Because::CompletionsReached {
                    succeeded: to_u32(self.succeeded),
                    completions: self.job.spec.completions.map(to_u32),
                },
            ));
            return false;
        }
        manages && self.keep_suspended_condition()
    }

    /// Models the upkeep of the Suspended condition in `syncJob`.
    fn keep_suspended_condition(&mut self) -> bool {
        let now = self.now();
        if self.job.spec.is_suspended() {
            let changed =
                finish::set_condition(&mut self.status, "Suspended", "True", "JobSuspended", "Job suspended", now);
            if changed {
                self.status.start_time = None;
                self.plan.event(false, "Suspended", "Job suspended", Because::Suspended);
            }
            return changed;
        }
        let changed = finish::set_condition(&mut self.status, "Suspended", "False", "JobResumed", "Job resumed", now);
        if changed {
            self.status.start_time = Some(now);
            self.plan.event(false, "Resumed", "Job resumed", Because::Resumed);
        }
        changed
    }

    /// Models `deleteActivePods`: the finalizers stay until the Pods are counted.
    fn delete_active_pods(&mut self) {
        let success = self.verdict.as_ref().is_some_and(|verdict| verdict.success);
        for pod in self.census.active_pods.clone() {
            self.plan.delete_pod(pod, false, Because::JobDecided { success });
            self.census.note_deleted(pod);
        }
    }

    fn completions_or_zero(&self) -> u32 {
        to_u32(self.job.spec.completions.unwrap_or(0))
    }

    fn now(&self) -> Timestamp {
        Timestamp::from_unix_ms(self.unix_ms)
    }
}

/// A number of Pods as the API counts them.
fn count(number: usize) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// A validated number of the API, which is never negative.
fn to_u32(number: i32) -> u32 {
    u32::try_from(number).unwrap_or(0)
}
