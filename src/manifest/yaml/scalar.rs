//! Models `go.yaml.in/yaml/v2@v2.4.4/scannerc.go`, `scan_*`: scalars, tags and directives.

use super::YamlError;
use super::scanner::{Mark, Scanner, Token, TokenKind};

/// Line breaks and blanks between the words of a scalar, until it is known what they become.
#[derive(Default)]
struct Gap {
    blanks: String,
    first_break: String,
    more_breaks: String,
    on_new_line: bool,
}

impl Gap {
    /// Folds the gap into the text: one break is a blank, more breaks are one less.
    fn fold_into(&mut self, text: &mut String) {
        if self.on_new_line {
            if self.first_break.starts_with('\n') {
                if self.more_breaks.is_empty() {
                    text.push(' ');
                }
            } else {
                text.push_str(&self.first_break);
            }
            text.push_str(&self.more_breaks);
        } else {
            text.push_str(&self.blanks);
        }
        self.blanks.clear();
        self.first_break.clear();
        self.more_breaks.clear();
    }

    fn is_empty(&self) -> bool {
        !self.on_new_line && self.blanks.is_empty()
    }
}

impl Scanner<'_> {
    /// Blanks and breaks after a word. Fails on a tab that indents, where `indent` is given.
    fn scan_gap(&mut self, gap: &mut Gap, start: Mark, indent: Option<isize>) -> Result<(), Box<YamlError>> {
        loop {
            if matches!(self.at(0), b' ' | b'\t') {
                if gap.on_new_line && self.at(0) == b'\t' && indent.is_some_and(|indent| self.column() < indent) {
                    return Err(self.error(start, "found a tab character that violates indentation"));
                }
                if gap.on_new_line {
                    self.skip();
                } else {
                    self.read(&mut gap.blanks);
                }
            } else if self.is_break(0) {
                if gap.on_new_line {
                    self.read_line(&mut gap.more_breaks);
                } else {
                    gap.blanks.clear();
                    self.read_line(&mut gap.first_break);
                    gap.on_new_line = true;
                }
            } else {
                return Ok(());
            }
        }
    }

    pub(super) fn scan_plain_scalar(&mut self) -> Result<Token, Box<YamlError>> {
        let start = self.mark;
        let mut end = start;
        let mut text = String::new();
        let mut gap = Gap::default();
        let indent = self.indent + 1;
        while !self.is_document_marker() && self.at(0) != b'#' {
            while !self.is_blank_or_end(0) {
                let ends = (self.at(0) == b':' && self.is_blank_or_end(1))
                    || (self.flow_level > 0 && b",?[]{}".contains(&self.at(0)));
                if ends {
                    break;
                }
                if !gap.is_empty() {
                    gap.fold_into(&mut text);
                    gap.on_new_line = false;
                }
                self.read(&mut text);
                end = self.mark;
            }
            if !(matches!(self.at(0), b' ' | b'\t') || self.is_break(0)) {
                break;
            }
            self.scan_gap(&mut gap, start, Some(indent))?;
            if self.flow_level == 0 && self.column() < indent {
                break;
            }
        }
        if gap.on_new_line {
            self.simple_key_allowed = true;
        }
        Ok(Token { kind: TokenKind::Scalar { text, plain: true }, start, end })
    }

    pub(super) fn scan_flow_scalar(&mut self, single: bool) -> Result<Token, Box<YamlError>> {
        let start = self.mark;
        let quote = if single { b'\'' } else { b'"' };
        let mut text = String::new();
        let mut gap = Gap::default();
        self.skip();
        loop {
            if self.is_document_marker() {
                return Err(self.error(start, "found unexpected document indicator"));
            }
            if self.is_end(0) {
                return Err(self.error(start, "found unexpected end of stream"));
            }
            gap.on_new_line = false;
            while !self.is_blank_or_end(0) {
                let first = self.at(0);
                if single && first == quote && self.at(1) == quote {
                    text.push('\'');
                    self.skip();
                    self.skip();
                } else if first == quote {
                    break;
                } else if !single && first == b'\\' && self.is_break(1) {
                    self.skip();
                    self.skip_line();
                    gap.on_new_line = true;
                    break;
                } else if !single && first == b'\\' {
                    self.scan_escape(start, &mut text)?;
                } else {
                    self.read(&mut text);
                }
            }
            if self.at(0) == quote {
                break;
            }
            self.scan_gap(&mut gap, start, None)?;
            gap.fold_into(&mut text);
        }
        self.skip();
        Ok(Token { kind: TokenKind::Scalar { text, plain: false }, start, end: self.mark })
    }

    fn scan_escape(&mut self, start: Mark, text: &mut String) -> Result<(), Box<YamlError>> {
        let (escaped, digits) = match self.at(1) {
            b'0' => ('\0', 0),
            b'a' => ('\x07', 0),
            b'b' => ('\x08', 0),
            b't' | b'\t' => ('\t', 0),
            b'n' => ('\n', 0),
            b'v' => ('\x0B', 0),
            b'f' => ('\x0C', 0),
            b'r' => ('\r', 0),
            b'e' => ('\x1B', 0),
            b' ' => (' ', 0),
            b'"' => ('"', 0),
            b'\'' => ('\'', 0),
            b'\\' => ('\\', 0),
            b'N' => ('\u{85}', 0),
            b'_' => ('\u{A0}', 0),
            b'L' => ('\u{2028}', 0),
            b'P' => ('\u{2029}', 0),
            b'x' => (' ', 2),
            b'u' => (' ', 4),
            b'U' => (' ', 8),
            _ => return Err(self.error(start, "found unknown escape character")),
        };
        self.skip();
        self.skip();
        if digits == 0 {
            text.push(escaped);
            return Ok(());
        }
        let mut code = 0_u32;
        for ahead in 0..digits {
            let Some(digit) = char::from(self.at(ahead)).to_digit(16) else {
                return Err(self.error(start, "did not find expected hexdecimal number"));
            };
            code = code.wrapping_shl(4) | digit;
        }
        let Some(character) = char::from_u32(code) else {
            return Err(self.error(start, "found invalid Unicode character escape code"));
        };
        text.push(character);
        for _ in 0..digits {
            self.skip();
        }
        Ok(())
    }

    pub(super) fn scan_block_scalar(&mut self, literal: bool) -> Result<Token, Box<YamlError>> {
        let start = self.mark;
        self.skip();
        let (chomping, increment) = self.scan_block_header(start)?;
        let mut end = self.mark;
        let mut indent = if increment > 0 { self.indent.max(0) + increment } else { 0 };
        let mut text = String::new();
        let mut leading_break = String::new();
        let mut trailing_breaks = String::new();
        let mut leading_blank = false;
        self.scan_block_breaks(&mut indent, &mut trailing_breaks, start, &mut end)?;
        while self.column() == indent && !self.is_end(0) {
            let trailing_blank = matches!(self.at(0), b' ' | b'\t');
            if !literal && !leading_blank && !trailing_blank && leading_break.starts_with('\n') {
                if trailing_breaks.is_empty() {
                    text.push(' ');
                }
            } else {
                text.push_str(&leading_break);
            }
            leading_break.clear();
            text.push_str(&trailing_breaks);
            trailing_breaks.clear();
            leading_blank = matches!(self.at(0), b' ' | b'\t');
            while !self.is_break_or_end(0) {
                self.read(&mut text);
            }
            self.read_line(&mut leading_break);
            self.scan_block_breaks(&mut indent, &mut trailing_breaks, start, &mut end)?;
        }
        if chomping != b'-' {
            text.push_str(&leading_break);
        }
        if chomping == b'+' {
            text.push_str(&trailing_breaks);
        }
        Ok(Token { kind: TokenKind::Scalar { text, plain: false }, start, end })
    }

    /// What follows `|` or `>`: `+` or `-`, an indentation, a comment.
    fn scan_block_header(&mut self, start: Mark) -> Result<(u8, isize), Box<YamlError>> {
        let mut chomping = 0;
        let mut increment = 0;
        for _ in 0..2 {
            match self.at(0) {
                sign @ (b'+' | b'-') if chomping == 0 => {
                    chomping = sign;
                    self.skip();
                }
                b'0' if increment == 0 => {
                    return Err(self.error(start, "found an indentation indicator equal to 0"));
                }
                digit @ b'1'..=b'9' if increment == 0 => {
                    increment = isize::from(digit - b'0');
                    self.skip();
                }
                _ => break,
            }
        }
        self.skip_blanks();
        self.skip_comment();
        if !self.is_break_or_end(0) {
            return Err(self.error(start, "did not find expected comment or line break"));
        }
        self.skip_line();
        Ok((chomping, increment))
    }

    fn scan_block_breaks(
        &mut self,
        indent: &mut isize,
        breaks: &mut String,
        start: Mark,
        end: &mut Mark,
    ) -> Result<(), Box<YamlError>> {
        *end = self.mark;
        let mut max_indent = 0;
        loop {
            while (*indent == 0 || self.column() < *indent) && self.at(0) == b' ' {
                self.skip();
            }
            max_indent = max_indent.max(self.column());
            if (*indent == 0 || self.column() < *indent) && self.at(0) == b'\t' {
                return Err(self.error(start, "found a tab character where an indentation space is expected"));
            }
            if !self.is_break(0) {
                break;
            }
            self.read_line(breaks);
            *end = self.mark;
        }
        if *indent == 0 {
            *indent = max_indent.max(self.indent + 1).max(1);
        }
        Ok(())
    }

    // ---- tags and directives

    pub(super) fn scan_tag(&mut self) -> Result<TokenKind, Box<YamlError>> {
        let start = self.mark;
        let (handle, suffix);
        if self.at(1) == b'<' {
            self.skip();
            self.skip();
            handle = String::new();
            suffix = self.scan_tag_uri(None, start)?;
            if self.at(0) != b'>' {
                return Err(self.error(start, "did not find the expected '>'"));
            }
            self.skip();
        } else {
            let first = self.scan_tag_handle(false, start)?;
            if first.len() > 1 && first.ends_with('!') {
                suffix = self.scan_tag_uri(None, start)?;
                handle = first;
            } else {
                let rest = self.scan_tag_uri(Some(&first), start)?;
                (handle, suffix) = if rest.is_empty() { (rest, "!".to_owned()) } else { ("!".to_owned(), rest) };
            }
        }
        if !self.is_blank_or_end(0) {
            return Err(self.error(start, "did not find expected whitespace or line break"));
        }
        Ok(TokenKind::Tag(handle, suffix))
    }

    fn scan_tag_handle(&mut self, directive: bool, start: Mark) -> Result<String, Box<YamlError>> {
        if self.at(0) != b'!' {
            return Err(self.error(start, "did not find expected '!'"));
        }
        let mut handle = String::new();
        self.read(&mut handle);
        handle.push_str(&self.read_name());
        if self.at(0) == b'!' {
            self.read(&mut handle);
        } else if directive && handle != "!" {
            return Err(self.error(start, "did not find expected '!'"));
        }
        Ok(handle)
    }

    fn scan_tag_uri(&mut self, head: Option<&str>, start: Mark) -> Result<String, Box<YamlError>> {
        let mut found = head.is_some();
        let mut uri = head.and_then(|head| head.get(1..)).unwrap_or("").to_owned();
        loop {
            match self.at(0) {
                b'%' => {
                    let octet = (char::from(self.at(1)).to_digit(16), char::from(self.at(2)).to_digit(16));
                    let (Some(high), Some(low)) = octet else {
                        return Err(self.error(start, "did not find URI escaped octet"));
                    };
                    uri.push(char::from_u32(high * 16 + low).unwrap_or('\u{FFFD}'));
                    for _ in 0..3 {
                        self.skip();
                    }
                }
                byte if byte.is_ascii_alphanumeric() || b"_-;/?:@&=+$,.!~*'()[]".contains(&byte) => {
                    self.read(&mut uri);
                }
                _ => break,
            }
            found = true;
        }
        if !found {
            return Err(self.error(start, "did not find expected tag URI"));
        }
        Ok(uri)
    }

    pub(super) fn scan_directive(&mut self) -> Result<TokenKind, Box<YamlError>> {
        let start = self.mark;
        self.skip();
        let name = self.read_name();
        if name.is_empty() {
            return Err(self.error(start, "could not find expected directive name"));
        }
        if !self.is_blank_or_end(0) {
            return Err(self.error(start, "found unexpected non-alphabetical character"));
        }
        let kind = match name.as_str() {
            "YAML" => {
                self.skip_blanks();
                let major = self.scan_version_number(start)?;
                if self.at(0) != b'.' {
                    return Err(self.error(start, "did not find expected digit or '.' character"));
                }
                self.skip();
                TokenKind::VersionDirective(major, self.scan_version_number(start)?)
            }
            "TAG" => {
                self.skip_blanks();
                let handle = self.scan_tag_handle(true, start)?;
                if !matches!(self.at(0), b' ' | b'\t') {
                    return Err(self.error(start, "did not find expected whitespace"));
                }
                self.skip_blanks();
                let prefix = self.scan_tag_uri(None, start)?;
                if !self.is_blank_or_end(0) {
                    return Err(self.error(start, "did not find expected whitespace or line break"));
                }
                TokenKind::TagDirective(handle, prefix)
            }
            _ => return Err(self.error(start, "found unknown directive name")),
        };
        self.skip_blanks();
        self.skip_comment();
        if !self.is_break_or_end(0) {
            return Err(self.error(start, "did not find expected comment or line break"));
        }
        self.skip_line();
        Ok(kind)
    }

    fn scan_version_number(&mut self, start: Mark) -> Result<u8, Box<YamlError>> {
        let mut value = 0;
        let mut length = 0;
        while let digit @ b'0'..=b'9' = self.at(0) {
            length += 1;
            if length > 2 {
                return Err(self.error(start, "found extremely long version number"));
            }
            value = value * 10 + (digit - b'0');
            self.skip();
        }
        if length == 0 {
            return Err(self.error(start, "did not find expected version number"));
        }
        Ok(value)
    }
}
