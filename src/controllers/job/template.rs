//! Models `pkg/controller/controller_utils.go@v1.37.2`, `GetPodFromTemplate`, and, of
//! `pkg/controller/job`, `addCompletionIndexAnnotation` and its siblings.

use crate::api::TRACKING_FINALIZER;
use crate::api::{EnvVar, Job, Labels, ObjectMeta, OwnerReference, PodSpec};
use serde_json::json;
use std::rc::Rc;

/// Annotation and label with a Pod's completion index.
pub const COMPLETION_INDEX: &str = "batch.kubernetes.io/job-completion-index";
/// Annotation with the failures that count before this Pod of an index.
pub(super) const FAILURE_COUNT: &str = "batch.kubernetes.io/job-index-failure-count";
/// Annotation with the failures that a policy ignored before this Pod of an index.
pub(super) const IGNORED_FAILURE_COUNT: &str = "batch.kubernetes.io/job-index-ignored-failure-count";
const MAX_PREFIX: usize = 58;

/// A Pod to be created: what the template doesn't say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewPod {
    /// Its completion index, in an Indexed Job.
    pub index: Option<u32>,
    /// With `backoffLimitPerIndex`: failures of the index that count, and those ignored.
    pub index_failures: Option<(u32, u32)>,
}

/// The metadata that all Pods of the Job have in common: made once, shared by them.
pub fn common_metadata(job: &Job) -> ObjectMeta {
    let template = &job.spec.template;
    let mut finalizers = Rc::clone(&template.metadata.finalizers);
    if !finalizers.iter().any(|finalizer| finalizer == TRACKING_FINALIZER) {
        Rc::make_mut(&mut finalizers).push(TRACKING_FINALIZER.to_owned());
    }
    ObjectMeta {
        annotations: Rc::clone(&template.metadata.annotations),
        finalizers,
        generate_name: Some(Rc::from(generate_name(&job.metadata.name, None))),
        generation: 1,
        labels: Rc::clone(&template.metadata.labels),
        namespace: Rc::clone(&job.metadata.namespace),
        owner_references: Rc::new(vec![owner_reference(job)]),
        ..ObjectMeta::default()
    }
}

/// The metadata (without name, uid and time, which the server gives) and the spec of a new Pod.
pub fn pod_from_template(job: &Job, common: &ObjectMeta, new: NewPod) -> (ObjectMeta, Rc<PodSpec>) {
    let mut metadata = common.clone();
    if let Some((counted, ignored)) = new.index_failures {
        note_failures(Rc::make_mut(&mut metadata.annotations), counted, ignored);
    }
    let Some(index) = new.index else { return (metadata, Rc::clone(&job.spec.template.spec)) };
    Rc::make_mut(&mut metadata.labels).insert(COMPLETION_INDEX.to_owned(), index.to_string());
    Rc::make_mut(&mut metadata.annotations).insert(COMPLETION_INDEX.to_owned(), index.to_string());
    metadata.generate_name = Some(Rc::from(generate_name(&job.metadata.name, Some(index))));
    (metadata, Rc::new(indexed_spec(job, index)))
}

/// The link by which a Pod is the Job's.
pub(super) fn owner_reference(job: &Job) -> OwnerReference {
    OwnerReference {
        api_version: Rc::from("batch/v1"),
        block_owner_deletion: true,
        controller: true,
        kind: Rc::from("Job"),
        name: Rc::clone(&job.metadata.name),
        uid: Rc::clone(&job.metadata.uid),
    }
}

fn note_failures(annotations: &mut Labels, counted: u32, ignored: u32) {
    annotations.insert(FAILURE_COUNT.to_owned(), counted.to_string());
    if ignored > 0 {
        annotations.insert(IGNORED_FAILURE_COUNT.to_owned(), ignored.to_string());
    }
}

fn generate_name(job: &str, index: Option<u32>) -> String {
    match index {
        None => format!("{job}-"),
        Some(index) => {
            let tail = format!("-{index}-");
            let kept: String = job.chars().take(MAX_PREFIX.saturating_sub(tail.len())).collect();
            kept + &tail
        }
    }
}

fn indexed_spec(job: &Job, index: u32) -> PodSpec {
    let mut spec = PodSpec::clone(&job.spec.template.spec);
    spec.hostname = Some(format!("{}-{index}", job.metadata.name));
    for container in spec.init_containers.iter_mut().chain(&mut spec.containers) {
        if container.env.iter().any(|variable| variable.name == "JOB_COMPLETION_INDEX") {
            continue;
        }
        Rc::make_mut(container).env.push(EnvVar {
            name: "JOB_COMPLETION_INDEX".to_owned(),
            value: None,
            value_from: Some(json!({
                "fieldRef": {
                    "apiVersion": "v1",
                    "fieldPath": format!("metadata.labels['{COMPLETION_INDEX}']"),
                }
            })),
        });
    }
    spec
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_job_names_keep_the_index() {
        assert_eq!(generate_name("pi", None), "pi-");
        assert_eq!(generate_name("pi", Some(3)), "pi-3-");
        let long = generate_name(&"a".repeat(60), Some(12));
        assert_eq!((long.len(), long.ends_with("a-12-")), (58, true));
    }
}
