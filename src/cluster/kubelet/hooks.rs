//! Models `pkg/kubelet/lifecycle/handlers.go@v1.37.2` and, of `kuberuntime_container.go`,
//! `executePreStopHook` and the postStart part of `startContainer`.
//!
//! `sleep` takes its seconds, `exec` as long as its command does in the containers' shell. Nothing
//! listens in the laboratory, so `httpGet` and `tcpSocket` are refused at once. An `exec` command's
//! files are written when it begins.

use super::environment::{Variables, hostname, mounts};
use super::process::Around;
use super::worker::Stage;
use super::{Bench, Kubelet, KubeletStep, Note};
use crate::api::Container;
use crate::cluster::Oid;
use crate::cluster::shell::{Command, Files, Process, Settings, Signal, State};
use serde_json::Value;
use std::collections::VecDeque;
use std::rc::Rc;

/// How long a hook takes, in milliseconds, and whether it ends well.
pub(super) type Hook = (u64, bool);

/// What a command beside the container's own has come to.
pub(super) struct Aside {
    /// How long it took, or until it was given up.
    pub took_ms: u64,
    /// Its exit code; none if it couldn't be started.
    pub code: Option<i32>,
    /// What it wrote: standard output, then standard error.
    pub output: String,
}

/// Longer than any grace period that is waited for.
const FOR_EVER_MS: u64 = 24 * 3_600_000;

/// The hook of that name, if the container has it.
pub(super) fn hook_of<'a>(container: &'a Container, name: &str) -> Option<&'a Value> {
    container.rest.get("lifecycle")?.get(name).filter(|hook| !hook.is_null())
}

impl Kubelet {
    /// What a hook that begins now will come to.
    pub(super) fn hook(&mut self, bench: &mut Bench<'_>, pod: Oid, container: &Container, hook: &Value) -> Hook {
        if let Some(seconds) = hook.get("sleep").and_then(|sleep| sleep.get("seconds")).and_then(Value::as_u64) {
            return (seconds * 1000, true);
        }
        let command = hook.get("exec").and_then(|exec| exec.get("command")).and_then(Value::as_array);
        let Some(command) = command else { return (0, false) };
        let argv: Vec<String> = command.iter().filter_map(Value::as_str).map(str::to_owned).collect();
        match self.environment(bench, pod, container) {
            Ok(variables) => {
                let ran = self.run_aside(bench, pod, container, &argv, variables, FOR_EVER_MS);
                (ran.took_ms, ran.code == Some(0))
            }
            Err(_) => (0, false),
        }
    }

    /// Runs a command beside the container's own, to its end or for that time.
    pub(super) fn run_aside(
        &mut self,
        bench: &Bench<'_>,
        pod: Oid,
        container: &Container,
        argv: &[String],
        env: Variables,
        limit_ms: u64,
    ) -> Aside {
        let none = || Aside { took_ms: 0, code: None, output: String::new() };
        let Some(object) = self.workers.get(&pod).map(|worker| Rc::clone(&worker.pod)) else { return none() };
        let own = self.own_files(pod, container).map(|files| files.clone());
        let image = own.unwrap_or_else(|| self.base.clone());
        let settings = Settings {
            env,
            cwd: self.working_dir(container),
            mounts: mounts(&object, container),
            hostname: Rc::from(hostname(&object)),
            // It sees what the container's own program has made, and that program what it makes.
            image,
            stdin: None,
            pid_one: false,
            debian: self.reference,
            dash: self.reference,
        };
        let epoch_ms = bench.store.unix_ms(0);
        let mut around = Around {
            files: &mut self.files,
            draws: &mut self.draws.shell,
            image: &container.image,
            epoch_ms,
            reference: self.reference,
        };
        let mut now_ms = bench.now_ms;
        let Ok(mut process) = Process::start(&Command::new(argv), Rc::new(settings), now_ms, &mut around) else {
            return none();
        };
        let mut lines = Vec::new();
        let (took_ms, code) = loop {
            let state = process.run(now_ms, &mut around);
            lines.extend(process.take_output());
            match state {
                State::Exited { code } => break (now_ms - bench.now_ms, code),
                State::Running { wake_at_ms: Some(at_ms) } if at_ms < bench.now_ms + limit_ms => {
                    now_ms = at_ms.max(now_ms + 1);
                }
                State::Running { .. } => break (limit_ms, 0),
            }
        };
        if let Some(files) = self.own_files(pod, container) {
            *files = process.files().clone();
        }
        lines.sort_by_key(|line| line.stderr);
        let mut output = String::new();
        for line in lines {
            output.push_str(&line.text);
            output.push_str(if line.partial { "" } else { "\n" });
        }
        Aside { took_ms, code: Some(code), output }
    }

