//! Models how ash runs a simple command: expand, redirect, assign, then find what the name means.
//!
//! Programs of busybox run within the task that calls them, except shells and scripts, which get
//! a task of their own: the difference shows only to who would look at process numbers.

use std::rc::Rc;

use super::ast::{Redirect, RedirectKind, Simple};
use super::expand::{self, Replay, Stop};
use super::files::{FileError, absolute};
use super::io::Fd;
use super::machine::with;
use super::process::is_shell;
use super::task::{Action, Argv, Context, Expanding, Frame, MAX_CALLS, Outside, Task, Wait};
use super::world::{Call, Program, Request};

/// What a name means to the shell.
pub enum Found {
    /// A program of busybox, by its own name.
    Applet(&'static str),
    /// A shell.
    Shell,
    /// A script in a file.
    Script(String),
}

impl Task {
    /// Expands a simple command and runs it.
    pub fn simple(&mut self, mut e: Box<Expanding<Simple>>, cx: &mut Context) {
        if let Some(text) = self.captured.take() {
            e.replay.push(text);
        } else if e.next == 0 && e.replay == Replay::default() {
            self.captured_status = None;
        }
        let node = Rc::clone(&e.node);
        match self.expand_simple(&node, &mut e, cx) {
            Ok(true) => self.expanded(&node, *e, cx),
            Ok(false) => {
                self.fds = e.before.unwrap_or_else(|| Rc::clone(&self.fds));
                self.status = 1;
                if e.words.first().is_some_and(|name| &**name == "exec") {
                    self.exit(1);
                }
            }
            Err(stop) => self.stop(stop, Frame::Command(e), cx),
        }
    }

    /// All expansions in ash's order; `false` if a redirection failed.
    fn expand_simple(
        &mut self,
        node: &Simple,
        e: &mut Expanding<Simple>,
        cx: &mut Context,
    ) -> Result<bool, Stop> {
        expand::words(
            self,
            cx,
            &node.words,
            &mut e.next,
            &mut e.replay,
            &mut e.words,
        )?;
        if !node.redirects.is_empty() {
            e.before.get_or_insert_with(|| Rc::clone(&self.fds));
            if !self.redirect_all(&node.redirects, &mut e.redirect, &mut e.replay, cx)? {
                return Ok(false);
            }
        }
        while let Some((name, word)) = node.assignments.get(e.values.len()) {
            let value = expand::single(self, cx, word, &mut e.replay)?;
            if e.words.is_empty() {
                // Without a command each is set at once, so that the next can use it.
                self.variables
                    .set(name, Rc::clone(&value))
                    .map_err(|refused| Stop::Error(expand::refusal(name, refused)))?;
            }
            e.values.push(value);
        }
        Ok(true)
    }

    fn expanded(&mut self, node: &Simple, e: Expanding<Simple>, cx: &mut Context) {
        if self.options.xtrace {
            self.trace(node, &e, cx);
        }
        if e.words.is_empty() {
            self.status = self.captured_status.take().unwrap_or(0);
            self.fds = e.before.unwrap_or_else(|| Rc::clone(&self.fds));
            return;
        }
        let name = e.words.first().map_or("", |n| n);
        if name == "exec" && e.words.len() == 1 {
            // The redirections stay.
            self.status = 0;
            cx.shared.recount = true;
            return;
        }
        self.frames.extend(e.before.map(Frame::Restore));
        if !e.values.is_empty() {
            if !super::builtins::is_special(name) {
                let saved = node
                    .assignments
                    .iter()
                    .map(|(name, _)| self.variables.save(name))
                    .collect();
                self.frames.push(Frame::Variables(saved));
            }
            for ((name, _), value) in node.assignments.iter().zip(e.values) {
                let set = self
                    .variables
                    .set(name, value)
                    .and_then(|()| self.variables.mark(name, false));
                if let Err(refused) = set {
                    self.complain(cx, &expand::refusal(name, refused));
                    return self.exit(2);
                }
            }
        }
        let argv: Argv = e.words.into();
        self.run(&argv, cx);
    }

