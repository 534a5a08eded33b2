//! Models etcd and `staging/src/k8s.io/apiserver/pkg/registry/generic/registry/store.go@v1.37.2`:
//! objects by name, one counter of resource versions, and a record of every change.
//!
//! Leaves out: conflicts between writers (in one thread nobody overtakes), watch caches, paging.

use super::index::Index;
use super::rows::{Row, Rows};
use crate::api::{Job, Node, Object, ObjectKind, ObjectMeta, Other, Pod, PodStatus, TRACKING_FINALIZER, Timestamp};
use crate::because::Because;
use crate::engine::Recent;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// An object's place in the store; never used again for another object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Oid(pub u32);

/// One write: what an object was and became, and why.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Change {
    /// Virtual milliseconds.
    pub at_ms: u64,
    /// Which object.
    pub oid: Oid,
    /// Before; absent for a creation.
    pub before: Option<Object>,
    /// After; absent for a removal.
    pub after: Option<Object>,
    /// Why.
    pub because: Because,
}

/// All objects of the cluster.
#[derive(Debug, Clone)]
pub struct Store {
    rows: Rows,
    /// By kind, namespace and name.
    names: Index,
    /// The living objects of each kind but events.
    living: BTreeMap<ObjectKind, BTreeSet<Oid>>,
    /// The Pods that no controller owns.
    ownerless: BTreeSet<Oid>,
    /// Of each node the Pods that are assigned to it and haven't ended.
    assigned: BTreeMap<Rc<str>, BTreeSet<Oid>>,
    uids: Index,
    /// Of each Job the Pods that may still change something for it.
    unsettled: BTreeMap<Oid, BTreeSet<Oid>>,
    /// Statuses of Pods that went through the same.
    statuses: Recent<PodStatus>,
    revision: u64,
    epoch_ms: i64,
    changes: Vec<Change>,
}

impl Store {
    /// An empty store whose virtual 0 is that many milliseconds after 1970.
    pub fn new(epoch_ms: i64) -> Self {
        Self {
            rows: Rows::default(),
            names: Index::default(),
            living: BTreeMap::new(),
            ownerless: BTreeSet::new(),
            assigned: BTreeMap::new(),
            uids: Index::default(),
            unsettled: BTreeMap::new(),
            statuses: Recent::default(),
            revision: 1,
            epoch_ms,
            changes: Vec::new(),
        }
    }

    /// The wall clock in milliseconds since 1970.
    pub fn unix_ms(&self, now_ms: u64) -> i64 {
        self.epoch_ms.saturating_add_unsigned(now_ms)
    }

    /// The instant as the API writes it: whole seconds.
    pub fn timestamp(&self, now_ms: u64) -> Timestamp {
        Timestamp::from_unix_ms(self.unix_ms(now_ms))
    }

    /// The virtual instant of a timestamp; 0 for one before the run.
    pub fn virtual_ms(&self, timestamp: Timestamp) -> u64 {
        u64::try_from(timestamp.unix_ms() - self.epoch_ms).unwrap_or(0)
    }

    /// Virtual milliseconds of a timestamp, negative for one before the run.
    pub fn signed_ms(&self, timestamp: Timestamp) -> i64 {
        timestamp.unix_ms() - self.epoch_ms
    }

    /// The object, while it exists.
    pub fn get(&self, oid: Oid) -> Option<&Object> {
        self.rows.get(oid).and_then(|row| row.object.as_ref())
    }

    /// The Job, while it exists.
    pub fn job(&self, oid: Oid) -> Option<&Rc<Job>> {
        self.get(oid).and_then(Object::as_job)
    }

    /// The Pod, while it exists.
    pub fn pod(&self, oid: Oid) -> Option<&Rc<Pod>> {
        self.get(oid).and_then(Object::as_pod)
    }

    /// The object of that name. The name of an inert kind is `Kind/name`.
    pub fn find(&self, kind: ObjectKind, namespace: &str, name: &str) -> Option<Oid> {
        let is_it = |object: &Object| {
            object.kind() == kind && object.namespace() == namespace && *indexed_name(object) == *name
        };
        self.names.candidates((kind, namespace, name)).find(|oid| self.get(*oid).is_some_and(is_it))
    }

