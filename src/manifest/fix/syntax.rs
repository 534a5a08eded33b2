//! Fixes of texts that can't be read: tabs, missing blanks, indentation.

use super::super::check::Scope;
use super::super::problem::{Problem, ProblemClass};
use super::super::schema;
use super::{Edit, Fix, problems_of};

/// Indentations are only tried in short texts.
const MAX_TRIED_BYTES: usize = 16 << 10;
const INDENT: usize = 2;

pub(super) fn propose(text: &str, problem: &Problem, scope: &Scope) -> Vec<Fix> {
    let mut fixes = Vec::new();
    let is_syntax = problem.class == ProblemClass::YamlSyntax;
    if is_syntax {
        fixes.extend(tabs(text));
    }
    if is_syntax
        || matches!(
            problem.class,
            ProblemClass::WrongType | ProblemClass::NotAnObject | ProblemClass::NoKind | ProblemClass::NoApiVersion
        )
    {
        fixes.extend(blanks_after_colons(text));
    }
    if is_syntax && text.len() <= MAX_TRIED_BYTES {
        fixes.extend(indentation(text, problem, scope));
    }
    fixes
}

/// Each line with its first byte.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    text.split('\n').map(move |line| {
        let start = at;
        at += line.len() + 1;
        (start, line)
    })
}

fn edit(start: usize, end: usize, text: String) -> Edit {
    let number = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    Edit { start: number(start), end: number(end), text }
}

/// Tabs at the start of lines become blanks.
fn tabs(text: &str) -> Option<Fix> {
    let mut edits = Vec::new();
    for (start, line) in lines(text) {
        let blank = line.len() - line.trim_start_matches([' ', '\t']).len();
        let leading = line.get(..blank).unwrap_or("");
        if leading.contains('\t') {
            edits.push(edit(start, start + blank, leading.replace('\t', "  ")));
        }
    }
    (!edits.is_empty()).then(|| Fix { rule: "tabs-to-blanks", word: String::new(), edits })
}

/// `image:busybox` becomes `image: busybox`, for names that fields have.
fn blanks_after_colons(text: &str) -> Option<Fix> {
    let mut edits = Vec::new();
    let mut word = String::new();
    for (start, line) in lines(text) {
        let content = line.trim_start_matches([' ', '-']);
        let Some((name, rest)) = content.split_once(':') else { continue };
        let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if is_name && rest.starts_with(|c: char| !c.is_whitespace() && c != '/') && schema::is_field_name(name) {
            let at = start + (line.len() - content.len()) + name.len() + 1;
            edits.push(edit(at, at, " ".to_owned()));
            name.clone_into(&mut word);
        }
    }
    (!edits.is_empty()).then_some(Fix { rule: "blank-after-colon", word, edits })
}

/// A line moved to where the lines before it stand, if then the text can be read; the way that leaves fewest mistakes.
fn indentation(text: &str, problem: &Problem, scope: &Scope) -> Option<Fix> {
    let line = problem.span?.line as usize;
    let all: Vec<(usize, &str)> = lines(text).collect();
    let indent = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let mut best: Option<(usize, Fix)> = None;
    for at in line.saturating_sub(2)..=line {
        let Some((start, content)) = all.get(at).copied().filter(|(_, line)| !line.trim().is_empty()) else { continue };
        let mut widths: Vec<usize> = Vec::new();
        for (_, other) in all.iter().take(at).rev().filter(|(_, line)| !line.trim().is_empty()).take(8) {
            let width = indent(other);
            let dash = if other.trim_start().starts_with("- ") { width + INDENT } else { width };
            for width in [width, dash, width + INDENT] {
                if width != indent(content) && !widths.contains(&width) {
                    widths.push(width);
                }
            }
        }
        for width in widths {
            let edits = vec![edit(start, start + indent(content), " ".repeat(width))];
            let fix = Fix { rule: "indent-line", word: (at + 1).to_string(), edits };
            let left = problems_of(&fix.apply(text), scope);
            let reads = left.iter().all(|problem| problem.class != ProblemClass::YamlSyntax);
            if reads && best.as_ref().is_none_or(|(least, _)| left.len() < *least) {
                best = Some((left.len(), fix));
            }
        }
    }
    best.map(|(_, fix)| fix)
}
