//! The events of an object, as `kubectl describe` shows them.

use super::super::items::Item;
use super::super::scene::Scene;
use super::writer::Writer;
use crate::api::{Event, Object, Timestamp};
use std::rc::Rc;

/// The events about an object, the last seen last.
pub(in super::super) fn find<'a>(scene: &'a dyn Scene, item: &Item<'_>) -> Vec<&'a Rc<Event>> {
    let value = item.value();
    let uid = value.pointer("/metadata/uid").and_then(serde_json::Value::as_str).unwrap_or("");
    let mut events: Vec<&Rc<Event>> = scene
        .objects()
        .filter_map(|(_, object)| if let Object::Event(event) = object { Some(event) } else { None })
        .filter(|event| *event.about_uid == *uid && event.about_kind.name() == item.resource.kind)
        .collect();
    events.sort_by_cached_key(|event| (last_seen(event), event.name()));
    events
}

/// When an event was seen last, as sorting takes it: the scheduler's have no such field.
pub(in super::super) fn last_seen(event: &Event) -> Option<Timestamp> {
    if event.series { None } else { Some(event.last) }
}

/// `22s (x3 over 35s)`
pub(in super::super) fn age(event: &Event, now_unix_ms: i64) -> String {
    let since = |time: Timestamp| super::super::text::human_duration(now_unix_ms - time.unix_ms());
    if event.count > 1 {
        format!("{} (x{} over {})", since(event.last), event.count, since(event.first))
    } else {
        since(event.first)
    }
}

pub(super) fn describe(writer: &mut Writer, scene: &dyn Scene, item: &Item<'_>) {
    let events = find(scene, item);
    if events.is_empty() {
        writer.line(0, "Events:\t<none>");
        return;
    }
    writer.flush();
    writer.line(0, "Events:");
    writer.line(1, "Type\tReason\tAge\tFrom\tMessage");
    writer.line(1, "----\t------\t----\t----\t-------");
    let now_unix_ms = writer.now_unix_ms;
    for event in events {
        let at = if event.field_path.is_empty() { String::new() } else { format!("{}: ", event.field_path) };
        writer.line(
            1,
            &format!(
                "{}\t{}\t{}\t{}\t{at}{}",
                event.kind(),
                event.reason,
                age(event, now_unix_ms),
                event.component,
                event.message.trim()
            ),
        );
    }
}
