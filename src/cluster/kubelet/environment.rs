//! Models `pkg/kubelet/kubelet_pods.go@v1.37.2`, `makeEnvironmentVariables`, and what a container
//! sees of the node's folders (`makeMounts`).
//!
//! Leaves out: service variables, `resourceFieldRef` divisors, secrets' encodings.

use super::volumes::folder;
use super::{Bench, Kubelet};
use crate::api::{Container, EnvVar, Object, ObjectKind, Pod};
use crate::cluster::Oid;
use crate::cluster::shell::Mount;
use crate::go::base64;
use serde_json::Value;
use std::rc::Rc;

/// A name and its value.
type Variable = (Rc<str>, Rc<str>);
pub(super) type Variables = Rc<[Variable]>;

const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// What every container has; the host's name, the last, is still to be filled in.
pub(super) fn of_every_container() -> Variables {
    [("PATH", PATH), ("HOME", "/root"), ("HOSTNAME", "")].map(|(name, value)| (Rc::from(name), Rc::from(value))).into()
}

impl Kubelet {
    /// The variables of a container, or why it can't be created.
    pub(super) fn environment(&self, bench: &Bench<'_>, pod: Oid, container: &Container) -> Result<Variables, Rc<str>> {
        let Some(worker) = self.workers.get(&pod) else { return Ok(Rc::clone(&self.variables)) };
        let object = bench.store.pod(pod).unwrap_or(&worker.pod);
        let mut variables: Vec<Variable> = self.variables.to_vec();
        if let Some((_, host)) = variables.last_mut() {
            *host = Rc::from(hostname(object));
        }
        let sources = container.rest.get("envFrom").and_then(Value::as_array);
        for source in sources.into_iter().flatten() {
            variables.extend(all_of(bench, object, source)?);
        }
        for variable in &container.env {
            let value = match (&variable.value, &variable.value_from) {
                (Some(value), _) => Some(expand(value, &variables)),
                (None, Some(from)) => self.value_from(bench, object, worker.address.as_deref(), from)?,
                (None, None) => Some(String::new()),
            };
            if let Some(value) = value {
                set(&mut variables, variable, &value);
            }
        }
        Ok(variables.into())
    }

    fn value_from(
        &self,
        bench: &Bench<'_>,
        pod: &Pod,
        address: Option<&str>,
        from: &Value,
    ) -> Result<Option<String>, Rc<str>> {
        if let Some(path) = from.pointer("/fieldRef/fieldPath").and_then(Value::as_str) {
            return Ok(Some(self.field(pod, address, path)));
        }
        for (reference, kind) in [("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")] {
            if let Some(reference) = from.get(reference) {
                return key_of(bench, pod, kind, reference);
            }
        }
        Ok(Some(String::new()))
    }

    /// The value of a `fieldRef`.
    fn field(&self, pod: &Pod, address: Option<&str>, path: &str) -> String {
        let subscript =
            |prefix: &str| path.strip_prefix(prefix)?.strip_prefix("['")?.strip_suffix("']").map(str::to_owned);
        if let Some(key) = subscript("metadata.labels") {
            return pod.metadata.labels.get(&key).cloned().unwrap_or_default();
        }
        if let Some(key) = subscript("metadata.annotations") {
            return pod.metadata.annotations.get(&key).cloned().unwrap_or_default();
        }
        match path {
            "metadata.name" => pod.metadata.name.to_string(),
            "metadata.namespace" => pod.metadata.namespace.to_string(),
            "metadata.uid" => pod.metadata.uid.to_string(),
            "spec.nodeName" => self.node.to_string(),
            "spec.serviceAccountName" => pod.spec.service_account_name.clone().unwrap_or_else(|| "default".to_owned()),
            "status.hostIP" | "status.hostIPs" => self.host_ip.to_string(),
            "status.podIP" | "status.podIPs" => address.unwrap_or("").to_owned(),
            _ => String::new(),
        }
    }
}

/// What `hostname` says in the Pod.
pub(super) fn hostname(pod: &Pod) -> &str {
    pod.spec.hostname.as_deref().unwrap_or(&pod.metadata.name)
}

fn set(variables: &mut Vec<(Rc<str>, Rc<str>)>, variable: &EnvVar, value: &str) {
    variables.retain(|(name, _)| **name != *variable.name);
    variables.push((Rc::from(variable.name.as_str()), Rc::from(value)));
}

/// Replaces `$(NAME)` by the variables before it; `$$(NAME)` stands for itself.
fn expand(text: &str, variables: &[(Rc<str>, Rc<str>)]) -> String {
    let mut expanded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(place) = rest.find('$') {
        let (before, after) = rest.split_at(place);
        expanded.push_str(before);
        let after = after.get(1..).unwrap_or("");
        if let Some(escaped) = after.strip_prefix('$') {
            expanded.push('$');
            rest = escaped;
            continue;
        }
        let reference = after.strip_prefix('(').and_then(|inner| inner.split_once(')'));
        let known = reference.and_then(|(name, tail)| {
            variables.iter().find(|(other, _)| **other == *name).map(|(_, value)| (value, tail))
        });
        if let Some((value, tail)) = known {
            expanded.push_str(value);
            rest = tail;
        } else {
            expanded.push('$');
            rest = after;
        }
    }
    expanded.push_str(rest);
    expanded
}

