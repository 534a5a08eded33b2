//! What may be written at a place of a manifest: fields with their types, and values that the server lists.
//!
//! The text need not be readable: where the cursor stands is found by the lines above it and their indentation, as a
//! reader of YAML would. Which fields there are comes from the table of types, which words from the rules.
//!
//! Leaves out: JSON and values in braces; kinds that the table doesn't have.

use super::cursor::{Document, Line};
use super::schema::{Field, Kind, Struct, Type};
use std::ops::Range;

/// One thing that may be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// What the list shows: a field's name, or a value.
    pub label: String,
    /// What is written in place of [`Completion::from`] … the cursor: with `: `, and for a block the start of its
    /// first line.
    pub insert: String,
    /// The type as `kubectl explain` writes it: `<integer>`, `<[]Container>`; empty for a value.
    pub ty: String,
    /// What holds if the field isn't written; empty if nothing does.
    pub default: &'static str,
    /// The words that the server takes, if it lists them.
    pub words: &'static [&'static str],
    /// Whether the field must be there.
    pub required: bool,
    /// The field's path without indexes, for its help: `i18n::field_help`.
    pub path: String,
}

/// What may be written at the cursor.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Completion {
    /// The byte where the word under the cursor begins.
    pub from: usize,
    /// What may stand there, required fields first.
    pub candidates: Vec<Candidate>,
}

/// The field under a cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hover {
    /// Where its name stands, in bytes.
    pub range: Range<usize>,
    /// Its path without indexes, as `i18n::field_help` knows it: `spec.template.spec.containers.image`. A `CronJob`'s
    /// way to its template is left out, so that both kinds share their help; its own fields begin with `cron.`.
    pub path: String,
    /// Its type, as `kubectl explain` writes it.
    pub ty: String,
    /// What holds if it isn't written.
    pub default: &'static str,
    /// The words that the server takes, if it lists them.
    pub words: &'static [&'static str],
    /// Whether it must be there.
    pub required: bool,
}

/// Struct, field, default; and the words that are allowed.
const FACTS: &[(&str, &str, &str, &[&str])] = &[
    ("Container", "imagePullPolicy", "IfNotPresent", &["Always", "IfNotPresent", "Never"]),
    ("Container", "restartPolicy", "", &["Always", "OnFailure", "Never"]),
    ("Container", "terminationMessagePath", "/dev/termination-log", &[]),
    ("Container", "terminationMessagePolicy", "File", &["File", "FallbackToLogsOnError"]),
    ("ContainerPort", "protocol", "TCP", &["TCP", "UDP", "SCTP"]),
    ("CronJobSpec", "concurrencyPolicy", "Allow", &["Allow", "Forbid", "Replace"]),
    ("CronJobSpec", "failedJobsHistoryLimit", "1", &[]),
    ("CronJobSpec", "successfulJobsHistoryLimit", "3", &[]),
    ("CronJobSpec", "suspend", "false", &["true", "false"]),
    ("EmptyDirVolumeSource", "medium", "", &["", "Memory"]),
    ("HTTPGetAction", "scheme", "HTTP", &["HTTP", "HTTPS"]),
    ("JobSpec", "backoffLimit", "6", &[]),
    ("JobSpec", "completionMode", "NonIndexed", &["NonIndexed", "Indexed"]),
    ("JobSpec", "completions", "1", &[]),
    ("JobSpec", "manualSelector", "false", &["true", "false"]),
    ("JobSpec", "parallelism", "1", &[]),
    ("JobSpec", "podReplacementPolicy", "TerminatingOrFailed", &["TerminatingOrFailed", "Failed"]),
    ("JobSpec", "suspend", "false", &["true", "false"]),
    ("LabelSelectorRequirement", "operator", "", &["In", "NotIn", "Exists", "DoesNotExist"]),
    ("NodeSelectorRequirement", "operator", "", &["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"]),
    ("PodFailurePolicyOnExitCodesRequirement", "operator", "", &["In", "NotIn"]),
    ("PodFailurePolicyOnPodConditionsPattern", "status", "True", &["\"True\"", "\"False\"", "\"Unknown\""]),
    ("PodFailurePolicyOnPodConditionsPattern", "type", "", &["DisruptionTarget"]),
    ("PodFailurePolicyRule", "action", "", &["FailJob", "FailIndex", "Ignore", "Count"]),
    ("PodSpec", "dnsPolicy", "ClusterFirst", &["ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"]),
    ("PodSpec", "restartPolicy", "", &["Never", "OnFailure"]),
    ("PodSpec", "schedulerName", "default-scheduler", &[]),
    ("PodSpec", "terminationGracePeriodSeconds", "30", &[]),
    ("Probe", "failureThreshold", "3", &[]),
    ("Probe", "periodSeconds", "10", &[]),
    ("Probe", "successThreshold", "1", &[]),
    ("Probe", "timeoutSeconds", "1", &[]),
    ("ServiceSpec", "type", "ClusterIP", &["ClusterIP", "NodePort", "LoadBalancer", "ExternalName"]),
    ("Toleration", "effect", "", &["NoSchedule", "PreferNoSchedule", "NoExecute"]),
    ("Toleration", "operator", "Equal", &["Equal", "Exists"]),
    ("TopologySpreadConstraint", "whenUnsatisfiable", "", &["DoNotSchedule", "ScheduleAnyway"]),
];
/// Fields that a manifest never writes.
const NEVER_WRITTEN: [&str; 10] = [
    "status",
    "creationTimestamp",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
    "generation",
    "managedFields",
    "resourceVersion",
    "selfLink",
    "uid",
    "ephemeralContainers",
];
const API_VERSIONS: [(&str, &str); 8] = [
    ("Job", "batch/v1"),
    ("CronJob", "batch/v1"),
    ("Pod", "v1"),
    ("Deployment", "apps/v1"),
    ("ConfigMap", "v1"),
    ("Secret", "v1"),
    ("Service", "v1"),
    ("PersistentVolumeClaim", "v1"),
];
const BOOLEANS: &[&str] = &["true", "false"];

