//! Models `pkg/scheduler/schedule_one.go@v1.37.2` and the filters that a Job's Pods meet:
//! `NodeUnschedulable`, `TaintToleration`, `NodeAffinity` (selector), `NodeResourcesFit`.
//!
//! Leaves out: scores (with one node there is no choice), affinity terms, volumes, preemption.

use super::{Oid, Recorder, Report, Store};
use crate::api::{Node, Pod, PodCondition, PodConditionKind, PodSpec, Quantity, Taint, Toleration};
use crate::because::Because;
use serde_json::Value;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::rc::Rc;

const COMPONENT: &str = "default-scheduler";

/// Tries to assign a Pod to a node; tells whether it did.
pub fn schedule(store: &mut Store, recorder: &mut Recorder, now_ms: u64, oid: Oid) -> bool {
    let Some(pod) = store.pod(oid).cloned() else { return true };
    if pod.node_name.is_some() || pod.metadata.is_deleting() || pod.spec.is_gated() {
        return true;
    }
    let mut refusals: BTreeMap<String, u32> = BTreeMap::new();
    let mut helpless = 0;
    let mut nodes = 0;
    let mut fit = None;
    for node in store.nodes() {
        nodes += 1;
        match refusal(store, node, &pod) {
            None => {
                fit = Some(Rc::clone(&node.metadata.name));
                break;
            }
            Some(Refusal { reasons, resolvable }) => {
                helpless += u32::from(!resolvable);
                for reason in reasons {
                    *refusals.entry(reason).or_insert(0) += 1;
                }
            }
        }
    }
    match fit {
        Some(node) => bind(store, recorder, now_ms, oid, &pod, &node),
        None => refuse(store, recorder, now_ms, oid, &message(nodes, &refusals, helpless)),
    }
}

fn bind(store: &mut Store, recorder: &mut Recorder, now_ms: u64, oid: Oid, pod: &Pod, node: &Rc<str>) -> bool {
    let now = store.timestamp(now_ms);
    store.update_pod(now_ms, oid, Because::Scheduled { node: Rc::clone(node) }, |pod| {
        pod.node_name = Some(Rc::clone(node));
        set_scheduled(
            pod,
            PodCondition {
                last_transition_time: Some(now),
                message: None,
                reason: None,
                holds: true,
                kind: PodConditionKind::PodScheduled,
            },
        );
    });
    let text = format!("Successfully assigned {}/{} to {node}", pod.metadata.namespace, pod.metadata.name);
    recorder.report_series(store, now_ms, report(oid, false, "Scheduled", &text));
    true
}

fn refuse(store: &mut Store, recorder: &mut Recorder, now_ms: u64, oid: Oid, text: &str) -> bool {
    let now = store.timestamp(now_ms);
    recorder.report_series(store, now_ms, report(oid, true, "FailedScheduling", text));
    store.update_pod(now_ms, oid, Because::Unschedulable, |pod| {
        let since = pod
            .status
            .condition(PodConditionKind::PodScheduled)
            .filter(|condition| !condition.holds)
            .and_then(|condition| condition.last_transition_time);
        set_scheduled(
            pod,
            PodCondition {
                last_transition_time: since.or(Some(now)),
                message: Some(Rc::from(text)),
                reason: Some("Unschedulable"),
                holds: false,
                kind: PodConditionKind::PodScheduled,
            },
        );
    });
    false
}

fn set_scheduled(pod: &mut Pod, condition: PodCondition) {
    let status = Rc::make_mut(&mut pod.status);
    let conditions = Rc::make_mut(&mut status.conditions);
    match conditions.iter_mut().find(|old| old.kind == PodConditionKind::PodScheduled) {
        Some(old) => *old = condition,
        None => conditions.push(condition),
    }
}

fn report(oid: Oid, warning: bool, reason: &'static str, text: &str) -> Report {
    Report::of(COMPONENT, oid, warning, reason, text)
}

/// Why a node doesn't take a Pod.
struct Refusal {
    reasons: Vec<String>,
    /// Whether the departure of other Pods could help.
    resolvable: bool,
}

