//! Models `pkg/kubelet/pod_workers.go@v1.37.2`, `podWorkerLoop`, and of `kubelet.go` `SyncPod`,
//! `SyncTerminatingPod`, `SyncTerminatedPod`: what a Pod's worker does, wait by wait.
//!
//! A sync that waits (for volumes, a pull, the end of a process) is a [`Stage`]; it goes on when the
//! wait is over.

use super::back_off::BackOff;
use super::probes::Prober;
use super::reset::Then;
use super::runtime::{PodView, Sandbox, Work};
use super::volumes::Mounting;
use super::{Bench, Kubelet, KubeletStep, Reasons, status};
use crate::api::{Phase, Pod, PodConditionKind, PodStatus};
use crate::because::Because;
use crate::cluster::latency::{
    CALL_MS, RELIST_MS, RESYNC_MS, SANDBOX_MS, STOP_SANDBOX_MS, SYNC_ERROR_MS, VOLUME_POLL_MS,
};
use crate::cluster::{Oid, Rank};
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

/// How far the Pod's life has come for its worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Course {
    /// Containers are started and restarted.
    Syncing,
    /// They are being stopped.
    Terminating,
    /// None runs any more; volumes go.
    Terminated,
    /// Nothing is left to do.
    Finished,
}

/// What a worker waits for, or is about to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Stage {
    /// For a reason to sync.
    Idle,
    /// For a list of containers that is newer than the last sync.
    AwaitList,
    /// For the next attempt to set up the Pod's volumes.
    SetUp,
    /// For the worker's next look whether the volumes are there.
    Mount,
    /// For its sandbox.
    Sandbox,
    /// For the next container to be started; those at these places, in this order.
    Start(VecDeque<usize>),
    /// For an image; then as [`Stage::Start`].
    Pull(VecDeque<usize>),
    /// For the postStart hook of the container at that place, and whether it ends well; then as
    /// [`Stage::Start`].
    PostStart(VecDeque<usize>, usize, bool),
    /// For the end of a container whose postStart hook failed; then as [`Stage::Start`].
    HookKill(VecDeque<usize>),
    /// For the end of the first of these containers; then of the next one; then for something else.
    End(VecDeque<usize>, Then),
    /// For the end of its processes.
    Kill,
    /// For its sandbox to stop.
    StopSandbox,
    /// For its volumes to go.
    Unmount,
}

/// The worker of one Pod, with the runtime's containers of that Pod.
#[derive(Debug, Clone)]
pub(super) struct Worker {
    pub pod: Rc<Pod>,
    pub rank: Rank,
    /// How often the node has lost its power under this Pod.
    pub boots: u32,
    pub course: Course,
    pub stage: Stage,
    /// Whether a sync was asked for while one is under way (or before the first).
    pub asked: bool,
    /// A wait that is given up leaves its wake-up with a stale token.
    pub token: u32,
    pub last_sync_ms: Option<u64>,
    /// When the runtime was last asked about this Pod.
    pub observed_ms: Option<u64>,
    pub due_ms: Option<u64>,
    pub mounted: bool,
    pub mounting: Mounting,
    /// What the runtime really has.
    pub actual: PodView,
    /// What the last list showed.
    pub seen: PodView,
    pub work: Vec<Work>,
    pub reasons: Reasons,
    pub crash: BTreeMap<usize, BackOff>,
    pub pulls: BTreeMap<String, (BackOff, u64, Rc<str>)>,
    pub status: Rc<PodStatus>,
    pub patches: VecDeque<Unsent>,
    pub address: Option<Rc<str>>,
    /// Seconds that the processes get to end, once they must.
    pub grace_seconds: i64,
    /// When each process is killed; only in [`Stage::Kill`].
    pub kill_at_ms: Option<u64>,
    /// What this sync has done so far, and the earliest end of a back-off that it met.
    pub outcome: Outcome,
    /// Why the status will change at the next sync.
    pub because: Because,
    /// What the next list of containers will be told with, instead of what it shows.
    pub told: Option<Box<Because>>,
    pub probes: Vec<Prober>,
    /// Whether the Pod's probes have been set up.
    pub probed: bool,
}

