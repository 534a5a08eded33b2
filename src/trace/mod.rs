//! Runs a scenario of the conformance suite and writes down what a watcher of the API would have
//! seen, in the shape of the recordings of the real cluster.
//!
//! The recorder that made those watches Jobs, `CronJobs`, Pods and events; this reads the same facts
//! from the log of changes.

mod answers;
mod scenario;
mod watcher;

pub use answers::{answer, answer_all};
pub use scenario::{Scenario, ScenarioError, ScenarioStep, run};
