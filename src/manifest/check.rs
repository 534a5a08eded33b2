//! Models the way of an object from the file to the store: what `kubectl apply` and `create` send (`sending.rs`), the
//! server's decoding, defaulting and validation.
//!
//! Leaves out: the three-way merge with an object that is already there; the caller knows the store.

use super::access::{Access, sub};
use super::admission::{self, Forbidden, NO_CLASSES, PodClasses};
use super::gotext::quote;
use super::kinds::{KindId, Match};
use super::problem::{Problem, ProblemClass, Refusal, Wording};
use super::schema;
use super::span::{Place, Span};
use super::strict::{self, Mistake};
use super::text::Document;
use super::validate::field::Errors;
use super::{defaults, prepare, validate, warnings};
use serde_json::Value;

/// The annotation in which `kubectl apply` keeps what it sent.
pub const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// The command that sends the manifest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// `kubectl apply`.
    Apply,
    /// `kubectl create`.
    Create,
}

/// What a check depends on besides the text.
#[derive(Debug, Clone, Copy)]
pub struct Scope<'a> {
    /// The file's name in messages; `STDIN` for `-f -`.
    pub file: &'a str,
    /// The command.
    pub verb: Verb,
    /// The namespace of objects that name none.
    pub namespace: &'a str,
    /// Whether `-n` was given, so that another namespace in the manifest is an error.
    pub namespace_is_forced: bool,
    /// The namespaces that exist; empty if any will do.
    pub namespaces: &'a [&'a str],
    /// What Pods may name.
    pub pod_classes: &'a PodClasses,
    /// The uid that the object would get: labels are checked with it, and messages show it.
    pub uid: &'a str,
    /// Whether the API server runs with `--allow-privileged`.
    pub allow_privileged: bool,
    /// What unknown fields are: `--validate`.
    pub validation: Validation,
    /// Whether a created object keeps what was sent, as `apply` does: `--save-config`.
    pub save_config: bool,
    /// What the command does with the file, in messages: `creating`, `replacing`; empty if there is no file.
    pub doing: &'a str,
}

/// `--validate`: what becomes of fields that the kind doesn't have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Validation {
    /// `true`, `strict`: they are errors.
    #[default]
    Strict,
    /// `warn`: they are left out, and warned of.
    Warn,
    /// `false`, `ignore`: they are left out.
    Ignore,
}

impl Default for Scope<'_> {
    fn default() -> Self {
        Self {
            file: "job.yaml",
            verb: Verb::Apply,
            namespace: "default",
            namespace_is_forced: false,
            namespaces: &[],
            pod_classes: &NO_CLASSES,
            uid: "00000000-0000-4000-8000-000000000000",
            allow_privileged: false,
            validation: Validation::Strict,
            save_config: false,
            doing: "creating",
        }
    }
}

/// A warning of the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// The server's words.
    pub text: String,
    /// The field that it is about.
    pub path: String,
    /// Where to look in the text.
    pub span: Option<Span>,
}

/// An object that the server takes.
#[derive(Debug, Clone, PartialEq)]
pub struct Accepted {
    /// Its kind.
    pub kind: KindId,
    /// Decoded and defaulted, not yet with a uid and what follows from it: see [`prepare`](super::prepare()).
    pub object: Value,
    /// Whether it came with labels of its own. A Job that didn't shows its template's, which are one map with them.
    pub labelled: bool,
    /// The server's warnings.
    pub warnings: Vec<Warning>,
    /// Where the object is in its document: empty, or `items[0]` in a list. Goes before a path to find its place.
    pub prefix: String,
}

/// One object of a document as kubectl has read it, before anything is sent.
#[derive(Debug, Clone, PartialEq)]
pub struct Sent {
    /// Its kind.
    pub kind: KindId,
    /// What kubectl would send: with its namespace and, for `apply`, with [`LAST_APPLIED`]; keys sorted.
    pub value: Value,
    /// Where the object is in its document, as in [`Accepted`].
    pub prefix: String,
    pub(super) how: Match,
}

impl Sent {
    fn text(&self, field: &str) -> &str {
        sub(&self.value, "metadata").text(field)
    }

    /// The object's name; empty if it has only a `generateName`.
    pub fn name(&self) -> &str {
        self.text("name")
    }

    /// The object as kubectl's messages tell of it.
    pub fn describe(&self) -> String {
        let kind = &self.kind;
        let api_version = if kind.group.is_empty() { format!("/{}", kind.version) } else { kind.api_version() };
        format!(
            "Resource: \"{api_version}, Resource={}\", GroupVersionKind: \"{api_version}, Kind={}\"\nName: {}, Namespace: {}",
            kind.plural,
            kind.kind,
            quote(self.name()),
            quote(self.namespace())
        )
    }

