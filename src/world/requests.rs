//! What a client of the API server may ask of the cluster while it runs.

use super::World;
use crate::api::{Job, Object, ObjectKind, ObjectMeta, Other, Pod, PodCondition, PodConditionKind, PodSpec, Taint};
use crate::because::Because;
use crate::cluster::{Oid, names, registry};
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
                self.charge_object(kind, object);
                Ok(registry::create_job(&mut self.store, self.now_ms, job, because))
            }
            "Pod" => self.create_bare_pod(object),
            _ => self.create_other(kind, object),
        }
    }

    fn create_bare_pod(&mut self, object: &Value) -> Result<Oid, serde_json::Error> {
        let part = |name: &str| object.get(name).cloned().unwrap_or(Value::Null);
        let mut metadata: ObjectMeta = serde_json::from_value(part("metadata"))?;
        let (spec, note) = self.bare_spec(&metadata.namespace, object)?;
        if let Some(note) = note {
            Rc::make_mut(&mut metadata.annotations).insert(crate::manifest::LIMIT_RANGER.to_owned(), note.to_string());
        }
        self.charge_pod(&metadata.namespace, &spec);
        let spec = Rc::new(spec);
        Ok(registry::create_pod(&mut self.store, self.now_ms, metadata, spec, &mut self.draws, Because::Applied))
    }

    fn create_other(&mut self, kind: &str, object: &Value) -> Result<Oid, serde_json::Error> {
        let metadata: ObjectMeta = serde_json::from_value(object.get("metadata").cloned().unwrap_or(Value::Null))?;
        let api_version = object.get("apiVersion").and_then(Value::as_str).unwrap_or("v1").to_owned();
        let metadata = ObjectMeta { creation_timestamp: Some(self.store.timestamp(self.now_ms)), ..metadata };
        self.charge_object(kind, object);
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
        self.finish_deletion(oid);
        Ok(())
    }

    /// Puts the object's status in the place of the one that is there; its other parts stay. Of Pods and nodes only
    /// the kubelet writes the status.
    ///
    /// # Errors
    /// For a status that isn't of the object's kind.
    pub fn replace_status(&mut self, oid: Oid, object: &Value) -> Result<(), serde_json::Error> {
        let because = Because::Changed { spec: false };
        match self.store.get(oid) {
            Some(Object::Job(_)) => {
                let status = Job::from_value(object)?.status;
                self.store.update_job(self.now_ms, oid, because, |job| job.status = status);
            }
            Some(Object::Other(other)) => {
                let mut body = Value::clone(&other.body);
                if let (Some(fields), Some(status)) = (body.as_object_mut(), object.get("status")) {
                    fields.insert("status".to_owned(), status.clone());
                }
                let mut new = Other::clone(other);
                (new.resource_version, new.body) = (self.store.next_revision(), Rc::new(body));
                self.store.update(self.now_ms, oid, Object::Other(Rc::new(new)), because);
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
            Some(Object::Event(_) | Object::Node(_)) => {
                self.store.remove(self.now_ms, oid, Because::DeleteAsked { grace_seconds: 0 });
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
}

/// What every cluster begins with.
const BUILT_IN_NAMESPACES: [&str; 4] = ["default", "kube-node-lease", "kube-public", "kube-system"];
const UNSCHEDULABLE: &str = "node.kubernetes.io/unschedulable";