/// A status on its way to the API server.
#[derive(Debug, Clone)]
pub(super) struct Unsent {
    pub status: Rc<PodStatus>,
    pub because: Because,
    pub kind: Sending,
}

/// How a status is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sending {
    /// As it is.
    Plain,
    /// Not at all if a newer one is there before its turn comes: the status manager, busy with an
    /// older one, only ever sends the newest.
    Overtakable,
    /// It is the worker's last.
    Last,
}

/// What a sync has come to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Outcome {
    pub acted: bool,
    pub failed: bool,
    pub back_off_until_ms: Option<u64>,
}

impl Worker {
    pub(super) fn new(pod: &Rc<Pod>, rank: Rank) -> Self {
        let containers = pod.spec.init_containers.len() + pod.spec.containers.len();
        Self {
            pod: Rc::clone(pod),
            rank,
            boots: 0,
            course: Course::Syncing,
            stage: Stage::Idle,
            asked: true,
            token: 0,
            last_sync_ms: None,
            observed_ms: None,
            due_ms: None,
            mounted: false,
            mounting: Mounting::default(),
            actual: PodView { containers: vec![super::Instances::default(); containers], ..PodView::default() },
            seen: PodView::default(),
            work: vec![Work::default(); containers],
            reasons: Reasons::new(),
            crash: BTreeMap::new(),
            pulls: BTreeMap::new(),
            status: Rc::clone(&pod.status),
            patches: VecDeque::new(),
            address: None,
            grace_seconds: pod.spec.grace_seconds(),
            kill_at_ms: None,
            outcome: Outcome::default(),
            because: Because::KubeletAdmitted,
            told: None,
            probes: Vec::new(),
            probed: false,
        }
    }

    /// Asks for a sync.
    pub(super) fn ask(&mut self) {
        if self.course != Course::Finished {
            self.asked = true;
        }
    }

    /// Takes the Pod's newest version. Returns whether it must now be stopped.
    pub(super) fn note(&mut self, pod: &Rc<Pod>) -> bool {
        let relevant = pod.metadata.labels != self.pod.metadata.labels
            || pod.metadata.annotations != self.pod.metadata.annotations
            || pod.metadata.deletion_timestamp != self.pod.metadata.deletion_timestamp;
        self.pod = Rc::clone(pod);
        if relevant {
            self.ask();
        }
        let grace = pod.metadata.deletion_grace_period_seconds;
        let shortened = grace.is_some_and(|grace| grace < self.grace_seconds);
        if let Some(grace) = grace {
            self.grace_seconds = self.grace_seconds.min(grace);
        }
        if pod.metadata.is_deleting() && self.course == Course::Syncing {
            self.course = Course::Terminating;
            self.because = Because::Stopping { grace_seconds: self.grace_seconds };
            return true;
        }
        shortened && self.course == Course::Terminating
    }

    /// Compares the runtime with what was last seen; tells whether something happened.
    pub(super) fn observe(&mut self, now_ms: u64) -> bool {
        self.observed_ms = Some(now_ms);
        let happened = self.seen != self.actual;
        if happened {
            self.because = self.told.take().map_or_else(|| self.why(), |told| *told);
            self.seen.clone_from(&self.actual);
        }
        happened
    }

