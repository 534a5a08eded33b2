//! The bridge to the editor of `editor/main.js`, which comes after the first picture, if it comes.
//!
//! Plain data in both directions: texts, lines and columns from 1 as the simulator counts them, and
//! places in bytes, which the editor counts in UTF-16 units.
//! Leaves out what an editor is: that is `CodeMirror`'s.

use super::window;
use js_sys::{Array, Function, Object, Reflect};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
use web_sys::Element;

/// A change to the text that mends a problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mend {
    /// What the button says.
    pub name: String,
    /// First byte, byte after the last one, and what comes there.
    pub edits: Vec<(usize, usize, String)>,
}

/// A problem as the editor shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// Whether the manifest is refused for it; otherwise it is a warning.
    pub refused: bool,
    /// First line and column.
    pub from: (u32, u32),
    /// Last line, and the column after its last character.
    pub to: (u32, u32),
    /// The server's words.
    pub message: String,
    /// What they mean, if we can say.
    pub words: Option<String>,
    /// What can be done about it.
    pub mends: Vec<Mend>,
}

/// Something that may stand at the caret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// What it is called.
    pub label: String,
    /// Its type, or what it does in two words.
    pub detail: String,
    /// What it is for.
    pub help: Option<String>,
    /// What is written.
    pub insert: String,
    /// `property` or `value`.
    pub kind: &'static str,
}

/// What may stand at the caret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offers {
    /// The byte from which the text up to the caret is replaced.
    pub from: usize,
    /// The best first.
    pub offers: Vec<Offer>,
}

/// What a field means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explained {
    /// Its name.
    pub title: String,
    /// Its type.
    pub detail: String,
    /// Its sentence.
    pub text: String,
    /// Its first byte, and the one after its last.
    pub range: std::ops::Range<usize>,
}

/// Answers what may stand at a byte of the text.
type Complete = dyn Fn(&str, usize) -> Option<Offers>;
/// Answers what stands at a byte of the text.
type Describe = dyn Fn(&str, usize) -> Option<Explained>;

/// What the editor asks of the page.
pub struct EditorHooks {
    /// It is there and in use.
    pub ready: Box<dyn Fn()>,
    /// The student changed the text.
    pub changed: Box<dyn Fn(Rc<str>)>,
    /// The student asked to apply it.
    pub apply: Box<dyn Fn()>,
    /// What may stand at the caret.
    pub complete: Box<Complete>,
    /// What a field means.
    pub describe: Box<Describe>,
}

/// The editor, or the promise of one: what it is told before it is there is told again by whoever
/// hears that it is ready.
pub struct RichEditor {
    handle: Rc<RefCell<Option<JsValue>>>,
    /// The text that the editor holds.
    held: Rc<RefCell<Option<Rc<str>>>>,
    _kept: Vec<Box<dyn std::any::Any>>,
}

impl RichEditor {
    /// Asks for an editor inside `host` that takes the place of the text area.
    pub fn open(area: &Element, host: &Element, words: &[(&str, &str)], hooks: EditorHooks) -> Option<Self> {
        let handle: Rc<RefCell<Option<JsValue>>> = Rc::default();
        let held: Rc<RefCell<Option<Rc<str>>>> = Rc::default();

        let EditorHooks { ready, changed, apply, complete, describe } = hooks;
        let known = Rc::clone(&held);
        let changed: Closure<dyn FnMut(String)> = Closure::new(move |text: String| {
            let text: Rc<str> = Rc::from(text);
            known.replace(Some(Rc::clone(&text)));
            changed(text);
        });
        let apply: Closure<dyn FnMut()> = Closure::new(apply);
        let complete: Closure<dyn FnMut(String, u32) -> JsValue> = Closure::new(move |text: String, at| {
            complete(&text, byte_of(&text, at)).map_or(JsValue::NULL, |offers| offers_object(&text, &offers))
        });
        let describe: Closure<dyn FnMut(String, u32) -> JsValue> = Closure::new(move |text: String, at| {
            describe(&text, byte_of(&text, at)).map_or(JsValue::NULL, |explained| {
                object(&[
                    ("from", units_of(&text, explained.range.start).into()),
                    ("to", units_of(&text, explained.range.end).into()),
                    ("title", explained.title.into()),
                    ("detail", explained.detail.into()),
                    ("text", explained.text.into()),
                ])
            })
        });
        let hooks = object(&[
            ("changed", changed.as_ref().clone()),
            ("apply", apply.as_ref().clone()),
            ("complete", complete.as_ref().clone()),
            ("describe", describe.as_ref().clone()),
            ("words", words_object(words)),
        ]);
        let place = Rc::clone(&handle);
        let ready: Closure<dyn FnMut(JsValue)> = Closure::new(move |editor: JsValue| {
            place.replace(Some(editor));
            ready();
        });

        let lab = Reflect::get(window()?.as_ref(), &"jobLab".into()).ok()?;
        call(&lab, "openEditor", &[area.into(), host.into(), hooks, ready.as_ref().clone()])?;
        let kept: Vec<Box<dyn std::any::Any>> =
            vec![Box::new(changed), Box::new(apply), Box::new(complete), Box::new(describe), Box::new(ready)];
        Some(Self { handle, held, _kept: kept })
    }

