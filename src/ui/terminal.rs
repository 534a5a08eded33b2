//! What kubectl would have been told, and what it answered. A prompt comes later.

use super::contexts::use_texts;
use crate::i18n::offset;
use crate::playground::CommandRow;
use std::rc::Rc;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(super) struct TerminalProps {
    pub(super) commands: Rc<Vec<Rc<CommandRow>>>,
}

/// The commands with their answers, the oldest first, as in a terminal.
#[component]
pub(super) fn Terminal(props: &TerminalProps) -> Html {
    let texts = use_texts();
    if props.commands.is_empty() {
        return html! { <p class="empty">{ texts.kubectl_empty }</p> };
    }
    html! {
        <ol class="terminal" aria-label={texts.kubectl_log} lang="en">
            { for props.commands.iter().enumerate().map(|(place, row)| html! {
                <CommandItem key={place} row={Rc::clone(row)} />
            }) }
        </ol>
    }
}

#[derive(Properties, PartialEq)]
struct CommandItemProps {
    row: Rc<CommandRow>,
}

#[component]
fn CommandItem(props: &CommandItemProps) -> Html {
    let row = &props.row;
    html! {
        <li>
            <p class="prompt"><time>{ offset(row.at_ms) }</time><code>{ row.line.clone() }</code></p>
            if !row.stdout.is_empty() { <pre>{ row.stdout.clone() }</pre> }
            if !row.stderr.is_empty() { <pre class="stderr">{ row.stderr.clone() }</pre> }
        </li>
    }
}
