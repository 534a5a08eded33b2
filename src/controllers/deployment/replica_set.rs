//! Models `pkg/controller/replicaset/replica_set.go@v1.37.2`, `syncReplicaSet`: Pods that end or vanish are replaced at
//! once, without delay or limit.
//!
//! Leaves out: adoption, `minReadySeconds`, the costs of deletion that annotations name.

use crate::api::{ObjectMeta, OwnerReference, Pod, PodConditionKind, PodSpec, ReplicaSet};
use crate::because::Because;
use serde_json::{Value, json};
use std::rc::Rc;

/// The name that events of this controller carry.
pub const COMPONENT: &str = "replicaset-controller";
/// Pods created or deleted in one sync: `BurstReplicas`.
const BURST: usize = 500;

/// What one sync wants.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// How many Pods to create.
    pub create: usize,
    /// The uids of the Pods to delete.
    pub delete: Vec<Rc<str>>,
    /// Why.
    pub because: Because,
    /// The status as it will be.
    pub status: Value,
}

/// Decides what one sync of a `ReplicaSet` does; `pods` are its own, in the order of creation.
pub fn reconcile(set: &ReplicaSet, pods: &[&Rc<Pod>]) -> Plan {
    let mut alive: Vec<&Rc<Pod>> =
        pods.iter().copied().filter(|pod| !pod.status.is_terminal() && !pod.metadata.is_deleting()).collect();
    let wanted = usize::try_from(set.replicas).unwrap_or(usize::MAX);
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let ready = alive.iter().filter(|pod| is_ready(pod)).count();
    let status = status(set, count(alive.len()), count(ready));
    let because = Because::ReplicasKept { wanted: set.replicas, alive: count(alive.len()) };
    if set.metadata.is_deleting() {
        return Plan { create: 0, delete: Vec::new(), because, status };
    }
    let create = wanted.saturating_sub(alive.len()).min(BURST);
    // First those that have come the least far; of these the newest.
    alive.reverse();
    crate::go::sort::by_key(&mut alive, |pod| (pod.node_name.is_some(), is_ready(pod)));
    let surplus = alive.len().saturating_sub(wanted).min(BURST);
    let delete = alive.iter().take(surplus).map(|pod| Rc::clone(&pod.metadata.uid)).collect();
    Plan { create, delete, because, status }
}

fn is_ready(pod: &Pod) -> bool {
    pod.status.is_true(PodConditionKind::Ready)
}

fn status(set: &ReplicaSet, replicas: u32, ready: u32) -> Value {
    let mut status = json!({"observedGeneration": set.metadata.generation, "replicas": replicas});
    if let Value::Object(fields) = &mut status {
        for (name, number) in
            [("availableReplicas", ready), ("fullyLabeledReplicas", replicas), ("readyReplicas", ready)]
        {
            if number > 0 {
                fields.insert(name.to_owned(), Value::from(number));
            }
        }
    }
    status
}

/// The metadata (without name, uid and time, which the server gives) and the spec of a new Pod.
pub fn pod_from_template(set: &ReplicaSet) -> (ObjectMeta, Rc<PodSpec>) {
    let template = &set.template;
    let metadata = ObjectMeta {
        annotations: Rc::clone(&template.metadata.annotations),
        finalizers: Rc::clone(&template.metadata.finalizers),
        generate_name: Some(Rc::from(format!("{}-", set.metadata.name))),
        generation: 1,
        labels: Rc::clone(&template.metadata.labels),
        namespace: Rc::clone(&set.metadata.namespace),
        owner_references: Rc::new(vec![OwnerReference {
            api_version: Rc::from("apps/v1"),
            block_owner_deletion: true,
            controller: true,
            kind: Rc::from("ReplicaSet"),
            name: Rc::clone(&set.metadata.name),
            uid: Rc::clone(&set.metadata.uid),
        }]),
        ..ObjectMeta::default()
    };
    (metadata, Rc::clone(&template.spec))
}
