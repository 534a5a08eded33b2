//! Models `k8s.io/kubectl/pkg/cmd/wait@v0.37.2`: until objects have a condition, a value, are there or
//! are gone.
//!
//! Objects are waited for one after the other, each looked up at its turn; all within one time. Leaves out: `--local`.

use super::builder::{ObjectName, Request, What, Wish, request};
use super::failure::{Failure, report};
use super::flags::Flags;
use super::items::Item;
use super::json_path::{JsonPath, relaxed};
use super::listing::{find, list};
use super::live::Turn;
use super::output::{ACT, Output};
use super::scene::Scene;
use super::{Folder, Printed};
use crate::api::Object;
use crate::cluster::Oid;
use crate::timeline::Timeline;
use serde_json::Value;
use std::fmt::Write;

const TIMED_OUT: &str = "timed out waiting for the condition";
const DEFAULT_MS: i64 = 30_000;
/// How often `--for=create` looks.
const CREATE_POLL_MS: u64 = 500;
/// A negative `--timeout` means a week.
const WEEK_MS: u64 = 7 * 24 * 3_600_000;

/// A command under way.
#[derive(Debug, Clone)]
pub(super) struct Waiting {
    flags: Flags,
    output: Output,
    request: Request,
    goals: Vec<Goal>,
    /// None: for `create` they are still looked for.
    targets: Option<Vec<Target>>,
    /// The next target, and the next of its goals.
    next: (usize, usize),
    started_ms: u64,
    /// When the time is over; none: everything is looked at once.
    until_ms: Option<u64>,
    /// How many objects were there when their turn came.
    visited: usize,
    errors: Vec<Failure>,
}

#[derive(Debug, Clone, PartialEq)]
enum Goal {
    Gone,
    There,
    /// Type and status of a condition.
    Condition(String, String),
    /// A path, and the value that it must have.
    Value(JsonPath, Option<String>),
}

#[derive(Debug, Clone)]
struct Target {
    name: ObjectName,
    /// The object that was found; another one of its name isn't it.
    oid: Option<Oid>,
    /// Its last state, to print it once it is gone.
    last: Value,
}

/// Begins `kubectl wait`.
pub(super) fn wait(timeline: &Timeline, flags: &Flags, folder: Folder<'_>) -> Result<Waiting, Printed> {
    let output = Output::of(flags, ACT).map_err(Failure::printed)?;
    let goals = goals(&flags.all("for")).map_err(|text| Failure::Own(text).printed())?;
    let wish = Wish::of(flags, flags.is_on("all"));
    let request = request(Scene::namespace(timeline), folder, wish).map_err(Failure::printed)?;
    let timeout_ms = flags.duration_ms("timeout").unwrap_or(DEFAULT_MS);
    let started_ms = timeline.now_ms();
    let until_ms = match timeout_ms {
        0 => None,
        ms if ms < 0 => Some(started_ms + WEEK_MS),
        ms => Some(started_ms + ms.unsigned_abs()),
    };
    let mut waiting = Waiting {
        flags: flags.clone(),
        output,
        request,
        goals,
        targets: None,
        next: (0, 0),
        started_ms,
        until_ms,
        visited: 0,
        errors: Vec::new(),
    };
    if !waiting.goals.contains(&Goal::There) {
        waiting.targets = Some(waiting.find(timeline).map_err(Failure::printed)?);
    }
    Ok(waiting)
}

/// Models `conditionFuncsFor`.
fn goals(texts: &[&str]) -> Result<Vec<Goal>, String> {
    if texts.is_empty() {
        return Err("unrecognized condition: []".to_owned());
    }
    texts.iter().map(|text| goal(text)).collect()
}

fn goal(text: &str) -> Result<Goal, String> {
    let lower = text.to_ascii_lowercase();
    if lower == "delete" {
        return Ok(Goal::Gone);
    }
    if lower == "create" {
        return Ok(Goal::There);
    }
    if let Some(condition) = text.strip_prefix("condition=") {
        let (name, status) = condition.split_once('=').unwrap_or((condition, "true"));
        return Ok(Goal::Condition(name.to_owned(), status.to_owned()));
    }
    let Some(input) = text.strip_prefix("jsonpath=") else {
        return Err(format!("unrecognized condition: {text:?}"));
    };
    let parts = single_equals(input);
    let (path, value) = match parts.as_slice() {
        [path] => (path, None),
        [path, value] => (path, Some(value.trim_matches(['\'', '"']))),
        _ => {
            return Err("jsonpath wait format must be --for=jsonpath='{.status.readyReplicas}'=3 or --for=jsonpath='{.status.readyReplicas}'".to_owned());
        }
    };
    let path = relaxed(path)?;
    if value == Some("") {
        return Err(
            "jsonpath wait has to have a value after equal sign, like --for=jsonpath='{.status.readyReplicas}'=3"
                .to_owned(),
        );
    }
    if path.is_empty() {
        return Err("jsonpath expression cannot be empty".to_owned());
    }
    Ok(Goal::Value(JsonPath::parse(&path)?, value.map(|value| value.trim().to_owned())))
}

