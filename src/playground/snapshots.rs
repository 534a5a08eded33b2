//! Makes snapshots: only what changed between two positions of the playhead is made anew.

use super::answer::Read;
use super::cards::{JobContext, event_row, job_card, node_card, other_card, pod_card};
use super::objects::Inspection;
use super::story::Story;
use super::terminal::Console;
use super::view::{
    Answer, CommandRow, EventRow, Forecasts, JobCard, KeptRun, NodeCard, OtherCard, PodCard, Reason, Snapshot, Speed,
};
use crate::api::{Job, Object, Pod};
use crate::because::Because;
use crate::cluster::{Change, Oid};
use crate::timeline::Timeline;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// Lines that the lists of events and of reasons show at most.
const MOST_EVENTS: usize = 200;
const MOST_REASONS: usize = 60;
/// Changes that are looked through for reasons.
const REASON_WINDOW: usize = 600;

/// What a snapshot shows that isn't of the run.
pub(super) struct Page<'a> {
    pub applied: bool,
    pub playing: bool,
    pub speed: Speed,
    pub answer: &'a Rc<Answer>,
    pub commands: &'a Rc<Vec<Rc<CommandRow>>>,
    pub run: u32,
    pub manifest: &'a Read,
    pub beside: Beside,
}

/// What the page shows beside the run: other runs, and what will be.
#[derive(Debug, Default)]
pub(super) struct Beside {
    pub computing: bool,
    pub kept: Rc<Vec<Rc<KeptRun>>>,
    pub compared: Option<Rc<Snapshot>>,
    pub forecasts: Rc<Forecasts>,
    pub console: Rc<Console>,
    pub inspection: Option<Rc<Inspection>>,
}

/// Keeps the cards of the last snapshot.
#[derive(Debug, Default)]
pub(super) struct Builder {
    story: Story,
    /// Where in the log the cards are, and of which length of the log.
    position: usize,
    length: usize,
    started: bool,
    pods: BTreeMap<Oid, Rc<PodCard>>,
    jobs: BTreeMap<Oid, Rc<JobCard>>,
    others: BTreeMap<Oid, Rc<OtherCard>>,
    /// The nodes, which exist from the beginning.
    nodes: Vec<Oid>,
    /// The Jobs at the playhead, and the Pods that haven't ended.
    living_jobs: BTreeSet<Oid>,
    unfinished: BTreeSet<Oid>,
}

impl Builder {
    pub(super) fn build(&mut self, timeline: &Timeline, last: &Rc<Snapshot>, page: &Page<'_>) -> Rc<Snapshot> {
        let grown = self.length != timeline.log().len();
        self.story.read(timeline.log());
        let moved = self.follow(timeline);
        let fresh = moved || !self.started;
        self.started = true;
        self.length = timeline.log().len();
        let now_ms = timeline.now_ms();
        let jobs = if fresh || Self::job_waits(last) { self.job_cards(timeline) } else { Rc::clone(&last.jobs) };
        let mut next = Snapshot {
            revision: last.revision,
            now_ms,
            known_ms: timeline.known_ms(),
            over_at_ms: timeline.over_at_ms(),
            applied: page.applied,
            playing: page.playing,
            speed: page.speed,
            jobs,
            others: if fresh { self.other_cards(last) } else { Rc::clone(&last.others) },
            pods: if fresh { Rc::new(self.pods.values().cloned().collect()) } else { Rc::clone(&last.pods) },
            events: if fresh { events(timeline) } else { Rc::clone(&last.events) },
            bars: if grown || fresh { Rc::clone(self.story.bars()) } else { Rc::clone(&last.bars) },
            reasons: if fresh { reasons(timeline, page.manifest) } else { Rc::clone(&last.reasons) },
            answer: Rc::clone(page.answer),
            commands: Rc::clone(page.commands),
            assumed_programs: assumed(timeline, last),
            run: page.run,
            bound: timeline.world().bound(),
            in_past: timeline.is_in_the_past(),
            nodes: if fresh { self.node_cards(timeline, last) } else { Rc::clone(&last.nodes) },
            computing: page.beside.computing,
            kept: Rc::clone(&page.beside.kept),
            compared: page.beside.compared.clone(),
            forecasts: Rc::clone(&page.beside.forecasts),
            console: Rc::clone(&page.beside.console),
            inspection: page.beside.inspection.clone(),
        };
        // The revision stays while only the clock moves.
        let same = Snapshot { now_ms: last.now_ms, known_ms: last.known_ms, ..next.clone() } == **last;
        if same && next.now_ms == last.now_ms && next.known_ms == last.known_ms {
            return Rc::clone(last);
        }
        if !same {
            next.revision += 1;
        }
        Rc::new(next)
    }

