//! Models what the API server does around a write: `pkg/registry/core/pod/strategy.go@v1.37.2`
//! (`CheckGracefulDelete`), `pkg/registry/batch/job/strategy.go` and
//! `staging/src/k8s.io/apiserver/pkg/registry/rest/delete.go`.

use super::{Oid, Store, names};
use crate::api::{
    Container, Job, Object, ObjectMeta, Pod, PodCondition, PodConditionKind, PodSpec, PodStatus, Timestamp, Toleration,
};
use crate::because::Because;
use crate::engine::Stream;
use serde_json::Value;
use std::rc::Rc;

/// Stores a new Pod under a generated name.
pub fn create_pod(
    store: &mut Store,
    now_ms: u64,
    mut metadata: ObjectMeta,
    spec: Rc<PodSpec>,
    draws: &mut (Stream, Stream),
    because: Because,
) -> Oid {
    name_pod(store, &mut metadata, draws);
    metadata.uid = Rc::from(names::uid(&mut draws.1));
    metadata.creation_timestamp = Some(store.timestamp(now_ms));
    let mut status = PodStatus { qos_class: qos_class(&spec), ..PodStatus::default() };
    if spec.is_gated() {
        status.conditions = Rc::new(vec![gated(store.timestamp(now_ms))]);
    }
    let pod = Pod {
        resource_version: store.next_revision(),
        metadata: Rc::new(metadata),
        spec,
        node_name: None,
        status: store.share_status(status),
    };
    store.create(now_ms, Object::Pod(Rc::new(pod)), because)
}

/// Makes a name up for a Pod that has only its beginning.
pub fn name_pod(store: &Store, metadata: &mut ObjectMeta, draws: &mut (Stream, Stream)) {
    if !metadata.name.is_empty() {
        return;
    }
    let prefix = metadata.generate_name.clone().unwrap_or_else(|| Rc::from(""));
    let mut name = names::generate(&prefix, &mut draws.0);
    // The server tries up to eight times before it reports the clash.
    for _ in 0..7 {
        if store.find(crate::api::ObjectKind::Pod, &metadata.namespace, &name).is_none() {
            break;
        }
        name = names::generate(&prefix, &mut draws.0);
    }
    metadata.name = Rc::from(name);
}

/// Models `pkg/registry/core/pod/strategy.go@v1.37.2`, `applySchedulingGatedCondition`.
fn gated(now: Timestamp) -> PodCondition {
    PodCondition {
        last_transition_time: Some(now),
        message: Some(Rc::from("Scheduling is blocked due to non-empty scheduling gates")),
        reason: Some("SchedulingGated"),
        holds: false,
        kind: PodConditionKind::PodScheduled,
    }
}

/// What admission adds to the spec of every Pod, once for all Pods of a template.
pub fn admitted_spec(spec: &PodSpec) -> PodSpec {
    let mut spec = spec.clone();
    for container in spec.containers.iter_mut().chain(&mut spec.init_containers) {
        ask_for_limits(container);
    }
    for key in ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"] {
        let tolerated = spec.tolerations.iter().any(|toleration| {
            (toleration.key == key || toleration.key.is_empty())
                && (toleration.effect == "NoExecute" || toleration.effect.is_empty())
        });
        if !tolerated {
            spec.tolerations.push(Toleration {
                effect: "NoExecute".to_owned(),
                key: key.to_owned(),
                operator: "Exists".to_owned(),
                toleration_seconds: Some(300),
                value: String::new(),
            });
        }
    }
    spec
}

/// A container that doesn't say what it asks for asks for what it is limited to. Models `SetDefaults_Pod`.
fn ask_for_limits(container: &mut Rc<Container>) {
    let limits = container.amounts("limits");
    let requests = container.amounts("requests");
    if limits.keys().all(|resource| requests.contains_key(resource)) {
        return;
    }
    let Some(Value::Object(lists)) = &mut Rc::make_mut(container).resources else { return };
    let limits = lists.get("limits").and_then(Value::as_object).cloned().unwrap_or_default();
    let requests = lists.entry("requests").or_insert_with(|| Value::Object(serde_json::Map::new()));
    if let Value::Object(requests) = requests {
        for (resource, amount) in limits {
            requests.entry(resource).or_insert(amount);
        }
    }
}

