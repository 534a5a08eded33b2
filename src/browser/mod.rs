//! The only room that touches the browser: its clock, its storage, its document.
//!
//! Everything here may be refused by the browser (a sandboxed frame has no storage, an old one no
//! animations), so nothing here fails: it does what it can and says so by an `Option`.

mod address;
mod arrivals;
mod crash;
mod document;
mod editor;
mod fields;
mod motion;
mod popover;
mod storage;
mod ticks;

pub use address::{asked, copy_field, hear_parent, load_manual, next_turn, page_address, show_fragment, tell_parent};
pub use arrivals::{
    deliver_explanations, deliver_kubectl, deliver_simulator, explanations, run_to_end, simulator,
    when_kubectl_arrives, when_simulator_arrives,
};
pub use crash::watch_for_crashes;
pub use document::{mount_point, page_language, page_theme, reveal, set_page_language, set_page_theme};
pub use editor::{EditorHooks, Explained, Mark, Mend, Offer, Offers, RichEditor};
pub use fields::{
    by_id, close_dialog, copy, focus, has_selection, indent_of_line, insert_text, is_pressing, is_typing, open_dialog,
    pointer_share, scroll_into_view, scroll_to_end, typed_text,
};
pub use motion::{Places, animate_moves, reduced_motion};
pub use popover::{Anchor, is_closing, menu_target, show_popover, word_under};
pub use storage::{recall, remember};
pub use ticks::{Delay, Keys, Ticks};

use web_sys::{Document, Window};

fn window() -> Option<Window> {
    web_sys::window()
}

fn document() -> Option<Document> {
    window()?.document()
}
