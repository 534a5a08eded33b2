//! The containers' processes: started, run on, signalled, ended.
//!
//! Models a CRI runtime that starts each command in a PID namespace of its own. A program that the
//! shell doesn't know is taken to run some seconds and to end well.

use super::environment::{Variables, expand_all, hostname, mounts};
use super::runtime::Life;
use super::worker::Course;
use super::{Bench, Kubelet, KubeletStep, programs};
use crate::api::Container;
use crate::cluster::shell::{
    Call, Command, Files, Process, Program, Request, Settings, Signal, StartFailure, State, Surroundings,
};
use crate::cluster::{Oid, Outcome};
use crate::engine::Stream;
use std::rc::Rc;

/// Lines that are kept of one instance.
const MAX_LOG_LINES: usize = 5_000;

/// What a container's process sees of the node.
pub(super) struct Around<'a> {
    pub files: &'a mut Files,
    pub draws: &'a mut Stream,
    pub image: &'a str,
    pub epoch_ms: i64,
    pub reference: bool,
}

impl Surroundings for Around<'_> {
    fn files(&mut self) -> &mut Files {
        self.files
    }

    fn program(&self, name: &str, ran: &[Rc<str>]) -> Program {
        // The reference cluster's containers are processes of one machine.
        programs::program(if self.reference { "debian" } else { self.image }, name, ran)
    }

    fn has_shell(&self, name: &str) -> bool {
        self.reference || programs::has_shell(self.image, name)
    }

    fn call(&mut self, _request: &Request<'_>) -> Call {
        Call::Done { stdout: String::new(), stderr: String::new(), code: 127 }
    }

    fn unix_ms(&self, now_ms: u64) -> i64 {
        self.epoch_ms.saturating_add_unsigned(now_ms)
    }

    fn random(&mut self) -> u32 {
        u32::try_from(self.draws.below(1 << 15)).unwrap_or(0)
    }
}

/// The last part of a path, without a tag.
pub(super) fn base_name(path: &str) -> &str {
    let last = path.rsplit('/').next().unwrap_or(path);
    last.split([':', '@']).next().unwrap_or(last)
}

impl Kubelet {
    /// Starts a container's command; the error is the runtime's.
    pub(super) fn launch(
        &mut self,
        bench: &Bench<'_>,
        pod: Oid,
        container: &Container,
        variables: Variables,
    ) -> Result<Process, String> {
        let Some(object) = self.workers.get(&pod).map(|worker| Rc::clone(&worker.pod)) else {
            return Err(String::new());
        };
        let command = self.command(container, &variables);
        let settings = Settings {
            env: variables,
            cwd: self.working_dir(container),
            mounts: mounts(&object, container),
            hostname: Rc::from(hostname(&object)),
            image: self.base.clone(),
            stdin: None,
            pid_one: true,
            debian: self.reference,
            dash: self.reference,
        };
        let mut around = Around {
            files: &mut self.files,
            draws: &mut self.draws.shell,
            image: &container.image,
            epoch_ms: bench.store.unix_ms(0),
            reference: self.reference,
        };
        Process::start(&command, Rc::new(settings), bench.now_ms, &mut around)
            .map_err(|failure| start_error(failure, container))
    }

    /// Where a container's processes start: an image's own folder isn't known, and is taken to be `/`.
    pub(super) fn working_dir(&self, container: &Container) -> Rc<str> {
        // The reference cluster's containers are processes of one machine, which start in `/tmp`.
        let default = if self.reference { "/tmp" } else { "/" };
        Rc::from(container.working_dir.as_deref().unwrap_or(default))
    }

    /// The container's command line made ready, shared among all that have the same one.
    fn command(&mut self, container: &Container, variables: &Variables) -> Rc<Command> {
        let plain =
            !container.command.iter().chain(&container.args).any(|text| text.contains("$(") || text.contains("$$"));
        let nothing = container.command.is_empty() && container.args.is_empty();
        let (command, args) = if nothing {
            (self.entrypoint(&container.image), Vec::new())
        } else if plain {
            (container.command.clone(), container.args.clone())
        } else {
            (expand_all(&container.command, variables), expand_all(&container.args, variables))
        };
        let key = (command, args);
        if let Some(ready) = self.commands.get(&key) {
            return Rc::clone(ready);
        }
        let argv: Vec<String> = key.0.iter().chain(&key.1).cloned().collect();
        let ready = Rc::new(Command::new(&argv));
        self.commands.insert(key, Rc::clone(&ready));
        ready
    }

    /// What an image runs by itself. Those of small systems have a shell, which without input ends at once and well,
    /// as has every container on the reference cluster's node; of others nobody here knows more than their name.
    fn entrypoint(&self, image: &str) -> Vec<String> {
        const SHELLS: [&str; 6] = ["alpine", "bash", "busybox", "debian", "fedora", "ubuntu"];
        let name = base_name(image);
        if self.reference || SHELLS.contains(&name) {
            return ["sh", "-c", "exit 0"].map(str::to_owned).to_vec();
        }
        vec![name.to_owned()]
    }

    /// Lets a process go on until it waits or ends.
    pub(super) fn run_process(&mut self, bench: &mut Bench<'_>, pod: Oid, place: usize, number: u32) {
        self.with_process(bench, pod, place, Some(number), |process, now_ms, around| process.run(now_ms, around));
    }

