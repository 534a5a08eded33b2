//! How a cluster begins: one node, ready, with plenty of room.

use super::{ClientLimit, Limits, World};
use crate::api::{Node, NodeSpec, Object, ObjectMeta, Rest, Timestamp};
use crate::because::Because;
use crate::cluster::kubelet::Kubelet;
use crate::cluster::{Recorder, Store, names};
use crate::engine::{StepQueue, WorkQueue, stream};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// 2026-01-01T09:00:00Z: where the virtual wall clock stands when nothing says otherwise.
const DEFAULT_EPOCH: Timestamp = Timestamp(1_767_258_000);

/// What a cluster is set up with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// All randomness comes from it.
    pub seed: u64,
    /// Name of the node.
    pub node: Rc<str>,
    /// Namespace of the student's objects.
    pub namespace: Rc<str>,
    /// The second of a minute at which the run begins.
    pub start_second: u32,
    /// Whether kubectl is called through a wrapper that says `-n NAMESPACE`, as the recordings' was.
    pub bound_kubectl: bool,
    /// Whether the Job controller's client is limited to 20 calls a second, as by default it is.
    pub client_limit: bool,
    /// Whether the node is the reference cluster's, which takes the variable `ORACLE_OOM` of a
    /// container that was killed for a sign that its memory limit did it.
    pub reference: bool,
    /// Whether the node's runtime runs no command for a probe, as the reference cluster's.
    pub inert_probes: bool,
    /// What a run may grow to.
    pub limits: Limits,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            seed: 1,
            node: Rc::from("nodo-1"),
            namespace: Rc::from("default"),
            start_second: 0,
            bound_kubectl: false,
            client_limit: true,
            reference: false,
            inert_probes: false,
            limits: Limits::default(),
        }
    }
}

impl World {
    /// A cluster at its beginning. The clock starts at no particular part of a second.
    pub fn new(settings: Settings) -> Self {
        let seed = settings.seed;
        let part_ms = stream(seed, "part of a second").below(1_000);
        let start_ms = u64::from(settings.start_second) * 1_000 + part_ms;
        let epoch_ms = DEFAULT_EPOCH.unix_ms().saturating_add_unsigned(start_ms);
        let mut uids = stream(seed, "uids");
        let mut store = Store::new(epoch_ms);
        let started = store.timestamp(0);
        store.create(0, node(&settings.node, started, &mut uids), Because::Started);
        let mut world = Self {
            now_ms: 0,
            store,
            recorder: Recorder::default(),
            queue: StepQueue::default(),
            kubelet: Kubelet::new(&settings.node, seed, settings.reference).with_inert_probes(settings.inert_probes),
            nodes: super::node_lifecycle::NodeWatch::new(seed),
            pod_gc: super::pod_gc::PodGc::default(),
            jobs: WorkQueue::default(),
            cron_jobs: WorkQueue::default(),
            workloads: WorkQueue::default(),
            quota_turns: WorkQueue::default(),
            restrictions: super::quotas::Restrictions::default(),
            failures: BTreeMap::new(),
            sync_errors: BTreeMap::new(),
            in_flight: BTreeMap::new(),
            client: ClientLimit::new(settings.client_limit),
            unscheduled: BTreeSet::new(),
            created: BTreeMap::new(),
            draws: (stream(seed, "names"), uids),
            admitted: Vec::new(),
            common: Vec::new(),
            telling: Vec::new(),
            pods: 0,
            written: 0,
            bound: None,
            settings,
        };
        // The node's own appearance is no news for anybody.
        world.store.swap_changes(&mut Vec::new());
        world
    }
}

fn node(name: &Rc<str>, started: Timestamp, uids: &mut crate::engine::Stream) -> Object {
    let labels = [
        ("beta.kubernetes.io/arch", "amd64"),
        ("beta.kubernetes.io/os", "linux"),
        ("kubernetes.io/arch", "amd64"),
        ("kubernetes.io/hostname", name),
        ("kubernetes.io/os", "linux"),
    ];
    let amounts = json!({"cpu": "4", "ephemeral-storage": "0", "memory": "8Gi", "pods": "600"});
    let mut status = Rest::new();
    status.insert("allocatable".to_owned(), amounts.clone());
    status.insert("capacity".to_owned(), amounts);
    status.insert(
        "conditions".to_owned(),
        json!([{
            "type": "Ready", "status": "True", "reason": "KubeletReady", "message": "kubelet is posting ready status",
        }]),
    );
    Object::Node(Rc::new(Node {
        resource_version: 1,
        metadata: Rc::new(ObjectMeta {
            labels: Rc::new(labels.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect()),
            creation_timestamp: Some(started),
            name: Rc::clone(name),
            uid: Rc::from(names::uid(uids)),
            ..ObjectMeta::default()
        }),
        spec: NodeSpec::default(),
        status,
    }))
}
