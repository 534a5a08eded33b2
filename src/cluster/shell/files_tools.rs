//! Models the programs of busybox about files: `mkdir`, `rm`, `ls`, `cp`, `find` …
//!
//! Left out: owners, links (`ln` copies), columns of `ls` (it writes one name per line, as to a
//! pipe), most of `find`.

use std::fmt::Write as _;
use std::rc::Rc;

use super::files::{FileError, absolute};
use super::pattern;
use super::task::{Context, Task};

/// Runs a program; nothing if it isn't one of these.
pub fn run(task: &mut Task, name: &str, rest: &[Rc<str>], cx: &mut Context) -> Option<i32> {
    let options: String = rest.iter().filter_map(|a| a.strip_prefix('-')).collect();
    let operands: Vec<&str> = rest.iter().map(|a| &**a).filter(|a| !a.starts_with('-') || *a == "-").collect();
    let has = |letters: &str| options.contains(|c| letters.contains(c));
    let errors = match name {
        "mkdir" => each(task, cx, &mode_skipped(&operands, &options), |cx, path, given| {
            let made = if has("p") { cx.mkdir_p(path) } else { cx.mkdir(path) };
            made.map_err(|e| format!("mkdir: can't create directory '{given}': {}", e.message()))
        }),
        "rmdir" => each(task, cx, &operands, |cx, path, given| {
            cx.remove_dir(path).map_err(|e| format!("rmdir: '{given}': {}", e.message()))
        }),
        "rm" => each(task, cx, &operands, |cx, path, given| {
            let removed = if has("rR") { cx.remove_all(path) } else { cx.remove(path) };
            match removed {
                Err(FileError::NotFound) if has("f") => Ok(()),
                Err(FileError::IsFolder) => Err(format!("rm: '{given}' is a directory")),
                other => other.map_err(|e| format!("rm: can't remove '{given}': {}", e.message())),
            }
        }),
        "touch" => each(task, cx, &operands, |cx, path, given| {
            if has("c") && cx.entry(path).is_none() {
                return Ok(());
            }
            cx.touch(path).map_err(|e| format!("touch: {given}: {}", e.message()))
        }),
        "chmod" => chmod(task, rest, cx),
        "chown" => Vec::new(),
        "cp" | "mv" | "ln" => move_all(task, name, &operands, has("rRa"), cx),
        "ls" => return Some(list(task, &operands, &options, cx)),
        "find" => find(task, rest, cx),
        "mktemp" => {
            let path = (0..10_000).map(|n| format!("/tmp/tmp.{n:06}")).find(|p| cx.entry(p).is_none());
            let path = path.unwrap_or_default();
            let made = if has("d") { cx.mkdir(&path) } else { cx.write(&path, "") };
            match made {
                Ok(()) => {
                    task.write(cx, 1, &format!("{path}\n"));
                    Vec::new()
                }
                Err(e) => vec![format!("mktemp: : {}", e.message())],
            }
        }
        "realpath" | "readlink" => {
            for operand in &operands {
                let path = absolute(&task.cwd, operand);
                task.write(cx, 1, &format!("{path}\n"));
            }
            Vec::new()
        }
        "du" | "stat" => each(task, cx, &operands, |cx, path, given| match cx.entry(path) {
            Some(_) => Ok(()),
            None => Err(format!("{name}: {given}: No such file or directory")),
        }),
        _ => return None,
    };
    for error in &errors {
        task.write(cx, 2, &format!("{error}\n"));
    }
    Some(i32::from(!errors.is_empty()))
}

/// The folders of `mkdir -m 755 folder`.
fn mode_skipped<'a>(operands: &[&'a str], options: &str) -> Vec<&'a str> {
    operands.iter().skip(usize::from(options.contains('m'))).copied().collect()
}

/// Does something with each file: the complaints.
fn each(
    task: &Task,
    cx: &mut Context,
    operands: &[&str],
    mut what: impl FnMut(&mut Context, &str, &str) -> Result<(), String>,
) -> Vec<String> {
    operands.iter().filter_map(|given| what(cx, &absolute(&task.cwd, given), given).err()).collect()
}

fn chmod(task: &Task, rest: &[Rc<str>], cx: &mut Context) -> Vec<String> {
    let Some((mode, files)) = rest.split_first() else {
        return vec!["chmod: wrong arguments".into()];
    };
    let files: Vec<&str> = files.iter().map(|a| &**a).collect();
    each(task, cx, &files, |cx, path, given| {
        let Some(entry) = cx.entry(path) else {
            return Err(format!("chmod: {given}: No such file or directory"));
        };
        let bits = match u16::from_str_radix(mode, 8) {
            Ok(bits) => bits,
            Err(_) if mode.contains("+x") || mode.contains('x') && mode.contains('=') => entry.mode | 0o111,
            Err(_) if mode.contains("-x") => entry.mode & !0o111,
            Err(_) => entry.mode,
        };
        cx.set_mode(path, bits).map_err(|e| format!("chmod: {given}: {}", e.message()))
    })
}

