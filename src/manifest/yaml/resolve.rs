//! Models `go.yaml.in/yaml/v2@v2.4.4/resolve.go`: what a plain scalar means (YAML 1.1), and
//! `encoding/json`'s way to write the number.
//!
//! Leaves out: timestamps as anything but text.

use super::TAG_PREFIX;
use crate::go::base64;
use serde_json::{Number, Value};

/// What a scalar turned out to be.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Scalar {
    Null,
    Bool(bool),
    Int(i64),
    /// Above `i64`.
    Big(u64),
    Float(f64),
    Text,
    /// The text of a `!!binary`.
    Binary(String),
}

const TRUE: [&str; 11] = ["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"];
const FALSE: [&str; 11] = ["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"];
const NULL: [&str; 5] = ["", "~", "null", "Null", "NULL"];

/// Reads a scalar. `tag` is the full tag, empty if none was written.
pub(super) fn resolve(tag: &str, text: &str) -> Result<Scalar, String> {
    let short = tag.strip_prefix(TAG_PREFIX).unwrap_or(tag);
    match short {
        "" => return Ok(plain(text)),
        "binary" if tag != short => {
            let bytes = base64::decode(text).map_err(|_| "!!binary value contains invalid base64 data")?;
            // What isn't UTF-8 becomes U+FFFD, as JSON would have it.
            return Ok(Scalar::Binary(String::from_utf8_lossy(&bytes).into_owned()));
        }
        "bool" | "int" | "float" | "null" | "timestamp" if tag != short => {}
        // Any other tag keeps the text.
        _ => return Ok(Scalar::Text),
    }
    let scalar = plain(text);
    let found = match scalar {
        Scalar::Null => "null",
        Scalar::Bool(_) => "bool",
        Scalar::Int(_) | Scalar::Big(_) => "int",
        Scalar::Float(_) => "float",
        Scalar::Text | Scalar::Binary(_) => "str",
    };
    match (short, scalar) {
        ("float", Scalar::Int(number)) => Ok(number.to_string().parse().map_or(Scalar::Int(number), Scalar::Float)),
        (wanted, scalar) if wanted == found => Ok(scalar),
        ("timestamp", _) if looks_like_a_date(text) => Ok(Scalar::Text),
        _ => Err(format!("cannot decode !!{found} `{text}` as a !!{short}")),
    }
}

fn plain(text: &str) -> Scalar {
    let Some(first) = text.bytes().next() else { return Scalar::Null };
    match first {
        b'+' | b'-' | b'0'..=b'9' | b'.' => number(text, first),
        b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' | b'~' => {
            if TRUE.contains(&text) {
                Scalar::Bool(true)
            } else if FALSE.contains(&text) {
                Scalar::Bool(false)
            } else if NULL.contains(&text) {
                Scalar::Null
            } else {
                Scalar::Text
            }
        }
        _ => Scalar::Text,
    }
}

fn number(text: &str, first: u8) -> Scalar {
    match text.trim_start_matches(['+', '-']) {
        ".nan" | ".NaN" | ".NAN" if first == b'.' => return Scalar::Float(f64::NAN),
        ".inf" | ".Inf" | ".INF" if text.len() < 6 => {
            return Scalar::Float(if first == b'-' { f64::NEG_INFINITY } else { f64::INFINITY });
        }
        _ => {}
    }
    if first == b'.' {
        return float(text);
    }
    if looks_like_a_date(text) {
        return Scalar::Text;
    }
    let digits: String = text.chars().filter(|c| *c != '_').collect();
    integer(&digits).unwrap_or_else(|| float(&digits))
}

