//! Models `pkg/apis/batch/validation/validation.go@v1.37.2`: `podFailurePolicy` and `successPolicy`.

use super::field::{Errors, Path};
use super::names;
use crate::manifest::access::{Access, Names, sub};
use crate::manifest::gotext::{json, quote};
use serde_json::Value;

const MAX_RULES: usize = 20;
const MAX_EXIT_CODES: usize = 255;
const MAX_INDEXES_BYTES: usize = 64 * 1024;

/// `spec.podFailurePolicy`.
pub(crate) fn pod_failure_policy(spec: &Value, path: &Path, errors: &mut Errors) {
    let rules = sub(spec, "podFailurePolicy").list("rules");
    let path = path.child("rules");
    if rules.len() > MAX_RULES {
        errors.too_many(&path, rules.len(), MAX_RULES);
    }
    for (index, rule) in rules.iter().enumerate() {
        failure_rule(spec, rule, &path.index(index), errors);
    }
}

fn failure_rule(spec: &Value, rule: &Value, path: &Path, errors: &mut Errors) {
    let action_path = path.child("action");
    match rule.text("action") {
        "" => errors.required(&action_path, r#"valid values: ["Count" "FailIndex" "FailJob" "Ignore"]"#),
        "FailIndex" if !spec.has("backoffLimitPerIndex") => {
            errors.invalid(&action_path, "FailIndex", "requires the backoffLimitPerIndex to be set");
        }
        action => {
            errors.supported(&action_path, action, &["Count", "FailIndex", "FailJob", "Ignore"]);
        }
    }
    let exit_codes = rule.field("onExitCodes");
    if let Some(exit_codes) = exit_codes {
        on_exit_codes(spec, exit_codes, &path.child("onExitCodes"), errors);
    }
    let conditions = rule.list("onPodConditions");
    on_pod_conditions(conditions, &path.child("onPodConditions"), errors);
    match (exit_codes.is_some(), !conditions.is_empty()) {
        (true, true) => {
            let detail = "specifying both OnExitCodes and OnPodConditions is not supported";
            errors.invalid_shown(path, String::new(), detail);
        }
        (false, false) => {
            let detail = "specifying one of OnExitCodes and OnPodConditions is required";
            errors.invalid_shown(path, String::new(), detail);
        }
        _ => {}
    }
}

fn on_exit_codes(spec: &Value, rule: &Value, path: &Path, errors: &mut Errors) {
    let operator = rule.text("operator");
    if operator.is_empty() {
        errors.required(&path.child("operator"), r#"valid values: ["In" "NotIn"]"#);
    } else {
        errors.supported(&path.child("operator"), operator, &["In", "NotIn"]);
    }
    if rule.has("containerName") {
        let name = rule.text("containerName");
        let pod = sub(sub(spec, "template"), "spec");
        let mut containers = pod.list("containers").iter().chain(pod.list("initContainers"));
        if !containers.any(|container| container.text("name") == name) {
            let detail = "must be one of the container or initContainer names in the pod template";
            errors.invalid(&path.child("containerName"), name, detail);
        }
    }
    let values_path = path.child("values");
    let values = rule.list("values");
    let shown = || rule.field("values").map_or_else(|| "null".to_owned(), json);
    if values.is_empty() {
        errors.invalid_shown(&values_path, shown(), "at least one value is required");
    } else if values.len() > MAX_EXIT_CODES {
        errors.too_many(&values_path, values.len(), MAX_EXIT_CODES);
    }
    let codes: Vec<i64> = values.iter().filter_map(Value::as_i64).collect();
    let mut seen = Names::default();
    for (index, code) in codes.iter().enumerate() {
        let path = values_path.index(index);
        if operator == "In" && *code == 0 {
            errors.invalid_int(&path, 0, "must not be 0 for the In operator");
        }
        if !seen.insert(&code.to_string()) {
            errors.duplicate_int(&path, *code);
        }
    }
    if !codes.is_sorted() {
        errors.invalid_shown(&values_path, shown(), "must be ordered");
    }
}

fn on_pod_conditions(conditions: &[Value], path: &Path, errors: &mut Errors) {
    if conditions.len() > MAX_RULES {
        errors.too_many(path, conditions.len(), MAX_RULES);
    }
    for (index, condition) in conditions.iter().enumerate() {
        let path = path.index(index);
        let kind = condition.text("type");
        errors.invalid_each(&path.child("type"), kind, names::label_key(kind));
        match condition.text("status") {
            "" => errors.required(&path.child("status"), r#"valid values: ["False" "True" "Unknown"]"#),
            status => {
                errors.supported(&path.child("status"), status, &["False", "True", "Unknown"]);
            }
        }
    }
}

/// `spec.successPolicy` of an Indexed Job.
pub(crate) fn success_policy(spec: &Value, path: &Path, errors: &mut Errors) {
    let rules = sub(spec, "successPolicy").list("rules");
    let path = path.child("rules");
    if rules.is_empty() {
        errors.required(&path, "at least one rules must be specified when the successPolicy is specified");
    }
    if rules.len() > MAX_RULES {
        errors.too_many(&path, rules.len(), MAX_RULES);
    }
    // The real server crashes on an Indexed Job without completions here; that Job is refused anyway.
    let completions = spec.int("completions").unwrap_or(0);
    for (index, rule) in rules.iter().enumerate() {
        success_rule(rule, completions, &path.index(index), errors);
    }
}

fn success_rule(rule: &Value, completions: i64, path: &Path, errors: &mut Errors) {
    if !rule.has("succeededCount") && !rule.has("succeededIndexes") {
        errors.required(path, "at least one of succeededCount or succeededIndexes must be specified");
    }
    let mut total = 0;
    if rule.has("succeededIndexes") {
        let indexes = rule.text("succeededIndexes");
        let path = path.child("succeededIndexes");
        if indexes.len() > MAX_INDEXES_BYTES {
            errors.too_long(&path, MAX_INDEXES_BYTES);
        }
        match count_indexes(indexes, completions) {
            Ok(count) => total = count,
            Err(problem) => errors.invalid(&path, indexes, &format!("error parsing succeededIndexes: {problem}")),
        }
    }
    if let Some(count) = rule.int("succeededCount") {
        let path = path.child("succeededCount");
        errors.negative(&path, Some(count));
        if count > completions {
            let detail = format!("must be less than or equal to {completions} (the number of specified completions)");
            errors.invalid_int(&path, count, &detail);
        }
        if rule.has("succeededIndexes") && count > total {
            let detail = format!(
                "must be less than or equal to {total} (the number of indexes in the specified succeededIndexes field)"
            );
            errors.invalid_int(&path, count, &detail);
        }
    }
}

/// How many indexes a text such as `0-2,5` names.
fn count_indexes(text: &str, completions: i64) -> Result<i64, String> {
    if text.is_empty() {
        return Ok(0);
    }
    let mut last = None;
    let mut total = 0;
    for interval in text.split(',') {
        let (from, to) = read_interval(interval, completions)?;
        if let Some(last) = last.filter(|last| *last >= from) {
            return Err(format!("non-increasing order, previous: {last}, current: {from}"));
        }
        total += to - from + 1;
        last = Some(to);
    }
    Ok(total)
}

fn read_interval(text: &str, completions: i64) -> Result<(i64, i64), String> {
    let parts: Vec<&str> = text.split('-').collect();
    let read = |part: &str| match part.parse::<i64>() {
        Ok(number) if number >= completions => Err(format!("too large index: {}", quote(part))),
        Ok(number) => Ok(number),
        Err(_) => Err(format!("cannot convert string to integer for index: {}", quote(part))),
    };
    match parts.as_slice() {
        [one] => read(one).map(|number| (number, number)),
        [from, to] => {
            let (from, to) = (read(from)?, read(to)?);
            if from >= to {
                return Err(format!("non-increasing order, previous: {from}, current: {to}"));
            }
            Ok((from, to))
        }
        _ => {
            let shown = quote(text);
            Err(format!(
                "the fragment {shown} violates the requirement that an index interval can have at most two parts separated by '-'"
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_indexes() {
        assert_eq!(count_indexes("0-2,5", 10), Ok(4));
        assert_eq!(count_indexes("", 10), Ok(0));
        assert_eq!(count_indexes("3,1", 10), Err("non-increasing order, previous: 3, current: 1".to_owned()));
        assert_eq!(count_indexes("7-9", 5), Err("too large index: \"7\"".to_owned()));
        assert_eq!(count_indexes("-1", 5), Err("cannot convert string to integer for index: \"\"".to_owned()));
    }
}
