//! The page, compiled to WebAssembly: mounts the laboratory on `<div id="app">`.
#![forbid(unsafe_code)]

use job_lab::i18n::Explanations;
use job_lab::playground::{Kubectl, Simulator};
use wasm_bindgen::prelude::wasm_bindgen;

fn main() {
    job_lab::browser::watch_for_crashes();
    // In turns of their own: the module has just taken one.
    job_lab::browser::Delay::new(0, || {
        let asked = job_lab::ui::AppProps::read();
        let draw = || {
            if let Some(place) = job_lab::browser::mount_point() {
                drop(yew::Renderer::<job_lab::ui::App>::with_root_and_props(place, asked).render());
            }
        };
        job_lab::browser::Delay::new(0, draw).forget();
    })
    .forget();
}

// Entry points for `static/start.js`, in this order. What only one of them reaches is a file of its
// own in the published page (see `xtask/src/split`), which comes after the page itself.

/// The views' entry point: everything that is drawn after the first picture.
#[wasm_bindgen(js_name = openViews)]
pub fn open_views() {
    job_lab::ui::deliver(job_lab::ui::Views::here());
}

/// The entry point of the long texts that explain what the simulator does.
#[wasm_bindgen(js_name = openExplanations)]
pub fn open_explanations() {
    job_lab::browser::deliver_explanations(Explanations::here());
}

/// The simulator's entry point.
#[wasm_bindgen(js_name = openSimulator)]
pub fn open_simulator() {
    job_lab::browser::deliver_simulator(Simulator::here());
}

/// The entry point of kubectl's command lines: the terminal's, and those behind *Objetos* and the buttons.
#[wasm_bindgen(js_name = openKubectl)]
pub fn open_kubectl() {
    job_lab::browser::deliver_kubectl(Kubectl::here());
}
