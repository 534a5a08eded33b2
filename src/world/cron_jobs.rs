//! The `CronJob` controller's hands: it syncs a `CronJob` when its turn has come, and does what the sync decided.
//!
//! Models `pkg/controller/cronjob/cronjob_controllerv2.go@v1.37.2` (`addCronJob`, `updateCronJob`, `addJob` …) and
//! `utils.go`, `getJobFromTemplate2`.

use super::{Propagation, Step, World};
use crate::api::{CronJob, CronJobStatus, JobReference, Object, ObjectKind, Other};
use crate::because::Because;
use crate::cluster::latency::{CALL_MS, WATCH_MS};
use crate::cluster::{Oid, Report};
use crate::controllers::cron_job::{Action, COMPONENT, CronJobView, NewJob, Plan, SCHEDULED, after_edit, reconcile};
use crate::manifest;
use serde_json::{Map, Value, json};
use std::rc::Rc;

impl World {
    /// Models `addCronJob`, `updateCronJob`.
    pub(super) fn tell_cron_job(&mut self, oid: Oid, before: Option<&Rc<Other>>, now: &Rc<Other>) {
        let now = CronJob::read(now);
        let edited = before.map(|before| CronJob::read(before)).is_some_and(|before| {
            before.spec.schedule != now.spec.schedule || before.spec.time_zone != now.spec.time_zone
        });
        if !edited {
            return self.wake_cron_job(oid);
        }
        let unix_ms = self.store.unix_ms(self.now_ms + WATCH_MS);
        match after_edit(&now, unix_ms) {
            Ok(Some(wait_ms)) => self.wake_cron_job_at(oid, self.now_ms + WATCH_MS + wait_ms),
            Ok(None) => {}
            Err(report) => self.cron_job_event(oid, report),
        }
    }

    /// Something about the `CronJob` or one of its Jobs changed: it is looked at right away.
    pub(super) fn wake_cron_job(&mut self, oid: Oid) {
        // What the writer of a change does next, such as reporting an event, comes before this.
        let due_ms = self.now_ms + WATCH_MS + CALL_MS;
        if self.cron_jobs.add(oid, due_ms) {
            self.queue.push(due_ms, Step::SyncCronJob(oid));
        }
    }

    fn wake_cron_job_at(&mut self, oid: Oid, due_ms: u64) {
        if self.cron_jobs.add_at(oid, due_ms) {
            self.queue.push(due_ms, Step::SyncCronJob(oid));
        }
    }

    pub(super) fn sync_cron_job(&mut self, oid: Oid) {
        if !self.cron_jobs.take(oid, self.now_ms) {
            return;
        }
        let Some(stored) = self.store.get(oid).and_then(Object::as_other).cloned() else { return };
        let cron_job = CronJob::read(&stored);
        let jobs: Vec<_> = self.store.jobs_of(oid).map(|(_, job)| job).collect();
        let plan =
            reconcile(&CronJobView { cron_job: &cron_job, jobs: &jobs, unix_ms: self.store.unix_ms(self.now_ms) });
        self.carry_out(oid, &cron_job, plan);
    }

    fn carry_out(&mut self, oid: Oid, cron_job: &CronJob, plan: Plan) {
        for action in plan.actions {
            match action {
                Action::DeleteJob { uid, because } => {
                    if let Some(job) = self.store.find_uid(&uid) {
                        self.delete_owner(job, Propagation::Background, because);
                    }
                }
                Action::Event(report) => self.cron_job_event(oid, report),
            }
        }
        let mut status = plan.status;
        let mut because = Because::JobsFollowed { active: u32::try_from(status.active.len()).unwrap_or(u32::MAX) };
        let mut wake_in_ms = plan.wake_in_ms;
        let mut refused = None;
        if let Some(new) = plan.create {
            match self.create_scheduled_job(oid, cron_job, &status, &new) {
                Err(words) => {
                    refused = Some(words);
                    wake_in_ms = None;
                }
                Ok(Some(job)) => {
                    status.active.push(job);
                    status.last_schedule_time = Some(new.due);
                    because = Because::ScheduleFired { at: Rc::from(&*new.scheduled) };
                }
                // A name that another one has stops the timer, as upstream.
                Ok(None) => wake_in_ms = None,
            }
        }
        if status != cron_job.status {
            self.store.update_other(self.now_ms, oid, because, |stored| {
                if let Value::Object(fields) = Rc::make_mut(&mut stored.body) {
                    fields.insert("status".to_owned(), status.to_value());
                }
            });
        }
        match refused {
            None => {
                self.sync_errors.remove(&oid);
            }
            Some(words) => self.try_cron_job_again(oid, &words),
        }
        if let Some(wait_ms) = wake_in_ms {
            self.wake_cron_job_at(oid, self.now_ms + wait_ms);
        }
    }

