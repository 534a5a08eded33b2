//! One object as a command that looks finds it: stored, or made when it is asked for.

use super::served;
use crate::api::{Labels, Object, Timestamp};
use crate::cluster::Oid;
use crate::manifest::Access;
use crate::manifest::KindId;
use serde_json::Value;
use std::borrow::Cow;

/// An object and the resource as which it was asked for.
#[derive(Debug, Clone)]
pub(crate) struct Item<'a> {
    /// The resource.
    pub resource: &'static KindId,
    /// The object.
    pub thing: Thing<'a>,
}

/// Where an object comes from.
#[derive(Debug, Clone)]
pub(crate) enum Thing<'a> {
    /// From the store.
    Stored(Oid, &'a Object),
    /// One that every cluster has, and that nothing here changes.
    Made(Value),
}

impl<'a> Item<'a> {
    /// A stored object as one of the kind.
    pub(crate) fn of(kind: &'static KindId, oid: Oid, object: &'a Object) -> Self {
        Self { resource: kind, thing: Thing::Stored(oid, object) }
    }

    /// The stored object.
    pub(crate) fn stored(&self) -> Option<(Oid, &'a Object)> {
        if let Thing::Stored(oid, object) = self.thing { Some((oid, object)) } else { None }
    }

    /// Its name.
    pub(crate) fn name(&self) -> Cow<'_, str> {
        match &self.thing {
            Thing::Stored(_, object) => object.own_name(),
            Thing::Made(value) => Cow::Borrowed(metadata(value).text("name")),
        }
    }

    /// Its namespace; empty for an object of the cluster.
    pub(crate) fn namespace(&self) -> &str {
        match &self.thing {
            Thing::Stored(_, object) => object.namespace(),
            Thing::Made(value) => metadata(value).text("namespace"),
        }
    }

    /// Its labels.
    pub(crate) fn labels(&self) -> Cow<'_, Labels> {
        match &self.thing {
            Thing::Stored(_, object) => match object.metadata() {
                Some(metadata) => Cow::Borrowed(&*metadata.labels),
                None => Cow::Owned(Labels::new()),
            },
            Thing::Made(value) => {
                let text = |value: &Value| value.as_str().unwrap_or("").to_owned();
                let labels = metadata(value).entries("labels");
                Cow::Owned(labels.into_iter().map(|(key, value)| (key.clone(), text(value))).collect())
            }
        }
    }

    /// The whole object, as the server answers it.
    pub(crate) fn value(&self) -> Value {
        match &self.thing {
            Thing::Stored(_, object) => served::value(object, self.resource),
            Thing::Made(value) => value.clone(),
        }
    }

    /// When it was created.
    pub(crate) fn created(&self) -> Option<Timestamp> {
        match &self.thing {
            Thing::Stored(_, object) => served::created(object),
            Thing::Made(value) => Timestamp::parse(metadata(value).text("creationTimestamp")),
        }
    }
}

fn metadata(value: &Value) -> &Value {
    value.get("metadata").unwrap_or(&Value::Null)
}
