//! Models Go's `encoding/json` `scanner.go`: JSON text → a value with the place of every field, with Go's
//! words for what is wrong.
//!
//! Leaves out: the depth of 10 000 at which Go gives up; ours is smaller.

#![allow(
    clippy::unnecessary_box_returns,
    reason = "errors pass through every function here, and small results make a smaller page"
)]

use super::span::{Inside, Place, Span};
use super::yaml::json_number;
use serde_json::{Map, Value};

/// Why a text isn't JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct JsonError {
    /// In Go's words.
    pub message: String,
    /// How many bytes Go had read; none at an unexpected end.
    pub offset: Option<usize>,
    /// Where it is.
    pub span: Span,
    /// Whether it is one of our own bounds.
    pub too_big: bool,
}

/// Reads the value that starts at `at` (blanks before it are skipped); gives where it ends.
pub(crate) fn read(text: &str, at: usize, depth: usize) -> Result<(Value, Place, usize), Box<JsonError>> {
    let before = text.get(..at).unwrap_or("");
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let line = u32::try_from(before.matches('\n').count()).unwrap_or(u32::MAX);
    let mut reader = Reader { text, bytes: text.as_bytes(), at, line, line_start, depth };
    reader.blanks();
    let (value, place) = reader.value()?;
    Ok((value, place, reader.at))
}

/// A mapping's fields and where they are.
type Fields = (Map<String, Value>, Vec<(String, Place)>);

struct Reader<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    line: u32,
    line_start: usize,
    depth: usize,
}