/// Models `splitJSONPathInput`: `==` doesn't part the input.
fn single_equals(input: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut characters = input.chars().peekable();
    while let Some(c) = characters.next() {
        let doubled = c == '=' && characters.peek() == Some(&'=');
        if c == '=' && !doubled {
            parts.push(String::new());
        } else if let Some(part) = parts.last_mut() {
            part.push(c);
            if doubled {
                part.extend(characters.next());
            }
        }
    }
    parts
}

impl Waiting {
    /// What is visited: names as they are, and the lists' objects.
    fn find(&self, timeline: &Timeline) -> Result<Vec<Target>, Failure> {
        let (label, field) = match &self.request.what {
            What::Names { names, unreadable, .. } => {
                if let Some(refusal) = unreadable.first() {
                    return Err(Failure::Whole(refusal.stderr.clone()));
                }
                let target = |name: &ObjectName| Target { name: name.clone(), oid: None, last: Value::Null };
                return Ok(names.iter().map(target).collect());
            }
            What::Lists { label, field } => (label.as_deref(), field.as_deref()),
        };
        let mut targets = Vec::new();
        for kind in &self.request.kinds {
            for item in list(timeline, kind, &self.request.namespace, label, field)? {
                let (namespace, name) = (item.namespace().into(), item.name().into_owned());
                let oid = item.stored().map(|(oid, _)| oid);
                targets.push(Target { name: ObjectName { kind, namespace, name, file: None }, oid, last: Value::Null });
            }
        }
        Ok(targets)
    }

    /// Looks every half second whether all of them are there.
    fn look_for(&mut self, timeline: &Timeline) -> Option<Turn> {
        let now_ms = timeline.now_ms();
        let since_ms = now_ms.saturating_sub(self.started_ms);
        let until_ms = self.until_ms.unwrap_or(self.started_ms);
        if since_ms.is_multiple_of(CREATE_POLL_MS) {
            match self.find(timeline) {
                Ok(found) if !found.is_empty() && found.iter().all(|target| target.item(timeline).is_some()) => {
                    self.targets = Some(found);
                    return None;
                }
                Ok(_) => {}
                Err(failure) => return Some(Turn::failed(report(&[failure]))),
            }
        }
        if now_ms >= until_ms {
            return Some(Turn::failed(format!("error: {TIMED_OUT}\n")));
        }
        let next_ms = now_ms + CREATE_POLL_MS - since_ms % CREATE_POLL_MS;
        Some(Turn { until_ms: Some(next_ms.min(until_ms)), ..Turn::default() })
    }

    pub(super) fn turn(&mut self, timeline: &Timeline) -> Turn {
        if self.targets.is_none()
            && let Some(turn) = self.look_for(timeline)
        {
            return turn;
        }
        let mut turn = Turn::default();
        let mut targets = self.targets.take().unwrap_or_default();
        while let Some(target) = targets.get_mut(self.next.0) {
            if self.next.1 == 0 && !self.visit(timeline, target) {
                self.next.0 += 1;
                continue;
            }
            match self.meet(timeline, target, &mut turn) {
                Some(until_ms) => {
                    turn.until_ms = Some(until_ms);
                    self.targets = Some(targets);
                    return turn;
                }
                None => self.next = (self.next.0 + 1, 0),
            }
        }
        self.targets = Some(targets);
        if self.visited == 0 && self.errors.is_empty() && !self.goals.contains(&Goal::Gone) {
            self.errors.push(Failure::Own("no matching resources found".to_owned()));
        }
        turn.code = Some(i32::from(!self.errors.is_empty()));
        turn.stderr = report(&self.errors);
        turn
    }

    /// Whether the target is there now that its turn comes. What isn't is an error, but for those who wait for its end.
    fn visit(&mut self, timeline: &Timeline, target: &mut Target) -> bool {
        if let Some(item) = target.item(timeline) {
            let (oid, last) = (item.stored().map(|(oid, _)| oid), item.value());
            (target.oid, target.last) = (oid, last);
            self.visited += 1;
        } else if target.oid.is_some() {
            self.visited += 1;
        } else {
            if !self.goals.contains(&Goal::Gone) {
                self.errors.push(Failure::not_found(target.name.kind, &target.name.name));
            }
            return false;
        }
        true
    }

    /// Goes through the target's goals; until when it waits for one.
    fn meet(&mut self, timeline: &Timeline, target: &Target, turn: &mut Turn) -> Option<u64> {
        while let Some(goal) = self.goals.get(self.next.1) {
            let failed = match met(goal, target, timeline) {
                Ok(true) => {
                    self.next.1 += 1;
                    self.print(timeline, target, &mut turn.stdout);
                    continue;
                }
                Ok(false) => match self.until_ms {
                    Some(until_ms) if timeline.now_ms() < until_ms => return Some(until_ms),
                    Some(_) => format!("{TIMED_OUT} on {}", target.shown()),
                    None => format!("condition not met for {}", target.shown()),
                },
                Err(error) => error,
            };
            self.errors.push(Failure::Own(failed));
            break;
        }
        None
    }

