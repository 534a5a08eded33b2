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

#[derive(Clone, Debug, PartialEq, Eq)]
struct Command {
    from: Option<Address>,
    to: Option<Address>,
    negated: bool,
    /// Within a range.
    active: bool,
    what: What,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Address {
    Line(usize),
    Last,
    Match(Regex),
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum What {
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

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    Group(usize),
}

impl Sed {
    /// Reads the arguments.
    pub fn new(rest: &[Rc<str>]) -> Result<(Sed, Vec<Rc<str>>), String> {
        let (mut script, mut files, mut silent, mut extended, mut in_place) =
            (None, Vec::new(), false, false, false);
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
                        let value = if tail.is_empty() {
                            words.next().map_or("", |w| w)
                        } else {
                            tail
                        };
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
        let mut reader = Reader {
            text: script.chars().collect(),
            at: 0,
            extended,
        };
        let commands = reader.commands(0)?;
        let in_place = in_place.then(Vec::new);
        let sed = Sed {
            commands,
            silent,
            in_place,
            number: 0,
            waiting: None,
            quit: false,
            status: 0,
            looked: 0,
            told: 0,
        };
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
        files
            .into_iter()
            .map(|(name, text)| (absolute(cwd, &name), text))
            .collect()
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
                What::Substitute {
                    regex,
                    with,
                    all,
                    nth,
                    print,
                } => {
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
                    let change = |c: char| {
                        from.iter()
                            .position(|f| *f == c)
                            .and_then(|at| to.get(at))
                            .copied()
                    };
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
            Address::Match(regex) => regex
                .find(&space.chars().collect::<Vec<char>>(), 0)
                .is_some(),
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
                        out.extend(
                            span.and_then(|(from, to)| chars.get(from..to))
                                .unwrap_or(&[]),
                        );
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

struct Reader {
    text: Vec<char>,
    at: usize,
    extended: bool,
}

impl Reader {
    fn peek(&self) -> Option<char> {
        self.text.get(self.at).copied()
    }

    fn skip(&mut self, what: &[char]) {
        while self.peek().is_some_and(|c| what.contains(&c)) {
            self.at += 1;
        }
    }

    fn commands(&mut self, depth: usize) -> Result<Vec<Command>, String> {
        let mut out = Vec::new();
        loop {
            self.skip(&[' ', '\t', '\n', ';']);
            match self.peek() {
                None if depth == 0 => return Ok(out),
                None => return Err("unmatched '{'".into()),
                Some('}') if depth > 0 => {
                    self.at += 1;
                    return Ok(out);
                }
                Some('#') => {
                    while self.peek().is_some_and(|c| c != '\n') {
                        self.at += 1;
                    }
                    continue;
                }
                _ => {}
            }
            let from = self.address()?;
            let mut to = None;
            if from.is_some() && self.peek() == Some(',') {
                self.at += 1;
                to = Some(self.address()?.ok_or("unexpected ','")?);
            }
            self.skip(&[' ']);
            let negated = self.peek() == Some('!');
            if negated {
                self.at += 1;
            }
            self.skip(&[' ']);
            let mut command = Command {
                from,
                to,
                negated,
                active: false,
                what: What::Print,
            };
            if self.peek() == Some('{') {
                self.at += 1;
                if depth > 50 {
                    return Err("too many {}".into());
                }
                let inner = self.commands(depth + 1)?;
                command.what = What::Block(inner.len());
                out.push(command);
                out.extend(inner);
            } else {
                command.what = self.what()?;
                out.push(command);
            }
        }
    }

    fn address(&mut self) -> Result<Option<Address>, String> {
        Ok(match self.peek() {
            Some(c) if c.is_ascii_digit() => Some(Address::Line(self.number())),
            Some('$') => {
                self.at += 1;
                Some(Address::Last)
            }
            Some('/') => {
                self.at += 1;
                let text = self.until('/', true)?;
                Some(Address::Match(
                    Regex::new(&text, self.extended, false).map_err(str::to_owned)?,
                ))
            }
            _ => None,
        })
    }

    fn number(&mut self) -> usize {
        let mut number = 0_usize;
        while let Some(digit) = self.peek().and_then(|c| c.to_digit(10)) {
            number = number.saturating_mul(10).saturating_add(digit as usize);
            self.at += 1;
        }
        number
    }

    /// The text up to a delimiter. In an expression `\` before it only takes its meaning away.
    fn until(&mut self, delimiter: char, expression: bool) -> Result<String, String> {
        let mut out = String::new();
        let mut brackets = false;
        loop {
            let c = self.peek().ok_or("unterminated s command")?;
            self.at += 1;
            if c == delimiter && !brackets {
                return Ok(out);
            }
            if c == '\\' {
                match self.peek() {
                    Some(next) if next == delimiter => out.push(next),
                    Some(next) => out.extend(['\\', next]),
                    None => return Err("unterminated s command".into()),
                }
                self.at += 1;
                continue;
            }
            if expression && !brackets && c == '[' {
                brackets = true;
            } else if brackets && c == ']' && !out.ends_with('[') && !out.ends_with("[^") {
                brackets = false;
            }
            out.push(c);
        }
    }

    fn what(&mut self) -> Result<What, String> {
        let c = self.peek().ok_or("missing command")?;
        self.at += 1;
        Ok(match c {
            'p' => What::Print,
            'd' => What::Delete,
            '=' => What::Number,
            'q' | 'Q' => {
                self.skip(&[' ']);
                What::Quit(i32::try_from(self.number() & 0xff).unwrap_or(0))
            }
            'a' | 'i' | 'c' => {
                self.skip(&[' ', '\t', '\\', '\n']);
                let start = self.at;
                while self.peek().is_some_and(|c| c != '\n') {
                    self.at += 1;
                }
                let text: String = self
                    .text
                    .get(start..self.at)
                    .unwrap_or(&[])
                    .iter()
                    .collect();
                match c {
                    'a' => What::Append(text),
                    'i' => What::Insert(text),
                    _ => What::Change(text),
                }
            }
            'y' => {
                let delimiter = self.peek().ok_or("bad y command")?;
                self.at += 1;
                let from = self.until(delimiter, false)?;
                let to = self.until(delimiter, false)?;
                What::Translate(from.chars().collect(), to.chars().collect())
            }
            's' => self.substitution()?,
            other => return Err(format!("unsupported command {other}")),
        })
    }

    fn substitution(&mut self) -> Result<What, String> {
        let delimiter = self.peek().ok_or("unterminated s command")?;
        self.at += 1;
        let expression = self.until(delimiter, true)?;
        let with = self.until(delimiter, false)?;
        let (mut all, mut nth, mut print, mut ignore_case) = (false, 1, false, false);
        loop {
            match self.peek() {
                Some('g') => all = true,
                Some('p') => print = true,
                Some('i' | 'I') => ignore_case = true,
                Some(c) if c.is_ascii_digit() => {
                    nth = self.number().max(1);
                    continue;
                }
                _ => break,
            }
            self.at += 1;
        }
        let regex = Regex::new(&expression, self.extended, ignore_case).map_err(str::to_owned)?;
        Ok(What::Substitute {
            regex,
            with: pieces(&with),
            all,
            nth,
            print,
        })
    }
}

/// What stands in for a match: `&`, `\1`, `\n`.
fn pieces(with: &str) -> Vec<Piece> {
    let (mut out, mut text) = (Vec::new(), String::new());
    let mut chars = with.chars();
    while let Some(c) = chars.next() {
        let group = match c {
            '&' => 0,
            '\\' => match chars.next() {
                Some(digit @ '0'..='9') => digit.to_digit(10).map_or(0, |d| d as usize),
                Some('n') => {
                    text.push('\n');
                    continue;
                }
                Some('t') => {
                    text.push('\t');
                    continue;
                }
                other => {
                    text.extend(other);
                    continue;
                }
            },
            c => {
                text.push(c);
                continue;
            }
        };
        if !text.is_empty() {
            out.push(Piece::Text(std::mem::take(&mut text)));
        }
        out.push(Piece::Group(group));
    }
    out.push(Piece::Text(text));
    out
}
