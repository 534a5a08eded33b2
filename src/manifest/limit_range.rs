//! What a `LimitRange` fills in and refuses.
//!
//! Models `plugin/pkg/admission/limitranger/admission.go@v1.37.2` and, of `pkg/apis/core/v1/defaults.go`,
//! `SetDefaults_LimitRangeItem`.
//!
//! Leaves out: claims of volumes. Upstream goes through resources in no order; here they are sorted.

use super::access::{Access, set, sub};
use crate::api::{Amounts, Container, PodSpec, Quantity, amounts};
use serde_json::{Map, Value};
use std::rc::Rc;

/// The annotation that tells what was filled in.
pub const LIMIT_RANGER: &str = "kubernetes.io/limit-ranger";

/// Fills in what an item of a `LimitRange` leaves out about containers.
pub(crate) fn default_item(limit: &mut Value) {
    if limit.text("type") != "Container" {
        return;
    }
    let list = |name: &str| sub(limit, name).as_object().cloned().unwrap_or_default();
    let missing = |into: &mut Map<String, Value>, from: Map<String, Value>| {
        for (resource, amount) in from {
            into.entry(resource).or_insert(amount);
        }
    };
    let mut most = list("default");
    missing(&mut most, list("max"));
    let mut least = list("defaultRequest");
    missing(&mut least, most.clone());
    missing(&mut least, list("min"));
    for (name, amounts) in [("default", most), ("defaultRequest", least)] {
        if !amounts.is_empty() {
            set(limit, name, Value::Object(amounts));
        }
    }
}

/// Gives containers without requests or limits the defaults. Returns the annotation's text, if anything was filled in.
pub fn fill_in(range: &Value, spec: &mut PodSpec) -> Option<String> {
    let items = limits(range).filter(|limit| limit.text("type") == "Container");
    let (mut requests, mut most) = (Map::new(), Map::new());
    for limit in items {
        let list = |name: &str| sub(limit, name).as_object().cloned().unwrap_or_default();
        requests.extend(list("defaultRequest"));
        most.extend(list("default"));
    }
    let mut notes = Vec::new();
    let regular = spec.containers.iter_mut().map(|container| (container, "container"));
    for (container, kind) in
        regular.chain(spec.init_containers.iter_mut().map(|container| (container, "init container")))
    {
        for (list, name, defaults) in [("requests", "request", &requests), ("limits", "limit", &most)] {
            let set = complete(container, list, defaults);
            if !set.is_empty() {
                notes.push(format!("{} {name} for {kind} {}", set.join(", "), container.name));
            }
        }
    }
    (!notes.is_empty()).then(|| format!("LimitRanger plugin set: {}", notes.join("; ")))
}

/// Completes one list of a container; tells which resources it lacked.
fn complete(container: &mut Rc<Container>, list: &str, defaults: &Map<String, Value>) -> Vec<String> {
    let there = container.resources.as_ref().and_then(|resources| resources.get(list));
    let lacks = |resource: &&String| there.is_none_or(|there| there.get(resource.as_str()).is_none());
    let lacking: Vec<String> = defaults.keys().filter(lacks).cloned().collect();
    if lacking.is_empty() {
        return lacking;
    }
    let resources = Rc::make_mut(container).resources.get_or_insert_with(|| Value::Object(Map::new()));
    if let Value::Object(lists) = resources
        && let Value::Object(amounts) = lists.entry(list).or_insert_with(|| Value::Object(Map::new()))
    {
        for resource in &lacking {
            amounts.insert(resource.clone(), defaults.get(resource).cloned().unwrap_or_default());
        }
    }
    lacking
}

/// What a Pod has too little or too much of, in the server's words: one alone, or a list in brackets.
pub fn violation(range: &Value, spec: &PodSpec) -> Option<String> {
    let mut found = Vec::new();
    for limit in limits(range) {
        match limit.text("type") {
            "Container" => {
                for container in spec.containers.iter().chain(&spec.init_containers) {
                    check(limit, "Container", &container.amounts("requests"), &container.amounts("limits"), &mut found);
                }
            }
            "Pod" => check(limit, "Pod", &spec.amounts("requests"), &spec.amounts("limits"), &mut found),
            _ => {}
        }
    }
    // An aggregate of Go says the same thing only once.
    let mut told: Vec<String> = Vec::new();
    for text in found {
        if !told.contains(&text) {
            told.push(text);
        }
    }
    match told.as_slice() {
        [] => None,
        [one] => Some(one.clone()),
        several => Some(format!("[{}]", several.join(", "))),
    }
}

fn limits(range: &Value) -> impl Iterator<Item = &Value> {
    range.pointer("/spec/limits").and_then(Value::as_array).into_iter().flatten()
}

