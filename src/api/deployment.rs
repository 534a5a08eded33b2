//! Models `staging/src/k8s.io/api/apps/v1/types.go@v1.37.2`, `Deployment` and `ReplicaSet`: what their controllers read of
//! the stored objects.
//!
//! Leaves out: strategies and deadlines of a rollout.

use super::{ObjectMeta, Other, PodTemplateSpec};
use serde_json::Value;
use std::rc::Rc;

/// Pods of one kind that are kept alive, with a change of their template rolled out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deployment {
    /// Name, labels, owners.
    pub metadata: Rc<ObjectMeta>,
    /// How many Pods are wanted.
    pub replicas: u32,
    /// Which Pods are its own, as it was stored.
    pub selector: Value,
    /// The Pods' pattern, as it was stored.
    pub template: Value,
    /// What is, as it was stored.
    pub status: Value,
}

/// Pods of one kind that are kept alive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplicaSet {
    /// Name, labels, owners.
    pub metadata: Rc<ObjectMeta>,
    /// How many Pods are wanted.
    pub replicas: u32,
    /// The Pods' pattern.
    pub template: PodTemplateSpec,
    /// Pods that there are, as its controller counted them last.
    pub counted: ReplicaCounts,
}

/// How many Pods there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ReplicaCounts {
    /// Those that haven't ended.
    pub replicas: u32,
    /// Of these, Ready.
    pub ready: u32,
}

fn number(part: &Value, name: &str) -> Option<u32> {
    part.get(name).and_then(Value::as_u64).and_then(|number| u32::try_from(number).ok())
}

fn part(object: &Other, name: &str) -> Value {
    object.body.get(name).cloned().unwrap_or(Value::Null)
}

impl Deployment {
    /// Reads the stored object.
    pub fn read(object: &Other) -> Self {
        let spec = part(object, "spec");
        let of_spec = |name: &str| spec.get(name).cloned().unwrap_or(Value::Null);
        Self {
            metadata: Rc::clone(&object.metadata),
            replicas: number(&spec, "replicas").unwrap_or(1),
            selector: of_spec("selector"),
            template: of_spec("template"),
            status: part(object, "status"),
        }
    }
}

impl ReplicaSet {
    /// Reads the stored object.
    ///
    /// # Errors
    /// If its template doesn't fit the types, which strict decoding should have told.
    pub fn read(object: &Other) -> Result<Self, serde_json::Error> {
        let (mut spec, status) = (part(object, "spec"), part(object, "status"));
        let replicas = number(&spec, "replicas").unwrap_or(1);
        let template = spec.get_mut("template").map(Value::take).unwrap_or_default();
        Ok(Self {
            metadata: Rc::clone(&object.metadata),
            replicas,
            template: serde_json::from_value(template)?,
            counted: ReplicaCounts {
                replicas: number(&status, "replicas").unwrap_or(0),
                ready: number(&status, "readyReplicas").unwrap_or(0),
            },
        })
    }
}