/// The arguments of a container with its variables put in.
pub(super) fn expand_all(arguments: &[String], variables: &[(Rc<str>, Rc<str>)]) -> Vec<String> {
    arguments.iter().map(|argument| expand(argument, variables)).collect()
}

pub(super) fn data_of(bench: &Bench<'_>, pod: &Pod, kind: &str, name: &str) -> Option<Rc<Value>> {
    let oid = bench.store.find(ObjectKind::Other, &pod.metadata.namespace, &format!("{kind}/{name}"))?;
    match bench.store.get(oid)? {
        Object::Other(other) => Some(Rc::clone(&other.body)),
        _ => None,
    }
}

pub(super) fn is_optional(reference: &Value) -> bool {
    reference.get("optional").and_then(Value::as_bool).unwrap_or(false)
}

fn key_of(bench: &Bench<'_>, pod: &Pod, kind: &str, reference: &Value) -> Result<Option<String>, Rc<str>> {
    let text = |field: &str| reference.get(field).and_then(Value::as_str).unwrap_or("");
    let (name, key) = (text("name"), text("key"));
    let data = data_of(bench, pod, kind, name);
    let value = data.as_ref().and_then(|body| entry(body, kind, key));
    match (data.is_some(), value) {
        (_, Some(value)) => Ok(Some(value)),
        _ if is_optional(reference) => Ok(None),
        (false, None) => Err(Rc::from(format!("{} \"{name}\" not found", kind.to_lowercase()))),
        (true, None) => Err(Rc::from(format!("couldn't find key {key} in {kind} {}/{name}", pod.metadata.namespace))),
    }
}

fn entry(body: &Value, kind: &str, key: &str) -> Option<String> {
    let value = body.get("data")?.get(key)?.as_str()?;
    Some(if kind == "Secret" { decoded(value) } else { value.to_owned() })
}

/// The text that a `Secret` keeps in base64; what isn't base64 was refused when it was stored.
pub(super) fn decoded(text: &str) -> String {
    String::from_utf8_lossy(&base64::decode(text).unwrap_or_default()).into_owned()
}

fn all_of(bench: &Bench<'_>, pod: &Pod, source: &Value) -> Result<Vec<Variable>, Rc<str>> {
    let prefix = source.get("prefix").and_then(Value::as_str).unwrap_or("");
    for (reference, kind) in [("configMapRef", "ConfigMap"), ("secretRef", "Secret")] {
        let Some(reference) = source.get(reference) else { continue };
        let name = reference.get("name").and_then(Value::as_str).unwrap_or("");
        let Some(body) = data_of(bench, pod, kind, name) else {
            if is_optional(reference) {
                return Ok(Vec::new());
            }
            return Err(Rc::from(format!("{} \"{name}\" not found", kind.to_lowercase())));
        };
        let entries = body.get("data").and_then(Value::as_object);
        return Ok(entries
            .into_iter()
            .flatten()
            .map(|(key, _)| (Rc::from(format!("{prefix}{key}")), Rc::from(entry(&body, kind, key).unwrap_or_default())))
            .collect());
    }
    Ok(Vec::new())
}

/// The folders of the node that the container sees: `hostPath`, and what the kubelet made for the Pod.
pub(super) fn mounts(pod: &Pod, container: &Container) -> Rc<[Mount]> {
    let Some(mounts) = container.rest.get("volumeMounts").and_then(Value::as_array) else {
        return Rc::from([]);
    };
    let volumes = pod.spec.rest.get("volumes").and_then(Value::as_array);
    mounts
        .iter()
        .filter_map(|mount| {
            let text = |field: &str| mount.get(field).and_then(Value::as_str);
            let (name, path) = (text("name")?, text("mountPath")?);
            let volume = volumes?.iter().find(|volume| volume.get("name").and_then(Value::as_str) == Some(name))?;
            let mut target = if let Some(path) = volume.pointer("/hostPath/path").and_then(Value::as_str) {
                path.to_owned()
            } else {
                ["emptyDir", "configMap", "secret", "projected"].iter().find_map(|kind| volume.get(kind))?;
                folder(pod, name)
            };
            if let Some(below) = text("subPath") {
                target = format!("{target}/{below}");
            }
            let read_only = mount.get("readOnly").and_then(Value::as_bool).unwrap_or(false);
            Some(Mount { path: path.to_owned(), target, read_only })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_replaced_once_and_escapes_kept() {
        let variables = [(Rc::from("A"), Rc::from("1")), (Rc::from("B"), Rc::from("$(A)"))];
        for (text, want) in [
            ("$(A)", "1"),
            ("$(B)", "$(A)"),
            ("$$(A)", "$(A)"),
            ("$(C)", "$(C)"),
            ("x$", "x$"),
            ("$A", "$A"),
            ("$(A", "$(A"),
        ] {
            assert_eq!(expand(text, &variables), want, "{text}");
        }
    }
}
