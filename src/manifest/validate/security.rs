//! Models `pkg/apis/core/validation/validation.go@v1.37.2`: security contexts and the operating system.
//!
//! Leaves out: `AppArmor`, Windows options.

use super::container::Context;
use super::field::{Errors, Path};
use super::names;
use super::volumes;
use crate::manifest::access::{Access, Names, sub};
use crate::manifest::emit::quoted_struct;
use crate::manifest::gotext::quote;
use serde_json::Value;

/// The Pod's `securityContext`.
pub(crate) fn pod(spec: &Value, path: &Path, errors: &mut Errors) {
    let context = sub(spec, "securityContext");
    for name in ["fsGroup", "runAsUser", "runAsGroup"] {
        id(context.int(name), &path.child(name), errors);
    }
    let groups = path.child("supplementalGroups");
    for (index, group) in context.list("supplementalGroups").iter().enumerate() {
        id(group.as_i64(), &groups.index(index), errors);
    }
    sysctls(context.list("sysctls"), &path.child("sysctls"), errors);
    if context.has("fsGroupChangePolicy") {
        let policies = ["Always", "OnRootMismatch"];
        errors.supported(&path.child("fsGroupChangePolicy"), context.text("fsGroupChangePolicy"), &policies);
    }
    for (index, sysctl) in context.list("sysctls").iter().enumerate() {
        let name = sysctl.text("name");
        let is_of_ipc =
            ["kernel.shm", "kernel.msg", "kernel.sem", "fs.mqueue."].iter().any(|own| name.starts_with(own));
        let shared = match name {
            _ if name.starts_with("net.") && spec.flag("hostNetwork") == Some(true) => "hostNetwork",
            _ if is_of_ipc && spec.flag("hostIPC") == Some(true) => "hostIPC",
            _ => continue,
        };
        let detail = format!("may not be specified when '{shared}' is true");
        errors.invalid(&path.child("sysctls").index(index).child("name"), name, &detail);
    }
    seccomp(context, path, errors);
    app_armor(context, path, errors);
    if context.has("seLinuxChangePolicy") {
        let policies = ["MountOption", "Recursive"];
        errors.supported(&path.child("seLinuxChangePolicy"), context.text("seLinuxChangePolicy"), &policies);
    }
    if context.has("supplementalGroupsPolicy") {
        let policies = ["Merge", "Strict"];
        errors.supported(&path.child("supplementalGroupsPolicy"), context.text("supplementalGroupsPolicy"), &policies);
    }
}

fn sysctls(list: &[Value], path: &Path, errors: &mut Errors) {
    let mut seen = Names::default();
    for (index, sysctl) in list.iter().enumerate() {
        let path = path.index(index);
        let name = sysctl.text("name");
        if name.is_empty() {
            errors.required(&path.child("name"), "");
        } else if !names::is_sysctl(name) {
            let regex = r"^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$";
            let detail = format!("must have at most 253 characters and match regex {regex}");
            errors.invalid(&path.child("name"), name, &detail);
        } else if seen.has(name) {
            errors.duplicate(&path.child("name"), name);
        }
        seen.insert(name);
    }
}

/// A container's `securityContext`.
pub(crate) fn container(container: &Value, context: &Context, path: &Path, errors: &mut Errors) {
    let Some(security) = container.field("securityContext") else { return };
    let privileged = security.flag("privileged") == Some(true);
    if privileged && !context.allow_privileged {
        errors.forbidden(&path.child("privileged"), "disallowed by cluster policy");
    }
    for name in ["runAsUser", "runAsGroup"] {
        id(security.int(name), &path.child(name), errors);
    }
    if security.has("procMount") {
        let mount = security.text("procMount");
        errors.supported(&path.child("procMount"), mount, &["Default", "Unmasked"]);
        if context.host_users && mount == "Unmasked" {
            errors.invalid(&path.child("procMount"), mount, "`hostUsers` must be false to use `Unmasked`");
        }
    }
    seccomp(security, path, errors);
    app_armor(security, path, errors);
    if sub(security, "windowsOptions").has("runAsUserName")
        && sub(security, "windowsOptions").text("runAsUserName").is_empty()
    {
        let path = path.child("windowsOptions");
        errors.invalid(&path.child("runAsUserName"), "", "runAsUserName cannot be an empty string");
    }
    if security.flag("allowPrivilegeEscalation") == Some(false) {
        let shown = || quoted_struct(security, "SecurityContext");
        if privileged {
            let detail = "cannot set `allowPrivilegeEscalation` to false and `privileged` to true";
            errors.invalid_shown(path, shown(), detail);
        }
        let adds_admin = sub(security, "capabilities").list("add").iter().any(|cap| cap == "CAP_SYS_ADMIN");
        if adds_admin {
            let detail = "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN";
            errors.invalid_shown(path, shown(), detail);
        }
    }
}

