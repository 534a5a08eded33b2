//! Models `pkg/kubelet/{kubelet,pod_workers}.go@v1.37.2` and `pkg/kubelet/pleg/generic.go`: a worker
//! for each Pod, the list of the runtime's containers read once a second, the queue of Pods to sync.
//!
//! Leaves out: static Pods, in-place resize, resource managers.

mod actions;
mod back_off;
mod environment;
mod hooks;
mod images;
mod outcomes;
mod power;
mod probes;
mod process;
mod programs;
mod reset;
mod runtime;
mod status;
mod volumes;
mod worker;

pub use images::Registry;
pub use runtime::{Instance, Instances, Life, Log, PodView, Sandbox, Work};

use super::latency::{BUSY_MS, CALL_MS, RELIST_MS, SYNC_TICK_MS, UNMOUNT_MS, VOLUME_LOOP_MS, WATCH_MS};
use super::shell::{Command, Files, OutputLine};
use super::{Declared, Oid, Rank, Recorder, Report, Store};
use crate::api::{Pod, PodCondition, PodStatus};
use crate::because::Because;
use crate::engine::{Recent, Stream, stream};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use worker::{Sending, Unsent, Worker};

/// Why a container waits, and why it ended, that was taken away so that all begin anew.
const RESTARTING_ALL: &str = "RestartingAllContainers";
pub(super) const STATUS_UNKNOWN: &str = "ContainerStatusUnknown";
const COMPONENT: &str = "kubelet";

/// Why containers (by their place) couldn't be started: reason and message.
type Reasons = BTreeMap<usize, (Rc<str>, Option<Rc<str>>)>;

/// What happens in the kubelet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KubeletStep {
    /// Its watch tells of a Pod.
    See(Oid),
    /// A worker goes on after a wait; a stale token means that the wait was given up.
    Worker(Oid, u32),
    /// It lists all containers.
    Relist,
    /// It lists the containers of one Pod.
    RelistPod(Oid),
    /// A Pod's turn in the queue of syncs.
    Due(Oid, u64),
    /// A container's process (place, instance) goes on.
    Process(Oid, usize, u32),
    /// A container's preStop hook (place, instance) is through.
    Term(Oid, usize, u32),
    /// The declared end of a container (place, instance).
    Outcome(Oid, usize, u32),
    /// A turn of one of a Pod's probes; a stale token means that it was asked for at once meanwhile.
    Probe(Oid, usize, u32),
    /// The command of one of a Pod's probes is through.
    Probed(Oid, usize),
    /// A status reaches the API server.
    Patch(Oid),
}

/// What the kubelet works with besides itself.
pub struct Bench<'a> {
    /// Virtual milliseconds.
    pub now_ms: u64,
    /// The API server.
    pub store: &'a mut Store,
    /// The recorder of events.
    pub recorder: &'a mut Recorder,
}

/// The random streams of one kubelet, one a purpose.
#[derive(Debug, Clone)]
struct Draws {
    jitter: Stream,
    ids: Stream,
    shell: Stream,
}

/// One node's agent and its container runtime.
#[derive(Debug, Clone)]
pub struct Kubelet {
    node: Rc<str>,
    host_ip: Rc<str>,
    workers: BTreeMap<Oid, Box<Worker>>,
    /// Logs of Pods whose worker has finished; those that are gone too, since their past can be looked at.
    finished: BTreeMap<Oid, Rc<[Log]>>,
    registry: Registry,
    files: Files,
    /// The image that containers start from, and command lines made ready, both shared.
    base: Files,
    commands: BTreeMap<(Vec<String>, Vec<String>), Rc<Command>>,
    /// Programs that were taken for granted, since the shell doesn't know them.
    assumed: BTreeSet<String>,
    relist_phase_ms: u64,
    tick_phase_ms: u64,
    /// Of the loop that says which volumes are wanted, and of the one that unmounts the others.
    volume_phases_ms: [u64; 2],
    relist_planned: bool,
    relisted_ms: Option<u64>,
    dirty: BTreeSet<Oid>,
    awaiting: BTreeSet<Oid>,
    addresses: u32,
    /// Whether it is the reference cluster's node, which ends no process for its memory but takes the
    /// variable `ORACLE_OOM` for a sign that it did.
    reference: bool,
    /// Whether it is the reference cluster's runtime, which runs no command for a probe but says that it succeeded, in a
    /// network in which every connection is taken and every page is missing.
    inert_probes: bool,
    /// Whether the node has no power.
    stopped: bool,
    declared: Rc<Vec<Declared>>,
    /// Of Pods that have no worker yet.
    ranks: BTreeMap<Oid, Rank>,
    draws: Draws,
    /// Texts and conditions that are the same for many Pods.
    texts: Recent<str>,
    conditions: Recent<Vec<PodCondition>>,
    /// Variables of every container.
    variables: environment::Variables,
    later: Vec<(u64, KubeletStep)>,
    lines_written: u64,
}

