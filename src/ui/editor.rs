//! The panel with the manifest: examples, text, problems, and the button that applies it.
//!
//! The text area is as large as its text and lies over the coloured lines, in one box that
//! scrolls; so nothing has to be kept in step. A later editor takes the place of [`CodeArea`].

use super::code::coloured;
use super::contexts::{use_act, use_texts};
use super::icons;
use super::problems::Problems;
use super::shelf::Shelf;
use super::state::Action;
use crate::browser;
use crate::playground::Answer;
use crate::presets::Preset;
use std::rc::Rc;
use yew::prelude::*;

/// What the button does, in kubectl's words.
const APPLY_COMMAND: &str = "kubectl apply -f job.yaml";

#[derive(Properties, PartialEq)]
pub(super) struct EditorProps {
    pub(super) manifest: Rc<str>,
    /// Whether the text is the one that runs.
    pub(super) applied: bool,
    /// Whether it is to be applied as soon as the simulator is there.
    pub(super) waiting: bool,
    pub(super) answer: Rc<Answer>,
    /// Lines that explain what happened last.
    pub(super) lines: Vec<u32>,
}

/// The panel.
#[component]
pub(super) fn Editor(props: &EditorProps) -> Html {
    let texts = use_texts();
    let act = use_act();
    let apply = use_callback(act, |_: MouseEvent, act| act.emit(Action::Apply));
    html! {
        <section class="panel editor-panel" aria-label={texts.editor}>
            <Shelf chosen={Preset::of_manifest(&props.manifest)} />
            <CodeArea
                manifest={Rc::clone(&props.manifest)}
                answer={Rc::clone(&props.answer)}
                lines={props.lines.clone()}
            />
            <Problems answer={Rc::clone(&props.answer)} />
            <div class="apply-row">
                <button id="apply" type="button" class="primary apply" title={texts.apply_gloss}
                    aria-busy={props.waiting.then_some("true")}
                    data-fresh={(!props.applied).to_string()} onclick={apply}>
                    { icons::play() }
                    <span class="apply-word">
                        { texts.apply }
                    </span>
                    <code>{ APPLY_COMMAND }</code>
                </button>
                <p class="apply-wait" role="status">
                    if props.waiting {
                        { texts.apply_waits }
                        // static/start.js tells how far the download is.
                        <progress id="simulator-progress" max="100" aria-label={texts.apply_waits} />
                    }
                </p>
            </div>
        </section>
    }
}

/// Lines that are coloured and numbered.
const MOST_LINES: usize = 1_500;

#[derive(Properties, PartialEq)]
struct CodeAreaProps {
    manifest: Rc<str>,
    answer: Rc<Answer>,
    lines: Vec<u32>,
}

/// Line numbers, coloured lines, and the text area over them.
#[component]
fn CodeArea(props: &CodeAreaProps) -> Html {
    let texts = use_texts();
    let act = use_act();
    let write = use_callback(act.clone(), |event: InputEvent, act| {
        if let Some(text) = browser::typed_text(&event) {
            act.emit(Action::Edit(Rc::from(text)));
        }
    });
    // Escape lets the next Tab leave; any other key takes that back.
    let leaving = use_mut_ref(|| false);
    let keydown = use_callback(act, move |event: KeyboardEvent, act| {
        let was_leaving = leaving.replace(event.key() == "Escape");
        let plain = !(event.shift_key() || event.alt_key() || event.ctrl_key() || event.meta_key());
        let done = match event.key().as_str() {
            "Enter" if event.ctrl_key() || event.meta_key() => {
                act.emit(Action::Apply);
                true
            }
            "Enter" if plain => {
                browser::indent_of_line(&event).is_some_and(|indent| browser::insert_text(&format!("\n{indent}")))
            }
            "Tab" if plain && !was_leaving => browser::insert_text("  "),
            _ => false,
        };
        if done {
            event.prevent_default();
        }
    });

    // Colours and numbers cost an element a line; a text longer than any manifest goes without.
    let plain = props.manifest.bytes().filter(|byte| *byte == b'\n').count() > MOST_LINES;
    let drawn = if plain { "" } else { &*props.manifest };
    let lines = drawn.split('\n').zip(1_u32..).map(|(line, number)| {
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
    });
    html! {
        <div class={classes!("code", plain.then_some("is-plain"))}>
            <div class="code-sheet">
                <div class="code-lines" aria-hidden="true">{ for lines }</div>
                <textarea id="editor" value={props.manifest.to_string()} aria-label={texts.editor}
                    aria-describedby="editor-keys problems" spellcheck="false" autocomplete="off"
                    autocapitalize="off" wrap="off" oninput={write} onkeydown={keydown} />
            </div>
            <p id="editor-keys" class="unseen">{ texts.editor_keys }</p>
        </div>
    }
}
