//! Models `pkg/apis/core/validation/validation.go@v1.37.2`: `ValidateResourceQuotaSpec`, `ValidateLimitRange`.
//!
//! Upstream goes through resources in no order; here they are sorted. Leaves out: the ratio against max and min.

use super::field::{Errors, Path};
use super::{names, resources};
use crate::api::{Amounts, Quantity, amounts};
use crate::manifest::access::{Access, sub};
use serde_json::Value;
use std::collections::BTreeSet;

const SCOPES: [&str; 6] =
    ["Terminating", "NotTerminating", "BestEffort", "NotBestEffort", "PriorityClass", "CrossNamespacePodAffinity"];
const PAIRS: [[&str; 2]; 2] = [["BestEffort", "NotBestEffort"], ["Terminating", "NotTerminating"]];

/// The spec of a `ResourceQuota`.
pub(crate) fn quota(spec: &Value, errors: &mut Errors) {
    let path = Path::new("spec");
    for (name, amount) in spec.entries("hard") {
        resources::of_quota(name, amount, &path.child("hard").key(name), errors);
    }
    let listed = spec.list("scopes");
    let scopes: Vec<&str> = listed.iter().filter_map(Value::as_str).collect();
    let shown = crate::manifest::json_text(&Value::Array(listed.to_vec()));
    let fits = |scope: &str| spec.entries("hard").into_iter().all(|(name, _)| fits(scope, name));
    let scopes_path = path.child("scopes");
    for scope in &scopes {
        if !SCOPES.contains(scope) {
            errors.invalid_shown(&scopes_path, shown.clone(), "unsupported scope");
        }
        if !fits(scope) {
            errors.invalid_shown(&scopes_path, shown.clone(), "unsupported scope applied to resource");
        }
    }
    for pair in PAIRS {
        if pair.iter().all(|scope| scopes.contains(scope)) {
            errors.invalid_shown(&scopes_path, shown.clone(), "conflicting scopes");
        }
    }
    for expression in sub(spec, "scopeSelector").list("matchExpressions") {
        let selector = path.child("scopeSelector");
        let path = selector.child("matchExpressions");
        requirement(expression, &path, errors);
    }
}

fn requirement(expression: &Value, path: &Path, errors: &mut Errors) {
    let (scope, operator) = (expression.text("scopeName"), expression.text("operator"));
    let values = expression.list("values");
    if !SCOPES.contains(&scope) {
        errors.invalid(&path.child("scopeName"), scope, "unsupported scope");
    }
    if SCOPES.contains(&scope) && scope != "PriorityClass" && operator != "Exists" {
        errors.invalid(&path.child("operator"), operator, "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity");
    }
    match operator {
        "In" | "NotIn" if values.is_empty() => errors.required(
            &path.child("values"),
            "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector",
        ),
        "In" | "NotIn" => {}
        "Exists" | "DoesNotExist" => {
            if !values.is_empty() {
                let shown = crate::manifest::json_text(&Value::Array(values.to_vec()));
                let detail = "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector";
                errors.invalid_shown(&path.child("values"), shown, detail);
            }
        }
        other => errors.invalid(&path.child("operator"), other, "not a valid selector operator"),
    }
}

/// Whether a quota's line of that name may be limited to that scope. Models `IsResourceQuotaScopeValidForResource`.
fn fits(scope: &str, name: &str) -> bool {
    let of_pods = name == "pods"
        || ["", "requests.", "limits."].iter().any(|prefix| {
            name.strip_prefix(prefix).is_some_and(|of| matches!(of, "cpu" | "memory" | "ephemeral-storage"))
        });
    if !resources::is_quota_standard(name) || !SCOPES.contains(&scope) {
        return true;
    }
    if scope == "BestEffort" { name == "pods" } else { of_pods }
}

/// The spec of a `LimitRange`.
pub(crate) fn range(spec: &Value, errors: &mut Errors) {
    let mut seen = BTreeSet::new();
    let spec_path = Path::new("spec");
    let limits = spec_path.child("limits");
    for (index, limit) in spec.list("limits").iter().enumerate() {
        let path = limits.index(index);
        let kind = limit.text("type");
        let problems = names::label_key(kind);
        if !problems.is_empty() {
            errors.invalid_each(&path.child("type"), kind, problems);
        } else if !kind.contains('/') && !matches!(kind, "Pod" | "Container" | "PersistentVolumeClaim") {
            errors.invalid(&path.child("type"), kind, "must be a standard limit type or fully qualified");
        }
        if !seen.insert(kind) {
            errors.duplicate(&path.child("type"), kind);
        }
        item(limit, kind, &path, errors);
    }
}

