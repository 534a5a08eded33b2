//! Models the small programs of busybox that need no input: `echo`, `expr`, `seq`, `sleep`, `date` …
//!
//! Each writes at once and ends, or waits for a time or a child. Those about files are in
//! `files_tools`, those that read text in `tools`.

use std::fmt::Write as _;
use std::rc::Rc;

use super::printf::{Escapes, printf, unescape};
use super::task::{Argv, Context, Frame, Task};

/// The programs that the shell implements, beside shells.
pub const NAMES: [&str; 72] = [
    "[", "[[", "basename", "cat", "chmod", "chown", "clear", "cp", "cut", "date", "df", "dirname", "du", "echo",
    "egrep", "env", "expr", "false", "fgrep", "find", "free", "grep", "groups", "head", "hostname", "id", "kill", "ln",
    "ls", "mkdir", "mktemp", "mv", "nice", "nl", "nohup", "nproc", "printenv", "printf", "ps", "pwd", "readlink",
    "realpath", "rev", "rm", "rmdir", "sed", "seq", "setsid", "sleep", "sort", "stat", "stdbuf", "sync", "tac", "tail",
    "tee", "test", "time", "timeout", "touch", "tr", "true", "tty", "uname", "uniq", "uptime", "usleep", "wc", "which",
    "whoami", "xargs", "yes",
];

/// The programs that are builtins as well and never wait: the status, or nothing if it isn't one.
pub fn simple(task: &mut Task, name: &str, rest: &[Rc<str>], cx: &mut Context) -> Option<i32> {
    Some(match name {
        "true" => 0,
        "false" => 1,
        "echo" => echo(task, rest, cx),
        "printf" => {
            let words: Vec<&str> = rest.iter().map(|a| &**a).collect();
            let Some((format, arguments)) = words.split_first() else {
                task.complain(cx, "usage: printf FORMAT [ARGUMENT...]");
                return Some(2);
            };
            let (out, errors, status) = printf(format, arguments);
            task.write(cx, 1, &out);
            for line in errors.lines() {
                task.complain(cx, line);
            }
            status
        }
        "test" | "[" | "[[" => {
            let mut words: Vec<&str> = rest.iter().map(|a| &**a).collect();
            let closing = match name {
                "[" => "]",
                "[[" => "]]",
                _ => "",
            };
            if !closing.is_empty() && words.pop() != Some(closing) {
                task.complain(cx, &format!("missing {closing}"));
                return Some(2);
            }
            match super::test_command::evaluate(&words, name == "[[", task, cx) {
                Ok(value) => i32::from(!value),
                Err(message) => {
                    task.complain(cx, &message);
                    2
                }
            }
        }
        "pwd" => {
            let text = format!("{}\n", task.cwd);
            task.write(cx, 1, &text);
            0
        }
        "kill" => super::timing::kill(task, rest, cx),
        _ => return None,
    })
}

/// Runs a program by its own name (`echo` for `/bin/echo`).
pub fn run(task: &mut Task, name: &str, argv: &Argv, cx: &mut Context) {
    let rest = argv.get(1..).unwrap_or(&[]);
    if let Some(status) = simple(task, name, rest, cx) {
        task.status = status;
        return;
    }
    if super::tools::begin(task, name, rest, cx) {
        return;
    }
    if let Some(status) = super::files_tools::run(task, name, rest, cx) {
        task.status = status;
        return;
    }
    task.status = match name {
        "sleep" | "usleep" => return super::timing::sleep(task, name, rest, cx),
        "timeout" => return super::timing::timeout(task, rest, cx),
        "time" => {
            let posix = rest.first().is_some_and(|a| &**a == "-p");
            task.frames.push(Frame::Time(cx.now, posix));
            return task.run_program(&rest.get(usize::from(posix)..).unwrap_or(&[]).into(), cx);
        }
        "nohup" | "setsid" => return task.run_program(&rest.into(), cx),
        "nice" | "stdbuf" => {
            let options = rest.iter().take_while(|a| a.starts_with('-')).count();
            let skip = options + usize::from(rest.first().is_some_and(|a| &**a == "-n"));
            return task.run_program(&rest.get(skip..).unwrap_or(&[]).into(), cx);
        }
        "env" | "printenv" => return environment(task, name, rest, cx),
        "yes" => {
            let text = rest.iter().map(|a| &**a).collect::<Vec<&str>>().join(" ");
            let text = if text.is_empty() { "y\n".to_owned() } else { format!("{text}\n") };
            return task.frames.push(Frame::Repeat(text.into()));
        }
        "sync" | "clear" => 0,
        "seq" => seq(task, rest, cx),
        "expr" => super::expr::run(task, rest, cx),
        "which" => {
            let mut status = 0;
            for name in rest {
                let found = task.find_program(name, cx).is_some();
                if found {
                    let path = if name.contains('/') { name.to_string() } else { format!("/bin/{name}") };
                    task.write(cx, 1, &format!("{path}\n"));
                } else {
                    status = 1;
                }
            }
            status
        }
        _ => match describe(task, name, rest, cx) {
            Ok(text) => {
                task.write(cx, 1, &text);
                0
            }
            Err(message) => {
                task.write(cx, 2, &message);
                1
            }
        },
    };
}

