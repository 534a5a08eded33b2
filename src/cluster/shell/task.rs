//! Models one process of the container (the shell itself, a subshell, a background job): its
//! state and the stack of what it is in the middle of.
//!
//! There is no Rust recursion over a wait: everything needed to go on is in [`Frame`]s, so that a
//! process can be cloned, compared and resumed at any time.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::ast::{AndOr, Block, Case, For, If, Node, Redirected, Simple, While};
use super::expand::Replay;
use super::io::{Fd, Fds, Opened, Output};
use super::parser::Script;
use super::tools::Tool;
use super::variables::{Saved, Variables};
use super::world::{Settings, Signal, Surroundings};

/// The arguments of a command.
pub type Argv = Rc<[Rc<str>]>;

/// How many frames a task may have: past it a script recurses without end.
pub const MAX_FRAMES: usize = 4000;
/// How deep functions may call each other.
pub const MAX_CALLS: u32 = 500;

/// What a task waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wait {
    /// Nothing.
    No,
    /// A time.
    Until(u64),
    /// A child's end, or at the latest a time.
    Child(u32, Option<u64>),
    /// The end of all of these.
    Children(Rc<[u32]>),
    /// The same, by the `wait` builtin, which a signal interrupts.
    Jobs(Rc<[u32]>),
    /// The end of a `$(…)`: the child and the pipe.
    Capture(u32, u32),
    /// Something in a pipe; a whole line of it if so.
    Readable(u32, bool),
    /// Room in a pipe.
    Writable(u32),
    /// A signal.
    Forever,
    /// It has ended, with this status and perhaps of this signal.
    Ended(i32, Option<Signal>),
}

/// What a task is in the middle of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Frame {
    /// A list, and the next of its commands.
    Sequence(Block, usize),
    /// A script, and the next of its lines; with a name if its errors are told as those of a file.
    Script(Rc<Script>, usize),
    /// A chain of `&&` and `||`, and which of its commands is running.
    AndOr(Rc<AndOr>, usize),
    /// `!`
    Not,
    /// The condition of an `if` or `elif`.
    If(Rc<If>, usize),
    /// A loop; whether its condition is running, and the status so far.
    While(Rc<While>, bool, i32),
    /// A loop over words, and the next of them.
    For(Rc<For>, Argv, usize),
    /// The words of a simple command are being expanded.
    Command(Box<Expanding<Simple>>),
    /// The words of a `for` are being expanded.
    ForWords(Box<Expanding<For>>),
    /// A `case`: its subject, then the next arm and pattern.
    Case(Box<Expanding<Case>>),
    /// The redirections of a compound command are being expanded.
    Redirected(Box<Expanding<Redirected>>),
    /// File descriptors to put back.
    Restore(Rc<Fds>),
    /// Variables to put back.
    Variables(Vec<Saved>),
    /// A function's call: the arguments to put back and its local variables.
    Call(Argv, Vec<Saved>),
    /// A sourced file, from which `return` returns: the arguments to put back.
    Source(Argv),
    /// With `set -e`, ends the shell if the status isn't 0.
    Check,
    /// The end of a trap's action: the status to put back.
    Trap(i32),
    /// The end of the EXIT trap's action: the status to end with.
    Exit(i32),
    /// The status that a command ends with once its wait is over.
    Status(i32),
    /// A child in the foreground.
    Foreground(u32),
    /// The stages of a pipeline.
    Pipeline(Rc<[u32]>),
    /// The `wait` builtin.
    Jobs(Rc<[u32]>),
    /// `timeout`: the child, the signal to send, and when to send KILL if that.
    Timeout(u32, Signal, Option<u64>),
    /// `time`: when it began, and whether in the POSIX format.
    Time(u64, bool),
    /// Another program takes the task's place.
    Exec(Argv),
    /// A text tool.
    Tool(Box<Tool>),
    /// `read`: names, whether backslashes are plain, and what has been read of a continued line.
    Read(Box<Reading>),
    /// `yes`.
    Repeat(Rc<str>),
    /// `xargs`: the commands left to run, and the status so far.
    Commands(Vec<Argv>, i32),
    /// A program of the surroundings.
    Outside(Box<Outside>),
}

