//! The facade: commands in, snapshots out. Knows no browser.
//!
//! A view sends a [`Command`] and draws the next [`Snapshot`]. Everything that a snapshot holds is
//! shared with the one before as far as it didn't change.

mod ahead;
mod answer;
mod awaited;
mod cards;
mod command;
mod console;
mod fingerprint;
mod inspect;
mod kept;
mod new_lines;
mod objects;
mod opening;
mod script;
mod simulator;
mod snapshots;
mod standing;
mod story;
mod terminal;
mod view;

pub use crate::explain::{Ending, Fate};
pub use crate::kubectl::Kubectl;
pub use crate::manifest::{Candidate, Completion, Hover};
pub use crate::world::{Bound, Declared, Intervention, NotAnIntervention, Outcome, Propagation, Refusal, Timed, Whose};
pub use command::Command;
pub use objects::{Form, Inspection, LastWrite, ObjectKindRow, ObjectName};
pub use simulator::{Laboratory, Simulator};
pub use terminal::{Block, Console, Continuation, Entry};
pub use view::{
    Answer, BackOff, Bar, CommandRow, ConditionRow, Diagnostic, Duties, Edit, EventRow, Fix, Forecasts, JobCard,
    KeptRun, Lane, Left, NodeCard, OtherCard, Outlook, OutlookState, PodCard, Reason, Snapshot, Speed, Stretch, WhatIf,
};

use crate::timeline::Timeline;
use crate::world::{Settings, World};
use ahead::{AheadAll, Which};
use answer::Read;
use awaited::Tool;
use console::Terminal;
use inspect::Inspector;
use kept::Shelf;
use opening::Opening;
use snapshots::{Beside, Builder};
use std::collections::VecDeque;
use std::rc::Rc;

/// Steps that one command may compute before it gives the page back its turn.
const STEPS_A_TURN: u32 = 6_000;
/// How far *hasta el final* goes in a run that doesn't end by itself.
const LONGEST_MS: u64 = 24 * 3_600_000;

/// The laboratory as a page sees it.
#[derive(Debug)]
pub struct Playground {
    seed: u64,
    timeline: Timeline,
    builder: Builder,
    tool: Tool,
    manifest: Read,
    applied: bool,
    playing: bool,
    speed: Speed,
    /// Whether the end was asked for and isn't reached.
    to_end: bool,
    /// Where the playhead should be; it lags while the run is being computed.
    goal_ms: u64,
    /// What is left to do of a run that a link tells.
    opening: Option<Opening>,
    /// Thousandths of a virtual millisecond that ticks have left over.
    left_over: u64,
    answer: Rc<Answer>,
    terminal: Terminal,
    commands: Rc<Vec<Rc<CommandRow>>>,
    /// What is still to be done at its instant, in a replayed run.
    script: VecDeque<Timed>,
    run: u32,
    /// The number of the next run.
    next_run: u32,
    kept: Shelf,
    ahead: AheadAll,
    /// Whether the end of the run is to be foretold.
    foretell: bool,
    what_if: Option<WhatIf>,
    inspector: Inspector,
    snapshot: Rc<Snapshot>,
}

/// Whether the command changes the run or where its playhead stands.
const fn takes_over(command: &Command) -> bool {
    use Command::{Apply, Cancel, Intervene, Kubectl, Open, Pause, Play, Replay, Seek, StepBack, StepForward, ToEnd};
    matches!(
        command,
        Apply { .. }
            | Cancel
            | Intervene { .. }
            | Kubectl { .. }
            | Open { .. }
            | Pause
            | Play
            | Replay { .. }
            | Seek { .. }
            | StepBack
            | StepForward
            | ToEnd
    )
}

impl Playground {
    /// An empty laboratory; all chance in it comes from the seed.
    pub fn new(seed: u64) -> Self {
        let mut playground = Self::without_kubectl(seed);
        playground.send(Command::Bring(Kubectl::here()));
        playground
    }

