//! Models `pkg/kubelet/kubelet_pods.go@v1.37.2` (`convertToAPIContainerStatuses`, `getPhase`,
//! `generateAPIPodStatus`), `pkg/kubelet/status/generate.go` (conditions) and, of
//! `status_manager.go`, `mergePodStatus`.
//!
//! `prober_manager.go` (`UpdatePodStatus`) and `pkg/kubelet/container/helpers.go` (restarts of all
//! containers) have their part in it.
//!
//! Leaves out: resize status, resource claims, observed generations.

use super::probes::{self, Prober};
use super::runtime::{Instance, Instances, Life, PodView, Sandbox};
use super::{RESTARTING_ALL, Reasons, STATUS_UNKNOWN};
use crate::api::{
    Container, ContainerState, ContainerStateRunning, ContainerStateTerminated, ContainerStateWaiting, ContainerStatus,
    Phase, Pod, PodCondition, PodConditionKind, PodSpec, PodStatus, Timestamp,
};
use crate::engine::Recent;
use std::rc::Rc;

/// What a status is made from.
pub(super) struct Sources<'a> {
    /// The Pod as the API has it.
    pub pod: &'a Pod,
    /// What the runtime told last.
    pub view: &'a PodView,
    /// What the Pod's probes have come to.
    pub probes: &'a [Prober],
    /// Why containers couldn't be started, from the sync before.
    pub reasons: &'a Reasons,
    /// The status before, as the kubelet last generated it.
    pub old: &'a PodStatus,
    /// Whether no container of the Pod will run again.
    pub terminal: bool,
    /// The kubelet's own verdict, such as `DeadlineExceeded`: reason and message.
    pub verdict: Option<(Rc<str>, Rc<str>)>,
    /// Now.
    pub now: Timestamp,
    /// Converts the runtime's instants.
    pub at: &'a dyn Fn(u64) -> Timestamp,
    /// The Pod's address, once its sandbox stands.
    pub pod_ip: Option<Rc<str>>,
    /// The node's address.
    pub host_ip: &'a Rc<str>,
}

/// The status that the kubelet would report.
pub(super) fn generate(sources: &Sources<'_>, recent: &mut Recent<Vec<PodCondition>>) -> PodStatus {
    let init = statuses_of(sources, true);
    let mut regular = statuses_of(sources, false);
    let mut phase = phase_of(sources, &init, &regular);
    if sources.old.is_terminal() {
        phase = sources.old.phase;
    } else if sources.pod.status.is_terminal() {
        phase = sources.pod.status.phase;
    }
    let same = phase == sources.old.phase;
    let mut reason = sources.old.reason.clone().filter(|_| same);
    let mut message = sources.old.message.clone().filter(|_| same);
    if let Some((why, text)) = &sources.verdict {
        phase = Phase::Failed;
        (reason, message) = (Some(Rc::clone(why)), Some(Rc::clone(text)));
    }
    crate::go::sort::by(&mut regular, |a, b| a.name.cmp(&b.name));
    let conditions = conditions_of(sources, phase, &init, &regular);
    PodStatus {
        conditions: recent.share(conditions),
        container_statuses: if *sources.old.container_statuses == regular {
            Rc::clone(&sources.old.container_statuses)
        } else {
            Rc::new(regular)
        },
        host_ip: Some(Rc::clone(sources.host_ip)),
        init_container_statuses: init,
        message,
        phase,
        pod_ip: sources.pod_ip.clone().or_else(|| sources.old.pod_ip.clone()),
        qos_class: sources.pod.status.qos_class,
        reason,
        start_time: sources.old.start_time.or(Some(sources.now)),
    }
}

// ---- containers

fn statuses_of(sources: &Sources<'_>, init: bool) -> Vec<ContainerStatus> {
    let spec = &sources.pod.spec;
    let (containers, offset) =
        if init { (&spec.init_containers, 0) } else { (&spec.containers, spec.init_containers.len()) };
    containers
        .iter()
        .enumerate()
        .map(|(place, container)| {
            let place = offset + place;
            let nothing = Instances::default();
            let instances = sources.view.containers.get(place).unwrap_or(&nothing);
            let old = old_status(sources.old, init, &container.name);
            let mut status = status_of(sources, container, place, instances, old);
            show_waiting(sources, container, place, init, &mut status);
            status
        })
        .collect()
}

