//! Models `staging/src/k8s.io/api/core/v1/types.go@v1.37.2`, `Node`, as far as scheduling needs it.

use super::{Labels, ObjectMeta, Rest};
use serde::{Deserialize, Serialize};
use std::rc::Rc;

/// A machine of the cluster.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Node {
    /// Changes with every write.
    #[serde(skip)]
    pub resource_version: u64,
    /// Name, labels.
    pub metadata: Rc<ObjectMeta>,
    /// What it accepts.
    pub spec: NodeSpec,
    /// Capacity, conditions.
    #[serde(default)]
    pub status: Rest,
}

/// Which Pods a node takes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct NodeSpec {
    /// Set by `kubectl cordon`: no new Pods.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub unschedulable: bool,
    /// Repel Pods that don't tolerate them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub taints: Vec<Taint>,
    /// Fields carried but not read.
    #[serde(flatten)]
    pub rest: Rest,
}

/// Repels Pods that don't tolerate it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Taint {
    /// The taint's key.
    pub key: String,
    /// The taint's value.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub value: String,
    /// `NoSchedule`, `PreferNoSchedule` or `NoExecute`.
    pub effect: String,
}

impl Node {
    /// The node's labels.
    pub fn labels(&self) -> &Labels {
        &self.metadata.labels
    }
}
