//! Copies of the world along a run, from which the past is run again to act in it.
//!
//! Each copy is taken when the log has grown by half since the one before: so the copies cost a
//! fixed part of the run itself, and running up to any past instant again costs at most a third of
//! it.

use crate::cluster::Change;
use crate::world::World;

/// Changes between the first two copies.
const FIRST_DISTANCE: usize = 1_000;

#[derive(Debug, Clone)]
struct Checkpoint {
    world: World,
    /// Changes that had happened.
    length: usize,
}

#[derive(Debug, Clone)]
pub(super) struct Checkpoints {
    first: Checkpoint,
    later: Vec<Checkpoint>,
}

impl Checkpoints {
    pub(super) fn new(world: &World) -> Self {
        Self { first: Checkpoint { world: world.clone(), length: 0 }, later: Vec::new() }
    }

    /// Keeps a copy if the last one is far enough away.
    pub(super) fn offer(&mut self, world: &World, length: usize) {
        let last = self.later.last().map_or(0, |checkpoint| checkpoint.length);
        if length >= last + (last / 2).max(FIRST_DISTANCE) {
            self.later.push(Checkpoint { world: world.clone(), length });
        }
    }

    /// Keeps a copy after a student's action, which the world can't repeat by itself.
    pub(super) fn keep(&mut self, world: &World, length: usize) {
        self.later.retain(|checkpoint| checkpoint.length < length);
        self.later.push(Checkpoint { world: world.clone(), length });
    }

    /// A copy of the newest world from before that instant.
    pub(super) fn before(&self, at_ms: u64, log: &[Change]) -> World {
        let position = log.partition_point(|change| change.at_ms <= at_ms);
        let fits = |checkpoint: &&Checkpoint| checkpoint.world.now_ms() <= at_ms && checkpoint.length <= position;
        self.later.iter().rev().find(fits).unwrap_or(&self.first).world.clone()
    }

    /// Forgets the copies of a future that was dropped.
    pub(super) fn forget_after(&mut self, at_ms: u64, position: usize) {
        self.later.retain(|checkpoint| checkpoint.world.now_ms() <= at_ms && checkpoint.length <= position);
    }

    /// The newest copy from before that instant, with the number of changes that had happened. Later
    /// ones are forgotten.
    pub(super) fn rewind(&mut self, at_ms: u64, log: &[Change]) -> (World, usize) {
        let position = log.partition_point(|change| change.at_ms <= at_ms);
        self.later.retain(|checkpoint| checkpoint.world.now_ms() <= at_ms && checkpoint.length <= position);
        let newest = self.later.last().unwrap_or(&self.first);
        (newest.world.clone(), newest.length)
    }
}
