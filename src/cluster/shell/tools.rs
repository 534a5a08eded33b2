//! Models the programs that read text, line by line as it comes: `cat`, `head`, `tail`, `wc`, `tee` …
//!
//! Each is a [`Filter`] that is fed lines and asked for the rest at the end; where lines come from
//! is the same for all. `tail -f` prints what there is and then never ends: a file that grows later
//! is left out, `tail -f /dev/null` is not.

use std::fmt::Write as _;
use std::rc::Rc;

use super::files::absolute;
use super::io::{Fd, Input};
use super::task::{Argv, Context, Frame, Task, Wait};
use super::text_tools::{self, Lines};

/// The most text a filter may keep.
const MAX_KEPT: usize = 4 << 20;

/// A program in the middle of its input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tool {
    name: Rc<str>,
    filter: Filter,
    sources: Vec<Rc<str>>,
    next: usize,
    /// The beginning of a line whose end hasn't come.
    carry: String,
    status: i32,
}

/// What is done with the lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Filter {
    /// `cat`; with the number of the line for `-n`.
    Cat(Option<usize>),
    /// `head -n`: how many are left.
    Head(usize),
    /// `head -c`: how many characters are left.
    HeadBytes(usize),
    /// `wc`: what is asked for, and lines, words, bytes.
    Wc(String, [usize; 3]),
    /// `tee`: the files.
    Tee(Vec<String>),
    /// One that needs all lines at the end; how long they are.
    All(Lines, Vec<String>, usize),
    /// `grep`
    Grep(Box<super::grep::Grep>),
    /// `sed`
    Sed(Box<super::sed::Sed>),
    /// `cut`
    Cut(text_tools::Cut),
    /// `tr`
    Tr(text_tools::Tr),
    /// `xargs`: the command's beginning, how many to add to it, what to replace.
    Xargs(Argv, usize, Option<Rc<str>>, String),
    /// A shell that reads its script.
    Script(String),
}

/// Whether a filter wants more.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    /// Yes.
    More,
    /// No: it has seen all it needs.
    Enough,
}

impl Filter {
    /// The steps that were spent on regular expressions and programs since it was last asked.
    fn spent(&mut self) -> usize {
        match self {
            Filter::Grep(grep) => grep.spent(),
            Filter::Sed(sed) => sed.spent(),
            _ => 0,
        }
    }
}

impl Tool {
    /// A shell that reads its script from standard input.
    #[allow(clippy::unnecessary_box_returns, reason = "a frame holds it boxed; its size differs by target")]
    pub fn script() -> Box<Tool> {
        Tool::new("sh", Filter::Script(String::new()), &[])
    }

    #[allow(clippy::unnecessary_box_returns, reason = "a frame holds it boxed; its size differs by target")]
    fn new(name: &str, filter: Filter, sources: &[Rc<str>]) -> Box<Tool> {
        let sources = if sources.is_empty() { vec!["-".into()] } else { sources.to_vec() };
        Box::new(Tool { name: name.into(), filter, sources, next: 0, carry: String::new(), status: 0 })
    }
}

/// Begins a program that reads text; `false` if it isn't one.
pub fn begin(task: &mut Task, name: &str, rest: &[Rc<str>], cx: &mut Context) -> bool {
    match build(task, name, rest) {
        None => false,
        Some(Ok((filter, files))) => {
            if let Filter::Tee(paths) = &filter {
                for path in paths.iter().filter(|_| !rest.iter().any(|a| &**a == "-a")) {
                    let _ = cx.write(path, "");
                }
            }
            let tool = Tool::new(name, filter, &files);
            task.frames.push(Frame::Tool(tool));
            true
        }
        Some(Err(message)) => {
            task.write(cx, 2, &format!("{name}: {message}\n"));
            task.status = if name.ends_with("grep") { 2 } else { 1 };
            true
        }
    }
}

type Built = Result<(Filter, Vec<Rc<str>>), String>;

