//! One value for every kind that the store keeps.

use super::{Event, Job, Node, ObjectMeta, Pod};
use serde_json::{Value, json};
use std::borrow::Cow;
use std::rc::Rc;

/// The kinds that the simulator works with; every other kind is [`ObjectKind::Other`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ObjectKind {
    /// `batch/v1` Job.
    Job,
    /// `v1` Pod.
    Pod,
    /// `v1` Event.
    Event,
    /// `v1` Node.
    Node,
    /// `batch/v1` `CronJob`.
    CronJob,
    /// `apps/v1` Deployment.
    Deployment,
    /// `apps/v1` `ReplicaSet`.
    ReplicaSet,
    /// Stored and shown, but inert.
    Other,
}

impl ObjectKind {
    /// The kind as the API writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Job => "Job",
            Self::Pod => "Pod",
            Self::Event => "Event",
            Self::Node => "Node",
            Self::CronJob => "CronJob",
            Self::Deployment => "Deployment",
            Self::ReplicaSet => "ReplicaSet",
            Self::Other => "Object",
        }
    }
}

/// An object that is kept as JSON: of a kind that isn't simulated, or whose controller reads it as such.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Other {
    /// Changes with every write.
    pub resource_version: u64,
    /// Group and version.
    pub api_version: String,
    /// Its kind.
    pub kind: String,
    /// Name, labels.
    pub metadata: Rc<ObjectMeta>,
    /// Everything else.
    pub body: Rc<Value>,
}

/// Any object of the store; cloning shares it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Object {
    /// A Job.
    Job(Rc<Job>),
    /// A Pod.
    Pod(Rc<Pod>),
    /// An event.
    Event(Rc<Event>),
    /// A node.
    Node(Rc<Node>),
    /// Anything else.
    Other(Rc<Other>),
}

impl Object {
    /// Its kind.
    pub fn kind(&self) -> ObjectKind {
        match self {
            Self::Job(_) => ObjectKind::Job,
            Self::Pod(_) => ObjectKind::Pod,
            Self::Event(_) => ObjectKind::Event,
            Self::Node(_) => ObjectKind::Node,
            Self::Other(other) => match other.kind.as_str() {
                "CronJob" => ObjectKind::CronJob,
                "Deployment" => ObjectKind::Deployment,
                "ReplicaSet" => ObjectKind::ReplicaSet,
                _ => ObjectKind::Other,
            },
        }
    }

    /// Its name; of an event the name of the object that it is about.
    pub fn name(&self) -> &str {
        match self {
            Self::Job(job) => &job.metadata.name,
            Self::Pod(pod) => &pod.metadata.name,
            // Events are listed by what they are about; nothing looks one up by its own name.
            Self::Event(event) => &event.about_name,
            Self::Node(node) => &node.metadata.name,
            Self::Other(other) => &other.metadata.name,
        }
    }

    /// The kind as the API writes it, also of an inert object.
    pub fn api_kind(&self) -> &str {
        if let Self::Other(other) = self { &other.kind } else { self.kind().name() }
    }

    /// Its kind; of an event that of the object that it is about.
    pub fn told_kind(&self) -> ObjectKind {
        if let Self::Event(event) = self { event.about_kind } else { self.kind() }
    }

