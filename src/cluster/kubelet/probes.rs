//! Startup, readiness and liveness probes: a worker for each probe of a Pod.
//!
//! Models `pkg/kubelet/prober@v1.37.2` (`worker.go`, `prober.go`, `prober_manager.go`) and what `syncLoop` does with
//! their results. An `exec` command runs beside the container's own in the containers' shell; nothing in the laboratory
//! listens, so `httpGet`, `tcpSocket` and `grpc` are refused at once.
//!
//! Leaves out: the wait after a kubelet's start, redirects and their warnings. An `exec` command's files are written when
//! it begins.

use super::actions::container_at;
use super::environment::expand_all;
use super::hooks::Aside;
use super::worker::{Course, Sending, Worker};
use super::{Bench, Kubelet, KubeletStep, Note, status};
use crate::api::{Container, ContainerStatus, PodStatus};
use crate::because::{Because, ProbeKind};
use crate::cluster::{Oid, names};
use serde_json::Value;
use std::rc::Rc;

const KINDS: [(ProbeKind, &str); 3] = [
    (ProbeKind::Startup, "startupProbe"),
    (ProbeKind::Readiness, "readinessProbe"),
    (ProbeKind::Liveness, "livenessProbe"),
];
/// What of a command's output is kept, in bytes: `maxReadLength` in `pkg/probe/exec/exec.go`.
const MAX_OUTPUT: usize = 10 << 10;

/// What is known of a container by its probe.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Unknown,
    Success,
    Failure,
}

/// The worker of one probe of one container.
#[derive(Debug, Clone)]
pub(super) struct Prober {
    pub place: usize,
    pub kind: ProbeKind,
    period_ms: u64,
    /// Thresholds of success and failure.
    thresholds: (u32, u32),
    /// A tick that a reset of the ticker has made void has a stale token.
    token: u32,
    /// The instance that it is about.
    id: Rc<str>,
    /// What it has come to about that instance.
    pub verdict: Option<Verdict>,
    /// The last result, and how often in a row.
    last: (bool, u32),
    /// Whether it waits for a new instance.
    on_hold: bool,
    /// What a command that runs will come to.
    running: Option<Finding>,
    /// Whether it was asked to run at once meanwhile.
    asked: bool,
    stopped: bool,
}

/// What one probing comes to.
#[derive(Debug, Clone)]
enum Finding {
    Success,
    /// With what is said of it.
    Failure(String),
    /// It couldn't be tried.
    Error(String),
}

impl Prober {
    /// What it has come to about that instance, if it has looked at it.
    pub(super) fn verdict_of(&self, id: &str) -> Option<Verdict> {
        self.verdict.filter(|_| *self.id == *id)
    }
}

fn spec_of(container: &Container, kind: ProbeKind) -> Option<&Value> {
    let (_, field) = KINDS.iter().find(|(known, _)| *known == kind)?;
    container.rest.get(*field).filter(|probe| !probe.is_null())
}

fn number(probe: &Value, field: &str, default: u64) -> u64 {
    probe.get(field).and_then(Value::as_u64).filter(|number| *number > 0).unwrap_or(default)
}

/// Seconds that a container gets to end that failed the probe; none if the Pod's grace period holds.
pub(super) fn grace_seconds(container: &Container, kind: ProbeKind) -> Option<i64> {
    spec_of(container, kind)?.get("terminationGracePeriodSeconds")?.as_i64()
}

/// The running containers that failed a probe which ends them, by place.
pub(super) fn failed(worker: &Worker) -> Vec<(usize, ProbeKind)> {
    let mut found: Vec<(usize, ProbeKind)> = Vec::new();
    for prober in worker.probes.iter().rev().filter(|prober| prober.kind != ProbeKind::Readiness) {
        let running = worker.seen.containers.get(prober.place).filter(|now| now.is_running());
        let id = running.and_then(|now| now.current.as_ref()).map(|current| &current.id);
        let failed = id.is_some_and(|id| prober.verdict_of(id) == Some(Verdict::Failure));
        // Of both upstream names the liveness probe.
        if failed && !found.iter().any(|(place, _)| *place == prober.place) {
            found.push((prober.place, prober.kind));
        }
    }
    found.sort_unstable();
    found
}

