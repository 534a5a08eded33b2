//! Models `pkg/apis/core/validation/validation.go@v1.37.2`: volumes and their mounts.
//!
//! Leaves out: what the sources of clouds and storage systems say about their own fields, and PVC templates.

use super::field::{Errors, Path};
use super::{container, env, names};
use crate::api::Quantity;
use crate::manifest::access::{Access, Names, sub};
use serde_json::Value;

/// The number of a volume that may be a block device.
const CLAIM: usize = 1;
const FILE_MODE: &str = "must be a number between 0 and 0777 (octal), both inclusive";

/// The order in which upstream looks at a volume's sources, and the name that its errors use.
const SOURCES: [(&str, &str); 30] = [
    ("emptyDir", "emptyDir"),
    ("hostPath", "hostPath"),
    ("gitRepo", "gitRepo"),
    ("gcePersistentDisk", "gcePersistentDisk"),
    ("awsElasticBlockStore", "awsElasticBlockStore"),
    ("secret", "secret"),
    ("nfs", "nfs"),
    ("iscsi", "iscsi"),
    ("glusterfs", "glusterfs"),
    ("flocker", "flocker"),
    ("persistentVolumeClaim", "persistentVolumeClaim"),
    ("rbd", "rbd"),
    ("cinder", "cinder"),
    ("cephfs", "cephFS"),
    ("quobyte", "quobyte"),
    ("downwardAPI", "downwarAPI"),
    ("fc", "fc"),
    ("flexVolume", "flexVolume"),
    ("configMap", "configMap"),
    ("azureFile", "azureFile"),
    ("vsphereVolume", "vsphereVolume"),
    ("photonPersistentDisk", "photonPersistentDisk"),
    ("portworxVolume", "portworxVolume"),
    ("azureDisk", "azureDisk"),
    ("storageos", "storageos"),
    ("projected", "projected"),
    ("scaleIO", "scaleIO"),
    ("csi", "csi"),
    ("ephemeral", "ephemeral"),
    ("image", "image"),
];

/// `spec.volumes`; gives the valid ones, which mounts may name.
pub(crate) fn volumes(list: &[Value], path: &Path, errors: &mut Errors) -> Names {
    let mut valid = Names::default();
    for (index, volume) in list.iter().enumerate() {
        let path = path.index(index);
        let before = errors.count();
        source(volume, &path, errors);
        let name = volume.text("name");
        if name.is_empty() {
            errors.required(&path.child("name"), "");
        } else {
            errors.invalid_each(&path.child("name"), name, names::dns_label(name));
        }
        if valid.has(name) {
            errors.duplicate(&path.child("name"), name);
        }
        if errors.count() == before {
            let is_claim = volume.has("persistentVolumeClaim") || volume.has("ephemeral");
            valid.set(name, if is_claim { CLAIM } else { 0 });
        }
    }
    valid
}

fn source(volume: &Value, path: &Path, errors: &mut Errors) {
    let mut found = 0;
    for (name, shown) in SOURCES {
        let Some(source) = volume.field(name) else { continue };
        found += 1;
        if found > 1 {
            errors.forbidden(&path.child(shown), "may not specify more than 1 volume type");
            continue;
        }
        let path = path.child(name);
        let required = |field: &str, errors: &mut Errors| {
            if source.text(field).is_empty() {
                errors.required(&path.child(field), "");
            }
        };
        match name {
            "emptyDir" => empty_dir(source, &path, errors),
            "hostPath" => host_path(source, &path, errors),
            "gitRepo" => required("repository", errors),
            "secret" => {
                required("secretName", errors);
                keys(source, &path, errors);
            }
            "configMap" => {
                required("name", errors);
                keys(source, &path, errors);
            }
            "persistentVolumeClaim" => required("claimName", errors),
            "nfs" => {
                required("server", errors);
                required("path", errors);
                if !source.text("path").starts_with('/') {
                    errors.invalid(&path.child("path"), source.text("path"), "must be an absolute path");
                }
            }
            "downwardAPI" => {
                mode(source, "defaultMode", &path, errors);
                for file in source.list("items") {
                    // Upstream's path has no index here.
                    downward_file(file, &path, errors);
                }
            }
            "projected" => projected(source, &path, errors),
            "csi" => required("driver", errors),
            "ephemeral" if !source.has("volumeClaimTemplate") => {
                errors.required(&path.child("volumeClaimTemplate"), "");
            }
            "image" => {
                required("reference", errors);
                container::pull_policy(source.text("pullPolicy"), &path.child("pullPolicy"), errors);
            }
            _ => {}
        }
    }
    if found == 0 {
        errors.required(path, "must specify a volume type");
    }
}

fn empty_dir(source: &Value, path: &Path, errors: &mut Errors) {
    if Quantity::parse(source.text("sizeLimit")).is_ok_and(Quantity::is_negative) {
        errors.forbidden(&path.child("sizeLimit"), "SizeLimit field must be a valid resource quantity");
    }
    if let Some(mode) = source.int("mode").filter(|mode| !(0..=0o1777).contains(mode)) {
        let detail = "must be a number between 0 and 01777 (octal), both inclusive";
        errors.invalid_int(&path.child("mode"), mode, detail);
    }
}

