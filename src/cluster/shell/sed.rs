//! Models `sed` of busybox: `s///gpI2`, `p d q = a i c y n`, addresses with numbers, `$`, `/re/`,
//! ranges and `!`, blocks, `-n -e -E -i`.
//!
//! Left out: branches, the hold space, `r`, `w`, `N`.

use std::fmt::Write as _;
use std::rc::Rc;

use super::files::absolute;
use super::regex::Regex;
use super::tools::Flow;

/// How many commands may be looked at for all lines together.
const MAX_LOOKED: usize = 5_000_000;

/// `sed` in the middle of its input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sed {
    commands: Vec<Command>,
    silent: bool,
    /// With `-i`: the files and what to write to them.
    in_place: Option<Vec<(String, String)>>,
    number: usize,
    /// The line that waits until it is known whether it is the last.
    waiting: Option<String>,
    quit: bool,
    /// The status of `q`.
    pub status: i32,
    /// The commands that were looked at.
    looked: usize,
    told: usize,
}

/// A command with its addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Command {
    pub(super) from: Option<Address>,
    pub(super) to: Option<Address>,
    pub(super) negated: bool,
    /// Within a range.
    pub(super) active: bool,
    pub(super) what: What,
}

/// An address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Address {
    Line(usize),
    Last,
    Match(Regex),
}

/// What a command does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum What {
    Substitute {
        regex: Regex,
        with: Vec<Piece>,
        all: bool,
        nth: usize,
        print: bool,
    },
    Print,
    Delete,
    Quit(i32),
    Number,
    Append(String),
    Insert(String),
    Change(String),
    Translate(Vec<char>, Vec<char>),
    /// `{`: the commands up to the closing one, as many as that.
    Block(usize),
}

/// A piece of what stands in for a match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    Text(String),
    Group(usize),
}

impl Sed {
    /// Reads the arguments.
    pub fn new(rest: &[Rc<str>]) -> Result<(Sed, Vec<Rc<str>>), String> {
        let (mut script, mut files, mut silent, mut extended, mut in_place) = (None, Vec::new(), false, false, false);
        let mut words = rest.iter();
        while let Some(word) = words.next() {
            let Some(letters) = word.strip_prefix('-').filter(|l| !l.is_empty()) else {
                files.push(Rc::clone(word));
                continue;
            };
            for (at, letter) in letters.char_indices() {
                match letter {
                    'n' => silent = true,
                    'E' | 'r' => extended = true,
                    'i' => {
                        in_place = true;
                        break;
                    }
                    'e' => {
                        let tail = letters.get(at + 1..).unwrap_or("");
                        let value = if tail.is_empty() { words.next().map_or("", |w| w) } else { tail };
                        let text: &mut String = script.get_or_insert_default();
                        text.push_str(value);
                        text.push('\n');
                        break;
                    }
                    's' | 'u' => {}
                    other => return Err(format!("invalid option -- '{other}'")),
                }
            }
        }
        let script = match script {
            Some(script) => script,
            None if files.is_empty() => return Err("no script".into()),
            None => files.remove(0).to_string(),
        };
        let commands = super::sed_parser::parse(&script, extended)?;
        let in_place = in_place.then(Vec::new);
        let sed =
            Sed { commands, silent, in_place, number: 0, waiting: None, quit: false, status: 0, looked: 0, told: 0 };
        Ok((sed, files))
    }

    /// Takes in a line, and works on the one before it.
    pub fn line(&mut self, line: &str, out: &mut String) -> Flow {
        if let Some(before) = self.waiting.replace(line.to_owned()) {
            self.work(&before, false, out);
        }
        if self.quit { Flow::Enough } else { Flow::More }
    }

    /// A file is over.
    pub fn end_of_file(&mut self, name: &str, last: bool, out: &mut String) {
        if self.in_place.is_some() {
            self.finish(out);
            let text = std::mem::take(out);
            if let Some(files) = self.in_place.as_mut() {
                files.push((name.to_owned(), text));
            }
            self.number = 0;
        } else if last {
            self.finish(out);
        }
    }

    /// Works on the last line.
    pub fn finish(&mut self, out: &mut String) {
        if let Some(line) = self.waiting.take()
            && !self.quit
        {
            self.work(&line, true, out);
        }
    }

    /// The steps of its commands since this was last asked.
    pub fn spent(&mut self) -> usize {
        let all = self.commands.iter().map(Command::spent).sum::<usize>() + self.looked;
        all - std::mem::replace(&mut self.told, all)
    }

    /// What `-i` writes.
    pub fn written(&mut self, cwd: &str) -> Vec<(String, String)> {
        let files = self.in_place.take().unwrap_or_default();
        files.into_iter().map(|(name, text)| (absolute(cwd, &name), text)).collect()
    }

