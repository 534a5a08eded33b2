//! Models `pkg/apis/core/validation/validation.go@v1.37.2`, as far as the small kinds of lessons go: `ConfigMap`, Secret,
//! `PersistentVolumeClaim`, Namespace; of any other kind the metadata.
//!
//! Leaves out: a claim's sources.

use super::field::{Errors, Path};
use super::{limits, meta, names};
use crate::api::Quantity;
use crate::go::base64;
use crate::manifest::access::{Access, sub};
use crate::manifest::kinds::KindId;
use serde_json::Value;

/// What a `ConfigMap` or Secret may hold.
const MAX_BYTES: usize = 1_048_576;

/// A new object of another kind.
pub(crate) fn create(object: &Value, kind: &KindId, errors: &mut Errors) {
    let rule: meta::NameRule = match kind.kind {
        "Namespace" => names::dns_label,
        "Role" | "RoleBinding" | "ClusterRole" | "ClusterRoleBinding" => any_name,
        _ => names::dns_subdomain,
    };
    meta::metadata(object, rule, errors);
    content(object, kind, errors);
}

/// A changed object of another kind.
pub(crate) fn update(old: &Value, new: &Value, kind: &KindId, errors: &mut Errors) {
    if kind.kind == "Secret" && old.text("type") != new.text("type") {
        errors.invalid(&Path::new("type"), new.text("type"), "field is immutable");
    }
    if matches!(kind.kind, "ConfigMap" | "Secret") && old.flag("immutable") == Some(true) {
        let detail = "field is immutable when `immutable` is set";
        if new.flag("immutable") != Some(true) {
            errors.forbidden(&Path::new("immutable"), detail);
        }
        for name in ["data", "binaryData"] {
            if old.entries(name) != new.entries(name) {
                errors.forbidden(&Path::new(name), detail);
            }
        }
    }
    content(new, kind, errors);
    if kind.kind == "ResourceQuota" {
        let scopes = |object: &Value| {
            let listed = sub(object, "spec").list("scopes").iter();
            listed.filter_map(Value::as_str).map(str::to_owned).collect::<std::collections::BTreeSet<String>>()
        };
        if scopes(old) != scopes(new) {
            let shown = crate::manifest::json_text(&Value::Array(sub(new, "spec").list("scopes").to_vec()));
            errors.invalid_shown(&Path::new("spec").child("scopes"), shown, "field is immutable");
        }
    }
    if kind.kind == "PersistentVolumeClaim" {
        claim_update(sub(old, "spec"), sub(new, "spec"), errors);
    }
}

fn any_name(_: &str) -> Vec<String> {
    Vec::new()
}

fn content(object: &Value, kind: &KindId, errors: &mut Errors) {
    match kind.kind {
        "ConfigMap" => config_map(object, errors),
        "ResourceQuota" => limits::quota(sub(object, "spec"), errors),
        "LimitRange" => limits::range(sub(object, "spec"), errors),
        "Secret" => secret(object, errors),
        "PersistentVolumeClaim" => claim(sub(object, "spec"), errors),
        "Namespace" => {
            // Upstream's path has no index here.
            for name in sub(object, "spec").list("finalizers").iter().filter_map(Value::as_str) {
                meta::finalizer(name, &Path::new("spec").child("finalizers"), errors);
            }
        }
        _ => {}
    }
}

fn config_map(map: &Value, errors: &mut Errors) {
    let mut bytes = 0;
    for name in ["data", "binaryData"] {
        let path = Path::new(name);
        for (key, value) in map.entries(name) {
            errors.invalid_each(&path.key(key), key, names::config_key(key));
            if name == "data" && sub(map, "binaryData").has(key) {
                errors.invalid(&path.key(key), key, "duplicate of key present in binaryData");
            }
            bytes += value.as_str().map_or(0, |text| if name == "data" { text.len() } else { text.len() / 4 * 3 });
        }
    }
    if bytes > MAX_BYTES {
        // The path is empty: the whole object is too large.
        errors.too_long(&Path::new(""), MAX_BYTES);
    }
}

fn secret(secret: &Value, errors: &mut Errors) {
    let path = Path::new("data");
    let (data, mut bytes) = (sub(secret, "data"), 0);
    for (key, value) in secret.entries("data") {
        errors.invalid_each(&path.key(key), key, names::config_key(key));
        bytes += value.as_str().map_or(0, str::len) / 4 * 3;
    }
    if bytes > MAX_BYTES {
        errors.too_long(&path, MAX_BYTES);
    }
    let has = |key: &str| data.field(key).is_some();
    match secret.text("type") {
        "kubernetes.io/service-account-token" => {
            let key = "kubernetes.io/service-account.name";
            if sub(sub(secret, "metadata"), "annotations").text(key).is_empty() {
                errors.required(&Path::new("metadata").child("annotations").key(key), "");
            }
        }
        "kubernetes.io/dockercfg" => docker(data, ".dockercfg", errors),
        "kubernetes.io/dockerconfigjson" => docker(data, ".dockerconfigjson", errors),
        "kubernetes.io/basic-auth" if !has("username") && !has("password") => {
            errors.required(&path.key("username"), "");
            errors.required(&path.key("password"), "");
        }
        "kubernetes.io/ssh-auth" if data.text("ssh-privatekey").is_empty() => {
            errors.required(&path.key("ssh-privatekey"), "");
        }
        "kubernetes.io/tls" => {
            for key in ["tls.crt", "tls.key"].into_iter().filter(|key| !has(key)) {
                errors.required(&path.key(key), "");
            }
        }
        _ => {}
    }
}