    /// Its own name, also of an event.
    pub fn own_name(&self) -> Cow<'_, str> {
        if let Self::Event(event) = self { Cow::Owned(event.name()) } else { Cow::Borrowed(self.name()) }
    }

    /// Its namespace; empty for objects of the cluster.
    pub fn namespace(&self) -> &str {
        match self {
            Self::Event(event) => &event.namespace,
            _ => self.metadata().map_or("", |metadata| &metadata.namespace),
        }
    }

    /// Its uid; of an event that of the object that it is about.
    pub fn uid(&self) -> &str {
        match self {
            Self::Event(event) => &event.about_uid,
            _ => self.metadata().map_or("", |metadata| &metadata.uid),
        }
    }

    /// Its metadata; an event keeps its own in its fields.
    pub fn metadata(&self) -> Option<&Rc<ObjectMeta>> {
        match self {
            Self::Job(job) => Some(&job.metadata),
            Self::Pod(pod) => Some(&pod.metadata),
            Self::Node(node) => Some(&node.metadata),
            Self::Other(other) => Some(&other.metadata),
            Self::Event(_) => None,
        }
    }

    /// The Job, if it is one.
    pub fn as_job(&self) -> Option<&Rc<Job>> {
        if let Self::Job(job) = self { Some(job) } else { None }
    }

    /// The Pod, if it is one.
    pub fn as_pod(&self) -> Option<&Rc<Pod>> {
        if let Self::Pod(pod) = self { Some(pod) } else { None }
    }

    /// The event, if it is one.
    pub fn as_event(&self) -> Option<&Rc<Event>> {
        if let Self::Event(event) = self { Some(event) } else { None }
    }

    /// The object that is kept as JSON, if it is one.
    pub fn as_other(&self) -> Option<&Rc<Other>> {
        if let Self::Other(other) = self { Some(other) } else { None }
    }

    /// The node, if it is one.
    pub fn as_node(&self) -> Option<&Rc<Node>> {
        if let Self::Node(node) = self { Some(node) } else { None }
    }
}

/// What a serialisation of plain data can't fail at.
fn plain<T: serde::Serialize>(data: &T) -> Value {
    serde_json::to_value(data).unwrap_or(Value::Null)
}

fn with_version(metadata: &ObjectMeta, resource_version: u64) -> Value {
    let mut metadata = plain(metadata);
    if let Value::Object(fields) = &mut metadata {
        fields.insert("resourceVersion".to_owned(), Value::String(resource_version.to_string()));
    }
    metadata
}

impl Job {
    /// The object as the API shows it.
    pub fn to_value(&self) -> Value {
        json!({
            "apiVersion": "batch/v1",
            "kind": "Job",
            "metadata": with_version(&self.metadata, self.resource_version),
            "spec": plain(&*self.spec),
            "status": plain(&*self.status),
        })
    }
}

impl Other {
    /// The object as the API shows it.
    pub fn to_value(&self) -> Value {
        let mut value = Value::clone(&self.body);
        if let Value::Object(fields) = &mut value {
            fields.insert("metadata".to_owned(), with_version(&self.metadata, self.resource_version));
        }
        value
    }
}

impl Pod {
    /// The object as the API shows it.
    pub fn to_value(&self) -> Value {
        let mut spec = plain(&*self.spec);
        if let (Value::Object(fields), Some(node)) = (&mut spec, &self.node_name) {
            fields.insert("nodeName".to_owned(), Value::String(node.to_string()));
        }
        json!({
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": with_version(&self.metadata, self.resource_version),
            "spec": spec,
            "status": plain(&*self.status),
        })
    }

    /// The containers' statuses, init containers first.
    pub fn all_statuses(&self) -> impl Iterator<Item = &super::ContainerStatus> {
        self.status.init_container_statuses.iter().chain(&*self.status.container_statuses)
    }

    /// The completion index, read from the annotation as the Job controller does.
    pub fn completion_index(&self) -> Option<u32> {
        self.metadata.annotations.get("batch.kubernetes.io/job-completion-index").and_then(|index| index.parse().ok())
    }
}

impl Job {
    /// Reads a Job as the API shows it, without its status.
    ///
    /// # Errors
    /// What doesn't fit the types, which strict decoding has told before.
    pub fn from_value(value: &Value) -> Result<Self, serde_json::Error> {
        let part = |name: &str| value.get(name).cloned().unwrap_or_else(|| json!({}));
        Ok(Self {
            resource_version: 0,
            metadata: Rc::new(serde_json::from_value(part("metadata"))?),
            spec: Rc::new(serde_json::from_value(part("spec"))?),
            status: Rc::default(),
        })
    }
}