/// Words and redirections in the middle of their expansion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expanding<T> {
    /// The command.
    pub node: Rc<T>,
    /// The finished words.
    pub words: Vec<Rc<str>>,
    /// The next word.
    pub next: usize,
    /// The next redirection (or pattern).
    pub redirect: usize,
    /// The finished values of the assignments.
    pub values: Vec<Rc<str>>,
    /// The file descriptors before the redirections.
    pub before: Option<Rc<Fds>>,
    /// What the word at hand has already worked out.
    pub replay: Replay,
}

impl<T> Expanding<T> {
    /// At the beginning.
    pub fn new(node: Rc<T>) -> Expanding<T> {
        Expanding {
            node,
            words: Vec::new(),
            next: 0,
            redirect: 0,
            values: Vec::new(),
            before: None,
            replay: Replay::default(),
        }
    }
}

/// `read` in the middle of its line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The variables to fill.
    pub names: Vec<Rc<str>>,
    /// `-r`
    pub raw: bool,
    /// What has been read before a continued line.
    pub before: String,
}

/// A program of the surroundings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outside {
    /// Its arguments.
    pub argv: Argv,
    /// What its shell exports.
    pub env: super::variables::Environment,
    /// Its standard input so far.
    pub stdin: String,
    /// Whether there may be more of it.
    pub reading: bool,
    /// Its number, once it has been asked for.
    pub id: u32,
    /// When it was first asked for.
    pub started_ms: u64,
}

/// What a trap does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// `trap ''`
    Ignore,
    /// `trap 'commands'`
    Run(Rc<str>),
}

/// Traps by signal; `None` is EXIT.
pub type Traps = BTreeMap<Option<Signal>, Action>;

/// The options of `set`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// `-e`
    pub errexit: bool,
    /// `-u`
    pub nounset: bool,
    /// `-x`
    pub xtrace: bool,
    /// `-f`
    pub noglob: bool,
    /// `-o pipefail`
    pub pipefail: bool,
    /// `-a`
    pub allexport: bool,
    /// `-C`
    pub noclobber: bool,
}

/// One process of the container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// Its number.
    pub pid: u32,
    /// Its parent's number, 0 for the first.
    pub parent: u32,
    /// `$$`: the number of the shell it is or was forked from.
    pub shell_pid: u32,
    /// `$0`
    pub name: Rc<str>,
    /// What it is in the middle of, the innermost last.
    pub frames: Vec<Frame>,
    /// What it waits for.
    pub wait: Wait,
    /// `$?`
    pub status: i32,
    /// Its variables.
    pub variables: Variables,
    /// `$1` and on.
    pub arguments: Argv,
    /// Its functions.
    pub functions: Option<Rc<BTreeMap<Rc<str>, Node>>>,
    /// Its working directory.
    pub cwd: Rc<str>,
    /// Its file descriptors.
    pub fds: Rc<Fds>,
    /// Its options.
    pub options: Options,
    /// Its traps.
    pub traps: Option<Rc<Traps>>,
    /// Signals that wait for their trap to run.
    pub pending: Vec<Signal>,
    /// Its background jobs.
    pub jobs: Vec<u32>,
    /// `$!`
    pub last_job: u32,
    /// What a `$(…)` wrote, for the frame that waits for it.
    pub captured: Option<String>,
    /// The status of the last `$(…)` of the command at hand.
    pub captured_status: Option<i32>,
    /// Whether a status other than 0 doesn't matter where it was forked (`set -e`).
    pub tested: bool,
    /// How deep it is in functions.
    pub calls: u32,
    /// The line at hand.
    pub line: u32,
    /// Whether its script is a file, whose lines ash tells in its messages.
    pub in_file: bool,
    /// Whether its last command takes its place instead of being forked (not in a script's file).
    pub tail: bool,
    /// When it began, for `$SECONDS`.
    pub started_ms: u64,
    /// How far `getopts` is within an argument.
    pub option_at: usize,
}

/// How a child ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended {
    /// Whose child it was.
    pub parent: u32,
    /// Its status.
    pub status: i32,
    /// The signal it died of.
    pub signal: Option<Signal>,
}

/// What the tasks of a process share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shared {
    /// What it was started with.
    pub settings: Rc<Settings>,
    /// Its own files.
    pub files: super::files::Files,
    /// Pipes and texts.
    pub opened: Opened,
    /// The container's output.
    pub output: Output,
    /// Children that nobody has waited for yet.
    pub ended: BTreeMap<u32, Ended>,
    /// Tasks that have just been forked.
    pub forked: Vec<Task>,
    /// Signals that have just been sent.
    pub sent: Vec<(u32, Signal)>,
    /// The last number given to a task.
    pub last_pid: u32,
    /// The last number given to a program of the surroundings.
    pub last_call: u32,
    /// The tasks there are beside the first.
    pub living: Vec<u32>,
    /// Programs that were only assumed.
    pub assumed: Vec<Rc<str>>,
    /// Steps to be charged for work that a step did beyond its usual share.
    pub cost: u32,
    /// Whether file descriptors may have changed since the pipes' ends were counted.
    pub recount: bool,
}