fn old_status<'a>(old: &'a PodStatus, init: bool, name: &str) -> Option<&'a ContainerStatus> {
    let list = if init { &old.init_container_statuses } else { &*old.container_statuses };
    list.iter().find(|status| &*status.name == name)
}

fn status_of(
    sources: &Sources<'_>,
    container: &Container,
    place: usize,
    instances: &Instances,
    old: Option<&ContainerStatus>,
) -> ContainerStatus {
    let init = place < sources.pod.spec.init_containers.len();
    let name = old.map_or_else(|| Rc::from(container.name.as_str()), |old| Rc::clone(&old.name));
    let image = old.map_or_else(|| Rc::from(container.image.as_str()), |old| Rc::clone(&old.image));
    let Some(current) = &instances.current else {
        return without_instance(sources, name, image, old);
    };
    let running = current.life == Life::Running;
    let ended_well = current.exit_code() == Some(0);
    // A plain init container is ready once it has ended well; everything else must run. Models
    // `UpdatePodStatus` of `pkg/kubelet/prober/prober_manager.go`.
    let started = running && probes::is_started(sources.probes, place, &current.id, old);
    let ready = if init && !container.is_sidecar() {
        ended_well
    } else {
        started && probes::is_ready(sources.probes, place, &current.id)
    };
    ContainerStatus {
        container_id: Rc::clone(&current.id),
        image_id: Rc::clone(&current.image_id),
        image,
        last_state: match &instances.previous {
            Some(previous) => state_of(sources, previous, old),
            None => last_state_of(current, old),
        },
        name,
        ready,
        restart_count: restart_count_of(current, old),
        started: Some(started),
        state: state_of(sources, current, old),
    }
}

/// What was known of an end before the runtime lost it: containers that were taken away leave no
/// instance to read it from.
fn last_state_of(current: &Instance, old: Option<&ContainerStatus>) -> ContainerState {
    let Some(old) = old else { return ContainerState::default() };
    let ended = old.state.terminated.as_ref().filter(|_| old.container_id != current.id);
    let terminated = ended.or(old.last_state.terminated.as_ref()).cloned();
    ContainerState { terminated, ..ContainerState::default() }
}

/// The runtime's count, which never falls behind what was said before.
fn restart_count_of(current: &Instance, old: Option<&ContainerStatus>) -> u32 {
    let Some(old) = old else { return current.restarts };
    let began_anew = current.life == Life::Running && old.state.terminated.is_some();
    if began_anew && old.restart_count >= current.restarts {
        return old.restart_count + 1;
    }
    old.restart_count.max(current.restarts)
}

/// A container that the runtime doesn't have: not started yet, or taken away.
fn without_instance(
    sources: &Sources<'_>,
    name: Rc<str>,
    image: Rc<str>,
    old: Option<&ContainerStatus>,
) -> ContainerStatus {
    const TAKEN: &str = "The container is removed because RestartAllContainers in place";
    let existed = old.filter(|old| old.state.waiting.is_none());
    let Some(old) = existed else {
        return never_started(sources, name, image, old);
    };
    if restarts_all(sources) {
        let end = ContainerStateTerminated {
            container_id: Rc::from(""),
            exit_code: 137,
            finished_at: Timestamp::ZERO,
            message: Some(Rc::from(TAKEN)),
            reason: RESTARTING_ALL,
            started_at: Timestamp::ZERO,
        };
        let waiting = ContainerStateWaiting { message: Some(Rc::from(TAKEN)), reason: Rc::from(RESTARTING_ALL) };
        let ended = old.state.terminated.is_some();
        return ContainerStatus {
            // What has ended keeps its identity, and what ran loses it.
            container_id: if ended { Rc::clone(&old.container_id) } else { Rc::from("") },
            image_id: if ended { Rc::clone(&old.image_id) } else { Rc::from("") },
            last_state: ContainerState { terminated: Some(Rc::new(end)), ..ContainerState::default() },
            restart_count: old.restart_count + 1,
            ready: false,
            started: Some(false),
            state: ContainerState { waiting: Some(Rc::new(waiting)), ..ContainerState::default() },
            name,
            image,
        };
    }
    ContainerStatus { ready: old.ready && old.state.terminated.is_some(), started: Some(false), ..old.clone() }
}

