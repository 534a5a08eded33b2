//! A run: the log of every change, the playhead on it, and checkpoints from which the past can be
//! acted in again.
//!
//! The log keeps what each object was and became, so the playhead moves either way by applying
//! changes, without running anything again. Only acting in the past needs the world itself: it is
//! taken from the checkpoint before and run on, which gives the same changes again.

mod checkpoints;
mod hash;

pub use hash::log_hash;

use crate::api::Object;
use crate::cluster::{Change, Oid};
use crate::world::World;
use checkpoints::Checkpoints;

/// One run of the laboratory.
#[derive(Debug, Clone)]
pub struct Timeline {
    world: World,
    log: Vec<Change>,
    checkpoints: Checkpoints,
    playhead: Playhead,
    forks: Forks,
}

/// How often the future was dropped, and how many changes the last fork left.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Forks {
    /// How often.
    pub count: u32,
    /// How many changes had happened at the last one.
    pub position: usize,
    /// When it was, in virtual milliseconds.
    pub at_ms: u64,
}

/// The objects at an instant of the run.
#[derive(Debug, Clone, Default)]
struct Playhead {
    at_ms: u64,
    /// How many changes of the log have happened.
    position: usize,
    objects: Vec<Option<Object>>,
}

impl Timeline {
    /// A run that begins with that world.
    pub fn new(world: World) -> Self {
        let mut objects = vec![None; world.store().len()];
        for (oid, object) in world.store().all() {
            if let Some(place) = objects.get_mut(oid.0 as usize) {
                *place = Some(object.clone());
            }
        }
        let checkpoints = Checkpoints::new(&world);
        let at_ms = world.now_ms();
        Self {
            world,
            log: Vec::new(),
            checkpoints,
            playhead: Playhead { at_ms, position: 0, objects },
            forks: Forks::default(),
        }
    }

    /// The playhead's instant.
    pub fn now_ms(&self) -> u64 {
        self.playhead.at_ms
    }

    /// How far the run has been computed.
    pub fn known_ms(&self) -> u64 {
        self.world.now_ms()
    }

    /// The world at the computed end.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// Every change, in the order in which it happened.
    pub fn log(&self) -> &[Change] {
        &self.log
    }

    /// How many changes have happened at the playhead.
    pub fn position(&self) -> usize {
        self.playhead.position
    }

    /// The object at the playhead.
    pub fn object(&self, oid: Oid) -> Option<&Object> {
        self.playhead.objects.get(oid.0 as usize).and_then(Option::as_ref)
    }

    /// Every object at the playhead, in the order of creation.
    pub fn objects(&self) -> impl Iterator<Item = (Oid, &Object)> {
        self.playhead
            .objects
            .iter()
            .zip(0_u32..)
            .filter_map(|(object, number)| object.as_ref().map(|object| (Oid(number), object)))
    }

    /// When something happens next after the playhead; none if nothing will. Computes as far as
    /// needed: steps that write nothing are passed over.
    pub fn next_change_ms(&mut self) -> Option<u64> {
        let mut looked = self.playhead.position;
        loop {
            let new = self.log.get(looked..)?;
            if let Some(change) = new.iter().find(|change| change.at_ms > self.playhead.at_ms) {
                return Some(change.at_ms);
            }
            looked = self.log.len();
            if !self.compute_step() {
                return None;
            }
        }
    }

    /// The last instant before the playhead at which something happened.
    pub fn previous_change_ms(&self) -> Option<u64> {
        let happened = self.log.get(..self.playhead.position)?;
        happened.iter().rev().map(|change| change.at_ms).find(|at_ms| *at_ms < self.playhead.at_ms)
    }

    /// When the last change happened, if nothing more will ever happen.
    pub fn over_at_ms(&self) -> Option<u64> {
        let over = self.world.next_at_ms().is_none();
        over.then(|| self.log.last().map_or(0, |change| change.at_ms))
    }

    /// Moves the playhead, computing what isn't known yet.
    pub fn seek(&mut self, at_ms: u64) {
        self.compute_to(at_ms);
        let position = self.log.partition_point(|change| change.at_ms <= at_ms);
        self.move_to(position);
        self.playhead.at_ms = at_ms;
    }

    /// Computes the run up to that instant, without moving the playhead.
    pub fn compute_to(&mut self, at_ms: u64) {
        while self.world.next_at_ms().is_some_and(|next_ms| next_ms <= at_ms) {
            self.compute_step();
        }
        if self.world.now_ms() < at_ms {
            self.world.advance_to(at_ms, &mut self.log);
        }
    }

    /// Computes the run towards that instant in at most so many steps; returns how far it came.
    pub fn compute_towards(&mut self, at_ms: u64, steps: u32) -> u64 {
        for _ in 0..steps {
            if self.world.next_at_ms().is_none_or(|next_ms| next_ms > at_ms) {
                self.compute_to(at_ms);
                return at_ms;
            }
            self.compute_step();
        }
        self.world.now_ms().min(at_ms)
    }