impl Shared {
    /// What a process begins with whose first task has that number.
    pub fn new(settings: Rc<Settings>, main: u32) -> Shared {
        Shared {
            files: settings.image.clone(),
            settings,
            opened: Opened::default(),
            output: Output::default(),
            ended: BTreeMap::new(),
            forked: Vec::new(),
            sent: Vec::new(),
            last_pid: if main == 1 { 6 } else { main },
            last_call: 0,
            living: Vec::new(),
            assumed: Vec::new(),
            cost: 0,
            recount: false,
        }
    }
}

/// What a step works with.
pub struct Context<'a> {
    /// The time.
    pub now: u64,
    /// What the tasks share.
    pub shared: &'a mut Shared,
    /// The world around.
    pub around: &'a mut dyn Surroundings,
}

impl Context<'_> {
    /// Parses a script at run time.
    pub fn parse(&mut self, text: &str) -> Rc<Script> {
        self.charge(text.len(), 1);
        Script::parse_leniently(text)
    }

    /// Charges for so many bytes being worked on, one step for each `share`.
    pub fn charge(&mut self, bytes: usize, share: usize) {
        let steps = u32::try_from(bytes / share.max(1)).unwrap_or(u32::MAX);
        self.shared.cost = self.shared.cost.saturating_add(steps);
    }
}

impl Task {
    /// A task that has just been started.
    pub fn new(pid: u32, name: Rc<str>, settings: &Settings, fds: Rc<Fds>, now: u64) -> Task {
        Task {
            pid,
            parent: 0,
            shell_pid: pid,
            name,
            frames: Vec::new(),
            wait: Wait::No,
            status: 0,
            variables: Variables::new(Rc::clone(&settings.env)),
            arguments: Rc::new([]),
            functions: None,
            cwd: Rc::clone(&settings.cwd),
            fds,
            options: Options::default(),
            traps: None,
            pending: Vec::new(),
            jobs: Vec::new(),
            last_job: 0,
            captured: None,
            captured_status: None,
            tested: false,
            calls: 0,
            line: 0,
            in_file: false,
            tail: true,
            started_ms: now,
            option_at: 0,
        }
    }

    /// Forks: the child's number, or nothing if there are too many.
    pub fn fork(&mut self, frames: Vec<Frame>, fds: Rc<Fds>, cx: &mut Context) -> Option<u32> {
        let own = std::mem::take(&mut self.frames);
        let mut child = self.clone();
        self.frames = own;
        cx.charge(20, 1);
        child.tested = self.tested();
        child.tail = true;
        child.frames = frames;
        child.fds = fds;
        self.adopt(child, cx)
    }

    /// Gives a new task its number and makes it a child.
    pub fn adopt(&mut self, mut child: Task, cx: &mut Context) -> Option<u32> {
        if cx.shared.living.len() >= super::MAX_TASKS {
            self.complain(cx, "can't fork: Resource temporarily unavailable");
            return None;
        }
        cx.shared.last_pid = cx.shared.last_pid.wrapping_add(1);
        cx.shared.recount = true;
        child.pid = cx.shared.last_pid;
        child.parent = self.pid;
        child.wait = Wait::No;
        child.pending.clear();
        child.jobs.clear();
        child.captured = None;
        // Traps are not handed down, but what is ignored stays ignored.
        if let Some(traps) = child.traps.as_mut() {
            Rc::make_mut(traps).retain(|signal, action| signal.is_some() && *action == Action::Ignore);
        }
        let pid = child.pid;
        cx.shared.living.push(pid);
        cx.shared.forked.push(child);
        Some(pid)
    }

    /// Takes in a signal from another process.
    pub fn deliver(&mut self, signal: Signal, shielded: bool) {
        if matches!(self.wait, Wait::Ended(..)) {
            return;
        }
        let action = self.traps.as_ref().and_then(|t| t.get(&Some(signal))).filter(|_| signal != Signal::Kill);
        match action {
            Some(Action::Ignore) => {}
            Some(Action::Run(_)) => {
                if !self.pending.contains(&signal) {
                    self.pending.push(signal);
                }
                if matches!(self.wait, Wait::Jobs(_)) {
                    self.wait = Wait::No;
                    self.frames.pop();
                    self.status = 128 + i32::from(signal.number());
                }
            }
            None if shielded || signal.harmless() => {}
            None => self.die(signal),
        }
    }

