//! The kinds that `kubectl describe` knows, each with its own template.

use super::super::listing;
use super::super::resources;
use super::super::scene::Scene;
use super::super::tables::{access_modes, labels_text, selector_text};
use super::super::text::human_duration;
use super::writer::{Writer, instant, pairs};
use super::{containers, limits, nodes, volumes};
use crate::api::{Phase, Quantity};
use crate::manifest::Access;
use serde_json::Value;

type Describe = fn(&mut Writer, &dyn Scene, &Value);

/// By kind: what describes it, and whether its events follow.
pub(super) static KINDS: &[(&str, (Describe, bool))] = &[
    ("Pod", (pod, true)),
    ("Job", (job, true)),
    ("CronJob", (cron_job, true)),
    ("Deployment", (deployment, true)),
    ("ReplicaSet", (replica_set, true)),
    ("Node", (nodes::node, true)),
    ("Namespace", (namespace, false)),
    ("ConfigMap", (config_map, true)),
    ("Secret", (secret, false)),
    ("Service", (service, true)),
    ("ServiceAccount", (service_account, true)),
    ("PersistentVolumeClaim", (claim, true)),
    ("PriorityClass", (priority_class, true)),
    ("ResourceQuota", (limits::quota, false)),
    ("LimitRange", (limits::limit_range, false)),
];

fn part<'a>(object: &'a Value, name: &str) -> &'a Value {
    object.get(name).unwrap_or(&Value::Null)
}

fn number(value: &Value, name: &str) -> i64 {
    value.int(name).unwrap_or(0)
}

fn pod(writer: &mut Writer, _: &dyn Scene, pod: &Value) {
    let (metadata, spec, status) = (part(pod, "metadata"), part(pod, "spec"), part(pod, "status"));
    writer.head(pod);
    writer.given(0, "Priority", spec.get("priority"));
    writer.given(0, "Priority Class Name", spec.get("priorityClassName"));
    writer.given(0, "Runtime Class Name", spec.get("runtimeClassName"));
    writer.given(0, "Service Account", spec.get("serviceAccountName"));
    match spec.text("nodeName") {
        "" => writer.field(0, "Node", "<none>"),
        node => writer.field(0, "Node", &format!("{node}/{}", status.text("hostIP"))),
    }
    writer.time(0, "Start Time", status.get("startTime"));
    writer.notes(pod);
    match instant(metadata.get("deletionTimestamp")) {
        Some(deletion) if !matches!(status.text("phase"), "Failed" | "Succeeded") => {
            let since = writer.since(deletion);
            writer.field(0, "Status", &format!("Terminating (lasts {since})"));
            let grace = number(metadata, "deletionGracePeriodSeconds");
            writer.field(0, "Termination Grace Period", &format!("{grace}s"));
        }
        _ => writer.field(0, "Status", status.text("phase")),
    }
    writer.given(0, "Reason", status.get("reason"));
    writer.given(0, "Message", status.get("message"));
    if let Some(profile) = spec.pointer("/securityContext/seccompProfile") {
        writer.field(0, "SeccompProfile", profile.text("type"));
        writer.given(0, "LocalhostProfile", profile.get("localhostProfile"));
    }
    writer.field(0, "IP", status.text("podIP"));
    if status.list("podIPs").is_empty() {
        writer.line(0, "IPs:\t<none>");
    } else {
        writer.line(0, "IPs:");
        for address in status.list("podIPs") {
            writer.field(1, "IP", address.text("ip"));
        }
    }
    writer.controller(pod);
    writer.given(0, "NominatedNodeName", status.get("nominatedNodeName"));
    if let Some(resources) = spec.get("resources") {
        writer.line(0, "Resources:");
        containers::resources(writer, Some(resources), 1);
    }
    for (title, field, statuses) in [
        ("Init Containers", "initContainers", "initContainerStatuses"),
        ("Containers", "containers", "containerStatuses"),
    ] {
        let list = spec.list(field);
        if field == "containers" || !list.is_empty() {
            containers::describe(writer, title, list, Some((pod, status.list(statuses))), "");
        }
    }
    let gates = spec.list("readinessGates");
    let conditions = status.list("conditions");
    if !gates.is_empty() {
        writer.line(0, "Readiness Gates:");
        writer.line(1, "Type\tStatus");
        for gate in gates {
            let kind = gate.text("conditionType");
            let found = conditions.iter().find(|condition| condition.text("type") == kind);
            let holds = found.map_or("<none>", |condition| condition.text("status"));
            writer.line(1, &format!("{kind} \t{holds} "));
        }
    }
    if !conditions.is_empty() {
        writer.line(0, "Conditions:");
        writer.line(1, "Type\tStatus");
        for condition in conditions {
            writer.line(1, &format!("{} \t{} ", condition.text("type"), condition.text("status")));
        }
    }
    volumes::describe(writer, spec.list("volumes"), "");
    writer.field(0, "QoS Class", status.text("qosClass"));
    writer.labels("", "Node-Selectors", spec.get("nodeSelector"));
    writer.tolerations("", spec.list("tolerations"));
    containers::spread(writer, spec.list("topologySpreadConstraints"), "");
}

