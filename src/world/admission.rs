//! What the API server's admission says to a Pod: the world's side of `manifest::forbidden`, for Pods that controllers
//! make as well as for those of a client.

use super::World;
use crate::api::PodSpec;
use crate::manifest::{self, Forbidden, PodClasses, PodNames};
use serde_json::Value;

impl World {
    /// The objects that Pods may name in their spec.
    pub fn pod_classes(&self) -> PodClasses {
        let mut classes = PodClasses::default();
        for other in self.store.others() {
            classes.learn(&other.kind, &other.metadata.namespace, &other.metadata.name, &other.body);
        }
        classes
    }

    /// Why the server refuses a Pod of that namespace; none if it takes it.
    pub(super) fn forbidden_pod(&self, namespace: &str, spec: &PodSpec) -> Option<Forbidden> {
        let names = names_of(spec);
        let PodNames { account, priority_class, priority, runtime_class } = names;
        if matches!(account, "" | "default")
            && priority_class.is_empty()
            && priority.is_none()
            && runtime_class.is_empty()
        {
            return None;
        }
        manifest::forbidden(namespace, &names, &self.pod_classes())
    }

    /// The priority that the Pod's class gives, if the class is one of the student's own.
    pub(super) fn class_priority(&self, spec: &PodSpec) -> Option<i64> {
        let class = names_of(spec).priority_class;
        if class.is_empty() { None } else { manifest::priority_of(class, &self.pod_classes()) }
    }
}

fn names_of(spec: &PodSpec) -> PodNames<'_> {
    let text = |name: &str| spec.rest.get(name).and_then(Value::as_str).unwrap_or_default();
    PodNames {
        account: spec.service_account_name.as_deref().unwrap_or_default(),
        priority_class: text("priorityClassName"),
        priority: spec.rest.get("priority").and_then(Value::as_i64),
        runtime_class: text("runtimeClassName"),
    }
}
