//! Copies of the world along a run: dense enough to act in any past quickly, few enough to be cheap.

use crate::cluster::Change;
use crate::world::World;

/// Changes between two copies at first; the distance doubles whenever there are too many copies.
const FIRST_DISTANCE: usize = 1_000;
const MOST: usize = 24;

#[derive(Debug, Clone)]
struct Checkpoint {
    world: World,
    /// Changes that had happened.
    length: usize,
}

#[derive(Debug, Clone)]
pub(super) struct Checkpoints {
    kept: Vec<Checkpoint>,
    distance: usize,
}

impl Checkpoints {
    pub(super) fn new(world: &World) -> Self {
        Self { kept: vec![Checkpoint { world: world.clone(), length: 0 }], distance: FIRST_DISTANCE }
    }

    /// Keeps a copy if the last one is far enough away.
    pub(super) fn offer(&mut self, world: &World, length: usize) {
        let last = self.kept.last().map_or(0, |checkpoint| checkpoint.length);
        if length < last + self.distance {
            return;
        }
        if self.kept.len() >= MOST {
            self.distance *= 2;
            let mut keep = false;
            // The first copy stays, then every second one.
            self.kept.retain(|_| {
                keep = !keep;
                keep
            });
        }
        self.kept.push(Checkpoint { world: world.clone(), length });
    }

    /// Forgets what came before a student's action, which the world can't repeat by itself.
    pub(super) fn restart(&mut self, world: &World, length: usize) {
        self.kept.retain(|checkpoint| checkpoint.length < length);
        self.kept.push(Checkpoint { world: world.clone(), length });
    }

    /// The newest copy from before that instant, with the number of changes that had happened.
    pub(super) fn before(&mut self, at_ms: u64, log: &[Change]) -> (World, usize) {
        let usable = |checkpoint: &Checkpoint| {
            checkpoint.world.now_ms() <= at_ms
                && checkpoint.length <= log.partition_point(|change| change.at_ms <= at_ms)
        };
        let place = self.kept.iter().rposition(usable).unwrap_or(0);
        self.kept.truncate(place + 1);
        match self.kept.last() {
            Some(checkpoint) => (checkpoint.world.clone(), checkpoint.length),
            // There is always the first copy.
            None => (World::new(crate::world::Settings::default()), 0),
        }
    }
}
