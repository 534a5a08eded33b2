//! Models `pkg/apis/{batch,core}/v1/defaults.go@v1.37.2`: what the server fills in while it decodes.
//!
//! The rules hang on the struct's name, as upstream; the table of types leads to each place.
//!
//! Leaves out: kinds that the laboratory doesn't run, beyond Deployment, Service and `ConfigMap`; old volume
//! sources (iSCSI, RBD, Azure, `ScaleIO`).

use super::access::{Access, default_text, default_to, fields, set, sub, sub_mut};
use super::schema::{Kind, Struct, Type};
use crate::api::Quantity;
use serde_json::{Value, json};

/// Fills in a decoded object.
pub(crate) fn apply(value: &mut Value, of: &'static Struct) {
    for field in &of.fields {
        match field.ty.kind() {
            Kind::Struct(inner) if field.embedded => apply(value, inner),
            Kind::Struct(inner) => apply(sub_mut(value, field.name), inner),
            _ => {
                if let Some(set) = value.get_mut(field.name) {
                    inside(set, field.ty);
                }
            }
        }
    }
    own_defaults(value, of.name);
}

fn inside(value: &mut Value, ty: Type) {
    match ty.kind() {
        Kind::Pointer(inner) => inside(value, inner),
        Kind::Struct(of) => apply(value, of),
        Kind::List(inner) => {
            for item in value.as_array_mut().into_iter().flatten() {
                inside(item, inner);
            }
        }
        _ => {}
    }
}

fn own_defaults(value: &mut Value, name: &str) {
    match name {
        "Job" => job(value),
        "CronJobSpec" => {
            default_text(value, "concurrencyPolicy", "Allow");
            default_to(value, "suspend", false);
            default_to(value, "successfulJobsHistoryLimit", 3);
            default_to(value, "failedJobsHistoryLimit", 1);
        }
        "PodFailurePolicyOnPodConditionsPattern" => default_text(value, "status", "True"),
        "PodSpec" => pod_spec(value),
        "Container" | "EphemeralContainerCommon" => {
            default_text(value, "imagePullPolicy", pull_policy(value.text("image")));
            default_text(value, "terminationMessagePath", "/dev/termination-log");
            default_text(value, "terminationMessagePolicy", "File");
        }
        "ContainerPort" => default_text(value, "protocol", "TCP"),
        "Probe" => {
            for (name, default) in
                [("timeoutSeconds", 1), ("periodSeconds", 10), ("successThreshold", 1), ("failureThreshold", 3)]
            {
                if value.int(name).unwrap_or(0) == 0 {
                    set(value, name, Value::from(default));
                }
            }
        }
        "HTTPGetAction" => {
            default_text(value, "path", "/");
            default_text(value, "scheme", "HTTP");
        }
        "GRPCAction" => default_to(value, "service", ""),
        "ObjectFieldSelector" => default_text(value, "apiVersion", "v1"),
        "LimitRangeItem" => super::limit_range::default_item(value),
        "Volume" => volume(value),
        "SecretVolumeSource" | "ConfigMapVolumeSource" | "DownwardAPIVolumeSource" | "ProjectedVolumeSource" => {
            default_to(value, "defaultMode", 420);
        }
        "ServiceAccountTokenProjection" => default_to(value, "expirationSeconds", 3600),
        "HostPathVolumeSource" => default_to(value, "type", ""),
        "PersistentVolumeClaimSpec" => default_text(value, "volumeMode", "Filesystem"),
        "ResourceRequirements" | "VolumeResourceRequirements" => {
            for list in ["limits", "requests"] {
                round_up(value.get_mut(list));
            }
        }
        "Secret" => default_text(value, "type", "Opaque"),
        "ServiceSpec" => service_spec(value),
        "Namespace" => {
            let name = sub(value, "metadata").text("name").to_owned();
            if !name.is_empty() {
                let labels = sub_mut(sub_mut(value, "metadata"), "labels");
                default_to(labels, "kubernetes.io/metadata.name", name);
            }
            default_text(sub_mut(value, "status"), "phase", "Active");
        }
        "PersistentVolumeClaim" => default_text(sub_mut(value, "status"), "phase", "Pending"),
        "DeploymentSpec" => deployment_spec(value),
        "ReplicaSetSpec" => default_to(value, "replicas", 1),
        _ => {}
    }
}

fn job(job: &mut Value) {
    let spec = sub_mut(job, "spec");
    if !spec.has("completions") && !spec.has("parallelism") {
        default_to(spec, "completions", 1);
    }
    default_to(spec, "parallelism", 1);
    let backoff_limit = if spec.has("backoffLimitPerIndex") { i32::MAX } else { 6 };
    default_to(spec, "backoffLimit", backoff_limit);
    default_to(spec, "completionMode", "NonIndexed");
    default_to(spec, "suspend", false);
    let replacement = if spec.has("podFailurePolicy") { "Failed" } else { "TerminatingOrFailed" };
    default_to(spec, "podReplacementPolicy", replacement);
    default_to(spec, "manualSelector", false);
    labels_from_template(job);
}

/// A Job without labels shows its template's.
pub(crate) fn labels_from_template(job: &mut Value) {
    let labels = sub(sub(sub(job, "spec"), "template"), "metadata").field("labels").cloned();
    let own = !sub(job, "metadata").entries("labels").is_empty();
    if let (Some(labels), false) = (labels, own) {
        set(sub_mut(job, "metadata"), "labels", labels);
    }
}

