//! Which explanation a mistake gets: the key of `i18n`'s texts, from the sort of mistake and its field.

use crate::manifest::{Problem, ProblemClass};

/// The key of the explanation in `i18n::problems`, from the sort of mistake and its field.
pub(super) fn rule_of(problem: &Problem) -> &'static str {
    use ProblemClass as Class;
    let field = problem.rule();
    let last = field.rsplit('.').next().unwrap_or_default();
    let about = |part: &str| field.contains(part);
    match problem.class {
        Class::TooBig => "yaml-bounds",
        Class::YamlSyntax if problem.message.contains("tab") => "yaml-tab",
        Class::YamlSyntax => "yaml-syntax",
        Class::JsonSyntax => "json-syntax",
        Class::NoObjects => "empty",
        Class::NotAnObject => "not-an-object",
        Class::NoApiVersion => "api-version-missing",
        Class::NoKind => "kind-missing",
        Class::UnknownKind => "no-match",
        Class::NoName => "name-missing",
        Class::WrongNamespace | Class::NoNamespace => "namespace",
        Class::UnknownField => "unknown-field",
        Class::WrongType => "wrong-type",
        Class::BadValue if about("resources") => "quantity",
        Class::BadValue => "bad-value",
        Class::Internal => "internal",
        Class::TooLong => "too-long",
        Class::TooMany => "too-many",
        Class::Forbidden => "forbidden",
        _ if problem.detail.contains("field is immutable") => "immutable",
        _ if last == "restartPolicy" && problem.detail.contains("podFailurePolicy") => {
            "restart-policy-failure-policy"
        }
        _ if last == "restartPolicy" && !about("containers") => "restart-policy",
        _ if about("podFailurePolicy") && problem.detail.contains("backoffLimitPerIndex") => {
            "needs-backoff-limit-per-index"
        }
        _ if problem.detail.contains("requires indexed completion mode") => "needs-indexed",
        _ if about("podFailurePolicy") => "failure-policy",
        _ if about("successPolicy") => "success-policy",
        _ if problem.detail.contains("maxFailedIndexes is specified") => "needs-backoff-limit-per-index",
        _ if field == "spec.completions" && problem.class == Class::Required => "indexed-completions",
        _ if last == "completionMode" => "completion-mode",
        _ if last == "maxFailedIndexes" => "above-completions",
        _ if problem.detail == "must be greater than or equal to 0" => "not-negative",
        _ if field.starts_with("metadata.name") || field.starts_with("metadata.generateName") => {
            if problem.class == Class::Required { "name-missing" } else { "name-dns" }
        }
        _ if field.starts_with("spec.selector") => "selector",
        _ if field == "spec.template.metadata.labels" && about("selector") => "template-labels",
        _ if about("labels") || about("annotations") || last == "nodeSelector" => "label-syntax",
        _ if field.ends_with("spec.containers") => "containers-missing",
        _ if last == "requests" => "request-above-limit",
        _ if about("resources") => "quantity",
        _ if about("volumeMounts") => "volume-mount",
        _ if about("Probe") => "probe",
        _ if about("ports") => "port",
        _ if about(".env") => "env",
        _ if last == "schedule" => "schedule",
        _ if last == "timeZone" => "time-zone",
        Class::Required => "required",
        Class::Unsupported => "unsupported-value",
        Class::Duplicate => "duplicate-value",
        Class::NotFound => "not-found",
        Class::Invalid => "invalid-value",
    }
}
