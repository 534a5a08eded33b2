//! Links that show everybody the same run, and what a page that embeds the laboratory asks for.
//!
//! Pure text in, plain data out; who opens a link is `ui`, who knows the address bar is `browser`.

mod deflate;
mod instant;
mod link;
mod pairs;
mod snippets;

pub use instant::parse as parse_instant;
pub use link::{Damage, Deed, Link, Parts};
pub use snippets::{Frame, Snippet};