/// Whether a container that runs counts as started. Models `isContainerStarted`.
pub(super) fn is_started(probes: &[Prober], place: usize, id: &str, old: Option<&ContainerStatus>) -> bool {
    let startup = probes.iter().find(|prober| prober.place == place && prober.kind == ProbeKind::Startup);
    startup.is_none_or(|startup| match startup.verdict_of(id) {
        Some(verdict) => verdict == Verdict::Success,
        None => startup.stopped || old.is_some_and(|old| *old.container_id == *id && old.started == Some(true)),
    })
}

/// Whether a started container is ready.
pub(super) fn is_ready(probes: &[Prober], place: usize, id: &str) -> bool {
    let readiness = probes.iter().find(|prober| prober.place == place && prober.kind == ProbeKind::Readiness);
    readiness.is_none_or(|readiness| readiness.verdict_of(id) == Some(Verdict::Success))
}

impl Kubelet {
    /// A worker for each probe of the Pod, once. Models `AddPod`.
    pub(super) fn add_probes(&mut self, bench: &Bench<'_>, pod: Oid) {
        let Some(worker) = self.workers.get_mut(&pod).filter(|worker| !worker.probed) else { return };
        worker.probed = true;
        let spec = Rc::clone(&worker.pod.spec);
        let inits = spec.init_containers.len();
        let places = (0..inits + spec.containers.len()).filter_map(|place| {
            let (container, init) = container_at(&spec, place)?;
            (!init || container.is_sidecar()).then_some((place, container))
        });
        for (place, container) in places {
            for (kind, _) in KINDS {
                let Some(probe) = spec_of(container, kind) else { continue };
                let threshold = |field, default| u32::try_from(number(probe, field, default)).unwrap_or(u32::MAX);
                let period_ms = number(probe, "periodSeconds", 10) * 1000;
                let number = worker.probes.len();
                worker.probes.push(Prober {
                    place,
                    kind,
                    period_ms,
                    thresholds: (threshold("successThreshold", 1), threshold("failureThreshold", 3)),
                    token: 0,
                    id: Rc::from(""),
                    verdict: None,
                    last: (true, 0),
                    on_hold: false,
                    running: None,
                    asked: false,
                    stopped: false,
                });
                // The first look finds no container yet.
                self.later.push((bench.now_ms + period_ms, KubeletStep::Probe(pod, number, 0)));
            }
        }
    }

    /// Asks the readiness probes of containers that aren't ready to look at once.
    pub(super) fn ask_readiness(&mut self, bench: &Bench<'_>, pod: Oid, told: &PodStatus) {
        let Some(worker) = self.workers.get_mut(&pod).filter(|worker| !worker.probes.is_empty()) else { return };
        for (number, prober) in worker.probes.iter_mut().enumerate() {
            if prober.kind != ProbeKind::Readiness || prober.stopped {
                continue;
            }
            let Some(now) = container_status(told, &worker.pod.spec, prober.place) else { continue };
            let unready = now.state.running.is_some()
                && now.started == Some(true)
                && prober.verdict_of(&now.container_id) != Some(Verdict::Success);
            if !unready {
                continue;
            }
            if prober.running.is_some() {
                prober.asked = true;
                continue;
            }
            prober.token += 1;
            // One millisecond later, when the status that asks is known.
            self.later.push((bench.now_ms + 1, KubeletStep::Probe(pod, number, prober.token)));
        }
    }

