//! Models the part of `pkg/controller/job/indexed_job_utils.go@v1.37.2` that counts failures by
//! index: `backoffLimitPerIndex` and `maxFailedIndexes`.

use super::finish::Verdict;
use super::indexes::IndexSet;
use super::pods::{finish_unix_ms, has_valid_index, is_active, is_failed};
use super::template::{FAILURE_COUNT, IGNORED_FAILURE_COUNT};
use super::{Sync, back_off, failure_policy, to_u32};
use crate::api::TRACKING_FINALIZER;
use crate::api::{Job, Pod};
use crate::because::Because;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// Failures of a Pod's index before the Pod: those that count and those ignored.
pub(super) fn failures_before(pod: &Pod) -> (u32, u32) {
    let read =
        |annotation: &str| pod.metadata.annotations.get(annotation).and_then(|text| text.parse().ok()).unwrap_or(0);
    (read(FAILURE_COUNT), read(IGNORED_FAILURE_COUNT))
}

/// Failures of a failed Pod's index, with its own.
pub(super) fn failures_after(job: &Job, pod: &Pod) -> (u32, u32) {
    let (counted, ignored) = failures_before(pod);
    if failure_policy::is_ignored(job, pod) { (counted, ignored + 1) } else { (counted + 1, ignored) }
}

impl<'a> Sync<'a> {
    /// The indexes that failed for good. Models `calculateFailedIndexes`.
    pub(super) fn find_failed_indexes(&self) -> IndexSet {
        let limit = to_u32(self.job.spec.index_limits.backoff_limit_per_index.unwrap_or(0));
        let known = self.job.status.failed_indexes.as_deref().unwrap_or("");
        let mut failed = IndexSet::parse(known, self.completions_or_zero());
        for pod in self.failed_tracked_pods() {
            let (counted, _) = failures_before(pod);
            let exhausted = counted >= limit && !failure_policy::is_ignored(self.job, pod);
            if let Some(index) = pod.completion_index()
                && (exhausted || failure_policy::fails_index(self.job, pod))
            {
                failed.insert(index);
            }
        }
        failed
    }

    pub(super) fn judge_by_indexes(&self) -> Option<Verdict> {
        let failed = self.failed_indexes.len();
        let count = u32::try_from(failed).unwrap_or(u32::MAX);
        let limit = self.job.spec.index_limits.max_failed_indexes.map(to_u32);
        if let Some(limit) = limit.filter(|limit| count > *limit) {
            return Some(Verdict::failure(
                "MaxFailedIndexesExceeded",
                "Job has exceeded the specified maximal number of failed indexes",
                Because::MaxFailedIndexesExceeded { failed: count, limit },
            ));
        }
        let ended = failed + self.succeeded_indexes.len();
        (failed > 0 && ended >= self.completions_or_zero() as usize).then(|| {
            Verdict::failure("FailedIndexes", "Job has failed indexes", Because::FailedIndexes { failed: count })
        })
    }

    /// Of each index that will be tried again the failed Pod that keeps its finalizer until its
    /// replacement is there: its annotations carry the count. Models
    /// `getPodsWithDelayedDeletionPerIndex`.
    pub(super) fn pods_kept_for_their_index(&self) -> BTreeMap<u32, &'a Rc<Pod>> {
        let mut kept: BTreeMap<u32, &'a Rc<Pod>> = BTreeMap::new();
        if self.job.spec.index_limits.backoff_limit_per_index.is_none() {
            return kept;
        }
        let active: BTreeSet<u32> =
            self.census.pods.iter().filter(|pod| is_active(pod)).filter_map(|pod| pod.completion_index()).collect();
        for pod in self.failed_tracked_pods() {
            let Some(index) = pod.completion_index() else { continue };
            let done = self.succeeded_indexes.contains(index)
                || self.failed_indexes.contains(index)
                || active.contains(&index);
            if done {
                continue;
            }
            let rank = |pod: &Pod| {
                let (counted, ignored) = failures_before(pod);
                (counted + ignored, finish_unix_ms(pod))
            };
            let replaces = kept.get(&index).is_none_or(|other| rank(other) <= rank(pod));
            if replaces {
                kept.insert(index, pod);
            }
        }
        kept
    }

    /// What is left of the index's delay. Models `getRemainingTimePerIndex`.
    pub(super) fn index_delay_left_ms(&self, kept: Option<&&'a Rc<Pod>>) -> u64 {
        kept.map_or(0, |pod| {
            let (counted, ignored) = failures_before(pod);
            back_off::remaining_ms(counted + ignored + 1, finish_unix_ms(pod), self.unix_ms)
        })
    }

    fn failed_tracked_pods(&self) -> impl Iterator<Item = &'a Rc<Pod>> {
        self.census.pods.iter().copied().filter(|pod| {
            pod.metadata.has_finalizer(TRACKING_FINALIZER) && has_valid_index(self.job, pod) && is_failed(self.job, pod)
        })
    }
}
