//! What the server answers to a request of `get`, `list` or `watch`.
//!
//! Models `staging/src/k8s.io/apiserver/pkg/registry/generic/registry/store.go@v1.37.2`, `ListPredicate`.

use super::failure::Failure;
use super::field_selector::FieldSelector;
use super::items::{Item, Thing};
use super::label_selector::LabelSelector;
use super::scene::Scene;
use super::{furniture, served};
use crate::api::Object;
use crate::cluster::Oid;
use crate::manifest::KindId;
use std::borrow::Cow;

/// Which objects of a type a request of `list` or `watch` is about.
#[derive(Debug, Clone)]
pub(crate) struct Filter {
    /// The type.
    kind: &'static KindId,
    /// The namespace; empty for all, and for a type of the cluster.
    namespace: String,
    /// The only name that counts, if one does.
    pub name: Option<String>,
    labels: LabelSelector,
    fields: FieldSelector,
}

impl Filter {
    /// Reads the selectors.
    ///
    /// # Errors
    /// What the server says of a selector that it can't use.
    pub(crate) fn new(
        kind: &'static KindId,
        namespace: &str,
        label: Option<&str>,
        field: Option<&str>,
    ) -> Result<Self, Failure> {
        let refused = |problem: String| {
            Failure::Server(
                "BadRequest",
                format!(
                    "Unable to find \"{}/{}, Resource={}\" that match label selector \"{}\", field selector \"{}\": {problem}",
                    kind.group,
                    kind.version,
                    kind.plural,
                    label.unwrap_or(""),
                    field.unwrap_or("")
                ),
            )
        };
        if !kind.is_listable() {
            let text = "the server does not allow this method on the requested resource".to_owned();
            return Err(Failure::Server("MethodNotAllowed", text));
        }
        Ok(Self {
            kind,
            namespace: if kind.namespaced { namespace.to_owned() } else { String::new() },
            name: None,
            labels: LabelSelector::parse(label.unwrap_or("")).map_err(&refused)?,
            fields: FieldSelector::parse(field.unwrap_or(""), kind).map_err(&refused)?,
        })
    }

    /// Whether it is about the object, which is one of the type.
    pub(crate) fn matches(&self, item: &Item<'_>) -> bool {
        (self.namespace.is_empty() || item.namespace() == self.namespace)
            && self.name.as_ref().is_none_or(|name| *item.name() == **name)
            && (self.labels.is_empty() || self.labels.matches(&item.labels()))
            && self.fields.matches(item)
    }

    /// The stored object as one of the type, if it is one and meant.
    pub(crate) fn item<'a>(&self, oid: Oid, object: &'a Object) -> Option<Item<'a>> {
        let item = Item { resource: self.kind, thing: Thing::Stored(oid, object) };
        (served::is_of(object, self.kind) && self.matches(&item)).then_some(item)
    }
}

/// The objects of a type in a namespace (all, if it is empty), by namespace and name.
///
/// # Errors
/// What the server says of a selector that it can't use.
pub(crate) fn list<'a>(
    scene: &'a dyn Scene,
    kind: &'static KindId,
    namespace: &str,
    label: Option<&str>,
    field: Option<&str>,
) -> Result<Vec<Item<'a>>, Failure> {
    let filter = Filter::new(kind, namespace, label, field)?;
    let stored = scene.objects().filter_map(|(oid, object)| filter.item(oid, object));
    let made = furniture::of(scene, kind).into_iter().filter(|item| filter.matches(item));
    // With thousands of objects it is the comparisons that cost: what they compare lies together.
    let mut found: Vec<(Cow<'a, str>, Cow<'a, str>, u32)> = Vec::new();
    let mut items: Vec<Option<Item<'a>>> = Vec::new();
    for (item, place) in stored.chain(made).zip(0..) {
        let (namespace, name) = match item.thing {
            Thing::Stored(_, object) => (Cow::Borrowed(object.namespace()), object.own_name()),
            Thing::Made(_) => (Cow::Owned(item.namespace().to_owned()), Cow::Owned(item.name().into_owned())),
        };
        found.push((namespace, name, place));
        items.push(Some(item));
    }
    found.sort_unstable();
    Ok(found.iter().filter_map(|(.., place)| items.get_mut(*place as usize)?.take()).collect())
}

/// The object of that name.
pub(crate) fn find<'a>(scene: &'a dyn Scene, kind: &'static KindId, namespace: &str, name: &str) -> Option<Item<'a>> {
    let namespace = if kind.namespaced { namespace } else { "" };
    if let Some(oid) = scene.find(kind.kind, namespace, name)
        && let Some(object) = scene.object(oid)
    {
        return Some(Item { resource: kind, thing: Thing::Stored(oid, object) });
    }
    furniture::of(scene, kind).into_iter().find(|item| item.name() == name && item.namespace() == namespace)
}
