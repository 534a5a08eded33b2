//! Why things happen, in English.

use super::reasons::{Sentence, retry_formula};
use super::{Language, duration};
use crate::because::{Because, ProbeKind};

fn say(title: impl Into<String>, text: impl Into<String>) -> Sentence {
    Sentence::new(title, text)
}

fn time(ms: u64) -> String {
    duration(Language::En, ms)
}

/// "1 failed Pod", "4 failed Pods".
fn count(amount: u32, one: &str, many: &str) -> String {
    format!("{amount} {}", if amount == 1 { one } else { many })
}

/// The sentence for a change.
pub(super) fn sentence(because: &Because) -> Sentence {
    api_server(because)
        .or_else(|| job_pods(because))
        .or_else(|| job_end(because))
        .or_else(|| cron_job(because))
        .or_else(|| kubelet(because))
        .unwrap_or_else(|| other(because))
}

fn api_server(because: &Because) -> Option<Sentence> {
    Some(match *because {
        Because::Started => {
            say("The laboratory begins", "There is a cluster with one node and an empty namespace. Nothing to do yet.")
        }
        Because::Applied => say(
            "The API server stores the object",
            "The manifest is valid: the API server fills in the defaults and stores the object. Applying runs nothing by itself; the controllers watch the API, see the new object and act.",
        ),
        Because::Changed { spec: true } => say(
            "What is wanted changes",
            "`spec` changed, so `metadata.generation` goes up by 1. The controller compares at once what is wanted with what there is.",
        ),
        Because::Changed { spec: false } => say(
            "The object changes, but not what is wanted",
            "Its metadata changed, not `spec`: `metadata.generation` stays.",
        ),
        Because::DeleteAsked { grace_seconds: ..=0 } => say(
            "It is to be deleted without delay",
            "The grace is 0 s: the object vanishes as soon as no finalizer holds it.",
        ),
        Because::DeleteAsked { grace_seconds } => say(
            "It is to be deleted",
            format!(
                "It doesn't vanish at once: it is marked with `deletionTimestamp` and gets {grace_seconds} s of grace to end in good order."
            ),
        ),
        Because::Removed => {
            say("The object vanishes", "No finalizer holds it and no grace is left: the API server deletes it.")
        }
        Because::HeldByFinalizer => say(
            "A finalizer holds it",
            "The deletion was asked for, but the object carries a finalizer. A Job's Pod carries `batch.kubernetes.io/job-tracking`: it stays until the controller has counted it, so that no ending is lost.",
        ),
        _ => return None,
    })
}

fn job_pods(because: &Because) -> Option<Sentence> {
    Some(match *because {
        Because::PodsMissing { parallelism, completions, succeeded, active, created, failed } => {
            pods_missing(parallelism, completions, succeeded, active, created, failed)
        }
        Because::PodRefused { ref message, retry_ms, .. } => say(
            "The server refuses the Pod",
            format!(
                "“{message}”. Its owner was taken, but admission looks at each Pod. A refused Pod doesn't exist: it counts as no failure, so a Job's `backoffLimit` won't stop this. The controller tries again in {}, and each wait is twice the one before.",
                time(retry_ms),
            ),
        ),
        Because::JobRefused { ref message, retry_ms } => say(
            "The server refuses the Job",
            format!(
                "“{message}”. The CronJob is still there, but this Job doesn't exist: it counts as nobody's failure. The controller tries again in {}, and each wait is twice the one before (5 ms, 10 ms, 20 ms…).",
                time(retry_ms),
            ),
        ),
        Because::QuotaCounted { ref used } => say(
            format!("The quota counts: {used}"),
            "The server adds each object in the instant in which it admits it. What ends or is deleted is taken off later by the quota controller, which counts everything anew: a Pod that has ended uses no `pods` and no CPU any more, but it is still an object for `count/pods`.",
        ),
        Because::PodsTooMany { wanted, active } => say(
            "Too many Pods",
            format!(
                "{active} are active and only {wanted} should run. Those that got least far go first: without a node, pending, not ready, the newest. These Pods don't count as failed."
            ),
        ),
        Because::Suspended => say(
            "The Job is suspended",
            "`suspend: true` means that it must have no Pods: the controller deletes the active ones without counting them as failed and keeps what was achieved.",
        ),
        Because::Resumed => say(
            "The Job is resumed",
            "`suspend` is `false` again: `startTime` is set anew (the time of `activeDeadlineSeconds` begins again) and Pods are created.",
        ),
        Because::RetryDelayed { failures, delay_ms, remaining_ms } => {
            say(format!("Waits {} before it retries", time(remaining_ms)), retry_text(failures, delay_ms, remaining_ms))
        }
        Because::Counted { active, ready, succeeded, failed } => say(
            "Brings the counters up to date",
            format!(
                "{}, {ready} of them ready; {} and {}. The controller gathers the changes of 1 s and writes them to `status` at once.",
                count(active, "active Pod", "active Pods"),
                count(succeeded, "success", "successes"),
                count(failed, "failure", "failures"),
            ),
        ),
        Because::FinalizerDone => say(
            "Lets a counted Pod go",
            "The Pod ended and its result is in `status`: the controller takes the finalizer `batch.kubernetes.io/job-tracking` off it. The Pod stays so that you can read its logs.",
        ),
        Because::Adopted => say(
            "The Job adopts a Pod",
            "A Pod without owner has labels that match the selector: from now on it is the Job's and counts.",
        ),
        Because::Released => say(
            "The Job releases a Pod",
            "Its labels no longer match the selector: it stops counting and the Job creates another in its place.",
        ),
        _ => return None,
    })
}

