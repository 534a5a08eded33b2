//! Models a container's processes as one thing that runs in virtual time: PID 1 and what it
//! forked, taken in turns until all of them wait.
//!
//! A turn takes no virtual time. A process that never waits is stopped after
//! [`STEPS`](super::STEPS) steps and goes on a second later, so that a busy loop freezes nothing.

use std::rc::Rc;

use super::io::{Fd, Fds, Opened, OutputLine};
use super::parser::Script;
use super::task::{Argv, Context, Ended, Frame, Shared, Task, Wait};
use super::world::{Program, Settings, Signal, StartFailure, Surroundings};

/// How many steps a task takes before it is another's turn.
const TURN: u32 = 2_000;
/// How long a process that has used up its steps pauses.
const BUSY_MS: u64 = 1_000;
/// How many ended children are remembered.
const MAX_ENDED: usize = 1_024;

/// A command line made ready once for all the processes that will run it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    argv: Argv,
    kind: Kind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    /// `sh -c script name arguments…` without options.
    Script(Rc<Script>, Rc<str>, Argv),
    /// Anything else, looked at when it starts.
    Other,
}

impl Command {
    /// Makes a command line ready; `sh -c` is parsed now.
    pub fn new(argv: &[String]) -> Command {
        let argv: Argv = argv.iter().map(|a| a.as_str().into()).collect();
        let kind = match &*argv {
            [shell, dash, script, rest @ ..] if shell_of(shell).is_some() && &**dash == "-c" => {
                let name = rest.first().unwrap_or(shell);
                Kind::Script(Script::parse_leniently(script), Rc::clone(name), rest.get(1..).unwrap_or(&[]).into())
            }
            _ => Kind::Other,
        };
        Command { argv, kind }
    }

    /// A script that is run as by `sh -c`.
    pub fn script(script: &Rc<Script>) -> Command {
        Command { argv: Rc::new([]), kind: Kind::Script(Rc::clone(script), "sh".into(), Rc::new([])) }
    }
}

/// Which shell a command's name means, if any.
pub fn shell_of(name: &str) -> Option<&str> {
    let base = match name.rsplit_once('/') {
        Some(("/bin" | "/usr/bin" | "/usr/local/bin", base)) => base,
        Some(_) => return None,
        None => name,
    };
    matches!(base, "sh" | "ash" | "bash" | "dash").then_some(base)
}

/// How a process is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It goes on; without a time only a signal can move it.
    Running {
        /// When to run it again.
        wake_at_ms: Option<u64>,
    },
    /// It has ended.
    Exited {
        /// Its exit code: 128 and the signal's number if it died of one.
        code: i32,
    },
}

/// PID 1 of a container and what it forked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Process {
    shared: Shared,
    tasks: Vec<Task>,
    main: u32,
    code: Option<i32>,
    busy_until: Option<u64>,
    /// The shell itself between two lines, for [`Process::enter`].
    resting: Option<Box<Task>>,
}

impl Process {
    /// Starts a command line.
    pub fn new(
        argv: &[String],
        settings: Rc<Settings>,
        now_ms: u64,
        around: &mut dyn Surroundings,
    ) -> Result<Process, StartFailure> {
        Process::start(&Command::new(argv), settings, now_ms, around)
    }

    /// Starts a command line that was made ready before.
    pub fn start(
        command: &Command,
        settings: Rc<Settings>,
        now_ms: u64,
        around: &mut dyn Surroundings,
    ) -> Result<Process, StartFailure> {
        let main = if settings.pid_one { 1 } else { 4000 };
        let mut opened = Opened::default();
        let stdin = match &settings.stdin {
            Some(text) => opened.text(Rc::new(text.to_string())),
            None => Fd::Null,
        };
        for mount in settings.mounts.iter() {
            if !around.files().exists(&mount.target) {
                let _ = around.files().mkdir_p(&mount.target, now_ms);
            }
        }
        let mut fds: Fds = [const { Fd::Closed }; 10];
        fds[0] = stdin;
        fds[1] = Fd::Stdout;
        fds[2] = Fd::Stderr;
        let mut task = Task::new(main, "sh".into(), &settings, Rc::new(fds), now_ms);
        let mut shared = Shared { opened, ..Shared::new(settings, main) };
        let shell = command.argv.first().and_then(|name| shell_of(name));
        if shell.is_some_and(|shell| !around.has_shell(shell)) {
            return Err(StartFailure::NotFound);
        }
        if let Kind::Script(script, name, arguments) = &command.kind {
            task.name = Rc::clone(name);
            task.arguments = Rc::clone(arguments);
            task.frames.push(Frame::Script(Rc::clone(script), 0));
        } else {
            let mut cx = Context { now: now_ms, shared: &mut shared, around };
            let name = command.argv.first().filter(|n| !n.is_empty()).ok_or(StartFailure::Empty)?;
            startable(&task, name, &mut cx)?;
            task.name = Rc::clone(name);
            task.frames.push(Frame::Exec(Rc::clone(&command.argv)));
        }
        Ok(Process { shared, tasks: vec![task], main, code: None, busy_until: None, resting: None })
    }