/// Models `pkg/apis/core/v1/helper/qos/qos.go@v1.37.2`, `ComputePodQOS`.
fn qos_class(spec: &PodSpec) -> &'static str {
    let mut any = false;
    let mut guaranteed = true;
    for container in spec.containers.iter().chain(&spec.init_containers) {
        for resource in ["cpu", "memory"] {
            let amount = |kind: &str| {
                container.resources.as_ref().and_then(|resources| resources.get(kind)?.get(resource).cloned())
            };
            let (request, limit) = (amount("requests"), amount("limits"));
            any |= request.is_some() || limit.is_some();
            guaranteed &=
                limit.is_some() && request.as_ref().is_none_or(|request| same_amount(request, limit.as_ref()));
        }
    }
    match (any, guaranteed) {
        (false, _) => "BestEffort",
        (true, true) => "Guaranteed",
        (true, false) => "Burstable",
    }
}

fn same_amount(request: &Value, limit: Option<&Value>) -> bool {
    limit.is_some_and(|limit| limit == request)
}

/// Deletes a Pod: with a grace period, or at once if it isn't assigned or has ended.
pub fn delete_pod(store: &mut Store, now_ms: u64, oid: Oid, grace_seconds: Option<i64>, because: &Because) {
    let Some(pod) = store.pod(oid) else { return };
    let immediate = pod.node_name.is_none() || pod.status.is_terminal();
    let asked = grace_seconds.unwrap_or_else(|| pod.spec.grace_seconds());
    let grace = match asked {
        _ if immediate => 0,
        negative if negative < 0 => 1,
        asked => asked,
    };
    let before = pod.metadata.deletion_grace_period_seconds;
    let goes = grace == 0 && pod.metadata.finalizers.is_empty();
    if before.is_some_and(|before| before <= grace) {
        if goes {
            store.remove(now_ms, oid, because.clone());
        }
        return;
    }
    // The deletion's instant is kept when the grace is shortened: it counts from the first wish.
    let asked_at: Timestamp = store.timestamp(now_ms);
    let until = Timestamp(asked_at.0 + grace);
    store.update_pod(now_ms, oid, because.clone(), |pod| {
        let metadata = Rc::make_mut(&mut pod.metadata);
        metadata.deletion_grace_period_seconds = Some(grace);
        metadata.deletion_timestamp = Some(metadata.deletion_timestamp.map_or(until, |earlier| earlier.min(until)));
        metadata.generation += 1;
    });
    // It is marked in any case: a watcher sees that before it sees the Pod go.
    if goes {
        store.remove(now_ms, oid, because.clone());
    }
}

/// Takes a finalizer off a Pod; with the last one goes a Pod whose deletion is due.
pub fn remove_finalizer(store: &mut Store, now_ms: u64, oid: Oid, finalizer: &str, because: &Because) {
    store.update_pod(now_ms, oid, because.clone(), |pod| {
        if pod.metadata.has_finalizer(finalizer) {
            let metadata = Rc::make_mut(&mut pod.metadata);
            let left = metadata.finalizers.iter().filter(|other| *other != finalizer);
            metadata.finalizers = Rc::new(left.cloned().collect());
        }
    });
    let due = store
        .pod(oid)
        .is_some_and(|pod| pod.metadata.finalizers.is_empty() && pod.metadata.deletion_grace_period_seconds == Some(0));
    if due {
        store.remove(now_ms, oid, Because::Removed);
    }
}

/// Stores a Job that was read and defaulted: with uid, time and generation.
pub fn create_job(store: &mut Store, now_ms: u64, mut job: Job, because: Because) -> Oid {
    let metadata = Rc::make_mut(&mut job.metadata);
    metadata.creation_timestamp = Some(store.timestamp(now_ms));
    metadata.generation = 1;
    job.resource_version = store.next_revision();
    store.create(now_ms, Object::Job(Rc::new(job)), because)
}
