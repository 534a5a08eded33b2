//! Objects that every cluster has from its beginning, and that nothing in a run changes: namespaces, the default
//! service accounts, the cluster's certificate, the API server's own Service.
//!
//! They are made when somebody asks for them. Leaves out: roles, leases, API services.

use super::items::{Item, Thing};
use super::scene::Scene;
use crate::api::Timestamp;
use crate::manifest::Access;
use crate::manifest::KindId;
use serde_json::{Value, json};

const SYSTEM: [&str; 3] = ["kube-node-lease", "kube-public", "kube-system"];

/// The objects of that resource; those that are stored under the same name are left out.
pub(crate) fn of<'a>(scene: &dyn Scene, resource: &'static KindId) -> Vec<Item<'a>> {
    let made = match (resource.group, resource.kind) {
        ("", "Namespace") => namespaces(scene).iter().map(|name| namespace(name)).collect(),
        ("", "ServiceAccount") => {
            namespaces(scene).iter().map(|name| json!({"metadata": named("default", name)})).collect()
        }
        ("", "ConfigMap") => namespaces(scene).iter().map(|name| certificate(name)).collect(),
        ("", "Service") => vec![api_server()],
        ("", "ComponentStatus") => COMPONENTS.iter().map(|name| component(name)).collect(),
        ("scheduling.k8s.io", "PriorityClass") => {
            vec![priority("system-cluster-critical", 2_000_000_000), priority("system-node-critical", 2_000_001_000)]
        }
        _ => Vec::new(),
    };
    let start = Timestamp::from_unix_ms(scene.unix_ms() - i64::try_from(scene.now_ms()).unwrap_or(0));
    made.into_iter()
        .filter(|value: &Value| {
            let metadata = value.get("metadata").unwrap_or(&Value::Null);
            scene.find(resource.kind, metadata.text("namespace"), metadata.text("name")).is_none()
        })
        .map(|value| Item { resource, thing: Thing::Made(finished(value, resource, start)) })
        .collect()
}

fn finished(mut value: Value, resource: &KindId, start: Timestamp) -> Value {
    if let Value::Object(fields) = &mut value {
        fields.insert("apiVersion".to_owned(), json!(resource.api_version()));
        fields.insert("kind".to_owned(), json!(resource.kind));
    }
    if let Some(Value::Object(metadata)) = value.get_mut("metadata") {
        let name = metadata.get("name").map(ToString::to_string).unwrap_or_default();
        let seed = name.bytes().fold(0_u64, |seed, byte| seed.wrapping_mul(31).wrapping_add(u64::from(byte)));
        metadata.insert("creationTimestamp".to_owned(), json!(start));
        metadata.insert("resourceVersion".to_owned(), json!("1"));
        metadata.insert(
            "uid".to_owned(),
            json!(format!("{:08x}-0000-4000-8000-{:012x}", seed & 0xffff_ffff, seed >> 16 & 0xffff_ffff_ffff)),
        );
    }
    value
}

fn namespaces(scene: &dyn Scene) -> Vec<String> {
    let mut names: Vec<String> = SYSTEM.iter().map(|name| (*name).to_owned()).collect();
    names.push("default".to_owned());
    for (_, object) in scene.objects() {
        if object.api_kind() == "Namespace" {
            names.push(object.name().to_owned());
        }
    }
    names.push(scene.namespace().to_string());
    names.sort();
    names.dedup();
    names
}

fn named(name: &str, namespace: &str) -> Value {
    json!({"name": name, "namespace": namespace})
}

fn namespace(name: &str) -> Value {
    json!({
        "metadata": {"labels": {"kubernetes.io/metadata.name": name}, "name": name},
        "spec": {"finalizers": ["kubernetes"]},
        "status": {"phase": "Active"},
    })
}

fn certificate(namespace: &str) -> Value {
    let mut metadata = named("kube-root-ca.crt", namespace);
    let note = "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.";
    if let Value::Object(fields) = &mut metadata {
        fields.insert("annotations".to_owned(), json!({"kubernetes.io/description": note}));
    }
    json!({"data": {"ca.crt": "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n"}, "metadata": metadata})
}

/// What `kubectl get componentstatuses` asks about, each well.
const COMPONENTS: [&str; 3] = ["controller-manager", "etcd-0", "scheduler"];

fn component(name: &str) -> Value {
    json!({"conditions": [{"message": "ok", "status": "True", "type": "Healthy"}], "metadata": {"name": name}})
}

fn api_server() -> Value {
    let mut metadata = named("kubernetes", "default");
    if let Value::Object(fields) = &mut metadata {
        fields.insert("labels".to_owned(), json!({"component": "apiserver", "provider": "kubernetes"}));
    }
    json!({
        "metadata": metadata,
        "spec": {
            "clusterIP": "10.96.0.1",
            "clusterIPs": ["10.96.0.1"],
            "internalTrafficPolicy": "Cluster",
            "ipFamilies": ["IPv4"],
            "ipFamilyPolicy": "SingleStack",
            "ports": [{"name": "https", "port": 443, "protocol": "TCP", "targetPort": 6443}],
            "sessionAffinity": "None",
            "type": "ClusterIP",
        },
        "status": {"loadBalancer": {}},
    })
}

fn priority(name: &str, value: i64) -> Value {
    let (_, of_what) = name.trim_end_matches("-critical").split_once('-').unwrap_or(("", ""));
    let description = match of_what {
        "node" => "Used for system critical pods that must not be moved from their current node.",
        _ => {
            "Used for system critical pods that must run in the cluster, but can be moved to another node if necessary."
        }
    };
    json!({
        "description": description,
        "metadata": {"generation": 1, "name": name},
        "preemptionPolicy": "PreemptLowerPriority",
        "value": value,
    })
}
