//! Models `staging/src/k8s.io/api/batch/v1/types.go@v1.37.2`, Job.
//!
//! Leaves out: `spec.scheduling` (its feature gate is off in 1.37).

use super::{LabelSelector, ObjectMeta, PodTemplateSpec, Rest, Timestamp};
use serde::{Deserialize, Serialize};
use std::rc::Rc;

/// A finite task: Pods that are retried until enough of them succeeded.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Job {
    /// Changes with every write.
    pub resource_version: u64,
    /// Name, labels, owners.
    pub metadata: Rc<ObjectMeta>,
    /// What is wanted.
    pub spec: Rc<JobSpec>,
    /// What is.
    pub status: Rc<JobStatus>,
}

/// What a Job wants. Optional fields are those that the server doesn't always default.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct JobSpec {
    /// Seconds after `status.startTime` at which the Job is failed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub active_deadline_seconds: Option<i64>,
    /// How many failed Pods are forgiven.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub backoff_limit: Option<i32>,
    /// `backoffLimitPerIndex` and `maxFailedIndexes`.
    #[serde(flatten)]
    pub index_limits: IndexFailureLimits,
    /// Whether Pods are interchangeable or each has an index.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub completion_mode: Option<CompletionMode>,
    /// How many Pods must succeed; none for a work queue.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub completions: Option<i32>,
    /// Another controller's name, if this Job isn't the Job controller's.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub managed_by: Option<String>,
    /// Whether the student chose selector and labels.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub manual_selector: Option<bool>,
    /// How many Pods may run at once.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub parallelism: Option<i32>,
    /// What a Pod's failure means.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub pod_failure_policy: Option<PodFailurePolicy>,
    /// When a Pod is replaced.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub pod_replacement_policy: Option<PodReplacementPolicy>,
    /// Which Pods may belong to the Job.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub selector: Option<LabelSelector>,
    /// When success of some indexes is enough.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub success_policy: Option<SuccessPolicy>,
    /// Whether the Job must have no Pods for now.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub suspend: Option<bool>,
    /// The Pods' pattern.
    pub template: Rc<PodTemplateSpec>,
    /// Seconds after its end at which the Job is removed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ttl_seconds_after_finished: Option<i32>,
    /// Fields carried but not read.
    #[serde(flatten)]
    pub rest: Rest,
}

/// Limits of an Indexed Job that count failures by index.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct IndexFailureLimits {
    /// How many failures each index is forgiven.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub backoff_limit_per_index: Option<i32>,
    /// How many indexes may fail before the Job does.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub max_failed_indexes: Option<i32>,
}

impl JobSpec {
    /// `parallelism`, which the server defaults to 1.
    pub fn parallelism(&self) -> i32 {
        self.parallelism.unwrap_or(1)
    }

    /// `backoffLimit`, which the server defaults to 6.
    pub fn backoff_limit(&self) -> i32 {
        self.backoff_limit.unwrap_or(6)
    }

    /// Whether the Job is suspended.
    pub fn is_suspended(&self) -> bool {
        self.suspend.unwrap_or(false)
    }

    /// Whether each Pod has a completion index.
    pub fn is_indexed(&self) -> bool {
        self.completion_mode == Some(CompletionMode::Indexed)
    }

    /// Whether only a Pod that reached its end is replaced.
    pub fn replaces_only_failed(&self) -> bool {
        self.pod_replacement_policy == Some(PodReplacementPolicy::Failed)
    }
}

/// `spec.completionMode`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum CompletionMode {
    /// Pods are interchangeable.
    NonIndexed,
    /// Each Pod has an index from 0 to completions − 1.
    Indexed,
}

/// `spec.podReplacementPolicy`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum PodReplacementPolicy {
    /// Replace a Pod as soon as it is being deleted.
    TerminatingOrFailed,
    /// Replace a Pod only once its phase is Failed.
    Failed,
}

