//! The controllers: each a pure function from what it sees to what it wants done, with the reason.
//!
//! They see API objects and an instant, nothing else; `world` does what they want.

pub mod cron_job;
pub mod deployment;
pub mod job;
pub mod quota;
pub mod ttl;
