//! Time and keys: what calls us back until we drop the handle.

#![allow(clippy::float_arithmetic)]

use super::window;
use gloo_events::{EventListener, EventListenerOptions};
use gloo_timers::callback::Timeout;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::KeyboardEvent;

/// No tick is longer: a page that was hidden for an hour must not jump an hour.
const LONGEST_TICK_MS: f64 = 250.0;

type Frame = Closure<dyn FnMut(f64)>;

/// Calls once a frame with the milliseconds since the last one, until dropped.
pub struct Ticks {
    frame: Rc<RefCell<Option<Frame>>>,
    request: Rc<Cell<Option<i32>>>,
}

impl Ticks {
    /// Begins with the next frame; skips frames until a tick is at least so long.
    pub fn start(shortest_ms: u32, mut each: impl FnMut(u32) + 'static) -> Self {
        let frame: Rc<RefCell<Option<Frame>>> = Rc::default();
        let request = Rc::new(Cell::new(None));
        let (again, next) = (Rc::downgrade(&frame), Rc::clone(&request));
        let mut last: Option<f64> = None;
        *frame.borrow_mut() = Some(Closure::new(move |now: f64| {
            let elapsed = now - *last.get_or_insert(now);
            if elapsed >= f64::from(shortest_ms.max(1)) {
                let whole = elapsed.min(LONGEST_TICK_MS).floor();
                // A fraction isn't lost, else fast screens would run slow; an hour asleep is.
                last = Some(now - (elapsed - whole).min(1.0));
                #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
                each(whole as u32);
            }
            if let Some(frame) = again.upgrade() {
                next.set(ask(&frame));
            }
        }));
        request.set(ask(&frame));
        Self { frame, request }
    }
}

fn ask(frame: &RefCell<Option<Frame>>) -> Option<i32> {
    let frame = frame.borrow();
    window()?.request_animation_frame(frame.as_ref()?.as_ref().unchecked_ref()).ok()
}

impl Drop for Ticks {
    fn drop(&mut self) {
        if let (Some(window), Some(request)) = (window(), self.request.take()) {
            let _ = window.cancel_animation_frame(request);
        }
        self.frame.borrow_mut().take();
    }
}

/// Calls once after a while, unless dropped before.
pub struct Delay(Timeout);

impl Delay {
    /// In this many milliseconds.
    pub fn new(after_ms: u32, act: impl FnOnce() + 'static) -> Self {
        Self(Timeout::new(after_ms, act))
    }

    /// Calls in any case.
    pub fn forget(self) {
        self.0.forget();
    }
}

/// Calls with every key pressed anywhere on the page, until dropped.
pub struct Keys(#[allow(dead_code, reason = "kept to be dropped")] Option<EventListener>);

impl Keys {
    /// Listens after the elements themselves, so they may have prevented the default.
    pub fn listen(mut act: impl FnMut(&KeyboardEvent) + 'static) -> Self {
        Self(window().map(|window| {
            let options = EventListenerOptions::enable_prevent_default();
            EventListener::new_with_options(&window, "keydown", options, move |event| {
                if let Some(event) = event.dyn_ref::<KeyboardEvent>() {
                    act(event);
                }
            })
        }))
    }
}
