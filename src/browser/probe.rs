//! A door for tests and for the curious: runs a manifest in the page's own WebAssembly and tells the
//! hash of its log, which must be the native program's.

use crate::kubectl::apply_text;
use crate::manifest::Verb;
use crate::timeline::{Timeline, log_hash};
use crate::world::{Settings, World};
use wasm_bindgen::prelude::wasm_bindgen;

/// How long a run is followed: a day, as in the native program.
const LIMIT_MS: u64 = 24 * 3_600_000;

/// Runs a manifest until nothing more happens; returns the hash of the log and its length, as
/// `hash changes`, or the server's refusal.
#[wasm_bindgen(js_name = runToEnd)]
pub fn run_to_end(manifest: &str, seed: u32) -> String {
    let settings = Settings { seed: u64::from(seed), ..Settings::default() };
    let mut timeline = Timeline::new(World::new(settings));
    let applied = timeline.act(|world| apply_text(world, manifest, "job.yaml", Verb::Apply));
    if applied.printed.code != 0 {
        return applied.printed.stderr;
    }
    timeline.run_until_quiet(LIMIT_MS);
    format!("{:016x} {}", log_hash(timeline.log()), timeline.log().len())
}
