//! What containers ask for and are limited to, and what that makes for their Pod.
//!
//! Models `staging/src/k8s.io/component-helpers/resource/helpers.go@v1.37.2`, `PodRequests` and `PodLimits`.
//!
//! Leaves out: overhead, claims, what was actuated after a resize.

use super::{Container, PodSpec, Quantity};
use serde_json::Value;
use std::collections::BTreeMap;

/// Amounts by resource: `cpu`, `memory`, `pods` …
pub type Amounts = BTreeMap<String, Quantity>;

/// The amounts of a list such as `requests` or `hard`; what is no quantity is left out.
pub fn amounts(list: Option<&Value>) -> Amounts {
    let entries = list.and_then(Value::as_object).into_iter().flatten();
    entries.filter_map(|(resource, value)| Some((resource.clone(), quantity(value)?))).collect()
}

fn quantity(value: &Value) -> Option<Quantity> {
    match value {
        Value::String(text) => Quantity::parse(text).ok(),
        Value::Number(number) => Quantity::parse(&number.to_string()).ok(),
        _ => None,
    }
}

/// Adds the second amounts to the first.
pub fn add_amounts(sum: &mut Amounts, more: &Amounts) {
    for (resource, amount) in more {
        let old = sum.get(resource).copied();
        if let Some(new) = Quantity::sum(old, Some(*amount)) {
            sum.insert(resource.clone(), new);
        }
    }
}

impl Container {
    /// Its `requests` or `limits`.
    pub fn amounts(&self, list: &str) -> Amounts {
        amounts(self.resources.as_ref().and_then(|resources| resources.get(list)))
    }
}

impl PodSpec {
    /// The `requests` or `limits` of the whole Pod: containers and sidecars together, or what a plain init container
    /// needs beside the sidecars before it; what the Pod itself says comes first.
    pub fn amounts(&self, list: &str) -> Amounts {
        let mut sum = Amounts::new();
        for container in &self.containers {
            add_amounts(&mut sum, &container.amounts(list));
        }
        let (mut sidecars, mut most) = (Amounts::new(), Amounts::new());
        for container in &self.init_containers {
            let mut own = container.amounts(list);
            if container.is_sidecar() {
                add_amounts(&mut sum, &own);
                add_amounts(&mut sidecars, &own);
                own = sidecars.clone();
            } else {
                add_amounts(&mut own, &sidecars);
            }
            raise(&mut most, own);
        }
        raise(&mut sum, most);
        let own = amounts(self.rest.get("resources").and_then(|resources| resources.get(list)));
        sum.extend(own.into_iter().filter(|(resource, _)| is_of_pods(resource)));
        sum
    }

    /// Whether the Pod itself has requests or limits, beside its containers.
    pub fn has_own_amounts(&self) -> bool {
        let own = self.rest.get("resources");
        ["requests", "limits"].iter().any(|list| !amounts(own.and_then(|own| own.get(list))).is_empty())
    }
}

fn is_of_pods(resource: &str) -> bool {
    matches!(resource, "cpu" | "memory") || resource.starts_with("hugepages-")
}

fn raise(most: &mut Amounts, other: Amounts) {
    for (resource, amount) in other {
        if most.get(&resource).is_none_or(|old| *old < amount) {
            most.insert(resource, amount);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(json: Value) -> PodSpec {
        serde_json::from_value(json).expect("a Pod's spec")
    }

    fn shown(amounts: &Amounts) -> Vec<String> {
        amounts.iter().map(|(resource, amount)| format!("{resource}={amount}")).collect()
    }

    #[test]
    fn an_init_container_counts_beside_the_sidecars_before_it() {
        let asks = |cpu: &str| serde_json::json!({"requests": {"cpu": cpu}});
        let spec = spec(serde_json::json!({
            "initContainers": [
                {"name": "s", "restartPolicy": "Always", "resources": asks("100m")},
                {"name": "i", "resources": asks("1")},
            ],
            "containers": [{"name": "a", "resources": asks("300m")}, {"name": "b", "resources": asks("200m")}],
        }));
        assert_eq!(shown(&spec.amounts("requests")), ["cpu=1100m"]);
        assert!(spec.amounts("limits").is_empty());
    }

    #[test]
    fn what_the_pod_says_comes_first() {
        let spec = spec(serde_json::json!({
            "containers": [{"name": "a", "resources": {"requests": {"cpu": "300m", "memory": "64Mi"}}}],
            "resources": {"requests": {"cpu": "2"}},
        }));
        assert_eq!(shown(&spec.amounts("requests")), ["cpu=2", "memory=64Mi"]);
        assert!(spec.has_own_amounts());
    }
}
