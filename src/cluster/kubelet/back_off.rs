//! Models `client-go/util/flowcontrol/backoff.go@v1.37.2`: waits that double, kept by key.

/// The wait of one container or image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct BackOff {
    /// The current delay.
    pub delay_ms: u64,
    /// When it was last lengthened.
    pub updated_ms: u64,
}

/// First and longest delay of a kind of back-off.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    pub first_ms: u64,
    pub longest_ms: u64,
}

impl Limits {
    pub(super) const fn new((first_ms, longest_ms): (u64, u64)) -> Self {
        Self { first_ms, longest_ms }
    }

    /// When the wait that began with the event at `event_ms` is over, if it isn't yet.
    pub(super) fn waits_until(self, entry: Option<BackOff>, event_ms: u64, now_ms: u64) -> Option<u64> {
        let entry = entry.filter(|entry| !self.has_expired(*entry, event_ms))?;
        let until_ms = event_ms + entry.delay_ms;
        (now_ms < until_ms).then_some(until_ms)
    }

    /// The entry after one more attempt.
    pub(super) fn next(self, entry: Option<BackOff>, event_ms: u64, now_ms: u64) -> BackOff {
        let delay_ms = match entry.filter(|entry| !self.has_expired(*entry, event_ms)) {
            None => self.first_ms,
            Some(entry) => (entry.delay_ms * 2).min(self.longest_ms),
        };
        BackOff { delay_ms, updated_ms: now_ms }
    }

    /// Whether housekeeping has dropped the entry by now.
    pub(super) fn is_forgotten(self, entry: BackOff, now_ms: u64) -> bool {
        now_ms.saturating_sub(entry.updated_ms) > self.longest_ms * 2
    }

    fn has_expired(self, entry: BackOff, event_ms: u64) -> bool {
        event_ms.saturating_sub(entry.updated_ms) > self.longest_ms * 2
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CRASH: Limits = Limits::new((10_000, 300_000));

    #[test]
    fn the_first_restart_is_free_and_the_next_wait_longer() {
        assert_eq!(CRASH.waits_until(None, 0, 0), None);
        let mut entry = CRASH.next(None, 0, 0);
        let mut delays = vec![entry.delay_ms];
        for _ in 0..6 {
            entry = CRASH.next(Some(entry), entry.updated_ms, entry.updated_ms);
            delays.push(entry.delay_ms);
        }
        assert_eq!(delays, [10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000]);
    }

    #[test]
    fn the_wait_counts_from_the_end_and_a_long_run_forgets() {
        let entry = BackOff { delay_ms: 20_000, updated_ms: 1_000 };
        assert_eq!(CRASH.waits_until(Some(entry), 30_000, 40_000), Some(50_000));
        assert_eq!(CRASH.waits_until(Some(entry), 30_000, 50_000), None);
        assert_eq!(CRASH.waits_until(Some(entry), 601_001, 601_002), None);
        assert_eq!(CRASH.next(Some(entry), 601_001, 601_002).delay_ms, 10_000);
    }
}