/// `spec.podFailurePolicy`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PodFailurePolicy {
    /// Tried in order; the first match decides.
    pub rules: Vec<PodFailurePolicyRule>,
}

/// One rule of a [`PodFailurePolicy`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PodFailurePolicyRule {
    /// `Count`, `FailIndex`, `FailJob` or `Ignore`.
    pub action: String,
    /// Matches exit codes of containers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_exit_codes: Option<OnExitCodes>,
    /// Matches conditions of the Pod.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub on_pod_conditions: Vec<OnPodCondition>,
}

/// Exit codes that a rule looks for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct OnExitCodes {
    /// Only this container, if given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_name: Option<String>,
    /// `In` or `NotIn`.
    pub operator: String,
    /// The codes.
    pub values: Vec<i32>,
}

/// A condition that a rule looks for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct OnPodCondition {
    /// The condition's type.
    #[serde(rename = "type")]
    pub kind: String,
    /// The condition's status.
    pub status: String,
}

/// `spec.successPolicy`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SuccessPolicy {
    /// Tried in order.
    pub rules: Vec<SuccessPolicyRule>,
}

/// One rule of a [`SuccessPolicy`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SuccessPolicyRule {
    /// How many must have succeeded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub succeeded_count: Option<i32>,
    /// Which must have succeeded, such as `0-2,5`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub succeeded_indexes: Option<String>,
}

/// What the Job controller last saw. Absent and zero are told apart as the API does.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct JobStatus {
    /// Pods that are neither ended nor being deleted.
    #[serde(skip_serializing_if = "is_zero")]
    pub active: i32,
    /// Indexes that succeeded, such as `0-2,5`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub completed_indexes: String,
    /// When the Job became Complete.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub completion_time: Option<Timestamp>,
    /// In order of first appearance.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<JobCondition>,
    /// Pods counted as failed.
    #[serde(skip_serializing_if = "is_zero")]
    pub failed: i32,
    /// Indexes that failed for good; only with `backoffLimitPerIndex`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failed_indexes: Option<String>,
    /// Active Pods whose Ready condition is True.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ready: Option<i32>,
    /// When the controller first worked on the Job (again, after a resume).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_time: Option<Timestamp>,
    /// Pods counted as succeeded.
    #[serde(skip_serializing_if = "is_zero")]
    pub succeeded: i32,
    /// Pods being deleted that have not ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub terminating: Option<i32>,
    /// Pods that ended and wait for their finalizer to go.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uncounted_terminated_pods: Option<UncountedTerminatedPods>,
}

#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_zero(number: &i32) -> bool {
    *number == 0
}

/// uids of Pods that ended but aren't in the counters yet.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct UncountedTerminatedPods {
    /// Failed ones.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub failed: Vec<Rc<str>>,
    /// Succeeded ones.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub succeeded: Vec<Rc<str>>,
}

/// One entry of `status.conditions`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct JobCondition {
    /// When the controller last wrote it.
    pub last_probe_time: Timestamp,
    /// When its status last changed.
    pub last_transition_time: Timestamp,
    /// For people.
    pub message: String,
    /// In CamelCase.
    pub reason: String,
    /// `True`, `False` or `Unknown`.
    pub status: String,
    /// `Suspended`, `SuccessCriteriaMet`, `FailureTarget`, `Complete` or `Failed`.
    #[serde(rename = "type")]
    pub kind: String,
}

impl JobStatus {
    /// The condition of that type, whatever its status.
    pub fn condition(&self, kind: &str) -> Option<&JobCondition> {
        self.conditions.iter().find(|condition| condition.kind == kind)
    }

    /// Whether the condition of that type is True.
    pub fn is_true(&self, kind: &str) -> bool {
        self.condition(kind).is_some_and(|condition| condition.status == "True")
    }

    /// Whether the Job is over: Complete or Failed.
    pub fn is_finished(&self) -> bool {
        self.is_true("Complete") || self.is_true("Failed")
    }
}