impl Kubelet {
    /// The kubelet of that node; the phases of its clocks come from the seed.
    pub fn new(node: &str, seed: u64, reference: bool) -> Self {
        let mut phases = stream(seed, "kubelet phases");
        Self {
            node: Rc::from(node),
            host_ip: Rc::from("192.0.2.2"),
            workers: BTreeMap::new(),
            finished: BTreeMap::new(),
            registry: Registry::default(),
            files: Files::default(),
            base: Files::image(),
            commands: BTreeMap::new(),
            assumed: BTreeSet::new(),
            relist_phase_ms: phases.below(RELIST_MS),
            tick_phase_ms: phases.below(SYNC_TICK_MS),
            volume_phases_ms: [phases.below(VOLUME_LOOP_MS), phases.below(VOLUME_LOOP_MS)],
            relist_planned: false,
            relisted_ms: None,
            dirty: BTreeSet::new(),
            awaiting: BTreeSet::new(),
            addresses: 0,
            reference,
            inert_probes: false,
            stopped: false,
            declared: Rc::default(),
            ranks: BTreeMap::new(),
            draws: Draws {
                jitter: stream(seed, "kubelet jitter"),
                ids: stream(seed, "container ids"),
                shell: stream(seed, "shell"),
            },
            texts: Recent::default(),
            conditions: Recent::default(),
            variables: environment::of_every_container(),
            later: Vec::new(),
            lines_written: 0,
        }
    }

    /// The same kubelet over a runtime that runs no command for a probe.
    #[must_use]
    pub fn with_inert_probes(self, inert_probes: bool) -> Self {
        Self { inert_probes, ..self }
    }

    /// How many lines all containers have written so far, for those who wait for more.
    pub fn lines_written(&self) -> u64 {
        self.lines_written
    }

    /// The node's name.
    pub fn node(&self) -> &Rc<str> {
        &self.node
    }

    /// Programs that were simulated as ending well, since the shell doesn't know them.
    pub fn assumed_programs(&self) -> impl Iterator<Item = &str> {
        self.assumed.iter().map(String::as_str)
    }

    /// Steps that have been planned since the last call.
    pub fn take_later(&mut self) -> impl Iterator<Item = (u64, KubeletStep)> {
        self.later.drain(..)
    }

    /// Tells the kubelet's watch that something about a Pod of this node changed.
    pub fn notice(&mut self, now_ms: u64, pod: Oid) {
        self.later.push((now_ms + WATCH_MS, KubeletStep::See(pod)));
    }

    /// The lines that the instance with that id has written, also once its Pod is gone.
    pub fn log(&self, pod: Oid, container_id: &str) -> &[OutputLine] {
        let living = self.workers.get(&pod).into_iter().flat_map(|worker| &worker.work).flat_map(|work| &work.logs);
        let finished = self.finished.get(&pod).into_iter().flat_map(|logs| &**logs);
        living.chain(finished).find(|log| *log.id == *container_id).map_or(&[], |log| &log.lines)
    }

    /// Lets one step happen.
    pub fn step(&mut self, bench: &mut Bench<'_>, step: KubeletStep) {
        if self.stopped {
            return;
        }
        match step {
            KubeletStep::See(pod) => self.see(bench, pod),
            KubeletStep::Worker(pod, token) => self.wake(bench, pod, token),
            KubeletStep::Relist => self.relist(bench),
            KubeletStep::RelistPod(pod) => self.relist_pod(bench, pod),
            KubeletStep::Due(pod, due_ms) => self.due(bench, pod, due_ms),
            KubeletStep::Process(pod, place, number) => self.run_process(bench, pod, place, number),
            KubeletStep::Term(pod, place, number) => self.hook_done(bench, pod, place, number),
            KubeletStep::Outcome(pod, place, number) => self.outcome_due(bench, pod, place, number),
            KubeletStep::Probe(pod, number, token) => self.probe(bench, pod, number, token),
            KubeletStep::Probed(pod, number) => self.probe_done(bench, pod, number),
            KubeletStep::Patch(pod) => self.patch(bench, pod),
        }
    }

