//! The Pods and containers that a command means which goes to a container: `logs`, `exec`, `attach` and their kin.
//!
//! Models `k8s.io/kubectl/pkg/polymorphichelpers@v0.37.2`, `AttachablePodForObject` and `LogsForObject`, and
//! `pkg/util/podutils`. Leaves out: ephemeral containers.

use super::failure::Failure;
use super::listing::{find, list};
use super::{Printed, builder, resources};
use crate::api::{LabelSelector, Object, Phase, Pod, PodConditionKind};
use crate::cluster::Oid;
use crate::timeline::Timeline;
use serde_json::Value;
use std::cmp::Reverse;
use std::fmt::Write;
use std::rc::Rc;

/// Whose logs are asked for.
pub(super) enum Source {
    Pod(Oid),
    /// The Pods of another object.
    Owned(LabelSelector),
    Selected(Vec<Oid>),
}

/// The Pods that `-l` selects.
pub(super) fn selected(timeline: &Timeline, namespace: &str, selector: Option<&str>) -> Result<Vec<Oid>, Failure> {
    let kind = resources::find("pods").map_err(Failure::Own)?;
    let found = list(timeline, kind, namespace, selector, None)?;
    Ok(found.iter().filter_map(|item| item.stored().map(|(oid, _)| oid)).collect())
}

impl Source {
    pub(super) fn named(timeline: &Timeline, namespace: &str, word: &str) -> Result<Self, Printed> {
        let own = |text: String| Failure::Own(text).printed();
        let (kind, name) = if word.contains('/') {
            builder::tuple(word).map_err(Failure::printed)?
        } else {
            ("pods".to_owned(), word.to_owned())
        };
        let kind = resources::find(&kind).map_err(own)?;
        let place = if kind.namespaced { namespace } else { "" };
        let Some(item) = find(timeline, kind, place, &name) else {
            if !timeline.world().namespaces().iter().any(|known| **known == *namespace) {
                return Err(Printed::error(format!(
                    "error: error from server (NotFound): namespaces \"{namespace}\" not found in namespace \"{namespace}\"\n"
                )));
            }
            return Err(Printed::error(format!(
                "error: error from server (NotFound): {} \"{name}\" not found in namespace \"{namespace}\"\n",
                kind.resource()
            )));
        };
        match item.stored() {
            Some((oid, Object::Pod(_))) => Ok(Self::Pod(oid)),
            Some((_, Object::Job(job))) => Ok(Self::Owned(job.spec.selector.clone().unwrap_or_default())),
            Some((_, Object::Other(other))) if has_pods(&other.kind) => Ok(Self::Owned(selector_of(&other.body))),
            _ => Err(Printed::error(format!(
                "error: cannot get the logs from *{}.{}: selector for *{}.{} not implemented\n",
                kind.version, kind.kind, kind.version, kind.kind
            ))),
        }
    }
}

pub(super) fn has_pods(kind: &str) -> bool {
    matches!(kind, "Deployment" | "ReplicaSet" | "StatefulSet" | "DaemonSet" | "ReplicationController" | "Service")
}

/// `spec.selector`: of a Service or a replication controller the labels themselves.
pub(super) fn selector_of(body: &Value) -> LabelSelector {
    let selector = body.pointer("/spec/selector");
    let plain = selector
        .is_some_and(|selector| selector.get("matchLabels").is_none() && selector.get("matchExpressions").is_none());
    let selector = selector.cloned().unwrap_or(Value::Null);
    if plain {
        let match_labels = serde_json::from_value(selector).unwrap_or_default();
        return LabelSelector { match_labels, ..LabelSelector::default() };
    }
    serde_json::from_value(selector).unwrap_or_default()
}

/// The Pods that a selector selects, as the server lists them: by name.
pub(super) fn pods(timeline: &Timeline, namespace: &str, selector: &LabelSelector) -> Vec<Oid> {
    let fits = |pod: &Pod| &*pod.metadata.namespace == namespace && selector.matches(&pod.metadata.labels);
    let mut pods: Vec<(Rc<str>, Oid)> = timeline
        .objects()
        .filter_map(|(oid, object)| object.as_pod().map(|pod| (oid, pod)))
        .filter(|(_, pod)| fits(pod))
        .map(|(oid, pod)| (Rc::clone(&pod.metadata.name), oid))
        .collect();
    pods.sort();
    pods.into_iter().map(|(_, oid)| oid).collect()
}

/// Models `ByLogging` of `k8s.io/kubectl/pkg/util/podutils`: the Pod whose logs tell most comes first.
pub(super) fn most_telling(timeline: &Timeline, pods: &[Oid]) -> Option<Oid> {
    let rank = |pod: &Pod| {
        let ready = pod.status.condition(PodConditionKind::Ready).filter(|condition| condition.holds);
        let restarts = pod.status.container_statuses.iter().map(|status| status.restart_count).max().unwrap_or(0);
        (
            pod.node_name.is_none(),
            pod.status.phase == Phase::Pending,
            ready.is_none(),
            ready.and_then(|condition| condition.last_transition_time),
            Reverse(restarts),
            pod.metadata.creation_timestamp,
        )
    };
    let pods = pods.iter().filter_map(|oid| timeline.object(*oid)?.as_pod().map(|pod| (*oid, pod)));
    pods.min_by_key(|(_, pod)| rank(pod)).map(|(oid, _)| oid)
}

/// `uno, dos, prepara (init)`
pub(super) fn container_names(pod: &Pod) -> String {
    let mut names = String::new();
    let app = pod.spec.containers.iter().map(|container| (container, ""));
    let init = pod.spec.init_containers.iter().map(|container| (container, " (init)"));
    for (container, note) in app.chain(init) {
        let comma = if names.is_empty() { "" } else { ", " };
        // Writing to a String can't fail.
        let _ = write!(names, "{comma}{}{note}", container.name);
    }
    names
}

/// The container that a command means which names none, and what kubectl says about its choice.
pub(super) fn default_container(pod: &Pod) -> (String, Option<String>) {
    if let Some(name) = pod.metadata.annotations.get("kubectl.kubernetes.io/default-container") {
        return (name.clone(), None);
    }
    let name = pod.spec.containers.first().map_or_else(String::new, |container| container.name.clone());
    let several = pod.spec.containers.len() > 1 || !pod.spec.init_containers.is_empty();
    let note = several.then(|| format!("Defaulted container \"{name}\" out of: {}\n", container_names(pod)));
    (name, note)
}

/// Whether the Pod has a container of that name.
pub(super) fn has_container(pod: &Pod, name: &str) -> bool {
    pod.spec.containers.iter().chain(&pod.spec.init_containers).any(|container| container.name == name)
}
