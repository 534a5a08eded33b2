//! The manifest's text: a text area over coloured lines from the first picture on, and the editor of
//! `editor/main.js` in its place once that has come.
//!
//! The text area is as large as its text and lies over the coloured lines, in one box that
//! scrolls; so nothing has to be kept in step. Under the editor it stays as the plain copy of the
//! text, which outlives a crash.

use super::code::coloured;
use super::contexts::{use_act, use_language};
use super::icons;
use super::sentences::{explain_problem, field_help};
use super::state::Action;
use crate::browser::{self, EditorHooks, Explained, Mark, Mend, Offer, Offers, RichEditor};
use crate::i18n::{Language, editor_words, field_facts, fix_label};
use crate::playground::{Answer, Candidate, Diagnostic, Fix};
use std::cell::Cell;
use std::rc::Rc;
use web_sys::Element;
use yew::prelude::*;

/// Lines that are coloured and numbered while there is only the text area.
const MOST_LINES: usize = 1_500;

#[derive(Properties, PartialEq)]
pub(super) struct CodeAreaProps {
    pub(super) manifest: Rc<str>,
    pub(super) answer: Rc<Answer>,
    /// Lines that explain what happened last.
    pub(super) lines: Vec<u32>,
}

/// The text, in the best form that the browser has loaded.
#[component]
pub(super) fn CodeArea(props: &CodeAreaProps) -> Html {
    let language = use_language();
    let texts = language.texts();
    let act = use_act();
    let area = use_node_ref();
    let host = use_node_ref();
    let rich = use_editor(&area, &host, props, language, &act);

    let write = use_callback(act.clone(), |event: InputEvent, act| {
        if let Some(text) = browser::typed_text(&event) {
            act.emit(Action::Edit(Rc::from(text)));
        }
    });
    let keydown = use_callback(act, move |event: KeyboardEvent, act| {
        let plain = !(event.shift_key() || event.alt_key() || event.ctrl_key() || event.meta_key());
        let done = match event.key().as_str() {
            "Enter" if event.ctrl_key() || event.meta_key() => {
                act.emit(Action::Apply);
                true
            }
            "Enter" if plain => {
                browser::indent_of_line(&event).is_some_and(|indent| browser::insert_text(&format!("\n{indent}")))
            }
            _ => false,
        };
        if done {
            event.prevent_default();
        }
    });

    // Colours and numbers cost an element a line; a text longer than any manifest goes without.
    let plain = props.manifest.bytes().filter(|byte| *byte == b'\n').count() > MOST_LINES;
    let drawn = if plain || rich { "" } else { &*props.manifest };
    let lines = drawn.split('\n').zip(1_u32..).map(|(line, number)| code_line(line, number, props));
    html! {
        <div class={classes!("code", plain.then_some("is-plain"), rich.then_some("is-rich"))}>
            <div class="code-sheet">
                <div class="code-lines" aria-hidden="true">{ for lines }</div>
                <textarea id="editor" ref={area} value={props.manifest.to_string()} aria-label={texts.editor}
                    aria-describedby="editor-keys problems" aria-hidden={rich.then_some("true")}
                    tabindex={rich.then_some("-1")} spellcheck="false" autocomplete="off"
                    autocapitalize="off" wrap="off" oninput={write} onkeydown={keydown} />
            </div>
            <div class="code-rich" ref={host}></div>
            <p id="editor-keys" class="unseen">{ texts.editor_keys }</p>
        </div>
    }
}

fn code_line(line: &str, number: u32, props: &CodeAreaProps) -> Html {
    let worst = props
        .answer
        .diagnostics
        .iter()
        .filter(|problem| (problem.line..=problem.end_line.max(problem.line)).contains(&number))
        .map(|problem| problem.refused)
        .max();
    let class = classes!(
        "code-line",
        worst.map(|refused| if refused { "is-refused" } else { "is-warned" }),
        props.lines.contains(&number).then_some("is-why"),
    );
    let mark = match worst {
        Some(true) => icons::refused(),
        Some(false) => icons::warning(),
        None => Html::default(),
    };
    html! {
        <div key={number} {class}>
            <span class="code-number">{ mark }{ number }</span>
            <span class="code-text">{ coloured(line) }{ "\n" }</span>
        </div>
    }
}

