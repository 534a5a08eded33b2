//! Models `github.com/robfig/cron/v3@v3.0.1`, `parser.go`, `ParseStandard`, with its errors' words.

use super::duration::seconds;
use super::{Fields, Kind, Schedule, Zone};
use crate::go::quote;

/// A field's bounds and names.
struct Bounds {
    min: u64,
    max: u64,
    names: &'static [&'static str],
}

const BOUNDS: [Bounds; 5] = [
    Bounds { min: 0, max: 59, names: &[] },
    Bounds { min: 0, max: 23, names: &[] },
    Bounds { min: 1, max: 31, names: &[] },
    Bounds {
        min: 1,
        max: 12,
        names: &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
    },
    Bounds { min: 0, max: 6, names: &["sun", "mon", "tue", "wed", "thu", "fri", "sat"] },
];

/// What the descriptors stand for.
const DESCRIPTORS: [(&str, &str); 7] = [
    ("@yearly", "0 0 1 1 *"),
    ("@annually", "0 0 1 1 *"),
    ("@monthly", "0 0 1 * *"),
    ("@weekly", "0 0 * * 0"),
    ("@daily", "0 0 * * *"),
    ("@midnight", "0 0 * * *"),
    ("@hourly", "0 * * * *"),
];

/// Reads a schedule; the error is the first, in the parser's words.
pub(super) fn parse(schedule: &str) -> Result<Schedule, String> {
    if schedule.is_empty() {
        return Err("empty spec string".to_owned());
    }
    let (zone, rest) = zone(schedule)?;
    if !rest.starts_with('@') {
        return Ok(Schedule { zone, kind: Kind::Fields(fields(rest)?) });
    }
    if let Some((_, stands_for)) = DESCRIPTORS.iter().find(|(name, _)| *name == rest) {
        return Ok(Schedule { zone, kind: Kind::Fields(fields(stands_for)?) });
    }
    let Some(duration) = rest.strip_prefix("@every ") else { return Err(format!("unrecognized descriptor: {rest}")) };
    let seconds = seconds(duration).map_err(|problem| format!("failed to parse duration {rest}: {problem}"))?;
    Ok(Schedule { zone, kind: Kind::Every { seconds: seconds.max(1) } })
}

/// Takes `TZ=` or `CRON_TZ=` off.
fn zone(schedule: &str) -> Result<(Zone, &str), String> {
    if !schedule.starts_with("TZ=") && !schedule.starts_with("CRON_TZ=") {
        return Ok((Zone::UTC, schedule));
    }
    let Some((prefix, rest)) = schedule.split_once(' ') else {
        // The parser itself crashes, and the server catches it.
        return Err("invalid schedule format: runtime error: slice bounds out of range [:-1]".to_owned());
    };
    let name = prefix.split_once('=').map_or("", |(_, name)| name);
    // Go itself knows these without a database.
    let zone = if matches!(name, "" | "UTC" | "Local") { Some(Zone::UTC) } else { Zone::find(name) };
    let zone = zone.ok_or_else(|| format!("provided bad location {name}: unknown time zone {name}"))?;
    Ok((zone, rest.trim()))
}

fn fields(text: &str) -> Result<Fields, String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let [minute, hour, day, month, weekday] = words.as_slice() else {
        return Err(format!("expected exactly 5 fields, found {}: [{}]", words.len(), words.join(" ")));
    };
    let [minutes, hours, days, months, weekdays] = &BOUNDS;
    // In this order, since the first mistake is told.
    let (minute, _) = field(minute, minutes)?;
    let (hour, _) = field(hour, hours)?;
    let (day, any_day) = field(day, days)?;
    let (month, _) = field(month, months)?;
    let (weekday, any_weekday) = field(weekday, weekdays)?;
    Ok(Fields { minute, hour, day, month, weekday, has_star: any_day || any_weekday })
}

/// The values of a field as bits, and whether one of its parts is a star.
fn field(text: &str, bounds: &Bounds) -> Result<(u64, bool), String> {
    let (mut bits, mut has_star) = (0, false);
    for part in text.split(',').filter(|part| !part.is_empty()) {
        let (of_part, star) = range(part, bounds)?;
        bits |= of_part;
        has_star |= star;
    }
    Ok((bits, has_star))
}

