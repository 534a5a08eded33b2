//! What a sync wants done, in order. `world` does it.

use super::FailureRecord;
use super::template::NewPod;
use crate::api::{JobStatus, Pod};
use crate::because::Because;
use std::rc::Rc;

/// One thing to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Create a Pod from the Job's template.
    CreatePod(NewPod),
    /// Delete a Pod; on scale-down its finalizer goes first, so that it isn't counted.
    DeletePod {
        /// The Pod's uid.
        pod: Rc<str>,
        /// Whether to take the tracking finalizer off before.
        release_first: bool,
    },
    /// Take the tracking finalizer off a Pod.
    RemoveFinalizer {
        /// The Pod's uid.
        pod: Rc<str>,
    },
    /// Make the Job the owner of a Pod without one.
    Adopt {
        /// The Pod's uid.
        pod: Rc<str>,
    },
    /// Give up a Pod whose labels no longer match.
    Release {
        /// The Pod's uid.
        pod: Rc<str>,
    },
    /// Write the Job's status.
    WriteStatus(Rc<JobStatus>),
    /// Report an event about the Job.
    Event {
        /// Whether it is a Warning.
        warning: bool,
        /// Short reason.
        reason: &'static str,
        /// The sentence.
        message: Rc<str>,
    },
}

/// An action with its reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// What to do.
    pub action: Action,
    /// Why.
    pub because: Because,
}

/// What one sync wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// In this order; creations that follow each other go out together, in growing batches.
    pub actions: Vec<Planned>,
    /// What to remember of the Job's failures.
    pub failures: FailureRecord,
    /// When to look again, in milliseconds from now, even if nothing happens.
    pub requeue_ms: Option<u64>,
    /// Why replacements wait, if they do.
    pub delay: Option<Because>,
}

impl Plan {
    /// A plan that does nothing.
    pub fn idle(failures: FailureRecord) -> Self {
        Self { actions: Vec::new(), failures, requeue_ms: None, delay: None }
    }

    /// Looks again in that time; of several wishes the earliest wins.
    pub(super) fn requeue_in(&mut self, ms: u64) {
        self.requeue_ms = Some(self.requeue_ms.map_or(ms, |earlier| earlier.min(ms)));
    }

    pub(super) fn push(&mut self, action: Action, because: Because) {
        self.actions.push(Planned { action, because });
    }

    pub(super) fn delete_pod(&mut self, pod: &Pod, release_first: bool, because: Because) {
        let uid = Rc::clone(&pod.metadata.uid);
        self.push(Action::DeletePod { pod: uid, release_first }, because);
    }

    pub(super) fn event(&mut self, warning: bool, reason: &'static str, message: &str, because: Because) {
        self.push(Action::Event { warning, reason, message: Rc::from(message) }, because);
    }
}
