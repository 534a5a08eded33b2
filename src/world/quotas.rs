//! Quotas and limit ranges: what the server adds to a new object and refuses of it, and the controller that counts anew
//! what is used.
//!
//! Models `staging/src/k8s.io/apiserver/pkg/admission/plugin/resourcequota@v1.37.2`,
//! `plugin/pkg/admission/limitranger` and `pkg/controller/resourcequota`. Mutating admission comes before the server
//! makes a name up, and these refusals after it.
//!
//! Leaves out: «status unknown for quota», since a quota is counted as soon as somebody asks; the controller's full
//! count every five minutes, which finds nothing new.

use super::{Step, World};
use crate::api::{Amounts, Object, ObjectMeta, Other, PodSpec};
use crate::because::{Because, Blame};
use crate::cluster::latency::{CALL_MS, WATCH_MS};
use crate::cluster::{Change, Oid, registry};
use crate::controllers::quota::{Countable, Quota, is_alive};
use crate::manifest;
use serde_json::Value;
use std::rc::Rc;

/// What the world keeps of them, so that a cluster without any pays nothing.
#[derive(Debug, Clone, Default)]
pub(super) struct Restrictions {
    quotas: Vec<Oid>,
    ranges: Vec<Oid>,
}

/// What the server says to a Pod of a controller.
#[derive(Debug, Clone)]
pub(super) struct Refused {
    /// `pods "x" is forbidden: …`
    pub message: String,
    /// What in a Job's manifest is to blame.
    pub blame: Blame,
}

/// A quota with what is used once an object is there.
type Charge = (Oid, Quota, Amounts);

impl World {
    /// Takes note of quotas and limit ranges, and of what gives back a part of a quota.
    pub(super) fn tell_quotas(&mut self, change: &Change) {
        let either = change.after.as_ref().or(change.before.as_ref());
        let Some(object) = either else { return };
        if let Object::Other(other) = object {
            match other.kind.as_str() {
                "ResourceQuota" => return self.tell_quota(change, &Rc::clone(other)),
                "LimitRange" => {
                    note(&mut self.restrictions.ranges, change);
                    // Pods of the same templates get other amounts from now on.
                    self.admitted.clear();
                }
                _ => {}
            }
        }
        if self.restrictions.quotas.is_empty() {
            return;
        }
        let now_unix_s = self.store.timestamp(self.now_ms).0;
        let frees = match (&change.before, &change.after) {
            (Some(Object::Pod(before)), Some(Object::Pod(after))) => {
                is_alive(before, now_unix_s) && !is_alive(after, now_unix_s)
            }
            (Some(gone), None) => !matches!(gone, Object::Event(_) | Object::Node(_)),
            _ => false,
        };
        if frees && let Some(metadata) = object.metadata() {
            let namespace = Rc::clone(&metadata.namespace);
            for oid in self.quotas_of(&namespace) {
                self.wake_quota(oid);
            }
        }
    }

    fn tell_quota(&mut self, change: &Change, quota: &Rc<Other>) {
        note(&mut self.restrictions.quotas, change);
        if change.after.is_some() && !Quota::read(quota).is_current {
            self.wake_quota(change.oid);
        }
    }

    fn wake_quota(&mut self, oid: Oid) {
        let due_ms = self.now_ms + WATCH_MS + CALL_MS;
        if self.quota_turns.add(oid, due_ms) {
            self.queue.push(due_ms, Step::CountQuota(oid));
        }
    }

    /// Models `syncResourceQuota`.
    pub(super) fn count_quota(&mut self, oid: Oid) {
        if !self.quota_turns.take(oid, self.now_ms) {
            return;
        }
        let Some(object) = self.store.get(oid).and_then(Object::as_other) else { return };
        let quota = Quota::read(object);
        let used = self.recount(&quota, &object.metadata.namespace);
        if !quota.is_current || used != quota.used {
            self.write_used(oid, &quota, &used);
        }
    }

    fn write_used(&mut self, oid: Oid, quota: &Quota, used: &Amounts) {
        let because = Because::QuotaCounted { used: Rc::from(quota.told(used)) };
        let status = quota.status(used);
        self.store.update_other(self.now_ms, oid, because, |object| {
            if let Value::Object(fields) = Rc::make_mut(&mut object.body) {
                fields.insert("status".to_owned(), status);
            }
        });
    }

