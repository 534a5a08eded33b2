//! Models `sort`, `uniq`, `cut`, `tr`, `tac`, `rev`, `nl`, `tail`, and how `xargs` and `wc` end.
//!
//! Left out: `sort -t` with several keys, months and versions; `uniq -f`; `tr -c` with ranges to.

use std::cmp::Ordering;
use std::rc::Rc;

use super::task::Argv;

/// What is done once all lines are there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lines {
    /// `tac`
    Tac,
    /// `rev`
    Rev,
    /// `nl`
    Nl,
    /// `uniq`, with its flags.
    Uniq(String),
    /// `sort`: its flags, the key's field, and the separator.
    Sort(String, usize, Option<char>),
    /// `head -n -3`
    AllBut(usize),
    /// `tail -n +3`
    From(usize),
    /// `tail -n 3`, and whether it follows.
    Last(usize, bool),
    /// `tail -c 3`
    LastBytes(usize),
}

impl Lines {
    /// The output for all lines.
    pub fn finish(&self, mut lines: Vec<String>) -> String {
        let total = lines.len();
        // Only those that leave lines as they are leave the last without an end.
        let cuts = matches!(self, Lines::AllBut(_) | Lines::From(_) | Lines::Last(..) | Lines::LastBytes(_));
        let unended = cuts && lines.last().is_some_and(|l| !l.ends_with('\n'));
        for line in &mut lines {
            line.truncate(line.trim_end_matches('\n').len());
        }
        let join = |lines: &[String]| {
            let mut text: String = lines.iter().flat_map(|l| [l.as_str(), "\n"]).collect();
            if unended && !matches!(self, Lines::AllBut(1..)) {
                text.pop();
            }
            text
        };
        match self {
            Lines::Tac => lines.reverse(),
            Lines::Rev => lines.iter_mut().for_each(|l| *l = l.chars().rev().collect()),
            Lines::Nl => lines.iter_mut().enumerate().for_each(|(n, l)| *l = format!("{:>6}\t{l}", n + 1)),
            Lines::Uniq(flags) => lines = uniq(lines, flags),
            Lines::Sort(flags, key, separator) => sorted(&mut lines, flags, *key, *separator),
            Lines::AllBut(skip) => lines.truncate(total.saturating_sub(*skip)),
            Lines::From(first) => {
                lines.drain(..first.saturating_sub(1).min(total));
            }
            Lines::Last(most, _) => {
                lines.drain(..total.saturating_sub(*most));
            }
            Lines::LastBytes(most) => {
                let text = join(&lines);
                let skip = text.chars().count().saturating_sub(*most);
                return text.chars().skip(skip).collect();
            }
        }
        join(&lines)
    }
}

fn uniq(lines: Vec<String>, flags: &str) -> Vec<String> {
    let mut groups: Vec<(usize, String)> = Vec::new();
    for line in lines {
        let fold = |t: &str| {
            if flags.contains('i') { t.to_lowercase() } else { t.to_owned() }
        };
        match groups.last_mut() {
            Some((count, last)) if fold(last) == fold(&line) => *count += 1,
            _ => groups.push((1, line)),
        }
    }
    groups.retain(|(n, _)| !(flags.contains('d') && *n == 1 || flags.contains('u') && *n > 1));
    let show = |(n, line): (usize, String)| {
        if flags.contains('c') { format!("{n:>7} {line}") } else { line }
    };
    groups.into_iter().map(show).collect()
}

/// The beginning of a text as a number with three decimals, in thousandths.
fn number(text: &str) -> i64 {
    let text = text.trim_start();
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let whole: String = digits.chars().take_while(char::is_ascii_digit).take(15).collect();
    let fraction = digits.get(whole.len()..).and_then(|r| r.strip_prefix('.')).unwrap_or("");
    let fraction: String = fraction.chars().take_while(char::is_ascii_digit).chain("000".chars()).take(3).collect();
    let value = whole.parse::<i64>().unwrap_or(0) * 1000 + fraction.parse::<i64>().unwrap_or(0);
    if negative { -value } else { value }
}

fn sorted(lines: &mut Vec<String>, flags: &str, key: usize, separator: Option<char>) {
    let field = |line: &str| -> String {
        if key == 0 {
            return line.to_owned();
        }
        match separator {
            Some(separator) => line.split(separator).skip(key - 1).collect::<Vec<&str>>().join(&separator.to_string()),
            None => line.split_whitespace().skip(key - 1).collect::<Vec<&str>>().join(" "),
        }
    };
    let compare = |a: &String, b: &String| -> Ordering {
        let (x, y) = (field(a), field(b));
        let order = if flags.contains(['n', 'g', 'h']) {
            number(&x).cmp(&number(&y))
        } else if flags.contains('f') {
            x.to_lowercase().cmp(&y.to_lowercase())
        } else {
            x.cmp(&y)
        };
        if flags.contains('r') { order.reverse() } else { order }
    };
    crate::go::sort::by(lines, |a, b| {
        let tie = if flags.contains('r') { b.cmp(a) } else { a.cmp(b) };
        compare(a, b).then(if flags.contains(['s', 'u']) { Ordering::Equal } else { tie })
    });
    if flags.contains('u') {
        lines.dedup_by(|a, b| compare(a, b) == Ordering::Equal);
    }
}

