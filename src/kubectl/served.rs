//! An object as the API server answers it: what the store keeps, and what admission and the kubelet add that no part of
//! the simulation reads. It is added here, when somebody looks, so that it costs a run nothing.
//!
//! Models `pkg/kubelet/kubelet_pods.go@v1.37.2`, `convertToAPIContainerStatuses`, and the admission plugins of
//! [`default_pod`]. Leaves out: managedFields, which kubectl hides.

use super::columns::reporter;
use crate::api::{Event, Node, Object, Pod, Timestamp};
use crate::manifest::KindId;
use crate::manifest::{Access, default_pod};
use serde_json::{Map, Value, json};

/// Whether the object is one of that resource.
pub(crate) fn is_of(object: &Object, resource: &KindId) -> bool {
    match object {
        Object::Other(other) => other.kind == resource.kind && other.api_version == resource.api_version(),
        _ => object.api_kind() == resource.kind,
    }
}

/// When the object was created.
pub(crate) fn created(object: &Object) -> Option<Timestamp> {
    match object {
        Object::Event(event) => Some(event_created(event)),
        _ => object.metadata().and_then(|metadata| metadata.creation_timestamp),
    }
}

/// The whole object.
pub(crate) fn value(object: &Object, resource: &KindId) -> Value {
    match object {
        Object::Pod(pod) => pod_value(pod),
        Object::Job(job) => job.to_value(),
        Object::Event(event) if resource.group.is_empty() => event_value(event),
        Object::Event(event) => new_event_value(event),
        Object::Node(node) => node_value(node),
        Object::Other(other) => {
            let mut value = Value::clone(&other.body);
            let mut metadata = serde_json::to_value(&*other.metadata).unwrap_or_default();
            put(&mut metadata, "resourceVersion", json!(other.resource_version.to_string()));
            put(&mut value, "metadata", metadata);
            value
        }
    }
}

fn put(value: &mut Value, name: &str, field: Value) {
    if let Value::Object(fields) = value {
        fields.insert(name.to_owned(), field);
    }
}

/// Five characters that are always the same for a uid: the end of the name of the volume with the account's token.
fn suffix(uid: &str) -> String {
    const ALPHABET: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";
    let mut hash = uid
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    let mut text = String::new();
    for _ in 0..5 {
        let place = usize::try_from(hash % ALPHABET.len() as u64).unwrap_or(0);
        text.push(char::from(ALPHABET.get(place).copied().unwrap_or(b'x')));
        hash /= ALPHABET.len() as u64;
    }
    text
}

fn pod_value(pod: &Pod) -> Value {
    let mut value = pod.to_value();
    let spec = value.get_mut("spec").map(Value::take).unwrap_or_default();
    let mut spec = spec;
    default_pod(&mut spec, &suffix(&pod.metadata.uid));
    if let Some(status) = value.get_mut("status") {
        pod_status(pod, &spec, status);
    }
    put(&mut value, "spec", spec);
    value
}

fn pod_status(pod: &Pod, spec: &Value, status: &mut Value) {
    let generation = json!(pod.metadata.generation.max(1));
    for condition in list_mut(status, "conditions") {
        put(condition, "lastProbeTime", Value::Null);
        put(condition, "observedGeneration", generation.clone());
    }
    for (statuses, containers) in [("containerStatuses", "containers"), ("initContainerStatuses", "initContainers")] {
        for status in list_mut(status, statuses) {
            let name = status.text("name").to_owned();
            if let Some(container) = spec.list(containers).iter().find(|container| container.text("name") == name) {
                container_status(container, status);
            }
        }
    }
    // The kubelet has the rest to say, once it has seen the Pod.
    if pod.status.start_time.is_none() {
        return;
    }
    put(status, "observedGeneration", generation);
    let memory = spec.list("containers").iter().filter_map(|container| container.pointer("/resources/requests/memory"));
    let mut resources = Map::new();
    if let Some(memory) = memory.clone().next() {
        resources.insert("requests".to_owned(), json!({ "memory": memory }));
    }
    put(status, "resources", Value::Object(resources));
    for (one, many) in [("hostIP", "hostIPs"), ("podIP", "podIPs")] {
        if let Some(address) = status.get(one).cloned() {
            put(status, many, json!([{ "ip": address }]));
        }
    }
}

fn container_status(container: &Value, status: &mut Value) {
    if status.has("containerID") {
        let resources = container.get("resources").cloned().unwrap_or_else(|| json!({}));
        if let Some(requests) = resources.get("requests") {
            put(status, "allocatedResources", requests.clone());
        }
        put(status, "resources", resources);
    }
    let mounts = container.list("volumeMounts").iter().map(|mount| {
        let mut shown = json!({"mountPath": mount.text("mountPath"), "name": mount.text("name")});
        if mount.flag("readOnly") == Some(true) {
            put(&mut shown, "readOnly", json!(true));
            put(&mut shown, "recursiveReadOnly", json!("Disabled"));
        }
        shown
    });
    let mounts: Vec<Value> = mounts.collect();
    if !mounts.is_empty() {
        put(status, "volumeMounts", Value::Array(mounts));
    }
}

fn list_mut<'a>(value: &'a mut Value, name: &str) -> impl Iterator<Item = &'a mut Value> {
    value.get_mut(name).and_then(Value::as_array_mut).into_iter().flatten()
}

fn event_created(event: &Event) -> Timestamp {
    event.first
}

