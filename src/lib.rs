//! A laboratory for Kubernetes Jobs: what Kubernetes 1.37 would do with a Job, second by second.
//!
//! `ARCHITECTURE.md` is the map of the rooms below and of who may use whom.
#![forbid(unsafe_code)]

pub mod api;
pub mod because;
pub mod playground;
pub mod cluster;
pub mod controllers;
pub mod engine;
pub mod kubectl;
pub mod timeline;
pub mod trace;
pub mod world;
