//! Models `sigs.k8s.io/yaml@v1.6.0`, `Marshal`, which writes with `go.yaml.in/yaml/v2@v2.4.4` (`encode.go`, `sorter.go`,
//! `emitterc.go`): block style, keys sorted, lists not indented below their key, long lines folded at 80.

use crate::manifest::json_text;
use serde_json::Value;
use std::cmp::Ordering;

/// Columns after which a blank may become a line's end.
const BEST_WIDTH: usize = 80;

/// The value as a YAML document, with the final newline.
pub(crate) fn yaml(value: &Value) -> String {
    let mut writer = Writer { text: String::new(), column: 0 };
    match value {
        Value::Object(fields) if !fields.is_empty() => writer.mapping(value, 0),
        Value::Array(items) if !items.is_empty() => writer.sequence(items, 0),
        scalar => writer.scalar(scalar, 0, false),
    }
    if !writer.text.ends_with('\n') {
        writer.text.push('\n');
    }
    writer.text
}

struct Writer {
    text: String,
    /// Characters since the line began.
    column: usize,
}

impl Writer {
    fn put(&mut self, text: &str) {
        self.text.push_str(text);
        self.column += text.chars().count();
    }

    fn new_line(&mut self, indent: usize) {
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
        self.text.extend(std::iter::repeat_n(' ', indent));
        self.column = indent;
    }

    /// A mapping whose first key stands where the text is now.
    fn mapping(&mut self, value: &Value, indent: usize) {
        let Value::Object(fields) = value else { return };
        let mut keys: Vec<&String> = fields.keys().collect();
        crate::go::sort::by(&mut keys, |a, b| natural(a, b));
        for (place, key) in keys.into_iter().enumerate() {
            if place > 0 {
                self.new_line(indent);
            }
            self.string(key, indent, true);
            self.put(":");
            let value = fields.get(key).unwrap_or(&Value::Null);
            match value {
                Value::Object(inner) if !inner.is_empty() => {
                    self.new_line(indent + 2);
                    self.mapping(value, indent + 2);
                }
                Value::Array(items) if !items.is_empty() => {
                    self.new_line(indent);
                    self.sequence(items, indent);
                }
                scalar => {
                    self.put(" ");
                    self.scalar(scalar, indent + 2, false);
                }
            }
        }
    }

    /// A sequence whose first dash stands where the text is now.
    fn sequence(&mut self, items: &[Value], indent: usize) {
        for (place, item) in items.iter().enumerate() {
            if place > 0 {
                self.new_line(indent);
            }
            self.put("- ");
            match item {
                Value::Object(fields) if !fields.is_empty() => self.mapping(item, indent + 2),
                Value::Array(items) if !items.is_empty() => self.sequence(items, indent + 2),
                scalar => self.scalar(scalar, indent + 2, false),
            }
        }
    }

    /// A value on one line (or folded); `indent` is where its further lines begin.
    fn scalar(&mut self, value: &Value, indent: usize, key: bool) {
        match value {
            Value::String(text) => self.string(text, indent, key),
            Value::Object(_) => self.put("{}"),
            Value::Array(_) => self.put("[]"),
            other => self.put(&json_text(other)),
        }
    }

    fn string(&mut self, text: &str, indent: usize, key: bool) {
        let shape = Shape::of(text);
        if text.contains('\n') {
            if shape.block && !key {
                self.literal(text, indent);
            } else {
                self.double_quoted(text, indent, key);
            }
        } else if resolves_to_another_type(text) {
            self.double_quoted(text, indent, key);
        } else if shape.plain {
            self.folded(text, indent, key, false);
        } else if shape.single_quoted {
            self.put("'");
            self.folded(text, indent, key, true);
            self.put("'");
        } else {
            self.double_quoted(text, indent, key);
        }
    }

    /// Plain and single-quoted text: a blank past the best width becomes a line's end.
    fn folded(&mut self, text: &str, indent: usize, key: bool, quoted: bool) {
        let mut after_space = false;
        let mut characters = text.char_indices().peekable();
        while let Some((at, c)) = characters.next() {
            let next = characters.peek().map(|(_, next)| *next);
            let inside = !quoted || at > 0 && next.is_some();
            if c == ' ' && !key && !after_space && self.column > BEST_WIDTH && inside && next != Some(' ') {
                self.new_line(indent);
            } else {
                if c == '\'' && quoted {
                    self.put("'");
                }
                self.put(c.encode_utf8(&mut [0; 4]));
            }
            after_space = c == ' ';
        }
    }

