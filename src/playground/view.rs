//! What a view draws: plain data taken from API objects, events and the log, without any noun of the simulator's
//! insides, so that a view of a real cluster could fill it too. Nothing here depends on the playhead's exact instant: a
//! card is made again only when its object changed, and views compute countdowns from absolute instants and
//! [`Snapshot::now_ms`].

use super::objects::Inspection;
use super::terminal::Console;
use crate::because::Because;
use crate::explain::Ending;
pub use crate::manifest::{Edit, Fix};
use crate::world::{Bound, Intervention, Refusal};
use std::rc::Rc;

/// Everything that the page shows at one instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// Grows with every change of anything in the snapshot but `now_ms`.
    pub revision: u64,
    /// The playhead, in virtual milliseconds after the manifest was applied.
    pub now_ms: u64,
    /// How far the run has been computed; the playhead can go back and forth up to here, and on.
    pub known_ms: u64,
    /// When the last thing happened, once nothing more will happen.
    pub over_at_ms: Option<u64>,
    /// Whether a manifest has been applied.
    pub applied: bool,
    /// Whether the clock runs.
    pub playing: bool,
    /// How much faster than life.
    pub speed: Speed,
    /// The Jobs, in the order of creation.
    pub jobs: Rc<Vec<Rc<JobCard>>>,
    /// Objects of the other kinds that the student applied: `CronJob`, `Deployment` …
    pub others: Rc<Vec<Rc<OtherCard>>>,
    /// The Pods, in the order of creation, those removed included until they fade.
    pub pods: Rc<Vec<Rc<PodCard>>>,
    /// The events, newest first.
    pub events: Rc<Vec<Rc<EventRow>>>,
    /// A bar a Pod, in the order of creation, over the whole computed run.
    pub bars: Rc<Vec<Rc<Bar>>>,
    /// What the controllers did last, newest first, and why.
    pub reasons: Rc<Vec<Rc<Reason>>>,
    /// What the server said of the manifest, if it refused it or warned.
    pub answer: Rc<Answer>,
    /// Commands of kubectl that did what the student did, oldest first.
    pub commands: Rc<Vec<Rc<CommandRow>>>,
    /// Programs that the shell doesn't know and that are simulated as ending well.
    pub assumed_programs: Rc<Vec<String>>,
    /// Which of the runs this is: 0 for the first, then one more for each fork or apply.
    pub run: u32,
    /// A bound that stopped the run (too many Pods, too long …), if one did.
    pub bound: Option<Bound>,
    /// Whether something happened after the playhead, so that acting here forks the run.
    pub in_past: bool,
    /// The nodes.
    pub nodes: Rc<Vec<Rc<NodeCard>>>,
    /// Whether the end was asked for and is still being computed.
    pub computing: bool,
    /// Runs that were left behind, the oldest first.
    pub kept: Rc<Vec<Rc<KeptRun>>>,
    /// One of them beside this one, at the same instant or as far as it has been computed.
    pub compared: Option<Rc<Snapshot>>,
    /// When and how the runs will end, as far as that was asked for.
    pub forecasts: Rc<Forecasts>,
    /// The terminal.
    pub console: Rc<Console>,
    /// The object that is looked at, while one is.
    pub inspection: Option<Rc<Inspection>>,
}

/// A run that was left behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptRun {
    /// Its number: [`Snapshot::run`].
    pub run: u32,
    /// By what it was left.
    pub left: Left,
}

/// How a run was left behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Left {
    /// Another manifest was applied.
    Applied,
    /// The student acted in its past.
    Acted {
        /// When.
        at_ms: u64,
        /// The line of kubectl.
        line: String,
    },
}

/// Another value for some fields of the Job, from the beginning of the run on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct WhatIf {
    /// `backoffLimit`.
    pub backoff_limit: Option<u32>,
    /// `parallelism`.
    pub parallelism: Option<u32>,
}

/// The forecasts that were asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Forecasts {
    /// Of this run.
    pub run: Option<Rc<Outlook>>,
    /// Of the same manifest with other values.
    pub what_if: Option<Rc<Outlook>>,
    /// Of the run beside this one.
    pub kept: Option<Rc<Outlook>>,
}