    /// The living object of that uid.
    pub fn find_uid(&self, uid: &str) -> Option<Oid> {
        let is_it = |object: &Object| object.metadata().is_some_and(|metadata| &*metadata.uid == uid);
        self.uids.candidates(uid).find(|oid| self.get(*oid).is_some_and(is_it))
    }

    /// The object that owns this one as its controller.
    pub fn owner(&self, oid: Oid) -> Option<Oid> {
        self.rows.get(oid).and_then(|row| row.owner)
    }

    /// Every living object, in the order of creation.
    pub fn all(&self) -> impl Iterator<Item = (Oid, &Object)> {
        self.rows.iter().filter_map(|(oid, row)| row.object.as_ref().map(|object| (oid, object)))
    }

    /// Every living object of a kind that isn't Event, in the order of creation.
    fn of_kind(&self, kind: ObjectKind) -> impl Iterator<Item = (Oid, &Object)> {
        let oids = self.living.get(&kind).into_iter().flatten();
        oids.filter_map(|oid| self.get(*oid).map(|object| (*oid, object)))
    }

    /// Every living Pod, in the order of creation.
    pub fn pods(&self) -> impl Iterator<Item = (Oid, &Rc<Pod>)> {
        self.of_kind(ObjectKind::Pod).filter_map(|(oid, object)| object.as_pod().map(|pod| (oid, pod)))
    }

    /// Every living Job, in the order of creation.
    pub fn jobs(&self) -> impl Iterator<Item = (Oid, &Rc<Job>)> {
        self.of_kind(ObjectKind::Job).filter_map(|(oid, object)| object.as_job().map(|job| (oid, job)))
    }

    /// Every living Job that this object owns, in the order of creation.
    pub fn jobs_of(&self, owner: Oid) -> impl Iterator<Item = (Oid, &Rc<Job>)> {
        self.jobs().filter(move |(oid, _)| self.owner(*oid) == Some(owner))
    }

    /// Every living Pod that this object owns, in the order of creation.
    pub fn pods_of(&self, owner: Oid) -> impl Iterator<Item = (Oid, &Rc<Pod>)> {
        self.pods().filter(move |(oid, _)| self.owner(*oid) == Some(owner))
    }

    /// Every living `ReplicaSet` that this object owns, in the order of creation.
    pub fn replica_sets_of(&self, owner: Oid) -> impl Iterator<Item = (Oid, &Rc<Other>)> {
        let sets = self.of_kind(ObjectKind::ReplicaSet).filter_map(|(oid, object)| Some((oid, object.as_other()?)));
        sets.filter(move |(oid, _)| self.owner(*oid) == Some(owner))
    }

    /// Every living object of a kind that isn't simulated, in the order of creation.
    pub fn others(&self) -> impl Iterator<Item = &Rc<Other>> {
        self.of_kind(ObjectKind::Other).filter_map(|(_, object)| object.as_other())
    }

    /// Every living node.
    pub fn nodes(&self) -> impl Iterator<Item = &Rc<Node>> {
        self.of_kind(ObjectKind::Node).filter_map(|(_, object)| object.as_node())
    }

    /// The Pods that are assigned to a node and haven't ended.
    pub fn assigned_pods(&self, node: &str) -> impl ExactSizeIterator<Item = Oid> {
        static NONE: BTreeSet<Oid> = BTreeSet::new();
        self.assigned.get(node).unwrap_or(&NONE).iter().copied()
    }

    /// The Job's Pods that may still change something for it: all but those that have ended and
    /// lost their tracking finalizer, which are counted for good.
    pub fn unsettled_pods(&self, job: Oid) -> impl Iterator<Item = (Oid, &Rc<Pod>)> {
        self.unsettled.get(&job).into_iter().flatten().filter_map(|oid| self.pod(*oid).map(|pod| (*oid, pod)))
    }

