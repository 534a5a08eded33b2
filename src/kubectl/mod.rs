//! kubectl: what its commands print, and what they ask of the API server.
//!
//! Models `k8s.io/kubectl/pkg/cmd@v0.37.2`. So far the commands that act: `apply`, `create`, `patch`,
//! `delete`, and what scripts read with `get -o jsonpath`. Other output is nothing yet.

mod alias;
mod arguments;
mod ask;
pub mod columns;
mod delete;
mod discovery;
mod flags;
mod folder;
mod get;
mod intervene;
mod json_path;
mod line;
mod live;
mod logs;
mod nodes;
mod options;
mod patch;
mod prompt;
mod refused;
mod scene;
mod selector;
mod wait;
mod write;

pub use folder::Folder;
pub use intervene::intervene;
pub use line::{Line, run_line};
pub use prompt::{Piece, Prompt};
pub use scene::Scene;
pub use write::{Applied, apply_text};

use crate::api::Object;
use crate::cluster::Oid;
use crate::manifest;
use crate::world::World;
use arguments::Arguments;
use serde_json::Value;
use std::rc::Rc;

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
        Self { stderr: stderr.into(), code: 1, ..Self::default() }
    }
}

/// The object as the API shows it, keys sorted and empty fields left out.
pub fn object_value(world: &World, oid: Oid) -> Option<Value> {
    let object = world.store().get(oid)?;
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
    /// The files that it may read.
    pub folder: Folder<'a>,
    /// Standard input.
    pub stdin: &'a str,
    /// Whether the command was begun before and is asked again.
    pub again: bool,
}

/// Runs a command of kubectl; `argv` is without the program's name.
pub(crate) fn execute(session: &mut Session<'_>, argv: &[Rc<str>]) -> Progress {
    let arguments = Arguments::parse(argv);
    let verb = arguments.words.first().map_or("", String::as_str);
    match verb {
        "delete" => delete::delete(session, &arguments),
        "cordon" => Progress::Done(nodes::cordon(session, &arguments, true)),
        "uncordon" => Progress::Done(nodes::cordon(session, &arguments, false)),
        "drain" => nodes::drain(session, &arguments),
        "apply" | "create" => Progress::Done(write::write(session, &arguments)),
        "get" => Progress::Done(get::get(session, &arguments)),
        "patch" => Progress::Done(patch::patch(session, &arguments)),
        // Jobs have no scale subresource.
        "scale" if arguments.value("replicas").is_none() => {
            Progress::Done(Printed::error("error: required flag(s) \"replicas\" not set\n"))
        }
        "scale" => Progress::Done(Printed::error(
            "Error from server (NotFound): the server could not find the requested resource\n",
        )),
        _ => Progress::Done(Printed::default()),
    }
}