    /// Computes until nothing more happens by itself, or the limit is reached.
    pub fn run_until_quiet(&mut self, limit_ms: u64) {
        while self.world.next_at_ms().is_some_and(|next_ms| next_ms <= limit_ms) {
            self.compute_step();
        }
    }

    fn compute_step(&mut self) -> bool {
        if !self.world.step() {
            return false;
        }
        self.world.settle(&mut self.log);
        self.checkpoints.offer(&self.world, self.log.len());
        true
    }

    fn move_to(&mut self, position: usize) {
        let playhead = &mut self.playhead;
        if position >= playhead.position {
            for change in self.log.get(playhead.position..position).unwrap_or(&[]) {
                place(&mut playhead.objects, change.oid, change.after.as_ref());
            }
        } else {
            for change in self.log.get(position..playhead.position).unwrap_or(&[]).iter().rev() {
                place(&mut playhead.objects, change.oid, change.before.as_ref());
            }
        }
        playhead.position = position;
    }

    /// Acts at the playhead. In the past that is a fork: what came after the playhead is dropped from
    /// this run (the caller keeps a copy to compare), and the world is run again up to it.
    pub fn act<T>(&mut self, action: impl FnOnce(&mut World) -> T) -> T {
        let at_ms = self.playhead.at_ms;
        if at_ms < self.world.now_ms() {
            self.rewind_world(at_ms);
        }
        let result = action(&mut self.world);
        self.world.settle(&mut self.log);
        let position = self.log.len();
        self.move_to(position);
        // What the student did can't be computed again from an earlier checkpoint.
        self.checkpoints.keep(&self.world, position);
        result
    }

    /// Lets a client ask something of the world that may write or not. If nothing was written it is
    /// as if it hadn't been asked: no fork, no draw of chance used up.
    pub fn ask<T>(&mut self, action: impl FnOnce(&mut World) -> T) -> T {
        let at_ms = self.playhead.at_ms;
        let mut world = if at_ms < self.world.now_ms() || self.is_in_the_past() {
            self.world_at(at_ms)
        } else {
            self.world.clone()
        };
        let result = action(&mut world);
        if world.store().has_changes() {
            if self.is_in_the_past() {
                self.drop_future();
            }
            self.checkpoints.forget_after(at_ms, self.playhead.position);
            self.world = world;
            self.world.settle(&mut self.log);
            let position = self.log.len();
            self.move_to(position);
            self.checkpoints.keep(&self.world, position);
        }
        result
    }

    /// The world as it was at a past instant, run again from the copy before.
    fn world_at(&self, at_ms: u64) -> World {
        let mut world = self.checkpoints.before(at_ms, &self.log);
        world.advance_to(at_ms, &mut Vec::new());
        world
    }

    fn drop_future(&mut self) {
        let position = self.playhead.position;
        self.log.truncate(position);
        self.forks = Forks { count: self.forks.count + 1, position, at_ms: self.playhead.at_ms };
    }

    /// How often acting in the past has dropped a future.
    pub fn forks(&self) -> Forks {
        self.forks
    }

    /// The instant of the next change after the playhead, or of the next lines that containers write
    /// beyond the computed end, up to that instant and computed in at most so many steps.
    ///
    /// # Errors
    /// The instant up to which nothing happens.
    pub fn change_towards(&mut self, at_ms: u64, steps: u32) -> Result<u64, u64> {
        let next = |timeline: &Self| timeline.log.get(timeline.playhead.position).map(|change| change.at_ms);
        for _ in 0..steps {
            match next(self) {
                Some(change_ms) if change_ms <= at_ms => return Ok(change_ms),
                Some(_) => return Err(at_ms),
                None => {}
            }
            if self.world.next_at_ms().is_none_or(|next_ms| next_ms > at_ms) {
                self.compute_to(at_ms);
                return Err(at_ms);
            }
            let lines = self.world.kubelet().lines_written();
            self.compute_step();
            if self.world.kubelet().lines_written() != lines {
                return Ok(self.world.now_ms().max(self.playhead.at_ms));
            }
        }
        Err(self.world.now_ms().min(at_ms).max(self.playhead.at_ms))
    }

    /// Whether acting now would be acting in the past.
    pub fn is_in_the_past(&self) -> bool {
        self.playhead.position < self.log.len()
    }

    fn rewind_world(&mut self, at_ms: u64) {
        if self.is_in_the_past() {
            self.drop_future();
        }
        let (mut world, length) = self.checkpoints.rewind(at_ms, &self.log);
        let mut again = Vec::new();
        world.advance_to(at_ms, &mut again);
        debug_assert_eq!(length + again.len(), self.playhead.position, "a run repeats itself");
        self.world = world;
    }
}

fn place(objects: &mut Vec<Option<Object>>, oid: Oid, object: Option<&Object>) {
    let number = oid.0 as usize;
    if objects.len() <= number {
        objects.resize(number + 1, None);
    }
    if let Some(place) = objects.get_mut(number) {
        *place = object.cloned();
    }
}
