//! Why: what happened last, and before, each with its rule and numbers.

use super::contexts::{use_act, use_language};
use super::icons;
use super::sentences::reason_sentence;
use super::state::{Action, Tab, View};
use super::text::{rich, short_object};
use crate::because::Because;
use crate::i18n::{lines_named, offset, plain, reason_link};
use crate::playground::Reason;
use std::rc::Rc;
use yew::prelude::*;

/// Older reasons aren't listed: nobody scrolls that far, and the list must stay light.
const MOST_REASONS: usize = 40;
/// While many Pods hurry by, nobody reads more than this.
const FEW_REASONS: usize = 4;

#[derive(Properties, PartialEq)]
pub(super) struct ReasonsProps {
    pub(super) reasons: Rc<Vec<Rc<Reason>>>,
    pub(super) shows_lines: bool,
    /// Whether the run hurries by.
    pub(super) hurried: bool,
}

/// The newest at the top, in full; what happened in the same instant is open too, the rest is
/// one click away. The same thing done to several Pods in a row is told once.
#[component]
pub(super) fn Reasons(props: &ReasonsProps) -> Html {
    let language = use_language();
    let Some(newest) = props.reasons.first() else {
        return html! { <p class="empty">{ language.texts().why_empty }</p> };
    };
    let most = if props.hurried { FEW_REASONS } else { MOST_REASONS };
    html! {
        <ol class="reasons">
            { for groups(&props.reasons).into_iter().take(most).enumerate().map(|(place, group)| {
                let (key, now) = (group.reason.change, group.reason.at_ms == newest.at_ms);
                html! {
                    <ReasonItem {key} {group} newest={place == 0} {now} shows_lines={props.shows_lines} />
                }
            }) }
        </ol>
    }
}

/// The same rule, with the same numbers, in the same second, for several objects; others may have acted between.
#[derive(Debug, Clone, PartialEq)]
struct Group {
    /// The newest of them.
    reason: Rc<Reason>,
    /// The objects besides its own, newest first.
    others: Vec<String>,
}

impl Group {
    /// Whether it is worth saying how many they are: not if the title does, nor of unlike objects.
    fn is_many_of_a_kind(&self) -> bool {
        let kind = |object: &str| object.split_once('/').map(|(kind, _)| kind.to_owned());
        let told = matches!(self.reason.because, Because::PodsMissing { .. } | Because::PodsTooMany { .. });
        let own = kind(&self.reason.object);
        !told && !self.others.is_empty() && self.others.iter().all(|other| kind(other) == own)
    }
}

fn groups(reasons: &[Rc<Reason>]) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for reason in reasons {
        let second = reason.at_ms / 1_000;
        let mut now = groups.iter_mut().rev().take_while(|group| group.reason.at_ms / 1_000 == second);
        match now.find(|group| group.reason.because == reason.because) {
            // Two writes to one object with one reason are one thing.
            Some(group) if group.reason.object == reason.object || group.others.contains(&reason.object) => {}
            Some(group) => group.others.push(reason.object.clone()),
            None => groups.push(Group { reason: Rc::clone(reason), others: Vec::new() }),
        }
    }
    groups
}

#[derive(Properties, PartialEq)]
struct ReasonItemProps {
    group: Group,
    newest: bool,
    now: bool,
    shows_lines: bool,
}

/// More names than this are only counted.
const MOST_NAMES: usize = 3;

#[component]
fn ReasonItem(props: &ReasonItemProps) -> Html {
    let language = use_language();
    let Group { reason, others } = &props.group;
    let said = reason_sentence(language, &reason.because);
    let class = classes!("reason", props.newest.then_some("is-newest"), props.now.then_some("is-now"));
    let more = others.len().saturating_sub(MOST_NAMES);
    let all = u32::try_from(others.len() + 1).unwrap_or(u32::MAX);
    html! {
        <li {class} data-reason={reason.change.to_string()}>
            <details open={props.now}>
                <summary>
                    <span class="reason-head">
                        <time>{ offset(reason.at_ms) }</time>
                        <code class="object">{ short_name(&reason.object) }</code>
                        { for others.iter().take(MOST_NAMES).map(|other| html! {
                            <code class="object">{ end_of(other) }</code>
                        }) }
                        if more > 0 { <span>{ format!("+{more}") }</span> }
                        if props.shows_lines && !reason.lines.is_empty() {
                            <span class="chip chip-lines">{ lines_named(language, &reason.lines) }</span>
                        }
                    </span>
                    <strong>
                        { rich(&said.title) }
                        if props.group.is_many_of_a_kind() {
                            { " " }<span class="chip reason-times">{ format!("×{all}") }</span>
                        }
                    </strong>
                </summary>
                <p class="reason-text">
                    { rich(&said.text) }
                    if let Some(link) = reason_link(&reason.because) {
                        { " " }
                        <a class="reason-link" href={link} target="_blank" rel="noopener noreferrer" hreflang="en">
                            { language.stage_texts().read_more }{ icons::outside() }
                        </a>
                    }
                </p>
            </details>
        </li>
    }
}

/// What tells Pods apart: the end of the name.
fn end_of(object: &str) -> String {
    let end = object.rsplit_once('-').map_or(object, |(_, end)| end);
    format!("…{end}")
}

/// The same of `Pod/pi-x2k9p`.
fn short_name(object: &str) -> String {
    object.split_once('/').map_or_else(|| object.to_owned(), |(kind, name)| short_object(kind, name))
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
    use super::{end_of, groups, short_name};
    use crate::because::Because;
    use crate::playground::Reason;
    use std::rc::Rc;

    #[test]
    fn the_same_for_several_pods_is_told_once() {
        let reason = |change, at_ms, object: &str, restarts| {
            Rc::new(Reason {
                change,
                at_ms,
                object: object.to_owned(),
                about: Rc::from(object),
                because: Because::ContainersStarted { restarts },
                lines: Vec::new(),
            })
        };
        let reasons = [
            reason(9, 5_900, "Pod/a-1", 0),
            reason(8, 5_100, "Pod/a-2", 0),
            reason(7, 5_050, "Pod/a-3", 1),
            reason(6, 5_000, "Pod/a-4", 0),
            reason(5, 5_000, "Pod/a-2", 0),
            reason(4, 4_000, "Pod/a-5", 1),
        ];
        let groups = groups(&reasons);
        let told: Vec<_> = groups.iter().map(|group| (group.reason.change, group.others.len())).collect();
        assert_eq!(told, [(9, 2), (7, 0), (4, 0)]);
        assert_eq!(end_of("Pod/job-x2k9p"), "…x2k9p");
    }

    #[test]
    fn objects_are_short() {
        assert_eq!(short_name("Pod/job-simple-x2k9p"), "Pod …x2k9p");
        assert_eq!(short_name("Job/pi"), "Job pi");
    }
}
