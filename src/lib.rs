//! A laboratory for Kubernetes Jobs: what Kubernetes 1.37 would do with a Job, second by second.
//!
//! `ARCHITECTURE.md` is the map of the rooms below and of who may use whom.
#![forbid(unsafe_code)]

pub mod api;
pub mod because;
#[cfg(feature = "page")]
pub mod browser;
pub mod cluster;
pub mod command_line;
pub mod controllers;
pub mod engine;
pub mod explain;
pub(crate) mod go;
pub mod i18n;
pub mod kubectl;
pub mod manifest;
pub mod playground;
pub mod presets;
pub mod schedule;
pub mod share;
pub mod timeline;
pub mod trace;
#[cfg(feature = "page")]
pub mod ui;
pub mod world;