/// Programs that only tell something.
fn describe(task: &Task, name: &str, rest: &[Rc<str>], cx: &mut Context) -> Result<String, String> {
    let first = rest.iter().find(|a| !a.starts_with('-')).map_or("", |a| a);
    let words: Vec<&str> = rest.iter().map(|a| &**a).collect();
    Ok(match name {
        "date" => return super::date::date(&words, cx.around.unix_ms(cx.now)),
        "basename" => {
            let trimmed = first.trim_end_matches('/');
            let base = if trimmed.is_empty() { first } else { trimmed.rsplit('/').next().unwrap_or("") };
            let suffix = words.iter().skip_while(|w| **w != first).nth(1).copied().unwrap_or("");
            let cut = base.strip_suffix(suffix).filter(|b| !b.is_empty()).unwrap_or(base);
            format!("{cut}\n")
        }
        "dirname" => {
            let trimmed = first.trim_end_matches('/');
            match trimmed.rfind('/') {
                None if trimmed.is_empty() && first.starts_with('/') => "/\n".into(),
                None => ".\n".into(),
                Some(at) => {
                    let folder = trimmed.get(..at).unwrap_or("").trim_end_matches('/');
                    format!("{}\n", if folder.is_empty() { "/" } else { folder })
                }
            }
        }
        "hostname" => format!("{}\n", cx.shared.settings.hostname),
        "whoami" | "groups" => "root\n".into(),
        "nproc" => "1\n".into(),
        "tty" => "not a tty\n".into(),
        "id" => match first {
            _ if words.iter().any(|w| w.contains('n')) => "root\n".into(),
            "" if words.first().is_some_and(|w| matches!(*w, "-u" | "-g")) => "0\n".into(),
            _ => "uid=0(root) gid=0(root) groups=0(root),10(wheel)\n".into(),
        },
        "uname" => match words.first().copied() {
            Some("-a") => format!("Linux {} 6.12.0 #1 SMP x86_64 GNU/Linux\n", cx.shared.settings.hostname),
            Some("-r") => "6.12.0\n".into(),
            Some("-m") => "x86_64\n".into(),
            Some("-n") => format!("{}\n", cx.shared.settings.hostname),
            _ => "Linux\n".into(),
        },
        "uptime" => " up 0 min,  load average: 0.00, 0.00, 0.00\n".into(),
        "free" => "              total        used        free\nMem:        8000000      800000     7200000\n".into(),
        "df" => "Filesystem           1K-blocks      Used Available Use% Mounted on\noverlay               10000000   1000000   9000000  10% /\n".into(),
        "ps" => format!("PID   USER     TIME  COMMAND\n{:>5} root      0:00 {}\n", task.shell_pid, task.name),
        _ => String::new(),
    })
}

/// Says that a program was called wrongly.
pub fn usage(task: &mut Task, name: &str, cx: &mut Context) -> i32 {
    let text = format!("{name}: wrong arguments\n");
    task.write(cx, 2, &text);
    1
}