    fn trace(&mut self, node: &Simple, e: &Expanding<Simple>, cx: &mut Context) {
        let prefix = self
            .variables
            .get("PS4")
            .map_or_else(|| "+ ".to_owned(), ToString::to_string);
        let assignments = node
            .assignments
            .iter()
            .zip(&e.values)
            .map(|((n, _), v)| format!("{n}={}", quote(v)));
        let words = e.words.iter().map(|w| quote(w));
        let line: Vec<String> = assignments.chain(words).collect();
        self.write(cx, 2, &format!("{prefix}{}\n", line.join(" ")));
    }

    /// Opens redirections from `next` on; `false` if one failed, with its message written.
    pub fn redirect_all(
        &mut self,
        redirects: &[Redirect],
        next: &mut usize,
        replay: &mut Replay,
        cx: &mut Context,
    ) -> Result<bool, Stop> {
        while let Some(redirect) = redirects.get(*next) {
            let target = expand::single(self, cx, &redirect.target, replay)?;
            if let Err(message) = self.redirect(redirect, &target, cx) {
                self.complain(cx, &message);
                return Ok(false);
            }
            *next += 1;
        }
        Ok(true)
    }

    fn redirect(
        &mut self,
        redirect: &Redirect,
        target: &Rc<str>,
        cx: &mut Context,
    ) -> Result<(), String> {
        cx.shared.recount = true;
        let fd = redirect.fd;
        let opened = match redirect.kind {
            RedirectKind::Text => cx.shared.opened.text(Rc::new(target.to_string())),
            RedirectKind::Copy if &**target == "-" => Fd::Closed,
            RedirectKind::Copy => {
                match target.parse::<usize>().ok().and_then(|n| self.fds.get(n)) {
                    Some(Fd::Closed) => return Err(format!("{target}: Bad file descriptor")),
                    Some(source) => source.clone(),
                    None if fd == 1 => {
                        let file = self.open_for_writing(target, false, cx)?;
                        self.fds = with(&self.fds, 2, file.clone());
                        file
                    }
                    None => return Err(format!("{target}: ambiguous redirect")),
                }
            }
            RedirectKind::Read => self.open_for_reading(target, cx)?,
            RedirectKind::Write | RedirectKind::WriteAll => {
                self.open_for_writing(target, false, cx)?
            }
            RedirectKind::Append | RedirectKind::Both => self.open_for_writing(target, true, cx)?,
        };
        if redirect.kind == RedirectKind::WriteAll {
            self.fds = with(&self.fds, 2, opened.clone());
        }
        self.fds = with(&self.fds, fd, opened);
        Ok(())
    }

    /// What a device stands for.
    fn device(&self, path: &str) -> Option<Fd> {
        let fd = match path {
            "/dev/null" | "/dev/zero" | "/dev/tty" => return Some(Fd::Null),
            // Where cron images send their logs.
            "/proc/1/fd/1" => return Some(Fd::Stdout),
            "/proc/1/fd/2" => return Some(Fd::Stderr),
            "/dev/stdin" => 0,
            "/dev/stdout" => 1,
            "/dev/stderr" => 2,
            _ => {
                let number = path
                    .strip_prefix("/dev/fd/")
                    .or_else(|| path.strip_prefix("/proc/self/fd/"));
                number?.parse::<usize>().ok()?
            }
        };
        self.fds.get(fd).cloned()
    }

    /// Opens a file or device for reading.
    pub fn open_for_reading(&mut self, name: &str, cx: &mut Context) -> Result<Fd, String> {
        let path = absolute(&self.cwd, name);
        if let Some(device) = self.device(&path) {
            return Ok(device);
        }
        match cx.read(&path) {
            Ok(text) => Ok(cx.shared.opened.text(text)),
            Err(FileError::NotFound) => Err(format!("can't open {name}: no such file")),
            Err(error) => Err(format!("can't open {name}: {}", error.message())),
        }
    }