fn item(limit: &Value, kind: &str, path: &Path, errors: &mut Errors) {
    let in_containers = matches!(kind, "Pod" | "Container");
    for list in ["max", "min", "default", "defaultRequest", "maxLimitRequestRatio"] {
        let there = limit.entries(list);
        if kind == "Pod" && matches!(list, "default" | "defaultRequest") {
            if !there.is_empty() {
                errors.forbidden(&path.child(list), "may not be specified when `type` is 'Pod'");
            }
            continue;
        }
        for (name, _) in there {
            resources::of_limits(name, in_containers, &path.child(list).key(name), errors);
        }
    }
    if kind == "PersistentVolumeClaim" && ["min", "max"].iter().all(|list| sub(limit, list).field("storage").is_none())
    {
        let detail = "either minimum or maximum storage value is required, but neither was provided";
        errors.required(&path.child("limits"), detail);
    }
    let of = |list: &str| amounts(limit.get(list));
    let (min, max, ratio) = (of("min"), of("max"), of("maxLimitRequestRatio"));
    let (most, least) = if kind == "Pod" { Default::default() } else { (of("default"), of("defaultRequest")) };
    let all: [&Amounts; 5] = [&min, &max, &most, &least, &ratio];
    let keys: BTreeSet<&String> = all.iter().flat_map(|list| list.keys()).collect();
    for key in keys {
        let mut beyond = |small: (&Amounts, &str), large: (&Amounts, &str), at: &str, shown: &Amounts| {
            if let (Some(low), Some(high)) = (small.0.get(key), large.0.get(key))
                && low > high
                && let Some(shown) = shown.get(key)
            {
                let detail = format!("{} value {low} is greater than {} value {high}", small.1, large.1);
                errors.invalid(&path.child(at).key(key), &shown.to_string(), &detail);
            }
        };
        beyond((&min, "min"), (&max, "max"), "min", &min);
        beyond((&min, "min"), (&least, "default request"), "defaultRequest", &least);
        beyond((&least, "default request"), (&max, "max"), "defaultRequest", &least);
        beyond((&least, "default request"), (&most, "default limit"), "defaultRequest", &least);
        beyond((&min, "min"), (&most, "default"), "default", &min);
        beyond((&most, "default"), (&max, "max"), "default", &max);
        if let Some(ratio) = ratio.get(key).filter(|ratio| **ratio < Quantity::whole(1)) {
            let detail = format!("ratio {ratio} is less than 1");
            errors.invalid(&path.child("maxLimitRequestRatio").key(key), &ratio.to_string(), &detail);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn messages(check: fn(&Value, &mut Errors), spec: &Value) -> Vec<String> {
        let mut errors = Errors::default();
        check(spec, &mut errors);
        errors.finish().into_iter().map(|problem| problem.message).collect()
    }

    #[test]
    fn a_quota_counts_only_what_there_is_and_in_scopes_that_fit() {
        assert!(
            messages(quota, &json!({"hard": {"pods": "4", "count/jobs.batch": "2", "requests.cpu": "1"}})).is_empty()
        );
        assert!(!messages(quota, &json!({"hard": {"jobs": "4"}})).is_empty());
        assert!(!messages(quota, &json!({"hard": {"pods": "-1"}})).is_empty());
        assert!(!messages(quota, &json!({"hard": {"secrets": "1"}, "scopes": ["Terminating"]})).is_empty());
        assert!(
            !messages(quota, &json!({"hard": {"pods": "1"}, "scopes": ["Terminating", "NotTerminating"]})).is_empty()
        );
    }

    #[test]
    fn the_amounts_of_a_range_must_be_in_order() {
        let spec = json!({"limits": [{"type": "Container", "min": {"cpu": "2"}, "max": {"cpu": "1"}}]});
        let said = messages(range, &spec);
        assert!(said.iter().any(|text| text.contains("min value 2 is greater than max value 1")), "{said:?}");
        assert!(messages(range, &json!({"limits": [{"type": "Pod", "max": {"cpu": "1"}}]})).is_empty());
    }
}
