//! *¿Cuándo terminará?*: forecasts of this run, of the run with another `backoffLimit` or
//! `parallelism`, and of a run that was left behind, each computed a bounded number of steps a turn.

use super::view::{Forecasts, Outlook, OutlookState, WhatIf};
use crate::explain::Forecast;
use crate::timeline::Timeline;
use std::rc::Rc;

/// Steps a turn while nothing else is to be done, and while the clock runs.
const STEPS_A_TURN: (u32, u32) = (3_000, 400);

/// One forecast under way or done.
#[derive(Debug)]
struct Ahead {
    forecast: Option<Forecast>,
    view: Rc<Outlook>,
}

/// What was asked for; each is begun again when the run it is about changes.
#[derive(Debug, Default)]
pub(super) struct AheadAll {
    run: Option<Ahead>,
    what_if: Option<Ahead>,
    kept: Option<Ahead>,
    view: Rc<Forecasts>,
}

/// Which of the forecasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Which {
    Run,
    WhatIf,
    Kept,
}

impl AheadAll {
    pub(super) fn view(&self) -> &Rc<Forecasts> {
        &self.view
    }

    /// Begins a forecast from that run, in the place of the one before.
    pub(super) fn begin(&mut self, which: Which, what_if: WhatIf, timeline: &Timeline) {
        let forecast = Forecast::of(timeline);
        let view = Rc::new(outlook(what_if, OutlookState::Computing, &forecast));
        *self.place(which) = Some(Ahead { forecast: Some(forecast), view });
        // A short run needs no second turn.
        self.advance(false);
    }

    pub(super) fn forget(&mut self, which: Which) {
        if self.place(which).take().is_some() {
            self.publish();
        }
    }

    /// Stops what is being computed; what is known so far stays.
    pub(super) fn cancel(&mut self) {
        for ahead in self.all().into_iter().flatten() {
            if ahead.forecast.take().is_some() {
                ahead.view = Rc::new(Outlook { state: OutlookState::Cancelled, ..Outlook::clone(&ahead.view) });
            }
        }
        self.publish();
    }

    /// One turn of every forecast that isn't complete.
    pub(super) fn advance(&mut self, playing: bool) {
        let steps = if playing { STEPS_A_TURN.1 } else { STEPS_A_TURN.0 };
        let mut grown = false;
        for ahead in self.all().into_iter().flatten() {
            let Some(forecast) = &mut ahead.forecast else { continue };
            let done = forecast.advance(steps);
            let state = if done { OutlookState::Done } else { OutlookState::Computing };
            ahead.view = Rc::new(outlook(ahead.view.what_if, state, forecast));
            if done {
                ahead.forecast = None;
            }
            grown = true;
        }
        if grown {
            self.publish();
        }
    }

    fn place(&mut self, which: Which) -> &mut Option<Ahead> {
        match which {
            Which::Run => &mut self.run,
            Which::WhatIf => &mut self.what_if,
            Which::Kept => &mut self.kept,
        }
    }

    fn all(&mut self) -> [Option<&mut Ahead>; 3] {
        [self.run.as_mut(), self.what_if.as_mut(), self.kept.as_mut()]
    }

    fn publish(&mut self) {
        let view = |ahead: &Option<Ahead>| ahead.as_ref().map(|ahead| Rc::clone(&ahead.view));
        self.view = Rc::new(Forecasts { run: view(&self.run), what_if: view(&self.what_if), kept: view(&self.kept) });
    }
}

fn outlook(what_if: WhatIf, state: OutlookState, forecast: &Forecast) -> Outlook {
    Outlook {
        what_if,
        state,
        reached_ms: forecast.reached_ms(),
        pods: forecast.pods(),
        endings: forecast.endings(),
        bound: forecast.bound(),
    }
}
