//! Models the commands that ash itself runs, because they change the shell.
//!
//! Left out: job control (`fg`, `bg`, `jobs` do nothing), aliases, `hash`, `wait -n`, the time limit
//! of `read -t`.

use std::rc::Rc;

use super::expand::{Scope, refusal};
use super::files::absolute;
use super::io::{Fd, Input};
use super::parser::Script;
use super::task::{Action, Argv, Context, Ended, Frame, Options, Reading, Task, Wait};
use super::world::{Program, Signal};

/// The builtins of POSIX that are special: an error in them ends the shell, and assignments before
/// them stay.
pub fn is_special(name: &str) -> bool {
    matches!(
        name,
        ":" | "." | "break" | "continue" | "eval" | "exec" | "exit" | "export" | "readonly" | "return" | "set"
            | "shift" | "times" | "trap" | "unset" | "source"
    )
}

/// The other builtins that aren't programs as well.
fn is_builtin(name: &str) -> bool {
    is_special(name)
        || matches!(
            name,
            "cd" | "local" | "read" | "wait" | "type" | "command" | "umask" | "ulimit" | "getopts" | "let" | "hash"
                | "jobs" | "fg" | "bg" | "alias" | "unalias" | "[[" | "chdir" | "echo" | "printf" | "test" | "["
                | "true" | "false" | "pwd" | "kill"
        )
}

fn is_keyword(name: &str) -> bool {
    matches!(
        name,
        "if" | "then" | "else" | "elif" | "fi" | "while" | "until" | "for" | "do" | "done" | "case" | "esac" | "{"
            | "}" | "!" | "function"
    )
}

/// Runs a builtin; `false` if that isn't one.
pub fn run(task: &mut Task, argv: &Argv, cx: &mut Context) -> bool {
    let Some((name, rest)) = argv.split_first() else { return false };
    if let Some(status) = super::applets::simple(task, name, rest, cx) {
        task.status = status;
        return true;
    }
    task.status = match &**name {
        ":" | "alias" | "unalias" | "hash" | "jobs" | "fg" | "bg" => 0,
        "break" | "continue" => {
            let levels = rest.first().map_or(Some(1), |n| n.parse::<usize>().ok().filter(|n| *n > 0));
            match levels {
                Some(levels) => {
                    task.status = 0;
                    task.leave_loops(levels, &**name == "continue", cx);
                }
                None => illegal_number(task, name, rest, cx),
            }
            return true;
        }
        "exit" | "return" => {
            match rest.first().map(|n| n.parse::<u32>()) {
                None if &**name == "exit" => {
                    let status = task.frames.iter().rev().find_map(|f| match f {
                        Frame::Trap(status) | Frame::Exit(status) => Some(*status),
                        _ => None,
                    });
                    task.exit(status.filter(|_| task.status == 0).unwrap_or(task.status));
                }
                Some(Ok(status)) if &**name == "exit" => task.exit(i32::try_from(status & 0xff).unwrap_or(0)),
                None => task.leave_function(task.status, cx),
                Some(Ok(status)) => task.leave_function(i32::try_from(status & 0xff).unwrap_or(0), cx),
                Some(Err(_)) => illegal_number(task, name, rest, cx),
            }
            return true;
        }
        "cd" | "chdir" => change_folder(task, rest, cx),
        "export" | "readonly" => declare(task, name, rest, cx),
        "local" => local(task, rest, cx),
        "unset" => unset(task, rest, cx),
        "shift" => {
            if rest.first().is_some_and(|n| n.parse::<usize>().is_err()) {
                illegal_number(task, name, rest, cx);
                return true;
            }
            shift(task, rest)
        }
        "set" => set(task, rest, cx),
        "eval" => {
            let text = rest.iter().map(|a| &**a).collect::<Vec<&str>>().join(" ");
            task.status = 0;
            task.frames.push(Frame::Script(Script::parse_leniently(&text), 0));
            return true;
        }
        "." | "source" => {
            source(task, name, rest, cx);
            return true;
        }
        "exec" => {
            exec(task, rest, cx);
            return true;
        }
        "trap" => trap(task, rest, cx),
        "wait" => {
            wait(task, rest, cx);
            return true;
        }
        "read" => {
            read(task, rest, cx);
            return true;
        }
        "type" => describe(task, rest, true, cx),
        "command" => match rest.first().map(|a| &**a) {
            Some(flag @ ("-v" | "-V")) => describe(task, rest.get(1..2).unwrap_or(&[]), flag == "-V", cx),
            Some("-p") => {
                task.run_plain(&rest.get(1..).unwrap_or(&[]).into(), cx);
                return true;
            }
            Some(_) => {
                task.run_plain(&rest.into(), cx);
                return true;
            }
            None => 0,
        },
        "umask" => {
            if rest.is_empty() {
                task.write(cx, 1, "0022\n");
            }
            0
        }
        "ulimit" => {
            if rest.iter().all(|a| a.starts_with('-')) {
                task.write(cx, 1, "unlimited\n");
            }
            0
        }
        "times" => {
            task.write(cx, 1, "0m0.00s 0m0.00s\n0m0.00s 0m0.00s\n");
            0
        }
        "let" => {
            let mut value = 0;
            for text in rest {
                match super::arithmetic::evaluate(text, &mut Scope(task, cx)) {
                    Ok(number) => value = number,
                    Err(message) => {
                        task.complain(cx, &message);
                        task.exit(2);
                        return true;
                    }
                }
            }
            i32::from(value == 0)
        }
        "getopts" => getopts(task, rest, cx),
        _ => return false,
    };
    true
}