    /// The object's namespace; empty for objects of the cluster.
    pub fn namespace(&self) -> &str {
        if self.kind.namespaced { self.text("namespace") } else { "" }
    }
}

/// Checks one document; a list gives a result for each of its items.
pub fn check(document: &Document, scope: &Scope) -> Vec<Result<Accepted, Refusal>> {
    let sent = read_objects(document, scope).into_iter();
    sent.map(|sent| sent.and_then(|sent| check_new(document, &sent, scope))).collect()
}

/// What kubectl does with a document before it sends anything; a list gives a result for each of its items.
pub fn read_objects(document: &Document, scope: &Scope) -> Vec<Result<Sent, Refusal>> {
    let check = Check { scope, places: &document.places, prefix: String::new() };
    match check.read(&document.value) {
        Ok(objects) => {
            let each = objects.into_iter();
            each.map(|(value, prefix)| Check { scope, places: &document.places, prefix }.send(value)).collect()
        }
        Err(refusal) => vec![Err(refusal)],
    }
}

/// What the server decodes of a replacement, with its defaults.
pub fn decode_sent(
    document: &Document,
    sent: &Sent,
    scope: &Scope,
    warnings: &mut Vec<Warning>,
) -> Result<Value, Refusal> {
    let check = Check { scope, places: &document.places, prefix: sent.prefix.clone() };
    check.decode(&sent.value, &sent.kind, sent.how, warnings)
}

/// What the server does with an object that isn't there yet.
pub fn check_new(document: &Document, sent: &Sent, scope: &Scope) -> Result<Accepted, Refusal> {
    Check { scope, places: &document.places, prefix: sent.prefix.clone() }.object(sent)
}

/// The way of a document, or of one object in it. What kubectl does is in `sending.rs`.
pub(super) struct Check<'a> {
    pub scope: &'a Scope<'a>,
    pub places: &'a Place,
    /// The object's path in the document.
    pub prefix: String,
}

