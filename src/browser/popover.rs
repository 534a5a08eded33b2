//! Menus: what was pressed, and a native popover beside it.

#![allow(clippy::float_arithmetic)]

use super::{by_id, document, window};
use js_sys::{Function, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Event, HtmlElement, MouseEvent, Node};

/// Where the pressed element stands in the window, in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Anchor {
    left: i32,
    top: i32,
    bottom: i32,
}

/// Room between the menu and what it belongs to, and the window's edge.
const GAP: i32 = 6;

/// What the nearest `data-menu` around the event's target names, as `kind/name`, and where it is.
pub fn menu_target(event: &Event) -> Option<(String, Anchor)> {
    let target: Element = event.target()?.dyn_into().ok()?;
    let element = target.closest("[data-menu]").ok()??;
    let name = element.get_attribute("data-menu")?;
    let area = element.get_bounding_client_rect();
    Some((name, Anchor { left: pixels(area.left()), top: pixels(area.top()), bottom: pixels(area.bottom()) }))
}

/// The word of the text that a pointer event hits, and where it was hit.
pub fn word_under(event: &MouseEvent) -> Option<(String, Anchor)> {
    let (x, y) = (event.client_x(), event.client_y());
    let document: JsValue = document()?.into();
    // Each browser has one of the two.
    let caret = |method: &str, node: &str, offset: &str| {
        let method: Function = Reflect::get(&document, &JsValue::from_str(method)).ok()?.dyn_into().ok()?;
        let found = method.call2(&document, &JsValue::from(x), &JsValue::from(y)).ok()?;
        let node: Node = Reflect::get(&found, &JsValue::from_str(node)).ok()?.dyn_into().ok()?;
        let offset = Reflect::get(&found, &JsValue::from_str(offset)).ok()?.as_f64().map_or(0, pixels);
        Some((node.node_value()?, usize::try_from(offset).unwrap_or(0)))
    };
    let (text, offset) = caret("caretPositionFromPoint", "offsetNode", "offset")
        .or_else(|| caret("caretRangeFromPoint", "startContainer", "startOffset"))?;
    let units: Vec<u16> = text.encode_utf16().collect();
    let is_part =
        |unit: &u16| u8::try_from(*unit).is_ok_and(|byte| byte.is_ascii_alphanumeric() || b"-./".contains(&byte));
    let (before, after) = units.split_at(offset.min(units.len()));
    let start = before.len() - before.iter().rev().take_while(|unit| is_part(unit)).count();
    let end = before.len() + after.iter().take_while(|unit| is_part(unit)).count();
    let word = String::from_utf16_lossy(units.get(start..end)?);
    (!word.is_empty()).then_some((word, Anchor { left: x, top: y, bottom: y }))
}

/// A place on the screen is never so far away that this loses something.
#[allow(clippy::cast_possible_truncation)]
pub(super) fn pixels(place: f64) -> i32 {
    place.round() as i32
}

/// Shows a `popover` beside its anchor, wholly inside the window.
pub fn show_popover(id: &str, anchor: Anchor) {
    let Some(element) = by_id(id).and_then(|element| element.dyn_into::<HtmlElement>().ok()) else { return };
    let shown = element.has_attribute("data-shown");
    if !shown {
        let _ = element.set_attribute("data-shown", "");
        // By its name: an old browser has no popovers and shows the menu in its place.
        let show = Reflect::get(&element, &JsValue::from_str("showPopover")).ok();
        if let Some(show) = show.and_then(|show| show.dyn_into::<Function>().ok()) {
            let _ = show.call0(&element);
        }
    }
    let size = |name: &str| {
        let value = window().and_then(|window| Reflect::get(&window, &JsValue::from_str(name)).ok());
        value.and_then(|value| value.as_f64()).map_or(0, pixels)
    };
    let (width, height) = (element.offset_width(), element.offset_height());
    let left = anchor.left.min(size("innerWidth") - width - GAP).max(GAP);
    let below = anchor.bottom + GAP;
    let fits = below + height + GAP <= size("innerHeight");
    let top = if fits { below } else { (anchor.top - GAP - height).max(GAP) };
    let style = element.style();
    let _ = style.set_property("--menu-left", &format!("{left}px"));
    let _ = style.set_property("--menu-top", &format!("{top}px"));
}

/// Whether a popover's `toggle` event tells that it closed.
pub fn is_closing(event: &Event) -> bool {
    Reflect::get(event, &JsValue::from_str("newState")).ok().and_then(|state| state.as_string()).as_deref()
        == Some("closed")
}
