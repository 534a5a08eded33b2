//! Models how busybox ash cuts text into tokens and words: quotes, `$…`, here-documents.
//!
//! The parser asks for one token at a time, since `$(…)` holds a whole script within a word. Left
//! out: aliases, history, `$"…"`; of `$'…'` the `\u` and `\c` escapes.

use std::rc::Rc;

use super::ast::{Operation, Parameter, Part, Word};
use super::parser::{Parsed, Parser};

/// A token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    /// A word; with its text when nothing in it is quoted or expanded (it may be a reserved word).
    Word(Word, Option<Rc<str>>),
    /// `NAME=value`, which is a word again after the command's name.
    Assignment(Rc<str>, Word),
    /// An operator.
    Op(&'static str),
    /// The number before a redirection.
    Fd(u8),
    /// End of line.
    Newline,
    /// End of text.
    End,
}

/// The longest first, so that the first that fits is the right one.
const OPERATORS: [&str; 18] =
    ["<<<", "<<-", "&&", "||", ";;", "&>", "<<", ">>", "<&", ">&", "<>", ">|", ";", "&", "|", "(", ")", "<"];

/// Where a stretch of text stands, which decides what its characters mean.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// A word of a command.
    Word,
    /// Within `"…"`.
    Double,
    /// Within `${v…}`: inside double quotes or not, and the characters that end it.
    Brace(bool, &'static str),
    /// A here-document.
    Here,
    /// Within `$((…))`.
    Arithmetic,
}

impl Mode {
    fn quoted(self) -> bool {
        !matches!(self, Mode::Word | Mode::Brace(false, _))
    }
}

/// The pieces of a word as they are read.
#[derive(Default)]
pub struct Pieces {
    parts: Vec<Part>,
    text: String,
    quoted: String,
    any_quotes: bool,
}

impl Pieces {
    fn push(&mut self, c: char, quoted: bool) {
        if quoted {
            if !self.text.is_empty() {
                self.flush();
            }
            self.quoted.push(c);
        } else {
            if !self.quoted.is_empty() {
                self.flush();
            }
            self.text.push(c);
        }
    }

    fn flush(&mut self) {
        if !self.text.is_empty() {
            self.parts.push(Part::Text(self.text.as_str().into()));
            self.text.clear();
        }
        if !self.quoted.is_empty() {
            self.parts.push(Part::Quoted(self.quoted.as_str().into()));
            self.quoted.clear();
        }
    }

    fn part(&mut self, part: Part) {
        self.flush();
        self.parts.push(part);
    }

    fn is_empty(&self) -> bool {
        self.parts.is_empty() && self.text.is_empty() && self.quoted.is_empty() && !self.any_quotes
    }

    /// The word, and its bare text if nothing in it was quoted.
    pub fn finish(mut self) -> (Word, Option<Rc<str>>) {
        self.flush();
        let literal = self.parts.iter().all(|p| match p {
            Part::Text(t) => !t.contains(['*', '?', '[', '\\']),
            Part::Quoted(_) => true,
            _ => false,
        });
        if literal {
            let whole: String =
                self.parts.iter().map(|p| if let Part::Text(t) | Part::Quoted(t) = p { &**t } else { "" }).collect();
            let bare = !self.any_quotes && self.parts.iter().all(|p| matches!(p, Part::Text(_)));
            let text: Rc<str> = whole.into();
            return (Word::Plain(Rc::clone(&text)), bare.then_some(text));
        }
        let bare = match self.parts.as_slice() {
            [Part::Text(t)] if !self.any_quotes => Some(Rc::clone(t)),
            _ => None,
        };
        (Word::Parts(self.seen_quotes().into()), bare)
    }

    /// The same for a word within `${…}`, whose unquoted text will be split.
    pub fn finish_inner(mut self) -> Word {
        if !self.any_quotes {
            return self.finish().0;
        }
        self.flush();
        Word::Parts(self.seen_quotes().into())
    }

    /// The pieces; `$x""` makes an argument even when x is empty.
    fn seen_quotes(self) -> Vec<Part> {
        let mut parts = self.parts;
        let seen = parts.iter().any(|part| match part {
            Part::Quoted(_) => true,
            Part::Parameter(parameter) => parameter.quoted,
            Part::Command(_, quoted) | Part::Arithmetic(_, quoted) => *quoted,
            Part::Text(_) | Part::Tilde => false,
        });
        if self.any_quotes && !seen {
            parts.push(Part::Quoted("".into()));
        }
        parts
    }
}

/// Whether a variable's name may begin so.
pub fn name_start(b: u8) -> bool {
    b.is_ascii_alphabetic() || b == b'_'
}

/// Whether a variable's name may go on so.
pub fn name_next(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b == b'_'
}

