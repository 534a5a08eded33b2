//! Models `github.com/spf13/pflag@v1.0.9` as kubectl uses it: which flags each command knows, of which
//! type, and the errors for all others.
//!
//! Leaves out: kubectl's many flags about connections, which are accepted everywhere and mean nothing
//! here.

use super::{Printed, flag_tables};
use std::rc::Rc;

/// A command's name and its flags: `long`, `s/long`, then the type: none for a switch, `=` for text
/// (several times: the last counts), `+` for texts (all count), `#` for a whole number, `~` for a
/// duration.
const COMMANDS: &[(&str, &str)] = &[
    ("attach", "c/container= pod-running-timeout~ q/quiet i/stdin t/tty"),
    ("cordon", "dry-run= l/selector="),
    ("cp", "c/container= no-preserve retries#"),
    (
        "debug",
        "arguments-only attach c/container= copy-to= custom= env= f/filename= image= image-pull-policy= \
         keep-annotations keep-init-containers keep-labels keep-liveness keep-readiness keep-startup profile= q/quiet \
         replace same-node set-image= share-processes i/stdin target= t/tty",
    ),
    (
        "drain",
        "chunk-size# delete-emptydir-data disable-eviction dry-run= force grace-period# ignore-daemonsets \
         pod-selector= l/selector= skip-wait-for-delete-timeout# timeout~",
    ),
    ("exec", "c/container= f/filename+ pod-running-timeout~ q/quiet i/stdin t/tty"),
    (
        "logs",
        "all-containers all-pods c/container= f/follow ignore-errors insecure-skip-tls-verify-backend limit-bytes# \
         max-log-requests# pod-running-timeout~ prefix p/previous l/selector= since~ since-time= tail# timestamps",
    ),
    ("port-forward", "address= pod-running-timeout~"),
    ("rollout", ""),
    ("rollout history", "f/filename+ R/recursive revision# o/output= l/selector="),
    ("rollout pause", "f/filename+ R/recursive o/output= l/selector= field-manager="),
    ("rollout restart", "f/filename+ R/recursive o/output= l/selector= field-manager="),
    ("rollout resume", "f/filename+ R/recursive o/output= l/selector= field-manager="),
    ("rollout status", "f/filename+ R/recursive revision# l/selector= timeout~ w/watch"),
    ("rollout undo", "f/filename+ R/recursive o/output= l/selector= dry-run= to-revision#"),
    ("top", ""),
    ("top node", "no-headers l/selector= show-capacity show-swap sort-by= use-protocol-buffers"),
    (
        "top pod",
        "A/all-namespaces containers field-selector= no-headers l/selector= show-swap sort-by= sum \
         use-protocol-buffers",
    ),
    ("uncordon", "dry-run= l/selector="),
    (
        "wait",
        "all A/all-namespaces allow-missing-template-keys field-selector= f/filename+ for+ local o/output= \
         R/recursive l/selector= show-managed-fields template= timeout~",
    ),
];

/// Flags that every command knows.
const EVERYWHERE: &str = "\
    as= as-group+ as-uid= as-user-extra+ cache-dir= certificate-authority= client-certificate= client-key= cluster= \
    context= disable-compression h/help insecure-skip-tls-verify kubeconfig= kuberc= log-flush-frequency~ \
    match-server-version n/namespace= password= profile= profile-output= proxy-url= request-timeout= s/server= \
    tls-server-name= token= user= username= v# vmodule= warnings-as-errors";

/// A command line, taken apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Flags {
    /// What isn't a flag, without the command's own name.
    pub words: Vec<String>,
    /// How many words stood before `--`, if there was one.
    pub dash: Option<usize>,
    values: Vec<(&'static str, String)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Switch,
    /// A text that may be left out.
    Optional,
    Text,
    Number,
    Duration,
}

struct Flag {
    long: &'static str,
    short: Option<char>,
    kind: Kind,
}

