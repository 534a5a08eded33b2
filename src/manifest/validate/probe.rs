//! Models `pkg/apis/core/validation/validation.go@v1.37.2`: probes and lifecycle handlers.
//!
//! Leaves out: stop signals.

use super::container::port_number;
use super::field::{Errors, Path};
use super::names;
use crate::manifest::access::Access;
use serde_json::Value;

/// `lifecycle` and the three probes of a container that may have them.
pub(crate) fn of_container(container: &Value, grace_seconds: Option<i64>, path: &Path, errors: &mut Errors) {
    if let Some(lifecycle) = container.field("lifecycle") {
        let path = path.child("lifecycle");
        for name in ["postStart", "preStop"] {
            if let Some(hook) = lifecycle.field(name) {
                handler(hook, grace_seconds, &path.child(name), errors);
            }
        }
    }
    for name in ["livenessProbe", "readinessProbe", "startupProbe"] {
        if let Some(found) = container.field(name) {
            probe(found, name, grace_seconds, &path.child(name), errors);
        }
    }
}

fn probe(probe: &Value, name: &str, grace_seconds: Option<i64>, path: &Path, errors: &mut Errors) {
    handler(probe, grace_seconds, path, errors);
    for field in ["initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold"] {
        errors.negative(&path.child(field), probe.int(field));
    }
    let grace = probe.int("terminationGracePeriodSeconds");
    let grace_path = path.child("terminationGracePeriodSeconds");
    if let Some(seconds) = grace.filter(|seconds| *seconds <= 0) {
        errors.invalid_int(&grace_path, seconds, "must be greater than 0");
    }
    if name == "readinessProbe" {
        if let Some(seconds) = grace {
            errors.invalid_int(&grace_path, seconds, "must not be set for readinessProbes");
        }
    } else if let Some(threshold) = probe.int("successThreshold").filter(|threshold| *threshold != 1) {
        errors.invalid_int(&path.child("successThreshold"), threshold, "must be 1");
    }
}

fn handler(handler: &Value, grace_seconds: Option<i64>, path: &Path, errors: &mut Errors) {
    let mut found = 0;
    for name in ["exec", "httpGet", "tcpSocket", "grpc", "sleep"] {
        let Some(action) = handler.field(name) else { continue };
        found += 1;
        let path = path.child(name);
        if found > 1 {
            errors.forbidden(&path, "may not specify more than 1 handler type");
            continue;
        }
        match name {
            "exec" if action.list("command").is_empty() => errors.required(&path.child("command"), ""),
            "exec" => {}
            "httpGet" => http_get(action, &path, errors),
            "sleep" => {
                let seconds = action.int("seconds").unwrap_or(0);
                if let Some(grace) = grace_seconds.filter(|grace| seconds < 0 || seconds > *grace) {
                    let detail = format!("must be non-negative and less than terminationGracePeriodSeconds ({grace})");
                    errors.invalid_int(&path, seconds, &detail);
                }
            }
            _ => port(action, &path, errors),
        }
    }
    if found == 0 {
        errors.required(path, "must specify a handler type");
    }
}

fn http_get(action: &Value, path: &Path, errors: &mut Errors) {
    if action.text("path").is_empty() {
        errors.required(&path.child("path"), "");
    }
    port(action, path, errors);
    errors.supported(&path.child("scheme"), action.text("scheme"), &["HTTP", "HTTPS"]);
    for header in action.list("httpHeaders") {
        let name = header.text("name");
        errors.invalid_each(&path.child("httpHeaders"), name, names::header_name(name));
    }
}

/// A port by number or name.
fn port(action: &Value, path: &Path, errors: &mut Errors) {
    let path = path.child("port");
    match action.field("port") {
        Some(Value::String(name)) => errors.invalid_each(&path, name, names::port_name(name)),
        other => port_number(other.and_then(Value::as_i64).unwrap_or(0), &path, errors),
    }
}
