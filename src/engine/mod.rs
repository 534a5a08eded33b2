//! What any deterministic simulation needs, without a single Kubernetes noun: a queue of steps in
//! virtual time, named random streams from one seed, delaying work queues, a hash that is the same
//! on every machine, and the sharing of equal values.
//!
//! Time is an integer of virtual milliseconds since the run began. There is no clock: time is what
//! the next step says.

mod queue;
mod random;
mod recent;
mod stable_hash;
mod work_queue;

pub use queue::StepQueue;
pub use random::{Stream, stream};
pub use recent::Recent;
pub use stable_hash::StableHasher;
pub use work_queue::{WorkQueue, rate_limited_ms};
