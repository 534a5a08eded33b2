//! The page: Yew components that draw a snapshot and send commands.
//!
//! One reducer ([`state::Lab`]) holds everything; components take `Rc`s of plain data and are
//! drawn again only when theirs changed. What changes with every frame (clock, playhead,
//! countdowns) is kept in components of its own.

// Positions on the screen are the one place for fractions.
#![allow(clippy::float_arithmetic)]

mod app;
mod axis;
mod bars;
mod code;
mod code_area;
mod compare;
mod contexts;
mod density;
mod editor;
mod events;
mod explain;
mod forecast;
mod header;
mod help;
mod icons;
mod index_grid;
mod job_card;
mod lanes;
mod menu;
mod objects;
mod pod_card;
mod problems;
mod reasons;
mod ring;
mod scale;
mod sentences;
mod share;
mod shelf;
mod soon;
mod stage;
mod state;
mod terminal;
mod terminal_edit;
mod terminal_log;
mod text;
mod together;
mod transport;
mod twin;
mod views;
mod visit;

pub use app::{App, AppProps};
pub use views::{Views, deliver};
