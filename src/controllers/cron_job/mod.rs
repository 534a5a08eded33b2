//! Models `pkg/controller/cronjob/cronjob_controllerv2.go@v1.37.2`, `syncCronJob`.
//!
//! One call of [`reconcile`] is one sync. Leaves out: stale caches and the live reads that guard against them, failures
//! of the controller's own calls.

mod due;
#[cfg(test)]
mod tests;

use crate::api::{ConcurrencyPolicy, CronJob, CronJobStatus, Job, Timestamp};
use crate::because::Because;
use crate::schedule::{Schedule, Zone};
use due::{most_recent, wake_in_ms};
use std::rc::Rc;

/// The name that events of this controller carry.
pub const COMPONENT: &str = "cronjob-controller";
/// The annotation with the firing that a Job was created for.
pub const SCHEDULED: &str = "batch.kubernetes.io/cronjob-scheduled-timestamp";

/// What the controller sees of one `CronJob`.
#[derive(Debug)]
pub struct CronJobView<'a> {
    /// The `CronJob`.
    pub cron_job: &'a CronJob,
    /// The Jobs that it owns, in the order of creation.
    pub jobs: &'a [&'a Rc<Job>],
    /// The wall clock in milliseconds since 1970.
    pub unix_ms: i64,
}

/// One thing to do, with its reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Delete a Job, with its Pods after it.
    DeleteJob {
        /// The Job's uid.
        uid: Rc<str>,
        /// Why.
        because: Because,
    },
    /// Report an event about the `CronJob`.
    Event(Report),
}

/// An event about the `CronJob`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Whether it is a Warning.
    pub warning: bool,
    /// Short reason.
    pub reason: &'static str,
    /// The sentence.
    pub message: Rc<str>,
}

/// A Job to be created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewJob {
    /// `<cronjob>-<minutes since 1970>`.
    pub name: String,
    /// The firing that it is for.
    pub due: Timestamp,
    /// The same in the schedule's zone: `2026-11-23T13:00:00+01:00`.
    pub scheduled: String,
}

/// What one sync wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// First these, in this order.
    pub actions: Vec<Action>,
    /// Then this Job, if one is due; once it is there it is listed as active.
    pub create: Option<NewJob>,
    /// The status as it will be, but for the new Job.
    pub status: CronJobStatus,
    /// When to look again, in milliseconds from now.
    pub wake_in_ms: Option<u64>,
}

/// Decides what one sync of a `CronJob` does.
pub fn reconcile(view: &CronJobView<'_>) -> Plan {
    let plan = Plan { actions: Vec::new(), create: None, status: view.cron_job.status.clone(), wake_in_ms: None };
    let mut sync = Sync { view, plan };
    sync.trim_history();
    sync.follow_jobs();
    sync.start_due_job();
    sync.plan
}

/// In how many milliseconds a `CronJob` whose schedule was edited is looked at; an event if it can't be read.
pub fn after_edit(cron_job: &CronJob, unix_ms: i64) -> Result<Option<u64>, Report> {
    match Schedule::parse(&cron_job.spec.zoned_schedule()) {
        Ok(schedule) => Ok(wake_in_ms(cron_job, &schedule, unix_ms)),
        Err(problem) => {
            Err(warning("UnParseableCronJobSchedule", format!("unparseable schedule for cronjob: {problem}")))
        }
    }
}

fn warning(reason: &'static str, message: String) -> Report {
    Report { warning: true, reason, message: Rc::from(message) }
}

fn normal(reason: &'static str, message: String) -> Report {
    Report { warning: false, reason, message: Rc::from(message) }
}

struct Sync<'a> {
    view: &'a CronJobView<'a>,
    plan: Plan,
}