/// `sort` with its arguments.
pub fn sort(rest: &[Rc<str>]) -> Result<(Lines, Vec<Rc<str>>), String> {
    let (mut all, mut key, mut separator, mut files) = (String::new(), 0, None, Vec::new());
    let mut words = rest.iter();
    while let Some(word) = words.next() {
        let Some(letters) = word.strip_prefix('-').filter(|l| !l.is_empty()) else {
            files.push(Rc::clone(word));
            continue;
        };
        for (at, letter) in letters.char_indices() {
            if !matches!(letter, 'k' | 't') {
                all.push(letter);
                continue;
            }
            let tail = letters.get(at + 1..).unwrap_or("");
            let value = if tail.is_empty() { words.next().map_or("", |w| w) } else { tail };
            if letter == 't' {
                separator = value.chars().next();
            } else {
                let digits: String = value.chars().take_while(char::is_ascii_digit).collect();
                key = digits.parse().map_err(|_| format!("bad field specification '{value}'"))?;
                all.extend(value.chars().filter(|c| matches!(c, 'n' | 'r' | 'f' | 'h' | 'g')));
            }
            break;
        }
    }
    Ok((Lines::Sort(all, key, separator), files))
}

/// `cut`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut {
    ranges: Vec<(usize, usize)>,
    /// Fields by this separator; without it characters.
    separator: Option<char>,
    only_separated: bool,
}

impl Cut {
    /// The pieces of a line.
    pub fn line(&self, line: &str, out: &mut String) {
        let keep = |at: usize| self.ranges.iter().any(|(from, to)| (*from..=*to).contains(&at));
        match self.separator {
            None => out.extend(line.chars().enumerate().filter(|(at, _)| keep(at + 1)).map(|(_, c)| c)),
            Some(separator) if !line.contains(separator) => {
                if self.only_separated {
                    return;
                }
                out.push_str(line);
            }
            Some(separator) => {
                let pieces = line.split(separator).enumerate().filter(|(at, _)| keep(at + 1)).map(|(_, piece)| piece);
                out.push_str(&pieces.collect::<Vec<&str>>().join(&separator.to_string()));
            }
        }
        out.push('\n');
    }
}

/// `cut` with its arguments.
pub fn cut(rest: &[Rc<str>]) -> Result<(Cut, Vec<Rc<str>>), String> {
    let (mut list, mut fields, mut separator, mut only, mut files) = (None, false, '\t', false, Vec::new());
    let mut words = rest.iter();
    while let Some(word) = words.next() {
        let mut letters = word.chars();
        let (Some('-'), Some(letter)) = (letters.next(), letters.next()) else {
            files.push(Rc::clone(word));
            continue;
        };
        if letter == 's' {
            only = true;
            continue;
        }
        let tail: &str = letters.as_str();
        let value = if tail.is_empty() { words.next().map_or("", |w| w) } else { tail };
        match letter {
            'd' => separator = value.chars().next().unwrap_or('\t'),
            'f' | 'c' | 'b' => {
                fields = letter == 'f';
                list = Some(value);
            }
            other => return Err(format!("invalid option -- '{other}'")),
        }
    }
    let list = list.ok_or("expected a list of bytes, characters, or fields")?;
    let number = |text: &str, empty: usize| {
        if text.is_empty() { Some(empty) } else { text.parse().ok() }
    };
    let range = |piece: &str| match piece.split_once('-') {
        Some((from, to)) => Some((number(from, 1)?, number(to, usize::MAX)?)),
        None => number(piece, 0).map(|n| (n, n)),
    };
    let ranges: Option<Vec<(usize, usize)>> = list.split(',').take(64).map(range).collect();
    let ranges = ranges.ok_or_else(|| format!("invalid byte, character or field list '{list}'"))?;
    Ok((Cut { ranges, separator: fields.then_some(separator), only_separated: only }, files))
}

/// `tr`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tr {
    from: Vec<char>,
    to: Vec<char>,
    delete: bool,
    squeeze: bool,
    complement: bool,
    last: Option<char>,
}

impl Tr {
    /// The characters of a line.
    pub fn line(&mut self, line: &str, out: &mut String) {
        for c in line.chars() {
            let at = self.from.iter().position(|f| *f == c);
            let hit = at.is_some() != self.complement;
            if hit && self.delete {
                continue;
            }
            let new = match at {
                _ if !hit || self.to.is_empty() => c,
                Some(at) if !self.complement => self.to.get(at).or(self.to.last()).copied().unwrap_or(c),
                _ => self.to.last().copied().unwrap_or(c),
            };
            let squeezed = if self.to.is_empty() { hit } else { self.to.contains(&new) };
            if self.squeeze && squeezed && self.last == Some(new) {
                continue;
            }
            self.last = Some(new);
            out.push(new);
        }
    }
}

