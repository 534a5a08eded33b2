//! A Pod as a card, as a line, or as a dot.

use super::contexts::use_language;
use super::icons;
use super::lanes::lane_key;
use super::ring::Ring;
use super::text::{breakable, pod_name};
use crate::i18n::{actions_of, pod_summary, short_duration, waits_for};
use crate::playground::PodCard;
use std::rc::Rc;
use yew::prelude::*;

/// How much room a Pod has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    /// Name, status, and what else there is to know.
    Full,
    /// Name and status.
    Half,
    /// One line.
    Line,
}

#[derive(Properties, PartialEq)]
pub(super) struct PodProps {
    pub(super) pod: Rc<PodCard>,
    pub(super) look: Look,
    /// The instant, as coarse as the card can show.
    pub(super) now_ms: u64,
}

/// The card.
#[component]
pub(super) fn Pod(props: &PodProps) -> Html {
    let language = use_language();
    let texts = language.texts();
    let pod = &props.pod;
    let waiting = pod.back_off.filter(|wait| pod.ended_ms.is_none() && props.now_ms < wait.until_ms);
    let mut summary = pod_summary(language, &pod.name, &pod.status, pod.restarts, pod.exit_code);
    if let Some(wait) = waiting {
        let left = wait.until_ms.saturating_sub(props.now_ms);
        summary = format!("{summary}, {}", waits_for(language, left, wait.delay_ms));
    }
    let classes = classes!(
        "pod",
        match props.look {
            Look::Full => "pod-full",
            Look::Half => "pod-half",
            Look::Line => "pod-line",
        },
        waiting.map(|_| "is-waiting"),
        pod.exit_code.is_some_and(|code| code != 0).then_some("is-bad"),
        pod.terminating.then_some("is-terminating"),
        pod.removed_ms.map(|_| "is-removed"),
    );
    html! {
        <li class={classes} data-pod={pod.uid.to_string()} data-created={pod.created_ms.to_string()} data-status={pod.status.clone()}
            data-lane={lane_key(pod.lane)} data-menu={format!("pod/{}", pod.uid)} title={summary}>
            <button type="button" class="pod-hit" aria-haspopup="dialog" aria-label={actions_of(language, &pod.name)}></button>
            <span class="pod-top">
                { icons::lane(pod.lane) }
                if let Some(index) = pod.index {
                    <span class="pod-index" title={texts.index}>{ format!("#{index}") }</span>
                }
                { pod_name(&pod.name) }
            </span>
            <code class="pod-status">
                // On one line it is cut, not broken.
                if props.look == Look::Full { { breakable(&pod.status) } } else { { &pod.status } }
            </code>
            <span class="pod-facts">
                <span class="fact">{ short_duration(age(pod, props.now_ms)) }</span>
                if let Some(code) = pod.exit_code {
                    <span class={classes!("fact", "fact-code", (code != 0).then_some("fact-bad"))}>
                        { format!("{} {code}", texts.exit_code) }
                    </span>
                }
                if pod.restarts > 0 {
                    <span class="fact" title={texts.restarts}>
                        { icons::restart() }{ pod.restarts }
                        <span class="unseen">{ " " }{ texts.restarts }</span>
                    </span>
                }
            </span>
            if let Some(wait) = waiting {
                <Ring left_ms={wait.until_ms.saturating_sub(props.now_ms)} whole_ms={wait.until_ms.saturating_sub(wait.since_ms)} />
            }
        </li>
    }
}

/// How long it ran, or has been running, or has been waiting to.
fn age(pod: &PodCard, now_ms: u64) -> u64 {
    let since = pod.started_ms.unwrap_or(pod.created_ms);
    pod.ended_ms.unwrap_or(now_ms).saturating_sub(since)
}

#[derive(Properties, PartialEq)]
pub(super) struct PodDotProps {
    pub(super) pod: Rc<PodCard>,
}

/// A dot; its words are in its title.
#[component]
pub(super) fn PodDot(props: &PodDotProps) -> Html {
    let language = use_language();
    let pod = &props.pod;
    let summary = pod_summary(language, &pod.name, &pod.status, pod.restarts, pod.exit_code);
    html! {
        <li class={classes!("dot", pod.terminating.then_some("is-terminating"), pod.removed_ms.map(|_| "is-removed"))}
            data-pod={pod.uid.to_string()} data-created={pod.created_ms.to_string()} data-status={pod.status.clone()} data-lane={lane_key(pod.lane)}
            data-menu={format!("pod/{}", pod.uid)} title={summary.clone()} aria-label={summary}></li>
    }
}