    /// Makes the cards of every object that changed between the last position and this one. Tells
    /// whether the playhead moved over a change.
    fn follow(&mut self, timeline: &Timeline) -> bool {
        let position = timeline.position();
        let forked = timeline.log().len() < self.length;
        let range = if forked || !self.started {
            self.pods.clear();
            self.jobs.clear();
            self.others.clear();
            self.living_jobs.clear();
            self.unfinished.clear();
            0..position
        } else {
            self.position.min(position)..self.position.max(position)
        };
        let touched: BTreeSet<Oid> = timeline
            .log()
            .get(range)
            .unwrap_or(&[])
            .iter()
            .filter(|change| is_carded(change))
            .map(|change| change.oid)
            .collect();
        let moved = position != self.position || forked;
        self.position = position;
        for oid in touched {
            match timeline.object(oid) {
                Some(Object::Pod(pod)) => {
                    let card = pod_card(oid, pod, &self.story, timeline.world().store());
                    self.pods.insert(oid, Rc::new(card));
                    if pod.status.is_terminal() {
                        self.unfinished.remove(&oid);
                    } else {
                        self.unfinished.insert(oid);
                    }
                }
                Some(Object::Job(_)) => {
                    self.living_jobs.insert(oid);
                }
                Some(Object::Other(other)) => {
                    self.others.insert(oid, Rc::new(other_card(other)));
                }
                Some(_) => {}
                None => {
                    self.pods.remove(&oid);
                    self.jobs.remove(&oid);
                    self.others.remove(&oid);
                    self.living_jobs.remove(&oid);
                    self.unfinished.remove(&oid);
                }
            }
        }
        moved
    }

    fn node_cards(&mut self, timeline: &Timeline, last: &Snapshot) -> Rc<Vec<Rc<NodeCard>>> {
        if self.nodes.is_empty() {
            let nodes = timeline.objects().filter(|(_, object)| object.as_node().is_some());
            self.nodes = nodes.map(|(oid, _)| oid).collect();
        }
        let nodes = self.nodes.iter().filter_map(|oid| timeline.object(*oid)?.as_node());
        let cards: Vec<_> = nodes.map(|node| Rc::new(node_card(node))).collect();
        if cards == *last.nodes { Rc::clone(&last.nodes) } else { Rc::new(cards) }
    }

    fn other_cards(&self, last: &Snapshot) -> Rc<Vec<Rc<OtherCard>>> {
        let same = self.others.len() == last.others.len() && self.others.values().eq(last.others.iter());
        if same { Rc::clone(&last.others) } else { Rc::new(self.others.values().cloned().collect()) }
    }

    /// Whether a Job's card shows something that passes with time alone.
    fn job_waits(last: &Snapshot) -> bool {
        last.jobs.iter().any(|job| job.retry_at_ms.is_some() || job.duties != super::Duties::default())
    }