    fn print(&self, timeline: &Timeline, target: &Target, out: &mut String) {
        let ObjectName { kind, name, .. } = &target.name;
        // Writing to a String can't fail.
        let _ = match &self.output {
            Output::Table => writeln!(out, "{}/{name} condition met", kind.singular()),
            Output::Name => writeln!(out, "{}/{name}", kind.singular()),
            other => {
                let value = target.item(timeline).map_or_else(|| target.last.clone(), |item| item.value());
                write!(out, "{}", other.render(&value, &self.flags).unwrap_or_default())
            }
        };
    }
}

impl Target {
    /// `jobs/pi`
    fn shown(&self) -> String {
        format!("{}/{}", self.name.kind.plural, self.name.name)
    }

    /// The object of that name, as the server knows it now.
    fn item<'a>(&self, timeline: &'a Timeline) -> Option<Item<'a>> {
        let ObjectName { kind, namespace, name, .. } = &self.name;
        let known = self.oid.and_then(|oid| Some(Item::of(kind, oid, timeline.object(oid)?)));
        known.or_else(|| find(timeline, kind, namespace, name))
    }
}

fn met(goal: &Goal, target: &Target, timeline: &Timeline) -> Result<bool, String> {
    let item = target.item(timeline);
    match (goal, item) {
        (Goal::Gone, item) => Ok(item.is_none()),
        (Goal::There, _) => Ok(true),
        (_, None) => Ok(false),
        (Goal::Condition(name, status), Some(item)) => Ok(has_condition(&item, name, status)),
        (Goal::Value(path, wanted), Some(item)) => has_value(&item.value(), path, wanted.as_deref()),
    }
}

/// Models `JSONPathWait.checkCondition`.
fn has_value(value: &Value, path: &JsonPath, wanted: Option<&str>) -> Result<bool, String> {
    let found = path.find(value)?;
    let Some((first, more)) = found.split_first() else { return Ok(false) };
    let Some((one, others)) = first.split_first() else { return Ok(false) };
    if !more.is_empty() {
        return Err("given jsonpath expression matches more than one list".to_owned());
    }
    if !others.is_empty() {
        return Err("given jsonpath expression matches more than one value".to_owned());
    }
    match wanted {
        None => Ok(true),
        Some(_) if one.is_object() || one.is_array() => {
            Err("jsonpath leads to a nested object or list which is not supported".to_owned())
        }
        Some(wanted) => Ok(super::output::go_print(one).trim() == wanted),
    }
}

/// Models `ConditionalWait.checkCondition`: the first condition of that type decides.
fn has_condition(item: &Item<'_>, name: &str, status: &str) -> bool {
    let decides = |kind: &str, now: &str| kind.eq_ignore_ascii_case(name).then(|| now.eq_ignore_ascii_case(status));
    let stored = item.stored().map(|(_, object)| object);
    // Without the whole object where somebody waits long.
    let decided = match stored {
        Some(Object::Job(job)) => {
            job.status.conditions.iter().find_map(|condition| decides(&condition.kind, &condition.status))
        }
        Some(Object::Pod(pod)) => {
            pod.status.conditions.iter().find_map(|condition| decides(condition.kind.name(), condition.status()))
        }
        _ => {
            let value = item.value();
            let conditions = value.pointer("/status/conditions").and_then(Value::as_array);
            let text = |condition: &Value, field: &str| {
                condition.get(field).and_then(Value::as_str).map_or_else(String::new, str::to_owned)
            };
            let mut conditions = conditions.into_iter().flatten();
            conditions.find_map(|condition| decides(&text(condition, "type"), &text(condition, "status")))
        }
    };
    decided.unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn goals_are_read_as_upstream() {
        let value = |path: &str, value: Option<&str>| {
            JsonPath::parse(path).map(|path| Goal::Value(path, value.map(str::to_owned)))
        };
        assert_eq!(goal("Delete"), Ok(Goal::Gone));
        assert_eq!(goal("condition=Complete"), Ok(Goal::Condition("Complete".to_owned(), "true".to_owned())));
        assert_eq!(
            goal("jsonpath={.status.conditions[?(@.type==\"Complete\")].status}=True"),
            value("{.status.conditions[?(@.type==\"Complete\")].status}", Some("True"))
        );
        assert_eq!(goal("jsonpath={.status.active}"), value("{.status.active}", None));
        assert_eq!(goal("jsonpath=status.active=1"), value("{.status.active}", Some("1")));
        assert!(goal("jsonpath={.a}=").is_err_and(|error| error.starts_with("jsonpath wait has to have")));
        assert_eq!(goal("done"), Err("unrecognized condition: \"done\"".to_owned()));
        assert_eq!(goals(&[]), Err("unrecognized condition: []".to_owned()));
    }
}