impl Check<'_> {
    /// One object, from the moment that the server has it.
    fn object(&self, sent: &Sent) -> Result<Accepted, Refusal> {
        let mut value = sent.value.clone();
        if self.scope.verb == Verb::Apply {
            prune_nulls(&mut value);
        }
        let mut warnings = Vec::new();
        let object = self.decode(&value, &sent.kind, sent.how, &mut warnings)?;
        self.namespace_exists(&object, &sent.kind)?;
        if sent.kind.kind == "Pod" {
            self.admit_pod(&object)?;
        }
        let labelled = prepare::is_labelled(&value);
        let mut accepted = self.validate(object, sent.kind, labelled)?;
        warnings.append(&mut accepted.warnings);
        accepted.warnings = warnings;
        Ok(accepted)
    }

    /// The server's decoding.
    fn decode(&self, value: &Value, kind: &KindId, how: Match, warnings: &mut Vec<Warning>) -> Result<Value, Refusal> {
        let given = value.text("kind");
        let refuse = |problems: Vec<Mistake>, text: &str| {
            let message = format!(
                "{}{given} in version {} cannot be handled as a {}: {text}",
                self.action(),
                quote(kind.version),
                kind.kind
            );
            let problems = problems.into_iter().map(|mistake| self.problem(mistake)).collect();
            Err(Refusal::new(Wording::Status { reason: "BadRequest", message }, problems, false))
        };
        if how == Match::Lower {
            let text = format!(
                "no kind {} is registered for version {} in scheme \"pkg/runtime/scheme.go:111\"",
                quote(given),
                quote(&kind.api_version())
            );
            let mistake = Mistake { class: ProblemClass::UnknownKind, path: "kind".to_owned(), message: text.clone() };
            return refuse(vec![mistake], &text);
        }
        let Some(of) = schema::find(kind.kind) else { return Ok(value.clone()) };
        let decoded = strict::decode(value, of);
        if let Some(mistake) = decoded.wrong {
            let text = mistake.message.clone();
            return refuse(vec![mistake], &text);
        }
        if self.scope.validation == Validation::Warn {
            for mistake in decoded.unknown {
                let problem = self.problem(mistake);
                warnings.push(Warning { text: problem.message, path: problem.path, span: problem.span });
            }
        } else if !decoded.unknown.is_empty() && self.scope.validation == Validation::Strict {
            let texts: Vec<&str> = decoded.unknown.iter().map(|mistake| mistake.message.as_str()).collect();
            let text = format!("strict decoding error: {}", texts.join(", "));
            return refuse(decoded.unknown, &text);
        }
        let mut object = decoded.value;
        defaults::apply(&mut object, of);
        Ok(object)
    }

    fn namespace_exists(&self, object: &Value, kind: &KindId) -> Result<(), Refusal> {
        let namespace = sub(object, "metadata").text("namespace");
        if !kind.namespaced || self.scope.namespaces.is_empty() || self.scope.namespaces.contains(&namespace) {
            return Ok(());
        }
        let text = format!("namespaces {} not found", quote(namespace));
        let mistake =
            Mistake { class: ProblemClass::NoNamespace, path: "metadata.namespace".to_owned(), message: text.clone() };
        let message = format!("{}{text}", self.action());
        let problems = vec![self.problem(mistake)];
        Err(Refusal::new(Wording::Status { reason: "NotFound", message }, problems, false))
    }

    fn admit_pod(&self, pod: &Value) -> Result<(), Refusal> {
        let known = self.scope.pod_classes;
        let Some(Forbidden { field, text }) = admission::forbidden_pod(pod, known) else { return Ok(()) };
        let name = quote(sub(pod, "metadata").text("name"));
        let message = format!("{}pods {name} is forbidden: {text}", self.action());
        let mistake = Mistake { class: ProblemClass::Forbidden, path: format!("spec.{field}"), message: text };
        let problems = vec![self.problem(mistake)];
        Err(Refusal::new(Wording::Status { reason: "Forbidden", message }, problems, false))
    }

    fn validate(&self, object: Value, kind: KindId, labelled: bool) -> Result<Accepted, Refusal> {
        let whole = prepare::identify(&object, &kind, self.scope.uid, "xxxxx", labelled);
        let mut errors = Errors::default();
        match kind.kind {
            "Job" => validate::job::create(&whole, self.scope.allow_privileged, &mut errors),
            "CronJob" => validate::cron_job::create(&whole, self.scope.allow_privileged, &mut errors),
            "Pod" => validate::pod::pod(&whole, self.scope.allow_privileged, &mut errors),
            "Deployment" | "ReplicaSet" => {
                validate::workloads::create(&whole, kind.kind == "Deployment", &mut errors);
            }
            "Service" => validate::service::create(&whole, &mut errors),
            _ => validate::others::create(&whole, &kind, &mut errors),
        }
        let problems = errors.finish();
        let name = sub(&whole, "metadata").text("name").to_owned();
        if problems.is_empty() {
            let warnings = warnings::of(&whole, &kind)
                .into_iter()
                .map(|(path, text)| Warning { span: Some(self.place(&path)), text, path })
                .collect();
            return Ok(Accepted { kind, object, labelled, warnings, prefix: self.prefix.clone() });
        }
        let problems = problems.into_iter().map(|problem| self.placed(problem)).collect();
        let wording =
            Wording::Invalid { kind: kind.kind.to_owned(), resource: kind.qualified(), name, action: self.action() };
        Err(Refusal::new(wording, problems, false))
    }

    // ---- places and words

    pub(super) fn full_path(&self, path: &str) -> String {
        match (self.prefix.as_str(), path) {
            ("", path) => path.to_owned(),
            (prefix, "") => prefix.to_owned(),
            (prefix, path) => format!("{prefix}.{path}"),
        }
    }

    pub(super) fn place(&self, path: &str) -> Span {
        self.places.nearest(&self.full_path(path))
    }

    pub(super) fn file(&self) -> String {
        quote(self.scope.file)
    }

    pub(super) fn action(&self) -> String {
        if self.scope.doing.is_empty() {
            return String::new();
        }
        format!("error when {} {}: ", self.scope.doing, self.file())
    }

    pub(super) fn client(&self, class: ProblemClass, message: String, path: &str) -> Refusal {
        Refusal::client(class, message, Some(self.place(path)), path)
    }

    /// kubectl's own error, but after it has read everything.
    pub(super) fn sending(&self, class: ProblemClass, message: String, path: &str) -> Refusal {
        Refusal { while_reading: false, ..self.client(class, message, path) }
    }

    pub(super) fn problem(&self, mistake: Mistake) -> Problem {
        let Mistake { class, path, message } = mistake;
        let detail = message.clone();
        self.placed(Problem { class, path, span: None, message, value: None, detail })
    }

    pub(super) fn placed(&self, problem: Problem) -> Problem {
        let span = Some(match problem.class {
            // Of a field that shouldn't be there, its name is what matters.
            ProblemClass::UnknownField => {
                let path = self.full_path(&problem.path);
                self.places.key_at(&path).unwrap_or_else(|| self.places.nearest(&path))
            }
            _ => self.place(&problem.path),
        });
        Problem { span, ..problem }
    }
}

fn prune_nulls(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.retain(|_, value| !value.is_null());
            map.values_mut().for_each(prune_nulls);
        }
        Value::Array(items) => items.iter_mut().for_each(prune_nulls),
        _ => {}
    }
}
