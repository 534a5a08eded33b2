//! The time axis: ticks with their instants.

use super::contexts::use_language;
use super::scale::Window;
use crate::i18n::{duration, offset};
use yew::prelude::*;

const HOUR_MS: u64 = 3_600_000;

#[derive(Properties, PartialEq)]
pub(super) struct AxisProps {
    pub(super) window: Window,
}

/// Ticks and labels, as wide as its box.
#[component]
pub(super) fn Axis(props: &AxisProps) -> Html {
    let language = use_language();
    // Whole hours fit where their minutes and seconds don't.
    let in_hours = props.window.ticks().all(|at| at.is_multiple_of(HOUR_MS));
    let label = |at: u64| if in_hours && at > 0 { duration(language, at) } else { offset(at) };
    html! {
        <svg class="axis" width="100%" height="100%" aria-hidden="true">
            { for props.window.ticks().map(|at| {
                let x = props.window.place(at);
                let anchor = if at == props.window.from_ms { "start" } else { "middle" };
                html! {
                    <>
                        <line x1={x.clone()} x2={x.clone()} y1="15" y2="20" />
                        <text {x} y="11" text-anchor={anchor}>{ label(at) }</text>
                    </>
                }
            }) }
        </svg>
    }
}

/// Lines that continue the ticks across the bars.
#[component]
pub(super) fn Grid(props: &AxisProps) -> Html {
    html! {
        <svg class="grid-lines" width="100%" height="100%" aria-hidden="true">
            { for props.window.ticks().map(|at| {
                let x = props.window.place(at);
                html! { <line x1={x.clone()} x2={x} y1="0" y2="100%" /> }
            }) }
        </svg>
    }
}