/// `tr` with its arguments.
pub fn tr(rest: &[Rc<str>]) -> Result<Tr, String> {
    let options = rest.iter().take_while(|a| a.starts_with('-') && a.len() > 1).count();
    let (options, sets) = rest.split_at(options);
    let has = |letters: &[char]| options.iter().any(|o| o.contains(letters));
    let set = |at: usize| sets.get(at).map(|s| characters(s)).unwrap_or_default();
    if sets.is_empty() {
        return Err("missing operand".into());
    }
    Ok(Tr {
        from: set(0),
        to: if has(&['d']) { Vec::new() } else { set(1) },
        delete: has(&['d']),
        squeeze: has(&['s']),
        complement: has(&['c', 'C']),
        last: None,
    })
}

/// The most characters of a set.
const MAX_SET: usize = 256;

/// The characters of a set such as `a-z[:digit:]\n`.
fn characters(set: &str) -> Vec<char> {
    let mut out: Vec<char> = Vec::new();
    let mut rest = set;
    while let Some(c) = rest.chars().next() {
        if let Some((name, tail)) = rest.strip_prefix("[:").and_then(|r| r.split_once(":]")) {
            out.extend(('\0'..='\u{7f}').filter(|c| super::pattern::class(name, *c)));
            rest = tail;
            continue;
        }
        let escaped = c == '\\' && rest.len() > 1;
        let length = if escaped {
            let digits = rest.bytes().skip(1).take(3).take_while(|b| (b'0'..=b'7').contains(b)).count();
            1 + digits.max(rest.chars().nth(1).map_or(0, char::len_utf8))
        } else {
            c.len_utf8()
        };
        let (piece, tail) = rest.split_at(length);
        let (text, _) = super::printf::unescape(piece, super::printf::Escapes::Format);
        let c = if escaped && text.len() > 1 { text.chars().nth(1) } else { text.chars().next() }.unwrap_or(c);
        rest = tail;
        let end = rest.strip_prefix('-').and_then(|r| r.chars().next());
        match end {
            Some(end) if end >= c && !escaped => {
                out.extend((c..=end).take(MAX_SET));
                rest = rest.get(1 + end.len_utf8()..).unwrap_or("");
            }
            _ => out.push(c),
        }
    }
    out.truncate(MAX_SET);
    out
}

/// The line that `wc` ends with.
pub fn counts(flags: &str, [lines, words, bytes]: [usize; 3], name: &str) -> String {
    let flags = if flags.is_empty() { "lwc" } else { flags };
    let all = [('l', lines), ('w', words), ('c', bytes), ('m', bytes)];
    let shown: Vec<usize> = all.into_iter().filter(|(letter, _)| flags.contains(*letter)).map(|(_, n)| n).collect();
    let numbers = match shown.as_slice() {
        [only] => only.to_string(),
        many => many.iter().map(|n| format!("{n:>9}")).collect::<Vec<String>>().join(" "),
    };
    if name.is_empty() { format!("{numbers}\n") } else { format!("{numbers} {name}\n") }
}

/// The commands of `xargs`.
pub fn commands(command: &Argv, most: usize, replace: Option<&Rc<str>>, text: &str) -> Vec<Argv> {
    if let Some(place) = replace {
        let fill = |line: &str| command.iter().map(|w| w.replace(&**place, line.trim_start()).into()).collect();
        return text.lines().filter(|l| !l.trim().is_empty()).take(1000).map(fill).collect();
    }
    let words = split_quoted(text);
    if words.is_empty() {
        return vec![Rc::clone(command)];
    }
    let join = |chunk: &[Rc<str>]| command.iter().cloned().chain(chunk.iter().cloned()).collect();
    words.chunks(most.min(10_000)).take(1000).map(join).collect()
}

/// Words as `xargs` reads them: blanks part them, quotes and backslashes keep them together.
fn split_quoted(text: &str) -> Vec<Rc<str>> {
    let (mut out, mut word, mut any, mut quote) = (Vec::new(), String::new(), false, None);
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (quote, c) {
            (Some(q), _) if q == c => quote = None,
            (None, '\'' | '"') => {
                quote = Some(c);
                any = true;
            }
            (None, '\\') => word.extend(chars.next()),
            (None, c) if c.is_whitespace() => {
                if any || !word.is_empty() {
                    out.push(std::mem::take(&mut word).into());
                    any = false;
                }
            }
            _ => word.push(c),
        }
    }
    if any || !word.is_empty() {
        out.push(word.into());
    }
    out
}
