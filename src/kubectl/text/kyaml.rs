//! Models `sigs.k8s.io/yaml@v1.6.0/kyaml/kyaml.go`: YAML with JSON's brackets, `-o kyaml`.
//!
//! Leaves out: comments, which objects don't have.

use super::yaml::{is_printable, resolves_to_another_type};
use crate::manifest::json_text;
use serde_json::Value;
use std::fmt::Write;

/// The value as a document, from its `---` to the final newline; its keys in the order that they have.
pub(crate) fn kyaml(value: &Value) -> String {
    let mut text = "---\n".to_owned();
    node(value, 0, &mut text);
    text.push('\n');
    text
}

fn blanks(depth: usize, into: &mut String) {
    into.extend(std::iter::repeat_n("  ", depth));
}

fn node(value: &Value, depth: usize, into: &mut String) {
    match value {
        Value::String(text) => string(text, Some(depth + 1), into),
        Value::Array(items) if items.is_empty() => into.push_str("[]"),
        Value::Array(items) => sequence(items, depth, into),
        Value::Object(fields) if fields.is_empty() => into.push_str("{}"),
        Value::Object(fields) => {
            into.push_str("{\n");
            for (key, value) in fields {
                blanks(depth + 1, into);
                if needs_quotes(key) {
                    string(key, None, into);
                } else {
                    into.push_str(key);
                }
                into.push_str(": ");
                node(value, depth + 1, into);
                into.push_str(",\n");
            }
            blanks(depth, into);
            into.push('}');
        }
        scalar => into.push_str(&json_text(scalar)),
    }
}

fn sequence(items: &[Value], depth: usize, into: &mut String) {
    into.push('[');
    // Brackets stand close together if there is nothing else in the list.
    let close = items.iter().all(|item| item.is_array() || item.is_object());
    for (place, item) in items.iter().enumerate() {
        if close {
            into.push_str(if place == 0 { "" } else { ", " });
            node(item, depth, into);
        } else {
            into.push_str(if place == 0 { "\n" } else { "" });
            blanks(depth + 1, into);
            node(item, depth + 1, into);
            into.push_str(",\n");
        }
    }
    if !close {
        blanks(depth, into);
    }
    into.push(']');
}

fn needs_quotes(key: &str) -> bool {
    let last = key.chars().count().saturating_sub(1);
    let plain = |(place, c): (usize, char)| {
        c.is_alphanumeric() || c == '_' || place > 0 && place < last && matches!(c, '-' | '.' | '/')
    };
    key.is_empty() || resolves_to_another_type(key) || !key.chars().enumerate().all(plain)
}

/// A text in quotes. With a depth its lines stand below each other.
fn string(text: &str, depth: Option<usize>, into: &mut String) {
    let folded = depth.filter(|_| text.contains('\n'));
    let tab = if depth.is_some() { "\t" } else { "\\t" };
    into.push('"');
    if folded.is_some() {
        into.push_str("\\\n");
    }
    let mut begins = folded.is_some();
    for c in text.chars() {
        if let Some(depth) = folded.filter(|_| begins) {
            blanks(depth, into);
            into.push(if c.is_whitespace() && c != '\n' { '\\' } else { ' ' });
        }
        begins = folded.is_some() && c == '\n';
        match c {
            '\n' => into.push_str(if begins { "\\n\\\n" } else { "\\n" }),
            '\t' => into.push_str(tab),
            '"' | '\\' => into.extend(['\\', c]),
            '\u{85}' => into.push_str("\\N"),
            '\u{a0}' => into.push_str("\\_"),
            '\u{2028}' => into.push_str("\\L"),
            '\u{2029}' => into.push_str("\\P"),
            c if is_printable(c) => into.push(c),
            c => escape(c, into),
        }
    }
    if let Some(depth) = folded {
        if !begins {
            into.push_str("\\\n");
        }
        blanks(depth, into);
    }
    into.push('"');
}

fn escape(c: char, into: &mut String) {
    const NAMED: [(char, &str); 7] = [
        ('\x07', "\\a"),
        ('\x08', "\\b"),
        ('\x0c', "\\f"),
        ('\r', "\\r"),
        ('\x0b', "\\v"),
        ('\0', "\\0"),
        ('\x1b', "\\e"),
    ];
    // Writing to a String can't fail.
    let _ = match (NAMED.iter().find(|(known, _)| *known == c), u32::from(c)) {
        (Some((_, name)), _) => into.write_str(name),
        (None, code @ (0..=0x1f | 0x7f)) => write!(into, "\\x{code:02x}"),
        (None, code @ ..0x1_0000) => write!(into, "\\u{code:04x}"),
        (None, code) => write!(into, "\\U{code:08x}"),
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn brackets_of_lists_of_objects_stand_close() {
        let value = json!({"a": [{"b": 1}, {"c/d": null}], "e": ["x", "1"], "yes": {}, "f": [[true]]});
        let want = "---\n{\n  a: [{\n    b: 1,\n  }, {\n    c/d: null,\n  }],\n  e: [\n    \"x\",\n    \"1\",\n  ],\n  \
                    \"yes\": {},\n  f: [[\n    true,\n  ]],\n}\n";
        assert_eq!(kyaml(&value), want);
    }

    #[test]
    fn texts_of_many_lines_are_folded() {
        let value = json!({"a": "uno\n  dos \"x\"\n"});
        assert_eq!(kyaml(&value), "---\n{\n  a: \"\\\n     uno\\n\\\n    \\  dos \\\"x\\\"\\n\\\n    \",\n}\n");
        assert_eq!(kyaml(&json!("x\ny")), "---\n\"\\\n   x\\n\\\n   y\\\n  \"\n");
    }
}