fn refusal(store: &Store, node: &Node, pod: &Pod) -> Option<Refusal> {
    let fixed = |reason: &str| Some(Refusal { reasons: vec![reason.to_owned()], resolvable: false });
    let cordon = || Taint {
        key: "node.kubernetes.io/unschedulable".to_owned(),
        effect: "NoSchedule".to_owned(),
        ..Taint::default()
    };
    if node.spec.unschedulable && !tolerates(&pod.spec, &cordon()) {
        return fixed("node(s) were unschedulable");
    }
    let repels = |taint: &&Taint| taint.effect != "PreferNoSchedule" && !tolerates(&pod.spec, taint);
    if node.spec.taints.iter().any(|taint| repels(&taint)) {
        return fixed("node(s) had untolerated taint(s)");
    }
    let selected = pod.spec.node_selector.iter().all(|(key, value)| node.labels().get(key) == Some(value));
    if !selected {
        return fixed("node(s) didn't match Pod's node affinity/selector");
    }
    let (reasons, hopeless) = lacking(store, node, pod);
    (!reasons.is_empty()).then_some(Refusal { reasons, resolvable: !hopeless })
}

fn tolerates(spec: &PodSpec, taint: &Taint) -> bool {
    let bears = |toleration: &Toleration| {
        (toleration.effect.is_empty() || toleration.effect == taint.effect)
            && (toleration.key.is_empty() || toleration.key == taint.key)
            && (toleration.operator == "Exists" || toleration.value == taint.value)
    };
    spec.tolerations.iter().any(bears)
}

/// The resources of which the node has too little left, and whether even an empty node had.
fn lacking(store: &Store, node: &Node, pod: &Pod) -> (Vec<String>, bool) {
    let wanted = requests(&pod.spec);
    let allocatable = node.status.get("allocatable");
    let room = |resource: &str| {
        let text = allocatable.and_then(|all| all.get(resource)).and_then(amount);
        text.and_then(|text| Quantity::parse(&text).ok()).map_or(0, Quantity::milli)
    };
    let max_pods = room("pods") / 1000;
    let mut reasons = Vec::new();
    let assigned = store.assigned_pods(&node.metadata.name);
    let pods = i128::try_from(assigned.len()).unwrap_or(i128::MAX);
    let mut used: BTreeMap<String, i128> = BTreeMap::new();
    // Sums matter only to a Pod that asks for something.
    if !wanted.is_empty() {
        for other in assigned.filter_map(|oid| store.pod(oid)) {
            for (resource, amount) in requests(&other.spec) {
                *used.entry(resource).or_insert(0) += amount;
            }
        }
    }
    if pods >= max_pods {
        reasons.push("Too many pods".to_owned());
    }
    let mut hopeless = false;
    for (resource, amount) in wanted {
        hopeless |= amount > room(&resource);
        let left = room(&resource) - used.get(&resource).copied().unwrap_or(0);
        if amount > left {
            reasons.push(format!("Insufficient {resource}"));
        }
    }
    (reasons, hopeless)
}

fn amount(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::String(text) => Some(Cow::Borrowed(text)),
        Value::Number(number) => Some(Cow::Owned(number.to_string())),
        _ => None,
    }
}

/// What a Pod asks for, in thousandths.
fn requests(spec: &PodSpec) -> BTreeMap<String, i128> {
    let amounts = spec.amounts("requests").into_iter().map(|(resource, amount)| (resource, amount.milli()));
    amounts.filter(|(_, amount)| *amount > 0).collect()
}

fn message(nodes: u32, refusals: &BTreeMap<String, u32>, helpless: u32) -> String {
    if nodes == 0 {
        return "no nodes available to schedule pods".to_owned();
    }
    let mut entries: Vec<String> = refusals.iter().map(|(reason, count)| format!("{count} {reason}")).collect();
    entries.sort();
    let hopeful = nodes - helpless;
    let mut preemption = Vec::new();
    if hopeful > 0 {
        preemption.push(format!("{hopeful} No preemption victims found for incoming pod"));
    }
    if helpless > 0 {
        preemption.push(format!("{helpless} Preemption is not helpful for scheduling"));
    }
    preemption.sort();
    format!(
        "0/{nodes} nodes are available: {}. preemption: 0/{nodes} nodes are available: {}.",
        entries.join(", "),
        preemption.join(", ")
    )
}
