//! The panel with the manifest: examples, text, problems, and the button that applies it.

use super::code_area::CodeArea;
use super::contexts::{use_act, use_texts};
use super::icons;
use super::shelf::Shelf;
use super::soon::Soon;
use super::state::Action;
use super::views::use_views;
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
    let views = use_views();
    let apply = use_callback(act, |_: MouseEvent, act| act.emit(Action::Apply));
    html! {
        <section class="panel editor-panel" aria-label={texts.editor}>
            <Soon place={html! { <div class="presets"></div> }}>
                <Shelf chosen={Preset::of_manifest(&props.manifest)} />
            </Soon>
            <Soon place={html! { <div class="code"></div> }}>
                <CodeArea
                    manifest={Rc::clone(&props.manifest)}
                    answer={Rc::clone(&props.answer)}
                    lines={props.lines.clone()}
                />
            </Soon>
            if let Some(views) = views { { views.problems(&props.answer) } }
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
