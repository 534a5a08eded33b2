//! The Job controller's hands: it syncs a Job when its turn has come, and does what the sync decided,
//! call by call.
//!
//! Models `pkg/controller/job/job_controller.go@v1.37.2` (`processNextWorkItem`, `updateJob`,
//! `addPod` …) and `slowStartBatch`.

use super::quotas::Refused;
use super::{Step, World};
use crate::api::{Job, JobSpec, ObjectKind, ObjectMeta, Pod, TRACKING_FINALIZER};
use crate::because::Because;
use crate::cluster::latency::CALL_MS;
use crate::cluster::{Oid, Report, registry};
use crate::controllers::job::{
    Action, COMPONENT, JobView, NewPod, Planned, adopt, common_metadata, counted, pod_from_template, reconcile, release,
};
use crate::engine::rate_limited_ms;
use std::collections::VecDeque;
use std::rc::Rc;

/// What a sync decided and isn't done yet.
#[derive(Debug, Clone)]
pub(super) struct InFlight {
    actions: VecDeque<Planned>,
    /// Pods that go out together next: 1, then 2, 4, 8 …
    batch: usize,
    /// Whether the Job's turn came meanwhile.
    again: bool,
    /// Pods that the server refused, or that weren't asked for after it had refused one.
    refused: u32,
}

/// What the Pods of a Job have in common, and of which version of the Job.
#[derive(Debug, Clone)]
pub(super) struct Common {
    job: Rc<ObjectMeta>,
    spec: Rc<JobSpec>,
    metadata: Rc<ObjectMeta>,
}

/// What a sync waits after its first error before it is tried again; each further error doubles it.
const DEFAULT_JOB_API_BACK_OFF_MS: u64 = 1_000;
/// The longest such wait.
const MAX_JOB_API_BACK_OFF_MS: u64 = 60_000;

/// Jobs whose common part is remembered.
const COMMON_KEPT: usize = 8;

impl World {
    pub(super) fn sync_job(&mut self, oid: Oid) {
        if !self.jobs.take(oid, self.now_ms) {
            return;
        }
        if let Some(in_flight) = self.in_flight.get_mut(&oid) {
            in_flight.again = true;
            return;
        }
        let Some(job) = self.store.job(oid).cloned() else { return };
        let pods: Vec<_> = self.store.unsettled_pods(oid).map(|(_, pod)| pod).collect();
        let ownerless: Vec<_> = self.store.ownerless_pods(&job.metadata.namespace).map(|(_, pod)| pod).collect();
        let plan = reconcile(&JobView {
            job: &job,
            pods: &pods,
            ownerless: &ownerless,
            failures: self.failures.get(&oid).copied().unwrap_or_default(),
            unix_ms: self.store.unix_ms(self.now_ms),
        });
        self.failures.insert(oid, plan.failures);
        if let Some(ms) = plan.requeue_ms {
            self.add_job_at(oid, self.now_ms + ms);
        }
        if plan.actions.is_empty() {
            self.sync_errors.remove(&oid);
            return;
        }
        self.in_flight.insert(oid, InFlight { actions: plan.actions.into(), batch: 1, again: false, refused: 0 });
        self.queue.push(self.now_ms + CALL_MS, Step::GoOn(oid));
    }

    /// Does the next call, or the next batch of creations, and plans the one after.
    pub(super) fn go_on(&mut self, oid: Oid) {
        let Some(mut in_flight) = self.in_flight.remove(&oid) else { return };
        let mut wait_ms = CALL_MS;
        let creates = |planned: &Planned| matches!(planned.action, Action::CreatePod(_));
        let mut batch = if in_flight.actions.front().is_some_and(creates) { in_flight.batch } else { 1 };
        in_flight.batch = batch * 2;
        let refused_before = in_flight.refused;
        let mut only_event = false;
        while batch > 0
            && let Some(planned) = in_flight.actions.pop_front()
        {
            only_event = matches!(planned.action, Action::Event { .. });
            let went_on = creates(&planned);
            wait_ms = wait_ms.max(self.client.take(self.now_ms));
            in_flight.refused += u32::from(!self.perform(oid, planned, in_flight.refused));
            let next_creates = in_flight.actions.front().is_some_and(creates);
            batch -= 1;
            if went_on && !next_creates {
                break;
            }
        }
        let Some(job) = self.store.job(oid) else { return };
        if in_flight.refused > refused_before {
            in_flight.leave_out_creations(job);
        }
        if in_flight.actions.is_empty() {
            self.finish_sync(oid, in_flight.refused > 0);
            if in_flight.again && self.jobs.add(oid, self.now_ms) {
                self.queue.push(self.now_ms, Step::SyncJob(oid));
            }
            return;
        }
        self.in_flight.insert(oid, in_flight);
        // An event is handed to the recorder and costs the sync no time.
        let wait_ms = if only_event { 0 } else { wait_ms };
        self.queue.push(self.now_ms + wait_ms, Step::GoOn(oid));
    }

    /// Models what `processNextWorkItem` does after a sync: a Job whose sync had an error comes again, ever later.
    fn finish_sync(&mut self, oid: Oid, failed: bool) {
        if !failed {
            self.sync_errors.remove(&oid);
            return;
        }
        let errors = self.sync_errors.entry(oid).or_default();
        let wait_ms = retry_ms(*errors);
        *errors += 1;
        self.add_job_at(oid, self.now_ms + wait_ms);
    }

