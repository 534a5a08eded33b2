//! Commands that take time: each is begun once and then asked again whenever something happened.
//!
//! Between two turns nothing of it runs, so a turn finds everything in its own fields and in the run.

use super::edit::Editing;
use super::logs::Logs;
use super::wait::Waiting;
use super::watch::Watch;
use super::{Folder, Printed, Progress, Session, execute};
use crate::cluster::shell::Files;
use crate::timeline::Timeline;
use std::rc::Rc;

/// How often a command looks that nothing wakes.
const POLL_MS: u64 = 500;

/// A command under way.
#[derive(Debug, Clone)]
pub(super) enum Live {
    /// It asks the server again; what it printed at first.
    Again(Box<Again>),
    /// `kubectl logs`
    Logs(Box<Logs>),
    /// `kubectl wait`
    Wait(Box<Waiting>),
    /// `kubectl edit`
    Edit(Box<Editing>),
    /// `kubectl get -w`, `kubectl events -w`
    Watch(Box<Watch>),
}

/// What a turn came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Turn {
    /// What it printed in this turn.
    pub stdout: String,
    /// The same, as errors.
    pub stderr: String,
    /// Its exit code, once it has ended.
    pub code: Option<i32>,
    /// When it wants its next turn, if no change of the cluster brings it before.
    pub until_ms: Option<u64>,
    /// Whether it wrote to the cluster.
    pub wrote: bool,
}

impl Turn {
    /// It has ended with an error.
    pub(super) fn failed(stderr: impl Into<String>) -> Self {
        Self { stderr: stderr.into(), code: Some(1), ..Self::default() }
    }
}

impl Live {
    /// Its next turn, at the playhead.
    pub(super) fn turn(&mut self, timeline: &mut Timeline) -> Turn {
        match self {
            Self::Again(again) => again.turn(timeline),
            Self::Edit(editing) => editing.turn(timeline),
            Self::Logs(logs) => logs.turn(timeline),
            Self::Wait(waiting) => waiting.turn(timeline),
            Self::Watch(watch) => watch.turn(timeline),
        }
    }

    /// The run was forked at the playhead: what it showed of the dropped future is no more.
    pub(super) fn forked(&mut self, timeline: &Timeline) {
        match self {
            Self::Logs(logs) => logs.forked(timeline),
            Self::Watch(watch) => watch.forked(timeline),
            Self::Again(_) | Self::Edit(_) | Self::Wait(_) => {}
        }
    }

    /// The text that waits to be edited.
    pub(super) fn editing(&self) -> Option<&str> {
        if let Self::Edit(editing) = self { Some(editing.text()) } else { None }
    }

    /// Commands that do what its last turn did, if it isn't known by its own line.
    pub(super) fn take_same(&mut self) -> Vec<String> {
        if let Self::Edit(editing) = self { std::mem::take(&mut editing.same) } else { Vec::new() }
    }
}

/// A command that asks the server the same again until it is content: `kubectl delete`.
#[derive(Debug, Clone)]
pub(super) struct Again {
    argv: Vec<Rc<str>>,
    files: Files,
    cwd: String,
    stdin: String,
    first: Option<Printed>,
}

impl Again {
    pub(super) fn new(argv: &[Rc<str>], folder: Folder<'_>, first: Printed) -> Self {
        let Folder { files, cwd, stdin } = folder;
        Self {
            argv: argv.to_vec(),
            files: files.clone(),
            cwd: cwd.to_owned(),
            stdin: stdin.to_owned(),
            first: Some(first),
        }
    }

    fn turn(&mut self, timeline: &mut Timeline) -> Turn {
        let now_ms = timeline.now_ms();
        let later = |printed: Printed| Turn {
            stdout: printed.stdout,
            stderr: printed.stderr,
            until_ms: Some(now_ms + POLL_MS),
            ..Turn::default()
        };
        if let Some(first) = self.first.take() {
            return later(first);
        }
        let folder = Folder { files: &self.files, cwd: &self.cwd, stdin: &self.stdin };
        let progress = timeline.ask(|world| execute(&mut Session { world, folder, again: true }, &self.argv));
        match progress {
            Progress::Done(Printed { stdout, stderr, code }) => {
                Turn { stdout, stderr, code: Some(code), ..Turn::default() }
            }
            Progress::Waits(printed) => later(printed),
        }
    }
}
