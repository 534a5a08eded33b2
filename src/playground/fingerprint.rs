//! A whole run as one number, by which runs natively and in WebAssembly are compared.

use crate::kubectl::apply_text;
use crate::manifest::Verb;
use crate::timeline::{Timeline, log_hash};
use crate::world::{Settings, World};

/// Runs a manifest until nothing more happens; tells the hash of the log and its length as
/// `hash changes`, or the server's refusal.
pub(super) fn run_to_end(manifest: &str, seed: u64) -> String {
    let mut timeline = Timeline::new(World::new(Settings { seed, ..Settings::default() }));
    let applied = timeline.act(|world| apply_text(world, manifest, "job.yaml", Verb::Apply));
    if applied.printed.code != 0 {
        return applied.printed.stderr;
    }
    timeline.run_until_quiet(super::LONGEST_MS);
    format!("{:016x} {}", log_hash(timeline.log()), timeline.log().len())
}
