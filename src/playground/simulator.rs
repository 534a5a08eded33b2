//! How the page gets at the simulator, whose code arrives after the page.
//!
//! The published page comes in several files of WebAssembly: among them what draws, and what simulates.
//! `cargo xtask finish` parts them by what can be reached without calling [`Simulator::here`],
//! so this is the one way in: the page holds a [`Simulator`] only once its code is there, and
//! everything else goes through [`Laboratory`], an object that only a `Simulator` makes.

use super::command::Command;
use super::view::Snapshot;
use super::{Playground, Timed, fingerprint};
use crate::manifest::{self, Completion, Hover};
use std::rc::Rc;

/// The laboratory as a page holds it, without its code.
pub trait Laboratory {
    /// Does what the page asks.
    fn send(&mut self, command: Command);

    /// What there is to draw.
    fn snapshot(&self) -> Rc<Snapshot>;

    /// Everything that was done to this run after its manifest was applied: see [`Playground::script`].
    fn script(&self) -> Vec<Timed>;
}

impl Laboratory for Playground {
    fn send(&mut self, command: Command) {
        self.send(command);
    }

    fn snapshot(&self) -> Rc<Snapshot> {
        self.snapshot()
    }

    fn script(&self) -> Vec<Timed> {
        self.script()
    }
}

/// The proof that the simulator's code is there.
#[derive(Debug, Clone, Copy)]
pub struct Simulator {
    open: fn(u64) -> Box<dyn Laboratory>,
    run_to_end: fn(&str, u64) -> String,
    complete: fn(&str, usize) -> Completion,
    hover: fn(&str, usize) -> Option<Hover>,
}

impl Simulator {
    /// For the simulator's own entry point only (`src/bin/page.rs`): whoever else calls it has the
    /// whole simulator downloaded before the page is drawn.
    pub fn here() -> Self {
        Self {
            open: |seed| Box::new(Playground::without_kubectl(seed)),
            run_to_end: fingerprint::run_to_end,
            complete: manifest::complete,
            hover: manifest::hover,
        }
    }

    /// An empty laboratory, to which kubectl comes later ([`Command::Bring`]); all chance in it comes from the seed.
    pub fn open(self, seed: u64) -> Box<dyn Laboratory> {
        (self.open)(seed)
    }

    /// What may be written at a byte of a manifest.
    pub fn complete(self, text: &str, cursor: usize) -> Completion {
        (self.complete)(text, cursor)
    }

    /// The field whose name stands at a byte of a manifest.
    pub fn hover(self, text: &str, at: usize) -> Option<Hover> {
        (self.hover)(text, at)
    }

    /// Runs a manifest until nothing more happens; tells the hash of the log and its length as
    /// `hash changes`, or the server's refusal.
    pub fn run_to_end(self, manifest: &str, seed: u64) -> String {
        (self.run_to_end)(manifest, seed)
    }
}

/// There is only one simulator.
impl PartialEq for Simulator {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}