    /// The same, for a page that brings kubectl later: see [`Command::Bring`].
    pub fn without_kubectl(seed: u64) -> Self {
        let timeline = Timeline::new(World::new(Settings { seed, ..Settings::default() }));
        Self {
            seed,
            timeline,
            builder: Builder::default(),
            tool: Tool::Awaited(Vec::new()),
            manifest: Read::default(),
            applied: false,
            playing: false,
            speed: Speed::default(),
            to_end: false,
            goal_ms: 0,
            opening: None,
            left_over: 0,
            answer: Rc::default(),
            terminal: Terminal::default(),
            commands: Rc::default(),
            script: VecDeque::new(),
            run: 0,
            next_run: 1,
            kept: Shelf::default(),
            ahead: AheadAll::default(),
            foretell: false,
            what_if: None,
            inspector: Inspector::default(),
            snapshot: Rc::new(Snapshot::empty()),
        }
    }

    /// What the page shows now.
    pub fn snapshot(&self) -> Rc<Snapshot> {
        Rc::clone(&self.snapshot)
    }

    /// The run itself, for those who look deeper than a page does.
    pub fn timeline(&self) -> &Timeline {
        &self.timeline
    }

    /// Does what the page asks.
    pub fn send(&mut self, command: Command) {
        // Whoever acts takes over from a run that is being restored.
        if takes_over(&command) {
            self.opening = None;
        }
        let Some(command) = self.keep_for_kubectl(command) else {
            self.publish();
            return;
        };
        match command {
            Command::Apply { manifest } => {
                self.apply(&manifest);
            }
            Command::Replay { manifest, script } => {
                self.replay(&manifest, &script);
            }
            Command::Open { manifest, script, until_ms, play } => self.open(&manifest, &script, until_ms, play),
            Command::Bring(kubectl) => self.bring(kubectl),
            Command::Manual { text } => crate::kubectl::manual::provide(text),
            Command::Check { manifest } => self.check(&manifest),
            Command::Play => self.play(),
            Command::Pause => self.pause(),
            Command::Tick { elapsed_ms } => self.tick(elapsed_ms),
            Command::SetSpeed(speed) => self.speed = speed,
            Command::StepForward => self.step_forward(),
            Command::StepBack => self.step_back(),
            Command::Seek { at_ms } => self.seek(at_ms),
            Command::ToEnd => self.ask_for_end(),
            Command::Cancel => self.cancel(),
            Command::Compare { run } => self.compare(run),
            Command::Forecast { on } => self.forecast(on),
            Command::WhatIf(what_if) => self.what_if(what_if),
            Command::Inspect { on } => self.inspector.turn(on),
            Command::LookAt { object, form } => self.inspector.look_at(object, form),
            Command::Kubectl { line } => self.intervene(&Rc::new(Intervention::Kubectl { line: Rc::from(line) })),
            Command::Intervene { intervention } => self.intervene(&intervention),
            Command::Enter { line, manifest } => self.enter(&line, &manifest),
            Command::Interrupt => self.terminal.interrupt(&mut self.timeline),
            Command::SaveEdited(text) => self.save_edited(text.as_deref()),
            Command::ClearConsole => self.terminal.clear(),
            Command::Complete { line, manifest } => self.complete(&line, &manifest),
        }
        self.publish();
    }

    // ---- the manifest

    /// Tells whether the server accepted the manifest.
    fn apply(&mut self, manifest: &str) -> bool {
        let world = World::new(Settings { seed: self.seed, ..Settings::default() });
        let mut timeline = Timeline::new(world);
        let outcome = answer::apply(manifest, &mut timeline);
        self.answer = Rc::new(outcome.answer);
        // A refused manifest changes nothing: what runs goes on.
        if !outcome.accepted {
            return false;
        }
        let manifest = std::mem::replace(&mut self.manifest, outcome.read);
        let timeline = std::mem::replace(&mut self.timeline, timeline);
        if self.applied {
            self.kept.keep(self.run, Left::Applied, timeline, manifest, &self.commands);
            self.number_run();
        }
        self.builder = Builder::default();
        self.applied = true;
        self.commands = Rc::new(vec![Rc::new(CommandRow {
            at_ms: 0,
            line: "kubectl apply -f job.yaml".to_owned(),
            stdout: self.answer.stdout.clone(),
            stderr: self.answer.stderr.clone(),
            intervention: None,
            refused: None,
        })]);
        let Answer { stdout, stderr, .. } = &*self.answer;
        self.terminal.start_over(&mut self.timeline);
        self.terminal.note(0, "kubectl apply -f job.yaml", stdout, stderr);
        self.script.clear();
        self.to_end = false;
        self.goal_ms = 0;
        self.left_over = 0;
        self.playing = true;
        // What was asked of another manifest says nothing about this one.
        self.what_if = None;
        self.look_ahead_again();
        true
    }