    /// Runs until it has to wait or ends, which takes no virtual time.
    pub fn run(&mut self, now_ms: u64, around: &mut dyn Surroundings) -> State {
        if self.busy_until.is_some_and(|until| now_ms < until) {
            return self.state();
        }
        self.busy_until = None;
        let mut left = super::STEPS;
        loop {
            let mut moved = false;
            let mut at = 0;
            while let Some(task) = self.tasks.get_mut(at) {
                at += 1;
                if task.wait != Wait::No && !over(&task.wait, &self.shared, now_ms) {
                    continue;
                }
                moved = true;
                let mut cx = Context { now: now_ms, shared: &mut self.shared, around: &mut *around };
                left = left.saturating_sub(turn(task, &mut cx, left.min(TURN)));
                if matches!(task.wait, Wait::Ended(..)) {
                    at = self.bury(at - 1, now_ms, around);
                }
                self.settle(now_ms, around);
                if left == 0 {
                    self.busy_until = Some(now_ms.saturating_add(BUSY_MS));
                    return self.state();
                }
            }
            if !moved {
                return self.state();
            }
        }
    }

    /// An ordinary shell that waits for its first line (see [`Process::enter`]).
    pub fn idle(settings: Rc<Settings>) -> Process {
        let main = 4000;
        let task = Task::new(main, "sh".into(), &settings, Rc::new([const { Fd::Closed }; 10]), 0);
        let shared = Shared::new(settings, main);
        Process { shared, tasks: Vec::new(), main, code: None, busy_until: None, resting: Some(Box::new(task)) }
    }

    /// Kills everything that it runs, be it in the background; a shell can [`Process::enter`] again.
    pub fn end(&mut self, now_ms: u64, around: &mut dyn Surroundings) -> State {
        for task in &mut self.tasks {
            task.die(Signal::Kill);
        }
        while !self.tasks.is_empty() {
            self.bury(0, now_ms, around);
        }
        self.shared.forked.clear();
        self.shared.sent.clear();
        self.busy_until = None;
        self.state()
    }

    /// Lets an ordinary shell that has ended run another line, as at a prompt: variables, functions,
    /// folder and files stay as they were. Tells whether it could; while it runs it can't.
    pub fn enter(&mut self, script: &Rc<Script>, now_ms: u64) -> bool {
        let Some(mut task) = self.resting.take() else { return false };
        let mut fds: Fds = [const { Fd::Closed }; 10];
        fds[0] = Fd::Null;
        fds[1] = Fd::Stdout;
        fds[2] = Fd::Stderr;
        task.fds = Rc::new(fds);
        task.frames = vec![Frame::Script(Rc::clone(script), 0)];
        task.wait = Wait::No;
        task.pending.clear();
        task.traps = None;
        task.options = super::task::Options::default();
        task.calls = 0;
        task.started_ms = now_ms;
        // What runs last must not take the shell's place: there will be more lines.
        task.tail = false;
        self.code = None;
        self.shared.output.start_again();
        self.tasks.insert(0, *task);
        true
    }

    /// Ctrl-C: SIGINT to what runs in the foreground.
    pub fn interrupt(&mut self, now_ms: u64, around: &mut dyn Surroundings) -> State {
        let jobs: Vec<u32> =
            self.tasks.iter().find(|task| task.pid == self.main).map_or_else(Vec::new, |shell| shell.jobs.clone());
        let mut foreground = vec![self.main];
        // Children come after their parents.
        for task in &self.tasks {
            if foreground.contains(&task.parent) && !jobs.contains(&task.pid) {
                foreground.push(task.pid);
            }
        }
        for pid in foreground {
            if let Some(at) = self.tasks.iter().position(|task| task.pid == pid) {
                if let Some(task) = self.tasks.get_mut(at) {
                    task.deliver(Signal::Int, false);
                }
                if self.tasks.get(at).is_some_and(|task| matches!(task.wait, Wait::Ended(..))) {
                    self.bury(at, now_ms, around);
                }
            }
        }
        self.run(now_ms, around)
    }

