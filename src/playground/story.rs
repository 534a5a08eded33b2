//! What the log tells about each object over time, read once as the log grows: since when a Pod
//! runs, when the controller last did each of its duties. Views ask it for an instant.

use super::view::{Bar, Duties, Stretch};
use crate::api::{Object, Phase, Pod};
use crate::because::Because;
use crate::cluster::{Change, Oid};
use std::collections::BTreeMap;
use std::rc::Rc;

/// The index over a log.
#[derive(Debug, Clone, Default)]
pub(super) struct Story {
    /// Changes read so far.
    read: usize,
    pods: BTreeMap<Oid, PodStory>,
    /// Pods in the order of creation.
    order: Vec<Oid>,
    jobs: BTreeMap<Oid, JobStory>,
    bars: Rc<Vec<Rc<Bar>>>,
}

/// What happened to a Pod, whatever the playhead.
#[derive(Debug, Clone)]
pub(super) struct PodStory {
    pub ordinal: u32,
    pub created_ms: u64,
    pub started_ms: Option<u64>,
    pub ended_ms: Option<u64>,
    place: usize,
}

/// When a Job's controller did what.
#[derive(Debug, Clone)]
struct JobStory {
    uid: Rc<str>,
    created_ms: u64,
    create: Vec<u64>,
    watch: Vec<u64>,
    retry: Vec<u64>,
    mark: Vec<u64>,
    /// The restarts that were held against the limit when it was reached; their Pods are deleted then.
    restarts: Option<(u64, u32)>,
}

impl Story {
    /// Reads what is new in the log.
    pub(super) fn read(&mut self, log: &[Change]) {
        if self.read > log.len() {
            // The run was forked: what came after is another story.
            *self = Self::default();
        }
        let new = log.get(self.read..).unwrap_or(&[]);
        if new.is_empty() {
            return;
        }
        let mut bars = std::mem::take(&mut self.bars);
        let list = Rc::make_mut(&mut bars);
        for change in new {
            self.see(change, list);
        }
        self.bars = bars;
        self.read = log.len();
    }

    pub(super) fn pod(&self, oid: Oid) -> Option<&PodStory> {
        self.pods.get(&oid)
    }

    pub(super) fn bars(&self) -> &Rc<Vec<Rc<Bar>>> {
        &self.bars
    }

    /// When the Job was created.
    pub(super) fn job_created_ms(&self, oid: Oid) -> u64 {
        self.jobs.get(&oid).map_or(0, |story| story.created_ms)
    }

    /// The restarts with which the Job reached its limit by that instant.
    pub(super) fn fatal_restarts(&self, oid: Oid, now_ms: u64) -> u32 {
        let fatal = self.jobs.get(&oid).and_then(|story| story.restarts);
        fatal.filter(|(at_ms, _)| *at_ms <= now_ms).map_or(0, |(_, restarts)| restarts)
    }

    /// The duties as last done at that instant.
    pub(super) fn duties(&self, oid: Oid, now_ms: u64) -> Duties {
        let Some(story) = self.jobs.get(&oid) else { return Duties::default() };
        let last = |instants: &[u64]| {
            let place = instants.partition_point(|at_ms| *at_ms <= now_ms);
            place.checked_sub(1).and_then(|place| instants.get(place)).copied()
        };
        Duties {
            create_ms: last(&story.create),
            watch_ms: last(&story.watch),
            retry_ms: last(&story.retry),
            mark_ms: last(&story.mark),
        }
    }

    fn see(&mut self, change: &Change, bars: &mut Vec<Rc<Bar>>) {
        let at_ms = change.at_ms;
        match (&change.before, &change.after) {
            (None, Some(Object::Job(job))) => {
                let story = JobStory {
                    uid: Rc::clone(&job.metadata.uid),
                    created_ms: at_ms,
                    create: Vec::new(),
                    watch: Vec::new(),
                    retry: Vec::new(),
                    mark: Vec::new(),
                    restarts: None,
                };
                self.jobs.insert(change.oid, story);
            }
            (_, Some(Object::Job(_))) => {
                let Some(story) = self.jobs.get_mut(&change.oid) else { return };
                match change.because {
                    Because::BackoffLimitExceeded { restarts, .. } if story.restarts.is_none() => {
                        story.restarts = Some((at_ms, restarts));
                    }
                    Because::Counted { .. } => story.watch.push(at_ms),
                    Because::JobFinished { .. } => story.mark.push(at_ms),
                    _ => {}
                }
            }
            (before, Some(Object::Pod(pod))) => {
                if before.is_none() {
                    self.see_new_pod(change, pod, bars);
                }
                self.see_pod(change, pod, bars);
            }
            (Some(Object::Pod(_)), None) => {
                if let Some(bar) = self.bar(change.oid, bars) {
                    bar.removed_ms = Some(at_ms);
                }
            }
            _ => {}
        }
    }