    fn double_quoted(&mut self, text: &str, indent: usize, key: bool) {
        self.put("\"");
        let mut after_space = false;
        let mut characters = text.char_indices().peekable();
        while let Some((at, c)) = characters.next() {
            let next = characters.peek().map(|(_, next)| *next);
            if c == ' ' && !key && !after_space && self.column > BEST_WIDTH && at > 0 && next.is_some() {
                self.new_line(indent);
                if next == Some(' ') {
                    self.put("\\");
                }
            } else if is_printable(c) && !is_break(c) && c != '"' && c != '\\' {
                self.put(c.encode_utf8(&mut [0; 4]));
            } else {
                self.escaped(c);
            }
            after_space = c == ' ';
        }
        self.put("\"");
    }

    fn escaped(&mut self, c: char) {
        const NAMED: [(char, &str); 15] = [
            ('\0', "\\0"),
            ('\x07', "\\a"),
            ('\x08', "\\b"),
            ('\t', "\\t"),
            ('\n', "\\n"),
            ('\x0b', "\\v"),
            ('\x0c', "\\f"),
            ('\r', "\\r"),
            ('\x1b', "\\e"),
            ('"', "\\\""),
            ('\\', "\\\\"),
            ('\u{85}', "\\N"),
            ('\u{a0}', "\\_"),
            ('\u{2028}', "\\L"),
            ('\u{2029}', "\\P"),
        ];
        if let Some((_, name)) = NAMED.iter().find(|(known, _)| *known == c) {
            return self.put(name);
        }
        let code = u32::from(c);
        let text = match code {
            0..=0xff => format!("\\x{code:02X}"),
            0x100..=0xffff => format!("\\u{code:04X}"),
            _ => format!("\\U{code:08X}"),
        };
        self.put(&text);
    }

    fn literal(&mut self, text: &str, indent: usize) {
        self.put("|");
        if text.starts_with([' ', '\n']) {
            self.put("2");
        }
        let breaks = text.chars().rev().take_while(|c| is_break(*c)).count();
        match breaks {
            0 => self.put("-"),
            1 if text.chars().count() > 1 => {}
            _ => self.put("+"),
        }
        self.text.push('\n');
        for line in text.split_inclusive('\n') {
            if line != "\n" {
                self.text.extend(std::iter::repeat_n(' ', indent));
            }
            self.text.push_str(line);
        }
    }
}