impl Sync<'_> {
    /// Models `cleanupFinishedJobs`.
    fn trim_history(&mut self) {
        let spec = &self.view.cron_job.spec;
        for (limit, success) in [(spec.successful_jobs_history_limit, true), (spec.failed_jobs_history_limit, false)] {
            let Some(limit) = limit else { continue };
            let kind = if success { "Complete" } else { "Failed" };
            let mut ended: Vec<&Rc<Job>> =
                self.view.jobs.iter().copied().filter(|job| end(job) == Some(kind)).collect();
            // The oldest go first; one without a start counts as the newest.
            crate::go::sort::by_key(&mut ended, |job| {
                let start = job.status.start_time.map_or(i64::MAX, |start| start.0);
                (start, Rc::clone(&job.metadata.name))
            });
            for job in ended.iter().take(ended.len().saturating_sub(limit)) {
                let limit = u32::try_from(limit).unwrap_or(u32::MAX);
                self.delete(&job.metadata.name, &job.metadata.uid, Because::HistoryLimit { limit, success });
            }
        }
    }

    fn delete(&mut self, name: &str, uid: &Rc<str>, because: Because) {
        self.plan.actions.push(Action::DeleteJob { uid: Rc::clone(uid), because });
        self.plan.status.active.retain(|job| job.uid != *uid);
        self.event(normal("SuccessfulDelete", format!("Deleted job {name}")));
    }

    fn event(&mut self, report: Report) {
        self.plan.actions.push(Action::Event(report));
    }

    /// What became of the Jobs: those that ended are no longer active.
    fn follow_jobs(&mut self) {
        for job in self.view.jobs {
            let (name, uid) = (&job.metadata.name, &job.metadata.uid);
            let listed = self.plan.status.lists(uid);
            let ended = end(job);
            match ended {
                None if !listed => self.event(warning(
                    "UnexpectedJob",
                    format!("Saw a job that the controller did not create or forgot: {name}"),
                )),
                Some(condition) if listed => {
                    self.plan.status.active.retain(|active| active.uid != *uid);
                    self.event(normal("SawCompletedJob", format!("Saw completed job: {name}, condition: {condition}")));
                }
                _ => {}
            }
            if ended == Some("Complete") {
                let last = &mut self.plan.status.last_successful_time;
                *last = (*last).max(job.status.completion_time);
            }
        }
        let missing: Vec<_> = self
            .plan
            .status
            .active
            .iter()
            .filter(|active| !self.view.jobs.iter().any(|job| job.metadata.uid == active.uid))
            .map(|active| (Rc::clone(&active.name), Rc::clone(&active.uid)))
            .collect();
        for (name, uid) in missing {
            self.plan.status.active.retain(|active| active.uid != uid);
            self.event(normal("MissingJob", format!("Active job went missing: {name}")));
        }
    }

    fn start_due_job(&mut self) {
        let cron_job = self.view.cron_job;
        let spec = &cron_job.spec;
        if cron_job.metadata.is_deleting() {
            return;
        }
        let zone = match spec.time_zone.as_deref() {
            None | Some("UTC") => Zone::UTC,
            Some(name) => {
                let Some(zone) = Zone::find(name) else {
                    let quoted = crate::go::quote(name);
                    return self.event(warning(
                        "UnknownTimeZone",
                        format!("invalid timeZone: {quoted}: unknown time zone {name}"),
                    ));
                };
                zone
            }
        };
        if spec.suspend {
            return;
        }
        if spec.schedule.contains("TZ") {
            let quoted = crate::go::quote(&spec.schedule);
            self.event(warning("UnsupportedSchedule", format!("CRON_TZ or TZ used in schedule {quoted} is not officially supported, see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details")));
        }
        let schedule = match Schedule::parse(&spec.zoned_schedule()) {
            Ok(schedule) => schedule,
            Err(problem) => {
                let quoted = crate::go::quote(&spec.schedule);
                return self
                    .event(warning("UnparseableSchedule", format!("unparseable schedule: {quoted} : {problem}")));
            }
        };
        let due = match most_recent(cron_job, &schedule, self.view.unix_ms, true) {
            Ok(due) => due,
            Err(problem) => {
                let schedule = &spec.schedule;
                return self.event(warning("InvalidSchedule", format!("invalid schedule: {schedule} : {problem}")));
            }
        };
        if due.missed_many {
            self.event(warning(
                "TooManyMissedTimes",
                "too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew"
                    .to_owned(),
            ));
        }
        self.plan.wake_in_ms = wake_in_ms(cron_job, &schedule, self.view.unix_ms);
        if let Some(at) = due.at {
            self.start(at, zone, &schedule);
        }
    }

    fn start(&mut self, due: Timestamp, zone: Zone, schedule: &Schedule) {
        let cron_job = self.view.cron_job;
        let spec = &cron_job.spec;
        let late = spec
            .starting_deadline_seconds
            .is_some_and(|seconds| due.unix_ms().saturating_add(seconds.saturating_mul(1000)) < self.view.unix_ms);
        if late {
            let message = format!("Missed scheduled time to start a job: {}", rfc1123(due));
            return self.event(warning("MissSchedule", message));
        }
        let name = format!("{}-{}", cron_job.metadata.name, due.0.div_euclid(60));
        let status = &self.plan.status;
        if status.active.iter().any(|job| *job.name == *name) || status.last_schedule_time == Some(due) {
            return;
        }
        if spec.concurrency_policy == ConcurrencyPolicy::Forbid && !status.active.is_empty() {
            return self.event(normal(
                "JobAlreadyActive",
                "Not starting job because prior execution is running and concurrency policy is Forbid".to_owned(),
            ));
        }
        if spec.concurrency_policy == ConcurrencyPolicy::Replace {
            for job in status.active.clone() {
                self.delete(&job.name, &job.uid, Because::JobReplaced);
            }
        }
        self.plan.create = Some(NewJob { name, due, scheduled: rfc3339(due, zone) });
        // The next look counts from this firing.
        let mut after = cron_job.clone();
        after.status.last_schedule_time = Some(due);
        self.plan.wake_in_ms = wake_in_ms(&after, schedule, self.view.unix_ms);
    }
}