    /// Models `processNextWorkItem` after an error.
    fn try_cron_job_again(&mut self, oid: Oid, words: &str) {
        let retry_ms = self.default_retry_ms(oid);
        let because = Because::JobRefused { message: Rc::from(words), retry_ms };
        let told = Report::of(COMPONENT, oid, true, "FailedCreate", format!("Error creating job: {words}"));
        self.recorder.report_because(&mut self.store, self.now_ms, told, because);
        self.wake_cron_job_at(oid, self.now_ms + retry_ms);
    }

    /// Creates the Job of a firing, or finds the one that is already there for it; none if the name is taken by a
    /// Job of somebody else or one that is already known. The error is the server's, if it refuses the Job.
    fn create_scheduled_job(
        &mut self,
        oid: Oid,
        cron_job: &CronJob,
        status: &CronJobStatus,
        new: &NewJob,
    ) -> Result<Option<JobReference>, String> {
        let namespace = &cron_job.metadata.namespace;
        if let Some(there) = self.store.find(ObjectKind::Job, namespace, &new.name) {
            let own = self.store.owner(there) == Some(oid);
            let reference = self.job_reference(there);
            return Ok(reference.filter(|reference| own && !status.lists(&reference.uid)));
        }
        let uid = self.new_uid();
        let Some(object) = manifest::admit(job_from_template(cron_job, new), &uid) else { return Ok(None) };
        if let Some(words) = self.refuses("Job", &object) {
            return Err(words);
        }
        let because = Because::ScheduleFired { at: Rc::from(&*new.scheduled) };
        // What the server defaulted and the CronJob's validation let pass fits the types.
        let Ok(job) = self.create_because("Job", &object, because) else { return Ok(None) };
        self.cron_job_event(
            oid,
            crate::controllers::cron_job::Report {
                warning: false,
                reason: "SuccessfulCreate",
                message: Rc::from(format!("Created job {}", new.name)),
            },
        );
        Ok(self.job_reference(job))
    }

    fn job_reference(&self, job: Oid) -> Option<JobReference> {
        let job = self.store.job(job)?;
        Some(JobReference {
            namespace: Rc::clone(&job.metadata.namespace),
            name: Rc::clone(&job.metadata.name),
            uid: Rc::clone(&job.metadata.uid),
            resource_version: job.resource_version,
        })
    }

    fn cron_job_event(&mut self, oid: Oid, report: crate::controllers::cron_job::Report) {
        self.recorder.report(
            &mut self.store,
            self.now_ms,
            Report::of(COMPONENT, oid, report.warning, report.reason, report.message),
        );
    }
}

/// Models `getJobFromTemplate2`.
fn job_from_template(cron_job: &CronJob, new: &NewJob) -> Value {
    let template = &cron_job.spec.job_template;
    let of_template = |name: &str| template.get("metadata").and_then(|metadata| metadata.get(name)).cloned();
    let mut annotations = of_template("annotations").unwrap_or_else(|| Value::Object(Map::new()));
    if let Value::Object(annotations) = &mut annotations {
        annotations.insert(SCHEDULED.to_owned(), Value::String(new.scheduled.clone()));
    }
    json!({
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {
            "name": new.name,
            "namespace": cron_job.metadata.namespace,
            "labels": of_template("labels").unwrap_or_else(|| Value::Object(Map::new())),
            "annotations": annotations,
            "ownerReferences": [{
                "apiVersion": "batch/v1",
                "kind": "CronJob",
                "name": cron_job.metadata.name,
                "uid": cron_job.metadata.uid,
                "controller": true,
                "blockOwnerDeletion": true,
            }],
        },
        "spec": template.get("spec").cloned().unwrap_or(Value::Null),
    })
}
