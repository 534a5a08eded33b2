//! Models `pkg/apis/core/validation/validation.go@v1.37.2`, `ValidatePodTemplateSpec`, `ValidatePodSpec`.
//!
//! Leaves out: Pod-level resource claims, Windows options beyond what Linux Pods may not set, `AppArmor` and seccomp
//! annotations.

use super::container::{self, Context};
use super::field::{Errors, Path};
use super::{meta, names, resources, scheduling, security, volumes};
use crate::manifest::access::{Access, Names, sub};
use serde_json::Value;

/// A template of Pods.
pub(crate) fn template(template: &Value, path: &Path, allow_privileged: bool, errors: &mut Errors) {
    let metadata = sub(template, "metadata");
    // Upstream's paths leave out `metadata` here.
    meta::labels(metadata, "labels", &path.child("labels"), errors);
    meta::annotations(metadata, &path.child("annotations"), errors);
    let spec = sub(template, "spec");
    let spec_path = path.child("spec");
    pod_spec(spec, &spec_path, false, allow_privileged, errors);
    if !spec.list("ephemeralContainers").is_empty() {
        let detail = "ephemeral containers not allowed in pod template";
        errors.forbidden(&spec_path.child("ephemeralContainers"), detail);
    }
}

/// A Pod.
pub(crate) fn pod(pod: &Value, allow_privileged: bool, errors: &mut Errors) {
    meta::metadata(pod, names::dns_subdomain, errors);
    let spec = sub(pod, "spec");
    let path = Path::new("spec");
    pod_spec(spec, &path, true, allow_privileged, errors);
    errors.negative(&path.child("terminationGracePeriodSeconds"), spec.int("terminationGracePeriodSeconds"));
    for list in ["containers", "initContainers"] {
        let list_path = path.child(list);
        for (index, container) in spec.list(list).iter().enumerate() {
            let image = container.text("image");
            if image.len() != image.trim().len() {
                let path = list_path.index(index);
                errors.invalid(&path.child("image"), image, "must not have leading or trailing whitespace");
            }
        }
    }
    if !spec.list("ephemeralContainers").is_empty() {
        errors.forbidden(&path.child("ephemeralContainers"), "cannot be set on create");
    }
}

/// The spec of a Pod that is changed.
pub(crate) fn changed(spec: &Value, path: &Path, errors: &mut Errors) {
    pod_spec(spec, path, true, true, errors);
}

fn pod_spec(spec: &Value, path: &Path, is_pod: bool, allow_privileged: bool, errors: &mut Errors) {
    let volumes = volumes::volumes(spec.list("volumes"), &path.child("volumes"), errors);
    let grace = spec.int("terminationGracePeriodSeconds");
    let mut claims = Names::default();
    for claim in spec.list("resourceClaims") {
        claims.insert(claim.text("name"));
    }
    let context = Context {
        volumes: &volumes,
        claims: &claims,
        grace_seconds: grace,
        restart_policy: spec.text("restartPolicy"),
        host_users: spec.flag("hostUsers") != Some(false),
        allow_privileged,
    };
    container::containers(spec.list("containers"), &context, &path.child("containers"), errors);
    container::init_containers(spec, &context, &path.child("initContainers"), errors);
    resources::of_pod(spec, &claims, path, errors);
    host_network(spec, path, is_pod, errors);
    match spec.text("restartPolicy") {
        "" => errors.required(&path.child("restartPolicy"), ""),
        policy => {
            errors.supported(&path.child("restartPolicy"), policy, &["Always", "OnFailure", "Never"]);
        }
    }
    let dns_policies = ["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"];
    errors.supported(&path.child("dnsPolicy"), spec.text("dnsPolicy"), &dns_policies);
    meta::labels(spec, "nodeSelector", &path.child("nodeSelector"), errors);
    security::pod(spec, &path.child("securityContext"), errors);
    if spec.flag("shareProcessNamespace") == Some(true) && spec.flag("hostPID") == Some(true) {
        let detail = "ShareProcessNamespace and HostPID cannot both be enabled";
        errors.invalid_shown(&path.child("shareProcessNamespace"), "true".to_owned(), detail);
    }
    scheduling::affinity(sub(spec, "affinity"), &path.child("affinity"), errors);
    dns_config(spec, &path.child("dnsConfig"), errors);
    let gates = path.child("readinessGates");
    for (index, gate) in spec.list("readinessGates").iter().enumerate() {
        let kind = gate.text("conditionType");
        errors.invalid_each(&gates.index(index).child("conditionType"), kind, names::label_key(kind));
    }
    scheduling_gates(spec, &path.child("schedulingGates"), errors);
    scheduling::spread(spec.list("topologySpreadConstraints"), &path.child("topologySpreadConstraints"), errors);
    resource_claims(spec, path, errors);
    host_users(spec, path, errors);
    hostname_override(spec, path, errors);
    named(spec, path, errors);
    scheduling::tolerations(spec.list("tolerations"), &path.child("tolerations"), errors);
    host_aliases(spec, &path.child("hostAliases"), errors);
    for name in ["priorityClassName", "runtimeClassName"] {
        let value = spec.text(name);
        if !value.is_empty() || (name == "runtimeClassName" && spec.has(name)) {
            errors.invalid_each(&path.child(name), value, names::dns_subdomain(value));
        }
    }
    if spec.has("preemptionPolicy") {
        match spec.text("preemptionPolicy") {
            "" => errors.required(&path.child("preemptionPolicy"), ""),
            policy => {
                errors.supported(&path.child("preemptionPolicy"), policy, &["PreemptLowerPriority", "Never"]);
            }
        }
    }
    security::operating_system(spec, path, errors);
    file_key_volumes(spec, path, errors);
}