/// What may be written at a byte of the text.
pub fn complete(text: &str, cursor: usize) -> Completion {
    let cursor = boundary(text, cursor);
    let line = Line::at(text, cursor);
    let before = text.get(line.content_start..cursor).unwrap_or("");
    let document = Document::around(text, cursor);
    // Behind a colon stands a value.
    if let Some((name, value)) = line.content(text).split_once(':').filter(|(name, _)| before.len() > name.len()) {
        let from = cursor - before.get(name.len() + 1..).unwrap_or("").trim_start().len();
        let owner = document.parents(text, &line);
        return Completion { from, candidates: values(&document, &owner, name.trim(), value.trim()) };
    }
    let from = line.content_start;
    let owner = document.parents(text, &line);
    let Some(of) = document.struct_of(&owner) else {
        return Completion { from, candidates: if owner.is_empty() { top_level() } else { Vec::new() } };
    };
    let present = document.siblings(text, &line);
    let mut candidates: Vec<Candidate> = Vec::new();
    of.each_field(&mut |field| {
        let is_free = !present.iter().any(|name| name == field.name);
        if is_free && !NEVER_WRITTEN.contains(&field.name) {
            candidates.push(candidate(of, field, &document.kind, &owner, line.indent));
        }
    });
    let (required, optional): (Vec<Candidate>, Vec<Candidate>) = candidates.into_iter().partition(|c| c.required);
    Completion { from, candidates: required.into_iter().chain(optional).collect() }
}

/// The field whose name stands at a byte of the text.
pub fn hover(text: &str, at: usize) -> Option<Hover> {
    let at = boundary(text, at);
    let line = Line::at(text, at);
    let (name, _) = line.content(text).split_once(':')?;
    let range = line.content_start..line.content_start + name.len();
    if !range.contains(&at) {
        return None;
    }
    let document = Document::around(text, at);
    let owner = document.parents(text, &line);
    let of = document.struct_of(&owner)?;
    let (way, field) = of.field(name.trim_matches('"'))?;
    let holder = way.last().copied().unwrap_or(of.name);
    let (default, words) = facts(holder, field);
    Some(Hover {
        range,
        path: help_path(&document.kind, &owner, field.name),
        ty: explained(field.ty),
        default,
        words,
        required: field.required,
    })
}

