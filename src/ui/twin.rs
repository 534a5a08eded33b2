//! The textual twin of the animation: a live region that tells the newest change, and a table of
//! the Pods, both for screen readers only.

use super::contexts::use_language;
use super::lanes::lane_words;
use super::sentences::reason_sentence;
use crate::browser::Delay;
use crate::i18n::{change_summary, plain};
use crate::playground::{PodCard, Reason};
use std::rc::Rc;
use yew::prelude::*;

/// No more often than this: speech takes its time.
const PAUSE_MS: u32 = 1_500;
/// More rows would be a burden, not a help.
const MOST_ROWS: usize = 60;

#[derive(Properties, PartialEq)]
pub(super) struct TwinProps {
    pub(super) reason: Option<Rc<Reason>>,
    pub(super) pods: Rc<Vec<Rc<PodCard>>>,
}

/// Region and table.
#[component]
pub(super) fn Twin(props: &TwinProps) -> Html {
    let language = use_language();
    let texts = language.texts();
    let (reason, pods) = use_throttled((props.reason.clone(), Rc::clone(&props.pods)));
    let sentence = reason.as_ref().map(|reason| {
        let said = reason_sentence(language, &reason.because);
        change_summary(language, reason.at_ms, &reason.object, &plain(&said.title))
    });
    html! {
        <div class="unseen">
            <p id="live" role="status" aria-live="polite">{ sentence.unwrap_or_default() }</p>
            <table id="pods-table">
                <caption>{ texts.twin_caption }</caption>
                <thead>
                    <tr>
                        <th scope="col">{ texts.twin_name }</th>
                        <th scope="col">{ texts.twin_lane }</th>
                        <th scope="col">{ texts.twin_status }</th>
                        <th scope="col">{ texts.restarts }</th>
                        <th scope="col">{ texts.exit_code }</th>
                    </tr>
                </thead>
                <tbody>
                    { for pods.iter().take(MOST_ROWS).map(|pod| html! {
                        <TwinRow key={pod.uid.to_string()} pod={Rc::clone(pod)} />
                    }) }
                </tbody>
            </table>
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct TwinRowProps {
    pod: Rc<PodCard>,
}

#[component]
fn TwinRow(props: &TwinRowProps) -> Html {
    let language = use_language();
    let pod = &props.pod;
    let code = pod.exit_code.map_or_else(|| language.texts().none.to_owned(), |code| code.to_string());
    html! {
        <tr>
            <th scope="row">{ pod.name.to_string() }</th>
            <td>{ lane_words(pod.lane, language).0 }</td>
            <td>{ &pod.status }</td>
            <td>{ pod.restarts }</td>
            <td>{ code }</td>
        </tr>
    }
}

/// A value, but not more often than speech can follow; none in between is queued.
#[hook]
fn use_throttled<T: Clone + PartialEq + 'static>(value: T) -> T {
    let told = use_state_eq(|| value.clone());
    let latest = use_mut_ref(|| value.clone());
    let pending = use_mut_ref(|| false);
    let delay = use_mut_ref(|| None::<Delay>);
    let tell = told.setter();
    use_effect_with(value, move |value| {
        latest.replace(value.clone());
        if !pending.replace(true) {
            delay.replace(Some(Delay::new(PAUSE_MS, move || {
                tell.set(latest.borrow().clone());
                pending.replace(false);
            })));
        }
    });
    (*told).clone()
}
