//! The address of the page, the clipboard, and the page that embeds this one.

use super::{by_id, window};
use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
use web_sys::{HtmlDocument, HtmlInputElement, HtmlTextAreaElement};

/// What stands after `?` and after `#`.
pub fn asked() -> (String, String) {
    let part = |read: fn(&web_sys::Location) -> Result<String, JsValue>| {
        window().and_then(|window| read(&window.location()).ok()).unwrap_or_default()
    };
    (part(web_sys::Location::search), part(web_sys::Location::hash))
}

/// The address of the page itself, without query and fragment.
pub fn page_address() -> String {
    let whole = window().and_then(|window| window.location().href().ok()).unwrap_or_default();
    whole.split(['?', '#']).next().unwrap_or_default().to_owned()
}

/// Puts a fragment into the address bar, without another visit.
pub fn show_fragment(fragment: &str) {
    if let Some(history) = window().and_then(|window| window.history().ok()) {
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&format!("#{fragment}")));
    }
}

/// Copies the text of the field of this id, which is also selected for those whose browser says no;
/// tells whether it was copied.
pub fn copy_field(id: &str, done: impl FnOnce(bool) + 'static) {
    let Some(field) = by_id(id) else { return done(false) };
    let text = if let Some(area) = field.dyn_ref::<HtmlTextAreaElement>() {
        let _ = area.focus();
        area.select();
        area.value()
    } else if let Some(input) = field.dyn_ref::<HtmlInputElement>() {
        let _ = input.focus();
        input.select();
        input.value()
    } else {
        return done(false);
    };
    let Some(promise) = write_to_clipboard(&text) else {
        return done(copy_selection());
    };
    // One of both is called; wasm-bindgen keeps them alive until then.
    let done = std::rc::Rc::new(std::cell::Cell::new(Some(done)));
    let other = std::rc::Rc::clone(&done);
    let tell = move |copied: bool| {
        if let Some(done) = other.take() {
            done(copied);
        }
    };
    let tell = std::rc::Rc::new(tell);
    let well = {
        let tell = std::rc::Rc::clone(&tell);
        Closure::once_into_js(move |_: JsValue| tell(true))
    };
    // The older way needs no permission in a frame.
    let badly = Closure::once_into_js(move |_: JsValue| tell(copy_selection()));
    let _ = Reflect::get(&promise, &"then".into())
        .and_then(JsCast::dyn_into::<Function>)
        .and_then(|then| then.call2(&promise, &well, &badly));
}

fn write_to_clipboard(text: &str) -> Option<Promise> {
    let navigator = Reflect::get(window()?.as_ref(), &"navigator".into()).ok()?;
    let clipboard = Reflect::get(&navigator, &"clipboard".into()).ok()?;
    let write: Function = Reflect::get(&clipboard, &"writeText".into()).ok()?.dyn_into().ok()?;
    write.call1(&clipboard, &text.into()).ok()?.dyn_into().ok()
}

fn copy_selection() -> bool {
    let document = window().and_then(|window| window.document());
    document
        .and_then(|document| document.dyn_into::<HtmlDocument>().ok())
        .is_some_and(|document| document.exec_command("copy").unwrap_or(false))
}

fn lab() -> Option<JsValue> {
    Reflect::get(window()?.as_ref(), &"jobLab".into()).ok()
}

/// Fetches kubectl's manual and calls with its text; never, where it can't be had.
pub fn load_manual(act: impl FnOnce(String) + 'static) {
    let Some(lab) = lab() else { return };
    let load = Reflect::get(&lab, &"manual".into()).and_then(JsCast::dyn_into::<Function>);
    let _ = load.and_then(|load| load.call1(&lab, &Closure::once_into_js(act)));
}

/// Calls in the next turn of the browser, which may paint and answer in between.
pub fn next_turn(act: impl FnOnce() + 'static) {
    let act = Closure::once_into_js(act);
    let turn = lab().and_then(|lab| Reflect::get(&lab, &"turn".into()).ok()?.dyn_into::<Function>().ok());
    let _ = turn.and_then(|turn| turn.call1(&JsValue::NULL, &act).ok());
}

/// Tells the embedding page something; nothing without one.
pub fn tell_parent(kind: &str, fields: &[(&str, JsValue)]) {
    let Some(lab) = lab() else { return };
    let object = Object::new();
    for (name, value) in fields {
        let _ = Reflect::set(&object, &JsValue::from_str(name), value);
    }
    let tell = Reflect::get(&lab, &"tell".into()).and_then(JsCast::dyn_into::<Function>);
    let _ = tell.and_then(|tell| tell.call2(&lab, &kind.into(), &object));
}

/// Calls with each wish of the embedding page: its type, and its manifest or instant. For ever.
pub fn hear_parent(act: impl FnMut(String, Option<String>) + 'static) {
    let Some(lab) = lab() else { return };
    let act: Closure<dyn FnMut(String, Option<String>)> = Closure::new(act);
    let hear = Reflect::get(&lab, &"hear".into()).and_then(JsCast::dyn_into::<Function>);
    let _ = hear.and_then(|hear| hear.call1(&lab, act.as_ref()));
    act.forget();
}
