//! Models `pkg/controller/deployment/deployment_controller.go@v1.37.2`, `syncDeployment`: a Deployment keeps a
//! `ReplicaSet` for its template, and that keeps Pods alive ([`replica_set`]). Here it stands beside the Job, which
//! does not.
//!
//! Leaves out: rolling updates (a new template takes the place of the old one at once), pauses, deadlines, history.

pub mod replica_set;

use crate::api::{Deployment, ReplicaSet, Timestamp};
use crate::because::Because;
use crate::go::fnv32a;
use serde_json::{Map, Value, json};
use std::rc::Rc;

/// The name that events of this controller carry.
pub const COMPONENT: &str = "deployment-controller";
/// The label by which a `ReplicaSet` knows its Pods from those of another template.
const HASH_LABEL: &str = "pod-template-hash";
/// The characters of generated names.
const ALPHABET: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";

/// What the controller sees of one Deployment.
#[derive(Debug)]
pub struct DeploymentView<'a> {
    /// The Deployment.
    pub deployment: &'a Deployment,
    /// Its `ReplicaSet`s, in the order of creation.
    pub replica_sets: &'a [ReplicaSet],
    /// The wall clock.
    pub now: Timestamp,
}

/// One thing to do with a `ReplicaSet`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Create one; the object without uid.
    Create(Value),
    /// Change how many Pods one wants.
    Scale {
        /// Its uid.
        uid: Rc<str>,
        /// How many.
        replicas: u32,
    },
}

/// What one sync wants.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// In this order, each with the event that tells of it.
    pub actions: Vec<(Action, String)>,
    /// Why.
    pub because: Because,
    /// The status as it will be.
    pub status: Value,
}

/// Decides what one sync of a Deployment does.
pub fn reconcile(view: &DeploymentView<'_>) -> Plan {
    let deployment = view.deployment;
    let hash = hash(&deployment.template);
    let name = format!("{}-{hash}", deployment.metadata.name);
    let mut actions = Vec::new();
    let mut scale = |set: &ReplicaSet, replicas: u32| {
        if set.replicas != replicas {
            let event = scaled(&set.metadata.name, set.replicas, replicas);
            actions.push((Action::Scale { uid: Rc::clone(&set.metadata.uid), replicas }, event));
        }
    };
    let current = view.replica_sets.iter().find(|set| *set.metadata.name == *name);
    if let Some(current) = current {
        scale(current, deployment.replicas);
    }
    for old in view.replica_sets.iter().filter(|set| *set.metadata.name != *name) {
        scale(old, 0);
    }
    if current.is_none() && !deployment.metadata.is_deleting() {
        let event = scaled(&name, 0, deployment.replicas);
        actions.insert(0, (Action::Create(new_replica_set(deployment, &name, &hash)), event));
    }
    Plan { actions, because: Because::RolledOut { replicas: deployment.replicas }, status: status(view, current) }
}

fn scaled(name: &str, from: u32, to: u32) -> String {
    let direction = if to < from { "down" } else { "up" };
    format!("Scaled {direction} replica set {name} from {from} to {to}")
}

/// Stands for `ComputeHash`, whose input is Go's own dump of the template: the same templates have the same hash,
/// but not the one that a real cluster shows.
fn hash(template: &Value) -> String {
    let digits = fnv32a(template.to_string().as_bytes()).to_string();
    let letter = |digit: u8| ALPHABET.get(usize::from(digit) % ALPHABET.len()).copied().unwrap_or(b'x');
    digits.bytes().map(|digit| char::from(letter(digit))).collect()
}

fn with_hash(mut labels: Value, hash: &str) -> Value {
    if !labels.is_object() {
        labels = Value::Object(Map::new());
    }
    if let Value::Object(labels) = &mut labels {
        labels.insert(HASH_LABEL.to_owned(), Value::from(hash));
    }
    labels
}

