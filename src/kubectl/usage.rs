//! Models cobra's command tree as kubectl 1.37.2 has it: which command a line names, and what is said of one that there
//! isn't.

use super::{Printed, about, flags, manual};
use std::rc::Rc;

/// kubectl's commands in its own order, which is that of its suggestions. Words that suggest one follow it.
const COMMANDS: &str = "\
create expose run set explain get:list:ls edit delete:rm:remove rollout scale autoscale certificate cluster-info \
top:stats cordon uncordon drain taint describe:inspect logs attach exec port-forward proxy cp auth debug events diff \
apply patch replace wait kustomize label annotate completion api-resources api-versions config kuberc plugin version \
options alpha help";

fn commands() -> impl Iterator<Item = (&'static str, &'static str)> {
    COMMANDS.split_whitespace().map(|word| word.split_once(':').unwrap_or((word, "")))
}

/// Commands that have commands of their own.
const GROUPS: &[(&str, &str)] = &[
    ("auth", "can-i reconcile whoami"),
    (
        "config",
        "current-context delete-cluster delete-context delete-user get-clusters get-contexts get-users \
                rename-context set set-cluster set-context set-credentials unset use-context view",
    ),
    ("plugin", "list"),
    ("rollout", "history pause restart resume status undo"),
    ("set", "env image resources selector serviceaccount subject"),
    ("top", "node pod"),
    ("apply", "edit-last-applied set-last-applied view-last-applied"),
    ("cluster-info", "dump"),
    (
        "create",
        "clusterrole clusterrolebinding configmap cm cronjob cj deployment deploy ingress ing job namespace ns \
         poddisruptionbudget pdb priorityclass pc quota resourcequota role rolebinding secret serviceaccount sa token",
    ),
];

/// What a command line names: the command, with its own command if it has one, and all other words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Call {
    /// `get`, `create job`.
    pub command: String,
    /// The words that are left.
    pub argv: Vec<Rc<str>>,
}

/// Finds the command of a line.
///
/// # Errors
/// What kubectl prints if there is none of that name.
pub(super) fn call(argv: &[Rc<str>]) -> Result<Option<Call>, Printed> {
    let mut rest = argv.to_vec();
    let Some(place) = first_word(&rest) else { return Ok(None) };
    let verb = rest.remove(place).to_string();
    if !commands().any(|(name, _)| name == verb) {
        return Err(unknown(argv, &verb));
    }
    let mut command = verb;
    if let Some((_, inner)) = GROUPS.iter().find(|(name, _)| *name == command)
        && let Some(place) = first_word(&rest)
        && let Some(word) = rest.get(place).cloned()
        && inner.split_whitespace().any(|name| *name == *word)
    {
        rest.remove(place);
        command = format!("{command} {word}");
        // `create secret generic`
        if command == "create secret"
            && let Some(place) = first_word(&rest)
            && rest.get(place).is_some_and(|word| matches!(&**word, "generic" | "tls" | "docker-registry"))
        {
            command = format!("{command} {}", rest.remove(place));
        }
    }
    Ok(Some(Call { command, argv: rest }))
}

/// Where the first word is that is neither a flag nor a flag's value.
fn first_word(argv: &[Rc<str>]) -> Option<usize> {
    let mut value = false;
    for (place, word) in argv.iter().enumerate() {
        if value {
            value = false;
        } else if &**word == "--" {
            return None;
        } else if word.starts_with('-') && word.len() > 1 {
            value = !word.contains('=') && flags::takes_value(word);
        } else {
            return Some(place);
        }
    }
    None
}

fn unknown(argv: &[Rc<str>], verb: &str) -> Printed {
    if let Some(flag) = argv.first().filter(|word| word.starts_with('-')) {
        return Printed::error(format!("Error: flags cannot be placed before plugin name: {flag}\n"));
    }
    let lower = verb.to_lowercase();
    let alike: Vec<&str> = commands()
        .filter(|(name, _)| !matches!(*name, "help" | "options" | "alpha"))
        .filter(|(name, also)| {
            distance(verb, name) <= 2
                || name.starts_with(&lower)
                || also.split(':').any(|other| !other.is_empty() && other.eq_ignore_ascii_case(verb))
        })
        .map(|(name, _)| name)
        .collect();
    let mut text = format!("error: unknown command \"{verb}\" for \"kubectl\"\n");
    if !alike.is_empty() {
        text.push_str("\nDid you mean this?\n");
        for name in alike {
            text.push('\t');
            text.push_str(name);
            text.push('\n');
        }
    }
    Printed::error(text)
}

