//! The hands of the controllers that keep Pods alive: Deployment and `ReplicaSet`.
//!
//! Models `pkg/controller/{deployment,replicaset}@v1.37.2`, their event handlers.
//!
//! Leaves out: the condition `ReplicaFailure` of a `ReplicaSet` whose Pods the server refuses.

use super::{Step, World};
use crate::api::{Deployment, Object, Other, ReplicaSet};
use crate::because::{Because, Blame};
use crate::cluster::latency::{CALL_MS, WATCH_MS};
use crate::cluster::{Oid, Report, registry};
use crate::controllers::deployment::{self, Action, DeploymentView, replica_set};
use crate::engine::rate_limited_ms;
use serde_json::Value;
use std::rc::Rc;

/// What a sync of a `ReplicaSet` waits after its first error: client-go's default rate limiter.
const FIRST_RETRY_MS: u64 = 5;
/// The longest such wait.
const MAX_RETRY_MS: u64 = 1_000_000;

/// Whether one of these controllers keeps the object.
pub(super) fn is_workload(object: &Other) -> bool {
    matches!(object.kind.as_str(), "Deployment" | "ReplicaSet")
}

impl World {
    /// A workload changed: it is looked at, and so is the Deployment that a `ReplicaSet` belongs to.
    pub(super) fn tell_workload(&mut self, oid: Oid) {
        self.wake_workload(oid);
        self.wake_owning_workload(oid);
    }

    /// Something of a workload changed.
    pub(super) fn wake_owning_workload(&mut self, oid: Oid) {
        if let Some(owner) = self.store.owner(oid) {
            self.wake_workload(owner);
        }
    }

    pub(super) fn wake_workload(&mut self, oid: Oid) {
        let kept = self.store.get(oid).and_then(Object::as_other).is_some_and(|object| is_workload(object));
        let due_ms = self.now_ms + WATCH_MS + CALL_MS;
        if kept && self.workloads.add(oid, due_ms) {
            self.queue.push(due_ms, Step::SyncWorkload(oid));
        }
    }

    pub(super) fn sync_workload(&mut self, oid: Oid) {
        if !self.workloads.take(oid, self.now_ms) {
            return;
        }
        let Some(object) = self.store.get(oid).and_then(Object::as_other).cloned() else { return };
        if object.kind == "Deployment" {
            self.sync_deployment(oid, &object);
        } else if let Ok(set) = ReplicaSet::read(&object) {
            self.sync_replica_set(oid, &set);
        }
    }

    fn sync_deployment(&mut self, oid: Oid, object: &Other) {
        let deployment = Deployment::read(object);
        let sets: Vec<ReplicaSet> =
            self.store.replica_sets_of(oid).filter_map(|(_, set)| ReplicaSet::read(set).ok()).collect();
        let now = self.store.timestamp(self.now_ms);
        let plan = deployment::reconcile(&DeploymentView { deployment: &deployment, replica_sets: &sets, now });
        for (action, event) in plan.actions {
            match action {
                Action::Create(mut set) => {
                    let uid = self.new_uid();
                    if let Some(Value::Object(metadata)) = set.get_mut("metadata") {
                        metadata.insert("uid".to_owned(), Value::from(uid));
                    }
                    // What was made here fits the types.
                    let _ = self.create_because("ReplicaSet", &set, plan.because.clone());
                }
                Action::Scale { uid, replicas } => self.scale_replica_set(&uid, replicas, plan.because.clone()),
            }
            self.workload_event(oid, deployment::COMPONENT, "ScalingReplicaSet", event);
        }
        let because = Because::ReplicasFollowed { wanted: deployment.replicas };
        self.write_status(oid, because, plan.status);
    }

    fn scale_replica_set(&mut self, uid: &str, replicas: u32, because: Because) {
        let Some(set) = self.store.find_uid(uid) else { return };
        self.store.update_other(self.now_ms, set, because, |set| {
            if let Some(Value::Object(spec)) = Rc::make_mut(&mut set.body).get_mut("spec") {
                spec.insert("replicas".to_owned(), Value::from(replicas));
            }
            Rc::make_mut(&mut set.metadata).generation += 1;
        });
    }

    fn sync_replica_set(&mut self, oid: Oid, set: &ReplicaSet) {
        let pods: Vec<_> = self.store.pods_of(oid).map(|(_, pod)| pod).collect();
        let plan = replica_set::reconcile(set, &pods);
        let mut refused = None;
        for _ in 0..plan.create {
            let (mut metadata, spec) = replica_set::pod_from_template(set);
            let because = plan.because.clone();
            let spec = match self.admit_pod(&mut metadata, &spec) {
                Ok(spec) => spec,
                Err(words) => {
                    refused = Some(words.message);
                    // After a refusal the slow start asks for no other.
                    break;
                }
            };
            let pod = registry::create_pod(&mut self.store, self.now_ms, metadata, spec, &mut self.draws, because);
            if let Some(name) = self.store.pod(pod).map(|pod| Rc::clone(&pod.metadata.name)) {
                self.workload_event(oid, replica_set::COMPONENT, "SuccessfulCreate", format!("Created pod: {name}"));
            }
        }
        for uid in plan.delete {
            let Some(pod) = self.store.find_uid(&uid) else { continue };
            let Some(name) = self.store.pod(pod).map(|pod| Rc::clone(&pod.metadata.name)) else { continue };
            registry::delete_pod(&mut self.store, self.now_ms, pod, None, &plan.because);
            self.workload_event(oid, replica_set::COMPONENT, "SuccessfulDelete", format!("Deleted pod: {name}"));
        }
        self.write_status(oid, Because::ReplicasFollowed { wanted: set.replicas }, plan.status);
        match refused {
            None => {
                self.sync_errors.remove(&oid);
            }
            Some(words) => self.try_replica_set_again(oid, &words),
        }
    }

    /// Models `processNextWorkItem` after an error: the default rate limiter of client-go.
    fn try_replica_set_again(&mut self, oid: Oid, words: &str) {
        let retry_ms = self.default_retry_ms(oid);
        let because = Because::PodRefused { blame: Blame::Nothing, message: Rc::from(words), retry_ms };
        let report = Report::of(replica_set::COMPONENT, oid, true, "FailedCreate", format!("Error creating: {words}"));
        self.recorder.report_because(&mut self.store, self.now_ms, report, because);
        let due_ms = self.now_ms + retry_ms;
        if self.workloads.add_at(oid, due_ms) {
            self.queue.push(due_ms, Step::SyncWorkload(oid));
        }
    }

    /// How long an object waits whose sync had one error more: client-go's default rate limiter.
    pub(super) fn default_retry_ms(&mut self, oid: Oid) -> u64 {
        let errors = self.sync_errors.entry(oid).or_default();
        let retry_ms = rate_limited_ms(*errors, FIRST_RETRY_MS, MAX_RETRY_MS);
        *errors += 1;
        retry_ms
    }

    fn write_status(&mut self, oid: Oid, because: Because, status: Value) {
        self.store.update_other(self.now_ms, oid, because, |object| {
            if object.body.get("status") != Some(&status)
                && let Value::Object(fields) = Rc::make_mut(&mut object.body)
            {
                fields.insert("status".to_owned(), status);
            }
        });
    }

    fn workload_event(&mut self, oid: Oid, component: &'static str, reason: &'static str, message: String) {
        self.recorder.report(&mut self.store, self.now_ms, Report::of(component, oid, false, reason, message));
    }
}
