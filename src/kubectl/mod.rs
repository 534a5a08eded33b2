//! kubectl: what its commands print, and what they ask of the API server.
//!
//! Models `k8s.io/kubectl/pkg/cmd@v0.37.2`. So far the commands that act: `apply`, `create`, `patch`,
//! `delete`, and what scripts read with `get -o jsonpath`. Other output is nothing yet.

mod arguments;
pub mod columns;
mod delete;
mod get;
mod json_path;
mod line;
mod patch;
mod scene;
mod write;

pub use line::{Line, run_line};
pub use scene::Scene;
pub use write::{Applied, apply_text};

use crate::world::World;
use arguments::Arguments;
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
    /// The text of `job.yaml`.
    pub manifest: &'a str,
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
