//! Models `staging/src/k8s.io/apimachinery/pkg/util/duration/duration.go@v1.37.2`, `HumanDuration`, and the times of
//! `kubectl describe`.

use crate::api::Timestamp;

/// A number in digits. Tables have many: this does without the machinery of `format!`.
pub(crate) fn push_number(number: u64, out: &mut String) {
    if number >= 10 {
        push_number(number / 10, out);
    }
    out.extend(u32::try_from(number % 10).ok().and_then(|digit| char::from_digit(digit, 10)));
}

/// A duration in milliseconds as `get` shows it: `65s`, `2m5s`, `3h`, `8d`.
pub(crate) fn human_duration(ms: i64) -> String {
    let mut text = String::new();
    push_duration(ms, &mut text);
    text
}

/// See [`human_duration`].
pub(crate) fn push_duration(ms: i64, out: &mut String) {
    // Two clocks may differ a little.
    if ms / 1000 < -1 {
        out.push_str("<invalid>");
        return;
    }
    let seconds = u64::try_from(ms / 1000).unwrap_or(0);
    let (minutes, hours) = (seconds / 60, seconds / 3600);
    // An amount with its letter, and from the second kind of unit on the next smaller pair.
    let (amount, unit, rest, smaller) = match () {
        () if seconds < 120 => (seconds, 's', 0, 's'),
        () if minutes < 10 => (minutes, 'm', seconds % 60, 's'),
        () if minutes < 180 => (minutes, 'm', 0, 's'),
        () if hours < 8 => (hours, 'h', minutes % 60, 'm'),
        () if hours < 48 => (hours, 'h', 0, 'm'),
        () if hours < 192 => (hours / 24, 'd', hours % 24, 'h'),
        () if hours < 24 * 365 * 2 => (hours / 24, 'd', 0, 'h'),
        () if hours < 24 * 365 * 8 => (hours / 24 / 365, 'y', hours / 24 % 365, 'd'),
        () => (hours / 24 / 365, 'y', 0, 'd'),
    };
    push_number(amount, out);
    out.push(unit);
    if rest > 0 {
        push_number(rest, out);
        out.push(smaller);
    }
}

/// How long ago an instant was; `<unknown>` for none.
pub(crate) fn age_since(instant: Option<Timestamp>, now_unix_ms: i64) -> String {
    let mut text = String::new();
    push_age(instant, now_unix_ms, &mut text);
    text
}

/// See [`age_since`].
pub(crate) fn push_age(instant: Option<Timestamp>, now_unix_ms: i64, out: &mut String) {
    match instant {
        Some(instant) => push_duration(now_unix_ms - instant.unix_ms(), out),
        None => out.push_str("<unknown>"),
    }
}

/// `Mon, 02 Feb 2026 10:00:00 +0000`.
pub(crate) fn rfc1123(instant: Timestamp) -> String {
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let text = instant.to_string();
    let part = |from: usize, to: usize| text.get(from..to).unwrap_or("");
    let day = usize::try_from(instant.0.div_euclid(86_400).rem_euclid(7)).unwrap_or(0);
    let month = part(5, 7).parse::<usize>().unwrap_or(1).saturating_sub(1);
    format!(
        "{}, {} {} {} {} +0000",
        DAYS.get(day).unwrap_or(&""),
        part(8, 10),
        MONTHS.get(month).unwrap_or(&""),
        part(0, 4),
        part(11, 19)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_durations_as_the_server_does() {
        let hour = 3600;
        for (seconds, want) in [
            (-2, "<invalid>"),
            (-1, "0s"),
            (0, "0s"),
            (119, "119s"),
            (120, "2m"),
            (125, "2m5s"),
            (599, "9m59s"),
            (600, "10m"),
            (179 * 60 + 59, "179m"),
            (3 * hour, "3h"),
            (3 * hour + 300, "3h5m"),
            (8 * hour, "8h"),
            (47 * hour, "47h"),
            (48 * hour, "2d"),
            (51 * hour, "2d3h"),
            (192 * hour, "8d"),
            (729 * 24 * hour, "729d"),
            (730 * 24 * hour, "2y"),
            (1105 * 24 * hour, "3y10d"),
            (8 * 365 * 24 * hour, "8y"),
        ] {
            assert_eq!(human_duration(seconds * 1000), want, "{seconds}");
        }
        assert_eq!(human_duration(-999), "0s");
    }

    #[test]
    fn shows_times_of_describe() {
        let text = |time| Timestamp::parse(time).map(rfc1123);
        assert_eq!(text("2026-02-02T10:00:00Z").as_deref(), Some("Mon, 02 Feb 2026 10:00:00 +0000"));
        assert_eq!(text("2024-12-31T23:59:59Z").as_deref(), Some("Tue, 31 Dec 2024 23:59:59 +0000"));
    }
}