fn event_metadata(event: &Event) -> Value {
    json!({
        "creationTimestamp": event_created(event),
        "name": event.name(),
        "namespace": event.namespace,
        "resourceVersion": event.resource_version.to_string(),
        "uid": event.uid(),
    })
}

fn about(event: &Event) -> Value {
    let kind = event.about_kind.name();
    let api_version = super::resources::of_kind(kind).map_or("v1".to_owned(), KindId::api_version);
    let mut about = json!({
        "apiVersion": api_version,
        "kind": kind,
        "name": event.about_name,
        "namespace": event.namespace,
        "resourceVersion": event.resource_version.saturating_sub(1).to_string(),
        "uid": event.about_uid,
    });
    if !event.field_path.is_empty() {
        put(&mut about, "fieldPath", json!(event.field_path));
    }
    about
}

/// An instant with the microseconds that the event's own stamp has.
fn micro_time(instant: Timestamp, event: &Event) -> String {
    let text = instant.to_string();
    format!("{}.{:06}Z", text.trim_end_matches('Z'), event.stamp / 1_000 % 1_000_000)
}

fn event_value(event: &Event) -> Value {
    let mut value = json!({
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": event_metadata(event),
        "involvedObject": about(event),
        "reason": event.reason,
        "message": event.message,
        "type": event.kind(),
        "reportingComponent": event.component,
    });
    if event.series {
        for (name, field) in [
            ("action", json!(action(event))),
            ("eventTime", json!(micro_time(event.first, event))),
            ("firstTimestamp", Value::Null),
            ("lastTimestamp", Value::Null),
            ("reportingInstance", json!(reporter(event.component))),
            ("source", json!({})),
        ] {
            put(&mut value, name, field);
        }
        if event.count > 1 {
            put(&mut value, "series", json!({"count": event.count, "lastObservedTime": micro_time(event.last, event)}));
        }
    } else {
        let mut source = json!({ "component": event.component });
        if !event.host.is_empty() {
            put(&mut source, "host", json!(event.host));
        }
        for (name, field) in [
            ("count", json!(event.count)),
            ("eventTime", Value::Null),
            ("firstTimestamp", json!(event.first)),
            ("lastTimestamp", json!(event.last)),
            ("reportingInstance", json!(event.host)),
            ("source", source),
        ] {
            put(&mut value, name, field);
        }
    }
    value
}

fn action(event: &Event) -> &'static str {
    if event.reason == "Scheduled" { "Binding" } else { "Scheduling" }
}

/// The same event as `events.k8s.io` shows it.
fn new_event_value(event: &Event) -> Value {
    let mut value = event_value(event);
    let Value::Object(fields) = &mut value else { return value };
    fields.insert("apiVersion".to_owned(), json!("events.k8s.io/v1"));
    for (old, new) in [
        ("involvedObject", "regarding"),
        ("message", "note"),
        ("reportingComponent", "reportingController"),
        ("source", "deprecatedSource"),
        ("count", "deprecatedCount"),
        ("firstTimestamp", "deprecatedFirstTimestamp"),
        ("lastTimestamp", "deprecatedLastTimestamp"),
    ] {
        if let Some(field) = fields.shift_remove(old) {
            fields.insert(new.to_owned(), field);
        }
    }
    value
}

fn node_value(node: &Node) -> Value {
    let mut value = serde_json::to_value(node).unwrap_or_default();
    put(&mut value, "apiVersion", json!("v1"));
    put(&mut value, "kind", json!("Node"));
    let started = node.metadata.creation_timestamp;
    if let Some(metadata) = value.get_mut("metadata") {
        put(metadata, "resourceVersion", json!(node.resource_version.to_string()));
        if !metadata.has("annotations") {
            put(metadata, "annotations", json!({"node.alpha.kubernetes.io/ttl": "0"}));
        }
    }
    if let Some(status) = value.get_mut("status") {
        for (name, field) in node_status(&node.metadata.name, started) {
            if !status.has(name) {
                put(status, name, field);
            }
        }
    }
    value
}

/// What a node says of itself that nothing here reads.
fn node_status(name: &str, started: Option<Timestamp>) -> [(&'static str, Value); 3] {
    let condition = |kind: &str, holds: &str, reason: &str, message: &str| {
        json!({
            "lastHeartbeatTime": started, "lastTransitionTime": started,
            "message": message, "reason": reason, "status": holds, "type": kind,
        })
    };
    [
        (
            "conditions",
            json!([
                condition(
                    "MemoryPressure",
                    "False",
                    "KubeletHasSufficientMemory",
                    "kubelet has sufficient memory available"
                ),
                condition("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
                condition("PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
                condition("Ready", "True", "KubeletReady", "kubelet is posting ready status"),
            ]),
        ),
        ("addresses", json!([{"address": NODE_ADDRESS, "type": "InternalIP"}, {"address": name, "type": "Hostname"}])),
        (
            "nodeInfo",
            json!({
                "architecture": "amd64", "bootID": "", "containerRuntimeVersion": "containerd://2.2.0",
                "kernelVersion": "6.12.0", "kubeletVersion": "v1.37.2", "machineID": "", "operatingSystem": "linux",
                "osImage": "Debian GNU/Linux 13 (trixie)", "systemUUID": "",
            }),
        ),
    ]
}

/// As the kubelet has it.
const NODE_ADDRESS: &str = "192.0.2.2";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uid_always_gives_the_same_suffix() {
        assert_eq!(suffix("a").len(), 5);
        assert_eq!(suffix("a"), suffix("a"));
        assert_ne!(suffix("a"), suffix("b"));
    }
}
