//! Models `pkg/printers/internalversion/printers.go@v1.37.2`, `AddHandlers`: which columns a kind has in `kubectl get`.
//!
//! Leaves out: kinds that nobody meets beside Jobs; they show their name and age.

use super::columns::{event_cells, job_cells, pod_cells};
use super::items::{Item, Thing};
use super::text::age_since;
use crate::api::{Object, Timestamp, amounts};
use crate::manifest::Access;
use serde_json::Value;
use std::fmt::Write;

/// What stands in a column.
#[derive(Debug, Clone, Copy)]
enum Cell {
    /// Filled by the kind's own function, with all the cells after it.
    Own,
    /// The name.
    Name,
    /// The age.
    Age,
    /// The field; the text instead if there is none.
    Field(&'static str, &'static str),
    /// Two numbers: `1/3`.
    Ratio(&'static str, &'static str),
    /// How long ago the field's instant is; `<none>` if there is none.
    Since(&'static str),
    /// How many entries the fields have together.
    Count(&'static [&'static str]),
    /// Names of the containers of the template there.
    Containers(&'static str),
    /// Images of those.
    Images(&'static str),
    /// A label selector.
    Selector(&'static str),
    /// A map as `a=b,c=d`.
    Labels(&'static str),
    /// Needs a little code of its own.
    Special(fn(&Value) -> String),
}

use Cell::{Age, Containers, Count, Field, Images, Labels, Name, Own, Ratio, Selector, Since, Special};

/// A column: its header (in small letters those that only `-o wide` shows) and what stands in it.
type Column = (&'static str, Cell);

const TEMPLATE: &str = "/spec/template/spec";
const NAME: Column = ("NAME", Name);
const AGE: Column = ("AGE", Age);

static KINDS: &[(&str, &[Column])] = &[
    (
        "ComponentStatus",
        &[
            NAME,
            ("STATUS", Special(|_| "Healthy".to_owned())),
            ("MESSAGE", Field("/conditions/0/message", "")),
            ("ERROR", Special(|_| String::new())),
        ],
    ),
    (
        "Pod",
        &[
            NAME,
            ("READY", Own),
            ("STATUS", Own),
            ("RESTARTS", Own),
            ("AGE", Own),
            ("ip", Own),
            ("node", Own),
            ("nominated node", Own),
            ("readiness gates", Own),
        ],
    ),
    (
        "Job",
        &[
            NAME,
            ("STATUS", Own),
            ("COMPLETIONS", Own),
            ("DURATION", Own),
            ("AGE", Own),
            ("containers", Own),
            ("images", Own),
            ("selector", Own),
        ],
    ),
    (
        "Event",
        &[
            ("LAST SEEN", Own),
            ("TYPE", Own),
            ("REASON", Own),
            ("OBJECT", Own),
            ("subobject", Own),
            ("source", Own),
            ("MESSAGE", Own),
            ("first seen", Own),
            ("count", Own),
            ("name", Own),
        ],
    ),
    (
        "CronJob",
        &[
            NAME,
            ("SCHEDULE", Field("/spec/schedule", "")),
            ("TIMEZONE", Field("/spec/timeZone", "<none>")),
            ("SUSPEND", Special(|value| if flag(value, "/spec/suspend") { "True" } else { "False" }.to_owned())),
            ("ACTIVE", Count(&["/status/active"])),
            ("LAST SCHEDULE", Since("/status/lastScheduleTime")),
            AGE,
            ("containers", Containers("/spec/jobTemplate/spec/template/spec")),
            ("images", Images("/spec/jobTemplate/spec/template/spec")),
            ("selector", Selector("/spec/jobTemplate/spec/selector")),
        ],
    ),
    (
        "Deployment",
        &[
            NAME,
            ("READY", Ratio("/status/readyReplicas", "/spec/replicas")),
            ("UP-TO-DATE", Field("/status/updatedReplicas", "0")),
            ("AVAILABLE", Field("/status/availableReplicas", "0")),
            AGE,
            ("containers", Containers(TEMPLATE)),
            ("images", Images(TEMPLATE)),
            ("selector", Selector("/spec/selector")),
        ],
    ),
    (
        "ReplicaSet",
        &[
            NAME,
            ("DESIRED", Field("/spec/replicas", "0")),
            ("CURRENT", Field("/status/replicas", "0")),
            ("READY", Field("/status/readyReplicas", "0")),
            AGE,
            ("containers", Containers(TEMPLATE)),
            ("images", Images(TEMPLATE)),
            ("selector", Selector("/spec/selector")),
        ],
    ),
    (
        "StatefulSet",
        &[
            NAME,
            ("READY", Ratio("/status/readyReplicas", "/spec/replicas")),
            AGE,
            ("containers", Containers(TEMPLATE)),
            ("images", Images(TEMPLATE)),
        ],
    ),
    (
        "DaemonSet",
        &[
            NAME,
            ("DESIRED", Field("/status/desiredNumberScheduled", "0")),
            ("CURRENT", Field("/status/currentNumberScheduled", "0")),
            ("READY", Field("/status/numberReady", "0")),
            ("UP-TO-DATE", Field("/status/updatedNumberScheduled", "0")),
            ("AVAILABLE", Field("/status/numberAvailable", "0")),
            ("NODE SELECTOR", Labels("/spec/template/spec/nodeSelector")),
            AGE,
            ("containers", Containers(TEMPLATE)),
            ("images", Images(TEMPLATE)),
            ("selector", Selector("/spec/selector")),
        ],
    ),
    (
        "Node",
        &[
            NAME,
            ("STATUS", Special(node_status)),
            ("ROLES", Special(node_roles)),
            AGE,
            ("VERSION", Field("/status/nodeInfo/kubeletVersion", "")),
            ("internal-ip", Special(|value| node_address(value, "InternalIP"))),
            ("external-ip", Special(|value| node_address(value, "ExternalIP"))),
            ("os-image", Field("/status/nodeInfo/osImage", "<unknown>")),
            ("kernel-version", Special(kernel)),
            ("container-runtime", Field("/status/nodeInfo/containerRuntimeVersion", "<unknown>")),
        ],
    ),
    (
        "Service",
        &[
            NAME,
            ("TYPE", Field("/spec/type", "")),
            ("CLUSTER-IP", Field("/spec/clusterIPs/0", "<none>")),
            ("EXTERNAL-IP", Special(external_address)),
            ("PORT(S)", Special(ports)),
            AGE,
            ("selector", Labels("/spec/selector")),
        ],
    ),
    ("Namespace", &[NAME, ("STATUS", Field("/status/phase", "")), AGE]),
    ("ConfigMap", &[NAME, ("DATA", Count(&["/data", "/binaryData"])), AGE]),
    ("Secret", &[NAME, ("TYPE", Field("/type", "")), ("DATA", Count(&["/data"])), AGE]),
    (
        "PersistentVolumeClaim",
        &[
            NAME,
            ("STATUS", Special(phase)),
            ("VOLUME", Field("/spec/volumeName", "")),
            ("CAPACITY", Special(|value| when_bound(value, text(value, "/status/capacity/storage")))),
            ("ACCESS MODES", Special(|value| when_bound(value, access_modes(value, "/status/accessModes")))),
            ("STORAGECLASS", Field("/spec/storageClassName", "")),
            ("VOLUMEATTRIBUTESCLASS", Field("/spec/volumeAttributesClassName", "<unset>")),
            AGE,
            ("volumemode", Field("/spec/volumeMode", "<unset>")),
        ],
    ),
    (
        "PersistentVolume",
        &[
            NAME,
            ("CAPACITY", Field("/spec/capacity/storage", "0")),
            ("ACCESS MODES", Special(|value| access_modes(value, "/spec/accessModes"))),
            ("RECLAIM POLICY", Field("/spec/persistentVolumeReclaimPolicy", "")),
            ("STATUS", Special(phase)),
            ("CLAIM", Special(claim)),
            ("STORAGECLASS", Field("/spec/storageClassName", "")),
            ("VOLUMEATTRIBUTESCLASS", Field("/spec/volumeAttributesClassName", "<unset>")),
            ("REASON", Field("/status/reason", "")),
            AGE,
            ("volumemode", Field("/spec/volumeMode", "<unset>")),
        ],
    ),
    (
        "PriorityClass",
        &[
            NAME,
            ("VALUE", Field("/value", "0")),
            ("GLOBAL-DEFAULT", Field("/globalDefault", "false")),
            AGE,
            ("PREEMPTIONPOLICY", Field("/preemptionPolicy", "")),
        ],
    ),
    ("ResourceQuota", &[NAME, ("REQUEST", Special(quota_requests)), ("LIMIT", Special(quota_limits)), AGE]),
    ("LimitRange", &[NAME, ("CREATED AT", Field("/metadata/creationTimestamp", ""))]),
    ("Lease", &[NAME, ("HOLDER", Field("/spec/holderIdentity", "")), AGE]),
];

static OTHERS: &[Column] = &[NAME, AGE];

fn columns(kind: &str) -> &'static [Column] {
    KINDS.iter().find(|(name, _)| *name == kind).map_or(OTHERS, |(_, columns)| columns)
}

fn is_wide(header: &str) -> bool {
    header.starts_with(|c: char| c.is_ascii_lowercase())
}

/// The headers of a kind, parted by tabs.
pub(super) fn header(kind: &str, wide: bool) -> String {
    let shown = columns(kind).iter().map(|(header, _)| *header).filter(|header| wide || !is_wide(header));
    shown.collect::<Vec<_>>().join("\t").to_uppercase()
}

/// The cells of an object, parted by tabs; the name gets the prefix.
pub(super) fn row(item: &Item<'_>, prefix: &str, wide: bool, now_unix_ms: i64, out: &mut String) {
    match item.thing {
        Thing::Stored(_, Object::Event(event)) => return event_cells(event, prefix, wide, now_unix_ms, out),
        Thing::Stored(_, Object::Pod(pod)) => {
            out.push_str(prefix);
            out.push_str(&pod.metadata.name);
            return pod_cells(pod, wide, now_unix_ms, out);
        }
        Thing::Stored(_, Object::Job(job)) => {
            out.push_str(prefix);
            out.push_str(&job.metadata.name);
            return job_cells(job, wide, now_unix_ms, out);
        }
        _ => {}
    }
    let value = item.value();
    let shown = columns(item.resource.kind).iter().filter(|(header, _)| wide || !is_wide(header));
    for (place, (_, cell)) in shown.enumerate() {
        if place > 0 {
            out.push('\t');
        }
        let text = shown_cell(&value, *cell, item, prefix, now_unix_ms);
        push_cell(&text, out);
    }
}

/// Only the first line of a text, and nothing that a terminal would obey.
fn push_cell(text: &str, out: &mut String) {
    let end = text.find(['\n', '\r', '\x0c']);
    let line = text.get(..end.unwrap_or(text.len())).unwrap_or(text);
    if line.contains('\x1b') {
        out.push_str(&line.replace('\x1b', "^["));
    } else {
        out.push_str(line);
    }
    if end.is_some() {
        out.push_str("...");
    }
}

fn shown_cell(value: &Value, cell: Cell, item: &Item<'_>, prefix: &str, now_unix_ms: i64) -> String {
    match cell {
        Own => String::new(),
        Name => format!("{prefix}{}", item.name()),
        Age => age_since(item.created(), now_unix_ms),
        Field(path, instead) => match value.pointer(path) {
            None | Some(Value::Null) => instead.to_owned(),
            Some(Value::String(text)) if text.is_empty() => instead.to_owned(),
            Some(found) => super::json_path::shown(found),
        },
        Ratio(part, whole) => format!("{}/{}", number(value, part), number(value, whole)),
        Since(path) => match value.pointer(path).and_then(Value::as_str) {
            Some(instant) => age_since(Timestamp::parse(instant), now_unix_ms),
            None => "<none>".to_owned(),
        },
        Count(paths) => paths.iter().map(|path| size(value.pointer(path))).sum::<usize>().to_string(),
        Containers(spec) => of_containers(value, spec, "name"),
        Images(spec) => of_containers(value, spec, "image"),
        Selector(path) => selector_text(value.pointer(path)),
        Labels(path) => labels_text(value.pointer(path)),
        Special(function) => function(value),
    }
}

fn quota_requests(quota: &Value) -> String {
    quota_cell(quota, false)
}

fn quota_limits(quota: &Value) -> String {
    quota_cell(quota, true)
}

/// Models `printResourceQuota`: what begins with `limits.` has a column of its own.
fn quota_cell(quota: &Value, limits: bool) -> String {
    let used = amounts(quota.pointer("/status/used"));
    let hard = amounts(quota.pointer("/status/hard")).into_iter();
    let shown = hard.filter(|(resource, _)| resource.starts_with("limits.") == limits).map(|(resource, hard)| {
        let used = used.get(&resource).map_or_else(|| "0".to_owned(), ToString::to_string);
        format!("{resource}: {used}/{hard}")
    });
    shown.collect::<Vec<_>>().join(", ")
}

fn text(value: &Value, path: &str) -> String {
    value.pointer(path).and_then(Value::as_str).unwrap_or("").to_owned()
}

fn number(value: &Value, path: &str) -> i64 {
    value.pointer(path).and_then(Value::as_i64).unwrap_or(0)
}

fn flag(value: &Value, path: &str) -> bool {
    value.pointer(path).and_then(Value::as_bool).unwrap_or(false)
}

fn size(value: Option<&Value>) -> usize {
    match value {
        Some(Value::Array(items)) => items.len(),
        Some(Value::Object(fields)) => fields.len(),
        _ => 0,
    }
}

fn of_containers(value: &Value, spec: &str, field: &str) -> String {
    let spec = value.pointer(spec).unwrap_or(&Value::Null);
    spec.list("containers").iter().map(|container| container.text(field)).collect::<Vec<_>>().join(",")
}

/// Labels as `a=b,c=d`; `<none>` if there are none.
pub(super) fn labels_text(labels: Option<&Value>) -> String {
    let mut pairs: Vec<String> = match labels {
        Some(Value::Object(labels)) => {
            labels.iter().map(|(key, value)| format!("{key}={}", super::json_path::shown(value))).collect()
        }
        _ => Vec::new(),
    };
    pairs.sort();
    if pairs.is_empty() { "<none>".to_owned() } else { pairs.join(",") }
}

/// A label selector as `a=b,c in (d,e),!f`. Models `metav1.FormatLabelSelector`.
pub(super) fn selector_text(selector: Option<&Value>) -> String {
    let Some(selector) = selector.filter(|selector| selector.is_object()) else { return "<none>".to_owned() };
    let labels = selector.entries("matchLabels").into_iter();
    let mut parts: Vec<(String, String)> =
        labels.map(|(key, value)| (key.clone(), format!("{key}={}", value.as_str().unwrap_or("")))).collect();
    for requirement in selector.list("matchExpressions") {
        let key = requirement.text("key");
        let mut values: Vec<&str> = requirement.list("values").iter().filter_map(Value::as_str).collect();
        values.sort_unstable();
        let values = values.join(",");
        let part = match requirement.text("operator") {
            "In" => format!("{key} in ({values})"),
            "NotIn" => format!("{key} notin ({values})"),
            "Exists" => key.to_owned(),
            _ => format!("!{key}"),
        };
        parts.push((key.to_owned(), part));
    }
    crate::go::sort::by(&mut parts, |a, b| a.0.cmp(&b.0));
    let parts: Vec<String> = parts.into_iter().map(|(_, part)| part).collect();
    if parts.is_empty() { "<none>".to_owned() } else { parts.join(",") }
}

fn phase(value: &Value) -> String {
    if value.pointer("/metadata/deletionTimestamp").is_some() {
        "Terminating".to_owned()
    } else {
        text(value, "/status/phase")
    }
}

fn when_bound(value: &Value, shown: String) -> String {
    if text(value, "/spec/volumeName").is_empty() { String::new() } else { shown }
}

fn claim(value: &Value) -> String {
    match value.pointer("/spec/claimRef") {
        Some(claim) => format!("{}/{}", claim.text("namespace"), claim.text("name")),
        None => String::new(),
    }
}

pub(super) fn access_modes(value: &Value, path: &str) -> String {
    const MODES: [(&str, &str); 4] =
        [("ReadWriteOnce", "RWO"), ("ReadOnlyMany", "ROX"), ("ReadWriteMany", "RWX"), ("ReadWriteOncePod", "RWOP")];
    let has = |mode: &str| {
        value.pointer(path).and_then(Value::as_array).is_some_and(|modes| modes.iter().any(|known| known == mode))
    };
    MODES.iter().filter(|(mode, _)| has(mode)).map(|(_, short)| *short).collect::<Vec<_>>().join(",")
}

fn node_status(node: &Value) -> String {
    let conditions = node.get("status").map_or(&[][..], |status| status.list("conditions"));
    let ready = conditions.iter().find(|condition| condition.text("type") == "Ready");
    let mut status = match ready.map(|condition| condition.text("status")) {
        Some("True") => "Ready",
        Some(_) => "NotReady",
        None => "Unknown",
    }
    .to_owned();
    if flag(node, "/spec/unschedulable") {
        status.push_str(",SchedulingDisabled");
    }
    status
}

pub(super) fn node_roles(node: &Value) -> String {
    let mut roles: Vec<String> = Vec::new();
    for (key, value) in node.get("metadata").map(|metadata| metadata.entries("labels")).unwrap_or_default() {
        if let Some(role) = key.strip_prefix("node-role.kubernetes.io/").filter(|role| !role.is_empty()) {
            roles.push(role.to_owned());
        } else if key == "kubernetes.io/role" && value.as_str().is_some_and(|value| !value.is_empty()) {
            roles.push(value.as_str().unwrap_or("").to_owned());
        }
    }
    roles.sort();
    roles.dedup();
    if roles.is_empty() { "<none>".to_owned() } else { roles.join(",") }
}

fn node_address(node: &Value, kind: &str) -> String {
    let addresses = node.get("status").map_or(&[][..], |status| status.list("addresses"));
    let found = addresses.iter().find(|address| address.text("type") == kind);
    found.map_or("<none>", |address| address.text("address")).to_owned()
}

fn kernel(node: &Value) -> String {
    let version = text(node, "/status/nodeInfo/kernelVersion");
    let mut shown = if version.is_empty() { "<unknown>".to_owned() } else { version };
    let architecture = text(node, "/status/nodeInfo/architecture");
    if !architecture.is_empty() {
        // Writing to a String can't fail.
        let _ = write!(shown, " ({architecture})");
    }
    shown
}

fn external_address(service: &Value) -> String {
    let external = service.get("spec").map_or(&[][..], |spec| spec.list("externalIPs"));
    let external: Vec<&str> = external.iter().filter_map(Value::as_str).collect();
    match text(service, "/spec/type").as_str() {
        "ExternalName" => text(service, "/spec/externalName"),
        "LoadBalancer" if external.is_empty() => "<pending>".to_owned(),
        _ if external.is_empty() => "<none>".to_owned(),
        _ => external.join(","),
    }
}

fn ports(service: &Value) -> String {
    let ports = service.get("spec").map_or(&[][..], |spec| spec.list("ports"));
    let shown = ports.iter().map(|port| {
        let (number, protocol) = (port.int("port").unwrap_or(0), port.text("protocol"));
        match port.int("nodePort") {
            Some(node_port) if node_port > 0 => format!("{number}:{node_port}/{protocol}"),
            _ => format!("{number}/{protocol}"),
        }
    });
    let shown: Vec<String> = shown.collect();
    if shown.is_empty() { "<none>".to_owned() } else { shown.join(",") }
}
