//! Models `date` of busybox in UTC.
//!
//! Left out: other time zones, `-d` but for `@seconds` and `YYYY-MM-DD [hh:mm[:ss]]`, setting it.

const DAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// What `date arguments` prints at a time, or its complaint.
pub fn date(arguments: &[&str], unix_ms: i64) -> Result<String, String> {
    let mut ms = unix_ms;
    let mut format = "%a %b %e %H:%M:%S UTC %Y".to_owned();
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        match *word {
            "-u" | "--utc" => {}
            "-d" | "-r" | "--date" | "-s" => {
                let text = words.next().copied().unwrap_or("");
                ms = parse(text).ok_or_else(|| format!("date: invalid date '{text}'\n"))?;
            }
            "-I" => format = "%Y-%m-%d".into(),
            "-Iseconds" => format = "%Y-%m-%dT%H:%M:%S+00:00".into(),
            "-Iminutes" => format = "%Y-%m-%dT%H:%M+00:00".into(),
            "-R" => format = "%a, %d %b %Y %H:%M:%S +0000".into(),
            word => match word.strip_prefix('+') {
                Some(text) => format = String::from(text),
                None => return Err(format!("date: invalid date '{word}'\n")),
            },
        }
    }
    Ok(format_time(&format, ms) + "\n")
}

fn parse(text: &str) -> Option<i64> {
    if let Some(seconds) = text.strip_prefix('@') {
        return seconds.parse::<i64>().ok()?.checked_mul(1000);
    }
    let (day, time) = text.split_once([' ', 'T']).unwrap_or((text, "00:00"));
    let mut numbers = day.split('-').map(|n| n.parse::<i64>().ok());
    let (year, month, day) = (numbers.next()??, numbers.next()??, numbers.next()??);
    let mut numbers = time.trim_end_matches('Z').split(':').map(|n| n.parse::<i64>().ok());
    let (hour, minute) = (numbers.next()??, numbers.next()??);
    let second = numbers.next().flatten().unwrap_or(0);
    if !(1970..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let days = days_before(year, month) + day - 1;
    Some(((days * 24 + hour.clamp(0, 24)) * 60 + minute.clamp(0, 60)) * 60_000 + second.clamp(0, 60) * 1000)
}

/// Days from 1970 to the first of a month.
fn days_before(year: i64, month: i64) -> i64 {
    let (y, m) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    y * 365 + y.div_euclid(4) - y.div_euclid(100) + y.div_euclid(400) + (m * 153 + 2) / 5 - 719_468
}

/// Year, month and day of a day after 1970.
fn civil(days: i64) -> (i64, i64, i64) {
    let mut year = 1970 + days.div_euclid(366);
    while days_before(year + 1, 1) <= days {
        year += 1;
    }
    let month = (1..=12).rev().find(|m| days_before(year, *m) <= days).unwrap_or(1);
    (year, month, days - days_before(year, month) + 1)
}

fn name(names: &[&'static str], at: i64) -> &'static str {
    usize::try_from(at).ok().and_then(|at| names.get(at)).copied().unwrap_or("")
}

fn short(text: &'static str) -> &'static str {
    text.get(..3).unwrap_or(text)
}

/// A time in a format of `strftime`.
fn format_time(format: &str, ms: i64) -> String {
    let ms = ms.clamp(0, 253_402_300_799_000);
    let seconds = ms.div_euclid(1000);
    let days = seconds.div_euclid(86_400);
    let (year, month, day) = civil(days);
    let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    let weekday = (days + 4).rem_euclid(7);
    let of_year = days - days_before(year, 1) + 1;
    let hour12 = if hour % 12 == 0 { 12 } else { hour % 12 };
    let mut out = String::new();
    let mut chars = format.chars();
    while let Some(c) = chars.next() {
        if c != '%' {
            out.push(c);
            continue;
        }
        let text = match chars.next() {
            Some('Y') => year.to_string(),
            Some('C') => format!("{:02}", year / 100),
            Some('y') => format!("{:02}", year % 100),
            Some('m') => format!("{month:02}"),
            Some('d') => format!("{day:02}"),
            Some('e') => format!("{day:2}"),
            Some('H') => format!("{hour:02}"),
            Some('I') => format!("{hour12:02}"),
            Some('k') => format!("{hour:2}"),
            Some('M') => format!("{minute:02}"),
            Some('S') => format!("{second:02}"),
            Some('p') => (if hour < 12 { "AM" } else { "PM" }).into(),
            Some('s') => seconds.to_string(),
            Some('N') => format!("{:03}000000", ms.rem_euclid(1000)),
            Some('j') => format!("{of_year:03}"),
            Some('u') => (if weekday == 0 { 7 } else { weekday }).to_string(),
            Some('w') => weekday.to_string(),
            Some('U') => format!("{:02}", (of_year + 6 - weekday) / 7),
            Some('a') => short(name(&DAYS, weekday)).into(),
            Some('A') => name(&DAYS, weekday).into(),
            Some('b' | 'h') => short(name(&MONTHS, month - 1)).into(),
            Some('B') => name(&MONTHS, month - 1).into(),
            Some('F') => format!("{year}-{month:02}-{day:02}"),
            Some('D') => format!("{month:02}/{day:02}/{:02}", year % 100),
            Some('T') => format!("{hour:02}:{minute:02}:{second:02}"),
            Some('R') => format!("{hour:02}:{minute:02}"),
            Some('c') => format_time("%a %b %e %H:%M:%S %Y", ms),
            Some('x') => format_time("%m/%d/%y", ms),
            Some('X') => format_time("%T", ms),
            Some('Z') => "UTC".into(),
            Some('z') => "+0000".into(),
            Some('n') => "\n".into(),
            Some('t') => "\t".into(),
            Some('%') | None => "%".into(),
            Some(other) => format!("%{other}"),
        };
        out.push_str(&text);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::date;

    #[test]
    fn formats() {
        let at = 1_772_454_896_789;
        for (arguments, expected) in [
            (&[][..], "Mon Mar  2 12:34:56 UTC 2026\n"),
            (&["+%F %T %Z"], "2026-03-02 12:34:56 UTC\n"),
            (&["-u", "+%s %N %j %u %y %I%p"], "1772454896 789000000 061 1 26 12PM\n"),
            (&["-d", "@0", "+%a %b %e %A %B"], "Thu Jan  1 Thursday January\n"),
            (&["-d", "2024-02-29 01:02:03", "+%s"], "1709168523\n"),
            (&["-Iseconds"], "2026-03-02T12:34:56+00:00\n"),
        ] {
            assert_eq!(date(arguments, at).as_deref(), Ok(expected), "{arguments:?}");
        }
        assert!(date(&["-d", "ayer"], at).is_err());
    }
}
