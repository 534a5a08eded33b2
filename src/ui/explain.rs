//! The panel that explains, in tabs after the WAI-ARIA pattern: arrows move, the panel follows.

use super::contexts::{use_act, use_texts};
use super::events::Events;
use super::reasons::Reasons;
use super::state::{Action, Tab};
use super::terminal::Terminal;
use crate::browser;
use crate::playground::{CommandRow, EventRow, Reason};
use std::rc::Rc;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(super) struct ExplainProps {
    pub(super) tab: Tab,
    pub(super) reasons: Rc<Vec<Rc<Reason>>>,
    pub(super) events: Rc<Vec<Rc<EventRow>>>,
    pub(super) commands: Rc<Vec<Rc<CommandRow>>>,
    /// Whether the editor's lines are those that run.
    pub(super) shows_lines: bool,
}

/// The tabs and the panel of the chosen one.
#[component]
pub(super) fn Explain(props: &ExplainProps) -> Html {
    let texts = use_texts();
    let act = use_act();
    let keydown = use_callback((act.clone(), props.tab), |event: KeyboardEvent, (act, tab)| {
        let place = Tab::ALL.iter().position(|other| other == tab).unwrap_or(0);
        let last = Tab::ALL.len() - 1;
        let next = match event.key().as_str() {
            "ArrowRight" => (place + 1) % Tab::ALL.len(),
            "ArrowLeft" => place.checked_sub(1).unwrap_or(last),
            "Home" => 0,
            "End" => last,
            _ => return,
        };
        event.prevent_default();
        if let Some(&tab) = Tab::ALL.get(next) {
            act.emit(Action::Open(tab));
            browser::focus(&tab_id(tab));
        }
    });
    let tabs = Tab::ALL.into_iter().map(|tab| {
        let name = match tab {
            Tab::Why => texts.tab_why,
            Tab::Events => texts.tab_events,
            Tab::Kubectl => texts.tab_kubectl,
        };
        let chosen = tab == props.tab;
        let open = act.reform(move |_| Action::Open(tab));
        html! {
            <button type="button" id={tab_id(tab)} role="tab" aria-selected={chosen.to_string()}
                aria-controls="explain-panel" tabindex={if chosen { "0" } else { "-1" }} onclick={open}>
                { name }
            </button>
        }
    });
    html! {
        <section class="panel explain" aria-label={texts.explain}>
            <div class="tabs" role="tablist" aria-label={texts.explain} onkeydown={keydown}>{ for tabs }</div>
            <div id="explain-panel" class="tab-panel" role="tabpanel" tabindex="0" aria-labelledby={tab_id(props.tab)}>
                { match props.tab {
                    Tab::Why => html! {
                        <Reasons reasons={Rc::clone(&props.reasons)} shows_lines={props.shows_lines} />
                    },
                    Tab::Events => html! { <Events events={Rc::clone(&props.events)} /> },
                    Tab::Kubectl => html! { <Terminal commands={Rc::clone(&props.commands)} /> },
                } }
            </div>
        </section>
    }
}

fn tab_id(tab: Tab) -> String {
    format!("tab-{}", tab.key())
}