impl Reader<'_> {
    fn value(&mut self) -> Result<(Value, Place), Box<JsonError>> {
        let start = self.point();
        let mut inside = Inside::Leaf;
        let value = match self.peek()? {
            b'{' => {
                let (map, places) = self.deeper(Self::object)?;
                inside = Inside::Map(places);
                Value::Object(map)
            }
            b'[' => {
                let (list, places) = self.deeper(Self::array)?;
                inside = Inside::List(places);
                Value::Array(list)
            }
            b'"' => Value::String(self.string()?),
            b'-' | b'0'..=b'9' => self.number()?,
            b't' => self.literal("true", Value::Bool(true))?,
            b'f' => self.literal("false", Value::Bool(false))?,
            b'n' => self.literal("null", Value::Null)?,
            _ => return Err(self.wrong("looking for beginning of value")),
        };
        Ok((value, Place { key: None, value: self.since(start), inside }))
    }

    fn deeper<T>(&mut self, read: fn(&mut Self) -> Result<T, Box<JsonError>>) -> Result<T, Box<JsonError>> {
        if self.depth == 0 {
            return Err(Box::new(JsonError { too_big: true, ..*self.error("exceeded max depth".to_owned()) }));
        }
        self.depth -= 1;
        self.at += 1;
        self.blanks();
        let result = read(self);
        self.depth += 1;
        result
    }

    fn object(&mut self) -> Result<Fields, Box<JsonError>> {
        let mut map = Map::new();
        let mut places = Vec::new();
        if self.peek()? == b'}' {
            self.at += 1;
            return Ok((map, places));
        }
        loop {
            if self.peek()? != b'"' {
                return Err(self.wrong("looking for beginning of object key string"));
            }
            let start = self.point();
            let key = self.string()?;
            let key_span = self.since(start);
            self.blanks();
            if self.peek()? != b':' {
                return Err(self.wrong("after object key"));
            }
            self.at += 1;
            self.blanks();
            let (value, mut place) = self.value()?;
            place.key = Some(key_span);
            places.push((key.clone(), place));
            map.insert(key, value);
            self.blanks();
            match self.peek()? {
                b',' => self.at += 1,
                b'}' => {
                    self.at += 1;
                    return Ok((map, places));
                }
                _ => return Err(self.wrong("after object key:value pair")),
            }
            self.blanks();
        }
    }

    fn array(&mut self) -> Result<(Vec<Value>, Vec<Place>), Box<JsonError>> {
        let mut list = Vec::new();
        let mut places = Vec::new();
        if self.peek()? == b']' {
            self.at += 1;
            return Ok((list, places));
        }
        loop {
            let (value, place) = self.value()?;
            list.push(value);
            places.push(place);
            self.blanks();
            match self.peek()? {
                b',' => self.at += 1,
                b']' => {
                    self.at += 1;
                    return Ok((list, places));
                }
                _ => return Err(self.wrong("after array element")),
            }
            self.blanks();
        }
    }

    fn string(&mut self) -> Result<String, Box<JsonError>> {
        self.at += 1;
        let mut string = String::new();
        loop {
            let start = self.at;
            while self.bytes.get(self.at).is_some_and(|byte| !matches!(byte, b'"' | b'\\' | 0..0x20)) {
                self.at += 1;
            }
            string.push_str(self.text.get(start..self.at).unwrap_or(""));
            match self.peek()? {
                b'"' => {
                    self.at += 1;
                    return Ok(string);
                }
                b'\\' => self.escape(&mut string)?,
                _ => return Err(self.wrong("in string literal")),
            }
        }
    }

    fn escape(&mut self, string: &mut String) -> Result<(), Box<JsonError>> {
        self.at += 1;
        let escaped = match self.peek()? {
            byte @ (b'"' | b'\\' | b'/') => char::from(byte),
            b'b' => '\x08',
            b'f' => '\x0C',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                self.at += 1;
                let high = self.hex()?;
                string.push(self.surrogates(high)?);
                return Ok(());
            }
            _ => return Err(self.wrong("in string escape code")),
        };
        self.at += 1;
        string.push(escaped);
        Ok(())
    }

    fn hex(&mut self) -> Result<u32, Box<JsonError>> {
        let mut code = 0;
        for _ in 0..4 {
            let Some(digit) = char::from(self.peek()?).to_digit(16) else {
                return Err(self.wrong("in \\u hexadecimal character escape"));
            };
            code = code * 16 + digit;
            self.at += 1;
        }
        Ok(code)
    }

    /// Half a pair alone becomes U+FFFD.
    fn surrogates(&mut self, high: u32) -> Result<char, Box<JsonError>> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        if (0xD800..0xDC00).contains(&high) && rest.starts_with(b"\\u") {
            let back = self.at;
            self.at += 2;
            let low = self.hex()?;
            if (0xDC00..0xE000).contains(&low) {
                let code = 0x1_0000 + ((high - 0xD800) << 10) + (low - 0xDC00);
                return Ok(char::from_u32(code).unwrap_or('\u{FFFD}'));
            }
            self.at = back;
        }
        Ok(char::from_u32(high).unwrap_or('\u{FFFD}'))
    }

    fn number(&mut self) -> Result<Value, Box<JsonError>> {
        let start = self.at;
        let mut whole = true;
        if self.peek()? == b'-' {
            self.at += 1;
        }
        match self.peek()? {
            b'0' => self.at += 1,
            b'1'..=b'9' => self.digits(),
            _ => return Err(self.wrong("in numeric literal")),
        }
        if self.byte() == b'.' {
            whole = false;
            self.at += 1;
            if !self.peek()?.is_ascii_digit() {
                return Err(self.wrong("after decimal point in numeric literal"));
            }
            self.digits();
        }
        if matches!(self.byte(), b'e' | b'E') {
            whole = false;
            self.at += 1;
            if matches!(self.peek()?, b'+' | b'-') {
                self.at += 1;
            }
            if !self.peek()?.is_ascii_digit() {
                return Err(self.wrong("in exponent of numeric literal"));
            }
            self.digits();
        }
        let text = self.text.get(start..self.at).unwrap_or("0");
        if whole && let Ok(number) = text.parse::<i64>() {
            return Ok(Value::from(number));
        }
        Ok(text.parse::<f64>().map_or(Value::Null, json_number))
    }

    fn digits(&mut self) {
        while self.byte().is_ascii_digit() {
            self.at += 1;
        }
    }

    fn literal(&mut self, word: &str, value: Value) -> Result<Value, Box<JsonError>> {
        for expected in word.bytes() {
            if self.peek()? != expected {
                let expected = char::from(expected);
                return Err(self.wrong(&format!("in literal {word} (expecting '{expected}')")));
            }
            self.at += 1;
        }
        Ok(value)
    }

    // ---- characters

    fn byte(&self) -> u8 {
        self.bytes.get(self.at).copied().unwrap_or(0)
    }

    fn peek(&self) -> Result<u8, Box<JsonError>> {
        let byte = self.bytes.get(self.at).copied();
        byte.ok_or_else(|| Box::new(JsonError { offset: None, ..*self.error("unexpected EOF".to_owned()) }))
    }

    fn blanks(&mut self) {
        while let byte @ (b' ' | b'\t' | b'\r' | b'\n') = self.byte() {
            self.at += 1;
            if byte == b'\n' {
                self.line += 1;
                self.line_start = self.at;
            }
        }
    }

    fn wrong(&self, place: &str) -> Box<JsonError> {
        let found = char::from(self.byte());
        let shown = match found {
            '\'' => "\\'".to_owned(),
            '"' => "\"".to_owned(),
            _ => super::gotext::quote(&found.to_string()).trim_matches('"').to_owned(),
        };
        self.error(format!("invalid character '{shown}' {place}"))
    }

    fn error(&self, message: String) -> Box<JsonError> {
        let span = self.since(self.point());
        let span = Span { end_column: span.column + 1, ..span };
        Box::new(JsonError { message, offset: Some(self.at + 1), span, too_big: false })
    }

    fn point(&self) -> (u32, u32, u32) {
        let column = self.text.get(self.line_start..self.at).map_or(0, |before| before.chars().count());
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        (self.line + 1, number(column + 1), number(self.at))
    }

    fn since(&self, (line, column, start): (u32, u32, u32)) -> Span {
        let (end_line, end_column, end) = self.point();
        Span { line, column, end_line, end_column, start, end }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> (String, Option<usize>) {
        match read(text, 0, 50) {
            Ok(_) => (String::new(), None),
            Err(error) => (error.message, error.offset),
        }
    }

    #[test]
    fn says_what_go_says() {
        for (text, message, offset) in [
            ("{\n  // x", "invalid character '/' looking for beginning of object key string", Some(5)),
            ("{\"a\" 1}", "invalid character '1' after object key", Some(6)),
            ("{\"a\":1 2}", "invalid character '2' after object key:value pair", Some(8)),
            ("[1 2]", "invalid character '2' after array element", Some(4)),
            ("{\"a\":tru}", "invalid character '}' in literal true (expecting 'e')", Some(9)),
            ("{\"a\":1", "unexpected EOF", None),
            ("{\"a\":'b'}", "invalid character '\\'' looking for beginning of value", Some(6)),
        ] {
            assert_eq!(error(text), (message.to_owned(), offset), "{text}");
        }
    }

    #[test]
    fn keeps_the_places() {
        let text = "{\n \"a\": {\"b\": [1, \"é\", 3]}}";
        let found = read(text, 0, 50).map(|(value, place, end)| {
            (value["a"]["b"][1].clone(), place.value_at("a.b[2]").map(|s| (s.line, s.column)), end)
        });
        assert_eq!(found, Ok((Value::from("é"), Some((2, 22)), text.len())));
    }
}
