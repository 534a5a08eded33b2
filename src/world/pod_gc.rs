//! Models `pkg/controller/podgc/gc_controller.go@v1.37.2`: every 20 s it removes Pods that nobody else will.
//!
//! Leaves out: nodes that are out of service.

use super::{Step, World};
use crate::api::{Phase, PodCondition, PodConditionKind};
use crate::because::Because;
use crate::cluster::latency::{POD_GC_MS, POD_GC_QUARANTINE_MS};
use crate::cluster::{Oid, registry};
use std::collections::BTreeSet;
use std::rc::Rc;

/// `--terminated-pod-gc-threshold` of the controller manager.
const ENDED_PODS: u32 = 12_500;

/// When its passes are within their period. No seed draws it: a Pod that is deleted in the second before
/// a pass fares otherwise than nineteen in twenty, and that would look like chance.
const PHASE_MS: u64 = 17_500;

/// What the controller remembers from one pass to the next.
#[derive(Debug, Clone, Default)]
pub(super) struct PodGc {
    /// Whether a pass is in the queue: one that would find nothing isn't.
    planned: bool,
    /// Until when Pods of a node that is gone wait for it to come back.
    quarantine_ms: Option<u64>,
    /// How many Pods there are that have ended.
    ended: u32,
}

impl World {
    /// One more Pod has ended, or one that had is gone.
    pub(super) fn count_ended(&mut self, more: bool) {
        let ended = &mut self.pod_gc.ended;
        *ended = if more { ended.saturating_add(1) } else { ended.saturating_sub(1) };
        if *ended > ENDED_PODS {
            self.plan_pod_gc();
        }
    }

    /// There is something for the next pass.
    pub(super) fn plan_pod_gc(&mut self) {
        let gc = &mut self.pod_gc;
        if !std::mem::replace(&mut gc.planned, true) {
            let passes = (self.now_ms + POD_GC_MS).saturating_sub(PHASE_MS) / POD_GC_MS;
            self.queue.push(PHASE_MS + passes * POD_GC_MS, Step::CollectPods);
        }
    }

    /// One pass. Models `gc`.
    pub(super) fn collect_pods(&mut self) {
        self.pod_gc.planned = false;
        self.collect_ended();
        self.collect_orphaned();
        let unscheduled: Vec<Oid> = self
            .store
            .pods()
            .filter(|(_, pod)| pod.node_name.is_none() && pod.metadata.is_deleting())
            .map(|(oid, _)| oid)
            .collect();
        for pod in unscheduled {
            self.fail_and_delete(pod, None);
        }
    }

    /// Models `gcTerminated`: evicted Pods first, then the oldest.
    fn collect_ended(&mut self) {
        let too_many = self.pod_gc.ended.saturating_sub(ENDED_PODS);
        if too_many == 0 {
            return;
        }
        let mut ended: Vec<_> = self
            .store
            .pods()
            .filter(|(_, pod)| pod.status.is_terminal())
            .map(|(oid, pod)| {
                let evicted = pod.status.reason.as_deref() == Some("Evicted");
                (!evicted, pod.metadata.creation_timestamp, Rc::clone(&pod.metadata.name), oid)
            })
            .collect();
        ended.sort_unstable();
        for (_, _, _, pod) in ended.into_iter().take(usize::try_from(too_many).unwrap_or(usize::MAX)) {
            self.fail_and_delete(pod, None);
        }
    }

    /// Models `gcOrphaned`: Pods of a node that is gone, after a quarantine.
    fn collect_orphaned(&mut self) {
        let nodes: BTreeSet<Rc<str>> = self.store.nodes().map(|node| Rc::clone(&node.metadata.name)).collect();
        let orphaned: Vec<Oid> = self
            .store
            .pods()
            .filter(|(_, pod)| pod.node_name.as_ref().is_some_and(|node| !nodes.contains(node)))
            .map(|(oid, _)| oid)
            .collect();
        if orphaned.is_empty() {
            self.pod_gc.quarantine_ms = None;
            return;
        }
        let until_ms = *self.pod_gc.quarantine_ms.get_or_insert(self.now_ms + POD_GC_QUARANTINE_MS);
        if self.now_ms < until_ms {
            return self.plan_pod_gc();
        }
        self.pod_gc.quarantine_ms = None;
        let condition = PodCondition {
            last_transition_time: Some(self.store.timestamp(self.now_ms)),
            message: Some(Rc::from("PodGC: node no longer exists")),
            reason: Some("DeletionByPodGC"),
            holds: true,
            kind: PodConditionKind::DisruptionTarget,
        };
        for pod in orphaned {
            self.fail_and_delete(pod, Some(&condition));
        }
    }