fn flags(spec: &'static str) -> impl Iterator<Item = Flag> {
    let groups = flag_tables::GROUPS.iter();
    let shared = groups.filter(|(letter, _)| spec.split_whitespace().any(|word| word == *letter));
    let shared = shared.flat_map(|(_, names)| names.split_whitespace());
    let own =
        spec.split_whitespace().filter(|word| !word.starts_with(|c: char| c.is_ascii_uppercase() && word.len() == 1));
    own.chain(shared).chain(EVERYWHERE.split_whitespace()).map(|text| {
        let (name, kind) = match text.char_indices().next_back() {
            Some((end, '=' | '+')) => (text.get(..end).unwrap_or(text), Kind::Text),
            Some((end, '%')) => (text.get(..end).unwrap_or(text), Kind::Optional),
            Some((end, '#')) => (text.get(..end).unwrap_or(text), Kind::Number),
            Some((end, '~')) => (text.get(..end).unwrap_or(text), Kind::Duration),
            _ => (text, Kind::Switch),
        };
        match name.split_once('/') {
            Some((short, long)) => Flag { long, short: short.chars().next(), kind },
            // `v` is long and short at once.
            None => Flag { long: name, short: name.chars().next().filter(|_| name.len() == 1), kind },
        }
    })
}

/// Whether a flag that every command knows, or any of that name, is followed by its value.
pub(super) fn takes_value(word: &str) -> bool {
    let global = flags("").find(|flag| match word.strip_prefix("--") {
        Some(long) => flag.long == long,
        None => word.len() == 2 && flag.short == word.chars().nth(1),
    });
    match global {
        Some(flag) => flag.kind != Kind::Switch,
        // Before the command is known, the few that people write first.
        None => matches!(word, "-f" | "-l" | "-o" | "-p" | "--filename" | "--selector" | "--output" | "--image"),
    }
}

/// The commands that act on objects that are there, or are in files.
const ACTING: [&str; 21] = [
    "annotate",
    "apply",
    "apply view-last-applied",
    "autoscale",
    "cordon",
    "create",
    "delete",
    "diff",
    "drain",
    "edit",
    "expose",
    "label",
    "patch",
    "replace",
    "scale",
    "set env",
    "set image",
    "set resources",
    "set selector",
    "set serviceaccount",
    "uncordon",
];

/// The command's own name in the tables, if it acts.
pub(super) fn acting(command: &str) -> Option<&'static str> {
    ACTING.into_iter().find(|name| *name == command)
}

/// The flags that a command knows, for completion; none of a command that isn't listed here.
pub(super) fn known_flags(command: &str) -> Vec<String> {
    let mut all = COMMANDS.iter().chain(flag_tables::COMMANDS);
    let Some((_, spec)) = all.find(|(name, _)| *name == command) else { return Vec::new() };
    flags(spec)
        .map(|flag| if flag.kind == Kind::Switch { format!("--{}", flag.long) } else { format!("--{}=", flag.long) })
        .collect()
}

impl Flags {
    /// Takes the words after the command's name apart.
    ///
    /// # Errors
    /// What kubectl says of a flag that it doesn't know, or of a value of another type.
    pub(super) fn parse(command: &'static str, argv: &[Rc<str>]) -> Result<Self, Printed> {
        let spec = COMMANDS
            .iter()
            .chain(flag_tables::COMMANDS)
            .find(|(name, _)| *name == command)
            .map_or("", |(_, spec)| spec);
        let see =
            |error: String| Printed::error(format!("error: {error}\nSee 'kubectl {command} --help' for usage.\n"));
        let mut parsed = Self::default();
        let mut rest = argv.iter();
        while let Some(word) = rest.next() {
            if &**word == "--" {
                parsed.dash = Some(parsed.words.len());
                parsed.words.extend(rest.by_ref().map(ToString::to_string));
            } else if let Some(long) = word.strip_prefix("--") {
                let (name, value) = long.split_once('=').map_or((long, None), |(name, value)| (name, Some(value)));
                let Some(flag) = flags(spec).find(|flag| flag.long == name) else {
                    return Err(see(format!("unknown flag: --{name}")));
                };
                let value = match value {
                    Some(value) => value,
                    None if flag.kind == Kind::Switch => "true",
                    None if flag.kind == Kind::Optional => "",
                    None => rest.next().ok_or_else(|| see(format!("flag needs an argument: --{name}")))?,
                };
                parsed.put(&flag, value).map_err(&see)?;
            } else if let Some(group) = word.strip_prefix('-').filter(|group| !group.is_empty()) {
                parsed.shorts(spec, word, group, &mut rest).map_err(&see)?;
            } else {
                parsed.words.push(word.to_string());
            }
        }
        Ok(parsed)
    }

