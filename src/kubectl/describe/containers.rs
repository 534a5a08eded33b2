//! Containers and Pod templates in words.

use super::super::json_path::shown;
use super::writer::{Writer, instant, mount_flags};
use super::{super::text::rfc1123, volumes};
use crate::api::Quantity;
use crate::manifest::Access;
use serde_json::Value;

/// `DescribePodTemplate`.
pub(super) fn template(writer: &mut Writer, template: Option<&Value>) {
    let template = template.unwrap_or(&Value::Null);
    let spec = template.get("spec").unwrap_or(&Value::Null);
    writer.line(0, "Pod Template:");
    writer.labels("  ", "Labels", template.pointer("/metadata/labels"));
    let annotations = template.pointer("/metadata/annotations");
    if annotations.and_then(Value::as_object).is_some_and(|annotations| !annotations.is_empty()) {
        writer.annotations("  ", annotations);
    }
    writer.given(1, "Service Account", spec.get("serviceAccountName"));
    if !spec.list("initContainers").is_empty() {
        describe(writer, "Init Containers", spec.list("initContainers"), None, "  ");
    }
    describe(writer, "Containers", spec.list("containers"), None, "  ");
    volumes::describe(writer, spec.list("volumes"), "  ");
    spread(writer, spec.list("topologySpreadConstraints"), "  ");
    writer.given(1, "Priority Class Name", spec.get("priorityClassName"));
    writer.labels("  ", "Node-Selectors", spec.get("nodeSelector"));
    writer.tolerations("  ", spec.list("tolerations"));
}

/// Containers; of a Pod with what their statuses say, of a template without.
pub(super) fn describe(
    writer: &mut Writer,
    title: &str,
    containers: &[Value],
    of: Option<(&Value, &[Value])>,
    indent: &str,
) {
    let none = if containers.is_empty() { " <none>" } else { "" };
    writer.line(0, &format!("{indent}{title}:{none}"));
    for container in containers {
        let name = container.text("name");
        let status = of.and_then(|(_, statuses)| statuses.iter().find(|status| status.text("name") == name));
        let before = if indent.is_empty() { "" } else { " " };
        writer.line(1, &format!("{before}{name}:"));
        basics(writer, container, status);
        for (title, field) in [("Command", "command"), ("Args", "args")] {
            let words = container.list(field);
            if !words.is_empty() {
                writer.line(2, &format!("{title}:"));
                for line in words.iter().filter_map(Value::as_str).flat_map(|word| word.split('\n')) {
                    writer.line(3, line);
                }
            }
        }
        if let Some(status) = status {
            state(writer, "State", status.get("state").unwrap_or(&Value::Null));
            let last = status.get("lastState").unwrap_or(&Value::Null);
            if last.has("terminated") {
                state(writer, "Last State", last);
            }
            writer.field(2, "Ready", if status.flag("ready") == Some(true) { "True" } else { "False" });
            writer.field(2, "Restart Count", &status.int("restartCount").unwrap_or(0).to_string());
        }
        resources(writer, container.get("resources"), 2);
        for (title, field) in
            [("Liveness", "livenessProbe"), ("Readiness", "readinessProbe"), ("Startup", "startupProbe")]
        {
            if let Some(probe) = container.get(field) {
                writer.field(2, title, &probe_text(probe));
            }
        }
        environment(writer, container, of.map(|(pod, _)| pod));
        mounts(writer, container);
    }
}

fn basics(writer: &mut Writer, container: &Value, status: Option<&Value>) {
    if let Some(status) = status {
        writer.field(2, "Container ID", status.text("containerID"));
    }
    writer.field(2, "Image", container.text("image"));
    if let Some(status) = status {
        writer.field(2, "Image ID", status.text("imageID"));
    }
    let ports = container.list("ports");
    let inside = ports.iter().map(|port| {
        let name = port.text("name");
        let name = if name.is_empty() { String::new() } else { format!(" ({name})") };
        format!("{}/{}{name}", port.int("containerPort").unwrap_or(0), port.text("protocol"))
    });
    let outside = ports.iter().map(|port| {
        let name = port.text("name");
        let name = if name.is_empty() { String::new() } else { format!(" ({name})") };
        format!("{}/{}{name}", port.int("hostPort").unwrap_or(0), port.text("protocol"))
    });
    for (title, ports) in [("Port", inside.collect::<Vec<_>>()), ("Host Port", outside.collect())] {
        match ports.as_slice() {
            [] => writer.field(2, title, "<none>"),
            [one] => writer.field(2, title, one),
            many => writer.field(2, &format!("{title}s"), &many.join(", ")),
        }
    }
    if let Some(profile) = container.pointer("/securityContext/seccompProfile") {
        writer.field(2, "SeccompProfile", profile.text("type"));
        writer.given(3, "LocalhostProfile", profile.get("localhostProfile"));
    }
}