fn host_network(spec: &Value, path: &Path, is_pod: bool, errors: &mut Errors) {
    if spec.flag("hostNetwork") != Some(true) {
        return;
    }
    let list = path.child("containers");
    for (index, container) in spec.list("containers").iter().enumerate() {
        let container_path = list.index(index);
        let ports = container_path.child("ports");
        for (index, port) in container.list("ports").iter().enumerate() {
            let host = port.int("hostPort").unwrap_or(0);
            if (is_pod || host != 0) && host != port.int("containerPort").unwrap_or(0) {
                let detail = "must match `containerPort` when `hostNetwork` is true";
                errors.invalid_int(&ports.index(index).child("hostPort"), host, detail);
            }
        }
    }
}

fn dns_config(spec: &Value, path: &Path, errors: &mut Errors) {
    let config = sub(spec, "dnsConfig");
    let nameservers = config.list("nameservers");
    if spec.text("dnsPolicy") == "None" {
        if !spec.has("dnsConfig") {
            return errors.required(path, "must provide `dnsConfig` when `dnsPolicy` is None");
        }
        if nameservers.is_empty() {
            let detail = "must provide at least one DNS nameserver when `dnsPolicy` is None";
            return errors.required(&path.child("nameservers"), detail);
        }
    }
    let shown = |name: &str| crate::manifest::gotext::json(sub(config, name));
    let nameservers_path = path.child("nameservers");
    if nameservers.len() > 3 {
        errors.invalid_shown(&nameservers_path, shown("nameservers"), "must not have more than 3 nameservers");
    }
    for (index, address) in nameservers.iter().filter_map(Value::as_str).enumerate() {
        ip(address, &nameservers_path.index(index), errors);
    }
    let searches_path = path.child("searches");
    let searches: Vec<&str> = config.list("searches").iter().filter_map(Value::as_str).collect();
    if searches.len() > 32 {
        errors.invalid_shown(&searches_path, shown("searches"), "must not have more than 32 search paths");
    }
    if searches.join(" ").len() > 2048 {
        let detail = "must not have more than 2048 characters (including spaces) in the search list";
        errors.invalid_shown(&searches_path, shown("searches"), detail);
    }
    for (index, search) in searches.iter().enumerate().filter(|(_, search)| **search != ".") {
        let search = search.strip_suffix('.').unwrap_or(search);
        let details = names::dns_subdomain(&search.replace('_', "a")).into_iter().map(with_underscores);
        errors.invalid_each(&searches_path.index(index), search, details.collect());
    }
    let options = path.child("options");
    for (index, option) in config.list("options").iter().enumerate() {
        if option.text("name").is_empty() {
            errors.required(&options.index(index), "must not be empty");
        }
    }
}

/// An address, with the leniency that old fields have.
/// The words about a subdomain that may have underscores.
fn with_underscores(text: String) -> String {
    let regex = "'_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?(\\._?[a-z0-9]([-_a-z0-9]*[a-z0-9])?)*'";
    match text.split_once("regex used for validation is ") {
        Some((head, _)) => {
            let head = head.replace("characters, '-' or '.'", "characters, '_', '-' or '.'");
            format!("{head}regex used for validation is {regex})")
        }
        None => text,
    }
}

/// `spec.resourceClaims`.
fn resource_claims(spec: &Value, path: &Path, errors: &mut Errors) {
    let path = path.child("resourceClaims");
    let mut seen = Names::default();
    for (index, claim) in spec.list("resourceClaims").iter().enumerate() {
        let claim_path = path.index(index);
        match claim.text("name") {
            "" => errors.required(&claim_path.child("name"), ""),
            name if !seen.insert(name) => errors.duplicate(&claim_path.child("name"), name),
            name => errors.invalid_each(&claim_path.child("name"), name, names::dns_label(name)),
        }
        let (name, template) = (claim.has("resourceClaimName"), claim.has("resourceClaimTemplateName"));
        let detail = match (name, template) {
            (false, false) => "must specify one of: `resourceClaimName`, `resourceClaimTemplateName`",
            (true, true) => "at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified",
            _ => continue,
        };
        errors.invalid_shown(
            &path.index(index),
            crate::manifest::emit::quoted_struct(claim, "PodResourceClaim"),
            detail,
        );
    }
}

pub(crate) fn ip(address: &str, path: &Path, errors: &mut Errors) {
    if !is_v4(address) && !is_v6(address) {
        errors.invalid(path, address, "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)");
    }
}