    /// The files that are the running container's own.
    fn own_files(&mut self, pod: Oid, container: &Container) -> Option<&mut Files> {
        let worker = self.workers.get_mut(&pod)?;
        let all = worker.pod.spec.init_containers.iter().chain(&worker.pod.spec.containers);
        let place = all.into_iter().position(|other| other.name == container.name)?;
        Some(worker.work.get_mut(place)?.process.as_mut()?.files())
    }

    /// Begins to stop a container: its preStop hook, if it has one, then SIGTERM. Returns how many
    /// milliseconds after now it is killed at the latest.
    pub(super) fn stop_container(&mut self, bench: &mut Bench<'_>, pod: Oid, place: usize, grace_ms: u64) -> u64 {
        let Some((container, init)) = self.container(pod, place) else { return grace_ms };
        let hook = match hook_of(&container, "preStop") {
            Some(hook) if grace_ms > 0 => self.hook(bench, pod, &container, hook),
            _ => {
                self.signal(bench, pod, place, Signal::Term);
                return grace_ms;
            }
        };
        if !hook.1 {
            let message = self.texts.share("PreStopHook failed");
            let container = Some((container.name.as_str(), init));
            self.report(bench, pod, Note { container, warning: true, reason: "FailedPreStopHook", message });
        }
        let took_ms = hook.0.min(grace_ms);
        if took_ms == 0 {
            self.signal(bench, pod, place, Signal::Term);
            return grace_ms;
        }
        let number = self.workers.get(&pod).and_then(|worker| worker.actual.containers.get(place)?.current.as_ref());
        let number = number.map_or(0, |current| current.number);
        self.later.push((bench.now_ms + took_ms, KubeletStep::Term(pod, place, number)));
        // The time that the hook took counts in whole seconds.
        let left_ms = grace_ms - took_ms / 1000 * 1000;
        took_ms + left_ms.max(u64::try_from(crate::cluster::latency::MINIMUM_GRACE_SECONDS).unwrap_or(0) * 1000)
    }

    /// The preStop hook is through.
    pub(super) fn hook_done(&mut self, bench: &mut Bench<'_>, pod: Oid, place: usize, number: u32) {
        let current = self.workers.get(&pod).and_then(|worker| worker.actual.containers.get(place)?.current.as_ref());
        if current.is_some_and(|current| current.number == number && current.finished_ms().is_none()) {
            self.signal(bench, pod, place, Signal::Term);
        }
    }

    /// A postStart hook has failed: its container is killed.
    fn post_start_failed(&mut self, bench: &mut Bench<'_>, pod: Oid, place: usize) {
        let Some((container, init)) = self.container(pod, place) else { return };
        for (warning, reason, text) in
            [(true, "FailedPostStartHook", "PostStartHook failed"), (false, "Killing", "FailedPostStartHook")]
        {
            let message = self.texts.share(text);
            self.report(bench, pod, Note { container: Some((&container.name, init)), warning, reason, message });
        }
        if let Some(worker) = self.workers.get_mut(&pod) {
            worker.reasons.insert(place, (Rc::from("PostStartHookError"), None));
            worker.outcome.note_failure(None);
            worker.because = crate::because::Because::StartFailed;
        }
        self.signal(bench, pod, place, Signal::Term);
    }

    /// Kills a container whose postStart hook failed; the others wait until it has ended.
    pub(super) fn end_after_hook(&mut self, bench: &mut Bench<'_>, pod: Oid, places: VecDeque<usize>, place: usize) {
        let grace_ms = self.workers.get(&pod).map_or(0, |worker| {
            u64::try_from(worker.grace_seconds.max(crate::cluster::latency::MINIMUM_GRACE_SECONDS)).unwrap_or(0) * 1000
        });
        self.wait(bench, pod, grace_ms, Stage::HookKill(places));
        self.post_start_failed(bench, pod, place);
    }

    /// It didn't end in time.
    pub(super) fn kill_after_hook(&mut self, bench: &mut Bench<'_>, pod: Oid, places: VecDeque<usize>) {
        let Some(worker) = self.workers.get_mut(&pod) else { return };
        worker.stage = Stage::HookKill(places);
        let failed: Vec<usize> = worker
            .reasons
            .iter()
            .filter(|(_, (reason, _))| &**reason == "PostStartHookError")
            .map(|(place, _)| *place)
            .collect();
        for place in failed {
            self.signal(bench, pod, place, Signal::Kill);
        }
    }
}
