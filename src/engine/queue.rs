//! Steps in the order in which they happen: by instant, then by the order of their scheduling.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

#[derive(Debug, Clone)]
struct Entry<T> {
    at_ms: u64,
    sequence: u64,
    step: T,
}

impl<T> PartialEq for Entry<T> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl<T> Eq for Entry<T> {}

impl<T> PartialOrd for Entry<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> Ord for Entry<T> {
    // Reversed, since the heap gives its greatest entry first.
    fn cmp(&self, other: &Self) -> Ordering {
        (other.at_ms, other.sequence).cmp(&(self.at_ms, self.sequence))
    }
}

/// The steps that are still to come.
#[derive(Debug, Clone)]
pub struct StepQueue<T> {
    heap: BinaryHeap<Entry<T>>,
    next_sequence: u64,
}

impl<T> Default for StepQueue<T> {
    fn default() -> Self {
        Self { heap: BinaryHeap::new(), next_sequence: 0 }
    }
}

impl<T> StepQueue<T> {
    /// Lets the step happen at that instant, after everything already planned for it.
    pub fn push(&mut self, at_ms: u64, step: T) {
        self.heap.push(Entry { at_ms, sequence: self.next_sequence, step });
        self.next_sequence += 1;
    }

    /// When the next step happens.
    pub fn next_at_ms(&self) -> Option<u64> {
        self.heap.peek().map(|entry| entry.at_ms)
    }

    /// Takes the next step with its instant.
    pub fn pop(&mut self) -> Option<(u64, T)> {
        self.heap.pop().map(|entry| (entry.at_ms, entry.step))
    }

    /// How many steps are to come.
    pub fn len(&self) -> usize {
        self.heap.len()
    }

    /// Whether nothing is to come.
    pub fn is_empty(&self) -> bool {
        self.heap.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_by_instant_then_by_arrival() {
        let mut queue = StepQueue::default();
        for (at_ms, step) in [(20, 'c'), (10, 'a'), (20, 'd'), (10, 'b')] {
            queue.push(at_ms, step);
        }
        assert_eq!(queue.next_at_ms(), Some(10));
        let order: String = std::iter::from_fn(|| queue.pop()).map(|(_, step)| step).collect();
        assert_eq!(order, "abcd");
    }
}
