//! Models `test`, `[` and `[[` of busybox.
//!
//! Left out: `-L`, `-p`, `-S`, `-t` and their like are false; `=~` and owners.

use super::files::{Entry, absolute};
use super::pattern;
use super::task::{Context, Task};

/// How deep `!` and parentheses may nest.
const MAX_DEPTH: u32 = 100;

/// The status of `test arguments`, or its complaint (status 2).
pub fn evaluate(words: &[&str], brackets: bool, task: &Task, cx: &mut Context) -> Result<bool, String> {
    let mut reader = Reader { words, at: 0, depth: 0, brackets, task, cx };
    if words.is_empty() {
        return Ok(false);
    }
    let value = reader.either()?;
    match reader.words.get(reader.at) {
        None => Ok(value),
        Some(word) => Err(format!("{word}: unknown operand")),
    }
}

struct Reader<'a, 'c> {
    words: &'a [&'a str],
    at: usize,
    depth: u32,
    brackets: bool,
    task: &'a Task,
    cx: &'a mut Context<'c>,
}

impl<'a> Reader<'a, '_> {
    fn peek(&self, ahead: usize) -> Option<&'a str> {
        self.words.get(self.at + ahead).copied()
    }

    fn either(&mut self) -> Result<bool, String> {
        let mut value = self.both()?;
        while self.peek(0) == Some("-o") {
            self.at += 1;
            let right = self.both()?;
            value = value || right;
        }
        Ok(value)
    }

    fn both(&mut self) -> Result<bool, String> {
        let mut value = self.not()?;
        while self.peek(0) == Some("-a") {
            self.at += 1;
            let right = self.not()?;
            value = value && right;
        }
        Ok(value)
    }

    fn not(&mut self) -> Result<bool, String> {
        let mut negated = false;
        // `! = x` compares, and a lone `!` is a text.
        while self.peek(0) == Some("!") && self.peek(1).is_some() && !self.compares() {
            self.at += 1;
            negated = !negated;
        }
        Ok(self.primary()? != negated)
    }

    /// Whether the next three words are a comparison.
    fn compares(&self) -> bool {
        self.peek(2).is_some() && self.peek(1).is_some_and(is_binary)
    }

    fn primary(&mut self) -> Result<bool, String> {
        let Some(first) = self.peek(0) else {
            return Err("argument expected".into());
        };
        if self.compares() {
            let (operator, second) = (self.peek(1).unwrap_or(""), self.peek(2).unwrap_or(""));
            self.at += 3;
            return self.binary(first, operator, second);
        }
        if first == "(" && self.peek(1).is_some() {
            self.depth += 1;
            if self.depth > MAX_DEPTH {
                return Err("too many parentheses".into());
            }
            self.at += 1;
            let value = self.either()?;
            if self.peek(0) != Some(")") {
                return Err("closing paren expected".into());
            }
            self.at += 1;
            self.depth -= 1;
            return Ok(value);
        }
        if let (Some(letter), Some(operand)) = (unary(first), self.peek(1)) {
            self.at += 2;
            return Ok(self.unary(letter, operand));
        }
        self.at += 1;
        if self.peek(0).is_some_and(is_binary) && self.peek(1).is_none() {
            return Err(format!("{}: argument expected", self.peek(0).unwrap_or("")));
        }
        Ok(!first.is_empty())
    }

    fn entry(&mut self, path: &str) -> Option<Entry> {
        if path.is_empty() {
            return None;
        }
        self.cx.entry(&absolute(&self.task.cwd, path))
    }

    fn unary(&mut self, letter: char, operand: &str) -> bool {
        match letter {
            'n' => !operand.is_empty(),
            'z' => operand.is_empty(),
            'e' | 'r' | 'O' | 'G' => self.entry(operand).is_some(),
            'f' => self.entry(operand).is_some_and(|e| e.text.is_some() && !operand.starts_with("/dev/")),
            'd' => self.entry(operand).is_some_and(|e| e.text.is_none()),
            's' => self.entry(operand).is_some_and(|e| e.text.is_none_or(|t| !t.is_empty())),
            'w' => {
                let path = absolute(&self.task.cwd, operand);
                self.entry(operand).is_some() && !self.cx.read_only(&path)
            }
            'x' => self.entry(operand).is_some_and(|e| e.text.is_none() || e.mode & 0o111 != 0),
            'c' => matches!(operand, "/dev/null" | "/dev/stdout" | "/dev/stderr" | "/dev/stdin" | "/dev/tty"),
            _ => false,
        }
    }

    fn binary(&mut self, first: &str, operator: &str, second: &str) -> Result<bool, String> {
        Ok(match operator {
            "=" | "==" if self.brackets => {
                let (p, t): (Vec<char>, Vec<char>) = (second.chars().collect(), first.chars().collect());
                pattern::matches(&p, &t)
            }
            "=" | "==" => first == second,
            "!=" => first != second,
            "<" => first < second,
            ">" => first > second,
            "-nt" | "-ot" => {
                let changed = |e: Option<Entry>| e.map(|e| e.changed_ms);
                let (a, b) = (changed(self.entry(first)), changed(self.entry(second)));
                if operator == "-nt" { a > b } else { a < b }
            }
            "-ef" => absolute(&self.task.cwd, first) == absolute(&self.task.cwd, second),
            _ => {
                let (a, b) = (number(first)?, number(second)?);
                match operator {
                    "-eq" => a == b,
                    "-ne" => a != b,
                    "-lt" => a < b,
                    "-le" => a <= b,
                    "-gt" => a > b,
                    _ => a >= b,
                }
            }
        })
    }
}

fn is_binary(word: &str) -> bool {
    matches!(
        word,
        "=" | "==" | "!=" | "<" | ">" | "-eq" | "-ne" | "-lt" | "-le" | "-gt" | "-ge" | "-nt" | "-ot" | "-ef"
    )
}

fn unary(word: &str) -> Option<char> {
    let letter = word.strip_prefix('-')?;
    let mut chars = letter.chars();
    let letter = chars.next().filter(|c| "nzefdsrwxcbpSLhgukOGt".contains(*c))?;
    chars.next().is_none().then_some(letter)
}

fn number(text: &str) -> Result<i64, String> {
    let trimmed = text.trim();
    match trimmed.parse() {
        Ok(number) => Ok(number),
        Err(_) if !trimmed.is_empty() && trimmed.bytes().all(|b| b.is_ascii_digit() || b == b'-') => {
            Err(format!("{text}: out of range"))
        }
        Err(_) => Err(format!("{text}: bad number")),
    }
}
