//! Icons: one 16 × 16 grid, strokes in the colour of the text. They only adorn words.

use crate::playground::Lane;
use yew::prelude::*;

/// An icon from the path of its strokes.
fn stroked(path: &'static str) -> Html {
    html! {
        <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" fill="none" stroke="currentColor"
            stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round"><path d={path} /></svg>
    }
}

/// An icon from the path of its surface.
fn filled(path: &'static str) -> Html {
    html! {
        <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" fill="currentColor"><path d={path} /></svg>
    }
}

pub(super) fn play() -> Html {
    filled("M4.5 2.6v10.8a.7.7 0 0 0 1.07.6l8.4-5.4a.7.7 0 0 0 0-1.2l-8.4-5.4a.7.7 0 0 0-1.07.6z")
}

pub(super) fn pause() -> Html {
    filled("M4 2.5h2.6v11H4zM9.4 2.5H12v11H9.4z")
}

pub(super) fn step_back() -> Html {
    filled("M12.5 3.3v9.4a.5.5 0 0 1-.78.42L5 8.5v4.2H3.3V3.3H5v4.2l6.72-4.62a.5.5 0 0 1 .78.42z")
}

pub(super) fn step_forward() -> Html {
    filled("M3.5 3.3v9.4a.5.5 0 0 0 .78.42L11 8.5v4.2h1.7V3.3H11v4.2L4.28 2.88a.5.5 0 0 0-.78.42z")
}

pub(super) fn to_start() -> Html {
    stroked("M3 3v10M13 3.5 8.5 8l4.5 4.5M8.5 3.5 4.5 8l4 4.5")
}

pub(super) fn to_end() -> Html {
    stroked("M13 3v10M3 3.5 7.5 8 3 12.5M7.5 3.5l4 4.5-4 4.5")
}

pub(super) fn help() -> Html {
    stroked("M5.6 5.8a2.5 2.5 0 1 1 3.6 2.3c-.8.4-1.2.9-1.2 1.7M8 12.6v.1")
}

pub(super) fn link() -> Html {
    stroked(
        "M6.6 9.4a2.6 2.6 0 0 0 3.7 0l2.3-2.3a2.6 2.6 0 0 0-3.7-3.7l-.9.9M9.4 6.6a2.6 2.6 0 0 0-3.7 0L3.4 8.9a2.6 2.6 0 0 0 3.7 3.7l.9-.9",
    )
}

pub(super) fn frame() -> Html {
    stroked("M5.6 4.6 2.2 8l3.4 3.4M10.4 4.6 13.8 8l-3.4 3.4M9 3.4 7 12.6")
}

pub(super) fn sun() -> Html {
    stroked(
        "M8 5.2a2.8 2.8 0 1 1 0 5.6 2.8 2.8 0 0 1 0-5.6M8 1.4v1M8 13.6v1M1.4 8h1M13.6 8h1M3.3 3.3l.7.7M12 12l.7.7M3.3 12.7l.7-.7M12 4l.7-.7",
    )
}

pub(super) fn moon() -> Html {
    stroked("M13.4 9.6A5.8 5.8 0 0 1 6.4 2.6a5.8 5.8 0 1 0 7 7z")
}

pub(super) fn system() -> Html {
    stroked("M2.2 3.2h11.6v7.6H2.2zM5.6 13.4h4.8M8 10.8v2.6")
}

pub(super) fn warning() -> Html {
    stroked("M8 2.2 14.6 13.4H1.4zM8 6.6v3M8 11.4v.1")
}

pub(super) fn refused() -> Html {
    stroked("M5.2 1.8h5.6l3.4 3.4v5.6l-3.4 3.4H5.2l-3.4-3.4V5.2zM5.8 5.8l4.4 4.4M10.2 5.8l-4.4 4.4")
}

pub(super) fn info() -> Html {
    stroked("M8 1.8a6.2 6.2 0 1 1 0 12.4A6.2 6.2 0 0 1 8 1.8M8 7.4v3.4M8 5.1v.1")
}

pub(super) fn restart() -> Html {
    stroked("M13 8a5 5 0 1 1-1.5-3.6M13.2 2v3h-3")
}

/// A lane's shape: told apart without colour.
pub(super) fn lane(lane: Lane) -> Html {
    match lane {
        Lane::Pending => html! {
            <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" fill="none" stroke="currentColor"
                stroke-width="1.7" stroke-linecap="round">
                <circle cx="8" cy="8" r="5.8" stroke-dasharray="2.4 2.6" />
            </svg>
        },
        Lane::Running => filled(
            "M8 1.5a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13M6.4 5v6a.4.4 0 0 0 .62.33l4.5-3a.4.4 0 0 0 0-.66l-4.5-3A.4.4 0 0 0 6.4 5z",
        ),
        Lane::CrashLoopBackOff => restart(),
        Lane::Completed => html! {
            <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" fill="none" stroke="currentColor"
                stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round">
                <path d="m2.4 8.6 3.6 3.8 7.6-8.4" />
            </svg>
        },
        Lane::Failed => html! {
            <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" fill="none" stroke="currentColor"
                stroke-width="1.9" stroke-linecap="round">
                <path d="m3.4 3.4 9.2 9.2M12.6 3.4l-9.2 9.2" />
            </svg>
        },
    }
}

/// The first duty: create.
pub(super) fn create() -> Html {
    stroked("M8 3v10M3 8h10")
}

pub(super) fn minus() -> Html {
    stroked("M3 8h10")
}

pub(super) fn close() -> Html {
    stroked("m4 4 8 8M12 4l-8 8")
}

pub(super) fn more() -> Html {
    filled(
        "M3.2 6.7a1.3 1.3 0 1 1 0 2.6 1.3 1.3 0 0 1 0-2.6M8 6.7a1.3 1.3 0 1 1 0 2.6 1.3 1.3 0 0 1 0-2.6M12.8 6.7a1.3 1.3 0 1 1 0 2.6 1.3 1.3 0 0 1 0-2.6",
    )
}

/// A link that leaves the page.
pub(super) fn outside() -> Html {
    stroked("M6.5 4H4v8h8V9.5M9 3.5h3.5V7M12.2 3.8 7.5 8.5")
}

/// Two branches of one trunk.
pub(super) fn compare() -> Html {
    stroked("M2 8h4c3 0 3-4 6-4h2M6 8c3 0 3 4 6 4h2")
}

pub(super) fn node() -> Html {
    stroked("M2.4 3h11.2v4H2.4zM2.4 9h11.2v4H2.4zM5 5v.1M5 11v.1")
}

/// The second duty: watch.
pub(super) fn watch() -> Html {
    stroked(
        "M1.4 8S3.8 3.8 8 3.8 14.6 8 14.6 8 12.2 12.2 8 12.2 1.4 8 1.4 8M8 6.2a1.8 1.8 0 1 1 0 3.6 1.8 1.8 0 0 1 0-3.6",
    )
}

/// The fourth duty: mark.
pub(super) fn mark() -> Html {
    stroked("M3.6 14V2.2M3.6 3h8.6l-2 2.9 2 2.9H3.6")
}

/// The page's own sign: a task that comes round and ends.
pub(super) fn logo() -> Html {
    html! {
        <svg class="logo" viewBox="0 0 24 24" aria-hidden="true" fill="none" stroke-linecap="round"
            stroke-linejoin="round">
            <path class="logo-ring" d="M20.2 9.2A8.8 8.8 0 1 1 16.4 4.4" stroke-width="2.6" />
            <path class="logo-mark" d="m8 12.2 3.2 3.2 8.6-9.6" stroke-width="2.8" />
        </svg>
    }
}
