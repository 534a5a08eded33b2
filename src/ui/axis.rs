//! The time axis: ticks with their instants.

use super::scale::{percent, ticks};
use crate::i18n::offset;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(super) struct AxisProps {
    pub(super) span_ms: u64,
}

/// Ticks and labels, as wide as its box.
#[component]
pub(super) fn Axis(props: &AxisProps) -> Html {
    html! {
        <svg class="axis" width="100%" height="100%" aria-hidden="true">
            { for ticks(props.span_ms).map(|at| {
                let x = percent(at, props.span_ms);
                let anchor = if at == 0 { "start" } else { "middle" };
                html! {
                    <>
                        <line x1={x.clone()} x2={x.clone()} y1="15" y2="20" />
                        <text {x} y="11" text-anchor={anchor}>{ offset(at) }</text>
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
            { for ticks(props.span_ms).map(|at| {
                let x = percent(at, props.span_ms);
                html! { <line x1={x.clone()} x2={x} y1="0" y2="100%" /> }
            }) }
        </svg>
    }
}