fn illegal_number(task: &mut Task, name: &str, rest: &[Rc<str>], cx: &mut Context) {
    let text = rest.first().map_or("", |n| n);
    task.complain_of(cx, name, &format!("Illegal number: {text}"));
    task.exit(2);
}

fn change_folder(task: &mut Task, rest: &[Rc<str>], cx: &mut Context) -> i32 {
    let rest = match rest {
        [flag, tail @ ..] if matches!(&**flag, "-P" | "-L" | "--") => tail,
        rest => rest,
    };
    let home = || task.variables.get("HOME").cloned().unwrap_or_else(|| "/root".into());
    let back = rest.first().is_some_and(|a| &**a == "-");
    let target = match rest.first() {
        None => home(),
        Some(_) if back => task.variables.get("OLDPWD").cloned().unwrap_or_else(|| Rc::clone(&task.cwd)),
        Some(target) => Rc::clone(target),
    };
    let path = absolute(&task.cwd, &target);
    match cx.entry(&path) {
        Some(entry) if entry.text.is_none() => {
            let _ = task.variables.set("OLDPWD", Rc::clone(&task.cwd));
            let _ = task.variables.set("PWD", path.as_str().into());
            task.cwd = path.into();
            if back {
                task.write(cx, 1, &format!("{}\n", task.cwd.clone()));
            }
            0
        }
        found => {
            let why = if found.is_some() { "Not a directory" } else { "No such file or directory" };
            task.complain_of(cx, "cd", &format!("can't cd to {target}: {why}"));
            2
        }
    }
}

fn declare(task: &mut Task, name: &str, rest: &[Rc<str>], cx: &mut Context) -> i32 {
    let read_only = name == "readonly";
    if rest.is_empty() || rest.iter().all(|a| &**a == "-p") {
        let all = task.variables.all(|exported, fixed| if read_only { fixed } else { exported });
        let text: String =
            all.iter().map(|(n, v)| format!("{name} {n}='{}'\n", v.replace('\'', "'\"'\"'"))).collect();
        task.write(cx, 1, &text);
        return 0;
    }
    for argument in rest {
        if argument.starts_with('-') {
            continue;
        }
        let (variable, value) = match argument.split_once('=') {
            Some((variable, value)) => (variable, Some(value)),
            None => (&**argument, None),
        };
        if variable.is_empty() || super::lexer::name_length(variable) != variable.len() {
            task.complain_of(cx, name, &format!("{variable}: bad variable name"));
            task.exit(2);
            return 2;
        }
        let set = value.map_or(Ok(()), |value| task.variables.set(variable, value.into()));
        if let Err(refused) = set.and_then(|()| task.variables.mark(variable, read_only)) {
            task.complain_of(cx, name, &refusal(variable, refused));
            task.exit(2);
            return 2;
        }
    }
    0
}

