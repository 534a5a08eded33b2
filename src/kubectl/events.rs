//! Models `k8s.io/kubectl/pkg/cmd/events@v0.37.2`: the events in the order of time.
//!
//! Leaves out: `-w`.

use super::Printed;
use super::describe::{age, last_seen};
use super::flags::Flags;
use super::items::{Item, Thing};
use super::look::View;
use super::output::{ACT, Output, list as list_of};
use super::selection::{self, Failure, report};
use super::text::lay_out_table;
use super::{resources, scene::Scene};
use crate::api::{Event, Object};
use std::fmt::Write;
use std::rc::Rc;

pub(super) fn events(view: &View<'_>, flags: &Flags) -> Printed {
    match try_events(view.scene, flags) {
        Ok(printed) => printed,
        Err(failure) => Printed::error(report(&[failure])),
    }
}

fn try_events(scene: &dyn Scene, flags: &Flags) -> Result<Printed, Failure> {
    let own = |text: String| Err(Failure::Own(text));
    let types: Vec<&str> = flags.all("types").into_iter().flat_map(|text| text.split(',')).collect();
    for known in &types {
        if !["Normal", "Warning"].iter().any(|name| name.eq_ignore_ascii_case(known)) {
            return own("valid --types are Normal or Warning".to_owned());
        }
    }
    let output = Output::of(flags, ACT)?;
    let target = match flags.value("for").filter(|target| !target.is_empty()) {
        Some(target) => Some(target_of(target)?),
        None => None,
    };
    let namespace = selection::namespace(scene, flags);
    let mut found: Vec<Item<'_>> = Vec::new();
    for (oid, object) in scene.objects() {
        let (Object::Event(event), Some(resource)) = (object, resources::of_kind("Event")) else { continue };
        let here = namespace.is_empty() || *event.namespace == *namespace;
        let typed = types.is_empty() || types.iter().any(|name| name.eq_ignore_ascii_case(event.kind()));
        let meant =
            target.as_ref().is_none_or(|(kind, name)| event.about_kind.name() == *kind && *event.about_name == **name);
        if here && typed && meant {
            found.push(Item { resource, thing: Thing::Stored(oid, object) });
        }
    }
    if found.is_empty() {
        let place = if namespace.is_empty() { String::new() } else { format!(" in {namespace} namespace") };
        return Ok(Printed { stderr: format!("No events found{place}.\n"), ..Printed::default() });
    }
    let event_of = |item: &Item<'_>| item.stored().and_then(|(_, object)| object.as_event().cloned());
    found.sort_by_cached_key(|item| event_of(item).map(|event| (seen(&event), event.stamp)));
    // kubectl's own list has no kind to print a name with.
    if output == Output::Name {
        return Ok(Printed::default());
    }
    if output != Output::Table {
        let mut value = list_of(&found.iter().map(Item::value).collect::<Vec<_>>());
        if let Some(fields) = value.as_object_mut() {
            fields.insert("kind".to_owned(), "EventList".into());
        }
        return Ok(Printed::out(output.render(&value, flags)?));
    }
    let everywhere = flags.is_on("all-namespaces");
    let mut text = String::new();
    if !flags.is_on("no-headers") {
        text.push_str(if everywhere { "NAMESPACE\t" } else { "" });
        text.push_str("LAST SEEN\tTYPE\tREASON\tOBJECT\tMESSAGE\n");
    }
    for event in found.iter().filter_map(event_of) {
        line(&event, everywhere, scene.unix_ms(), &mut text);
    }
    let mut printed = Printed::default();
    lay_out_table(&text, &mut Vec::new(), &mut printed.stdout);
    Ok(printed)
}

/// Models `eventTime`: what is sorted by.
fn seen(event: &Event) -> crate::api::Timestamp {
    last_seen(event).unwrap_or(event.last)
}

fn line(event: &Rc<Event>, everywhere: bool, now_unix_ms: i64, out: &mut String) {
    if everywhere {
        out.push_str(&event.namespace);
        out.push('\t');
    }
    let _ = writeln!(
        out,
        "{}\t{}\t{}\t{}/{}\t{}",
        age(event, now_unix_ms),
        event.kind(),
        event.reason,
        event.about_kind.name(),
        event.about_name,
        event.message.trim()
    );
}

/// `job/pi` as kind and name.
fn target_of(text: &str) -> Result<(&'static str, String), Failure> {
    let Some((word, name)) = text.split_once('/').filter(|(word, name)| !word.is_empty() && !name.is_empty()) else {
        return Err(Failure::Own("--for must be in resource/name form".to_owned()));
    };
    let resource = resources::find(word).map_err(Failure::Own)?;
    Ok((resource.kind, name.to_owned()))
}