/// Levenshtein's distance, small and capital letters alike.
fn distance(a: &str, b: &str) -> usize {
    let (a, b) = (a.to_lowercase(), b.to_lowercase());
    let mut row: Vec<usize> = (0..=b.chars().count()).collect();
    for (line, x) in a.chars().enumerate() {
        let mut diagonal = line;
        if let Some(first) = row.first_mut() {
            *first = line + 1;
        }
        for (column, y) in b.chars().enumerate() {
            let above = row.get(column + 1).copied().unwrap_or(0);
            let left = row.get(column).copied().unwrap_or(0);
            let cost = (diagonal + usize::from(x != y)).min(above + 1).min(left + 1);
            diagonal = above;
            if let Some(cell) = row.get_mut(column + 1) {
                *cell = cost;
            }
        }
    }
    row.last().copied().unwrap_or(0)
}

/// A command that only has commands of its own tells them.
pub(super) fn needs_command(call: &Call) -> Option<Printed> {
    let bare = matches!(call.command.as_str(), "auth" | "config" | "rollout" | "set" | "top" | "create secret");
    if !bare {
        return None;
    }
    // Models `DefaultSubCommandRun`.
    if let Some(place) = first_word(&call.argv) {
        let words: Vec<&str> = call.argv.iter().skip(place).map(|word| &**word).collect();
        let (command, words) = (&call.command, words.join(" "));
        return Some(Printed::error(format!(
            "error: unknown command \"{words}\"\nSee 'kubectl {command} -h' for help and examples\n"
        )));
    }
    let printed = help(&call.command);
    let text = printed.stdout + &printed.stderr;
    // Each command has its own idea of where its help goes.
    let (stdout, stderr) = if call.command == "rollout" { (text, String::new()) } else { (String::new(), text) };
    Some(Printed { stdout, stderr, code: 1 })
}

/// What is said of a line that names no command: kubectl's help, or what is wrong with its flags.
pub(super) fn bare(argv: &[Rc<str>]) -> Printed {
    match flags::Flags::parse("", argv) {
        Ok(_) => help("kubectl"),
        Err(printed) => Printed { stderr: printed.stderr.replace("kubectl  --help", "kubectl --help"), ..printed },
    }
}

/// Commands that only talk about kubectl itself.
pub(super) fn about_itself(call: &Call) -> Option<Printed> {
    let words: Vec<&str> = call.argv.iter().filter(|word| !word.starts_with('-')).map(|word| &**word).collect();
    match (call.command.as_str(), words.as_slice()) {
        ("help", []) => Some(help("kubectl")),
        ("help", [name, ..]) if !commands().any(|(known, _)| known == *name) => {
            let root = help("kubectl");
            let topics: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
            // The introduction isn't said again.
            let usage = root.stdout.split_once("\n\n").map_or("", |(_, usage)| usage);
            let usage = usage.split_once("\n\n").map_or(usage, |(_, usage)| usage);
            Some(Printed::failed_with(0, format!("Unknown help topic [{}]\n\n\n{usage}", topics.join(" "))))
        }
        ("help", words) => Some(help(&words.join(" "))),
        ("options", _) => Some(help("options")),
        ("plugin list", _) => Some(Printed::error("error: unable to find any kubectl plugins in your PATH\n")),
        ("alpha", []) => Some(Printed {
            stderr: "No alpha commands are available in this version of kubectl\n".to_owned(),
            ..Printed::default()
        }),
        ("completion", []) => {
            Some(Printed::error("error: Shell not specified.\nSee 'kubectl completion -h' for help and examples\n"))
        }
        ("completion", [shell]) if !matches!(*shell, "bash" | "zsh" | "fish" | "powershell") => Some(Printed::error(
            format!("error: Unsupported shell type \"{shell}\".\nSee 'kubectl completion -h' for help and examples\n"),
        )),
        _ => None,
    }
}

