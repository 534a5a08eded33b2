//! Models `k8s.io/kubectl/pkg/cmd/get@v0.37.2`: tables, and objects in other formats.
//!
//! `-w` is in `watch.rs`, `--raw` in `raw.rs`.

use super::builder::Wish;
use super::failure::{Failure, report};
use super::flags::Flags;
use super::items::Item;
use super::json_path::{JsonPath, relaxed};
use super::look::View;
use super::output::Output;
use super::selection::{Selection, select};
use super::tables;
use super::text::{age_since, lay_out_table};
use super::{Printed, output, raw};
use crate::manifest::KindId;
use serde_json::Value;
use std::cmp::Ordering;
use std::fmt::Write;

/// How a table is to look.
#[derive(Debug, Clone, Default)]
pub(super) struct Style {
    pub wide: bool,
    /// `--server-print=false`: kubectl itself knows only what all objects have.
    pub generic: bool,
    pub no_headers: bool,
    pub with_kind: bool,
    pub with_namespace: bool,
    pub show_labels: bool,
    pub label_columns: Vec<String>,
}

impl Style {
    pub(super) fn of(flags: &Flags) -> Self {
        let columns = flags.all("label-columns");
        Self {
            wide: flags.value("output") == Some("wide"),
            generic: flags.has("server-print") && !flags.is_on("server-print"),
            no_headers: flags.is_on("no-headers"),
            with_kind: flags.is_on("show-kind"),
            with_namespace: flags.is_on("all-namespaces"),
            show_labels: flags.is_on("show-labels"),
            label_columns: columns.iter().flat_map(|text| text.split(',')).map(str::to_owned).collect(),
        }
    }

    /// The header's cells, parted by tabs.
    pub(super) fn header(&self, resource: &KindId) -> String {
        let mut header = String::new();
        if self.with_namespace && resource.namespaced {
            header.push_str("NAMESPACE\t");
        }
        if self.generic {
            header.push_str("NAME\tAGE");
        } else {
            header.push_str(&tables::header(resource.kind, self.wide));
        }
        for label in &self.label_columns {
            header.push('\t');
            header.push_str(&label.rsplit('/').next().unwrap_or(label).to_uppercase());
        }
        if self.show_labels {
            header.push_str("\tLABELS");
        }
        header.push('\n');
        header
    }

    /// An object's line, its cells parted by tabs.
    pub(super) fn line(&self, item: &Item<'_>, now_unix_ms: i64, out: &mut String) {
        if self.with_namespace && item.resource.namespaced {
            out.push_str(item.namespace());
            out.push('\t');
        }
        let prefix = if self.with_kind { format!("{}/", item.resource.singular()) } else { String::new() };
        if self.generic {
            let _ = write!(out, "{prefix}{}\t{}", item.name(), age_since(item.created(), now_unix_ms));
        } else {
            tables::row(item, &prefix, self.wide, now_unix_ms, out);
        }
        if !self.label_columns.is_empty() || self.show_labels {
            let labels = item.labels();
            for label in &self.label_columns {
                out.push('\t');
                out.push_str(labels.get(label).map_or("", String::as_str));
            }
            if self.show_labels {
                let pairs: Vec<String> = labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
                out.push('\t');
                out.push_str(if pairs.is_empty() { "<none>" } else { "" });
                out.push_str(&pairs.join(","));
            }
        }
        out.push('\n');
    }
}

pub(super) fn get(view: &View<'_>, flags: &Flags) -> Printed {
    if let Some(path) = flags.value("raw").filter(|path| !path.is_empty()) {
        return raw::get(view, flags, path);
    }
    match prepare(flags).and_then(|()| try_get(view, flags)) {
        Ok(printed) | Err(printed) => printed,
    }
}

/// What is wrong before anything is looked for.
pub(super) fn prepare(flags: &Flags) -> Result<(), Printed> {
    if flags.words.is_empty() && flags.all("filename").is_empty() {
        return Err(Printed::error(
            "You must specify the type of resource to get. Use \"kubectl api-resources\" for a complete list of supported resources.\n\n\
             error: Required resource not specified.\n\
             Use \"kubectl explain <resource>\" for a detailed description of that resource (e.g. kubectl explain pods).\n\
             See 'kubectl get -h' for help and examples\n",
        ));
    }
    refuse_flags(flags)
}

