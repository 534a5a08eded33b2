//! The text that `kubectl edit` opens: a small editor over the terminal's prompt.
//!
//! Saving gives the text back to kubectl, which patches the object or opens the text again with what is wrong in it.

use super::contexts::{use_act, use_language};
use super::state::Action;
use crate::browser;
use crate::playground::Command;
use std::rc::Rc;
use yew::prelude::*;

const AREA: &str = "terminal-edit";

#[derive(Properties, PartialEq)]
pub(super) struct TextEditProps {
    pub(super) text: Rc<str>,
}

/// The editor; another text is another one.
#[component]
pub(super) fn TextEdit(props: &TextEditProps) -> Html {
    let language = use_language();
    let texts = language.terminal_texts();
    let act = use_act();
    let draft = use_state(|| props.text.to_string());
    use_effect_with((), |()| browser::focus(AREA));
    let give = {
        let (act, draft) = (act.clone(), draft.clone());
        Callback::from(move |saved: bool| {
            let text = saved.then(|| (*draft).clone());
            act.emit(Action::Do(Command::SaveEdited(text)));
        })
    };
    let onkeydown = {
        let give = give.clone();
        Callback::from(move |event: KeyboardEvent| {
            let control = (event.ctrl_key() || event.meta_key()) && !event.alt_key();
            match event.key().as_str() {
                "s" | "S" if control => give.emit(true),
                "Escape" => give.emit(false),
                _ => return,
            }
            event.prevent_default();
            event.stop_propagation();
        })
    };
    let oninput = {
        let draft = draft.clone();
        Callback::from(move |event: InputEvent| draft.set(browser::typed_text(&event).unwrap_or_default()))
    };
    html! {
        <div class="console-edit">
            <label for={AREA} class="unseen">{ texts.edit }</label>
            <textarea id={AREA} value={(*draft).clone()} {oninput} {onkeydown} lang="en" spellcheck="false"
                autocapitalize="off" aria-describedby="terminal-edit-keys" />
            <p class="console-state">
                <span id="terminal-edit-keys">{ texts.edit_keys }</span>
                <button type="button" onclick={give.reform(|_: MouseEvent| true)}>{ texts.save }</button>
                <button type="button" onclick={give.reform(|_: MouseEvent| false)}>{ texts.discard }</button>
            </p>
        </div>
    }
}
