//! The controller's decisions, one trap of the specification a test.

use super::*;
use crate::api::{CronJobSpec, JobCondition, JobReference, JobSpec, JobStatus, ObjectMeta};
use serde_json::Value;

/// 2026-11-23T12:00:00Z, and its minutes since 1970.
const NOON: i64 = 1_795_435_200;
const NOON_MINUTE: &str = "informe-29923920";

fn cron_job(schedule: &str, created: i64) -> CronJob {
    CronJob {
        metadata: Rc::new(ObjectMeta {
            name: Rc::from("informe"),
            creation_timestamp: Some(Timestamp(created)),
            ..ObjectMeta::default()
        }),
        spec: CronJobSpec {
            schedule: schedule.to_owned(),
            time_zone: None,
            starting_deadline_seconds: None,
            concurrency_policy: ConcurrencyPolicy::Allow,
            suspend: false,
            successful_jobs_history_limit: Some(3),
            failed_jobs_history_limit: Some(1),
            job_template: Value::Null,
        },
        status: CronJobStatus::default(),
    }
}

/// A Job that began so many seconds after noon; `Complete`, `Failed`, or none while it runs.
fn job(name: &str, began: i64, end: Option<&str>) -> Rc<Job> {
    let at = Timestamp(NOON + began);
    let conditions = end.map(|kind| JobCondition {
        last_probe_time: at,
        last_transition_time: at,
        message: String::new(),
        reason: String::new(),
        status: "True".to_owned(),
        kind: kind.to_owned(),
    });
    Rc::new(Job {
        resource_version: 1,
        metadata: Rc::new(ObjectMeta { name: Rc::from(name), uid: Rc::from(name), ..ObjectMeta::default() }),
        spec: Rc::new(JobSpec::default()),
        status: Rc::new(JobStatus {
            conditions: conditions.into_iter().collect(),
            start_time: Some(at),
            completion_time: (end == Some("Complete")).then_some(at),
            ..JobStatus::default()
        }),
    })
}

fn reference(name: &str) -> JobReference {
    JobReference { namespace: Rc::from(""), name: Rc::from(name), uid: Rc::from(name), resource_version: 1 }
}

fn sync(cron_job: &CronJob, jobs: &[Rc<Job>], unix_ms: i64) -> Plan {
    let jobs: Vec<&Rc<Job>> = jobs.iter().collect();
    reconcile(&CronJobView { cron_job, jobs: &jobs, unix_ms })
}

fn reasons(plan: &Plan) -> Vec<&'static str> {
    let events = plan.actions.iter().filter_map(|action| match action {
        Action::Event(report) => Some(report.reason),
        Action::DeleteJob { .. } => None,
    });
    events.collect()
}

#[test]
fn never_runs_at_creation_and_wakes_a_tenth_of_a_second_after_the_firing() {
    let plan = sync(&cron_job("* * * * *", NOON - 20), &[], (NOON - 20) * 1000 + 350);
    assert_eq!((plan.create, plan.wake_in_ms), (None, Some(19_750)));
}

#[test]
fn names_a_job_by_the_minutes_of_its_firing() {
    let mut cron_job = cron_job("0 13 * * *", NOON - 20);
    cron_job.spec.time_zone = Some("Europe/Madrid".to_owned());
    let plan = sync(&cron_job, &[], NOON * 1000 + 100);
    let new = NewJob {
        name: NOON_MINUTE.to_owned(),
        due: Timestamp(NOON),
        scheduled: "2026-11-23T13:00:00+01:00".to_owned(),
    };
    assert_eq!(plan.create, Some(new));
    assert_eq!(plan.wake_in_ms, Some(86_400_000));
}

#[test]
fn runs_only_the_latest_missed_firing_and_complains_past_a_hundred() {
    let cron_job = cron_job("* * * * *", NOON - 3 * 3_600 - 5);
    let plan = sync(&cron_job, &[], NOON * 1000 + 500);
    assert_eq!(plan.create.as_ref().map(|new| new.due), Some(Timestamp(NOON)));
    assert_eq!(reasons(&plan), ["TooManyMissedTimes"]);
}

#[test]
fn starts_nothing_past_its_deadline_and_says_nothing() {
    let mut cron_job = cron_job("0 * * * *", NOON - 60);
    cron_job.spec.starting_deadline_seconds = Some(10);
    let plan = sync(&cron_job, &[], (NOON + 30) * 1000);
    assert_eq!((plan.create.as_ref(), reasons(&plan)), (None, Vec::new()));
    cron_job.spec.starting_deadline_seconds = Some(50);
    assert!(sync(&cron_job, &[], (NOON + 30) * 1000).create.is_some());
    // Zero: the window is empty when the wake-up comes.
    cron_job.spec.starting_deadline_seconds = Some(0);
    assert!(sync(&cron_job, &[], NOON * 1000 + 100).create.is_none());
}

