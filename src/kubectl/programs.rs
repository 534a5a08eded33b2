//! The programs of the prompt's shell that the shell itself doesn't have: `kubectl`, `alias`, `unalias`; and the shell's
//! folder and environment.

use super::alias::Aliases;
use super::ask::{Asked, ask, begin_edit};
use super::live::{Live, Turn};
use super::{Folder, Printed, edit};
use crate::cluster::shell::{Call, Files, Program, Request, Settings, Surroundings};
use crate::engine::Stream;
use crate::timeline::Timeline;
use crate::world;
use std::collections::BTreeMap;
use std::rc::Rc;

/// The folder in which a line starts.
pub(super) const FOLDER: &str = "/root";

/// A command that wrote to the cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// When, in virtual milliseconds.
    pub at_ms: u64,
    /// The command, as a line of its own.
    pub line: String,
    /// What it read with `-f`, if it did: the file's name, its text, and the command as it would
    /// read the same from its standard input.
    pub read: Option<(String, Rc<String>, String)>,
}

/// A shell as somebody who administers a cluster has it, with these files in its folder.
pub(super) fn shell(settings: &world::Settings, texts: &[(&str, &str)]) -> Settings {
    let mut image = Files::image();
    let _ = image.mkdir_p(FOLDER, 0);
    for (name, text) in texts {
        // It fails only past the bounds of the files, which a manifest's own are below.
        let _ = image.write(&format!("{FOLDER}/{name}"), text, 0);
    }
    Settings {
        env: Rc::new([
            (Rc::from("HOME"), Rc::from(FOLDER)),
            (Rc::from("NS"), Rc::clone(&settings.namespace)),
            (Rc::from("PATH"), Rc::from("/usr/local/bin:/usr/bin:/bin")),
        ]),
        cwd: Rc::from(FOLDER),
        image,
        pid_one: false,
        debian: true,
        ..Settings::default()
    }
}

/// The programs over a run: `kubectl`, whose commands may go on, and the prompt's own.
pub(super) struct Programs<'a> {
    pub timeline: &'a mut Timeline,
    pub mounted: &'a mut Files,
    pub draws: &'a mut Stream,
    pub live: &'a mut BTreeMap<u32, Live>,
    pub aliases: &'a mut Aliases,
    pub written: &'a mut Vec<Written>,
    pub wrote: bool,
    /// Whether somebody edits what is to be edited.
    pub edits: bool,
}

impl Surroundings for Programs<'_> {
    fn files(&mut self) -> &mut Files {
        self.mounted
    }

    fn program(&self, name: &str, _: &[Rc<str>]) -> Program {
        if matches!(name, "kubectl" | "alias" | "unalias") { Program::Outside } else { Program::Missing }
    }

    fn call(&mut self, request: &Request<'_>) -> Call {
        if let Some(live) = self.live.get_mut(&request.id) {
            let turn = live.turn(self.timeline);
            let same = live.take_same();
            self.note(request.now_ms, &same);
            return self.answer(request, turn);
        }
        let name = request.argv.first().map_or("", |name| name);
        let argv = request.argv.get(1..).unwrap_or(&[]);
        if name != "kubectl" {
            let Printed { stdout, stderr, code } = self.aliases.command(name, argv);
            return Call::Done { stdout, stderr, code };
        }
        if let Some(call) = self.edit(request, argv) {
            return call;
        }
        let before = (self.timeline.log().len(), self.timeline.forks());
        let folder = Folder { files: request.files, cwd: request.cwd, stdin: request.stdin };
        let asked = ask(self.timeline, argv, folder);
        if (self.timeline.log().len(), self.timeline.forks()) != before {
            self.wrote = true;
            self.written.push(Written { at_ms: request.now_ms, line: quoted(request.argv), read: read_text(request) });
        }
        match asked {
            Asked::Done(Printed { stdout, stderr, code }) => Call::Done { stdout, stderr, code },
            Asked::Lives(mut live) => {
                let turn = live.turn(self.timeline);
                self.live.insert(request.id, live);
                self.answer(request, turn)
            }
        }
    }

    fn cancelled(&mut self, id: u32) {
        self.live.remove(&id);
    }

    fn unix_ms(&self, now_ms: u64) -> i64 {
        self.timeline.world().store().unix_ms(now_ms)
    }

    fn random(&mut self) -> u32 {
        u32::try_from(self.draws.below(1 << 15)).unwrap_or(0)
    }
}

impl Programs<'_> {
    /// `kubectl edit`: with the editor that the environment names, or with the page's.
    fn edit(&mut self, request: &Request<'_>, argv: &[Rc<str>]) -> Option<Call> {
        let folder = Folder { files: request.files, cwd: request.cwd, stdin: request.stdin };
        let mut editing = match begin_edit(self.timeline, argv, folder)? {
            Ok(editing) => editing,
            Err(Printed { stdout, stderr, code }) => return Some(Call::Done { stdout, stderr, code }),
        };
        if let Some(program) = edit::program(request.env) {
            let Printed { stdout, stderr, code } = editing.run(self.timeline, program, request);
            self.note(request.now_ms, &editing.same);
            return Some(Call::Done { stdout, stderr, code });
        }
        if !self.edits {
            let stderr = "error: unable to launch the editor \"vi\"\n".to_owned();
            return Some(Call::Done { stdout: String::new(), stderr, code: 1 });
        }
        self.live.insert(request.id, Live::Edit(Box::new(editing)));
        Some(self.answer(request, Turn::default()))
    }

    /// Writes down commands that did what was done.
    fn note(&mut self, at_ms: u64, lines: &[String]) {
        self.wrote |= !lines.is_empty();
        self.written.extend(lines.iter().map(|line| Written { at_ms, line: line.clone(), read: None }));
    }

    fn answer(&mut self, request: &Request<'_>, turn: Turn) -> Call {
        self.wrote |= turn.wrote;
        let Turn { stdout, stderr, .. } = turn;
        if let Some(code) = turn.code {
            self.live.remove(&request.id);
            return Call::Done { stdout, stderr, code };
        }
        // Without an instant of its own only news wakes it.
        Call::Wait { stdout, stderr, until_ms: turn.until_ms.unwrap_or(u64::MAX) }
    }
}

/// The words as a line that a shell reads as the same words.
fn quoted(argv: &[Rc<str>]) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_=./:,@%+".contains(c);
    let word = |word: &Rc<str>| {
        if !word.is_empty() && word.chars().all(plain) {
            word.to_string()
        } else {
            format!("'{}'", word.replace('\'', "'\\''"))
        }
    };
    argv.iter().map(word).collect::<Vec<_>>().join(" ")
}

/// The text that a command reads with `-f`.
fn read_text(request: &Request<'_>) -> Option<(String, Rc<String>, String)> {
    let argv = request.argv;
    let flag =
        argv.iter().position(|word| matches!(&**word, "-f" | "--filename") || word.starts_with("--filename="))?;
    let (place, name) = match argv.get(flag)?.strip_prefix("--filename=") {
        Some(name) => (flag, name),
        None => (flag + 1, &**argv.get(flag + 1)?),
    };
    let text = if name == "-" {
        Rc::new(request.stdin.to_owned())
    } else {
        request.files.read(&crate::cluster::shell::absolute(request.cwd, name)).ok()?
    };
    let mut other = argv.to_vec();
    if let Some(word) = other.get_mut(place) {
        *word = Rc::from(if place == flag { "--filename=-" } else { "-" });
    }
    Some((name.to_owned(), text, quoted(&other)))
}
