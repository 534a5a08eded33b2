//! Models `pkg/controller/nodelifecycle@v1.37.2` (a silent node becomes Unknown and is tainted, its
//! Pods are marked not ready) and `pkg/controller/tainteviction@v1.37.2` (Pods that don't bear the
//! taint any longer are deleted).
//!
//! Leaves out: rate limits and zones, which matter with many nodes; events about the node itself.

use super::{Refusal, Step, World};
use crate::api::{PodConditionKind, PodSpec, Taint};
use crate::because::Because;
use crate::cluster::latency::{LEASE_MS, NODE_GRACE_MS, NODE_MONITOR_MS, WATCH_MS};
use crate::cluster::{Oid, Report, registry};
use crate::engine::{Stream, stream};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::rc::Rc;

const UNREACHABLE: &str = "node.kubernetes.io/unreachable";

/// What the controllers of nodes remember.
#[derive(Debug, Clone)]
pub(super) struct NodeWatch {
    /// Counts the stops and starts: a step that was planned before is stale.
    turn: u32,
    /// Whether the node is tainted.
    lost: bool,
    /// Pods that will be deleted for the taint.
    doomed: BTreeSet<Oid>,
    draws: Stream,
    monitor_phase_ms: u64,
}

impl NodeWatch {
    pub(super) fn new(seed: u64) -> Self {
        let mut draws = stream(seed, "node lifecycle");
        let monitor_phase_ms = draws.below(NODE_MONITOR_MS);
        Self { turn: 0, lost: false, doomed: BTreeSet::new(), draws, monitor_phase_ms }
    }
}

impl World {
    pub(super) fn stop_node(&mut self, node: &str) -> Result<(), Refusal> {
        self.check_node(node, false)?;
        self.kubelet.stop();
        let watch = &mut self.nodes;
        watch.turn += 1;
        // The last renewal of its lease was heard up to ten seconds ago; the monitor looks every five.
        let heard_ms = self.now_ms.saturating_sub(watch.draws.below(LEASE_MS));
        let silent_ms = (heard_ms + NODE_GRACE_MS).saturating_sub(watch.monitor_phase_ms);
        let at_ms = watch.monitor_phase_ms + (silent_ms / NODE_MONITOR_MS + 1) * NODE_MONITOR_MS;
        self.queue.push(at_ms, Step::LoseNode(watch.turn));
        Ok(())
    }

    pub(super) fn start_node(&mut self, node: &str) -> Result<(), Refusal> {
        self.check_node(node, true)?;
        self.nodes.turn += 1;
        self.with_kubelet(super::Kubelet::start);
        if !std::mem::take(&mut self.nodes.lost) {
            return Ok(());
        }
        self.mark_node("True", "KubeletReady", "kubelet is posting ready status", &[]);
        for pod in std::mem::take(&mut self.nodes.doomed) {
            let Some(name) = self.store.pod(pod).map(|pod| format!("{}/{}", pod.metadata.namespace, pod.metadata.name))
            else {
                continue;
            };
            self.taint_event(pod, format!("Cancelling deletion of Pod {name}"));
        }
        self.retry_unscheduled();
        Ok(())
    }

    /// Whether the node is there and without power, or with it.
    fn check_node(&self, node: &str, stopped: bool) -> Result<(), Refusal> {
        if **self.kubelet.node() != *node {
            return Err(Refusal::NotFound);
        }
        if self.kubelet.is_stopped() == stopped { Ok(()) } else { Err(Refusal::AlreadySo) }
    }

