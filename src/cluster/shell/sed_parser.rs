//! Models the grammar of `sed` scripts.

use super::regex::Regex;
use super::sed::{Address, Command, Piece, What};

/// Parses a script.
pub(super) fn parse(script: &str, extended: bool) -> Result<Vec<Command>, String> {
    let mut reader = Reader { text: script.chars().collect(), at: 0, extended };
    reader.commands(0)
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
            let mut command = Command { from, to, negated, active: false, what: What::Print };
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
                Some(Address::Match(Regex::new(&text, self.extended, false).map_err(str::to_owned)?))
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
                let text: String = self.text.get(start..self.at).unwrap_or(&[]).iter().collect();
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
        Ok(What::Substitute { regex, with: pieces(&with), all, nth, print })
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
