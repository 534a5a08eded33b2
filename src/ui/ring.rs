//! A countdown as a ring that empties, with the seconds inside.

use yew::prelude::*;

/// Of a wait: how much is left.
#[derive(Properties, PartialEq)]
pub(super) struct RingProps {
    /// Milliseconds left.
    pub(super) left_ms: u64,
    /// Milliseconds of the whole wait.
    pub(super) whole_ms: u64,
}

/// The ring; its words are told elsewhere.
#[component]
pub(super) fn Ring(props: &RingProps) -> Html {
    let whole = props.whole_ms.max(1);
    let share = 100 * props.left_ms.min(whole) / whole;
    let seconds = props.left_ms.div_ceil(1_000);
    html! {
        <svg class="ring" viewBox="0 0 32 32" aria-hidden="true">
            <circle class="ring-track" cx="16" cy="16" r="13" fill="none" />
            <circle class="ring-rest" cx="16" cy="16" r="13" fill="none" pathLength="100"
                stroke-dasharray={format!("{share} 100")} transform="rotate(-90 16 16)" />
            <text x="16" y="20" text-anchor="middle">{ seconds }</text>
        </svg>
    }
}