    /// Models `markFailedAndDeletePodWithCondition`.
    fn fail_and_delete(&mut self, pod: Oid, condition: Option<&PodCondition>) {
        self.store.update_pod(self.now_ms, pod, Because::PodCollected, |pod| {
            if pod.status.is_terminal() {
                return;
            }
            let status = Rc::make_mut(&mut pod.status);
            status.phase = Phase::Failed;
            if let Some(condition) = condition {
                let conditions = Rc::make_mut(&mut status.conditions);
                conditions.retain(|other| other.kind != condition.kind);
                conditions.insert(0, condition.clone());
            }
        });
        registry::delete_pod(&mut self.store, self.now_ms, pod, Some(0), &Because::PodCollected);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Object;
    use crate::world::{Propagation, Settings};
    use serde_json::json;

    fn run(world: &mut World, at_ms: u64) {
        let mut changes = Vec::new();
        world.settle(&mut changes);
        world.advance_to(at_ms, &mut changes);
    }

    fn pod(world: &mut World, finalizers: &[&str], node_selector: &str) -> Oid {
        let pod = json!({
            "metadata": {"name": "p", "namespace": "default", "finalizers": finalizers},
            "spec": {
                "restartPolicy": "Never",
                "nodeSelector": if node_selector.is_empty() { json!({}) } else { json!({"disk": node_selector}) },
                "containers": [{
                    "name": "c", "image": "busybox:1.36", "imagePullPolicy": "IfNotPresent",
                    "command": ["sleep", "1000"],
                }],
            },
        });
        world.create("Pod", &pod).expect("a Pod")
    }

    #[test]
    fn a_pod_of_a_node_that_is_gone_fails_after_the_quarantine() {
        let mut world = World::new(Settings::default());
        let pod = pod(&mut world, &["example.com/hold"], "");
        run(&mut world, 5_000);
        let node = world.store().find(crate::api::ObjectKind::Node, "", "nodo-1").expect("the node");
        world.delete(node, None, Propagation::Background);
        run(&mut world, 57_000);
        assert_eq!(world.store().pod(pod).map(|pod| pod.status.phase), Some(Phase::Running));
        run(&mut world, 58_000);
        let gone = world.store().pod(pod).expect("its finalizer keeps it");
        assert_eq!(gone.status.phase, Phase::Failed);
        let condition = gone.status.condition(PodConditionKind::DisruptionTarget).expect("a condition");
        assert_eq!(condition.reason, Some("DeletionByPodGC"));
        assert!(gone.metadata.is_deleting());
    }

    #[test]
    fn a_pod_that_was_deleted_before_it_had_a_node_fails_at_the_next_pass() {
        let mut world = World::new(Settings::default());
        let pod = pod(&mut world, &["example.com/hold"], "ssd");
        run(&mut world, 5_000);
        world.delete(pod, None, Propagation::Background);
        run(&mut world, 5_000);
        assert_eq!(world.store().pod(pod).map(|pod| pod.status.phase), Some(Phase::Pending));
        run(&mut world, 26_000);
        assert_eq!(world.store().pod(pod).map(|pod| pod.status.phase), Some(Phase::Failed));
    }

    #[test]
    fn an_idle_cluster_has_no_passes() {
        let mut world = World::new(Settings::default());
        let pod = pod(&mut world, &[], "");
        run(&mut world, 5_000);
        assert!(world.store().get(pod).and_then(Object::as_pod).is_some());
        assert!(!world.pod_gc.planned);
    }
}
