//! Models `pkg/controller/job/job_controller.go@v1.37.2`, `manageJob`: how many Pods there should
//! be, which to create and which to delete.

use super::plan::Action;
use super::pods::{has_valid_index, sort_for_deletion};
use super::template::NewPod;
use super::{BATCH, Sync, back_off, per_index, to_u32};
use crate::api::Pod;
use crate::because::Because;
use std::collections::BTreeSet;
use std::rc::Rc;

/// The shortest wait of a re-queue: the batch period.
const SHORTEST_REQUEUE_MS: u64 = 1_000;

impl<'a> Sync<'a> {
    pub(super) fn manage(&mut self) {
        if self.job.spec.is_suspended() {
            let all = self.census.active_pods.clone();
            self.scale_down(&all, &Because::Suspended);
            return;
        }
        let wanted = self.wanted_active();
        let surplus = self.surplus_pods(wanted);
        if !surplus.is_empty() {
            let because = Because::PodsTooMany { wanted: to_u32(wanted), active: to_u32(self.census.active) };
            self.scale_down(&surplus, &because);
            return;
        }
        let blocked = if self.job.spec.replaces_only_failed() { self.census.terminating } else { 0 };
        let missing = wanted - blocked - self.census.active;
        if missing > 0 {
            self.create_pods(to_u32(missing) as usize);
        }
    }

    /// How many Pods should be active.
    fn wanted_active(&self) -> i32 {
        let parallelism = self.job.spec.parallelism();
        match self.job.spec.completions {
            // A work queue: once one Pod has succeeded, those that run may finish, no new ones start.
            None if self.succeeded > 0 => self.census.active,
            None => parallelism,
            Some(completions) => (completions - self.succeeded).clamp(0, parallelism.max(0)),
        }
    }

    /// The Pods that are too many: duplicates and wrong indexes first, then by the deletion order.
    fn surplus_pods(&self, wanted: i32) -> Vec<&'a Rc<Pod>> {
        let mut ranked = self.census.active_pods.clone();
        sort_for_deletion(&mut ranked);
        let mut surplus: Vec<&'a Rc<Pod>> = Vec::new();
        if self.job.spec.is_indexed() {
            // From the end, so that of several with one index the best one survives.
            let mut seen = BTreeSet::new();
            for pod in ranked.iter().rev() {
                let first =
                    has_valid_index(self.job, pod) && pod.completion_index().is_some_and(|index| seen.insert(index));
                if !first {
                    surplus.push(pod);
                }
            }
            surplus.reverse();
        }
        let too_many = usize::try_from(self.census.active - wanted).unwrap_or(0).min(BATCH);
        for pod in ranked {
            if surplus.len() >= too_many {
                break;
            }
            if !surplus.iter().any(|other| Rc::ptr_eq(other, pod)) {
                surplus.push(pod);
            }
        }
        surplus.truncate(BATCH);
        surplus
    }

    /// Deletes Pods that shall not be counted: the finalizer goes first.
    fn scale_down(&mut self, pods: &[&'a Rc<Pod>], because: &Because) {
        for pod in pods {
            self.plan.delete_pod(pod, true, because.clone());
            self.census.note_deleted(pod);
        }
    }

    fn create_pods(&mut self, missing: usize) {
        let per_index = self.job.spec.index_limits.backoff_limit_per_index.is_some();
        let remaining_ms = self.plan.failures.remaining_ms(self.unix_ms);
        if !per_index && remaining_ms > 0 {
            let failures = self.plan.failures.failures;
            self.wait(failures, back_off::delay_ms(failures), remaining_ms);
            return;
        }
        let missing = missing.min(BATCH);
        let new_pods: Vec<NewPod> = if self.job.spec.is_indexed() {
            self.pods_for_indexes(missing)
        } else {
            vec![NewPod { index: None, index_failures: None }; missing]
        };
        let because = Because::PodsMissing {
            parallelism: to_u32(self.job.spec.parallelism()),
            completions: self.job.spec.completions.map(to_u32),
            succeeded: to_u32(self.succeeded),
            active: to_u32(self.census.active),
            created: u32::try_from(new_pods.len()).unwrap_or(u32::MAX),
            failed: to_u32(self.failed),
        };
        for new_pod in new_pods {
            self.plan.push(Action::CreatePod(new_pod), because.clone());
            self.census.active += 1;
        }
    }

    /// The lowest indexes that have no Pod. With `backoffLimitPerIndex` those that must still wait
    /// drop out, but have taken their places.
    fn pods_for_indexes(&mut self, missing: usize) -> Vec<NewPod> {
        let indexes = self.pending_indexes(missing);
        if self.job.spec.index_limits.backoff_limit_per_index.is_none() {
            return indexes.into_iter().map(|index| NewPod { index: Some(index), index_failures: None }).collect();
        }
        let kept = self.pods_kept_for_their_index();
        let mut ready = Vec::new();
        let mut soonest: Option<(u64, u32)> = None;
        for index in indexes {
            let before = kept.get(&index);
            let left_ms = self.index_delay_left_ms(before);
            if left_ms == 0 {
                let failures = before.map_or((0, 0), |pod| per_index::failures_after(self.job, pod));
                ready.push(NewPod { index: Some(index), index_failures: Some(failures) });
            } else if soonest.is_none_or(|(earlier, _)| left_ms < earlier) {
                let failures = before.map_or(0, |pod| {
                    let (counted, ignored) = per_index::failures_before(pod);
                    counted + ignored + 1
                });
                soonest = Some((left_ms, failures));
            }
        }
        if let (true, Some((left_ms, failures))) = (ready.is_empty(), soonest) {
            self.wait(failures, back_off::delay_ms(failures), left_ms);
        }
        ready
    }

    /// Models `firstPendingIndexes`.
    fn pending_indexes(&self, most: usize) -> Vec<u32> {
        let only_failed = self.job.spec.replaces_only_failed();
        let taken: BTreeSet<u32> = self
            .census
            .pods
            .iter()
            .filter(|pod| super::pods::is_active(pod) || (only_failed && super::pods::is_terminating(pod)))
            .filter_map(|pod| pod.completion_index())
            .collect();
        (0..self.completions_or_zero())
            .filter(|index| {
                !taken.contains(index)
                    && !self.succeeded_indexes.contains(*index)
                    && !self.failed_indexes.contains(*index)
            })
            .take(most)
            .collect()
    }

    fn wait(&mut self, failures: u32, delay_ms: u64, remaining_ms: u64) {
        self.plan.requeue_in(remaining_ms.max(SHORTEST_REQUEUE_MS));
        self.plan.delay = Some(Because::RetryDelayed { failures, delay_ms, remaining_ms });
    }
}
