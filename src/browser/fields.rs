//! Text fields, dialogs, focus and pointers.

use super::{document, window};
use wasm_bindgen::JsCast;
use web_sys::{
    Element, Event, HtmlDialogElement, HtmlDocument, HtmlElement, HtmlInputElement, HtmlSelectElement,
    HtmlTextAreaElement, PointerEvent,
};

/// The text of the field that an event comes from.
pub fn typed_text(event: &Event) -> Option<String> {
    let target = event.target()?;
    if let Some(area) = target.dyn_ref::<HtmlTextAreaElement>() {
        return Some(area.value());
    }
    if let Some(input) = target.dyn_ref::<HtmlInputElement>() {
        return Some(input.value());
    }
    target.dyn_ref::<HtmlSelectElement>().map(HtmlSelectElement::value)
}

fn comes_from(event: &Event, tags: &[&str]) -> bool {
    event.target().and_then(|target| target.dyn_into::<Element>().ok()).is_some_and(|element| {
        tags.contains(&element.tag_name().as_str()) || element.closest("dialog").ok().flatten().is_some()
    })
}

/// Whether the event comes from a field, where keys mean text or a choice.
pub fn is_typing(event: &Event) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let rich = target.is_some_and(|element| element.closest("[contenteditable]").ok().flatten().is_some());
    rich || comes_from(event, &["TEXTAREA", "INPUT", "SELECT"])
}

/// Whether the event comes from something that the space bar presses.
pub fn is_pressing(event: &Event) -> bool {
    comes_from(event, &["BUTTON", "A", "SUMMARY"])
}

/// Writes text at the caret as if typed, so that the browser's undo knows it.
pub fn insert_text(text: &str) -> bool {
    document()
        .and_then(|document| document.dyn_into::<HtmlDocument>().ok())
        .and_then(|document| document.exec_command_with_show_ui_and_value("insertText", false, text).ok())
        .unwrap_or(false)
}

/// The blanks that open the line in which the caret of the event's text area stands.
pub fn indent_of_line(event: &Event) -> Option<String> {
    let area: HtmlTextAreaElement = event.target()?.dyn_into().ok()?;
    let caret = area.selection_start().ok()??;
    Some(indent_before(&area.value(), caret))
}

/// As above, for a caret counted in UTF-16 units, as browsers count.
fn indent_before(text: &str, caret: u32) -> String {
    let mut line = String::new();
    let mut units = 0;
    for character in text.chars() {
        if units >= caret as usize {
            break;
        }
        units += character.len_utf16();
        if character == '\n' {
            line.clear();
        } else {
            line.push(character);
        }
    }
    line.chars().take_while(|&character| character == ' ').collect()
}

/// Where the pointer is across the track (`data-track`) that it is on: 0 at its left edge, 1 at its
/// right one. While a button is down the track keeps the pointer, so that a drag may leave it.
#[allow(clippy::float_arithmetic)]
pub fn pointer_share(event: &PointerEvent, capture: bool) -> Option<f64> {
    // Not `current_target`: Yew listens at the root.
    let target: Element = event.target()?.dyn_into().ok()?;
    let element = target.closest("[data-track]").ok()??;
    if capture {
        let _ = element.set_pointer_capture(event.pointer_id());
    }
    let area = element.get_bounding_client_rect();
    if area.width() <= 0.0 {
        return None;
    }
    Some(((f64::from(event.client_x()) - area.left()) / area.width()).clamp(0.0, 1.0))
}

/// Shows a `<dialog>` above everything.
pub fn open_dialog(dialog: Option<Element>) {
    if let Some(dialog) = dialog.and_then(|element| element.dyn_into::<HtmlDialogElement>().ok())
        && !dialog.open()
    {
        let _ = dialog.show_modal();
    }
}

/// Closes a `<dialog>`.
pub fn close_dialog(dialog: Option<Element>) {
    if let Some(dialog) = dialog.and_then(|element| element.dyn_into::<HtmlDialogElement>().ok()) {
        dialog.close();
    }
}

/// The element of this id.
pub fn by_id(id: &str) -> Option<Element> {
    document()?.get_element_by_id(id)
}

/// Gives the focus to the element of this id.
pub fn focus(id: &str) {
    if let Some(element) = by_id(id).and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        let _ = element.focus();
    }
}

/// Brings an element into sight.
pub fn scroll_into_view(id: &str) {
    if let Some(element) = by_id(id) {
        element.scroll_into_view();
    }
}

/// Scrolls the element of this id to its end.
pub fn scroll_to_end(id: &str) {
    if let Some(element) = by_id(id) {
        element.set_scroll_top(element.scroll_height());
    }
}

/// Whether some text of the page is selected, which Ctrl-C copies.
pub fn has_selection() -> bool {
    let selection = window().and_then(|window| window.get_selection().ok().flatten());
    selection.is_some_and(|selection| !selection.is_collapsed())
}

/// Puts a text into the clipboard, if the browser lets us.
pub fn copy(text: &str) {
    if let Some(window) = window() {
        // The promise's end is nobody's business: there is nothing to do about a refusal.
        let _ = window.navigator().clipboard().write_text(text);
    }
}

#[cfg(test)]
mod tests {
    use super::indent_before;

    #[test]
    fn indents() {
        assert_eq!(indent_before("a:\n  b: 1", 9), "  ");
        assert_eq!(indent_before("a:\n  b: 1", 4), " ");
        assert_eq!(indent_before("a:\n  b: 1", 2), "");
        assert_eq!(indent_before("# ñ 😀\n    x", 12), "    ");
    }
}
