//! Models `k8s.io/kubectl/pkg/cmd/describe@v0.37.2` and `pkg/describe/describe.go`: an object in words, with its events.
//!
//! Leaves out: kinds that nobody meets beside Jobs, which get the generic description.

mod containers;
mod events;
mod generic;
mod kinds;
mod limits;
mod nodes;
mod volumes;
mod writer;

use super::Printed;
use super::builder::Wish;
use super::failure::{Failure, report};
use super::flags::Flags;
use super::items::Item;
use super::listing::list;
use super::look::View;
use super::scene::Scene;
use super::selection::{Selection, select};
use writer::Writer;

pub(super) use events::{age, last_seen};

const NOTHING: &str = "You must specify the type of resource to describe. Use \"kubectl api-resources\" for a complete list of supported resources.";

pub(super) fn describe(view: &View<'_>, flags: &Flags) -> Printed {
    if flags.words.is_empty() && flags.all("filename").is_empty() {
        return Printed::error(format!("error: {NOTHING}\n"));
    }
    let wish = Wish { nothing: NOTHING, ..Wish::of(flags, true) };
    let selection = match select(view.scene, view.folder, wish) {
        Ok(selection) => selection,
        Err(failure) => return Printed::error(report(&[failure])),
    };
    let mut printed = Printed { stderr: selection.warnings.clone(), ..Printed::default() };
    // `describe pod pi` means every Pod whose name begins so, if none is called that.
    if let ([Failure::Server("NotFound", _)], [_, prefix]) = (selection.errors.as_slice(), flags.words.as_slice()) {
        let found = beginning(view.scene, &selection, prefix);
        if found.is_empty() {
            printed.stderr.push_str(&report(&selection.errors));
            printed.code = 1;
        }
        for item in found {
            printed.stdout.push_str(&object(view.scene, &item, flags.is_on("show-events")));
            printed.stdout.push('\n');
        }
        return printed;
    }
    let several = selection.items.len() > 1 || !selection.errors.is_empty();
    let with_events = match flags.value("show-events") {
        Some(_) => flags.is_on("show-events"),
        None => !several,
    };
    for (place, item) in selection.items.iter().enumerate() {
        printed.stdout.push_str(if place == 0 { "" } else { "\n\n" });
        printed.stdout.push_str(&object(view.scene, item, with_events));
    }
    if selection.items.is_empty() && selection.errors.is_empty() {
        let everywhere = flags.is_on("all-namespaces");
        let place = if everywhere { String::new() } else { format!(" in {} namespace.", selection.namespace) };
        printed.stderr.push_str("No resources found");
        printed.stderr.push_str(&place);
        printed.stderr.push('\n');
    }
    printed.stderr.push_str(&report(&selection.errors));
    printed.code = i32::from(!selection.errors.is_empty());
    printed
}

fn beginning<'a>(scene: &'a dyn Scene, selection: &Selection<'a>, prefix: &str) -> Vec<Item<'a>> {
    let Some(resource) = selection.types.first() else { return Vec::new() };
    let all = list(scene, resource, &selection.namespace, None, None).unwrap_or_default();
    all.into_iter().filter(|item| item.name().starts_with(prefix)).collect()
}

/// One object in words.
pub(super) fn object(scene: &dyn Scene, item: &Item<'_>, with_events: bool) -> String {
    let value = item.value();
    let mut writer = Writer::new(scene.unix_ms());
    let describe = kinds::KINDS.iter().find(|(kind, _)| *kind == item.resource.kind).map(|(_, describe)| *describe);
    let tells_events = if let Some((describe, tells_events)) = describe {
        describe(&mut writer, scene, &value);
        tells_events
    } else {
        generic::describe(&mut writer, &value);
        true
    };
    if with_events && tells_events {
        events::describe(&mut writer, scene, item);
    }
    writer.finish()
}