fn pod_spec(spec: &mut Value) {
    let account = match (spec.text("serviceAccountName"), spec.text("serviceAccount")) {
        ("", old) => old.to_owned(),
        (new, _) => new.to_owned(),
    };
    if !account.is_empty() {
        set(spec, "serviceAccountName", Value::from(account.clone()));
        set(spec, "serviceAccount", Value::from(account));
    }
    default_text(spec, "dnsPolicy", "ClusterFirst");
    default_text(spec, "restartPolicy", "Always");
    default_to(spec, "securityContext", json!({}));
    default_to(spec, "terminationGracePeriodSeconds", 30);
    default_text(spec, "schedulerName", "default-scheduler");
    round_up(spec.get_mut("overhead"));
}

fn volume(volume: &mut Value) {
    let sources = fields(volume).keys().any(|key| key != "name");
    if !sources {
        default_to(volume, "emptyDir", json!({}));
    }
    if let Some(image) = volume.get_mut("image") {
        let policy = pull_policy(image.text("reference"));
        default_text(image, "pullPolicy", policy);
    }
}

fn service_spec(spec: &mut Value) {
    default_text(spec, "sessionAffinity", "None");
    if spec.text("sessionAffinity") == "ClientIP" {
        let client = sub_mut(sub_mut(spec, "sessionAffinityConfig"), "clientIP");
        default_to(client, "timeoutSeconds", 10_800);
    }
    default_text(spec, "type", "ClusterIP");
    for port in spec.get_mut("ports").and_then(Value::as_array_mut).into_iter().flatten() {
        default_text(port, "protocol", "TCP");
        let number = port.int("port").unwrap_or(0);
        default_to(port, "targetPort", number);
    }
    if spec.text("type") != "ExternalName" {
        default_text(spec, "internalTrafficPolicy", "Cluster");
    }
    if matches!(spec.text("type"), "NodePort" | "LoadBalancer") {
        default_text(spec, "externalTrafficPolicy", "Cluster");
    }
    if spec.text("type") == "LoadBalancer" {
        default_to(spec, "allocateLoadBalancerNodePorts", true);
    }
}

fn deployment_spec(spec: &mut Value) {
    default_to(spec, "replicas", 1);
    let strategy = sub_mut(spec, "strategy");
    default_text(strategy, "type", "RollingUpdate");
    if strategy.text("type") == "RollingUpdate" {
        let rolling = sub_mut(strategy, "rollingUpdate");
        default_to(rolling, "maxUnavailable", "25%");
        default_to(rolling, "maxSurge", "25%");
    }
    default_to(spec, "revisionHistoryLimit", 10);
    default_to(spec, "progressDeadlineSeconds", 600);
}

/// Amounts of resources are kept in thousandths at most.
fn round_up(list: Option<&mut Value>) {
    for amount in list.and_then(Value::as_object_mut).into_iter().flat_map(|map| map.values_mut()) {
        let finer = amount.as_str().filter(|text| text.ends_with(['u', 'n']));
        if let Some(quantity) = finer.and_then(|text| Quantity::parse(text).ok())
            && let Ok(rounded) = Quantity::parse(&format!("{}m", quantity.milli()))
        {
            *amount = Value::from(rounded.to_string());
        }
    }
}

/// `Always` for the tag `latest`, which is meant where neither tag nor digest is given.
pub(crate) fn pull_policy(image: &str) -> &'static str {
    let (name, digest) = match image.split_once('@') {
        Some((name, digest)) => (name, Some(digest)),
        None => (image, None),
    };
    let (name, tag) = match name.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => (name, Some(tag)),
        _ => (name, None),
    };
    let tag_reads = tag.is_none_or(|tag| {
        tag.len() <= 128
            && tag.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
            && tag.chars().all(|c| c.is_ascii_alphanumeric() || "_.-".contains(c))
    });
    let latest = tag == Some("latest") || (tag.is_none() && digest.is_none());
    if latest && tag_reads && reads_as_repository(name) { "Always" } else { "IfNotPresent" }
}

/// Whether a repository's name follows the grammar: lower-case words joined by `.`, `_`, `__` or dashes.
fn reads_as_repository(name: &str) -> bool {
    let path = match name.split_once('/') {
        Some((host, path)) if host.contains(['.', ':']) || host == "localhost" || host != host.to_ascii_lowercase() => {
            path
        }
        _ => name,
    };
    let word = |part: &str| {
        let edges = part.starts_with(|c: char| c.is_ascii_alphanumeric())
            && part.ends_with(|c: char| c.is_ascii_alphanumeric());
        let letters = part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "._-".contains(c));
        edges && letters && !["..", "___", "._", "_.", ".-", "-.", "_-", "-_"].iter().any(|bad| part.contains(bad))
    };
    !path.is_empty() && path.split('/').all(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pulls_what_is_latest() {
        for (image, policy) in [
            ("busybox", "Always"),
            ("busybox:latest", "Always"),
            ("busybox:1.36", "IfNotPresent"),
            ("localhost:5000/a/b", "Always"),
            ("a@sha256:0000", "IfNotPresent"),
            ("BusyBox", "IfNotPresent"),
            ("", "IfNotPresent"),
            ("mi imagen", "IfNotPresent"),
        ] {
            assert_eq!(pull_policy(image), policy, "{image}");
        }
    }
}
