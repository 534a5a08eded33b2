//! The cluster in motion: every component, one clock, one queue of steps. The only place that
//! changes state.
//!
//! [`World::step`] lets the next thing happen. Whatever is written is told to the components that
//! watch, with the latency of their watch; nothing else connects them.

mod admission;
mod cron_jobs;
mod garbage;
mod intervention;
mod interventions;
mod job_controller;
mod limits;
mod node_lifecycle;
mod pod_gc;
mod quotas;
mod requests;
mod setup;
mod workloads;

pub use crate::cluster::{Declared, Outcome, Whose};
pub use intervention::{Intervention, NotAnIntervention, Timed};
pub use interventions::Refusal;
pub use limits::{Bound, ClientLimit, Limits};
pub use requests::Propagation;
pub use setup::Settings;

use crate::api::{Job, Object, ObjectKind, Pod, PodSpec};
use crate::cluster::kubelet::{Bench, Kubelet, KubeletStep};
use crate::cluster::latency::{JOB_BATCH_MS, SCHEDULE_MS, WATCH_MS};
use crate::cluster::{Change, Oid, Recorder, Store, registry, scheduler};
use crate::controllers::job::FailureRecord;
use crate::controllers::ttl;
use crate::engine::{StepQueue, Stream, WorkQueue};
use interventions::Created;
use job_controller::{Common, InFlight};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// Everything that can happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    /// A Job's turn in the Job controller's queue.
    SyncJob(Oid),
    /// The Job controller goes on with what a sync decided.
    GoOn(Oid),
    /// The scheduler's attempt for a Pod.
    Schedule(Oid),
    /// A `CronJob`'s turn in its controller's queue.
    SyncCronJob(Oid),
    /// A Deployment's or a `ReplicaSet`'s turn in its controller's queue.
    SyncWorkload(Oid),
    /// Something in the kubelet.
    Kubelet(KubeletStep),
    /// A finished Job's time to live may be over.
    Expire(Oid),
    /// The garbage collector's turn for what belongs to a deleted object.
    Collect(Oid),
    /// The garbage collector's turn for an object whose deletion waits for what belongs to it.
    Release(Oid),
    /// A pass of the Pods' own garbage collector.
    CollectPods,
    /// The node may have been silent for too long; of that stop.
    LoseNode(u32),
    /// A quota counts anew what is used.
    CountQuota(Oid),
    /// The time that a Pod bears the taint of a lost node is over; of that stop.
    EvictForTaint(Oid, u32),
}

/// A spec before and after admission.
#[derive(Debug, Clone)]
struct Admitted {
    from: Rc<PodSpec>,
    spec: Rc<PodSpec>,
    /// What limit ranges tell of what they filled in.
    note: Option<Rc<str>>,
}

/// The whole cluster at an instant; cloning it is how a run is kept to be forked.
#[derive(Debug, Clone)]
pub struct World {
    now_ms: u64,
    settings: Settings,
    store: Store,
    recorder: Recorder,
    queue: StepQueue<Step>,
    kubelet: Kubelet,
    nodes: node_lifecycle::NodeWatch,
    pod_gc: pod_gc::PodGc,
    jobs: WorkQueue<Oid>,
    cron_jobs: WorkQueue<Oid>,
    workloads: WorkQueue<Oid>,
    quota_turns: WorkQueue<Oid>,
    restrictions: quotas::Restrictions,
    failures: BTreeMap<Oid, FailureRecord>,
    /// Syncs of a Job or a `ReplicaSet` in a row that ended with an error.
    sync_errors: BTreeMap<Oid, u32>,
    in_flight: BTreeMap<Oid, InFlight>,
    client: ClientLimit,
    unscheduled: BTreeSet<Oid>,
    /// Of each Job.
    created: BTreeMap<Oid, Created>,
    /// Names and uids, a stream each.
    draws: (Stream, Stream),
    /// The admitted form of a template's spec, made once for all its Pods.
    admitted: Vec<Admitted>,
    common: Vec<Common>,
    /// Room for the changes that are being told.
    telling: Vec<Change>,
    pods: u32,
    written: u32,
    bound: Option<Bound>,
}

