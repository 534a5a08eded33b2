//! Models `k8s.io/kubectl/pkg/explain/v2@v0.37.2` (`templates/plaintext.tmpl`): what a field is.
//!
//! Leaves out: kinds beyond those of the manual.

use super::Printed;
use super::flags::Flags;
use super::look::View;
use super::manual::{self, Field, Type};
use super::resources;
use std::fmt::Write;

const MISSING: &str = "You must specify the type of resource to explain. Use \"kubectl api-resources\" for a complete list of supported resources.";

pub(super) fn explain(_: &View<'_>, flags: &Flags) -> Printed {
    let mut stdout = String::new();
    match told(flags, &mut stdout) {
        Ok(()) => Printed::out(stdout),
        Err(error) => Printed { stdout, ..Printed::error(format!("{error}\n")) },
    }
}

fn told(flags: &Flags, out: &mut String) -> Result<(), String> {
    let [path] = flags.words.as_slice() else {
        let text = if flags.words.is_empty() { MISSING } else { "We accept only this format: explain RESOURCE" };
        return Err(format!("error: {text}"));
    };
    let depth = flags.number("max-depth").unwrap_or(0);
    let recursive = flags.is_on("recursive");
    if depth > 0 && !recursive {
        return Err("error: --max-depth requires --recursive".to_owned());
    }
    if depth < 0 {
        return Err("error: --max-depth must be non-negative".to_owned());
    }
    if !matches!(flags.value("output"), None | Some("" | "plaintext" | "plaintext-openapiv2")) {
        return Err(format!("error: unrecognized format: {}", flags.value("output").unwrap_or("")));
    }
    if path.starts_with('.') || path.contains("..") {
        return Err("error: invalid jsonpath syntax, first node must be field node".to_owned());
    }
    let (word, rest) = path.split_once('.').unwrap_or((path, ""));
    let resource = resources::find(word)?;
    if let Some(wanted) = flags.value("api-version").filter(|wanted| !wanted.is_empty()) {
        let known = crate::manifest::served();
        if !known.into_iter().any(|kind| kind.kind == resource.kind && kind.api_version() == wanted) {
            let wanted = if wanted.contains('/') { wanted.to_owned() } else { format!("/{wanted}") };
            return Err(format!("error: couldn't find resource for \"{wanted}, Resource={}\"", resource.plural));
        }
    }
    // The group may stand behind the resource.
    let rest = match rest.strip_prefix(resource.group).filter(|_| !resource.group.is_empty()) {
        Some(rest) if rest.is_empty() || rest.starts_with('.') => rest,
        _ => rest,
    };
    let parts = rest.split('.').filter(|part| !part.is_empty());
    if !manual::is_here() {
        return Err("error: the manual is still being loaded; ask again in a moment".to_owned());
    }
    let Some(kind) = manual::find(resource.kind).filter(|_| resource.kind != "Event" || resource.group.is_empty())
    else {
        return Err(format!("error: the manual has no chapter about {} here", resource.resource()));
    };
    if !resource.group.is_empty() {
        let _ = writeln!(out, "GROUP:      {}", resource.group);
    }
    let _ = writeln!(out, "KIND:       {}\nVERSION:    {}\n", resource.kind, resource.version);
    let mut description = format!("{}\n", kind.description);
    let mut here = Some(kind);
    let mut last: Option<Field> = None;
    for name in parts {
        let field = here.as_ref().and_then(|kind| kind.fields.iter().find(|field| field.name == name)).cloned();
        let Some(field) = field else {
            return Err(format!("error: field \"{}\" does not exist", path.rsplit('.').next().unwrap_or(name)));
        };
        here = manual::find(field.of);
        description = String::new();
        for text in [Some(&field.description), here.as_ref().map(|kind| &kind.description)].into_iter().flatten() {
            if !text.is_empty() {
                let _ = writeln!(description, "{text}");
            }
        }
        last = Some(field);
    }
    if let Some(field) = &last {
        let _ = writeln!(out, "FIELD: {} <{}>", field.name, field.shown);
        if !field.values.is_empty() {
            out.push_str("ENUM:");
            for value in &field.values {
                let _ = write!(out, "\n    {}", shown(value));
            }
        }
        out.push_str("\n\n");
    }
    let description = if description.is_empty() { "<empty>".to_owned() } else { description };
    let _ = writeln!(out, "DESCRIPTION:\n{}", indented(&wrapped(&description, 76), 4));
    if let Some(kind) = here.filter(|kind| !kind.fields.is_empty()) {
        out.push_str("FIELDS:\n");
        fields(&kind, 1, recursive, usize::try_from(depth).unwrap_or(0), &mut Vec::new(), out);
    }
    out.push('\n');
    Ok(())
}

