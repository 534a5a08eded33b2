//! Models `pkg/apis/core/validation/validation.go@v1.37.2`, as far as kinds that the laboratory only keeps go: their
//! metadata.

use super::field::Errors;
use super::{meta, names};
use crate::manifest::kinds::KindId;
use serde_json::Value;

/// A new object of another kind.
pub(crate) fn create(object: &Value, kind: &KindId, errors: &mut Errors) {
    let rule: meta::NameRule = match kind.kind {
        "Service" => names::dns_1035_label,
        "Namespace" => names::dns_label,
        "Role" | "RoleBinding" | "ClusterRole" | "ClusterRoleBinding" => any_name,
        _ => names::dns_subdomain,
    };
    meta::metadata(object, rule, errors);
}

fn any_name(_: &str) -> Vec<String> {
    Vec::new()
}