    /// Something happened in the surroundings: their programs are asked again at once.
    pub fn news(&mut self) {
        for task in &mut self.tasks {
            let asks = matches!(task.frames.last(), Some(Frame::Outside(outside)) if outside.id != 0);
            if asks && matches!(task.wait, Wait::Until(_)) {
                task.wait = Wait::No;
            }
        }
    }

    /// Whether anything of it still runs, be it in the background.
    pub fn is_alive(&self) -> bool {
        !self.tasks.is_empty()
    }

    /// Its own files; those behind mounts are its surroundings'.
    pub fn files(&mut self) -> &mut super::files::Files {
        &mut self.shared.files
    }

    /// Sends a signal to PID 1.
    pub fn signal(&mut self, now_ms: u64, signal: Signal, around: &mut dyn Surroundings) -> State {
        if let Some(at) = self.tasks.iter().position(|t| t.pid == self.main) {
            let shielded = self.shared.settings.pid_one && signal != Signal::Kill;
            if let Some(task) = self.tasks.get_mut(at) {
                task.deliver(signal, shielded);
                if matches!(task.wait, Wait::Ended(..)) {
                    self.bury(at, now_ms, around);
                }
            }
        }
        self.run(now_ms, around)
    }

    /// How it is doing.
    pub fn state(&self) -> State {
        match self.code {
            Some(code) => State::Exited { code },
            None => State::Running { wake_at_ms: self.wake_at_ms() },
        }
    }

    /// When it is to be run again; also for the background jobs of a shell that has ended
    /// (see [`Settings::pid_one`]).
    pub fn wake_at_ms(&self) -> Option<u64> {
        let times = self.tasks.iter().filter_map(|task| match task.wait {
            Wait::Until(time) | Wait::Child(_, Some(time)) => Some(time),
            _ => None,
        });
        times.chain(self.busy_until).min()
    }

    /// What it has written since this was last asked.
    pub fn take_output(&mut self) -> Vec<OutputLine> {
        std::mem::take(&mut self.shared.output.lines)
    }

    /// How many lines it wrote past the bound, which were dropped.
    pub fn dropped_lines(&self) -> usize {
        self.shared.output.dropped
    }

    /// A file of the container itself, such as its termination message, if it is not mounted.
    pub fn read_file(&self, path: &str) -> Option<Rc<String>> {
        self.shared.files.read(path).ok()
    }

    /// What it wrote to `/dev/termination-log`.
    pub fn termination_message(&self) -> Option<Rc<String>> {
        self.read_file("/dev/termination-log")
    }

    /// Programs it ran of which only the existence was known.
    pub fn assumed(&self) -> &[Rc<str>] {
        &self.shared.assumed
    }

    /// Removes a task that has ended: where to go on.
    fn bury(&mut self, at: usize, now_ms: u64, around: &mut dyn Surroundings) -> usize {
        let task = self.tasks.remove(at);
        self.shared.living.retain(|pid| *pid != task.pid);
        self.shared.recount = true;
        let Wait::Ended(status, signal) = task.wait else {
            return at;
        };
        cancel(&task, around);
        self.shared.ended.retain(|_, ended| ended.parent != task.pid);
        if task.pid == self.main {
            self.code = Some(status);
            self.shared.output.close(now_ms);
            if self.shared.settings.pid_one {
                for other in self.tasks.drain(..).chain(self.shared.forked.drain(..)) {
                    cancel(&other, around);
                }
                return 0;
            }
            self.resting = Some(Box::new(task));
        } else if self.tasks.iter().any(|t| t.pid == task.parent) {
            if self.shared.ended.len() >= MAX_ENDED {
                self.shared.ended.pop_first();
            }
            self.shared.ended.insert(task.pid, Ended { parent: task.parent, status, signal });
        }
        at
    }