    fn open_for_writing(
        &mut self,
        name: &str,
        append: bool,
        cx: &mut Context,
    ) -> Result<Fd, String> {
        let path = absolute(&self.cwd, name);
        if let Some(device) = self.device(&path) {
            return Ok(device);
        }
        if !append && self.options.noclobber && cx.entry(&path).is_some() {
            return Err(format!("can't create {name}: File exists"));
        }
        let made = if append {
            cx.append(&path, "")
        } else {
            cx.write(&path, "")
        };
        match made {
            Ok(()) => Ok(Fd::File(path.into())),
            Err(FileError::NotFound) => Err(format!("can't create {name}: nonexistent directory")),
            Err(error) => Err(format!("can't create {name}: {}", error.message())),
        }
    }

    /// Runs a command whose words are ready.
    pub fn run(&mut self, argv: &Argv, cx: &mut Context) {
        let Some(name) = argv.first() else { return };
        if let Some(body) = self.functions.as_ref().and_then(|f| f.get(name)).cloned() {
            if self.calls >= MAX_CALLS {
                self.complain(
                    cx,
                    &format!("{name}: maximum function nesting level exceeded"),
                );
                return self.exit(2);
            }
            self.calls += 1;
            let arguments = argv.get(1..).unwrap_or(&[]).into();
            self.frames.push(Frame::Call(
                std::mem::replace(&mut self.arguments, arguments),
                Vec::new(),
            ));
            return self.begin(&body, cx);
        }
        self.run_plain(argv, cx);
    }

    /// The same, but no function (`command name`).
    pub fn run_plain(&mut self, argv: &Argv, cx: &mut Context) {
        if !super::builtins::run(self, argv, cx) {
            self.run_program(argv, cx);
        }
    }

    /// Runs a program: neither a function nor a builtin.
    pub fn run_program(&mut self, argv: &Argv, cx: &mut Context) {
        let Some(name) = argv.first() else { return };
        match self.find_program(name, cx) {
            Some(Found::Applet(applet)) => super::applets::run(self, applet, argv, cx),
            Some(Found::Shell | Found::Script(_)) if self.is_last() => {
                self.become_program(argv, cx);
            }
            Some(Found::Shell | Found::Script(_)) => {
                let own = std::mem::take(&mut self.frames);
                let mut child = self.clone();
                self.frames = own;
                child.tested = false;
                if child.become_program(argv, cx) {
                    let child = self.adopt(child, cx);
                    if let Some(task) = cx.shared.forked.last_mut() {
                        task.shell_pid = task.pid;
                    }
                    self.await_child(child);
                } else {
                    self.status = child.status;
                }
            }
            None => self.run_unknown(argv, cx),
        }
    }

    fn run_unknown(&mut self, argv: &Argv, cx: &mut Context) {
        let Some(name) = argv.first() else { return };
        let entry = cx
            .entry(&absolute(&self.cwd, name))
            .filter(|_| name.contains('/'));
        if entry
            .as_ref()
            .is_some_and(|e| e.text.is_none() || e.mode & 0o111 == 0)
        {
            self.complain(cx, &format!("{name}: Permission denied"));
            self.status = 126;
            return;
        }
        match if name.is_empty() {
            Program::Missing
        } else {
            cx.around.program(name)
        } {
            Program::Missing => {
                self.complain(cx, &format!("{name}: not found"));
                self.status = 127;
            }
            Program::Assumed { duration_ms } => {
                if cx.shared.assumed.len() < 32 && !cx.shared.assumed.contains(name) {
                    cx.shared.assumed.push(Rc::clone(name));
                }
                self.pause(duration_ms, cx);
            }
            Program::Outside => {
                let reads = argv
                    .iter()
                    .any(|a| &**a == "-" || a.ends_with("=-") || &**a == "/dev/stdin");
                self.frames.push(Frame::Outside(Box::new(Outside {
                    argv: Rc::clone(argv),
                    stdin: String::new(),
                    reading: reads,
                    id: 0,
                    started_ms: cx.now,
                })));
            }
        }
    }

    /// Waits, and then the command has ended well.
    pub fn pause(&mut self, duration_ms: u64, cx: &mut Context) {
        self.frames.push(Frame::Status(0));
        self.wait = Wait::Until(cx.now.saturating_add(duration_ms));
    }