    fn work(&mut self, line: &str, last: bool, out: &mut String) {
        self.number += 1;
        let (mut space, end) = match line.strip_suffix('\n') {
            Some(text) => (text.to_owned(), "\n"),
            None => (line.to_owned(), ""),
        };
        let mut after = String::new();
        let mut deleted = false;
        let number = self.number;
        let mut at = 0;
        while let Some(command) = self.commands.get_mut(at) {
            at += 1;
            self.looked += 1;
            if self.looked > MAX_LOOKED {
                self.quit = true;
                break;
            }
            let applies = command.applies(&space, number, last);
            match &command.what {
                What::Block(length) if !applies => at += length,
                _ if !applies => {}
                What::Block(_) => {}
                What::Substitute { regex, with, all, nth, print } => {
                    if let Some(new) = substitute(&space, regex, with, *all, *nth) {
                        space = new;
                        if *print {
                            out.push_str(&space);
                            out.push('\n');
                        }
                    }
                }
                What::Print => {
                    out.push_str(&space);
                    out.push('\n');
                }
                What::Delete => {
                    deleted = true;
                    break;
                }
                What::Quit(status) => {
                    self.quit = true;
                    self.status = *status;
                    break;
                }
                What::Number => {
                    let _ = writeln!(out, "{number}");
                }
                What::Append(text) => {
                    let _ = writeln!(after, "{text}");
                }
                What::Insert(text) => {
                    let _ = writeln!(out, "{text}");
                }
                What::Change(text) => {
                    if command.to.is_none() || !command.active {
                        let _ = writeln!(out, "{text}");
                    }
                    deleted = true;
                    break;
                }
                What::Translate(from, to) => {
                    let change = |c: char| from.iter().position(|f| *f == c).and_then(|at| to.get(at)).copied();
                    space = space.chars().map(|c| change(c).unwrap_or(c)).collect();
                }
            }
        }
        if !deleted && !self.silent {
            out.push_str(&space);
            out.push_str(if after.is_empty() { end } else { "\n" });
        }
        out.push_str(&after);
    }
}

impl Address {
    fn fits(&self, space: &str, number: usize, last: bool) -> bool {
        match self {
            Address::Line(line) => *line == number,
            Address::Last => last,
            Address::Match(regex) => regex.find(&space.chars().collect::<Vec<char>>(), 0).is_some(),
        }
    }
}

impl Command {
    fn spent(&self) -> usize {
        let address = |address: &Option<Address>| match address {
            Some(Address::Match(regex)) => regex.spent(),
            _ => 0,
        };
        let own = match &self.what {
            What::Substitute { regex, .. } => regex.spent(),
            _ => 0,
        };
        address(&self.from) + address(&self.to) + own
    }

    fn applies(&mut self, space: &str, number: usize, last: bool) -> bool {
        let Some(from) = &self.from else {
            return !self.negated;
        };
        let hit = match &self.to {
            None => from.fits(space, number, last),
            Some(to) if self.active => {
                self.active = match to {
                    Address::Line(line) => number < *line,
                    to => !to.fits(space, number, last),
                };
                true
            }
            Some(to) => {
                let hit = from.fits(space, number, last);
                self.active = hit && !last && !matches!(to, Address::Line(line) if *line <= number);
                hit
            }
        };
        hit != self.negated
    }
}

fn substitute(space: &str, regex: &Regex, with: &[Piece], all: bool, nth: usize) -> Option<String> {
    let chars: Vec<char> = space.chars().collect();
    let (mut out, mut at, mut count) = (String::new(), 0, 0);
    let mut changed = false;
    // Where the last match ended: nothing empty matches there.
    let mut before = None;
    while at <= chars.len() {
        let Some(spans) = regex.find(&chars, at) else {
            break;
        };
        let (from, to) = spans.first().copied().flatten()?;
        if from == to && before == Some(from) {
            out.extend(chars.get(from));
            at = from + 1;
            before = None;
            continue;
        }
        before = Some(to);
        count += 1;
        out.extend(chars.get(at..from)?);
        if count >= nth {
            changed = true;
            for piece in with {
                match piece {
                    Piece::Text(text) => out.push_str(text),
                    Piece::Group(group) => {
                        let span = spans.get(*group).copied().flatten();
                        out.extend(span.and_then(|(from, to)| chars.get(from..to)).unwrap_or(&[]));
                    }
                }
            }
        } else {
            out.extend(chars.get(from..to)?);
        }
        if to == from {
            out.extend(chars.get(to));
        }
        at = if to == from { to + 1 } else { to };
        if changed && !all {
            break;
        }
    }
    out.extend(chars.get(at..).unwrap_or(&[]));
    changed.then_some(out)
}