    /// From here on it is another run.
    fn number_run(&mut self) {
        self.run = self.next_run;
        self.next_run += 1;
    }

    fn check(&mut self, manifest: &str) {
        let mut diagnostics = answer::check(manifest, self.timeline.world().settings());
        if self.applied && *manifest != *self.manifest.text {
            diagnostics.extend(standing::check(manifest, &self.timeline));
        }
        if diagnostics != self.answer.diagnostics {
            self.answer = Rc::new(Answer { diagnostics, ..Answer::clone(&self.answer) });
        }
    }

    // ---- the clock

    fn play(&mut self) {
        if !self.applied {
            return;
        }
        // At the end, play begins again.
        if self.is_over() {
            self.timeline.seek(0);
            self.goal_ms = 0;
        }
        self.playing = true;
    }

    fn pause(&mut self) {
        self.playing = false;
        self.to_end = false;
        self.goal_ms = self.timeline.now_ms();
    }

    fn tick(&mut self, elapsed_ms: u32) {
        self.ahead.advance(self.playing);
        if self.go_on_opening() {
            return;
        }
        if self.to_end {
            self.go_to_end();
            return;
        }
        if !self.playing {
            return;
        }
        let passed = u64::from(elapsed_ms) * u64::from(self.speed.ms_per_second) + self.left_over;
        self.left_over = passed % 1000;
        self.goal_ms += passed / 1000;
        self.go_to_goal();
        if self.is_over() {
            self.playing = false;
        }
    }

    /// Moves the playhead to the goal, or as far as one turn computes.
    fn go_to_goal(&mut self) {
        // What a line of the terminal does on the way must not be computed past.
        let ahead = !(self.script.is_empty() && self.terminal.wakes_by(self.goal_ms));
        let reached_ms = if ahead { self.compute_towards(self.goal_ms) } else { self.goal_ms };
        self.move_to(reached_ms);
        let reached_ms = self.timeline.now_ms();
        // A slow computation must not leave the page racing after the goal for ever.
        self.goal_ms = reached_ms;
    }

    fn is_over(&self) -> bool {
        let over = self.timeline.over_at_ms().is_some_and(|end_ms| self.timeline.now_ms() >= end_ms);
        over && self.script.is_empty() && !self.terminal.waits_for_time()
            || self.timeline.world().bound().is_some() && self.timeline.now_ms() >= self.timeline.known_ms()
    }

    fn step_forward(&mut self) {
        self.pause();
        if let Some(at_ms) = self.timeline.next_change_ms() {
            self.seek(at_ms);
        }
    }

    fn step_back(&mut self) {
        self.pause();
        let at_ms = self.timeline.previous_change_ms().unwrap_or(0);
        self.seek(at_ms);
    }

    fn seek(&mut self, at_ms: u64) {
        self.to_end = false;
        self.goal_ms = at_ms;
        self.go_to_goal();
    }

    fn ask_for_end(&mut self) {
        if self.applied {
            self.playing = false;
            self.to_end = true;
            self.go_to_end();
        }
    }

