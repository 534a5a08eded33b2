//! Models `pkg/controller/controller_ref_manager.go@v1.37.2`, `ClaimPods`: which Pods are the Job's.
//!
//! A Pod without owner that matches the selector is adopted; one whose labels no longer match is
//! released. Both practically happen only with `manualSelector`.

use super::plan::{Action, Plan, Planned};
use super::template::owner_reference;
use crate::api::{Job, Labels, Pod, TRACKING_FINALIZER};
use crate::because::Because;
use std::rc::Rc;

/// The Pods that a sync works with, and what must be written to make them the Job's.
pub(super) struct Claim<'a> {
    pub kept: Vec<&'a Rc<Pod>>,
    /// As they will be once they are adopted: they count from this very sync.
    pub adopted: Vec<Rc<Pod>>,
    writes: Vec<Planned>,
}

pub(super) fn claim<'a>(job: &Job, pods: &[&'a Rc<Pod>], ownerless: &[&'a Rc<Pod>]) -> Claim<'a> {
    // The Pods of a Job that isn't Indexed share their labels, so one look serves them all.
    let mut last: Option<(&Rc<Labels>, bool)> = None;
    let mut matches = |pod: &'a Pod| {
        let labels = &pod.metadata.labels;
        if let Some((_, known)) = last.filter(|(looked, _)| Rc::ptr_eq(looked, labels)) {
            return known;
        }
        let found = job.spec.selector.as_ref().is_some_and(|selector| selector.matches(labels));
        last = Some((labels, found));
        found
    };
    let mut claim = Claim { kept: Vec::new(), adopted: Vec::new(), writes: Vec::new() };
    for pod in pods {
        if matches(pod) || job.metadata.is_deleting() {
            claim.kept.push(pod);
        } else {
            let action = Action::Release { pod: Rc::clone(&pod.metadata.uid) };
            claim.writes.push(Planned { action, because: Because::Released });
        }
    }
    if job.metadata.is_deleting() {
        return claim;
    }
    for pod in ownerless.iter().filter(|pod| matches(pod) && !pod.metadata.is_deleting()) {
        let mut adopted = Pod::clone(pod);
        adopt(&mut adopted, job);
        claim.adopted.push(Rc::new(adopted));
        let action = Action::Adopt { pod: Rc::clone(&pod.metadata.uid) };
        claim.writes.push(Planned { action, because: Because::Adopted });
    }
    claim
}

/// Makes the Job the Pod's owner.
pub fn adopt(pod: &mut Pod, job: &Job) {
    let metadata = Rc::make_mut(&mut pod.metadata);
    Rc::make_mut(&mut metadata.owner_references).push(owner_reference(job));
    if !metadata.has_finalizer(TRACKING_FINALIZER) {
        Rc::make_mut(&mut metadata.finalizers).push(TRACKING_FINALIZER.to_owned());
    }
}

/// Takes the Pod from its owner.
pub fn release(pod: &mut Pod, job: &Job) {
    let metadata = Rc::make_mut(&mut pod.metadata);
    Rc::make_mut(&mut metadata.owner_references).retain(|owner| owner.uid != job.metadata.uid);
    Rc::make_mut(&mut metadata.finalizers).retain(|finalizer| finalizer != TRACKING_FINALIZER);
}

impl Claim<'_> {
    /// The plan with the claim's writes before it.
    pub(super) fn before(self, mut plan: Plan) -> Plan {
        plan.actions.splice(0..0, self.writes);
        plan
    }
}
