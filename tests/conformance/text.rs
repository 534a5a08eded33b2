//! kubectl's output, and messages, without what differs from run to run.
//!
//! `conformance.py` does this with regular expressions that look behind and ahead, which the `regex` crate
//! cannot. Each of those is written here as a pattern that takes the whole run of characters the look-around
//! speaks of, and a function that says what becomes of the run.

// The patterns are constants, and a group that always takes part in the match is always there.
#![allow(clippy::unwrap_used)]

use std::sync::LazyLock;

use regex::{Captures, Regex};

/// The text with names' random ends, ages, times, uids, addresses and padding made alike, and the rows that
/// come in any order sorted.
pub fn plain(text: &str) -> String {
    let alike = STEPS.iter().fold(text.to_owned(), |text, step| step.apply(&text));
    let mut lines: Vec<String> = split_lines(&alike).into_iter().map(tidy).collect();
    if lines.first().is_some_and(|line| is_table_header(line)) {
        lines[1..].sort();
    }
    sort_described_events(&mut lines);
    lines.join("\n").trim_matches(is_space).to_owned()
}

/// One substitution of the sequence that [`plain`] makes.
struct Step {
    pattern: Regex,
    instead: Instead,
}

/// What a match is replaced by.
enum Instead {
    /// A template in the `regex` crate's syntax.
    Template(&'static str),
    /// What the function makes of the match and of the text that follows it.
    Of(fn(&Captures, &str) -> String),
}

impl Step {
    fn template(pattern: &str, template: &'static str) -> Self {
        Self { pattern: Regex::new(pattern).unwrap(), instead: Instead::Template(template) }
    }

    fn of(pattern: &str, function: fn(&Captures, &str) -> String) -> Self {
        Self { pattern: Regex::new(pattern).unwrap(), instead: Instead::Of(function) }
    }

    fn apply(&self, text: &str) -> String {
        match self.instead {
            Instead::Template(template) => self.pattern.replace_all(text, template),
            Instead::Of(function) => {
                self.pattern.replace_all(text, |found: &Captures| function(found, &text[found.get_match().end()..]))
            }
        }
        .into_owned()
    }
}

/// In the order of `plain()` in `conformance.py`; `[\p{L}\p{N}_]` is what Python calls a word character.
static STEPS: LazyLock<Vec<Step>> = LazyLock::new(|| {
    vec![
        Step::template(r"\{uid:[^}]*\}", "{uid}"),
        Step::template(r"\{pod\d+\}", "{pod}"),
        Step::of(r"[a-z0-9.-]+", without_random_end),
        Step::template(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "{uid}"),
        Step::of(r"-(\d+)", minute_of_cron),
        Step::template(r"(^|[^\p{L}\p{N}_])\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)", "${1}{time}"),
        Step::template(r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d [+-]\d{4}", "{time}"),
        Step::template("containerd://[0-9a-f]+", "{container}"),
        Step::template(r#"("?resourceVersion"?: ?)"\d+""#, r#"${1}"{rv}""#),
        Step::of(r"(^|[^\p{L}\p{N}_])10\.244\.\d+\.\d+([\p{L}\p{N}_]*)", address),
        Step::of(r"(^|[^a-z0-9-])s\d?-[a-z0-9-]+", namespace),
        Step::template(r"\d+(?:\.\d+)?m?s \(\d+(?:\.\d+)?m?s including waiting\)", "{d} ({d} including waiting)"),
        Step::of(r"<invalid>|[\p{L}\p{N}_.-]+", age),
        Step::template(r"\(x\d+ over \{age\}\)", "(x{n} over {age})"),
    ]
});

/// A name's random ends (`-x7k2p`, several in a row too) become `-{x}`.
///
/// The name must begin where the run does, and after the ends only the run's end or a dot may come.
fn without_random_end(run: &Captures, _: &str) -> String {
    static NAME: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"^([a-z0-9][a-z0-9.-]*?)(?:-[bcdfghjklmnpqrstvwxz2456789]{5})+(\..*)?$").unwrap());
    let run = &run[0];
    // Most runs are plain words, and the pattern is dear.
    if !run.contains('-') {
        return run.to_owned();
    }
    match NAME.captures(run) {
        Some(parts) => format!("{}-{{x}}{}", &parts[1], parts.get(2).map_or("", |rest| rest.as_str())),
        None => run.to_owned(),
    }
}

/// The minute in the names of a `CronJob`'s Jobs: eight digits, no more.
fn minute_of_cron(found: &Captures, _: &str) -> String {
    if found[1].chars().count() == 8 { "-{minute}".to_owned() } else { found[0].to_owned() }
}

/// A Pod's address, unless letters follow it.
fn address(found: &Captures, _: &str) -> String {
    if found[2].is_empty() { format!("{}{{ip}}", &found[1]) } else { found[0].to_owned() }
}

/// A scenario's own namespace, when what follows cannot be part of a name.
fn namespace(found: &Captures, rest: &str) -> String {
    let ends = rest.chars().next().is_none_or(|c| is_space(c) || r#""/)(,;"#.contains(c));
    if ends { format!("{}{{ns}}", &found[1]) } else { found[0].to_owned() }
}

/// An age such as `2m5s`, where it stands alone: at the run's beginning, and up to its end or a dot.
fn age(run: &Captures, _: &str) -> String {
    static AGE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^(?:\d+[dhms])+(\..*)?$").unwrap());
    let run = &run[0];
    if run == "<invalid>" {
        return "{age}".to_owned();
    }
    if !run.starts_with(char::is_numeric) {
        return run.to_owned();
    }
    match AGE.captures(run) {
        Some(parts) => format!("{{age}}{}", parts.get(1).map_or("", |rest| rest.as_str())),
        None => run.to_owned(),
    }
}

/// Python's `str.splitlines`: more line ends than `\n`, and none after the last one.
pub fn split_lines(text: &str) -> Vec<&str> {
    let mut lines = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let Some((at, end)) = rest.char_indices().find(|&(_, c)| is_line_end(c)) else {
            lines.push(rest);
            break;
        };
        lines.push(&rest[..at]);
        rest = &rest[at + end.len_utf8()..];
        if end == '\r' {
            rest = rest.strip_prefix('\n').unwrap_or(rest);
        }
    }
    lines
}

fn is_line_end(c: char) -> bool {
    matches!(c, '\n'..='\r' | '\x1c'..='\x1e' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// The line with single blanks, and none around it.
fn tidy(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut blank = false;
    for c in line.chars() {
        let was_blank = std::mem::replace(&mut blank, c == ' ' || c == '\t');
        if !blank {
            out.push(c);
        } else if !was_blank {
            out.push(' ');
        }
    }
    out.trim_matches(is_space).to_owned()
}

/// What Python counts as white space: Unicode's, and the separators 1c to 1f.
fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\x1c'..='\x1f')
}

fn is_table_header(line: &str) -> bool {
    let line = line.strip_prefix("NAMESPACE ").unwrap_or(line);
    line.starts_with("NAME ") || line.starts_with("LAST SEEN ")
}

/// Describe's events: several in one second come in any order.
fn sort_described_events(lines: &mut [String]) {
    for events in lines.chunk_by_mut(|a, b| is_event(a) && is_event(b)) {
        events.sort();
    }
}

fn is_event(line: &str) -> bool {
    line.starts_with("Normal ") || line.starts_with("Warning ")
}
