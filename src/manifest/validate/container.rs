//! Models `pkg/apis/core/validation/validation.go@v1.37.2`: containers, their ports and restart rules.
//!
//! Leaves out: `volumeDevices`, bind mount options.

use super::field::{Errors, Path};
use super::{env, names, probe, resources, security, volumes};
use crate::manifest::access::{Access, Names};
use crate::manifest::gotext::quote;
use serde_json::Value;

/// What a container's rules look at outside it.
pub(crate) struct Context<'a> {
    /// The Pod's valid volumes.
    pub volumes: &'a Names,
    /// The names of the Pod's `resourceClaims`.
    pub claims: &'a Names,
    /// The Pod's `terminationGracePeriodSeconds`.
    pub grace_seconds: Option<i64>,
    /// The Pod's `restartPolicy`.
    pub restart_policy: &'a str,
    /// Whether the Pod has the host's users.
    pub host_users: bool,
    /// Whether the API server runs with `--allow-privileged`.
    pub allow_privileged: bool,
}

/// `spec.containers`.
pub(crate) fn containers(list: &[Value], context: &Context, path: &Path, errors: &mut Errors) {
    if list.is_empty() {
        return errors.required(path, "");
    }
    let mut seen = Names::default();
    for (index, container) in list.iter().enumerate() {
        let path = path.index(index);
        common(container, context, &path, errors);
        if !seen.insert(container.text("name")) {
            errors.duplicate(&path.child("name"), container.text("name"));
        }
        probe::of_container(container, context.grace_seconds, &path, errors);
        restart_policy(container, &path, errors);
    }
    let mut ports = Names::default();
    for (index, container) in list.iter().enumerate() {
        host_ports(container, &mut ports, &path.index(index), errors);
    }
}

/// `spec.initContainers`.
pub(crate) fn init_containers(spec: &Value, context: &Context, path: &Path, errors: &mut Errors) {
    let mut seen = Names::default();
    for container in spec.list("containers") {
        seen.insert(container.text("name"));
    }
    for (index, container) in spec.list("initContainers").iter().enumerate() {
        let item = path.index(index);
        common(container, context, &item, errors);
        restart_policy(container, &item, errors);
        let name = container.text("name");
        if !seen.insert(name) && !name.is_empty() {
            errors.duplicate(&item.child("name"), name);
        }
        // Upstream counts each init container as the first of its list.
        host_ports(container, &mut Names::default(), &path.index(0), errors);
        if container.text("restartPolicy") == "Always" {
            probe::of_container(container, context.grace_seconds, &item, errors);
        } else {
            for name in ["lifecycle", "livenessProbe", "readinessProbe", "startupProbe"] {
                if container.has(name) {
                    let detail = "may not be set for init containers without restartPolicy=Always";
                    errors.forbidden(&item.child(name), detail);
                }
            }
            let policies = item.child("resizePolicy");
            for (index, policy) in container.list("resizePolicy").iter().enumerate() {
                if policy.text("restartPolicy") == "RestartContainer" {
                    let detail = "must not be set to 'RestartContainer' for non-sidecar initContainers";
                    errors.invalid(&policies.index(index).child("restartPolicy"), "RestartContainer", detail);
                }
            }
        }
    }
}

fn common(container: &Value, context: &Context, path: &Path, errors: &mut Errors) {
    match container.text("name") {
        "" => errors.required(&path.child("name"), ""),
        name => errors.invalid_each(&path.child("name"), name, names::dns_label(name)),
    }
    if container.text("image").is_empty() {
        errors.required(&path.child("image"), "");
    }
    let policies = ["File", "FallbackToLogsOnError"];
    errors.supported(&path.child("terminationMessagePolicy"), container.text("terminationMessagePolicy"), &policies);
    ports(container.list("ports"), &path.child("ports"), errors);
    env::variables(container.list("env"), &path.child("env"), errors);
    env::sources(container.list("envFrom"), &path.child("envFrom"), errors);
    volumes::mounts(container, context.volumes, &path.child("volumeMounts"), errors);
    volumes::devices(container, context.volumes, &path.child("volumeDevices"), errors);
    pull_policy(container.text("imagePullPolicy"), &path.child("imagePullPolicy"), errors);
    resources::requirements(container, context.claims, &path.child("resources"), errors);
    resize_policy(container, context.restart_policy, &path.child("resizePolicy"), errors);
    security::container(container, context, &path.child("securityContext"), errors);
}

