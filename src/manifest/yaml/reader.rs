//! Models `go.yaml.in/yaml/v2@v2.4.4/yamlprivateh.go` and the `skip` and `read` of `scannerc.go`: the scanner's
//! characters.
//!
//! Leaves out: decoding, which happens before.

use super::YamlError;
use super::scanner::{Mark, Scanner};

impl Scanner<'_> {
    pub(super) fn skip_comment(&mut self) {
        if self.at(0) == b'#' {
            while !self.is_break_or_end(0) {
                self.skip();
            }
        }
    }

    pub(super) fn skip_blanks(&mut self) {
        while matches!(self.at(0), b' ' | b'\t') {
            self.skip();
        }
    }

    /// Letters, digits, `_` and `-`.
    pub(super) fn read_name(&mut self) -> String {
        let mut name = String::new();
        while matches!(self.at(0), b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'_' | b'-') {
            self.read(&mut name);
        }
        name
    }

    /// The byte so many places ahead; 0 past the end.
    pub(super) fn at(&mut self, ahead: usize) -> u8 {
        let byte = self.text.get(self.mark.offset + ahead).copied();
        self.saw_end |= byte.is_none();
        byte.unwrap_or(0)
    }

    fn byte(&self, ahead: usize) -> u8 {
        self.text.get(self.mark.offset + ahead).copied().unwrap_or(0)
    }

    pub(super) fn is_end(&mut self, ahead: usize) -> bool {
        self.at(ahead) == 0
    }

    pub(super) fn is_break(&self, ahead: usize) -> bool {
        match self.byte(ahead) {
            b'\r' | b'\n' => true,
            0xC2 => self.byte(ahead + 1) == 0x85,
            0xE2 => self.byte(ahead + 1) == 0x80 && matches!(self.byte(ahead + 2), 0xA8 | 0xA9),
            _ => false,
        }
    }

    pub(super) fn is_break_or_end(&self, ahead: usize) -> bool {
        self.byte(ahead) == 0 || self.is_break(ahead)
    }

    pub(super) fn is_blank_or_end(&self, ahead: usize) -> bool {
        matches!(self.byte(ahead), b' ' | b'\t') || self.is_break_or_end(ahead)
    }

    /// `---` or `...` at a line's start, with a blank after it.
    pub(super) fn is_document_marker(&self) -> bool {
        let rest = self.text.get(self.mark.offset..).unwrap_or_default();
        self.mark.column == 0 && (rest.starts_with(b"---") || rest.starts_with(b"...")) && self.is_blank_or_end(3)
    }

    pub(super) fn column(&self) -> isize {
        isize::try_from(self.mark.column).unwrap_or(isize::MAX)
    }

    /// The width in bytes of the character here.
    fn width(&self) -> usize {
        match self.byte(0) {
            0..0x80 => 1,
            0x80..0xE0 => 2,
            0xE0..0xF0 => 3,
            _ => 4,
        }
    }

    pub(super) fn skip(&mut self) {
        if self.mark.offset >= self.text.len() {
            self.saw_end = true;
            return;
        }
        self.mark.offset += self.width();
        self.mark.index += 1;
        self.mark.column += 1;
    }

    pub(super) fn skip_line(&mut self) {
        if self.byte(0) == b'\r' && self.byte(1) == b'\n' {
            self.mark.offset += 2;
            self.mark.index += 2;
        } else if self.is_break(0) {
            self.mark.offset += self.width();
            self.mark.index += 1;
        } else {
            return;
        }
        self.mark.column = 0;
        self.mark.line += 1;
    }

    /// Copies one character.
    pub(super) fn read(&mut self, into: &mut String) {
        let end = self.mark.offset + self.width();
        if let Some(bytes) = self.text.get(self.mark.offset..end.min(self.text.len())) {
            into.push_str(std::str::from_utf8(bytes).unwrap_or("\u{FFFD}"));
        }
        self.skip();
    }

    /// Copies a line break, as `\n` unless it is one of Unicode's separators.
    pub(super) fn read_line(&mut self, into: &mut String) {
        match self.byte(0) {
            0xE2 if self.is_break(0) => into.push(if self.byte(2) == 0xA8 { '\u{2028}' } else { '\u{2029}' }),
            _ if self.is_break(0) => into.push('\n'),
            _ => return,
        }
        self.skip_line();
    }

    pub(super) fn error(&self, context: Mark, problem: &str) -> Box<YamlError> {
        YamlError::new(problem, self.mark, Some(context), true)
    }
}
