//! Models `pkg/controller/garbagecollector/garbagecollector.go@v1.37.2` and what the API server does with
//! a DELETE of an object that may own others (`registry/generic/registry/store.go`,
//! `deletionFinalizersForGarbageCollection`).
//!
//! Leaves out: several owners of one object, `blockOwnerDeletion: false`, retries.

use super::requests::Propagation;
use super::{Step, World};
use crate::api::{Object, ObjectMeta, TRACKING_FINALIZER};
use crate::because::Because;
use crate::cluster::latency::GARBAGE_MS;
use crate::cluster::{Oid, registry};
use crate::controllers::ttl;
use std::rc::Rc;

const FOREGROUND: &str = "foregroundDeletion";
const ORPHAN: &str = "orphan";

impl World {
    /// A DELETE: the object goes at once, or stays, marked, until its last finalizer is gone.
    pub(super) fn delete_owner(&mut self, oid: Oid, propagation: Propagation, because: Because) {
        let Some(metadata) = self.store.get(oid).and_then(Object::metadata) else { return };
        let asked = match propagation {
            Propagation::Background => None,
            Propagation::Foreground => Some(FOREGROUND),
            Propagation::Orphan => Some(ORPHAN),
        };
        let others = metadata.finalizers.iter().filter(|finalizer| !is_of_garbage(finalizer)).cloned();
        let finalizers: Vec<String> = others.chain(asked.map(str::to_owned)).collect();
        if finalizers.is_empty() {
            return self.remove_owner(oid, because);
        }
        let now = self.store.timestamp(self.now_ms);
        self.change_metadata(oid, because, |metadata| {
            if metadata.deletion_timestamp.is_none() {
                metadata.deletion_timestamp = Some(now);
                metadata.deletion_grace_period_seconds = Some(0);
                metadata.generation += 1;
            }
            metadata.finalizers = Rc::new(finalizers);
        });
        let dependents = self.dependents(oid);
        if propagation == Propagation::Foreground && !dependents.is_empty() {
            self.collect_soon(dependents);
        } else if asked.is_some() {
            self.queue.push(self.now_ms + GARBAGE_MS, Step::Release(oid));
        }
    }

    /// A change may have taken the last finalizer of an object that is being deleted.
    pub(super) fn finish_deletion(&mut self, oid: Oid) {
        let Some(object) = self.store.get(oid) else { return };
        let done = |metadata: &ObjectMeta| metadata.is_deleting() && metadata.finalizers.is_empty();
        match object {
            Object::Pod(pod) => {
                if done(&pod.metadata) && pod.metadata.deletion_grace_period_seconds == Some(0) {
                    self.store.remove(self.now_ms, oid, Because::Removed);
                }
            }
            other => {
                if other.metadata().is_some_and(|metadata| done(metadata)) {
                    self.remove_owner(oid, Because::Removed);
                }
            }
        }
    }

    fn remove_owner(&mut self, oid: Oid, because: Because) {
        let dependents = self.dependents(oid);
        self.store.remove(self.now_ms, oid, because);
        self.collect_soon(dependents);
    }

    fn collect_soon(&mut self, dependents: Vec<Oid>) {
        for dependent in dependents {
            self.queue.push(self.now_ms + GARBAGE_MS, Step::Collect(dependent));
        }
    }

    /// What belongs to an object that goes, goes too. Models `attemptToDeleteItem`.
    pub(super) fn collect(&mut self, oid: Oid) {
        let Some(pod) = self.store.pod(oid) else {
            let held = self.store.owner(oid).is_some_and(|owner| self.is_held(owner));
            // Its own dependents go before it if its owner waits for it.
            let before = held && !self.dependents(oid).is_empty();
            let propagation = if before { Propagation::Foreground } else { Propagation::Background };
            return self.delete_owner(oid, propagation, Because::DeleteAsked { grace_seconds: 0 });
        };
        let because = Because::DeleteAsked { grace_seconds: pod.spec.grace_seconds() };
        // Nobody counts a Pod any more whose Job goes.
        registry::remove_finalizer(&mut self.store, self.now_ms, oid, TRACKING_FINALIZER, &Because::Removed);
        registry::delete_pod(&mut self.store, self.now_ms, oid, None, &because);
    }

    /// The collector's turn for an owner that waits for it: its dependents are let go, or are gone.
    /// Models `processDeletingDependentsItem`, `orphanDependents`.
    pub(super) fn release(&mut self, owner: Oid) {
        let Some(metadata) = self.store.get(owner).and_then(Object::metadata) else { return };
        let orphans = metadata.has_finalizer(ORPHAN);
        if !orphans && !metadata.has_finalizer(FOREGROUND) {
            return;
        }
        let dependents = self.dependents(owner);
        if orphans {
            for dependent in dependents {
                self.orphan(dependent);
            }
        } else if !dependents.is_empty() {
            return;
        }
        let left: Vec<String> = {
            let Some(metadata) = self.store.get(owner).and_then(Object::metadata) else { return };
            metadata.finalizers.iter().filter(|finalizer| !is_of_garbage(finalizer)).cloned().collect()
        };
        if left.is_empty() {
            return self.remove_owner(owner, Because::Removed);
        }
        self.change_metadata(owner, Because::Removed, |metadata| metadata.finalizers = Rc::new(left));
    }

