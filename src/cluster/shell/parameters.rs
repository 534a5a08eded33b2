//! Models how ash reads `${…}`.

use std::rc::Rc;

use super::ast::{Operation, Parameter, Part, Word};
use super::lexer::{Mode, Pieces, name_length, name_next};
use super::parser::{Parsed, Parser};

impl Parser<'_> {
    /// What stands within `${…}`, and the closing brace.
    pub(super) fn braced(&mut self, quoted: bool) -> Parsed<Part> {
        let length_of =
            self.byte() == Some(b'#') && self.byte_at(1).is_some_and(|b| name_next(b) || b"@*?!$-#".contains(&b));
        if length_of {
            self.pos += 1;
        }
        let rest = self.rest();
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let length = match name_length(rest).max(digits) {
            0 if self.byte().is_some_and(|b| b"@*#?-$!".contains(&b)) => 1,
            n => n,
        };
        let name: Rc<str> = rest.get(..length).unwrap_or("").into();
        self.pos += length;
        let operation = if length_of {
            Operation::Length
        } else if length == 0 {
            Operation::Bad
        } else {
            self.operation(quoted)?
        };
        match self.byte() {
            Some(b'}') => {
                self.pos += 1;
                Ok(Part::Parameter(Rc::new(Parameter { name, operation, quoted })))
            }
            None => Err("missing '}'".into()),
            Some(_) => {
                self.inner_word(false, "}")?;
                self.pos += 1;
                Ok(Part::Parameter(Rc::new(Parameter { name, operation: Operation::Bad, quoted })))
            }
        }
    }

    fn operation(&mut self, quoted: bool) -> Parsed<Operation> {
        let Some(b) = self.byte() else {
            return Ok(Operation::Value);
        };
        let colon = b == b':' && self.byte_at(1).is_some_and(|b| b"-=+?".contains(&b));
        let sign = if colon { self.byte_at(1).unwrap_or(b) } else { b };
        let doubled = self.byte_at(1) == Some(b);
        match sign {
            b'-' | b'=' | b'+' | b'?' => {
                self.pos += 1 + usize::from(colon);
                let word = self.inner_word(quoted, "}")?;
                Ok(match sign {
                    b'-' => Operation::Default(colon, word),
                    b'=' => Operation::Assign(colon, word),
                    b'+' => Operation::Alternative(colon, word),
                    _ => Operation::Require(colon, (word != Word::Plain("".into())).then_some(word)),
                })
            }
            b'#' | b'%' => {
                self.pos += 1 + usize::from(doubled);
                let word = self.inner_word(false, "}")?;
                Ok(if b == b'#' { Operation::TrimStart(doubled, word) } else { Operation::TrimEnd(doubled, word) })
            }
            b'/' => {
                self.pos += 1 + usize::from(doubled);
                let pattern = self.inner_word(false, "/}")?;
                let with = if self.byte() == Some(b'/') {
                    self.pos += 1;
                    self.inner_word(quoted, "}")?
                } else {
                    Word::Plain("".into())
                };
                Ok(Operation::Replace(doubled, pattern, with))
            }
            b':' => {
                self.pos += 1;
                let offset = self.inner_word(true, ":}")?;
                let length = if self.byte() == Some(b':') {
                    self.pos += 1;
                    Some(self.inner_word(true, "}")?)
                } else {
                    None
                };
                Ok(Operation::Slice(offset, length))
            }
            b'}' => Ok(Operation::Value),
            _ => Ok(Operation::Bad),
        }
    }

    fn inner_word(&mut self, quoted: bool, ends: &'static str) -> Parsed<Word> {
        let mut pieces = Pieces::default();
        self.scan(Mode::Brace(quoted, ends), &mut pieces)?;
        Ok(pieces.finish_inner())
    }
}