fn host_path(source: &Value, path: &Path, errors: &mut Errors) {
    if source.text("path").is_empty() {
        return errors.required(&path.child("path"), "");
    }
    no_backsteps(source.text("path"), &path.child("path"), errors);
    if source.has("type") {
        let types =
            ["", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket"];
        errors.supported(&path.child("type"), source.text("type"), &types);
    }
}

/// `defaultMode` and `items` of a volume of keys.
fn keys(source: &Value, path: &Path, errors: &mut Errors) {
    mode(source, "defaultMode", path, errors);
    let items = path.child("items");
    for (index, item) in source.list("items").iter().enumerate() {
        key_to_path(item, &items.index(index), errors);
    }
}

fn mode(source: &Value, name: &str, path: &Path, errors: &mut Errors) {
    if let Some(mode) = source.int(name).filter(|mode| !(0..=0o777).contains(mode)) {
        errors.invalid_int(&path.child(name), mode, FILE_MODE);
    }
}

fn key_to_path(item: &Value, path: &Path, errors: &mut Errors) {
    if item.text("key").is_empty() {
        errors.required(&path.child("key"), "");
    }
    if item.text("path").is_empty() {
        errors.required(&path.child("path"), "");
    }
    non_reserved(item.text("path"), &path.child("path"), errors);
    mode(item, "mode", path, errors);
}

fn downward_file(file: &Value, path: &Path, errors: &mut Errors) {
    if file.text("path").is_empty() {
        errors.required(&path.child("path"), "");
    }
    non_reserved(file.text("path"), &path.child("path"), errors);
    match (file.field("fieldRef"), file.field("resourceFieldRef")) {
        (Some(field), resource) => {
            env::field_ref(field, &env::VOLUME_FIELDS, &path.child("fieldRef"), errors);
            if resource.is_some() {
                errors.invalid(path, "resource", "fieldRef and resourceFieldRef can not be specified simultaneously");
            }
        }
        (None, Some(resource)) => env::resource_ref(resource, true, &path.child("resourceFieldRef"), errors),
        (None, None) => errors.required(path, "one of fieldRef and resourceFieldRef is required"),
    }
    mode(file, "mode", path, errors);
}

fn projected(source: &Value, path: &Path, errors: &mut Errors) {
    mode(source, "defaultMode", path, errors);
    let sources = path.child("sources");
    let mut seen = Names::default();
    for (index, projection) in source.list("sources").iter().enumerate() {
        let item = sources.index(index);
        let mut count = 0;
        for name in
            ["secret", "configMap", "downwardAPI", "serviceAccountToken", "clusterTrustBundle", "podCertificate"]
        {
            let Some(projection) = projection.field(name) else { continue };
            count += 1;
            let own = item.child(name);
            match name {
                "secret" | "configMap" => {
                    if projection.text("name").is_empty() {
                        errors.required(&own.child("name"), "");
                    }
                    let items = own.child("items");
                    for (index, key) in projection.list("items").iter().enumerate() {
                        key_to_path(key, &items.index(index), errors);
                        if !key.text("path").is_empty() && !seen.insert(key.text("path")) {
                            errors.invalid(path, projection.text("name"), "conflicting duplicate paths");
                        }
                    }
                }
                "downwardAPI" => {
                    for file in projection.list("items") {
                        downward_file(file, &own, errors);
                        if !file.text("path").is_empty() && !seen.insert(file.text("path")) {
                            errors.invalid(path, file.text("path"), "conflicting duplicate paths");
                        }
                    }
                }
                "serviceAccountToken" => token(projection, &own, path, errors),
                _ => {}
            }
        }
        if count > 1 {
            errors.forbidden(&item, "may not specify more than 1 volume type per source");
        }
    }
}

fn token(projection: &Value, own: &Path, path: &Path, errors: &mut Errors) {
    let seconds_path = own.child("expirationSeconds");
    match projection.int("expirationSeconds") {
        None => errors.required(&seconds_path, ""),
        Some(seconds) if seconds < 600 => {
            errors.invalid_int(&seconds_path, seconds, "may not specify a duration less than 10 minutes");
        }
        Some(seconds) if seconds > 1 << 32 => {
            errors.invalid_int(&seconds_path, seconds, "may not specify a duration larger than 2^32 seconds");
        }
        Some(_) => {}
    }
    match projection.text("path") {
        "" => errors.required(&path.child("path"), ""),
        file => non_reserved(file, &path.child("path"), errors),
    }
}

// ---- mounts

/// `volumeMounts`.
pub(crate) fn mounts(container: &Value, volumes: &Names, path: &Path, errors: &mut Errors) {
    let mut seen = Names::default();
    for (index, mount) in container.list("volumeMounts").iter().enumerate() {
        let item = path.index(index);
        let (name, at) = (mount.text("name"), mount.text("mountPath"));
        if name.is_empty() {
            errors.required(&item.child("name"), "");
        }
        if !volumes.has(name) {
            errors.not_found(&item.child("name"), name, "");
        }
        if at.is_empty() {
            errors.required(&item.child("mountPath"), "");
        }
        if !seen.insert(at) {
            errors.invalid(&item.child("mountPath"), at, "must be unique");
        }
        // Upstream's paths have no index from here on.
        if !mount.text("subPath").is_empty() {
            descending(mount.text("subPath"), &path.child("subPath"), errors);
        }
        let expression = mount.text("subPathExpr");
        if !expression.is_empty() {
            if !mount.text("subPath").is_empty() {
                let detail = "subPathExpr and subPath are mutually exclusive";
                errors.invalid(&item.child("subPathExpr"), expression, detail);
            }
            descending(expression, &path.child("subPathExpr"), errors);
        }
        if mount.has("mountPropagation") {
            propagation(mount.text("mountPropagation"), container, &path.child("mountPropagation"), errors);
        }
        if mount.has("recursiveReadOnly") {
            recursive_read_only(mount, &path.child("recursiveReadOnly"), errors);
        }
    }
}

/// `volumeDevices`: blocks of a claim, not files.
pub(crate) fn devices(container: &Value, volumes: &Names, path: &Path, errors: &mut Errors) {
    let (mut names, mut paths) = (Names::default(), Names::default());
    let mounts = container.list("volumeMounts");
    for (index, device) in container.list("volumeDevices").iter().enumerate() {
        let item = path.index(index);
        let (name, at) = (device.text("name"), device.text("devicePath"));
        let (name_path, at_path) = (item.child("name"), item.child("devicePath"));
        if name.is_empty() {
            errors.required(&name_path, "");
        }
        if names.has(name) {
            errors.invalid(&name_path, name, "must be unique");
        }
        match volumes.number(name) {
            None => errors.not_found(&name_path, name, ""),
            Some(CLAIM) => {}
            Some(_) => {
                let detail = "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode";
                errors.invalid(&name_path, name, detail);
            }
        }
        if at.is_empty() {
            errors.required(&at_path, "");
        }
        if paths.has(at) {
            errors.invalid(&at_path, at, "must be unique");
        }
        if at.split('/').any(|part| part == "..") {
            errors.invalid(&at_path, at, "can not contain backsteps ('..')");
        } else {
            paths.insert(at);
        }
        if mounts.iter().any(|mount| mount.text("name") == name) {
            errors.invalid(&name_path, name, "must not already exist in volumeMounts");
        }
        if mounts.iter().any(|mount| mount.text("mountPath") == at) {
            errors.invalid(&at_path, at, "must not already exist as a path in volumeMounts");
        }
        if !name.is_empty() {
            names.insert(name);
        }
    }
}

fn propagation(mode: &str, container: &Value, path: &Path, errors: &mut Errors) {
    errors.supported(path, mode, &["Bidirectional", "HostToContainer", "None"]);
    let privileged = sub(container, "securityContext").flag("privileged") == Some(true);
    if mode == "Bidirectional" && !privileged {
        errors.forbidden(path, "Bidirectional mount propagation is available only to privileged containers");
    }
}

fn recursive_read_only(mount: &Value, path: &Path, errors: &mut Errors) {
    match mount.text("recursiveReadOnly") {
        "Disabled" => {}
        "Enabled" | "IfPossible" => {
            if mount.flag("readOnly") != Some(true) {
                errors.forbidden(path, "may only be specified when readOnly is true");
            }
            if !matches!(mount.text("mountPropagation"), "" | "None") {
                errors.forbidden(path, "may only be specified when mountPropagation is None or not specified");
            }
        }
        other => {
            errors.supported(path, other, &["Disabled", "Enabled", "IfPossible"]);
        }
    }
}

// ---- paths

/// A path below the volume's root.
fn descending(text: &str, path: &Path, errors: &mut Errors) {
    if text.starts_with('/') {
        errors.invalid(path, text, "must be a relative path");
    }
    no_backsteps(text, path, errors);
}

/// A path without `..`.
pub(crate) fn no_backsteps(text: &str, path: &Path, errors: &mut Errors) {
    if text.split('/').any(|part| part == "..") {
        errors.invalid(path, text, "must not contain '..'");
    }
}

/// A path below the root that doesn't start with `..`, which the kubelet keeps for itself.
fn non_reserved(text: &str, path: &Path, errors: &mut Errors) {
    descending(text, path, errors);
    if text.starts_with("..") && !text.starts_with("../") {
        errors.invalid(path, text, "must not start with '..'");
    }
}

/// A seccomp profile's path on the node.
pub(crate) fn local_profile(text: &str, path: &Path, errors: &mut Errors) {
    descending(text, path, errors);
}
