//! Models `apimachinery/pkg/api/validation/objectmeta.go@v0.37.2` and `meta/v1/validation`: metadata, labels and
//! selectors.
//!
//! Leaves out: `managedFields`; owners that are banned.

use super::field::{Errors, Path};
use super::names;
use crate::manifest::access::{Access, sub};
use crate::manifest::gotext::json;
use serde_json::Value;

/// A name's syntax.
pub(crate) type NameRule = fn(&str) -> Vec<String>;

const ANNOTATIONS_BYTES: usize = 262_144;

/// The metadata of a new object.
pub(crate) fn metadata(object: &Value, rule: NameRule, errors: &mut Errors) {
    let meta = sub(object, "metadata");
    let path = Path::new("metadata");
    let generate_name = meta.text("generateName");
    if !generate_name.is_empty() {
        errors.invalid_each(
            &path.child("generateName"),
            generate_name,
            rule(&names::mask_trailing_dash(generate_name)),
        );
    }
    match meta.text("name") {
        "" => errors.required(&path.child("name"), "name or generateName is required"),
        name => errors.invalid_each(&path.child("name"), name, rule(name)),
    }
    common(meta, &path, errors);
}

/// The metadata of a changed object.
pub(crate) fn metadata_update(new: &Value, old: &Value, errors: &mut Errors) {
    let (new, old) = (sub(new, "metadata"), sub(old, "metadata"));
    let path = Path::new("metadata");
    if new.text("resourceVersion").is_empty() {
        errors.invalid(&path.child("resourceVersion"), "", "must be specified for an update");
    }
    for name in ["name", "namespace", "uid"] {
        if new.text(name) != old.text(name) {
            errors.invalid(&path.child(name), new.text(name), "field is immutable");
        }
    }
    labels(new, "labels", &path.child("labels"), errors);
    annotations(new, &path.child("annotations"), errors);
    owners(new, &path.child("ownerReferences"), errors);
    for (index, name) in new.list("finalizers").iter().filter_map(Value::as_str).enumerate() {
        kubernetes_finalizer(name, &path.child("finalizers").index(index), errors);
    }
}

fn common(meta: &Value, path: &Path, errors: &mut Errors) {
    let namespace = meta.text("namespace");
    if !namespace.is_empty() {
        errors.invalid_each(&path.child("namespace"), namespace, names::dns_label(namespace));
    }
    labels(meta, "labels", &path.child("labels"), errors);
    annotations(meta, &path.child("annotations"), errors);
    owners(meta, &path.child("ownerReferences"), errors);
    finalizers(meta, &path.child("finalizers"), errors);
}

fn finalizers(meta: &Value, path: &Path, errors: &mut Errors) {
    for (index, name) in meta.list("finalizers").iter().filter_map(Value::as_str).enumerate() {
        finalizer(name, &path.index(index), errors);
    }
}

/// The name of a finalizer.
pub(crate) fn finalizer(name: &str, path: &Path, errors: &mut Errors) {
    errors.invalid_each(path, name, names::label_key(name));
    kubernetes_finalizer(name, path, errors);
}

/// A finalizer without a domain must be one of Kubernetes' own.
fn kubernetes_finalizer(name: &str, path: &Path, errors: &mut Errors) {
    let is_standard = matches!(name, "kubernetes" | "orphan" | "foregroundDeletion");
    if !is_standard && !name.contains('/') {
        errors.invalid(path, name, "name is neither a standard finalizer name nor is it fully qualified");
    }
}

fn owners(meta: &Value, path: &Path, errors: &mut Errors) {
    for (index, owner) in meta.list("ownerReferences").iter().enumerate() {
        let path = path.index(index);
        let version = owner.text("apiVersion");
        if version.matches('/').count() > 1 || version.ends_with('/') {
            errors.invalid(&path.child("apiVersion"), version, "must be <group>/<version> or <version>");
        }
        for name in ["apiVersion", "kind", "name", "uid"] {
            if owner.text(name).is_empty() {
                errors.required(&path.child(name), "must not be empty");
            }
        }
    }
}

/// A map of labels; the server walks it in any order, here sorted.
pub(crate) fn labels(holder: &Value, name: &str, path: &Path, errors: &mut Errors) {
    for (key, value) in holder.entries(name) {
        errors.invalid_each(path, key, names::label_key(key));
        let value = value.as_str().unwrap_or("");
        errors.invalid_each(path, value, names::label_value(value));
    }
}

/// Annotations: any value, but not too much of it.
pub(crate) fn annotations(holder: &Value, path: &Path, errors: &mut Errors) {
    let mut bytes = 0;
    for (key, value) in holder.entries("annotations") {
        errors.invalid_each(path, key, names::label_key(&key.to_ascii_lowercase()));
        bytes += key.len() + value.as_str().map_or(0, str::len);
    }
    if bytes > ANNOTATIONS_BYTES {
        errors.too_long(path, ANNOTATIONS_BYTES);
    }
}

/// The syntax of a selector.
pub(crate) fn selector(selector: &Value, path: &Path, errors: &mut Errors) {
    labels(selector, "matchLabels", &path.child("matchLabels"), errors);
    let list = path.child("matchExpressions");
    for (index, expression) in selector.list("matchExpressions").iter().enumerate() {
        let path = list.index(index);
        let values = expression.list("values");
        match expression.text("operator") {
            "In" | "NotIn" if values.is_empty() => {
                errors.required(&path.child("values"), "must be specified when `operator` is 'In' or 'NotIn'");
            }
            "Exists" | "DoesNotExist" if !values.is_empty() => {
                errors.forbidden(
                    &path.child("values"),
                    "may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
                );
            }
            "In" | "NotIn" | "Exists" | "DoesNotExist" => {}
            other => errors.invalid(&path.child("operator"), other, "not a valid selector operator"),
        }
        let key = expression.text("key");
        errors.invalid_each(&path.child("key"), key, names::label_key(key));
        let values_path = path.child("values");
        for (index, value) in values.iter().filter_map(Value::as_str).enumerate() {
            errors.invalid_each(&values_path.index(index), value, names::label_value(value));
        }
    }
}

/// Whether a selector can be made of it: its operators, values and labels have the right shape.
pub(crate) fn reads_as_selector(selector: &Value) -> bool {
    let mut errors = Errors::default();
    self::selector(selector, &Path::new(""), &mut errors);
    errors.count() == 0
}

/// Whether labels match a selector; none if the selector can't be read.
pub(crate) fn matches(selector: &Value, labels: &Value) -> Option<bool> {
    if !reads_as_selector(selector) {
        return None;
    }
    let mut all = selector.entries("matchLabels").into_iter().all(|(key, value)| labels.get(key) == Some(value));
    for expression in selector.list("matchExpressions") {
        let values = expression.list("values");
        let label = labels.get(expression.text("key"));
        all &= match expression.text("operator") {
            "In" if !values.is_empty() => label.is_some_and(|label| values.contains(label)),
            "NotIn" if !values.is_empty() => label.is_none_or(|label| !values.contains(label)),
            "Exists" if values.is_empty() => label.is_some(),
            "DoesNotExist" if values.is_empty() => label.is_none(),
            _ => return None,
        };
    }
    Some(all)
}

/// Labels as a message quotes them; `null` if there are none.
pub(crate) fn quoted_labels(holder: &Value) -> String {
    match holder.field("labels") {
        Some(labels) => {
            let mut labels = labels.clone();
            crate::manifest::access::sort_keys(&mut labels);
            json(&labels)
        }
        None => "null".to_owned(),
    }
}
