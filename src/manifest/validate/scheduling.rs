//! Models `pkg/apis/core/validation/validation.go@v1.37.2`: tolerations, affinity, spreading.

use super::field::{Errors, Path};
use super::{meta, names};
use crate::manifest::access::{Access, sub};
use crate::manifest::gotext::quote;
use serde_json::Value;

/// `spec.tolerations`.
pub(crate) fn tolerations(list: &[Value], path: &Path, errors: &mut Errors) {
    for (index, toleration) in list.iter().enumerate() {
        let path = path.index(index);
        let (key, operator, value) = (toleration.text("key"), toleration.text("operator"), toleration.text("value"));
        let effect = toleration.text("effect");
        if key.is_empty() && operator != "Exists" {
            let detail = "operator must be Exists when `key` is empty, which means \"match all values and all keys\"";
            errors.invalid(&path.child("operator"), operator, detail);
        } else if !key.is_empty() {
            errors.invalid_each(&path.child("key"), key, names::label_key(key));
        }
        if toleration.has("tolerationSeconds") && effect != "NoExecute" {
            errors.invalid(&path.child("effect"), effect, "effect must be 'NoExecute' when `tolerationSeconds` is set");
        }
        match operator {
            "" | "Equal" => {
                let problems = names::label_value(value);
                if !problems.is_empty() {
                    errors.invalid(&path.child("operator"), value, &problems.join(";"));
                }
            }
            "Exists" => {
                if !value.is_empty() {
                    errors.invalid(&path.child("operator"), value, "value must be empty when `operator` is 'Exists'");
                }
            }
            "Lt" | "Gt" => {
                errors.unsupported(&path.child("operator"), quote(operator), &["Equal", "Exists", "Lt", "Gt"]);
            }
            _ => errors.unsupported(&path.child("operator"), quote(operator), &["Equal", "Exists"]),
        }
        if !effect.is_empty() {
            errors.supported(&path.child("effect"), effect, &["NoSchedule", "PreferNoSchedule", "NoExecute"]);
        }
    }
}

const REQUIRED: &str = "requiredDuringSchedulingIgnoredDuringExecution";
const PREFERRED: &str = "preferredDuringSchedulingIgnoredDuringExecution";

/// `spec.affinity`.
pub(crate) fn affinity(affinity: &Value, path: &Path, errors: &mut Errors) {
    if let Some(node) = affinity.field("nodeAffinity") {
        node_affinity(node, &path.child("nodeAffinity"), errors);
    }
    for name in ["podAffinity", "podAntiAffinity"] {
        let path = path.child(name);
        let terms = sub(affinity, name);
        let required = path.child(REQUIRED);
        for (index, term) in terms.list(REQUIRED).iter().enumerate() {
            pod_term(term, &required.index(index), errors);
        }
        let preferred = path.child(PREFERRED);
        for (index, term) in terms.list(PREFERRED).iter().enumerate() {
            let path = preferred.index(index);
            weight(term, &path, errors);
            pod_term(sub(term, "podAffinityTerm"), &path.child("podAffinityTerm"), errors);
        }
    }
}

fn node_affinity(affinity: &Value, path: &Path, errors: &mut Errors) {
    if let Some(required) = affinity.field(REQUIRED) {
        let path = path.child(REQUIRED);
        let terms_path = path.child("nodeSelectorTerms");
        let terms = required.list("nodeSelectorTerms");
        if terms.is_empty() {
            errors.required(&terms_path, "must have at least one node selector term");
        }
        for (index, term) in terms.iter().enumerate() {
            node_term(term, true, &terms_path.index(index), errors);
        }
    }
    let preferred = path.child(PREFERRED);
    for (index, term) in affinity.list(PREFERRED).iter().enumerate() {
        let path = preferred.index(index);
        weight(term, &path, errors);
        node_term(sub(term, "preference"), false, &path.child("preference"), errors);
    }
}

fn weight(term: &Value, path: &Path, errors: &mut Errors) {
    let weight = term.int("weight").unwrap_or(0);
    if !(1..=100).contains(&weight) {
        errors.invalid_int(&path.child("weight"), weight, "must be in the range 1-100");
    }
}

