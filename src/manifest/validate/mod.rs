//! What the API server refuses: `pkg/apis/*/validation@v1.37.2` over objects kept as JSON.

pub(crate) mod container;
pub(crate) mod cron_job;
pub(crate) mod env;
pub(crate) mod field;
pub(crate) mod job;
pub(crate) mod limits;
pub(crate) mod meta;
pub(crate) mod names;
pub(crate) mod others;
pub(crate) mod pod;
pub(crate) mod policies;
pub(crate) mod probe;
pub(crate) mod resources;
pub(crate) mod scheduling;
pub(crate) mod security;
pub(crate) mod service;
pub(crate) mod volumes;
pub(crate) mod workloads;

/// The first thing that is wrong with a label's key.
pub(crate) fn label_key_problem(text: &str) -> Option<String> {
    names::label_key(text).into_iter().next()
}

/// The first thing that is wrong with a label's value.
pub(crate) fn label_value_problem(text: &str) -> Option<String> {
    names::label_value(text).into_iter().next()
}