    /// The Pods of a namespace that no controller owns.
    pub fn ownerless_pods<'a>(&'a self, namespace: &'a str) -> impl Iterator<Item = (Oid, &'a Rc<Pod>)> {
        let pods = self.ownerless.iter().filter_map(|oid| self.pod(*oid).map(|pod| (*oid, pod)));
        pods.filter(move |(_, pod)| &*pod.metadata.namespace == namespace)
    }

    /// How many objects there have been.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there has never been an object.
    pub fn is_empty(&self) -> bool {
        self.rows.len() == 0
    }

    /// Hands out what was written since the last call, for an empty list whose room serves again.
    pub fn swap_changes(&mut self, empty: &mut Vec<Change>) {
        debug_assert!(empty.is_empty());
        std::mem::swap(&mut self.changes, empty);
    }

    /// Whether something was written since the last [`Self::swap_changes`].
    pub fn has_changes(&self) -> bool {
        !self.changes.is_empty()
    }

    /// The next resource version.
    pub fn next_revision(&mut self) -> u64 {
        self.revision += 1;
        self.revision
    }

    /// Stores a new object. Its name must be free and its uid new.
    pub fn create(&mut self, at_ms: u64, object: Object, because: Because) -> Oid {
        let oid = Oid(u32::try_from(self.rows.len()).unwrap_or(u32::MAX));
        // Events are listed, never looked up, and there are many: they need no index.
        if object.kind() != ObjectKind::Event {
            self.living.entry(object.kind()).or_default().insert(oid);
            if let Some(metadata) = object.metadata() {
                self.names.insert((object.kind(), &metadata.namespace, indexed_name(&object)), oid);
                self.uids.insert(&metadata.uid, oid);
            }
        }
        let owner = object.metadata().and_then(|metadata| self.owner_of(metadata));
        self.rows.push(Row { object: None, owner });
        self.place(at_ms, oid, Some(object), because);
        oid
    }

    /// Replaces an object by its next version.
    pub fn update(&mut self, at_ms: u64, oid: Oid, object: Object, because: Because) {
        if self.get(oid).is_some() {
            self.place(at_ms, oid, Some(object), because);
        }
    }

    /// Changes a Pod; writes nothing if the change left it the same. Tells whether it wrote.
    pub fn update_pod(&mut self, at_ms: u64, oid: Oid, because: Because, change: impl FnOnce(&mut Pod)) -> bool {
        let Some(old) = self.pod(oid) else { return false };
        let mut new = Pod::clone(old);
        change(&mut new);
        if new == **old {
            return false;
        }
        if !Rc::ptr_eq(&new.status, &old.status) {
            new.status = self.statuses.share(new.status);
        }
        new.resource_version = self.next_revision();
        self.place(at_ms, oid, Some(Object::Pod(Rc::new(new))), because);
        true
    }

    /// Changes a Job; writes nothing if the change left it the same. Tells whether it wrote.
    pub fn update_job(&mut self, at_ms: u64, oid: Oid, because: Because, change: impl FnOnce(&mut Job)) -> bool {
        let Some(old) = self.job(oid) else { return false };
        let mut new = Job::clone(old);
        change(&mut new);
        if new == **old {
            return false;
        }
        new.resource_version = self.next_revision();
        self.place(at_ms, oid, Some(Object::Job(Rc::new(new))), because);
        true
    }

    /// Changes a node; writes nothing if the change left it the same. Tells whether it wrote.
    pub fn update_node(&mut self, at_ms: u64, oid: Oid, because: Because, change: impl FnOnce(&mut Node)) -> bool {
        let Some(old) = self.get(oid).and_then(Object::as_node) else { return false };
        let mut new = Node::clone(old);
        change(&mut new);
        if new == **old {
            return false;
        }
        new.resource_version = self.next_revision();
        self.place(at_ms, oid, Some(Object::Node(Rc::new(new))), because);
        true
    }

    /// The status, shared with an equal one of another Pod.
    pub fn share_status(&mut self, status: PodStatus) -> Rc<PodStatus> {
        self.statuses.share(status)
    }

    /// Changes an object that is kept as JSON; writes nothing if the change left it the same. Tells whether it wrote.
    pub fn update_other(&mut self, at_ms: u64, oid: Oid, because: Because, change: impl FnOnce(&mut Other)) -> bool {
        let Some(old) = self.get(oid).and_then(Object::as_other) else { return false };
        let mut new = Other::clone(old);
        change(&mut new);
        if new == **old {
            return false;
        }
        new.resource_version = self.next_revision();
        self.place(at_ms, oid, Some(Object::Other(Rc::new(new))), because);
        true
    }

    /// Removes an object for good.
    pub fn remove(&mut self, at_ms: u64, oid: Oid, because: Because) {
        let Some(object) = self.get(oid).cloned() else { return };
        let kind = object.kind();
        if let Some(metadata) = object.metadata() {
            self.names.remove((kind, &metadata.namespace, indexed_name(&object)), oid);
            self.uids.remove(&metadata.uid, oid);
        }
        self.unsettled.remove(&oid);
        if let Some(living) = self.living.get_mut(&kind) {
            living.remove(&oid);
        }
        self.place(at_ms, oid, None, because);
    }

    fn owner_of(&self, metadata: &ObjectMeta) -> Option<Oid> {
        metadata.controller().and_then(|owner| self.find_uid(&owner.uid))
    }

    /// The one place that changes a row.
    fn place(&mut self, at_ms: u64, oid: Oid, object: Option<Object>, because: Because) {
        let owner_now = match (self.get(oid), &object) {
            // Whoever owned it still does, if it is still there.
            (Some(Object::Pod(before)), Some(Object::Pod(pod))) if Rc::ptr_eq(&before.metadata, &pod.metadata) => {
                self.owner(oid).filter(|owner| self.get(*owner).is_some())
            }
            (_, Some(Object::Pod(pod))) => self.owner_of(&pod.metadata),
            // Whoever is gone itself can't be told apart from its owner any more.
            (_, None) => self.owner(oid),
            (_, Some(other)) => other.metadata().and_then(|metadata| self.owner_of(metadata)),
        };
        let Some(row) = self.rows.get_mut(oid) else { return };
        let before = std::mem::replace(&mut row.object, object.clone());
        let owner_before = std::mem::replace(&mut row.owner, owner_now);
        if matches!(before, Some(Object::Pod(_))) || matches!(object, Some(Object::Pod(_))) {
            let settled = object.as_ref().and_then(Object::as_pod).is_none_or(|pod| is_settled(pod));
            self.settle(oid, owner_before, owner_now, settled);
            self.assign(oid, before.as_ref(), object.as_ref());
            let ownerless =
                object.as_ref().and_then(Object::as_pod).is_some_and(|pod| pod.metadata.controller().is_none());
            if ownerless {
                self.ownerless.insert(oid);
            } else {
                self.ownerless.remove(&oid);
            }
        }
        self.changes.push(Change { at_ms, oid, before, after: object, because });
    }

    fn assign(&mut self, oid: Oid, before: Option<&Object>, now: Option<&Object>) {
        let node = |object: Option<&Object>| {
            object
                .and_then(Object::as_pod)
                .filter(|pod| !pod.status.is_terminal())
                .and_then(|pod| pod.node_name.clone())
        };
        let (before, now) = (node(before), node(now));
        if before == now {
            return;
        }
        if let Some(pods) = before.and_then(|node| self.assigned.get_mut(&node)) {
            pods.remove(&oid);
        }
        if let Some(node) = now {
            self.assigned.entry(node).or_default().insert(oid);
        }
    }

    fn settle(&mut self, pod: Oid, before: Option<Oid>, now: Option<Oid>, settled: bool) {
        if let Some(job) = before.filter(|_| before != now || settled)
            && let Some(pods) = self.unsettled.get_mut(&job)
        {
            pods.remove(&pod);
        }
        if let Some(job) = now.filter(|_| !settled) {
            self.unsettled.entry(job).or_default().insert(pod);
        }
    }
}

/// The name by which an object is found among those of its kind.
fn indexed_name(object: &Object) -> Cow<'_, str> {
    match object {
        Object::Other(other) => Cow::Owned(format!("{}/{}", other.kind, other.metadata.name)),
        _ => Cow::Borrowed(object.name()),
    }
}

/// Whether nothing about the Pod can change its Job any more.
fn is_settled(pod: &Pod) -> bool {
    pod.status.is_terminal() && !pod.metadata.has_finalizer(TRACKING_FINALIZER)
}