/// Credentials for images must be a JSON object.
fn docker(data: &Value, key: &str, errors: &mut Errors) {
    let path = Path::new("data");
    let Some(text) = data.field(key).and_then(Value::as_str) else { return errors.required(&path.key(key), "") };
    let content = base64::decode(text).unwrap_or_default();
    let content = String::from_utf8_lossy(&content);
    let detail = match crate::manifest::json::read(&content, 0, usize::MAX) {
        Ok((value, ..)) if value.is_object() || value.is_null() => return,
        Ok((value, ..)) => {
            let found = match value {
                Value::Array(_) => "array",
                Value::String(_) => "string",
                Value::Bool(_) => "bool",
                _ => "number",
            };
            format!("json: cannot unmarshal {found} into Go value of type map[string]interface {{}}")
        }
        Err(error) => error.message,
    };
    errors.invalid(&path.key(key), "<secret contents redacted>", &detail);
}

fn claim(spec: &Value, errors: &mut Errors) {
    let path = Path::new("spec");
    let (modes, modes_path) = (spec.list("accessModes"), path.child("accessModes"));
    if modes.is_empty() {
        errors.required(&modes_path, "at least 1 access mode is required");
    }
    if spec.has("selector") {
        meta::selector(sub(spec, "selector"), &path.child("selector"), errors);
    }
    let supported = ["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"];
    let (mut alone, mut shared) = (false, false);
    for mode in modes.iter().filter_map(Value::as_str) {
        let known = errors.supported(&modes_path, mode, &supported);
        alone |= mode == "ReadWriteOncePod";
        shared |= known && mode != "ReadWriteOncePod";
    }
    if alone && shared {
        errors.forbidden(&modes_path, "may not use ReadWriteOncePod with other access modes");
    }
    let resources = path.child("resources");
    let storage_path = resources.key("storage");
    match sub(sub(spec, "resources"), "requests").field("storage").and_then(Value::as_str) {
        None => errors.required(&storage_path, ""),
        Some(storage) => {
            let milli = Quantity::parse(storage).map_or(0, Quantity::milli);
            if milli <= 0 {
                errors.invalid(&storage_path, storage, "must be greater than zero");
            }
        }
    }
    let class = spec.text("storageClassName");
    if !class.is_empty() {
        errors.invalid_each(&path.child("storageClassName"), class, names::dns_subdomain(class));
    }
    errors.supported(&path.child("volumeMode"), spec.text("volumeMode"), &["Block", "Filesystem"]);
}

/// Of a claim that isn't bound nothing may change but, once, the volume.
fn claim_update(old: &Value, new: &Value, errors: &mut Errors) {
    let mut before = old.clone();
    if old.text("volumeName").is_empty() {
        match new.field("volumeName") {
            Some(name) => crate::manifest::access::set(&mut before, "volumeName", name.clone()),
            None => crate::manifest::access::unset(&mut before, "volumeName"),
        }
    }
    if !old.has("storageClassName")
        && let Some(class) = new.field("storageClassName")
    {
        crate::manifest::access::set(&mut before, "storageClassName", class.clone());
    }
    let shown = |spec: &Value| crate::manifest::emit::quoted_struct(spec, "PersistentVolumeClaimSpec");
    let (was, is) = (shown(&before), shown(new));
    let spec = Path::new("spec");
    if was != is {
        let detail = format!(
            "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims\n{}",
            crate::manifest::difflib::of_json(&was, &is)
        );
        errors.forbidden(&spec, &detail);
    }
    let storage = |spec: &Value| {
        Quantity::parse(sub(sub(spec, "resources"), "requests").text("storage")).map_or(0, Quantity::milli)
    };
    // Nothing is provisioned, so the status has no capacity to stay above.
    if storage(new) < storage(old) && storage(new) <= 0 {
        let (resources, requests) = (spec.child("resources"), "requests");
        let requests = resources.child(requests);
        errors.forbidden(&requests.child("storage"), "field can not be less than status.capacity");
    }
    if old.text("volumeMode") != new.text("volumeMode") {
        errors.invalid(&Path::new("volumeMode"), new.text("volumeMode"), "field is immutable");
    }
}
