//! kubectl's command line: flags anywhere, with `=` or apart, short ones joined.

use std::rc::Rc;

/// A command line, taken apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Arguments {
    /// What isn't a flag, the verb first.
    pub words: Vec<String>,
    flags: Vec<(String, String)>,
}

/// Flags that take a value, by their long names; all others are switches.
const WITH_VALUE: [&str; 27] = [
    "limits",
    "requests",
    "containers",
    "env",
    "patch-file",
    "filename",
    "namespace",
    "output",
    "selector",
    "field-selector",
    "type",
    "patch",
    "cascade",
    "grace-period",
    "timeout",
    "replicas",
    "for",
    "raw",
    "tail",
    "container",
    "sort-by",
    "template",
    "image",
    "from",
    "schedule",
    "restart",
    "validate",
];

const SHORT: [(char, &str); 9] = [
    ('f', "filename"),
    ('n', "namespace"),
    ('o', "output"),
    ('l', "selector"),
    ('p', "patch"),
    ('A', "all-namespaces"),
    ('w', "watch"),
    ('c', "container"),
    ('R', "recursive"),
];

impl Arguments {
    /// Takes a command line apart; the program's name is not part of it.
    pub(super) fn parse(argv: &[Rc<str>]) -> Self {
        let mut parsed = Self::default();
        let mut rest = argv.iter();
        while let Some(argument) = rest.next() {
            if let Some(long) = argument.strip_prefix("--") {
                match long.split_once('=') {
                    Some((name, value)) => parsed.flag(name, value),
                    None if WITH_VALUE.contains(&long) => {
                        parsed.flag(long, rest.next().map_or("", |value| value));
                    }
                    None => parsed.flag(long, "true"),
                }
            } else if let Some(short) = argument.strip_prefix('-').filter(|short| !short.is_empty()) {
                let letter = short.chars().next().unwrap_or(' ');
                let joined = short.get(letter.len_utf8()..).unwrap_or("");
                let name = SHORT.iter().find(|(known, _)| *known == letter).map_or(short, |(_, name)| name);
                if !WITH_VALUE.contains(&name) {
                    parsed.flag(name, "true");
                } else if joined.is_empty() {
                    parsed.flag(name, rest.next().map_or("", |value| value));
                } else {
                    parsed.flag(name, joined.strip_prefix('=').unwrap_or(joined));
                }
            } else {
                parsed.words.push(argument.to_string());
            }
        }
        parsed
    }

    fn flag(&mut self, name: &str, value: &str) {
        self.flags.push((name.to_owned(), value.to_owned()));
    }

    /// The flag's value; of several the last one counts.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        self.flags.iter().rev().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    /// The command line without its first words: the command's own name.
    pub(super) fn without(&self, count: usize) -> Self {
        let mut rest = self.clone();
        rest.words.drain(..count.min(rest.words.len()));
        rest
    }

    /// A whole number.
    pub(super) fn number(&self, name: &str) -> Option<i64> {
        self.value(name).and_then(|text| text.parse().ok())
    }

    /// All values of a flag that may be given several times.
    pub(super) fn all(&self, name: &str) -> Vec<&str> {
        self.flags.iter().filter(|(other, _)| other == name).map(|(_, value)| value.as_str()).collect()
    }

    /// Whether the switch is on.
    pub(super) fn is_on(&self, name: &str) -> bool {
        self.value(name) == Some("true")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Arguments {
        let argv: Vec<Rc<str>> = line.split(' ').map(Rc::from).collect();
        Arguments::parse(&argv)
    }

    #[test]
    fn flags_are_found_wherever_they_stand() {
        let arguments = parse("delete pod -l job-name=pi --force --grace-period=0 -nval");
        assert_eq!(arguments.words, ["delete", "pod"]);
        assert_eq!(arguments.value("selector"), Some("job-name=pi"));
        assert_eq!(arguments.value("grace-period"), Some("0"));
        assert_eq!(arguments.value("namespace"), Some("val"));
        assert!(arguments.is_on("force"));
    }

    #[test]
    fn a_lone_dash_is_a_word() {
        let arguments = parse("apply -f -");
        assert_eq!(arguments.value("filename"), Some("-"));
        assert_eq!(arguments.words, ["apply"]);
    }
}
