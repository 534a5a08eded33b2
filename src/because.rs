//! Why a change happened: the rule that decided, with its numbers.
//!
//! Controllers, scheduler, kubelet and API server put one of these on every change; `i18n` turns
//! it into sentences, and [`Because::fields`] names the lines of the manifest that took part.

use std::rc::Rc;

/// What in a Job's manifest makes the API server refuse its Pods. One byte, since every change of a run has its reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Blame {
    /// `serviceAccountName`.
    ServiceAccount,
    /// `priorityClassName`.
    PriorityClass,
    /// `priority`.
    Priority,
    /// `runtimeClassName`.
    RuntimeClass,
    /// `resources` of its containers.
    Resources,
    /// That there are so many Pods.
    Number,
    /// Nothing in particular.
    Nothing,
}

impl Blame {
    /// Of a field of a Pod's spec.
    pub fn of_field(field: &str) -> Self {
        match field {
            "serviceAccountName" => Self::ServiceAccount,
            "priorityClassName" => Self::PriorityClass,
            "priority" => Self::Priority,
            "runtimeClassName" => Self::RuntimeClass,
            _ => Self::Nothing,
        }
    }

    /// The fields of the Job's manifest, as dotted paths below the object.
    fn fields(self) -> &'static [&'static str] {
        match self {
            Self::ServiceAccount => &["spec.template.spec.serviceAccountName"],
            Self::PriorityClass => &["spec.template.spec.priorityClassName"],
            Self::Priority => &["spec.template.spec.priority"],
            Self::RuntimeClass => &["spec.template.spec.runtimeClassName"],
            Self::Resources => &["spec.template.spec.containers[0].resources"],
            Self::Number => &["spec.parallelism"],
            Self::Nothing => &[],
        }
    }
}

/// A container's probes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProbeKind {
    /// Whether it has started.
    Startup,
    /// Whether it may serve.
    Readiness,
    /// Whether it still works.
    Liveness,
}

impl ProbeKind {
    /// As the kubelet's events write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Startup => "Startup",
            Self::Readiness => "Readiness",
            Self::Liveness => "Liveness",
        }
    }
}