fn pods_missing(
    parallelism: u32,
    completions: Option<u32>,
    succeeded: u32,
    active: u32,
    created: u32,
    failed: u32,
) -> Sentence {
    let title = match (failed > 0, created) {
        (true, 1) => "Retries: creates a new Pod".to_owned(),
        (true, _) => format!("Retries: creates {created} Pods"),
        (false, 1) => "Creates a Pod".to_owned(),
        (false, _) => format!("Creates {created} Pods"),
    };
    let had = match active {
        0 => "none is active".to_owned(),
        1 => "1 is active already".to_owned(),
        _ => format!("{active} are active already"),
    };
    let mut text = match completions {
        Some(completions) => {
            let left = completions.saturating_sub(succeeded);
            let wanted = left.min(parallelism);
            format!(
                "It takes {} (`completions`) and {succeeded} came so far: {left} to go. At most {parallelism} may run at once (`parallelism`), so it wants min({left}, {parallelism}) = {wanted} and {had}: {} missing.",
                count(completions, "success", "successes"),
                wanted.saturating_sub(active),
            )
        }
        None => format!(
            "Without `completions` the Job is a work queue: while no Pod has succeeded it wants {parallelism} active (`parallelism`) and {had}."
        ),
    };
    if failed > 0 {
        let before = count(failed, "Pod", "Pods");
        text = format!("{text} Before, {before} failed: the new Pod is one more attempt, the old one isn't repaired.");
    }
    say(title, text)
}

fn retry_text(failures: u32, delay_ms: u64, remaining_ms: u64) -> String {
    let how = match retry_formula(failures) {
        None => "The first wait is 10 s and doubles with every further failure".to_owned(),
        Some(formula) => {
            format!("There were {failures} failures in a row and each doubles the wait: {formula} (10 min at most)")
        }
    };
    format!(
        "{how}. The wait of {} counts from the end of the last failed Pod; {} are left. A success sets it back to zero.",
        time(delay_ms),
        time(remaining_ms),
    )
}

