//! kubectl's manual: the help of its commands, and what `explain` tells of each kind.
//!
//! It is much text that few people ask for, so the page loads it only when somebody does: `manual.txt` is a file of
//! its own there, and is given to [`provide`]. Natively it is part of the program.

use std::sync::OnceLock;

static TEXT: OnceLock<String> = OnceLock::new();

/// The manual as the page has it at hand.
pub const FILE: &str = "manual.txt";

#[cfg(not(target_arch = "wasm32"))]
const BUILT_IN: Option<&str> = Some(include_str!("manual.txt"));
#[cfg(target_arch = "wasm32")]
const BUILT_IN: Option<&str> = None;

/// Hands the manual in. Only the first text counts.
pub fn provide(text: String) {
    // A second one is the same file.
    let _ = TEXT.set(text);
}

/// Whether the manual can be read; the page loads it if not.
pub fn is_here() -> bool {
    text().is_some()
}

fn text() -> Option<&'static str> {
    TEXT.get().map(String::as_str).or(BUILT_IN)
}

/// A command's help; `kubectl` is that of kubectl itself. None: the manual isn't here, or has nothing about it.
pub(crate) fn help(command: &str) -> Option<String> {
    let text = text()?;
    let start = text.find(&format!("\n={command}\n")).map(|at| at + command.len() + 3).or_else(|| {
        let first = format!("={command}\n");
        text.starts_with(&first).then_some(first.len())
    })?;
    let rest = text.get(start..)?;
    let end = rest.find("\n=").into_iter().chain(rest.find("\n@")).min().unwrap_or(rest.len());
    Some(format!("{}\n", rest.get(..end)?.trim_end_matches('\n')))
}

/// A type of the API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Type {
    /// What it is.
    pub description: String,
    /// Its fields, by their names.
    pub fields: Vec<Field>,
}

/// One field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Field {
    /// Its name.
    pub name: &'static str,
    /// Its type as it is shown.
    pub shown: &'static str,
    /// The type behind it, whose fields are its fields.
    pub of: &'static str,
    /// Whether it must be there.
    pub required: bool,
    /// The only values that it may have.
    pub values: Vec<&'static str>,
    /// What it is.
    pub description: String,
}

fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut letters = text.chars();
    while let Some(c) = letters.next() {
        match (c, c == '\\') {
            (_, true) => out.push(if letters.next() == Some('n') { '\n' } else { '\\' }),
            (c, false) => out.push(c),
        }
    }
    out
}

/// The type of that name.
pub(crate) fn find(name: &str) -> Option<Type> {
    let text = text()?;
    let start = text.find(&format!("\n@{name}\t"))? + 1;
    let mut lines = text.get(start..)?.lines();
    let description = unescaped(lines.next()?.split_once('\t')?.1);
    let fields = lines.take_while(|line| !line.starts_with('@')).filter_map(field).collect();
    Some(Type { description, fields })
}

fn field(line: &'static str) -> Option<Field> {
    let mut cells = line.splitn(4, '\t');
    let (name, kind, flags) = (cells.next()?, cells.next()?, cells.next()?);
    let (shown, of) = kind.split_once('@').unwrap_or((kind, kind));
    let mut of = of;
    while let Some(inner) = of.strip_prefix("[]").or_else(|| of.strip_prefix("map[string]")) {
        of = inner;
    }
    let values = flags.trim_start_matches('+');
    Some(Field {
        name,
        shown,
        of,
        required: flags.starts_with('+'),
        values: if values.is_empty() { Vec::new() } else { values.split('|').collect() },
        description: unescaped(cells.next().unwrap_or("")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_and_help_are_found() {
        let job = find("JobSpec");
        let fields = job.map(|job| job.fields).unwrap_or_default();
        let template = fields.iter().find(|field| field.name == "template");
        assert_eq!(
            template.map(|field| (field.shown, field.of, field.required)),
            Some(("PodTemplateSpec", "PodTemplateSpec", true))
        );
        assert!(find("Nada").is_none());
        assert!(help("get").is_some_and(|text| text.starts_with("Display one or many resources.")));
        assert!(help("nada").is_none());
    }
}
