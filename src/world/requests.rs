//! What a client of the API server may ask of the cluster while it runs.

use super::{Step, World};
use crate::api::{
    Job, Object, ObjectKind, ObjectMeta, Other, Pod, PodCondition, PodConditionKind, PodSpec, TRACKING_FINALIZER, Taint,
};
use crate::because::Because;
use crate::cluster::latency::WATCH_MS;
use crate::cluster::{Oid, names, registry};
use crate::controllers::ttl;
use serde_json::Value;
use std::rc::Rc;

/// What becomes of the objects that belong to a deleted one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Propagation {
    /// They are deleted after it.
    Background,
    /// They are deleted before it.
    Foreground,
    /// They stay, without owner.
    Orphan,
}

impl World {
    /// A uid that no object has.
    pub fn new_uid(&mut self) -> String {
        names::uid(&mut self.draws.1)
    }

    /// Five random characters for a generated name.
    pub fn new_suffix(&mut self) -> String {
        names::suffix(&mut self.draws.0)
    }

    /// The namespaces there are.
    pub fn namespaces(&self) -> Vec<String> {
        let mut names: Vec<String> = BUILT_IN_NAMESPACES.iter().map(|name| (*name).to_owned()).collect();
        names.push(self.settings.namespace.to_string());
        let made = self.store.all().filter_map(|(_, object)| match object {
            Object::Other(other) if other.kind == "Namespace" => Some(object.name().to_owned()),
            _ => None,
        });
        names.extend(made);
        names
    }

    /// The object of that kind and name.
    pub fn find(&self, kind: &str, namespace: &str, name: &str) -> Option<Oid> {
        match kind {
            "Job" => self.store.find(ObjectKind::Job, namespace, name),
            "Pod" => self.store.find(ObjectKind::Pod, namespace, name),
            other => {
                let kind = match other {
                    "CronJob" => ObjectKind::CronJob,
                    "Deployment" => ObjectKind::Deployment,
                    "ReplicaSet" => ObjectKind::ReplicaSet,
                    _ => ObjectKind::Other,
                };
                self.store.find(kind, namespace, &format!("{other}/{name}"))
            }
        }
    }

    /// Stores an object that was read, defaulted, validated and prepared.
    ///
    /// # Errors
    /// If it doesn't fit its types, which strict decoding should have told.
    pub fn create(&mut self, kind: &str, object: &Value) -> Result<Oid, serde_json::Error> {
        self.create_because(kind, object, Because::Applied)
    }

    pub(super) fn create_because(
        &mut self,
        kind: &str,
        object: &Value,
        because: Because,
    ) -> Result<Oid, serde_json::Error> {
        match kind {
            "Job" => {
                let job = Job::from_value(object)?;
                Ok(registry::create_job(&mut self.store, self.now_ms, job, because))
            }
            "Pod" => self.create_bare_pod(object),
            _ => self.create_other(kind, object),
        }
    }

    fn create_bare_pod(&mut self, object: &Value) -> Result<Oid, serde_json::Error> {
        let part = |name: &str| object.get(name).cloned().unwrap_or(Value::Null);
        let metadata: ObjectMeta = serde_json::from_value(part("metadata"))?;
        let spec: PodSpec = serde_json::from_value(part("spec"))?;
        let spec = Rc::new(registry::admitted_spec(&spec));
        Ok(registry::create_pod(&mut self.store, self.now_ms, metadata, spec, &mut self.draws, Because::Applied))
    }

    fn create_other(&mut self, kind: &str, object: &Value) -> Result<Oid, serde_json::Error> {
        let metadata: ObjectMeta = serde_json::from_value(object.get("metadata").cloned().unwrap_or(Value::Null))?;
        let api_version = object.get("apiVersion").and_then(Value::as_str).unwrap_or("v1").to_owned();
        let metadata = ObjectMeta { creation_timestamp: Some(self.store.timestamp(self.now_ms)), ..metadata };
        let other = Other {
            resource_version: self.store.next_revision(),
            api_version,
            kind: kind.to_owned(),
            metadata: Rc::new(metadata),
            body: Rc::new(object.clone()),
        };
        Ok(self.store.create(self.now_ms, Object::Other(Rc::new(other)), Because::Applied))
    }

    /// Puts a changed object in the place of the one that is there; its status stays.
    ///
    /// # Errors
    /// If it doesn't fit its types, which decoding should have told.
    pub fn replace(&mut self, oid: Oid, object: &Value) -> Result<(), serde_json::Error> {
        match self.store.get(oid) {
            Some(Object::Job(_)) => {
                let job = Job::from_value(object)?;
                self.update_job(oid, job);
            }
            Some(Object::Pod(_)) => self.replace_pod(oid, object)?,
            Some(Object::Other(other)) => {
                let other = Rc::clone(other);
                self.replace_other(oid, &other, object)?;
            }
            _ => {}
        }
        Ok(())
    }

