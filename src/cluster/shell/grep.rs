//! Models `grep` of busybox: `-q -i -v -c -n -o -x -w -l -E -F -e`.
//!
//! Left out: `-r`, `-A`, `-B`, `-f`, file names before the lines.

use std::fmt::Write as _;
use std::rc::Rc;

use super::regex::Regex;
use super::tools::Flow;

/// `grep` in the middle of its input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grep {
    expressions: Vec<Regex>,
    flags: String,
    number: usize,
    hits: usize,
    most: usize,
    name: Rc<str>,
    told: usize,
}

impl Grep {
    /// Reads the arguments.
    pub fn new(program: &str, rest: &[Rc<str>]) -> Result<(Grep, Vec<Rc<str>>), String> {
        let (mut all, mut patterns, mut operands, mut most) = (String::new(), Vec::new(), Vec::new(), usize::MAX);
        let mut words = rest.iter();
        let mut plain = false;
        while let Some(word) = words.next() {
            let letters = word.strip_prefix('-').filter(|l| !l.is_empty() && !plain);
            let Some(letters) = letters else {
                operands.push(Rc::clone(word));
                continue;
            };
            if letters == "-" {
                plain = true;
                continue;
            }
            for (at, letter) in letters.char_indices() {
                if !matches!(letter, 'e' | 'm' | 'A' | 'B' | 'C' | 'f') {
                    all.push(letter);
                    continue;
                }
                let tail = letters.get(at + 1..).unwrap_or("");
                let value = if tail.is_empty() { words.next().map_or("", |w| w) } else { tail };
                match letter {
                    'e' => patterns.push(value.to_owned()),
                    'm' => {
                        most = value.parse().map_err(|_| format!("invalid number '{value}'"))?;
                    }
                    _ => {}
                }
                break;
            }
        }
        if patterns.is_empty() {
            if operands.is_empty() {
                return Err("no pattern".into());
            }
            patterns.push(operands.remove(0).to_string());
        }
        let extended = all.contains('E') || program == "egrep";
        let fixed = all.contains('F') || program == "fgrep";
        let compile = |pattern: &str| {
            let text = if fixed { escaped(pattern) } else { pattern.to_owned() };
            let text = match (all.contains('x'), all.contains('w'), extended && !fixed) {
                (true, _, true) => format!("^({text})$"),
                (true, _, false) => format!("^\\({text}\\)$"),
                (_, true, true) => format!("\\<({text})\\>"),
                (_, true, false) => format!("\\<\\({text}\\)\\>"),
                _ => text,
            };
            Regex::new(&text, extended && !fixed, all.contains('i')).map_err(str::to_owned)
        };
        let expressions = patterns.iter().flat_map(|p| p.split('\n')).map(compile).collect::<Result<_, String>>()?;
        let name = operands.first().cloned().unwrap_or_else(|| "(standard input)".into());
        Ok((Grep { expressions, flags: all, number: 0, hits: 0, most, name, told: 0 }, operands))
    }

    fn has(&self, letter: char) -> bool {
        self.flags.contains(letter)
    }

    /// The steps of its expressions since this was last asked.
    pub fn spent(&mut self) -> usize {
        let all = self.expressions.iter().map(Regex::spent).sum();
        all - std::mem::replace(&mut self.told, all)
    }

    /// Looks at a line.
    pub fn line(&mut self, line: &str, out: &mut String) -> Flow {
        self.number += 1;
        let chars: Vec<char> = line.chars().collect();
        let hit = self.expressions.iter().any(|e| e.find(&chars, 0).is_some()) != self.has('v');
        if !hit {
            return Flow::More;
        }
        self.hits += 1;
        if self.has('q') || self.has('l') {
            return Flow::Enough;
        }
        if self.has('o') {
            self.parts(&chars, out);
        } else if !self.has('c') {
            if self.has('n') {
                let _ = write!(out, "{}:", self.number);
            }
            out.push_str(line);
            out.push('\n');
        }
        if self.hits >= self.most { Flow::Enough } else { Flow::More }
    }

    fn parts(&self, chars: &[char], out: &mut String) {
        let mut at = 0;
        while at <= chars.len() {
            let spans = self.expressions.iter().filter_map(|e| e.find(chars, at)?.first().copied().flatten());
            let Some((from, to)) = spans.min_by_key(|(from, to)| (*from, usize::MAX - to)) else {
                return;
            };
            if to > from {
                out.extend(chars.get(from..to).unwrap_or(&[]));
                out.push('\n');
            }
            at = if to > from { to } else { from + 1 };
        }
    }

    /// The status, after what `-c` and `-l` print.
    pub fn finish(&mut self, out: &mut String) -> i32 {
        if self.has('c') && !self.has('q') {
            let _ = writeln!(out, "{}", self.hits);
        }
        if self.has('l') && self.hits > 0 {
            let _ = writeln!(out, "{}", self.name);
        }
        i32::from(self.hits == 0)
    }
}

/// A text as a basic expression that matches just it.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if matches!(c, '\\' | '.' | '[' | ']' | '*' | '^' | '$') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}