    fn recount(&self, quota: &Quota, namespace: &str) -> Amounts {
        let now_unix_s = self.store.timestamp(self.now_ms).0;
        let here = |object: &Object| object.metadata().is_some_and(|metadata| *metadata.namespace == *namespace);
        let objects: Vec<(String, Rc<Value>)> = self
            .store
            .all()
            .filter(|(_, object)| here(object))
            .filter_map(|(_, object)| match object {
                Object::Other(other) => Some((resource(&other.kind)?, Rc::clone(&other.body))),
                Object::Job(_) => Some((resource("Job")?, Rc::default())),
                _ => None,
            })
            .chain(furniture(self, namespace))
            .collect();
        let pods = self.store.pods().filter(|(_, pod)| *pod.metadata.namespace == *namespace);
        let pods = pods.map(|(_, pod)| Countable::Pod { spec: &pod.spec, alive: is_alive(pod, now_unix_s) });
        quota.recount(pods.chain(objects.iter().map(|(resource, object)| Countable::Object(resource, object))))
    }

    /// The quotas of a namespace, by name.
    fn quotas_of(&self, namespace: &str) -> Vec<Oid> {
        self.of_namespace(&self.restrictions.quotas, namespace).into_iter().map(|(oid, _)| oid).collect()
    }

    fn of_namespace(&self, oids: &[Oid], namespace: &str) -> Vec<(Oid, Rc<Other>)> {
        let there = oids.iter().filter_map(|oid| Some((*oid, Rc::clone(self.store.get(*oid)?.as_other()?))));
        let mut found: Vec<(Oid, Rc<Other>)> =
            there.filter(|(_, object)| *object.metadata.namespace == *namespace).collect();
        found.sort_by(|(_, a), (_, b)| a.metadata.name.cmp(&b.metadata.name));
        found
    }

    // ---- admission

    /// What all quotas of the namespace say to one more object: what they will count, or why one refuses it.
    fn charges(&self, namespace: &str, item: Countable<'_>) -> Result<Vec<Charge>, String> {
        let mut charges = Vec::new();
        for (oid, object) in self.of_namespace(&self.restrictions.quotas, namespace) {
            let mut quota = Quota::read(&object);
            if !quota.is_current {
                quota.used = self.recount(&quota, namespace);
            }
            if let Some(used) = quota.charge(item)? {
                charges.push((oid, quota, used));
            }
        }
        Ok(charges)
    }

    fn charge(&mut self, charges: Vec<Charge>) {
        for (oid, quota, used) in charges {
            self.write_used(oid, &quota, &used);
        }
    }

    /// The spec of a Pod of that namespace as limit ranges complete it, and their note.
    pub(super) fn complete_by_ranges(&self, namespace: &str, spec: &mut PodSpec) -> Option<Rc<str>> {
        let ranges = self.of_namespace(&self.restrictions.ranges, namespace);
        ranges.iter().filter_map(|(_, range)| manifest::fill_in(&range.body, spec)).last().map(Rc::from)
    }

    fn beyond_ranges(&self, namespace: &str, spec: &PodSpec) -> Option<String> {
        let ranges = self.of_namespace(&self.restrictions.ranges, namespace);
        ranges.iter().find_map(|(_, range)| manifest::violation(&range.body, spec))
    }

