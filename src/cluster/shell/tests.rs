//! Tests of the whole shell: what commands write, how they end, and when.
#![allow(clippy::format_collect)]

mod ash;
mod commands;
mod corpus;
mod fuzz;
mod signals;
#[path = "tests/world.rs"]
mod world_tests;

use std::rc::Rc;

use super::{
    Call, Command, Files, Mount, OutputLine, Process, Program, Request, Settings, Signal, State, Surroundings,
};

/// A world with a shared folder, a clock that began in 2026, python and kubectl.
struct World {
    files: Files,
    seed: u32,
    calls: Vec<String>,
    cancelled: Vec<u32>,
}

impl Surroundings for World {
    fn files(&mut self) -> &mut Files {
        &mut self.files
    }

    fn program(&self, name: &str, _: &[Rc<str>]) -> Program {
        match name {
            "python3" => Program::Assumed { duration_ms: 5_000 },
            "kubectl" => Program::Outside,
            _ => Program::Missing,
        }
    }

    /// `kubectl slow` takes 2 s, `kubectl watch` writes a line each second and never ends.
    fn call(&mut self, request: &Request) -> Call {
        let words: Vec<&str> = request.argv.iter().map(|a| &**a).collect();
        self.calls.push(format!("{}<{}", words.join(" "), request.stdin));
        let wait = |stdout: String| Call::Wait { stdout, stderr: String::new(), until_ms: request.now_ms + 1_000 };
        match words.get(1).copied() {
            Some("watch") => wait(format!("line {}\n", (request.now_ms - request.started_ms) / 1_000)),
            Some("slow") if request.now_ms < request.started_ms + 2_000 => wait(String::new()),
            Some("fail") => Call::Done { stdout: String::new(), stderr: "error: no\n".into(), code: 1 },
            Some("get") => Call::Done { stdout: "pod-1".into(), stderr: String::new(), code: 0 },
            _ => Call::Done { stdout: format!("{}\n", words.join(" ")), stderr: String::new(), code: 0 },
        }
    }

    fn cancelled(&mut self, id: u32) {
        self.cancelled.push(id);
    }

    fn unix_ms(&self, now_ms: u64) -> i64 {
        1_772_454_896_000 + i64::try_from(now_ms).unwrap_or(0)
    }

    fn random(&mut self) -> u32 {
        self.seed = self.seed.wrapping_mul(1_103_515_245).wrapping_add(12_345);
        self.seed >> 16
    }
}

fn world() -> World {
    let mut files = Files::default();
    files.mkdir_p("/node/tmp", 0).unwrap();
    files.mkdir_p("/config", 0).unwrap();
    files.write("/config/run.sh", "#!/bin/sh\necho script $1 $#\nexit 4\n", 0).unwrap();
    files.set_mode("/config/run.sh", 0o755).unwrap();
    files.write("/config/plain.sh", "echo plain $0\nnoexisto\n", 0).unwrap();
    files.write("/config/job.yaml", "name: viejo\nkind: Job\n", 0).unwrap();
    World { files, seed: 7, calls: Vec::new(), cancelled: Vec::new() }
}

fn settings() -> Settings {
    let mount = |path: &str, target: &str, read_only| Mount { path: path.into(), target: target.into(), read_only };
    Settings {
        env: Rc::new([
            ("HOSTNAME".into(), "h".into()),
            ("JOB_COMPLETION_INDEX".into(), "2".into()),
            ("TRABAJO".into(), "t".into()),
        ]),
        mounts: Rc::new([mount("/tmp", "/node/tmp", false), mount("/config", "/config", true)]),
        hostname: "h".into(),
        image: Files::image(),
        ..Settings::default()
    }
}

/// What a process did.
struct Outcome {
    stdout: String,
    stderr: String,
    code: Option<i32>,
    ended_ms: u64,
    lines: Vec<OutputLine>,
}

/// Runs a process to its end (or for a day) and sends signals at given times.
fn run_with(argv: &[&str], settings: Settings, world: &mut World, signals: &[(u64, Signal)]) -> Outcome {
    let argv: Vec<String> = argv.iter().map(|a| (*a).to_owned()).collect();
    let mut process = Process::new(&argv, Rc::new(settings), 0, world).unwrap();
    let mut signals = signals.iter().peekable();
    let mut now = 0;
    let mut state = process.run(0, world);
    let mut code = None;
    for _ in 0..5_000 {
        let (signal, wake) = match (state, signals.peek()) {
            (State::Exited { code: c }, _) => {
                code = Some(c);
                break;
            }
            (State::Running { wake_at_ms }, Some((at, signal))) if wake_at_ms.is_none_or(|w| w > *at) => {
                (Some(*signal), *at)
            }
            (State::Running { wake_at_ms: Some(wake) }, _) => (None, wake),
            (State::Running { wake_at_ms: None }, _) => break,
        };
        assert!(wake > now || signal.is_some(), "must move on: {argv:?} at {now}");
        now = wake;
        if now > 86_400_000 {
            break;
        }
        // A copy must go on the same way.
        let mut copy = process.clone();
        assert_eq!(copy, process);
        state = match signal {
            Some(signal) => {
                signals.next();
                process.signal(now, signal, world)
            }
            None => process.run(now, world),
        };
        copy.take_output();
    }
    let lines = process.take_output();
    let text = |stderr: bool| -> String {
        let lines = lines.iter().filter(|l| l.stderr == stderr);
        lines.map(|l| format!("{}{}", l.text, if l.partial { "" } else { "\n" })).collect()
    };
    Outcome { stdout: text(false), stderr: text(true), code, ended_ms: now, lines }
}

fn sh(script: &str) -> Outcome {
    run_with(&["sh", "-c", script], settings(), &mut world(), &[])
}

/// Checks what scripts write and how they end.
fn check(cases: &[(&str, &str, &str, i32)]) {
    for (script, stdout, stderr, code) in cases {
        let got = sh(script);
        assert_eq!(
            (got.stdout.as_str(), got.stderr.as_str(), got.code),
            (*stdout, *stderr, Some(*code)),
            "\n--- {script}\n"
        );
    }
}

#[test]
fn equal_processes_from_a_shared_command() {
    let argv = ["sh", "-c", "sleep 2; exit 1"].map(String::from);
    let command = Command::new(&argv);
    let (mut world, settings) = (world(), Rc::new(settings()));
    let mut a = Process::start(&command, Rc::clone(&settings), 0, &mut world).unwrap();
    let mut b = Process::start(&command, settings, 0, &mut world).unwrap();
    assert_eq!(a.run(0, &mut world), State::Running { wake_at_ms: Some(2_000) });
    b.run(0, &mut world);
    assert_eq!(a, b);
    assert_eq!(a.run(2_000, &mut world), State::Exited { code: 1 });
    assert_ne!(a, b);
}
