//! Models `pkg/kubelet/kuberuntime/kuberuntime_manager.go@v1.37.2`: `computePodActions`,
//! `computeInitContainerActions`, `SyncPod`, `doBackOff`, `killPod`.
//!
//! Leaves out: ephemeral containers. `reset.rs` holds the restart of all containers.

use super::back_off::Limits;
use super::hooks::{Hook, hook_of};
use super::images::Image;
use super::probes::is_started;
use super::runtime::{Instance, Instances, Life, Log};
use super::worker::{Course, Outcome, Stage, Worker};
use super::{Bench, Kubelet, KubeletStep, Note, full_name};
use crate::api::{Container, PodSpec};
use crate::because::Because;
use crate::cluster::latency::{CRASH_LOOP_MS, EXEC_MS, MINIMUM_GRACE_SECONDS, START_MS};
use crate::cluster::shell::Signal;
use crate::cluster::{Oid, names};
use std::collections::VecDeque;
use std::rc::Rc;

const LIMITS: Limits = Limits::new(CRASH_LOOP_MS);

/// The container at that place (init containers come first), and whether it is an init container.
pub(super) fn container_at(spec: &PodSpec, place: usize) -> Option<(&Rc<Container>, bool)> {
    match place.checked_sub(spec.init_containers.len()) {
        Some(place) => spec.containers.get(place).map(|container| (container, false)),
        None => spec.init_containers.get(place).map(|container| (container, true)),
    }
}

/// The containers to be started now, by place.
pub(super) fn to_start(worker: &Worker) -> VecDeque<usize> {
    let spec = &worker.pod.spec;
    let offset = spec.init_containers.len();
    let nothing = Instances::default();
    let seen = |place: usize| worker.seen.containers.get(place).unwrap_or(&nothing);
    let regular_began = worker.seen.is_initialized(offset);
    let mut places = VecDeque::new();
    for (place, container) in spec.init_containers.iter().enumerate() {
        // In a new sandbox everything begins with the first init container.
        let current = worker.seen.active(place);
        let exit_code = current.and_then(Instance::exit_code);
        if container.is_sidecar() {
            match (current, exit_code) {
                // The next one waits until it has started.
                (Some(current), None) if !regular_began && !is_started(&worker.probes, place, &current.id, None) => {}
                (Some(_), None) => continue,
                (Some(_), Some(_)) => {
                    places.push_back(place);
                    if regular_began {
                        continue;
                    }
                }
                (None, _) => places.push_back(place),
            }
            return places;
        }
        if regular_began || exit_code == Some(0) {
            continue;
        }
        let start = match exit_code {
            Some(code) => spec.restarts(container, code),
            None => current.is_none(),
        };
        if start {
            places.push_back(place);
        }
        return places;
    }
    for (place, container) in spec.containers.iter().enumerate() {
        let current = &seen(offset + place).current;
        let start = match current {
            None => true,
            Some(instance) => instance.exit_code().is_some_and(|code| spec.restarts(container, code)),
        };
        if start {
            places.push_back(offset + place);
        }
    }
    places
}

/// Whether a Pod whose sandbox is gone gets another one: not when it runs once, nor when nothing is
/// left to start. Models the middle of `computePodActions`.
pub(super) fn deserves_new_sandbox(worker: &Worker) -> bool {
    let spec = &worker.pod.spec;
    let offset = spec.init_containers.len();
    let containers = &worker.seen.containers;
    if spec.restart_policy == "Never" && containers.iter().any(|now| now.current.is_some()) {
        return false;
    }
    let is_done = |(place, container): (usize, &Rc<Container>)| {
        let policy = container.restart_policy.as_ref().unwrap_or(&spec.restart_policy);
        let current = containers.get(offset + place).and_then(|now| now.current.as_ref());
        policy == "OnFailure" && current.and_then(Instance::exit_code) == Some(0)
    };
    let initialized = containers.iter().skip(offset).any(|now| now.current.is_some());
    !(initialized && spec.containers.iter().enumerate().all(is_done))
}

/// A new sandbox takes the place of one that is gone: init containers are taken from the runtime, and
/// run again. Models `purgeInitContainers`; the first one is started by the same sync, which still
/// knows its restart count.
pub(super) fn begin_anew(worker: &mut Worker) {
    let inits = worker.pod.spec.init_containers.len();
    for (place, instances) in worker.actual.containers.iter_mut().take(inits).enumerate() {
        if instances.current.is_some() {
            instances.remove(place == 0);
        }
    }
    worker.actual.attempt += 1;
    worker.seen.attempt = worker.actual.attempt;
}

