//! How a page gets at kubectl, whose code arrives after the simulator's.
//!
//! In the published page what runs command lines and prints objects is a file of WebAssembly of its own. `cargo xtask
//! finish` parts it by what can be reached without calling [`Kubectl::here`], so this is the one way in: a page holds a
//! [`Kubectl`] only once its code is there, and its prompt is a [`Shell`], an object that only a `Kubectl` makes. What
//! *Aplicar* needs ([`super::apply_text`]) stands outside.

use super::{Folder, Piece, Printed, Prompt, Scene, Written, complete, look_at, run_line};
use crate::cluster::shell::Files;
use crate::timeline::Timeline;
use crate::world::World;
use std::fmt::Debug;
use std::rc::Rc;

/// The proof that kubectl's code is there.
#[derive(Debug, Clone, Copy)]
pub struct Kubectl {
    prompt: fn(&Timeline) -> Box<dyn Shell>,
    run: fn(&mut World, &str, &str) -> Printed,
    print: fn(&dyn Scene, &str) -> String,
}

impl Kubectl {
    /// In a page for kubectl's own entry point only (`src/bin/page.rs`): whoever else calls it has all of it
    /// downloaded before anything can be simulated.
    pub fn here() -> Self {
        Self { prompt: |timeline| Box::new(Prompt::new(timeline)), run: run_line, print }
    }

    /// A shell with an empty folder.
    pub fn prompt(self, timeline: &Timeline) -> Box<dyn Shell> {
        (self.prompt)(timeline)
    }

    /// Runs a line without waiting for anything; `manifest` is the text of `job.yaml`. See [`run_line`].
    pub fn run(self, world: &mut World, line: &str, manifest: &str) -> Printed {
        (self.run)(world, line, manifest)
    }

    /// What a command that only looks prints, be it an error. No word of it may have a space.
    pub fn print(self, scene: &dyn Scene, line: &str) -> String {
        (self.print)(scene, line)
    }
}

/// There is only one kubectl.
impl PartialEq for Kubectl {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Kubectl {}

fn print(scene: &dyn Scene, line: &str) -> String {
    let argv: Vec<Rc<str>> = line.split(' ').skip(1).map(Rc::from).collect();
    let files = Files::default();
    let printed = look_at(scene, Folder { files: &files, cwd: "/", stdin: "" }, &argv).unwrap_or_default();
    if printed.code == 0 { printed.stdout } else { printed.stderr }
}

/// A [`Prompt`] as a page holds it, without its code. Each method is the prompt's of that name.
pub trait Shell: Debug {
    /// Defines an alias.
    fn alias(&mut self, name: &str, value: &str);
    /// From now on whoever holds the shell edits what `kubectl edit` opens.
    fn offer_editor(&mut self);
    /// The text that waits to be edited.
    fn editing(&self) -> Option<&str>;
    /// Gives back the text that was edited.
    fn save(&mut self, timeline: &mut Timeline, text: Option<&str>);
    /// Writes a file of the folder.
    fn put(&mut self, name: &str, text: &str, now_ms: u64);
    /// Whether a line runs in the foreground.
    fn is_busy(&self) -> bool;
    /// Whether something goes on.
    fn is_alive(&self) -> bool;
    /// When something goes on by itself.
    fn wake_at_ms(&self) -> Option<u64>;
    /// What was printed since the last call.
    fn take_printed(&mut self) -> Vec<Piece>;
    /// The commands that wrote to the cluster since the last call.
    fn take_written(&mut self) -> Vec<Written>;
    /// Runs a line at the playhead.
    fn enter(&mut self, timeline: &mut Timeline, line: &str);
    /// Ctrl-C.
    fn interrupt(&mut self, timeline: &mut Timeline);
    /// Ends everything that goes on.
    fn start_over(&mut self, timeline: &mut Timeline);
    /// Moves the playhead, letting what goes on go on.
    fn advance(&mut self, timeline: &mut Timeline, to_ms: u64, steps: u32) -> u64;
    /// How a line can go on: see [`complete`].
    fn complete(&mut self, timeline: &Timeline, line: &str) -> (usize, Vec<String>);
}

impl Shell for Prompt {
    fn alias(&mut self, name: &str, value: &str) {
        self.alias(name, value);
    }

    fn offer_editor(&mut self) {
        self.offer_editor();
    }

    fn editing(&self) -> Option<&str> {
        self.editing()
    }

    fn save(&mut self, timeline: &mut Timeline, text: Option<&str>) {
        self.save(timeline, text);
    }

    fn put(&mut self, name: &str, text: &str, now_ms: u64) {
        self.put(name, text, now_ms);
    }

    fn is_busy(&self) -> bool {
        self.is_busy()
    }

    fn is_alive(&self) -> bool {
        self.is_alive()
    }

    fn wake_at_ms(&self) -> Option<u64> {
        self.wake_at_ms()
    }

    fn take_printed(&mut self) -> Vec<Piece> {
        self.take_printed()
    }

    fn take_written(&mut self) -> Vec<Written> {
        self.take_written()
    }

    fn enter(&mut self, timeline: &mut Timeline, line: &str) {
        self.enter(timeline, line);
    }

    fn interrupt(&mut self, timeline: &mut Timeline) {
        self.interrupt(timeline);
    }

    fn start_over(&mut self, timeline: &mut Timeline) {
        self.start_over(timeline);
    }

    fn advance(&mut self, timeline: &mut Timeline, to_ms: u64, steps: u32) -> u64 {
        self.advance(timeline, to_ms, steps)
    }

    fn complete(&mut self, timeline: &Timeline, line: &str) -> (usize, Vec<String>) {
        complete(timeline, self, line)
    }
}