/// One forecast.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outlook {
    /// With which values.
    pub what_if: WhatIf,
    /// Whether it is complete.
    pub state: OutlookState,
    /// How far it has come, in virtual milliseconds.
    pub reached_ms: u64,
    /// Pods that were created so far.
    pub pods: u32,
    /// The end of each Job that is known to end.
    pub endings: Vec<Ending>,
    /// The bound that stopped it, if one did.
    pub bound: Option<Bound>,
}

/// How a forecast is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutlookState {
    /// More turns are needed.
    Computing,
    /// It is complete.
    Done,
    /// The student stopped it.
    Cancelled,
}

/// A node as the API shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeCard {
    /// Its uid.
    pub uid: Rc<str>,
    /// Its name.
    pub name: Rc<str>,
    /// Its condition `Ready` is True.
    pub ready: bool,
    /// `spec.unschedulable`.
    pub cordoned: bool,
}

/// An object of another kind than Job and Pod.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherCard {
    /// Its uid.
    pub uid: Rc<str>,
    /// `CronJob`, `Deployment` …
    pub kind: String,
    /// Its namespace; empty for objects of the cluster.
    pub namespace: Rc<str>,
    /// Its name.
    pub name: Rc<str>,
    /// Some of its fields, by their names in the API.
    pub facts: Vec<(&'static str, String)>,
}

impl Snapshot {
    /// What an empty laboratory shows, and a page whose laboratory isn't there yet.
    pub fn empty() -> Self {
        Self {
            revision: 0,
            now_ms: 0,
            known_ms: 0,
            over_at_ms: None,
            applied: false,
            playing: false,
            speed: Speed::default(),
            jobs: Rc::default(),
            others: Rc::default(),
            pods: Rc::default(),
            events: Rc::default(),
            bars: Rc::default(),
            reasons: Rc::default(),
            answer: Rc::default(),
            commands: Rc::default(),
            assumed_programs: Rc::default(),
            run: 0,
            bound: None,
            in_past: false,
            nodes: Rc::default(),
            computing: false,
            kept: Rc::default(),
            compared: None,
            forecasts: Rc::default(),
            console: Rc::default(),
            inspection: None,
        }
    }
}

/// How many virtual milliseconds pass in a real second, as a fraction of thousands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Speed {
    /// Virtual milliseconds in one real second.
    pub ms_per_second: u32,
}

impl Speed {
    /// From a quarter of life's speed to six hundred times.
    pub const ALL: [Self; 8] = [
        Self { ms_per_second: 250 },
        Self { ms_per_second: 1_000 },
        Self { ms_per_second: 2_000 },
        Self { ms_per_second: 5_000 },
        Self { ms_per_second: 10_000 },
        Self { ms_per_second: 30_000 },
        Self { ms_per_second: 60_000 },
        Self { ms_per_second: 600_000 },
    ];

    /// As the page writes it: `×1/4`, `×60`.
    pub fn label(self) -> String {
        match self.ms_per_second {
            0 => "×0".to_owned(),
            part @ 1..1_000 if 1_000 % part == 0 => format!("×1/{}", 1_000 / part),
            whole if whole % 1_000 == 0 => format!("×{}", whole / 1_000),
            other => format!("×{}.{:03}", other / 1_000, other % 1_000).trim_end_matches('0').to_owned(),
        }
    }
}

impl Default for Speed {
    fn default() -> Self {
        Self { ms_per_second: 2_000 }
    }
}

/// Where a Pod stands on the stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lane {
    /// Phase Pending: to be scheduled, or its containers are being created.
    Pending,
    /// A container runs.
    Running,
    /// A container ended badly and waits to be started again.
    CrashLoopBackOff,
    /// Phase Succeeded.
    Completed,
    /// Phase Failed.
    Failed,
}

impl Lane {
    /// From left to right.
    pub const ALL: [Self; 5] = [Self::Pending, Self::Running, Self::CrashLoopBackOff, Self::Completed, Self::Failed];
}