    /// The node has been silent for too long.
    pub(super) fn lose_node(&mut self, turn: u32) {
        if self.nodes.turn != turn || !self.kubelet.is_stopped() {
            return;
        }
        self.nodes.lost = true;
        let taints = ["NoSchedule", "NoExecute"].map(|effect| Taint {
            key: UNREACHABLE.to_owned(),
            value: String::new(),
            effect: effect.to_owned(),
        });
        self.mark_node("Unknown", "NodeStatusUnknown", "Kubelet stopped posting node status.", &taints);
        let node = Rc::clone(self.kubelet.node());
        let pods: Vec<Oid> = self.store.assigned_pods(&node).collect();
        for pod in pods {
            self.mark_not_ready(pod);
            let Some(object) = self.store.pod(pod).filter(|pod| !pod.metadata.is_deleting()) else { continue };
            let seconds = tolerated_seconds(&object.spec, &taints[1]);
            if seconds < i64::MAX {
                self.nodes.doomed.insert(pod);
                let borne_ms = u64::try_from(seconds).unwrap_or(0).saturating_mul(1000);
                let at_ms = (self.now_ms + WATCH_MS).saturating_add(borne_ms);
                self.queue.push(at_ms, Step::EvictForTaint(pod, turn));
            }
        }
    }

    fn mark_node(&mut self, ready: &str, reason: &str, message: &str, taints: &[Taint]) {
        let node = Rc::clone(self.kubelet.node());
        let Some(oid) = self.find_node(&node) else { return };
        let now = self.store.timestamp(self.now_ms);
        self.store.update_node(self.now_ms, oid, Because::NodeLost { back: taints.is_empty() }, |node| {
            node.spec.taints.retain(|taint| taint.key != UNREACHABLE);
            node.spec.taints.extend(taints.iter().cloned());
            let condition = json!({
                "type": "Ready", "status": ready, "reason": reason, "message": message, "lastTransitionTime": now,
            });
            let others = node.status.get("conditions").and_then(Value::as_array).cloned().unwrap_or_default();
            let mut conditions: Vec<Value> =
                others.into_iter().filter(|other| other.get("type") != condition.get("type")).collect();
            conditions.push(condition);
            node.status.insert("conditions".to_owned(), Value::Array(conditions));
        });
    }

    fn find_node(&self, name: &str) -> Option<Oid> {
        self.store.find(crate::api::ObjectKind::Node, "", name)
    }

    /// Models `MarkPodsNotReady`.
    fn mark_not_ready(&mut self, pod: Oid) {
        let now = self.store.timestamp(self.now_ms);
        let changed = self.store.update_pod(self.now_ms, pod, Because::NodeLost { back: false }, |pod| {
            let Some(place) = pod.status.conditions.iter().position(|ready| ready.kind == PodConditionKind::Ready)
            else {
                return;
            };
            if pod.status.conditions.get(place).is_some_and(|ready| ready.holds) {
                let status = Rc::make_mut(&mut pod.status);
                if let Some(ready) = Rc::make_mut(&mut status.conditions).get_mut(place) {
                    ready.holds = false;
                    ready.last_transition_time = Some(now);
                }
            }
        });
        if changed {
            self.node_event(pod, true, "NodeNotReady", "Node is not ready".to_owned(), "node-controller");
        }
    }

    /// The time that a Pod bears the taint is over.
    pub(super) fn evict_for_taint(&mut self, pod: Oid, turn: u32) {
        if self.nodes.turn != turn || !self.nodes.doomed.remove(&pod) {
            return;
        }
        let Some(object) = self.store.pod(pod).filter(|pod| !pod.metadata.is_deleting()) else { return };
        let name = format!("{}/{}", object.metadata.namespace, object.metadata.name);
        self.taint_event(pod, format!("Marking for deletion Pod {name}"));
        self.disrupt(pod, "DeletionByTaintManager", "Taint manager: deleting due to NoExecute taint", &because());
        registry::delete_pod(&mut self.store, self.now_ms, pod, None, &because());
    }

    fn taint_event(&mut self, pod: Oid, message: String) {
        self.node_event(pod, false, "TaintManagerEviction", message, "taint-eviction-controller");
    }