fn job(writer: &mut Writer, _: &dyn Scene, job: &Value) {
    let (spec, status) = (part(job, "spec"), part(job, "status"));
    writer.head(job);
    writer.field(0, "Selector", &selector_text(spec.get("selector")));
    writer.notes(job);
    writer.controller(job);
    writer.given(0, "Parallelism", spec.get("parallelism"));
    writer.or(0, "Completions", spec.get("completions"), "<unset>");
    writer.given(0, "Completion Mode", spec.get("completionMode"));
    writer.given(0, "Suspend", spec.get("suspend"));
    writer.given(0, "Backoff Limit", spec.get("backoffLimit"));
    writer.given(0, "TTL Seconds After Finished", spec.get("ttlSecondsAfterFinished"));
    let (start, end) = (status.get("startTime"), status.get("completionTime"));
    writer.time(0, "Start Time", start);
    writer.time(0, "Completed At", end);
    if let (Some(start), Some(end)) = (instant(start), instant(end)) {
        writer.field(0, "Duration", &human_duration(end.unix_ms() - start.unix_ms()));
    }
    if let Some(seconds) = spec.int("activeDeadlineSeconds") {
        writer.field(0, "Active Deadline Seconds", &format!("{seconds}s"));
    }
    let ready = status.int("ready").map_or(String::new(), |ready| format!(" ({ready} Ready)"));
    let (active, succeeded) = (number(status, "active"), number(status, "succeeded"));
    let failed = number(status, "failed");
    writer.field(0, "Pods Statuses", &format!("{active} Active{ready} / {succeeded} Succeeded / {failed} Failed"));
    if spec.text("completionMode") == "Indexed" {
        writer.field(0, "Completed Indexes", &capped(status.text("completedIndexes"), 50));
    }
    containers::template(writer, spec.get("template"));
}

/// A list of indexes, cut at the first comma past the limit.
fn capped(indexes: &str, limit: usize) -> String {
    if indexes.is_empty() {
        return "<none>".to_owned();
    }
    match indexes.get(limit..).and_then(|rest| rest.find(',')) {
        Some(at) => format!("{}...", indexes.get(..=limit + at).unwrap_or(indexes)),
        None => indexes.to_owned(),
    }
}

fn cron_job(writer: &mut Writer, _: &dyn Scene, cron_job: &Value) {
    let (spec, status) = (part(cron_job, "spec"), part(cron_job, "status"));
    writer.head(cron_job);
    writer.notes(cron_job);
    writer.field(0, "Schedule", spec.text("schedule"));
    writer.field(0, "Concurrency Policy", spec.text("concurrencyPolicy"));
    writer.field(0, "Suspend", if spec.flag("suspend") == Some(true) { "True" } else { "False" });
    writer.or(0, "Time Zone", spec.get("timeZone"), "<unset>");
    writer.or(0, "Successful Job History Limit", spec.get("successfulJobsHistoryLimit"), "<unset>");
    writer.or(0, "Failed Job History Limit", spec.get("failedJobsHistoryLimit"), "<unset>");
    let deadline = spec.int("startingDeadlineSeconds").map_or("<unset>".to_owned(), |seconds| format!("{seconds}s"));
    writer.field(0, "Starting Deadline Seconds", &deadline);
    let job = spec.pointer("/jobTemplate/spec").unwrap_or(&Value::Null);
    let selector = job.get("selector").map_or("<unset>".to_owned(), |selector| selector_text(Some(selector)));
    writer.field(0, "Selector", &selector);
    writer.or(0, "Parallelism", job.get("parallelism"), "<unset>");
    writer.or(0, "Completions", job.get("completions"), "<unset>");
    if let Some(seconds) = job.int("activeDeadlineSeconds") {
        writer.field(0, "Active Deadline Seconds", &format!("{seconds}s"));
    }
    containers::template(writer, job.get("template"));
    match status.get("lastScheduleTime") {
        Some(time) => writer.time(0, "Last Schedule Time", Some(time)),
        None => writer.field(0, "Last Schedule Time", "<unset>"),
    }
    let active: Vec<&str> = status.list("active").iter().map(|job| job.text("name")).collect();
    writer.field(0, "Active Jobs", &if active.is_empty() { "<none>".to_owned() } else { active.join(", ") });
}

