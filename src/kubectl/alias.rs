//! Models `alias` and `unalias` of a POSIX shell (XCU 2.3.1): the first word of a command may stand
//! for other words.
//!
//! The shell of containers has none, so a line is rewritten before it is parsed.
//!
//! Leaves out: an alias that ends in a blank makes no alias of the next word; words after `do`,
//! `then` and the like are looked at as plain words.

use super::Printed;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::rc::Rc;

/// The most aliases that are kept, and how often one may stand for another.
const MOST: usize = 256;
const DEEPEST: u32 = 8;

/// The aliases of a shell, by name.
#[derive(Debug, Clone, Default)]
pub(super) struct Aliases(BTreeMap<String, String>);

impl Aliases {
    pub(super) fn set(&mut self, name: &str, value: &str) {
        if self.0.len() < MOST {
            self.0.insert(name.to_owned(), value.to_owned());
        }
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// `alias [NAME[=VALUE]…]`, `unalias [-a] NAME…`.
    pub(super) fn command(&mut self, name: &str, words: &[Rc<str>]) -> Printed {
        if name == "unalias" {
            return self.forget(words);
        }
        let mut printed = Printed::default();
        if words.is_empty() {
            for (name, value) in &self.0 {
                show(&mut printed, name, value);
            }
        }
        for word in words {
            match word.split_once('=') {
                Some((name, value)) => self.set(name, value),
                None => match self.0.get(&**word) {
                    Some(value) => show(&mut printed, word, value),
                    None => complain(&mut printed, "alias", word),
                },
            }
        }
        printed
    }

    fn forget(&mut self, words: &[Rc<str>]) -> Printed {
        let mut printed = Printed::default();
        for word in words {
            if &**word == "-a" {
                self.0.clear();
            } else if self.0.remove(&**word).is_none() {
                complain(&mut printed, "unalias", word);
            }
        }
        printed
    }

    /// The line with every alias in the place of a command written out.
    pub(super) fn expand(&self, line: &str) -> String {
        if self.0.is_empty() { line.to_owned() } else { self.written_out(line, &[], DEEPEST) }
    }

    fn written_out(&self, line: &str, within: &[&str], depth: u32) -> String {
        let mut out = String::with_capacity(line.len());
        let mut rest = line;
        let mut command = true;
        while let Some(first) = rest.chars().next() {
            let length = token(rest);
            let (piece, tail) = rest.split_at(length.max(first.len_utf8()));
            rest = tail;
            let value = self.0.get_key_value(piece).filter(|(name, _)| command && !within.contains(&name.as_str()));
            match value {
                Some((name, value)) if depth > 0 => {
                    let inner: Vec<&str> = within.iter().copied().chain([name.as_str()]).collect();
                    out.push_str(&self.written_out(value, &inner, depth - 1));
                }
                _ => out.push_str(piece),
            }
            command = match piece {
                ";" | "&" | "|" | "(" | "\n" | "{" | "!" => true,
                blank if blank.trim().is_empty() => command,
                // An assignment before a command leaves its place open.
                word => command && is_assignment(word),
            };
        }
        out
    }
}

fn show(printed: &mut Printed, name: &str, value: &str) {
    // Writing to a String can't fail.
    let _ = writeln!(printed.stdout, "{name}='{}'", value.replace('\'', "'\"'\"'"));
}

fn complain(printed: &mut Printed, program: &str, name: &str) {
    let _ = writeln!(printed.stderr, "sh: {program}: {name}: not found");
    printed.code = 1;
}

fn is_assignment(word: &str) -> bool {
    let Some((name, _)) = word.split_once('=') else { return false };
    !name.is_empty()
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// How long the first token is: an operator, a run of blanks, or a word with its quotes.
fn token(text: &str) -> usize {
    let mut characters = text.char_indices().peekable();
    let Some((_, first)) = characters.next() else { return 0 };
    if matches!(first, ';' | '&' | '|' | '(' | ')' | '\n') {
        return 1;
    }
    if first == ' ' || first == '\t' {
        return text.find(|c| c != ' ' && c != '\t').unwrap_or(text.len());
    }
    let mut quote = None;
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match quote {
            _ if escaped => escaped = false,
            Some('\'') if c == '\'' => quote = None,
            Some('\'') => {}
            _ if c == '\\' => escaped = true,
            Some(open) if c == open => quote = None,
            None if c == '\'' || c == '"' => quote = Some(c),
            None if matches!(c, ';' | '&' | '|' | '(' | ')' | '\n' | ' ' | '\t') => return at,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn aliases() -> Aliases {
        let mut aliases = Aliases::default();
        aliases.set("k", "kubectl");
        aliases.set("kgp", "k get pods");
        aliases.set("ls", "ls -l");
        aliases
    }

    #[test]
    fn only_the_place_of_a_command_is_written_out() {
        let expand = |line: &str| aliases().expand(line);
        assert_eq!(expand("k get jobs"), "kubectl get jobs");
        assert_eq!(expand("echo k; k get k | grep k && k"), "echo k; kubectl get k | grep k && kubectl");
        assert_eq!(expand("P=1 k logs $(k get po)"), "P=1 kubectl logs $(kubectl get po)");
        assert_eq!(expand("echo 'k; k'"), "echo 'k; k'");
        assert_eq!(expand("\"k\" get"), "\"k\" get");
    }

    #[test]
    fn aliases_stand_for_each_other_but_not_for_themselves() {
        assert_eq!(aliases().expand("kgp -w"), "kubectl get pods -w");
        assert_eq!(aliases().expand("ls"), "ls -l");
    }

    #[test]
    fn they_are_shown_and_forgotten() {
        let mut aliases = aliases();
        assert_eq!(aliases.command("alias", &[Rc::from("k")]).stdout, "k='kubectl'\n");
        assert_eq!(aliases.command("unalias", &[Rc::from("k")]).code, 0);
        assert_eq!(aliases.command("alias", &[Rc::from("k")]).stderr, "sh: alias: k: not found\n");
    }
}