    /// What the newest list tells, as a reason.
    fn why(&self) -> Because {
        for (place, now) in self.actual.containers.iter().enumerate() {
            let Some(current) = &now.current else { continue };
            let before = self.seen.containers.get(place).and_then(|before| before.current.as_ref());
            if let Some(exit_code) = current.exit_code()
                && before != Some(current)
            {
                let container = super::actions::container_at(&self.pod.spec, place);
                if container.is_some_and(|(container, _)| container.restarts_all(exit_code)) {
                    return Because::AllContainersRestarting { exit_code: Some(exit_code) };
                }
                let restarts = container.is_some_and(|(container, _)| self.pod.spec.restarts(container, exit_code));
                return Because::ContainerEnded { exit_code, restarts };
            }
        }
        let gone = |view: &PodView| view.containers.iter().all(|now| now.current.is_none());
        let reset = self.actual.containers.iter().any(|now| now.next.0 > 0);
        if reset && (gone(&self.actual) || gone(&self.seen)) {
            return Because::AllContainersRestarting { exit_code: None };
        }
        let newest = self.actual.containers.iter().filter_map(|now| now.current.as_ref());
        Because::ContainersStarted { restarts: newest.map(|instance| instance.number).max().unwrap_or(0) }
    }

    /// Whether a container of the Pod may still run. Models `CouldHaveRunningContainers`.
    pub(super) fn could_run(&self) -> bool {
        self.course < Course::Terminated
    }
}

impl Kubelet {
    /// Goes on after a wait.
    pub(super) fn wake(&mut self, bench: &mut Bench<'_>, pod: Oid, token: u32) {
        let Some(worker) = self.workers.get_mut(&pod) else { return };
        if worker.token != token {
            return;
        }
        match std::mem::replace(&mut worker.stage, Stage::Idle) {
            Stage::SetUp => self.set_up(bench, pod),
            Stage::Mount => {
                worker.mounted = true;
                self.act(bench, pod);
            }
            Stage::Sandbox => self.sandbox_ready(bench, pod),
            Stage::Start(places) => self.start_next(bench, pod, places, true),
            Stage::Pull(places) => self.pulled(bench, pod, places),
            Stage::PostStart(places, _, true) => self.start_next(bench, pod, places, false),
            Stage::PostStart(places, place, false) => self.end_after_hook(bench, pod, places, place),
            Stage::HookKill(places) => self.kill_after_hook(bench, pod, places),
            Stage::End(places, then) => self.end_now_in_place(bench, pod, places, then),
            Stage::Kill => self.kill_now(bench, pod),
            Stage::StopSandbox => self.sandbox_stopped(bench, pod),
            Stage::Unmount => self.unmounted(bench, pod),
            stage @ (Stage::Idle | Stage::AwaitList) => worker.stage = stage,
        }
        self.proceed(bench, pod);
    }

    /// Starts the next sync, if one was asked for and none is under way.
    pub(super) fn proceed(&mut self, bench: &mut Bench<'_>, pod: Oid) {
        // Syncs without a wait follow each other; a bound keeps a fault from spinning for ever.
        for _ in 0..16 {
            let Some(worker) = self.workers.get_mut(&pod) else { return };
            let ready = match worker.stage {
                Stage::Idle => worker.asked && worker.course != Course::Finished,
                Stage::AwaitList => true,
                _ => false,
            };
            if !ready {
                return;
            }
            let listed_ms = worker.observed_ms.max(self.relisted_ms);
            // A list that shows nothing new isn't simulated, but it is as good as another.
            let list_since = |last| super::next_on_grid(last, self.relist_phase_ms, RELIST_MS) <= bench.now_ms;
            let fresh = worker
                .last_sync_ms
                .is_none_or(|last| listed_ms.is_some_and(|listed| listed > last) || list_since(last));
            if !fresh {
                worker.stage = Stage::AwaitList;
                self.awaiting.insert(pod);
                self.plan_relist(bench.now_ms);
                return;
            }
            worker.stage = Stage::Idle;
            worker.asked = false;
            worker.outcome = Outcome::default();
            match worker.course {
                Course::Syncing => self.sync(bench, pod),
                Course::Terminating => self.terminate(bench, pod),
                Course::Terminated => self.clean_up(bench, pod),
                Course::Finished => {}
            }
        }
    }