fn move_all(task: &Task, name: &str, operands: &[&str], folders: bool, cx: &mut Context) -> Vec<String> {
    let Some((target, sources)) = operands.split_last().filter(|(_, s)| !s.is_empty()) else {
        return vec![format!("{name}: wrong arguments")];
    };
    let to = absolute(&task.cwd, target);
    let into_folder = cx.entry(&to).is_some_and(|e| e.text.is_none());
    each(task, cx, sources, |cx, path, given| {
        let base = path.rsplit('/').next().unwrap_or("");
        let to = if into_folder { absolute(&to, base) } else { to.clone() };
        let Some(entry) = cx.entry(path) else {
            return Err(match name {
                "mv" => format!("mv: can't rename '{given}': No such file or directory"),
                _ => format!("{name}: can't stat '{given}': No such file or directory"),
            });
        };
        if name == "cp" && entry.text.is_none() && !folders {
            return Err(format!("cp: omitting directory '{given}'"));
        }
        let inside = to.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        if inside && name != "mv" {
            return Err(format!("{name}: '{given}' and '{target}' are the same file"));
        }
        let done = if name == "mv" { cx.rename(path, &to) } else { cx.copy(path, &to, 0) };
        done.map_err(|e| match name {
            "mv" => format!("mv: can't rename '{given}': {}", e.message()),
            _ => format!("{name}: can't create '{target}': {}", e.message()),
        })
    })
}

fn list(task: &mut Task, operands: &[&str], options: &str, cx: &mut Context) -> i32 {
    let operands = if operands.is_empty() { &["."][..] } else { operands };
    let hidden = options.contains(['a', 'A']);
    let mut errors = Vec::new();
    let (mut files, mut folders) = (String::new(), Vec::new());
    for given in operands {
        let path = absolute(&task.cwd, given);
        match cx.entry(&path) {
            None => errors.push(format!("ls: {given}: No such file or directory")),
            Some(entry) if entry.text.is_some() || options.contains('d') => {
                files.push_str(&line(cx, &path, given, options));
            }
            Some(_) => folders.push((path, *given)),
        }
    }
    let several = operands.len() > 1;
    for (path, given) in folders {
        if several {
            if !files.is_empty() {
                files.push('\n');
            }
            let _ = writeln!(files, "{given}:");
        }
        let mut names = cx.list(&path).unwrap_or_default();
        names.retain(|name| hidden || !name.starts_with('.'));
        if options.contains('a') {
            names.splice(0..0, [".".into(), "..".into()]);
        }
        if options.contains('t') {
            names.sort_by_key(|name| cx.entry(&format!("{path}/{name}")).map(|e| std::cmp::Reverse(e.changed_ms)));
        }
        if options.contains('r') {
            names.reverse();
        }
        if options.contains('l') {
            let _ = writeln!(files, "total {}", names.len() * 4);
        }
        for name in names {
            files.push_str(&line(cx, &absolute(&path, &name), &name, options));
        }
    }
    // Complaints come first, as the names are looked up before anything is listed.
    for error in &errors {
        task.write(cx, 2, &format!("{error}\n"));
    }
    task.write(cx, 1, &files);
    i32::from(!errors.is_empty())
}

fn line(cx: &mut Context, path: &str, name: &str, options: &str) -> String {
    if !options.contains('l') {
        return format!("{name}\n");
    }
    let Some(entry) = cx.entry(path) else {
        return String::new();
    };
    let bits: String = (0..9)
        .map(|at| match (entry.mode >> (8 - at) & 1, at % 3) {
            (0, _) => '-',
            (_, 0) => 'r',
            (_, 1) => 'w',
            _ => 'x',
        })
        .collect();
    let kind = if entry.text.is_none() { 'd' } else { '-' };
    let size = entry.text.as_ref().map_or(4096, |t| t.len());
    let at = i64::try_from(entry.changed_ms).unwrap_or(0);
    let time = super::date::date(&["+%b %e %H:%M"], cx.around.unix_ms(0).saturating_add(at)).unwrap_or_default();
    format!("{kind}{bits}    1 root     root     {size:>9} {} {name}\n", time.trim_end())
}

fn find(task: &mut Task, rest: &[Rc<str>], cx: &mut Context) -> Vec<String> {
    let starts: Vec<&str> = rest.iter().map(|a| &**a).take_while(|a| !a.starts_with('-')).collect();
    let tests: Vec<&str> = rest.iter().skip(starts.len()).map(|a| &**a).collect();
    let value = |flag: &str| tests.iter().position(|t| *t == flag).and_then(|at| tests.get(at + 1)).copied();
    let name: Option<Vec<char>> = value("-name").map(|p| p.chars().collect());
    let kind = value("-type");
    let most = value("-maxdepth").and_then(|d| d.parse().ok()).unwrap_or(64_usize);
    let mut errors = Vec::new();
    let mut out = String::new();
    let starts = if starts.is_empty() { vec!["."] } else { starts };
    let mut left: Vec<(String, usize)> = starts.iter().rev().map(|s| ((*s).to_owned(), 0)).collect();
    while let Some((given, depth)) = left.pop() {
        let path = absolute(&task.cwd, &given);
        let Some(entry) = cx.entry(&path) else {
            errors.push(format!("find: {given}: No such file or directory"));
            continue;
        };
        let folder = entry.text.is_none();
        let base: Vec<char> = given.rsplit('/').next().unwrap_or("").chars().collect();
        let named = name.as_ref().is_none_or(|p| pattern::matches(p, &base));
        if named && kind.is_none_or(|k| (k == "d") == folder) {
            let _ = writeln!(out, "{given}");
        }
        if folder && depth < most {
            let names = cx.list(&path).unwrap_or_default();
            left.extend(names.iter().rev().map(|n| (format!("{}/{n}", given.trim_end_matches('/')), depth + 1)));
        }
    }
    task.write(cx, 1, &out);
    errors
}