fn local(task: &mut Task, rest: &[Rc<str>], cx: &mut Context) -> i32 {
    if task.calls == 0 {
        task.complain_of(cx, "local", "not in a function");
        task.exit(2);
        return 2;
    }
    for argument in rest {
        let (name, value) = match argument.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (&**argument, None),
        };
        let saved = task.variables.save(name);
        let call = task.frames.iter_mut().rev().find_map(|f| match f {
            Frame::Call(_, locals) => Some(locals),
            _ => None,
        });
        if let Some(locals) = call {
            locals.push(saved);
        }
        let set = match value {
            Some(value) => task.variables.set(name, value.into()),
            None => task.variables.unset(name),
        };
        if let Err(refused) = set {
            task.complain_of(cx, "local", &refusal(name, refused));
            return 1;
        }
    }
    0
}

fn unset(task: &mut Task, rest: &[Rc<str>], cx: &mut Context) -> i32 {
    let functions = rest.first().is_some_and(|a| &**a == "-f");
    for name in rest.iter().filter(|a| !a.starts_with('-')) {
        if functions {
            if let Some(functions) = task.functions.as_mut() {
                Rc::make_mut(functions).remove(name);
            }
        } else if let Err(refused) = task.variables.unset(name) {
            task.complain_of(cx, "unset", &refusal(name, refused));
            return 1;
        }
    }
    0
}

fn shift(task: &mut Task, rest: &[Rc<str>]) -> i32 {
    let by = rest.first().map_or(Some(1), |n| n.parse().ok());
    match by.and_then(|by: usize| task.arguments.get(by..)) {
        Some(left) => {
            task.arguments = left.into();
            0
        }
        None => 1,
    }
}

impl Options {
    /// Sets the option of a letter.
    pub fn set(&mut self, letter: char, on: bool) -> Option<()> {
        *match letter {
            'e' => &mut self.errexit,
            'u' => &mut self.nounset,
            'x' => &mut self.xtrace,
            'f' => &mut self.noglob,
            'a' => &mut self.allexport,
            'C' => &mut self.noclobber,
            'b' | 'h' | 'm' | 'n' | 'v' => return Some(()),
            _ => return None,
        } = on;
        Some(())
    }

    /// Sets the option of a name.
    pub fn set_named(&mut self, name: &str, on: bool) -> Option<()> {
        match name {
            "pipefail" => self.pipefail = on,
            "errexit" => self.errexit = on,
            "nounset" => self.nounset = on,
            "xtrace" => self.xtrace = on,
            "noglob" => self.noglob = on,
            "allexport" => self.allexport = on,
            "noclobber" => self.noclobber = on,
            "monitor" | "notify" | "vi" | "verbose" | "ignoreeof" | "posix" => {}
            _ => return None,
        }
        Some(())
    }

    /// `$-`
    pub fn letters(self) -> String {
        let all = [(self.errexit, 'e'), (self.nounset, 'u'), (self.xtrace, 'x'), (self.noglob, 'f')];
        all.into_iter().filter(|(on, _)| *on).map(|(_, letter)| letter).collect()
    }
}

fn set(task: &mut Task, rest: &[Rc<str>], cx: &mut Context) -> i32 {
    if rest.is_empty() {
        let all = task.variables.all(|_, _| true);
        let text: String = all.iter().map(|(n, v)| format!("{n}='{}'\n", v.replace('\'', "'\"'\"'"))).collect();
        task.write(cx, 1, &text);
        return 0;
    }
    let mut left = rest;
    while let [word, tail @ ..] = left {
        if &**word == "--" {
            task.arguments = tail.into();
            return 0;
        }
        let on = word.starts_with('-');
        let Some(letters) = word.strip_prefix(['-', '+']).filter(|l| !l.is_empty()) else { break };
        left = tail;
        for letter in letters.chars() {
            let done = if letter == 'o' {
                let Some((name, tail)) = left.split_first() else { return 0 };
                left = tail;
                task.options.set_named(name, on).ok_or_else(|| format!("illegal option {word} {name}"))
            } else {
                task.options.set(letter, on).ok_or_else(|| format!("illegal option -{letter}"))
            };
            if let Err(message) = done {
                task.complain_of(cx, "set", &message);
                task.exit(2);
                return 2;
            }
        }
    }
    if !left.is_empty() {
        task.arguments = left.into();
    }
    0
}