fn boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn facts(holder: &str, field: &Field) -> (&'static str, &'static [&'static str]) {
    let known = FACTS.iter().find(|(of, name, _, _)| *of == holder && *name == field.name);
    match known {
        Some((_, _, default, words)) => (default, words),
        None if matches!(field.ty.pointed().kind(), Kind::Bool) => ("", BOOLEANS),
        None => ("", &[]),
    }
}

fn candidate(of: &'static Struct, field: &'static Field, kind: &str, owner: &[String], indent: usize) -> Candidate {
    let holder = of.field(field.name).and_then(|(way, _)| way.last().copied()).unwrap_or(of.name);
    let (default, words) = facts(holder, field);
    let deeper = " ".repeat(indent + 2);
    let insert = match field.ty.pointed().kind() {
        Kind::Struct(_) | Kind::Map(_) => format!("{}:\n{deeper}", field.name),
        Kind::List(_) => format!("{}:\n{}- ", field.name, " ".repeat(indent)),
        _ => format!("{}: ", field.name),
    };
    Candidate {
        label: field.name.to_owned(),
        insert,
        ty: explained(field.ty),
        default,
        words,
        required: field.required,
        path: help_path(kind, owner, field.name),
    }
}

fn value(word: &str) -> Candidate {
    Candidate {
        label: word.to_owned(),
        insert: word.to_owned(),
        ty: String::new(),
        default: "",
        words: &[],
        required: false,
        path: String::new(),
    }
}

fn values(document: &Document, owner: &[String], name: &str, _written: &str) -> Vec<Candidate> {
    if owner.is_empty() && name == "kind" {
        return API_VERSIONS.iter().map(|(kind, _)| value(kind)).collect();
    }
    if owner.is_empty() && name == "apiVersion" {
        let fitting = API_VERSIONS.iter().filter(|(kind, _)| document.kind.is_empty() || document.kind == *kind);
        let mut versions: Vec<&str> = fitting.map(|(_, version)| *version).collect();
        versions.dedup();
        return versions.into_iter().map(value).collect();
    }
    let Some((holder, field)) = document.struct_of(owner).and_then(|of| {
        let (way, field) = of.field(name)?;
        Some((way.last().copied().unwrap_or(of.name), field))
    }) else {
        return Vec::new();
    };
    let (default, words) = facts(holder, field);
    if words.is_empty() && !default.is_empty() {
        return vec![value(default)];
    }
    words.iter().filter(|word| !word.is_empty()).map(|word| value(word)).collect()
}

/// What a document begins with.
fn top_level() -> Vec<Candidate> {
    ["apiVersion", "kind", "metadata", "spec"]
        .into_iter()
        .map(|name| Candidate {
            insert: if matches!(name, "metadata" | "spec") { format!("{name}:\n  ") } else { format!("{name}: ") },
            required: true,
            path: name.to_owned(),
            ..value(name)
        })
        .collect()
}

/// The field's path as the help knows it: the Job's and the Pod's fields are the same wherever they stand.
fn help_path(kind: &str, owner: &[String], name: &str) -> String {
    let mut path = owner.join(".");
    if !path.is_empty() {
        path.push('.');
    }
    path.push_str(name);
    match (kind, path.strip_prefix("spec.")) {
        ("CronJob", Some(rest)) => match rest.strip_prefix("jobTemplate.") {
            Some(job) => job.to_owned(),
            None => format!("cron.{rest}"),
        },
        ("Pod", Some(rest)) => format!("spec.template.spec.{rest}"),
        _ => path,
    }
}

/// A type as `kubectl explain` writes it.
fn explained(ty: Type) -> String {
    format!("<{}>", words_of(ty))
}

fn words_of(ty: Type) -> String {
    match ty.kind() {
        Kind::Pointer(inner) => words_of(inner),
        Kind::List(inner) => format!("[]{}", words_of(inner)),
        Kind::Map(inner) => format!("map[string]{}", words_of(inner)),
        Kind::Struct(of) => of.name.to_owned(),
        Kind::Int32 | Kind::Int64 => "integer".to_owned(),
        Kind::Bool => "boolean".to_owned(),
        Kind::IntOrString => "IntOrString".to_owned(),
        Kind::Quantity => "Quantity".to_owned(),
        Kind::Any => "Object".to_owned(),
        Kind::Text | Kind::Bytes | Kind::Time => "string".to_owned(),
    }
}

// ---- where the cursor stands

#[cfg(test)]
mod tests {
    use super::super::schema;
    use super::*;

    const JOB: &str = "\
apiVersion: batch/v1
kind: Job
metadata:
  name: pi
spec:
  backoffLimit: 4
  |
  template:
    spec:
      restartPolicy: Never
      containers:
      - name: pi
        image: perl
        @
        env:
        - name: A
          %
";

    /// The text without its mark, and where the mark stood.
    fn marked(text: &str, mark: char, instead: &str) -> (String, usize) {
        let clean = |text: &str| text.replace(['|', '@', '%'], "");
        let (before, after) = text.split_once(mark).unwrap_or((text, ""));
        let before = format!("{}{instead}", clean(before));
        let cursor = before.len();
        (format!("{before}{}", clean(after)), cursor)
    }

    fn labels(mark: char, instead: &str) -> Vec<String> {
        let (text, cursor) = marked(JOB, mark, instead);
        complete(&text, cursor).candidates.into_iter().map(|candidate| candidate.label).collect()
    }

    #[test]
    fn offers_the_fields_of_the_block() {
        let spec = labels('|', "");
        assert!(spec.contains(&"completions".to_owned()) && spec.contains(&"podFailurePolicy".to_owned()), "{spec:?}");
        assert!(!spec.contains(&"backoffLimit".to_owned()) && !spec.contains(&"template".to_owned()), "{spec:?}");
        let container = labels('@', "");
        assert!(container.contains(&"command".to_owned()) && container.contains(&"resources".to_owned()));
        assert!(!container.contains(&"image".to_owned()) && !container.contains(&"env".to_owned()), "{container:?}");
        let env = labels('%', "");
        assert_eq!(env, ["value", "valueFrom"]);
    }

    #[test]
    fn offers_values() {
        assert_eq!(labels('|', "completionMode: "), ["NonIndexed", "Indexed"]);
        assert_eq!(labels('|', "suspend: t"), ["true", "false"]);
        assert_eq!(labels('@', "imagePullPolicy: "), ["Always", "IfNotPresent", "Never"]);
        let (text, cursor) = marked(JOB, '|', "completionMode: Ind");
        let completion = complete(&text, cursor);
        assert_eq!(text.get(completion.from..cursor), Some("Ind"));
        let kinds = complete("kind: ", 6).candidates;
        assert!(kinds.iter().any(|kind| kind.label == "CronJob"));
        let versions = complete("kind: Job\napiVersion: ", 22).candidates;
        assert_eq!(versions.first().map(|version| version.label.as_str()), Some("batch/v1"));
    }

    #[test]
    fn writes_blocks_with_their_indentation() {
        let (text, cursor) = marked(JOB, '|', "podF");
        let completion = complete(&text, cursor);
        let policy = completion.candidates.iter().find(|candidate| candidate.label == "podFailurePolicy");
        assert_eq!(policy.map(|policy| policy.insert.as_str()), Some("podFailurePolicy:\n    "));
        assert_eq!(policy.map(|policy| policy.ty.as_str()), Some("<PodFailurePolicy>"));
        assert_eq!(text.get(completion.from..cursor), Some("podF"));
    }

    #[test]
    fn an_empty_text_begins_with_its_kind() {
        let first: Vec<String> = complete("", 0).candidates.into_iter().map(|candidate| candidate.label).collect();
        assert_eq!(first, ["apiVersion", "kind", "metadata", "spec"]);
    }

    #[test]
    fn explains_the_field_under_the_pointer() {
        let (text, _) = marked(JOB, '|', "");
        let at = |word: &str| hover(&text, text.find(word).unwrap_or(0) + 1);
        let limit = at("backoffLimit").map(|hover| (hover.path, hover.ty, hover.default));
        assert_eq!(limit, Some(("spec.backoffLimit".to_owned(), "<integer>".to_owned(), "6")));
        let image = at("image").map(|hover| hover.path);
        assert_eq!(image.as_deref(), Some("spec.template.spec.containers.image"));
        assert_eq!(at("perl"), None);
    }

    #[test]
    fn any_byte_of_any_text_is_answered() {
        let texts = [JOB, "", "- - -", "a:\n\n\n- ñ: é\n---\nkind: Job\nspec:\n  á", "\t: :\n:\n-\n- \n"];
        for text in texts {
            for at in 0..=text.len() + 2 {
                let completion = complete(text, at);
                assert!(completion.from <= text.len());
                let _ = hover(text, at);
            }
        }
    }

    #[test]
    fn the_facts_are_about_fields_that_there_are() {
        for (of, field, ..) in FACTS {
            assert!(schema::find(of).and_then(|found| found.field(field)).is_some(), "{of}.{field}");
        }
    }
}
