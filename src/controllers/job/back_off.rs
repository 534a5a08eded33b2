//! Models `pkg/controller/job/backoff_utils.go@v1.37.2`: the delay before failed Pods are replaced.

use super::pods::finish_unix_ms;
use crate::api::{Phase, Pod};
use std::rc::Rc;

/// First delay: `DefaultJobPodFailureBackOff`.
const FIRST_MS: i64 = 10_000;
/// Longest delay: `MaxJobPodFailureBackOff`.
const LONGEST_MS: i64 = 600_000;

/// What the controller keeps in its memory of a Job's failures.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct FailureRecord {
    /// Failures since the last success.
    pub failures: u32,
    /// When the last of them finished, in milliseconds since 1970.
    pub last_unix_ms: Option<i64>,
}

impl FailureRecord {
    /// The record after Pods ended. Models `newBackoffRecord`.
    #[must_use]
    pub(super) fn after(self, succeeded: &[&Rc<Pod>], failed: &[&Rc<Pod>]) -> Self {
        let last_success = succeeded.iter().map(|pod| finish_unix_ms(pod)).max();
        let failures = failed.iter().map(|pod| finish_unix_ms(pod));
        match last_success {
            None if failed.is_empty() => self,
            None => Self {
                failures: self.failures.saturating_add(u32::try_from(failed.len()).unwrap_or(u32::MAX)),
                last_unix_ms: failures.max(),
            },
            Some(success) => {
                let later: Vec<i64> = failures.filter(|finish| *finish > success).collect();
                Self { failures: u32::try_from(later.len()).unwrap_or(u32::MAX), last_unix_ms: later.into_iter().max() }
            }
        }
    }

    /// The record that Pods which still exist would have left.
    pub fn of(pods: &[&Rc<Pod>]) -> Self {
        let with_phase =
            |phase: Phase| -> Vec<&Rc<Pod>> { pods.iter().copied().filter(|pod| pod.status.phase == phase).collect() };
        Self::default().after(&with_phase(Phase::Succeeded), &with_phase(Phase::Failed))
    }

    /// What is left of the delay, in milliseconds.
    pub fn remaining_ms(self, unix_ms: i64) -> u64 {
        match self.last_unix_ms {
            Some(last) => remaining_ms(self.failures, last, unix_ms),
            None => 0,
        }
    }
}

/// The delay after that many failures.
pub(super) fn delay_ms(failures: u32) -> u64 {
    match failures.checked_sub(1) {
        None => 0,
        // The seventh doubling is past the longest delay already.
        Some(doublings) => (FIRST_MS << doublings.min(10)).min(LONGEST_MS).unsigned_abs(),
    }
}

/// What is left at `unix_ms` of the delay after that many failures, the last one at `last_unix_ms`.
pub(super) fn remaining_ms(failures: u32, last_unix_ms: i64, unix_ms: i64) -> u64 {
    let until = last_unix_ms.saturating_add_unsigned(delay_ms(failures));
    u64::try_from(until - unix_ms).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_from_ten_seconds_to_ten_minutes() {
        let delays: Vec<u64> = (0..9).map(|failures| delay_ms(failures) / 1000).collect();
        assert_eq!(delays, [0, 10, 20, 40, 80, 160, 320, 600, 600]);
        assert_eq!(delay_ms(u32::MAX), 600_000);
    }

    #[test]
    fn counts_from_the_last_failure() {
        let record = FailureRecord { failures: 2, last_unix_ms: Some(5_000) };
        assert_eq!(record.remaining_ms(5_000), 20_000);
        assert_eq!(record.remaining_ms(24_999), 1);
        assert_eq!(record.remaining_ms(90_000), 0);
        assert_eq!(FailureRecord::default().remaining_ms(0), 0);
    }
}
