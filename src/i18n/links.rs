//! Where Kubernetes' own documents explain the rule behind a change.

use crate::because::Because;

/// The page of the Job, with the place on it.
macro_rules! job {
    ($place:literal) => {
        concat!("https://kubernetes.io/docs/concepts/workloads/controllers/job/#", $place)
    };
}

/// The page of a Pod's life, with the place on it.
macro_rules! pod {
    ($place:literal) => {
        concat!("https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#", $place)
    };
}

/// The address of the document, if one tells more than the page does.
pub fn reason_link(because: &Because) -> Option<&'static str> {
    Some(match because {
        Because::PodsMissing { failed: 0, .. } | Because::PodsTooMany { .. } => job!("parallel-jobs"),
        Because::PodsMissing { .. } | Because::RetryDelayed { .. } | Because::BackoffLimitExceeded { .. } => {
            job!("pod-backoff-failure-policy")
        }
        Because::Suspended | Because::Resumed => job!("suspending-a-job"),
        Because::CompletionsReached { .. } | Because::JobDecided { .. } | Because::JobFinished { .. } => {
            job!("terminal-job-conditions")
        }
        Because::DeadlineExceeded { .. } => job!("job-termination-and-cleanup"),
        Because::PodFailurePolicy { .. } => job!("pod-failure-policy"),
        Because::MaxFailedIndexesExceeded { .. } | Because::FailedIndexes { .. } => job!("backoff-limit-per-index"),
        Because::SuccessPolicy { .. } => job!("success-policy"),
        Because::TtlExpired { .. } => job!("ttl-mechanism-for-finished-jobs"),
        Because::Counted { .. } | Because::FinalizerDone | Because::HeldByFinalizer => {
            job!("job-tracking-with-finalizers")
        }
        Because::Adopted | Because::Released => job!("specifying-your-own-pod-selector"),
        Because::CrashLoop { .. } | Because::ContainerEnded { .. } | Because::AllContainersRestarting { .. } => {
            pod!("container-restarts")
        }
        Because::ProbeDecided { .. } | Because::ProbeKilled { .. } => pod!("container-probes"),
        Because::PodEnded { .. } => pod!("pod-phase"),
        Because::ContainersStarted { .. } | Because::StartFailed => pod!("container-states"),
        Because::Stopping { .. } | Because::DeleteAsked { .. } => pod!("pod-termination"),
        Because::Scheduled { .. } | Because::Unschedulable => {
            "https://kubernetes.io/docs/concepts/scheduling-eviction/kube-scheduler/"
        }
        Because::ImagePullFailed { .. } => "https://kubernetes.io/docs/concepts/containers/images/#imagepullbackoff",
        Because::Evicted => "https://kubernetes.io/docs/concepts/scheduling-eviction/api-eviction/",
        Because::NodeLost { .. } => "https://kubernetes.io/docs/concepts/architecture/nodes/#condition",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::reason_link;
    use crate::because::Because;

    #[test]
    fn rules_of_the_job_lead_to_its_page() {
        let limit = Because::BackoffLimitExceeded { failed: 4, restarts: 0, limit: 3, by_restarts: false };
        let link = reason_link(&limit).unwrap_or_default();
        assert_eq!(link, "https://kubernetes.io/docs/concepts/workloads/controllers/job/#pod-backoff-failure-policy");
        assert_eq!(reason_link(&Because::Applied), None);
    }
}