/// `Complete` or `Failed`, once the Job has ended.
fn end(job: &Job) -> Option<&'static str> {
    let mut conditions = job.status.conditions.iter().filter(|condition| condition.status == "True");
    conditions.find_map(|condition| match condition.kind.as_str() {
        "Complete" => Some("Complete"),
        "Failed" => Some("Failed"),
        _ => None,
    })
}

/// `2026-11-23T13:00:00+01:00`, or with `Z` for universal time.
fn rfc3339(at: Timestamp, zone: Zone) -> String {
    let offset = zone.offset_at(at.0);
    if zone == Zone::UTC {
        return at.to_string();
    }
    let local = Timestamp(at.0 + offset).to_string();
    let sign = if offset < 0 { '-' } else { '+' };
    let minutes = offset.abs() / 60;
    format!("{}{sign}{:02}:{:02}", local.trim_end_matches('Z'), minutes / 60, minutes % 60)
}

/// `Mon, 23 Nov 2026 12:00:00 +0000`: Go's `time.RFC1123Z`.
fn rfc1123(at: Timestamp) -> String {
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let days = at.0.div_euclid(86_400);
    let text = at.to_string();
    let name = |names: &[&'static str], number: i64| {
        usize::try_from(number).ok().and_then(|number| names.get(number).copied()).unwrap_or("")
    };
    let part = |from: usize, to: usize| text.get(from..to).unwrap_or("");
    let month: i64 = part(5, 7).parse().unwrap_or(1);
    format!(
        "{}, {} {} {} {} +0000",
        name(&DAYS, days.rem_euclid(7)),
        part(8, 10),
        name(&MONTHS, month - 1),
        part(0, 4),
        part(11, 19)
    )
}