    /// What a name means, if the shell itself can run it.
    pub fn find_program(&self, name: &str, cx: &mut Context) -> Option<Found> {
        if is_shell(name) {
            return Some(Found::Shell);
        }
        let base = match name.rsplit_once('/') {
            None => name,
            Some(("/bin" | "/usr/bin" | "/sbin" | "/usr/sbin" | "/usr/local/bin", base)) => base,
            Some(_) => "",
        };
        if let Some(applet) = super::applets::NAMES.iter().find(|applet| **applet == base) {
            return Some(Found::Applet(applet));
        }
        let path = absolute(&self.cwd, name);
        let entry = cx
            .entry(&path)
            .filter(|e| name.contains('/') && e.mode & 0o111 != 0)?;
        let text = entry.text?;
        match text.strip_prefix("#!") {
            None => Some(Found::Script(path)),
            Some(rest) => {
                let mut words = rest.lines().next().unwrap_or("").split_whitespace();
                let program = words.next().unwrap_or("");
                let program = if program.ends_with("/env") {
                    words.next().unwrap_or("")
                } else {
                    program
                };
                is_shell(program).then_some(Found::Script(path))
            }
        }
    }

    /// Becomes a new shell that runs what the arguments say: `false` if it can't, as it has said.
    pub fn become_program(&mut self, argv: &Argv, cx: &mut Context) -> bool {
        let Some(name) = argv.first() else {
            return false;
        };
        let invocation = match self.find_program(name, cx) {
            Some(Found::Script(path)) => Invocation::file(argv, path),
            Some(Found::Shell) => match Invocation::parse(argv, &self.cwd) {
                Ok(invocation) => invocation,
                Err(message) => {
                    let text = format!("{name}: {message}\n");
                    self.write(cx, 2, &text);
                    self.status = 2;
                    return false;
                }
            },
            _ => return false,
        };
        let script = match &invocation.source {
            Source::Text(text) => Some(cx.parse(text)),
            Source::File(path) => match cx.read(path) {
                Ok(text) => Some(cx.parse(&text)),
                Err(error) => {
                    let text = format!("{name}: can't open '{path}': {}\n", error.message());
                    self.write(cx, 2, &text);
                    self.status = 2;
                    return false;
                }
            },
            Source::Input => None,
        };
        self.reset_for_exec(cx);
        self.in_file = matches!(invocation.source, Source::File(_));
        self.tail = matches!(invocation.source, Source::Text(_));
        self.shell_pid = self.pid;
        self.name = Rc::clone(&invocation.name);
        self.arguments = invocation.arguments.into();
        self.options = invocation.options;
        self.frames.push(match script {
            Some(script) => Frame::Script(script, 0),
            None => Frame::Tool(super::tools::Tool::script()),
        });
        true
    }

    /// What is left of a shell when another program takes its place.
    pub fn reset_for_exec(&mut self, cx: &mut Context) {
        let exported = self.variables.exported();
        self.variables = super::variables::Variables::new(exported);
        self.frames.clear();
        self.functions = None;
        self.calls = 0;
        self.status = 0;
        self.line = 0;
        self.tested = false;
        self.jobs.clear();
        self.last_job = 0;
        self.started_ms = cx.now;
        self.options = super::task::Options::default();
        if let Some(traps) = self.traps.as_mut() {
            Rc::make_mut(traps)
                .retain(|signal, action| signal.is_some() && *action == Action::Ignore);
        }
        cx.shared.recount = true;
    }

    /// Becomes a program that isn't a shell (`exec sleep 5`, or a container's command).
    pub fn exec_in_place(&mut self, argv: &Argv, cx: &mut Context) {
        self.reset_for_exec(cx);
        self.run_program(argv, cx);
    }

