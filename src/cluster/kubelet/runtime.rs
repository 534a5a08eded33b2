//! The container runtime behind the kubelet: one sandbox a Pod, and of each container the instance
//! that runs or ended last, and the one before.
//!
//! Models what `pkg/kubelet/container/runtime.go@v1.37.2` shows of a CRI runtime. Leaves out:
//! networks, cgroups, storage of logs on disk.

use crate::cluster::Outcome;
use crate::cluster::shell::{OutputLine, Process};
use std::rc::Rc;

/// What became of one instance of a container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Life {
    /// Its process runs.
    Running,
    /// Its process ended, or couldn't be started.
    Exited {
        /// When.
        finished_ms: u64,
        /// Exit code; 128 + n for signal n.
        exit_code: i32,
        /// `Completed`, `Error`, `OOMKilled`, `StartError`.
        reason: &'static str,
        /// The runtime's error or the termination message.
        message: Option<Rc<str>>,
    },
}

/// One start of a container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instance {
    /// How many instances came before; tells them apart.
    pub number: u32,
    /// The restart count that the runtime keeps with it: it begins anew when older instances and
    /// their logs are gone.
    pub restarts: u32,
    /// The sandbox that it was started in, as [`PodView::attempt`].
    pub attempt: u32,
    /// `containerd://…`.
    pub id: Rc<str>,
    /// The identity of its image.
    pub image_id: Rc<str>,
    /// When it was started; none if it never was.
    pub started_ms: Option<u64>,
    /// What became of it.
    pub life: Life,
}

impl Instance {
    /// When it ended, if it has.
    pub fn finished_ms(&self) -> Option<u64> {
        match &self.life {
            Life::Running => None,
            Life::Exited { finished_ms, .. } => Some(*finished_ms),
        }
    }

    /// Its exit code, if it has ended.
    pub fn exit_code(&self) -> Option<i32> {
        match &self.life {
            Life::Running => None,
            Life::Exited { exit_code, .. } => Some(*exit_code),
        }
    }
}

/// The two newest instances of a container.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Instances {
    /// The newest.
    pub current: Option<Instance>,
    /// The one before.
    pub previous: Option<Instance>,
    /// Number and restart count of the next instance, once the runtime has none any more.
    pub next: (u32, u32),
}

impl Instances {
    /// Number and restart count of the next instance.
    pub fn next(&self) -> (u32, u32) {
        self.current.as_ref().map_or(self.next, |current| (current.number + 1, current.restarts + 1))
    }

    /// Takes all instances from the runtime. Whether their logs stay decides what the next one's
    /// restart count is: models `calcRestartCountByLogDir` of `kuberuntime_container.go`.
    pub fn remove(&mut self, keep_logs: bool) {
        let (number, restarts) = self.next();
        *self = Self { next: (number, if keep_logs { restarts } else { 0 }), ..Self::default() };
    }

    /// Whether its process runs.
    pub fn is_running(&self) -> bool {
        self.current.as_ref().is_some_and(|instance| instance.life == Life::Running)
    }
}

/// A Pod's sandbox.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Sandbox {
    /// Not made yet.
    #[default]
    Absent,
    /// Its network stands.
    Ready,
    /// Stopped.
    Stopped,
}

/// What the runtime tells of a Pod: init containers first, then the others, in the order of the spec.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PodView {
    /// The sandbox.
    pub sandbox: Sandbox,
    /// How many sandboxes came before it.
    pub attempt: u32,
    /// The containers.
    pub containers: Vec<Instances>,
}

impl PodView {
    /// The newest instance of the container at that place, if it is one of the newest sandbox.
    pub fn active(&self, place: usize) -> Option<&Instance> {
        self.containers.get(place)?.current.as_ref().filter(|current| current.attempt == self.attempt)
    }

    /// Whether a regular container (those from that place on) was started in the newest sandbox.
    /// Models `HasAnyActiveRegularContainerStarted`.
    pub fn is_initialized(&self, offset: usize) -> bool {
        (offset..self.containers.len()).any(|place| self.active(place).is_some())
    }
}

/// A container's process and what it wrote.
#[derive(Debug, Clone, Default)]
pub struct Work {
    /// The process, while it runs.
    pub process: Option<Box<Process>>,
    /// What the student declared for the instance that runs.
    pub outcome: Option<Outcome>,
    /// The program has ended, but its declared end is still to come: its own exit code and message.
    pub held: Option<(i32, Option<Rc<str>>)>,
    /// What each instance wrote, the oldest first. A real node keeps the newest two; here the past can be looked at.
    pub logs: Vec<Log>,
}

/// What one instance of a container wrote.
#[derive(Debug, Clone)]
pub struct Log {
    /// The instance's `containerd://…`.
    pub id: Rc<str>,
    /// Its lines, shared by the copies of the world.
    pub lines: Rc<Vec<OutputLine>>,
}