    /// `-it`, `-nval`, `-n val`, `-n=val`.
    fn shorts<'a>(
        &mut self,
        spec: &'static str,
        word: &str,
        group: &str,
        rest: &mut impl Iterator<Item = &'a Rc<str>>,
    ) -> Result<(), String> {
        let mut letters = group;
        while let Some(letter) = letters.chars().next() {
            let Some(flag) = flags(spec).find(|flag| flag.short == Some(letter)) else {
                return Err(format!(
                    "unknown shorthand flag: '{letter}' in {}",
                    if letters == group { word.to_owned() } else { format!("-{letters}") }
                ));
            };
            let tail = letters.get(letter.len_utf8()..).unwrap_or("");
            if let Some(value) = tail.strip_prefix('=') {
                return self.put(&flag, value);
            }
            if flag.kind == Kind::Switch {
                self.put(&flag, "true")?;
                letters = tail;
                continue;
            }
            if !tail.is_empty() {
                return self.put(&flag, tail);
            }
            let value = rest.next().ok_or_else(|| format!("flag needs an argument: '{letter}' in -{letters}"))?;
            return self.put(&flag, value);
        }
        Ok(())
    }

    fn put(&mut self, flag: &Flag, value: &str) -> Result<(), String> {
        let problem = match flag.kind {
            Kind::Text | Kind::Optional => None,
            Kind::Switch => {
                parse_bool(value).is_none().then(|| format!("strconv.ParseBool: parsing {value:?}: invalid syntax"))
            }
            Kind::Number => number_problem(value),
            Kind::Duration => parse_duration(value).err(),
        };
        if let Some(problem) = problem {
            let name = match flag.short {
                Some(short) if flag.long.len() > 1 => format!("-{short}, --{}", flag.long),
                _ => format!("--{}", flag.long),
            };
            return Err(format!("invalid argument {value:?} for \"{name}\" flag: {problem}"));
        }
        self.values.push((flag.long, value.to_owned()));
        Ok(())
    }

    /// Whether a flag was given.
    pub(super) fn has(&self, name: &str) -> bool {
        self.value(name).is_some()
    }

    /// A flag's value; of several the last one counts.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        self.values.iter().rev().find(|(other, _)| *other == name).map(|(_, value)| value.as_str())
    }

    /// All values of a flag.
    pub(super) fn all(&self, name: &str) -> Vec<&str> {
        self.values.iter().filter(|(other, _)| *other == name).map(|(_, value)| value.as_str()).collect()
    }

    /// Whether a switch is on.
    pub(super) fn is_on(&self, name: &str) -> bool {
        self.value(name).and_then(parse_bool).unwrap_or(false)
    }

    /// A whole number.
    pub(super) fn number(&self, name: &str) -> Option<i64> {
        self.value(name).and_then(|text| text.parse().ok())
    }

    /// A duration, in milliseconds.
    pub(super) fn duration_ms(&self, name: &str) -> Option<i64> {
        self.value(name).and_then(|text| parse_duration(text).ok())
    }
}

/// Models `strconv.ParseBool`.
fn parse_bool(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(false),
        _ => None,
    }
}

fn number_problem(text: &str) -> Option<String> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number {
        return Some(format!("strconv.ParseInt: parsing {text:?}: invalid syntax"));
    }
    text.parse::<i64>().is_err().then(|| format!("strconv.ParseInt: parsing {text:?}: value out of range"))
}

