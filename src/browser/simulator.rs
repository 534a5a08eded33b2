//! The simulator's arrival, which may come before the page waits for it or long after.

use crate::i18n::Explanations;
use crate::playground::Simulator;
use std::cell::{Cell, RefCell};
use wasm_bindgen::prelude::wasm_bindgen;

type Waiting = Box<dyn FnOnce(Simulator)>;

thread_local! {
    static SIMULATOR: Cell<Option<Simulator>> = const { Cell::new(None) };
    static EXPLANATIONS: Cell<Option<Explanations>> = const { Cell::new(None) };
    static WAITING: RefCell<Option<Waiting>> = const { RefCell::new(None) };
}

/// The simulator and the explanations of what it does are there: tells whoever waits for it.
pub fn deliver(simulator: Simulator, explanations: Explanations) {
    EXPLANATIONS.set(Some(explanations));
    SIMULATOR.set(Some(simulator));
    if let Some(tell) = WAITING.take() {
        tell(simulator);
    }
}

/// The long explanations, once they are there.
pub fn explanations() -> Option<Explanations> {
    EXPLANATIONS.get()
}

/// Calls back once the simulator is there, at once if it already is.
pub fn when_simulator_arrives(tell: impl FnOnce(Simulator) + 'static) {
    match SIMULATOR.get() {
        Some(simulator) => tell(simulator),
        None => WAITING.set(Some(Box::new(tell))),
    }
}

/// The simulator, once it is there.
pub fn simulator() -> Option<Simulator> {
    SIMULATOR.get()
}

/// A door for tests and for the curious: runs a manifest in the page's own WebAssembly and tells
/// the hash of its log, which must be the native program's; nothing before the simulator is there.
#[wasm_bindgen(js_name = runToEnd)]
pub fn run_to_end(manifest: &str, seed: u32) -> Option<String> {
    SIMULATOR.get().map(|simulator| simulator.run_to_end(manifest, u64::from(seed)))
}
