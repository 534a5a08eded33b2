//! Cards glide from where they were to where they are: first, last, invert, play.
//!
//! Only transforms and opacity are animated, so the browser needs no new layout for it.

#![allow(clippy::float_arithmetic)]

use super::{popover::pixels, window};
use js_sys::{Array, Function, Object, Reflect};
use std::collections::BTreeMap;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Element;

/// Where each card stood, from the stage's corner, by uid.
pub type Places = BTreeMap<String, (f64, f64)>;

/// How long a card is under way, in milliseconds.
const MOVE_MS: f64 = 420.0;
/// How long a new card takes to appear.
const APPEAR_MS: f64 = 260.0;
/// Quick at first, gentle at the end.
const EASE: &str = "cubic-bezier(0.22, 0.8, 0.24, 1)";

/// Whether the student asked the system for little movement.
pub fn reduced_motion() -> bool {
    window()
        .and_then(|window| window.match_media("(prefers-reduced-motion: reduce)").ok().flatten())
        .is_none_or(|query| query.matches())
}

/// Animates every `[data-pod]` of the stage from its place before to its place now, and says
/// where they are now.
pub fn animate_moves(stage: &Element, before: &Places) -> Places {
    let Ok(cards) = stage.query_selector_all("[data-pod]") else {
        return Places::new();
    };
    // An empty stage isn't measured: that would lay the page out while it is being drawn.
    if cards.length() == 0 {
        return Places::new();
    }
    let corner = stage.get_bounding_client_rect();
    // Measure everything before moving anything: one layout, not one a card.
    let cards: Vec<(String, Element, (f64, f64))> = (0..cards.length())
        .filter_map(|place| {
            let card: Element = cards.get(place)?.dyn_into().ok()?;
            let area = card.get_bounding_client_rect();
            let uid = card.get_attribute("data-pod")?;
            Some((uid, card, (area.left() - corner.left(), area.top() - corner.top())))
        })
        .collect();
    for (uid, card, (left, top)) in &cards {
        match before.get(uid) {
            None => appear(card),
            Some((old_left, old_top)) => {
                let (across, down) = (old_left - left, old_top - top);
                if across.abs() + down.abs() > 1.0 {
                    glide(card, across, down);
                }
            }
        }
    }
    cards.into_iter().map(|(uid, _, place)| (uid, place)).collect()
}

fn glide(card: &Element, across: f64, down: f64) {
    // Whole pixels: the code that writes fractions weighs kilobytes.
    let from = format!("translate({}px, {}px)", pixels(across), pixels(down));
    animate(card, MOVE_MS, &[("transform", &from, "none"), ("zIndex", "5", "5")]);
}

fn appear(card: &Element) {
    animate(card, APPEAR_MS, &[("opacity", "0", "1"), ("transform", "scale(0.85)", "none")]);
}

/// Each property from its first value to its last. Calls `Element.animate` by its name, since
/// web-sys doesn't count it as stable yet.
fn animate(card: &Element, duration_ms: f64, changes: &[(&str, &str, &str)]) -> Option<()> {
    let frames = Object::new();
    for &(property, first, last) in changes {
        let values = Array::of2(&JsValue::from_str(first), &JsValue::from_str(last));
        Reflect::set(&frames, &JsValue::from_str(property), &values).ok()?;
    }
    let options = Object::new();
    Reflect::set(&options, &"duration".into(), &JsValue::from_f64(duration_ms)).ok()?;
    Reflect::set(&options, &"easing".into(), &EASE.into()).ok()?;
    let animate: Function = Reflect::get(card, &"animate".into()).ok()?.dyn_into().ok()?;
    animate.call2(card, &frames, &options).ok()?;
    Some(())
}