    fn replace_pod(&mut self, oid: Oid, object: &Value) -> Result<(), serde_json::Error> {
        let part = |name: &str| object.get(name).cloned().unwrap_or(Value::Null);
        let metadata: ObjectMeta = serde_json::from_value(part("metadata"))?;
        let spec: PodSpec = serde_json::from_value(part("spec"))?;
        let Some(old) = self.store.pod(oid) else { return Ok(()) };
        let spec_changed = *old.spec != spec;
        let because = Because::Changed { spec: spec_changed };
        self.store.update_pod(self.now_ms, oid, because, |pod| {
            let generation = pod.metadata.generation + i64::from(spec_changed);
            let rest = pod.metadata.rest.clone();
            pod.metadata = Rc::new(ObjectMeta { generation, rest, ..metadata });
            if spec_changed {
                pod.spec = Rc::new(spec);
            }
        });
        Ok(())
    }

    fn replace_other(&mut self, oid: Oid, old: &Other, object: &Value) -> Result<(), serde_json::Error> {
        let metadata: ObjectMeta = serde_json::from_value(object.get("metadata").cloned().unwrap_or(Value::Null))?;
        let spec_changed = old.body.get("spec") != object.get("spec");
        // Only kinds that count their changes have a generation at all.
        let counts = old.metadata.generation > 0 && spec_changed;
        let generation = old.metadata.generation + i64::from(counts);
        let other = Other {
            resource_version: self.store.next_revision(),
            api_version: old.api_version.clone(),
            kind: old.kind.clone(),
            metadata: Rc::new(ObjectMeta { generation, rest: old.metadata.rest.clone(), ..metadata }),
            body: Rc::new(object.clone()),
        };
        let because = Because::Changed { spec: spec_changed };
        self.store.update(self.now_ms, oid, Object::Other(Rc::new(other)), because);
        Ok(())
    }

    /// Replaces a Job's metadata and spec. Tells whether something changed.
    pub fn update_job(&mut self, oid: Oid, new: Job) -> bool {
        let Some(old) = self.store.job(oid) else { return false };
        let spec_changed = old.spec != new.spec;
        let same_metadata = {
            let mut metadata = ObjectMeta::clone(&new.metadata);
            metadata.rest.clone_from(&old.metadata.rest);
            metadata == *old.metadata
        };
        if !spec_changed && same_metadata {
            return false;
        }
        let because = Because::Changed { spec: spec_changed };
        self.store.update_job(self.now_ms, oid, because, |job| {
            let rest = job.metadata.rest.clone();
            let generation = job.metadata.generation + i64::from(spec_changed);
            job.metadata = Rc::new(ObjectMeta { generation, rest, ..ObjectMeta::clone(&new.metadata) });
            if spec_changed {
                job.spec = new.spec;
            }
        })
    }

    /// Deletes an object.
    pub fn delete(&mut self, oid: Oid, grace_seconds: Option<i64>, propagation: Propagation) {
        match self.store.get(oid) {
            Some(Object::Pod(pod)) => {
                let grace = grace_seconds.unwrap_or_else(|| pod.spec.grace_seconds());
                let because = Because::DeleteAsked { grace_seconds: grace };
                registry::delete_pod(&mut self.store, self.now_ms, oid, grace_seconds, &because);
            }
            Some(Object::Job(_) | Object::Other(_)) => {
                self.delete_owner(oid, propagation, Because::DeleteAsked { grace_seconds: 0 });
            }
            _ => {}
        }
    }

    /// Evicts a Pod: a disruption, then a deletion.
    pub fn evict(&mut self, oid: Oid) {
        self.disrupt(oid, "EvictionByEvictionAPI", "Eviction API: evicting", &Because::Evicted);
        registry::delete_pod(&mut self.store, self.now_ms, oid, None, &Because::Evicted);
    }

    /// Marks a Pod as the target of a disruption.
    pub(super) fn disrupt(&mut self, oid: Oid, reason: &'static str, message: &str, because: &Because) {
        let now = self.store.timestamp(self.now_ms);
        self.store.update_pod(self.now_ms, oid, because.clone(), |pod: &mut Pod| {
            let status = Rc::make_mut(&mut pod.status);
            let conditions = Rc::make_mut(&mut status.conditions);
            conditions.retain(|condition| condition.kind != PodConditionKind::DisruptionTarget);
            conditions.insert(
                0,
                PodCondition {
                    last_transition_time: Some(now),
                    message: Some(Rc::from(message)),
                    reason: Some(reason),
                    holds: true,
                    kind: PodConditionKind::DisruptionTarget,
                },
            );
        });
    }

    /// Cordons a node, or lifts that; tells whether it changed something.
    pub fn set_unschedulable(&mut self, node: Oid, unschedulable: bool) -> bool {
        let changed = self.store.update_node(self.now_ms, node, Because::Changed { spec: true }, |node| {
            node.spec.unschedulable = unschedulable;
            node.spec.taints.retain(|taint| taint.key != UNSCHEDULABLE);
            if unschedulable {
                // The node lifecycle controller mirrors the field as a taint.
                let effect = "NoSchedule".to_owned();
                node.spec.taints.push(Taint { key: UNSCHEDULABLE.to_owned(), value: String::new(), effect });
            }
        });
        if changed && !unschedulable {
            self.retry_unscheduled();
        }
        changed
    }