/// Which flags don't go together. Models `Validate`.
pub(super) fn refuse_flags(flags: &Flags) -> Result<(), Printed> {
    let format = flags.value("output").unwrap_or("");
    if flags.is_on("show-labels") && !matches!(format, "" | "wide") {
        return Err(Printed::error(format!("error: --show-labels option cannot be used with {format} printer\n")));
    }
    if !flags.all("label-columns").is_empty() && format.starts_with("custom-columns") {
        return Err(Printed::error(format!("error: --label-columns option cannot be used with {format} printer\n")));
    }
    if flags.is_on("output-watch-events") && !flags.is_on("watch") && !flags.is_on("watch-only") {
        return Err(Printed::error(
            "error: --output-watch-events option can only be used with --watch or --watch-only\n",
        ));
    }
    Ok(())
}

fn try_get(view: &View<'_>, flags: &Flags) -> Result<Printed, Printed> {
    let mut selection = select(view.scene, view.folder, Wish::of(flags, true)).map_err(Failure::printed)?;
    if let Some(name) = flags.value("subresource").filter(|name| !name.is_empty()) {
        subresource(name, &selection).map_err(Failure::printed)?;
    }
    let ignores = flags.is_on("ignore-not-found");
    if ignores {
        selection.errors.retain(|failure| !failure.is_not_found());
    }
    let mut printed = Printed { stderr: selection.warnings.clone(), ..Printed::default() };
    let output = Output::of(flags, output::GET);
    let human = matches!(output, Ok(Output::Table));
    // kubectl would sort the tables themselves, in which it finds no such field.
    let tables = if selection.lists { selection.types.len() } else { selection.items.len() };
    let unsortable = flags.value("sort-by").filter(|path| !path.is_empty() && human && tables > 1);
    let result = if let Some(path) = unsortable {
        relaxed(path).and_then(|path| Err(missing_field(&path))).map_err(Failure::Own)
    } else if human {
        table(view, flags, &selection, ignores, &mut printed);
        Ok(())
    } else {
        objects(flags, &mut selection, output, ignores, &mut printed)
    };
    let errors = match result {
        Ok(()) => selection.errors,
        Err(failure) => vec![failure],
    };
    printed.stderr.push_str(&report(&errors));
    printed.code = i32::from(!errors.is_empty());
    Ok(printed)
}

/// Which parts of an object the server serves apart.
fn subresource(name: &str, selection: &Selection<'_>) -> Result<(), Failure> {
    if selection.lists {
        return Err(Failure::Own("subresource cannot be used when bulk resources are specified".to_owned()));
    }
    let has = |resource: &KindId| match name {
        "status" => super::resources::has_status(resource),
        "scale" => matches!(resource.kind, "Deployment" | "ReplicaSet" | "StatefulSet" | "ReplicationController"),
        _ => false,
    };
    if selection.types.iter().all(|resource| has(resource)) {
        Ok(())
    } else {
        Err(Failure::Server("NotFound", "the server could not find the requested resource".to_owned()))
    }
}

fn table(view: &View<'_>, flags: &Flags, selection: &Selection<'_>, ignores: bool, printed: &mut Printed) {
    let now_unix_ms = view.scene.unix_ms();
    let mut style = Style::of(flags);
    let mut kinds: Vec<&KindId> = Vec::new();
    for item in &selection.items {
        if !kinds.contains(&item.resource) {
            kinds.push(item.resource);
        }
    }
    // Of lists every type counts that was asked for, even if there is nothing of it.
    style.with_kind |= kinds.len() > 1 || (selection.lists && selection.types.len() > 1);
    let sort = flags.value("sort-by").filter(|path| !path.is_empty()).and_then(|path| relaxed(path).ok());
    let mut start = 0;
    while let Some(first) = selection.items.get(start) {
        let rest = selection.items.get(start..).unwrap_or(&[]);
        let length = rest.iter().take_while(|item| item.resource == first.resource).count();
        let mut items: Vec<&Item<'_>> = rest.iter().take(length).collect();
        start += length;
        if let Some(path) = &sort
            && sort_items(&mut items, path).is_err()
        {
            // kubectl passes over what its printer says here.
            continue;
        }
        if !printed.stdout.is_empty() && !style.no_headers {
            printed.stdout.push('\n');
        }
        let mut text = if style.no_headers { String::new() } else { style.header(first.resource) };
        for item in items {
            style.line(item, now_unix_ms, &mut text);
        }
        lay_out_table(&text, &mut Vec::new(), &mut printed.stdout);
    }
    if printed.stdout.is_empty() && !ignores && selection.errors.is_empty() {
        let namespaced = selection.types.iter().all(|resource| resource.namespaced);
        if selection.namespace.is_empty() || !namespaced {
            printed.stderr.push_str("No resources found\n");
        } else {
            let _ = writeln!(printed.stderr, "No resources found in {} namespace.", selection.namespace);
        }
    }
}

