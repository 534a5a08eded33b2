//! Models `staging/src/k8s.io/api/batch/v1/types.go@v1.37.2`, `CronJob`: what its controller reads and writes of the
//! stored object.
//!
//! Leaves out: what only the API server looks at; the object itself is kept whole, as JSON.

use super::{ObjectMeta, Other, Timestamp};
use serde_json::{Map, Value, json};
use std::rc::Rc;

/// Jobs by a schedule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CronJob {
    /// Name, labels, owners.
    pub metadata: Rc<ObjectMeta>,
    /// What is wanted.
    pub spec: CronJobSpec,
    /// What is.
    pub status: CronJobStatus,
}

/// What a `CronJob` wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CronJobSpec {
    /// Five fields or a descriptor.
    pub schedule: String,
    /// The zone in which the schedule is meant; none for UTC.
    pub time_zone: Option<String>,
    /// How many seconds late a Job may still start.
    pub starting_deadline_seconds: Option<i64>,
    /// What happens when a Job is due while another one runs.
    pub concurrency_policy: ConcurrencyPolicy,
    /// Whether no Jobs are to be started for now.
    pub suspend: bool,
    /// How many completed Jobs are kept; none for all.
    pub successful_jobs_history_limit: Option<usize>,
    /// How many failed Jobs are kept; none for all.
    pub failed_jobs_history_limit: Option<usize>,
    /// The Jobs' pattern, as it was stored.
    pub job_template: Value,
}

/// What happens when a Job is due while another one runs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ConcurrencyPolicy {
    /// Both run.
    #[default]
    Allow,
    /// The new one waits for the end of the old one.
    Forbid,
    /// The old one is deleted.
    Replace,
}

/// What a `CronJob` has done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CronJobStatus {
    /// The Jobs that haven't ended, in the order of creation.
    pub active: Vec<JobReference>,
    /// The firing for which a Job was created last.
    pub last_schedule_time: Option<Timestamp>,
    /// When a Job completed last.
    pub last_successful_time: Option<Timestamp>,
}

/// A link to a Job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobReference {
    /// Its namespace.
    pub namespace: Rc<str>,
    /// Its name.
    pub name: Rc<str>,
    /// Its uid.
    pub uid: Rc<str>,
    /// Its version when it was created.
    pub resource_version: u64,
}

impl CronJob {
    /// Reads the stored object; fields that it lacks have their defaults.
    pub fn read(object: &Other) -> Self {
        let body = &*object.body;
        let spec = body.get("spec").unwrap_or(&Value::Null);
        let text = |name: &str| spec.get(name).and_then(Value::as_str).map(str::to_owned);
        let number = |name: &str| spec.get(name).and_then(Value::as_i64);
        let limit = |name: &str| number(name).and_then(|limit| usize::try_from(limit).ok());
        Self {
            metadata: Rc::clone(&object.metadata),
            spec: CronJobSpec {
                schedule: text("schedule").unwrap_or_default(),
                time_zone: text("timeZone"),
                starting_deadline_seconds: number("startingDeadlineSeconds"),
                concurrency_policy: match text("concurrencyPolicy").as_deref() {
                    Some("Forbid") => ConcurrencyPolicy::Forbid,
                    Some("Replace") => ConcurrencyPolicy::Replace,
                    _ => ConcurrencyPolicy::Allow,
                },
                suspend: spec.get("suspend").and_then(Value::as_bool).unwrap_or(false),
                successful_jobs_history_limit: limit("successfulJobsHistoryLimit"),
                failed_jobs_history_limit: limit("failedJobsHistoryLimit"),
                job_template: spec.get("jobTemplate").cloned().unwrap_or(Value::Null),
            },
            status: CronJobStatus::read(body.get("status").unwrap_or(&Value::Null)),
        }
    }
}

impl CronJobSpec {
    /// The schedule with its zone in front, as the controller hands it to the parser: `formatSchedule`.
    pub fn zoned_schedule(&self) -> String {
        match &self.time_zone {
            Some(zone) if !self.schedule.contains("TZ") => format!("TZ={zone} {}", self.schedule),
            _ => self.schedule.clone(),
        }
    }
}

impl CronJobStatus {
    fn read(status: &Value) -> Self {
        let time = |name: &str| status.get(name).and_then(Value::as_str).and_then(Timestamp::parse);
        let active = status.get("active").and_then(Value::as_array);
        Self {
            active: active.into_iter().flatten().map(JobReference::read).collect(),
            last_schedule_time: time("lastScheduleTime"),
            last_successful_time: time("lastSuccessfulTime"),
        }
    }

    /// The status as the API shows it.
    pub fn to_value(&self) -> Value {
        let mut fields = Map::new();
        if !self.active.is_empty() {
            fields.insert("active".to_owned(), self.active.iter().map(JobReference::to_value).collect());
        }
        let times = [("lastScheduleTime", self.last_schedule_time), ("lastSuccessfulTime", self.last_successful_time)];
        for (name, time) in times {
            if let Some(time) = time {
                fields.insert(name.to_owned(), Value::String(time.to_string()));
            }
        }
        Value::Object(fields)
    }

    /// Whether that Job is listed as active.
    pub fn lists(&self, uid: &str) -> bool {
        self.active.iter().any(|job| &*job.uid == uid)
    }
}

impl JobReference {
    fn read(value: &Value) -> Self {
        let text = |name: &str| Rc::from(value.get(name).and_then(Value::as_str).unwrap_or(""));
        let version: Rc<str> = text("resourceVersion");
        Self {
            namespace: text("namespace"),
            name: text("name"),
            uid: text("uid"),
            resource_version: version.parse().unwrap_or(0),
        }
    }

    fn to_value(&self) -> Value {
        json!({
            "apiVersion": "batch/v1",
            "kind": "Job",
            "name": self.name,
            "namespace": self.namespace,
            "resourceVersion": self.resource_version.to_string(),
            "uid": self.uid,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_read_as_it_was_written() {
        let status = CronJobStatus {
            active: vec![JobReference {
                namespace: Rc::from("default"),
                name: Rc::from("informe-29923920"),
                uid: Rc::from("u"),
                resource_version: 7,
            }],
            last_schedule_time: Some(Timestamp(1_795_435_200)),
            last_successful_time: None,
        };
        assert_eq!(CronJobStatus::read(&status.to_value()), status);
        assert_eq!(CronJobStatus::default().to_value(), json!({}));
    }
}
