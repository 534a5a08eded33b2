//! Models `pkg/apis/core/validation/validation.go@v1.37.2`, `ValidateService`, `ValidateServiceUpdate`.
//!
//! Leaves out: load balancers' classes and sources, two families of addresses, `trafficDistribution`, annotations with
//! a meaning, and whether an address or a node's port is free.

use super::container::port_number;
use super::field::{Errors, Path};
use super::{meta, names, pod};
use crate::manifest::access::{Access, Names, sub};
use crate::manifest::emit::quoted_struct;
use crate::manifest::gotext::json;
use serde_json::{Value, json as literal};

/// A day: the longest that a client stays with a Pod.
const MAX_AFFINITY_SECONDS: i64 = 86_400;

/// A new Service.
pub(crate) fn create(service: &Value, errors: &mut Errors) {
    meta::metadata(service, names::dns_label, errors);
    spec(sub(service, "spec"), errors);
}

/// What a changed Service must keep: its address.
pub(crate) fn update(old: &Value, new: &Value, errors: &mut Errors) {
    let (old, new) = (sub(old, "spec"), sub(new, "spec"));
    let is_named = |spec: &Value| spec.text("type") == "ExternalName";
    if !is_named(old) && !is_named(new) && old.list("clusterIPs") != new.list("clusterIPs") {
        let (path, list) = (Path::new("spec"), new.list("clusterIPs"));
        let detail = if list.is_empty() { "primary clusterIP can not be unset" } else { "may not change once set" };
        let shown = new.field("clusterIPs").map_or_else(|| "null".to_owned(), json);
        errors.invalid_shown(&path.child("clusterIPs").index(0), shown, detail);
    }
    spec(new, errors);
}

fn spec(spec: &Value, errors: &mut Errors) {
    let path = Path::new("spec");
    let (kind, ports) = (spec.text("type"), spec.list("ports"));
    let headless = spec.text("clusterIP") == "None";
    if ports.is_empty() && !headless && kind != "ExternalName" {
        errors.required(&path.child("ports"), "");
    }
    let addresses = path.child("clusterIPs");
    match kind {
        "LoadBalancer" | "NodePort" if headless => {
            errors.invalid(&addresses.index(0), "None", &format!("may not be set to 'None' for {kind} services"));
        }
        "ExternalName" => external_name(spec, &path, errors),
        _ => {}
    }
    let ports_path = path.child("ports");
    let mut seen = Names::default();
    for (index, item) in ports.iter().enumerate() {
        port(item, ports.len() > 1, &mut seen, &ports_path.index(index), errors);
    }
    meta::labels(spec, "selector", &path.child("selector"), errors);
    affinity(spec, &path, errors);
    if kind != "ExternalName" {
        for (index, address) in spec.list("clusterIPs").iter().filter_map(Value::as_str).enumerate() {
            if address != "None" {
                pod::ip(address, &addresses.index(index), errors);
            }
        }
    }
    let kinds = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"];
    errors.supported(&path.child("type"), kind, &kinds);
    node_ports(kind, ports, &ports_path, errors);
    if spec.has("allocateLoadBalancerNodePorts") && kind != "LoadBalancer" {
        let detail = "may only be used when `type` is 'LoadBalancer'";
        errors.forbidden(&path.child("allocateLoadBalancerNodePorts"), detail);
    }
    traffic(spec, kind, &path, errors);
}

fn external_name(spec: &Value, path: &Path, errors: &mut Errors) {
    for name in ["clusterIPs", "ipFamilies"] {
        if !spec.list(name).is_empty() {
            errors.forbidden(&path.child(name), "may not be set for ExternalName services");
        }
    }
    if spec.has("ipFamilyPolicy") {
        errors.forbidden(&path.child("ipFamilyPolicy"), "may not be set for ExternalName services");
    }
    let name = spec.text("externalName");
    let path = path.child("externalName");
    match name.strip_suffix('.').unwrap_or(name) {
        "" => errors.required(&path, ""),
        name => errors.invalid_each(&path, name, names::dns_subdomain(name)),
    }
}