fn source(task: &mut Task, name: &str, rest: &[Rc<str>], cx: &mut Context) {
    let Some((file, arguments)) = rest.split_first() else {
        task.status = 0;
        return;
    };
    if !file.contains('/') {
        task.complain_of(cx, name, &format!("{file}: not found"));
        return task.exit(2);
    }
    match cx.read(&absolute(&task.cwd, file)) {
        Ok(text) => {
            let before = Rc::clone(&task.arguments);
            if !arguments.is_empty() {
                task.arguments = arguments.into();
            }
            task.frames.push(Frame::Source(before));
            task.frames.push(Frame::Script(Script::parse_leniently(&text), 0));
            task.status = 0;
        }
        Err(error) => {
            task.complain_of(cx, name, &format!("can't open '{file}': {}", error.message()));
            task.exit(2);
        }
    }
}

fn exec(task: &mut Task, rest: &[Rc<str>], cx: &mut Context) {
    let argv: Argv = match rest {
        [flag, _, tail @ ..] if &**flag == "-a" => tail.into(),
        rest => rest.into(),
    };
    let Some(name) = argv.first() else {
        task.status = 0;
        return;
    };
    let known = task.find_program(name, cx).is_some();
    if !known && (name.is_empty() || cx.around.program(name) == Program::Missing) {
        let (why, status) = match cx.entry(&absolute(&task.cwd, name)).filter(|_| name.contains('/')) {
            Some(_) => ("Permission denied", 126),
            None => ("not found", 127),
        };
        task.complain_of(cx, "exec", &format!("{name}: {why}"));
        return task.exit(status);
    }
    task.replace_by(&argv, cx);
}

fn trap(task: &mut Task, rest: &[Rc<str>], cx: &mut Context) -> i32 {
    let rest = match rest {
        [flag, tail @ ..] if matches!(&**flag, "--" | "-p") => tail,
        rest => rest,
    };
    let Some((first, signals)) = rest.split_first() else {
        let mut text = String::new();
        for (signal, action) in task.traps.iter().flat_map(|t| t.iter()) {
            let action = match action {
                Action::Ignore => "",
                Action::Run(action) => action,
            };
            let name = signal.map_or("EXIT", Signal::name);
            text.push_str(&format!("trap -- '{}' {name}\n", action.replace('\'', "'\"'\"'")));
        }
        task.write(cx, 1, &text);
        return 0;
    };
    // `trap 15` and `trap TERM` reset, like `trap - TERM`.
    let (action, signals) = if signals.is_empty() { (None, rest) } else { (Some(first), signals) };
    let mut status = 0;
    for name in signals {
        let exit = matches!(&**name, "EXIT" | "0" | "exit");
        let signal = Signal::parse(name);
        if signal.is_none() && !exit {
            task.complain_of(cx, "trap", &format!("{name}: invalid signal specification"));
            status = 1;
            continue;
        }
        let traps = Rc::make_mut(task.traps.get_or_insert_default());
        match action.map(|a| &**a) {
            None | Some("-") => traps.remove(&signal),
            Some("") => traps.insert(signal, Action::Ignore),
            Some(text) => traps.insert(signal, Action::Run(text.into())),
        };
    }
    status
}

fn wait(task: &mut Task, rest: &[Rc<str>], cx: &mut Context) {
    task.status = 0;
    if let Some(signal) = task.pending.first() {
        task.status = 128 + i32::from(signal.number());
        return;
    }
    let pids: Rc<[u32]> = if rest.is_empty() {
        std::mem::take(&mut task.jobs).into()
    } else {
        let mut pids = Vec::new();
        for text in rest {
            let pid = text.trim_start_matches('%').parse().ok().filter(|pid| task.jobs.contains(pid));
            match pid {
                Some(pid) => pids.push(pid),
                None => task.status = 127,
            }
        }
        pids.into()
    };
    let known = |pid: &u32| cx.shared.ended.contains_key(pid) || task.jobs.contains(pid) || rest.is_empty();
    if pids.is_empty() || !pids.iter().all(known) {
        return;
    }
    let mut shown = pids.to_vec();
    if rest.is_empty() {
        // `wait` alone gives 0 and keeps no status.
        shown.push(0);
        task.jobs.clone_from(&pids.to_vec());
    }
    task.wait = Wait::Jobs(pids);
    task.frames.push(Frame::Jobs(shown.into()));
}

