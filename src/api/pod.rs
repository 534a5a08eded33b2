//! Models `staging/src/k8s.io/api/core/v1/types.go@v1.37.2`, Pod.
//!
//! Leaves out: what neither the scheduler, the kubelet nor the Job controller of the simulator
//! reads; those fields are carried in `rest`.

use super::{ObjectMeta, Rest, Timestamp};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;
use std::rc::Rc;

/// Containers that run together on one node.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Pod {
    /// Changes with every write.
    pub resource_version: u64,
    /// Name, labels, owner.
    pub metadata: Rc<ObjectMeta>,
    /// What should run; shared with the template that it came from where it is the same.
    pub spec: Rc<PodSpec>,
    /// The node that the scheduler chose (`spec.nodeName`); kept apart so that Pods share `spec`.
    pub node_name: Option<Rc<str>>,
    /// What runs.
    pub status: Rc<PodStatus>,
}

/// The pattern of a Job's Pods.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct PodTemplateSpec {
    /// Labels and annotations for the Pods.
    #[serde(skip_serializing_if = "is_bare")]
    pub metadata: ObjectMeta,
    /// What should run.
    pub spec: Rc<PodSpec>,
}

fn is_bare(metadata: &ObjectMeta) -> bool {
    *metadata == ObjectMeta::default()
}

/// What a Pod should run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PodSpec {
    /// Seconds after which the kubelet fails the Pod.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub active_deadline_seconds: Option<i64>,
    /// The containers, started in this order.
    pub containers: Vec<Rc<Container>>,
    /// Name inside the Pod.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hostname: Option<String>,
    /// Containers that run before the others.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub init_containers: Vec<Rc<Container>>,
    /// Labels that the node must have.
    #[serde(skip_serializing_if = "std::collections::BTreeMap::is_empty")]
    pub node_selector: super::Labels,
    /// `Always`, `OnFailure` or `Never`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub restart_policy: String,
    /// The account that the Pod runs as.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_account_name: Option<String>,
    /// Seconds between SIGTERM and SIGKILL.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub termination_grace_period_seconds: Option<i64>,
    /// Taints that the Pod bears.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tolerations: Vec<Toleration>,
    /// Fields carried but not read.
    #[serde(flatten)]
    pub rest: Rest,
}

impl PodSpec {
    /// `terminationGracePeriodSeconds`, which the server defaults to 30.
    pub fn grace_seconds(&self) -> i64 {
        self.termination_grace_period_seconds.unwrap_or(30)
    }

    /// Whether `schedulingGates` keep the scheduler from looking at the Pod.
    pub fn is_gated(&self) -> bool {
        self.rest.get("schedulingGates").and_then(Value::as_array).is_some_and(|gates| !gates.is_empty())
    }
}

/// One container.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Container {
    /// Arguments to the command (or to the image's entrypoint).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub args: Vec<String>,
    /// The program, instead of the image's entrypoint.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub command: Vec<String>,
    /// Environment variables.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub env: Vec<EnvVar>,
    /// The image's name.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub image: String,
    /// `Always`, `IfNotPresent` or `Never`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub image_pull_policy: String,
    /// Unique in the Pod.
    pub name: String,
    /// Requests and limits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resources: Option<Value>,
    /// The container's own restart policy (sidecars: `Always`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restart_policy: Option<String>,
    /// Exit codes that restart it whatever its policy.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub restart_policy_rules: Vec<ContainerRestartRule>,
    /// Folder in which the command starts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub working_dir: Option<String>,
    /// Fields carried but not read.
    #[serde(flatten)]
    pub rest: Rest,
}

impl Container {
    /// Whether it is a sidecar: an init container that is always restarted.
    pub fn is_sidecar(&self) -> bool {
        self.restart_policy.as_deref() == Some("Always")
    }
}

/// One environment variable.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct EnvVar {
    /// Its name.
    pub name: String,
    /// Its value; may mention others as `$(NAME)`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Where its value comes from instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value_from: Option<Value>,
}

/// An entry of `restartPolicyRules`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ContainerRestartRule {
    /// `Restart` or `RestartAllContainers`.
    pub action: String,
    /// The codes that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exit_codes: Option<ExitCodeRule>,
}

/// Exit codes of a [`ContainerRestartRule`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct ExitCodeRule {
    /// `In` or `NotIn`.
    pub operator: String,
    /// The codes.
    pub values: Vec<i32>,
}

/// A taint that a Pod bears.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Toleration {
    /// Empty: every effect.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub effect: String,
    /// Empty with `Exists`: every taint.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub key: String,
    /// `Equal` (default) or `Exists`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub operator: String,
    /// How long a `NoExecute` taint is borne.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub toleration_seconds: Option<i64>,
    /// The value for `Equal`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub value: String,
}

/// What runs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PodStatus {
    /// In the order in which the API lists them; shared by the Pods that went through the same.
    #[serde(skip_serializing_if = "is_empty_list")]
    pub conditions: Rc<Vec<PodCondition>>,
    /// Sorted by name.
    #[serde(skip_serializing_if = "is_empty_list")]
    pub container_statuses: Rc<Vec<ContainerStatus>>,
    /// The node's address.
    #[serde(rename = "hostIP", skip_serializing_if = "Option::is_none")]
    pub host_ip: Option<Rc<str>>,
    /// In the order of the spec.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub init_container_statuses: Vec<ContainerStatus>,
    /// For people; with `reason`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<Rc<str>>,
    /// How far its life has come.
    pub phase: Phase,
    /// The Pod's own address.
    #[serde(rename = "podIP", skip_serializing_if = "Option::is_none")]
    pub pod_ip: Option<Rc<str>>,
    /// How the Pod is ranked when the node runs short.
    pub qos_class: &'static str,
    /// Why the Pod is in this phase, such as `DeadlineExceeded` or `Evicted`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Rc<str>>,
    /// When the kubelet first saw the Pod.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_time: Option<Timestamp>,
}