impl World {
    /// Virtual milliseconds since the run began.
    pub fn now_ms(&self) -> u64 {
        self.now_ms
    }

    /// The objects.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The node's agent, for its logs.
    pub fn kubelet(&self) -> &Kubelet {
        &self.kubelet
    }

    /// What the cluster was set up with.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The bound that stopped the run, if one did.
    pub fn bound(&self) -> Option<Bound> {
        self.bound
    }

    /// When the next thing happens. None: nothing will ever happen again by itself.
    pub fn next_at_ms(&self) -> Option<u64> {
        if self.bound.is_some() { None } else { self.queue.next_at_ms() }
    }

    /// Lets the next thing happen. Tells whether there was one.
    pub fn step(&mut self) -> bool {
        if self.bound.is_some() {
            return false;
        }
        let Some((at_ms, step)) = self.queue.pop() else { return false };
        if at_ms > self.settings.limits.length_ms {
            self.bound = Some(Bound::Length(self.settings.limits.length_ms));
            return false;
        }
        self.now_ms = self.now_ms.max(at_ms);
        match step {
            Step::SyncJob(job) => self.sync_job(job),
            Step::GoOn(job) => self.go_on(job),
            Step::SyncCronJob(cron_job) => self.sync_cron_job(cron_job),
            Step::SyncWorkload(workload) => self.sync_workload(workload),
            Step::CountQuota(quota) => self.count_quota(quota),
            Step::Schedule(pod) => self.schedule(pod),
            Step::Collect(dependent) => self.collect(dependent),
            Step::Release(owner) => self.release(owner),
            Step::Expire(job) => self.expire(job),
            Step::CollectPods => self.collect_pods(),
            Step::LoseNode(turn) => self.lose_node(turn),
            Step::EvictForTaint(pod, turn) => self.evict_for_taint(pod, turn),
            Step::Kubelet(step) => self.with_kubelet(|kubelet, bench| kubelet.step(bench, step)),
        }
        true
    }

    /// Lets everything happen up to that instant, and the clock reach it.
    pub fn advance_to(&mut self, at_ms: u64, changes: &mut Vec<Change>) {
        while self.next_at_ms().is_some_and(|next_ms| next_ms <= at_ms) {
            self.step();
            self.settle(changes);
        }
        self.now_ms = self.now_ms.max(at_ms);
    }

    /// Tells the watching components what was written, and hands it out.
    pub fn settle(&mut self, changes: &mut Vec<Change>) {
        // Telling may write again (never more than once), so look until nothing is new.
        let mut written = std::mem::take(&mut self.telling);
        while self.store.has_changes() {
            self.store.swap_changes(&mut written);
            for change in &written {
                self.tell(change);
            }
            self.count(&written);
            changes.append(&mut written);
        }
        self.telling = written;
    }

    fn count(&mut self, written: &[Change]) {
        let limits = &self.settings.limits;
        self.written = self.written.saturating_add(u32::try_from(written.len()).unwrap_or(u32::MAX));
        let new_pods = written.iter().filter(|change| {
            change.before.is_none() && change.after.as_ref().is_some_and(|after| after.kind() == ObjectKind::Pod)
        });
        self.pods = self.pods.saturating_add(u32::try_from(new_pods.count()).unwrap_or(u32::MAX));
        if self.pods > limits.pods {
            self.bound = Some(Bound::Pods(limits.pods));
        } else if self.written > limits.changes {
            self.bound = Some(Bound::Changes(limits.changes));
        }
    }

    // ---- watches