/// Whether only sidecars are left, which have nothing more to serve.
fn only_sidecars_left(worker: &Worker) -> bool {
    let spec = &worker.pod.spec;
    let offset = spec.init_containers.len();
    let all_regular_ended = spec.containers.iter().enumerate().all(|(place, container)| {
        let current = worker.seen.containers.get(offset + place).and_then(|now| now.current.as_ref());
        current.and_then(Instance::exit_code).is_some_and(|code| !spec.restarts(container, code))
    });
    all_regular_ended && worker.seen.containers.iter().any(Instances::is_running)
}

impl Outcome {
    /// A container couldn't be started; the earliest end of a back-off decides when to try again.
    pub(super) fn note_failure(&mut self, until_ms: Option<u64>) {
        self.failed = true;
        self.back_off_until_ms = match (self.back_off_until_ms, until_ms) {
            (Some(earlier), Some(until_ms)) => Some(earlier.min(until_ms)),
            (earlier, until_ms) => earlier.or(until_ms),
        };
    }
}

impl Kubelet {
    /// Starts the containers one after the other. `prepared` says that the first one's image is there
    /// and its creation has taken its time.
    pub(super) fn start_next(
        &mut self,
        bench: &mut Bench<'_>,
        pod: Oid,
        mut places: VecDeque<usize>,
        mut prepared: bool,
    ) {
        while let Some(place) = places.pop_front() {
            if prepared {
                prepared = false;
                self.start_container(bench, pod, place);
                if let Some(hook) = self.post_start(bench, pod, place) {
                    self.wait(bench, pod, hook.0, Stage::PostStart(places, place, hook.1));
                    return;
                }
                continue;
            }
            if self.is_in_back_off(bench, pod, place) {
                continue;
            }
            match self.ensure_image(bench, pod, place, &places) {
                Image::Ready => {
                    places.push_front(place);
                    self.wait(bench, pod, START_MS, Stage::Start(places));
                    return;
                }
                Image::Pulling => return,
                Image::Refused => {}
            }
        }
        let Some(worker) = self.workers.get(&pod) else { return };
        if worker.course == Course::Syncing && only_sidecars_left(worker) {
            self.kill(bench, pod);
            return;
        }
        self.sync_done(bench, pod);
        self.arm_deadline(bench, pod);
    }

    /// Models `doBackOff`: the first restart is free, each later one waits twice as long, counted from
    /// the end of the instance before.
    fn is_in_back_off(&mut self, bench: &mut Bench<'_>, pod: Oid, place: usize) -> bool {
        let Some(worker) = self.workers.get_mut(&pod) else { return true };
        let finished_ms = worker
            .seen
            .containers
            .get(place)
            // One that is ended in this very sync hasn't been seen to end: the one before counts.
            .and_then(|instances| {
                let ended = instances.current.as_ref().and_then(Instance::finished_ms);
                ended.or_else(|| instances.previous.as_ref().and_then(Instance::finished_ms))
            });
        let Some(finished_ms) = finished_ms else { return false };
        let entry = worker.crash.get(&place).copied().filter(|entry| !LIMITS.is_forgotten(*entry, bench.now_ms));
        let Some(until_ms) = LIMITS.waits_until(entry, finished_ms, bench.now_ms) else {
            worker.crash.insert(place, LIMITS.next(entry, finished_ms, bench.now_ms));
            return false;
        };
        let delay_ms = entry.map_or(0, |entry| entry.delay_ms);
        let restarts =
            worker.seen.containers.get(place).and_then(|now| now.current.as_ref()).map_or(0, |now| now.number);
        let object = Rc::clone(&worker.pod);
        let Some((container, init)) = container_at(&object.spec, place) else { return true };
        let message = format!(
            "back-off {} restarting failed container={} pod={}",
            go_seconds(delay_ms / 1000),
            container.name,
            full_name(&object)
        );
        worker.reasons.insert(place, (Rc::from("CrashLoopBackOff"), Some(Rc::from(message))));
        worker.outcome.note_failure(Some(until_ms));
        worker.because = Because::CrashLoop { delay_ms, restarts };
        let message = format!("Back-off restarting failed container {} in pod {}", container.name, full_name(&object));
        self.report(
            bench,
            pod,
            Note {
                container: Some((&container.name, init)),
                warning: true,
                reason: "BackOff",
                message: Rc::from(message),
            },
        );
        true
    }