/// The rule behind a change. Durations are in milliseconds unless the name says otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Because {
    // ---- the API server
    /// The laboratory began: node and namespace.
    Started,
    /// The student applied or created an object.
    Applied,
    /// The student changed an object.
    Changed {
        /// Whether the spec changed, and so the generation.
        spec: bool,
    },
    /// The student asked for a deletion.
    DeleteAsked {
        /// Seconds that the Pod gets to end.
        grace_seconds: i64,
    },
    /// The last finalizer is gone, or the grace is over: the object vanishes.
    Removed,
    /// A finalizer keeps the object until its owner has done its part.
    HeldByFinalizer,

    // ---- the Job controller
    /// Fewer Pods are active than wanted.
    PodsMissing {
        /// `parallelism`.
        parallelism: u32,
        /// `completions`; none for a work queue.
        completions: Option<u32>,
        /// Succeeded so far.
        succeeded: u32,
        /// Active before this sync.
        active: u32,
        /// Created in this sync.
        created: u32,
        /// Failures so far: above 0 the Pod is a retry.
        failed: u32,
    },
    /// The API server refused a Pod, so the controller waits before it tries again.
    PodRefused {
        /// What in the Job's manifest is to blame.
        blame: Blame,
        /// The server's words.
        message: Rc<str>,
        /// How long the controller waits.
        retry_ms: u64,
    },
    /// The API server refused a Job of a `CronJob`, so the controller waits before it tries again.
    JobRefused {
        /// The server's words.
        message: Rc<str>,
        /// How long the controller waits.
        retry_ms: u64,
    },
    /// A quota counts what there is.
    QuotaCounted {
        /// Each resource with what is used and what may be: `pods 2/2`.
        used: Rc<str>,
    },
    /// More Pods are active than wanted.
    PodsTooMany {
        /// How many may be active.
        wanted: u32,
        /// Active before this sync.
        active: u32,
    },
    /// The Job is suspended: its active Pods are deleted.
    Suspended,
    /// The Job runs again: start time and condition.
    Resumed,
    /// Replacements wait: failures in a row double the delay.
    RetryDelayed {
        /// Failures since the last success.
        failures: u32,
        /// The delay that they ask for.
        delay_ms: u64,
        /// What is left of it.
        remaining_ms: u64,
    },
    /// Pods changed: counters follow, at most once a second.
    Counted {
        /// Active Pods.
        active: u32,
        /// Of these, Ready.
        ready: u32,
        /// Counted as succeeded.
        succeeded: u32,
        /// Counted as failed.
        failed: u32,
    },
    /// An ended Pod was counted, so the controller lets it go.
    FinalizerDone,
    /// Enough Pods succeeded.
    CompletionsReached {
        /// Succeeded.
        succeeded: u32,
        /// `completions`; none for a work queue.
        completions: Option<u32>,
    },
    /// More failures than forgiven.
    BackoffLimitExceeded {
        /// Failed Pods.
        failed: u32,
        /// Restarts of running Pods (`OnFailure`).
        restarts: u32,
        /// `backoffLimit`.
        limit: u32,
        /// Whether it was the restarts that reached it.
        by_restarts: bool,
    },
    /// The Job took longer than `activeDeadlineSeconds`.
    DeadlineExceeded {
        /// The limit.
        seconds: i64,
    },
    /// A rule of `podFailurePolicy` says `FailJob`.
    PodFailurePolicy {
        /// Position of the rule.
        rule: u32,
        /// The failed Pod.
        pod: Rc<str>,
    },
    /// More indexes failed than `maxFailedIndexes`.
    MaxFailedIndexesExceeded {
        /// Failed indexes.
        failed: u32,
        /// The limit.
        limit: u32,
    },
    /// Every index ended and some failed for good.
    FailedIndexes {
        /// Failed indexes.
        failed: u32,
    },
    /// A rule of `successPolicy` holds.
    SuccessPolicy {
        /// Position of the rule.
        rule: u32,
    },
    /// The Job is decided: its active Pods are deleted.
    JobDecided {
        /// Whether it succeeded.
        success: bool,
    },
    /// No Pod is left running or uncounted: the final condition.
    JobFinished {
        /// Whether it succeeded.
        success: bool,
    },
    /// A Pod without owner matches the selector.
    Adopted,
    /// A Pod's labels no longer match the selector.
    Released,
    /// The Job ended `ttlSecondsAfterFinished` seconds ago.
    TtlExpired {
        /// The limit.
        seconds: i64,
    },

    // ---- the CronJob controller
    /// The schedule fired.
    ScheduleFired {
        /// The firing in the schedule's zone: `2026-11-23T13:00:00+01:00`.
        at: Rc<str>,
    },
    /// More ended Jobs than are kept.
    HistoryLimit {
        /// How many are kept.
        limit: u32,
        /// Whether it is about completed Jobs; otherwise about failed ones.
        success: bool,
    },
    /// The next Job is due and `concurrencyPolicy` is `Replace`.
    JobReplaced,
    /// The `CronJob`'s status follows its Jobs.
    JobsFollowed {
        /// Jobs that haven't ended.
        active: u32,
    },

    // ---- the Deployment and ReplicaSet controllers
    /// A Deployment keeps a `ReplicaSet` for its template.
    RolledOut {
        /// `replicas`.
        replicas: u32,
    },
    /// A `ReplicaSet` keeps as many Pods alive as it should.
    ReplicasKept {
        /// `replicas`.
        wanted: u32,
        /// Alive before this sync.
        alive: u32,
    },
    /// The status follows the Pods.
    ReplicasFollowed {
        /// `replicas`.
        wanted: u32,
    },

    // ---- the scheduler
    /// The Pod fits on the node.
    Scheduled {
        /// The node.
        node: Rc<str>,
    },
    /// No node takes the Pod.
    Unschedulable,

    // ---- the kubelet
    /// The kubelet took the Pod: volumes, sandbox, images.
    KubeletAdmitted,
    /// The runtime started what was to be started.
    ContainersStarted {
        /// How many instances came before (0: the first start).
        restarts: u32,
    },
    /// The runtime's list, read once a second, shows that a container ended.
    ContainerEnded {
        /// Its exit code.
        exit_code: i32,
        /// Whether it will be started again in the same Pod.
        restarts: bool,
    },
    /// A rule of a container says that its exit restarts all containers of the Pod.
    AllContainersRestarting {
        /// The exit code that the rule is about; none once they are gone.
        exit_code: Option<i32>,
    },
    /// A probe has come to another result, often enough in a row.
    ProbeDecided {
        /// Which probe.
        kind: ProbeKind,
        /// Whether it succeeds now.
        success: bool,
        /// How often in a row it takes.
        threshold: u32,
    },
    /// A container that failed its probe was ended.
    ProbeKilled {
        /// Which probe.
        kind: ProbeKind,
        /// Whether it is started again in its Pod.
        restarts: bool,
    },
    /// A container waits longer each time before it is started again.
    CrashLoop {
        /// The delay.
        delay_ms: u64,
        /// Restarts so far.
        restarts: u32,
    },
    /// All containers ended: the phase is final.
    PodEnded {
        /// Whether all ended well.
        success: bool,
    },
    /// The image can't be pulled.
    ImagePullFailed {
        /// Whether the kubelet waits before it tries again.
        waiting: bool,
    },
    /// The container couldn't be created or started.
    StartFailed,
    /// The Pod is being deleted: SIGTERM, then SIGKILL after the grace period.
    Stopping {
        /// Seconds of grace.
        grace_seconds: i64,
    },
    /// The Pod took longer than its own `activeDeadlineSeconds`.
    PodDeadlineExceeded {
        /// The limit.
        seconds: i64,
    },
    /// The Pod was evicted.
    Evicted,
    /// The Pods' garbage collector removes a Pod that nobody else will.
    PodCollected,
    /// The node has said nothing for too long, or is heard again.
    NodeLost {
        /// Whether it is back.
        back: bool,
    },
    /// The Pod's sandbox is there: its network and its volumes.
    SandboxReady,
    /// The kubelet only brought the status up to date.
    StatusRefreshed,
    /// A component reports what it did.
    Reported,
}

