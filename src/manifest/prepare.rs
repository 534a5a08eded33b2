//! Models `pkg/registry/batch/{job,cronjob}/strategy.go@v1.37.2`, `PrepareForCreate`: what depends on the object's
//! identity.

use super::access::{Access, default_to, set, sub, sub_mut, unset};
use super::check::Accepted;
use super::kinds::KindId;
use super::{defaults, emit, kinds, pod_defaults, schema};
use crate::go::base64;
use serde_json::{Map, Value};

/// The longest `generateName` that is kept whole.
const GENERATED_BASE: usize = 58;

/// The object as it is stored and answered: with its uid, its name (`suffix`: five characters for `generateName`), a
/// Job's generated selector and labels, generation 1 and an empty status.
pub fn prepare(accepted: &Accepted, uid: &str, suffix: &str) -> Value {
    let mut object = identify(&accepted.object, &accepted.kind, uid, suffix, accepted.labelled);
    if accepted.kind.kind == "Job" {
        // The stored object is defaulted again when it is read.
        defaults::labels_from_template(&mut object);
    }
    if accepted.kind.kind == "Service" {
        pod_defaults::allocate_address(sub_mut(&mut object, "spec"), uid);
    }
    match schema::find(accepted.kind.kind) {
        Some(of) => emit::answer(&object, of),
        None => object,
    }
}

/// An object that a controller sends: defaulted and prepared as the server does. None if it isn't of a kind that the
/// server serves.
///
/// Leaves out: validation, since the pattern that it was made from was validated.
pub fn admit(mut object: Value, uid: &str) -> Option<Value> {
    let (kind, _) = kinds::find(object.text("apiVersion"), object.text("kind"))?;
    let labelled = is_labelled(&object);
    defaults::apply(&mut object, schema::find(kind.kind)?);
    Some(prepare(&Accepted { kind, object, labelled, warnings: Vec::new(), prefix: String::new() }, uid, ""))
}

/// Whether an object, before it is defaulted, has labels of its own.
pub(crate) fn is_labelled(object: &Value) -> bool {
    !sub(object, "metadata").entries("labels").is_empty()
}

pub(crate) fn identify(object: &Value, kind: &KindId, uid: &str, suffix: &str, labelled: bool) -> Value {
    let mut object = object.clone();
    let metadata = sub_mut(&mut object, "metadata");
    for ignored in
        ["creationTimestamp", "deletionTimestamp", "resourceVersion", "managedFields", "selfLink", "generation"]
    {
        unset(metadata, ignored);
    }
    set(metadata, "uid", Value::from(uid));
    let base = metadata.text("generateName");
    if metadata.text("name").is_empty() && !base.is_empty() {
        let base: String = base.chars().take(GENERATED_BASE).collect();
        set(metadata, "name", Value::from(format!("{base}{suffix}")));
    }
    if matches!(kind.kind, "Job" | "CronJob" | "Deployment" | "ReplicaSet" | "Pod") {
        set(metadata, "generation", Value::from(1));
    }
    drop_disabled(&mut object, kind);
    match kind.kind {
        "Job" => {
            clear_status(&mut object);
            unset(sub_mut(&mut object, "spec"), "scheduling");
            generate_selector(&mut object, labelled);
        }
        "CronJob" => {
            clear_status(&mut object);
            unset(sub_mut(sub_mut(sub_mut(&mut object, "spec"), "jobTemplate"), "spec"), "scheduling");
        }
        "Deployment" => clear_status(&mut object),
        "ReplicaSet" => set(&mut object, "status", serde_json::json!({"replicas": 0})),
        // The admission plugin StorageObjectInUseProtection.
        "PersistentVolumeClaim" => add_finalizer(sub_mut(&mut object, "metadata"), "kubernetes.io/pvc-protection"),
        "Namespace" => add_finalizer(sub_mut(&mut object, "spec"), "kubernetes"),
        "Pod" => {
            pod_defaults::default_pod(sub_mut(&mut object, "spec"), suffix);
            let status = pod_defaults::first_status(sub(&object, "spec"));
            set(&mut object, "status", status);
        }
        "Service" => pod_defaults::service_addresses(&mut object, kind),
        "Secret" => encode_texts(&mut object),
        _ => {}
    }
    object
}

