//! A node in words, with the Pods on it.

use super::super::scene::Scene;
use super::super::tables::node_roles;
use super::super::text::age_since;
use super::super::text::rfc1123;
use super::writer::{Writer, instant, pairs};
use crate::api::{Pod, Quantity};
use crate::manifest::Access;
use serde_json::Value;

pub(super) fn node(writer: &mut Writer, scene: &dyn Scene, node: &Value) {
    let (metadata, spec, status) = (part(node, "metadata"), part(node, "spec"), part(node, "status"));
    writer.field(0, "Name", metadata.text("name"));
    writer.field(0, "Roles", &node_roles(node));
    writer.notes(node);
    writer.time(0, "CreationTimestamp", metadata.get("creationTimestamp"));
    let mut taints: Vec<&Value> = spec.list("taints").iter().collect();
    crate::go::sort::by_key(&mut taints, |taint| (taint.text("effect"), taint.text("key")));
    let taints: Vec<String> = taints.into_iter().map(taint_text).collect();
    writer.lines("", "Taints", &taints);
    writer.field(0, "Unschedulable", &spec.flag("unschedulable").unwrap_or(false).to_string());
    lease(writer, scene, metadata.text("name"));
    conditions(writer, status);
    writer.line(0, "Addresses:");
    for address in status.list("addresses") {
        writer.field(1, address.text("type"), address.text("address"));
    }
    for (title, field) in [("Capacity", "capacity"), ("Allocatable", "allocatable")] {
        let amounts = pairs(status.get(field));
        if !amounts.is_empty() {
            writer.line(0, &format!("{title}:"));
        }
        for (name, amount) in amounts {
            let amount = Quantity::parse(&amount).map_or(amount, |amount| amount.to_string());
            writer.field(1, &name, &amount);
        }
    }
    let info = part(status, "nodeInfo");
    writer.line(0, "System Info:");
    for (title, field) in [
        ("Machine ID", "machineID"),
        ("System UUID", "systemUUID"),
        ("Boot ID", "bootID"),
        ("Kernel Version", "kernelVersion"),
        ("OS Image", "osImage"),
        ("Operating System", "operatingSystem"),
        ("Architecture", "architecture"),
        ("Container Runtime Version", "containerRuntimeVersion"),
        ("Kubelet Version", "kubeletVersion"),
    ] {
        writer.field(1, title, info.text(field));
    }
    writer.given(0, "PodCIDR", spec.get("podCIDR"));
    let ranges: Vec<&str> = spec.list("podCIDRs").iter().filter_map(Value::as_str).collect();
    if !ranges.is_empty() {
        writer.field(0, "PodCIDRs", &ranges.join(","));
    }
    writer.given(0, "ProviderID", spec.get("providerID"));
    pods(writer, scene, metadata.text("name"), status);
}

fn part<'a>(object: &'a Value, name: &str) -> &'a Value {
    object.get(name).unwrap_or(&Value::Null)
}

fn taint_text(taint: &Value) -> String {
    let (key, value, effect) = (taint.text("key"), taint.text("value"), taint.text("effect"));
    if value.is_empty() { format!("{key}:{effect}") } else { format!("{key}={value}:{effect}") }
}

/// The node renews its lease every ten seconds.
fn lease(writer: &mut Writer, scene: &dyn Scene, name: &str) {
    writer.line(0, "Lease:");
    writer.field(1, "HolderIdentity", name);
    writer.field(1, "AcquireTime", "<unset>");
    let renewed = crate::api::Timestamp::from_unix_ms(scene.unix_ms() / 10_000 * 10_000);
    writer.field(1, "RenewTime", &rfc1123(renewed));
}