fn conditions_with_reason(writer: &mut Writer, status: &Value) {
    let conditions = status.list("conditions");
    if conditions.is_empty() {
        return;
    }
    writer.line(0, "Conditions:");
    writer.line(1, "Type\tStatus\tReason");
    writer.line(1, "----\t------\t------");
    for condition in conditions {
        writer.line(
            1,
            &format!("{} \t{}\t{}", condition.text("type"), condition.text("status"), condition.text("reason")),
        );
    }
}

fn deployment(writer: &mut Writer, scene: &dyn Scene, deployment: &Value) {
    let (metadata, spec, status) = (part(deployment, "metadata"), part(deployment, "spec"), part(deployment, "status"));
    writer.head(deployment);
    writer.time(0, "CreationTimestamp", metadata.get("creationTimestamp"));
    writer.notes(deployment);
    writer.field(0, "Selector", &selector_text(spec.get("selector")));
    writer.field(
        0,
        "Replicas",
        &format!(
            "{} desired | {} updated | {} total | {} available | {} unavailable",
            number(spec, "replicas"),
            number(status, "updatedReplicas"),
            number(status, "replicas"),
            number(status, "availableReplicas"),
            number(status, "unavailableReplicas")
        ),
    );
    let strategy = part(spec, "strategy");
    writer.field(0, "StrategyType", strategy.text("type"));
    writer.field(0, "MinReadySeconds", &number(spec, "minReadySeconds").to_string());
    if let Some(rolling) = strategy.get("rollingUpdate") {
        let amount = |name: &str| rolling.get(name).map_or("0".to_owned(), super::super::json_path::shown);
        let (unavailable, surge) = (amount("maxUnavailable"), amount("maxSurge"));
        writer.field(0, "RollingUpdateStrategy", &format!("{unavailable} max unavailable, {surge} max surge"));
    }
    containers::template(writer, spec.get("template"));
    conditions_with_reason(writer, status);
    let (old, new) = replica_sets(scene, deployment);
    if !old.is_empty() || !new.is_empty() {
        let shown = |sets: Vec<String>| if sets.is_empty() { "<none>".to_owned() } else { sets.join(", ") };
        writer.field(0, "OldReplicaSets", &shown(old));
        writer.field(0, "NewReplicaSet", &shown(new));
    }
}

/// The Deployment's `ReplicaSets`, those of older templates and the one of the newest.
fn replica_sets(scene: &dyn Scene, deployment: &Value) -> (Vec<String>, Vec<String>) {
    let metadata = part(deployment, "metadata");
    let Ok(resource) = resources::find("replicasets.apps") else { return (Vec::new(), Vec::new()) };
    let all = listing::list(scene, resource, metadata.text("namespace"), None, None).unwrap_or_default();
    let mut owned: Vec<(i64, i64, String)> = Vec::new();
    for item in all {
        let value = item.value();
        let owners = part(&value, "metadata").list("ownerReferences");
        if owners.iter().any(|owner| owner.text("uid") == metadata.text("uid")) {
            let revision = value.pointer("/metadata/annotations/deployment.kubernetes.io~1revision");
            let revision = revision.and_then(Value::as_str).and_then(|text| text.parse().ok()).unwrap_or(0);
            let replicas = number(part(&value, "spec"), "replicas");
            let created = number(part(&value, "status"), "replicas");
            owned.push((revision, replicas, format!("{} ({created}/{replicas} replicas created)", item.name())));
        }
    }
    owned.sort();
    let newest = owned.pop();
    let old = owned.into_iter().filter(|(_, replicas, _)| *replicas > 0).map(|(_, _, text)| text).collect();
    (old, newest.into_iter().map(|(_, _, text)| text).collect())
}

