//! What a refused or warned-of line of the manifest means, and how to mend it.
//!
//! The server's own words lead here and stand beside these.

use super::Language;
use super::problem_rules::RULES;

/// What is said of a problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Explained {
    /// What it means and how to mend it; words between backticks are for the code font.
    pub words: &'static str,
    /// How it is written right, in lines of a manifest, or the command that helps.
    pub example: &'static str,
}

/// The explanation of a problem, with a fix, from the field (`spec.template.spec.restartPolicy`,
/// or a key of the table) and the server's words.
pub fn explain_problem(language: Language, field: &str, message: &str) -> Option<Explained> {
    text_of(language, field).or_else(|| text_of(language, rule_of(field, message)?))
}

fn text_of(language: Language, rule: &str) -> Option<Explained> {
    let place = RULES.binary_search_by_key(&rule, |entry| entry.0).ok()?;
    let &(_, spanish, english, example) = RULES.get(place)?;
    let words = match language {
        Language::Es => spanish,
        Language::En => english,
    };
    Some(Explained { words, example })
}

/// The key of the explanation: first what the words alone tell, then what the field adds.
fn rule_of(field: &str, message: &str) -> Option<&'static str> {
    by_words(message).or_else(|| by_field(field, message)).or_else(|| by_kind(message))
}

/// Words of the server that say all there is to say.
fn by_words(message: &str) -> Option<&'static str> {
    const WORDS: &[(&str, &str)] = &[
        ("unknown field", "unknown-field"),
        ("already set", "duplicate-field"),
        ("duplicate field", "duplicate-field"),
        ("cannot start any token", "yaml-tab"),
        ("yaml:", "yaml-syntax"),
        ("error converting YAML", "yaml-syntax"),
        ("document separator", "document-separator"),
        ("apiVersion not set", "api-version-missing"),
        ("apiVersion isn't", "api-version-missing"),
        ("unexpected GroupVersion", "api-version-missing"),
        ("kind not set", "kind-missing"),
        ("kind isn't", "kind-missing"),
        ("'Kind' is missing", "kind-missing"),
        ("invalid object to validate", "not-an-object"),
        ("is not a list", "not-an-object"),
        ("no matches for kind", "no-match"),
        ("no kind \"", "no-match"),
        ("no objects passed", "empty"),
        ("illegal base64", "bad-value"),
        ("parsing time", "bad-value"),
        ("cannot unmarshal", "wrong-type"),
        ("unrecognized type", "wrong-type"),
        ("cannot convert", "wrong-type"),
        ("cannot restore", "wrong-type"),
        ("ValidationError", "wrong-type"),
        ("could not find expected", "yaml-syntax"),
        ("json: offset", "json-syntax"),
        ("unexpected EOF", "json-syntax"),
        ("error parsing job", "json-syntax"),
        ("unable to parse quantity", "quantity"),
        ("quantities must match", "quantity"),
        ("quantity must", "quantity"),
        ("namespace from the provided object", "namespace"),
        ("namespace of the provided object", "namespace"),
        ("namespaces \"", "namespace-missing"),
        ("looking up service account", "pod-refused"),
        ("no PriorityClass", "pod-refused"),
        ("pod rejected", "pod-refused"),
        ("integer value of priority", "pod-refused"),
        ("cannot use generate name", "generate-name"),
        ("name or generateName is required", "name-missing"),
        ("resource name may not be empty", "name-missing"),
        ("was undeterminable", "name-missing"),
        ("invalid resource name", "name-dns"),
        ("a DNS label is recommended", "name-label-warning"),
        ("only \"Never\" is supported when podFailurePolicy", "restart-policy-failure-policy"),
        ("in tandem", "tandem"),
        ("pod updates may not", "pod-immutable"),
        ("existing toleration", "pod-immutable"),
        ("must be less than or equal to previous", "pod-immutable"),
        ("must not update from", "pod-immutable"),
        ("only deletion is allowed", "pod-immutable"),
        ("immutable after creation", "immutable"),
        ("field is immutable", "immutable"),
        ("may not change once set", "immutable"),
        ("does not match the name on the URL", "immutable"),
        ("already exists", "already-exists"),
        ("the object has been modified", "conflict"),
        ("must be specified for an update", "conflict"),
        ("timed out waiting", "timed-out"),
        ("requires indexed completion mode", "needs-indexed"),
        ("when completion mode is Indexed", "indexed-completions"),
        ("requires the backoffLimitPerIndex", "needs-backoff-limit-per-index"),
        ("when maxFailedIndexes is specified", "needs-backoff-limit-per-index"),
        ("must be less than or equal to completions", "above-completions"),
        ("number of completions higher", "many-indexes"),
        ("completions are above", "many-indexes"),
        ("completions is above", "many-indexes"),
        ("negative values are invalid and will", "grace-negative"),
        ("hides previous definition", "hidden-variable"),
        ("fractional byte value", "fractional-bytes"),
        ("duplicate port", "duplicate-port"),
        ("deprecated", "deprecated"),
        ("null labelSelector", "null-selector"),
        ("greater than or equal to 0", "not-negative"),
        ("`selector` does not match template", "template-labels"),
        ("must be a valid DNS", "name-dns"),
        ("RFC 1123", "name-dns"),
        ("DNS-1035", "name-dns"),
        ("must not contain dots", "name-dns"),
        ("must be no more than 5", "name-too-long"),
        ("invalid DNS label", "name-too-long"),
        ("must be no more than 2", "name-too-long"),
        ("must be no more than 63 characters", "name-too-long"),
        ("a valid label", "label-syntax"),
        ("must be no more than 63 bytes", "label-syntax"),
        ("name part must", "label-syntax"),
        ("prefix part", "label-syntax"),
        ("finalizer", "label-syntax"),
        ("config key", "config-key"),
        ("must not start with '..'", "config-key"),
        ("must not be '.", "config-key"),
        ("binaryData", "config-key"),
        ("valid IP address", "address"),
        ("must match pod's", "affinity"),
        ("is forbidden:", "pod-refused"),
        ("without restartPolicy=Always", "init-container"),
    ];
    WORDS.iter().find(|(words, _)| message.contains(words)).map(|&(_, rule)| rule)
}

