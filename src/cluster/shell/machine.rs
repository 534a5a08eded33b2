//! Models ash's evaluator as a machine that takes one small step at a time.
//!
//! A step looks at the innermost [`Frame`], does what comes next and perhaps puts other frames
//! over it. Traps run between commands, as in ash.

use std::rc::Rc;

use super::ast::{AndOr, Block, Case, For, If, Node, Redirected, Simple, While};
use super::expand::{self, Stop};
use super::io::{Fd, Fds};
use super::parser::Script;
use super::pattern;
use super::task::{Action, Argv, Context, Expanding, Frame, MAX_FRAMES, Task, Wait};
use super::world::Signal;

/// The most background jobs that a shell remembers.
const MAX_JOBS: usize = 1_024;

impl Task {
    /// Takes one step.
    pub fn step(&mut self, cx: &mut Context) {
        if !self.pending.is_empty() && self.between_commands() {
            return self.run_trap();
        }
        if self.frames.len() > MAX_FRAMES {
            self.complain(cx, "out of memory: too many nested commands");
            return self.exit(2);
        }
        let Some(frame) = self.frames.pop() else {
            let status = self.status;
            return self.exit(status);
        };
        match frame {
            Frame::Sequence(block, next) => self.sequence(block, next, cx),
            Frame::Script(script, next) => self.script(script, next, cx),
            Frame::AndOr(node, running) => self.and_or(node, running, cx),
            Frame::Not => self.status = i32::from(self.status == 0),
            Frame::If(node, arm) => self.arm(node, arm),
            Frame::While(node, testing, status) => self.turn(node, testing, status),
            Frame::For(node, words, next) => self.next_word(node, words, next, cx),
            Frame::Command(command) => self.simple(command, cx),
            Frame::ForWords(words) => self.for_words(words, cx),
            Frame::Case(case) => self.case(case, cx),
            Frame::Redirected(redirected) => self.redirected(redirected, cx),
            Frame::Check => {
                if self.status != 0 && self.options.errexit && !self.tested() {
                    let status = self.status;
                    self.exit(status);
                }
            }
            Frame::Trap(status) | Frame::Status(status) => self.status = status,
            Frame::Exit(status) => self.exit(status),
            Frame::Foreground(pid) => self.foreground_over(pid, cx),
            Frame::Pipeline(pids) => self.pipeline_over(&pids, cx),
            Frame::Jobs(pids) => self.jobs_over(&pids, cx),
            Frame::Timeout(pid, signal, kill_at) => self.timeout(pid, signal, kill_at, cx),
            Frame::Time(began, posix) => self.time_over(began, posix, cx),
            Frame::Tool(tool) => self.tool(tool, cx),
            Frame::Read(reading) => self.read_line(reading, cx),
            Frame::Repeat(text) => {
                self.write(cx, 1, &text);
                self.frames.push(Frame::Repeat(text));
            }
            Frame::Exec(argv) => self.replace_by(&argv, cx),
            Frame::Commands(commands, status) => self.next_command(commands, status, cx),
            Frame::Outside(outside) => self.outside(outside, cx),
            frame => self.unwind(frame, cx),
        }
    }

    /// Whether the innermost frame is none of a command that is running.
    fn between_commands(&self) -> bool {
        matches!(
            self.frames.last(),
            None | Some(
                Frame::Sequence(..)
                    | Frame::Script(..)
                    | Frame::AndOr(..)
                    | Frame::Not
                    | Frame::If(..)
                    | Frame::While(..)
                    | Frame::For(..)
                    | Frame::Restore(_)
                    | Frame::Variables(_)
                    | Frame::Call(..)
                    | Frame::Source(_)
                    | Frame::Check
                    | Frame::Trap(_)
                    | Frame::Exit(_)
            )
        )
    }

    fn run_trap(&mut self) {
        let signal = self.pending.remove(0);
        let Some(Action::Run(text)) = self.traps.as_ref().and_then(|t| t.get(&Some(signal))) else {
            return;
        };
        let script = Script::parse_leniently(text);
        self.frames.push(Frame::Trap(self.status));
        self.frames.push(Frame::Script(script, 0));
    }