fn build(task: &Task, name: &str, rest: &[Rc<str>]) -> Option<Built> {
    Some(match name {
        "cat" => {
            let (flags, files) = flags(rest);
            Ok((Filter::Cat(flags.contains('n').then_some(0)), files))
        }
        "head" => head(rest),
        "tail" => tail(rest),
        "wc" => {
            let (flags, files) = flags(rest);
            Ok((Filter::Wc(flags, [0; 3]), files))
        }
        "tee" => {
            let (_, files) = flags(rest);
            Ok((Filter::Tee(files.iter().map(|f| absolute(&task.cwd, f)).collect()), Vec::new()))
        }
        "tac" | "rev" | "nl" => {
            let (_, files) = flags(rest);
            let lines = match name {
                "tac" => Lines::Tac,
                "rev" => Lines::Rev,
                _ => Lines::Nl,
            };
            Ok((Filter::All(lines, Vec::new(), 0), files))
        }
        "sort" => text_tools::sort(rest).map(|(l, files)| (Filter::All(l, Vec::new(), 0), files)),
        "uniq" => {
            let (flags, files) = flags(rest);
            Ok((Filter::All(Lines::Uniq(flags), Vec::new(), 0), files))
        }
        "cut" => text_tools::cut(rest).map(|(cut, files)| (Filter::Cut(cut), files)),
        "tr" => text_tools::tr(rest).map(|tr| (Filter::Tr(tr), Vec::new())),
        "grep" | "egrep" | "fgrep" => super::grep::Grep::new(name, rest).map(|(g, f)| (Filter::Grep(Box::new(g)), f)),
        "sed" => super::sed::Sed::new(rest).map(|(s, f)| (Filter::Sed(Box::new(s)), f)),
        "xargs" => xargs(rest),
        _ => return None,
    })
}

/// The letters of the options and the operands.
pub fn flags(rest: &[Rc<str>]) -> (String, Vec<Rc<str>>) {
    let is_flag = |a: &&Rc<str>| a.starts_with('-') && a.len() > 1;
    let flags = rest.iter().filter(is_flag).map(|a| a.trim_start_matches('-')).collect();
    (flags, rest.iter().filter(|a| !is_flag(a)).cloned().collect())
}

/// The letter and value of `-n5`, `-n 5` or `-5`, the other letters, and the operands.
type Counted = (Option<(char, String)>, String, Vec<Rc<str>>);

fn count(rest: &[Rc<str>]) -> Result<Counted, String> {
    let (mut found, mut flags, mut files) = (None, String::new(), Vec::new());
    let mut words = rest.iter();
    while let Some(word) = words.next() {
        let Some(letters) = word.strip_prefix('-').filter(|l| !l.is_empty()) else {
            files.push(Rc::clone(word));
            continue;
        };
        let letter = letters.chars().next().unwrap_or(' ');
        match letter {
            'n' | 'c' => {
                let tail = letters.get(1..).unwrap_or("");
                let value = if tail.is_empty() { words.next().map_or("", |w| w) } else { tail };
                found = Some((letter, value.to_owned()));
            }
            '0'..='9' => found = Some(('n', letters.to_owned())),
            _ => flags.push_str(letters),
        }
    }
    if let Some((_, value)) = &found
        && value.trim_start_matches(['+', '-']).parse::<usize>().is_err()
    {
        return Err(format!("invalid number '{value}'"));
    }
    Ok((found, flags, files))
}

fn head(rest: &[Rc<str>]) -> Built {
    let (found, _, files) = count(rest)?;
    Ok(match found {
        Some((letter, value)) if value.starts_with('-') => {
            let skip = value.get(1..).and_then(|v| v.parse().ok()).unwrap_or(0);
            let _ = letter;
            (Filter::All(Lines::AllBut(skip), Vec::new(), 0), files)
        }
        Some(('c', value)) => (Filter::HeadBytes(value.parse().unwrap_or(0)), files),
        Some((_, value)) => (Filter::Head(value.parse().unwrap_or(0)), files),
        None => (Filter::Head(10), files),
    })
}

fn tail(rest: &[Rc<str>]) -> Built {
    let (found, flags, files) = count(rest)?;
    let follow = flags.contains(['f', 'F']);
    let lines = match found {
        Some((_, value)) if value.starts_with('+') => {
            Lines::From(value.get(1..).and_then(|v| v.parse().ok()).unwrap_or(1))
        }
        Some(('c', value)) => Lines::LastBytes(value.trim_start_matches('-').parse().unwrap_or(0)),
        Some((_, value)) => Lines::Last(value.trim_start_matches('-').parse().unwrap_or(10), follow),
        None => Lines::Last(10, follow),
    };
    Ok((Filter::All(lines, Vec::new(), 0), files))
}