fn state(writer: &mut Writer, title: &str, state: &Value) {
    let time = |value: &Value, field: &str| {
        // An instance that was never started has Go's zero time.
        let zero = "Mon, 01 Jan 0001 00:00:00 +0000".to_owned();
        instant(value.get(field)).map_or(zero, rfc1123)
    };
    if let Some(running) = state.get("running") {
        writer.field(2, title, "Running");
        writer.field(3, "Started", &time(running, "startedAt"));
    } else if let Some(end) = state.get("terminated") {
        writer.field(2, title, "Terminated");
        writer.given(3, "Reason", end.get("reason"));
        writer.given(3, "Message", end.get("message"));
        writer.field(3, "Exit Code", &end.int("exitCode").unwrap_or(0).to_string());
        if let Some(signal) = end.int("signal").filter(|signal| *signal > 0) {
            writer.field(3, "Signal", &signal.to_string());
        }
        writer.field(3, "Started", &time(end, "startedAt"));
        writer.field(3, "Finished", &time(end, "finishedAt"));
    } else {
        writer.field(2, title, "Waiting");
        writer.given(3, "Reason", state.pointer("/waiting/reason"));
    }
}

/// Limits and requests.
pub(super) fn resources(writer: &mut Writer, resources: Option<&Value>, level: usize) {
    for (title, field) in [("Limits", "limits"), ("Requests", "requests")] {
        let amounts = super::writer::pairs(resources.and_then(|resources| resources.get(field)));
        if !amounts.is_empty() {
            writer.line(level, &format!("{title}:"));
        }
        for (name, amount) in amounts {
            let amount = Quantity::parse(&amount).map_or(amount, |amount| amount.to_string());
            writer.field(level + 1, &name, &amount);
        }
    }
}

fn probe_text(probe: &Value) -> String {
    let number = |name: &str| probe.int(name).unwrap_or(0);
    let attributes = format!(
        "delay={}s timeout={}s period={}s successThreshold={} failureThreshold={}",
        number("initialDelaySeconds"),
        number("timeoutSeconds"),
        number("periodSeconds"),
        number("successThreshold"),
        number("failureThreshold")
    );
    let port = |action: &Value| action.get("port").map_or(String::new(), shown);
    if let Some(exec) = probe.get("exec") {
        let command: Vec<&str> = exec.list("command").iter().filter_map(Value::as_str).collect();
        return format!("exec [{}] {attributes}", command.join(" "));
    }
    if let Some(http) = probe.get("httpGet") {
        let scheme = http.text("scheme").to_lowercase();
        return format!("http-get {scheme}://{}:{}{} {attributes}", http.text("host"), port(http), http.text("path"));
    }
    if let Some(tcp) = probe.get("tcpSocket") {
        return format!("tcp-socket {}:{} {attributes}", tcp.text("host"), port(tcp));
    }
    if let Some(grpc) = probe.get("grpc") {
        return format!("grpc <pod>:{} {} {attributes}", port(grpc), grpc.text("service"));
    }
    format!("unknown {attributes}")
}