    // ---- garbage

    /// Models `pkg/controller/garbagecollector@v1.37.2` for an object that may own others.
    pub(super) fn delete_owner(&mut self, oid: Oid, propagation: Propagation, because: Because) {
        let dependents = self.dependents(oid);
        match propagation {
            Propagation::Foreground if !dependents.is_empty() => self.hold_for_foreground(oid, because),
            Propagation::Orphan => {
                for dependent in dependents {
                    self.orphan(dependent);
                }
                self.store.remove(self.now_ms, oid, because);
                return;
            }
            _ => self.store.remove(self.now_ms, oid, because),
        }
        for dependent in dependents {
            self.queue.push(self.now_ms + WATCH_MS, Step::Collect(dependent));
        }
    }

    /// The object stays, marked as being deleted, until nothing belongs to it any more.
    fn hold_for_foreground(&mut self, oid: Oid, because: Because) {
        let now = self.store.timestamp(self.now_ms);
        self.change_metadata(oid, because, |metadata| {
            metadata.deletion_timestamp = Some(now);
            metadata.deletion_grace_period_seconds = Some(0);
            Rc::make_mut(&mut metadata.finalizers).push(FOREGROUND.to_owned());
            metadata.generation += 1;
        });
    }

    /// The object loses its owner and lives on.
    fn orphan(&mut self, oid: Oid) {
        self.change_metadata(oid, Because::Released, |metadata| {
            metadata.owner_references = Rc::default();
            Rc::make_mut(&mut metadata.finalizers).retain(|finalizer| finalizer != TRACKING_FINALIZER);
        });
    }

    fn change_metadata(&mut self, oid: Oid, because: Because, change: impl FnOnce(&mut ObjectMeta)) {
        let now_ms = self.now_ms;
        match self.store.get(oid) {
            Some(Object::Pod(_)) => {
                self.store.update_pod(now_ms, oid, because, |pod| change(Rc::make_mut(&mut pod.metadata)))
            }
            Some(Object::Job(_)) => {
                self.store.update_job(now_ms, oid, because, |job| change(Rc::make_mut(&mut job.metadata)))
            }
            _ => self.store.update_other(now_ms, oid, because, |other| change(Rc::make_mut(&mut other.metadata))),
        };
    }

    /// Deletes a finished Job whose time to live is over.
    pub(super) fn expire(&mut self, oid: Oid) {
        let Some(job) = self.store.job(oid) else { return };
        let due = ttl::expires_at(job).is_some_and(|at| at.unix_ms() <= self.store.unix_ms(self.now_ms));
        if due && !job.metadata.is_deleting() {
            let seconds = i64::from(job.spec.ttl_seconds_after_finished.unwrap_or(0));
            self.delete_owner(oid, Propagation::Foreground, Because::TtlExpired { seconds });
        }
    }

    /// What belongs to an object: a Job's Pods, a `CronJob`'s Jobs, a Deployment's `ReplicaSet`s.
    fn dependents(&self, owner: Oid) -> Vec<Oid> {
        let pods = self.store.pods_of(owner).map(|(oid, _)| oid);
        let jobs = self.store.jobs_of(owner).map(|(oid, _)| oid);
        pods.chain(jobs).chain(self.store.replica_sets_of(owner).map(|(oid, _)| oid)).collect()
    }

    /// What belongs to an object that goes, goes too.
    pub(super) fn collect(&mut self, oid: Oid) {
        let Some(pod) = self.store.pod(oid) else {
            let held = self.store.owner(oid).is_some_and(|owner| self.is_held(owner));
            // Its own dependents go before it if its owner waits for it.
            let propagation = if held { Propagation::Foreground } else { Propagation::Background };
            return self.delete_owner(oid, propagation, Because::DeleteAsked { grace_seconds: 0 });
        };
        let because = Because::DeleteAsked { grace_seconds: pod.spec.grace_seconds() };
        // Nobody counts a Pod any more whose Job goes.
        registry::remove_finalizer(&mut self.store, self.now_ms, oid, TRACKING_FINALIZER, &Because::Removed);
        registry::delete_pod(&mut self.store, self.now_ms, oid, None, &because);
    }

    /// The last object that an owner in foreground deletion waited for is gone: so is the owner.
    pub(super) fn finish_foreground(&mut self, owner: Oid) {
        if self.is_held(owner) && self.dependents(owner).is_empty() {
            self.store.remove(self.now_ms, owner, Because::Removed);
        }
    }

    fn is_held(&self, owner: Oid) -> bool {
        self.store.get(owner).and_then(Object::metadata).is_some_and(|metadata| metadata.has_finalizer(FOREGROUND))
    }
}

/// What every cluster begins with.
const BUILT_IN_NAMESPACES: [&str; 4] = ["default", "kube-node-lease", "kube-public", "kube-system"];
const UNSCHEDULABLE: &str = "node.kubernetes.io/unschedulable";
const FOREGROUND: &str = "foregroundDeletion";
