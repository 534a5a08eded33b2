//! Models `k8s.io/kubectl/pkg/cmd/wait@v0.37.2`: until objects have a condition, a value, are there or
//! are gone.
//!
//! Objects are waited for one after the other; all within one time. Leaves out: `-f`, `--local`.

use super::flags::Flags;
use super::live::Turn;
use super::scene::Scene;
use super::{Printed, discovery, json_path, selector};
use crate::api::Object;
use crate::cluster::Oid;
use crate::manifest::KindId;
use crate::timeline::Timeline;
use serde_json::Value;
use std::fmt::Write;
use std::rc::Rc;

const NO_RESOURCE: &str = "error: You must provide one or more resources by argument or filename.\nExample resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'\n   '<resource> <name>'\n   '<resource>'\n";
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
    namespace: Rc<str>,
    goals: Vec<Goal>,
    /// None: for `create` they are still looked for.
    targets: Option<Vec<Target>>,
    /// The next target, and the next of its goals.
    next: (usize, usize),
    started_ms: u64,
    /// When the time is over; none: everything is looked at once.
    until_ms: Option<u64>,
    errors: Vec<Failure>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Goal {
    Gone,
    There,
    /// Type and status of a condition.
    Condition(String, String),
    /// A path, and the value that it must have.
    Value(String, Option<String>),
}

#[derive(Debug, Clone)]
struct Target {
    kind: KindId,
    name: String,
    /// The object that was found; another one of its name isn't it.
    oid: Option<Oid>,
}

#[derive(Debug, Clone)]
enum Failure {
    /// Of the server, with its name for it.
    Server(String),
    Own(String),
}

