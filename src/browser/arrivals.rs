//! The arrival of what comes after the page: the explanations, the simulator, kubectl. Each may come before the page
//! waits for it or long after.

use crate::i18n::Explanations;
use crate::playground::{Kubectl, Simulator};
use std::cell::{Cell, RefCell};
use wasm_bindgen::prelude::wasm_bindgen;

type Tell<T> = Box<dyn FnOnce(T)>;

/// Something that comes once, and who waits for it.
struct Arrival<T: Copy + 'static> {
    here: Cell<Option<T>>,
    waiting: RefCell<Option<Tell<T>>>,
}

impl<T: Copy> Arrival<T> {
    const fn awaited() -> Self {
        Self { here: Cell::new(None), waiting: RefCell::new(None) }
    }

    fn deliver(&self, thing: T) {
        self.here.set(Some(thing));
        if let Some(tell) = self.waiting.take() {
            tell(thing);
        }
    }

    fn when_here(&self, tell: Tell<T>) {
        match self.here.get() {
            Some(thing) => tell(thing),
            None => drop(self.waiting.replace(Some(tell))),
        }
    }
}

thread_local! {
    static EXPLANATIONS: Cell<Option<Explanations>> = const { Cell::new(None) };
    static SIMULATOR: Arrival<Simulator> = const { Arrival::awaited() };
    static KUBECTL: Arrival<Kubectl> = const { Arrival::awaited() };
}

/// The long explanations of what the simulator will do are there.
pub fn deliver_explanations(explanations: Explanations) {
    EXPLANATIONS.set(Some(explanations));
}

/// The long explanations, once they are there.
pub fn explanations() -> Option<Explanations> {
    EXPLANATIONS.get()
}

/// The simulator is there: tells whoever waits for it.
pub fn deliver_simulator(simulator: Simulator) {
    SIMULATOR.with(|arrival| arrival.deliver(simulator));
}

/// Calls back once the simulator is there, at once if it already is.
pub fn when_simulator_arrives(tell: impl FnOnce(Simulator) + 'static) {
    SIMULATOR.with(|arrival| arrival.when_here(Box::new(tell)));
}

/// The simulator, once it is there.
pub fn simulator() -> Option<Simulator> {
    SIMULATOR.with(|arrival| arrival.here.get())
}

/// kubectl is there: tells whoever waits for it.
pub fn deliver_kubectl(kubectl: Kubectl) {
    KUBECTL.with(|arrival| arrival.deliver(kubectl));
}

/// Calls back once kubectl is there, at once if it already is.
pub fn when_kubectl_arrives(tell: impl FnOnce(Kubectl) + 'static) {
    KUBECTL.with(|arrival| arrival.when_here(Box::new(tell)));
}

/// A door for tests and for the curious: runs a manifest in the page's own WebAssembly and tells
/// the hash of its log, which must be the native program's; nothing before the simulator is there.
#[wasm_bindgen(js_name = runToEnd)]
pub fn run_to_end(manifest: &str, seed: u32) -> Option<String> {
    simulator().map(|simulator| simulator.run_to_end(manifest, u64::from(seed)))
}