fn environment(writer: &mut Writer, container: &Value, pod: Option<&Value>) {
    let from = container.list("envFrom");
    if !from.is_empty() {
        writer.line(2, "Environment Variables from:");
        for source in from {
            let (kind, reference) = match (source.get("configMapRef"), source.get("secretRef")) {
                (Some(reference), _) => ("ConfigMap", reference),
                (None, Some(reference)) => ("Secret", reference),
                (None, None) => ("", &Value::Null),
            };
            let prefix = source.text("prefix");
            let prefix = if prefix.is_empty() { String::new() } else { format!(" with prefix '{prefix}'") };
            let optional = reference.flag("optional").unwrap_or(false);
            writer.line(3, &format!("{}\t{kind}{prefix}\tOptional: {optional}", reference.text("name")));
        }
    }
    let variables = container.list("env");
    writer.line(2, if variables.is_empty() { "Environment:\t<none>" } else { "Environment:" });
    for variable in variables {
        let name = variable.text("name");
        let Some(source) = variable.get("valueFrom") else {
            for (place, line) in variable.text("value").split('\n').enumerate() {
                let title = if place == 0 { format!("{name}:") } else { String::new() };
                writer.line(3, &format!("{title}\t{line}"));
            }
            continue;
        };
        if let Some(field) = source.get("fieldRef") {
            let path = field.text("fieldPath");
            let value = pod.map_or(String::new(), |pod| field_of(pod, path));
            writer.line(3, &format!("{name}:\t{value} ({}:{path})", field.text("apiVersion")));
        } else if let Some(field) = source.get("resourceFieldRef") {
            let resource = field.text("resource");
            writer.line(3, &format!("{name}:\t{} ({resource})", resource_of(container, field)));
        } else {
            for (sort, words, close) in
                [("secretKeyRef", "in secret", "'>"), ("configMapKeyRef", "of config map", "'>")]
            {
                if let Some(key) = source.get(sort) {
                    let optional = key.flag("optional").unwrap_or(false);
                    writer.line(
                        3,
                        &format!(
                            "{name}:\t<set to the key '{}' {words} '{}{close}\tOptional: {optional}",
                            key.text("key"),
                            key.text("name")
                        ),
                    );
                }
            }
        }
    }
}

/// A field of the Pod that a variable takes. kubectl's own scheme knows only these two.
fn field_of(pod: &Value, path: &str) -> String {
    match path {
        "metadata.name" | "metadata.namespace" => {
            pod.pointer(&format!("/{}", path.replace('.', "/"))).map_or(String::new(), shown)
        }
        _ => String::new(),
    }
}

/// Models `ExtractContainerResourceValue`: an amount of the container in the unit asked for, rounded up.
fn resource_of(container: &Value, field: &Value) -> String {
    let resource = field.text("resource");
    let (list, name) = resource.split_once('.').unwrap_or(("", resource));
    let amount = container.pointer(&format!("/resources/{list}/{name}")).map(shown);
    let amount = amount.and_then(|text| Quantity::parse(&text).ok());
    let divisor = field.get("divisor").map(shown).and_then(|text| Quantity::parse(&text).ok());
    let divisor = divisor.filter(|divisor| divisor.milli() > 0);
    let value = if name == "cpu" {
        let unit = divisor.map_or(1_000, Quantity::milli);
        amount.map_or(0, |amount| -(-amount.milli()).div_euclid(unit))
    } else {
        let unit = divisor.map_or(1, Quantity::units).max(1);
        amount.map_or(0, |amount| -(-amount.units()).div_euclid(unit))
    };
    if value == 0 && matches!(resource, "limits.cpu" | "limits.memory") {
        return "node allocatable".to_owned();
    }
    value.to_string()
}

fn mounts(writer: &mut Writer, container: &Value) {
    let mut mounts: Vec<&Value> = container.list("volumeMounts").iter().collect();
    crate::go::sort::by_key(&mut mounts, |mount| mount.text("mountPath"));
    writer.line(2, if mounts.is_empty() { "Mounts:\t<none>" } else { "Mounts:" });
    for mount in mounts {
        writer.line(3, &format!("{} from {} ({})", mount.text("mountPath"), mount.text("name"), mount_flags(mount)));
    }
}

/// Topology spread constraints, if there are any.
pub(super) fn spread(writer: &mut Writer, constraints: &[Value], indent: &str) {
    if constraints.is_empty() {
        return;
    }
    let mut constraints: Vec<&Value> = constraints.iter().collect();
    crate::go::sort::by_key(&mut constraints, |constraint| constraint.text("topologyKey"));
    let lines: Vec<String> = constraints
        .into_iter()
        .map(|constraint| {
            let selector = match constraint.get("labelSelector") {
                Some(selector) => format!(" for selector {}", super::super::tables::selector_text(Some(selector))),
                None => String::new(),
            };
            format!(
                "{}:{} when max skew {} is exceeded{selector}",
                constraint.text("topologyKey"),
                constraint.text("whenUnsatisfiable"),
                constraint.int("maxSkew").unwrap_or(0)
            )
        })
        .collect();
    writer.lines(indent, "Topology Spread Constraints", &lines);
}