/// Whether a line asks what its command does, before a `--`.
pub(super) fn asks_for_help(argv: &[Rc<str>]) -> bool {
    argv.iter().take_while(|word| &***word != "--").any(|word| matches!(&**word, "-h" | "--help"))
}

/// What a command does, from the manual.
pub(super) fn help(command: &str) -> Printed {
    match manual::help(command) {
        Some(text) => Printed::out(text),
        None if manual::is_here() => Printed::error(format!("error: the manual has no page about {command} here\n")),
        None => Printed::error("error: the manual is still being loaded; ask again in a moment\n"),
    }
}

/// There is only one context.
pub(super) fn unknown_context(argv: &[Rc<str>]) -> Option<Printed> {
    let mut words = argv.iter().take_while(|word| &***word != "--");
    let name = words.clone().find_map(|word| word.strip_prefix("--context=").map(str::to_owned)).or_else(|| {
        words.find(|word| &***word == "--context")?;
        words.next().map(ToString::to_string)
    })?;
    (name != about::CONTEXT).then(|| {
        Printed::error(format!("Error in configuration: context was not found for specified context: {name}\n"))
    })
}

/// What is wrong with a flag that every command reads before it asks anything.
pub(super) fn bad_timeout(argv: &[Rc<str>]) -> Option<Printed> {
    let words = argv.iter().take_while(|word| &***word != "--");
    let text =
        words.clone().find_map(|word| word.strip_prefix("--request-timeout=").map(str::to_owned)).or_else(|| {
            let mut words = words.skip_while(|word| &***word != "--request-timeout");
            words.next()?;
            words.next().map(ToString::to_string)
        })?;
    let fits = text.parse::<i64>().is_ok() || flags::parse_duration(&text).is_ok();
    (!fits).then(|| {
        Printed::error(
            "error: Invalid timeout value. Timeout must be a single integer in seconds, or an integer followed by a corresponding time unit (e.g. 1s | 2m | 3h)\n",
        )
    })
}

/// A command of kubectl's that does nothing here says so.
pub(super) fn not_simulated(command: &str) -> Printed {
    Printed::error(format!("error: \"kubectl {command}\" is not simulated here\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(line: &str) -> Result<Option<String>, String> {
        let argv: Vec<Rc<str>> = line.split_whitespace().map(Rc::from).collect();
        call(&argv).map(|call| call.map(|call| call.command)).map_err(|printed| printed.stderr)
    }

    #[test]
    fn commands_are_found_behind_flags() {
        assert_eq!(named("get pods"), Ok(Some("get".to_owned())));
        assert_eq!(named("-n val get pods"), Ok(Some("get".to_owned())));
        assert_eq!(named("--namespace=val create -f x job y"), Ok(Some("create job".to_owned())));
        assert_eq!(named("create secret generic x"), Ok(Some("create secret generic".to_owned())));
        assert_eq!(named("create -f job.yaml"), Ok(Some("create".to_owned())));
        assert_eq!(named(""), Ok(None));
    }

    #[test]
    fn suggestions_are_cobras() {
        for (word, want) in [
            ("gt", "\tset\n\tget\n\tcp\n"),
            ("log", "\ttop\n\tlogs\n"),
            ("ver", "\tset\n\tget\n\tversion\n"),
            ("stop", "\ttop\n"),
            ("Get", "\tset\n\tget\n"),
            ("pods", "\tlogs\n"),
        ] {
            let text = format!("error: unknown command \"{word}\" for \"kubectl\"\n\nDid you mean this?\n{want}");
            assert_eq!(named(word), Err(text), "{word}");
        }
        assert_eq!(named("hola"), Err("error: unknown command \"hola\" for \"kubectl\"\n".to_owned()));
        assert_eq!(named("-n x hola"), Err("Error: flags cannot be placed before plugin name: -n\n".to_owned()));
    }
}
