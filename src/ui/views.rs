//! The views that the page does without until its first picture is there: stage, timeline, transport,
//! explanations, dialogs. In the published page their code is a module of its own, which comes after
//! the page's (`xtask/src/split`); until then the places stand empty, at the size that they will have.
//!
//! What goes through [`Views`] is in that module; what a component of the first picture names is not.

use super::bars::Bars;
use super::explain::Explain;
use super::help::Help;
use super::menu::MenuPanel;
use super::problems::Problems;
use super::reasons::Caption;
use super::scale::Window;
use super::share::Insert;
use super::soon::{Soon, Turn};
use super::stage::Stages;
use super::state::{Lab, Tab};
use super::transport::Transport;
use super::twin::Twin;
use crate::i18n::Language;
use crate::playground::Answer;
use crate::share::Link;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use yew::prelude::*;

/// From this many Pods on, the page is drawn less often.
pub(super) const MANY_PODS: usize = 150;

/// The proof that the code of the later views is there.
#[derive(Debug, Clone, Copy)]
pub struct Views {
    parts: fn(&Lab, &Callback<MouseEvent>) -> Html,
    over: fn(&Lab) -> Html,
    problems: fn(&Rc<Answer>) -> Html,
    insert: fn(&Link, Language) -> Html,
}

impl Views {
    /// For the entry point of the views only (`src/bin/page.rs`), as `playground::Simulator::here`.
    pub fn here() -> Self {
        Self { parts, over, problems, insert }
    }

    /// Everything beside the editor; the callback opens the menu of what was pressed.
    pub(super) fn parts(self, lab: &Lab, open_menu: &Callback<MouseEvent>) -> Html {
        (self.parts)(lab, open_menu)
    }

    /// What opens over the page.
    pub(super) fn over(self, lab: &Lab) -> Html {
        (self.over)(lab)
    }

    /// What is wrong with the manifest.
    pub(super) fn problems(self, answer: &Rc<Answer>) -> Html {
        (self.problems)(answer)
    }

    /// What the dialog *Insertar* holds.
    pub(super) fn insert(self, link: &Link, language: Language) -> Html {
        (self.insert)(link, language)
    }
}

/// There is only one set of views.
impl PartialEq for Views {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

type Waiting = Box<dyn FnOnce(Views)>;

thread_local! {
    static HERE: Cell<Option<Views>> = const { Cell::new(None) };
    static WAITING: RefCell<Vec<Waiting>> = const { RefCell::new(Vec::new()) };
}

/// The views are there: tells whoever waits for them.
pub fn deliver(views: Views) {
    HERE.set(Some(views));
    for tell in WAITING.take() {
        tell(views);
    }
}

/// The views, once they are there; whoever asks is drawn again then, in a turn of its own.
#[hook]
pub(super) fn use_views() -> Option<Views> {
    let views = use_state(|| None::<Views>);
    let turn = use_mut_ref(|| None::<Turn>);
    {
        let (setter, turn) = (views.setter(), Rc::clone(&turn));
        use_effect_with((), move |()| {
            let tell = move |views| {
                turn.replace(Some(Turn::take(move || setter.set(Some(views)))));
            };
            match HERE.get() {
                Some(views) => tell(views),
                None => WAITING.with_borrow_mut(|waiting| waiting.push(Box::new(tell))),
            }
        });
    }
    use_effect_with(views.is_some(), move |there| {
        if *there {
            turn.take();
        }
    });
    *views
}

/// Where the transport will stand.
pub(super) fn transport_place() -> Html {
    html! {
        <section class="transport" aria-hidden="true">
            <div class="controls"><button type="button" class="play" disabled=true></button></div>
            <div class="seek"></div>
        </section>
    }
}

fn parts(lab: &Lab, open_menu: &Callback<MouseEvent>) -> Html {
    let snapshot = &lab.snapshot;
    let texts = lab.language.texts();
    let newest = snapshot.reasons.first().cloned();
    let beside_ms = snapshot.compared.as_ref().map_or(0, |beside| beside.over_at_ms.unwrap_or(beside.known_ms));
    let whole = Window::whole(snapshot.known_ms.min(lab.seen_ms.max(snapshot.now_ms)).max(beside_ms));
    let window = lab.closer.filter(|closer| closer.span_ms < whole.span_ms).unwrap_or(whole);
    // Only tabs that tell of the playhead are drawn again as it moves.
    let told_ms = if lab.tab == Tab::Forecast { snapshot.now_ms / 100 * 100 } else { 0 };
    html! {
        <>
            <div class="centre" id="stage" role="group" aria-label={texts.stage} onclick={open_menu.clone()}>
                <Soon place={html! { <section class="panel stage" aria-hidden="true"></section> }}>
                    <Stages snapshot={Rc::clone(snapshot)} />
                </Soon>
                <Soon place={html! { <section class="panel timeline" aria-hidden="true"></section> }}>
                    <Bars
                        bars={Rc::clone(&snapshot.bars)}
                        beside={snapshot.compared.as_ref().map(|beside| Rc::clone(&beside.bars))}
                        kept={Rc::clone(&snapshot.kept)}
                        compared={snapshot.compared.as_ref().map(|beside| beside.run)}
                        now_ms={snapshot.now_ms}
                        seen_ms={lab.seen_ms}
                        {window}
                        whole_ms={whole.span_ms}
                    />
                </Soon>
            </div>
            <Soon><Caption reason={newest.clone()} /></Soon>
            <Soon place={transport_place()}>
                <Transport
                    now_ms={snapshot.now_ms}
                    seen_ms={lab.seen_ms}
                    {window}
                    over_at_ms={snapshot.over_at_ms}
                    ready={snapshot.applied}
                    playing={snapshot.playing}
                    speed={snapshot.speed}
                    computing={snapshot.computing.then(|| {
                        (snapshot.known_ms, u32::try_from(snapshot.bars.len()).unwrap_or(u32::MAX))
                    })}
                />
            </Soon>
            <Soon place={html! { <section class="panel explain" aria-hidden="true"></section> }}>
                <Explain
                    tab={lab.tab}
                    applied={snapshot.applied}
                    forecasts={Rc::clone(&snapshot.forecasts)}
                    jobs={Rc::clone(&snapshot.jobs)}
                    comparing={snapshot.compared.as_ref().map(|_| Rc::clone(snapshot))}
                    told_ms={told_ms}
                    reasons={Rc::clone(&snapshot.reasons)}
                    events={Rc::clone(&snapshot.events)}
                    console={Rc::clone(&snapshot.console)}
                    inspection={snapshot.inspection.clone()}
                    playing={snapshot.playing}
                    over={snapshot.over_at_ms.is_some_and(|end_ms| snapshot.now_ms >= end_ms)}
                    shows_lines={lab.is_applied()}
                    hurried={snapshot.playing && snapshot.pods.len() > MANY_PODS}
                />
            </Soon>
            <Soon><Twin reason={newest} pods={Rc::clone(&snapshot.pods)} /></Soon>
        </>
    }
}

fn over(lab: &Lab) -> Html {
    html! {
        <>
            <Soon><Help /></Soon>
            if let Some(menu) = &lab.menu {
                <MenuPanel menu={menu.clone()} snapshot={Rc::clone(&lab.snapshot)} />
            }
        </>
    }
}

fn problems(answer: &Rc<Answer>) -> Html {
    html! { <Problems answer={Rc::clone(answer)} /> }
}

fn insert(link: &Link, language: Language) -> Html {
    html! { <Insert link={link.clone()} {language} /> }
}
