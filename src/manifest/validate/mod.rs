//! What the API server refuses: `pkg/apis/*/validation@v1.37.2` over objects kept as JSON.

pub(crate) mod container;
pub(crate) mod cron_job;
pub(crate) mod env;
pub(crate) mod field;
pub(crate) mod job;
pub(crate) mod meta;
pub(crate) mod names;
pub(crate) mod others;
pub(crate) mod pod;
pub(crate) mod policies;
pub(crate) mod probe;
pub(crate) mod resources;
pub(crate) mod scheduling;
pub(crate) mod security;
pub(crate) mod volumes;