fn is_empty_list<T>(list: &Rc<Vec<T>>) -> bool {
    list.is_empty()
}

/// One entry of a Pod's `status.conditions`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PodCondition {
    /// When its status last changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_transition_time: Option<Timestamp>,
    /// For people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<Rc<str>>,
    /// In CamelCase.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'static str>,
    /// Whether the condition holds; no component of ours writes Unknown.
    #[serde(rename = "status", serialize_with = "true_or_false")]
    pub holds: bool,
    /// Which condition it is.
    #[serde(rename = "type")]
    pub kind: PodConditionKind,
}

// serde hands the field by reference.
#[allow(clippy::trivially_copy_pass_by_ref)]
fn true_or_false<S: Serializer>(holds: &bool, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(if *holds { "True" } else { "False" })
}

impl PodCondition {
    /// The status as the API writes it.
    pub fn status(&self) -> &'static str {
        if self.holds { "True" } else { "False" }
    }
}

/// The conditions of Pods.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum PodConditionKind {
    /// Something is about to end the Pod from outside.
    DisruptionTarget,
    /// Its sandbox stands.
    PodReadyToStartContainers,
    /// Its init containers are through.
    Initialized,
    /// It may serve.
    Ready,
    /// All its containers are ready.
    ContainersReady,
    /// It has a node.
    PodScheduled,
    /// All its containers are being stopped, to begin anew.
    AllContainersRestarting,
}

impl PodConditionKind {
    /// The type as the API writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::DisruptionTarget => "DisruptionTarget",
            Self::PodReadyToStartContainers => "PodReadyToStartContainers",
            Self::Initialized => "Initialized",
            Self::Ready => "Ready",
            Self::ContainersReady => "ContainersReady",
            Self::PodScheduled => "PodScheduled",
            Self::AllContainersRestarting => "AllContainersRestarting",
        }
    }
}

/// How far a Pod's life has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Phase {
    /// It has no node, or its containers are being made.
    #[default]
    Pending,
    /// Its containers run, or will be started again.
    Running,
    /// All ended well, for good.
    Succeeded,
    /// All ended, one of them badly, for good.
    Failed,
}

impl Phase {
    /// The phase as the API writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pending => "Pending",
            Self::Running => "Running",
            Self::Succeeded => "Succeeded",
            Self::Failed => "Failed",
        }
    }
}

impl PodStatus {
    /// The condition of that type, whatever its status.
    pub fn condition(&self, kind: PodConditionKind) -> Option<&PodCondition> {
        self.conditions.iter().find(|condition| condition.kind == kind)
    }

    /// Whether the condition of that type is True.
    pub fn is_true(&self, kind: PodConditionKind) -> bool {
        self.condition(kind).is_some_and(|condition| condition.holds)
    }

    /// Whether the phase is Succeeded or Failed, from which there is no way back.
    pub fn is_terminal(&self) -> bool {
        matches!(self.phase, Phase::Succeeded | Phase::Failed)
    }

    /// Restarts of all containers together.
    pub fn restarts(&self) -> u32 {
        self.init_container_statuses.iter().chain(&*self.container_statuses).map(|status| status.restart_count).sum()
    }
}

/// What is known of one container.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ContainerStatus {
    /// `containerd://<hexadecimal>`; empty before the first start.
    #[serde(rename = "containerID", skip_serializing_if = "is_empty")]
    pub container_id: Rc<str>,
    /// The image's name.
    pub image: Rc<str>,
    /// The image's identity.
    #[serde(rename = "imageID")]
    pub image_id: Rc<str>,
    /// How the instance before this one ended.
    pub last_state: ContainerState,
    /// The container's name.
    pub name: Rc<str>,
    /// Whether it passes its readiness probe (or runs, without one).
    pub ready: bool,
    /// How many instances came before this one.
    pub restart_count: u32,
    /// Whether it runs and passed its startup probe.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started: Option<bool>,
    /// What it does now.
    pub state: ContainerState,
}

fn is_empty(text: &Rc<str>) -> bool {
    text.is_empty()
}

/// What a container does; all absent: nothing known.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ContainerState {
    /// It runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub running: Option<ContainerStateRunning>,
    /// It ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub terminated: Option<Rc<ContainerStateTerminated>>,
    /// It waits to start.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waiting: Option<Rc<ContainerStateWaiting>>,
}

/// A container that runs.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ContainerStateRunning {
    /// Since when.
    pub started_at: Timestamp,
}

/// A container that ended.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ContainerStateTerminated {
    /// `containerd://<hexadecimal>`.
    #[serde(rename = "containerID", skip_serializing_if = "is_empty")]
    pub container_id: Rc<str>,
    /// 0 for success, 128 + n for signal n.
    pub exit_code: i32,
    /// When it ended.
    pub finished_at: Timestamp,
    /// The termination message or the runtime's error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<Rc<str>>,
    /// `Completed`, `Error`, `OOMKilled`, `StartError` …
    pub reason: &'static str,
    /// When it began.
    pub started_at: Timestamp,
}

/// A container that waits to start.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct ContainerStateWaiting {
    /// For people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<Rc<str>>,
    /// `ContainerCreating`, `CrashLoopBackOff`, `ErrImagePull` …
    pub reason: Rc<str>,
}