    fn start_container(&mut self, bench: &mut Bench<'_>, pod: Oid, place: usize) {
        let Some((container, init)) = self.container(pod, place) else { return };
        let environment = match self.environment(bench, pod, &container) {
            Ok(environment) => environment,
            Err(message) => {
                self.start_failed(bench, pod, place, "CreateContainerConfigError", &message);
                return;
            }
        };
        let (created, started) = (self.texts.share("Container created"), self.texts.share("Container started"));
        let note = |reason, message| Note { container: Some((&container.name, init)), warning: false, reason, message };
        self.report(bench, pod, note("Created", created));
        let process = self.launch(bench, pod, &container, environment);
        let id: Rc<str> = Rc::from(names::container_id(&mut self.draws.ids));
        let image_id = self.texts.share(image_id(&container.image));
        let Some(worker) = self.workers.get_mut(&pod) else { return };
        worker.outcome.acted = true;
        let attempt = worker.actual.attempt;
        let Some(instances) = worker.actual.containers.get_mut(place) else { return };
        let (number, restarts) = instances.next();
        instances.previous = instances.current.take();
        let (life, started_ms, failure) = match &process {
            Ok(_) => (Life::Running, Some(bench.now_ms), None),
            Err(failure) => {
                let message: Rc<str> = Rc::from(failure.as_str());
                let life = Life::Exited {
                    finished_ms: bench.now_ms,
                    exit_code: 128,
                    reason: "StartError",
                    message: Some(Rc::clone(&message)),
                };
                (life, None, Some(message))
            }
        };
        instances.current =
            Some(Instance { number, restarts, attempt, id: Rc::clone(&id), image_id, started_ms, life });
        if let Some(work) = worker.work.get_mut(place) {
            work.logs.push(Log { id, lines: Rc::default() });
            work.process = process.ok().map(Box::new);
            (work.outcome, work.held) = (None, None);
        }
        self.mark_dirty(bench.now_ms, pod);
        if let Some(message) = failure {
            self.start_failed(bench, pod, place, "RunContainerError", &message);
            return;
        }
        if let Some(worker) = self.workers.get_mut(&pod) {
            worker.reasons.remove(&place);
        }
        self.report(bench, pod, note("Started", started));
        self.later.push((bench.now_ms + EXEC_MS, KubeletStep::Process(pod, place, number)));
        self.follow(bench, pod, place, number);
    }

    /// What the postStart hook of a container that was just started will come to, if it has one. The
    /// sync waits for it.
    fn post_start(&mut self, bench: &mut Bench<'_>, pod: Oid, place: usize) -> Option<Hook> {
        let (container, _) = self.container(pod, place)?;
        let hook = hook_of(&container, "postStart")?;
        let runs = self.workers.get(&pod)?.actual.containers.get(place)?.is_running();
        runs.then(|| self.hook(bench, pod, &container, hook))
    }

    fn start_failed(&mut self, bench: &mut Bench<'_>, pod: Oid, place: usize, reason: &str, message: &Rc<str>) {
        if let Some((container, init)) = self.container(pod, place) {
            self.report(
                bench,
                pod,
                Note {
                    container: Some((&container.name, init)),
                    warning: true,
                    reason: "Failed",
                    message: Rc::from(format!("Error: {message}")),
                },
            );
        }
        let Some(worker) = self.workers.get_mut(&pod) else { return };
        worker.reasons.insert(place, (Rc::from(reason), Some(Rc::clone(message))));
        worker.outcome.note_failure(None);
        worker.because = Because::StartFailed;
    }

    // ---- stopping

