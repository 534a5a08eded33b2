//! The node loses its power, and gets it back.
//!
//! Models a machine with containerd: after a boot the sandboxes stand no more, and containers that
//! ran have ended with 255, `Unknown` (`internal/cri/server/restart.go@v2.2.0`). The kubelet
//! (`pkg/kubelet/kubelet.go@v1.37.2`) has forgotten its back-offs and begins with what the API says.

use super::runtime::{Life, Sandbox};
use super::worker::Worker;
use super::{Bench, Instance, Kubelet};
use crate::cluster::Oid;
use crate::cluster::latency::WATCH_MS;

/// What containerd says of a container whose end it didn't see.
const UNKNOWN_CODE: i32 = 255;

impl Kubelet {
    /// Whether the node is without power.
    pub fn is_stopped(&self) -> bool {
        self.stopped
    }

    /// The power goes: every process is gone, nothing is told any more.
    pub fn stop(&mut self) {
        self.stopped = true;
        for worker in self.workers.values_mut() {
            for work in &mut worker.work {
                work.process = None;
                work.held = None;
            }
        }
    }

    /// The power is back: containers that ran are found ended, and every Pod of the node is seen anew.
    pub fn start(&mut self, bench: &mut Bench<'_>) {
        self.stopped = false;
        self.relist_planned = false;
        self.relisted_ms = None;
        self.dirty.clear();
        self.awaiting.clear();
        let mut before = std::mem::take(&mut self.workers);
        let pods: Vec<Oid> = bench.store.assigned_pods(&self.node).collect();
        for pod in pods {
            let Some(object) = bench.store.pod(pod).cloned() else { continue };
            if let Some(old) = before.remove(&pod) {
                let mut worker = Worker::new(&object, old.rank);
                worker.boots = old.boots + 1;
                worker.actual = old.actual;
                worker.work = old.work;
                lose_power(&mut worker, bench.now_ms);
                worker.seen = worker.actual.clone();
                self.workers.insert(pod, Box::new(worker));
            }
            self.later.push((bench.now_ms + WATCH_MS, super::KubeletStep::See(pod)));
        }
        for (pod, old) in before {
            self.keep_logs(pod, old.work);
        }
    }
}

fn lose_power(worker: &mut Worker, now_ms: u64) {
    if worker.actual.sandbox == Sandbox::Ready {
        worker.actual.sandbox = Sandbox::Stopped;
    }
    for instances in &mut worker.actual.containers {
        let Some(current) = instances.current.as_mut().filter(|current| current.life == Life::Running) else {
            continue;
        };
        let life = Life::Exited { finished_ms: now_ms, exit_code: UNKNOWN_CODE, reason: "Unknown", message: None };
        *current = Instance { life, ..current.clone() };
    }
}