fn replica_set(writer: &mut Writer, scene: &dyn Scene, set: &Value) {
    let (metadata, spec, status) = (part(set, "metadata"), part(set, "spec"), part(set, "status"));
    writer.head(set);
    writer.field(0, "Selector", &selector_text(spec.get("selector")));
    writer.notes(set);
    writer.controller(set);
    let replicas = format!("{} current / {} desired", number(status, "replicas"), number(spec, "replicas"));
    writer.field(0, "Replicas", &replicas);
    let mut counts = [0; 4];
    for (_, object) in scene.objects() {
        let Some(pod) = object.as_pod() else { continue };
        if pod.metadata.controller().is_some_and(|owner| *owner.uid == *metadata.text("uid")) {
            let place = match pod.status.phase {
                Phase::Running => 0,
                Phase::Pending => 1,
                Phase::Succeeded => 2,
                Phase::Failed => 3,
            };
            if let Some(count) = counts.get_mut(place) {
                *count += 1;
            }
        }
    }
    let [running, waiting, succeeded, failed] = counts;
    writer.field(
        0,
        "Pods Status",
        &format!("{running} Running / {waiting} Waiting / {succeeded} Succeeded / {failed} Failed"),
    );
    containers::template(writer, spec.get("template"));
    conditions_with_reason(writer, status);
}

fn namespace(writer: &mut Writer, _: &dyn Scene, namespace: &Value) {
    writer.field(0, "Name", part(namespace, "metadata").text("name"));
    writer.notes(namespace);
    writer.field(0, "Status", part(namespace, "status").text("phase"));
    writer.line(0, "");
    writer.line(0, "No resource quota.");
    writer.line(0, "");
    writer.line(0, "No LimitRange resource.");
}

fn config_map(writer: &mut Writer, _: &dyn Scene, map: &Value) {
    writer.head(map);
    writer.notes(map);
    writer.line(0, "");
    writer.line(0, "Data");
    writer.line(0, "====");
    for (key, value) in pairs(map.get("data")) {
        writer.line(0, &format!("{key}:"));
        writer.line(0, "----");
        writer.line(0, &value);
        writer.line(0, "");
    }
    writer.line(0, "");
    writer.line(0, "BinaryData");
    writer.line(0, "====");
    for (key, value) in pairs(map.get("binaryData")) {
        writer.line(0, &format!("{key}: {} bytes", decoded_length(&value)));
    }
    writer.line(0, "");
}

/// How many bytes a text in base64 stands for.
fn decoded_length(text: &str) -> usize {
    let padding = text.bytes().rev().take_while(|byte| *byte == b'=').count();
    (text.len() / 4 * 3).saturating_sub(padding)
}

fn secret(writer: &mut Writer, _: &dyn Scene, secret: &Value) {
    writer.head(secret);
    writer.notes(secret);
    writer.line(0, "");
    writer.field(0, "Type", secret.text("type"));
    writer.line(0, "");
    writer.line(0, "Data");
    writer.line(0, "====");
    for (key, value) in pairs(secret.get("data")) {
        writer.field(0, &key, &format!("{} bytes", decoded_length(&value)));
    }
}

fn service(writer: &mut Writer, _: &dyn Scene, service: &Value) {
    let spec = part(service, "spec");
    let joined = |name: &str| {
        let texts: Vec<&str> = spec.list(name).iter().filter_map(Value::as_str).collect();
        if texts.is_empty() { "<none>".to_owned() } else { texts.join(",") }
    };
    writer.head(service);
    writer.notes(service);
    writer.field(0, "Selector", &labels_text(spec.get("selector")));
    writer.field(0, "Type", spec.text("type"));
    writer.given(0, "IP Family Policy", spec.get("ipFamilyPolicy"));
    writer.field(0, "IP Families", &joined("ipFamilies"));
    writer.field(0, "IP", spec.text("clusterIP"));
    writer.field(0, "IPs", &joined("clusterIPs"));
    if !spec.list("externalIPs").is_empty() {
        writer.field(0, "External IPs", &joined("externalIPs"));
    }
    writer.given(0, "Desired LoadBalancer IP", spec.get("loadBalancerIP"));
    writer.given(0, "External Name", spec.get("externalName"));
    for port in spec.list("ports") {
        let name = if port.text("name").is_empty() { "<unset>" } else { port.text("name") };
        let protocol = port.text("protocol");
        writer.field(0, "Port", &format!("{name}\t{}/{protocol}", number(port, "port")));
        let target = port.get("targetPort").map_or(String::new(), super::super::json_path::shown);
        writer.field(0, "TargetPort", &format!("{target}/{protocol}"));
        if let Some(node_port) = port.int("nodePort").filter(|number| *number != 0) {
            writer.field(0, "NodePort", &format!("{name}\t{node_port}/{protocol}"));
        }
        writer.field(0, "Endpoints", "");
    }
    writer.field(0, "Session Affinity", spec.text("sessionAffinity"));
    writer.given(0, "External Traffic Policy", spec.get("externalTrafficPolicy"));
    writer.given(0, "Internal Traffic Policy", spec.get("internalTrafficPolicy"));
}