    /// Takes in what the last turn forked and sent, and which ends of pipes are left.
    fn settle(&mut self, now_ms: u64, around: &mut dyn Surroundings) {
        self.tasks.append(&mut self.shared.forked);
        for (pid, signal) in std::mem::take(&mut self.shared.sent) {
            // Signals from inside never reach a PID 1 that doesn't handle them.
            let shielded = pid == 1 && self.shared.settings.pid_one;
            let Some(at) = self.tasks.iter().position(|t| t.pid == pid) else {
                continue;
            };
            if let Some(task) = self.tasks.get_mut(at) {
                task.deliver(signal, shielded);
                if matches!(task.wait, Wait::Ended(..)) {
                    self.bury(at, now_ms, around);
                }
            }
        }
        if self.shared.recount {
            self.shared.recount = false;
            self.recount();
        }
    }

    /// Counts who still has the ends of pipes, and forgets what nobody has.
    fn recount(&mut self) {
        if self.shared.opened.pipes.is_empty() && self.shared.opened.texts.len() < 64 {
            return;
        }
        let (mut read, mut written, mut texts) = (Vec::new(), Vec::new(), Vec::new());
        let mut see = |fds: &Fds| {
            for fd in fds {
                match fd {
                    Fd::PipeIn(id) => read.push(*id),
                    Fd::PipeOut(id) => written.push(*id),
                    Fd::Reader(id) => texts.push(*id),
                    _ => {}
                }
            }
        };
        for task in &self.tasks {
            see(&task.fds);
            for frame in &task.frames {
                match frame {
                    Frame::Restore(fds) => see(fds),
                    Frame::Command(e) => e.before.iter().for_each(|fds| see(fds)),
                    Frame::Redirected(e) => e.before.iter().for_each(|fds| see(fds)),
                    _ => {}
                }
            }
        }
        for task in &self.tasks {
            if let Wait::Capture(_, pipe) = task.wait {
                read.push(pipe);
            }
        }
        self.shared.opened.texts.retain(|id, _| texts.contains(id));
        self.shared.opened.pipes.retain(|id, pipe| {
            pipe.read = read.contains(id);
            pipe.written = written.contains(id);
            pipe.read || pipe.written
        });
    }
}

/// Lets a task take steps until it waits: how many it took.
fn turn(task: &mut Task, cx: &mut Context, most: u32) -> u32 {
    task.wait = match std::mem::replace(&mut task.wait, Wait::No) {
        Wait::Capture(child, pipe) => {
            task.collect(child, pipe, cx);
            Wait::No
        }
        _ => Wait::No,
    };
    let mut steps = 0;
    while task.wait == Wait::No && steps < most {
        task.step(cx);
        steps = steps.saturating_add(1).saturating_add(std::mem::take(&mut cx.shared.cost));
    }
    steps.max(1)
}

/// Whether what a task waits for has come.
fn over(wait: &Wait, shared: &Shared, now: u64) -> bool {
    match wait {
        Wait::No => true,
        Wait::Until(time) => *time <= now,
        Wait::Child(pid, time) => !shared.living.contains(pid) || time.is_some_and(|t| t <= now),
        Wait::Children(pids) | Wait::Jobs(pids) => !pids.iter().any(|pid| shared.living.contains(pid)),
        Wait::Capture(pid, pipe) => {
            !shared.living.contains(pid) && shared.opened.pipes.get(pipe).is_none_or(|p| !p.written)
        }
        Wait::Readable(pipe, line) => {
            let pipe = shared.opened.pipes.get(pipe);
            pipe.is_none_or(|p| !p.written || if *line { p.has_line() } else { !p.buffer.is_empty() })
        }
        Wait::Writable(pipe) => {
            let pipe = shared.opened.pipes.get(pipe);
            pipe.is_none_or(|p| p.buffer.len() <= super::io::PIPE_ROOM || !p.read)
        }
        Wait::Forever | Wait::Ended(..) => false,
    }
}

/// Tells the surroundings that a task that was running their program is gone.
fn cancel(task: &Task, around: &mut dyn Surroundings) {
    if let Some(Frame::Outside(outside)) = task.frames.last()
        && outside.id != 0
    {
        around.cancelled(outside.id);
    }
}

/// Whether a container's runtime could start the program.
fn startable(task: &Task, name: &str, cx: &mut Context) -> Result<(), StartFailure> {
    if task.find_program(name, cx).is_some() {
        return Ok(());
    }
    let entry = cx.entry(&super::files::absolute(&task.cwd, name)).filter(|_| name.contains('/'));
    if let Some(entry) = entry {
        return if entry.text.is_some() && entry.mode & 0o111 != 0 { Ok(()) } else { Err(StartFailure::NotExecutable) };
    }
    match cx.around.program(name, &[]) {
        Program::Missing => Err(StartFailure::NotFound),
        _ => Ok(()),
    }
}
