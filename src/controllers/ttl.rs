//! Models `pkg/controller/ttlafterfinished/ttlafterfinished_controller.go@v1.37.2`: a finished Job is
//! deleted after its time to live.

use crate::api::{Job, Timestamp};

/// When the Job is to be deleted; none while it isn't finished, or without
/// `ttlSecondsAfterFinished`.
pub fn expires_at(job: &Job) -> Option<Timestamp> {
    let seconds = job.spec.ttl_seconds_after_finished?;
    let end = job
        .status
        .conditions
        .iter()
        .find(|condition| matches!(condition.kind.as_str(), "Complete" | "Failed") && condition.status == "True")?;
    Some(Timestamp(end.last_transition_time.0.saturating_add(i64::from(seconds))))
}