fn echo(task: &mut Task, rest: &[Rc<str>], cx: &mut Context) -> i32 {
    let (mut newline, mut escapes) = (true, false);
    let mut words = rest;
    while let [word, tail @ ..] = words {
        match word.strip_prefix('-').filter(|l| !l.is_empty() && l.chars().all(|c| "neE".contains(c))) {
            Some(letters) => letters.chars().for_each(|c| match c {
                'n' => newline = false,
                'e' => escapes = true,
                _ => escapes = false,
            }),
            None => break,
        }
        words = tail;
    }
    let mut text = String::new();
    for (at, word) in words.iter().enumerate() {
        if at > 0 {
            text.push(' ');
        }
        text.push_str(word);
    }
    if escapes {
        let (plain, stopped) = unescape(&text, Escapes::Echo);
        text = plain;
        newline &= !stopped;
    }
    if newline {
        text.push('\n');
    }
    task.write(cx, 1, &text);
    0
}

fn environment(task: &mut Task, name: &str, rest: &[Rc<str>], cx: &mut Context) {
    let all = task.variables.exported();
    task.status = 0;
    if name == "printenv" && !rest.is_empty() {
        for name in rest {
            match all.iter().find(|(n, _)| n == name) {
                Some((_, value)) => task.write(cx, 1, &format!("{value}\n")),
                None => task.status = 1,
            }
        }
        return;
    }
    let mut words = rest;
    let mut saved = Vec::new();
    while let [word, tail @ ..] = words {
        if &**word == "-i" || &**word == "-" {
            for (name, _) in all.iter() {
                saved.push(task.variables.save(name));
                let _ = task.variables.unset(name);
            }
        } else if &**word == "-u" {
            saved.extend(tail.first().map(|name| task.variables.save(name)));
            let _ = tail.first().map(|name| task.variables.unset(name));
            words = tail.get(1..).unwrap_or(&[]);
            continue;
        } else if let Some((name, value)) = word.split_once('=') {
            saved.push(task.variables.save(name));
            let _ = task.variables.set(name, value.into());
            let _ = task.variables.mark(name, false);
        } else {
            break;
        }
        words = tail;
    }
    task.frames.push(Frame::Variables(saved));
    if words.is_empty() {
        let mut text = String::new();
        for (name, value) in task.variables.exported().iter() {
            let _ = writeln!(text, "{name}={value}");
        }
        // What ash itself exports, where there is a shell.
        if &*task.name != name && !rest.iter().any(|a| a.starts_with('-')) {
            if task.variables.get("SHLVL").is_none() {
                text.push_str("SHLVL=1\n");
            }
            if task.variables.get("PWD").is_none() {
                let _ = writeln!(text, "PWD={}", task.cwd);
            }
        }
        task.write(cx, 1, &text);
    } else {
        task.run_program(&words.into(), cx);
    }
}

fn seq(task: &mut Task, rest: &[Rc<str>], cx: &mut Context) -> i32 {
    let (mut separator, mut pad) = ("\n".to_owned(), false);
    let mut words = rest;
    while let [word, tail @ ..] = words {
        match &**word {
            "-w" => pad = true,
            "-s" => {
                separator = tail.first().map(|s| unescape(s, Escapes::Echo).0).unwrap_or_default();
                words = tail.get(1..).unwrap_or(&[]);
                continue;
            }
            word => match word.strip_prefix("-s") {
                Some(attached) => separator = unescape(attached, Escapes::Echo).0,
                None => break,
            },
        }
        words = tail;
    }
    let numbers: Option<Vec<i64>> = words.iter().map(|w| w.parse().ok()).collect();
    let (first, step, last) = match numbers.as_deref() {
        Some([last]) => (1, 1, *last),
        Some([first, last]) => (*first, 1, *last),
        Some([first, step, last]) => (*first, *step, *last),
        _ => return usage(task, "seq", cx),
    };
    let width = if pad { first.to_string().len().max(last.to_string().len()) } else { 0 };
    let mut text = String::new();
    let mut at = first;
    while (step >= 0 && at <= last || step < 0 && at >= last) && text.len() < 1 << 20 {
        if !text.is_empty() {
            text.push_str(&separator);
        }
        let _ = write!(text, "{at:0width$}");
        let Some(next) = at.checked_add(step) else {
            break;
        };
        if step == 0 {
            break;
        }
        at = next;
    }
    if !text.is_empty() {
        text.push('\n');
    }
    task.write(cx, 1, &text);
    0
}
