//! The events, as `kubectl get events` lists them.

use super::contexts::{use_act, use_texts};
use super::icons;
use super::state::{Action, Menu, Target};
use super::text::breakable;
use crate::browser;
use crate::i18n::offset;
use crate::playground::EventRow;
use std::rc::Rc;
use yew::prelude::*;

/// Older ones aren't listed.
const MOST_EVENTS: usize = 200;

#[derive(Properties, PartialEq)]
pub(super) struct EventsProps {
    pub(super) events: Rc<Vec<Rc<EventRow>>>,
}

/// The table.
#[component]
pub(super) fn Events(props: &EventsProps) -> Html {
    let texts = use_texts();
    if props.events.is_empty() {
        return html! { <p class="empty">{ texts.events_empty }</p> };
    }
    html! {
        <table class="events">
            <caption class="unseen">{ texts.events_caption }</caption>
            <thead class="unseen">
                <tr>
                    <th scope="col">{ texts.event_time }</th>
                    <th scope="col">{ texts.event_type }</th>
                    <th scope="col">{ texts.event_reason }</th>
                    <th scope="col">{ texts.event_object }</th>
                    <th scope="col">{ texts.event_message }</th>
                </tr>
            </thead>
            <tbody>
                { for props.events.iter().take(MOST_EVENTS).map(|event| html! {
                    <EventLine key={event.uid.to_string()} event={Rc::clone(event)} />
                }) }
            </tbody>
        </table>
    }
}

#[derive(Properties, PartialEq)]
struct EventLineProps {
    event: Rc<EventRow>,
}

#[component]
fn EventLine(props: &EventLineProps) -> Html {
    let texts = use_texts();
    let act = use_act();
    let event = &props.event;
    let name = event.object.rsplit('/').next().unwrap_or("").to_owned();
    let offer = use_callback(act, |event: MouseEvent, act| {
        let pressed = browser::menu_target(&event);
        let menu = pressed
            .and_then(|(name, anchor)| Some(Menu { target: Target::from_attribute(&name)?, anchor, refused: None }));
        if let Some(menu) = menu {
            act.emit(Action::OpenMenu(menu));
        }
    });
    let (class, kind, icon) = if event.warning {
        ("event is-warned", texts.event_warning, icons::warning())
    } else {
        ("event", texts.event_normal, icons::info())
    };
    html! {
        <tr {class} data-event={event.reason} title={event.component}>
            <td class="event-time">{ offset(event.at_ms) }</td>
            <td class="event-type">{ icon }<span class="unseen">{ kind }</span></td>
            <td class="event-reason">
                <code>{ breakable(event.reason) }</code>
                if event.count > 1 { <span class="chip">{ format!("×{}", event.count) }</span> }
            </td>
            <td class="event-object" onclick={offer}>
                <button type="button" class="event-name" aria-haspopup="dialog" data-menu={format!("named/{name}")}>
                    <code>{ breakable(&event.object) }</code>
                </button>
            </td>
            <td class="event-message" lang="en">{ event.message.to_string() }</td>
        </tr>
    }
}
