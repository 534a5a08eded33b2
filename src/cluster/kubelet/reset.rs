//! Models, of `pkg/kubelet/kuberuntime/kuberuntime_manager.go@v1.37.2`, what `SyncPod` does when a
//! container's rule asks for `RestartAllContainers`: `getContainersToReset` and the removal.
//!
//! The status says that it has begun (`status.rs`); here all containers are killed one after the
//! other and taken from the runtime, with their logs kept. The next sync finds none, and begins as with a new Pod.

use super::actions::{container_at, running_places};
use super::worker::Stage;
use super::{Bench, Kubelet, Note};
use crate::cluster::Oid;
use crate::cluster::latency::MINIMUM_GRACE_SECONDS;
use crate::cluster::shell::Signal;
use std::collections::VecDeque;

impl Kubelet {
    /// Kills those that run, regular containers first.
    pub(super) fn reset(&mut self, bench: &mut Bench<'_>, pod: Oid) {
        let Some(worker) = self.workers.get(&pod) else { return };
        let offset = worker.pod.spec.init_containers.len();
        let (init, regular): (Vec<usize>, Vec<usize>) = running_places(worker).partition(|place| *place < offset);
        self.reset_next(bench, pod, regular.into_iter().chain(init).collect());
    }

    /// Without a grace period of its own, a process still gets the shortest one.
    pub(super) fn reset_next(&mut self, bench: &mut Bench<'_>, pod: Oid, mut places: VecDeque<usize>) {
        let runs = |worker: &super::worker::Worker, place: &usize| running_places(worker).any(|other| other == *place);
        let Some(worker) = self.workers.get_mut(&pod) else { return };
        // The one that was waited for has ended; others may have meanwhile.
        if matches!(worker.stage, Stage::Reset(_)) {
            if places.front().is_some_and(|place| runs(worker, place)) {
                return;
            }
            places.pop_front();
        }
        let Some(place) = places.front().copied() else {
            self.take_away(bench, pod);
            return;
        };
        let object = std::rc::Rc::clone(&worker.pod);
        let grace_ms = u64::try_from(MINIMUM_GRACE_SECONDS).unwrap_or(0) * 1000;
        let was_running = runs(worker, &place);
        self.wait(bench, pod, if was_running { grace_ms } else { 0 }, Stage::Reset(places));
        if let Some((container, init)) = container_at(&object.spec, place) {
            let message = self.texts.share("killing");
            let container = Some((container.name.as_str(), init));
            self.report(bench, pod, Note { container, warning: false, reason: "Killing", message });
        }
        if was_running {
            self.signal(bench, pod, place, Signal::Term);
        }
    }

    /// The shortest grace period is over, or the container had ended by itself.
    pub(super) fn end_before_reset(&mut self, bench: &mut Bench<'_>, pod: Oid, places: VecDeque<usize>) {
        let Some(worker) = self.workers.get_mut(&pod) else { return };
        let front = places.front().copied();
        let runs = front.filter(|place| running_places(worker).any(|other| other == *place));
        worker.stage = Stage::Reset(places.clone());
        match runs {
            Some(place) => self.signal(bench, pod, place, Signal::Kill),
            None => self.reset_next(bench, pod, places),
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