fn xargs(rest: &[Rc<str>]) -> Built {
    let (mut most, mut replace) = (usize::MAX, None);
    let mut words = rest;
    while let [word, tail @ ..] = words {
        let Some(letters) = word.strip_prefix('-') else {
            break;
        };
        words = tail;
        let value = letters.get(1..).unwrap_or("");
        let takes = letters.starts_with(['n', 'I', 'P', 'L', 'd', 's']);
        let value: Rc<str> = if takes && value.is_empty() {
            let value = tail.first().cloned().unwrap_or_else(|| "".into());
            words = tail.get(1..).unwrap_or(&[]);
            value
        } else {
            value.into()
        };
        match letters.chars().next() {
            Some('n' | 'L') => {
                most = value.parse().ok().filter(|n| *n > 0).ok_or_else(|| format!("invalid number '{value}'"))?;
            }
            Some('I') => replace = Some(value),
            _ => {}
        }
    }
    let command: Argv = if words.is_empty() { Rc::new(["echo".into()]) } else { words.into() };
    Ok((Filter::Xargs(command, most, replace, String::new()), Vec::new()))
}

impl Task {
    /// Feeds a program what there is to read.
    pub fn tool(&mut self, mut tool: Box<Tool>, cx: &mut Context) {
        let Some(source) = tool.sources.get(tool.next).cloned() else {
            return self.tool_over(*tool, cx);
        };
        let mut out = String::new();
        if matches!(&*source, "-" | "/dev/stdin") {
            let fd = self.fds.first().cloned().unwrap_or(Fd::Null);
            // Those that stop early leave the rest to who reads next.
            let by_line = matches!(tool.filter, Filter::Head(_)) && matches!(fd, Fd::Reader(_));
            match cx.shared.opened.read(&fd, by_line) {
                Input::Wait(pipe) => {
                    self.wait = Wait::Readable(pipe, false);
                    return self.frames.push(Frame::Tool(tool));
                }
                Input::End => tool.end_of_source(&mut out),
                Input::Text(text) => {
                    cx.charge(text.len(), 8);
                    let flow = tool.feed(&text, &mut out);
                    if flow == Flow::Enough {
                        tool.next = tool.sources.len();
                    }
                }
            }
        } else {
            let path = absolute(&self.cwd, &source);
            match cx.read(&path) {
                Ok(text) => {
                    cx.charge(text.len(), 8);
                    tool.feed(&text, &mut out);
                    tool.end_of_source(&mut out);
                }
                Err(error) => {
                    tool.status = if tool.name.ends_with("grep") { 2 } else { 1 };
                    tool.next += 1;
                    let text = match &*tool.name {
                        "grep" | "sed" | "sort" => {
                            format!("{}: {source}: {}\n", tool.name, error.message())
                        }
                        "cat" | "wc" | "cut" if cx.shared.settings.debian => {
                            format!("{}: {source}: {}\n", tool.name, error.message())
                        }
                        "head" | "tail" if cx.shared.settings.debian => {
                            format!("{}: cannot open '{source}' for reading: {}\n", tool.name, error.message())
                        }
                        name => format!("{name}: can't open '{source}': {}\n", error.message()),
                    };
                    self.write(cx, 2, &text);
                }
            }
        }
        cx.charge(tool.filter.spent(), 4);
        if let Filter::Tee(paths) = &tool.filter {
            for path in paths {
                let _ = cx.append(path, &out);
            }
        }
        self.frames.push(Frame::Tool(tool));
        self.write(cx, 1, &out);
    }

