//! Models `pkg/apis/core/validation/validation.go@v1.37.2`, `validateResourceRequirements`.

use super::field::{Errors, Path};
use super::names;
use crate::api::Quantity;
use crate::manifest::access::{Access, Names, sub};
use crate::manifest::gotext::quote;
use serde_json::Value;

/// `resources` of a container.
pub(crate) fn requirements(container: &Value, pod_claims: &Names, path: &Path, errors: &mut Errors) {
    let resources = sub(container, "resources");
    let (limits_path, requests_path) = (path.child("limits"), path.child("requests"));
    let limits = sub(resources, "limits");
    let mut huge = false;
    let mut compute = false;
    for (name, amount) in resources.entries("limits") {
        resource(name, amount, &limits_path.key(name), errors);
        huge |= is_huge_page(name);
        compute |= matches!(name.as_str(), "cpu" | "memory");
    }
    for (name, amount) in resources.entries("requests") {
        resource(name, amount, &requests_path.key(name), errors);
        huge |= is_huge_page(name);
        compute |= matches!(name.as_str(), "cpu" | "memory");
        let request = amount.as_str().unwrap_or("0");
        match limits.field(name).and_then(Value::as_str) {
            Some(limit) => compare(name, request, limit, &requests_path, errors),
            None if !overcommits(name) => {
                errors.required(&limits_path, "Limit must be set for non overcommitable resources");
            }
            None => {}
        }
    }
    if huge && !compute {
        errors.forbidden(path, "HugePages require cpu or memory");
    }
    claims(resources, pod_claims, &path.child("claims"), errors);
}

/// `resources` of the Pod as a whole.
pub(crate) fn of_pod(spec: &Value, claims: &Names, path: &Path, errors: &mut Errors) {
    if !spec.has("resources") {
        return;
    }
    let path = path.child("resources");
    let limits = sub(sub(spec, "resources"), "limits");
    let resources_of = |container: &Value, list: &str, name: &str| {
        Quantity::parse(sub(sub(container, "resources"), list).text(name)).ok()
    };
    for list in ["limits", "requests"] {
        let list_path = path.child(list);
        for (name, _) in sub(spec, "resources").entries(list) {
            if !matches!(name.as_str(), "cpu" | "memory") && !is_huge_page(name) {
                errors.supported(&list_path.key(name), name, &["cpu", "hugepages-", "memory"]);
            }
        }
    }
    requirements(spec, claims, &path, errors);
    for (name, amount) in sub(spec, "resources").entries("requests") {
        let Some(wanted) = amount.as_str().and_then(|text| Quantity::parse(text).ok()) else { continue };
        let total: i128 =
            spec.list("containers").iter().filter_map(|c| resources_of(c, "requests", name)).map(Quantity::milli).sum();
        if total > wanted.milli() {
            let shown = Quantity::parse(&format!("{total}m")).map_or_else(|_| total.to_string(), |q| q.to_string());
            let detail = format!("must be greater than or equal to aggregate container requests of {shown}");
            errors.invalid(&path.child("requests").key(name), &wanted.to_string(), &detail);
        }
    }
    let containers = path.child("containers");
    for (index, container) in spec.list("containers").iter().enumerate() {
        let item = containers.index(index);
        for (name, amount) in sub(container, "resources").entries("limits") {
            let pod_limit = limits.text(name);
            let (Some(limit), Ok(most)) = (resources_of(container, "limits", name), Quantity::parse(pod_limit)) else {
                continue;
            };
            if limit.milli() > most.milli() {
                let detail = format!("must be less than or equal to pod limits of {pod_limit}");
                errors.invalid(&item.key(name).child("limits"), amount.as_str().unwrap_or(""), &detail);
            }
        }
    }
}

fn compare(name: &str, request: &str, limit: &str, path: &Path, errors: &mut Errors) {
    let (Ok(wanted), Ok(most)) = (Quantity::parse(request), Quantity::parse(limit)) else { return };
    let (wanted, most) = (wanted.milli(), most.milli());
    if wanted != most && !overcommits(name) {
        errors.invalid(path, request, &format!("must be equal to {name} limit of {limit}"));
    } else if wanted > most {
        errors.invalid(path, request, &format!("must be less than or equal to {name} limit of {limit}"));
    }
}

fn resource(name: &str, amount: &Value, path: &Path, errors: &mut Errors) {
    resource_name(name, path, errors);
    let Some((text, quantity)) = amount_of(name, amount, path, errors) else { return };
    if let Some(size) = name.strip_prefix("hugepages-").and_then(|size| Quantity::parse(size).ok()) {
        let (amount, size) = (quantity.milli(), size.milli());
        if size > 0 && (amount < 0 || amount % size != 0) {
            errors.invalid(path, text, &format!("{text} is not positive integer multiple of {name}"));
        }
    }
}

