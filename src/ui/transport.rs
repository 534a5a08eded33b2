//! The transport: play, step, speed, clock, and the playhead over the axis.

use super::axis::Axis;
use super::contexts::{use_act, use_command, use_language, use_texts};
use super::icons;
use super::scale::Window;
use super::state::Action;
use crate::browser;
use crate::i18n::{clock, computed_so_far, duration};
use crate::playground::{Command, Speed};
use yew::prelude::*;

/// How far an arrow key moves the playhead.
const NUDGE_MS: i64 = 1_000;

#[derive(Properties, PartialEq)]
pub(super) struct TransportProps {
    pub(super) now_ms: u64,
    pub(super) seen_ms: u64,
    pub(super) window: Window,
    pub(super) over_at_ms: Option<u64>,
    /// Whether there is anything to play.
    pub(super) ready: bool,
    pub(super) playing: bool,
    pub(super) speed: Speed,
    /// While the end is being computed: how far it is, and how many Pods there are.
    pub(super) computing: Option<(u64, u32)>,
}

/// Buttons and playhead.
#[component]
pub(super) fn Transport(props: &TransportProps) -> Html {
    let texts = use_texts();
    let over = props.over_at_ms.is_some_and(|over| props.now_ms >= over);
    html! {
        <section class="transport" aria-label={texts.transport}>
            if let Some((reached_ms, pods)) = props.computing {
                <Busy {reached_ms} {pods} />
            }
            <div class="controls">
                <Buttons ready={props.ready} playing={props.playing} at_start={props.now_ms == 0} {over} />
                <div id="clock" class="clock" role="timer" aria-label={texts.clock} data-ms={props.now_ms.to_string()}
                    data-long={(props.now_ms >= 3_600_000).then_some("true")}>
                    { clock(props.now_ms) }<small>{ " s" }</small>
                    if props.ready && over {
                        <span class="clock-over">{ texts.run_over }</span>
                    }
                </div>
                <SpeedChoice speed={props.speed} />
            </div>
            <Playhead now_ms={props.now_ms} seen_ms={props.seen_ms} window={props.window} ready={props.ready} />
        </section>
    }
}

#[derive(Properties, PartialEq)]
struct BusyProps {
    reached_ms: u64,
    pods: u32,
}