fn range(range: &str, bounds: &Bounds) -> Result<(u64, bool), String> {
    let slashes: Vec<&str> = range.split('/').collect();
    let hyphens: Vec<&str> = slashes.first().unwrap_or(&"").split('-').collect();
    let first = hyphens.first().copied().unwrap_or("");
    let star = matches!(first, "*" | "?");
    let (start, mut end) = if star {
        (bounds.min, bounds.max)
    } else {
        let start = number_or_name(first, bounds)?;
        match hyphens.as_slice() {
            [_] => (start, start),
            [_, last] => (start, number_or_name(last, bounds)?),
            _ => return Err(format!("too many hyphens: {range}")),
        }
    };
    let step = match slashes.as_slice() {
        [_] => 1,
        [_, step] => {
            if hyphens.len() == 1 {
                end = bounds.max;
            }
            number(step)?
        }
        _ => return Err(format!("too many slashes: {range}")),
    };
    let (min, max) = (bounds.min, bounds.max);
    if start < min {
        return Err(format!("beginning of range ({start}) below minimum ({min}): {range}"));
    }
    if end > max {
        return Err(format!("end of range ({end}) above maximum ({max}): {range}"));
    }
    if start > end {
        return Err(format!("beginning of range ({start}) beyond end of range ({end}): {range}"));
    }
    if step == 0 {
        return Err(format!("step of range should be a positive number: {range}"));
    }
    // No field has more than sixty values.
    let step_by = usize::try_from(step).unwrap_or(usize::MAX);
    let bits = (start..=end).step_by(step_by).fold(0_u64, |bits, value| bits | 1 << value);
    Ok((bits, star && step == 1))
}

fn number_or_name(text: &str, bounds: &Bounds) -> Result<u64, String> {
    let lower = text.to_ascii_lowercase();
    match bounds.names.iter().position(|name| *name == lower) {
        Some(at) => Ok(bounds.min + u64::try_from(at).unwrap_or(0)),
        None => number(text),
    }
}

fn number(text: &str) -> Result<u64, String> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let well_formed = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let problem = if well_formed { "value out of range" } else { "invalid syntax" };
    match text.parse::<i64>() {
        Ok(number) => u64::try_from(number).map_err(|_| format!("negative number ({number}) not allowed: {text}")),
        Err(_) => Err(format!("failed to parse int from {text}: strconv.Atoi: parsing {}: {problem}", quote(text))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_the_parser_says() {
        for (schedule, problem) in [
            ("* * * *", "expected exactly 5 fields, found 4: [* * * *]"),
            ("60 * * * *", "end of range (60) above maximum (59): 60"),
            ("0 0 * * 7", "end of range (7) above maximum (6): 7"),
            ("-1 * * * *", "failed to parse int from : strconv.Atoi: parsing \"\": invalid syntax"),
            ("*/-5 * * * *", "negative number (-5) not allowed: -5"),
            ("*/0 * * * *", "step of range should be a positive number: */0"),
            ("1-2-3 * * * *", "too many hyphens: 1-2-3"),
            ("@every 1d", "failed to parse duration @every 1d: time: unknown unit \"d\" in duration \"1d\""),
            ("@Hourly", "unrecognized descriptor: @Hourly"),
        ] {
            assert_eq!(parse(schedule), Err(problem.to_owned()), "{schedule}");
        }
    }

    #[test]
    fn reads_lists_ranges_steps_and_names() {
        let bits = |text: &str, field: usize| super::field(text, &BOUNDS[field]);
        assert_eq!(bits("5/15", 0), Ok((1 << 5 | 1 << 20 | 1 << 35 | 1 << 50, false)));
        assert_eq!(bits("*/40", 0), Ok((1 | 1 << 40, false)));
        assert_eq!(bits("MON-wed,5", 4), Ok((0b10_1110, false)));
        assert_eq!(bits("?", 4), Ok((0b111_1111, true)));
        assert_eq!(bits(",", 0), Ok((0, false)));
        assert_eq!(bits("0-59/9223372036854775807", 0), Ok((1, false)));
    }
}