fn job_end(because: &Because) -> Option<Sentence> {
    Some(match because {
        Because::CompletionsReached { succeeded, completions } => say(
            "The Job reached its goal",
            match completions {
                Some(completions) => format!(
                    "{succeeded} of {completions} Pods ended well: that is what `completions` asks for. The Job gets `SuccessCriteriaMet` and, once no Pod is terminating, `Complete`."
                ),
                None => format!(
                    "Without `completions` it is enough that some Pod ended well ({succeeded}) and that none is active. The Job gets `SuccessCriteriaMet` and then `Complete`."
                ),
            },
        ),
        Because::BackoffLimitExceeded { restarts, limit, by_restarts: true, .. } => say(
            "Too many restarts: the Job fails",
            format!(
                "With `restartPolicy: OnFailure` the containers' restarts count: {restarts} restarts ≥ {limit} (`backoffLimit`; with 0 one is enough). The Job gets `FailureTarget` and the Pod that was still retrying is deleted, its logs too."
            ),
        ),
        Because::BackoffLimitExceeded { failed, limit, .. } => say(
            "Too many failures: the Job fails",
            format!(
                "{} > {limit} (`backoffLimit`). That limit forgives {}, so it allows {} in all. The Job gets `FailureTarget` and no more Pods are created.",
                count(*failed, "failed Pod", "failed Pods"),
                count(*limit, "failure", "failures"),
                count(limit.saturating_add(1), "attempt", "attempts"),
            ),
        ),
        Because::DeadlineExceeded { seconds } => say(
            "The Job's time is up",
            format!(
                "{seconds} s have passed since `startTime` (`activeDeadlineSeconds`). The limit is for the whole Job, waits included, and wins over retries that are left: active Pods are deleted and the Job fails."
            ),
        ),
        Because::PodFailurePolicy { rule, pod } => say(
            "A rule fails the Job",
            format!(
                "The failure of `{pod}` matches rule {rule} of `podFailurePolicy` (counted from 0), whose action is `FailJob`: a retry wouldn't help."
            ),
        ),
        Because::MaxFailedIndexesExceeded { failed, limit } => say(
            "Too many failed indexes",
            format!(
                "{} > {limit} (`maxFailedIndexes`): the Job fails without waiting for the others.",
                count(*failed, "failed index", "failed indexes")
            ),
        ),
        Because::FailedIndexes { failed } => say(
            "Some indexes failed",
            format!("Every index ended, but {failed} used up the retries (`backoffLimitPerIndex`): the Job fails."),
        ),
        Because::SuccessPolicy { rule } => say(
            "That is success enough",
            format!(
                "Rule {rule} of `successPolicy` holds (counted from 0): the Job reached its goal and the Pods still active are deleted without counting as failed."
            ),
        ),
        Because::JobDecided { success: true } => say(
            "The Job has succeeded: Pods are left over",
            "The result is decided (`SuccessCriteriaMet`): the Pods still active are deleted. When they have ended, `Complete` follows.",
        ),
        Because::JobDecided { success: false } => say(
            "The Job will fail: its Pods are stopped",
            "The result is decided (`FailureTarget`): active Pods are deleted and count as failed. When they have ended, `Failed` follows.",
        ),
        Because::JobFinished { success: true } => say(
            "The Job is complete",
            "No Pod is active, terminating or uncounted: it gets the condition `Complete` and `completionTime`. The controller won't touch it again; the Job and its Pods stay so that you can read the logs.",
        ),
        Because::JobFinished { success: false } => say(
            "The Job failed",
            "No Pod is active, terminating or uncounted: it gets the condition `Failed`, with the reason of `FailureTarget`. There are no more retries; to run it again, create another Job.",
        ),
        Because::TtlExpired { seconds } => say(
            "The finished Job expires",
            format!(
                "{seconds} s have passed since its end (`ttlSecondsAfterFinished`): the Job and its Pods are deleted, logs included."
            ),
        ),
        _ => return None,
    })
}

