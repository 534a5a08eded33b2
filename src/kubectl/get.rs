//! Models `k8s.io/kubectl/pkg/cmd/get@v0.37.2`, so far `-o name` and `-o jsonpath=…`, which scripts
//! use to fill their variables.

use super::arguments::Arguments;
use super::delete::{Target, targets};
use super::json_path;
use super::{Printed, Session};
use crate::api::Object;
use serde_json::{Value, json};
use std::fmt::Write;

pub(super) fn get(session: &mut Session<'_>, arguments: &Arguments) -> Printed {
    let Some(output) = arguments.value("output") else { return Printed::default() };
    let mut listing = arguments.clone();
    // `get pods` means all of them, which for `delete` must be said.
    let is_list = arguments.words.len() == 2 && !arguments.words.iter().any(|word| word.contains('/'));
    if is_list {
        listing.switch_on("all");
    }
    let found = match targets(session.world, &listing) {
        Ok(found) => found,
        Err(printed) => return printed,
    };
    let value = |target: &Target| match session.world.store().get(target.oid) {
        Some(Object::Job(job)) => job.to_value(),
        Some(Object::Pod(pod)) => pod.to_value(),
        _ => Value::Null,
    };
    if output == "name" {
        let mut printed = Printed::default();
        for target in &found {
            // Writing to a String can't fail.
            let _ = writeln!(printed.stdout, "{}/{}", target.prefix, target.name);
        }
        return printed;
    }
    let Some(template) = output.strip_prefix("jsonpath=") else { return Printed::default() };
    let object = match found.as_slice() {
        [one] if !is_list => value(one),
        many => json!({"apiVersion": "v1", "kind": "List", "items": many.iter().map(value).collect::<Vec<_>>()}),
    };
    match json_path::render(template, &object) {
        Ok(text) => Printed::out(text),
        Err(error) => Printed::error(format!("error: error executing jsonpath \"{template}\": {error}\n")),
    }
}
