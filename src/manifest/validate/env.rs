//! Models `pkg/apis/core/validation/validation.go@v1.37.2`: environment variables and references to fields.

use super::field::{Errors, Path};
use super::names;
use crate::manifest::access::Access;
use crate::manifest::gotext::quote;
use serde_json::Value;

const ENV_FIELDS: [&str; 9] = [
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.serviceAccountName",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs",
];
/// Fields that a volume may show.
pub(crate) const VOLUME_FIELDS: [&str; 5] =
    ["metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid"];
const RESOURCES: [&str; 6] = [
    "limits.cpu",
    "limits.ephemeral-storage",
    "limits.memory",
    "requests.cpu",
    "requests.ephemeral-storage",
    "requests.memory",
];
const BYTE_DIVISORS: [&str; 13] = ["1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei"];

/// `env`.
pub(crate) fn variables(list: &[Value], path: &Path, errors: &mut Errors) {
    for (index, variable) in list.iter().enumerate() {
        let path = path.index(index);
        match variable.text("name") {
            "" => errors.required(&path.child("name"), ""),
            name => errors.invalid_each(&path.child("name"), name, names::env_name(name)),
        }
        if let Some(from) = variable.field("valueFrom") {
            value_from(from, variable.text("value"), &path.child("valueFrom"), errors);
        }
    }
}

fn value_from(from: &Value, value: &str, path: &Path, errors: &mut Errors) {
    let mut sources = 0;
    let mut source = |name: &str| {
        let found = from.field(name);
        sources += usize::from(found.is_some());
        found
    };
    if let Some(reference) = source("fieldRef") {
        field_ref(reference, &ENV_FIELDS, &path.child("fieldRef"), errors);
    }
    if let Some(reference) = source("resourceFieldRef") {
        resource_ref(reference, false, &path.child("resourceFieldRef"), errors);
    }
    for name in ["configMapKeyRef", "secretKeyRef"] {
        if let Some(reference) = source(name) {
            let path = path.child(name);
            let object = reference.text("name");
            errors.invalid_each(&path.child("name"), object, names::dns_subdomain(object));
            match reference.text("key") {
                "" => errors.required(&path.child("key"), ""),
                key => errors.invalid_each(&path.child("key"), key, names::config_key(key)),
            }
        }
    }
    if let Some(reference) = source("fileKeyRef") {
        file_key(reference, &path.child("fileKeyRef"), errors);
    }
    if sources == 0 {
        let detail =
            "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`";
        errors.invalid(path, "", detail);
    } else if !value.is_empty() {
        errors.invalid(path, "", "may not be specified when `value` is not empty");
    } else if sources > 1 {
        errors.invalid(path, "", "may not have more than one field specified at a time");
    }
}

fn file_key(reference: &Value, path: &Path, errors: &mut Errors) {
    match reference.text("key") {
        "" => errors.required(&path.child("key"), ""),
        key => errors.invalid_each(&path.child("key"), key, names::env_name(key)),
    }
    match reference.text("volumeName") {
        "" => errors.required(&path.child("volumeName"), ""),
        name => errors.invalid_each(&path.child("volumeName"), name, names::dns_label(name)),
    }
    match reference.text("path") {
        "" => errors.required(&path.child("path"), ""),
        file => super::volumes::no_backsteps(file, &path.child("path"), errors),
    }
}

/// `envFrom`.
pub(crate) fn sources(list: &[Value], path: &Path, errors: &mut Errors) {
    for (index, source) in list.iter().enumerate() {
        let item = path.index(index);
        let prefix = source.text("prefix");
        if !prefix.is_empty() {
            errors.invalid_each(&item.child("prefix"), prefix, names::env_name(prefix));
        }
        let mut found = 0;
        for name in ["configMapRef", "secretRef"] {
            if let Some(reference) = source.field(name) {
                found += 1;
                let path = item.child(name);
                match reference.text("name") {
                    "" => errors.required(&path.child("name"), ""),
                    object => {
                        let masked = names::mask_trailing_dash(object);
                        errors.invalid_each(&path.child("name"), object, names::dns_subdomain(&masked));
                    }
                }
            }
        }
        // Upstream's path has no index here.
        match found {
            0 => errors.invalid(path, "", "must specify one of: `configMapRef` or `secretRef`"),
            1 => {}
            _ => errors.invalid(path, "", "may not have more than one field specified at a time"),
        }
    }
}

