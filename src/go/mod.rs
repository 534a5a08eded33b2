//! Models what the server borrows from Go's libraries: `strconv.Quote`, `hash/fnv`, and in files of their own
//! `encoding/base64` and `sort`.

pub(crate) mod base64;
pub(crate) mod sort;

use std::fmt::Write;

/// `%q`.
pub(crate) fn quote(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\x07' => quoted.push_str("\\a"),
            '\x08' => quoted.push_str("\\b"),
            '\x0C' => quoted.push_str("\\f"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '\x0B' => quoted.push_str("\\v"),
            ' '..='~' => quoted.push(c),
            '\0'..='\x7F' => push_escape(&mut quoted, 'x', u32::from(c)),
            _ if is_printable(c) => quoted.push(c),
            _ if u32::from(c) < 0x1_0000 => push_escape(&mut quoted, 'u', u32::from(c)),
            _ => push_escape(&mut quoted, 'U', u32::from(c)),
        }
    }
    quoted.push('"');
    quoted
}

/// `\x0a`, `\u00a0` or `\U0001f600`.
pub(crate) fn push_escape(into: &mut String, kind: char, code: u32) {
    let width = match kind {
        'x' => 2,
        'u' => 4,
        _ => 8,
    };
    let _ = write!(into, "\\{kind}{code:0width$x}");
}

/// Go's `unicode.IsPrint` beyond ASCII, by the ranges that appear in manifests: every letter, mark, number,
/// punctuation and symbol; not the blanks, the invisible format characters and what is unassigned or private.
fn is_printable(c: char) -> bool {
    !(c.is_control()
        || c.is_whitespace()
        || matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
            | '\u{61C}' | '\u{E000}'..='\u{F8FF}' | '\u{FEFF}' | '\u{FFF0}'..='\u{FFFB}' | '\u{FFFE}'..='\u{FFFF}'
            | '\u{E0000}'..))
}

/// Models `hash/fnv`, `New32a`.
pub(crate) fn fnv32a(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
}
