//! Models `apimachinery/pkg/fields/selector.go@v1.37.2`: `--field-selector`, with the server's words for what it can't
//! read.

use super::items::{Item, Thing};
use crate::api::Object;
use crate::manifest::KindId;
use serde_json::Value;

/// Terms of a field selector: path, whether it must differ, value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct FieldSelector(Vec<(String, bool, String)>);

/// The fields by which the server lets a kind be chosen, besides name and namespace.
const FIELDS: &[(&str, &str)] = &[
    (
        "Pod",
        "spec.nodeName spec.restartPolicy spec.schedulerName spec.serviceAccountName spec.hostNetwork status.phase \
         status.podIP status.podIPs status.nominatedNodeName",
    ),
    ("Job", "status.successful"),
    (
        "Event",
        "involvedObject.kind involvedObject.namespace involvedObject.name involvedObject.uid involvedObject.apiVersion \
         involvedObject.resourceVersion involvedObject.fieldPath reason reportingComponent source type",
    ),
    ("Node", "spec.unschedulable"),
    ("Namespace", "status.phase"),
    ("Secret", "type"),
    ("ReplicaSet", "status.replicas"),
    ("ReplicationController", "status.replicas"),
    ("Service", "spec.clusterIP spec.type"),
];

impl FieldSelector {
    /// Reads a selector for objects of that resource.
    ///
    /// # Errors
    /// In the server's words, for a field that it doesn't know too.
    pub(crate) fn parse(text: &str, kind: &KindId) -> Result<Self, String> {
        let mut terms = Vec::new();
        for part in text.split(',').filter(|part| !part.is_empty()) {
            let (at, sign) = ["!=", "==", "="]
                .iter()
                .filter_map(|sign| part.find(sign).map(|at| (at, *sign)))
                .min_by_key(|(at, sign)| (*at, usize::MAX - sign.len()))
                .ok_or_else(|| format!("invalid selector: '{text}'; can't understand '{part}'"))?;
            let (path, value) = part.split_at(at);
            let value = value.get(sign.len()..).unwrap_or("");
            known(path, kind)?;
            terms.push((path.to_owned(), sign == "!=", value.replace('\\', "")));
        }
        Ok(Self(terms))
    }

    /// Whether the object satisfies all terms.
    pub(crate) fn matches(&self, item: &Item<'_>) -> bool {
        self.0.iter().all(|(path, differs, value)| (field(item, path) == *value) != *differs)
    }
}

fn known(path: &str, kind: &KindId) -> Result<(), String> {
    let own = FIELDS.iter().find(|(name, _)| *name == kind.kind).map(|(_, fields)| *fields);
    let is_known = matches!(path, "metadata.name")
        || path == "metadata.namespace" && kind.namespaced
        || own.is_some_and(|fields| fields.split_whitespace().any(|field| field == path));
    if is_known {
        return Ok(());
    }
    Err(match (own, kind.kind) {
        (_, "Job") => format!("field label \"{path}\" not supported for Job"),
        (Some(_), _) => format!("field label not supported: {path}"),
        (None, _) => {
            format!("\"{path}\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\"")
        }
    })
}

fn field(item: &Item<'_>, path: &str) -> String {
    match path {
        "metadata.name" => return item.name().into_owned(),
        "metadata.namespace" => return item.namespace().to_owned(),
        _ => {}
    }
    // Without the whole object where there may be thousands.
    match item.thing {
        Thing::Stored(_, Object::Pod(pod)) if path == "status.phase" => return pod.status.phase.name().to_owned(),
        Thing::Stored(_, Object::Pod(pod)) if path == "spec.nodeName" => {
            return pod.node_name.as_deref().unwrap_or("").to_owned();
        }
        Thing::Stored(_, Object::Job(job)) => return job.status.succeeded.to_string(),
        _ => {}
    }
    let value = item.value();
    let pointer = match path {
        "source" => "/source/component".to_owned(),
        path => format!("/{}", path.replace('.', "/")),
    };
    match (value.pointer(&pointer), path) {
        (Some(Value::Null) | None, "source") => {
            value.get("reportingComponent").map_or(String::new(), super::json_path::shown)
        }
        (Some(Value::Null) | None, "spec.unschedulable" | "spec.hostNetwork") => "false".to_owned(),
        (Some(Value::Null) | None, "status.replicas") => "0".to_owned(),
        (Some(Value::Null) | None, _) => String::new(),
        (Some(found), _) => super::json_path::shown(found),
    }
}

#[cfg(test)]
mod tests {
    use super::super::resources;
    use super::*;

    #[test]
    fn errors_are_the_servers() {
        let (Ok(jobs), Ok(pods), Ok(crons)) =
            (resources::find("jobs"), resources::find("pods"), resources::find("cronjobs"))
        else {
            return;
        };
        assert!(FieldSelector::parse("status.successful=1,metadata.name!=x", jobs).is_ok());
        let error = |text, kind| FieldSelector::parse(text, kind).err().unwrap_or_default();
        assert_eq!(error("status.failed=0", jobs), "field label \"status.failed\" not supported for Job");
        assert_eq!(error("spec.x=1", pods), "field label not supported: spec.x");
        assert!(error("spec.x=1", crons).contains("is not a known field selector"));
        assert_eq!(error("nada", pods), "invalid selector: 'nada'; can't understand 'nada'");
    }
}
