//! Models `printf`, `echo -e` and `$'…'` of busybox: escapes and conversions.
//!
//! Left out: `%q`; `%g` and `%e` print the number as it was given; `%f` rounds decimal digits.

use std::fmt::Write as _;

/// Where escapes stand: the octal ones differ.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Escapes {
    /// `echo -e` and `%b`: `\0nnn`, `\c` ends the output.
    Echo,
    /// The format of `printf`: `\nnn`.
    Format,
    /// `$'…'`: also `\'` and `\"`.
    DollarQuote,
}

/// Replaces the escapes; `true` if a `\c` ended it.
pub fn unescape(text: &str, place: Escapes) -> (String, bool) {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.as_bytes();
    let mut stopped = false;
    while let [first, rest @ ..] = bytes {
        bytes = rest;
        if *first != b'\\' {
            out.push(*first);
            continue;
        }
        let [letter, rest @ ..] = bytes else {
            out.push(b'\\');
            break;
        };
        bytes = rest;
        match letter {
            b'n' => out.push(b'\n'),
            b't' => out.push(b'\t'),
            b'r' => out.push(b'\r'),
            b'a' => out.push(7),
            b'b' => out.push(8),
            b'f' => out.push(12),
            b'v' => out.push(11),
            b'e' => out.push(27),
            b'\\' => out.push(b'\\'),
            b'c' if place == Escapes::Echo => {
                stopped = true;
                break;
            }
            b'\'' | b'"' if place == Escapes::DollarQuote => out.push(*letter),
            b'"' if place == Escapes::Format => out.push(b'"'),
            b'x' => {
                let digits = bytes.iter().take(2).take_while(|b| b.is_ascii_hexdigit()).count();
                match digits {
                    0 => out.extend_from_slice(b"\\x"),
                    _ => out.push(number(bytes.get(..digits).unwrap_or(&[]), 16)),
                }
                bytes = bytes.get(digits..).unwrap_or(&[]);
            }
            b'0'..=b'7' => {
                let zero = place == Escapes::Echo && *letter == b'0';
                let most = if zero { 3 } else { 2 };
                let digits = bytes.iter().take(most).take_while(|b| (b'0'..=b'7').contains(b)).count();
                let tail = bytes.get(..digits).unwrap_or(&[]);
                out.push(if zero { number(tail, 8) } else { number(&[&[*letter], tail].concat(), 8) });
                bytes = bytes.get(digits..).unwrap_or(&[]);
            }
            other => out.extend_from_slice(&[b'\\', *other]),
        }
    }
    let text = String::from_utf8(out).unwrap_or_else(|e| String::from_utf8_lossy(e.as_bytes()).into_owned());
    (text, stopped)
}

fn number(digits: &[u8], base: u32) -> u8 {
    let value = digits.iter().fold(0_u32, |sum, d| sum * base + char::from(*d).to_digit(base).unwrap_or(0));
    u8::try_from(value & 0xff).unwrap_or(0)
}

/// What `printf` writes, its complaints, and its status.
pub fn printf(format: &str, arguments: &[&str]) -> (String, String, i32) {
    let mut run = Run { out: String::new(), errors: String::new(), status: 0, arguments, next: 0 };
    loop {
        let before = run.next;
        let stopped = run.pass(format);
        if stopped || run.next >= arguments.len() || run.next == before || run.out.len() > 1 << 20 {
            return (run.out, run.errors, run.status);
        }
    }
}

struct Run<'a> {
    out: String,
    errors: String,
    status: i32,
    arguments: &'a [&'a str],
    next: usize,
}

