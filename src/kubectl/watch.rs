//! Models `k8s.io/kubectl/pkg/cmd/get@v0.37.2`, `watch`, and `pkg/cmd/events@v0.37.2`, `runWatch`: what there is, and
//! then something for every change of it, until somebody ends it.
//!
//! A watch reads the run's own log of changes, so its lines come at their instants, and once: after the playhead went
//! back they come again only from a fork on.
//!
//! Leaves out: the managed fields, which `--output-watch-events` doesn't hide.

use super::Printed;
use super::builder::Wish;
use super::events::{self, Wanted};
use super::failure::{Failure, report};
use super::flags::Flags;
use super::get::{self, Style};
use super::items::Item;
use super::listing::Filter;
use super::live::Turn;
use super::look::View;
use super::output::{ACT, GET, Output, custom_table};
use super::scene::Scene;
use super::selection::{Selection, select};
use super::text::{Remembered, keys_sorted, lay_out_table};
use crate::api::Object;
use crate::cluster::{Change, Oid};
use crate::manifest;
use crate::manifest::KindId;
use crate::timeline::Timeline;
use serde_json::json;

/// A command under way.
#[derive(Debug, Clone)]
pub(super) struct Watch {
    meant: Meant,
    printer: Printer,
    /// What it prints when it begins.
    first: Printed,
    /// How many changes of the run it has looked at, and how often the run had been forked then.
    position: usize,
    forks: u32,
    /// When the server ends it: `--request-timeout`.
    until_ms: Option<u64>,
}

#[derive(Debug, Clone)]
enum Meant {
    Objects(Box<Filter>),
    Events(Wanted),
}