    /// Ends of a signal.
    pub fn die(&mut self, signal: Signal) {
        self.wait = Wait::Ended(128 + i32::from(signal.number()), Some(signal));
    }

    /// Writes to a file descriptor. Writing to a pipe that nobody reads kills, as SIGPIPE does.
    pub fn write(&mut self, cx: &mut Context, fd: u8, text: &str) {
        if text.is_empty() {
            return;
        }
        cx.charge(text.len(), 32);
        let Some(target) = self.fds.get(usize::from(fd)) else {
            return;
        };
        match target {
            Fd::Stdout => cx.shared.output.write(false, text, cx.now),
            Fd::Stderr => cx.shared.output.write(true, text, cx.now),
            Fd::File(path) => {
                let path = Rc::clone(path);
                let _ = cx.append(&path, text);
            }
            Fd::PipeOut(id) => {
                let id = *id;
                match cx.shared.opened.pipes.get_mut(&id) {
                    Some(pipe) if pipe.captured => {
                        if pipe.buffer.len() < super::io::MAX_TEXT {
                            pipe.buffer.push_str(text);
                        }
                    }
                    Some(pipe) if pipe.read => {
                        pipe.buffer.push_str(text);
                        if pipe.buffer.len() > super::io::PIPE_ROOM && self.wait == Wait::No {
                            self.wait = Wait::Writable(id);
                        }
                    }
                    _ => {
                        let ignored = self.traps.as_ref().is_some_and(|t| t.contains_key(&Some(Signal::Pipe)));
                        if !ignored {
                            self.die(Signal::Pipe);
                        }
                    }
                }
            }
            Fd::Closed | Fd::Null | Fd::Reader(_) | Fd::PipeIn(_) => {}
        }
    }

    /// Writes `sh: message` to standard error.
    pub fn complain(&mut self, cx: &mut Context, message: &str) {
        let place = match (cx.shared.settings.dash, self.in_file) {
            (true, _) => format!("{}: ", self.line + 1),
            (false, true) => format!("line {}: ", self.line + 1),
            (false, false) => String::new(),
        };
        let text = format!("{}: {place}{message}\n", self.name);
        self.write(cx, 2, &text);
    }

    /// The same of a builtin, which ash tells with the line.
    pub fn complain_of(&mut self, cx: &mut Context, builtin: &str, message: &str) {
        let line = self.line + u32::from(self.in_file);
        let text = if cx.shared.settings.dash {
            format!("{}: {}: {builtin}: {message}\n", self.name, self.line + 1)
        } else {
            format!("{}: {builtin}: line {line}: {message}\n", self.name)
        };
        self.write(cx, 2, &text);
    }

    /// Ends the shell, after its EXIT trap.
    pub fn exit(&mut self, status: i32) {
        let action = self.traps.as_mut().and_then(|t| Rc::make_mut(t).remove(&None));
        self.frames.clear();
        self.status = status;
        match action {
            Some(Action::Run(text)) => {
                self.frames.push(Frame::Exit(status));
                self.frames.push(Frame::Script(Script::parse_leniently(&text), 0));
            }
            _ => self.wait = Wait::Ended(status & 0xff, None),
        }
    }

    /// Whether what is about to run is the last thing this task does, so that ash doesn't fork for
    /// it: a trap of a script that PID 1 ends with is PID 1's own.
    pub fn is_last(&self) -> bool {
        let over = |frame: &Frame| match frame {
            Frame::Restore(_) | Frame::Variables(_) | Frame::Check => true,
            Frame::AndOr(node, running) => *running >= node.rest.len(),
            _ => false,
        };
        self.tail && self.traps.as_ref().is_none_or(|t| t.is_empty()) && self.frames.iter().all(over)
    }

    /// Whether the status at hand is being tested, so that `set -e` lets it pass.
    pub fn tested(&self) -> bool {
        self.tested
            || self.frames.iter().any(|frame| match frame {
                Frame::If(..) | Frame::Not | Frame::While(_, true, _) => true,
                Frame::AndOr(node, running) => *running < node.rest.len(),
                _ => false,
            })
    }
}