/// The length of the variable's name at the beginning of `text`.
pub fn name_length(text: &str) -> usize {
    match text.as_bytes() {
        [first, rest @ ..] if name_start(*first) => 1 + rest.iter().take_while(|b| name_next(**b)).count(),
        _ => 0,
    }
}

impl Parser<'_> {
    pub(super) fn rest(&self) -> &str {
        self.text.get(self.pos..).unwrap_or("")
    }

    pub(super) fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.pos).copied()
    }

    pub(super) fn byte_at(&self, ahead: usize) -> Option<u8> {
        self.text.as_bytes().get(self.pos + ahead).copied()
    }

    pub(super) fn take_char(&mut self) -> Option<char> {
        let c = self.rest().chars().next()?;
        self.pos += c.len_utf8();
        Some(c)
    }

    /// Reads the next token from the text.
    pub(super) fn lex(&mut self) -> Parsed<Token> {
        self.skip_blanks();
        let Some(b) = self.byte() else {
            return Ok(Token::End);
        };
        if b == b'\n' {
            self.pos = match self.skip.take_if(|s| s.0 == self.pos) {
                Some((_, resume)) => resume,
                None => self.pos + 1,
            };
            return Ok(Token::Newline);
        }
        let rest = self.rest();
        if let Some(op) = OPERATORS.iter().find(|op| rest.starts_with(**op)) {
            self.pos += op.len();
            return Ok(Token::Op(op));
        }
        if b == b'>' {
            self.pos += 1;
            return Ok(Token::Op(">"));
        }
        if b.is_ascii_digit() && matches!(self.byte_at(1), Some(b'<' | b'>')) {
            self.pos += 1;
            return Ok(Token::Fd(b - b'0'));
        }
        let name = name_length(rest);
        if name > 0 && rest.as_bytes().get(name) == Some(&b'=') {
            let name: Rc<str> = rest.get(..name).unwrap_or("").into();
            self.pos += name.len() + 1;
            let mut pieces = Pieces::default();
            self.scan(Mode::Word, &mut pieces)?;
            return Ok(Token::Assignment(name, pieces.finish().0));
        }
        let mut pieces = Pieces::default();
        self.scan(Mode::Word, &mut pieces)?;
        let (word, bare) = pieces.finish();
        Ok(Token::Word(word, bare))
    }

    pub(super) fn skip_blanks(&mut self) {
        loop {
            match self.byte() {
                Some(b' ' | b'\t') => self.pos += 1,
                Some(b'\\') if self.byte_at(1) == Some(b'\n') => self.pos += 2,
                Some(b'#') => self.pos += self.rest().find('\n').unwrap_or(self.rest().len()),
                _ => return,
            }
        }
    }

    /// Reads text up to where its mode ends.
    pub(super) fn scan(&mut self, mode: Mode, pieces: &mut Pieces) -> Parsed<()> {
        let mut open = 0_u32;
        loop {
            let Some(b) = self.byte() else {
                return match mode {
                    Mode::Word | Mode::Here => Ok(()),
                    Mode::Double => Err("unterminated quoted string".into()),
                    Mode::Brace(..) => Err("missing '}'".into()),
                    Mode::Arithmetic => Err("missing '))'".into()),
                };
            };
            match mode {
                Mode::Word if b" \t\n;&|<>()".contains(&b) => return Ok(()),
                Mode::Double if b == b'"' => {
                    self.pos += 1;
                    return Ok(());
                }
                Mode::Brace(_, ends) if ends.as_bytes().contains(&b) => return Ok(()),
                Mode::Arithmetic if b == b'(' => open += 1,
                Mode::Arithmetic if b == b')' && open > 0 => open -= 1,
                Mode::Arithmetic if b == b')' => {
                    if self.byte_at(1) != Some(b')') {
                        return Err("missing '))'".into());
                    }
                    self.pos += 2;
                    return Ok(());
                }
                _ => {}
            }
            self.scan_one(mode, b, pieces)?;
        }
    }

    fn scan_one(&mut self, mode: Mode, b: u8, pieces: &mut Pieces) -> Parsed<()> {
        let quoted = mode.quoted();
        match b {
            b'\\' => self.backslash(mode, pieces),
            b'\'' if !quoted => {
                self.pos += 1;
                let Some(length) = self.rest().find('\'') else {
                    return Err("unterminated quoted string".into());
                };
                let text: String = self.rest().get(..length).unwrap_or("").into();
                self.pos += length + 1;
                pieces.any_quotes = true;
                text.chars().for_each(|c| pieces.push(c, true));
            }
            b'"' if mode == Mode::Arithmetic => self.pos += 1,
            b'"' if mode != Mode::Here => {
                self.pos += 1;
                pieces.any_quotes = true;
                self.deeper()?;
                self.scan(Mode::Double, pieces)?;
                self.depth -= 1;
            }
            b'$' => self.dollar(quoted, pieces)?,
            b'`' => self.backtick(quoted, pieces)?,
            b'~' if mode == Mode::Word && pieces.is_empty() && self.tilde_ends() => {
                self.pos += 1;
                pieces.part(Part::Tilde);
            }
            _ => {
                if let Some(c) = self.take_char() {
                    pieces.push(c, quoted);
                }
            }
        }
        Ok(())
    }

    fn tilde_ends(&self) -> bool {
        self.byte_at(1).is_none_or(|b| b" \t\n;&|<>()/".contains(&b))
    }

    fn backslash(&mut self, mode: Mode, pieces: &mut Pieces) {
        self.pos += 1;
        let Some(next) = self.byte() else {
            return pieces.push('\\', true);
        };
        if next == b'\n' {
            self.pos += 1;
            return;
        }
        let escapes = match mode {
            Mode::Word | Mode::Brace(false, _) => true,
            Mode::Double | Mode::Arithmetic => b"$`\"\\".contains(&next),
            Mode::Brace(true, _) => b"$`\"\\}".contains(&next),
            Mode::Here => b"$`\\".contains(&next),
        };
        if escapes {
            if let Some(c) = self.take_char() {
                pieces.push(c, true);
                pieces.any_quotes = true;
            }
        } else {
            pieces.push('\\', true);
        }
    }

    /// What follows a `$`.
    fn dollar(&mut self, quoted: bool, pieces: &mut Pieces) -> Parsed<()> {
        self.pos += 1;
        let length = name_length(self.rest());
        if length > 0 {
            let name = self.rest().get(..length).unwrap_or("").into();
            self.pos += length;
            pieces.part(value(name, quoted));
            return Ok(());
        }
        match self.byte() {
            Some(b) if b.is_ascii_digit() || b"@*#?-$!".contains(&b) => {
                self.pos += 1;
                pieces.part(value(char::from(b).to_string().into(), quoted));
            }
            Some(b'{') => {
                self.pos += 1;
                self.deeper()?;
                let part = self.braced(quoted)?;
                self.depth -= 1;
                pieces.part(part);
            }
            Some(b'(') => {
                self.deeper()?;
                let part = self.parenthesis(quoted)?;
                self.depth -= 1;
                pieces.part(part);
            }
            Some(b'\'') if !quoted => {
                self.pos += 1;
                pieces.any_quotes = true;
                self.dollar_quote(pieces)?;
            }
            _ => pieces.push('$', quoted),
        }
        Ok(())
    }

    /// `$((…))` or `$(…)`; `$((a); (b))` is found to be the second only by failing as the first.
    fn parenthesis(&mut self, quoted: bool) -> Parsed<Part> {
        let mut failed = None;
        if self.byte_at(1) == Some(b'(') {
            let start = self.pos;
            self.pos += 2;
            let mut pieces = Pieces::default();
            match self.scan(Mode::Arithmetic, &mut pieces) {
                Ok(()) => return Ok(Part::Arithmetic(Rc::new(pieces.finish().0), quoted)),
                Err(message) => failed = Some(message),
            }
            self.pos = start;
        }
        self.pos += 1;
        match self.until_parenthesis() {
            Ok(block) => Ok(Part::Command(block, quoted)),
            Err(message) => Err(failed.unwrap_or(message)),
        }
    }

    fn backtick(&mut self, quoted: bool, pieces: &mut Pieces) -> Parsed<()> {
        self.pos += 1;
        let mut inner = String::new();
        loop {
            match self.take_char() {
                None => return Err("EOF in backquote substitution".into()),
                Some('`') => break,
                Some('\\') => match self.byte() {
                    Some(b) if b"`\\$".contains(&b) || (quoted && b == b'"') => {
                        inner.extend(self.take_char());
                    }
                    _ => inner.push('\\'),
                },
                Some(c) => inner.push(c),
            }
        }
        let block = Parser::nested(&inner, self.depth + 1)?.whole()?;
        pieces.part(Part::Command(block, quoted));
        Ok(())
    }

    fn dollar_quote(&mut self, pieces: &mut Pieces) -> Parsed<()> {
        let mut raw = String::new();
        loop {
            match self.take_char() {
                None => return Err("unterminated quoted string".into()),
                Some('\'') => break,
                Some('\\') => {
                    raw.push('\\');
                    raw.extend(self.take_char());
                }
                Some(c) => raw.push(c),
            }
        }
        let (text, _) = super::printf::unescape(&raw, super::printf::Escapes::DollarQuote);
        text.chars().for_each(|c| pieces.push(c, true));
        Ok(())
    }
}

fn value(name: Rc<str>, quoted: bool) -> Part {
    Part::Parameter(Rc::new(Parameter { name, operation: Operation::Value, quoted }))
}
