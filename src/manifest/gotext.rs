//! Models Go's `encoding/json` writing: how the server and kubectl show values.

use crate::go::push_escape;
pub(crate) use crate::go::quote;

use serde_json::Value;

/// A string as `encoding/json` writes it.
pub(crate) fn json_string(text: &str, into: &mut String) {
    into.push('"');
    for c in text.chars() {
        match c {
            '"' => into.push_str("\\\""),
            '\\' => into.push_str("\\\\"),
            '\n' => into.push_str("\\n"),
            '\r' => into.push_str("\\r"),
            '\t' => into.push_str("\\t"),
            '\x08' => into.push_str("\\b"),
            '\x0C' => into.push_str("\\f"),
            '<' | '>' | '&' | '\0'..='\x1F' | '\u{2028}' | '\u{2029}' => push_escape(into, 'u', u32::from(c)),
            _ => into.push(c),
        }
    }
    into.push('"');
}

/// A value as `encoding/json` writes it, keys in the order they have.
pub(crate) fn json(value: &Value) -> String {
    let mut text = String::new();
    write_json(value, &mut text);
    text
}

fn write_json(value: &Value, into: &mut String) {
    match value {
        Value::Null => into.push_str("null"),
        Value::Bool(flag) => into.push_str(if *flag { "true" } else { "false" }),
        Value::Number(number) => into.push_str(&json_number(number)),
        Value::String(text) => json_string(text, into),
        Value::Array(items) => {
            into.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    into.push(',');
                }
                write_json(item, into);
            }
            into.push(']');
        }
        Value::Object(fields) => {
            into.push('{');
            for (index, (name, field)) in fields.iter().enumerate() {
                if index > 0 {
                    into.push(',');
                }
                json_string(name, into);
                into.push(':');
                write_json(field, into);
            }
            into.push('}');
        }
    }
}

/// A value as kubectl prints it with `-o json`: four blanks a level, keys sorted.
pub fn pretty_json(value: &Value) -> String {
    let mut text = String::new();
    write_pretty(value, 0, &mut text);
    text
}

fn write_pretty(value: &Value, depth: usize, into: &mut String) {
    let line = |depth: usize, into: &mut String| {
        into.push('\n');
        for _ in 0..depth {
            into.push_str("    ");
        }
    };
    match value {
        Value::Array(items) if !items.is_empty() => {
            into.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    into.push(',');
                }
                line(depth + 1, into);
                write_pretty(item, depth + 1, into);
            }
            line(depth, into);
            into.push(']');
        }
        Value::Object(fields) if !fields.is_empty() => {
            into.push('{');
            for (index, (name, field)) in super::access::in_order(fields).into_iter().enumerate() {
                if index > 0 {
                    into.push(',');
                }
                line(depth + 1, into);
                json_string(name, into);
                into.push_str(": ");
                write_pretty(field, depth + 1, into);
            }
            line(depth, into);
            into.push('}');
        }
        other => write_json(other, into),
    }
}

/// A number as `encoding/json` writes it: an exponent only below 1e-6 and from 1e21.
pub(crate) fn json_number(number: &serde_json::Number) -> String {
    if number.is_i64() || number.is_u64() {
        return number.to_string();
    }
    number.as_f64().map_or_else(|| number.to_string(), |number| float(number, -6))
}

/// A float as Go writes it: with an exponent if that is below `least` or above 20.
pub(crate) fn float(number: f64, least: i32) -> String {
    with_exponent(number.to_string(), least, 21)
}

/// A number of which Rust wrote all the digits that are needed and no exponent, with one below 10^`least` and from
/// 10^`most`.
pub(crate) fn with_exponent(plain: String, least: i32, most: i32) -> String {
    let (sign, unsigned) = if plain.starts_with('-') { plain.split_at(1) } else { ("", plain.as_str()) };
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let zeros = fraction.len() - fraction.trim_start_matches('0').len();
    let places = if whole == "0" { zeros } else { whole.len() };
    let places = i32::try_from(places).unwrap_or(0);
    let exponent = if whole == "0" { -places - 1 } else { places - 1 };
    if (least..most).contains(&exponent) || plain.trim_start_matches('-') == "0" {
        return plain;
    }
    let digits = format!("{whole}{fraction}");
    let digits = digits.trim_matches('0');
    let (first, rest) = digits.split_at(1.min(digits.len()));
    let point = if rest.is_empty() { "" } else { "." };
    let width = if exponent < 0 && least == -6 { 1 } else { 2 };
    let exponent_sign = if exponent < 0 { '-' } else { '+' };
    format!("{sign}{first}{point}{rest}e{exponent_sign}{:0width$}", exponent.unsigned_abs())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn quotes_as_go() {
        assert_eq!(quote("a\"b\\\n"), r#""a\"b\\\n""#);
        assert_eq!(quote("año\u{a0}\u{1}"), "\"año\\u00a0\\x01\"");
        assert_eq!(quote("🎉"), "\"🎉\"");
    }

    #[test]
    fn writes_json_as_go() {
        assert_eq!(float(1.5e-9, -6), "1.5e-9");
        assert_eq!(float(-1.25e-9, -4), "-1.25e-09");
        assert_eq!(float(1e21, -4), "1e+21");
        let value = json!({"a": "<b>&", "n": 1.5, "big": 1e30, "list": [true, null]});
        assert_eq!(json(&value), r#"{"a":"\u003cb\u003e\u0026","n":1.5,"big":1e+30,"list":[true,null]}"#);
    }
}
