//! Runs that were left behind, by acting in their past or by applying again: each stays whole, so
//! that it can be watched beside the present one on the same clock.
//!
//! Leaves out: acting in a run that was left. It goes on only as it would have by itself.

use super::answer::Read;
use super::snapshots::{Builder, Page};
use super::view::{Answer, CommandRow, KeptRun, Left, Snapshot, Speed};
use crate::timeline::Timeline;
use std::rc::Rc;

/// Runs that are kept, and changes in all their logs together; the oldest go first.
const MOST_RUNS: usize = 4;
const MOST_CHANGES: usize = 400_000;

#[derive(Debug)]
pub(super) struct Kept {
    pub timeline: Timeline,
    view: Rc<KeptRun>,
    manifest: Read,
    commands: Rc<Vec<Rc<CommandRow>>>,
    builder: Builder,
    snapshot: Rc<Snapshot>,
}

/// The runs, the oldest first.
#[derive(Debug, Default)]
pub(super) struct Shelf {
    runs: Vec<Kept>,
    view: Rc<Vec<Rc<KeptRun>>>,
    /// The number of the run that is being compared.
    compared: Option<u32>,
}

impl Shelf {
    pub(super) fn view(&self) -> &Rc<Vec<Rc<KeptRun>>> {
        &self.view
    }

    /// Keeps a run that is about to be left.
    pub(super) fn keep(
        &mut self,
        run: u32,
        left: Left,
        timeline: Timeline,
        manifest: Read,
        commands: &Rc<Vec<Rc<CommandRow>>>,
    ) {
        let view = Rc::new(KeptRun { run, left });
        self.runs.push(Kept {
            timeline,
            view,
            manifest,
            commands: Rc::clone(commands),
            builder: Builder::default(),
            snapshot: Rc::new(Snapshot::empty()),
        });
        let changes = |runs: &[Kept]| runs.iter().map(|kept| kept.timeline.log().len()).sum::<usize>();
        while self.runs.len() > MOST_RUNS || (self.runs.len() > 1 && changes(&self.runs) > MOST_CHANGES) {
            self.runs.remove(0);
        }
        if self.compared().is_none() {
            self.compared = None;
        }
        self.view = Rc::new(self.runs.iter().map(|kept| Rc::clone(&kept.view)).collect());
    }

    /// Chooses which run stands beside the present one. Tells whether there is such a run.
    pub(super) fn compare(&mut self, run: Option<u32>) -> bool {
        self.compared = run;
        self.compared().is_some()
    }

    /// The run beside the present one.
    pub(super) fn compared(&self) -> Option<&Kept> {
        let run = self.compared?;
        self.runs.iter().find(|kept| kept.view.run == run)
    }

    /// The compared run as it was at that instant, or as near to it as so many steps compute.
    pub(super) fn show(&mut self, at_ms: u64, speed: Speed, steps: u32) -> Option<Rc<Snapshot>> {
        let run = self.compared?;
        let kept = self.runs.iter_mut().find(|kept| kept.view.run == run)?;
        let reached_ms = kept.timeline.compute_towards(at_ms, steps);
        kept.timeline.seek(reached_ms);
        let answer: Rc<Answer> = Rc::clone(&kept.snapshot.answer);
        let page = Page {
            applied: true,
            playing: false,
            speed,
            answer: &answer,
            commands: &kept.commands,
            run,
            manifest: &kept.manifest,
            beside: super::snapshots::Beside::default(),
        };
        kept.snapshot = kept.builder.build(&kept.timeline, &kept.snapshot, &page);
        Some(Rc::clone(&kept.snapshot))
    }
}