/// Models `ShouldAllContainersRestart` of `pkg/kubelet/container/helpers.go`: it has begun, or a
/// container has ended as one of its rules says.
fn restarts_all(sources: &Sources<'_>) -> bool {
    sources.old.is_true(PodConditionKind::AllContainersRestarting) || restart_all_code(sources).is_some()
}

fn restart_all_code(sources: &Sources<'_>) -> Option<i32> {
    let spec = &sources.pod.spec;
    let containers = spec.init_containers.iter().chain(&spec.containers);
    containers.zip(&sources.view.containers).find_map(|(container, instances)| {
        let exit_code = instances.current.as_ref().and_then(Instance::exit_code)?;
        container.restarts_all(exit_code).then_some(exit_code)
    })
}

fn never_started(
    sources: &Sources<'_>,
    name: Rc<str>,
    image: Rc<str>,
    old: Option<&ContainerStatus>,
) -> ContainerStatus {
    let creating = if sources.pod.spec.init_containers.is_empty() { "ContainerCreating" } else { "PodInitializing" };
    let waiting = old.and_then(|old| old.state.waiting.clone()).filter(|waiting| &*waiting.reason == creating);
    let waiting =
        waiting.unwrap_or_else(|| Rc::new(ContainerStateWaiting { message: None, reason: Rc::from(creating) }));
    ContainerStatus {
        container_id: Rc::from(""),
        image,
        image_id: Rc::from(""),
        last_state: old.map(|old| old.last_state.clone()).unwrap_or_default(),
        name,
        ready: false,
        restart_count: old.map_or(0, |old| old.restart_count),
        started: Some(false),
        state: ContainerState { waiting: Some(waiting), ..ContainerState::default() },
    }
}

/// What an instance does; an end that the old status has already told is taken from there.
fn state_of(sources: &Sources<'_>, instance: &Instance, old: Option<&ContainerStatus>) -> ContainerState {
    match &instance.life {
        Life::Running => ContainerState {
            running: Some(ContainerStateRunning { started_at: (sources.at)(instance.started_ms.unwrap_or(0)) }),
            ..ContainerState::default()
        },
        Life::Exited { finished_ms, exit_code, reason, message } => {
            let end = ContainerStateTerminated {
                container_id: Rc::clone(&instance.id),
                exit_code: *exit_code,
                finished_at: (sources.at)(*finished_ms),
                message: message.clone(),
                reason,
                started_at: instance.started_ms.map_or(Timestamp(0), sources.at),
            };
            let mut told = old.into_iter().flat_map(|old| [&old.state, &old.last_state]);
            let told = told.find_map(|state| state.terminated.as_ref().filter(|told| ***told == end));
            let terminated = Some(told.map_or_else(|| Rc::new(end), Rc::clone));
            ContainerState { terminated, ..ContainerState::default() }
        }
    }
}

/// A container that will be started again shows why it waits, if the last sync left a reason.
fn show_waiting(sources: &Sources<'_>, container: &Container, place: usize, init: bool, status: &mut ContainerStatus) {
    let exit_code = status.state.terminated.as_ref().map(|end| end.exit_code);
    let done_init = init && exit_code == Some(0) && !container.is_sidecar();
    let runs = status.state.running.is_some();
    let starts_again =
        exit_code.is_none_or(|code| !sources.pod.metadata.is_deleting() && sources.pod.spec.restarts(container, code));
    if done_init || runs || !starts_again {
        return;
    }
    let Some((reason, message)) = sources.reasons.get(&place) else { return };
    if status.state.terminated.is_some() {
        status.last_state = std::mem::take(&mut status.state);
    }
    status.state = ContainerState {
        waiting: Some(Rc::new(ContainerStateWaiting { message: message.clone(), reason: Rc::clone(reason) })),
        ..ContainerState::default()
    };
}

// ---- phase