    /// Gives up a wait that a deletion cancels: for volumes or a newer list, not for a start.
    pub(super) fn cancel(&mut self, bench: &mut Bench<'_>, pod: Oid) {
        let Some(worker) = self.workers.get_mut(&pod) else { return };
        match worker.stage {
            Stage::SetUp | Stage::Mount | Stage::PostStart(..) | Stage::HookKill(_) => {
                worker.token += 1;
                worker.stage = Stage::Idle;
                worker.last_sync_ms = Some(bench.now_ms);
            }
            Stage::AwaitList => worker.stage = Stage::Idle,
            Stage::Kill => {
                worker.token += 1;
                worker.stage = Stage::Idle;
                worker.last_sync_ms = None;
            }
            _ => {}
        }
        worker.asked = true;
    }

    /// Waits, then goes on at that stage.
    pub(super) fn wait(&mut self, bench: &Bench<'_>, pod: Oid, ms: u64, stage: Stage) {
        if let Some(worker) = self.workers.get_mut(&pod) {
            worker.token += 1;
            worker.stage = stage;
            let token = worker.token;
            self.later.push((bench.now_ms + ms, KubeletStep::Worker(pod, token)));
        }
    }

    // ---- while containers are started and restarted

    fn sync(&mut self, bench: &mut Bench<'_>, pod: Oid) {
        let Some(status) = self.generate(bench, pod, false) else { return };
        let terminal = status.is_terminal();
        self.ask_readiness(bench, pod, &status);
        // Taken from the runtime a moment ago, containers begin at once.
        let reset = self
            .workers
            .get(&pod)
            .is_some_and(|worker| worker.status.is_true(PodConditionKind::AllContainersRestarting));
        let brief = reset && !status.is_true(PodConditionKind::AllContainersRestarting) && !terminal;
        self.publish(bench, pod, status, if brief { Sending::Overtakable } else { Sending::Plain });
        let Some(worker) = self.workers.get_mut(&pod) else { return };
        if terminal {
            worker.course = Course::Terminating;
            worker.asked = true;
            worker.last_sync_ms = Some(bench.now_ms);
            return;
        }
        if worker.mounted {
            self.act(bench, pod);
        } else {
            self.mount(bench, pod);
        }
    }

    /// Models `SyncPod` of the runtime manager: sandbox, then containers one after the other.
    fn act(&mut self, bench: &mut Bench<'_>, pod: Oid) {
        self.add_probes(bench, pod);
        let Some(worker) = self.workers.get_mut(&pod) else { return };
        if worker.actual.sandbox != Sandbox::Ready {
            worker.outcome.acted = true;
            if worker.actual.sandbox == Sandbox::Stopped {
                if !super::actions::deserves_new_sandbox(worker) {
                    self.sync_done(bench, pod);
                    return;
                }
                let message = self.texts.share("Pod sandbox changed, it will be killed and re-created.");
                self.report(
                    bench,
                    pod,
                    super::Note { container: None, warning: false, reason: "SandboxChanged", message },
                );
            }
            self.wait(bench, pod, SANDBOX_MS, Stage::Sandbox);
            return;
        }
        if worker.status.is_true(PodConditionKind::AllContainersRestarting) {
            self.reset(bench, pod);
            return;
        }
        if self.end_failed(bench, pod) {
            return;
        }
        let Some(worker) = self.workers.get(&pod) else { return };
        let places = super::actions::to_start(worker);
        self.start_next(bench, pod, places, false);
    }

    fn sandbox_ready(&mut self, bench: &mut Bench<'_>, pod: Oid) {
        self.addresses += 1;
        let address = format!("10.244.{}.{}", 1 + self.addresses / 250, 2 + self.addresses % 250);
        let Some(worker) = self.workers.get_mut(&pod) else { return };
        if worker.actual.sandbox == Sandbox::Stopped {
            super::actions::begin_anew(worker);
        }
        worker.actual.sandbox = Sandbox::Ready;
        worker.address = Some(Rc::from(address));
        let places = super::actions::to_start(worker);
        self.dirty.insert(pod);
        self.plan_relist(bench.now_ms);
        self.tell_sandbox(bench, pod);
        self.start_next(bench, pod, places, false);
    }

