//! Models `staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/types.go@v1.37.2`.
//!
//! Leaves out: managedFields (kubectl hides them), selfLink.

use super::{Labels, Rest, Timestamp};
use serde::{Deserialize, Serialize};
use std::rc::Rc;

/// What every object carries: its name, identity, labels, owners.
///
/// Texts and lists are shared: a new version of an object copies only what changed.
///
/// `resourceVersion` is not here but beside it (`Job::resource_version`), since it changes with
/// every write while the rest is shared.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ObjectMeta {
    /// Free notes.
    #[serde(skip_serializing_if = "is_empty_map")]
    pub annotations: Rc<Labels>,
    /// When the server stored the object first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub creation_timestamp: Option<Timestamp>,
    /// Seconds that a graceful deletion may take.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deletion_grace_period_seconds: Option<i64>,
    /// When a graceful deletion will be over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deletion_timestamp: Option<Timestamp>,
    /// Who must act before the object may vanish.
    #[serde(skip_serializing_if = "is_empty_list")]
    pub finalizers: Rc<Vec<String>>,
    /// Prefix of a name that the server completed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub generate_name: Option<Rc<str>>,
    /// Counts the changes of the spec.
    #[serde(skip_serializing_if = "is_zero")]
    pub generation: i64,
    /// What selectors look at.
    #[serde(skip_serializing_if = "is_empty_map")]
    pub labels: Rc<Labels>,
    /// Unique among the living objects of a kind in a namespace.
    #[serde(skip_serializing_if = "is_empty_text")]
    pub name: Rc<str>,
    /// The namespace; empty for objects of the cluster.
    #[serde(skip_serializing_if = "is_empty_text")]
    pub namespace: Rc<str>,
    /// Which objects this one belongs to.
    #[serde(skip_serializing_if = "is_empty_list")]
    pub owner_references: Rc<Vec<OwnerReference>>,
    /// Unique over all time.
    #[serde(skip_serializing_if = "is_empty_text")]
    pub uid: Rc<str>,
    /// Fields carried but not read.
    #[serde(flatten)]
    pub rest: Rest,
}

fn is_empty_map(map: &Rc<Labels>) -> bool {
    map.is_empty()
}

fn is_empty_text(text: &Rc<str>) -> bool {
    text.is_empty()
}

fn is_empty_list<T>(list: &Rc<Vec<T>>) -> bool {
    list.is_empty()
}

// serde hands the field by reference.
#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_zero(number: &i64) -> bool {
    *number == 0
}

impl ObjectMeta {
    /// The owner that manages this object (`controller: true`), if any.
    pub fn controller(&self) -> Option<&OwnerReference> {
        self.owner_references.iter().find(|owner| owner.controller)
    }

    /// Whether the finalizer is set.
    pub fn has_finalizer(&self, name: &str) -> bool {
        self.finalizers.iter().any(|finalizer| finalizer == name)
    }

    /// Whether a deletion was asked for.
    pub fn is_deleting(&self) -> bool {
        self.deletion_timestamp.is_some()
    }
}

/// A link to an owner.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct OwnerReference {
    /// Group and version, such as `batch/v1`.
    pub api_version: Rc<str>,
    /// Whether foreground deletion of the owner waits for this object.
    #[serde(skip_serializing_if = "is_false")]
    pub block_owner_deletion: bool,
    /// Whether the owner manages this object.
    #[serde(skip_serializing_if = "is_false")]
    pub controller: bool,
    /// Kind of the owner.
    pub kind: Rc<str>,
    /// Name of the owner.
    pub name: Rc<str>,
    /// uid of the owner; a new object of the same name is no owner.
    pub uid: Rc<str>,
}

#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_false(flag: &bool) -> bool {
    !*flag
}

/// Chooses objects by their labels.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct LabelSelector {
    /// Labels that must have exactly these values.
    #[serde(skip_serializing_if = "Labels::is_empty")]
    pub match_labels: Labels,
    /// Further requirements, all of which must hold.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub match_expressions: Vec<LabelSelectorRequirement>,
}

/// One requirement of a [`LabelSelector`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct LabelSelectorRequirement {
    /// The label's key.
    pub key: String,
    /// `In`, `NotIn`, `Exists` or `DoesNotExist`.
    pub operator: String,
    /// The values of `In` and `NotIn`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
}
