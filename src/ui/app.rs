//! The whole page: the state, what keeps it going, and where its parts stand.

use super::editor::Editor;
use super::header::Header;
use super::help::OPEN_HELP;
use super::share::{Damaged, Latest};
use super::soon::Soon;
use super::state::{Action, Menu, Target, View};
use super::views::{MANY_PODS, transport_place, use_views};
use super::visit::{Visit, use_visit};
use crate::browser::{self, Delay, Keys, Ticks};
use crate::i18n::Language;
use crate::playground::{Command, OutlookState, Snapshot};
use std::rc::Rc;
use yew::prelude::*;

/// How long after the last key the manifest is checked and remembered.
const TYPING_PAUSE_MS: u32 = 250;
/// With many Pods the page is drawn once in so many milliseconds.
const MANY_PODS_TICK_MS: u32 = 48;

/// What the page begins with.
#[derive(Properties, PartialEq)]
pub struct AppProps {
    visit: Rc<Visit>,
}

impl AppProps {
    /// Reads what the address asks for.
    pub fn read() -> Self {
        Self { visit: Rc::new(Visit::begin()) }
    }
}

/// The page, in turns.
#[component]
pub fn App(props: &AppProps) -> Html {
    html! { <Soon><Whole visit={Rc::clone(&props.visit)} /></Soon> }
}

#[component]
fn Whole(props: &AppProps) -> Html {
    let visit = Rc::clone(&props.visit);
    let lab = use_reducer({
        let visit = Rc::clone(&visit);
        move || visit.first_state()
    });
    let latest = use_memo((), |()| Latest::default());
    let act = use_callback(lab.dispatcher(), |action, dispatcher| {
        dispatcher.dispatch(action);
    });
    let snapshot = Rc::clone(&lab.snapshot);

    use_effect_with(act.clone(), |act| {
        let tell = act.clone();
        browser::when_kubectl_arrives(move |kubectl| tell.emit(Action::Do(Command::Bring(kubectl))));
        let act = act.clone();
        browser::when_simulator_arrives(move |simulator| {
            // In turns of their own, as they take a while.
            Delay::new(0, move || {
                act.emit(Action::Arrive(simulator));
                Delay::new(0, move || act.emit(Action::Check)).forget();
            })
            .forget();
        });
    });
    use_clock(snapshot.playing || is_foretelling(&snapshot), snapshot.pods.len(), &act);
    use_keys(&act);
    use_checks(&lab.manifest, &visit, &act);
    use_visit(&visit, &lab, &act, &latest);
    use_effect_with(lab.language, |&language| {
        browser::set_page_language(language.tag(), language.texts().title);
    });

    // Lines are marked only while the text is the one that runs.
    let lines = match snapshot.reasons.first() {
        Some(reason) if lab.is_applied() => reason.lines.clone(),
        _ => Vec::new(),
    };
    let open_menu = use_callback(act.clone(), |event: MouseEvent, act| {
        let pressed = browser::menu_target(&event);
        let menu = pressed
            .and_then(|(name, anchor)| Some(Menu { target: Target::from_attribute(&name)?, anchor, refused: None }));
        if let Some(menu) = menu {
            act.emit(Action::OpenMenu(menu));
        }
    });
    let views = use_views();

    html! {
        <ContextProvider<Language> context={lab.language}>
            <ContextProvider<Callback<Action>> context={act.clone()}>
                <div class="lab" data-view={lab.view.key()} data-compare={snapshot.compared.is_some().to_string()}>
                    <Soon>
                        <Header theme={lab.theme} latest={Latest::clone(&latest)} />
                        <Damaged damage={visit.damage} />
                    </Soon>
                    <Soon><ViewTabs view={lab.view} /></Soon>
                    <main class="parts">
                        <Soon place={html! { <section class="panel editor-panel" aria-hidden="true"></section> }}>
                            <Editor
                                manifest={Rc::clone(&lab.manifest)}
                                applied={lab.is_applied()}
                                waiting={lab.is_waiting()}
                                answer={Rc::clone(&snapshot.answer)}
                                lines={lines}
                            />
                        </Soon>
                        { views.map_or_else(places, |views| views.parts(&lab, &open_menu)) }
                    </main>
                    // Yew matches siblings from the last: their number must stay, or all are made anew.
                    if let Some(views) = views { { views.over(&lab) } }
                </div>
                <Soon><CrashPanel /></Soon>
            </ContextProvider<Callback<Action>>>
        </ContextProvider<Language>>
    }
}

/// The places of the later views, of the size that they will have.
fn places() -> Html {
    html! {
        <>
            <div class="centre" aria-hidden="true">
                <section class="panel stage"></section>
                <section class="panel timeline"></section>
            </div>
            { transport_place() }
            <section class="panel explain" aria-hidden="true"></section>
        </>
    }
}

