//! Models the commands that ash itself runs, because they change the shell.
//!
//! Left out: job control (`fg`, `bg`, `jobs` do nothing), aliases, `hash`, `wait -n`, the time limit
//! of `read -t`.

use std::rc::Rc;

use super::expand::{Scope, refusal};
use super::files::absolute;
use super::task::{Argv, Context, Frame, Task};
use super::world::Program;

/// The builtins of POSIX that are special: an error in them ends the shell, and assignments before
/// them stay.
pub fn is_special(name: &str) -> bool {
    matches!(
        name,
        ":" | "."
            | "break"
            | "continue"
            | "eval"
            | "exec"
            | "exit"
            | "export"
            | "readonly"
            | "return"
            | "set"
            | "shift"
            | "times"
            | "trap"
            | "unset"
            | "source"
    )
}

/// The other builtins that aren't programs as well.
fn is_builtin(name: &str) -> bool {
    is_special(name)
        || matches!(
            name,
            "cd" | "local"
                | "read"
                | "wait"
                | "type"
                | "command"
                | "umask"
                | "ulimit"
                | "getopts"
                | "let"
                | "hash"
                | "jobs"
                | "fg"
                | "bg"
                | "alias"
                | "unalias"
                | "[["
                | "chdir"
                | "echo"
                | "printf"
                | "test"
                | "["
                | "true"
                | "false"
                | "pwd"
                | "kill"
        )
}

fn is_keyword(name: &str) -> bool {
    matches!(
        name,
        "if" | "then"
            | "else"
            | "elif"
            | "fi"
            | "while"
            | "until"
            | "for"
            | "do"
            | "done"
            | "case"
            | "esac"
            | "{"
            | "}"
            | "!"
            | "function"
    )
}

/// Runs a builtin; `false` if that isn't one.
pub fn run(task: &mut Task, argv: &Argv, cx: &mut Context) -> bool {
    let Some((name, rest)) = argv.split_first() else {
        return false;
    };
    if let Some(status) = super::applets::simple(task, name, rest, cx) {
        task.status = status;
        return true;
    }
    // At a prompt aliases are the surroundings': they rewrite lines before these are parsed.
    if matches!(&**name, "alias" | "unalias") && cx.around.program(name, &cx.shared.assumed) == Program::Outside {
        return false;
    }
    task.status = match &**name {
        ":" | "alias" | "unalias" | "hash" | "jobs" | "fg" | "bg" => 0,
        "break" | "continue" | "exit" | "return" => {
            leave(task, name, rest, cx);
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
        "set" => super::options::set(task, rest, cx),
        "eval" => {
            let text = rest.iter().map(|a| &**a).collect::<Vec<&str>>().join(" ");
            task.status = 0;
            task.frames.push(Frame::Script(cx.parse(&text), 0));
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
        "trap" => super::jobs::trap(task, rest, cx),
        "wait" => {
            super::jobs::wait(task, rest, cx);
            return true;
        }
        "read" => {
            super::reading::read(task, rest, cx);
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
        "getopts" => super::options::getopts(task, rest, cx),
        _ => return false,
    };
    true
}

/// `break`, `continue`, `exit`, `return`
fn leave(task: &mut Task, name: &str, rest: &[Rc<str>], cx: &mut Context) {
    if matches!(name, "break" | "continue") {
        match rest.first().map_or(Some(1), |n| n.parse::<usize>().ok().filter(|n| *n > 0)) {
            Some(levels) => {
                task.status = 0;
                task.leave_loops(levels, name == "continue", cx);
            }
            None => illegal_number(task, name, rest, cx),
        }
        return;
    }
    let given = match rest.first().map(|n| n.parse::<u32>()) {
        None => None,
        Some(Ok(status)) => Some(i32::try_from(status & 0xff).unwrap_or(0)),
        Some(Err(_)) => return illegal_number(task, name, rest, cx),
    };
    if name == "return" {
        return task.leave_function(given.unwrap_or(task.status), cx);
    }
    // In a trap, a bare `exit` ends with the status from before it.
    let before = task.frames.iter().rev().find_map(|f| match f {
        Frame::Trap(status) | Frame::Exit(status) => Some(*status),
        _ => None,
    });
    task.exit(given.or(before.filter(|_| task.status == 0)).unwrap_or(task.status));
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
        task.write(cx, 1, &super::options::listing(&format!("{name} "), &all));
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
            task.frames.push(Frame::Script(cx.parse(&text), 0));
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
    if !known && (name.is_empty() || cx.around.program(name, &cx.shared.assumed) == Program::Missing) {
        let (why, status) = match cx.entry(&absolute(&task.cwd, name)).filter(|_| name.contains('/')) {
            Some(_) => ("Permission denied", 126),
            None => ("not found", 127),
        };
        task.complain_of(cx, "exec", &format!("{name}: {why}"));
        return task.exit(status);
    }
    task.replace_by(&argv, cx);
}

fn describe(task: &mut Task, names: &[Rc<str>], long: bool, cx: &mut Context) -> i32 {
    let mut status = 0;
    for name in names {
        let function = task.functions.as_ref().is_some_and(|f| f.contains_key(name));
        let program = || {
            if name.contains('/') { name.to_string() } else { format!("/bin/{name}") }
        };
        let (what, place) = if is_keyword(name) {
            ("a shell keyword", name.to_string())
        } else if function {
            ("a function", name.to_string())
        } else if is_builtin(name) {
            let special = if is_special(name) { "a special shell builtin" } else { "a shell builtin" };
            (special, name.to_string())
        } else if task.find_program(name, cx).is_some()
            || cx.around.program(name, &cx.shared.assumed) != Program::Missing
        {
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
}