    /// Begins a command.
    pub fn begin(&mut self, node: &Node, cx: &mut Context) {
        if self.options.errexit && matches!(node, Node::Simple(_) | Node::Pipeline(_) | Node::Subshell(_)) {
            self.frames.push(Frame::Check);
        }
        match node {
            Node::Simple(simple) => self.begin_simple(simple, cx),
            Node::Pipeline(stages) => self.pipeline(stages, cx),
            Node::Not(node) => {
                self.frames.push(Frame::Not);
                self.begin(node, cx);
            }
            Node::AndOr(node) => {
                self.frames.push(Frame::AndOr(Rc::clone(node), 0));
                self.begin(&node.first, cx);
            }
            Node::Background(node) => self.background(node, cx),
            Node::Subshell(block) if self.is_last() => {
                self.frames.push(Frame::Sequence(Rc::clone(block), 0));
            }
            Node::Subshell(block) => {
                let child = self.fork(vec![Frame::Sequence(Rc::clone(block), 0)], Rc::clone(&self.fds), cx);
                self.await_child(child);
            }
            Node::Group(block) => self.frames.push(Frame::Sequence(Rc::clone(block), 0)),
            Node::If(node) => self.test(Rc::clone(node), 0),
            Node::While(node) => {
                self.frames.push(Frame::While(Rc::clone(node), true, 0));
                self.frames.push(Frame::Sequence(Rc::clone(&node.condition), 0));
            }
            Node::For(node) => self.frames.push(Frame::ForWords(Box::new(Expanding::new(Rc::clone(node))))),
            Node::Case(node) => self.frames.push(Frame::Case(Box::new(Expanding::new(Rc::clone(node))))),
            Node::Function(node) => {
                let functions = Rc::make_mut(self.functions.get_or_insert_default());
                if functions.len() < 1024 {
                    functions.insert(Rc::clone(&node.name), node.body.clone());
                }
                self.status = 0;
            }
            Node::Redirected(node) => self.frames.push(Frame::Redirected(Box::new(Expanding::new(Rc::clone(node))))),
        }
    }

    fn sequence(&mut self, block: Block, next: usize, cx: &mut Context) {
        let Some(node) = block.get(next).cloned() else {
            return;
        };
        if next + 1 < block.len() {
            self.frames.push(Frame::Sequence(block, next + 1));
        }
        self.begin(&node, cx);
    }

    fn script(&mut self, script: Rc<Script>, next: usize, cx: &mut Context) {
        if let Some(line) = script.lines.get(next) {
            let line = Rc::clone(line);
            if next + 1 < script.lines.len() || script.error.is_some() {
                self.frames.push(Frame::Script(script, next + 1));
            }
            self.frames.push(Frame::Sequence(line, 0));
            return;
        }
        if let Some(error) = &script.error {
            self.line = error.line;
            self.complain(cx, &error.message);
            self.exit(2);
        }
    }

    fn and_or(&mut self, node: Rc<AndOr>, running: usize, cx: &mut Context) {
        let mut at = running;
        while let Some((and, next)) = node.rest.get(at) {
            at += 1;
            if *and == (self.status == 0) {
                let next = next.clone();
                self.frames.push(Frame::AndOr(node, at));
                self.begin(&next, cx);
                return;
            }
        }
    }

    fn test(&mut self, node: Rc<If>, arm: usize) {
        let Some((condition, _)) = node.arms.get(arm) else {
            return;
        };
        let condition = Rc::clone(condition);
        self.frames.push(Frame::If(node, arm));
        self.frames.push(Frame::Sequence(condition, 0));
    }

    fn arm(&mut self, node: Rc<If>, arm: usize) {
        if self.status == 0 {
            if let Some((_, body)) = node.arms.get(arm) {
                self.frames.push(Frame::Sequence(Rc::clone(body), 0));
            }
        } else if arm + 1 < node.arms.len() {
            self.test(node, arm + 1);
        } else {
            match &node.otherwise {
                Some(body) => self.frames.push(Frame::Sequence(Rc::clone(body), 0)),
                None => self.status = 0,
            }
        }
    }

    fn turn(&mut self, node: Rc<While>, testing: bool, status: i32) {
        if testing {
            if (self.status == 0) == node.until {
                self.status = status;
                return;
            }
            let body = Rc::clone(&node.body);
            self.frames.push(Frame::While(node, false, status));
            self.frames.push(Frame::Sequence(body, 0));
        } else {
            let condition = Rc::clone(&node.condition);
            self.frames.push(Frame::While(node, true, self.status));
            self.frames.push(Frame::Sequence(condition, 0));
        }
    }

    fn for_words(&mut self, mut e: Box<Expanding<For>>, cx: &mut Context) {
        if let Some(text) = self.captured.take() {
            e.replay.push(text);
        }
        let words: Argv = match &e.node.words {
            None => Rc::clone(&self.arguments),
            Some(words) => match expand::words(self, cx, words, &mut e.next, &mut e.replay, &mut e.words) {
                Ok(()) => e.words.into(),
                Err(stop) => return self.stop(stop, Frame::ForWords(e), cx),
            },
        };
        self.status = 0;
        self.frames.push(Frame::For(e.node, words, 0));
    }

