//! Bounds of a run, and the rate limit of the Job controller's client.

/// Why a run was stopped before its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// More Pods than the page keeps.
    Pods(u32),
    /// More changes than the log keeps.
    Changes(u32),
    /// Longer than a run may be, in virtual milliseconds.
    Length(u64),
}

/// What a run may grow to; past it the run stops with a message, never with a frozen page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Virtual milliseconds.
    pub length_ms: u64,
    /// Pods that are ever created.
    pub pods: u32,
    /// Changes in the log.
    pub changes: u32,
}

impl Default for Limits {
    /// Thirty days, a hundred thousand Pods, four million changes.
    fn default() -> Self {
        Self { length_ms: 30 * 24 * 3_600_000, pods: 100_000, changes: 4_000_000 }
    }
}

/// Models `client-go/util/flowcontrol/throttle.go@v1.37.2`: a bucket of 30 calls that fills by 20 a
/// second (`--kube-api-burst`, `--kube-api-qps` of the controller manager).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientLimit {
    enabled: bool,
    /// Thousandths of a call; may be below zero while calls wait.
    tokens: i64,
    filled_ms: u64,
}

const BURST: i64 = 30_000;
const PER_MS: i64 = 20;
const CALL: i64 = 1_000;

impl ClientLimit {
    /// A full bucket; without the limit every call goes out at once.
    pub fn new(enabled: bool) -> Self {
        Self { enabled, tokens: BURST, filled_ms: 0 }
    }

    /// Takes room for a call; returns how long it must wait.
    pub fn take(&mut self, now_ms: u64) -> u64 {
        if !self.enabled {
            return 0;
        }
        let passed = i64::try_from(now_ms.saturating_sub(self.filled_ms)).unwrap_or(i64::MAX / PER_MS);
        self.filled_ms = self.filled_ms.max(now_ms);
        self.tokens = (self.tokens + passed * PER_MS).min(BURST) - CALL;
        if self.tokens >= 0 { 0 } else { self.tokens.unsigned_abs().div_ceil(PER_MS.unsigned_abs()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_of_thirty_then_twenty_a_second() {
        let mut client = ClientLimit::new(true);
        let waits: Vec<u64> = (0..34).map(|_| client.take(0)).collect();
        assert_eq!(waits.iter().filter(|wait| **wait == 0).count(), 30);
        assert_eq!(waits.last(), Some(&200));
        assert_eq!(ClientLimit::new(false).take(0), 0);
    }
}