/// One Pod on the stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PodCard {
    /// The Pod's uid: the key of its card.
    pub uid: Rc<str>,
    /// Its name.
    pub name: Rc<str>,
    /// uid of the Job that owns it; empty without one.
    pub job: Rc<str>,
    /// 0 for the first Pod of the run, 1 for the next …
    pub ordinal: u32,
    /// Completion index of an Indexed Job's Pod.
    pub index: Option<u32>,
    /// Where it stands.
    pub lane: Lane,
    /// `kubectl get pods`' STATUS column at this instant.
    pub status: String,
    /// `kubectl get pods`' READY column.
    pub ready: String,
    /// Restarts of its containers.
    pub restarts: u32,
    /// Exit code of the container that ended last.
    pub exit_code: Option<i32>,
    /// Whether a deletion was asked for.
    pub terminating: bool,
    /// When it was created.
    pub created_ms: u64,
    /// When its containers were first seen to run.
    pub started_ms: Option<u64>,
    /// When its phase became Succeeded or Failed.
    pub ended_ms: Option<u64>,
    /// The wait before the next restart: since when, until when at the earliest and at the latest.
    pub back_off: Option<BackOff>,
    /// When the object vanished, if it did.
    pub removed_ms: Option<u64>,
    /// Name of the node that it was assigned to.
    pub node: Option<Rc<str>>,
    /// The waiting container's or the Pod's own message, if any.
    pub message: Option<Rc<str>>,
}

/// A wait before a container is started again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BackOff {
    /// When the container ended.
    pub since_ms: u64,
    /// The earliest instant of the restart.
    pub until_ms: u64,
    /// The nominal delay.
    pub delay_ms: u64,
}

/// The Job's card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobCard {
    /// The Job's uid.
    pub uid: Rc<str>,
    /// Its name.
    pub name: Rc<str>,
    /// `kubectl get jobs`' STATUS column.
    pub status: &'static str,
    /// How many Pods must succeed; none for a work queue.
    pub completions: Option<u32>,
    /// How many may run at once.
    pub parallelism: u32,
    /// Pods counted as succeeded.
    pub succeeded: u32,
    /// Pods counted as failed.
    pub failed: u32,
    /// Pods neither ended nor being deleted.
    pub active: u32,
    /// Active Pods that are Ready.
    pub ready: u32,
    /// Pods being deleted.
    pub terminating: u32,
    /// `spec.backoffLimit`.
    pub backoff_limit: u32,
    /// Failed Pods, or restarts with restartPolicy `OnFailure`: what is held against `backoffLimit`.
    pub retries_used: u32,
    /// Whether restarts rather than Pods are counted (restartPolicy `OnFailure`).
    pub counts_restarts: bool,
    /// Whether it is suspended.
    pub suspended: bool,
    /// Whether its Pods have indexes.
    pub indexed: bool,
    /// `status.completedIndexes`.
    pub completed_indexes: String,
    /// `status.failedIndexes`, of a Job with `backoffLimitPerIndex`.
    pub failed_indexes: String,
    /// `spec.backoffLimitPerIndex`.
    pub backoff_limit_per_index: Option<u32>,
    /// `spec.maxFailedIndexes`.
    pub max_failed_indexes: Option<u32>,
    /// When `spec.activeDeadlineSeconds` is over, while the Job runs.
    pub deadline_ms: Option<u64>,
    /// When `spec.ttlSecondsAfterFinished` is over, once the Job has ended.
    pub expires_ms: Option<u64>,
    /// In order of first appearance.
    pub conditions: Vec<ConditionRow>,
    /// When it was created.
    pub created_ms: u64,
    /// `status.startTime`.
    pub started_ms: Option<u64>,
    /// When Complete or Failed became True.
    pub finished_ms: Option<u64>,
    /// Until when the controller creates no replacement, while it waits.
    pub retry_at_ms: Option<u64>,
    /// When each of the controller's four duties was last done.
    pub duties: Duties,
    /// When the object vanished, if it did.
    pub removed_ms: Option<u64>,
}