fn shown(value: &str) -> &str {
    if value.is_empty() { "\"\"" } else { value }
}

fn fields(kind: &Type, level: usize, recursive: bool, deepest: usize, above: &mut Vec<String>, out: &mut String) {
    let indent = level * 2;
    for field in &kind.fields {
        let required = if field.required { " -required-" } else { "" };
        let _ = write!(out, "{:indent$}{}\t<{}>{required}", "", field.name, field.shown);
        if !field.values.is_empty() {
            let mut values: Vec<&str> = field.values.iter().take(4).map(|value| shown(value)).collect();
            if field.values.len() > 4 {
                values.push("....");
            }
            let _ = write!(out, "\n{:indent$}enum: {}", "", values.join(", "));
        }
        out.push('\n');
        if recursive {
            // A type within itself is told only once.
            let known = above.iter().any(|name| name == field.of);
            if (deepest == 0 || level < deepest)
                && !known
                && let Some(inner) = manual::find(field.of)
            {
                above.push(field.of.to_owned());
                fields(&inner, level + 1, recursive, deepest, above, out);
                above.pop();
            }
            continue;
        }
        let text = if field.description.is_empty() { "<no description>" } else { &field.description };
        let _ = writeln!(out, "{}\n", indented(&wrapped(text, 78 - indent), indent + 2));
    }
}

fn indented(text: &str, blanks: usize) -> String {
    let pad = " ".repeat(blanks);
    format!("{pad}{}", text.replace('\n', &format!("\n{pad}")))
}

/// Models `github.com/mitchellh/go-wordwrap`.
fn wrapped(text: &str, limit: usize) -> String {
    let mut out = String::new();
    let (mut word, mut blanks) = (String::new(), String::new());
    let (mut current, mut word_length) = (0, 0);
    for c in text.chars() {
        if c == '\n' {
            if word.is_empty() && current + blanks.len() > limit {
                blanks.clear();
            }
            out.push_str(&blanks);
            out.push_str(&word);
            out.push('\n');
            (word, blanks) = (String::new(), String::new());
            (current, word_length) = (0, 0);
        } else if c.is_whitespace() && c != '\u{a0}' {
            if blanks.is_empty() || !word.is_empty() {
                current += blanks.len() + word_length;
                out.push_str(&blanks);
                out.push_str(&word);
                (word, blanks) = (String::new(), String::new());
                word_length = 0;
            }
            blanks.push(c);
        } else {
            word.push(c);
            word_length += 1;
            if current + word_length + blanks.len() > limit && word_length < limit {
                out.push('\n');
                current = 0;
                blanks.clear();
            }
        }
    }
    if !word.is_empty() || current + blanks.len() <= limit {
        out.push_str(&blanks);
        out.push_str(&word);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_wrapped_at_words() {
        assert_eq!(wrapped("aaa bbb ccc", 7), "aaa bbb\nccc");
        assert_eq!(wrapped(" - x\nlonglonglong y", 5), " - x\nlonglonglong\ny");
        assert_eq!(wrapped("a\n\nb\n", 5), "a\n\nb\n");
    }
}