fn kubelet(because: &Because) -> Option<Sentence> {
    Some(match *because {
        Because::KubeletAdmitted => say(
            "The node takes the Pod",
            "The kubelet prepares volumes, network and image; meanwhile the phase is `Pending` and kubectl shows `ContainerCreating`.",
        ),
        Because::ContainersStarted { restarts: 0 } => say(
            "The container starts",
            "The image is there and the container runs: the phase becomes `Running`. A Job waits until it ends by itself.",
        ),
        Because::ContainersStarted { restarts } => say(
            format!("The container starts again (restart {restarts})"),
            "It is the same Pod, with the same name and node; only the container is new. The container's file system begins clean.",
        ),
        Because::ContainerEnded { exit_code, restarts } => ended(exit_code, restarts),
        Because::AllContainersRestarting { exit_code: Some(exit_code) } => say(
            format!("Code {exit_code} restarts all containers"),
            "A rule of `restartPolicyRules` with the action `RestartAllContainers` lists that code: the kubelet stops and removes all containers of the Pod (SIGTERM and, after 2 s, SIGKILL; `terminationGracePeriodSeconds` doesn't count) and begins anew, with the init containers. The Pod is the same one, with its volumes and its IP.",
        ),
        Because::AllContainersRestarting { exit_code: None } => say(
            "The Pod begins anew",
            "None of the containers of before is left: each has one restart more and waits for its turn, init containers first. There is no wait of `CrashLoopBackOff`, and in a `Never` Pod these restarts don't count towards `backoffLimit`.",
        ),
        Because::ProbeDecided { kind, success, threshold } => probe_decided(kind, success, threshold),
        Because::ProbeKilled { kind, restarts } => say(
            format!("`{}` failed", field_of(kind)),
            if restarts {
                "The kubelet ended the container (SIGTERM and, after the grace period, SIGKILL) and starts it again in the same Pod. These restarts count for `CrashLoopBackOff` too and, in a Job with `OnFailure`, towards `backoffLimit`."
            } else {
                "The kubelet ended the container (SIGTERM and, after the grace period, SIGKILL) and doesn't restart it, since the restart policy is `Never`: the Pod fails, and the Job may create another."
            },
        ),
        Because::CrashLoop { delay_ms, restarts } => say(
            format!("CrashLoopBackOff: the wait is {}", time(delay_ms)),
            format!(
                "{} so far. The first is immediate; then the kubelet waits 10 s, 20 s, 40 s… up to 5 min, from the container's end. That is `CrashLoopBackOff`: not a new error but the wait. kubectl 1.37 shows `Error` most of that time and the name only at its end.",
                count(restarts, "restart", "restarts"),
            ),
        ),
        Because::PodEnded { success: true } => say(
            "The Pod is complete",
            "All its containers ended with code 0: the phase is `Succeeded` and kubectl shows `Completed`. The Job will count it as a success.",
        ),
        Because::PodEnded { success: false } => say(
            "The Pod failed",
            "A container ended badly and isn't restarted: the phase is `Failed`, which is final. The Job will hold it against `backoffLimit` and, if it may, create another Pod.",
        ),
        Because::ImagePullFailed { waiting: true } => say(
            "Waits before it pulls the image again",
            "The pull failed and the kubelet waits 10 s, 20 s… up to 5 min between attempts (`ImagePullBackOff`). The Pod stays `Pending`: to the Job it is active, so `backoffLimit` won't stop it.",
        ),
        Because::ImagePullFailed { waiting: false } => say(
            "The image can't be pulled",
            "The registry doesn't have that image or denies it (`ErrImagePull`). Check name and tag in `image`.",
        ),
        Because::StartFailed => say(
            "The container couldn't start",
            "The image is there, but the program in `command` doesn't exist or can't be executed.",
        ),
        Because::Stopping { grace_seconds } => say(
            "The Pod is stopped",
            format!(
                "The kubelet sends `SIGTERM` to process 1 of each container. If it hasn't ended after {grace_seconds} s (`terminationGracePeriodSeconds`), `SIGKILL` follows."
            ),
        ),
        Because::PodDeadlineExceeded { seconds } => say(
            "The Pod's time is up",
            format!(
                "The Pod has been on the node for {seconds} s (`activeDeadlineSeconds` of the Pod, not of the Job): the kubelet stops it and it ends as `Failed`. The Job may create another."
            ),
        ),
        _ => return None,
    })
}

fn cron_job(because: &Because) -> Option<Sentence> {
    Some(match because {
        Because::ScheduleFired { at } => say(
            "The schedule fires",
            format!(
                "`schedule` named `{at}`: the CronJob controller creates a Job from `jobTemplate` and notes the time in `lastScheduleTime`. The rest is the Job controller's."
            ),
        ),
        Because::HistoryLimit { limit, success } => {
            let (field, kept) = if *success {
                ("successfulJobsHistoryLimit", "completed")
            } else {
                ("failedJobsHistoryLimit", "failed")
            };
            say(
                "Deletes an old Job",
                format!("`{field}` keeps at most {limit} {kept}: those that began first are deleted, with their Pods."),
            )
        }
        Because::JobReplaced => say(
            "Replaces the Job before",
            "Another run is due and the last one hasn't ended: with `concurrencyPolicy: Replace` it is deleted and the new one starts, without waiting for its Pods.",
        ),
        Because::RolledOut { replicas } => say(
            "The Deployment keeps its ReplicaSet",
            format!(
                "A Deployment creates no Pods: it keeps a ReplicaSet for each version of `template` and asks it for {}. It never ends, so it counts no successes.",
                count(*replicas, "replica", "replicas"),
            ),
        ),
        Because::ReplicasKept { wanted, alive } => say(
            "The ReplicaSet keeps its Pods",
            format!(
                "It asks for {}, {} alive: it creates what is missing or deletes what is too much, without wait or limit. A Job does the contrary: it counts those that ended well, and stops.",
                count(*wanted, "replica", "replicas"),
                count(*alive, "is", "are"),
            ),
        ),
        Because::ReplicasFollowed { wanted } => say(
            "Brings its replicas up to date",
            format!("It notes in `status` how many of {wanted} there are and how many are ready."),
        ),
        Because::JobsFollowed { active } => say(
            "The CronJob follows its Jobs",
            format!(
                "Those that ended leave `status.active`; {} left. `lastSuccessfulTime` is the end of the last one that completed.",
                count(*active, "active Job is", "active Jobs are"),
            ),
        ),
        _ => return None,
    })
}