/// The controller's four duties, with the instant at which each was last done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Duties {
    /// Created Pods.
    pub create_ms: Option<u64>,
    /// Saw a Pod change and updated the counters.
    pub watch_ms: Option<u64>,
    /// Waited for, or created, a replacement of a failed Pod.
    pub retry_ms: Option<u64>,
    /// Marked the Job Complete or Failed.
    pub mark_ms: Option<u64>,
}

/// One condition of a Job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConditionRow {
    /// `SuccessCriteriaMet`, `Complete` …
    pub kind: String,
    /// `True` or `False`.
    pub status: String,
    /// In CamelCase.
    pub reason: String,
    /// For people, in the controller's words.
    pub message: String,
    /// When its status last changed.
    pub at_ms: u64,
}

/// One line of the events' list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventRow {
    /// A key that stays while the count grows.
    pub uid: Rc<str>,
    /// When it was last seen.
    pub at_ms: u64,
    /// Whether it is a Warning.
    pub warning: bool,
    /// Short reason.
    pub reason: &'static str,
    /// `Job/pi`, `Pod/pi-x2k9p`.
    pub object: String,
    /// uid of that object.
    pub about: Rc<str>,
    /// The sentence.
    pub message: Rc<str>,
    /// Who reports.
    pub component: &'static str,
    /// How often.
    pub count: u32,
}

/// What a stretch of a Pod's bar means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stretch {
    /// Phase Pending.
    Pending,
    /// A container runs.
    Running,
    /// A container waits to be started again.
    BackOff,
    /// A deletion was asked for and the Pod hasn't ended.
    Terminating,
}

/// One Pod's bar on the timeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bar {
    /// The Pod's uid.
    pub uid: Rc<str>,
    /// Its name.
    pub name: Rc<str>,
    /// Completion index of an Indexed Job's Pod.
    pub index: Option<u32>,
    /// What it did, each from its instant until the next one's; the last until `ended_ms`, or on.
    pub stretches: Vec<(u64, Stretch)>,
    /// When and how its phase became final: whether it succeeded.
    pub ended: Option<(u64, bool)>,
    /// When the object vanished.
    pub removed_ms: Option<u64>,
}

/// Something that happened, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// Position in the log: unique and ascending.
    pub change: u32,
    /// When.
    pub at_ms: u64,
    /// `Job/pi`, `Pod/pi-x2k9p`.
    pub object: String,
    /// uid of that object.
    pub about: Rc<str>,
    /// The rule with its numbers.
    pub because: Because,
    /// Lines of the manifest that take part, 1-based.
    pub lines: Vec<u32>,
}

/// What the server said to `kubectl apply`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answer {
    /// What kubectl printed when all went well.
    pub stdout: String,
    /// What kubectl printed as errors and warnings.
    pub stderr: String,
    /// Each problem with its place.
    pub diagnostics: Vec<Diagnostic>,
}

/// One problem or warning about the manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Whether the manifest is refused for it; otherwise it is a warning.
    pub refused: bool,
    /// 1-based line; 0 when it has no place.
    pub line: u32,
    /// 1-based column.
    pub column: u32,
    /// Last line that it is about.
    pub end_line: u32,
    /// Column after its last character.
    pub end_column: u32,
    /// The server's words.
    pub message: String,
    /// The field that it is about, as a path without indexes, for explanations.
    pub rule: String,
    /// Ways out, the likeliest first; each was tried and takes the problem away. Their names in words are
    /// `i18n::fix_label(language, fix.rule, &fix.word)`, and [`Fix::apply`] gives the mended text.
    pub fixes: Vec<Fix>,
}

/// A command of kubectl that was run, or that equals what the student did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandRow {
    /// When.
    pub at_ms: u64,
    /// The line.
    pub line: String,
    /// What it printed.
    pub stdout: String,
    /// What it printed as errors.
    pub stderr: String,
    /// What the student did, if it can be done again at its instant; none for commands that only look.
    pub intervention: Option<Rc<Intervention>>,
    /// Why it couldn't be done, if no command of kubectl says so itself.
    pub refused: Option<Refusal>,
}
