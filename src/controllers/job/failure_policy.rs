//! Models `pkg/controller/job/pod_failure_policy.go@v1.37.2`, `matchPodFailurePolicy`.

use super::finish::Verdict;
use crate::api::{ContainerStatus, Job, OnExitCodes, Phase, Pod, PodFailurePolicyRule};
use crate::because::Because;
use std::rc::Rc;

/// Whether a rule says that this failed Pod doesn't count.
pub(super) fn is_ignored(job: &Job, pod: &Pod) -> bool {
    deciding_rule(job, pod).is_some_and(|(_, rule)| rule.action == "Ignore")
}

/// Whether a rule says that this failed Pod fails its index at once.
pub(super) fn fails_index(job: &Job, pod: &Pod) -> bool {
    deciding_rule(job, pod).is_some_and(|(_, rule)| rule.action == "FailIndex")
}

/// The failure of the Job, if a Pod's failure matches a `FailJob` rule.
pub(super) fn verdict(job: &Job, pods: &[&Rc<Pod>]) -> Option<Verdict> {
    job.spec.pod_failure_policy.as_ref()?;
    pods.iter().filter(|pod| pod.status.phase == Phase::Failed).find_map(|pod| {
        let (position, rule) = deciding_rule(job, pod).filter(|(_, rule)| rule.action == "FailJob")?;
        Some(Verdict::failure(
            "PodFailurePolicy",
            &message(pod, position, rule),
            Because::PodFailurePolicy { rule: position, pod: Rc::clone(&pod.metadata.name) },
        ))
    })
}

/// The first rule that matches the Pod, with its position. Only Pods that ended badly are looked at:
/// with a policy only those are replaced.
fn deciding_rule<'a>(job: &'a Job, pod: &Pod) -> Option<(u32, &'a PodFailurePolicyRule)> {
    let policy = job.spec.pod_failure_policy.as_ref()?;
    if pod.status.phase != Phase::Failed {
        return None;
    }
    (0_u32..).zip(&policy.rules).find(|(_, rule)| {
        rule.on_exit_codes.as_ref().is_some_and(|codes| matching_container(pod, codes).is_some())
            || matching_condition(pod, rule).is_some()
    })
}

/// The container that the rule is about: regular containers first.
fn matching_container<'a>(pod: &'a Pod, codes: &OnExitCodes) -> Option<(&'a ContainerStatus, i32)> {
    let statuses = pod.status.container_statuses.iter().chain(&pod.status.init_container_statuses);
    statuses.filter(|status| codes.container_name.as_deref().is_none_or(|name| name == &*status.name)).find_map(
        |status| {
            let code = status.state.terminated.as_ref()?.exit_code;
            let listed = codes.values.contains(&code);
            let matches = code != 0 && if codes.operator == "In" { listed } else { !listed };
            matches.then_some((status, code))
        },
    )
}

fn matching_condition(pod: &Pod, rule: &PodFailurePolicyRule) -> Option<&'static str> {
    pod.status.conditions.iter().find_map(|condition| {
        let wanted = rule
            .on_pod_conditions
            .iter()
            .any(|pattern| pattern.kind == condition.kind.name() && pattern.status == condition.status());
        wanted.then_some(condition.kind.name())
    })
}

fn message(pod: &Pod, position: u32, rule: &PodFailurePolicyRule) -> String {
    let (namespace, name) = (&pod.metadata.namespace, &pod.metadata.name);
    let by_code = rule.on_exit_codes.as_ref().and_then(|codes| matching_container(pod, codes));
    match by_code {
        Some((status, code)) => format!(
            "Container {} for pod {namespace}/{name} failed with exit code {code} matching FailJob rule at index {position}",
            status.name
        ),
        None => format!(
            "Pod {namespace}/{name} has condition {} matching FailJob rule at index {position}",
            matching_condition(pod, rule).unwrap_or("")
        ),
    }
}
