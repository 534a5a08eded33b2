//! Why: what happened last, and before, each with its rule and numbers.

use super::contexts::{use_act, use_language, use_texts};
use super::state::{Action, Tab, View};
use super::text::rich;
use crate::i18n::{lines_named, offset, plain, reason_sentence};
use crate::playground::Reason;
use std::rc::Rc;
use yew::prelude::*;

/// Older reasons aren't listed: nobody scrolls that far, and the list must stay light.
const MOST_REASONS: usize = 40;

#[derive(Properties, PartialEq)]
pub(super) struct ReasonsProps {
    pub(super) reasons: Rc<Vec<Rc<Reason>>>,
    pub(super) shows_lines: bool,
}

/// The newest at the top, in full; what happened in the same instant is open too, the rest is
/// one click away.
#[component]
pub(super) fn Reasons(props: &ReasonsProps) -> Html {
    let texts = use_texts();
    let Some(newest) = props.reasons.first() else {
        return html! { <p class="empty">{ texts.why_empty }</p> };
    };
    html! {
        <ol class="reasons">
            { for props.reasons.iter().take(MOST_REASONS).enumerate().map(|(place, reason)| html! {
                <ReasonItem
                    key={reason.change}
                    reason={Rc::clone(reason)}
                    newest={place == 0}
                    now={reason.at_ms == newest.at_ms}
                    shows_lines={props.shows_lines}
                />
            }) }
        </ol>
    }
}

#[derive(Properties, PartialEq)]
struct ReasonItemProps {
    reason: Rc<Reason>,
    newest: bool,
    now: bool,
    shows_lines: bool,
}

#[component]
fn ReasonItem(props: &ReasonItemProps) -> Html {
    let language = use_language();
    let reason = &props.reason;
    let said = reason_sentence(language, &reason.because);
    let class = classes!("reason", props.newest.then_some("is-newest"), props.now.then_some("is-now"));
    html! {
        <li {class} data-reason={reason.change.to_string()}>
            <details open={props.now}>
                <summary>
                    <span class="reason-head">
                        <time>{ offset(reason.at_ms) }</time>
                        <code class="object">{ short_object(&reason.object) }</code>
                        if props.shows_lines && !reason.lines.is_empty() {
                            <span class="chip chip-lines">{ lines_named(language, &reason.lines) }</span>
                        }
                    </span>
                    <strong>{ rich(&said.title) }</strong>
                </summary>
                <p class="reason-text">{ rich(&said.text) }</p>
            </details>
        </li>
    }
}

/// `Pod/x2k9p` for `Pod/pi-x2k9p`: the end tells Pods apart, the stem is the Job's name.
fn short_object(object: &str) -> String {
    match object.split_once('/') {
        Some(("Pod", name)) => {
            let end = name.rsplit_once('-').map_or(name, |(_, end)| end);
            format!("Pod …{end}")
        }
        Some((kind, name)) => format!("{kind} {name}"),
        None => object.to_owned(),
    }
}

#[derive(Properties, PartialEq)]
pub(super) struct CaptionProps {
    pub(super) reason: Option<Rc<Reason>>,
}

/// On small screens: the newest reason in a line, which leads to its explanation.
#[component]
pub(super) fn Caption(props: &CaptionProps) -> Html {
    let language = use_language();
    let texts = language.texts();
    let act = use_act();
    let open = use_callback(act, |_: MouseEvent, act| {
        act.emit(Action::Open(Tab::Why));
        act.emit(Action::Look(View::Explain));
    });
    let Some(reason) = &props.reason else {
        return Html::default();
    };
    let said = reason_sentence(language, &reason.because);
    html! {
        <button type="button" class="caption" title={texts.latest} onclick={open}>
            <time>{ offset(reason.at_ms) }</time>
            <span>{ plain(&said.title) }</span>
            <b aria-hidden="true">{ texts.tab_why }</b>
        </button>
    }
}

#[cfg(test)]
mod tests {
    use super::short_object;

    #[test]
    fn objects_are_short() {
        assert_eq!(short_object("Pod/job-simple-x2k9p"), "Pod …x2k9p");
        assert_eq!(short_object("Job/pi"), "Job pi");
    }
}