fn service_account(writer: &mut Writer, _: &dyn Scene, account: &Value) {
    writer.head(account);
    writer.notes(account);
    let secrets = account.list("imagePullSecrets");
    if secrets.is_empty() {
        writer.line(0, "Image pull secrets:\t<none>");
    }
    for (place, secret) in secrets.iter().enumerate() {
        let title = if place == 0 { "Image pull secrets:" } else { "                   " };
        writer.line(0, &format!("{title}\t{}", secret.text("name")));
    }
}

fn claim(writer: &mut Writer, scene: &dyn Scene, claim: &Value) {
    let (metadata, spec, status) = (part(claim, "metadata"), part(claim, "spec"), part(claim, "status"));
    writer.head(claim);
    writer.field(0, "StorageClass", spec.text("storageClassName"));
    writer.field(0, "Status", status.text("phase"));
    writer.field(0, "Volume", spec.text("volumeName"));
    writer.notes(claim);
    let finalizers: Vec<&str> = metadata.list("finalizers").iter().filter_map(Value::as_str).collect();
    writer.field(0, "Finalizers", &format!("[{}]", finalizers.join(" ")));
    let bound = !spec.text("volumeName").is_empty();
    let capacity = claim.pointer("/status/capacity/storage").and_then(Value::as_str).unwrap_or("");
    let capacity = Quantity::parse(capacity).map_or(String::new(), |amount| amount.to_string());
    writer.field(0, "Capacity", if bound { &capacity } else { "" });
    writer.field(0, "Access Modes", &if bound { access_modes(claim, "/status/accessModes") } else { String::new() });
    writer.or(0, "VolumeMode", spec.get("volumeMode"), "Filesystem");
    let name = metadata.text("name");
    let users: Vec<String> = scene
        .objects()
        .filter_map(|(_, object)| object.as_pod())
        .filter(|pod| *pod.metadata.namespace == *metadata.text("namespace"))
        .filter(|pod| {
            let volumes = pod.spec.rest.get("volumes").and_then(Value::as_array);
            volumes.is_some_and(|volumes| {
                volumes.iter().any(|volume| {
                    volume.pointer("/persistentVolumeClaim/claimName").and_then(Value::as_str) == Some(name)
                })
            })
        })
        .map(|pod| pod.metadata.name.to_string())
        .collect();
    writer.lines("", "Used By", &users);
}

fn priority_class(writer: &mut Writer, _: &dyn Scene, class: &Value) {
    writer.head(class);
    writer.or(0, "Value", class.get("value"), "0");
    writer.or(0, "GlobalDefault", class.get("globalDefault"), "false");
    writer.given(0, "PreemptionPolicy", class.get("preemptionPolicy"));
    writer.field(0, "Description", class.text("description"));
    writer.annotations("", class.pointer("/metadata/annotations"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lists_of_indexes_are_cut_at_a_comma() {
        assert_eq!(capped("", 50), "<none>");
        assert_eq!(capped("0-2,5", 50), "0-2,5");
        let long: Vec<String> = (0..40).map(|index| (index * 2).to_string()).collect();
        let shown = capped(&long.join(","), 50);
        assert!(shown.ends_with(",...") && shown.len() >= 54 && shown.len() < 60, "{shown}");
    }

    #[test]
    fn base64_is_measured_decoded() {
        assert_eq!(decoded_length("aG9sYQ=="), 4);
        assert_eq!(decoded_length("aG9s"), 3);
        assert_eq!(decoded_length(""), 0);
    }
}
