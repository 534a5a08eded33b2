//! What the admission plugins `ServiceAccount`, `Priority` and `RuntimeClass` refuse of a Pod
//! (`plugin/pkg/admission/{serviceaccount,priority}/admission.go@v1.37.2` and
//! `staging/src/k8s.io/apiserver/pkg/admission/plugin`…).
//!
//! They look at Pods alone: a Job whose template they would refuse is taken, and none of its Pods.
//!
//! Leaves out: `globalDefault` of a `PriorityClass`, `PodSecurity`. Quotas and limit ranges: `limit_range.rs`, `controllers/quota.rs`.

use super::access::{Access, sub};
use serde_json::Value;

/// The objects that a Pod may name in its spec, as far as a student made any.
#[derive(Debug, Clone, Default)]
pub struct PodClasses {
    /// Namespace and name of each `ServiceAccount`; `default` is in every namespace.
    pub accounts: Vec<(String, String)>,
    /// Name and value of each `PriorityClass`.
    pub priorities: Vec<(String, i64)>,
    /// The name of each `RuntimeClass`.
    pub runtimes: Vec<String>,
}

impl PodClasses {
    /// Takes note of an object, if it is of one of these kinds.
    pub fn learn(&mut self, kind: &str, namespace: &str, name: &str, object: &Value) {
        let name = name.to_owned();
        match kind {
            "ServiceAccount" => self.accounts.push((namespace.to_owned(), name)),
            "PriorityClass" => self.priorities.push((name, object.int("value").unwrap_or_default())),
            "RuntimeClass" => self.runtimes.push(name),
            _ => {}
        }
    }
}

/// No such objects.
pub(crate) static NO_CLASSES: PodClasses =
    PodClasses { accounts: Vec::new(), priorities: Vec::new(), runtimes: Vec::new() };

/// What a Pod's spec names.
#[derive(Debug, Clone, Copy, Default)]
pub struct PodNames<'a> {
    /// `serviceAccountName`; empty for `default`.
    pub account: &'a str,
    /// `priorityClassName`.
    pub priority_class: &'a str,
    /// `priority`.
    pub priority: Option<i64>,
    /// `runtimeClassName`.
    pub runtime_class: &'a str,
}

impl<'a> PodNames<'a> {
    /// Those of a spec as JSON.
    pub fn of(spec: &'a Value) -> Self {
        Self {
            account: spec.text("serviceAccountName"),
            priority_class: spec.text("priorityClassName"),
            priority: spec.int("priority"),
            runtime_class: spec.text("runtimeClassName"),
        }
    }
}

/// Why a Pod is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forbidden {
    /// The field of the Pod's spec that is to blame, such as `serviceAccountName`.
    pub field: &'static str,
    /// The server's words after `pods "x" is forbidden: `.
    pub text: String,
}

/// Why admission refuses a Pod of that namespace; none if it takes it.
pub fn forbidden(namespace: &str, names: &PodNames<'_>, known: &PodClasses) -> Option<Forbidden> {
    let refuse = |field, text| Some(Forbidden { field, text });
    let account = names.account;
    let is_there = |(of, name): &(String, String)| of == namespace && name == account;
    if !matches!(account, "" | "default") && !known.accounts.iter().any(is_there) {
        let text =
            format!("error looking up service account {namespace}/{account}: serviceaccount \"{account}\" not found");
        return refuse("serviceAccountName", text);
    }
    let class = names.priority_class;
    let Some(priority) = priority_of(class, known) else {
        return refuse("priorityClassName", format!("no PriorityClass with name {class} was found"));
    };
    if let Some(given) = names.priority.filter(|given| *given != priority) {
        let text = format!(
            "the integer value of priority ({given}) must not be provided in pod spec; priority admission controller computed {priority} from the given PriorityClass name"
        );
        return refuse("priority", text);
    }
    let runtime = names.runtime_class;
    if !runtime.is_empty() && !known.runtimes.iter().any(|name| name == runtime) {
        return refuse("runtimeClassName", format!("pod rejected: RuntimeClass \"{runtime}\" not found"));
    }
    None
}

/// The priority that a class gives; none if there is no such class.
pub fn priority_of(class: &str, known: &PodClasses) -> Option<i64> {
    match class {
        "" => Some(0),
        "system-cluster-critical" => Some(2_000_000_000),
        "system-node-critical" => Some(2_000_001_000),
        class => known.priorities.iter().find(|(name, _)| name == class).map(|(_, value)| *value),
    }
}

/// Why admission refuses this Pod.
pub(crate) fn forbidden_pod(pod: &Value, known: &PodClasses) -> Option<Forbidden> {
    forbidden(sub(pod, "metadata").text("namespace"), &PodNames::of(sub(pod, "spec")), known)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn text(spec: &Value, known: &PodClasses) -> String {
        forbidden("curso", &PodNames::of(spec), known).map(|forbidden| forbidden.text).unwrap_or_default()
    }

    #[test]
    fn what_a_pod_names_must_be_there() {
        let none = PodClasses::default();
        let some = PodClasses {
            accounts: vec![("curso".to_owned(), "migrador".to_owned()), ("otro".to_owned(), "ajeno".to_owned())],
            priorities: vec![("urgente".to_owned(), 1_000)],
            runtimes: vec!["gvisor".to_owned()],
        };
        let account = json!({"serviceAccountName": "migrador"});
        assert_eq!(
            text(&account, &none),
            "error looking up service account curso/migrador: serviceaccount \"migrador\" not found"
        );
        assert_eq!(text(&account, &some), "");
        assert!(text(&json!({"serviceAccountName": "ajeno"}), &some).contains("curso/ajeno"), "of another namespace");
        let class = json!({"priorityClassName": "urgente"});
        assert_eq!(text(&class, &none), "no PriorityClass with name urgente was found");
        assert_eq!(text(&class, &some), "");
        assert!(text(&json!({"priorityClassName": "urgente", "priority": 5}), &some).contains("computed 1000"));
        let runtime = json!({"runtimeClassName": "gvisor"});
        assert_eq!(text(&runtime, &none), "pod rejected: RuntimeClass \"gvisor\" not found");
        assert_eq!(text(&runtime, &some), "");
    }
}