    /// Models `HandlePodAdditions`, `HandlePodUpdates`, `HandlePodRemoves`.
    fn see(&mut self, bench: &mut Bench<'_>, pod: Oid) {
        let Some(object) = bench.store.pod(pod).cloned() else {
            self.forget(pod);
            return;
        };
        if object.node_name.as_ref() != Some(&self.node) {
            return;
        }
        if !self.workers.contains_key(&pod) {
            if self.finished.contains_key(&pod) || object.status.is_terminal() {
                return;
            }
            let rank = self.ranks.remove(&pod).unwrap_or_default();
            self.workers.insert(pod, Box::new(Worker::new(&object, rank)));
        }
        let Some(worker) = self.workers.get_mut(&pod) else { return };
        let deleting = object.metadata.is_deleting();
        let interrupted = worker.note(&object);
        if deleting && interrupted {
            self.cancel(bench, pod);
        }
        self.proceed(bench, pod);
    }

    fn forget(&mut self, pod: Oid) {
        if let Some(worker) = self.workers.remove(&pod) {
            self.keep_logs(pod, worker.work);
        }
        self.ranks.remove(&pod);
        self.dirty.remove(&pod);
        self.awaiting.remove(&pod);
    }

    fn keep_logs(&mut self, pod: Oid, work: Vec<Work>) {
        let mut logs: Vec<Log> = work.into_iter().flat_map(|work| work.logs).collect();
        for lines in logs.iter_mut().filter_map(|log| Rc::get_mut(&mut log.lines)) {
            lines.shrink_to_fit();
        }
        self.finished.insert(pod, Rc::from(logs));
    }

    // ---- the list of containers

    /// Models `Relist`: what changed since the last list becomes syncs; workers that wait for a
    /// newer list go on.
    fn relist(&mut self, bench: &mut Bench<'_>) {
        self.relist_planned = false;
        self.relisted_ms = Some(bench.now_ms);
        let dirty: Vec<Oid> = std::mem::take(&mut self.dirty).into_iter().collect();
        let awaiting: Vec<Oid> = std::mem::take(&mut self.awaiting).into_iter().collect();
        for pod in dirty {
            self.observe(bench, pod);
        }
        for pod in awaiting {
            self.proceed(bench, pod);
        }
    }

    /// Models `relistPod`, asked for by a sync that did something.
    fn relist_pod(&mut self, bench: &mut Bench<'_>, pod: Oid) {
        self.dirty.remove(&pod);
        self.observe(bench, pod);
    }

    /// Reads a Pod's containers; whatever changed asks for one sync. Upstream asks once for each event,
    /// but the events of one list fold into one before the worker wakes.
    fn observe(&mut self, bench: &mut Bench<'_>, pod: Oid) {
        let Some(worker) = self.workers.get_mut(&pod) else { return };
        if worker.observe(bench.now_ms) {
            worker.ask();
            self.proceed(bench, pod);
        }
    }

    /// When both loops of the volume manager have turned after that instant.
    fn turned_ms(&self, after_ms: u64) -> u64 {
        let turn = |after_ms, phase_ms| next_on_grid(after_ms, phase_ms, VOLUME_LOOP_MS);
        self.volume_phases_ms.iter().fold(after_ms, |after_ms, phase_ms| turn(after_ms, *phase_ms))
    }

    /// When the volumes of a Pod whose worker terminated at that instant are gone.
    fn unmounted_ms(&self, terminated_ms: u64) -> u64 {
        self.turned_ms(terminated_ms) + UNMOUNT_MS
    }

    /// Plans the next list, whose instants lie on a grid.
    fn plan_relist(&mut self, now_ms: u64) {
        if !self.relist_planned {
            self.relist_planned = true;
            let at_ms = next_on_grid(now_ms, self.relist_phase_ms, RELIST_MS);
            self.later.push((at_ms, KubeletStep::Relist));
        }
    }

    fn mark_dirty(&mut self, now_ms: u64, pod: Oid) {
        self.dirty.insert(pod);
        self.plan_relist(now_ms);
    }

    // ---- the queue of syncs

    /// Puts a Pod into the queue: it is synced at the first tick after `due_ms`.
    fn enqueue(&mut self, pod: Oid, due_ms: u64) {
        if let Some(worker) = self.workers.get_mut(&pod) {
            worker.due_ms = Some(due_ms);
            let at_ms = next_on_grid(due_ms, self.tick_phase_ms, SYNC_TICK_MS);
            self.later.push((at_ms, KubeletStep::Due(pod, due_ms)));
        }
    }

    fn due(&mut self, bench: &mut Bench<'_>, pod: Oid, due_ms: u64) {
        let Some(worker) = self.workers.get_mut(&pod) else { return };
        if worker.due_ms != Some(due_ms) {
            return;
        }
        worker.due_ms = None;
        worker.ask();
        self.proceed(bench, pod);
    }