/// Fields whose mistakes have one cure.
fn by_field(field: &str, message: &str) -> Option<&'static str> {
    const FIELDS: &[(&str, &str)] = &[
        ("podFailurePolicy", "failure-policy"),
        ("successPolicy", "success-policy"),
        ("podReplacementPolicy", "replacement-policy"),
        ("managedBy", "managed-by"),
        ("ownerReferences", "owner"),
        ("in ReplicaSet", "workload"),
        ("supported values: \"Always\"", "workload"),
        ("spec.strategy", "strategy"),
        ("progressDeadlineSeconds", "strategy"),
        ("restartPolicyRules", "restart-rules"),
        ("restart rules", "restart-rules"),
        ("resizePolicy", "quantity"),
        ("spec.template.spec.restartPolicy", "restart-policy"),
        ("completionMode", "completion-mode"),
        ("accessModes", "claim"),
        ("volumeMode", "claim"),
        ("spec.resources[storage]", "claim"),
        ("storageClassName", "claim"),
        ("metadata.labels", "label-syntax"),
        ("metadata.annotations[", "secret-type"),
        ("metadata.annotations", "label-syntax"),
        ("data[", "secret-type"),
        ("nodeSelector", "label-syntax"),
        ("spec.selector", "selector"),
        ("manualSelector", "selector"),
        ("resources.requests", "request-above-limit"),
        ("resources", "quantity"),
        ("spec.hard", "quantity"),
        ("volumeMounts", "volume-mount"),
        ("volumeDevices", "not-found"),
        ("tolerations", "toleration"),
        ("ffinity", "affinity"),
        ("topologySpread", "spread"),
        ("labelSelector", "affinity"),
        ("imagePullSecrets", "pull-secret"),
        ("imagePullPolicy", "image-pull-policy"),
        ("pullPolicy", "image-pull-policy"),
        ("concurrencyPolicy", "concurrency"),
        ("Probe", "probe"),
        ("lifecycle", "lifecycle"),
        (".volumes", "volume"),
        ("clusterIP", "service"),
        ("spec.ports", "service"),
        ("spec.type", "service"),
        ("sessionAffinity", "service"),
        ("externalName", "service"),
        ("TrafficPolicy", "service"),
        ("ports", "port"),
        (".env", "env"),
        ("ecurityContext", "security"),
        ("shareProcess", "security"),
        ("hostProcess", "security"),
        ("hostUsers", "security"),
        ("hostnameOverride", "forbidden"),
        ("schedule", "schedule"),
        ("timeZone", "time-zone"),
        ("must be between", "range"),
        ("must be greater than", "range"),
        ("must be less than", "range"),
    ];
    // Both the field and the words may name it.
    let named = |part: &str| field.contains(part) || message.contains(part);
    if message.contains("spec.containers: Required") {
        return Some("containers-missing");
    }
    FIELDS.iter().find(|(part, _)| named(part)).map(|&(_, rule)| rule)
}