    /// The API learns of the sandbox before any image is pulled. Models `OnPodSandboxReady`.
    fn tell_sandbox(&mut self, bench: &Bench<'_>, pod: Oid) {
        let now = bench.store.timestamp(bench.now_ms);
        let Some(worker) = self.workers.get(&pod) else { return };
        let status = status::sandbox_ready(&worker.status, now, &mut self.conditions);
        self.set_status(bench, pod, status, Sending::Plain, Because::SandboxReady);
    }

    /// The sync is over: ask for a look at the Pod, and put it into the queue.
    pub(super) fn sync_done(&mut self, bench: &mut Bench<'_>, pod: Oid) {
        let Some(worker) = self.workers.get_mut(&pod) else { return };
        worker.stage = Stage::Idle;
        worker.last_sync_ms = Some(bench.now_ms);
        let outcome = worker.outcome;
        if outcome.acted && !outcome.failed {
            // One millisecond later, so that the list is newer than the sync.
            self.later.push((bench.now_ms + 1, KubeletStep::RelistPod(pod)));
        }
        let wait_ms = if !outcome.failed {
            RESYNC_MS
        } else if let Some(until_ms) = outcome.back_off_until_ms {
            until_ms.saturating_sub(bench.now_ms).min(RESYNC_MS)
        } else {
            SYNC_ERROR_MS
        };
        let jittered_ms = wait_ms + self.draws.jitter.below(wait_ms / 2 + 1);
        self.enqueue(pod, bench.now_ms + jittered_ms);
    }

    // ---- while containers are stopped

    fn terminate(&mut self, bench: &mut Bench<'_>, pod: Oid) {
        if let Some(status) = self.generate(bench, pod, false) {
            self.ask_readiness(bench, pod, &status);
            self.publish(bench, pod, status, Sending::Plain);
        }
        self.kill(bench, pod);
    }

    /// All processes have ended: the sandbox stops, if it still stands.
    pub(super) fn killed(&mut self, bench: &mut Bench<'_>, pod: Oid) {
        let Some(worker) = self.workers.get_mut(&pod) else { return };
        worker.kill_at_ms = None;
        if worker.actual.sandbox == Sandbox::Stopped {
            self.sandbox_stopped(bench, pod);
        } else {
            self.wait(bench, pod, STOP_SANDBOX_MS, Stage::StopSandbox);
        }
    }

    fn sandbox_stopped(&mut self, bench: &mut Bench<'_>, pod: Oid) {
        let Some(worker) = self.workers.get_mut(&pod) else { return };
        if worker.actual.sandbox == Sandbox::Ready {
            worker.actual.sandbox = Sandbox::Stopped;
        }
        if worker.course == Course::Syncing {
            // A sync found nothing more to run, and stopped what was left. The next one, which a list follows at once, finds
            // the Pod at its end; only then is it terminated, which brings nothing new, so that the phase waits one list more.
            worker.outcome.acted = true;
            self.mark_dirty(bench.now_ms, pod);
            self.sync_done(bench, pod);
            return;
        }
        // The status is read from the runtime itself here, not from the last list.
        let seen = std::mem::replace(&mut worker.seen, worker.actual.clone());
        let status = self.generate(bench, pod, true);
        if let Some(worker) = self.workers.get_mut(&pod) {
            worker.seen = seen;
            worker.course = Course::Terminated;
            worker.asked = true;
            worker.last_sync_ms = Some(bench.now_ms);
            if let Some(status) = &status {
                worker.because = Because::PodEnded { success: status.phase == Phase::Succeeded };
            }
        }
        if let Some(status) = status {
            self.publish(bench, pod, status, Sending::Plain);
        }
        self.mark_dirty(bench.now_ms, pod);
    }

    /// Models `SyncTerminatedPod` up to `WaitForUnmount`, which looks at once and then at every poll.
    fn clean_up(&mut self, bench: &mut Bench<'_>, pod: Oid) {
        let terminated_ms = self.workers.get(&pod).and_then(|worker| worker.last_sync_ms).unwrap_or(bench.now_ms);
        let left_ms = self.unmounted_ms(terminated_ms).saturating_sub(bench.now_ms);
        let polls = left_ms.div_ceil(VOLUME_POLL_MS);
        self.wait(bench, pod, polls * VOLUME_POLL_MS, Stage::Unmount);
    }

