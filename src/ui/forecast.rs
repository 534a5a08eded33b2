//! *¿Cuándo terminará?*: the end of each Job before it comes, and what another value would change.

use super::contexts::{use_act, use_command, use_language};
use super::icons;
use super::sentences::reason_sentence;
use super::state::Action;
use super::text::rich;
use crate::i18n::{self, End, Language};
use crate::playground::{Command, Ending, Fate, Forecasts, JobCard, Outlook, OutlookState, WhatIf};
use std::rc::Rc;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(super) struct ForecastProps {
    pub(super) applied: bool,
    pub(super) forecasts: Rc<Forecasts>,
    pub(super) jobs: Rc<Vec<Rc<JobCard>>>,
    pub(super) now_ms: u64,
}

/// The panel.
#[component]
pub(super) fn ForecastPanel(props: &ForecastProps) -> Html {
    let language = use_language();
    let texts = language.stage_texts();
    let Some(outlook) = props.forecasts.run.as_ref().filter(|_| props.applied) else {
        return html! { <p class="empty">{ texts.forecast_empty }</p> };
    };
    let none = outlook.state == OutlookState::Done && outlook.endings.is_empty();
    html! {
        <div class="forecast" id="forecast" data-state={state_key(outlook.state)}>
            <Computing outlook={Rc::clone(outlook)} />
            if none {
                <p class="empty">{ texts.forecast_no_job }</p>
            }
            { for outlook.endings.iter().map(|ending| html! {
                <EndingCard key={ending.uid.to_string()} ending={ending.clone()} past={props.now_ms >= ending.at_ms} />
            }) }
            if !outlook.endings.is_empty() {
                <p class="forecast-lead">{ texts.forecast_lead }</p>
            }
            if let Some(job) = props.jobs.first() {
                <WhatIfPanel job={Rc::clone(job)} run={Rc::clone(outlook)}
                    what_if={props.forecasts.what_if.clone()} />
            }
        </div>
    }
}

const fn state_key(state: OutlookState) -> &'static str {
    match state {
        OutlookState::Computing => "computing",
        OutlookState::Done => "done",
        OutlookState::Cancelled => "cancelled",
    }
}

#[derive(Properties, PartialEq)]
struct ComputingProps {
    outlook: Rc<Outlook>,
}

/// While it is being computed: how far it is, and a way out.
#[component]
fn Computing(props: &ComputingProps) -> Html {
    let language = use_language();
    let texts = language.stage_texts();
    let cancel = use_command(Command::Cancel);
    let outlook = &props.outlook;
    match outlook.state {
        OutlookState::Done => Html::default(),
        OutlookState::Cancelled => html! { <p class="busy">{ texts.cancelled }</p> },
        OutlookState::Computing => html! {
            <p class="busy">
                <progress aria-label={texts.computing}></progress>
                <span>{ i18n::computed_so_far(language, outlook.reached_ms, outlook.pods) }</span>
                <button type="button" class="quiet" data-act="cancel" onclick={cancel}>{ texts.cancel }</button>
            </p>
        },
    }
}

/// How the words call it.
const fn end_of(fate: Fate) -> End {
    match fate {
        Fate::Complete => End::Well,
        Fate::Failed => End::Badly,
        Fate::Removed => End::Removed,
        Fate::Waits => End::Waits,
        Fate::Endless => End::Endless,
    }
}

const fn tone(fate: Fate) -> &'static str {
    match fate {
        Fate::Complete => "tone-done",
        Fate::Failed => "tone-fail",
        Fate::Removed | Fate::Waits | Fate::Endless => "tone-wait",
    }
}

/// `Complete`, `Failed`, or nothing that a Job's condition would say.
pub(super) const fn fate_word(fate: Fate) -> &'static str {
    match fate {
        Fate::Complete => "Complete",
        Fate::Failed => "Failed",
        Fate::Removed => "Removed",
        Fate::Waits | Fate::Endless => "—",
    }
}

pub(super) fn sentence(language: Language, ending: &Ending, past: bool) -> String {
    i18n::ending_sentence(language, end_of(ending.fate), ending.at_ms, past)
}

#[derive(Properties, PartialEq)]
struct EndingCardProps {
    ending: Ending,
    past: bool,
}