    fn node_event(&mut self, pod: Oid, warning: bool, reason: &'static str, message: String, component: &'static str) {
        let report = Report::of(component, pod, warning, reason, message);
        self.recorder.report(&mut self.store, self.now_ms, report);
    }
}

fn because() -> Because {
    Because::NodeLost { back: false }
}

/// For how many seconds a Pod bears the taint: of several tolerations the shortest counts, 0 without
/// one, [`i64::MAX`] for ever.
fn tolerated_seconds(spec: &PodSpec, taint: &Taint) -> i64 {
    let fitting = spec.tolerations.iter().filter(|toleration| {
        (toleration.effect.is_empty() || toleration.effect == taint.effect)
            && (toleration.key.is_empty() || toleration.key == taint.key)
            && (toleration.operator == "Exists" || toleration.value == taint.value)
    });
    fitting.map(|toleration| toleration.toleration_seconds.unwrap_or(i64::MAX)).min().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Object;
    use crate::world::{Intervention, Settings};

    const POD: &str = r#"{"metadata":{"name":"p","namespace":"default"},"spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"busybox:1.36","imagePullPolicy":"IfNotPresent","command":["sleep","1000"]}]}}"#;

    fn run(world: &mut World, at_ms: u64) {
        let mut changes = Vec::new();
        world.settle(&mut changes);
        world.advance_to(at_ms, &mut changes);
    }

    fn pod(world: &World, oid: Oid) -> Rc<crate::api::Pod> {
        world.store().get(oid).and_then(Object::as_pod).cloned().expect("the Pod")
    }

    fn start() -> (World, Oid) {
        let mut world = World::new(Settings::default());
        let oid = world.create("Pod", &serde_json::from_str(POD).expect("JSON")).expect("a Pod");
        run(&mut world, 5_000);
        assert!(pod(&world, oid).status.is_true(PodConditionKind::Ready));
        (world, oid)
    }

    #[test]
    fn a_silent_node_is_lost_after_fifty_seconds_and_its_pods_are_deleted_after_three_hundred_more() {
        let (mut world, oid) = start();
        let node: Rc<str> = Rc::from("nodo-1");
        assert_eq!(world.intervene(&Intervention::StopNode { node: Rc::clone(&node) }), Ok(()));
        assert_eq!(world.intervene(&Intervention::StopNode { node }), Err(Refusal::AlreadySo));
        run(&mut world, 5_000 + 39_000);
        assert!(pod(&world, oid).status.is_true(PodConditionKind::Ready));
        run(&mut world, 5_000 + 56_000);
        let marked = pod(&world, oid);
        assert!(!marked.status.is_true(PodConditionKind::Ready) && !marked.metadata.is_deleting());
        run(&mut world, 5_000 + 360_000);
        let doomed = pod(&world, oid);
        // Nobody is there to end it.
        assert!(doomed.metadata.is_deleting() && !doomed.status.is_terminal());
        assert!(doomed.status.is_true(PodConditionKind::DisruptionTarget));
        run(&mut world, 4_000_000);
        assert!(world.store().get(oid).is_some());
    }

    #[test]
    fn a_node_that_comes_back_finds_its_containers_ended() {
        let (mut world, oid) = start();
        let node: Rc<str> = Rc::from("nodo-1");
        assert_eq!(world.intervene(&Intervention::StopNode { node: Rc::clone(&node) }), Ok(()));
        run(&mut world, 80_000);
        assert_eq!(world.intervene(&Intervention::StartNode { node }), Ok(()));
        run(&mut world, 90_000);
        let back = pod(&world, oid);
        let end = back.status.container_statuses.first().and_then(|status| status.state.terminated.clone());
        assert_eq!(end.map(|end| (end.exit_code, end.reason.to_string())), Some((255, "Unknown".to_owned())));
        assert_eq!(back.status.phase, crate::api::Phase::Failed);
        run(&mut world, 500_000);
        assert!(!pod(&world, oid).metadata.is_deleting(), "the eviction is called off");
    }
}