    /// A probe's turn. Models `doProbe`.
    pub(super) fn probe(&mut self, bench: &mut Bench<'_>, pod: Oid, number: usize, token: u32) {
        let Some(worker) = self.workers.get_mut(&pod) else { return };
        let (told, object) = (Rc::clone(&worker.status), Rc::clone(&worker.pod));
        let terminating = worker.course > Course::Syncing;
        let Some(prober) = worker.probes.get_mut(number).filter(|prober| prober.token == token) else { return };
        if prober.stopped || prober.running.is_some() {
            return;
        }
        let (place, kind) = (prober.place, prober.kind);
        if told.is_terminal() || (terminating && kind != ProbeKind::Readiness) {
            prober.stopped = true;
            return;
        }
        self.later.push((bench.now_ms + prober.period_ms, KubeletStep::Probe(pod, number, token)));
        let Some(now) = container_status(&told, &object.spec, place).filter(|now| !now.container_id.is_empty()) else {
            return;
        };
        let Some((container, _)) = container_at(&object.spec, place) else { return };
        let mut initial = None;
        if prober.id != now.container_id {
            prober.id = Rc::clone(&now.container_id);
            (prober.verdict, prober.on_hold) = (None, false);
            initial = Some(match kind {
                ProbeKind::Readiness => Verdict::Failure,
                ProbeKind::Liveness => Verdict::Success,
                ProbeKind::Startup => Verdict::Unknown,
            });
        }
        let on_hold = prober.on_hold;
        if let Some(verdict) = initial {
            self.judge(bench, pod, number, verdict);
        }
        if on_hold {
            return;
        }
        let Some(running) = &now.state.running else {
            self.judge(bench, pod, number, Verdict::Failure);
            let for_good =
                now.state.terminated.as_ref().is_some_and(|end| !object.spec.restarts(container, end.exit_code));
            if for_good && let Some(prober) = self.prober(pod, number) {
                prober.stopped = true;
            }
            return;
        };
        let Some(spec) = spec_of(container, kind) else { return };
        let delay_ms = spec.get("initialDelaySeconds").and_then(Value::as_i64).unwrap_or(0).saturating_mul(1000);
        let since_ms = bench.store.unix_ms(bench.now_ms).saturating_sub(running.started_at.unix_ms());
        let started = now.started == Some(true);
        if since_ms < delay_ms || started == (kind == ProbeKind::Startup) {
            return;
        }
        let (took_ms, finding) = self.look(bench, pod, container, spec);
        if let Some(prober) = self.prober(pod, number) {
            prober.running = Some(finding);
        }
        if took_ms == 0 {
            self.probe_done(bench, pod, number);
        } else {
            self.later.push((bench.now_ms + took_ms, KubeletStep::Probed(pod, number)));
        }
    }

    /// A probing is through: its event, and what it changes.
    pub(super) fn probe_done(&mut self, bench: &mut Bench<'_>, pod: Oid, number: usize) {
        let Some(prober) = self.prober(pod, number) else { return };
        let Some(finding) = prober.running.take() else { return };
        let (place, kind, token) = (prober.place, prober.kind, prober.token);
        if std::mem::take(&mut prober.asked) {
            prober.token += 1;
            let token = prober.token;
            self.later.push((bench.now_ms + 1, KubeletStep::Probe(pod, number, token)));
        } else {
            // The ticker keeps one tick that came while the command ran.
            debug_assert_eq!(token, prober.token);
        }
        let success = match &finding {
            Finding::Success => true,
            Finding::Failure(output) => {
                self.unhealthy(bench, pod, place, format!("{} probe failed: {output}", kind.name()));
                false
            }
            Finding::Error(error) => {
                let text = format!("{} probe errored and resulted in unknown state: {error}", kind.name());
                self.unhealthy(bench, pod, place, text);
                return;
            }
        };
        let Some(prober) = self.prober(pod, number) else { return };
        prober.last = if prober.last.0 == success { (success, prober.last.1 + 1) } else { (success, 1) };
        let threshold = if success { prober.thresholds.0 } else { prober.thresholds.1 };
        if prober.last.1 < threshold {
            return;
        }
        if kind == ProbeKind::Startup || (kind == ProbeKind::Liveness && !success) {
            prober.on_hold = true;
            prober.last.1 = 0;
        }
        self.judge(bench, pod, number, if success { Verdict::Success } else { Verdict::Failure });
    }

