//! When, how and why the Jobs of a run will end: found by running a copy of the run ahead of the
//! playhead, a bounded number of steps at a time.
//!
//! Leaves out: a log of the copy. Only what tells the ends is kept, so a forecast of ten thousand
//! Pods costs time, but hardly memory.

use crate::api::{Job, Object};
use crate::because::Because;
use crate::cluster::Change;
use crate::timeline::Timeline;
use crate::world::{Bound, World};
use std::rc::Rc;

/// A copy runs at most so many steps: a run that never ends is given up, not followed for ever.
const MOST_STEPS: u32 = 2_000_000;

/// How a Job ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Its condition `Complete` becomes True.
    Complete,
    /// Its condition `Failed` becomes True.
    Failed,
    /// It is removed without having ended.
    Removed,
    /// Nothing happens any more by itself, and it hasn't ended.
    Waits,
    /// It still hasn't ended where the forecast gives up.
    Endless,
}

/// The end of one Job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    /// The Job's uid.
    pub uid: Rc<str>,
    /// Its name.
    pub job: Rc<str>,
    /// How it ends.
    pub fate: Fate,
    /// When, in virtual milliseconds; of a Job that doesn't end: how far the forecast came.
    pub at_ms: u64,
    /// The rule that decided it.
    pub because: Option<Because>,
    /// The final condition's reason.
    pub reason: String,
    /// Pods that were ever created for it.
    pub pods: u32,
    /// `status.succeeded` at the end.
    pub succeeded: u32,
    /// `status.failed` at the end.
    pub failed: u32,
}

/// A run's Jobs, followed to their ends.
#[derive(Debug, Clone)]
pub struct Forecast {
    world: World,
    jobs: Vec<Followed>,
    steps: u32,
    over: Option<Over>,
}

/// Why nothing more is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Over {
    AllEnded,
    Quiet,
    GivenUp,
}

#[derive(Debug, Clone)]
struct Followed {
    uid: Rc<str>,
    name: Rc<str>,
    pods: u32,
    succeeded: u32,
    failed: u32,
    because: Option<Because>,
    end: Option<(u64, Fate, String)>,
    suspended: bool,
}

impl Forecast {
    /// Begins where the run has been computed to; what its log tells already counts.
    pub fn of(timeline: &Timeline) -> Self {
        let mut forecast = Self { world: timeline.world().clone(), jobs: Vec::new(), steps: 0, over: None };
        for change in timeline.log() {
            forecast.see(change);
        }
        forecast
    }

    /// Computes at most so many steps; tells whether the forecast is complete.
    pub fn advance(&mut self, steps: u32) -> bool {
        let mut changes = Vec::new();
        for _ in 0..steps {
            if self.is_over() {
                return true;
            }
            if self.steps >= MOST_STEPS {
                self.over = Some(Over::GivenUp);
            } else if !self.jobs.is_empty() && self.jobs.iter().all(|job| job.end.is_some()) {
                self.over = Some(Over::AllEnded);
            } else if self.world.step() {
                self.steps += 1;
                self.world.settle(&mut changes);
                for change in changes.drain(..) {
                    self.see(&change);
                }
            } else {
                self.over = Some(if self.world.bound().is_some() { Over::GivenUp } else { Over::Quiet });
            }
        }
        self.is_over()
    }

    /// Whether there is nothing more to compute.
    pub fn is_over(&self) -> bool {
        self.over.is_some()
    }

    /// How far the copy has come, in virtual milliseconds.
    pub fn reached_ms(&self) -> u64 {
        self.world.now_ms()
    }

    /// Pods that were created so far, by all Jobs.
    pub fn pods(&self) -> u32 {
        self.jobs.iter().map(|job| job.pods).sum()
    }

    /// The bound that stopped the copy, if one did.
    pub fn bound(&self) -> Option<Bound> {
        self.world.bound()
    }

    /// The ends that are known, in the order of the Jobs' creation. Once the forecast is over every Job
    /// has one.
    pub fn endings(&self) -> Vec<Ending> {
        self.jobs.iter().filter_map(|job| self.ending(job)).collect()
    }

    fn ending(&self, job: &Followed) -> Option<Ending> {
        let unended = match self.over {
            Some(Over::GivenUp) => Some(Fate::Endless),
            Some(Over::Quiet | Over::AllEnded) => Some(Fate::Waits),
            None => None,
        };
        let (at_ms, fate, reason) = match &job.end {
            Some(end) => end.clone(),
            None => (self.world.now_ms(), unended?, String::new()),
        };
        let because = job.because.clone().or_else(|| job.suspended.then_some(Because::Suspended));
        Some(Ending {
            uid: Rc::clone(&job.uid),
            job: Rc::clone(&job.name),
            fate,
            at_ms,
            because,
            reason,
            pods: job.pods,
            succeeded: job.succeeded,
            failed: job.failed,
        })
    }

    fn see(&mut self, change: &Change) {
        match (&change.before, &change.after) {
            (before, Some(Object::Job(job))) => {
                if before.is_none() {
                    self.jobs.push(Followed::new(job));
                }
                if let Some(followed) = self.job(&job.metadata.uid) {
                    followed.see(job, change);
                }
            }
            (Some(Object::Job(job)), None) => {
                if let Some(followed) = self.job(&job.metadata.uid)
                    && followed.end.is_none()
                {
                    followed.end = Some((change.at_ms, Fate::Removed, String::new()));
                    followed.because = Some(change.because.clone());
                }
            }
            (None, Some(Object::Pod(pod))) => {
                if let Some(owner) = pod.metadata.controller()
                    && let Some(followed) = self.job(&owner.uid)
                {
                    followed.pods += 1;
                }
            }
            _ => {}
        }
    }

