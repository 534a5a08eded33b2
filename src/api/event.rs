//! Models `staging/src/k8s.io/api/core/v1/types.go@v1.37.2`, `Event`.

use super::{ObjectKind, Timestamp};
use std::rc::Rc;

/// A report about an object, as `kubectl get events` lists them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Event {
    /// Changes with every write.
    pub resource_version: u64,
    /// Nanoseconds since 1970 at its creation, unlike those of any other event.
    pub stamp: u64,
    /// Namespace of the object.
    pub namespace: Rc<str>,
    /// Kind of the object that it is about.
    pub about_kind: ObjectKind,
    /// Name of that object.
    pub about_name: Rc<str>,
    /// uid of that object.
    pub about_uid: Rc<str>,
    /// The container's place, such as `spec.containers{main}`; empty otherwise.
    pub field_path: Rc<str>,
    /// Whether it is a `Warning`; otherwise `Normal`.
    pub warning: bool,
    /// Short reason in CamelCase.
    pub reason: &'static str,
    /// The sentence.
    pub message: Rc<str>,
    /// Component that reports: `job-controller`, `kubelet`, `default-scheduler`.
    pub component: &'static str,
    /// Node of a kubelet; empty otherwise.
    pub host: Rc<str>,
    /// When it was seen first.
    pub first: Timestamp,
    /// When it was seen last.
    pub last: Timestamp,
    /// How often it was seen.
    pub count: u32,
    /// Whether the reporter is an `events.k8s.io` one (the scheduler): `eventTime` and series
    /// instead of first, last and count.
    pub series: bool,
}

impl Event {
    /// Its name: `<object name>.<hexadecimal nanoseconds>`.
    pub fn name(&self) -> String {
        format!("{}.{:016x}", self.about_name, self.stamp)
    }

    /// Its own uid.
    pub fn uid(&self) -> String {
        format!(
            "{:08x}-{:04x}-4000-8000-{:012x}",
            self.stamp >> 32,
            self.stamp >> 16 & 0xffff,
            self.stamp & 0xffff_ffff_ffff
        )
    }

    /// `Normal` or `Warning`.
    pub fn kind(&self) -> &'static str {
        if self.warning { "Warning" } else { "Normal" }
    }
}