fn objects(
    flags: &Flags,
    selection: &mut Selection<'_>,
    output: Result<Output, Failure>,
    ignores: bool,
    printed: &mut Printed,
) -> Result<(), Failure> {
    if selection.single && !selection.errors.is_empty() {
        return Err(selection.errors.remove(0));
    }
    if selection.items.is_empty() && ignores {
        return Ok(());
    }
    let output = output?;
    sort(selection, flags)?;
    if let Output::Name = output {
        for item in &selection.items {
            let _ = writeln!(printed.stdout, "{}/{}", item.resource.singular(), item.name());
        }
        return Ok(());
    }
    let mut values: Vec<Value> = selection.items.iter().map(Item::value).collect();
    let single = selection.single && values.len() == 1;
    let value = match values.pop() {
        Some(one) if single => one,
        last => {
            values.extend(last);
            output::list(&values)
        }
    };
    printed.stdout.push_str(&output.render(&value, flags)?);
    Ok(())
}

/// Sorts a list as `--sort-by` says.
pub(super) fn sort(selection: &mut Selection<'_>, flags: &Flags) -> Result<(), Failure> {
    let several = !selection.single && !selection.items.is_empty();
    if let Some(path) = flags.value("sort-by").filter(|path| !path.is_empty() && several) {
        let mut items: Vec<&Item<'_>> = selection.items.iter().collect();
        relaxed(path).and_then(|path| sort_items(&mut items, &path)).map_err(Failure::Own)?;
        selection.items = items.into_iter().cloned().collect();
    }
    Ok(())
}

fn sort_items(items: &mut Vec<&Item<'_>>, path: &str) -> Result<(), String> {
    let values = items.iter().map(|item| item.value()).collect::<Vec<_>>();
    let order = sorted_order(&values, path)?;
    *items = order.into_iter().filter_map(|place| items.get(place).copied()).collect();
    Ok(())
}

fn missing_field(path: &str) -> String {
    format!("couldn't find any field with path \"{path}\" in the list of objects")
}

/// Models `SortObjects`: objects without the field come first.
fn sorted_order(values: &[Value], path: &str) -> Result<Vec<usize>, String> {
    let parsed = JsonPath::parse(path)?;
    let mut keys = Vec::new();
    for value in values {
        let found = parsed.find(value)?;
        keys.push(found.into_iter().next().and_then(|part| part.into_iter().next()));
    }
    if keys.iter().all(Option::is_none) {
        return Err(missing_field(path));
    }
    let key = |place: usize| keys.get(place).and_then(Option::as_deref);
    Ok(crate::go::sort::places(values.len(), &|a, b| match (key(a), key(b)) {
        (Some(a), Some(b)) => compare(a, b),
        (a, b) => a.is_some().cmp(&b.is_some()),
    }))
}

fn compare(a: &Value, b: &Value) -> Ordering {
    use crate::api::Quantity;
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a.as_i64().cmp(&b.as_i64()),
        (Value::String(a), Value::String(b)) => match (Quantity::parse(a), Quantity::parse(b)) {
            (Ok(a), Ok(b)) => a.milli().cmp(&b.milli()),
            _ => a.cmp(b),
        },
        (Value::Array(a), Value::Array(b)) => {
            let pairs = a.iter().zip(b);
            pairs.map(|(a, b)| compare(a, b)).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
        }
        _ => Ordering::Equal,
    }
}
