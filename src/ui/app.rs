//! The whole page: the state, what keeps it going, and where its parts stand.

use super::bars::Bars;
use super::editor::Editor;
use super::explain::Explain;
use super::header::Header;
use super::help::{Help, OPEN_HELP};
use super::menu::MenuPanel;
use super::reasons::Caption;
use super::share::{Damaged, Latest};
use super::stage::Stages;
use super::state::{Action, Menu, Tab, Target, View};
use super::transport::Transport;
use super::twin::Twin;
use super::visit::{Visit, use_visit};
use crate::browser::{self, Delay, Keys, Ticks};
use crate::i18n::Language;
use crate::playground::{Command, OutlookState, Snapshot};
use std::rc::Rc;
use yew::prelude::*;

/// How long after the last key the manifest is checked and remembered.
const TYPING_PAUSE_MS: u32 = 250;
/// From this many Pods on, the page is drawn less often …
const MANY_PODS: usize = 150;
/// … once in so many milliseconds.
const MANY_PODS_TICK_MS: u32 = 48;

/// The page.
#[component]
pub fn App() -> Html {
    let visit = use_memo((), |()| Visit::begin());
    let lab = use_reducer({
        let visit = Rc::clone(&visit);
        move || visit.first_state()
    });
    let latest = use_memo((), |()| Latest::default());
    let act = use_callback(lab.dispatcher(), |action, dispatcher| {
        dispatcher.dispatch(action);
    });
    let snapshot = Rc::clone(&lab.snapshot);
    let texts = lab.language.texts();

    use_effect_with(act.clone(), |act| {
        let act = act.clone();
        browser::when_simulator_arrives(move |simulator| act.emit(Action::Arrive(simulator)));
    });
    use_clock(snapshot.playing || is_foretelling(&snapshot), snapshot.pods.len(), &act);
    use_keys(&act);
    use_checks(&lab.manifest, &visit, &act);
    use_visit(&visit, &lab, &act, &latest);
    use_effect_with(lab.language, |&language| {
        browser::set_page_language(language.tag(), language.texts().title);
    });

    // Lines are marked only while the text is the one that runs.
    let newest = snapshot.reasons.first().cloned();
    let lines = match &newest {
        Some(reason) if lab.is_applied() => reason.lines.clone(),
        _ => Vec::new(),
    };
    let beside_ms = snapshot.compared.as_ref().map_or(0, |beside| beside.over_at_ms.unwrap_or(beside.known_ms));
    let span_ms = super::scale::span_ms(snapshot.known_ms.min(lab.seen_ms.max(snapshot.now_ms)).max(beside_ms));
    let open_menu = use_callback(act.clone(), |event: MouseEvent, act| {
        let pressed = browser::menu_target(&event);
        let menu = pressed
            .and_then(|(name, anchor)| Some(Menu { target: Target::from_attribute(&name)?, anchor, refused: None }));
        if let Some(menu) = menu {
            act.emit(Action::OpenMenu(menu));
        }
    });
    // Only tabs that tell of the playhead are drawn again as it moves.
    let told_ms = if lab.tab == Tab::Forecast { snapshot.now_ms / 100 * 100 } else { 0 };

    html! {
        <ContextProvider<Language> context={lab.language}>
            <ContextProvider<Callback<Action>> context={act.clone()}>
                <div class="lab" data-view={lab.view.key()} data-compare={snapshot.compared.is_some().to_string()}>
                    <Header theme={lab.theme} latest={Latest::clone(&latest)} />
                    <Damaged damage={visit.damage} />
                    <ViewTabs view={lab.view} />
                    <main class="parts">
                        <Editor
                            manifest={Rc::clone(&lab.manifest)}
                            applied={lab.is_applied()}
                            waiting={lab.is_waiting()}
                            answer={Rc::clone(&snapshot.answer)}
                            lines={lines}
                        />
                        <div class="centre" id="stage" role="group" aria-label={texts.stage} onclick={open_menu}>
                            <Stages snapshot={Rc::clone(&snapshot)} />
                            <Bars
                                bars={Rc::clone(&snapshot.bars)}
                                beside={snapshot.compared.as_ref().map(|beside| Rc::clone(&beside.bars))}
                                kept={Rc::clone(&snapshot.kept)}
                                compared={snapshot.compared.as_ref().map(|beside| beside.run)}
                                now_ms={snapshot.now_ms}
                                seen_ms={lab.seen_ms}
                                span_ms={span_ms}
                            />
                        </div>
                        <Caption reason={newest.clone()} />
                        <Transport
                            now_ms={snapshot.now_ms}
                            seen_ms={lab.seen_ms}
                            span_ms={span_ms}
                            over_at_ms={snapshot.over_at_ms}
                            ready={snapshot.applied}
                            playing={snapshot.playing}
                            speed={snapshot.speed}
                            computing={snapshot.computing.then(|| {
                                (snapshot.known_ms, u32::try_from(snapshot.bars.len()).unwrap_or(u32::MAX))
                            })}
                        />
                        <Explain
                            tab={lab.tab}
                            applied={snapshot.applied}
                            forecasts={Rc::clone(&snapshot.forecasts)}
                            jobs={Rc::clone(&snapshot.jobs)}
                            comparing={snapshot.compared.as_ref().map(|_| Rc::clone(&snapshot))}
                            told_ms={told_ms}
                            reasons={Rc::clone(&snapshot.reasons)}
                            events={Rc::clone(&snapshot.events)}
                            console={Rc::clone(&snapshot.console)}
                            playing={snapshot.playing}
                            over={snapshot.over_at_ms.is_some_and(|end_ms| snapshot.now_ms >= end_ms)}
                            shows_lines={lab.is_applied()}
                            hurried={snapshot.playing && snapshot.pods.len() > MANY_PODS}
                        />
                        <Twin reason={newest} pods={Rc::clone(&snapshot.pods)} />
                    </main>
                    <Help />
                    if let Some(menu) = &lab.menu {
                        <MenuPanel menu={menu.clone()} snapshot={Rc::clone(&snapshot)} />
                    }
                </div>
                <CrashPanel />
            </ContextProvider<Callback<Action>>>
        </ContextProvider<Language>>
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

/// Waits, hidden, for an internal error; `browser::watch_for_crashes` reveals it.
#[component]
fn CrashPanel() -> Html {
    let texts = super::contexts::use_texts();
    html! {
        <section id="crash" class="crash" role="alert" tabindex="-1" hidden=true>
            <h2>{ texts.crash_title }</h2>
            <p>{ texts.crash_text }</p>
            <pre id="crash-message"></pre>
            <label for="crash-manifest">{ texts.crash_manifest }</label>
            <textarea id="crash-manifest" readonly=true rows="12" spellcheck="false" />
        </section>
    }
}