/// The sorts of mistakes that the API server knows.
fn by_kind(message: &str) -> Option<&'static str> {
    const KINDS: &[(&str, &str)] = &[
        ("Required value", "required"),
        ("Unsupported value", "unsupported-value"),
        ("Duplicate value", "duplicate-value"),
        ("Invalid value", "invalid-value"),
        ("Not found", "not-found"),
        ("Forbidden", "forbidden"),
        ("Too long", "too-long"),
        ("Too many", "too-many"),
        ("Internal error", "internal"),
        ("(NotFound)", "not-there"),
        ("rejected our request", "invalid-value"),
        ("(BadRequest)", "invalid-value"),
    ];
    KINDS.iter().find(|(words, _)| message.contains(words)).map(|&(_, rule)| rule)
}

#[cfg(test)]
mod tests {
    use super::{RULES, explain_problem, rule_of, text_of};
    use crate::i18n::Language;

    #[test]
    fn rules_are_sorted_and_explained() {
        assert!(RULES.is_sorted_by_key(|entry| entry.0));
        for (rule, spanish, english, example) in RULES {
            assert_eq!(text_of(Language::Es, rule).map(|said| said.words), Some(*spanish));
            assert_eq!(explain_problem(Language::En, rule, "").map(|said| said.words), Some(*english));
            for text in [spanish, english] {
                assert!(text.ends_with('.') && text.matches('`').count() % 2 == 0, "{text}");
            }
            assert!(!example.is_empty() && !example.ends_with('\n'), "{rule} has no example");
        }
        assert_eq!(explain_problem(Language::Es, "no such rule", ""), None);
    }

    #[test]
    fn the_servers_words_lead_to_the_rule() {
        let cases = [
            ("spec.backofLimit", "unknown field \"spec.backofLimit\"", "unknown-field"),
            (
                "spec.template.spec.restartPolicy",
                "spec.template.spec.restartPolicy: Required value: valid values: \"OnFailure\", \"Never\"",
                "restart-policy",
            ),
            (
                "spec.completions",
                "spec.completions: Required value: when completion mode is Indexed",
                "indexed-completions",
            ),
            (
                "spec.parallelism",
                "spec.parallelism: Invalid value: -1: must be greater than or equal to 0",
                "not-negative",
            ),
            ("spec.template.spec.containers", "spec.template.spec.containers: Required value", "containers-missing"),
            (
                "spec.template.spec.containers.image",
                "spec.template.spec.containers[0].image: Required value",
                "required",
            ),
            ("", "error: error parsing job.yaml: error converting YAML to JSON: yaml: line 3: x", "yaml-syntax"),
        ];
        for (field, message, rule) in cases {
            assert_eq!(rule_of(field, message), Some(rule), "{message}");
            assert!(text_of(Language::Es, rule).is_some());
        }
    }
}