fn ended(exit_code: i32, restarts: bool) -> Sentence {
    let meaning = match exit_code {
        0 => "0 means success",
        126 => "126: the file exists but can't be executed",
        127 => "127: no such command",
        137 => "137 = 128 + 9: killed by `SIGKILL` (out of memory, or no grace left)",
        143 => "143 = 128 + 15: stopped by `SIGTERM`",
        _ => "anything but 0 means an error",
    };
    let then = match (exit_code, restarts) {
        (0, false) => "There is nothing to restart.",
        (_, true) => {
            "As `restartPolicy` says, the kubelet will start it again in this very Pod: the first time at once, later after 10 s, 20 s, 40 s… (`CrashLoopBackOff`)."
        }
        (_, false) => "It isn't restarted in this Pod; if the Job retries, it does so with a new Pod.",
    };
    say(
        format!("The container ended with code {exit_code}"),
        format!(
            "The exit code decides: {meaning}. {then} The kubelet looks at the containers once a second, so it may notice up to 1 s late."
        ),
    )
}

fn field_of(kind: ProbeKind) -> &'static str {
    match kind {
        ProbeKind::Startup => "startupProbe",
        ProbeKind::Readiness => "readinessProbe",
        ProbeKind::Liveness => "livenessProbe",
    }
}

fn probe_decided(kind: ProbeKind, success: bool, threshold: u32) -> Sentence {
    let times = if threshold == 1 { "once".to_owned() } else { format!("{threshold} times in a row") };
    let (title, then) = match (kind, success) {
        (ProbeKind::Startup, true) => (
            "The container has started",
            "`startupProbe` succeeded: the container is `started`, and from now on the other probes act.",
        ),
        (ProbeKind::Startup, false) => (
            "The container hasn't started yet",
            "Until `startupProbe` succeeds the other probes don't act; if it fails too often, the kubelet ends the container.",
        ),
        (ProbeKind::Readiness, true) => (
            "The container is ready",
            "`readinessProbe` succeeded: the Pod becomes `Ready`, and the Job counts it in `ready`.",
        ),
        (ProbeKind::Readiness, false) => (
            "The container isn't ready",
            "`readinessProbe` fails: the Pod isn't `Ready` any more and the Job doesn't count it in `ready`, but it runs on, and nobody restarts it for that.",
        ),
        (ProbeKind::Liveness, _) => (
            "The container doesn't answer",
            "`livenessProbe` fails: the kubelet is going to end the container, and restarts it if the restart policy lets it.",
        ),
    };
    say(title, format!("{then} It takes the same result {times} (`successThreshold`, `failureThreshold`)."))
}

fn other(because: &Because) -> Sentence {
    match because {
        Because::Scheduled { node } => say(
            "The scheduler picks a node",
            format!(
                "The Pod fits on `{node}` by what it asks for (`resources.requests`, selectors, tolerations): this is written to `spec.nodeName` and that node's kubelet takes over."
            ),
        ),
        Because::Unschedulable => say(
            "No node takes the Pod",
            "There is no room for what it asks for, or no node matches its selector: it stays `Pending` until something changes. To the Job it is active and uses up no retries.",
        ),
        Because::Evicted => say(
            "The node evicts the Pod",
            "The node is short of a resource and makes room: the Pod is `Failed` with reason `Evicted` and the condition `DisruptionTarget`.",
        ),
        Because::PodCollected => say(
            "Pod garbage collection",
            "Every 20 s the controller `PodGC` removes Pods that nobody else will: those of a node that no longer exists (after 40 s), those that were deleted before they had a node, and the oldest ended ones beyond 12,500.",
        ),
        Because::NodeLost { back: true } => say(
            "The node is back",
            "Its kubelet renews its lease again: the node is `Ready`, its taint `node.kubernetes.io/unreachable` goes, and evictions that were pending are called off.",
        ),
        Because::NodeLost { back: false } => say(
            "The node stopped answering",
            "After 50 s without a word from the kubelet the node becomes `NotReady`; its Pods are no longer ready and are deleted some 5 min later.",
        ),
        Because::SandboxReady => say(
            "The Pod's sandbox is ready",
            "The runtime has made the Pod's network and its volumes are mounted: `PodReadyToStartContainers` becomes true, and the containers may start.",
        ),
        Because::StatusRefreshed => say(
            "The kubelet brings the status up to date",
            "Nothing changed in the containers: the API only learns what was so already.",
        ),
        _ => say(
            "A component reports",
            "An event remains: events tell what happened, but no controller decides by them.",
        ),
    }
}
