//! How the fields of the API's objects are merged: the struct tags `patchStrategy` and `patchMergeKey` of
//! `k8s.io/api@v0.37.2`, as the server publishes them.

use super::super::schema::{Kind, Type};

/// A list that is merged element by element.
const MERGED: &[(&str, &str, &str)] = &[
    ("Container", "env", "name"),
    ("Container", "ports", "containerPort"),
    ("Container", "volumeDevices", "devicePath"),
    ("Container", "volumeMounts", "mountPath"),
    ("DeploymentStatus", "conditions", "type"),
    ("EphemeralContainerCommon", "env", "name"),
    ("EphemeralContainerCommon", "ports", "containerPort"),
    ("EphemeralContainerCommon", "volumeDevices", "devicePath"),
    ("EphemeralContainerCommon", "volumeMounts", "mountPath"),
    ("JobStatus", "conditions", "type"),
    ("NamespaceStatus", "conditions", "type"),
    ("ObjectMeta", "finalizers", ""),
    ("ObjectMeta", "ownerReferences", "uid"),
    ("PodSpec", "containers", "name"),
    ("PodSpec", "ephemeralContainers", "name"),
    ("PodSpec", "evictionResponders", "name"),
    ("PodSpec", "hostAliases", "ip"),
    ("PodSpec", "imagePullSecrets", "name"),
    ("PodSpec", "initContainers", "name"),
    ("PodSpec", "resourceClaims", "name"),
    ("PodSpec", "schedulingGates", "name"),
    ("PodSpec", "topologySpreadConstraints", "topologyKey"),
    ("PodSpec", "volumes", "name"),
    ("ServiceSpec", "ports", "port"),
    ("ServiceStatus", "conditions", "type"),
];
/// Fields whose other members go when one is set: unions.
const RETAINS_KEYS: &[(&str, &str)] =
    &[("DeploymentSpec", "strategy"), ("PodSpec", "resourceClaims"), ("PodSpec", "volumes")];

/// How one field is merged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Meta {
    /// The field's own type, without its pointer; of a list the type of its elements.
    pub ty: Type,
    /// The key by which a list's elements are known; none if the list is replaced as a whole, and empty if its
    /// elements are texts.
    pub merge_key: Option<&'static str>,
    /// Whether what isn't named is cleared.
    pub retain_keys: bool,
}

/// What nobody knows is replaced as a whole.
const UNKNOWN: Meta = Meta { ty: Type("a"), merge_key: None, retain_keys: false };

/// How the field of that name in a value of that type is merged.
pub(super) fn lookup(ty: Type, name: &str) -> Meta {
    match ty.pointed().kind() {
        Kind::Map(inner) => Meta { ty: inner, ..UNKNOWN },
        Kind::Struct(of) => {
            let Some((way, field)) = of.field(name) else { return UNKNOWN };
            let owner = way.last().copied().unwrap_or(of.name);
            let ty = match field.ty.pointed().kind() {
                Kind::List(inner) => inner.pointed(),
                _ => field.ty.pointed(),
            };
            let merged = MERGED.iter().find(|(holder, field, _)| *holder == owner && *field == name);
            Meta { ty, merge_key: merged.map(|(_, _, key)| *key), retain_keys: RETAINS_KEYS.contains(&(owner, name)) }
        }
        _ => UNKNOWN,
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::schema;
    use super::*;

    #[test]
    fn the_tables_name_fields_that_there_are() {
        let fields = MERGED.iter().map(|(holder, field, _)| (*holder, *field)).chain(RETAINS_KEYS.iter().copied());
        for (holder, field) in fields {
            let found = schema::find(holder).and_then(|of| of.field(field));
            assert!(found.is_some_and(|(way, _)| way.is_empty()), "{holder} {field}");
        }
    }
}
