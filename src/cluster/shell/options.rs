//! Models `set` and `getopts` of ash.
//!
//! Left out: options about terminals and jobs, which are taken and have no effect.

use std::fmt::Write as _;
use std::rc::Rc;

use super::task::{Argv, Context, Options, Task};

impl Options {
    /// Sets the option of a letter.
    pub fn set(&mut self, letter: char, on: bool) -> Option<()> {
        *match letter {
            'e' => &mut self.errexit,
            'u' => &mut self.nounset,
            'x' => &mut self.xtrace,
            'f' => &mut self.noglob,
            'a' => &mut self.allexport,
            'C' => &mut self.noclobber,
            'b' | 'h' | 'm' | 'n' | 'v' => return Some(()),
            _ => return None,
        } = on;
        Some(())
    }

    /// Sets the option of a name.
    pub fn set_named(&mut self, name: &str, on: bool) -> Option<()> {
        match name {
            "pipefail" => self.pipefail = on,
            "errexit" => self.errexit = on,
            "nounset" => self.nounset = on,
            "xtrace" => self.xtrace = on,
            "noglob" => self.noglob = on,
            "allexport" => self.allexport = on,
            "noclobber" => self.noclobber = on,
            "monitor" | "notify" | "vi" | "verbose" | "ignoreeof" | "posix" => {}
            _ => return None,
        }
        Some(())
    }

    /// `$-`
    pub fn letters(self) -> String {
        let all = [(self.errexit, 'e'), (self.nounset, 'u'), (self.xtrace, 'x'), (self.noglob, 'f')];
        all.into_iter().filter(|(on, _)| *on).map(|(_, letter)| letter).collect()
    }
}

/// Variables as ash lists them, to be read again.
pub fn listing(before: &str, all: &[(Rc<str>, Rc<str>)]) -> String {
    let mut text = String::new();
    for (name, value) in all {
        let _ = writeln!(text, "{before}{name}='{}'", value.replace('\'', "'\"'\"'"));
    }
    text
}

/// `set`
pub fn set(task: &mut Task, rest: &[Rc<str>], cx: &mut Context) -> i32 {
    if rest.is_empty() {
        let all = task.variables.all(|_, _| true);
        task.write(cx, 1, &listing("", &all));
        return 0;
    }
    let mut left = rest;
    while let [word, tail @ ..] = left {
        if &**word == "--" {
            task.arguments = tail.into();
            return 0;
        }
        let on = word.starts_with('-');
        let Some(letters) = word.strip_prefix(['-', '+']).filter(|l| !l.is_empty()) else {
            break;
        };
        left = tail;
        for letter in letters.chars() {
            let done = if letter == 'o' {
                let Some((name, tail)) = left.split_first() else {
                    return 0;
                };
                left = tail;
                task.options.set_named(name, on).ok_or_else(|| format!("illegal option {word} {name}"))
            } else {
                task.options.set(letter, on).ok_or_else(|| format!("illegal option -{letter}"))
            };
            if let Err(message) = done {
                task.complain_of(cx, "set", &message);
                task.exit(2);
                return 2;
            }
        }
    }
    if !left.is_empty() {
        task.arguments = left.into();
    }
    0
}

/// `getopts`
pub fn getopts(task: &mut Task, rest: &[Rc<str>], cx: &mut Context) -> i32 {
    let [options, name, given @ ..] = rest else {
        task.complain_of(cx, "getopts", "usage: getopts optstring var [arg]");
        return 2;
    };
    let arguments: Argv = if given.is_empty() { Rc::clone(&task.arguments) } else { given.into() };
    let index = task.variables.get("OPTIND").and_then(|v| v.parse::<usize>().ok()).unwrap_or(1).max(1);
    let word = arguments.get(index - 1).map_or("", |w| w);
    let mut at = task.option_at.max(1);
    let flags = word.strip_prefix('-').filter(|f| !f.is_empty());
    if flags.is_none() || word == "--" {
        let next = if word == "--" { index + 1 } else { index };
        let _ = task.variables.set("OPTIND", next.to_string().into());
        let _ = task.variables.set(name, "?".into());
        task.option_at = 0;
        return 1;
    }
    let letter = word.chars().nth(at).unwrap_or('?');
    at += 1;
    let mut next = index;
    let spec = options.trim_start_matches(':');
    let position = spec.find(letter).filter(|_| letter != ':');
    let takes = position.is_some_and(|p| spec.get(p + letter.len_utf8()..).is_some_and(|r| r.starts_with(':')));
    let rest_of_word: String = word.chars().skip(at).collect();
    let mut result = letter.to_string();
    let _ = task.variables.unset("OPTARG");
    if position.is_none() {
        task.write(cx, 2, &format!("Illegal option -{letter}\n"));
        result = "?".into();
    } else if takes {
        let value = if rest_of_word.is_empty() {
            next += 1;
            arguments.get(next - 1).cloned()
        } else {
            Some(rest_of_word.as_str().into())
        };
        if let Some(value) = value {
            let _ = task.variables.set("OPTARG", value);
        } else {
            task.write(cx, 2, &format!("No arg for -{letter} option\n"));
            result = "?".into();
        }
        at = 0;
        next += 1;
    }
    if at != 0 && rest_of_word.is_empty() {
        at = 0;
        next += 1;
    }
    task.option_at = at;
    let _ = task.variables.set("OPTIND", next.to_string().into());
    let _ = task.variables.set(name, result.into());
    0
}