/// Models `getPhase`.
fn phase_of(sources: &Sources<'_>, init: &[ContainerStatus], regular: &[ContainerStatus]) -> Phase {
    let spec = &sources.pod.spec;
    let will_begin_anew = |end: &ContainerStateTerminated| end.reason == RESTARTING_ALL;
    let ended = |status: &ContainerStatus| {
        status
            .state
            .terminated
            .clone()
            .or_else(|| status.state.waiting.as_ref().and(status.last_state.terminated.clone()))
    };
    let (mut pending_init, mut pending_sidecars, mut failed_init) = (0, 0, 0);
    let (mut waiting, mut running) = (0, 0);
    for (container, status) in spec.init_containers.iter().zip(init) {
        let runs = status.state.running.is_some();
        if container.is_sidecar() {
            running += u32::from(runs);
            let unseen = !runs && ended(status).is_none();
            waiting += u32::from(unseen);
            pending_sidecars += u32::from(unseen || runs && status.started != Some(true));
            continue;
        }
        match ended(status).filter(|_| !runs) {
            None => pending_init += 1,
            Some(end) if end.exit_code != 0 && !spec.restarts(container, end.exit_code) && !will_begin_anew(&end) => {
                failed_init += 1;
            }
            Some(_) => {}
        }
    }
    let (mut stopped, mut stopped_for_good, mut succeeded) = (0, 0, 0);
    for (container, status) in spec.containers.iter().zip(regular) {
        if status.state.running.is_some() {
            running += 1;
            continue;
        }
        let Some(end) = ended(status) else {
            waiting += 1;
            continue;
        };
        stopped += 1;
        stopped_for_good += u32::from(!spec.restarts(container, end.exit_code) && !will_begin_anew(&end));
        succeeded += u32::from(end.exit_code == 0 && status.state.terminated.is_some());
    }
    if failed_init > 0 {
        return Phase::Failed;
    }
    let initialized = sources.view.is_initialized(spec.init_containers.len());
    if pending_init > 0 || (pending_sidecars > 0 && !initialized) || waiting > 0 {
        return Phase::Pending;
    }
    match (running, stopped) {
        (1.., _) => Phase::Running,
        (0, 0) => Phase::Pending,
        _ if !sources.terminal && stopped != stopped_for_good => Phase::Running,
        _ if stopped == succeeded => Phase::Succeeded,
        _ => Phase::Failed,
    }
}

fn has_been_started(status: &ContainerStatus) -> bool {
    status.state.running.is_some() || status.state.terminated.is_some() || status.last_state.terminated.is_some()
}

// ---- conditions

fn conditions_of(
    sources: &Sources<'_>,
    phase: Phase,
    init: &[ContainerStatus],
    regular: &[ContainerStatus],
) -> Vec<PodCondition> {
    let foreign = sources.pod.status.conditions.iter().filter(|condition| !is_kubelets(condition.kind));
    let restarting = restarting_condition(sources, phase);
    let mut conditions = Vec::with_capacity(5 + usize::from(restarting.is_some()));
    conditions.extend(foreign.cloned());
    if let Some(disruption) = sources.old.condition(PodConditionKind::DisruptionTarget)
        && !conditions.iter().any(|condition| condition.kind == PodConditionKind::DisruptionTarget)
    {
        conditions.push(disruption.clone());
    }
    let ready = ready_condition(sources, phase, init, regular);
    for (kind, (holds, reason, message)) in [
        (PodConditionKind::PodReadyToStartContainers, sandbox_condition(sources)),
        (PodConditionKind::Initialized, initialized_condition(sources, phase, init, regular)),
        (PodConditionKind::Ready, ready.clone()),
        (PodConditionKind::ContainersReady, ready),
        (PodConditionKind::PodScheduled, (true, None, None)),
    ]
    .into_iter()
    .chain(restarting.map(|holds| (PodConditionKind::AllContainersRestarting, holds)))
    {
        conditions.push(PodCondition {
            last_transition_time: transition(sources, kind, holds),
            message,
            reason,
            holds,
            kind,
        });
    }
    conditions
}