/// An amount, as it is written and as it is: `ValidateResourceQuantityValue`. None if it can't be read.
fn amount_of<'a>(name: &str, amount: &'a Value, path: &Path, errors: &mut Errors) -> Option<(&'a str, Quantity)> {
    let text = amount.as_str().unwrap_or("0");
    let quantity = Quantity::parse(text).ok()?;
    if quantity.is_negative() {
        errors.invalid(path, text, "must be greater than or equal to 0");
    }
    if (is_extended(name) || is_counted(name)) && !quantity.seems_whole() {
        errors.invalid_shown(path, quote(text), "must be an integer");
    }
    Some((text, quantity))
}

fn resource_name(name: &str, path: &Path, errors: &mut Errors) {
    let problems = names::label_key(name);
    let standard = matches!(name, "cpu" | "memory" | "ephemeral-storage") || is_huge_page(name);
    if problems.is_empty() {
        if !name.contains('/') && !standard && !is_quota_name(name) {
            errors.invalid(path, name, "must be a standard resource type or fully qualified");
        }
    } else {
        errors.invalid_each(path, name, problems);
    }
    if !name.contains('/') {
        if !standard {
            errors.invalid(path, name, "must be a standard resource for containers");
        }
    } else if !is_native(name) && !is_extended(name) {
        errors.invalid(path, name, "doesn't follow extended resource name standard");
    }
}

/// A line of a quota: `ValidateResourceQuotaResourceName` and `ValidateResourceQuantityValue`.
pub(crate) fn of_quota(name: &str, amount: &Value, path: &Path, errors: &mut Errors) {
    of_limits(name, false, path, errors);
    if !name.contains('/') && !is_quota_standard(name) {
        errors.invalid(path, name, "must be a standard resource for quota");
    }
    amount_of(name, amount, path, errors);
}

/// A resource of a limit range's list: one of containers, or of anything.
pub(crate) fn of_limits(name: &str, in_containers: bool, path: &Path, errors: &mut Errors) {
    if in_containers {
        return resource_name(name, path, errors);
    }
    let problems = names::label_key(name);
    if !problems.is_empty() {
        errors.invalid_each(path, name, problems);
    } else if !name.contains('/') && !is_quota_standard(name) && !is_huge_page(name) {
        errors.invalid(path, name, "must be a standard resource type or fully qualified");
    }
}

/// Whether a quota may have a line of that name without a domain. Models `IsStandardQuotaResourceName`.
pub(crate) fn is_quota_standard(name: &str) -> bool {
    matches!(name, "cpu" | "memory" | "ephemeral-storage")
        || is_quota_name(name) && name != "storage"
        || is_huge_page(name)
        || name.strip_prefix("requests.").is_some_and(is_huge_page)
}

/// Names of what comes in whole numbers.
fn is_counted(name: &str) -> bool {
    let names = "pods services replicationcontrollers resourcequotas secrets configmaps persistentvolumeclaims \
                 services.nodeports services.loadbalancers";
    names.split(' ').any(|known| known == name) || name.starts_with("count/")
}

/// Names that are standard in quotas, not in containers.
fn is_quota_name(name: &str) -> bool {
    matches!(
        name,
        "storage"
            | "pods"
            | "services"
            | "replicationcontrollers"
            | "resourcequotas"
            | "secrets"
            | "configmaps"
            | "persistentvolumeclaims"
            | "services.nodeports"
            | "services.loadbalancers"
            | "requests.cpu"
            | "requests.memory"
            | "requests.storage"
            | "requests.ephemeral-storage"
            | "limits.cpu"
            | "limits.memory"
            | "limits.ephemeral-storage"
    )
}

fn is_huge_page(name: &str) -> bool {
    name.starts_with("hugepages-")
}

fn is_native(name: &str) -> bool {
    !name.contains('/') || name.contains("kubernetes.io/")
}

fn is_extended(name: &str) -> bool {
    !is_native(name) && !name.starts_with("requests.") && names::label_key(&format!("requests.{name}")).is_empty()
}

fn overcommits(name: &str) -> bool {
    is_native(name) && !is_huge_page(name)
}

fn claims(resources: &Value, pod_claims: &Names, path: &Path, errors: &mut Errors) {
    let mut seen = Names::default();
    for (index, claim) in resources.list("claims").iter().enumerate() {
        let path = path.index(index);
        let (name, request) = (claim.text("name"), claim.text("request"));
        if name.is_empty() {
            errors.required(&path, "");
            continue;
        }
        let key = if request.is_empty() { name.to_owned() } else { format!("{name}/{request}") };
        if !seen.insert(&key) {
            errors.duplicate(&path, &key);
        }
        if !pod_claims.has(name) {
            let empty = if pod_claims.is_empty() { " which is empty" } else { "" };
            errors.not_found(&path, name, &format!("must be one of the names in pod.spec.resourceClaims{empty}"));
        }
    }
}
