//! The Kubernetes objects that the laboratory knows, as plain data.
//!
//! Models `staging/src/k8s.io/api/{core,batch,meta}/v1/types.go@v1.37.2`, as far as the simulator
//! reads the fields. Every struct keeps what it doesn't read in `rest`, so that an object that a
//! student wrote comes back whole.
//!
//! Leaves out: generated clients, protobuf, conversion between versions.

mod cron_job;
mod deployment;
mod event;
mod job;
mod meta;
mod node;
mod object;
mod pod;
mod quantity;
mod resources;
mod restart;
mod selector;
mod time;

pub use cron_job::{ConcurrencyPolicy, CronJob, CronJobSpec, CronJobStatus, JobReference};
pub use deployment::{Deployment, ReplicaCounts, ReplicaSet};
pub use event::Event;
pub use job::{
    CompletionMode, IndexFailureLimits, Job, JobCondition, JobSpec, JobStatus, OnExitCodes, OnPodCondition,
    PodFailurePolicy, PodFailurePolicyRule, PodReplacementPolicy, SuccessPolicy, SuccessPolicyRule,
    UncountedTerminatedPods,
};
pub use meta::{LabelSelector, LabelSelectorRequirement, ObjectMeta, OwnerReference};
pub use node::{Node, NodeSpec, Taint};
pub use object::{Object, ObjectKind, Other};
pub use pod::{
    Container, ContainerRestartRule, ContainerState, ContainerStateRunning, ContainerStateTerminated,
    ContainerStateWaiting, ContainerStatus, EnvVar, ExitCodeRule, Phase, Pod, PodCondition, PodConditionKind, PodSpec,
    PodStatus, PodTemplateSpec, Toleration,
};
pub use quantity::{Quantity, QuantityError};
pub use resources::{Amounts, add_amounts, amounts};
pub use time::Timestamp;

use serde_json::Value;
use std::collections::BTreeMap;

/// The fields of an object that the simulator carries without reading them.
pub type Rest = BTreeMap<String, Value>;

/// Labels or annotations: sorted, as the API server writes them.
pub type Labels = BTreeMap<String, String>;

/// The finalizer with which the Job controller keeps a Pod until it is counted.
pub const TRACKING_FINALIZER: &str = "batch.kubernetes.io/job-tracking";