fn port(port: &Value, needs_name: bool, seen: &mut Names, path: &Path, errors: &mut Errors) {
    match port.text("name") {
        "" if needs_name => errors.required(&path.child("name"), ""),
        "" => {}
        name => {
            errors.invalid_each(&path.child("name"), name, names::dns_label(name));
            if !seen.insert(name) {
                errors.duplicate(&path.child("name"), name);
            }
        }
    }
    port_number(port.int("port").unwrap_or(0), &path.child("port"), errors);
    errors.supported(&path.child("protocol"), port.text("protocol"), &["SCTP", "TCP", "UDP"]);
    let target = path.child("targetPort");
    match port.field("targetPort") {
        Some(Value::String(name)) => errors.invalid_each(&target, name, names::port_name(name)),
        other => port_number(other.and_then(Value::as_i64).unwrap_or(0), &target, errors),
    }
    if port.has("appProtocol") {
        let name = port.text("appProtocol");
        errors.invalid_each(&path.child("appProtocol"), name, names::label_key(name));
    }
}

fn affinity(spec: &Value, path: &Path, errors: &mut Errors) {
    let kind = spec.text("sessionAffinity");
    errors.supported(&path.child("sessionAffinity"), kind, &["ClientIP", "None"]);
    let (config, config_path) = (sub(spec, "sessionAffinityConfig"), path.child("sessionAffinityConfig"));
    match kind {
        "ClientIP" => {
            let client = config_path.child("clientIP");
            match sub(config, "clientIP").int("timeoutSeconds") {
                Some(seconds) if !(1..=MAX_AFFINITY_SECONDS).contains(&seconds) => {
                    let detail = format!("must be greater than 0 and less than {MAX_AFFINITY_SECONDS}");
                    errors.invalid_int(&client.child("timeoutSeconds"), seconds, &detail);
                }
                _ => {}
            }
        }
        "None" if spec.has("sessionAffinityConfig") => {
            errors.forbidden(&config_path, "must not be set when session affinity is None");
        }
        _ => {}
    }
}

fn node_ports(kind: &str, ports: &[Value], path: &Path, errors: &mut Errors) {
    let number = |port: &Value| port.int("nodePort").unwrap_or(0);
    for (index, port) in ports.iter().enumerate() {
        if kind == "ClusterIP" && number(port) != 0 {
            let path = path.index(index);
            errors.forbidden(&path.child("nodePort"), "may not be used when `type` is 'ClusterIP'");
        }
    }
    let mut seen = Names::default();
    for (index, port) in ports.iter().enumerate().filter(|(_, port)| number(port) != 0) {
        if !seen.insert(&format!("{}/{}", port.text("protocol"), number(port))) {
            let path = path.index(index);
            errors.duplicate_int(&path.child("nodePort"), number(port));
        }
    }
    let mut seen = Names::default();
    for (index, port) in ports.iter().enumerate() {
        let (protocol, number) = (port.text("protocol"), port.int("port").unwrap_or(0));
        if !seen.insert(&format!("{protocol}/{number}")) {
            let key = literal!({"protocol": protocol, "port": number});
            errors.duplicate_shown(&path.index(index), quoted_struct(&key, "ServicePort"));
        }
    }
}

fn traffic(spec: &Value, kind: &str, path: &Path, errors: &mut Errors) {
    let (outside, inside) = (spec.text("externalTrafficPolicy"), spec.text("internalTrafficPolicy"));
    let policies = ["Cluster", "Local"];
    let external = path.child("externalTrafficPolicy");
    let reachable =
        matches!(kind, "NodePort" | "LoadBalancer") || (kind == "ClusterIP" && !spec.list("externalIPs").is_empty());
    if !reachable {
        if !outside.is_empty() {
            errors.invalid(&external, outside, "may only be set for externally-accessible services");
        }
    } else if outside.is_empty() {
        errors.required(&external, "");
    } else {
        errors.supported(&external, outside, &policies);
    }
    if !inside.is_empty() {
        errors.supported(&path.child("internalTrafficPolicy"), inside, &policies);
    }
}
