//! A panic must not lose the student's work: it reveals a panel that was rendered in advance.

use super::document;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlTextAreaElement};

/// From now on a panic shows `#crash`, with what happened in `#crash-message` and the text of
/// `#editor` in `#crash-manifest`; and it still goes to the console.
pub fn watch_for_crashes() {
    yew::set_custom_panic_hook(Box::new(|info| {
        let report = format!("job-lab {}: {info}", env!("CARGO_PKG_VERSION"));
        web_sys::console::error_1(&report.as_str().into());
        reveal(&report);
    }));
}

fn reveal(report: &str) -> Option<()> {
    let document = document()?;
    let root = document.document_element()?;
    // The first panic is the cause; those after it only follow from it.
    if root.get_attribute("data-lab").as_deref() == Some("failed") {
        return None;
    }
    let panel: HtmlElement = document.get_element_by_id("crash")?.dyn_into().ok()?;
    if let Some(message) = document.get_element_by_id("crash-message") {
        message.set_text_content(Some(report));
    }
    let area = |id| -> Option<HtmlTextAreaElement> { document.get_element_by_id(id)?.dyn_into().ok() };
    if let (Some(editor), Some(kept)) = (area("editor"), area("crash-manifest")) {
        kept.set_value(&editor.value());
    }
    super::reveal();
    panel.set_hidden(false);
    let _ = panel.focus();
    // Tells static/boot.js that somebody already said it.
    root.set_attribute("data-lab", "failed").ok()
}
