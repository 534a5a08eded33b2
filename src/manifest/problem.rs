//! Models `k8s.io/kubectl/pkg/cmd/util/helpers.go@v0.37.2`, `checkErr`: what is wrong, and how kubectl says it.

use super::span::Span;

/// What sort of mistake it is; the explanation in the student's language starts from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProblemClass {
    /// Past one of the laboratory's own bounds.
    TooBig,
    /// Not YAML.
    YamlSyntax,
    /// Neither JSON nor YAML.
    JsonSyntax,
    /// Nothing in the file.
    NoObjects,
    /// The document is no mapping.
    NotAnObject,
    /// `apiVersion` is missing or no text.
    NoApiVersion,
    /// `kind` is missing or no text.
    NoKind,
    /// No such kind in that `apiVersion`.
    UnknownKind,
    /// `kubectl apply` needs a name.
    NoName,
    /// The manifest's namespace isn't the command's.
    WrongNamespace,
    /// The namespace doesn't exist.
    NoNamespace,
    /// There is an object of that name.
    AlreadyExists,
    /// The object has changed meanwhile.
    Conflict,
    /// A field that the kind doesn't have.
    UnknownField,
    /// A value of another type than the field's.
    WrongType,
    /// A text that is no quantity, time or base64.
    BadValue,
    /// A field that must be there.
    Required,
    /// A value that isn't allowed.
    Invalid,
    /// A value outside a list of words.
    Unsupported,
    /// A value that must be unique.
    Duplicate,
    /// A name that nothing has.
    NotFound,
    /// A field that may not be there.
    Forbidden,
    /// A text that is too long.
    TooLong,
    /// A list that is too long.
    TooMany,
    /// Anything else.
    Internal,
}

impl ProblemClass {
    /// The API's name of the error.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Required => "Required value",
            Self::Unsupported => "Unsupported value",
            Self::Duplicate => "Duplicate value",
            Self::NotFound => "Not found",
            Self::Forbidden => "Forbidden",
            Self::TooLong => "Too long",
            Self::TooMany => "Too many",
            Self::Internal => "Internal error",
            _ => "Invalid value",
        }
    }
}

/// One mistake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Its sort.
    pub class: ProblemClass,
    /// The field, as the server writes it; empty if it is about the whole document.
    pub path: String,
    /// Where to look in the text.
    pub span: Option<Span>,
    /// The server's words for this one mistake.
    pub message: String,
    /// The offending value as the server shows it, if it does.
    pub value: Option<String>,
    /// What the server says about the value: the end of the message.
    pub detail: String,
}

impl Problem {
    /// A stable name of the rule: the path without indexes, keys and a `CronJob`'s way to its template.
    ///
    /// `spec.jobTemplate.spec.template.spec.containers[0].image` gives `spec.template.spec.containers.image`.
    pub fn rule(&self) -> String {
        let path = self.path.replacen("spec.jobTemplate.", "", 1);
        let mut rule = String::with_capacity(path.len());
        let mut depth = 0;
        for c in path.chars() {
            match c {
                '[' => depth += 1,
                ']' => depth -= 1,
                _ if depth == 0 => rule.push(c),
                _ => {}
            }
        }
        rule
    }
}

/// How kubectl words a refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Wording {
    /// kubectl's own error.
    Client(String),
    /// A status of the server, already with `error when creating …`.
    Status { reason: &'static str, message: String },
    /// A list of causes.
    Invalid { kind: String, resource: String, name: String, action: String },
}

/// Why an object was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The mistakes, in the server's order.
    pub problems: Vec<Problem>,
    /// What kubectl prints if nothing else goes wrong, with the final newline.
    pub stderr: String,
    pub(crate) wording: Box<Wording>,
    /// Whether kubectl finds it before it sends anything.
    pub(crate) while_reading: bool,
}

impl Refusal {
    pub(crate) fn new(wording: Wording, problems: Vec<Problem>, while_reading: bool) -> Self {
        let wording = Box::new(wording);
        let mut refusal = Self { problems, stderr: String::new(), wording, while_reading };
        refusal.stderr = refusal.alone();
        refusal
    }

    /// Whether `--force` of kubectl gets over it: a conflict, or what the server finds invalid.
    pub fn yields_to_force(&self) -> bool {
        match &*self.wording {
            Wording::Invalid { .. } => true,
            Wording::Status { reason, .. } => matches!(*reason, "Conflict" | "Invalid"),
            Wording::Client(_) => false,
        }
    }