    fn job_cards(&mut self, timeline: &Timeline) -> Rc<Vec<Rc<JobCard>>> {
        let job = |oid: &Oid| timeline.object(*oid).and_then(Object::as_job).map(|job| (*oid, job));
        let jobs: Vec<(Oid, &Rc<Job>)> = self.living_jobs.iter().filter_map(job).collect();
        let cards = jobs.into_iter().map(|(oid, job)| {
            let owned = |oid: &Oid| {
                let pod = timeline.object(*oid).and_then(Object::as_pod)?;
                pod.metadata.controller().is_some_and(|owner| owner.uid == job.metadata.uid).then_some(pod)
            };
            let unfinished: Vec<&Rc<Pod>> = self.unfinished.iter().filter_map(owned).collect();
            let card = job_card(
                oid,
                job,
                &JobContext {
                    story: &self.story,
                    store: timeline.world().store(),
                    now_ms: timeline.now_ms(),
                    unfinished: &unfinished,
                    all_pods: &|| self.pods.keys().filter_map(owned).collect(),
                },
            );
            match self.jobs.get(&oid) {
                Some(old) if **old == card => Rc::clone(old),
                _ => {
                    let card = Rc::new(card);
                    self.jobs.insert(oid, Rc::clone(&card));
                    card
                }
            }
        });
        Rc::new(cards.collect())
    }
}

fn is_carded(change: &Change) -> bool {
    matches!(change.after.as_ref().or(change.before.as_ref()), Some(Object::Pod(_) | Object::Job(_) | Object::Other(_)))
}

/// The newest events at the playhead.
fn events(timeline: &Timeline) -> Rc<Vec<Rc<EventRow>>> {
    let mut seen = BTreeSet::new();
    let mut rows = Vec::new();
    for change in timeline.log().get(..timeline.position()).unwrap_or(&[]).iter().rev() {
        let Some(Object::Event(event)) = &change.after else { continue };
        if seen.insert(change.oid) {
            rows.push(Rc::new(event_row(event, timeline.world().store(), change.at_ms)));
            if rows.len() >= MOST_EVENTS {
                break;
            }
        }
    }
    Rc::new(rows)
}

/// The newest telling changes at the playhead.
fn reasons(timeline: &Timeline, manifest: &Read) -> Rc<Vec<Rc<Reason>>> {
    let mut rows: Vec<Rc<Reason>> = Vec::new();
    let happened = timeline.log().get(..timeline.position()).unwrap_or(&[]);
    for (number, change) in happened.iter().enumerate().rev().take(REASON_WINDOW) {
        if !change.because.is_telling() || only_refreshes(change) {
            continue;
        }
        let Some(object) = change.after.as_ref().or(change.before.as_ref()) else { continue };
        let about: Rc<str> = Rc::from(object.uid());
        // Two writes with one reason in a row are one thing to tell.
        let told = rows.last().is_some_and(|row| row.because == change.because && row.about == about);
        if told {
            continue;
        }
        rows.push(Rc::new(Reason {
            change: u32::try_from(number).unwrap_or(u32::MAX),
            at_ms: change.at_ms,
            object: format!("{}/{}", object.told_kind().name(), object.name()),
            about,
            because: change.because.clone(),
            lines: manifest.lines(change.because.fields()),
        }));
        if rows.len() >= MOST_REASONS {
            break;
        }
    }
    Rc::new(rows)
}

/// Whether the controller wrote only how many Pods are active and ready, which the Pods themselves
/// have told before.
fn only_refreshes(change: &Change) -> bool {
    let counters =
        |object: Option<&Object>| object.and_then(Object::as_job).map(|job| (job.status.succeeded, job.status.failed));
    matches!(change.because, Because::Counted { .. })
        && counters(change.before.as_ref()) == counters(change.after.as_ref())
}

fn assumed(timeline: &Timeline, last: &Snapshot) -> Rc<Vec<String>> {
    let programs: Vec<String> = timeline.world().kubelet().assumed_programs().map(str::to_owned).collect();
    if programs == *last.assumed_programs { Rc::clone(&last.assumed_programs) } else { Rc::new(programs) }
}
