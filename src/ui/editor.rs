//! The panel with the manifest: examples, text, problems, and the button that applies it.

use super::code_area::CodeArea;
use super::contexts::{use_act, use_texts};
use super::icons;
use super::shelf::Shelf;
use super::state::Action;
use super::views::Views;
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
    pub(super) views: Option<Views>,
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
            { props.views.map(|views| views.problems(&props.answer)) }
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