    fn tell(&self, method: &str, argument: impl FnOnce() -> JsValue) {
        let handle = self.handle.borrow().clone();
        if let Some(handle) = handle {
            call(&handle, method, &[argument()]);
        }
    }

    /// Gives it another text, as one step that can be undone; its own text comes back for nothing.
    pub fn set_text(&self, text: &Rc<str>) {
        let same = self.held.borrow().as_ref().is_some_and(|held| Rc::ptr_eq(held, text));
        if !same && self.handle.borrow().is_some() {
            self.held.replace(Some(Rc::clone(text)));
            self.tell("setText", || JsValue::from_str(text));
        }
    }

    /// What is wrong with the text.
    pub fn set_problems(&self, text: &str, marks: &[Mark]) {
        self.tell("setProblems", || marks.iter().map(|mark| mark_object(text, mark)).collect::<Array>().into());
    }

    /// The lines that explain what happened last.
    pub fn set_why(&self, lines: &[u32]) {
        self.tell("setWhy", || lines.iter().map(|line| JsValue::from(*line)).collect::<Array>().into());
    }

    /// Its own words, by `CodeMirror`'s names for them, and `label`.
    pub fn set_words(&self, words: &[(&str, &str)]) {
        self.tell("setWords", || words_object(words));
    }
}

impl Drop for RichEditor {
    fn drop(&mut self) {
        self.tell("close", || JsValue::UNDEFINED);
    }
}

fn call(target: &JsValue, method: &str, arguments: &[JsValue]) -> Option<JsValue> {
    let function: Function = Reflect::get(target, &method.into()).ok()?.dyn_into().ok()?;
    function.apply(target, &arguments.iter().collect()).ok()
}

fn object(fields: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in fields {
        let _ = Reflect::set(&object, &JsValue::from_str(name), value);
    }
    object.into()
}

fn words_object(words: &[(&str, &str)]) -> JsValue {
    let fields: Vec<(&str, JsValue)> = words.iter().map(|(name, value)| (*name, JsValue::from_str(value))).collect();
    object(&fields)
}

/// A place in bytes from one in UTF-16 units, as browsers count.
fn byte_of(text: &str, units: u32) -> usize {
    let mut passed = 0;
    for (place, character) in text.char_indices() {
        if passed >= units as usize {
            return place;
        }
        passed += character.len_utf16();
    }
    text.len()
}

/// The other way round.
fn units_of(text: &str, byte: usize) -> u32 {
    let before = text.char_indices().take_while(|(place, _)| *place < byte);
    u32::try_from(before.map(|(_, character)| character.len_utf16()).sum::<usize>()).unwrap_or(u32::MAX)
}

fn offers_object(text: &str, Offers { from, offers }: &Offers) -> JsValue {
    let options: Array = offers
        .iter()
        .map(|offer| {
            object(&[
                ("label", offer.label.as_str().into()),
                ("detail", offer.detail.as_str().into()),
                ("info", optional(offer.help.as_deref())),
                ("insert", offer.insert.as_str().into()),
                ("kind", offer.kind.into()),
            ])
        })
        .collect();
    object(&[("from", units_of(text, *from).into()), ("options", options.into())])
}

fn optional(text: Option<&str>) -> JsValue {
    text.map_or(JsValue::UNDEFINED, JsValue::from_str)
}

fn mark_object(text: &str, mark: &Mark) -> JsValue {
    let fixes: Array = mark
        .mends
        .iter()
        .map(|mend| {
            let edits: Array = mend
                .edits
                .iter()
                .map(|(start, end, insert)| {
                    object(&[
                        ("from", units_of(text, *start).into()),
                        ("to", units_of(text, *end).into()),
                        ("insert", insert.as_str().into()),
                    ])
                })
                .collect();
            object(&[("name", mend.name.as_str().into()), ("edits", edits.into())])
        })
        .collect();
    object(&[
        ("refused", mark.refused.into()),
        ("line", mark.from.0.into()),
        ("column", mark.from.1.into()),
        ("endLine", mark.to.0.into()),
        ("endColumn", mark.to.1.into()),
        ("message", mark.message.as_str().into()),
        ("words", optional(mark.words.as_deref())),
        ("fixes", fixes.into()),
    ])
}

#[cfg(test)]
mod tests {
    use super::{byte_of, units_of};

    #[test]
    fn places_are_counted_both_ways() {
        let text = "# ñ 😀x";
        for (units, byte) in [(0, 0), (2, 2), (3, 4), (4, 5), (6, 9), (7, 10)] {
            assert_eq!((byte_of(text, units), units_of(text, byte)), (byte, units));
        }
        assert_eq!(byte_of(text, 99), text.len());
        assert_eq!(units_of(text, 99), 7);
    }
}