/// A reference to a field of the Pod.
pub(crate) fn field_ref(reference: &Value, known: &[&str], path: &Path, errors: &mut Errors) {
    let (version, field) = (reference.text("apiVersion"), reference.text("fieldPath"));
    if version.is_empty() {
        return errors.required(&path.child("apiVersion"), "");
    }
    if field.is_empty() {
        return errors.required(&path.child("fieldPath"), "");
    }
    let field_path = path.child("fieldPath");
    if version != "v1" {
        let detail = format!("error converting fieldPath: unsupported pod version: {version}");
        return errors.invalid(&field_path, field, &detail);
    }
    if let Some((holder, subscript)) = subscripted(field) {
        return match holder {
            "metadata.annotations" => errors.invalid_each(
                path,
                &subscript.to_ascii_lowercase(),
                names::label_key(&subscript.to_ascii_lowercase()),
            ),
            "metadata.labels" => errors.invalid_each(path, subscript, names::label_key(subscript)),
            _ => {
                let detail = format!("error converting fieldPath: field label does not support subscript: {field}");
                errors.invalid(&field_path, field, &detail);
            }
        };
    }
    // `spec.host` is an old name of the node's.
    let field = if field == "spec.host" { "spec.nodeName" } else { field };
    let convertible = ENV_FIELDS.contains(&field)
        || VOLUME_FIELDS.contains(&field)
        || matches!(
            field,
            "spec.restartPolicy"
                | "spec.schedulerName"
                | "status.phase"
                | "spec.hostNetwork"
                | "status.nominatedNodeName"
        );
    if !convertible {
        let detail = format!("error converting fieldPath: field label not supported: {field}");
        return errors.invalid(&field_path, field, &detail);
    }
    errors.supported(&field_path, field, known);
}

/// `metadata.labels['key']` → its two parts.
fn subscripted(field: &str) -> Option<(&str, &str)> {
    let (holder, rest) = field.strip_suffix("']")?.split_once("['")?;
    (!holder.is_empty()).then_some((holder, rest))
}

/// A reference to a container's resource.
pub(crate) fn resource_ref(reference: &Value, in_volume: bool, path: &Path, errors: &mut Errors) {
    let resource = reference.text("resource");
    let huge = ["limits.hugepages-", "requests.hugepages-"].iter().any(|prefix| resource.starts_with(prefix));
    if in_volume && reference.text("containerName").is_empty() {
        errors.required(&path.child("containerName"), "");
    } else if resource.is_empty() {
        errors.required(&path.child("resource"), "");
    } else if !huge {
        errors.supported(&path.child("resource"), resource, &RESOURCES);
    }
    let divisor = reference.text("divisor");
    if matches!(divisor, "" | "0") {
        return;
    }
    let (known, what) = match resource.split_once('.').map(|(_, name)| name) {
        Some("cpu") => (matches!(divisor, "1m" | "1"), "cpu"),
        Some("memory") => (BYTE_DIVISORS.contains(&divisor), "memory"),
        Some("ephemeral-storage") => (BYTE_DIVISORS.contains(&divisor), "local ephemeral storage"),
        _ => (!huge || BYTE_DIVISORS.contains(&divisor), "hugepages"),
    };
    if !known {
        let list = if what == "cpu" { "1m and 1".to_owned() } else { BYTE_DIVISORS.join(", ") };
        let detail = format!("only divisor's values {list} are supported with the {what} resource");
        errors.invalid_shown(&path.child("divisor"), quote(resource), &detail);
    }
}