fn app_armor(context: &Value, path: &Path, errors: &mut Errors) {
    let Some(profile) = context.field("appArmorProfile") else { return };
    let path = path.child("appArmorProfile");
    let kind = profile.text("type");
    if kind.is_empty() {
        errors.required(&path.child("type"), "type is required when appArmorProfile is set");
    } else {
        errors.supported(&path.child("type"), kind, &["Localhost", "RuntimeDefault", "Unconfined"]);
    }
    let name_path = path.child("localhostProfile");
    let name = profile.text("localhostProfile");
    match (kind, profile.has("localhostProfile")) {
        ("Localhost", true) if name.trim() != name => {
            errors.invalid(&name_path, name, "must not be padded with whitespace");
        }
        ("Localhost", _) if name.is_empty() => {
            errors.required(&name_path, "must be set when AppArmor type is Localhost");
        }
        ("Localhost", _) => {}
        (_, true) => errors.invalid(&name_path, name, "can only be set when AppArmor type is Localhost"),
        _ => {}
    }
}

fn seccomp(context: &Value, path: &Path, errors: &mut Errors) {
    let Some(profile) = context.field("seccompProfile") else { return };
    let path = path.child("seccompProfile");
    let kind = profile.text("type");
    if kind.is_empty() {
        errors.required(&path.child("type"), "type is required when seccompProfile is set");
    } else {
        errors.supported(&path.child("type"), kind, &["Localhost", "RuntimeDefault", "Unconfined"]);
    }
    let file_path = path.child("localhostProfile");
    match (kind, profile.has("localhostProfile")) {
        ("Localhost", false) => errors.required(&file_path, "must be set when seccomp type is Localhost"),
        ("Localhost", true) => volumes::local_profile(profile.text("localhostProfile"), &file_path, errors),
        (_, true) => {
            let shown = quoted_struct(profile, "SeccompProfile");
            errors.invalid_shown(&file_path, shown, "can only be set when seccomp type is Localhost");
        }
        (_, false) => {}
    }
}

/// A user's or group's number.
fn id(value: Option<i64>, path: &Path, errors: &mut Errors) {
    if let Some(value) = value.filter(|value| !(0..=i64::from(i32::MAX)).contains(value)) {
        errors.invalid_int(path, value, "must be between 0 and 2147483647, inclusive");
    }
}

/// `spec.os`, and what a Pod of that system may not set.
pub(crate) fn operating_system(spec: &Value, path: &Path, errors: &mut Errors) {
    let Some(os) = spec.field("os") else { return };
    let os_path = path.child("os");
    match os.text("name") {
        "" => errors.required(&os_path.child("name"), ""),
        "linux" => {}
        "windows" => windows(spec, path, errors),
        other => errors.unsupported(&os_path, quote(other), &["linux", "windows"]),
    }
}

fn windows(spec: &Value, path: &Path, errors: &mut Errors) {
    const DETAIL: &str = "cannot be set for a windows pod";
    let context = sub(spec, "securityContext");
    let context_path = path.child("securityContext");
    for name in [
        "appArmorProfile",
        "seLinuxOptions",
        "seccompProfile",
        "fsGroup",
        "fsGroupChangePolicy",
        "sysctls",
        "runAsUser",
        "runAsGroup",
        "supplementalGroups",
        "supplementalGroupsPolicy",
    ] {
        if context.has(name) {
            errors.forbidden(&context_path.child(name), DETAIL);
        }
    }
    for name in ["hostUsers", "hostPID", "hostIPC", "shareProcessNamespace"] {
        if spec.has(name) && (name == "hostUsers" || spec.flag(name) == Some(true)) {
            errors.forbidden(&path.child(name), DETAIL);
        }
    }
    for list in ["initContainers", "containers"] {
        let list_path = path.child(list);
        for (index, container) in spec.list(list).iter().enumerate() {
            let item = list_path.index(index);
            let context_path = item.child("securityContext");
            for name in [
                "appArmorProfile",
                "seLinuxOptions",
                "seccompProfile",
                "capabilities",
                "readOnlyRootFilesystem",
                "privileged",
                "allowPrivilegeEscalation",
                "procMount",
                "runAsUser",
                "runAsGroup",
            ] {
                if sub(container, "securityContext").has(name) {
                    errors.forbidden(&context_path.child(name), DETAIL);
                }
            }
        }
    }
}
