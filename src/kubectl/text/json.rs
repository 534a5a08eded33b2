//! Models `cli-runtime/pkg/printers/json.go@v0.37.2`: four blanks of indent, and what HTML would misread escaped.

use crate::manifest::{json_string, json_text};
use serde_json::{Map, Value};

/// The value on many lines, with the final newline; its keys in the order that they have.
pub(crate) fn indented(value: &Value) -> String {
    let mut text = String::new();
    write(value, 1, &mut text);
    text.push('\n');
    text
}

/// The same with two blanks of indent.
pub(crate) fn indented_by_two(value: &Value) -> String {
    let lines = indented(value);
    let halved = lines.lines().map(|line| {
        let blanks = line.len() - line.trim_start_matches(' ').len();
        format!("{}\n", line.get(blanks / 2..).unwrap_or(line))
    });
    halved.collect()
}

fn new_line(depth: usize, into: &mut String) {
    into.push('\n');
    into.extend(std::iter::repeat_n("    ", depth));
}

fn write(value: &Value, depth: usize, into: &mut String) {
    match value {
        Value::Object(fields) if !fields.is_empty() => {
            into.push('{');
            for (place, (name, value)) in fields.iter().enumerate() {
                into.push_str(if place == 0 { "" } else { "," });
                new_line(depth, into);
                json_string(name, into);
                into.push_str(": ");
                write(value, depth + 1, into);
            }
            new_line(depth - 1, into);
            into.push('}');
        }
        Value::Array(items) if !items.is_empty() => {
            into.push('[');
            for (place, item) in items.iter().enumerate() {
                into.push_str(if place == 0 { "" } else { "," });
                new_line(depth, into);
                write(item, depth + 1, into);
            }
            new_line(depth - 1, into);
            into.push(']');
        }
        other => into.push_str(&json_text(other)),
    }
}

/// The value with all keys in bytewise order, as a Go map is written.
pub(crate) fn keys_sorted(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<(String, Value)> = fields.into_iter().collect();
            crate::go::sort::by(&mut fields, |a, b| a.0.cmp(&b.0));
            Value::Object(fields.into_iter().map(|(name, value)| (name, keys_sorted(value))).collect::<Map<_, _>>())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(keys_sorted).collect()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn empty_ones_stay_on_their_line() {
        let value = json!({"b": {}, "a": [1, "<x>"], "c": []});
        assert_eq!(
            indented(&keys_sorted(value)),
            "{\n    \"a\": [\n        1,\n        \"\\u003cx\\u003e\"\n    ],\n    \"b\": {},\n    \"c\": []\n}\n"
        );
    }
}
