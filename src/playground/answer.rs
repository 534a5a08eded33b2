//! What the server says to the editor's text: the answer of `kubectl apply`, each problem with its
//! place, and where the fields are that a reason is about.

use super::view::{Answer, Diagnostic};
use crate::kubectl::{Applied, apply_text};
use crate::manifest::{self, Limits, Place, PodClasses, Problem, Scope, Span, Verb, Warning};
use crate::timeline::Timeline;
use crate::world::Settings;
use std::rc::Rc;

pub(super) const FILE: &str = "job.yaml";

/// A manifest that was applied.
#[derive(Debug, Clone, Default)]
pub(super) struct Read {
    pub text: Rc<str>,
    places: Option<Place>,
}

impl Read {
    /// The lines of those fields, as far as the manifest has them.
    pub(super) fn lines(&self, fields: &[&str]) -> Vec<u32> {
        let Some(places) = &self.places else { return Vec::new() };
        let spans = fields.iter().filter_map(|field| places.value_at(field).map(|span| (span, places.key_at(field))));
        let mut lines: Vec<u32> = spans
            .flat_map(|(value, key)| {
                let first = key.map_or(value.line, |key| key.line);
                // A long block is shown by its first lines.
                first..=value.end_line.min(first + 11).max(first)
            })
            .collect();
        lines.sort_unstable();
        lines.dedup();
        lines
    }
}

/// What became of an *Aplicar*.
pub(super) struct Outcome {
    pub answer: Answer,
    pub accepted: bool,
    pub read: Read,
}

/// Applies the text to the run's world.
pub(super) fn apply(text: &str, timeline: &mut Timeline) -> Outcome {
    let applied: Applied = timeline.act(|world| apply_text(world, text, FILE, Verb::Apply));
    let settings = timeline.world().settings();
    let scope = Scope { file: FILE, verb: Verb::Apply, namespace: &settings.namespace, ..Scope::default() };
    let mut diagnostics = diagnostics(text, &applied.problems, &applied.warnings, &scope);
    diagnostics.extend(inert(text, &scope));
    Outcome {
        answer: Answer { stdout: applied.printed.stdout, stderr: applied.printed.stderr, diagnostics },
        accepted: applied.printed.code == 0,
        read: Read { text: Rc::from(text), places: applied.places },
    }
}

/// Checks the text while it is being typed.
pub(super) fn check(text: &str, settings: &Settings) -> Vec<Diagnostic> {
    let reading = manifest::read(text, FILE, Limits::default());
    let scope = Scope { file: FILE, verb: Verb::Apply, namespace: &settings.namespace, ..Scope::default() };
    let mut problems: Vec<Problem> = Vec::new();
    let mut warnings: Vec<Warning> = Vec::new();
    // When a Pod's turn comes, what the file has before it is there.
    let mut made = PodClasses::default();
    for document in &reading.documents {
        let scope = Scope { pod_classes: &made.clone(), ..scope };
        for result in manifest::check(document, &scope) {
            match result {
                Ok(accepted) => {
                    let object = &accepted.object;
                    let of = |name: &str| object["metadata"][name].as_str().unwrap_or_default();
                    made.learn(accepted.kind.kind, of("namespace"), of("name"), object);
                    warnings.extend(accepted.warnings);
                }
                Err(refusal) => problems.extend(refusal.problems),
            }
        }
    }
    problems.extend(reading.refusal.into_iter().flat_map(|refusal| refusal.problems));
    let mut all = diagnostics(text, &problems, &warnings, &scope);
    all.extend(inert(text, &scope));
    all
}

/// A notice for each object that is stored and shown, but that nothing sets in motion here.
fn inert(text: &str, scope: &Scope) -> Vec<Diagnostic> {
    let reading = manifest::read(text, FILE, Limits::default());
    let mut notices = Vec::new();
    for document in &reading.documents {
        for sent in manifest::read_objects(document, scope).into_iter().flatten() {
            if !sent.kind.is_simulated() {
                let path = if sent.prefix.is_empty() { "kind".to_owned() } else { format!("{}.kind", sent.prefix) };
                let message = format!("{}/{}", sent.kind.singular(), sent.name());
                let span = document.places.nearest(&path);
                notices.push(diagnostic(false, Some(span), &message, "not-simulated".to_owned()));
            }
        }
    }
    notices
}

fn diagnostics(text: &str, problems: &[Problem], warnings: &[Warning], scope: &Scope) -> Vec<Diagnostic> {
    let fixes = manifest::fixes(text, problems, scope);
    let refused = problems.iter().zip(fixes).map(|(problem, fixes)| Diagnostic {
        fixes,
        ..diagnostic(true, problem.span, &problem.message, problem.rule())
    });
    let warned = warnings.iter().map(|warning| diagnostic(false, warning.span, &warning.text, warning.path.clone()));
    refused.chain(warned).collect()
}

pub(super) fn diagnostic(refused: bool, span: Option<Span>, message: &str, rule: String) -> Diagnostic {
    let span = span.unwrap_or_default();
    Diagnostic {
        refused,
        line: span.line,
        column: span.column,
        end_line: span.end_line,
        end_column: span.end_column,
        message: message.to_owned(),
        rule,
        fixes: Vec::new(),
    }
}