    fn prober(&mut self, pod: Oid, number: usize) -> Option<&mut Prober> {
        self.workers.get_mut(&pod)?.probes.get_mut(number)
    }

    /// Models the results' `Set` and what `syncLoop` does with an update.
    fn judge(&mut self, bench: &mut Bench<'_>, pod: Oid, number: usize, verdict: Verdict) {
        let Some(prober) = self.prober(pod, number).filter(|prober| prober.verdict != Some(verdict)) else { return };
        prober.verdict = Some(verdict);
        let (place, kind, id) = (prober.place, prober.kind, Rc::clone(&prober.id));
        let threshold = if verdict == Verdict::Success { prober.thresholds.0 } else { prober.thresholds.1 };
        if kind == ProbeKind::Liveness && verdict != Verdict::Failure {
            return;
        }
        let success = verdict == Verdict::Success;
        if kind != ProbeKind::Liveness {
            self.tell_probe(bench, pod, place, &id, (kind, success, threshold));
        }
        if let Some(worker) = self.workers.get_mut(&pod) {
            worker.because = Because::ProbeDecided { kind, success, threshold };
            worker.ask();
        }
        self.proceed(bench, pod);
    }

    /// Models `SetContainerReadiness` and `SetContainerStartup`: the API learns of it before the next sync.
    fn tell_probe(
        &mut self,
        bench: &Bench<'_>,
        pod: Oid,
        place: usize,
        id: &str,
        (kind, success, threshold): (ProbeKind, bool, u32),
    ) {
        let Some(worker) = self.workers.get(&pod) else { return };
        let spec = &worker.pod.spec;
        let known = container_status(&worker.status, spec, place).filter(|now| *now.container_id == *id);
        let Some(now) = known.filter(|now| now.state.running.is_some()) else { return };
        let (mut ready, mut started) = (now.ready, now.started);
        if kind == ProbeKind::Readiness {
            ready = success;
        } else {
            started = Some(success);
        }
        if (ready, started) == (now.ready, now.started) {
            return;
        }
        let at = bench.store.timestamp(bench.now_ms);
        let status = status::with_probe(&worker.status, spec, place, (ready, started), at, &mut self.conditions);
        let because = Because::ProbeDecided { kind, success, threshold };
        self.set_status(bench, pod, status, Sending::Plain, because);
    }

    fn unhealthy(&mut self, bench: &mut Bench<'_>, pod: Oid, place: usize, message: String) {
        let Some((container, init)) = self.container(pod, place) else { return };
        let container = Some((container.name.as_str(), init));
        let note = Note { container, warning: true, reason: "Unhealthy", message: Rc::from(message) };
        self.report(bench, pod, note);
    }

