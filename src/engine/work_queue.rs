//! Models `client-go/util/workqueue/delaying_queue.go@v1.37.2`.
//!
//! A key is processed in an instant here, so what upstream keeps of keys in work isn't needed.

use std::collections::BTreeMap;

/// Which keys are due, and when. A key waits at most once for later, and at most once for now.
#[derive(Debug, Clone)]
pub struct WorkQueue<K: Ord> {
    /// Keys that were asked for at once, with the instant of the asking.
    ready: BTreeMap<K, u64>,
    /// Keys that were asked for later: the earliest instant that was named.
    waiting: BTreeMap<K, u64>,
}

impl<K: Ord> Default for WorkQueue<K> {
    fn default() -> Self {
        Self { ready: BTreeMap::new(), waiting: BTreeMap::new() }
    }
}

impl<K: Ord + Copy> WorkQueue<K> {
    /// Asks for the key at once. Returns whether a wake-up must be planned for `now_ms`.
    pub fn add(&mut self, key: K, now_ms: u64) -> bool {
        self.ready.insert(key, now_ms).is_none()
    }

    /// Asks for the key at `due_ms`; of two such wishes the earlier wins. Returns whether a wake-up
    /// must be planned for `due_ms`.
    pub fn add_at(&mut self, key: K, due_ms: u64) -> bool {
        match self.waiting.get(&key) {
            Some(earlier) if *earlier <= due_ms => false,
            _ => {
                self.waiting.insert(key, due_ms);
                true
            }
        }
    }

    /// Takes the key if it is due by now; a wake-up whose wish was fulfilled otherwise finds nothing.
    pub fn take(&mut self, key: K, now_ms: u64) -> bool {
        let was_ready = self.ready.remove(&key).is_some();
        let was_waiting = self.waiting.get(&key).is_some_and(|due_ms| *due_ms <= now_ms);
        if was_waiting {
            self.waiting.remove(&key);
        }
        was_ready || was_waiting
    }

    /// Forgets the key.
    pub fn forget(&mut self, key: K) {
        self.ready.remove(&key);
        self.waiting.remove(&key);
    }

    /// When the key is due next, as far as is known.
    pub fn due_ms(&self, key: K) -> Option<u64> {
        self.ready.get(&key).into_iter().chain(self.waiting.get(&key)).min().copied()
    }
}

/// What a key waits after that many failures in a row and one more: `base_ms`, doubled with each failure.
///
/// Models `client-go/util/workqueue/default_rate_limiters.go@v1.37.2`, `ItemExponentialFailureRateLimiter`.
pub fn rate_limited_ms(failures: u32, base_ms: u64, max_ms: u64) -> u64 {
    let factor = 1_u64.checked_shl(failures).unwrap_or(u64::MAX);
    base_ms.saturating_mul(factor).min(max_ms)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_earlier_wish_wins_and_is_taken_once() {
        let mut queue = WorkQueue::default();
        assert!(queue.add_at('a', 1_000));
        assert!(!queue.add_at('a', 1_500));
        assert!(queue.add_at('a', 800));
        assert!(!queue.take('a', 700));
        assert!(queue.take('a', 800));
        assert!(!queue.take('a', 1_000));
    }

    #[test]
    fn each_failure_doubles_the_wait_up_to_the_longest() {
        let waits: Vec<u64> = [0, 1, 5, 6, 63, 64, u32::MAX].map(|n| rate_limited_ms(n, 1_000, 60_000)).into();
        assert_eq!(waits, [1_000, 2_000, 32_000, 60_000, 60_000, 60_000, 60_000]);
    }

    #[test]
    fn an_immediate_wish_leaves_the_later_one() {
        let mut queue = WorkQueue::default();
        queue.add_at('a', 1_000);
        assert!(queue.add('a', 10));
        assert!(!queue.add('a', 10));
        assert!(queue.take('a', 10));
        assert_eq!(queue.due_ms('a'), Some(1_000));
        assert!(queue.take('a', 1_000));
    }
}