    /// A dependent is gone: perhaps its owner waited for that.
    pub(super) fn tell_waiting_owner(&mut self, owner: Oid) {
        if self.is_held(owner) {
            self.queue.push(self.now_ms + GARBAGE_MS, Step::Release(owner));
        }
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

    fn is_held(&self, owner: Oid) -> bool {
        self.store.get(owner).and_then(Object::metadata).is_some_and(|metadata| metadata.has_finalizer(FOREGROUND))
    }
}

fn is_of_garbage(finalizer: &str) -> bool {
    finalizer == FOREGROUND || finalizer == ORPHAN
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::{Job, Phase};
    use crate::world::Settings;
    use serde_json::{Value, json};

    fn run(world: &mut World, at_ms: u64) {
        let mut changes = Vec::new();
        world.settle(&mut changes);
        world.advance_to(at_ms, &mut changes);
    }

    /// A Job with one running Pod, five seconds old.
    fn start(finalizers: &Value) -> (World, Oid, Oid) {
        let mut world = World::new(Settings::default());
        let container = json!({
            "name": "c", "image": "busybox:1.36", "imagePullPolicy": "IfNotPresent",
            "command": ["sh", "-c", "trap 'exit 1' TERM; sleep 100 & wait"],
        });
        let labels = json!({"job-name": "j"});
        let job = json!({
            "metadata": {"name": "j", "namespace": "default", "uid": "u", "generation": 1, "finalizers": finalizers},
            "spec": {
                "parallelism": 1, "completions": 1, "backoffLimit": 6,
                "selector": {"matchLabels": labels},
                "template": {
                    "metadata": {"labels": labels},
                    "spec": {"restartPolicy": "Never", "terminationGracePeriodSeconds": 30, "containers": [container]},
                },
            },
        });
        let job = world.create("Job", &job).expect("a Job");
        run(&mut world, 5_000);
        let pod = world.dependents(job).into_iter().next().expect("its Pod");
        assert_eq!(world.store().pod(pod).map(|pod| pod.status.phase), Some(Phase::Running));
        (world, job, pod)
    }

    fn deleting(world: &World, oid: Oid) -> Option<bool> {
        world.store().get(oid).and_then(Object::metadata).map(|metadata| metadata.is_deleting())
    }

    #[test]
    fn a_job_deleted_in_the_background_goes_at_once_and_its_pods_after_it() {
        let (mut world, job, pod) = start(&json!([]));
        world.delete(job, None, Propagation::Background);
        assert_eq!(deleting(&world, job), None);
        assert_eq!(deleting(&world, pod), Some(false));
        run(&mut world, 5_000 + GARBAGE_MS);
        assert_eq!(deleting(&world, pod), Some(true));
        run(&mut world, 8_000);
        assert_eq!(deleting(&world, pod), None);
    }

    #[test]
    fn a_job_deleted_in_the_foreground_goes_after_its_pods() {
        let (mut world, job, pod) = start(&json!([]));
        world.delete(job, None, Propagation::Foreground);
        run(&mut world, 5_000 + GARBAGE_MS);
        assert_eq!((deleting(&world, job), deleting(&world, pod)), (Some(true), Some(true)));
        run(&mut world, 8_000);
        assert_eq!((deleting(&world, job), deleting(&world, pod)), (None, None));
    }

    #[test]
    fn an_orphan_lives_on_without_owner() {
        let (mut world, job, pod) = start(&json!([]));
        world.delete(job, None, Propagation::Orphan);
        assert_eq!(deleting(&world, job), Some(true));
        run(&mut world, 8_000);
        assert_eq!((deleting(&world, job), deleting(&world, pod)), (None, Some(false)));
        assert!(world.store().pod(pod).is_some_and(|pod| pod.metadata.owner_references.is_empty()));
    }

    #[test]
    fn a_job_with_a_finalizer_of_its_own_waits_for_whoever_set_it() {
        let (mut world, job, pod) = start(&json!(["example.com/hold"]));
        world.delete(job, None, Propagation::Background);
        run(&mut world, 60_000);
        // Its Pods stay until it is really gone.
        assert_eq!((deleting(&world, job), deleting(&world, pod)), (Some(true), Some(false)));
        let mut freed = Job::clone(world.store().job(job).expect("the Job"));
        Rc::make_mut(&mut freed.metadata).finalizers = Rc::default();
        world.replace(job, &freed.to_value()).expect("it fits");
        assert_eq!(deleting(&world, job), None);
        run(&mut world, 63_000);
        assert_eq!(deleting(&world, pod), None);
    }
}
