//! A shell line with kubectl in it: `P=$(kubectl get …); … | kubectl create -f -`.
//!
//! The line runs in the laboratory's own shell; kubectl is a program of its surroundings. What waits
//! (`kubectl delete` until the object is gone) waits in virtual time.

use super::{Folder, Printed, Progress, Session, execute};
use crate::cluster::shell::{
    Call, Command, Files, OutputLine, Process, Program, Request, Settings, State, Surroundings,
};
use crate::engine::{Stream, stream};
use crate::world::World;
use std::rc::Rc;

/// How often a command that waits looks again.
const POLL_MS: u64 = 50;
const FOLDER: &str = "/root";

/// A line under way.
#[derive(Debug, Clone)]
pub struct Line {
    process: Option<Process>,
    files: Files,
    draws: Stream,
    stdout: String,
    stderr: String,
    code: i32,
    wake_at_ms: Option<u64>,
}

struct Around<'a> {
    world: &'a mut World,
    files: &'a mut Files,
    draws: &'a mut Stream,
}

impl Surroundings for Around<'_> {
    fn files(&mut self) -> &mut Files {
        self.files
    }

    fn program(&self, name: &str, _: &[Rc<str>]) -> Program {
        if matches!(name, "kubectl" | "k") { Program::Outside } else { Program::Missing }
    }

    fn call(&mut self, request: &Request<'_>) -> Call {
        let mut session = Session {
            world: self.world,
            folder: Folder { files: request.files, cwd: request.cwd },
            stdin: request.stdin,
            again: request.now_ms > request.started_ms,
        };
        let mut argv = request.argv.get(1..).unwrap_or(&[]).to_vec();
        let settings = session.world.settings();
        if settings.bound_kubectl {
            argv.splice(0..0, [Rc::from("-n"), Rc::clone(&settings.namespace)]);
        }
        match execute(&mut session, &argv) {
            Progress::Done(Printed { stdout, stderr, code }) => Call::Done { stdout, stderr, code },
            Progress::Waits(Printed { stdout, stderr, .. }) => {
                Call::Wait { stdout, stderr, until_ms: request.now_ms + POLL_MS }
            }
        }
    }

    fn unix_ms(&self, now_ms: u64) -> i64 {
        self.world.store().unix_ms(now_ms)
    }

    fn random(&mut self) -> u32 {
        u32::try_from(self.draws.below(1 << 15)).unwrap_or(0)
    }
}

impl Line {
    /// Starts a line; `manifest` is the text of `job.yaml` in the folder.
    pub fn start(world: &mut World, line: &str, manifest: &str) -> Self {
        Self::start_with(world, line, &[("job.yaml", manifest)])
    }

    /// Starts a line in a folder with these files, each given by its path in the folder and its text.
    pub fn start_with(world: &mut World, line: &str, texts: &[(&str, &str)]) -> Self {
        let now_ms = world.now_ms();
        let mut image = Files::image();
        let _ = image.mkdir_p(FOLDER, now_ms);
        for (path, text) in texts {
            let path = format!("{FOLDER}/{path}");
            if let Some((above, _)) = path.rsplit_once('/') {
                let _ = image.mkdir_p(above, now_ms);
            }
            // It fails only past the bounds of the files, which the manifest's own are below.
            let _ = image.write(&path, text, now_ms);
        }
        let settings = Settings {
            env: Rc::new([(Rc::from("NS"), Rc::clone(&world.settings().namespace))]),
            cwd: Rc::from(FOLDER),
            image,
            pid_one: false,
            ..Settings::default()
        };
        let mut started = Self {
            process: None,
            files: Files::default(),
            draws: stream(world.settings().seed, "shell lines"),
            stdout: String::new(),
            stderr: String::new(),
            code: 0,
            wake_at_ms: None,
        };
        let command = Command::new(&["sh".to_owned(), "-c".to_owned(), line.to_owned()]);
        let Self { files, draws, .. } = &mut started;
        let mut around = Around { world, files, draws };
        match Process::start(&command, Rc::new(settings), now_ms, &mut around) {
            Ok(process) => started.process = Some(process),
            Err(_) => started.code = 127,
        }
        started.go_on(world);
        started
    }

    /// Lets the line go on; it must be called again at [`Self::wake_at_ms`].
    pub fn go_on(&mut self, world: &mut World) {
        let Some(process) = &mut self.process else { return };
        let now_ms = world.now_ms();
        let mut around = Around { world, files: &mut self.files, draws: &mut self.draws };
        let state = process.run(now_ms, &mut around);
        for OutputLine { stderr, text, partial, .. } in process.take_output() {
            let stream = if stderr { &mut self.stderr } else { &mut self.stdout };
            stream.push_str(&text);
            if !partial {
                stream.push('\n');
            }
        }
        match state {
            State::Running { wake_at_ms } => self.wake_at_ms = wake_at_ms,
            State::Exited { code } => {
                self.code = code;
                self.process = None;
                self.wake_at_ms = None;
            }
        }
    }

    /// When the line goes on; none once it has ended.
    pub fn wake_at_ms(&self) -> Option<u64> {
        self.process.as_ref().and(self.wake_at_ms)
    }

    /// What the line printed, and its exit code.
    pub fn printed(self) -> Printed {
        Printed { stdout: self.stdout, stderr: self.stderr, code: self.code }
    }
}

/// Runs a line without waiting for anything: what would wait is left.
pub fn run_line(world: &mut World, line: &str, manifest: &str) -> Printed {
    Line::start(world, line, manifest).printed()
}