/// An image's pull policy.
pub(crate) fn pull_policy(policy: &str, path: &Path, errors: &mut Errors) {
    match policy {
        "" => errors.required(path, ""),
        policy => {
            errors.supported(path, policy, &["Always", "IfNotPresent", "Never"]);
        }
    }
}

fn ports(list: &[Value], path: &Path, errors: &mut Errors) {
    let mut seen = Names::default();
    for (index, port) in list.iter().enumerate() {
        let item = path.index(index);
        let name = port.text("name");
        if !name.is_empty() {
            let problems = names::port_name(name);
            if problems.is_empty() {
                if !seen.insert(name) {
                    errors.duplicate(&item.child("name"), name);
                }
            } else {
                errors.invalid_each(&item.child("name"), name, problems);
            }
        }
        match port.int("containerPort").unwrap_or(0) {
            0 => errors.required(&item.child("containerPort"), ""),
            number => port_number(number, &item.child("containerPort"), errors),
        }
        match port.int("hostPort").unwrap_or(0) {
            0 => {}
            number => port_number(number, &item.child("hostPort"), errors),
        }
        match port.text("protocol") {
            "" => errors.required(&item.child("protocol"), ""),
            protocol => {
                errors.supported(&item.child("protocol"), protocol, &["SCTP", "TCP", "UDP"]);
            }
        }
    }
}

/// A port's number.
pub(crate) fn port_number(number: i64, path: &Path, errors: &mut Errors) {
    if !(1..=65535).contains(&number) {
        errors.invalid_int(path, number, "must be between 1 and 65535, inclusive");
    }
}

fn host_ports(container: &Value, seen: &mut Names, path: &Path, errors: &mut Errors) {
    let path = path.child("ports");
    for (index, port) in container.list("ports").iter().enumerate() {
        let number = port.int("hostPort").unwrap_or(0);
        if number != 0 {
            let key = format!("{}/{}/{number}", port.text("protocol"), port.text("hostIP"));
            if !seen.insert(&key) {
                errors.duplicate(&path.index(index).child("hostPort"), &key);
            }
        }
    }
}

fn resize_policy(container: &Value, restart_policy: &str, path: &Path, errors: &mut Errors) {
    let mut seen = Names::default();
    for (index, policy) in container.list("resizePolicy").iter().enumerate() {
        let resource = policy.text("resourceName");
        if !seen.insert(resource) {
            errors.duplicate(&path.index(index), resource);
        }
        match resource {
            "" => errors.required(path, ""),
            resource => {
                errors.supported(path, resource, &["cpu", "memory"]);
            }
        }
        let restart = policy.text("restartPolicy");
        match restart {
            "" => errors.required(path, ""),
            restart => {
                errors.supported(path, restart, &["NotRequired", "RestartContainer"]);
            }
        }
        if restart_policy == "Never" && restart != "NotRequired" {
            errors.invalid(path, restart, "must be 'NotRequired' when pod `restartPolicy` is 'Never'");
        }
    }
}

fn restart_policy(container: &Value, path: &Path, errors: &mut Errors) {
    let rules = container.list("restartPolicyRules");
    let policy_path = path.child("restartPolicy");
    if container.has("restartPolicy") {
        errors.supported(&policy_path, container.text("restartPolicy"), &["Always", "Never", "OnFailure"]);
    } else {
        if rules.is_empty() {
            return;
        }
        errors.required(&policy_path, "must specify restartPolicy when restart rules are used");
        // An init container without policy has its rules unread.
        if path.to_string().contains("initContainers") {
            return;
        }
    }
    let rules_path = path.child("restartPolicyRules");
    if rules.len() > 20 {
        errors.too_many(&rules_path, rules.len(), 20);
    }
    for (index, rule) in rules.iter().enumerate() {
        let path = rules_path.index(index);
        errors.supported(&path.child("action"), rule.text("action"), &["Restart", "RestartAllContainers"]);
        let codes_path = path.child("exitCodes");
        let Some(codes) = rule.field("exitCodes") else {
            errors.required(&codes_path, "must be specified");
            continue;
        };
        if !["In", "NotIn"].contains(&codes.text("operator")) {
            errors.unsupported(&codes_path.child("operator"), quote(codes.text("operator")), &["In", "NotIn"]);
        }
        let count = codes.list("values").len();
        if count > 255 {
            errors.too_many(&codes_path.child("values"), count, 255);
        }
    }
}
