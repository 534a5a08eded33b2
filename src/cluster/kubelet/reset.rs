//! Containers that are ended while their Pod goes on, one after the other: those that failed a probe, and all of them
//! when a rule asks for `RestartAllContainers`.
//!
//! Models, of `pkg/kubelet/kuberuntime/kuberuntime_manager.go@v1.37.2`, the third step of `SyncPod`: what it kills and
//! takes away before it starts anything. The status says that a restart of all has begun (`status.rs`); then the logs
//! are kept, and the next sync finds no container, and begins as with a new Pod.

use super::actions::{container_at, running_places, to_start};
use super::probes;
use super::worker::{Stage, Worker};
use super::{Bench, Kubelet, Note};
use crate::because::{Because, ProbeKind};
use crate::cluster::Oid;
use crate::cluster::latency::MINIMUM_GRACE_SECONDS;
use crate::cluster::shell::Signal;
use std::collections::VecDeque;
use std::rc::Rc;

/// What happens once they have ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Then {
    /// All containers are taken from the runtime.
    TakeAway,
    /// These are started, in this order.
    Start(VecDeque<usize>),
}

impl Kubelet {
    /// Kills those that run, regular containers first, to take all away.
    pub(super) fn reset(&mut self, bench: &mut Bench<'_>, pod: Oid) {
        let Some(worker) = self.workers.get(&pod) else { return };
        let offset = worker.pod.spec.init_containers.len();
        let (init, regular): (Vec<usize>, Vec<usize>) = running_places(worker).partition(|place| *place < offset);
        self.end_next(bench, pod, regular.into_iter().chain(init).collect(), Then::TakeAway);
    }

    /// Ends the containers that failed a probe, and starts those that are to be started. Tells whether there were any.
    pub(super) fn end_failed(&mut self, bench: &mut Bench<'_>, pod: Oid) -> bool {
        let Some(worker) = self.workers.get_mut(&pod).filter(|worker| !worker.probes.is_empty()) else { return false };
        let failed = probes::failed(worker);
        if failed.is_empty() {
            return false;
        }
        let spec = Rc::clone(&worker.pod.spec);
        let offset = spec.init_containers.len();
        let mut starts: Vec<usize> = to_start(worker).into_iter().collect();
        for (place, _) in &failed {
            let Some((container, init)) = container_at(&spec, *place) else { continue };
            // A sidecar is always restarted; of others rules don't count, for want of an exit code.
            let policy = container.restart_policy.as_ref().unwrap_or(&spec.restart_policy);
            if init || policy != "Never" {
                starts.push(*place);
            }
        }
        starts.sort_unstable();
        let is_failed = |place: usize| failed.iter().any(|(other, _)| *other == place);
        let kept = running_places(worker).any(|place| place >= offset && !is_failed(place));
        if worker.seen.is_initialized(offset) && !kept && starts.iter().all(|place| *place < offset) {
            self.kill(bench, pod);
            return true;
        }
        self.end_next(bench, pod, failed.iter().map(|(place, _)| *place).collect(), Then::Start(starts.into()));
        true
    }

    /// Ends the first of these; the first one may be one that was waited for.
    pub(super) fn end_next(&mut self, bench: &mut Bench<'_>, pod: Oid, mut places: VecDeque<usize>, then: Then) {
        let runs = |worker: &Worker, place: &usize| running_places(worker).any(|other| other == *place);
        let Some(worker) = self.workers.get_mut(&pod) else { return };
        // The one that was waited for has ended; others may have meanwhile.
        if matches!(worker.stage, Stage::End(..)) {
            if places.front().is_some_and(|place| runs(worker, place)) {
                return;
            }
            places.pop_front();
        }
        let Some(place) = places.front().copied() else {
            match then {
                Then::TakeAway => self.take_away(bench, pod),
                Then::Start(places) => {
                    worker.outcome.acted = true;
                    self.start_next(bench, pod, places, false);
                }
            }
            return;
        };
        let object = Rc::clone(&worker.pod);
        let was_running = runs(worker, &place);
        let failed = if then == Then::TakeAway { None } else { failed_at(worker, place) };
        let Some((container, init)) = container_at(&object.spec, place) else { return };
        // Without a grace period of its own, a process still gets the shortest one.
        let own = failed.map(|kind| probes::grace_seconds(container, kind).unwrap_or(worker.grace_seconds));
        let grace_ms = u64::try_from(own.unwrap_or(0).max(MINIMUM_GRACE_SECONDS)).unwrap_or(0) * 1000;
        let restarts = matches!(&then, Then::Start(starts) if starts.contains(&place));
        if let Some(kind) = failed {
            worker.told = Some(Box::new(Because::ProbeKilled { kind, restarts }));
        }
        let text = failed.map_or_else(|| "killing".to_owned(), |kind| failure(&container.name, init, kind, restarts));
        let message = self.texts.share(text);
        self.wait(bench, pod, if was_running { grace_ms } else { 0 }, Stage::End(places.clone(), then.clone()));
        let about = Some((container.name.as_str(), init));
        self.report(bench, pod, Note { container: about, warning: false, reason: "Killing", message });
        if !was_running {
            return;
        }
        if failed.is_none() {
            self.signal(bench, pod, place, Signal::Term);
            return;
        }
        let last_ms = self.stop_container(bench, pod, place, grace_ms);
        // What a hook may take beyond the grace period.
        let waits =
            self.workers.get(&pod).is_some_and(|worker| worker.stage == Stage::End(places.clone(), then.clone()));
        if waits && last_ms > grace_ms {
            self.wait(bench, pod, last_ms, Stage::End(places, then));
        }
    }

    /// The grace period is over, or the container had ended by itself.
    pub(super) fn end_now_in_place(&mut self, bench: &mut Bench<'_>, pod: Oid, places: VecDeque<usize>, then: Then) {
        let Some(worker) = self.workers.get_mut(&pod) else { return };
        let front = places.front().copied();
        let runs = front.filter(|place| running_places(worker).any(|other| other == *place));
        worker.stage = Stage::End(places.clone(), then.clone());
        match runs {
            Some(place) => self.signal(bench, pod, place, Signal::Kill),
            None => self.end_next(bench, pod, places, then),
        }
    }

    fn take_away(&mut self, bench: &mut Bench<'_>, pod: Oid) {
        let Some(worker) = self.workers.get_mut(&pod) else { return };
        for instances in worker.actual.containers.iter_mut().filter(|now| now.current.is_some()) {
            instances.remove(true);
        }
        worker.outcome.acted = true;
        worker.ask();
        self.mark_dirty(bench.now_ms, pod);
        self.sync_done(bench, pod);
    }
}

fn failed_at(worker: &Worker, place: usize) -> Option<ProbeKind> {
    probes::failed(worker).into_iter().find(|(other, _)| *other == place).map(|(_, kind)| kind)
}

fn failure(container: &str, init: bool, kind: ProbeKind, restarts: bool) -> String {
    let probe = kind.name().to_lowercase();
    match (init, restarts) {
        (true, _) => format!("Init container {container} failed {probe} probe"),
        (false, true) => format!("Container {container} failed {probe} probe, will be restarted"),
        (false, false) => format!("Container {container} failed {probe} probe"),
    }
}
