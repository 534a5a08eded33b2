//! Models `SetDefaults_Pod` (`pkg/apis/core/v1/defaults.go@v1.37.2`) and the admission plugins `ServiceAccount`,
//! `Priority` and `DefaultTolerationSeconds`: what a Pod has that its template hasn't.
//!
//! Leaves out: image pull secrets of the service account, Pod-level resources.

use super::access::{Access, default_text, default_to, fields, literal, set, sub, sub_mut, unset};
use super::admission;
use super::kinds::KindId;
use serde_json::Value;

const ACCOUNT_PATH: &str = "/var/run/secrets/kubernetes.io/serviceaccount";
/// Seconds that a Pod stays on a node that is not ready or not reachable.
const TOLERATION_SECONDS: i64 = 300;

/// Fills in a Pod's spec that came from a template or a manifest. `suffix`: five characters for the volume with the
/// service account's token.
pub fn default_pod(spec: &mut Value, suffix: &str) {
    if spec.int("terminationGracePeriodSeconds").is_some_and(|seconds| seconds < 0) {
        set(spec, "terminationGracePeriodSeconds", Value::from(1));
    }
    let host_network = spec.flag("hostNetwork") == Some(true);
    for container in containers(spec) {
        requests_from_limits(container);
        if host_network {
            for port in container.get_mut("ports").and_then(Value::as_array_mut).into_iter().flatten() {
                let number = port.int("containerPort").unwrap_or(0);
                default_to(port, "hostPort", number);
            }
        }
    }
    default_to(spec, "enableServiceLinks", true);
    service_account(spec, suffix);
    // What a class of the student's own gives was written before.
    let priority = admission::priority_of(spec.text("priorityClassName"), &admission::NO_CLASSES).unwrap_or(0);
    default_to(spec, "priority", priority);
    default_to(spec, "preemptionPolicy", "PreemptLowerPriority");
    for key in ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"] {
        tolerate(spec, key);
    }
}

/// What the server fills in of a Pod that is changed.
pub(crate) fn default_changed(spec: &mut Value) {
    for container in containers(spec) {
        requests_from_limits(container);
    }
    for key in ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"] {
        tolerate(spec, key);
    }
}

fn containers(spec: &mut Value) -> Vec<&mut Value> {
    let lists = fields(spec).iter_mut().filter(|(name, _)| matches!(name.as_str(), "containers" | "initContainers"));
    lists.filter_map(|(_, list)| list.as_array_mut()).flatten().collect()
}

fn requests_from_limits(container: &mut Value) {
    let Some(limits) = sub(sub(container, "resources"), "limits").as_object().cloned() else { return };
    if limits.is_empty() {
        return;
    }
    let requests = sub_mut(sub_mut(container, "resources"), "requests");
    for (name, amount) in limits {
        default_to(requests, &name, amount);
    }
}