/// Go's `strconv.ParseInt(text, 0, 64)`: the prefix tells the base, a leading 0 means octal.
fn integer(text: &str) -> Option<Scalar> {
    let (negative, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (base, digits) = match unsigned.get(..2).map(str::to_ascii_lowercase).as_deref() {
        Some("0x") => (16, unsigned.get(2..)?),
        Some("0o") => (8, unsigned.get(2..)?),
        Some("0b") => (2, unsigned.get(2..)?),
        _ if unsigned.len() > 1 && unsigned.starts_with('0') => (8, unsigned.get(1..)?),
        _ => (10, unsigned),
    };
    // Rust would take another sign.
    if digits.starts_with(['+', '-']) {
        return None;
    }
    let magnitude = u64::from_str_radix(digits, base).ok()?;
    if negative {
        return 0_i64.checked_sub_unsigned(magnitude).map(Scalar::Int);
    }
    // A plus sign isn't for numbers beyond 63 bits.
    match i64::try_from(magnitude) {
        Ok(number) => Some(Scalar::Int(number)),
        Err(_) if text.starts_with('+') => None,
        Err(_) => Some(Scalar::Big(magnitude)),
    }
}

/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`
fn float(text: &str) -> Scalar {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent.strip_prefix(['+', '-']).unwrap_or(exponent))),
        None => (unsigned, None),
    };
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    let well_formed = all_digits(whole)
        && all_digits(fraction)
        && !(whole.is_empty() && (fraction.is_empty() || !mantissa.contains('.')))
        && exponent.is_none_or(|digits| !digits.is_empty() && all_digits(digits));
    if !well_formed {
        return Scalar::Text;
    }
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() => Scalar::Float(number),
        _ => Scalar::Text,
    }
}

/// `2006-1-2` and what may follow: kept as text, and never a number.
fn looks_like_a_date(text: &str) -> bool {
    let (date, time) = text.split_at(text.find(['T', 't', ' ']).unwrap_or(text.len()));
    let mut parts = date.split('-');
    let year = parts.next().is_some_and(|part| part.len() == 4 && part.bytes().all(|b| b.is_ascii_digit()));
    let mut within = |max: u32| {
        parts.next().is_some_and(|part| {
            (1..=2).contains(&part.len()) && part.parse::<u32>().is_ok_and(|number| (1..=max).contains(&number))
        })
    };
    year && within(12) && within(31) && parts.next().is_none() && (time.is_empty() || time.contains(':'))
}

/// The number as kubectl sends it: whole floats are integers.
pub(crate) fn json_number(number: f64) -> Value {
    // Display never uses an exponent, so a whole number within 64 bits reads back as one.
    match number.to_string().parse::<i64>() {
        Ok(whole) => Value::from(whole),
        Err(_) => Number::from_f64(number).map_or(Value::Null, Value::Number),
    }
}

/// Go's `strconv.FormatFloat(number, 'g', -1, 32)`, as mapping keys are written; but with all the number's digits.
pub(super) fn float_key(number: f64) -> String {
    // The library writes keys with the precision of 32 bits.
    #[allow(clippy::cast_possible_truncation)]
    let number = number as f32;
    if number.is_nan() {
        return ".nan".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { ".inf" } else { "-.inf" }.to_owned();
    }
    crate::manifest::gotext::with_exponent(number.to_string(), -4, 6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_yaml_1_1() {
        for (text, want) in [
            ("017", Scalar::Int(15)),
            ("0o17", Scalar::Int(15)),
            ("0x1F", Scalar::Int(31)),
            ("0b11", Scalar::Int(3)),
            ("1_000", Scalar::Int(1000)),
            ("08", Scalar::Float(8.0)),
            ("1e3", Scalar::Float(1000.0)),
            (".5", Scalar::Float(0.5)),
            ("5.", Scalar::Float(5.0)),
            (".", Scalar::Text),
            ("-", Scalar::Text),
            ("1:30", Scalar::Text),
            ("2024-01-02", Scalar::Text),
            ("2024-01-02T10:00:00Z", Scalar::Text),
            ("18446744073709551615", Scalar::Big(u64::MAX)),
            ("-5", Scalar::Int(-5)),
            ("+7", Scalar::Int(7)),
            ("yes", Scalar::Bool(true)),
            ("Off", Scalar::Bool(false)),
            ("~", Scalar::Null),
            ("None", Scalar::Text),
            ("1e999", Scalar::Text),
        ] {
            assert_eq!(plain(text), want, "{text}");
        }
    }

    #[test]
    fn obeys_tags() {
        assert_eq!(resolve("tag:yaml.org,2002:str", "5"), Ok(Scalar::Text));
        assert_eq!(resolve("tag:yaml.org,2002:int", "5"), Ok(Scalar::Int(5)));
        assert_eq!(resolve("tag:yaml.org,2002:int", "hola"), Err("cannot decode !!str `hola` as a !!int".to_owned()));
        assert_eq!(resolve("!propio", "5"), Ok(Scalar::Text));
    }
}
