//! A laboratory for Kubernetes Jobs: what Kubernetes 1.37 would do with a Job, second by second.
//!
//! `ARCHITECTURE.md` is the map of the rooms below and of who may use whom.
#![forbid(unsafe_code)]

pub mod api;
