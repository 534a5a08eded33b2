//! Models `k8s.io/kubectl/pkg/cmd/events@v0.37.2`: the events in the order of time (`-w` is in `watch.rs`).

use super::Printed;
use super::builder;
use super::describe::{age, last_seen};
use super::failure::{Failure, report};
use super::flags::Flags;
use super::items::{Item, Thing};
use super::look::View;
use super::output::{ACT, Output, list as list_of};
use super::text::lay_out_table;
use super::{resources, scene::Scene};
use crate::api::{Event, Object};
use crate::cluster::Oid;
use serde_json::Value;
use std::fmt::Write;
use std::rc::Rc;

pub(super) fn events(view: &View<'_>, flags: &Flags) -> Printed {
    match try_events(view.scene, flags) {
        Ok(printed) => printed,
        Err(failure) => Printed::error(report(&[failure])),
    }
}

/// Which events a command line asks for.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    types: Vec<String>,
    target: Option<(&'static str, String)>,
    /// Empty for all.
    namespace: Rc<str>,
}

impl Wanted {
    /// Reads a command line.
    ///
    /// # Errors
    /// If it names a type or an object that there can't be.
    pub(super) fn of(scene: &dyn Scene, flags: &Flags) -> Result<Self, Failure> {
        let types: Vec<String> =
            flags.all("types").iter().flat_map(|text| text.split(',')).map(str::to_owned).collect();
        if !types.iter().all(|word| ["Normal", "Warning"].iter().any(|name| name.eq_ignore_ascii_case(word))) {
            return Err(Failure::Own("valid --types are Normal or Warning".to_owned()));
        }
        let target = flags.value("for").filter(|target| !target.is_empty()).map(target_of).transpose()?;
        Ok(Self { types, target, namespace: builder::namespace_of(flags, scene.namespace()) })
    }

    /// The object as an event, if it is one that is asked for.
    pub(super) fn item<'a>(&self, oid: Oid, object: &'a Object) -> Option<Item<'a>> {
        let (Object::Event(event), Some(resource)) = (object, resources::of_kind("Event")) else { return None };
        let here = self.namespace.is_empty() || *event.namespace == *self.namespace;
        let typed = self.types.is_empty() || self.types.iter().any(|name| name.eq_ignore_ascii_case(event.kind()));
        let about = |(kind, name): &(&str, String)| event.about_kind.name() == *kind && *event.about_name == **name;
        let meant = here && typed && self.target.as_ref().is_none_or(about);
        meant.then_some(Item { resource, thing: Thing::Stored(oid, object) })
    }
}

fn try_events(scene: &dyn Scene, flags: &Flags) -> Result<Printed, Failure> {
    let wanted = Wanted::of(scene, flags)?;
    let output = Output::of(flags, ACT)?;
    let mut found: Vec<Item<'_>> = scene.objects().filter_map(|(oid, object)| wanted.item(oid, object)).collect();
    if found.is_empty() {
        let namespace = &wanted.namespace;
        let place = if namespace.is_empty() { String::new() } else { format!(" in {namespace} namespace") };
        return Ok(Printed { stderr: format!("No events found{place}.\n"), ..Printed::default() });
    }
    // What falls into one instant stays in the list's order: Go's sort is stable as long as there are few.
    found.sort_by_cached_key(|item| (item.namespace().to_owned(), item.name().into_owned()));
    found.sort_by_key(|item| event_of(item).map(|event| seen_ns(event)));
    // kubectl's own list has no kind to print a name with.
    if output == Output::Name {
        return Ok(Printed::default());
    }
    if output != Output::Table {
        let mut value = list_of(&found.iter().map(Item::value).collect::<Vec<_>>());
        if let Some(fields) = value.as_object_mut() {
            fields.insert("kind".to_owned(), "EventList".into());
            fields.insert("metadata".to_owned(), Value::Object(serde_json::Map::new()));
        }
        return Ok(Printed::out(output.render_as(&value, &|value| ordered(value, ""), flags)?));
    }
    let everywhere = flags.is_on("all-namespaces");
    let mut text = String::new();
    if !flags.is_on("no-headers") {
        header(everywhere, &mut text);
    }
    for item in &found {
        line(item, everywhere, scene.unix_ms(), &mut text);
    }
    let mut printed = Printed::default();
    lay_out_table(&text, &mut Vec::new(), &mut printed.stdout);
    Ok(printed)
}

/// A typed list as Go writes it: the fields as their structs declare them.
fn ordered(value: &Value, field: &str) -> Value {
    const ORDERS: [(&str, &str); 4] = [
        (
            "",
            "kind apiVersion metadata items involvedObject reason message source firstTimestamp lastTimestamp count type \
             eventTime series action related reportingComponent reportingInstance",
        ),
        ("metadata", "name generateName namespace uid resourceVersion creationTimestamp"),
        ("involvedObject", "kind namespace name uid apiVersion resourceVersion fieldPath"),
        ("source", "component host"),
    ];
    let order = ORDERS.iter().find(|(name, _)| *name == field).map_or("", |(_, order)| order);
    match value {
        Value::Array(items) => Value::Array(items.iter().map(|item| ordered(item, "")).collect()),
        Value::Object(fields) => {
            let known = order.split_whitespace().filter_map(|name| Some((name.to_owned(), fields.get(name)?)));
            let others = fields.iter().filter(|(name, _)| !order.split_whitespace().any(|known| known == **name));
            let all = known.chain(others.map(|(name, value)| (name.clone(), value)));
            all.map(|(name, value)| (name.clone(), ordered(value, &name))).collect::<serde_json::Map<_, _>>().into()
        }
        other => other.clone(),
    }
}

fn event_of<'a>(item: &Item<'a>) -> Option<&'a Rc<Event>> {
    if let Some((_, Object::Event(event))) = item.stored() { Some(event) } else { None }
}

/// Models `eventTime`: what is sorted by, in nanoseconds. Whole seconds, but for those who report through the newer API.
fn seen_ns(event: &Event) -> i128 {
    last_seen(event).map_or(i128::from(event.stamp), |last| i128::from(last.unix_ms()) * 1_000_000)
}

/// The header's cells, parted by tabs.
pub(super) fn header(everywhere: bool, out: &mut String) {
    out.push_str(if everywhere { "NAMESPACE\t" } else { "" });
    out.push_str("LAST SEEN\tTYPE\tREASON\tOBJECT\tMESSAGE\n");
}

/// An event's line, its cells parted by tabs.
pub(super) fn line(item: &Item<'_>, everywhere: bool, now_unix_ms: i64, out: &mut String) {
    let Some(event) = event_of(item) else { return };
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
    let resource = resources::find(word).map_err(Failure::Whole)?;
    Ok((resource.kind, name.to_owned()))
}
