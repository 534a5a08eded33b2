//! Parts the page's WebAssembly in several modules: the page itself, and those that come after it.
//!
//! `reach` finds in the linked program what only the entry points of the later modules reach; `part`
//! moves that out of the module that wasm-bindgen has made of it. All modules share memory and table;
//! each finds in the exports of those before it whatever it needs of them, and fills its own places
//! of the table and of the memory when it is instantiated. Before that nothing can call into it.

mod part;
mod reach;

pub use part::part;
pub use reach::apart;

/// A module that comes after the page.
#[derive(Debug)]
pub struct Later {
    /// The name of its file, and of the attributes that tell of it.
    pub name: &'static str,
    /// The export whose code, and what only it reaches, makes the module.
    pub entry: &'static str,
}

/// The later modules in the order in which they are opened, which `static/start.js` keeps to.
pub const LATER: [Later; 4] = [
    Later { name: "views", entry: "openViews" },
    Later { name: "explanations", entry: "openExplanations" },
    Later { name: "simulator", entry: "openSimulator" },
    Later { name: "kubectl", entry: "openKubectl" },
];

#[cfg(test)]
mod tests;
