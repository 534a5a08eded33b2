//! Models `apimachinery/pkg/labels/selector.go@v1.37.2` and `apimachinery/pkg/fields/selector.go`: `-l` and
//! `--field-selector`, with the server's words for what it can't read.

use super::items::{Item, Thing};
use super::resources::Resource;
use crate::api::{Labels, Object};
use crate::manifest::{label_key_problem, label_value_problem};
use serde_json::Value;

/// The requirements of a label selector; all must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Requirements(Vec<Requirement>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Requirement {
    key: String,
    operator: Operator,
    values: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    In,
    NotIn,
    Exists,
    DoesNotExist,
    Greater,
    Less,
}

/// A word of a selector.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Text(String),
    Sign(&'static str),
    End,
}

impl Token {
    fn shown(&self) -> &str {
        match self {
            Self::Text(text) => text,
            Self::Sign(sign) => sign,
            Self::End => "",
        }
    }
}

const SIGNS: [&str; 10] = ["!=", "==", "!", "=", "<", ">", "(", ")", ",", ""];

fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let sign = SIGNS.iter().find(|sign| !sign.is_empty() && rest.starts_with(**sign));
        if let Some(sign) = sign {
            tokens.push(Token::Sign(sign));
            rest = rest.get(sign.len()..).unwrap_or("");
        } else {
            let end = rest.find(|c: char| c.is_whitespace() || "=!(),><".contains(c)).unwrap_or(rest.len());
            let (word, after) = rest.split_at(end);
            tokens.push(Token::Text(word.to_owned()));
            rest = after;
        }
        rest = rest.trim_start();
    }
    tokens
}

struct Parser {
    tokens: std::vec::IntoIter<Token>,
}

impl Parser {
    fn next(&mut self) -> Token {
        self.tokens.next().unwrap_or(Token::End)
    }

    fn peek(&self) -> Token {
        self.tokens.as_slice().first().cloned().unwrap_or(Token::End)
    }

    fn requirement(&mut self) -> Result<Requirement, String> {
        let mut token = self.next();
        let negated = token == Token::Sign("!");
        if negated {
            token = self.next();
        }
        let Token::Text(key) = token else { return Err(format!("found '{}', expected: identifier", token.shown())) };
        if let Some(problem) = label_key_problem(&key) {
            return Err(format!("<nil>: Invalid value: \"{key}\": {problem}"));
        }
        let make = |operator, values| Requirement { key: key.clone(), operator, values };
        if negated {
            return Ok(make(Operator::DoesNotExist, Vec::new()));
        }
        if matches!(self.peek(), Token::End | Token::Sign(",")) {
            return Ok(make(Operator::Exists, Vec::new()));
        }
        let operator = self.next();
        match operator.shown() {
            "in" => checked(make(Operator::In, self.values()?)),
            "notin" => checked(make(Operator::NotIn, self.values()?)),
            "=" | "==" => checked(make(Operator::In, vec![self.exact()?])),
            "!=" => checked(make(Operator::NotIn, vec![self.exact()?])),
            sign @ ("<" | ">") => {
                let value = self.exact()?;
                if value.parse::<i64>().is_err() {
                    return Err(format!(
                        "values[0][{key}]: Invalid value: \"{value}\": for 'Gt', 'Lt' operators, the value must be an integer"
                    ));
                }
                Ok(make(if sign == "<" { Operator::Less } else { Operator::Greater }, vec![value]))
            }
            other => Err(format!("found '{other}', expected: in, notin, =, ==, !=, gt, lt")),
        }
    }

    fn exact(&mut self) -> Result<String, String> {
        if matches!(self.peek(), Token::End | Token::Sign(",")) {
            return Ok(String::new());
        }
        match self.next() {
            Token::Text(text) => Ok(text),
            other => Err(format!("found '{}', expected: identifier", other.shown())),
        }
    }

    fn values(&mut self) -> Result<Vec<String>, String> {
        let open = self.next();
        if open != Token::Sign("(") {
            return Err(format!("found '{}' expected: '('", open.shown()));
        }
        let mut values = Vec::new();
        // `(,a)` and `(a,)` have an empty value too.
        let mut wants_value = true;
        loop {
            match self.next() {
                Token::Text(text) if wants_value => {
                    values.push(text);
                    wants_value = false;
                }
                Token::Sign(",") => {
                    if wants_value {
                        values.push(String::new());
                    }
                    wants_value = true;
                }
                Token::Sign(")") => {
                    if wants_value && !values.is_empty() {
                        values.push(String::new());
                    }
                    // `()` has one empty value.
                    if values.is_empty() {
                        values.push(String::new());
                    }
                    values.sort();
                    values.dedup();
                    return Ok(values);
                }
                other => return Err(format!("found '{}', expected: ',' or ')'", other.shown())),
            }
        }
    }
}