fn is_break(c: char) -> bool {
    matches!(c, '\r' | '\n' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

pub(super) fn is_printable(c: char) -> bool {
    matches!(c, '\n' | ' '..='~' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fefe}' | '\u{ff00}'..='\u{fffd}')
}

/// In which styles a text may be written. Models `yaml_emitter_analyze_scalar`, in block context.
struct Shape {
    plain: bool,
    single_quoted: bool,
    block: bool,
}

impl Shape {
    fn of(text: &str) -> Self {
        let mut indicators = text.starts_with("---") || text.starts_with("...");
        let (mut special, mut space_break, mut break_space, mut line_breaks) = (false, false, false, false);
        let mut before: Option<char> = None;
        let mut characters = text.chars().peekable();
        while let Some(c) = characters.next() {
            let blank_after = characters.peek().is_none_or(|next| matches!(next, ' ' | '\t'));
            let blank_before = before.is_none_or(|before| matches!(before, ' ' | '\t') || is_break(before));
            indicators |= match c {
                ',' | '[' | ']' | '{' | '}' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%' | '@' | '`' => {
                    before.is_none()
                }
                '#' => blank_before,
                '?' | '-' => before.is_none() && blank_after,
                ':' => blank_after,
                _ => false,
            };
            special |= !is_printable(c);
            break_space |= c == ' ' && before.is_some_and(is_break);
            space_break |= is_break(c) && before == Some(' ');
            line_breaks |= is_break(c);
            before = Some(c);
        }
        let around = |c: char| c == ' ' || is_break(c);
        let edges = text.starts_with(around) || text.ends_with(around);
        Self {
            plain: !(indicators || special || space_break || break_space || line_breaks || edges),
            single_quoted: !(special || space_break || break_space),
            block: !(special || space_break || text.ends_with(' ')),
        }
    }
}

/// Whether a YAML 1.1 reader would take the plain text for something else than a text. Models `resolve.go`.
pub(super) fn resolves_to_another_type(text: &str) -> bool {
    const WORDS: &str = " y Y yes Yes YES true True TRUE on On ON n N no No NO false False FALSE off Off OFF ~ null Null \
                         NULL .nan .NaN .NAN .inf .Inf .INF +.inf +.Inf +.INF -.inf -.Inf -.INF << ";
    let Some(first) = text.chars().next() else { return true };
    match first {
        'y' | 'Y' | 'n' | 'N' | 't' | 'T' | 'f' | 'F' | 'o' | 'O' | '~' | '.' | '+' | '-' | '0'..='9' => {}
        // Not looked up, though it stands in the table.
        _ => return false,
    }
    if !text.contains(' ') && WORDS.contains(&format!(" {text} ")) {
        return true;
    }
    match first {
        '.' => is_float(text),
        '+' | '-' | '0'..='9' => {
            let plain = text.replace('_', "");
            is_timestamp(text) || is_integer(&plain) || is_float(&plain) || is_base_60(text)
        }
        _ => false,
    }
}

/// What `strconv.ParseInt(text, 0, 64)` or `ParseUint` reads.
fn is_integer(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let lower = unsigned.to_ascii_lowercase();
    let (digits, radix) = match lower.get(..2) {
        Some("0x") => (lower.get(2..), 16),
        Some("0b") => (lower.get(2..), 2),
        Some("0o") => (lower.get(2..), 8),
        _ if lower.len() > 1 && lower.starts_with('0') => (lower.get(1..), 8),
        _ => (Some(lower.as_str()), 10),
    };
    let digits = digits.unwrap_or("");
    let Ok(number) = u64::from_str_radix(digits, radix) else { return false };
    !digits.starts_with('+')
        && match text.as_bytes().first() {
            Some(b'-') => number <= 1 << 63,
            Some(b'+') => i64::try_from(number).is_ok(),
            _ => true,
        }
}

/// `^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$`
fn is_float(text: &str) -> bool {
    let text = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent.strip_prefix(['+', '-']).unwrap_or(exponent))),
        None => (text, None),
    };
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let mantissa_is_one = digits(whole) && digits(fraction) && !(whole.is_empty() && fraction.is_empty());
    mantissa_is_one && exponent.is_none_or(|exponent| !exponent.is_empty() && digits(exponent))
}

/// `^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$`
fn is_base_60(text: &str) -> bool {
    let text = text.strip_prefix(['+', '-']).unwrap_or(text);
    let mut parts = text.split(':');
    let first = parts.next().unwrap_or("");
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit() || b == b'_');
    if !first.starts_with(|c: char| c.is_ascii_digit()) || !digits(first) {
        return false;
    }
    let rest: Vec<&str> = parts.collect();
    let Some((last, between)) = rest.split_last() else { return false };
    let sixtieth = |text: &str| match text.as_bytes() {
        [b] => b.is_ascii_digit(),
        [tens, ones] => matches!(tens, b'0'..=b'5') && ones.is_ascii_digit(),
        _ => false,
    };
    let (last, fraction) = last.split_once('.').unwrap_or((last, ""));
    between.iter().all(|part| sixtieth(part)) && sixtieth(last) && digits(fraction)
}

/// The forms of `allowedTimestampFormats`.
fn is_timestamp(text: &str) -> bool {
    let Some((date, time)) = text.split_at_checked(text.find(['T', 't', ' ']).unwrap_or(text.len())) else {
        return false;
    };
    let number = |text: &str, widest: usize, least: u32, most: u32| {
        (1..=widest).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_digit())
            && text.parse::<u32>().is_ok_and(|number| (least..=most).contains(&number))
    };
    let mut parts = date.split('-');
    let (year, month, day) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""), parts.next().unwrap_or(""));
    let real = year.len() == 4
        && number(year, 4, 0, 9999)
        && number(month, 2, 1, 12)
        && number(day, 2, 1, 31)
        && parts.next().is_none();
    if !real || time.is_empty() {
        return real;
    }
    let zoned = !time.starts_with(' ');
    let time = time.get(1..).unwrap_or("");
    let zone_at = time.find(['Z', '+', '-']);
    let (time, zone) = time.split_at(zone_at.unwrap_or(time.len()));
    let zone_fits = match zone.as_bytes() {
        [] => !zoned,
        [b'Z'] | [_, _, _, b':', _, _] => zoned,
        _ => false,
    };
    let (clock, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let mut parts = clock.split(':');
    let (hour, minute, second) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""), parts.next().unwrap_or(""));
    zone_fits
        && number(hour, 2, 0, 23)
        && number(minute, 2, 0, 59)
        && number(second, 2, 0, 59)
        && parts.next().is_none()
        && !fraction.is_empty()
        && fraction.bytes().all(|b| b.is_ascii_digit())
}

/// Models `keyList.Less`: letters after all else, runs of digits by their number.
fn natural(a: &str, b: &str) -> Ordering {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let Some(at) = a.iter().zip(&b).position(|(x, y)| x != y) else { return a.len().cmp(&b.len()) };
    let (x, y) = (a.get(at).copied().unwrap_or('\0'), b.get(at).copied().unwrap_or('\0'));
    match (x.is_alphabetic(), y.is_alphabetic()) {
        (true, true) => return x.cmp(&y),
        (true, false) => return Ordering::Greater,
        (false, true) => return Ordering::Less,
        (false, false) => {}
    }
    let mut start = 0;
    if x == '0' || y == '0' {
        let before = a.get(..at).unwrap_or(&[]).iter().rev().take_while(|c| c.is_ascii_digit());
        start = i64::from(before.into_iter().any(|c| *c != '0'));
    }
    let number = |text: &[char]| {
        let digits = text.get(at..).unwrap_or(&[]).iter().map_while(|c| c.to_digit(10));
        digits.fold((start, 0), |(number, length): (i64, u32), digit| {
            (number.wrapping_mul(10).wrapping_add(i64::from(digit)), length + 1)
        })
    };
    number(&a).cmp(&number(&b)).then(x.cmp(&y))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn lists_stand_at_their_key_and_keys_are_sorted() {
        let value = json!({"spec": {"b": [{"x": 1, "a": [1, [2]]}], "a2": {}, "a10": [], "a": null}, "kind": "Job"});
        assert_eq!(
            yaml(&value),
            "kind: Job\nspec:\n  a: null\n  a2: {}\n  a10: []\n  b:\n  - a:\n    - 1\n    - - 2\n    x: 1\n"
        );
        assert_eq!(yaml(&json!({})), "{}\n");
    }

    #[test]
    fn quotes_only_what_another_reader_would_misread() {
        for (text, want) in [
            ("sleep", "sleep"),
            ("5", "\"5\""),
            ("0x10", "\"0x10\""),
            ("1e3", "\"1e3\""),
            ("yes", "\"yes\""),
            ("null", "\"null\""),
            ("", "\"\""),
            ("1:30", "\"1:30\""),
            ("12:34:56", "\"12:34:56\""),
            ("2026-11-23", "\"2026-11-23\""),
            ("2026-11-23T10:00:00Z", "\"2026-11-23T10:00:00Z\""),
            ("*/5 * * * *", "'*/5 * * * *'"),
            ("a: b", "'a: b'"),
            ("it's: ok", "'it''s: ok'"),
            ("a #b", "'a #b'"),
            ("-x", "-x"),
            ("- x", "'- x'"),
            (" x", "' x'"),
            ("a\tb", "\"a\\tb\""),
            ("¡hola!", "¡hola!"),
            ("🎉", "\"\\U0001F389\""),
            ("[x]", "'[x]'"),
            ("<<", "<<"),
            ("0.5", "\"0.5\""),
            ("1.2.3", "1.2.3"),
            ("08", "\"08\""),
            ("09x", "09x"),
        ] {
            assert_eq!(yaml(&json!({ "a": text })), format!("a: {want}\n"), "{text:?}");
        }
    }

    #[test]
    fn many_lines_become_a_literal() {
        assert_eq!(yaml(&json!({"a": "x\n\ny"})), "a: |-\n  x\n\n  y\n");
        assert_eq!(yaml(&json!({"a": "x\n", "b": 1})), "a: |\n  x\nb: 1\n");
        assert_eq!(yaml(&json!({"a": "x\n\n", "b": 1})), "a: |+\n  x\n\nb: 1\n");
        assert_eq!(yaml(&json!({"a": ["x \ny"]})), "a:\n- \"x \\ny\"\n");
        assert_eq!(yaml(&json!({"a": {"b": "  x\ny\n"}})), "a:\n  b: |2\n      x\n    y\n");
    }

    #[test]
    fn long_lines_are_folded_at_blanks() {
        let long = "word ".repeat(20);
        let text = yaml(&json!({ "message": long.trim_end() }));
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 2, "{text}");
        assert!(lines.first().is_some_and(|line| line.len() > 80 && line.len() <= 85), "{text}");
        assert!(lines.last().is_some_and(|line| line.starts_with("  word")), "{text}");
    }
}