    /// Models `killContainersWithSyncResult`: SIGTERM to all, SIGKILL after the grace period.
    /// Sidecars wait for the regular containers, and for those declared after them.
    pub(super) fn kill(&mut self, bench: &mut Bench<'_>, pod: Oid) {
        let Some(worker) = self.workers.get_mut(&pod) else { return };
        let grace_seconds = worker.grace_seconds.max(MINIMUM_GRACE_SECONDS);
        let grace_ms = u64::try_from(grace_seconds).unwrap_or(0) * 1000;
        let first_time = worker.kill_at_ms.is_none();
        let kill_at_ms = bench.now_ms + grace_ms;
        worker.kill_at_ms = Some(worker.kill_at_ms.map_or(kill_at_ms, |earlier| earlier.min(kill_at_ms)));
        let spec = Rc::clone(&worker.pod.spec);
        let running: Vec<usize> = running_places(worker).collect();
        if running.is_empty() {
            self.killed(bench, pod);
            return;
        }
        let left_ms = worker.kill_at_ms.unwrap_or(kill_at_ms).saturating_sub(bench.now_ms);
        self.wait(bench, pod, left_ms, Stage::Kill);
        if !first_time {
            return;
        }
        for place in &running {
            if let Some((container, init)) = container_at(&spec, *place) {
                let message = Rc::from(format!("Stopping container {}", container.name));
                self.report(
                    bench,
                    pod,
                    Note { container: Some((&container.name, init)), warning: false, reason: "Killing", message },
                );
            }
        }
        let offset = spec.init_containers.len();
        let regular: Vec<usize> = running.iter().copied().filter(|place| *place >= offset).collect();
        if regular.is_empty() {
            self.stop_next_sidecar(bench, pod);
        }
        let mut last_ms = left_ms;
        for place in regular {
            last_ms = last_ms.max(self.stop_container(bench, pod, place, left_ms));
        }
        // What hooks may take beyond the grace period.
        let waits = self.workers.get(&pod).is_some_and(|worker| worker.stage == Stage::Kill);
        if waits && last_ms > left_ms {
            if let Some(worker) = self.workers.get_mut(&pod) {
                worker.kill_at_ms = Some(bench.now_ms + last_ms);
            }
            self.wait(bench, pod, last_ms, Stage::Kill);
        }
    }

    /// A process has ended while the Pod is being stopped.
    pub(super) fn killed_one(&mut self, bench: &mut Bench<'_>, pod: Oid) {
        let Some(worker) = self.workers.get(&pod) else { return };
        if let Stage::HookKill(places) = &worker.stage {
            let places = places.clone();
            self.start_next(bench, pod, places, false);
            return;
        }
        if let Stage::End(places, then) = &worker.stage {
            let (places, then) = (places.clone(), then.clone());
            self.end_next(bench, pod, places, then);
            return;
        }
        if worker.stage != Stage::Kill {
            return;
        }
        let offset = worker.pod.spec.init_containers.len();
        let running: Vec<usize> = running_places(worker).collect();
        if running.is_empty() {
            self.killed(bench, pod);
        } else if running.iter().all(|place| *place < offset) {
            self.stop_next_sidecar(bench, pod);
        }
    }

    fn stop_next_sidecar(&mut self, bench: &mut Bench<'_>, pod: Oid) {
        let Some(worker) = self.workers.get(&pod) else { return };
        let left_ms = worker.kill_at_ms.map_or(0, |at_ms| at_ms.saturating_sub(bench.now_ms));
        let last = running_places(worker).last();
        if let Some(place) = last {
            self.stop_container(bench, pod, place, left_ms);
        }
    }

    /// The grace period is over.
    pub(super) fn kill_now(&mut self, bench: &mut Bench<'_>, pod: Oid) {
        let Some(worker) = self.workers.get_mut(&pod) else { return };
        worker.stage = Stage::Kill;
        let running: Vec<usize> = running_places(worker).collect();
        for place in running {
            self.signal(bench, pod, place, Signal::Kill);
        }
    }
}

/// The identity that the runtime reports for a present image.
fn image_id(image: &str) -> String {
    format!("docker.io/library/{image}@sha256:{:064}", 0)
}

/// The places of containers whose process runs.
pub(super) fn running_places(worker: &Worker) -> impl Iterator<Item = usize> {
    worker.actual.containers.iter().enumerate().filter(|(_, instances)| instances.is_running()).map(|(place, _)| place)
}

/// A Go duration of whole seconds: `10s`, `1m20s`, `5m0s`.
fn go_seconds(seconds: u64) -> String {
    if seconds < 60 { format!("{seconds}s") } else { format!("{}m{}s", seconds / 60, seconds % 60) }
}

#[cfg(test)]
mod tests {
    use super::go_seconds;

    #[test]
    fn delays_read_as_in_go() {
        assert_eq!([10, 40, 80, 160, 300].map(go_seconds), ["10s", "40s", "1m20s", "2m40s", "5m0s"]);
    }
}