/// A requirement whose values can be a label's.
fn checked(requirement: Requirement) -> Result<Requirement, String> {
    let mut places = requirement.values.iter().enumerate();
    let problem = places.find_map(|(place, value)| Some((place, value, label_value_problem(value)?)));
    match problem {
        Some((place, value, problem)) => {
            Err(format!("values[{place}][{}]: Invalid value: \"{value}\": {problem}", requirement.key))
        }
        None => Ok(requirement),
    }
}

impl Requirements {
    /// Reads a selector; an empty one matches everything.
    ///
    /// # Errors
    /// In the server's words.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut parser = Parser { tokens: tokens(text).into_iter() };
        let mut requirements = Vec::new();
        loop {
            match parser.peek() {
                Token::Text(_) | Token::Sign("!") => {}
                Token::End => return Ok(Self(requirements)),
                Token::Sign(sign) => {
                    return Err(format!("found '{sign}', expected: !, identifier, or 'end of string'"));
                }
            }
            requirements.push(parser.requirement().map_err(|error| format!("unable to parse requirement: {error}"))?);
            match parser.next() {
                Token::End => return Ok(Self(requirements)),
                Token::Sign(",") => match parser.peek() {
                    Token::Text(_) | Token::Sign("!") => {}
                    other => return Err(format!("found '{}', expected: identifier after ','", other.shown())),
                },
                other => return Err(format!("found '{}', expected: ',' or 'end of string'", other.shown())),
            }
        }
    }

    /// Whether nothing is required.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the labels satisfy all requirements.
    pub(crate) fn matches(&self, labels: &Labels) -> bool {
        self.0.iter().all(|requirement| {
            let value = labels.get(&requirement.key);
            let listed = value.is_some_and(|value| requirement.values.contains(value));
            let compared = || {
                let number: i64 = value?.parse().ok()?;
                let wanted: i64 = requirement.values.first()?.parse().ok()?;
                Some(number.cmp(&wanted))
            };
            match requirement.operator {
                Operator::In => listed,
                Operator::NotIn => !listed,
                Operator::Exists => value.is_some(),
                Operator::DoesNotExist => value.is_none(),
                Operator::Greater => compared().is_some_and(std::cmp::Ordering::is_gt),
                Operator::Less => compared().is_some_and(std::cmp::Ordering::is_lt),
            }
        })
    }
}

/// Terms of a field selector: path, whether it must differ, value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct FieldSelector(Vec<(String, bool, String)>);

/// The fields by which the server lets a kind be chosen, besides name and namespace.
const FIELDS: &[(&str, &str)] = &[
    (
        "Pod",
        "spec.nodeName spec.restartPolicy spec.schedulerName spec.serviceAccountName spec.hostNetwork status.phase \
         status.podIP status.podIPs status.nominatedNodeName",
    ),
    ("Job", "status.successful"),
    (
        "Event",
        "involvedObject.kind involvedObject.namespace involvedObject.name involvedObject.uid involvedObject.apiVersion \
         involvedObject.resourceVersion involvedObject.fieldPath reason reportingComponent source type",
    ),
    ("Node", "spec.unschedulable"),
    ("Namespace", "status.phase"),
    ("Secret", "type"),
    ("ReplicaSet", "status.replicas"),
    ("ReplicationController", "status.replicas"),
    ("Service", "spec.clusterIP spec.type"),
];

impl FieldSelector {
    /// Reads a selector for objects of that resource.
    ///
    /// # Errors
    /// In the server's words, for a field that it doesn't know too.
    pub(crate) fn parse(text: &str, resource: &Resource) -> Result<Self, String> {
        let mut terms = Vec::new();
        for part in text.split(',').filter(|part| !part.is_empty()) {
            let (at, sign) = ["!=", "==", "="]
                .iter()
                .filter_map(|sign| part.find(sign).map(|at| (at, *sign)))
                .min_by_key(|(at, sign)| (*at, usize::MAX - sign.len()))
                .ok_or_else(|| format!("invalid selector: '{text}'; can't understand '{part}'"))?;
            let (path, value) = part.split_at(at);
            let value = value.get(sign.len()..).unwrap_or("");
            known(path, resource)?;
            terms.push((path.to_owned(), sign == "!=", value.replace('\\', "")));
        }
        Ok(Self(terms))
    }

