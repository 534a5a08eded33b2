//! Models `k8s.io/kubectl/pkg/cmd/expose@v0.37.2`: a Service before Pods. Jobs can't have one.
//!
//! Leaves out: ports found by introspection in Services, `--overrides`, `--cluster-ip` and what else only a network needs.

use super::builder::{NOTHING, Wish};
use super::failure::Failure;
use super::failure::report;
use super::flags::Flags;
use super::options::{DryRun, output};
use super::output::Output;
use super::targets::named;
use super::write::apply_text;
use super::{Printed, Session, object_value};
use crate::manifest::{Access, Verb};
use serde_json::{Value, json};

pub(super) fn expose(session: &mut Session<'_>, flags: &Flags) -> Printed {
    let found = match named(session, Wish::of(flags, false)) {
        Ok(found) => found,
        Err(printed) => return printed,
    };
    let Some(target) = found.targets.first() else { return Failure::Own(NOTHING.to_owned()).printed() };
    let Some(oid) = target.find(session.world) else { return Printed::error(target.not_found("")) };
    let kind = target.kind;
    if !matches!(kind.kind, "Pod" | "Service" | "ReplicationController" | "ReplicaSet" | "Deployment") {
        return Printed::error(format!("error: cannot expose a {}\n", kind.qualified()));
    }
    let object = object_value(session.world, oid).unwrap_or_default();
    let own = |text: String| Printed::error(format!("error: {text}\n"));
    let selector = match flags.value("selector").filter(|text| !text.is_empty()) {
        Some(text) => {
            let pairs = text.split(',').filter_map(|pair| pair.split_once('='));
            pairs.map(|(key, value)| (key.to_owned(), Value::from(value))).collect()
        }
        None => selector_of(kind.kind, &object),
    };
    if selector.is_empty() {
        let what = if kind.kind == "Pod" { "the pod has no labels and cannot be exposed" } else { "no selector found" };
        return own(format!("couldn't retrieve selectors via --selector flag or introspection: {what}"));
    }
    let Some(port) = flags.value("port").map(str::to_owned).or_else(|| port_of(&object)) else {
        return Printed::error(
            "error: couldn't find port via --port flag or introspection\nSee 'kubectl expose -h' for help and examples\n",
        );
    };
    let (output, dry_run) = match (output(flags), DryRun::read(flags)) {
        (Ok(output), Ok(dry_run)) => (output, dry_run),
        (Err(printed), _) | (_, Err(printed)) => return printed,
    };
    let number = |text: &str| text.parse::<u32>().map_or_else(|_| Value::from(text), Value::from);
    let protocol = flags.value("protocol").filter(|text| !text.is_empty()).unwrap_or("TCP");
    let ports: Vec<Value> = port
        .split(',')
        .map(|port| {
            let to = flags.value("target-port").filter(|text| !text.is_empty()).unwrap_or(port);
            json!({"port": number(port), "protocol": protocol, "targetPort": number(to)})
        })
        .collect();
    let name = flags.value("name").filter(|text| !text.is_empty()).unwrap_or(&target.name);
    let mut service = json!({
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name, "namespace": &*target.namespace},
        "spec": {"ports": ports, "selector": selector},
    });
    if let (Some(labels), Some(metadata)) =
        (object.pointer("/metadata/labels"), service.get_mut("metadata").and_then(Value::as_object_mut))
    {
        metadata.insert("labels".to_owned(), labels.clone());
    }
    if let (Some(kind), Some(spec)) = (flags.value("type"), service.get_mut("spec").and_then(Value::as_object_mut)) {
        spec.insert("type".to_owned(), Value::from(kind));
    }
    if dry_run == DryRun::No {
        let applied = apply_text(session.world, &service.to_string(), "service", Verb::Create);
        if applied.printed.code != 0 {
            let text = applied.printed.stderr.replace("error when creating \"service\": ", "");
            return Printed { stderr: text, ..applied.printed };
        }
    }
    match output {
        Output::Table => Printed::out(format!("service/{name} exposed{}\n", dry_run.suffix())),
        other => match other.render(&service, flags) {
            Ok(text) => Printed::out(text),
            Err(failure) => Printed::error(report(&[failure])),
        },
    }
}

fn selector_of(kind: &str, object: &Value) -> serde_json::Map<String, Value> {
    let path = match kind {
        "Pod" => "/metadata/labels",
        "Service" | "ReplicationController" => "/spec/selector",
        _ => "/spec/selector/matchLabels",
    };
    object.pointer(path).and_then(Value::as_object).cloned().unwrap_or_default()
}

/// The ports that the object's containers declare.
fn port_of(object: &Value) -> Option<String> {
    let spec = object.pointer("/spec/template/spec").or(object.get("spec"))?;
    let ports = spec.list("containers").iter().flat_map(|container| container.list("ports"));
    let ports: Vec<String> = ports.filter_map(|port| Some(port.get("containerPort")?.to_string())).collect();
    (!ports.is_empty()).then(|| ports.join(","))
}