impl Meant {
    fn item<'a>(&self, oid: Oid, object: &'a Object) -> Option<Item<'a>> {
        match self {
            Self::Objects(filter) => filter.item(oid, object),
            Self::Events(wanted) => wanted.item(oid, object),
        }
    }

    /// What a watcher of the API learns of a change. One that begins or ends to be meant comes or goes.
    fn notice<'a>(&self, change: &'a Change) -> Option<(Notice, Item<'a>)> {
        let item = |object: Option<&'a Object>| self.item(change.oid, object?);
        match (item(change.before.as_ref()), item(change.after.as_ref())) {
            (None, None) => None,
            (None, Some(after)) => Some((Notice::Added, after)),
            (Some(_), Some(after)) => Some((Notice::Modified, after)),
            (Some(before), None) => Some((Notice::Deleted, before)),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Notice {
    Added,
    Modified,
    Deleted,
}

impl Notice {
    /// What stands before a table's line. Models `formatEventType`.
    fn cell(self) -> &'static str {
        match self {
            Self::Added => "ADDED   \t",
            Self::Modified => "MODIFIED\t",
            Self::Deleted => "DELETED \t",
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Added => "ADDED",
            Self::Modified => "MODIFIED",
            Self::Deleted => "DELETED",
        }
    }
}

/// Whether a command line asks for a watch.
pub(super) fn is_wanted(flags: &Flags) -> bool {
    flags.is_on("watch") || flags.is_on("watch-only")
}

/// Begins `kubectl get -w`.
pub(super) fn get(timeline: &Timeline, view: &View<'_>, flags: &Flags) -> Result<Watch, Printed> {
    get::refuse_flags(flags)?;
    let mut selection = select(view.scene, view.folder, Wish::of(flags, true)).map_err(Failure::printed)?;
    if selection.types.len() > 1 {
        return Err(Failure::Own("you may only specify a single resource type".to_owned()).printed());
    }
    if !selection.errors.is_empty() {
        let failure = selection.errors.remove(0);
        let ignored = failure.is_not_found() && flags.is_on("ignore-not-found");
        return Err(if ignored { Printed::default() } else { failure.printed() });
    }
    let mut printer = Printer::new(Output::of(flags, GET).map_err(Failure::printed)?, flags);
    let mut first = Printed { stderr: selection.warnings.clone(), ..Printed::default() };
    if flags.value("sort-by").is_some_and(|path| !path.is_empty()) {
        first.stderr.push_str(if flags.is_on("watch") {
            "warning: --watch requested, --sort-by will be ignored for watch events received\n"
        } else {
            "warning: --watch-only requested, --sort-by will be ignored\n"
        });
        get::sort(&mut selection, flags).map_err(Failure::printed)?;
    }
    if !flags.is_on("watch-only") {
        let items: Vec<_> = selection.items.iter().map(|item| (Notice::Added, item)).collect();
        printer.print(&items, view.scene.unix_ms(), &mut first.stdout).map_err(Failure::printed)?;
    }
    let Some(filter) = filter(&selection, flags).map_err(Failure::printed)? else {
        let refusal = "you may only watch a single resource or type of resource at a time";
        first.stderr.push_str(&report(&[Failure::Own(refusal.to_owned())]));
        return Err(Printed { code: 1, ..first });
    };
    Ok(Watch::new(timeline, Meant::Objects(Box::new(filter)), printer, first, flags))
}

/// What the server is asked to watch: a list, or one object by its name.
fn filter(selection: &Selection<'_>, flags: &Flags) -> Result<Option<Filter>, Failure> {
    let text = |name: &str| flags.value(name).map(str::trim).filter(|text| !text.is_empty());
    match (selection.types.first(), selection.items.as_slice()) {
        (Some(resource), _) if selection.lists => {
            Filter::new(resource, &selection.namespace, text("selector"), text("field-selector")).map(Some)
        }
        (_, [item]) => {
            let mut filter = Filter::new(item.resource, item.namespace(), None, None)?;
            filter.name = Some(item.name().into_owned());
            Ok(Some(filter))
        }
        _ => Ok(None),
    }
}

/// Begins `kubectl events -w`. It asks for no list first: the server tells of what there is as if it just came.
pub(super) fn events(timeline: &Timeline, flags: &Flags) -> Result<Watch, Printed> {
    let output = Output::of(flags, ACT).map_err(Failure::printed)?;
    let wanted = Wanted::of(timeline, flags).map_err(Failure::printed)?;
    let mut printer = Printer::new(output, flags);
    if let Shape::Table { of_events, .. } = &mut printer.shape {
        *of_events = true;
    }
    let mut found: Vec<Item<'_>> = timeline.objects().filter_map(|(oid, object)| wanted.item(oid, object)).collect();
    found.sort_by_cached_key(|item| (item.namespace().to_owned(), item.name().into_owned()));
    let mut first = Printed::default();
    for item in &found {
        printer.print(&[(Notice::Added, item)], timeline.unix_ms(), &mut first.stdout).map_err(Failure::printed)?;
    }
    Ok(Watch::new(timeline, Meant::Events(wanted), printer, first, flags))
}

impl Watch {
    fn new(timeline: &Timeline, meant: Meant, printer: Printer, first: Printed, flags: &Flags) -> Self {
        let timeout_ms = flags.value("request-timeout").and_then(request_timeout_ms).filter(|ms| *ms > 0);
        Self {
            meant,
            printer,
            first,
            position: timeline.position(),
            forks: timeline.forks().count,
            until_ms: timeout_ms.map(|ms| timeline.now_ms() + ms),
        }
    }

    pub(super) fn turn(&mut self, timeline: &Timeline) -> Turn {
        let Printed { stdout, stderr, .. } = std::mem::take(&mut self.first);
        let mut turn = Turn { stdout, stderr, until_ms: self.until_ms, ..Turn::default() };
        self.forked(timeline);
        let news = timeline.log().get(self.position..timeline.position()).unwrap_or(&[]);
        self.position = self.position.max(timeline.position());
        for change in news {
            let Some((notice, item)) = self.meant.notice(change) else { continue };
            // Old events are deleted; that isn't told.
            if notice == Notice::Deleted && matches!(self.meant, Meant::Events(_)) {
                continue;
            }
            let unix_ms = timeline.world().store().unix_ms(change.at_ms);
            if self.printer.print(&[(notice, &item)], unix_ms, &mut turn.stdout).is_err() {
                turn.code = Some(0);
                return turn;
            }
        }
        turn.code = self.until_ms.filter(|until_ms| timeline.now_ms() >= *until_ms).map(|_| 0);
        turn
    }

    /// What it saw of a future that was dropped is to come again.
    pub(super) fn forked(&mut self, timeline: &Timeline) {
        let forks = timeline.forks();
        if forks.count != self.forks {
            self.forks = forks.count;
            self.position = self.position.min(forks.position);
        }
    }
}

/// `2s`, or a number of seconds. Models `ParseTimeout`.
fn request_timeout_ms(text: &str) -> Option<u64> {
    let seconds = text.parse::<u64>().ok().map(|seconds| seconds.saturating_mul(1_000));
    seconds.or_else(|| u64::try_from(super::flags::parse_duration(text).ok()?).ok())
}

/// Prints one object after another, remembering the columns' widths.
#[derive(Debug, Clone)]
struct Printer {
    shape: Shape,
    flags: Flags,
    /// Whether the kind of change stands before the object.
    with_notices: bool,
    no_headers: bool,
    headed: bool,
    widths: Remembered,
}

#[derive(Debug, Clone)]
enum Shape {
    Table { style: Box<Style>, of_events: bool },
    Other(Output),
}

impl Printer {
    fn new(output: Output, flags: &Flags) -> Self {
        let shape = match output {
            Output::Table => Shape::Table { style: Box::new(Style::of(flags)), of_events: false },
            other => Shape::Other(other),
        };
        Self {
            shape,
            flags: flags.clone(),
            with_notices: flags.is_on("output-watch-events"),
            no_headers: flags.is_on("no-headers"),
            headed: false,
            widths: Remembered::new(),
        }
    }

    fn print(&mut self, items: &[(Notice, &Item<'_>)], now_unix_ms: i64, out: &mut String) -> Result<(), Failure> {
        let mut text = String::new();
        match &self.shape {
            Shape::Table { style, of_events } => {
                if let Some((_, first)) = items.first().filter(|_| !self.headed && !self.no_headers) {
                    self.table_header(style, *of_events, first.resource, &mut text);
                }
                for (notice, item) in items {
                    if *of_events {
                        events::line(item, style.with_namespace, now_unix_ms, &mut text);
                        continue;
                    }
                    if self.with_notices {
                        text.push_str(notice.cell());
                    }
                    style.line(item, now_unix_ms, &mut text);
                }
                self.headed |= !items.is_empty();
            }
            Shape::Other(output) => {
                for (notice, item) in items {
                    text.push_str(&self.object(output, *notice, item)?);
                    self.headed = true;
                }
            }
        }
        // All that a watch prints goes through the writer of columns.
        if text.contains('\t') {
            lay_out_table(&text, &mut self.widths, out);
        } else {
            out.push_str(&text);
        }
        Ok(())
    }

    fn table_header(&self, style: &Style, of_events: bool, resource: &KindId, text: &mut String) {
        if of_events {
            return events::header(style.with_namespace, text);
        }
        text.push_str(if self.with_notices { "EVENT\t" } else { "" });
        text.push_str(&style.header(resource));
    }

    fn object(&self, output: &Output, notice: Notice, item: &Item<'_>) -> Result<String, Failure> {
        let mut value = item.value();
        if let Output::Name = output {
            return Ok(format!("{}/{}\n", item.resource.singular(), item.name()));
        }
        if self.with_notices {
            value = json!({"type": notice.name(), "object": keys_sorted(value)});
        }
        match output {
            // A watch event is written by another hand, on one line.
            Output::Json if self.with_notices => Ok(manifest::json_text(&value) + "\n"),
            Output::Columns(columns) => custom_table(&value, columns, self.no_headers || self.headed),
            Output::Yaml if self.headed => Ok(format!("---\n{}", output.render(&value, &self.flags)?)),
            _ => output.render(&value, &self.flags),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::prompt::tests::{answer, shown, started};

    #[test]
    fn a_watch_prints_changes_at_their_instants() {
        let (mut timeline, mut prompt) = started();
        prompt.enter(&mut timeline, "kubectl get job pi -w");
        prompt.seek(&mut timeline, 60_000);
        let pieces = prompt.take_printed();
        let text: String = pieces.iter().map(|piece| piece.text.as_str()).collect();
        let states: Vec<&str> = text.lines().filter_map(|line| line.split_whitespace().nth(1)).collect();
        assert_eq!(states.first(), Some(&"STATUS"), "{text}");
        assert_eq!(states.last(), Some(&"Complete"), "{text}");
        assert!(pieces.len() > 3 && pieces.windows(2).all(|pair| pair[1].at_ms > pair[0].at_ms), "{pieces:?}");
        // It goes on until somebody ends it.
        assert!(prompt.is_busy());
        prompt.interrupt(&mut timeline);
        assert_eq!((prompt.is_busy(), prompt.code()), (false, 130));
    }

    #[test]
    fn a_watch_tells_nothing_twice_unless_the_run_is_forked() {
        let (mut timeline, mut prompt) = started();
        prompt.enter(&mut timeline, "kubectl get pods -w -o name &");
        prompt.seek(&mut timeline, 60_000);
        let lines = shown(&mut prompt).lines().count();
        // Going back and forth brings nothing new …
        timeline.seek(2_000);
        prompt.seek(&mut timeline, 60_000);
        assert_eq!(shown(&mut prompt), "");
        // … but another future does, and what was before the fork stays told.
        timeline.seek(2_000);
        prompt.enter(&mut timeline, "kubectl delete job pi");
        prompt.seek(&mut timeline, 90_000);
        let again = shown(&mut prompt);
        let news = again.lines().filter(|line| line.starts_with("pod/")).count();
        assert!((1..lines).contains(&news), "{news} of {lines}: {again}");
    }

    #[test]
    fn a_watch_sees_objects_begin_and_end_to_be_meant() {
        let (mut timeline, mut prompt) = started();
        let line = "kubectl get pods -w --output-watch-events --field-selector status.phase=Running --no-headers &";
        prompt.enter(&mut timeline, line);
        prompt.seek(&mut timeline, 60_000);
        let text = shown(&mut prompt);
        let notices: Vec<&str> = text.lines().filter_map(|line| line.split_whitespace().next()).collect();
        assert_eq!(notices, ["ADDED", "MODIFIED", "DELETED"], "{text}");
    }

    #[test]
    fn a_watch_of_one_type_only() {
        let (mut timeline, mut prompt) = started();
        let mut say = |line: &str| answer(&mut timeline, &mut prompt, line);
        assert_eq!(say("kubectl get jobs,pods -w"), "error: you may only specify a single resource type\n");
        assert_eq!(say("kubectl get job nada -w"), "Error from server (NotFound): jobs.batch \"nada\" not found\n");
        assert_eq!(say("kubectl get cj -w --request-timeout=2s; echo $?"), "0\n");
        assert!(say("timeout 3 kubectl events -w --for job/pi").starts_with("LAST SEEN   TYPE     REASON"));
    }
}
