//! Volumes in words.

use super::super::json_path::shown;
use super::writer::Writer;
use crate::api::Quantity;
use crate::manifest::Access;
use serde_json::Value;

/// Titles and fields.
type Fields = &'static [(&'static str, &'static str)];

/// Of each sort of volume: its field, its words, and its fields with their titles. A field with `?` is a flag, one with
/// `!` shows `<none>` if it isn't set.
const SORTS: &[(&str, &str, Fields)] = &[
    ("hostPath", "HostPath (bare host directory volume)", &[("Path", "path"), ("HostPathType", "type!")]),
    (
        "emptyDir",
        "EmptyDir (a temporary directory that shares a pod's lifetime)",
        &[("Medium", "medium"), ("SizeLimit", "sizeLimit")],
    ),
    ("secret", "Secret (a volume populated by a Secret)", &[("SecretName", "secretName"), ("Optional", "optional?")]),
    ("configMap", "ConfigMap (a volume populated by a ConfigMap)", &[("Name", "name"), ("Optional", "optional?")]),
    (
        "nfs",
        "NFS (an NFS mount that lasts the lifetime of a pod)",
        &[("Server", "server"), ("Path", "path"), ("ReadOnly", "readOnly?")],
    ),
    (
        "persistentVolumeClaim",
        "PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)",
        &[("ClaimName", "claimName"), ("ReadOnly", "readOnly?")],
    ),
];

pub(super) fn describe(writer: &mut Writer, volumes: &[Value], indent: &str) {
    if volumes.is_empty() {
        writer.line(0, &format!("{indent}Volumes:\t<none>"));
        return;
    }
    writer.line(0, &format!("{indent}Volumes:"));
    for volume in volumes {
        let before = if indent.is_empty() { "" } else { " " };
        writer.line(1, &format!("{before}{}:", volume.text("name")));
        source(writer, volume);
    }
}

fn source(writer: &mut Writer, volume: &Value) {
    if let Some((name, words, fields)) = SORTS.iter().find(|(name, _, _)| volume.has(name)) {
        let source = volume.get(name).unwrap_or(&Value::Null);
        writer.field(2, "Type", words);
        for (title, field) in *fields {
            let value = match field.strip_suffix('?') {
                Some(flag) => source.flag(flag).unwrap_or(false).to_string(),
                None if *field == "sizeLimit" => size_limit(source),
                None => match field.strip_suffix('!') {
                    Some(field) => source.get(field).map_or("<none>".to_owned(), shown),
                    None => source.text(field).to_owned(),
                },
            };
            writer.field(2, title, &value);
        }
    } else if let Some(projected) = volume.get("projected") {
        writer.field(2, "Type", "Projected (a volume that contains injected data from multiple sources)");
        for source in projected.list("sources") {
            projection(writer, source);
        }
    } else if let Some(downward) = volume.get("downwardAPI") {
        writer.field(2, "Type", "DownwardAPI (a volume populated by information about the pod)");
        writer.line(2, "Items:");
        for item in downward.list("items") {
            for (field, name) in [("fieldRef", "fieldPath"), ("resourceFieldRef", "resource")] {
                if let Some(from) = item.get(field) {
                    writer.line(3, &format!("{} -> {}", from.text(name), item.text("path")));
                }
            }
        }
    } else {
        writer.line(1, "<unknown>");
    }
}

fn size_limit(source: &Value) -> String {
    let limit = source.get("sizeLimit").map(shown).and_then(|text| Quantity::parse(&text).ok());
    limit.filter(|limit| limit.units() > 0).map_or("<unset>".to_owned(), |limit| limit.to_string())
}

fn projection(writer: &mut Writer, source: &Value) {
    for (field, title) in [("secret", "SecretName"), ("configMap", "ConfigMapName")] {
        if let Some(from) = source.get(field) {
            writer.field(2, title, from.text("name"));
            writer.field(2, "Optional", &from.flag("optional").unwrap_or(false).to_string());
        }
    }
    if source.has("downwardAPI") {
        writer.field(2, "DownwardAPI", "true");
    }
    if let Some(token) = source.get("serviceAccountToken") {
        writer.field(2, "TokenExpirationSeconds", &token.int("expirationSeconds").unwrap_or(3600).to_string());
    }
}