fn conditions(writer: &mut Writer, status: &Value) {
    let conditions = status.list("conditions");
    if conditions.is_empty() {
        return;
    }
    writer.line(0, "Conditions:");
    writer.line(1, "Type\tStatus\tLastHeartbeatTime\tLastTransitionTime\tReason\tMessage");
    writer.line(1, "----\t------\t-----------------\t------------------\t------\t-------");
    for condition in conditions {
        let time = |field: &str| instant(condition.get(field)).map_or(String::new(), rfc1123);
        writer.line(
            1,
            &format!(
                "{} \t{} \t{} \t{} \t{} \t{}",
                condition.text("type"),
                condition.text("status"),
                time("lastHeartbeatTime"),
                time("lastTransitionTime"),
                condition.text("reason"),
                condition.text("message")
            ),
        );
    }
}

const RESOURCES: [&str; 3] = ["cpu", "memory", "ephemeral-storage"];

/// An amount and the part of the node that it is.
fn share(amount: Option<Quantity>, whole: Option<Quantity>) -> String {
    let text = amount.map_or("0".to_owned(), |amount| amount.to_string());
    let part = amount.map_or(0, Quantity::milli);
    let percent = match whole.map_or(0, Quantity::milli) {
        0 => 0,
        whole => part * 100 / whole,
    };
    format!("{text} ({percent}%)")
}

fn pods(writer: &mut Writer, scene: &dyn Scene, node: &str, status: &Value) {
    let room = status.get("allocatable").or(status.get("capacity"));
    let whole = |resource: &str| {
        let amount = room.and_then(|room| room.get(resource)).and_then(Value::as_str);
        amount.and_then(|amount| Quantity::parse(amount).ok())
    };
    let mut pods: Vec<&Pod> = scene
        .objects()
        .filter_map(|(_, object)| object.as_pod())
        .filter(|pod| pod.node_name.as_deref() == Some(node) && !pod.status.is_terminal())
        .map(|pod| &**pod)
        .collect();
    crate::go::sort::by_key(&mut pods, |pod| (pod.metadata.namespace.clone(), pod.metadata.name.clone()));
    writer.field(0, "Non-terminated Pods", &format!("({} in total)", pods.len()));
    writer.line(1, "Namespace\tName\t\tCPU Requests\tCPU Limits\tMemory Requests\tMemory Limits\tAge");
    writer.line(1, "---------\t----\t\t------------\t----------\t---------------\t-------------\t---");
    for pod in &pods {
        let amount = |list, resource| share(total(&[*pod], list, resource), whole(resource));
        let line = format!(
            "{}\t{}\t\t{}\t{}\t{}\t{}\t{}",
            pod.metadata.namespace,
            pod.metadata.name,
            amount("requests", "cpu"),
            amount("limits", "cpu"),
            amount("requests", "memory"),
            amount("limits", "memory"),
            age_since(pod.metadata.creation_timestamp, writer.now_unix_ms)
        );
        writer.line(1, &line);
    }
    writer.line(0, "Allocated resources:");
    writer.line(1, "(Total limits may be over 100 percent, i.e., overcommitted.)");
    writer.line(1, "Resource\tRequests\tLimits");
    writer.line(1, "--------\t--------\t------");
    for resource in RESOURCES {
        let amount = |list| share(total(&pods, list, resource), whole(resource));
        writer.line(1, &format!("{resource}\t{}\t{}", amount("requests"), amount("limits")));
    }
}

/// What the Pods' containers ask for together; of init containers only the greatest counts.
fn total(pods: &[&Pod], list: &str, resource: &str) -> Option<Quantity> {
    let mut sum = None;
    for pod in pods {
        let amount = |container: &crate::api::Container| {
            let amount = container.resources.as_ref()?.get(list)?.get(resource)?.as_str().map(str::to_owned)?;
            Quantity::parse(&amount).ok()
        };
        let mut own: Option<Quantity> = None;
        for container in &pod.spec.containers {
            own = Quantity::sum(own, amount(container));
        }
        let greatest =
            pod.spec.init_containers.iter().filter_map(|container| amount(container)).max_by_key(|a| a.milli());
        if let Some(greatest) = greatest
            && own.is_none_or(|own| own.milli() < greatest.milli())
        {
            own = Some(greatest);
        }
        sum = Quantity::sum(sum, own);
    }
    sum
}
