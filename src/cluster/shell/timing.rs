//! Models the programs about time and processes: `sleep`, `timeout`, `time`, `kill`, and what `xargs`
//! runs.
//!
//! In a container they are busybox's; on a Debian machine `timeout` and `kill` are its own.
//!
//! Left out: `kill -STOP` stops nothing; processor time is always 0.

use std::rc::Rc;

use super::task::{Argv, Context, Frame, Task, Wait};
use super::world::Signal;

/// `kill`
pub fn kill(task: &mut Task, rest: &[Rc<str>], cx: &mut Context) -> i32 {
    let mut signal = Some(Signal::Term);
    let mut words = rest;
    match words {
        [flag, ..] if &**flag == "-l" => {
            task.write(cx, 1, "HUP INT QUIT ABRT KILL USR1 USR2 PIPE ALRM TERM\n");
            return 0;
        }
        [flag, name, tail @ ..] if &**flag == "-s" => {
            words = tail;
            signal = Signal::parse(name);
        }
        [flag, tail @ ..] if flag.starts_with('-') && &**flag != "--" && flag.len() > 1 => {
            words = tail;
            let name = flag.get(1..).unwrap_or("");
            signal = Signal::parse(name);
            if signal.is_none() && name != "0" {
                task.complain(cx, &format!("bad signal name '{name}'"));
                return 1;
            }
        }
        _ => {}
    }
    if let [flag, tail @ ..] = words
        && &**flag == "--"
    {
        words = tail;
    }
    if words.is_empty() {
        task.complain(cx, "you need to specify whom to kill");
        return 1;
    }
    let mut status = 0;
    for word in words {
        let Ok(pid) = word.parse::<i64>() else {
            if cx.shared.settings.debian {
                task.complain_of(cx, "kill", &format!("Illegal number: {word}"));
                status = 2;
            } else {
                task.complain(cx, &format!("invalid number '{word}'"));
                status = 1;
            }
            continue;
        };
        let main = if cx.shared.settings.pid_one { 1 } else { 4000 };
        let everyone: Vec<u32> = match u32::try_from(pid) {
            Ok(0) | Err(_) => {
                let others = cx.shared.living.iter().chain([&main]);
                others.copied().filter(|p| pid >= 0 || *p != main && *p != task.pid).collect()
            }
            Ok(pid) => vec![pid],
        };
        for pid in everyone {
            if pid != main && !cx.shared.living.contains(&pid) {
                task.complain(cx, &format!("can't kill pid {pid}: No such process"));
                status = 1;
            } else if let Some(signal) = signal {
                if pid == task.pid {
                    task.deliver(signal, pid == 1 && cx.shared.settings.pid_one);
                } else {
                    cx.shared.sent.push((pid, signal));
                }
            }
        }
    }
    status
}