    fn see_new_pod(&mut self, change: &Change, pod: &Pod, bars: &mut Vec<Rc<Bar>>) {
        let ordinal = u32::try_from(self.order.len()).unwrap_or(u32::MAX);
        self.order.push(change.oid);
        self.pods.insert(
            change.oid,
            PodStory { ordinal, created_ms: change.at_ms, started_ms: None, ended_ms: None, place: bars.len() },
        );
        bars.push(Rc::new(Bar {
            uid: Rc::clone(&pod.metadata.uid),
            name: Rc::clone(&pod.metadata.name),
            index: pod.completion_index(),
            stretches: Vec::new(),
            ended: None,
            removed_ms: None,
        }));
        if let Because::PodsMissing { failed, .. } = change.because {
            let owner = pod.metadata.controller().map(|owner| Rc::clone(&owner.uid));
            let job = owner.and_then(|uid| self.job_of(&uid));
            if let Some(story) = job.and_then(|job| self.jobs.get_mut(&job)) {
                story.create.push(change.at_ms);
                if failed > 0 {
                    story.retry.push(change.at_ms);
                }
            }
        }
    }

    fn job_of(&self, uid: &str) -> Option<Oid> {
        self.jobs.iter().find(|(_, story)| &*story.uid == uid).map(|(oid, _)| *oid)
    }

    fn see_pod(&mut self, change: &Change, pod: &Pod, bars: &mut [Rc<Bar>]) {
        let Some(story) = self.pods.get_mut(&change.oid) else { return };
        let running = pod.all_statuses().any(|status| status.state.running.is_some());
        if running && story.started_ms.is_none() {
            story.started_ms = Some(change.at_ms);
        }
        let ends_now = pod.status.is_terminal() && story.ended_ms.is_none();
        if ends_now {
            story.ended_ms = Some(change.at_ms);
        }
        let stretch = stretch_of(pod);
        let Some(bar) = bars.get_mut(story.place) else { return };
        let last = bar.stretches.last().map(|(_, stretch)| *stretch);
        let grows = !pod.status.is_terminal() && last != Some(stretch);
        if grows || ends_now {
            let bar = Rc::make_mut(bar);
            if grows {
                bar.stretches.push((change.at_ms, stretch));
            }
            if ends_now {
                bar.ended = Some((change.at_ms, pod.status.phase == Phase::Succeeded));
            }
        }
    }

    fn bar<'a>(&self, oid: Oid, bars: &'a mut [Rc<Bar>]) -> Option<&'a mut Bar> {
        let place = self.pods.get(&oid)?.place;
        bars.get_mut(place).map(Rc::make_mut)
    }
}

/// What a Pod that hasn't ended does.
pub(super) fn stretch_of(pod: &Pod) -> Stretch {
    if pod.metadata.is_deleting() {
        Stretch::Terminating
    } else if pod.status.phase == Phase::Pending {
        Stretch::Pending
    } else if waits_for_restart(pod) {
        Stretch::BackOff
    } else {
        Stretch::Running
    }
}

/// Whether nothing runs and a container that ended will be started again.
pub(super) fn waits_for_restart(pod: &Pod) -> bool {
    let runs = pod.status.container_statuses.iter().any(|status| status.state.running.is_some());
    let waits = pod.status.container_statuses.iter().any(|status| {
        let container = pod.spec.containers.iter().find(|container| *container.name == *status.name);
        let ended = status.state.terminated.as_ref().map(|end| end.exit_code);
        let again = ended.is_some_and(|code| container.is_some_and(|container| pod.spec.restarts(container, code)));
        again || (status.state.waiting.is_some() && status.last_state.terminated.is_some())
    });
    pod.status.phase == Phase::Running && !runs && waits
}
