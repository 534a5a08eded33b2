//! Drawing in several turns, so that none keeps the page from answering for long.
//!
//! One thing is drawn a turn, in the order in which they were asked for. The next turn is asked for
//! only once the last is drawn with all that follows from it: on a slow device Yew puts off its
//! effects, and would draw together whatever comes meanwhile.

use crate::browser;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;
use yew::prelude::*;

/// What is to be drawn in a turn of its own.
struct Waiting {
    stage: Rc<Cell<Stage>>,
    begin: Box<dyn FnOnce()>,
}

/// How far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Waiting,
    Drawing,
    Over,
}

thread_local! {
    static WAITING: RefCell<VecDeque<Waiting>> = const { RefCell::new(VecDeque::new()) };
    /// Whether a turn is asked for or under way.
    static BUSY: Cell<bool> = const { Cell::new(false) };
}

/// A place among what waits; dropped, it is given up.
pub(super) struct Turn(Rc<Cell<Stage>>);

impl Turn {
    /// Begins in a turn of its own what [`Turn::end`] tells the end of.
    pub(super) fn take(begin: impl FnOnce() + 'static) -> Self {
        let stage = Rc::new(Cell::new(Stage::Waiting));
        let waiting = Waiting { stage: Rc::clone(&stage), begin: Box::new(begin) };
        WAITING.with_borrow_mut(|all| all.push_back(waiting));
        if !BUSY.replace(true) {
            browser::next_turn(take_turn);
        }
        Self(stage)
    }

    /// It is drawn.
    pub(super) fn end(&self) {
        if self.0.replace(Stage::Over) == Stage::Drawing {
            browser::next_turn(take_turn);
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.end();
    }
}

fn take_turn() {
    let next = WAITING.with_borrow_mut(|all| {
        all.retain(|waiting| waiting.stage.get() == Stage::Waiting);
        all.pop_front()
    });
    match next {
        Some(Waiting { stage, begin }) => {
            stage.set(Stage::Drawing);
            begin();
        }
        None => BUSY.set(false),
    }
}

#[derive(Properties, PartialEq)]
pub(super) struct SoonProps {
    /// What stands in the place until then.
    #[prop_or_default]
    pub(super) place: Html,
    pub(super) children: Html,
}

/// Draws its children for the first time in a turn of their own, after its parent's.
#[component]
pub(super) fn Soon(props: &SoonProps) -> Html {
    let due = use_state(|| false);
    let turn = use_mut_ref(|| None::<Turn>);
    {
        let (due, turn) = (due.setter(), Rc::clone(&turn));
        use_effect_with((), move |()| {
            turn.replace(Some(Turn::take(move || due.set(true))));
            move || drop(turn.take())
        });
    }
    use_effect_with(*due, move |due| {
        if *due {
            turn.take();
        }
    });
    if *due { props.children.clone() } else { props.place.clone() }
}