impl Run<'_> {
    /// Goes once through the format: whether something ended the output.
    fn pass(&mut self, format: &str) -> bool {
        let mut rest = format;
        while let Some(at) = rest.find('%') {
            let (text, tail) = rest.split_at(at);
            self.out.push_str(&unescape(text, Escapes::Format).0);
            rest = tail.get(1..).unwrap_or("");
            if let Some(tail) = rest.strip_prefix('%') {
                self.out.push('%');
                rest = tail;
                continue;
            }
            match self.conversion(rest) {
                Some((tail, false)) => rest = tail,
                _ => return true,
            }
        }
        self.out.push_str(&unescape(rest, Escapes::Format).0);
        false
    }

    fn argument(&mut self) -> Option<String> {
        let argument = self.arguments.get(self.next).map(|a| (*a).to_owned());
        self.next += 1;
        argument
    }

    /// One conversion: the rest of the format, and whether a `\c` ended it.
    fn conversion<'f>(&mut self, format: &'f str) -> Option<(&'f str, bool)> {
        let flags: String = format.chars().take_while(|c| "-+ #0".contains(*c)).collect();
        let mut rest = format.get(flags.len()..)?;
        let mut left = flags.contains('-');
        let (mut width, tail) = self.size(rest);
        rest = tail;
        if width < 0 {
            left = true;
            width = -width;
        }
        let mut precision = None;
        if let Some(tail) = rest.strip_prefix('.') {
            let (size, tail) = self.size(tail);
            precision = usize::try_from(size).ok();
            rest = tail;
        }
        let letter = rest.chars().next();
        let Some(letter) = letter.filter(|c| "diouxXcsbfgeGE".contains(*c)) else {
            let _ = writeln!(self.errors, "%{format}: invalid format");
            self.status = 1;
            return None;
        };
        let tail = rest.get(1..)?;
        let mut stopped = false;
        let body = match letter {
            's' | 'b' => {
                let mut text = self.argument().unwrap_or_default();
                if letter == 'b' {
                    (text, stopped) = unescape(&text, Escapes::Echo);
                }
                text.chars().take(precision.unwrap_or(usize::MAX)).collect()
            }
            'c' => self.argument().unwrap_or_default().chars().take(1).collect(),
            'f' => decimal(&self.argument().unwrap_or_default(), precision.unwrap_or(6)),
            'g' | 'e' | 'G' | 'E' => self.argument().unwrap_or_else(|| "0".into()),
            _ => self.integer(letter, &flags, precision),
        };
        let width = usize::try_from(width).unwrap_or(0).min(4096);
        let fill = width.saturating_sub(body.chars().count());
        let zeros = flags.contains('0') && !left && precision.is_none() && !"sbc".contains(letter);
        if left {
            self.out.push_str(&body);
            self.out.extend(std::iter::repeat_n(' ', fill));
        } else if zeros {
            let sign = usize::from(body.starts_with(['-', '+', ' ']));
            let (sign, digits) = body.split_at(sign);
            self.out.push_str(sign);
            self.out.extend(std::iter::repeat_n('0', fill));
            self.out.push_str(digits);
        } else {
            self.out.extend(std::iter::repeat_n(' ', fill));
            self.out.push_str(&body);
        }
        Some((tail, stopped))
    }

    /// A width or precision: digits, or `*` for an argument.
    fn size<'f>(&mut self, text: &'f str) -> (i64, &'f str) {
        if let Some(rest) = text.strip_prefix('*') {
            return (self.argument().and_then(|a| a.parse().ok()).unwrap_or(0), rest);
        }
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (number, rest) = text.split_at(digits);
        (number.parse().unwrap_or(0), rest)
    }

    fn integer(&mut self, letter: char, flags: &str, precision: Option<usize>) -> String {
        let text = self.argument();
        let value = match text.as_deref().map(str::trim_start) {
            None | Some("") => 0,
            Some(text) => read_integer(text).unwrap_or_else(|| {
                let _ = writeln!(self.errors, "invalid number '{text}'");
                self.status = 1;
                0
            }),
        };
        let digits = match letter {
            'o' => format!("{value:o}"),
            'x' if flags.contains('#') => format!("{value:#x}"),
            'x' => format!("{value:x}"),
            'X' => format!("{value:X}"),
            'u' => value.cast_unsigned().to_string(),
            _ => value.unsigned_abs().to_string(),
        };
        let digits = format!("{digits:0>width$}", width = precision.unwrap_or(0).min(4096));
        let sign = match letter {
            'd' | 'i' if value < 0 => "-",
            'd' | 'i' if flags.contains('+') => "+",
            'd' | 'i' if flags.contains(' ') => " ",
            _ => "",
        };
        format!("{sign}{digits}")
    }
}

/// A decimal number rounded to so many places, half away from zero.
fn decimal(text: &str, places: usize) -> String {
    let places = places.min(12);
    let (negative, digits) =
        text.trim_start().strip_prefix('-').map_or((false, text.trim_start()), |rest| (true, rest));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let kept: String = fraction.chars().chain(std::iter::repeat('0')).take(places).collect();
    let mut value: u128 = format!("{whole}{kept}").parse::<u64>().map_or(0, u128::from);
    if fraction.as_bytes().get(places).is_some_and(|d| (b'5'..=b'9').contains(d)) {
        value += 1;
    }
    let all = format!("{value:0>width$}", width = places + 1);
    let (whole, fraction) = all.split_at(all.len() - places);
    let point = if places == 0 { "" } else { "." };
    format!("{}{whole}{point}{fraction}", if negative { "-" } else { "" })
}

/// Decimal, `0x…`, `0…`, or `'c` for a character's code.
fn read_integer(text: &str) -> Option<i64> {
    if let Some(c) = text.strip_prefix(['\'', '"']) {
        return Some(i64::from(u32::from(c.chars().next()?)));
    }
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let value = if let Some(hexadecimal) = digits.strip_prefix("0x") {
        i64::from_str_radix(hexadecimal, 16).ok()?
    } else if digits.len() > 1 && digits.starts_with('0') {
        i64::from_str_radix(digits, 8).ok()?
    } else {
        digits.bytes().next().filter(u8::is_ascii_digit)?;
        digits.parse().ok()?
    };
    Some(if negative { -value } else { value })
}

#[cfg(test)]
mod tests {
    use super::{Escapes, printf, unescape};

    #[test]
    fn conversions() {
        for (format, arguments, expected) in [
            ("%s\\n", &["a", "b"][..], "a\nb\n"),
            ("hola", &[], "hola"),
            ("%05d|%-5d|%5d", &["42", "42", "42"], "00042|42   |   42"),
            ("%x %X %o %c%%", &["255", "255", "8", "xyz"], "ff FF 10 x%"),
            ("%5.2s|", &["abc"], "   ab|"),
            ("%b", &["a\\tb"], "a\tb"),
            ("%s", &["a\\tb"], "a\\tb"),
            ("%d %s;", &["1", "a", "2"], "1 a;2 ;"),
            ("%+d % d %03d", &["1", "2", "-3"], "+1  2 -03"),
            ("\\303\\261", &[], "ñ"),
            ("%*d", &["4", "7"], "   7"),
            ("%d", &["'A"], "65"),
            ("%.3d", &["7"], "007"),
        ] {
            assert_eq!(printf(format, arguments).0, expected, "{format}");
        }
        assert_eq!(printf("%d\\n", &["abc"]), ("0\n".into(), "invalid number 'abc'\n".into(), 1));
    }

    #[test]
    fn escapes() {
        assert_eq!(unescape("a\\n\\x41\\0101\\q", Escapes::Echo), ("a\nAA\\q".into(), false));
        assert_eq!(unescape("a\\cb", Escapes::Echo), ("a".into(), true));
    }
}