fn check(limit: &Value, of: &str, requests: &Amounts, limits: &Amounts, found: &mut Vec<String>) {
    let list = |name: &str| amounts(limit.get(name));
    for (resource, min) in list("min") {
        let head = format!("minimum {resource} usage per {of} is {min}");
        match (requests.get(&resource), limits.get(&resource)) {
            (None, _) => found.push(format!("{head}.  No request is specified")),
            (Some(request), _) if *request < min => found.push(format!("{head}, but request is {request}")),
            (_, Some(limit)) if *limit < min => found.push(format!("{head}, but limit is {limit}")),
            _ => {}
        }
    }
    for (resource, max) in list("max") {
        let head = format!("maximum {resource} usage per {of} is {max}");
        match (requests.get(&resource), limits.get(&resource)) {
            (_, None) => found.push(format!("{head}.  No limit is specified")),
            (_, Some(limit)) if *limit > max => found.push(format!("{head}, but limit is {limit}")),
            (Some(request), _) if *request > max => found.push(format!("{head}, but request is {request}")),
            _ => {}
        }
    }
    for (resource, ratio) in list("maxLimitRequestRatio") {
        let head = format!("{resource} max limit to request ratio per {of} is {ratio}");
        let amount = |list: &Amounts| list.get(&resource).copied().filter(|amount| !amount.is_zero());
        let (Some(request), limit) = (amount(requests), amount(limits)) else {
            found.push(format!("{head}, but no request is specified or request is 0"));
            continue;
        };
        let Some(limit) = limit else {
            found.push(format!("{head}, but no limit is specified or limit is 0"));
            continue;
        };
        if limit.milli().saturating_mul(1_000) > ratio.milli().saturating_mul(request.milli()) {
            found.push(format!("{head}, but provided ratio is {}", quotient(limit, request)));
        }
    }
}

/// A quotient with six decimals, as `%f` writes it.
fn quotient(limit: Quantity, request: Quantity) -> String {
    let (limit, request) = (limit.milli(), request.milli().max(1));
    let millionths = (limit.saturating_mul(2_000_000) + request) / (request * 2);
    format!("{}.{:06}", millionths / 1_000_000, millionths % 1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn range(limits: Value) -> Value {
        let mut limits = limits;
        limits.as_array_mut().expect("a list").iter_mut().for_each(default_item);
        json!({"spec": {"limits": limits}})
    }

    fn spec(json: Value) -> PodSpec {
        serde_json::from_value(json).expect("a Pod's spec")
    }

    #[test]
    fn a_range_completes_itself_before_it_completes_pods() {
        let range = range(
            json!([{"type": "Container", "max": {"memory": "256Mi"}, "min": {"cpu": "50m"}, "default": {"cpu": "1"}}]),
        );
        let item = &range["spec"]["limits"][0];
        assert_eq!(item["default"], json!({"cpu": "1", "memory": "256Mi"}));
        assert_eq!(item["defaultRequest"], json!({"cpu": "1", "memory": "256Mi"}));
    }

    #[test]
    fn what_is_filled_in_is_told() {
        let range = range(
            json!([{"type": "Container", "default": {"cpu": "200m", "memory": "64Mi"}, "defaultRequest": {"cpu": "100m"}}]),
        );
        let mut spec = spec(
            json!({"containers": [{"name": "a", "resources": {"requests": {"cpu": "50m"}}}], "initContainers": [{"name": "i"}]}),
        );
        assert_eq!(
            fill_in(&range, &mut spec).as_deref(),
            Some(
                "LimitRanger plugin set: memory request for container a; cpu, memory limit for container a; cpu, memory request for init container i; cpu, memory limit for init container i"
            )
        );
        assert_eq!(fill_in(&range, &mut spec), None);
        assert_eq!(violation(&range, &spec), None);
    }

    #[test]
    fn all_that_is_wrong_is_said_at_once() {
        let range = range(json!([
            {"type": "Container", "max": {"cpu": "500m"}, "min": {"cpu": "50m"}, "maxLimitRequestRatio": {"cpu": "4"}},
            {"type": "Pod", "max": {"cpu": "800m"}},
        ]));
        let spec = spec(
            json!({"containers": [{"name": "a", "resources": {"requests": {"cpu": "30m"}, "limits": {"cpu": "1"}}}]}),
        );
        assert_eq!(
            violation(&range, &spec).as_deref(),
            Some(
                "[minimum cpu usage per Container is 50m, but request is 30m, maximum cpu usage per Container is 500m, but limit is 1, cpu max limit to request ratio per Container is 4, but provided ratio is 33.333333, maximum cpu usage per Pod is 800m, but limit is 1]"
            )
        );
    }
}