    fn tell(&mut self, change: &Change) {
        self.tell_quotas(change);
        match (&change.before, &change.after) {
            (before, Some(Object::Job(job))) => {
                self.tell_job(change.oid, before.as_ref().and_then(Object::as_job), job);
            }
            (Some(Object::Job(_)), None) => self.forget_job(change.oid),
            (before, Some(Object::Other(now))) if now.kind == "CronJob" => {
                self.tell_cron_job(change.oid, before.as_ref().and_then(Object::as_other), now);
            }
            (_, Some(Object::Other(now))) if workloads::is_workload(now) => self.tell_workload(change.oid),
            (Some(Object::Other(_)), None) => self.forget_other(change.oid),
            (before, Some(Object::Pod(pod))) => {
                self.tell_pod(change.oid, before.as_ref().and_then(Object::as_pod), pod);
            }
            (Some(Object::Pod(pod)), None) => {
                if pod.status.is_terminal() {
                    self.count_ended(false);
                }
                self.tell_pod_removed(change.oid);
            }
            (Some(Object::Node(_)), None) => self.plan_pod_gc(),
            _ => {}
        }
    }

    /// Models `addJob`, `updateJob`.
    fn tell_job(&mut self, oid: Oid, before: Option<&Rc<Job>>, job: &Job) {
        self.tell_owner_of_job(oid);
        let at_once = before.is_none_or(|before| before.metadata.generation != job.metadata.generation);
        if at_once {
            // An immediate turn leaves a later one that is already planned.
            let due_ms = self.now_ms + WATCH_MS;
            if self.jobs.add(oid, due_ms) {
                self.queue.push(due_ms, Step::SyncJob(oid));
            }
        } else if !job.status.is_finished() {
            self.add_job_at(oid, self.now_ms + WATCH_MS + JOB_BATCH_MS);
        }
        if let Some(at) = ttl::expires_at(job) {
            let at_ms = self.store.virtual_ms(at).max(self.now_ms + WATCH_MS);
            self.queue.push(at_ms, Step::Expire(oid));
        }
    }

    /// Models the `CronJob` controller's `addJob`, `updateJob`, `deleteJob`.
    fn tell_owner_of_job(&mut self, oid: Oid) {
        if let Some(owner) = self.store.owner(oid) {
            self.wake_cron_job(owner);
        }
    }

    fn forget_job(&mut self, oid: Oid) {
        self.tell_owner_of_job(oid);
        if let Some(owner) = self.store.owner(oid) {
            self.tell_waiting_owner(owner);
        }
        self.jobs.forget(oid);
        self.failures.remove(&oid);
        self.sync_errors.remove(&oid);
        self.in_flight.remove(&oid);
        self.created.remove(&oid);
    }

    fn forget_other(&mut self, oid: Oid) {
        self.cron_jobs.forget(oid);
        self.workloads.forget(oid);
        self.sync_errors.remove(&oid);
        self.wake_owning_workload(oid);
        if let Some(owner) = self.store.owner(oid) {
            self.tell_waiting_owner(owner);
        }
    }

    /// Models `addPod`, `updatePod`, and the watches of scheduler and kubelet.
    fn tell_pod(&mut self, oid: Oid, before: Option<&Rc<Pod>>, pod: &Pod) {
        if before.is_none() {
            self.rank_pod(oid, pod);
        }
        match self.store.owner(oid) {
            Some(owner) => self.tell_owner_of_pod(owner),
            None if pod.metadata.owner_references.is_empty() => self.tell_orphan(before, pod),
            None => {}
        }
        let opened = before.is_none_or(|before| before.spec.is_gated() && !pod.spec.is_gated());
        if pod.node_name.is_none() && opened {
            self.queue.push(self.now_ms + SCHEDULE_MS, Step::Schedule(oid));
        }
        let ended = pod.status.is_terminal() && before.is_none_or(|before| !before.status.is_terminal());
        if ended {
            self.count_ended(true);
            self.retry_unscheduled();
        }
        if pod.node_name.is_none() && pod.metadata.is_deleting() {
            self.plan_pod_gc();
        }
        let kubelet_cares = pod.node_name.is_some()
            && before.is_none_or(|before| {
                before.node_name.is_none()
                    || before.metadata.deletion_grace_period_seconds != pod.metadata.deletion_grace_period_seconds
                    || before.metadata.labels != pod.metadata.labels
                    || before.metadata.annotations != pod.metadata.annotations
            });
        if kubelet_cares {
            self.notice(oid);
        }
    }

