//! What the student decides about containers, in place of their programs: outcomes declared in
//! advance, and ends that come now.
//!
//! Models nothing upstream: the runtime reports these ends as it reports any other.

use super::actions::container_at;
use super::worker::Worker;
use super::{Bench, Kubelet, KubeletStep};
use crate::cluster::Oid;
use crate::cluster::outcome::{Candidate, Declared, Outcome, Rank};
use std::rc::Rc;

impl Kubelet {
    /// From now on such instances end so, those that run included. Of two declarations that fit an
    /// instance the later one counts.
    pub fn declare(&mut self, bench: &mut Bench<'_>, declared: Declared) {
        let all = Rc::make_mut(&mut self.declared);
        all.retain(|other| other.whose != declared.whose);
        all.push(declared);
        self.review(bench);
    }

    /// Nothing is declared any more for that Job.
    pub fn withdraw(&mut self, bench: &mut Bench<'_>, job: &str) {
        Rc::make_mut(&mut self.declared).retain(|declared| *declared.whose.job != *job);
        self.review(bench);
    }

    /// Everything that is declared, the oldest first.
    pub fn declared(&self) -> &[Declared] {
        &self.declared
    }

    /// Tells a new Pod's place among those of its Job.
    pub fn rank(&mut self, pod: Oid, rank: Rank) {
        self.ranks.insert(pod, rank);
    }

    /// Ends the process of the Pod's first regular container now. Tells whether it ran.
    pub fn end_now(&mut self, bench: &mut Bench<'_>, pod: Oid, outcome: Outcome) -> bool {
        let place = self.workers.get(&pod).map(|worker| worker.pod.spec.init_containers.len());
        let Some(place) = place.filter(|place| self.is_running(pod, *place)) else { return false };
        self.end_by(bench, pod, place, outcome);
        true
    }

    fn is_running(&self, pod: Oid, place: usize) -> bool {
        let containers = self.workers.get(&pod).map(|worker| &worker.actual.containers);
        containers.and_then(|all| all.get(place)).is_some_and(super::Instances::is_running)
    }

    /// Containers that run follow what is declared for them now.
    fn review(&mut self, bench: &mut Bench<'_>) {
        let running: Vec<(Oid, usize, u32)> = self
            .workers
            .iter()
            .flat_map(|(pod, worker)| {
                let containers = worker.actual.containers.iter().enumerate();
                containers.filter(|(_, instances)| instances.is_running()).filter_map(|(place, instances)| {
                    instances.current.as_ref().map(|current| (*pod, place, current.number))
                })
            })
            .collect();
        for (pod, place, number) in running {
            self.follow(bench, pod, place, number);
        }
    }

    /// Looks up what is declared for an instance that runs, and plans its end. A program that has
    /// ended while its declared end was still to come ends now if nothing holds it any more.
    pub(super) fn follow(&mut self, bench: &mut Bench<'_>, pod: Oid, place: usize, number: u32) {
        let outcome = self.declared_for(pod, place, number);
        let Some(worker) = self.workers.get_mut(&pod) else { return };
        let started_ms = started_ms(worker, place).unwrap_or(bench.now_ms);
        let Some(work) = worker.work.get_mut(place) else { return };
        work.outcome = outcome;
        let due_ms = match outcome.and_then(Outcome::after_ms) {
            Some(after_ms) => (started_ms + after_ms).max(bench.now_ms),
            None if work.held.is_some() => bench.now_ms,
            None => return,
        };
        self.later.push((due_ms, KubeletStep::Outcome(pod, place, number)));
    }

    /// The declared end of an instance may have come.
    pub(super) fn outcome_due(&mut self, bench: &mut Bench<'_>, pod: Oid, place: usize, number: u32) {
        let Some(worker) = self.workers.get(&pod) else { return };
        let current = worker.actual.containers.get(place).and_then(|now| now.current.as_ref());
        let same = current.is_some_and(|current| current.number == number && current.finished_ms().is_none());
        let Some(work) = worker.work.get(place).filter(|_| same) else { return };
        let outcome = work.outcome;
        let due_ms = outcome.and_then(Outcome::after_ms).zip(started_ms(worker, place)).map(|(after, at)| at + after);
        if due_ms.map_or(work.held.is_some(), |due_ms| due_ms <= bench.now_ms) {
            self.end_by(bench, pod, place, outcome.unwrap_or(Outcome::Exit { code: None, after_ms: None }));
        }
    }

    fn end_by(&mut self, bench: &mut Bench<'_>, pod: Oid, place: usize, outcome: Outcome) {
        let Some(work) = self.workers.get_mut(&pod).and_then(|worker| worker.work.get_mut(place)) else { return };
        work.process = None;
        let (own, message) = work.held.take().unwrap_or((0, None));
        self.exited(bench, pod, place, (outcome.code(own), message), matches!(outcome, Outcome::OutOfMemory { .. }));
    }

    /// What is declared for an instance.
    pub(super) fn declared_for(&self, pod: Oid, place: usize, number: u32) -> Option<Outcome> {
        if self.declared.is_empty() {
            return None;
        }
        let worker = self.workers.get(&pod)?;
        let object = &worker.pod;
        let (container, init) = container_at(&object.spec, place)?;
        let candidate = Candidate {
            job: object.metadata.controller().map_or("", |owner| &owner.name),
            index: object.completion_index(),
            rank: worker.rank,
            restarts: number,
            container: &container.name,
            is_first: !init && place == object.spec.init_containers.len(),
        };
        self.declared.iter().rev().find(|declared| declared.whose.fits(&candidate)).map(|declared| declared.outcome)
    }

    /// Whether the registry shall lack the image of the container's next instance.
    pub(super) fn lacks_image(&self, pod: Oid, place: usize) -> bool {
        if self.declared.is_empty() {
            return false;
        }
        let next = self
            .workers
            .get(&pod)
            .and_then(|worker| worker.actual.containers.get(place))
            .and_then(|now| now.current.as_ref())
            .map_or(0, |current| current.number + 1);
        self.declared_for(pod, place, next) == Some(Outcome::NoImage)
    }
}

fn started_ms(worker: &Worker, place: usize) -> Option<u64> {
    worker.actual.containers.get(place)?.current.as_ref()?.started_ms
}
