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