    fn next_word(&mut self, node: Rc<For>, words: Argv, next: usize, cx: &mut Context) {
        let Some(word) = words.get(next) else { return };
        if let Err(refused) = self.variables.set(&node.name, Rc::clone(word)) {
            self.complain(cx, &expand::refusal(&node.name, refused));
            return self.exit(2);
        }
        let body = Rc::clone(&node.body);
        self.frames.push(Frame::For(node, words, next + 1));
        self.frames.push(Frame::Sequence(body, 0));
    }

    fn case(&mut self, mut e: Box<Expanding<Case>>, cx: &mut Context) {
        if let Some(text) = self.captured.take() {
            e.replay.push(text);
        }
        if e.words.is_empty() {
            match expand::single(self, cx, &e.node.subject, &mut e.replay) {
                Ok(subject) => e.words.push(subject),
                Err(stop) => return self.stop(stop, Frame::Case(e), cx),
            }
        }
        cx.charge(e.words.first().map_or(0, |s| s.len()), 8);
        let subject: Vec<char> = e.words.first().map(|s| s.chars().collect()).unwrap_or_default();
        let node = Rc::clone(&e.node);
        while let Some((patterns, body)) = node.arms.get(e.next) {
            while let Some(word) = patterns.get(e.redirect) {
                match expand::pattern(self, cx, word, &mut e.replay) {
                    Ok(pattern) if pattern::matches(&pattern, &subject) => {
                        self.status = 0;
                        self.frames.push(Frame::Sequence(Rc::clone(body), 0));
                        return;
                    }
                    Ok(_) => e.redirect += 1,
                    Err(stop) => return self.stop(stop, Frame::Case(e), cx),
                }
            }
            e.redirect = 0;
            e.next += 1;
        }
        self.status = 0;
    }

    fn redirected(&mut self, mut e: Box<Expanding<Redirected>>, cx: &mut Context) {
        if let Some(text) = self.captured.take() {
            e.replay.push(text);
        }
        let node = Rc::clone(&e.node);
        e.before.get_or_insert_with(|| Rc::clone(&self.fds));
        match self.redirect_all(&node.redirects, &mut e.redirect, &mut e.replay, cx) {
            Ok(done) => {
                self.frames.extend(e.before.map(Frame::Restore));
                if done {
                    self.begin(&node.body, cx);
                } else {
                    self.status = 1;
                }
            }
            Err(stop) => self.stop(stop, Frame::Redirected(e), cx),
        }
    }

    fn begin_simple(&mut self, simple: &Rc<Simple>, cx: &mut Context) {
        self.line = simple.line;
        match &simple.ready {
            Some(argv) if !self.options.xtrace => self.run(argv, cx),
            _ => self.frames.push(Frame::Command(Box::new(Expanding::new(Rc::clone(simple))))),
        }
    }

    /// An expansion could not go on: it waits for a `$(…)`, or the shell ends.
    pub fn stop(&mut self, stop: Stop, frame: Frame, cx: &mut Context) {
        match stop {
            Stop::Error(message) => {
                if let Frame::Command(e) = frame {
                    self.fds = e.before.unwrap_or_else(|| Rc::clone(&self.fds));
                }
                self.complain(cx, &message);
                self.exit(2);
            }
            Stop::Capture(block) => {
                self.frames.push(frame);
                let pipe = cx.shared.opened.pipe(true);
                let fds = with(&self.fds, 1, Fd::PipeOut(pipe));
                match self.fork(vec![Frame::Sequence(block, 0)], fds, cx) {
                    Some(pid) => self.wait = Wait::Capture(pid, pipe),
                    None => self.exit(2),
                }
            }
        }
    }

    /// Takes in what a `$(…)` wrote.
    pub fn collect(&mut self, child: u32, pipe: u32, cx: &mut Context) {
        let text = cx.shared.opened.pipes.remove(&pipe).map(|p| p.buffer).unwrap_or_default();
        let kept = text.trim_end_matches('\n').len();
        let mut text = text;
        text.truncate(kept);
        self.captured = Some(text);
        if let Some(ended) = cx.shared.ended.remove(&child) {
            self.status = ended.status;
            self.captured_status = Some(ended.status);
        }
    }

    fn pipeline(&mut self, stages: &Rc<[Node]>, cx: &mut Context) {
        let mut pids = Vec::new();
        let mut input: Option<Fd> = None;
        for (at, stage) in stages.iter().enumerate() {
            let mut fds: Fds = (*self.fds).clone();
            if let (Some(input), Some(slot)) = (input.take(), fds.get_mut(0)) {
                *slot = input;
            }
            if at + 1 < stages.len() {
                let pipe = cx.shared.opened.pipe(false);
                fds[1] = Fd::PipeOut(pipe);
                input = Some(Fd::PipeIn(pipe));
            }
            let block: Block = Rc::new([stage.clone()]);
            match self.fork(vec![Frame::Sequence(block, 0)], Rc::new(fds), cx) {
                Some(pid) => pids.push(pid),
                None => return self.exit(2),
            }
        }
        let pids: Rc<[u32]> = pids.into();
        self.wait = Wait::Children(Rc::clone(&pids));
        self.frames.push(Frame::Pipeline(pids));
    }