fn service_account(spec: &mut Value, suffix: &str) {
    default_text(spec, "serviceAccountName", "default");
    let account = spec.text("serviceAccountName").to_owned();
    set(spec, "serviceAccount", Value::from(account));
    if spec.flag("automountServiceAccountToken") == Some(false) {
        return;
    }
    let name = format!("kube-api-access-{suffix}");
    let mut mounted = false;
    for container in containers(spec) {
        let mounts = list_mut(container, "volumeMounts");
        if !mounts.iter().any(|mount| mount.text("mountPath") == ACCOUNT_PATH) {
            mounts.push(literal(&format!(r#"{{"mountPath":"{ACCOUNT_PATH}","name":"{name}","readOnly":true}}"#)));
            mounted = true;
        }
    }
    if !mounted {
        return;
    }
    let sources = r#"[{"serviceAccountToken":{"expirationSeconds":3607,"path":"token"}},{"configMap":{"items":[{"key":"ca.crt","path":"ca.crt"}],"name":"kube-root-ca.crt"}},{"downwardAPI":{"items":[{"fieldRef":{"apiVersion":"v1","fieldPath":"metadata.namespace"},"path":"namespace"}]}}]"#;
    let volume = format!(r#"{{"name":"{name}","projected":{{"defaultMode":420,"sources":{sources}}}}}"#);
    list_mut(spec, "volumes").push(literal(&volume));
}

/// A field that is a list, made if it isn't there.
fn list_mut<'a>(value: &'a mut Value, name: &str) -> &'a mut Vec<Value> {
    if value.get(name).and_then(Value::as_array).is_none() {
        set(value, name, Value::Array(Vec::new()));
    }
    match value.get_mut(name) {
        Some(Value::Array(list)) => list,
        // Never: it was just made one.
        _ => Box::leak(Box::default()),
    }
}

fn tolerate(spec: &mut Value, key: &str) {
    let tolerated = spec.list("tolerations").iter().any(|toleration| {
        matches!(toleration.text("key"), "" | "node.kubernetes.io/not-ready" | "node.kubernetes.io/unreachable")
            && (toleration.text("key").is_empty() || toleration.text("key") == key)
            && matches!(toleration.text("effect"), "" | "NoExecute")
    });
    if tolerated {
        return;
    }
    let toleration = format!(
        r#"{{"effect":"NoExecute","key":"{key}","operator":"Exists","tolerationSeconds":{TOLERATION_SECONDS}}}"#
    );
    list_mut(spec, "tolerations").push(literal(&toleration));
}

/// The status that a new Pod starts with.
pub(crate) fn first_status(spec: &Value) -> Value {
    literal(&format!(r#"{{"phase":"Pending","qosClass":"{}"}}"#, qos_class(spec)))
}

/// `BestEffort` without any request or limit, `Guaranteed` where all are equal, else `Burstable`.
pub fn qos_class(spec: &Value) -> &'static str {
    let mut any = false;
    let mut guaranteed = true;
    for container in spec.list("containers").iter().chain(spec.list("initContainers")) {
        let resources = sub(container, "resources");
        for resource in ["cpu", "memory"] {
            let (limit, request) = (sub(resources, "limits").text(resource), sub(resources, "requests").text(resource));
            let set = |amount: &str| !matches!(amount, "" | "0");
            any |= set(limit) || set(request);
            guaranteed &= set(limit) && (request.is_empty() || request == limit);
        }
    }
    match (any, guaranteed) {
        (false, _) => "BestEffort",
        (true, true) => "Guaranteed",
        (true, false) => "Burstable",
    }
}

/// A headless Service's addresses; others get theirs from the store.
pub(crate) fn service_addresses(service: &mut Value, kind: &KindId) {
    let spec = sub_mut(service, "spec");
    if kind.kind == "Service" && spec.text("type") != "ExternalName" {
        let address = spec.text("clusterIP").to_owned();
        if !address.is_empty() {
            default_to(spec, "clusterIPs", Value::Array(vec![Value::from(address)]));
        }
        default_to(spec, "ipFamilies", literal(r#"["IPv4"]"#));
        default_text(spec, "ipFamilyPolicy", "SingleStack");
    }
    set(service, "status", literal(r#"{"loadBalancer":{}}"#));
}

/// The address of a new Service, from `10.96.0.0/16`: free ones are drawn at random, ours from the uid. A dry run takes
/// none; what it shows is the range's first.
pub(crate) fn allocate_address(spec: &mut Value, uid: &str) {
    if spec.text("type") == "ExternalName" || spec.has("clusterIP") {
        return;
    }
    let drawn = uid.bytes().fold(0_u32, |hash, byte| hash.wrapping_mul(31).wrapping_add(u32::from(byte)));
    // The lowest are for those that ask for one.
    let place = if uid.is_empty() { 0 } else { 256 + drawn % 65_000 };
    let address = Value::from(format!("10.96.{}.{}", place >> 8, place & 255));
    set(spec, "clusterIPs", Value::Array(vec![address.clone()]));
    set(spec, "clusterIP", address);
}

/// A changed Service: `clusterIPs` follows `clusterIP`, and what a new type has no use for goes
/// (`pkg/registry/core/service/strategy.go`, `dropTypeDependentFields`).
pub(crate) fn change_addresses(old: &Value, new: &mut Value) {
    let needs = |spec: &Value| spec.text("type") != "ExternalName";
    let same = |name: &str, new: &Value| old.field(name) == new.field(name);
    if needs(old) && !needs(new) {
        for names in [&["clusterIP", "clusterIPs"][..], &["ipFamilies"], &["ipFamilyPolicy"]] {
            if names.iter().all(|name| same(name, new)) {
                for name in names {
                    unset(new, name);
                }
            }
        }
    } else if needs(new) && !same("clusterIP", new) && same("clusterIPs", new) && new.has("clusterIP") {
        let address = Value::from(new.text("clusterIP"));
        set(new, "clusterIPs", Value::Array(vec![address]));
    }
    let has_ports = |spec: &Value| matches!(spec.text("type"), "NodePort" | "LoadBalancer");
    if has_ports(old) && !has_ports(new) {
        let numbers =
            |spec: &Value| spec.list("ports").iter().map(|port| port.int("nodePort").unwrap_or(0)).collect::<Vec<_>>();
        if numbers(old) == numbers(new) {
            for port in new.get_mut("ports").and_then(Value::as_array_mut).into_iter().flatten() {
                unset(port, "nodePort");
            }
        }
        if same("externalTrafficPolicy", new) {
            unset(new, "externalTrafficPolicy");
        }
    }
    let balances = |spec: &Value| spec.text("type") == "LoadBalancer";
    if balances(old) && !balances(new) && same("allocateLoadBalancerNodePorts", new) {
        unset(new, "allocateLoadBalancerNodePorts");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_pod_gets_what_its_template_has_not() {
        let mut spec = json!({
            "containers": [{"name": "a", "resources": {"limits": {"cpu": "1", "memory": "1Gi"}}}],
            "tolerations": [{"key": "node.kubernetes.io/not-ready", "operator": "Exists", "effect": "NoExecute"}],
        });
        default_pod(&mut spec, "abcde");
        assert_eq!(spec["containers"][0]["resources"]["requests"], json!({"cpu": "1", "memory": "1Gi"}));
        assert_eq!(spec["containers"][0]["volumeMounts"][0]["name"], "kube-api-access-abcde");
        assert_eq!(spec.list("tolerations").len(), 2);
        assert_eq!(qos_class(&spec), "Guaranteed");
    }
}