    /// The Job controller handles what happens to Pods in batches; others look at once.
    fn tell_owner_of_pod(&mut self, owner: Oid) {
        if self.store.get(owner).is_some_and(|owner| owner.kind() == ObjectKind::ReplicaSet) {
            self.wake_workload(owner);
        } else {
            self.add_job_at(owner, self.now_ms + WATCH_MS + JOB_BATCH_MS);
        }
    }

    /// A Pod without owner wakes the Jobs whose selector it matches, when it appears or its labels change.
    fn tell_orphan(&mut self, before: Option<&Rc<Pod>>, pod: &Pod) {
        let news = before.is_none_or(|before| {
            before.metadata.labels != pod.metadata.labels
                || before.metadata.owner_references != pod.metadata.owner_references
        });
        if !news {
            return;
        }
        let matching: Vec<Oid> = self
            .store
            .jobs()
            .filter(|(_, job)| {
                job.spec.selector.as_ref().is_some_and(|selector| selector.matches(&pod.metadata.labels))
            })
            .map(|(oid, _)| oid)
            .collect();
        for job in matching {
            self.add_job_at(job, self.now_ms + WATCH_MS + JOB_BATCH_MS);
        }
    }

    fn tell_pod_removed(&mut self, oid: Oid) {
        if let Some(owner) = self.store.owner(oid) {
            self.tell_owner_of_pod(owner);
            self.tell_waiting_owner(owner);
        }
        self.unscheduled.remove(&oid);
        self.notice(oid);
        self.retry_unscheduled();
    }

    fn notice(&mut self, oid: Oid) {
        let now_ms = self.now_ms;
        self.kubelet.notice(now_ms, oid);
        self.plan_kubelet();
    }

    fn add_job_at(&mut self, job: Oid, due_ms: u64) {
        if self.jobs.add_at(job, due_ms) {
            self.queue.push(due_ms, Step::SyncJob(job));
        }
    }

    // ---- components

    fn with_kubelet(&mut self, act: impl FnOnce(&mut Kubelet, &mut Bench<'_>)) {
        let mut bench = Bench { now_ms: self.now_ms, store: &mut self.store, recorder: &mut self.recorder };
        act(&mut self.kubelet, &mut bench);
        self.plan_kubelet();
    }

    fn plan_kubelet(&mut self) {
        for (at_ms, step) in self.kubelet.take_later() {
            self.queue.push(at_ms, Step::Kubelet(step));
        }
    }

    fn schedule(&mut self, pod: Oid) {
        if scheduler::schedule(&mut self.store, &mut self.recorder, self.now_ms, pod) {
            self.unscheduled.remove(&pod);
        } else {
            self.unscheduled.insert(pod);
        }
    }

    /// A Pod that ended or went may make room for those that found none.
    fn retry_unscheduled(&mut self) {
        for pod in &self.unscheduled {
            self.queue.push(self.now_ms + SCHEDULE_MS, Step::Schedule(*pod));
        }
    }

    /// A template's spec as mutating admission makes it, and the note of limit ranges.
    fn admitted_spec(&mut self, spec: &Rc<PodSpec>, namespace: &str) -> (Rc<PodSpec>, Option<Rc<str>>) {
        if let Some(known) = self.admitted.iter().find(|known| Rc::ptr_eq(&known.from, spec)) {
            return (Rc::clone(&known.spec), known.note.clone());
        }
        let mut admitted = registry::admitted_spec(spec);
        if let Some(priority) = self.class_priority(spec) {
            admitted.rest.insert("priority".to_owned(), priority.into());
        }
        let note = self.complete_by_ranges(namespace, &mut admitted);
        let admitted = Rc::new(admitted);
        // Indexed Jobs give each Pod a spec of its own: only the last few are worth remembering.
        if self.admitted.len() >= 8 {
            self.admitted.remove(0);
        }
        self.admitted.push(Admitted { from: Rc::clone(spec), spec: Rc::clone(&admitted), note: note.clone() });
        (admitted, note)
    }
}
