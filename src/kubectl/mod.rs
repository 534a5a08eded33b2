//! kubectl: what its commands print, and what they ask of the API server.
//!
//! Models `k8s.io/kubectl/pkg/cmd@v0.37.2`. Commands that only look read a [`Scene`]; those that act ask the world.

mod about;
mod alias;
mod ask;
mod at_once;
mod builder;
mod change;
pub mod columns;
mod complete;
mod delete;
mod describe;
mod diff;
mod edit;
mod events;
mod explain;
mod expose;
mod failure;
mod field_selector;
mod flag_tables;
mod flags;
mod folder;
mod furniture;
mod get;
mod go_template;
mod intervene;
mod items;
mod json_path;
mod label_selector;
mod last_applied;
mod listing;
mod live;
mod local;
mod logs;
mod look;
mod make;
pub mod manual;
mod marks;
mod nodes;
mod options;
mod output;
mod patch;
mod pods_of;
mod programs;
mod prompt;
mod raw;
mod refused;
mod resources;
mod scale;
mod scene;
mod selection;
mod served;
mod set;
mod set_env;
mod tables;
mod targets;
mod text;
mod tool;
mod usage;
mod wait;
mod watch;
mod write;

pub use at_once::run_line;
pub use change::refusal_over;
pub use complete::complete;
pub use folder::Folder;
pub use intervene::intervene;
pub use programs::Written;
pub use prompt::{Piece, Prompt};
pub use scene::Scene;
pub use tool::{Kubectl, Shell};
pub use write::{Applied, apply_text};

use crate::api::Object;
use crate::cluster::Oid;
use crate::manifest;
use crate::world::World;
use flags::Flags;
use options::Way;
use serde_json::Value;
use std::rc::Rc;

/// The resources that a command line may name, for completion.
fn resource_words() -> Vec<String> {
    manifest::served().map(|kind| kind.plural.to_owned()).chain(["all".to_owned()]).collect()
}

/// What a command printed, and its exit code.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Printed {
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
    /// 0 if all went well.
    pub code: i32,
}

impl Printed {
    fn out(stdout: impl Into<String>) -> Self {
        Self { stdout: stdout.into(), ..Self::default() }
    }

    fn error(stderr: impl Into<String>) -> Self {
        Self::failed_with(1, stderr)
    }

    fn failed_with(code: i32, stderr: impl Into<String>) -> Self {
        Self { stderr: stderr.into(), code, ..Self::default() }
    }
}

/// The object as the API shows it, keys sorted and empty fields left out.
pub fn object_value(world: &World, oid: Oid) -> Option<Value> {
    as_value(world.store().get(oid)?)
}

/// See [`object_value`].
pub fn as_value(object: &Object) -> Option<Value> {
    let value = match object {
        Object::Job(job) => job.to_value(),
        Object::Pod(pod) => pod.to_value(),
        Object::Other(other) => other.to_value(),
        Object::Event(_) | Object::Node(_) => return None,
    };
    let kind = match object {
        Object::Other(other) => other.kind.as_str(),
        _ => object.kind().name(),
    };
    let api_version = value.get("apiVersion").and_then(Value::as_str).unwrap_or("").to_owned();
    let known = manifest::served().find(|known| known.kind == kind && known.api_version() == api_version);
    Some(known.map_or(value.clone(), |known| manifest::answer_object(&value, &known)))
}

/// How a command is doing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// It has ended.
    Done(Printed),
    /// It waits, and is asked again; what it printed so far.
    Waits(Printed),
}

/// What a command works on.
pub(crate) struct Session<'a> {
    pub world: &'a mut World,
    /// What it may read.
    pub folder: Folder<'a>,
    /// Whether the command was begun before and is asked again.
    pub again: bool,
}

/// What can be answered by looking: also help, and what kubectl says to a line that names no command of its.
pub(crate) fn look_at(scene: &dyn Scene, folder: Folder<'_>, argv: &[Rc<str>]) -> Option<Printed> {
    let call = match usage::call(argv) {
        Ok(Some(call)) => call,
        Ok(None) => return Some(usage::bare(argv)),
        Err(printed) => return Some(printed),
    };
    if usage::asks_for_help(&call.argv) {
        return Some(usage::help(&call.command));
    }
    if let Some(printed) = usage::about_itself(&call) {
        return Some(printed);
    }
    if let Some(printed) = usage::needs_command(&call)
        .or_else(|| usage::unknown_context(&call.argv))
        .or_else(|| usage::bad_timeout(&call.argv))
    {
        return Some(printed);
    }
    look::look(&look::View { scene, folder }, &call.command, &call.argv)
}

/// Runs a command of kubectl; `argv` is without the program's name.
pub(crate) fn execute(session: &mut Session<'_>, argv: &[Rc<str>]) -> Progress {
    if let Some(printed) = look_at(session.world, session.folder, argv) {
        return Progress::Done(printed);
    }
    let Ok(Some(call)) = usage::call(argv) else { return Progress::Done(Printed::default()) };
    if let Some(command) = make::command(&call.command) {
        return Progress::Done(make::run(session.world, session.folder, command, &call.argv));
    }
    act(session, &call)
}

/// The commands that act on objects that are there already, or are in files.
fn act(session: &mut Session<'_>, call: &usage::Call) -> Progress {
    let Some(command) = flags::acting(&call.command) else {
        return Progress::Done(usage::not_simulated(&call.command));
    };
    let flags = match Flags::parse(command, &call.argv) {
        Ok(flags) => flags,
        Err(printed) => return Progress::Done(printed),
    };
    match command {
        "delete" => delete::delete(session, &flags),
        "drain" => nodes::drain(session, &flags),
        "replace" => delete::replace(session, &flags),
        other => Progress::Done(act_at_once(session, other, &flags)),
    }
}

fn act_at_once(session: &mut Session<'_>, command: &'static str, flags: &Flags) -> Printed {
    match command {
        "cordon" => nodes::cordon(session, flags, true),
        "uncordon" => nodes::cordon(session, flags, false),
        "apply" => write::write(session, flags, Way::Apply),
        "apply view-last-applied" => last_applied::view(session, flags),
        "create" => write::write(session, flags, Way::Create),
        "label" | "annotate" => marks::mark(session, flags, command),
        "set image" | "set env" | "set resources" | "set serviceaccount" => {
            set::set(session, flags, command.strip_prefix("set ").unwrap_or(command))
        }
        // Who holds the prompt has an editor; nobody else has.
        "set selector" => set::selector(flags),
        "edit" => Printed::error("error: unable to launch the editor \"vi\"\n"),
        "diff" => diff::diff(session, flags),
        "expose" => expose::expose(session, flags),
        "autoscale" => scale::autoscale(session, flags),
        "patch" => patch::patch(session, flags),
        "scale" => scale::scale(session, flags),
        other => usage::not_simulated(other),
    }
}