#[test]
fn forbid_waits_and_replace_deletes() {
    let mut cron_job = cron_job("* * * * *", NOON - 90);
    cron_job.status.active.push(reference("informe-1"));
    cron_job.status.last_schedule_time = Some(Timestamp(NOON - 60));
    let running = [job("informe-1", -60, None)];
    cron_job.spec.concurrency_policy = ConcurrencyPolicy::Forbid;
    let plan = sync(&cron_job, &running, NOON * 1000 + 100);
    assert_eq!((plan.create.as_ref(), reasons(&plan)), (None, vec!["JobAlreadyActive"]));
    cron_job.spec.concurrency_policy = ConcurrencyPolicy::Replace;
    let plan = sync(&cron_job, &running, NOON * 1000 + 100);
    assert_eq!(reasons(&plan), ["SuccessfulDelete"]);
    assert!(plan.create.is_some() && plan.status.active.is_empty());
}

#[test]
fn a_limit_of_zero_deletes_before_it_sees_the_end() {
    let mut cron_job = cron_job("0 0 1 1 *", NOON - 90);
    cron_job.spec.successful_jobs_history_limit = Some(0);
    cron_job.status.active.push(reference("informe-1"));
    let plan = sync(&cron_job, &[job("informe-1", -60, Some("Complete"))], NOON * 1000);
    assert_eq!(reasons(&plan), ["SuccessfulDelete"]);
    assert_eq!(plan.status.last_successful_time, Some(Timestamp(NOON - 60)));
    assert!(plan.status.active.is_empty());
}

#[test]
fn the_oldest_of_too_many_goes_whoever_made_it() {
    let cron_job = cron_job("0 0 1 1 *", NOON - 900);
    let jobs: Vec<_> =
        [("d", -40), ("a", -30), ("b", -20), ("c", -10)].map(|(name, at)| job(name, at, Some("Complete"))).into();
    let plan = sync(&cron_job, &jobs, NOON * 1000);
    let deleted: Vec<_> = plan
        .actions
        .iter()
        .filter_map(|action| match action {
            Action::DeleteJob { uid, .. } => Some(&**uid),
            Action::Event(_) => None,
        })
        .collect();
    assert_eq!(deleted, ["d"]);
}

#[test]
fn a_manual_job_is_unexpected_until_it_ends() {
    let cron_job = cron_job("0 0 1 1 *", NOON - 90);
    assert_eq!(reasons(&sync(&cron_job, &[job("a-mano", -5, None)], NOON * 1000)), ["UnexpectedJob"]);
    let plan = sync(&cron_job, &[job("a-mano", -5, Some("Complete"))], NOON * 1000);
    assert_eq!(reasons(&plan), Vec::<&str>::new());
    assert_eq!(plan.status.last_successful_time, Some(Timestamp(NOON - 5)));
}

#[test]
fn stops_without_a_wake_up_while_suspended_or_unreadable() {
    let mut cron_job = cron_job("* * * * *", NOON - 90);
    cron_job.spec.suspend = true;
    let plan = sync(&cron_job, &[], NOON * 1000);
    assert_eq!((plan.create.as_ref(), plan.wake_in_ms), (None, None));
    cron_job.spec.suspend = false;
    cron_job.spec.schedule = "0 0 30 2 *".to_owned();
    let plan = sync(&cron_job, &[], NOON * 1000);
    assert_eq!((reasons(&plan), plan.wake_in_ms), (vec!["InvalidSchedule"], None));
}

#[test]
fn every_so_often_names_at_most_one_job_a_minute() {
    let mut cron_job = cron_job("@every 20s", NOON + 1);
    let plan = sync(&cron_job, &[], (NOON + 21) * 1000 + 100);
    assert_eq!(plan.create.as_ref().map(|new| new.name.as_str()), Some(NOON_MINUTE));
    cron_job.status.last_schedule_time = Some(Timestamp(NOON + 21));
    cron_job.status.active.push(reference(NOON_MINUTE));
    let plan = sync(&cron_job, &[job(NOON_MINUTE, 21, None)], (NOON + 41) * 1000 + 100);
    // The slot's name is taken by the Job that is active: it counts as done.
    assert_eq!(plan.create, None);
}

#[test]
fn dates_as_the_event_writes_them() {
    assert_eq!(rfc1123(Timestamp(NOON)), "Mon, 23 Nov 2026 12:00:00 +0000");
}
