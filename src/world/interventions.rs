//! What the student does that no client of the API could do: to programs, to the machine.
//!
//! Everything else goes through kubectl (`crate::kubectl::intervene`).

use super::World;
use super::intervention::Intervention;
use crate::api::{ObjectKind, Pod};
use crate::cluster::{Oid, Outcome, Rank};
use std::collections::BTreeMap;
use std::rc::Rc;

/// Why something can't be done now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// There is no such object.
    NotFound,
    /// The Pod's container doesn't run.
    NotRunning,
    /// The node is already as it shall be.
    AlreadySo,
    /// It is a command of kubectl, which does it.
    ByKubectl,
}

/// How many Pods a Job has created, and at which indexes.
#[derive(Debug, Clone, Default)]
pub(super) struct Created {
    pods: u32,
    by_index: Rc<BTreeMap<u32, u32>>,
}

impl World {
    /// Does it now.
    ///
    /// # Errors
    /// If its object is missing or not in the state for it.
    pub fn intervene(&mut self, intervention: &Intervention) -> Result<(), Refusal> {
        match intervention {
            Intervention::Fail { pod, code } => {
                self.end_container(pod, Outcome::Exit { code: Some(*code), after_ms: None })
            }
            Intervention::OutOfMemory { pod } => self.end_container(pod, Outcome::OutOfMemory { after_ms: None }),
            Intervention::Declare(declared) => {
                self.with_kubelet(|kubelet, bench| kubelet.declare(bench, declared.clone()));
                Ok(())
            }
            Intervention::Withdraw { job } => {
                self.with_kubelet(|kubelet, bench| kubelet.withdraw(bench, job));
                Ok(())
            }
            Intervention::StopNode { node } => self.stop_node(node),
            Intervention::StartNode { node } => self.start_node(node),
            _ => Err(Refusal::ByKubectl),
        }
    }

    fn end_container(&mut self, pod: &str, outcome: Outcome) -> Result<(), Refusal> {
        let namespace = Rc::clone(&self.settings.namespace);
        let pod = self.store.find(ObjectKind::Pod, &namespace, pod).ok_or(Refusal::NotFound)?;
        let mut ended = false;
        self.with_kubelet(|kubelet, bench| ended = !kubelet.is_stopped() && kubelet.end_now(bench, pod, outcome));
        if ended { Ok(()) } else { Err(Refusal::NotRunning) }
    }

    /// Counts a new Pod among those of its Job, so that an outcome can be declared for it.
    pub(super) fn rank_pod(&mut self, oid: Oid, pod: &Pod) {
        let Some(job) = self.store.owner(oid) else { return };
        let created = self.created.entry(job).or_default();
        created.pods += 1;
        let mut rank = Rank { number: created.pods, earlier_at_index: 0 };
        if let Some(index) = pod.completion_index() {
            let earlier = Rc::make_mut(&mut created.by_index).entry(index).or_insert(0);
            rank.earlier_at_index = *earlier;
            *earlier += 1;
        }
        self.kubelet.rank(oid, rank);
    }
}