/// Long work: how far it is, and a way out.
#[component]
fn Busy(props: &BusyProps) -> Html {
    let language = use_language();
    let texts = language.stage_texts();
    let cancel = use_command(Command::Cancel);
    html! {
        <div id="busy" class="busy">
            <progress aria-label={texts.computing}></progress>
            <span>{ computed_so_far(language, props.reached_ms, props.pods) }</span>
            <button type="button" class="quiet" data-act="cancel" onclick={cancel}>{ texts.cancel }</button>
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct ButtonsProps {
    ready: bool,
    playing: bool,
    at_start: bool,
    over: bool,
}

#[component]
fn Buttons(props: &ButtonsProps) -> Html {
    let texts = use_texts();
    let act = use_act();
    let toggle = use_callback(act, |_: MouseEvent, act| act.emit(Action::PlayOrPause));
    let to_start = use_command(Command::Seek { at_ms: 0 });
    let back = use_command(Command::StepBack);
    let forward = use_command(Command::StepForward);
    let to_end = use_command(Command::ToEnd);
    let button = |id: &'static str, name: &'static str, icon: Html, off: bool, onclick| {
        html! {
            <button {id} type="button" class="quiet" aria-label={name} title={name}
                disabled={off || !props.ready} {onclick}>{ icon }</button>
        }
    };
    let (play_name, play_icon) =
        if props.playing { (texts.pause, icons::pause()) } else { (texts.play, icons::play()) };
    html! {
        <div class="buttons">
            { button("to-start", texts.to_start, icons::to_start(), props.at_start, to_start) }
            { button("step-back", texts.step_back, icons::step_back(), props.at_start, back) }
            <button id="play" type="button" class="play" aria-label={play_name} title={play_name}
                data-playing={props.playing.to_string()} disabled={!props.ready} onclick={toggle}>
                { play_icon }
            </button>
            { button("step-forward", texts.step_forward, icons::step_forward(), props.over, forward) }
            <button id="to-end" type="button" class="quiet to-end" aria-label={texts.to_end} title={texts.to_end}
                disabled={props.over || !props.ready} onclick={to_end}>
                { icons::to_end() }<span class="to-end-word">{ texts.to_end }</span>
            </button>
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct SpeedChoiceProps {
    speed: Speed,
}

#[component]
fn SpeedChoice(props: &SpeedChoiceProps) -> Html {
    let texts = use_texts();
    let act = use_act();
    let choose = use_callback(act, |event: Event, act| {
        let chosen = browser::typed_text(&event).and_then(|text| text.parse().ok());
        if let Some(ms_per_second) = chosen {
            act.emit(Action::Do(Command::SetSpeed(Speed { ms_per_second })));
        }
    });
    // An address may ask for any speed: it joins the others.
    let mut speeds = Speed::ALL.to_vec();
    if let Err(place) = speeds.binary_search(&props.speed) {
        speeds.insert(place, props.speed);
    }
    html! {
        <label class="speed">
            <span class="unseen">{ texts.speed }</span>
            <select id="speed" title={texts.speed} onchange={choose}>
                { for speeds.into_iter().map(|speed| html! {
                    <option value={speed.ms_per_second.to_string()} selected={speed == props.speed}>
                        { speed.label() }
                    </option>
                }) }
            </select>
        </label>
    }
}

#[derive(Properties, PartialEq)]
struct PlayheadProps {
    now_ms: u64,
    seen_ms: u64,
    window: Window,
    ready: bool,
}

/// The axis with the thumb: dragged, clicked, or moved by keys.
#[component]
fn Playhead(props: &PlayheadProps) -> Html {
    let language = use_language();
    let texts = language.texts();
    let act = use_act();
    let (start, drag, end) = use_seeking(props.window, props.ready);
    let keydown = use_callback((act, props.ready), |event: KeyboardEvent, (act, ready)| {
        let action = match event.key().as_str() {
            "ArrowLeft" | "ArrowDown" => Action::Nudge(-NUDGE_MS),
            "ArrowRight" | "ArrowUp" => Action::Nudge(NUDGE_MS),
            "PageDown" => Action::Nudge(-10 * NUDGE_MS),
            "PageUp" => Action::Nudge(10 * NUDGE_MS),
            "Home" => Action::Do(Command::Seek { at_ms: 0 }),
            "End" => Action::Do(Command::ToEnd),
            _ => return,
        };
        event.prevent_default();
        if *ready {
            act.emit(action);
        }
    });
    let x = props.window.place(props.now_ms);
    html! {
        <div id="seek" class="seek" data-track="" role="slider" tabindex="0" aria-label={texts.seek}
            aria-valuemin={(props.window.from_ms / 1_000).to_string()} aria-valuemax={(props.window.end_ms() / 1_000).to_string()}
            aria-valuenow={(props.now_ms / 1_000).to_string()}
            aria-valuetext={duration(language, props.now_ms)} aria-disabled={(!props.ready).to_string()}
            onkeydown={keydown} onpointerdown={start} onpointermove={drag} onpointerup={end.clone()} onpointercancel={end}>
            <Axis window={props.window} />
            <svg class="thumb" width="100%" height="100%" aria-hidden="true">
                <line class="rail" x1="0" x2="100%" y1="25" y2="25" />
                <line class="rail-seen" x1="0" x2={props.window.place(props.seen_ms)} y1="25" y2="25" />
                <line class="rail-done" x1="0" x2={x.clone()} y1="25" y2="25" />
                <circle class="halo" cx={x.clone()} cy="25" r="11" />
                <circle class="knob" cx={x} cy="25" r="6.5" />
            </svg>
        </div>
    }
}

/// What a place on the timeline needs so that pointing at it moves the playhead.
#[hook]
pub(super) fn use_seeking(
    window: Window,
    ready: bool,
) -> (Callback<PointerEvent>, Callback<PointerEvent>, Callback<PointerEvent>) {
    let act = use_act();
    let held = use_mut_ref(|| false);
    let seek = {
        let held = held.clone();
        use_callback((act, window, ready), move |(event, first): (PointerEvent, bool), deps| {
            let (act, window, ready) = deps;
            if !ready || (first && event.button() != 0) || !(first || *held.borrow()) {
                return;
            }
            held.replace(true);
            if let Some(share) = browser::pointer_share(&event, first) {
                act.emit(Action::Do(Command::Seek { at_ms: window.instant_at(share) }));
            }
        })
    };
    let start = use_callback(seek.clone(), |event, seek| seek.emit((event, true)));
    let drag = use_callback(seek, |event, seek| seek.emit((event, false)));
    let end = use_callback((), move |_: PointerEvent, ()| {
        held.replace(false);
    });
    (start, drag, end)
}