    fn job(&mut self, uid: &str) -> Option<&mut Followed> {
        self.jobs.iter_mut().find(|job| &*job.uid == uid)
    }
}

impl Followed {
    fn new(job: &Job) -> Self {
        Self {
            uid: Rc::clone(&job.metadata.uid),
            name: Rc::clone(&job.metadata.name),
            pods: 0,
            succeeded: 0,
            failed: 0,
            because: None,
            end: None,
            suspended: false,
        }
    }

    fn see(&mut self, job: &Job, change: &Change) {
        if self.end.is_some() {
            return;
        }
        self.suspended = job.spec.is_suspended();
        self.succeeded = number(job.status.succeeded);
        self.failed = number(job.status.failed);
        if decides(&change.because) {
            self.because = Some(change.because.clone());
        }
        for (kind, fate) in [("Complete", Fate::Complete), ("Failed", Fate::Failed)] {
            if let Some(condition) = job.status.condition(kind)
                && condition.status == "True"
            {
                self.end = Some((change.at_ms, fate, condition.reason.clone()));
            }
        }
    }
}

/// Whether it is one of the rules by which a Job's end is decided.
fn decides(because: &Because) -> bool {
    matches!(
        because,
        Because::CompletionsReached { .. }
            | Because::BackoffLimitExceeded { .. }
            | Because::DeadlineExceeded { .. }
            | Because::PodFailurePolicy { .. }
            | Because::MaxFailedIndexesExceeded { .. }
            | Because::FailedIndexes { .. }
            | Because::SuccessPolicy { .. }
    )
}

/// A counter of the API, which is never negative.
fn number(number: i32) -> u32 {
    u32::try_from(number).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{Ending, Fate, Forecast};
    use crate::because::Because;
    use crate::kubectl::apply_text;
    use crate::manifest::Verb;
    use crate::timeline::Timeline;
    use crate::world::{Settings, World};

    /// A Job whose Pods run that command, with these fields in its spec.
    fn start(spec: &str, command: &str) -> Timeline {
        let manifest = format!(
            "{{apiVersion: batch/v1, kind: Job, metadata: {{name: j}}, spec: {{{spec}, template: {{spec: {{\
             restartPolicy: Never, containers: [{{name: c, image: 'busybox:1.36', command: [sh, -c, '{command}']}}]}}}}}}}}"
        );
        let mut timeline = Timeline::new(World::new(Settings::default()));
        let applied = timeline.act(|world| apply_text(world, &manifest, "job.yaml", Verb::Apply));
        assert_eq!(applied.printed.code, 0, "{}", applied.printed.stderr);
        timeline
    }

    fn ending(timeline: &Timeline) -> Ending {
        let mut forecast = Forecast::of(timeline);
        // In small turns, as a page asks for it.
        while !forecast.advance(7) {}
        let mut endings = forecast.endings();
        assert_eq!(endings.len(), 1);
        endings.remove(0)
    }

    /// When the run itself comes to that condition.
    fn truth(mut timeline: Timeline, kind: &str) -> u64 {
        timeline.run_until_quiet(24 * 3_600_000);
        let end = timeline.log().iter().find(|change| {
            let job = change.after.as_ref().and_then(crate::api::Object::as_job);
            job.is_some_and(|job| job.status.is_true(kind))
        });
        end.unwrap().at_ms
    }

    #[test]
    fn success_is_foretold_to_the_millisecond() {
        let timeline = start("completions: 10, parallelism: 5", "sleep 4");
        let end = ending(&timeline);
        assert_eq!((end.fate, end.pods, end.succeeded, end.failed), (Fate::Complete, 10, 10, 0));
        assert!(matches!(end.because, Some(Because::CompletionsReached { succeeded: 10, .. })));
        assert_eq!(end.at_ms, truth(timeline, "Complete"));
    }

    #[test]
    fn failure_is_foretold_from_any_instant() {
        let mut timeline = start("backoffLimit: 3", "exit 1");
        let from_the_start = ending(&timeline);
        assert_eq!((from_the_start.fate, from_the_start.pods, from_the_start.failed), (Fate::Failed, 4, 4));
        assert_eq!(from_the_start.reason, "BackoffLimitExceeded");
        timeline.seek(30_000);
        assert_eq!(ending(&timeline), from_the_start);
        timeline.seek(300_000);
        assert_eq!(ending(&timeline), from_the_start);
        assert_eq!(from_the_start.at_ms, truth(timeline, "Failed"));
    }

    #[test]
    fn what_never_ends_by_itself_is_told_and_given_up() {
        let suspended = ending(&start("suspend: true", "exit 0"));
        assert_eq!((suspended.fate, suspended.pods), (Fate::Waits, 0));
        assert_eq!(suspended.because, Some(Because::Suspended));
        let endless = ending(&start("backoffLimit: 1", "while true; do sleep 60; done"));
        assert_eq!((endless.fate, endless.pods), (Fate::Endless, 1));
    }

    #[test]
    fn a_forecast_leaves_the_run_alone() {
        let timeline = start("backoffLimit: 2", "exit 3");
        let before = (timeline.known_ms(), timeline.log().len());
        ending(&timeline);
        assert_eq!((timeline.known_ms(), timeline.log().len()), before);
    }
}
