//! The panel that explains, in tabs after the WAI-ARIA pattern: arrows move, the panel follows.

use super::compare::Differences;
use super::contexts::{use_act, use_language};
use super::events::Events;
use super::forecast::ForecastPanel;
use super::objects::Objects;
use super::reasons::Reasons;
use super::state::{Action, Tab};
use super::terminal::Terminal;
use crate::browser;
use crate::playground::{Console, EventRow, Forecasts, Inspection, JobCard, Reason, Snapshot};
use std::rc::Rc;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(super) struct ExplainProps {
    pub(super) tab: Tab,
    pub(super) applied: bool,
    pub(super) forecasts: Rc<Forecasts>,
    pub(super) jobs: Rc<Vec<Rc<JobCard>>>,
    /// Both runs, while two are compared.
    pub(super) comparing: Option<Rc<Snapshot>>,
    /// The playhead, for tabs that tell of it.
    pub(super) told_ms: u64,
    pub(super) reasons: Rc<Vec<Rc<Reason>>>,
    pub(super) events: Rc<Vec<Rc<EventRow>>>,
    pub(super) console: Rc<Console>,
    pub(super) inspection: Option<Rc<Inspection>>,
    /// Whether the clock runs, and whether nothing more will happen.
    pub(super) playing: bool,
    pub(super) over: bool,
    /// Whether the editor's lines are those that run.
    pub(super) shows_lines: bool,
    /// Whether the run hurries by.
    pub(super) hurried: bool,
}

/// The tabs and the panel of the chosen one.
#[component]
pub(super) fn Explain(props: &ExplainProps) -> Html {
    let language = use_language();
    let (texts, stage) = (language.texts(), language.stage_texts());
    let act = use_act();
    let comparing = props.comparing.is_some();
    let keydown = use_callback((act.clone(), props.tab, comparing), |event: KeyboardEvent, (act, tab, comparing)| {
        let tabs: Vec<Tab> = shown(*comparing).collect();
        let place = tabs.iter().position(|other| other == tab).unwrap_or(0);
        let last = tabs.len() - 1;
        let next = match event.key().as_str() {
            "ArrowRight" => (place + 1) % tabs.len(),
            "ArrowLeft" => place.checked_sub(1).unwrap_or(last),
            "Home" => 0,
            "End" => last,
            _ => return,
        };
        event.prevent_default();
        if let Some(&tab) = tabs.get(next) {
            act.emit(Action::Open(tab));
            browser::focus(&tab_id(tab));
        }
    });
    let tabs = shown(comparing).map(|tab| {
        let (name, title) = match tab {
            Tab::Why => (texts.tab_why, None),
            Tab::Events => (texts.tab_events, None),
            Tab::Forecast => (stage.tab_forecast, Some(stage.tab_forecast_gloss)),
            Tab::Kubectl => (texts.tab_kubectl, None),
            Tab::Objects => (language.object_texts().tab, None),
            Tab::Compare => (stage.tab_compare, Some(stage.tab_compare_gloss)),
        };
        let chosen = tab == props.tab;
        let open = act.reform(move |_| Action::Open(tab));
        html! {
            <button type="button" id={tab_id(tab)} role="tab" aria-selected={chosen.to_string()} title={title}
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
                        <Reasons reasons={Rc::clone(&props.reasons)} shows_lines={props.shows_lines}
                            hurried={props.hurried} />
                    },
                    Tab::Events => html! { <Events events={Rc::clone(&props.events)} /> },
                    Tab::Forecast => html! {
                        <ForecastPanel applied={props.applied} forecasts={Rc::clone(&props.forecasts)}
                            jobs={Rc::clone(&props.jobs)} now_ms={props.told_ms} />
                    },
                    Tab::Compare => props.comparing.as_ref().map_or_else(Html::default, |snapshot| html! {
                        <Differences snapshot={Rc::clone(snapshot)} />
                    }),
                    Tab::Objects => html! { <Objects inspection={props.inspection.clone()} /> },
                    Tab::Kubectl => html! {
                        <Terminal console={Rc::clone(&props.console)} playing={props.playing} over={props.over} />
                    },
                } }
            </div>
        </section>
    }
}

/// The tabs that there are now.
fn shown(comparing: bool) -> impl Iterator<Item = Tab> {
    comparing.then_some(Tab::Compare).into_iter().chain(Tab::ALL)
}

fn tab_id(tab: Tab) -> String {
    format!("tab-{}", tab.key())
}