fn new_replica_set(deployment: &Deployment, name: &str, hash: &str) -> Value {
    let mut template = deployment.template.clone();
    let labels = with_hash(template.pointer("/metadata/labels").cloned().unwrap_or_default(), hash);
    if let Some(metadata) = template.get_mut("metadata") {
        if !metadata.is_object() {
            *metadata = json!({});
        }
        if let Value::Object(metadata) = metadata {
            metadata.insert("labels".to_owned(), labels.clone());
        }
    }
    let mut selector = deployment.selector.clone();
    if let Value::Object(fields) = &mut selector {
        let matched = with_hash(fields.get("matchLabels").cloned().unwrap_or_default(), hash);
        fields.insert("matchLabels".to_owned(), matched);
    }
    let metadata = &deployment.metadata;
    json!({
        "apiVersion": "apps/v1",
        "kind": "ReplicaSet",
        "metadata": {
            "annotations": {
                "deployment.kubernetes.io/desired-replicas": deployment.replicas.to_string(),
                "deployment.kubernetes.io/max-replicas": (deployment.replicas + deployment.replicas.div_ceil(4)).to_string(),
                "deployment.kubernetes.io/revision": "1",
            },
            "generation": 1,
            "labels": labels,
            "name": name,
            "namespace": metadata.namespace,
            "ownerReferences": [{
                "apiVersion": "apps/v1",
                "blockOwnerDeletion": true,
                "controller": true,
                "kind": "Deployment",
                "name": metadata.name,
                "uid": metadata.uid,
            }],
        },
        "spec": {"replicas": deployment.replicas, "selector": selector, "template": template},
        "status": {"replicas": 0},
    })
}

/// Models `calculateStatus`.
fn status(view: &DeploymentView<'_>, current: Option<&ReplicaSet>) -> Value {
    let deployment = view.deployment;
    let sum = |count: fn(&ReplicaSet) -> u32| view.replica_sets.iter().map(count).sum::<u32>();
    let (replicas, ready) = (sum(|set| set.counted.replicas), sum(|set| set.counted.ready));
    let updated = current.map_or(0, |set| set.counted.replicas);
    let mut fields = Map::new();
    let mut put = |name: &str, number: u32| {
        if number > 0 {
            fields.insert(name.to_owned(), Value::from(number));
        }
    };
    put("availableReplicas", ready);
    put("readyReplicas", ready);
    put("replicas", replicas);
    put("unavailableReplicas", deployment.replicas.saturating_sub(ready));
    put("updatedReplicas", updated);
    fields.insert("observedGeneration".to_owned(), Value::from(deployment.metadata.generation));
    // A quarter of the Pods may be missing: the default of `maxUnavailable`.
    let enough = ready >= deployment.replicas - deployment.replicas / 4;
    let available = if enough {
        ("True", "MinimumReplicasAvailable", "Deployment has minimum availability.".to_owned())
    } else {
        ("False", "MinimumReplicasUnavailable", "Deployment does not have minimum availability.".to_owned())
    };
    let progressing = match current {
        Some(set) if ready >= deployment.replicas && updated == deployment.replicas => (
            "True",
            "NewReplicaSetAvailable",
            format!("ReplicaSet \"{}\" has successfully progressed.", set.metadata.name),
        ),
        Some(set) => ("True", "ReplicaSetUpdated", format!("ReplicaSet \"{}\" is progressing.", set.metadata.name)),
        None => ("True", "NewReplicaSetCreated", "Created new replica set".to_owned()),
    };
    let conditions =
        [("Available", available), ("Progressing", progressing)].map(|(kind, state)| condition(view, kind, &state));
    fields.insert("conditions".to_owned(), Value::Array(conditions.into()));
    Value::Object(fields)
}