/// What the server makes of an object that takes another's place: the strategies' `PrepareForUpdate`, and the admission
/// plugins that look at changes.
pub fn prepare_update(old: &Value, new: &mut Value, kind: &KindId) {
    match kind.kind {
        "Secret" => encode_texts(new),
        "Pod" => pod_defaults::default_changed(sub_mut(new, "spec")),
        "Service" => pod_defaults::change_addresses(sub(old, "spec"), sub_mut(new, "spec")),
        _ => {}
    }
}

fn add_finalizer(holder: &mut Value, name: &str) {
    let mut list = holder.list("finalizers").to_vec();
    if !list.iter().any(|known| known == name) {
        list.push(Value::from(name));
    }
    set(holder, "finalizers", Value::Array(list));
}

/// Models `dropDisabledFields` and the conversions between versions: fields whose feature is off, and empty lists that
/// come back as none.
fn drop_disabled(object: &mut Value, kind: &KindId) {
    let way: &[&str] = match kind.kind {
        "Job" => &["spec"],
        "CronJob" => &["spec", "jobTemplate", "spec"],
        _ => &[],
    };
    if let Some(job) = walk(object, way).filter(|_| !way.is_empty()) {
        let empty = sub(sub(job, "podFailurePolicy"), "rules").as_array().is_some_and(Vec::is_empty);
        if empty {
            unset(sub_mut(job, "podFailurePolicy"), "rules");
        }
    }
    let pod: &[&str] = match kind.kind {
        "Job" | "Deployment" | "ReplicaSet" => &["spec", "template", "spec"],
        "CronJob" => &["spec", "jobTemplate", "spec", "template", "spec"],
        "Pod" => &["spec"],
        _ => return,
    };
    let Some(spec) = walk(object, pod) else { return };
    for list in ["containers", "initContainers"] {
        for container in spec.get_mut(list).and_then(Value::as_array_mut).into_iter().flatten() {
            // ContainerStopSignals is off in 1.37.
            if sub(container, "lifecycle").has("stopSignal") {
                unset(sub_mut(container, "lifecycle"), "stopSignal");
                if container.get("lifecycle").and_then(Value::as_object).is_some_and(Map::is_empty) {
                    unset(container, "lifecycle");
                }
            }
        }
    }
}

/// The struct at the end of a way, if it is there.
fn walk<'a>(object: &'a mut Value, way: &[&str]) -> Option<&'a mut Value> {
    way.iter().try_fold(object, |value, name| value.get_mut(*name)).filter(|value| value.is_object())
}

fn clear_status(object: &mut Value) {
    set(object, "status", Value::Object(Map::new()));
}

/// A Secret's `stringData` is stored as `data`.
fn encode_texts(secret: &mut Value) {
    for (key, text) in secret.entries("stringData").into_iter().map(|(k, v)| (k.clone(), v.clone())).collect::<Vec<_>>()
    {
        let encoded = base64::encode(text.as_str().unwrap_or("").as_bytes());
        set(sub_mut(secret, "data"), &key, Value::from(encoded));
    }
    unset(secret, "stringData");
}

/// The labels by which a Job knows its Pods.
fn generate_selector(job: &mut Value, labelled: bool) {
    let metadata = sub(job, "metadata");
    let (name, uid) = (metadata.text("name").to_owned(), metadata.text("uid").to_owned());
    // The Job's own labels were copied from the template's while decoding and are the same map upstream.
    let spec = sub(job, "spec");
    if spec.flag("manualSelector") == Some(true) {
        return;
    }
    let shared = !labelled && sub(sub(spec, "template"), "metadata").has("labels");
    let spec = sub_mut(job, "spec");
    let labels = sub_mut(sub_mut(sub_mut(spec, "template"), "metadata"), "labels");
    for (key, value) in [
        ("job-name", &name),
        ("batch.kubernetes.io/job-name", &name),
        ("controller-uid", &uid),
        ("batch.kubernetes.io/controller-uid", &uid),
    ] {
        default_to(labels, key, value.clone());
    }
    let labels = labels.clone();
    let selector = sub_mut(sub_mut(spec, "selector"), "matchLabels");
    default_to(selector, "batch.kubernetes.io/controller-uid", uid);
    if shared {
        set(sub_mut(job, "metadata"), "labels", labels);
    }
}