/// Milliseconds of `1`, `0.25`, `2m`; nothing if that is no duration.
pub fn duration(text: &str) -> Option<u64> {
    let (number, factor) = match text.char_indices().next_back()? {
        (at, 's') => (text.get(..at)?, 1000),
        (at, 'm') => (text.get(..at)?, 60_000),
        (at, 'h') => (text.get(..at)?, 3_600_000),
        (at, 'd') => (text.get(..at)?, 86_400_000),
        _ => (text, 1000),
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
    if whole.len() + fraction.len() == 0 || !digits(whole) || !digits(fraction) {
        return None;
    }
    let whole: u64 = if whole.is_empty() { 0 } else { whole.parse().unwrap_or(u64::from(u32::MAX)) };
    let mut ms = whole.min(u64::from(u32::MAX)).saturating_mul(factor);
    let mut unit = factor;
    for digit in fraction.bytes().take(9) {
        unit /= 10;
        ms = ms.saturating_add(u64::from(digit - b'0') * unit);
    }
    Some(ms)
}

/// `sleep` and `usleep`
pub fn sleep(task: &mut Task, name: &str, rest: &[Rc<str>], cx: &mut Context) {
    if rest.is_empty() {
        task.status = super::applets::usage(task, name, cx);
        return;
    }
    if rest.first().is_some_and(|a| matches!(&**a, "infinity" | "inf")) {
        task.frames.push(Frame::Status(0));
        task.wait = Wait::Forever;
        return;
    }
    let mut total = 0_u64;
    for word in rest {
        let Some(ms) = duration(word) else {
            task.write(cx, 2, &format!("{name}: invalid number '{word}'\n"));
            task.status = 1;
            return;
        };
        total = total.saturating_add(if name == "usleep" { ms / 1_000_000 } else { ms });
    }
    task.pause(total, cx);
}

/// `timeout`
pub fn timeout(task: &mut Task, rest: &[Rc<str>], cx: &mut Context) {
    let mut signal = Signal::Term;
    let mut kill_after = None;
    let mut words = rest;
    while let [flag, tail @ ..] = words {
        match &**flag {
            "-s" | "-k" => {
                let value = tail.first().map_or("", |v| v);
                if &**flag == "-s" {
                    signal = Signal::parse(value).unwrap_or(signal);
                } else {
                    kill_after = duration(value);
                }
                words = tail.get(1..).unwrap_or(&[]);
            }
            "--" | "--foreground" | "--preserve-status" => words = tail,
            _ => break,
        }
    }
    let Some((limit, command)) = words.split_first().filter(|(_, c)| !c.is_empty()) else {
        task.status = super::applets::usage(task, "timeout", cx);
        return;
    };
    let Some(ms) = duration(limit) else {
        task.write(cx, 2, &format!("timeout: invalid number '{limit}'\n"));
        task.status = 1;
        return;
    };
    let fds = Rc::clone(&task.fds);
    let Some(pid) = task.fork(vec![Frame::Exec(command.into())], fds, cx) else {
        return task.exit(2);
    };
    if let Some(child) = cx.shared.forked.last_mut() {
        child.shell_pid = pid;
    }
    let deadline = cx.now.saturating_add(ms);
    task.wait = Wait::Child(pid, (ms > 0).then_some(deadline));
    task.frames.push(Frame::Timeout(pid, signal, kill_after.map(|ms| deadline.saturating_add(ms))));
}

impl Task {
    /// The child of `timeout` has ended, or its time is over.
    pub fn timeout(&mut self, pid: u32, signal: Signal, kill_at: Option<u64>, cx: &mut Context) {
        if !cx.shared.living.contains(&pid) {
            return self.foreground_over(pid, cx);
        }
        cx.shared.sent.push((pid, signal));
        if cx.shared.settings.debian && kill_at.is_none() {
            // coreutils' `timeout` says nothing and answers 124.
            self.frames.push(Frame::Status(124));
            self.wait = Wait::Child(pid, None);
            return;
        }
        self.wait = Wait::Child(pid, kill_at.filter(|at| *at > cx.now));
        self.frames.push(Frame::Timeout(pid, Signal::Kill, None));
    }

    /// The command of `time` has ended.
    pub fn time_over(&mut self, began: u64, posix: bool, cx: &mut Context) {
        let ms = cx.now.saturating_sub(began);
        let (seconds, hundredths) = (ms / 1000, ms % 1000 / 10);
        let text = if posix {
            format!("real {seconds}.{hundredths:02}\nuser 0.00\nsys 0.00\n")
        } else {
            let (minutes, seconds) = (seconds / 60, seconds % 60);
            format!("real\t{minutes}m {seconds}.{hundredths:02}s\nuser\t0m 0.00s\nsys\t0m 0.00s\n")
        };
        self.write(cx, 2, &text);
    }

    /// Runs the commands that `xargs` or `env` has put together, one after the other.
    pub fn next_command(&mut self, mut commands: Vec<Argv>, status: i32, cx: &mut Context) {
        let status = if self.status == 0 { status } else { 123 };
        if commands.is_empty() {
            self.status = status;
            return;
        }
        let argv = commands.remove(0);
        self.frames.push(Frame::Commands(commands, status));
        self.status = 0;
        self.run_program(&argv, cx);
    }
}