/// Whether a forecast wants more turns.
fn is_foretelling(snapshot: &Snapshot) -> bool {
    let forecasts = &snapshot.forecasts;
    let all = [&forecasts.run, &forecasts.what_if, &forecasts.kept];
    all.into_iter().flatten().any(|outlook| outlook.state == OutlookState::Computing)
}

/// While the clock runs, every frame is a tick; with many Pods only some are, so that there is
/// time to draw them.
#[hook]
fn use_clock(playing: bool, pods: usize, act: &Callback<Action>) {
    let shortest_ms = if pods > MANY_PODS { MANY_PODS_TICK_MS } else { 0 };
    use_effect_with((playing, shortest_ms, act.clone()), |(playing, shortest_ms, act)| {
        let (shortest_ms, act) = (*shortest_ms, act.clone());
        let ticks = playing.then(|| {
            Ticks::start(shortest_ms, move |elapsed_ms| {
                act.emit(Action::Do(Command::Tick { elapsed_ms }));
            })
        });
        move || drop(ticks)
    });
}

/// The page's own keys, wherever the focus is but in a field.
#[hook]
fn use_keys(act: &Callback<Action>) {
    use_effect_with(act.clone(), |act| {
        let act = act.clone();
        let keys = Keys::listen(move |event| {
            let changed = event.ctrl_key() || event.alt_key() || event.meta_key();
            if event.default_prevented() || changed || browser::is_typing(event) {
                return;
            }
            let action = match event.key().as_str() {
                " " if !browser::is_pressing(event) => Action::PlayOrPause,
                "ArrowLeft" => Action::Do(Command::StepBack),
                "ArrowRight" => Action::Do(Command::StepForward),
                "Home" => Action::Do(Command::Seek { at_ms: 0 }),
                "End" => Action::Do(Command::ToEnd),
                "?" => return browser::open_dialog(browser::by_id(OPEN_HELP)),
                _ => return,
            };
            event.prevent_default();
            act.emit(action);
        });
        move || drop(keys)
    });
}

/// A pause in typing: the manifest is checked and remembered.
#[hook]
fn use_checks(manifest: &Rc<str>, visit: &Rc<Visit>, act: &Callback<Action>) {
    let visit = Rc::clone(visit);
    use_effect_with((Rc::clone(manifest), act.clone()), move |(manifest, act)| {
        let (manifest, act) = (Rc::clone(manifest), act.clone());
        let delay = Delay::new(TYPING_PAUSE_MS, move || {
            visit.remember(&manifest);
            act.emit(Action::Check);
        });
        move || drop(delay)
    });
}

#[derive(Properties, PartialEq)]
struct ViewTabsProps {
    view: View,
}

/// On small screens: which part is shown.
#[component]
fn ViewTabs(props: &ViewTabsProps) -> Html {
    let texts = super::contexts::use_texts();
    let act = super::contexts::use_act();
    let tabs = View::ALL.into_iter().map(|view| {
        let name = match view {
            View::Editor => texts.view_editor,
            View::Stage => texts.view_stage,
            View::Explain => texts.view_explain,
        };
        let look = act.reform(move |_| Action::Look(view));
        let current = (view == props.view).then_some("true");
        html! {
            <button type="button" data-view={view.key()} aria-current={current} onclick={look}>
                { name }
            </button>
        }
    });
    html! { <nav class="views" aria-label={texts.views}>{ for tabs }</nav> }
}

/// Waits, hidden, for an internal error; `browser::watch_for_crashes` reveals it. Its buttons work
/// without the page's WebAssembly, which has stopped by then: `static/start.js` minds them.
#[component]
fn CrashPanel() -> Html {
    let texts = super::contexts::use_texts();
    html! {
        <section id="crash" class="crash" role="alert" tabindex="-1" hidden=true>
            <h2>{ texts.crash_title }</h2>
            <p>{ texts.crash_text }</p>
            <div class="crash-row">
                <button id="crash-copy" type="button" class="primary">{ texts.crash_copy }</button>
                <button id="crash-reload" type="button">{ texts.crash_reload }</button>
                <span id="crash-said" role="status" data-well={texts.crash_copied} data-badly={texts.crash_not_copied}></span>
            </div>
            <h3>{ texts.crash_report }</h3>
            <pre id="crash-message" tabindex="0" role="group" aria-label={texts.crash_report}></pre>
            <label for="crash-manifest">{ texts.crash_manifest }</label>
            <textarea id="crash-manifest" readonly=true rows="12" spellcheck="false" />
        </section>
    }
}