/// Four numbers; a leading zero is forgiven here.
fn is_v4(text: &str) -> bool {
    text.split('.').count() == 4
        && text.split('.').all(|part| part.bytes().all(|b| b.is_ascii_digit()) && part.parse::<u8>().is_ok())
}

/// Eight groups, or fewer with one `::`; the last two may be an IPv4 address.
fn is_v6(text: &str) -> bool {
    let (head, tail) = match text.split_once("::") {
        Some((head, tail)) => (head, Some(tail)),
        None => (text, None),
    };
    let mut groups = 0;
    for half in [Some(head), tail].into_iter().flatten().filter(|half| !half.is_empty()) {
        for group in half.split(':') {
            let hex = (1..=4).contains(&group.len()) && group.bytes().all(|b| b.is_ascii_hexdigit());
            let v4 = text.ends_with(group) && is_v4(group);
            if !hex && !v4 {
                return false;
            }
            groups += if v4 { 2 } else { 1 };
        }
    }
    if tail.is_some() { groups < 8 } else { groups == 8 }
}

fn scheduling_gates(spec: &Value, path: &Path, errors: &mut Errors) {
    let mut seen = Names::default();
    for (index, gate) in spec.list("schedulingGates").iter().enumerate() {
        let name = gate.text("name");
        let path = path.index(index);
        errors.invalid_each(&path, name, names::label_key(name));
        if !seen.insert(name) {
            errors.duplicate(&path, name);
        }
    }
}

fn host_users(spec: &Value, path: &Path, errors: &mut Errors) {
    if spec.flag("hostUsers") != Some(false) {
        return;
    }
    for (name, shown) in [("hostNetwork", "hostNetwork"), ("hostPID", "HostPID"), ("hostIPC", "HostIPC")] {
        if spec.flag(name) == Some(true) {
            errors.forbidden(&path.child(shown), "when `hostUsers` is false");
        }
    }
}

fn hostname_override(spec: &Value, path: &Path, errors: &mut Errors) {
    if !spec.has("hostnameOverride") {
        return;
    }
    let path = path.child("hostnameOverride");
    for (name, detail) in [
        ("setHostnameAsFQDN", "may not be specified when setHostnameAsFQDN is true"),
        ("hostNetwork", "may not be specified when hostNetwork is true"),
    ] {
        if spec.flag(name) == Some(true) {
            errors.forbidden(&path, detail);
        }
    }
    let name = spec.text("hostnameOverride");
    if name.len() > 64 {
        errors.too_long(&path, 64);
    }
    errors.invalid_each(&path, name, names::dns_subdomain(name));
}

/// Fields that name something.
fn named(spec: &Value, path: &Path, errors: &mut Errors) {
    for name in ["serviceAccountName", "nodeName"] {
        let value = spec.text(name);
        if !value.is_empty() {
            errors.invalid_each(&path.child(name), value, names::dns_subdomain(value));
        }
    }
    if let Some(seconds) = spec.int("activeDeadlineSeconds").filter(|s| !(1..=i64::from(i32::MAX)).contains(s)) {
        let detail = "must be between 1 and 2147483647, inclusive";
        errors.invalid_int(&path.child("activeDeadlineSeconds"), seconds, detail);
    }
    for name in ["hostname", "subdomain"] {
        let value = spec.text(name);
        if !value.is_empty() {
            errors.invalid_each(&path.child(name), value, names::dns_label(value));
        }
    }
}

fn host_aliases(spec: &Value, path: &Path, errors: &mut Errors) {
    for (index, alias) in spec.list("hostAliases").iter().enumerate() {
        let path = path.index(index);
        ip(alias.text("ip"), &path.child("ip"), errors);
        let names_path = path.child("hostnames");
        for (index, name) in alias.list("hostnames").iter().filter_map(Value::as_str).enumerate() {
            errors.invalid_each(&names_path.index(index), name, names::dns_subdomain(name));
        }
    }
}

fn file_key_volumes(spec: &Value, path: &Path, errors: &mut Errors) {
    for list in ["initContainers", "containers"] {
        let list_path = path.child(list);
        for (index, container) in spec.list(list).iter().enumerate() {
            let container_path = list_path.index(index);
            let env = container_path.child("env");
            for (index, variable) in container.list("env").iter().enumerate() {
                let Some(reference) = sub(variable, "valueFrom").field("fileKeyRef") else { continue };
                let name = reference.text("volumeName");
                let (path, volume) = (env.index(index), spec.list("volumes").iter().find(|v| v.text("name") == name));
                let (from, reference) = (path.child("valueFrom"), "fileKeyRef");
                let reference_path = from.child(reference);
                match volume {
                    None => errors.not_found(&reference_path.child("volumeName"), name, ""),
                    Some(volume) if !volume.has("emptyDir") => {
                        let detail = "referenced volume must be of type emptyDir";
                        errors.invalid(&reference_path.child("volumeName"), name, detail);
                    }
                    Some(_) => {}
                }
            }
        }
    }
}
