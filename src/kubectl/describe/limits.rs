//! Models, of `k8s.io/kubectl/pkg/describe/describe.go@v0.37.2`: `describeQuota` and `describeLimitRange`.
//!
//! Upstream goes through a limit range's resources in no order; here they are sorted.

use super::super::scene::Scene;
use super::writer::Writer;
use crate::api::{Amounts, amounts};
use crate::manifest::Access;
use serde_json::Value;
use std::collections::BTreeSet;

const SCOPES: [(&str, &str); 4] = [
    (
        "Terminating",
        "Matches all pods that have an active deadline. These pods have a limited lifespan on a node before being actively terminated by the system.",
    ),
    (
        "NotTerminating",
        "Matches all pods that do not have an active deadline. These pods usually include long running pods whose container command is not expected to terminate.",
    ),
    (
        "BestEffort",
        "Matches all pods that do not have resource requirements set. These pods have a best effort quality of service.",
    ),
    (
        "NotBestEffort",
        "Matches all pods that have at least one resource requirement set. These pods have a burstable or guaranteed quality of service.",
    ),
];

pub(super) fn quota(writer: &mut Writer, _: &dyn Scene, quota: &Value) {
    writer.head(quota);
    let listed = quota.pointer("/spec/scopes").and_then(Value::as_array).into_iter().flatten();
    let mut scopes: Vec<&str> = listed.filter_map(Value::as_str).collect();
    scopes.sort_unstable();
    if !scopes.is_empty() {
        writer.field(0, "Scopes", &scopes.join(", "));
    }
    for (_, help) in scopes.iter().filter_map(|scope| SCOPES.iter().find(|(name, _)| name == scope)) {
        writer.line(0, &format!(" * {help}"));
    }
    writer.line(0, "Resource\tUsed\tHard");
    writer.line(0, "--------\t----\t----");
    let used = amounts(quota.pointer("/status/used"));
    for (resource, hard) in amounts(quota.pointer("/status/hard")) {
        let used = used.get(&resource).map_or_else(|| "0".to_owned(), |used| used.written_like(hard).to_string());
        writer.line(0, &format!("{resource}\t{used}\t{hard}"));
    }
}

pub(super) fn limit_range(writer: &mut Writer, _: &dyn Scene, range: &Value) {
    writer.head(range);
    writer.line(0, "Type\tResource\tMin\tMax\tDefault Request\tDefault Limit\tMax Limit/Request Ratio");
    writer.line(0, "----\t--------\t---\t---\t---------------\t-------------\t-----------------------");
    for item in range.pointer("/spec/limits").and_then(Value::as_array).into_iter().flatten() {
        let lists: Vec<Amounts> = ["min", "max", "defaultRequest", "default", "maxLimitRequestRatio"]
            .iter()
            .map(|name| amounts(item.get(*name)))
            .collect();
        let resources: BTreeSet<&String> = lists.iter().flat_map(Amounts::keys).collect();
        for resource in resources {
            let cells = lists.iter().map(|list| list.get(resource).map_or_else(|| "-".to_owned(), ToString::to_string));
            let cells: Vec<String> = cells.collect();
            writer.line(0, &format!("{}\t{resource}\t{}", item.text("type"), cells.join("\t")));
        }
    }
}