impl Because {
    /// The fields of the Job's manifest whose values decided, as dotted paths below the object.
    pub fn fields(&self) -> &'static [&'static str] {
        const TEMPLATE: &str = "spec.template.spec";
        const RESTART: &str = "spec.template.spec.restartPolicy";
        match self {
            Self::PodsMissing { .. } | Self::PodsTooMany { .. } => &["spec.parallelism", "spec.completions"],
            Self::PodRefused { blame, .. } => blame.fields(),
            Self::CompletionsReached { .. } => &["spec.completions"],
            Self::Suspended | Self::Resumed => &["spec.suspend"],
            Self::RetryDelayed { .. } => &["spec.backoffLimit", RESTART],
            Self::BackoffLimitExceeded { .. } => &["spec.backoffLimit"],
            Self::DeadlineExceeded { .. } => &["spec.activeDeadlineSeconds"],
            Self::PodFailurePolicy { .. } => &["spec.podFailurePolicy"],
            Self::MaxFailedIndexesExceeded { .. } => &["spec.maxFailedIndexes"],
            Self::FailedIndexes { .. } => &["spec.backoffLimitPerIndex"],
            Self::SuccessPolicy { .. } => &["spec.successPolicy"],
            Self::ScheduleFired { .. } => &["spec.schedule", "spec.timeZone"],
            Self::HistoryLimit { success: true, .. } => &["spec.successfulJobsHistoryLimit"],
            Self::HistoryLimit { success: false, .. } => &["spec.failedJobsHistoryLimit"],
            Self::RolledOut { .. } | Self::ReplicasKept { .. } => &["spec.replicas"],
            Self::JobReplaced => &["spec.concurrencyPolicy"],
            Self::TtlExpired { .. } => &["spec.ttlSecondsAfterFinished"],
            Self::CrashLoop { .. } => &[RESTART],
            Self::ProbeDecided { kind, .. } | Self::ProbeKilled { kind, .. } => match kind {
                ProbeKind::Startup => &["spec.template.spec.containers[0].startupProbe"],
                ProbeKind::Readiness => &["spec.template.spec.containers[0].readinessProbe"],
                ProbeKind::Liveness => &["spec.template.spec.containers[0].livenessProbe"],
            },
            Self::AllContainersRestarting { .. } => {
                &["spec.template.spec.containers[0].restartPolicyRules", "spec.template.spec.initContainers"]
            }
            Self::ContainerEnded { .. } => &["spec.template.spec.containers[0].command", RESTART],
            Self::ContainersStarted { .. } | Self::StartFailed => &["spec.template.spec.containers[0].command"],
            Self::ImagePullFailed { .. } => &["spec.template.spec.containers[0].image"],
            Self::Stopping { .. } => &["spec.template.spec.terminationGracePeriodSeconds"],
            Self::PodDeadlineExceeded { .. } => &["spec.template.spec.activeDeadlineSeconds"],
            Self::Unschedulable => &["spec.template.spec.nodeSelector", TEMPLATE],
            _ => &[],
        }
    }

    /// The same for a status that tells of fewer active Pods, since the server refused some.
    #[must_use]
    pub fn without_active(self, refused: u32) -> Self {
        match self {
            Self::Counted { active, ready, succeeded, failed } => {
                Self::Counted { active: active.saturating_sub(refused), ready, succeeded, failed }
            }
            other => other,
        }
    }

    /// Whether the change is one that a student should look at, not only bookkeeping.
    pub fn is_telling(&self) -> bool {
        !matches!(
            self,
            Self::StatusRefreshed
                | Self::SandboxReady
                | Self::Reported
                | Self::FinalizerDone
                | Self::Started
                | Self::QuotaCounted { .. }
        )
    }
}

#[cfg(test)]
mod tests {
    use super::Because;

    /// A run of ten thousand Pods keeps a hundred thousand of them.
    #[test]
    fn a_reason_stays_small() {
        assert!(size_of::<Because>() <= 32, "{}", size_of::<Because>());
    }
}