    /// Lets a controller's new Pod through admission: its spec is completed, it gets its name, quotas count it.
    pub(super) fn admit_pod(&mut self, metadata: &mut ObjectMeta, spec: &Rc<PodSpec>) -> Result<Rc<PodSpec>, Refused> {
        let refused = |name: &str, text: &str, blame| {
            Err(Refused { message: format!("pods \"{name}\" is forbidden: {text}"), blame })
        };
        if let Some(forbidden) = self.forbidden_pod(&metadata.namespace, spec) {
            // These plugins run before the server makes a name up.
            let name = metadata.generate_name.as_deref().unwrap_or(&metadata.name);
            return refused(name, &forbidden.text, Blame::of_field(forbidden.field));
        }
        let (spec, note) = self.admitted_spec(spec, &metadata.namespace);
        if let Some(note) = note {
            Rc::make_mut(&mut metadata.annotations).insert(manifest::LIMIT_RANGER.to_owned(), note.to_string());
        }
        if self.restrictions.quotas.is_empty() && self.restrictions.ranges.is_empty() {
            return Ok(spec);
        }
        registry::name_pod(&self.store, metadata, &mut self.draws);
        if let Some(text) = self.beyond_ranges(&metadata.namespace, &spec) {
            return refused(&metadata.name, &text, Blame::Resources);
        }
        match self.charges(&metadata.namespace, Countable::Pod { spec: &spec, alive: true }) {
            Ok(charges) => {
                self.charge(charges);
                Ok(spec)
            }
            Err(text) => {
                let silent = text.starts_with("failed quota");
                let blame = if silent { Blame::Resources } else { Blame::Number };
                refused(&metadata.name, &text, blame)
            }
        }
    }

    /// Why limit ranges or quotas refuse a new object of a client: `jobs.batch "x" is forbidden: …`.
    pub fn refuses(&self, kind: &str, object: &Value) -> Option<String> {
        if self.restrictions.quotas.is_empty() && self.restrictions.ranges.is_empty() {
            return None;
        }
        let text = |name: &str| object.pointer(name).and_then(Value::as_str).unwrap_or_default();
        let namespace = text("/metadata/namespace");
        let resource = resource(kind)?;
        let why = if kind == "Pod" {
            let spec = self.bare_spec(namespace, object).ok()?.0;
            let beyond = self.beyond_ranges(namespace, &spec);
            beyond.or_else(|| self.charges(namespace, Countable::Pod { spec: &spec, alive: true }).err())
        } else {
            self.charges(namespace, Countable::Object(&resource, object)).err()
        };
        why.map(|why| format!("{resource} \"{}\" is forbidden: {why}", text("/metadata/name")))
    }

    /// The spec of a client's Pod as admission makes it, and the note of limit ranges.
    pub(super) fn bare_spec(
        &self,
        namespace: &str,
        object: &Value,
    ) -> Result<(PodSpec, Option<Rc<str>>), serde_json::Error> {
        let spec: PodSpec = serde_json::from_value(object.get("spec").cloned().unwrap_or(Value::Null))?;
        let mut spec = registry::admitted_spec(&spec);
        let note = self.complete_by_ranges(namespace, &mut spec);
        Ok((spec, note))
    }

    /// Counts a client's new Pod.
    pub(super) fn charge_pod(&mut self, namespace: &str, spec: &PodSpec) {
        if let Ok(charges) = self.charges(namespace, Countable::Pod { spec, alive: true }) {
            self.charge(charges);
        }
    }

    /// Counts a new object of another kind.
    pub(super) fn charge_object(&mut self, kind: &str, object: &Value) {
        if self.restrictions.quotas.is_empty() {
            return;
        }
        let namespace = object.pointer("/metadata/namespace").and_then(Value::as_str).unwrap_or_default();
        let Some(resource) = resource(kind) else { return };
        if let Ok(charges) = self.charges(namespace, Countable::Object(&resource, object)) {
            self.charge(charges);
        }
    }
}

/// Keeps a list of what there is of a kind.
fn note(known: &mut Vec<Oid>, change: &Change) {
    match (&change.before, &change.after) {
        (None, Some(_)) => known.push(change.oid),
        (_, None) => known.retain(|oid| *oid != change.oid),
        _ => {}
    }
}

/// `jobs.batch`.
fn resource(kind: &str) -> Option<String> {
    manifest::served().find(|known| known.kind == kind).map(|known| known.resource())
}

/// What every namespace has from its beginning, and isn't stored.
fn furniture(world: &World, namespace: &str) -> impl Iterator<Item = (String, Rc<Value>)> {
    let made = [
        ("ConfigMap", "configmaps", "kube-root-ca.crt", true),
        ("ServiceAccount", "serviceaccounts", "default", true),
        ("Service", "services", "kubernetes", namespace == "default"),
    ];
    let missing = made.into_iter().filter(|(kind, _, name, here)| *here && world.find(kind, namespace, name).is_none());
    missing.map(|(_, resource, ..)| (resource.to_owned(), Rc::default())).collect::<Vec<_>>().into_iter()
}