    // ---- statuses on their way to the API server

    /// Models `SetPodStatus`: an unchanged status isn't sent.
    fn set_status(&mut self, bench: &Bench<'_>, pod: Oid, status: PodStatus, kind: Sending, because: Because) {
        let Some(worker) = self.workers.get_mut(&pod) else { return };
        if *worker.status == status && kind != Sending::Last {
            return;
        }
        worker.status = Rc::new(status);
        worker.patches.push_back(Unsent { status: Rc::clone(&worker.status), because, kind });
        let busy_ms = if kind == Sending::Overtakable { BUSY_MS } else { 0 };
        self.later.push((bench.now_ms + busy_ms + CALL_MS, KubeletStep::Patch(pod)));
    }

    /// Models `syncPod` of the status manager.
    fn patch(&mut self, bench: &mut Bench<'_>, pod: Oid) {
        let Some(worker) = self.workers.get_mut(&pod) else { return };
        let overtaken =
            worker.patches.len() > 1 && worker.patches.front().is_some_and(|first| first.kind == Sending::Overtakable);
        if overtaken {
            worker.patches.pop_front();
        }
        let Some(Unsent { status, because, kind }) = worker.patches.pop_front() else { return };
        let could_run = worker.could_run();
        let now = bench.store.timestamp(bench.now_ms);
        bench.store.update_pod(bench.now_ms, pod, because, |pod| {
            let merged = status::merge(&pod.status, &status, could_run, now);
            if pod.status != merged {
                pod.status = merged;
            }
        });
        if kind != Sending::Last {
            return;
        }
        if let Some(worker) = self.workers.remove(&pod) {
            bench.recorder.forget(pod);
            self.keep_logs(pod, worker.work);
            self.dirty.remove(&pod);
            self.awaiting.remove(&pod);
        }
        let gone = bench.store.pod(pod).is_some_and(|pod| pod.metadata.is_deleting() && pod.status.is_terminal());
        if gone {
            super::registry::delete_pod(bench.store, bench.now_ms, pod, Some(0), &Because::Removed);
        }
    }

    // ---- events

    fn report(&mut self, bench: &mut Bench<'_>, pod: Oid, event: Note<'_>) {
        let field_path = self.texts.share(match event.container {
            Some((container, true)) => format!("spec.initContainers{{{container}}}"),
            Some((container, false)) => format!("spec.containers{{{container}}}"),
            None => String::new(),
        });
        bench.recorder.report(
            bench.store,
            bench.now_ms,
            Report {
                about: pod,
                field_path,
                warning: event.warning,
                reason: event.reason,
                message: event.message,
                component: COMPONENT,
                host: Rc::clone(&self.node),
            },
        );
    }
}

/// An event of the kubelet about a Pod.
struct Note<'a> {
    /// The container's name, and whether it is an init container.
    container: Option<(&'a str, bool)>,
    warning: bool,
    reason: &'static str,
    message: Rc<str>,
}

/// The first instant of the grid strictly after `after_ms`.
fn next_on_grid(after_ms: u64, phase_ms: u64, period_ms: u64) -> u64 {
    if after_ms < phase_ms {
        return phase_ms;
    }
    phase_ms + ((after_ms - phase_ms) / period_ms + 1) * period_ms
}

/// `name_namespace(uid)`, as the kubelet names Pods in its messages.
fn full_name(pod: &Pod) -> String {
    format!("{}_{}({})", pod.metadata.name, pod.metadata.namespace, pod.metadata.uid)
}

#[cfg(test)]
mod tests {
    use super::{Kubelet, UNMOUNT_MS, next_on_grid};

    #[test]
    fn the_grid_goes_on_strictly_after() {
        assert_eq!(next_on_grid(0, 300, 1000), 300);
        assert_eq!(next_on_grid(300, 300, 1000), 1300);
        assert_eq!(next_on_grid(1299, 300, 1000), 1300);
        assert_eq!(next_on_grid(5000, 0, 1000), 6000);
    }

    #[test]
    fn volumes_go_after_a_turn_of_both_loops() {
        let kubelet = Kubelet { volume_phases_ms: [30, 10], ..Kubelet::new("nodo-1", 1, false) };
        // Seen to be unwanted at 1,030, unmounted from 1,110 on.
        assert_eq!(kubelet.unmounted_ms(1_000), 1_110 + UNMOUNT_MS);
        assert_eq!(kubelet.unmounted_ms(1_030), 1_210 + UNMOUNT_MS);
    }
}