/// Begins `kubectl wait`.
pub(super) fn wait(timeline: &Timeline, flags: &Flags, namespace: &Rc<str>) -> Result<Waiting, Printed> {
    let error = |text: String| Printed::error(format!("error: {text}\n"));
    let goals = goals(&flags.all("for")).map_err(error)?;
    let timeout_ms = flags.duration_ms("timeout").unwrap_or(DEFAULT_MS);
    let started_ms = timeline.now_ms();
    let until_ms = match timeout_ms {
        0 => None,
        ms if ms < 0 => Some(started_ms + WEEK_MS),
        ms => Some(started_ms + ms.unsigned_abs()),
    };
    let mut waiting = Waiting {
        flags: flags.clone(),
        namespace: Rc::clone(namespace),
        goals,
        targets: None,
        next: (0, 0),
        started_ms,
        until_ms,
        errors: Vec::new(),
    };
    if !waiting.goals.contains(&Goal::There) {
        waiting.find(timeline)?;
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
    if value == Some("") {
        return Err(
            "jsonpath wait has to have a value after equal sign, like --for=jsonpath='{.status.readyReplicas}'=3"
                .to_owned(),
        );
    }
    if path.is_empty() {
        return Err("jsonpath expression cannot be empty".to_owned());
    }
    Ok(Goal::Value(relaxed(path), value.map(|value| value.trim().to_owned())))
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

/// Models `RelaxedJSONPathExpression`: braces and the first dot may lack.
fn relaxed(path: &str) -> String {
    let inner = path.strip_prefix('{').and_then(|path| path.strip_suffix('}')).unwrap_or(path);
    format!("{{.{}}}", inner.strip_prefix('.').unwrap_or(inner))
}

/// Which objects are meant, as the resource builder of `cli-runtime` finds them.
fn targets(
    timeline: &Timeline,
    flags: &Flags,
    namespace: &Rc<str>,
    errors: &mut Vec<Failure>,
) -> Result<Vec<Target>, Printed> {
    let error = |text: String| Printed::error(format!("error: {text}\n"));
    let Some((first, rest)) = flags.words.split_first() else { return Err(Printed::error(NO_RESOURCE)) };
    let selector = flags.value("selector").map(selector::parse).transpose().map_err(error)?;
    let kind_of = |word: &str| discovery::find(word).ok_or_else(|| Printed::error(discovery::unknown(word)));
    let mut named = Vec::new();
    if first.contains('/') {
        for word in &flags.words {
            let parts: Vec<&str> = word.split('/').collect();
            match parts.as_slice() {
                [kind, name] if !kind.is_empty() && !name.is_empty() => {
                    named.push((kind_of(kind)?, (*name).to_owned()));
                }
                [_, _] => {
                    return Err(error(
                        "arguments in resource/name form must have a single resource and name".to_owned(),
                    ));
                }
                [_] => {
                    return Err(error("there is no need to specify a resource type as a separate argument when passing arguments in resource/name form (e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource resource/<resource_name>'".to_owned()));
                }
                _ => return Err(error("arguments in resource/name form may not have more than one slash".to_owned())),
            }
        }
    } else {
        for word in first.split(',') {
            let kind = kind_of(word)?;
            if let Some(name) = rest.iter().find(|name| name.contains('/')) {
                let _ = name;
                return Err(error("there is no need to specify a resource type as a separate argument when passing arguments in resource/name form (e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource resource/<resource_name>'".to_owned()));
            }
            named.extend(rest.iter().map(|name| (kind, name.clone())));
        }
    }
    if !named.is_empty() && selector.is_some() {
        return Err(error("name cannot be provided when a selector is specified".to_owned()));
    }
    if named.is_empty() {
        if selector.is_none() && !flags.is_on("all") {
            return Err(error("resource(s) were provided, but no name was specified".to_owned()));
        }
        let everywhere = flags.is_on("all-namespaces");
        let mut found = Vec::new();
        for word in first.split(',') {
            let kind = kind_of(word)?;
            let mut of_kind: Vec<Target> = timeline
                .objects()
                .filter(|(_, object)| object.api_kind() == kind.kind)
                .filter(|(_, object)| everywhere || !kind.namespaced || object.namespace() == &**namespace)
                .filter(|(_, object)| {
                    let none = crate::api::Labels::new();
                    let labels = object.metadata().map_or(&none, |metadata| &metadata.labels);
                    selector.as_ref().is_none_or(|selector| selector.matches(labels))
                })
                .map(|(oid, object)| Target { kind, name: object.own_name().into_owned(), oid: Some(oid) })
                .collect();
            of_kind.sort_by(|a, b| a.name.cmp(&b.name));
            found.extend(of_kind);
        }
        return Ok(found);
    }
    let mut found = Vec::new();
    for (kind, name) in named {
        let place = if kind.namespaced { &**namespace } else { "" };
        let oid = timeline.find(kind.kind, place, &name);
        match oid {
            Some(_) => found.push(Target { kind, name, oid }),
            None => errors.push(Failure::Server(format!("(NotFound): {} \"{name}\" not found", kind.resource()))),
        }
    }
    Ok(found)
}

impl Waiting {
    /// Finds the objects. What isn't there is an error, but for those who wait for its end.
    fn find(&mut self, timeline: &Timeline) -> Result<(), Printed> {
        let mut errors = Vec::new();
        let targets = targets(timeline, &self.flags, &self.namespace, &mut errors)?;
        let for_delete = self.goals.contains(&Goal::Gone);
        if for_delete {
            errors.clear();
        }
        if targets.is_empty() && errors.is_empty() && !for_delete {
            return Err(Printed::error("error: no matching resources found\n"));
        }
        self.errors = errors;
        self.targets = Some(targets);
        Ok(())
    }

    /// Looks every half second whether all of them are there.
    fn look_for(&mut self, timeline: &Timeline) -> Option<Turn> {
        let now_ms = timeline.now_ms();
        let since_ms = now_ms.saturating_sub(self.started_ms);
        let until_ms = self.until_ms.unwrap_or(self.started_ms);
        if since_ms.is_multiple_of(CREATE_POLL_MS) {
            let mut missing = Vec::new();
            match targets(timeline, &self.flags, &self.namespace, &mut missing) {
                Ok(found) if missing.is_empty() && !found.is_empty() => {
                    self.targets = Some(found);
                    return None;
                }
                Ok(_) => {}
                Err(Printed { stdout, stderr, code }) => {
                    return Some(Turn { stdout, stderr, code: Some(code), ..Turn::default() });
                }
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
        let now_ms = timeline.now_ms();
        let mut turn = Turn::default();
        let targets = self.targets.as_deref().unwrap_or(&[]);
        while let Some(target) = targets.get(self.next.0) {
            let Some(goal) = self.goals.get(self.next.1) else {
                self.next = (self.next.0 + 1, 0);
                continue;
            };
            match met(goal, target, timeline) {
                Ok(true) => {
                    self.next.1 += 1;
                    print(&mut turn.stdout, target, self.flags.value("output"));
                    continue;
                }
                Ok(false) => match self.until_ms {
                    Some(until_ms) if now_ms < until_ms => {
                        turn.until_ms = Some(until_ms);
                        return turn;
                    }
                    Some(_) => self.errors.push(Failure::Own(format!("{TIMED_OUT} on {}", target.object_name()))),
                    None => self.errors.push(Failure::Own(format!("condition not met for {}", target.object_name()))),
                },
                Err(error) => self.errors.push(Failure::Own(error)),
            }
            self.next = (self.next.0 + 1, 0);
        }
        turn.code = Some(i32::from(!self.errors.is_empty()));
        let several = self.errors.len() > 1;
        for error in &self.errors {
            // Writing to a String can't fail.
            let _ = match error {
                Failure::Server(text) => writeln!(turn.stderr, "Error from server {text}"),
                Failure::Own(text) if several => writeln!(turn.stderr, "{text}"),
                Failure::Own(text) => writeln!(turn.stderr, "error: {text}"),
            };
        }
        turn
    }
}

impl Target {
    /// `jobs/pi`
    fn object_name(&self) -> String {
        format!("{}/{}", self.kind.plural, self.name)
    }

    /// The object of that name, as the server knows it now.
    fn look<'a>(&self, timeline: &'a Timeline) -> Option<&'a Object> {
        let place = if self.kind.namespaced { &**Scene::namespace(timeline) } else { "" };
        let known = self.oid.and_then(|oid| timeline.object(oid));
        known.or_else(|| timeline.object(timeline.find(self.kind.kind, place, &self.name)?))
    }
}

fn met(goal: &Goal, target: &Target, timeline: &Timeline) -> Result<bool, String> {
    let object = target.look(timeline);
    match (goal, object) {
        (Goal::Gone, object) => Ok(object.is_none()),
        (Goal::There, _) => Ok(true),
        (_, None) => Ok(false),
        (Goal::Condition(name, status), Some(object)) => Ok(has_condition(object, name, status)),
        (Goal::Value(path, wanted), Some(object)) => {
            let found = json_path::JsonPath::parse(path)?.render(&value_of(object))?;
            match wanted {
                None => Ok(!found.is_empty()),
                Some(_) if found.starts_with(['{', '[']) => {
                    Err("jsonpath leads to a nested object or list which is not supported".to_owned())
                }
                Some(wanted) => Ok(found.trim() == *wanted),
            }
        }
    }
}

/// The object as the server sends it.
fn value_of(object: &Object) -> Value {
    match object {
        Object::Job(job) => job.to_value(),
        Object::Pod(pod) => pod.to_value(),
        Object::Other(other) => Value::clone(&other.body),
        Object::Event(_) | Object::Node(_) => Value::Null,
    }
}

/// Models `checkCondition`.
fn has_condition(object: &Object, name: &str, status: &str) -> bool {
    let fits = |kind: &str, now: &str| kind.eq_ignore_ascii_case(name) && now.eq_ignore_ascii_case(status);
    match object {
        Object::Job(job) => job.status.conditions.iter().any(|condition| fits(&condition.kind, &condition.status)),
        Object::Pod(pod) => {
            pod.status.conditions.iter().any(|condition| fits(condition.kind.name(), condition.status()))
        }
        other => {
            let value = value_of(other);
            let conditions = value.pointer("/status/conditions").and_then(Value::as_array);
            let text =
                |condition: &Value, field: &str| condition.get(field).and_then(Value::as_str).unwrap_or("").to_owned();
            conditions.into_iter().flatten().any(|condition| fits(&text(condition, "type"), &text(condition, "status")))
        }
    }
}

fn print(out: &mut String, target: &Target, output: Option<&str>) {
    let prefix = target.kind.qualified().to_ascii_lowercase();
    let met = if output == Some("name") { "" } else { " condition met" };
    // Writing to a String can't fail.
    let _ = writeln!(out, "{prefix}/{}{met}", target.name);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn goals_are_read_as_upstream() {
        let value = |path: &str, value: Option<&str>| Ok(Goal::Value(path.to_owned(), value.map(str::to_owned)));
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
