//! How a Job ends: the interim condition that decides, and the final one that follows.
//!
//! Models, of `pkg/controller/job/job_controller.go@v1.37.2`, `newCondition`,
//! `ensureJobConditionStatus`, `enactJobFinished`, `recordJobFinished`.

use crate::api::{JobCondition, JobStatus, Timestamp};
use crate::because::Because;

/// The decision that a Job is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Verdict {
    /// Whether it succeeded.
    pub success: bool,
    /// Reason of the conditions and of the event.
    pub reason: String,
    /// Message of the conditions and of the event.
    pub message: String,
    /// Why; none when an earlier sync decided.
    pub because: Option<Because>,
}

impl Verdict {
    pub(super) fn success(reason: &str, message: &str, because: Because) -> Self {
        Self { success: true, reason: reason.to_owned(), message: message.to_owned(), because: Some(because) }
    }

    pub(super) fn failure(reason: &str, message: &str, because: Because) -> Self {
        Self { success: false, reason: reason.to_owned(), message: message.to_owned(), because: Some(because) }
    }

    /// What an earlier sync decided. Success comes first: once it is sure, nothing fails the Job.
    pub(super) fn from_conditions(status: &JobStatus) -> Option<Self> {
        let condition = status
            .condition("SuccessCriteriaMet")
            .filter(|_| status.is_true("SuccessCriteriaMet"))
            .or_else(|| status.condition("FailureTarget").filter(|_| status.is_true("FailureTarget")))?;
        Some(Self {
            success: condition.kind == "SuccessCriteriaMet",
            reason: condition.reason.clone(),
            message: condition.message.clone(),
            because: None,
        })
    }

    pub(super) fn interim_type(&self) -> &'static str {
        if self.success { "SuccessCriteriaMet" } else { "FailureTarget" }
    }

    pub(super) fn final_type(&self) -> &'static str {
        if self.success { "Complete" } else { "Failed" }
    }
}

/// Gives the condition that status, at the place where it stands or at the end. A condition that
/// isn't there is never added as False. Tells whether something changed.
pub(super) fn set_condition(
    status: &mut JobStatus,
    kind: &str,
    value: &str,
    reason: &str,
    message: &str,
    now: Timestamp,
) -> bool {
    let condition = JobCondition {
        last_probe_time: now,
        last_transition_time: now,
        message: message.to_owned(),
        reason: reason.to_owned(),
        status: value.to_owned(),
        kind: kind.to_owned(),
    };
    match status.conditions.iter_mut().find(|condition| condition.kind == kind) {
        Some(old) if old.status == value && old.reason == reason && old.message == message => false,
        Some(old) => {
            *old = condition;
            true
        }
        None if value == "False" => false,
        None => {
            status.conditions.push(condition);
            true
        }
    }
}
