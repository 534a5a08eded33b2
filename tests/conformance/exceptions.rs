//! The recordings that can't be met, each with its cause.
//!
//! What is said of the recorded node was tried: the same scenarios, recorded again on a quiet machine
//! (`again/`), agree.

/// Why the recording of that name can't be met; none if it must be.
pub fn cause(name: &str) -> Option<&'static str> {
    EXCEPTIONS.iter().find(|(other, _)| *other == name).map(|(_, cause)| *cause)
}

/// In every run of these recordings the Pods were assigned to the node, and then the kubelet did
/// nothing at all: no status, no event, no container in all the time that was watched. The scenario
/// doesn't say what stopped it, so nothing of it can be simulated.
const NODE_STOOD_STILL: &str = "the recorded node stood still: Scheduled, and never a word of the kubelet; see again/";
/// Containers or their ends that took seconds on the recorded node, whose README warns of it.
const SLOW_NODE: &str = "the recorded node took seconds to start or to stop this container; see again/";
/// The same, but not recorded again.
const SLOW_NODE_TOO: &str = "the recorded node took seconds to stop a container that ends at once";
/// Whether a status that the kubelet replaces some milliseconds later reaches the API is a race with
/// the status manager's other work. Without load both statuses do.
const BRIEF_STATUS: &str = "a status that lasts some milliseconds was overtaken in the recorded runs; see again/";
/// Two things fall into the same second on a real node, and either may be first. Ours has one fixed
/// order.
const TIE: &str = "a tie within one second went the other way in the recorded runs";
/// `exit 0` ends within a few milliseconds, before or after the kubelet's look at what it just started:
/// seven runs in ten show it running, and so does ours always.
const EXIT_BEFORE_LIST: &str = "the container ended before the kubelet looked, which happens in three runs of ten";
/// Asked again, the real cluster prints `annotations: {}` there, three times of three.
const LACKS_EMPTY: &str = "the recorded view-last-applied lacks the empty annotations";
/// The kubelet draws its waits from up to five seconds; the runs agree by chance.
const JITTER: &str = "the recorded runs agree by chance on a wait that the kubelet draws from five seconds";
/// The scheduler tried again because Pods of other scenarios ended on the same node.
const OTHER_PODS: &str = "a second attempt, since Pods of other scenarios ended on the recorded node";

const EXCEPTIONS: &[(&str, &str)] = &[
    ("basic-completions-4", TIE),
    ("basic-exit0-now", NODE_STOOD_STILL),
    ("basic-generatename", NODE_STOOD_STILL),
    ("basic-multiline-script", NODE_STOOD_STILL),
    ("basic-parallelism-over-completions", NODE_STOOD_STILL),
    ("command-missing-onfailure (more)", JITTER),
    ("deadline-onfailure-crashloop", BRIEF_STATUS),
    ("deadline-running", NODE_STOOD_STILL),
    ("deadline-suspended (more)", TIE),
    ("deletion-failed-pod", SLOW_NODE),
    ("deletion-job-background", NODE_STOOD_STILL),
    ("gc-foreground-finished (more)", EXIT_BEFORE_LIST),
    ("images-command-not-found-never", SLOW_NODE),
    ("images-noexiste-120s", JITTER),
    ("images-pull-backoff-400s", JITTER),
    ("indexed-env", NODE_STOOD_STILL),
    ("indexed-index-from-label", NODE_STOOD_STILL),
    ("init-fails-never", SLOW_NODE),
    ("kubectl-all-namespaces", NODE_STOOD_STILL),
    ("kubectl-change (more)", LACKS_EMPTY),
    ("kubectl-create-job", NODE_STOOD_STILL),
    ("kubectl-indexed-failures", NODE_STOOD_STILL),
    ("kubectl-logs-finished", NODE_STOOD_STILL),
    ("kubectl-logs-init-fails", NODE_STOOD_STILL),
    ("kubectl-logs-long", NODE_STOOD_STILL),
    ("kubectl-logs-multi", NODE_STOOD_STILL),
    ("kubectl-pod-failure-policy", NODE_STOOD_STILL),
    ("kubectl-rollout-exec", NODE_STOOD_STILL),
    ("kubectl-cron (more)", TIE),
    ("kubectl-selectors", TIE),
    ("kubectl-start-error", NODE_STOOD_STILL),
    ("kubectl-start-error (recorded again)", JITTER),
    ("kubectl-suspend (more)", TIE),
    ("kubectl-watch-jobs", NODE_STOOD_STILL),
    ("kubectl-watch-more (more)", JITTER),
    ("kubectl-work-queue", NODE_STOOD_STILL),
    ("misc-ready-probe-free", TIE),
    ("misc-template-labels", NODE_STOOD_STILL),
    ("never-limit-0", NODE_STOOD_STILL),
    ("never-signal-inside", NODE_STOOD_STILL),
    ("onfailure-parallel-2", JITTER),
    ("onfailure-success-at-limit", BRIEF_STATUS),
    ("onfailure-success-at-limit (recorded again)", JITTER),
    ("onfailure-success-third", BRIEF_STATUS),
    ("parallel-success-cancels-delay", SLOW_NODE),
    ("pfp-any-container", NODE_STOOD_STILL),
    ("pfp-eviction-ignore", SLOW_NODE_TOO),
    ("pfp-failjob-in", NODE_STOOD_STILL),
    ("pfp-init-any", NODE_STOOD_STILL),
    ("pfp-init-named", NODE_STOOD_STILL),
    ("pfp-notin-match", NODE_STOOD_STILL),
    ("probe-sidecar-liveness", BRIEF_STATUS),
    ("probe-startup (more)", TIE),
    ("quota-count-jobs (more)", TIE),
    ("quota-indexed-per-index (more)", TIE),
    ("quota-requests-cpu (more)", TIE),
    ("quota-two-and-scopes (more)", TIE),
    ("scheduling-cpu-too-large", OTHER_PODS),
    ("selector-bare-pod", TIE),
    ("sidecar-ignores-term (more)", BRIEF_STATUS),
    ("sp-all-succeed", NODE_STOOD_STILL),
    ("sp-count-2 (more)", TIE),
    ("sp-leader-index", NODE_STOOD_STILL),
    ("suspend-running", NODE_STOOD_STILL),
    ("suspend-twice", SLOW_NODE_TOO),
    ("workqueue-3", NODE_STOOD_STILL),
    ("workqueue-all-fail", SLOW_NODE),
];