fn node_term(term: &Value, checks_values: bool, path: &Path, errors: &mut Errors) {
    let expressions = path.child("matchExpressions");
    for (index, expression) in term.list("matchExpressions").iter().enumerate() {
        let path = expressions.index(index);
        let values = expression.list("values");
        match expression.text("operator") {
            "In" | "NotIn" if values.is_empty() => {
                errors.required(&path.child("values"), "must be specified when `operator` is 'In' or 'NotIn'");
            }
            "Exists" | "DoesNotExist" if !values.is_empty() => {
                let detail = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'";
                errors.forbidden(&path.child("values"), detail);
            }
            "Gt" | "Lt" if values.len() != 1 => {
                errors
                    .required(&path.child("values"), "must be specified single value when `operator` is 'Lt' or 'Gt'");
            }
            "In" | "NotIn" | "Exists" | "DoesNotExist" | "Gt" | "Lt" => {}
            other => errors.invalid(&path.child("operator"), other, "not a valid selector operator"),
        }
        let key = expression.text("key");
        errors.invalid_each(&path.child("key"), key, names::label_key(key));
        let values_path = path.child("values");
        for (index, value) in values.iter().filter_map(Value::as_str).enumerate().filter(|_| checks_values) {
            errors.invalid_each(&values_path.index(index), value, names::label_value(value));
        }
    }
    let fields = path.child("matchFields");
    for (index, field) in term.list("matchFields").iter().enumerate() {
        let path = fields.index(index);
        match field.text("operator") {
            "In" | "NotIn" => {
                if field.list("values").len() != 1 {
                    let detail = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector";
                    errors.required(&path.child("values"), detail);
                }
            }
            other => errors.invalid(&path.child("operator"), other, "not a valid selector operator"),
        }
        if field.text("key") != "metadata.name" {
            errors.invalid(&path.child("key"), field.text("key"), "not a valid field selector key");
        }
    }
}

fn pod_term(term: &Value, path: &Path, errors: &mut Errors) {
    for name in ["labelSelector", "namespaceSelector"] {
        if let Some(selector) = term.field(name) {
            meta::selector(selector, &path.child(name), errors);
        }
    }
    for namespace in term.list("namespaces").iter().filter_map(Value::as_str) {
        errors.invalid_each(&path.child("namespace"), namespace, names::dns_label(namespace));
    }
    let key = term.text("topologyKey");
    if key.is_empty() {
        errors.required(&path.child("topologyKey"), "can not be empty");
    }
    errors.invalid_each(&path.child("topologyKey"), key, names::label_key(key));
    for name in ["matchLabelKeys", "mismatchLabelKeys"] {
        label_keys(term, name, path, errors);
    }
    let others = term.list("mismatchLabelKeys");
    let keys = path.child("matchLabelKeys");
    for (index, key) in term.list("matchLabelKeys").iter().enumerate().filter(|(_, key)| others.contains(key)) {
        let detail = "exists in both matchLabelKeys and mismatchLabelKeys";
        errors.invalid(&keys.index(index), key.as_str().unwrap_or(""), detail);
    }
}

/// Keys whose values are taken from the Pod's own labels.
fn label_keys(holder: &Value, name: &str, path: &Path, errors: &mut Errors) {
    let keys = holder.list(name);
    let path = path.child(name);
    if !keys.is_empty() && !holder.has("labelSelector") {
        errors.forbidden(&path, "must not be specified when labelSelector is not set");
        return;
    }
    for (index, key) in keys.iter().filter_map(Value::as_str).enumerate() {
        errors.invalid_each(&path.index(index), key, names::label_key(key));
    }
}

/// `spec.topologySpreadConstraints`.
pub(crate) fn spread(list: &[Value], path: &Path, errors: &mut Errors) {
    for (index, constraint) in list.iter().enumerate() {
        let item = path.index(index);
        positive(constraint.int("maxSkew").unwrap_or(0), &item.child("maxSkew"), errors);
        let (key, action) = (constraint.text("topologyKey"), constraint.text("whenUnsatisfiable"));
        if key.is_empty() {
            errors.required(&item.child("topologyKey"), "can not be empty");
        }
        errors.supported(&item.child("whenUnsatisfiable"), action, &["DoNotSchedule", "ScheduleAnyway"]);
        let mut rest = list.iter().skip(index + 1);
        if rest.any(|other| other.text("topologyKey") == key && other.text("whenUnsatisfiable") == action) {
            errors.duplicate(&item.child("{topologyKey, whenUnsatisfiable}"), &format!("{{{key}, {action}}}"));
        }
        if let Some(domains) = constraint.int("minDomains") {
            let path = item.child("minDomains");
            positive(domains, &path, errors);
            if action != "DoNotSchedule" {
                let detail = format!("can only use minDomains if whenUnsatisfiable=DoNotSchedule, not {action}");
                errors.invalid_int(&path, domains, &detail);
            }
        }
        for name in ["nodeAffinityPolicy", "nodeTaintsPolicy"] {
            if constraint.has(name) {
                errors.supported(&item.child(name), constraint.text(name), &["Honor", "Ignore"]);
            }
        }
        label_keys(constraint, "matchLabelKeys", &item, errors);
        if let Some(selector) = constraint.field("labelSelector") {
            let keys = item.child("matchLabelKeys");
            let selected = |key: &str| {
                selector.get("matchLabels").is_some_and(|labels| labels.get(key).is_some())
                    || selector.list("matchExpressions").iter().any(|expression| expression.text("key") == key)
            };
            let named = constraint.list("matchLabelKeys").iter().filter_map(Value::as_str).enumerate();
            for (index, key) in named.filter(|(_, key)| selected(key)) {
                errors.invalid(&keys.index(index), key, "exists in both matchLabelKeys and labelSelector");
            }
            meta::selector(selector, &item.child("labelSelector"), errors);
        }
    }
}

fn positive(value: i64, path: &Path, errors: &mut Errors) {
    if value <= 0 {
        errors.invalid_int(path, value, "must be greater than zero");
    }
}