/// A condition whose instants stay while its status, or all of it, does.
fn condition(view: &DeploymentView<'_>, kind: &str, state: &(&'static str, &'static str, String)) -> Value {
    let (status, reason, message) = state;
    let before =
        view.deployment.status.get("conditions").and_then(Value::as_array).and_then(|conditions| {
            conditions.iter().find(|condition| condition.get("type") == Some(&Value::from(kind)))
        });
    let same = |name: &str, value: &str| before.is_some_and(|before| before.get(name) == Some(&Value::from(value)));
    let now = Value::from(view.now.to_string());
    let time = |kept: bool, name: &str| {
        before.and_then(|before| before.get(name)).filter(|_| kept).cloned().unwrap_or_else(|| now.clone())
    };
    let same_status = same("status", status);
    json!({
        "lastTransitionTime": time(same_status, "lastTransitionTime"),
        "lastUpdateTime": time(same_status && same("reason", reason), "lastUpdateTime"),
        "message": message,
        "reason": reason,
        "status": status,
        "type": kind,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::{ObjectMeta, PodTemplateSpec, ReplicaCounts};

    fn deployment(replicas: u32) -> Deployment {
        Deployment {
            metadata: Rc::new(ObjectMeta { name: Rc::from("web"), generation: 1, ..ObjectMeta::default() }),
            replicas,
            selector: json!({"matchLabels": {"app": "web"}}),
            template: json!({"metadata": {"labels": {"app": "web"}}, "spec": {}}),
            status: json!({}),
        }
    }

    fn set(name: &str, replicas: u32, ready: u32) -> ReplicaSet {
        ReplicaSet {
            metadata: Rc::new(ObjectMeta { name: Rc::from(name), uid: Rc::from(name), ..ObjectMeta::default() }),
            replicas,
            template: PodTemplateSpec::default(),
            counted: ReplicaCounts { replicas, ready },
        }
    }

    fn sync(deployment: &Deployment, replica_sets: &[ReplicaSet]) -> Plan {
        reconcile(&DeploymentView { deployment, replica_sets, now: Timestamp(0) })
    }

    #[test]
    fn makes_a_replica_set_for_its_template() {
        let plan = sync(&deployment(3), &[]);
        let [(Action::Create(set), event)] = plan.actions.as_slice() else { panic!("{:?}", plan.actions) };
        let name = set.pointer("/metadata/name").and_then(Value::as_str).unwrap_or_default();
        assert_eq!(*event, format!("Scaled up replica set {name} from 0 to 3"));
        let hash = name.trim_start_matches("web-");
        let labels = json!({"app": "web", "pod-template-hash": hash});
        assert_eq!(set.pointer("/spec/template/metadata/labels"), Some(&labels));
        assert_eq!(set.pointer("/spec/selector/matchLabels"), Some(&labels));
    }

    #[test]
    fn scales_the_one_it_has_and_retires_others() {
        let mut deployment = deployment(2);
        let current = format!("web-{}", hash(&deployment.template));
        let plan = sync(&deployment, &[set("web-old", 2, 2), set(&current, 2, 2)]);
        assert_eq!(
            plan.actions,
            [(
                Action::Scale { uid: Rc::from("web-old"), replicas: 0 },
                "Scaled down replica set web-old from 2 to 0".to_owned()
            )]
        );
        deployment.replicas = 5;
        let plan = sync(&deployment, &[set(&current, 2, 2)]);
        assert_eq!(plan.actions.len(), 1);
        assert_eq!(plan.status.get("unavailableReplicas"), Some(&json!(3)));
    }

    #[test]
    fn a_condition_keeps_its_instant_while_its_status_does() {
        let mut deployment = deployment(1);
        let current = format!("web-{}", hash(&deployment.template));
        deployment.status = sync(&deployment, &[set(&current, 1, 0)]).status;
        let ready = [set(&current, 1, 1)];
        let plan = reconcile(&DeploymentView { deployment: &deployment, replica_sets: &ready, now: Timestamp(60) });
        let times: Vec<_> = plan.status.get("conditions").and_then(Value::as_array).into_iter().flatten().collect();
        assert_eq!(times[0].get("lastTransitionTime"), Some(&json!("1970-01-01T00:01:00Z")));
        assert_eq!(times[1].get("lastTransitionTime"), Some(&json!("1970-01-01T00:00:00Z")));
    }
}