/// Models `time.ParseDuration` in milliseconds; smaller parts are dropped.
pub(super) fn parse_duration(text: &str) -> Result<i64, String> {
    let invalid = || format!("time: invalid duration {text:?}");
    let (negative, mut rest) = match text.strip_prefix(['-', '+']) {
        Some(rest) => (text.starts_with('-'), rest),
        None => (false, text),
    };
    if rest == "0" {
        return Ok(0);
    }
    if rest.is_empty() {
        return Err(invalid());
    }
    let mut total_ns: i128 = 0;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let (number, tail) = rest.split_at(end);
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        if whole.is_empty() && fraction.is_empty() || fraction.contains('.') || number.len() > 19 {
            return Err(invalid());
        }
        let end = tail.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(tail.len());
        let (unit, next) = tail.split_at(end);
        let unit_ns: i128 = match unit {
            "" => return Err(format!("time: missing unit in duration {text:?}")),
            "ns" => 1,
            "us" | "µs" | "μs" => 1_000,
            "ms" => 1_000_000,
            "s" => 1_000_000_000,
            "m" => 60_000_000_000,
            "h" => 3_600_000_000_000,
            unknown => return Err(format!("time: unknown unit {unknown:?} in duration {text:?}")),
        };
        let mut part_ns = unit_ns;
        total_ns += whole.parse::<i128>().unwrap_or(0) * unit_ns;
        for digit in fraction.bytes() {
            part_ns /= 10;
            total_ns += i128::from(digit - b'0') * part_ns;
        }
        rest = next;
    }
    if total_ns > i128::from(i64::MAX) {
        return Err(invalid());
    }
    let ms = i64::try_from(total_ns / 1_000_000).unwrap_or(i64::MAX);
    Ok(if negative { -ms } else { ms })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(command: &'static str, line: &str) -> Result<Flags, String> {
        let argv: Vec<Rc<str>> = line.split(' ').map(Rc::from).collect();
        Flags::parse(command, &argv).map_err(|printed| printed.stderr)
    }

    #[test]
    fn the_same_letter_means_what_the_command_says() {
        let logs = parse("logs", "-f job/pi --tail 3 -c=uno -nval");
        let read = logs.map(|logs| {
            (logs.is_on("follow"), logs.number("tail"), logs.value("container").map(str::to_owned), logs.words.clone())
        });
        assert_eq!(read, Ok((true, Some(3), Some("uno".to_owned()), vec!["job/pi".to_owned()])));
        let exec = parse("exec", "-it pi -- sh -c ls").map(|exec| (exec.dash, exec.words.len(), exec.is_on("tty")));
        assert_eq!(exec, Ok((Some(1), 4, true)));
    }

    #[test]
    fn errors_are_pflags() {
        let error = |command, line| parse(command, line).err().unwrap_or_default();
        assert_eq!(error("logs", "--sinc=3s"), "error: unknown flag: --sinc\nSee 'kubectl logs --help' for usage.\n");
        assert!(error("logs", "-z").starts_with("error: unknown shorthand flag: 'z' in -z\n"));
        assert!(error("logs", "-l").starts_with("error: flag needs an argument: 'l' in -l\n"));
        assert!(error("logs", "--tail").starts_with("error: flag needs an argument: --tail\n"));
        assert!(error("logs", "--tail=abc").starts_with(
            "error: invalid argument \"abc\" for \"--tail\" flag: strconv.ParseInt: parsing \"abc\": invalid syntax\n"
        ));
        assert!(error("logs", "-f=x").starts_with(
            "error: invalid argument \"x\" for \"-f, --follow\" flag: strconv.ParseBool: parsing \"x\": invalid syntax\n"
        ));
        assert!(error("wait", "--timeout=5").starts_with(
            "error: invalid argument \"5\" for \"--timeout\" flag: time: missing unit in duration \"5\"\n"
        ));
    }

    #[test]
    fn durations_are_gos() {
        assert_eq!(parse_duration("1m30s"), Ok(90_000));
        assert_eq!(parse_duration("1.5h"), Ok(5_400_000));
        assert_eq!(parse_duration("-1s"), Ok(-1_000));
        assert_eq!(parse_duration("0"), Ok(0));
        assert_eq!(parse_duration("3d"), Err("time: unknown unit \"d\" in duration \"3d\"".to_owned()));
        assert_eq!(parse_duration("s"), Err("time: invalid duration \"s\"".to_owned()));
    }
}