    fn unmounted(&mut self, bench: &mut Bench<'_>, pod: Oid) {
        let Some(worker) = self.workers.get_mut(&pod) else { return };
        let mut status = PodStatus::clone(&worker.status);
        status::terminate(&mut status);
        worker.course = Course::Finished;
        let ends = status.phase != worker.status.phase;
        let because = if ends { Because::PodEnded { success: false } } else { Because::StatusRefreshed };
        self.set_status(bench, pod, status, Sending::Last, because);
    }

    // ---- statuses

    /// The status by what the last list showed, with the Pod's own deadline.
    fn generate(&mut self, bench: &mut Bench<'_>, pod: Oid, terminal: bool) -> Option<PodStatus> {
        let verdict = self.deadline_verdict(bench, pod);
        let worker = self.workers.get(&pod)?;
        // Conditions of others (DisruptionTarget) come from the API's newest version.
        let object = bench.store.pod(pod).map_or_else(|| Rc::clone(&worker.pod), Rc::clone);
        let store = &*bench.store;
        let sources = status::Sources {
            pod: &object,
            view: &worker.seen,
            probes: &worker.probes,
            reasons: &worker.reasons,
            old: &worker.status,
            terminal,
            verdict,
            now: store.timestamp(bench.now_ms),
            at: &|ms| store.timestamp(ms),
            pod_ip: worker.address.clone().filter(|_| worker.seen.sandbox == Sandbox::Ready),
            host_ip: &self.host_ip,
        };
        Some(status::generate(&sources, &mut self.conditions))
    }

    fn publish(&mut self, bench: &Bench<'_>, pod: Oid, status: PodStatus, kind: Sending) {
        let because = self.workers.get(&pod).map_or(Because::StatusRefreshed, |worker| worker.because.clone());
        self.set_status(bench, pod, status, kind, because);
    }

    /// Models `pkg/kubelet/active_deadline.go@v1.37.2`.
    fn deadline_verdict(&mut self, bench: &mut Bench<'_>, pod: Oid) -> Option<(Rc<str>, Rc<str>)> {
        const MESSAGE: &str = "Pod was active on the node longer than the specified deadline";
        let worker = self.workers.get(&pod)?;
        let seconds = worker.pod.spec.active_deadline_seconds?;
        let start = worker.status.start_time?;
        let deadline_ms = bench.store.signed_ms(start).saturating_add(seconds.saturating_mul(1000));
        let now_ms = i64::try_from(bench.now_ms).unwrap_or(i64::MAX);
        if now_ms < deadline_ms {
            return None;
        }
        if worker.could_run() {
            self.report(
                bench,
                pod,
                super::Note { container: None, warning: false, reason: "DeadlineExceeded", message: Rc::from(MESSAGE) },
            );
        }
        if let Some(worker) = self.workers.get_mut(&pod) {
            worker.because = Because::PodDeadlineExceeded { seconds };
        }
        Some((Rc::from("DeadlineExceeded"), Rc::from(MESSAGE)))
    }

    /// A Pod with a deadline of its own is synced at the first tick after it.
    pub(super) fn arm_deadline(&mut self, bench: &Bench<'_>, pod: Oid) {
        let Some(worker) = self.workers.get(&pod) else { return };
        let (Some(seconds), Some(start)) = (worker.pod.spec.active_deadline_seconds, worker.status.start_time) else {
            return;
        };
        let at_ms = bench.store.signed_ms(start).saturating_add(seconds.saturating_mul(1000));
        let at_ms = u64::try_from(at_ms).unwrap_or(0).saturating_sub(1);
        let due = worker.due_ms.is_none_or(|due| due > at_ms);
        if due && at_ms + CALL_MS > bench.now_ms {
            self.enqueue(pod, at_ms);
        }
    }
}