    /// Does what was planned, but for `refused` Pods that don't count as active. Tells whether the server took it.
    fn perform(&mut self, job: Oid, planned: Planned, refused: u32) -> bool {
        let Planned { action, because } = planned;
        match action {
            Action::CreatePod(new) => return self.create_pod(job, new, because),
            Action::DeletePod { pod, release_first } => self.delete_pod(job, &pod, release_first, &because),
            Action::RemoveFinalizer { pod } => {
                if let Some(pod) = self.store.find_uid(&pod) {
                    registry::remove_finalizer(&mut self.store, self.now_ms, pod, TRACKING_FINALIZER, &because);
                }
            }
            Action::WriteStatus(mut status) => {
                if refused > 0 {
                    let status = Rc::make_mut(&mut status);
                    status.active = status.active.saturating_sub_unsigned(refused).max(0);
                }
                let because = because.without_active(refused);
                self.store.update_job(self.now_ms, job, because, |job| job.status = status);
            }
            Action::Event { warning, reason, message } => self.job_event(job, warning, reason, message),
            Action::Adopt { pod } => self.change_owner(job, &pod, because, adopt),
            Action::Release { pod } => self.change_owner(job, &pod, because, release),
        }
        true
    }

    /// Creates the Pod; false if the server refuses it.
    fn create_pod(&mut self, oid: Oid, new: NewPod, because: Because) -> bool {
        let Some(job) = self.store.job(oid).cloned() else { return true };
        let common = self.common_metadata(&job);
        let (mut metadata, spec) = pod_from_template(&job, &common, new);
        let spec = match self.admit_pod(&mut metadata, &spec) {
            Ok(spec) => spec,
            Err(refused) => {
                self.report_refused_pod(oid, &refused);
                return false;
            }
        };
        let pod = registry::create_pod(&mut self.store, self.now_ms, metadata, spec, &mut self.draws, because);
        let name = self.store.pod(pod).map(|pod| Rc::clone(&pod.metadata.name));
        if let Some(name) = name {
            self.client.take(self.now_ms);
            self.job_event(oid, false, "SuccessfulCreate", Rc::from(format!("Created pod: {name}")));
        }
        true
    }

    /// Models `RealPodControl.createPods` (`pkg/controller/controller_utils.go@v1.37.2`).
    fn report_refused_pod(&mut self, job: Oid, refused: &Refused) {
        self.client.take(self.now_ms);
        let message: Rc<str> = Rc::from(refused.message.as_str());
        let because = Because::PodRefused {
            blame: refused.blame,
            message: Rc::clone(&message),
            retry_ms: retry_ms(self.sync_errors.get(&job).copied().unwrap_or_default()),
        };
        let report = Report::of(COMPONENT, job, true, "FailedCreate", format!("Error creating: {message}"));
        self.recorder.report_because(&mut self.store, self.now_ms, report, because);
    }

    /// What the Pods of a Job have in common, made once for all of them.
    fn common_metadata(&mut self, job: &Job) -> Rc<ObjectMeta> {
        let made_of = |common: &&Common| Rc::ptr_eq(&common.job, &job.metadata) && Rc::ptr_eq(&common.spec, &job.spec);
        if let Some(common) = self.common.iter().find(made_of) {
            return Rc::clone(&common.metadata);
        }
        if self.common.len() >= COMMON_KEPT {
            self.common.remove(0);
        }
        let metadata = Rc::new(common_metadata(job));
        let (job, spec) = (Rc::clone(&job.metadata), Rc::clone(&job.spec));
        self.common.push(Common { job, spec, metadata: Rc::clone(&metadata) });
        metadata
    }

    fn delete_pod(&mut self, job: Oid, uid: &str, release_first: bool, because: &Because) {
        let Some(oid) = self.store.find_uid(uid) else { return };
        let Some(name) = self.store.pod(oid).map(|pod| Rc::clone(&pod.metadata.name)) else { return };
        if release_first {
            registry::remove_finalizer(&mut self.store, self.now_ms, oid, TRACKING_FINALIZER, because);
        }
        registry::delete_pod(&mut self.store, self.now_ms, oid, None, because);
        self.job_event(job, false, "SuccessfulDelete", Rc::from(format!("Deleted pod: {name}")));
    }

    fn change_owner(&mut self, job: Oid, uid: &str, because: Because, change: fn(&mut Pod, &Job)) {
        let (Some(pod), Some(job)) = (self.store.find_uid(uid), self.store.job(job).cloned()) else { return };
        self.store.update_pod(self.now_ms, pod, because, |pod| change(pod, &job));
    }

    fn job_event(&mut self, job: Oid, warning: bool, reason: &'static str, message: Rc<str>) {
        debug_assert!(self.store.get(job).is_none_or(|object| object.kind() == ObjectKind::Job));
        self.recorder.report(&mut self.store, self.now_ms, Report::of(COMPONENT, job, warning, reason, message));
    }
}

impl InFlight {
    /// Models the end of `manageJob`'s slow start: after a refusal no further Pod is asked for, and the status tells of
    /// those that there are.
    fn leave_out_creations(&mut self, job: &Job) {
        let planned = self.actions.len();
        self.actions.retain(|planned| !matches!(planned.action, Action::CreatePod(_)));
        self.refused += u32::try_from(planned - self.actions.len()).unwrap_or(u32::MAX);
        let writes = |planned: &Planned| matches!(planned.action, Action::WriteStatus(_));
        if !self.actions.iter().any(writes) {
            // Without the refusal the counters would have stayed.
            let because = counted(&job.status);
            self.actions.push_back(Planned { action: Action::WriteStatus(job.status.clone()), because });
        }
    }
}

/// How long the controller waits after that many errors and one more.
fn retry_ms(errors: u32) -> u64 {
    rate_limited_ms(errors, DEFAULT_JOB_API_BACK_OFF_MS, MAX_JOB_API_BACK_OFF_MS)
}
