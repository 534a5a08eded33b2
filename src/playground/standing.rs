//! What couldn't be changed in the objects that stand in the cluster: told while the manifest is typed, before
//! `kubectl apply` over them would be refused.
//!
//! Leaves out: everything else that such an `apply` may be refused for; the manifest's own mistakes are told anyway.

use super::answer::{FILE, diagnostic};
use super::view::Diagnostic;
use crate::kubectl::{as_value, refusal_over};
use crate::manifest::{self, Document, Limits, Problem, Scope, Sent, Verb};
use crate::timeline::Timeline;
use serde_json::Value;

/// The notices' key among the explanations.
const RULE: &str = "immutable-apply";
/// Of one refused field so many changed lines are marked.
const MOST_LINES: usize = 5;
/// A value in the server's words is shown up to so many letters.
const SHOWN_LETTERS: usize = 60;

/// A notice for each line whose change the server wouldn't take, of objects as they are at the playhead.
pub(super) fn check(text: &str, timeline: &Timeline) -> Vec<Diagnostic> {
    let settings = timeline.world().settings();
    let scope = Scope { file: FILE, verb: Verb::Apply, namespace: &settings.namespace, ..Scope::default() };
    let mut notices = Vec::new();
    for document in &manifest::read(text, FILE, Limits::default()).documents {
        for sent in manifest::read_objects(document, &scope).into_iter().flatten() {
            let Some(current) = standing(timeline, &sent) else { continue };
            // What is wrong with the manifest itself has its own diagnostics.
            if manifest::check_new(document, &sent, &scope).is_err() {
                continue;
            }
            let refusal = refusal_over(&current, document, &sent);
            for problem in refusal.iter().flat_map(|refusal| &refusal.problems) {
                notices.extend(of_problem(problem, &current, document, &sent));
            }
        }
    }
    notices
}

fn standing(timeline: &Timeline, sent: &Sent) -> Option<Value> {
    let mut values = timeline.objects().filter(|(_, object)| object.name() == sent.name());
    values.find_map(|(_, object)| {
        let value = as_value(object)?;
        let text = |path: &str| value.pointer(path).and_then(Value::as_str).unwrap_or("").to_owned();
        let same = text("/kind") == sent.kind.kind && text("/metadata/namespace") == sent.namespace();
        same.then_some(value)
    })
}

fn of_problem(problem: &Problem, current: &Value, document: &Document, sent: &Sent) -> Vec<Diagnostic> {
    let message = shortened(problem);
    let was = manifest::last_applied(current);
    let was = was.as_ref().unwrap_or(current);
    let mut paths = Vec::new();
    let (old, new) = (at(was, &problem.path), at(&sent.value, &problem.path));
    differences(old, new, &problem.path, &mut paths);
    if paths.is_empty() {
        paths.push(problem.path.clone());
    }
    let full = |path: &String| if sent.prefix.is_empty() { path.clone() } else { format!("{}.{path}", sent.prefix) };
    let spans = paths.iter().map(|path| document.places.nearest(&full(path)));
    spans.map(|span| diagnostic(false, Some(span), &message, RULE.to_owned())).collect()
}

/// The server's words without the whole template, which it quotes.
fn shortened(problem: &Problem) -> String {
    match problem.value.as_deref().filter(|value| value.chars().count() > SHOWN_LETTERS) {
        Some(value) => {
            let start: String = value.chars().take(SHOWN_LETTERS).collect();
            problem.message.replacen(value, &format!("{start}…"), 1)
        }
        None => problem.message.lines().next().unwrap_or("").to_owned(),
    }
}

fn at<'a>(value: &'a Value, path: &str) -> &'a Value {
    path.split('.').fold(value, |value, name| value.get(name).unwrap_or(&Value::Null))
}

/// The fields that differ, as deep as they can be told apart.
fn differences(old: &Value, new: &Value, path: &str, into: &mut Vec<String>) {
    match (old, new) {
        _ if old == new || into.len() >= MOST_LINES => {}
        (Value::Object(before), Value::Object(after)) => {
            let empty = Value::Null;
            for (name, value) in after {
                differences(before.get(name).unwrap_or(&empty), value, &format!("{path}.{name}"), into);
            }
            if before.keys().any(|name| !after.contains_key(name)) && into.len() < MOST_LINES {
                into.push(path.to_owned());
            }
        }
        (Value::Array(before), Value::Array(after)) if before.len() == after.len() => {
            for (index, (before, after)) in before.iter().zip(after).enumerate() {
                differences(before, after, &format!("{path}[{index}]"), into);
            }
        }
        _ => into.push(path.to_owned()),
    }
}