    /// How long one probing takes, and what it finds.
    fn look(&mut self, bench: &mut Bench<'_>, pod: Oid, container: &Container, probe: &Value) -> (u64, Finding) {
        let timeout_s = number(probe, "timeoutSeconds", 1);
        if let Some(command) = probe.pointer("/exec/command").and_then(Value::as_array) {
            let argv: Vec<String> = command.iter().filter_map(Value::as_str).map(str::to_owned).collect();
            return self.look_inside(bench, pod, container, &argv, timeout_s);
        }
        if self.inert_probes {
            let found = if probe.get("tcpSocket").is_some() {
                Finding::Success
            } else {
                Finding::Failure("HTTP probe failed with statuscode: 404".to_owned())
            };
            return (0, found);
        }
        let address = self.workers.get(&pod).and_then(|worker| worker.address.clone()).unwrap_or_default();
        let target = |action: &Value| {
            let host = action.get("host").and_then(Value::as_str).filter(|host| !host.is_empty()).unwrap_or(&address);
            let port = action.get("port").and_then(|port| port_of(port, container));
            port.map(|port| format!("{host}:{port}"))
        };
        let refused = |target: &str| format!("dial tcp {target}: connect: connection refused");
        let unknown_port = || "couldn't find port by name".to_owned();
        let finding = if let Some(action) = probe.get("httpGet") {
            let text =
                |name: &str, default: &str| action.get(name).and_then(Value::as_str).unwrap_or(default).to_owned();
            let (scheme, path) = (text("scheme", "HTTP").to_lowercase(), text("path", "/"));
            let slash = if path.starts_with('/') { "" } else { "/" };
            target(action).map_or_else(
                || Finding::Error(unknown_port()),
                |target| Finding::Failure(format!("Get \"{scheme}://{target}{slash}{path}\": {}", refused(&target))),
            )
        } else if let Some(action) = probe.get("tcpSocket") {
            target(action).map_or_else(|| Finding::Error(unknown_port()), |target| Finding::Failure(refused(&target)))
        } else {
            let port = probe.pointer("/grpc/port").and_then(Value::as_u64).unwrap_or(0);
            return (
                timeout_s * 1000,
                Finding::Failure(format!(
                    "timeout: failed to connect service \"{address}:{port}\" within {timeout_s}s: context deadline exceeded"
                )),
            );
        };
        (0, finding)
    }

    /// Runs a probe's command in the container.
    fn look_inside(
        &mut self,
        bench: &mut Bench<'_>,
        pod: Oid,
        container: &Container,
        argv: &[String],
        timeout_s: u64,
    ) -> (u64, Finding) {
        if self.inert_probes {
            return (0, Finding::Success);
        }
        let Ok(variables) = self.environment(bench, pod, container) else { return (0, Finding::Success) };
        let argv = expand_all(argv, &variables);
        let timeout_ms = timeout_s.saturating_mul(1000);
        let Aside { took_ms, code, output } = self.run_aside(bench, pod, container, &argv, variables, timeout_ms);
        let Some(code) = code else {
            let program = argv.first().map_or("", String::as_str);
            let id = names::container_id(&mut self.draws.ids).trim_start_matches("containerd://").to_owned();
            let error = format!(
                "rpc error: code = Unknown desc = failed to exec in container: failed to start exec \"{id}\": OCI runtime exec failed: exec failed: unable to start container process: exec: \"{program}\": executable file not found in $PATH: unknown"
            );
            return (0, Finding::Error(error));
        };
        if took_ms >= timeout_ms {
            let text = format!("command timed out: {:?} timed out after {timeout_s}s", argv.join(" "));
            return (timeout_ms, Finding::Failure(text));
        }
        if code == 0 {
            return (took_ms, Finding::Success);
        }
        let mut end = output.len().min(MAX_OUTPUT);
        while !output.is_char_boundary(end) {
            end -= 1;
        }
        (took_ms, Finding::Failure(output.get(..end).unwrap_or_default().to_owned()))
    }
}

fn container_status<'a>(told: &'a PodStatus, spec: &crate::api::PodSpec, place: usize) -> Option<&'a ContainerStatus> {
    let (container, init) = container_at(spec, place)?;
    let list = if init { &told.init_container_statuses } else { &*told.container_statuses };
    list.iter().find(|status| *status.name == *container.name)
}

/// A port's number, by itself or by the name that the container gives it.
fn port_of(port: &Value, container: &Container) -> Option<u64> {
    let text = match port {
        Value::Number(number) => return number.as_u64(),
        Value::String(text) => text,
        _ => return None,
    };
    let named = container.rest.get("ports").and_then(Value::as_array).into_iter().flatten();
    let mut named = named.filter(|port| port.get("name").and_then(Value::as_str) == Some(text));
    named.next().and_then(|port| port.get("containerPort")?.as_u64()).or_else(|| text.parse().ok())
}
