//! What the student's buttons do: as kubectl does it where there is a command for it.

use super::{Printed, run_line};
use crate::world::{Intervention, Refusal, World};

/// Does an intervention now; what kubectl printed, if it was kubectl that did it.
///
/// # Errors
/// If no command does it and the world refuses it.
pub fn intervene(world: &mut World, intervention: &Intervention, manifest: &str) -> Result<Printed, Refusal> {
    match intervention.command_line(&world.settings().namespace) {
        Some(line) => Ok(run_line(world, &line, manifest)),
        None => world.intervene(intervention).map(|()| Printed::default()),
    }
}
