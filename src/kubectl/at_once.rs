//! A shell line with kubectl in it that runs without time passing: what a button does. What would wait is left.

use super::programs::shell;
use super::{Folder, Printed, Progress, Session, execute};
use crate::cluster::shell::{Call, Files, OutputLine, Process, Program, Request, Script, State, Surroundings};
use crate::engine::{Stream, stream};
use crate::world::World;
use std::rc::Rc;

struct OverWorld<'a> {
    world: &'a mut World,
    /// What lies behind mounts: nothing.
    mounted: Files,
    draws: Stream,
}

impl Surroundings for OverWorld<'_> {
    fn files(&mut self) -> &mut Files {
        &mut self.mounted
    }

    fn program(&self, name: &str, _: &[Rc<str>]) -> Program {
        if name == "kubectl" { Program::Outside } else { Program::Missing }
    }

    fn call(&mut self, request: &Request<'_>) -> Call {
        let folder = Folder { files: request.files, cwd: request.cwd, stdin: request.stdin };
        let argv = request.argv.get(1..).unwrap_or(&[]);
        match execute(&mut Session { world: self.world, folder, again: false }, argv) {
            Progress::Done(Printed { stdout, stderr, code }) => Call::Done { stdout, stderr, code },
            Progress::Waits(Printed { stdout, stderr, .. }) => Call::Wait { stdout, stderr, until_ms: u64::MAX },
        }
    }

    fn unix_ms(&self, now_ms: u64) -> i64 {
        self.world.store().unix_ms(now_ms)
    }

    fn random(&mut self) -> u32 {
        u32::try_from(self.draws.below(1 << 15)).unwrap_or(0)
    }
}

/// Runs a line; `manifest` is the text of `job.yaml` in its folder.
pub fn run_line(world: &mut World, line: &str, manifest: &str) -> Printed {
    let now_ms = world.now_ms();
    let settings = shell(world.settings(), &[("job.yaml", manifest)]);
    let draws = stream(world.settings().seed, "shell lines");
    let mut around = OverWorld { world, mounted: Files::default(), draws };
    let mut process = Process::idle(Rc::new(settings));
    let mut printed = Printed::default();
    if process.enter(&Script::parse_leniently(line), now_ms)
        && let State::Exited { code } = process.run(now_ms, &mut around)
    {
        printed.code = code;
    }
    for OutputLine { stderr, text, partial, .. } in process.take_output() {
        let stream = if stderr { &mut printed.stderr } else { &mut printed.stdout };
        stream.push_str(&text);
        if !partial {
            stream.push('\n');
        }
    }
    printed
}