    fn go_to_end(&mut self) {
        if let Some(wake_ms) = self.terminal.wake_ms().filter(|_| self.script.is_empty()) {
            self.move_to(wake_ms.min(LONGEST_MS));
            self.goal_ms = self.timeline.now_ms();
            self.to_end = self.goal_ms < LONGEST_MS && self.timeline.world().bound().is_none();
            return;
        }
        let reached_ms = self.compute_towards(LONGEST_MS);
        let stopped = self.timeline.world().bound().is_some();
        if let Some(end_ms) = self.timeline.over_at_ms().filter(|_| self.script.is_empty()) {
            self.move_to(end_ms);
            self.to_end = self.timeline.now_ms() < end_ms;
        } else {
            self.move_to(reached_ms);
            self.to_end = reached_ms < LONGEST_MS && !stopped;
        }
        self.goal_ms = self.timeline.now_ms();
    }

    // ---- other runs, and what will be

    fn cancel(&mut self) {
        if self.to_end {
            self.pause();
        }
        self.ahead.cancel();
    }

    fn compare(&mut self, run: Option<u32>) {
        self.kept.compare(run);
        self.look_ahead_again();
    }

    fn forecast(&mut self, on: bool) {
        if self.foretell != on {
            self.foretell = on;
            self.look_ahead_again();
        }
    }

    fn what_if(&mut self, what_if: Option<WhatIf>) {
        self.what_if = what_if.filter(|what_if| *what_if != WhatIf::default());
        self.begin_what_if();
    }

    /// Begins the forecasts that are wanted anew, since the runs changed.
    fn look_ahead_again(&mut self) {
        let comparing = self.kept.compared().is_some();
        if self.applied && (self.foretell || comparing) {
            self.ahead.begin(Which::Run, WhatIf::default(), &self.timeline);
        } else {
            self.ahead.forget(Which::Run);
        }
        match self.kept.compared() {
            Some(kept) => self.ahead.begin(Which::Kept, WhatIf::default(), &kept.timeline),
            None => self.ahead.forget(Which::Kept),
        }
        self.begin_what_if();
    }

    fn begin_what_if(&mut self) {
        let begun = self.what_if.and_then(|what_if| Some((what_if, self.other_timeline(what_if)?)));
        match begun {
            Some((what_if, timeline)) if self.foretell => self.ahead.begin(Which::WhatIf, what_if, &timeline),
            _ => self.ahead.forget(Which::WhatIf),
        }
    }

    /// The run as it would begin with other values: without what the student did later.
    fn other_timeline(&self, what_if: WhatIf) -> Option<Timeline> {
        let world = World::new(Settings { seed: self.seed, ..Settings::default() });
        let mut timeline = Timeline::new(world);
        answer::apply(&self.manifest.text, &mut timeline).accepted.then_some(())?;
        let job =
            timeline.objects().find_map(|(_, object)| object.as_job().map(|job| Rc::clone(&job.metadata.name)))?;
        let fields = [("backoffLimit", what_if.backoff_limit), ("parallelism", what_if.parallelism)];
        let values: Vec<String> =
            fields.iter().filter_map(|(name, value)| value.map(|value| format!("\"{name}\":{value}"))).collect();
        let line = format!("kubectl patch job {job} --type=merge -p '{{\"spec\":{{{}}}}}'", values.join(","));
        let kubectl = self.tool.here()?;
        let answer = timeline.act(|world| kubectl.run(world, &line, &self.manifest.text));
        (answer.code == 0).then_some(timeline)
    }

    fn publish(&mut self) {
        let compared = self.kept.show(self.timeline.now_ms(), self.speed, STEPS_A_TURN);
        let page = snapshots::Page {
            applied: self.applied,
            playing: self.playing || self.to_end || self.opening.is_some(),
            speed: self.speed,
            answer: &self.answer,
            commands: &self.commands,
            run: self.run,
            manifest: &self.manifest,
            beside: Beside {
                computing: self.to_end,
                kept: Rc::clone(self.kept.view()),
                compared,
                forecasts: Rc::clone(self.ahead.view()),
                console: Rc::clone(self.terminal.view()),
                inspection: self.inspector.view(self.tool.here(), &self.timeline, self.run),
            },
        };
        self.snapshot = self.builder.build(&self.timeline, &self.snapshot, &page);
    }
}

#[cfg(test)]
mod tests;