    /// Asks the surroundings how their program is doing.
    pub fn outside(&mut self, mut outside: Box<Outside>, cx: &mut Context) {
        if outside.reading {
            let fd = self.fds.first().cloned().unwrap_or(Fd::Null);
            match cx.shared.opened.read(&fd, false) {
                super::io::Input::Text(text) if outside.stdin.len() < super::io::MAX_TEXT => {
                    outside.stdin.push_str(&text);
                }
                super::io::Input::Wait(pipe) => self.wait = Wait::Readable(pipe, false),
                _ => {
                    outside.reading = false;
                    outside.started_ms = cx.now;
                }
            }
            self.frames.push(Frame::Outside(outside));
            return;
        }
        if outside.id == 0 {
            cx.shared.last_call += 1;
            outside.id = cx.shared.last_call;
            outside.started_ms = cx.now;
        }
        let request = Request {
            id: outside.id,
            now_ms: cx.now,
            started_ms: outside.started_ms,
            argv: &outside.argv,
            stdin: &outside.stdin,
            cwd: &self.cwd,
        };
        match cx.around.call(&request) {
            Call::Done {
                stdout,
                stderr,
                code,
            } => {
                self.status = code & 0xff;
                self.write(cx, 1, &stdout);
                self.write(cx, 2, &stderr);
            }
            Call::Wait {
                stdout,
                stderr,
                until_ms,
            } => {
                self.frames.push(Frame::Outside(outside));
                self.write(cx, 1, &stdout);
                self.write(cx, 2, &stderr);
                if self.wait == Wait::No {
                    // A time that has passed would be asked for again at once, without end.
                    self.wait = Wait::Until(until_ms.max(cx.now.saturating_add(1)));
                }
            }
        }
    }
}

enum Source {
    Text(Rc<str>),
    File(String),
    Input,
}

/// How a shell was called.
struct Invocation {
    source: Source,
    name: Rc<str>,
    arguments: Vec<Rc<str>>,
    options: super::task::Options,
}

impl Invocation {
    fn file(argv: &Argv, path: String) -> Invocation {
        let name = argv.first().cloned().unwrap_or_else(|| "sh".into());
        let arguments = argv.get(1..).unwrap_or(&[]).to_vec();
        Invocation {
            source: Source::File(path),
            name,
            arguments,
            options: super::task::Options::default(),
        }
    }

    fn parse(argv: &Argv, cwd: &str) -> Result<Invocation, String> {
        let shell = argv.first().cloned().unwrap_or_else(|| "sh".into());
        let mut options = super::task::Options::default();
        let mut command = false;
        let mut rest = argv.get(1..).unwrap_or(&[]);
        while let [word, tail @ ..] = rest {
            if &**word == "--" || &**word == "-" {
                rest = tail;
                break;
            }
            let Some(letters) = word.strip_prefix('-') else {
                break;
            };
            rest = tail;
            if letters.starts_with('-') {
                continue;
            }
            for letter in letters.chars() {
                match letter {
                    'c' => command = true,
                    's' | 'l' | 'i' => {}
                    'o' => {
                        let [name, tail @ ..] = rest else {
                            return Err("-o requires an argument".into());
                        };
                        options
                            .set_named(name, true)
                            .ok_or_else(|| format!("illegal option -o {name}"))?;
                        rest = tail;
                    }
                    letter => options
                        .set(letter, true)
                        .ok_or_else(|| format!("illegal option -{letter}"))?,
                }
            }
        }
        let Some((first, tail)) = rest.split_first() else {
            if command {
                return Err("-c requires an argument".into());
            }
            return Ok(Invocation {
                source: Source::Input,
                name: shell,
                arguments: Vec::new(),
                options,
            });
        };
        if command {
            let name = tail.first().cloned().unwrap_or(shell);
            let arguments = tail.get(1..).unwrap_or(&[]).to_vec();
            return Ok(Invocation {
                source: Source::Text(Rc::clone(first)),
                name,
                arguments,
                options,
            });
        }
        let source = Source::File(absolute(cwd, first));
        Ok(Invocation {
            source,
            name: Rc::clone(first),
            arguments: tail.to_vec(),
            options,
        })
    }
}

/// A word as ash shows it to be read again.
pub fn quote(word: &str) -> String {
    let plain = |c: char| matches!(c, '+'..=':' | '@'..='Z' | ']'..='_' | 'a'..='z');
    if word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\"'\"'"))
}