    /// Sends a signal to a container's PID 1.
    pub(super) fn signal(&mut self, bench: &mut Bench<'_>, pod: Oid, place: usize, signal: Signal) {
        let work = self.workers.get_mut(&pod).and_then(|worker| worker.work.get_mut(place));
        if let Some(work) = work.filter(|work| signal == Signal::Kill && work.held.is_some()) {
            work.held = None;
            self.exited(bench, pod, place, (137, None), false);
            return;
        }
        self.with_process(bench, pod, place, None, |process, now_ms, around| process.signal(now_ms, signal, around));
    }

    fn with_process(
        &mut self,
        bench: &mut Bench<'_>,
        pod: Oid,
        place: usize,
        number: Option<u32>,
        act: impl FnOnce(&mut Process, u64, &mut dyn Surroundings) -> State,
    ) {
        let Some(worker) = self.workers.get_mut(&pod) else { return };
        let current = worker.actual.containers.get(place).and_then(|now| now.current.as_ref());
        let Some(current_number) = current.map(|instance| instance.number) else { return };
        if number.is_some_and(|number| number != current_number) {
            return;
        }
        let object = Rc::clone(&worker.pod);
        let Some((container, _)) = super::actions::container_at(&object.spec, place) else { return };
        let Some(work) = worker.work.get_mut(place) else { return };
        let Some(process) = &mut work.process else { return };
        let mut around = Around {
            files: &mut self.files,
            draws: &mut self.draws.shell,
            image: &container.image,
            epoch_ms: bench.store.unix_ms(0),
            reference: self.reference,
        };
        let state = act(process, bench.now_ms, &mut around);
        let written = process.take_output();
        self.lines_written += written.len() as u64;
        if let Some(log) = work.logs.last_mut().filter(|_| !written.is_empty()) {
            let lines = Rc::make_mut(&mut log.lines);
            lines.extend(written.into_iter().take(MAX_LOG_LINES.saturating_sub(lines.len())));
        }
        for program in process.assumed() {
            if !self.assumed.contains(&**program) {
                self.assumed.insert(program.to_string());
            }
        }
        match state {
            State::Running { wake_at_ms } => {
                if let Some(at_ms) = wake_at_ms {
                    self.later.push((at_ms.max(bench.now_ms), KubeletStep::Process(pod, place, current_number)));
                }
            }
            State::Exited { code } => {
                let message = process.termination_message().map(|text| Rc::from(text.as_str()));
                work.process = None;
                // Once it is being stopped, a program's own end counts.
                let outcome = work.outcome.filter(|_| worker.course == Course::Syncing);
                let since_ms = worker.actual.containers.get(place).and_then(|now| now.current.as_ref()?.started_ms);
                let due_ms = outcome.and_then(Outcome::after_ms).zip(since_ms).map(|(after, at)| at + after);
                if due_ms.is_some_and(|due_ms| due_ms > bench.now_ms) {
                    work.held = Some((code, message));
                    return;
                }
                let code = outcome.map_or(code, |outcome| outcome.code(code));
                let oom = matches!(outcome, Some(Outcome::OutOfMemory { .. }));
                self.exited(bench, pod, place, (code, message), oom);
            }
        }
    }

    /// A process is gone, by itself or not; `oom`: the kernel killed it for its memory.
    pub(super) fn exited(
        &mut self,
        bench: &mut Bench<'_>,
        pod: Oid,
        place: usize,
        (exit_code, message): (i32, Option<Rc<str>>),
        oom: bool,
    ) {
        if let Some(worker) = self.workers.get_mut(&pod)
            && let Some(instances) = worker.actual.containers.get_mut(place)
            && let Some(current) = &mut instances.current
        {
            let oom = oom || self.reference && exit_code == 137 && is_out_of_memory(&worker.pod, place);
            let reason = match exit_code {
                0 => "Completed",
                _ if oom => "OOMKilled",
                _ => "Error",
            };
            let life = Life::Exited { finished_ms: bench.now_ms, exit_code, reason, message };
            current.life = life;
        }
        self.mark_dirty(bench.now_ms, pod);
        self.killed_one(bench, pod);
    }
}

/// Whether the container is one whose limits would end it: on the reference cluster's node, which
/// measures no memory, a variable says so.
fn is_out_of_memory(pod: &crate::api::Pod, place: usize) -> bool {
    super::actions::container_at(&pod.spec, place)
        .is_some_and(|(container, _)| container.env.iter().any(|variable| variable.name == "ORACLE_OOM"))
}

/// The runtime's words for a command that can't be started.
fn start_error(failure: StartFailure, container: &Container) -> String {
    let program = container.command.first().or(container.args.first()).map_or("", String::as_str);
    let quoted = program.replace('\\', "\\\\").replace('"', "\\\"");
    let is_path = program.contains('/');
    let detail = match failure {
        StartFailure::NotExecutable => format!("exec: \"{quoted}\": permission denied"),
        _ if is_path => format!("exec: \"{quoted}\": stat {program}: no such file or directory"),
        _ => format!("exec: \"{quoted}\": executable file not found in $PATH"),
    };
    format!(
        "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: {detail}: unknown"
    )
}
