//! Models file descriptors, pipes and the container's output as the kubelet logs it.
//!
//! A pipe has room for 64 KiB like Linux's; a writer goes over that once and then waits. What is
//! written to a file goes to its end (`>` empties it first): file offsets of writers are left out.

use std::collections::BTreeMap;
use std::rc::Rc;

/// After this a pipe's writer waits.
pub const PIPE_ROOM: usize = 64 << 10;
/// The most that `$(…)` and a file may take in.
pub const MAX_TEXT: usize = 1 << 20;
/// Longer lines are cut, as the CRI does.
const MAX_LINE: usize = 16 << 10;
/// The most lines a container's process may write, and a prompt's line; the rest is counted and dropped.
const MAX_LINES: (usize, usize) = (10_000, 100_000);

/// What a file descriptor stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fd {
    /// Not open.
    Closed,
    /// `/dev/null`.
    Null,
    /// The container's standard output.
    Stdout,
    /// The container's standard error.
    Stderr,
    /// A text being read: a file or here-document.
    Reader(u32),
    /// A file being written.
    File(Rc<str>),
    /// The reading end of a pipe.
    PipeIn(u32),
    /// The writing end of a pipe.
    PipeOut(u32),
}

/// The file descriptors of a task, 0 to 9.
pub type Fds = [Fd; 10];

/// A pipe.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pipe {
    /// What has been written and not yet read.
    pub buffer: String,
    /// Whether someone can still read from it.
    pub read: bool,
    /// Whether someone can still write to it.
    pub written: bool,
    /// Whether it belongs to `$(…)`, whose reader is the shell.
    pub captured: bool,
}

impl Pipe {
    /// Whether a whole line can be read, or as much as fits without one.
    pub fn has_line(&self) -> bool {
        self.buffer.len() > PIPE_ROOM || self.buffer.contains('\n')
    }
}

/// A text being read, with how far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Open {
    /// The text.
    pub text: Rc<String>,
    /// How much has been read.
    pub at: usize,
}

/// What there is to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// Some text.
    Text(String),
    /// Nothing more will come.
    End,
    /// Nothing yet: the pipe to wait for.
    Wait(u32),
}

/// All that the tasks of a process have open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Opened {
    /// Pipes by number.
    pub pipes: BTreeMap<u32, Pipe>,
    /// Texts by number.
    pub texts: BTreeMap<u32, Open>,
    last: u32,
}

impl Opened {
    /// A new pipe.
    pub fn pipe(&mut self, captured: bool) -> u32 {
        self.last = self.last.wrapping_add(1);
        let pipe = Pipe { buffer: String::new(), read: true, written: true, captured };
        self.pipes.insert(self.last, pipe);
        self.last
    }

    /// A new text to read.
    pub fn text(&mut self, text: Rc<String>) -> Fd {
        self.last = self.last.wrapping_add(1);
        self.texts.insert(self.last, Open { text, at: 0 });
        Fd::Reader(self.last)
    }

    /// Reads what there is, at most up to the end of a line if `line`.
    pub fn read(&mut self, fd: &Fd, line: bool) -> Input {
        match fd {
            Fd::Reader(id) => {
                let Some(open) = self.texts.get_mut(id) else {
                    return Input::End;
                };
                let rest = open.text.get(open.at..).unwrap_or("");
                let length = if line { rest.find('\n').map_or(rest.len(), |n| n + 1) } else { rest.len() };
                let text = rest.get(..length).unwrap_or("").to_owned();
                open.at += length;
                if text.is_empty() { Input::End } else { Input::Text(text) }
            }
            Fd::PipeIn(id) => {
                let Some(pipe) = self.pipes.get_mut(id) else {
                    return Input::End;
                };
                let end = pipe.buffer.find('\n').map(|n| n + 1);
                let full = pipe.buffer.len() > PIPE_ROOM;
                match (line && !full, end) {
                    (true, Some(end)) => {
                        let tail = pipe.buffer.split_off(end);
                        Input::Text(std::mem::replace(&mut pipe.buffer, tail))
                    }
                    (true, None) if pipe.written => Input::Wait(*id),
                    (false, _) if pipe.buffer.is_empty() && pipe.written => Input::Wait(*id),
                    _ if pipe.buffer.is_empty() => Input::End,
                    _ => Input::Text(std::mem::take(&mut pipe.buffer)),
                }
            }
            _ => Input::End,
        }
    }
}

/// A line that the container wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutputLine {
    /// When it was complete.
    pub at_ms: u64,
    /// Whether it went to standard error.
    pub stderr: bool,
    /// Its text, without the line's end.
    pub text: Rc<str>,
    /// Whether the line's end is missing (the last one, or cut).
    pub partial: bool,
}

/// The container's output: the lines not yet taken, and the beginnings of the next.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Output {
    /// Lines not yet taken.
    pub lines: Vec<OutputLine>,
    open: [String; 2],
    total: usize,
    at_prompt: bool,
    /// Lines past the bound.
    pub dropped: usize,
}

impl Output {
    /// Takes in what was written.
    pub fn write(&mut self, stderr: bool, text: &str, at_ms: u64) {
        let mut rest = text;
        while let Some(end) = rest.find('\n') {
            let (line, tail) = rest.split_at(end);
            rest = tail.get(1..).unwrap_or("");
            let text = match self.open.get_mut(usize::from(stderr)) {
                Some(open) if !open.is_empty() => {
                    open.push_str(line);
                    let text: Rc<str> = open.as_str().into();
                    open.clear();
                    text
                }
                _ => line.into(),
            };
            self.push(OutputLine { at_ms, stderr, text, partial: false });
        }
        let Some(open) = self.open.get_mut(usize::from(stderr)) else {
            return;
        };
        open.push_str(rest);
        if open.len() > MAX_LINE {
            self.flush(stderr, at_ms);
        }
    }

    /// Gives out a line that has no end.
    fn flush(&mut self, stderr: bool, at_ms: u64) {
        let Some(open) = self.open.get_mut(usize::from(stderr)).filter(|o| !o.is_empty()) else {
            return;
        };
        let text: Rc<str> = open.as_str().into();
        open.clear();
        self.push(OutputLine { at_ms, stderr, text, partial: true });
    }

    /// Gives out what has no end, because nothing more will come.
    pub fn close(&mut self, at_ms: u64) {
        self.flush(false, at_ms);
        self.flush(true, at_ms);
    }

    /// A prompt's next line may write as much as the one before.
    pub fn start_again(&mut self) {
        self.at_prompt = true;
        self.total = 0;
        self.dropped = 0;
    }

    fn push(&mut self, line: OutputLine) {
        if self.total >= if self.at_prompt { MAX_LINES.1 } else { MAX_LINES.0 } {
            self.dropped += 1;
            return;
        }
        self.total += 1;
        self.lines.push(line);
    }
}
