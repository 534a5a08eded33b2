//! Parts the page's WebAssembly in two: the page itself, and the simulator that comes after it.
//!
//! `reach` finds in the linked program what only the simulator's entry point reaches; `part` moves
//! that out of the module that wasm-bindgen has made of it. The two modules share memory and table;
//! the second finds in the first's exports whatever it needs of it, and fills its own places of the
//! table and of the memory when it is instantiated. Before that nothing can call into it.

mod part;
mod reach;

pub use part::part;
pub use reach::apart;

/// The export whose code, and what only it reaches, makes the second module.
pub const ENTRY: &str = "openSimulator";

#[cfg(test)]
mod tests;