#[component]
fn EndingCard(props: &EndingCardProps) -> Html {
    let language = use_language();
    let texts = language.stage_texts();
    let ending = &props.ending;
    let go = use_command(Command::Seek { at_ms: ending.at_ms });
    let goes = matches!(ending.fate, Fate::Complete | Fate::Failed | Fate::Removed);
    html! {
        <article class={classes!("ending", tone(ending.fate))} data-fate={fate_word(ending.fate)}
            data-at={ending.at_ms.to_string()} data-pods={ending.pods.to_string()}>
            <p class="ending-job"><code>{ ending.job.to_string() }</code></p>
            <h3>{ sentence(language, ending, props.past) }</h3>
            if !ending.reason.is_empty() {
                <p class="ending-reason"><code>{ &ending.reason }</code></p>
            }
            if let Some(because) = &ending.because {
                <p>{ rich(&reason_sentence(language, because).text) }</p>
            }
            <dl class="ending-facts">
                <div><dd>{ ending.pods }</dd><dt>{ texts.row_pods }</dt></div>
                <div><dd>{ ending.succeeded }</dd><dt>{ texts.row_succeeded }</dt></div>
                <div><dd>{ ending.failed }</dd><dt>{ texts.row_failed }</dt></div>
            </dl>
            if goes {
                <button type="button" class="quiet ending-go" data-act="go-there" onclick={go}>
                    { icons::to_end() }{ texts.go_there }
                </button>
            }
        </article>
    }
}

#[derive(Properties, PartialEq)]
struct WhatIfProps {
    job: Rc<JobCard>,
    run: Rc<Outlook>,
    what_if: Option<Rc<Outlook>>,
}

/// Two numbers to play with, and what they would change.
#[component]
fn WhatIfPanel(props: &WhatIfProps) -> Html {
    let language = use_language();
    let texts = language.stage_texts();
    let act = use_act();
    let job = &props.job;
    let asked = props.what_if.as_ref().map(|outlook| outlook.what_if).unwrap_or_default();
    let reset = use_command(Command::WhatIf(None));
    let ask = |what_if: WhatIf| {
        // The manifest's own value is no other value.
        let what_if = WhatIf {
            backoff_limit: what_if.backoff_limit.filter(|limit| *limit != job.backoff_limit),
            parallelism: what_if.parallelism.filter(|amount| *amount != job.parallelism),
        };
        act.reform(move |_: MouseEvent| Action::Do(Command::WhatIf(Some(what_if))))
    };
    let limit = asked.backoff_limit.unwrap_or(job.backoff_limit);
    let parallelism = asked.parallelism.unwrap_or(job.parallelism);
    let with_limit = |limit| ask(WhatIf { backoff_limit: Some(limit), ..asked });
    let with_parallelism = |amount| ask(WhatIf { parallelism: Some(amount), ..asked });
    html! {
        <section class="what-if" aria-label={texts.what_if}>
            <h3>{ texts.what_if }</h3>
            <p class="forecast-lead">{ texts.what_if_lead }</p>
            <Stepper name="backoffLimit" value={limit} changed={asked.backoff_limit.is_some()}
                less={with_limit(limit.saturating_sub(1))} more={with_limit(limit.saturating_add(1))} />
            <Stepper name="parallelism" value={parallelism} changed={asked.parallelism.is_some()}
                less={with_parallelism(parallelism.saturating_sub(1))}
                more={with_parallelism(parallelism.saturating_add(1))} />
            if let Some(outlook) = &props.what_if {
                <Computing outlook={Rc::clone(outlook)} />
                <div id="what-if-answer" role="status">
                    { for outlook.endings.iter().take(1).map(|ending| changed(language, ending, &props.run)) }
                </div>
                <button type="button" class="quiet" data-act="what-if-reset" onclick={reset}>
                    { icons::restart() }{ texts.what_if_reset }
                </button>
            }
        </section>
    }
}

/// The other end beside the run's own.
fn changed(language: Language, ending: &Ending, run: &Outlook) -> Html {
    let own = run.endings.first();
    let difference = own.and_then(|own| i18n::difference(language, (own.pods, ending.pods), (own.at_ms, ending.at_ms)));
    let same = own.is_some_and(|own| own.fate == ending.fate) && difference.is_none();
    html! {
        <div class={classes!("ending", tone(ending.fate))} data-fate={fate_word(ending.fate)}
            data-at={ending.at_ms.to_string()} data-pods={ending.pods.to_string()}>
            <p><strong>{ sentence(language, ending, false) }</strong></p>
            if same {
                <p>{ language.stage_texts().no_difference }</p>
            } else if let Some(words) = difference {
                <p>{ words }</p>
            }
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct StepperProps {
    name: &'static str,
    value: u32,
    changed: bool,
    less: Callback<MouseEvent>,
    more: Callback<MouseEvent>,
}

/// A number with a button on either side.
#[component]
fn Stepper(props: &StepperProps) -> Html {
    let language = use_language();
    let texts = language.stage_texts();
    let name = props.name;
    html! {
        <div class="stepper" role="group" aria-label={name} data-field={name} data-changed={props.changed.to_string()}>
            <code>{ name }</code>
            <button type="button" class="quiet" aria-label={format!("{name}: {}", texts.less)}
                disabled={props.value == 0} onclick={props.less.clone()}>{ icons::minus() }</button>
            <output>{ props.value }</output>
            <button type="button" class="quiet" aria-label={format!("{name}: {}", texts.more)}
                onclick={props.more.clone()}>{ icons::create() }</button>
        </div>
    }
}
