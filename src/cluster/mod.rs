//! The cluster around the controllers: the store of the API server, the scheduler, the node with
//! its kubelet and container runtime.

mod index;
pub mod kubelet;
pub mod latency;
pub mod names;
mod outcome;
mod recorder;
pub mod registry;
mod rows;
pub mod scheduler;
pub mod shell;
mod store;

pub use outcome::{Declared, Outcome, Rank, Whose};
pub use recorder::{Recorder, Report};
pub use store::{Change, Oid, Store};