type Holds = (bool, Option<&'static str>, Option<Rc<str>>);

fn is_kubelets(kind: PodConditionKind) -> bool {
    kind != PodConditionKind::DisruptionTarget
}

/// A condition's transition time changes only with its status.
fn transition(sources: &Sources<'_>, kind: PodConditionKind, holds: bool) -> Option<Timestamp> {
    let old = sources.old.condition(kind).filter(|old| old.holds == holds);
    old.and_then(|old| old.last_transition_time).or(Some(sources.now))
}

/// The status once the Pod's sandbox and its network are there, before anything starts in it. Models
/// `OnPodSandboxReady` of `pkg/kubelet/kubelet.go@v1.37.2`.
pub(super) fn sandbox_ready(status: &PodStatus, now: Timestamp, known: &mut Recent<Vec<PodCondition>>) -> PodStatus {
    let mut conditions = Vec::clone(&status.conditions);
    let is_sandbox = |condition: &&mut PodCondition| condition.kind == PodConditionKind::PodReadyToStartContainers;
    if let Some(condition) = conditions.iter_mut().find(is_sandbox).filter(|condition| !condition.holds) {
        condition.last_transition_time = Some(now);
        (condition.holds, condition.reason, condition.message) = (true, None, None);
    }
    PodStatus { conditions: known.share(conditions), ..status.clone() }
}

/// The status with what a probe has just found of a running container: whether it is ready, whether it has started.
/// Models `SetContainerReadiness` and `SetContainerStartup` of `status_manager.go`.
pub(super) fn with_probe(
    status: &PodStatus,
    spec: &PodSpec,
    place: usize,
    (ready, started): (bool, Option<bool>),
    now: Timestamp,
    known: &mut Recent<Vec<PodCondition>>,
) -> PodStatus {
    let mut status = status.clone();
    let Some((container, init)) = super::actions::container_at(spec, place) else { return status };
    let list = if init { &mut status.init_container_statuses } else { Rc::make_mut(&mut status.container_statuses) };
    if let Some(found) = list.iter_mut().find(|found| *found.name == *container.name) {
        (found.ready, found.started) = (ready, started);
    }
    if status.is_terminal() {
        return status;
    }
    let (holds, reason, message) = readiness(spec, &status.init_container_statuses, &status.container_statuses);
    let mut conditions = Vec::clone(&status.conditions);
    for condition in conditions.iter_mut().filter(|condition| is_readiness(condition.kind)) {
        if condition.holds != holds {
            condition.last_transition_time = Some(now);
        }
        (condition.holds, condition.reason) = (holds, reason);
        condition.message.clone_from(&message);
    }
    status.conditions = known.share(conditions);
    status
}

fn sandbox_condition(sources: &Sources<'_>) -> Holds {
    match sources.view.sandbox {
        Sandbox::Ready => (true, None, None),
        Sandbox::Absent => (false, Some("PodSandboxNotReady"), Some(Rc::from("no pod sandbox exists"))),
        Sandbox::Stopped => (false, Some("PodSandboxNotReady"), Some(Rc::from("pod sandbox is not ready"))),
    }
}

/// Models `GenerateAllContainersRestartingCondition`: only Pods with such a rule have it.
fn restarting_condition(sources: &Sources<'_>, phase: Phase) -> Option<Holds> {
    if !sources.pod.spec.could_restart_all() {
        return None;
    }
    Some(match phase {
        Phase::Succeeded => (false, Some("PodCompleted"), None),
        Phase::Failed => (false, Some("PodFailed"), None),
        _ if restarts_all(sources) && sources.view.containers.iter().any(|now| now.current.is_some()) => {
            let message = Rc::from("container exited with restart policy rule");
            (true, Some("RestartAllContainersStarted"), Some(message))
        }
        _ => (false, None, None),
    })
}

fn initialized_condition(
    sources: &Sources<'_>,
    phase: Phase,
    init: &[ContainerStatus],
    regular: &[ContainerStatus],
) -> Holds {
    if phase == Phase::Succeeded && !init.is_empty() {
        return (true, Some("PodCompleted"), None);
    }
    let unfinished: Vec<&str> = sources
        .pod
        .spec
        .init_containers
        .iter()
        .zip(init)
        .filter(|(container, status)| {
            let done = if container.is_sidecar() { status.started == Some(true) } else { status.ready };
            !done
        })
        .map(|(_, status)| &*status.name)
        .collect();
    if unfinished.is_empty() || regular.iter().any(has_been_started) {
        return (true, (phase == Phase::Succeeded).then_some("PodCompleted"), None);
    }
    // Once initialized, always so: containers may begin anew in place.
    if sources.old.is_true(PodConditionKind::Initialized) {
        return (true, None, None);
    }
    let message = format!("containers with incomplete status: [{}]", unfinished.join(" "));
    (false, Some("ContainersNotInitialized"), Some(Rc::from(message)))
}

fn ready_condition(
    sources: &Sources<'_>,
    phase: Phase,
    init: &[ContainerStatus],
    regular: &[ContainerStatus],
) -> Holds {
    match phase {
        Phase::Succeeded => (false, Some("PodCompleted"), None),
        Phase::Failed => (false, Some("PodFailed"), None),
        _ => readiness(&sources.pod.spec, init, regular),
    }
}

fn readiness(spec: &PodSpec, init: &[ContainerStatus], regular: &[ContainerStatus]) -> Holds {
    let sidecars = spec.init_containers.iter().zip(init).filter(|(container, _)| container.is_sidecar());
    let in_order =
        spec.containers.iter().filter_map(|container| regular.iter().find(|status| *status.name == *container.name));
    let unready: Vec<&str> = sidecars
        .map(|(_, status)| status)
        .chain(in_order)
        .filter(|status| !status.ready)
        .map(|status| &*status.name)
        .collect();
    if unready.is_empty() {
        return (true, None, None);
    }
    let message = format!("containers with unready status: [{}]", unready.join(" "));
    (false, Some("ContainersNotReady"), Some(Rc::from(message)))
}

// ---- towards the API

/// What the API gets of a generated status. Models `mergePodStatus`: a final phase waits until no
/// container can run any more.
pub(super) fn merge(api: &PodStatus, new: &Rc<PodStatus>, could_run: bool, now: Timestamp) -> Rc<PodStatus> {
    let becomes_terminal = !api.is_terminal() && new.is_terminal();
    let held_back = becomes_terminal && could_run;
    let all_own = api.conditions.iter().chain(&*new.conditions).all(|condition| is_kubelets(condition.kind));
    let unready = !new.conditions.iter().any(|condition| condition.holds && is_readiness(condition.kind));
    if all_own && !held_back && (unready || !new.is_terminal()) {
        return Rc::clone(new);
    }
    let mut merged = PodStatus::clone(new);
    let own = new.conditions.iter().filter(|condition| is_kubelets(condition.kind)).cloned();
    let mut conditions: Vec<PodCondition> =
        api.conditions.iter().filter(|condition| !is_kubelets(condition.kind)).cloned().collect();
    if becomes_terminal
        && !could_run
        && let Some(disruption) = new.condition(PodConditionKind::DisruptionTarget)
    {
        conditions.retain(|condition| condition.kind != PodConditionKind::DisruptionTarget);
        conditions.push(disruption.clone());
    }
    conditions.extend(own);
    if held_back {
        merged.phase = api.phase;
        merged.reason.clone_from(&api.reason);
        merged.message.clone_from(&api.message);
    }
    if merged.is_terminal() {
        let reason = if merged.phase == Phase::Succeeded { "PodCompleted" } else { "PodFailed" };
        for condition in &mut conditions {
            if condition.holds && is_readiness(condition.kind) {
                condition.holds = false;
                condition.reason = Some(reason);
                condition.message = None;
                condition.last_transition_time = Some(now);
            }
        }
    }
    if *new.conditions != conditions {
        merged.conditions = Rc::new(conditions);
    }
    Rc::new(merged)
}

fn is_readiness(kind: PodConditionKind) -> bool {
    matches!(kind, PodConditionKind::Ready | PodConditionKind::ContainersReady)
}

/// What is said of containers whose end nobody saw. Models `TerminatePod`.
pub(super) fn terminate(status: &mut PodStatus) {
    let unknown = || ContainerState {
        terminated: Some(Rc::new(ContainerStateTerminated {
            container_id: Rc::from(""),
            exit_code: 137,
            finished_at: Timestamp::ZERO,
            message: Some(Rc::from("The container could not be located when the pod was terminated")),
            reason: STATUS_UNKNOWN,
            started_at: Timestamp::ZERO,
        })),
        ..ContainerState::default()
    };
    let initialized =
        status.init_container_statuses.iter().all(|init| {
            init.state.terminated.as_ref().is_some_and(|end| end.exit_code == 0) || init.started == Some(true)
        }) || status.container_statuses.iter().any(has_been_started);
    if initialized {
        let unseen = |container: &ContainerStatus| container.state.terminated.is_none();
        if status.container_statuses.iter().any(unseen) {
            for container in Rc::make_mut(&mut status.container_statuses).iter_mut().filter(|one| unseen(one)) {
                container.state = unknown();
            }
        }
    }
    // Of the init containers only those before the last one that gives a sign of life.
    let alive = status.init_container_statuses.iter().rposition(has_been_started);
    for init in status.init_container_statuses.iter_mut().take(alive.map_or(0, |last| last + 1)) {
        if init.state.terminated.is_none() {
            init.state = unknown();
        }
    }
    if !status.is_terminal() {
        status.phase = Phase::Failed;
    }
}
