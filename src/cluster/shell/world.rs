//! What a process asks of the world around it, and what it is started with.
//!
//! The shell knows neither Kubernetes nor a clock nor randomness: all that comes through
//! [`Surroundings`].

use std::rc::Rc;

use super::files::{Files, Mount};
use super::variables::Environment;

/// A name that the shell doesn't implement itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Program {
    /// It exists, but what it does is unknown: it is taken to run so long and to end well.
    Assumed {
        /// How long it runs.
        duration_ms: u64,
    },
    /// The surroundings run it, such as kubectl.
    Outside,
    /// There is no such program.
    Missing,
}

/// A program that the surroundings run.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// Tells this run of a program from all others of the process.
    pub id: u32,
    /// The time.
    pub now_ms: u64,
    /// When it was first asked for; equal to `now_ms` the first time.
    pub started_ms: u64,
    /// Its arguments, the first being its name.
    pub argv: &'a [Rc<str>],
    /// All of its standard input; empty unless an argument says that it reads it (`-`).
    pub stdin: &'a str,
    /// The folder it runs in.
    pub cwd: &'a str,
    /// What its shell exports.
    pub env: &'a Environment,
    /// The files that it sees, but for those of mounted folders.
    pub files: &'a Files,
}

/// How a program of the surroundings is doing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Call {
    /// It has ended.
    Done {
        /// What it wrote last.
        stdout: String,
        /// What it wrote last to standard error.
        stderr: String,
        /// Its exit code.
        code: i32,
    },
    /// It goes on: it is asked again with the same request at `until_ms` or later.
    Wait {
        /// What it has written since it was last asked.
        stdout: String,
        /// What it has written to standard error since it was last asked.
        stderr: String,
        /// When to ask again.
        until_ms: u64,
    },
}

/// What a process can ask of the world around it.
pub trait Surroundings {
    /// The files behind the mounts.
    fn files(&mut self) -> &mut Files;
    /// What is known of a program that the shell doesn't implement; `ran` are those before it of which only the name
    /// is known.
    fn program(&self, name: &str, ran: &[Rc<str>]) -> Program;
    /// Whether that shell (`sh`, `ash`, `bash`, `dash`) is there.
    fn has_shell(&self, name: &str) -> bool {
        let _ = name;
        true
    }
    /// Runs a [`Program::Outside`].
    fn call(&mut self, request: &Request) -> Call;
    /// A program of that id was killed, and isn't asked again.
    fn cancelled(&mut self, id: u32) {
        let _ = id;
    }
    /// Milliseconds since 1970, for `date`.
    fn unix_ms(&self, now_ms: u64) -> i64;
    /// A random number, for `$RANDOM`.
    fn random(&mut self) -> u32;
}

/// What a process is started with, beside its arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Its environment.
    pub env: Environment,
    /// Its working directory.
    pub cwd: Rc<str>,
    /// The folders of the shared files that it sees.
    pub mounts: Rc<[Mount]>,
    /// What `hostname` says.
    pub hostname: Rc<str>,
    /// Its own files; [`Files::image`] is a busybox image.
    pub image: Files,
    /// Its standard input; without one it is empty.
    pub stdin: Option<Rc<str>>,
    /// Whether it is PID 1 of a container: it ignores signals that it doesn't handle, and when it
    /// ends everything ends. Otherwise it is an ordinary shell whose background jobs live on.
    pub pid_one: bool,
    /// Whether its programs are Debian's (dash, coreutils), not busybox's: on a person's own machine, and
    /// on the reference cluster's node, whose containers are processes of the machine.
    pub debian: bool,
    /// Whether the shell complains as Debian's dash does: with the line, also of `sh -c`.
    pub dash: bool,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            env: Rc::new([]),
            cwd: "/".into(),
            mounts: Rc::new([]),
            hostname: "localhost".into(),
            image: Files::default(),
            stdin: None,
            pid_one: true,
            debian: false,
            dash: false,
        }
    }
}

/// Why a process could not be started at all (the container's runtime reports it).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StartFailure {
    /// No arguments.
    Empty,
    /// `executable file not found in $PATH`, or `no such file or directory` for a path.
    NotFound,
    /// `permission denied`.
    NotExecutable,
}

/// The signals the shell knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Signal {
    /// 1
    Hup,
    /// 2
    Int,
    /// 3
    Quit,
    /// 6
    Abrt,
    /// 9
    Kill,
    /// 10
    Usr1,
    /// 11
    Segv,
    /// 12
    Usr2,
    /// 13
    Pipe,
    /// 14
    Alrm,
    /// 15
    Term,
    /// 17
    Chld,
    /// 18
    Cont,
    /// 19
    Stop,
    /// 28
    Winch,
}

const SIGNALS: [(Signal, u8, &str, &str); 15] = [
    (Signal::Hup, 1, "HUP", "Hangup"),
    (Signal::Int, 2, "INT", ""),
    (Signal::Quit, 3, "QUIT", "Quit"),
    (Signal::Abrt, 6, "ABRT", "Aborted"),
    (Signal::Kill, 9, "KILL", "Killed"),
    (Signal::Usr1, 10, "USR1", "User defined signal 1"),
    (Signal::Segv, 11, "SEGV", "Segmentation fault"),
    (Signal::Usr2, 12, "USR2", "User defined signal 2"),
    (Signal::Pipe, 13, "PIPE", ""),
    (Signal::Alrm, 14, "ALRM", "Alarm clock"),
    (Signal::Term, 15, "TERM", "Terminated"),
    (Signal::Chld, 17, "CHLD", ""),
    (Signal::Cont, 18, "CONT", ""),
    (Signal::Stop, 19, "STOP", ""),
    (Signal::Winch, 28, "WINCH", ""),
];

impl Signal {
    fn row(self) -> (Signal, u8, &'static str, &'static str) {
        SIGNALS.into_iter().find(|row| row.0 == self).unwrap_or((self, 0, "", ""))
    }

    /// Its number.
    pub fn number(self) -> u8 {
        self.row().1
    }

    /// Its name without `SIG`.
    pub fn name(self) -> &'static str {
        self.row().2
    }

    /// What a shell prints when a command dies of it.
    pub fn obituary(self) -> &'static str {
        self.row().3
    }

    /// The signal of a number or name, with or without `SIG`.
    pub fn parse(text: &str) -> Option<Signal> {
        let upper = text.to_ascii_uppercase();
        let name = upper.strip_prefix("SIG").unwrap_or(&upper);
        let row = SIGNALS.into_iter().find(|row| row.2 == name || name.parse() == Ok(row.1));
        row.map(|row| row.0)
    }

    /// Whether a process that does nothing about it lives on.
    pub fn harmless(self) -> bool {
        matches!(self, Signal::Chld | Signal::Cont | Signal::Winch | Signal::Stop)
    }
}
