//! One number for a whole run: equal runs have equal numbers, natively and in WASM.

use crate::cluster::Change;
use crate::engine::StableHasher;
use std::hash::{Hash, Hasher};

/// The hash of every change: its instant, its object after it, and its reason.
pub fn log_hash(log: &[Change]) -> u64 {
    let mut hasher = StableHasher::default();
    for change in log {
        (change.at_ms, change.oid, &change.after, &change.because).hash(&mut hasher);
    }
    hasher.finish()
}