    /// Whether the object satisfies all terms.
    pub(crate) fn matches(&self, item: &Item<'_>) -> bool {
        self.0.iter().all(|(path, differs, value)| (field(item, path) == *value) != *differs)
    }
}

fn known(path: &str, resource: &Resource) -> Result<(), String> {
    let own = FIELDS.iter().find(|(kind, _)| *kind == resource.kind).map(|(_, fields)| *fields);
    let is_known = matches!(path, "metadata.name")
        || path == "metadata.namespace" && resource.namespaced
        || own.is_some_and(|fields| fields.split_whitespace().any(|field| field == path));
    if is_known {
        return Ok(());
    }
    Err(match (own, resource.kind) {
        (_, "Job") => format!("field label \"{path}\" not supported for Job"),
        (Some(_), _) => format!("field label not supported: {path}"),
        (None, _) => {
            format!("\"{path}\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\"")
        }
    })
}

fn field(item: &Item<'_>, path: &str) -> String {
    match path {
        "metadata.name" => return item.name().into_owned(),
        "metadata.namespace" => return item.namespace().to_owned(),
        _ => {}
    }
    // Without the whole object where there may be thousands.
    match item.thing {
        Thing::Stored(_, Object::Pod(pod)) if path == "status.phase" => return pod.status.phase.name().to_owned(),
        Thing::Stored(_, Object::Pod(pod)) if path == "spec.nodeName" => {
            return pod.node_name.as_deref().unwrap_or("").to_owned();
        }
        Thing::Stored(_, Object::Job(job)) => return job.status.succeeded.to_string(),
        _ => {}
    }
    let value = item.value();
    let pointer = match path {
        "source" => "/source/component".to_owned(),
        path => format!("/{}", path.replace('.', "/")),
    };
    match (value.pointer(&pointer), path) {
        (Some(Value::Null) | None, "source") => {
            value.get("reportingComponent").map_or(String::new(), super::json_path::shown)
        }
        (Some(Value::Null) | None, "spec.unschedulable" | "spec.hostNetwork") => "false".to_owned(),
        (Some(Value::Null) | None, "status.replicas") => "0".to_owned(),
        (Some(Value::Null) | None, _) => String::new(),
        (Some(found), _) => super::json_path::shown(found),
    }
}

#[cfg(test)]
mod tests {
    use super::super::resources;
    use super::*;

    fn labels(pairs: &[(&str, &str)]) -> Labels {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn every_operator_decides() {
        let web = labels(&[("app", "web"), ("n", "5")]);
        for (text, want) in [
            ("app=web", true),
            ("app==web", true),
            ("app!=web", false),
            ("other!=web", true),
            ("app in (web, x)", true),
            ("app notin (web)", false),
            ("app", true),
            ("!app", false),
            ("app,n", true),
            ("app=web,n=6", false),
            ("n>4", true),
            ("n<5", false),
            ("app=", false),
            ("", true),
        ] {
            assert_eq!(Requirements::parse(text).map(|found| found.matches(&web)), Ok(want), "{text}");
        }
    }

    #[test]
    fn errors_are_the_servers() {
        for (text, want) in [
            ("app=demo,,", "found ',', expected: identifier after ','"),
            ("app=a b", "found 'b', expected: ',' or 'end of string'"),
            ("app is web", "unable to parse requirement: found 'is', expected: in, notin, =, ==, !=, gt, lt"),
            ("app in web", "unable to parse requirement: found 'web' expected: '('"),
            ("=x", "found '=', expected: !, identifier, or 'end of string'"),
        ] {
            assert_eq!(Requirements::parse(text), Err(want.to_owned()), "{text}");
        }
        let (Ok(jobs), Ok(pods), Ok(crons)) =
            (resources::find("jobs"), resources::find("pods"), resources::find("cronjobs"))
        else {
            return;
        };
        assert!(FieldSelector::parse("status.successful=1,metadata.name!=x", jobs).is_ok());
        let error = |text, resource| FieldSelector::parse(text, resource).err().unwrap_or_default();
        assert_eq!(error("status.failed=0", jobs), "field label \"status.failed\" not supported for Job");
        assert_eq!(error("spec.x=1", pods), "field label not supported: spec.x");
        assert!(error("spec.x=1", crons).contains("is not a known field selector"));
        assert_eq!(error("nada", pods), "invalid selector: 'nada'; can't understand 'nada'");
    }
}