    /// A status of the server; `reason` is empty if it has none.
    pub(crate) fn status(
        reason: &'static str,
        message: String,
        class: ProblemClass,
        path: &str,
        span: Option<Span>,
    ) -> Self {
        let detail = message.clone();
        let problem = Problem { class, path: path.to_owned(), span, message: message.clone(), value: None, detail };
        Self::new(Wording::Status { reason, message }, vec![problem], false)
    }

    /// One of kubectl's own errors.
    pub(crate) fn client(class: ProblemClass, message: String, span: Option<Span>, path: &str) -> Self {
        let detail = message.clone();
        let problem = Problem { class, path: path.to_owned(), span, message: message.clone(), value: None, detail };
        Self::new(Wording::Client(message), vec![problem], true)
    }

    /// The text if it is the command's only error.
    fn alone(&self) -> String {
        match &*self.wording {
            Wording::Client(message) if message.starts_with("error: ") => format!("{message}\n"),
            Wording::Client(message) => format!("error: {message}\n"),
            Wording::Status { reason: "", message } => format!("Error from server: {message}\n"),
            Wording::Status { reason, message } => format!("Error from server ({reason}): {message}\n"),
            Wording::Invalid { kind, name, .. } => {
                // A patch that can't be read belongs to no object.
                let head = if kind.is_empty() {
                    "The request is invalid".to_owned()
                } else {
                    format!("The {kind} {} is invalid", super::gotext::quote(name))
                };
                let causes = self.distinct();
                match causes.as_slice() {
                    [] => format!("{head}\n"),
                    [one] => format!("{head}: {one}\n"),
                    many => format!("{head}: \n* {}\n", many.join("\n* ")),
                }
            }
        }
    }

    /// The text if there are other errors.
    fn among_others(&self) -> String {
        match &*self.wording {
            Wording::Client(message) => message.clone(),
            Wording::Status { reason: "", message } => format!("Error from server: {message}"),
            Wording::Status { reason, message } => format!("Error from server ({reason}): {message}"),
            Wording::Invalid { resource, name, action, .. } => {
                let causes = self.distinct();
                let list = match causes.as_slice() {
                    [one] => (*one).to_owned(),
                    many => format!("[{}]", many.join(", ")),
                };
                let name = super::gotext::quote(name);
                format!("Error from server (Invalid): {action}{resource} {name} is invalid: {list}")
            }
        }
    }

    /// The server's own message, without what kubectl puts before it.
    pub fn status_message(&self) -> String {
        let text = self.among_others();
        match text.split_once("): ") {
            Some((head, message)) if head.starts_with("Error from server (") => message.to_owned(),
            _ => text,
        }
    }

    /// Puts each mistake that has no place yet to where its field stands in a document.
    pub fn place(&mut self, places: &super::span::Place) {
        for problem in self.problems.iter_mut().filter(|problem| problem.span.is_none()) {
            problem.span = Some(places.nearest(&problem.path));
        }
    }

    fn distinct(&self) -> Vec<&str> {
        let mut distinct: Vec<&str> = Vec::new();
        for problem in &self.problems {
            if !distinct.contains(&problem.message.as_str()) {
                distinct.push(&problem.message);
            }
        }
        distinct
    }
}

/// What kubectl prints on stderr when one command meets these refusals, in the documents' order.
///
/// `kubectl apply` first reads everything and then sends, `kubectl create` goes object by object.
pub fn report(refusals: &[&Refusal], reads_first: bool) -> String {
    match refusals {
        [] => String::new(),
        [one] => one.stderr.clone(),
        many => {
            let (reading, sending): (Vec<&Refusal>, Vec<&Refusal>) =
                many.iter().copied().partition(|refusal| reads_first && refusal.while_reading);
            let mut lines: Vec<String> = reading.iter().map(|refusal| refusal.among_others()).collect();
            // What went wrong while reading is one error of several, in brackets.
            if !sending.is_empty() && lines.len() > 1 {
                lines = vec![format!("[{}]", lines.join(", "))];
            }
            lines.extend(sending.iter().map(|refusal| refusal.among_others()));
            let mut text = String::new();
            for line in &lines {
                text.push_str(line.trim_end_matches('\n'));
                text.push('\n');
            }
            text
        }
    }
}