/// Asks for the editor once, keeps it told, and says whether it is there.
#[hook]
fn use_editor(
    area: &NodeRef,
    host: &NodeRef,
    props: &CodeAreaProps,
    language: Language,
    act: &Callback<Action>,
) -> bool {
    let rich = use_state(|| false);
    let editor = use_mut_ref(|| None::<RichEditor>);

    // The hooks are given once, the language may change.
    let speaks = use_memo((), |()| Cell::new(language));
    speaks.set(language);
    let spoken = Rc::clone(&speaks);

    let (keeper, there, act) = (Rc::clone(&editor), rich.setter(), act.clone());
    let (area, host) = (area.clone(), host.clone());
    use_effect_with((), move |()| {
        let elements = area.cast::<Element>().zip(host.cast::<Element>());
        if let Some((area, host)) = elements {
            let apply = act.clone();
            let hooks = EditorHooks {
                ready: Box::new(move || there.set(true)),
                changed: Box::new(move |text| act.emit(Action::Edit(text))),
                apply: Box::new(move || apply.emit(Action::Apply)),
                complete: Box::new(move |text, at| offers(spoken.get(), text, at)),
                describe: Box::new(move |text, at| explained(speaks.get(), text, at)),
            };
            // The last of the first picture.
            browser::reveal();
            *keeper.borrow_mut() = RichEditor::open(&area, &host, editor_words(language), hooks);
        }
        move || drop(keeper.borrow_mut().take())
    });

    // Each is told when it changed, and all of it when the editor comes.
    let teller = Rc::clone(&editor);
    use_effect_with((Rc::clone(&props.manifest), *rich), move |(manifest, _)| {
        if let Some(editor) = &*teller.borrow() {
            editor.set_text(manifest);
        }
    });
    let (teller, text) = (Rc::clone(&editor), Rc::clone(&props.manifest));
    use_effect_with((Rc::clone(&props.answer), language, *rich), move |(answer, language, _)| {
        if let Some(editor) = &*teller.borrow() {
            let marks: Vec<Mark> = answer.diagnostics.iter().map(|problem| mark(problem, *language)).collect();
            editor.set_problems(&text, &marks);
        }
    });
    let teller = Rc::clone(&editor);
    use_effect_with((props.lines.clone(), *rich), move |(lines, _)| {
        if let Some(editor) = &*teller.borrow() {
            editor.set_why(lines);
        }
    });
    use_effect_with((language, *rich), move |(language, _)| {
        if let Some(editor) = &*editor.borrow() {
            editor.set_words(editor_words(*language));
        }
    });
    *rich
}

fn mark(problem: &Diagnostic, language: Language) -> Mark {
    Mark {
        refused: problem.refused,
        from: (problem.line, problem.column),
        to: (problem.end_line, problem.end_column),
        message: problem.message.clone(),
        words: explain_problem(language, &problem.rule, &problem.message).map(|said| said.words.to_owned()),
        mends: problem.fixes.iter().map(|fix| mend(fix, language)).collect(),
    }
}

fn mend(fix: &Fix, language: Language) -> Mend {
    let edits = fix.edits.iter().map(|edit| (edit.start as usize, edit.end as usize, edit.text.clone()));
    // A button holds no code font.
    Mend { name: fix_label(language, fix.rule, &fix.word).replace('`', ""), edits: edits.collect() }
}

/// What may stand at a byte of the text, once the simulator is there to know.
fn offers(language: Language, text: &str, at: usize) -> Option<Offers> {
    let completion = browser::simulator()?.complete(text, at);
    let offers = completion.candidates.into_iter().map(|candidate| offer(language, candidate));
    Some(Offers { from: completion.from, offers: offers.collect() })
}

fn offer(language: Language, candidate: Candidate) -> Offer {
    let facts = field_facts(language, candidate.required, candidate.default, candidate.words);
    let help = field_help(language, &candidate.path);
    let help = [help.unwrap_or_default(), facts].join("\n");
    Offer {
        help: Some(help.trim().to_owned()).filter(|help| !help.is_empty() && !candidate.ty.is_empty()),
        kind: if candidate.ty.is_empty() { "value" } else { "property" },
        label: candidate.label,
        detail: candidate.ty,
        insert: candidate.insert,
    }
}

/// What the field at a byte of the text means.
fn explained(language: Language, text: &str, at: usize) -> Option<Explained> {
    let hover = browser::simulator()?.hover(text, at)?;
    let facts = field_facts(language, hover.required, hover.default, hover.words);
    let help = field_help(language, &hover.path).unwrap_or_default();
    Some(Explained {
        title: hover.path.trim_start_matches("cron.").to_owned(),
        detail: hover.ty,
        text: [help, facts].join("\n").trim().to_owned(),
        range: hover.range,
    })
}
