//! Models `pkg/controller/cronjob/utils.go@v1.37.2`: `mostRecentScheduleTime`, `nextScheduleTimeDuration`.

use crate::api::{CronJob, Timestamp};
use crate::schedule::Schedule;

/// How long after a firing the controller wakes up: `nextScheduleDelta`.
const DELTA_MS: i64 = 100;
/// From how many missed firings on it complains.
const MANY: i64 = 100;

/// What a look at the schedule shows.
pub(super) struct Due {
    /// The last firing that no Job was created for; none if there was none.
    pub at: Option<Timestamp>,
    /// Whether more than a hundred were missed.
    pub missed_many: bool,
    /// Whether more than one was missed.
    missed: bool,
    /// From when on was looked, in milliseconds since 1970.
    earliest_ms: i64,
}

/// The most recent firing since the last Job, or since creation; with the deadline, only within it.
///
/// # Errors
/// If two firings can't be told apart, in the controller's words.
pub(super) fn most_recent(
    cron_job: &CronJob,
    schedule: &Schedule,
    now_ms: i64,
    with_deadline: bool,
) -> Result<Due, &'static str> {
    let since = cron_job.status.last_schedule_time.or(cron_job.metadata.creation_timestamp);
    let mut earliest_ms = since.map_or(0, Timestamp::unix_ms);
    if let Some(seconds) = cron_job.spec.starting_deadline_seconds.filter(|_| with_deadline) {
        earliest_ms = earliest_ms.max(now_ms.saturating_sub(seconds.saturating_mul(1000)));
    }
    let happened = |at: i64| at.saturating_mul(1000) <= now_ms;
    let first = schedule.next(earliest_ms.div_euclid(1000));
    let none = Due { at: None, missed_many: false, missed: false, earliest_ms };
    let Some(first) = first else { return Err(TOO_CLOSE) };
    if !happened(first) {
        return Ok(none);
    }
    let Some(second) = schedule.next(first) else { return Err(TOO_CLOSE) };
    if !happened(second) {
        return Ok(Due { at: Some(Timestamp(first)), ..none });
    }
    let step = second - first;
    if step < 1 {
        return Err(TOO_CLOSE);
    }
    // An estimate by the first step: with an irregular schedule it isn't the true number.
    let count = (now_ms - first * 1000) / 1000 / step + 1;
    let mut at = None;
    let mut next = schedule.next(first + (count - 2) * step);
    while let Some(firing) = next.filter(|firing| happened(*firing)) {
        at = Some(Timestamp(firing));
        next = schedule.next(firing);
    }
    Ok(Due { at, missed_many: count > MANY, missed: true, earliest_ms })
}

const TOO_CLOSE: &str = "time difference between two schedules is less than 1 second";

/// In how many milliseconds the controller looks again; none if the schedule never fires again.
pub(super) fn wake_in_ms(cron_job: &CronJob, schedule: &Schedule, now_ms: i64) -> Option<u64> {
    let from_ms = match most_recent(cron_job, schedule, now_ms, false) {
        Ok(Due { at: Some(at), .. }) => at.unix_ms(),
        Ok(Due { missed: false, earliest_ms, .. }) => earliest_ms,
        _ => now_ms,
    };
    let next = schedule.next(from_ms.div_euclid(1000))?;
    let wait_ms = next.saturating_mul(1000).saturating_add(DELTA_MS).saturating_sub(now_ms);
    Some(u64::try_from(wait_ms).unwrap_or(0))
}
