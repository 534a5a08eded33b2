//! Models how ash runs a simple command: expand, redirect, assign, then find what the name means.
//!
//! Programs of busybox run within the task that calls them, except shells and scripts, which get
//! a task of their own: the difference shows only to who would look at process numbers.

use std::rc::Rc;

use super::ast::Simple;
use super::expand::{self, Replay, Stop};
use super::files::absolute;
use super::process::shell_of;
use super::task::{Argv, Context, Expanding, Frame, MAX_CALLS, Outside, Task, Wait};
use super::world::Program;

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
    fn expand_simple(&mut self, node: &Simple, e: &mut Expanding<Simple>, cx: &mut Context) -> Result<bool, Stop> {
        expand::words(self, cx, &node.words, &mut e.next, &mut e.replay, &mut e.words)?;
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
                let saved = node.assignments.iter().map(|(name, _)| self.variables.save(name)).collect();
                self.frames.push(Frame::Variables(saved));
            }
            for ((name, _), value) in node.assignments.iter().zip(e.values) {
                let set = self.variables.set(name, value).and_then(|()| self.variables.mark(name, false));
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
        let prefix = self.variables.get("PS4").map_or_else(|| "+ ".to_owned(), ToString::to_string);
        let assignments = node.assignments.iter().zip(&e.values).map(|((n, _), v)| format!("{n}={}", quote(v)));
        let words = e.words.iter().map(|w| quote(w));
        let line: Vec<String> = assignments.chain(words).collect();
        self.write(cx, 2, &format!("{prefix}{}\n", line.join(" ")));
    }

    /// Runs a command whose words are ready.
    pub fn run(&mut self, argv: &Argv, cx: &mut Context) {
        let Some(name) = argv.first() else { return };
        if let Some(body) = self.functions.as_ref().and_then(|f| f.get(name)).cloned() {
            if self.calls >= MAX_CALLS {
                self.complain(cx, &format!("{name}: maximum function nesting level exceeded"));
                return self.exit(2);
            }
            self.calls += 1;
            let arguments = argv.get(1..).unwrap_or(&[]).into();
            self.frames.push(Frame::Call(std::mem::replace(&mut self.arguments, arguments), Vec::new()));
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
        let entry = cx.entry(&absolute(&self.cwd, name)).filter(|_| name.contains('/'));
        if entry.as_ref().is_some_and(|e| e.text.is_none() || e.mode & 0o111 == 0) {
            self.complain(cx, &format!("{name}: Permission denied"));
            self.status = 126;
            return;
        }
        match if name.is_empty() { Program::Missing } else { cx.around.program(name, &cx.shared.assumed) } {
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
                let reads = argv.iter().any(|a| &**a == "-" || a.ends_with("=-") || &**a == "/dev/stdin");
                self.frames.push(Frame::Outside(Box::new(Outside {
                    argv: Rc::clone(argv),
                    env: self.variables.exported(),
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
        if let Some(shell) = shell_of(name) {
            return cx.around.has_shell(shell).then_some(Found::Shell);
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
        let entry = cx.entry(&path).filter(|e| name.contains('/') && e.mode & 0o111 != 0)?;
        let text = entry.text?;
        match text.strip_prefix("#!") {
            None => Some(Found::Script(path)),
            Some(rest) => {
                let mut words = rest.lines().next().unwrap_or("").split_whitespace();
                let program = words.next().unwrap_or("");
                let program = if program.ends_with("/env") { words.next().unwrap_or("") } else { program };
                shell_of(program).is_some_and(|shell| cx.around.has_shell(shell)).then_some(Found::Script(path))
            }
        }
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
