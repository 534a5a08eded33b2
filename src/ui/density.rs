//! So many Pods that only their number can be shown: a field of cells, filled by share.

use crate::i18n::pod_count;
use yew::prelude::*;

/// Cells across and down.
const ACROSS: u32 = 8;
const DOWN: u32 = 10;

#[derive(Properties, PartialEq)]
pub(super) struct DensityProps {
    /// Pods in this lane.
    pub(super) amount: u32,
    /// Pods in all lanes.
    pub(super) all: u32,
}

/// The field, filled from below like a glass.
#[component]
pub(super) fn Density(props: &DensityProps) -> Html {
    let cells = u64::from(ACROSS * DOWN);
    // Even one Pod of a million shows.
    let filled = (cells * u64::from(props.amount)).div_ceil(u64::from(props.all.max(1)));
    html! {
        <li class="density">
            <b>{ props.amount }</b>
            <svg viewBox={format!("0 0 {} {}", ACROSS * 10, DOWN * 10)} role="img" aria-label={pod_count(props.amount)}>
                { for (0..ACROSS * DOWN).map(|place| {
                    let (column, row) = (place % ACROSS, DOWN - 1 - place / ACROSS);
                    let class = if u64::from(place) < filled { "cell is-full" } else { "cell" };
                    html! {
                        <rect {class} x={(column * 10 + 1).to_string()} y={(row * 10 + 1).to_string()}
                            width="8" height="8" rx="2" />
                    }
                }) }
            </svg>
        </li>
    }
}