fn read(task: &mut Task, rest: &[Rc<str>], cx: &mut Context) {
    let mut reading = Reading { names: Vec::new(), raw: false, before: String::new() };
    let mut words = rest.iter();
    while let Some(word) = words.next() {
        match word.strip_prefix('-').filter(|l| !l.is_empty() && reading.names.is_empty()) {
            Some("-") => {}
            Some(letters) => {
                for (at, letter) in letters.char_indices() {
                    match letter {
                        'r' => reading.raw = true,
                        's' => {}
                        _ => {
                            // A prompt is only for terminals, and there is no time limit.
                            if letters.get(at + 1..).is_none_or(str::is_empty) {
                                words.next();
                            }
                            break;
                        }
                    }
                }
            }
            None => reading.names.push(Rc::clone(word)),
        }
    }
    if reading.names.is_empty() {
        reading.names.push("REPLY".into());
    }
    task.frames.push(Frame::Read(Box::new(reading)));
}

fn describe(task: &mut Task, names: &[Rc<str>], long: bool, cx: &mut Context) -> i32 {
    let mut status = 0;
    for name in names {
        let function = task.functions.as_ref().is_some_and(|f| f.contains_key(name));
        let program = || if name.contains('/') { name.to_string() } else { format!("/bin/{name}") };
        let (what, place) = if is_keyword(name) {
            ("a shell keyword", name.to_string())
        } else if function {
            ("a function", name.to_string())
        } else if is_builtin(name) {
            let special = if is_special(name) { "a special shell builtin" } else { "a shell builtin" };
            (special, name.to_string())
        } else if task.find_program(name, cx).is_some() || cx.around.program(name) != Program::Missing {
            ("", program())
        } else {
            if long {
                task.write(cx, 1, &format!("{name}: not found\n"));
            }
            status = 127;
            continue;
        };
        let text = match (long, what) {
            (false, _) => format!("{place}\n"),
            (true, "") => format!("{name} is {place}\n"),
            (true, what) => format!("{name} is {what}\n"),
        };
        task.write(cx, 1, &text);
    }
    status
}

fn getopts(task: &mut Task, rest: &[Rc<str>], cx: &mut Context) -> i32 {
    let [options, name, given @ ..] = rest else {
        task.complain_of(cx, "getopts", "usage: getopts optstring var [arg]");
        return 2;
    };
    let arguments: Argv = if given.is_empty() { Rc::clone(&task.arguments) } else { given.into() };
    let index = task.variables.get("OPTIND").and_then(|v| v.parse::<usize>().ok()).unwrap_or(1).max(1);
    let word = arguments.get(index - 1).map_or("", |w| w);
    let mut at = task.option_at.max(1);
    let flags = word.strip_prefix('-').filter(|f| !f.is_empty());
    if flags.is_none() || word == "--" {
        let next = if word == "--" { index + 1 } else { index };
        let _ = task.variables.set("OPTIND", next.to_string().into());
        let _ = task.variables.set(name, "?".into());
        task.option_at = 0;
        return 1;
    }
    let letter = word.chars().nth(at).unwrap_or('?');
    at += 1;
    let mut next = index;
    let spec = options.trim_start_matches(':');
    let position = spec.find(letter).filter(|_| letter != ':');
    let takes = position.is_some_and(|p| spec.get(p + letter.len_utf8()..).is_some_and(|r| r.starts_with(':')));
    let rest_of_word: String = word.chars().skip(at).collect();
    let mut result = letter.to_string();
    let _ = task.variables.unset("OPTARG");
    if position.is_none() {
        task.write(cx, 2, &format!("Illegal option -{letter}\n"));
        result = "?".into();
    } else if takes {
        let value = if rest_of_word.is_empty() {
            next += 1;
            arguments.get(next - 1).cloned()
        } else {
            Some(rest_of_word.as_str().into())
        };
        match value {
            Some(value) => {
                let _ = task.variables.set("OPTARG", value);
            }
            None => {
                task.write(cx, 2, &format!("No arg for -{letter} option\n"));
                result = "?".into();
            }
        }
        at = 0;
        next += 1;
    }
    if at != 0 && rest_of_word.is_empty() {
        at = 0;
        next += 1;
    }
    task.option_at = at;
    let _ = task.variables.set("OPTIND", next.to_string().into());
    let _ = task.variables.set(name, result.into());
    0
}