    fn tool_over(&mut self, mut tool: Tool, cx: &mut Context) {
        let mut out = String::new();
        let own = match &mut tool.filter {
            Filter::Xargs(command, most, replace, text) => {
                let commands = text_tools::commands(command, *most, replace.as_ref(), text);
                self.status = 0;
                self.frames.push(Frame::Commands(commands, 0));
                return;
            }
            Filter::Script(text) => {
                self.frames.push(Frame::Script(cx.parse(text), 0));
                return;
            }
            Filter::Wc(flags, counts) => {
                let names: Vec<&Rc<str>> = tool.sources.iter().filter(|s| &***s != "-").collect();
                let name = if names.len() > 1 { "total" } else { names.first().map_or("", |n| n) };
                out.push_str(&text_tools::counts(flags, *counts, name));
                0
            }
            Filter::All(lines, kept, _) => {
                if let Lines::Last(_, true) = lines {
                    self.frames.push(Frame::Status(0));
                    self.wait = Wait::Forever;
                }
                out = lines.finish(std::mem::take(kept));
                0
            }
            Filter::Grep(grep) => grep.finish(&mut out),
            Filter::Sed(sed) => {
                sed.finish(&mut out);
                for (path, text) in sed.written(&self.cwd) {
                    let _ = cx.write(&path, &text);
                }
                sed.status
            }
            _ => 0,
        };
        if !matches!(self.wait, Wait::Forever) {
            self.status = if tool.status == 0 { own } else { tool.status };
        }
        let waiting = std::mem::replace(&mut self.wait, Wait::No);
        self.write(cx, 1, &out);
        if self.wait == Wait::No {
            self.wait = waiting;
        }
    }
}

impl Tool {
    /// Takes in text: whole lines go to the filter.
    fn feed(&mut self, text: &str, out: &mut String) -> Flow {
        let joined;
        let mut rest = if self.carry.is_empty() {
            text
        } else {
            joined = std::mem::take(&mut self.carry) + text;
            joined.as_str()
        };
        while let Some(end) = rest.find('\n') {
            let (line, tail) = rest.split_at(end + 1);
            rest = tail;
            if self.line(line, out) == Flow::Enough {
                return Flow::Enough;
            }
        }
        if self.carry.len() < MAX_KEPT {
            self.carry.push_str(rest);
        }
        Flow::More
    }

    fn end_of_source(&mut self, out: &mut String) {
        self.next += 1;
        let carry = std::mem::take(&mut self.carry);
        let flow = if carry.is_empty() { Flow::More } else { self.line(&carry, out) };
        if flow == Flow::Enough {
            self.next = self.sources.len();
        }
        if let Filter::Sed(sed) = &mut self.filter {
            let name = self.sources.get(self.next.saturating_sub(1)).map_or("-", |s| s);
            sed.end_of_file(name, self.next >= self.sources.len(), out);
        }
    }

    /// Feeds one line, with its end if it has one.
    fn line(&mut self, line: &str, out: &mut String) -> Flow {
        match &mut self.filter {
            Filter::Cat(number) => {
                if let Some(number) = number {
                    *number += 1;
                    let _ = write!(out, "{number:>6}\t");
                }
                out.push_str(line);
            }
            Filter::Head(left) => {
                if *left == 0 {
                    return Flow::Enough;
                }
                out.push_str(line);
                *left -= 1;
                if *left == 0 {
                    return Flow::Enough;
                }
            }
            Filter::HeadBytes(left) => {
                let taken: String = line.chars().take(*left).collect();
                *left = left.saturating_sub(taken.chars().count());
                out.push_str(&taken);
                if *left == 0 {
                    return Flow::Enough;
                }
            }
            Filter::Wc(_, [lines, words, bytes]) => {
                *lines += usize::from(line.ends_with('\n'));
                *words += line.split_whitespace().count();
                *bytes += line.len();
            }
            Filter::Tee(_) => out.push_str(line),
            Filter::All(_, kept, size) => {
                *size += line.len();
                if *size < MAX_KEPT {
                    kept.push(line.to_owned());
                }
            }
            Filter::Grep(grep) => return grep.line(line.trim_end_matches('\n'), out),
            Filter::Sed(sed) => return sed.line(line, out),
            Filter::Cut(cut) => cut.line(line.trim_end_matches('\n'), out),
            Filter::Tr(tr) => tr.line(line, out),
            Filter::Xargs(.., text) | Filter::Script(text) => {
                if text.len() < MAX_KEPT {
                    text.push_str(line);
                }
            }
        }
        Flow::More
    }
}
