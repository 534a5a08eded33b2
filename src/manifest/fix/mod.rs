//! Ways out of a mistake: small changes of the text, each tried before it is offered.
//!
//! A fix is only offered if the text that it gives can be read and hasn't the mistake any more. What a fix is called is
//! in `i18n`, by its rule.
//!
//! Leaves out: mistakes that need to know what the student meant.

mod edit;
mod nesting;
mod rules;
mod syntax;

use super::check::{Scope, check};
use super::problem::{Problem, ProblemClass};
use super::schema::{self, Kind, Struct, Type};
use super::text::{Document, Limits, Reading, read};
use super::{kinds, span::Place};
use edit::Source;

/// Texts longer than that get no fixes: each try reads the whole text.
const MAX_BYTES: usize = 64 << 10;
/// How many fixes a mistake gets at most.
const MAX_FIXES: usize = 3;
/// How many mistakes of a text are looked at.
const MAX_PROBLEMS: usize = 12;

/// A change of one stretch of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// First byte, from 0.
    pub start: u32,
    /// Byte just after the end.
    pub end: u32,
    /// What stands there instead.
    pub text: String,
}

/// A way out of a mistake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What it does; its name in words is `i18n::fix_label`.
    pub rule: &'static str,
    /// The word that the name speaks of: a field, a value.
    pub word: String,
    /// The changes, in the text's order; none touches another.
    pub edits: Vec<Edit>,
}

impl Fix {
    /// The text with the changes made.
    pub fn apply(&self, text: &str) -> String {
        let mut fixed = String::with_capacity(text.len() + 64);
        let mut at = 0;
        for edit in &self.edits {
            let (start, end) = (edit.start as usize, edit.end as usize);
            fixed.push_str(text.get(at..start).unwrap_or(""));
            fixed.push_str(&edit.text);
            at = end;
        }
        fixed.push_str(text.get(at..).unwrap_or(""));
        fixed
    }
}

/// The fixes of each problem of a text, in the problems' order.
pub fn fixes(text: &str, problems: &[Problem], scope: &Scope) -> Vec<Vec<Fix>> {
    if text.len() > MAX_BYTES || problems.is_empty() {
        return vec![Vec::new(); problems.len()];
    }
    let reading = read(text, scope.file, Limits::default());
    let each = problems.iter().enumerate();
    each.map(
        |(index, problem)| {
            if index < MAX_PROBLEMS { of_problem(text, &reading, problem, scope) } else { Vec::new() }
        },
    )
    .collect()
}

fn of_problem(text: &str, reading: &Reading, problem: &Problem, scope: &Scope) -> Vec<Fix> {
    let document = reading.documents.iter().find(|document| {
        problem.span.is_some_and(|span| (document.span.start..=document.span.end).contains(&span.start))
    });
    let mut proposed = match document.or(reading.documents.first()) {
        Some(document) => rules::propose(&Case::new(text, document, problem)),
        None => Vec::new(),
    };
    proposed.extend(syntax::propose(text, problem, scope));
    let mut fixes: Vec<Fix> = Vec::new();
    for fix in proposed {
        if fixes.len() < MAX_FIXES && !fixes.contains(&fix) && helps(text, &fix, problem, scope) {
            fixes.push(fix);
        }
    }
    fixes
}

/// Whether the fixed text hasn't the mistake any more, and can still be read.
fn helps(text: &str, fix: &Fix, problem: &Problem, scope: &Scope) -> bool {
    let fixed = fix.apply(text);
    if fixed == text {
        return false;
    }
    // Whether an object is there, only the cluster knows.
    if is_about_the_store(problem) {
        return true;
    }
    let left = problems_of(&fixed, scope);
    let was_syntax = matches!(problem.class, ProblemClass::YamlSyntax | ProblemClass::JsonSyntax);
    left.iter().all(|other| {
        let new_syntax = matches!(other.class, ProblemClass::YamlSyntax | ProblemClass::JsonSyntax);
        other.message != problem.message && (was_syntax || !new_syntax)
    })
}

fn is_about_the_store(problem: &Problem) -> bool {
    problem.class == ProblemClass::AlreadyExists || problem.detail == "field is immutable"
}

/// Every mistake of a text.
fn problems_of(text: &str, scope: &Scope) -> Vec<Problem> {
    let reading = read(text, scope.file, Limits::default());
    let checked = reading.documents.iter().flat_map(|document| check(document, scope));
    let refusals = checked.filter_map(Result::err).chain(reading.refusal.clone());
    refusals.flat_map(|refusal| refusal.problems).collect()
}

/// A mistake with all that a rule may look at.
struct Case<'a> {
    source: Source<'a>,
    document: &'a Document,
    problem: &'a Problem,
    /// The object's place in its document: a list's item, or the whole.
    places: &'a Place,
    /// The object's type.
    kind: Option<&'static Struct>,
}

impl<'a> Case<'a> {
    fn new(text: &'a str, document: &'a Document, problem: &'a Problem) -> Self {
        let text_of = |name: &str| document.value.get(name).and_then(serde_json::Value::as_str).unwrap_or("");
        let kind = kinds::find(text_of("apiVersion"), text_of("kind")).map(|(kind, _)| kind.kind);
        Self {
            source: Source { text, is_json: document.is_json },
            document,
            problem,
            places: &document.places,
            kind: kind.and_then(schema::find),
        }
    }

    /// The text of a field, as it stands there.
    fn written(&self, path: &str) -> Option<&'a str> {
        let span = self.places.value_at(path)?;
        self.source.text.get(span.start as usize..span.end as usize)
    }

    /// Replaces a field's value.
    fn replace(&self, path: &str, rule: &'static str, value: &str) -> Option<Fix> {
        let span = self.places.value_at(path)?;
        let edits = vec![Edit { start: span.start, end: span.end, text: self.source.scalar(value) }];
        Some(Fix { rule, word: value.to_owned(), edits })
    }

    /// Sets a field: its value if it is there, else a new line in the block that should hold it.
    fn set(&self, path: &str, rule: &'static str, value: &str) -> Option<Fix> {
        if let Some(fix) = self.replace(path, rule, value) {
            return Some(fix);
        }
        let (above, name) = path.rsplit_once('.').unwrap_or(("", path));
        let edit = self.source.insert(self.places.find(above)?, name, value)?;
        Some(Fix { rule, word: format!("{name}: {value}"), edits: vec![edit] })
    }
}

/// The struct that a path leads to.
fn struct_at(kind: &'static Struct, path: &str) -> Option<&'static Struct> {
    let mut of = kind;
    let mut ty: Option<Type> = None;
    for part in path.split('.').filter(|part| !part.is_empty()) {
        let name = part.split('[').next().unwrap_or(part);
        ty = Some(of.field(name)?.1.ty);
        of = innermost(ty?)?;
    }
    match ty {
        None => Some(kind),
        Some(_) => Some(of),
    }
}

/// The struct in a field's type: its own, or that of a list's elements.
fn innermost(ty: Type) -> Option<&'static Struct> {
    match ty.pointed().kind() {
        Kind::Struct(of) => Some(of),
        Kind::List(inner) => innermost(inner),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