impl Task {
    /// Lets another program take this one's place.
    pub fn replace_by(&mut self, argv: &Argv, cx: &mut Context) {
        let Some(name) = argv.first() else { return };
        match self.find_program(name, cx) {
            Some(super::command::Found::Applet(_)) | None => self.exec_in_place(argv, cx),
            Some(_) => {
                if !self.become_program(argv, cx) {
                    let status = self.status;
                    self.frames.clear();
                    self.exit(status);
                }
            }
        }
    }

    /// The `wait` builtin has nothing more to wait for; a 0 at the end means that it was alone.
    pub fn jobs_over(&mut self, pids: &[u32], cx: &mut Context) {
        let alone = pids.last() == Some(&0);
        if alone {
            self.jobs.clear();
            self.status = 0;
            cx.shared.ended.retain(|pid, _| !pids.contains(pid));
            return;
        }
        // The status stays known, for those who ask twice.
        for ended in pids.iter().filter_map(|pid| cx.shared.ended.get(pid).copied()).collect::<Vec<Ended>>() {
            self.status = ended.status;
            if let Some(signal) = ended.signal {
                self.obituary(signal, cx);
            }
        }
    }

    /// Reads a line for `read` and splits it.
    pub fn read_line(&mut self, mut reading: Box<Reading>, cx: &mut Context) {
        let fd = self.fds.first().cloned().unwrap_or(Fd::Null);
        let (line, whole) = match cx.shared.opened.read(&fd, true) {
            Input::Text(text) => match text.strip_suffix('\n') {
                Some(line) => (line.to_owned(), true),
                None => (text, false),
            },
            Input::End => (String::new(), false),
            Input::Wait(pipe) => {
                self.wait = Wait::Readable(pipe, true);
                return self.frames.push(Frame::Read(reading));
            }
        };
        let backslashes = line.len() - line.trim_end_matches('\\').len();
        if whole && !reading.raw && backslashes % 2 == 1 {
            reading.before.push_str(line.get(..line.len() - 1).unwrap_or(""));
            return self.frames.push(Frame::Read(reading));
        }
        let text = format!("{}{line}", reading.before);
        self.status = i32::from(!whole);
        let ifs = self.variables.get("IFS").map_or_else(|| " \t\n".to_owned(), ToString::to_string);
        let values = fields(&text, &ifs, reading.names.len(), reading.raw);
        for (at, name) in reading.names.iter().enumerate() {
            let value = values.get(at).map_or("", String::as_str);
            if let Err(refused) = self.variables.set(name, value.into()) {
                self.complain_of(cx, "read", &refusal(name, refused));
                return self.exit(2);
            }
        }
    }
}

/// Splits a line for `read`; the last of `most` fields takes all the rest.
fn fields(text: &str, ifs: &str, most: usize, raw: bool) -> Vec<String> {
    let blank = |c: char| ifs.contains(c) && matches!(c, ' ' | '\t' | '\n');
    let mut out = Vec::new();
    let mut chars = text.trim_start_matches(blank).chars().peekable();
    let mut field = String::new();
    // The end of what must not be trimmed from the last field: escaped blanks.
    let mut keep = 0;
    while let Some(c) = chars.next() {
        if c == '\\' && !raw {
            field.extend(chars.next());
            keep = field.len();
            continue;
        }
        if ifs.contains(c) && out.len() + 1 < most {
            while chars.next_if(|n| blank(*n)).is_some() {}
            if blank(c) && chars.next_if(|n| ifs.contains(*n)).is_some() {
                while chars.next_if(|n| blank(*n)).is_some() {}
            }
            out.push(std::mem::take(&mut field));
            keep = 0;
            continue;
        }
        field.push(c);
    }
    let kept = field.trim_end_matches(blank).len().max(keep);
    field.truncate(kept);
    out.push(field);
    out
}