    fn pipeline_over(&mut self, pids: &[u32], cx: &mut Context) {
        let mut failed = 0;
        for pid in pids {
            let ended = cx.shared.ended.remove(pid);
            self.status = ended.map_or(127, |ended| ended.status);
            if self.status != 0 {
                failed = self.status;
            }
            if let Some(signal) = ended.and_then(|ended| ended.signal) {
                self.obituary(signal, cx);
            }
        }
        if self.options.pipefail {
            self.status = failed;
        }
    }

    fn background(&mut self, node: &Rc<Node>, cx: &mut Context) {
        let mut fds: Fds = (*self.fds).clone();
        fds[0] = Fd::Null;
        let block: Block = Rc::new([(**node).clone()]);
        self.status = 0;
        match self.fork(vec![Frame::Sequence(block, 0)], Rc::new(fds), cx) {
            Some(pid) => {
                self.last_job = pid;
                self.jobs.push(pid);
                if self.jobs.len() > MAX_JOBS {
                    self.jobs.remove(0);
                }
                if let Some(child) = cx.shared.forked.last_mut() {
                    let traps = Rc::make_mut(child.traps.get_or_insert_default());
                    traps.insert(Some(Signal::Int), Action::Ignore);
                    traps.insert(Some(Signal::Quit), Action::Ignore);
                }
            }
            None => self.exit(2),
        }
    }

    /// Waits for a child in the foreground.
    pub fn await_child(&mut self, child: Option<u32>) {
        match child {
            Some(pid) => {
                self.wait = Wait::Child(pid, None);
                self.frames.push(Frame::Foreground(pid));
            }
            None => self.exit(2),
        }
    }

    /// A child in the foreground has ended.
    pub fn foreground_over(&mut self, pid: u32, cx: &mut Context) {
        if let Some(ended) = cx.shared.ended.remove(&pid) {
            self.status = ended.status;
            if let Some(signal) = ended.signal {
                self.obituary(signal, cx);
            }
        }
    }

    /// What the shell prints when a command has died of a signal.
    pub fn obituary(&mut self, signal: Signal, cx: &mut Context) {
        let text = signal.obituary();
        if !text.is_empty() {
            self.write(cx, 2, &format!("{text}\n"));
        }
    }

    /// Undoes what a frame stands for, when it is over or is left early.
    pub fn unwind(&mut self, frame: Frame, cx: &mut Context) {
        match frame {
            Frame::Restore(fds) => {
                self.fds = fds;
                cx.shared.recount = true;
            }
            Frame::Variables(saved) => saved.into_iter().rev().for_each(|s| self.variables.restore(s)),
            Frame::Call(arguments, locals) => {
                self.arguments = arguments;
                self.calls = self.calls.saturating_sub(1);
                locals.into_iter().rev().for_each(|s| self.variables.restore(s));
            }
            Frame::Source(arguments) => self.arguments = arguments,
            _ => {}
        }
    }

    /// `break` and `continue`: leaves frames up to the loop of that level.
    pub fn leave_loops(&mut self, levels: usize, again: bool, cx: &mut Context) {
        let is_loop = |f: &Frame| matches!(f, Frame::While(..) | Frame::For(..));
        let inside = self.frames.iter().rev().take_while(|f| !matches!(f, Frame::Call(..) | Frame::Source(_)));
        let mut left = inside.filter(|f| is_loop(f)).count().min(levels);
        while left > 0 {
            let Some(frame) = self.frames.pop() else {
                return;
            };
            if !is_loop(&frame) {
                self.unwind(frame, cx);
                continue;
            }
            left -= 1;
            if left == 0 && again {
                self.frames.push(match frame {
                    Frame::While(node, _, status) => Frame::While(node, false, status),
                    frame => frame,
                });
            }
        }
    }

    /// `return`: leaves frames up to the function's call or the sourced file.
    pub fn leave_function(&mut self, status: i32, cx: &mut Context) {
        if !self.frames.iter().any(|f| matches!(f, Frame::Call(..) | Frame::Source(_))) {
            return self.exit(status);
        }
        while let Some(frame) = self.frames.pop() {
            let last = matches!(frame, Frame::Call(..) | Frame::Source(_));
            self.unwind(frame, cx);
            if last {
                break;
            }
        }
        self.status = status;
    }
}

/// The file descriptors with one of them replaced.
pub fn with(fds: &Rc<Fds>, fd: u8, target: Fd) -> Rc<Fds> {
    let mut fds = Rc::clone(fds);
    if let Some(slot) = Rc::make_mut(&mut fds).get_mut(usize::from(fd)) {
        *slot = target;
    }
    fds
}
