//! The page, compiled to WebAssembly: mounts the laboratory on `<div id="app">`.
#![forbid(unsafe_code)]

fn main() {
    job_lab::browser::watch_for_crashes();
    if let Some(place) = job_lab::browser::mount_point() {
        yew::Renderer::<job_lab::ui::App>::with_root(place).render();
    }
}
