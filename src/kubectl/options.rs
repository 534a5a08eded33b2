//! The flags that the commands which write share, and the files that they name.
//!
//! Models `k8s.io/kubectl/pkg/cmd/util/helpers.go@v0.37.2`, `GetDryRunStrategy` and `GetValidationDirective`.

use super::arguments::Arguments;
use super::folder::Found;
use super::{Printed, Session};
use crate::manifest::{Validation, Verb};
use crate::world::World;
use std::rc::Rc;

/// `--dry-run`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DryRun {
    No,
    Client,
    Server,
}

impl DryRun {
    /// What goes after the outcome's words.
    pub(super) fn suffix(self) -> &'static str {
        match self {
            Self::No => "",
            Self::Client => " (dry run)",
            Self::Server => " (server dry run)",
        }
    }

    pub(super) fn read(arguments: &Arguments) -> Result<Self, Printed> {
        match arguments.value("dry-run") {
            None | Some("none") => Ok(Self::No),
            Some("server") => Ok(Self::Server),
            // `--dry-run` alone is `--dry-run=unchanged`, which is what it was before it had a value.
            Some("client" | "" | "unchanged" | "true") => Ok(Self::Client),
            Some(other) => Err(Printed::error(format!(
                "error: Invalid dry-run value ({other}). Must be \"none\", \"server\", or \"client\".\n"
            ))),
        }
    }
}

/// How what was written is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Output {
    Words,
    Name,
    Json,
}

impl Output {
    pub(super) fn read(arguments: &Arguments) -> Result<Self, Printed> {
        match arguments.value("output") {
            None | Some("") => Ok(Self::Words),
            Some("name") => Ok(Self::Name),
            Some("json") => Ok(Self::Json),
            Some(other) => Err(Printed::error(format!(
                "error: unable to match a printer suitable for the output format \"{other}\", allowed formats are: go-template,go-template-file,json,jsonpath,jsonpath-as-json,jsonpath-file,kyaml,name,template,templatefile,yaml\n"
            ))),
        }
    }
}

/// How objects are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct WriteOptions {
    pub verb: Verb,
    /// The namespace of objects that name none.
    pub namespace: Rc<str>,
    /// Whether `-n` was given.
    pub namespace_is_forced: bool,
    pub dry_run: DryRun,
    pub validation: Validation,
    pub output: Output,
    pub server_side: bool,
}

impl WriteOptions {
    /// Without any flags.
    pub(super) fn plain(world: &World, verb: Verb) -> Self {
        Self {
            verb,
            namespace: Rc::clone(&world.settings().namespace),
            namespace_is_forced: false,
            dry_run: DryRun::No,
            validation: Validation::Strict,
            output: Output::Words,
            server_side: false,
        }
    }

    pub(super) fn read(session: &Session<'_>, arguments: &Arguments, verb: Verb) -> Result<Self, Printed> {
        let plain = Self::plain(session.world, verb);
        let forced = arguments.value("namespace");
        Ok(Self {
            namespace: forced.map_or(Rc::clone(&plain.namespace), Rc::from),
            namespace_is_forced: forced.is_some(),
            dry_run: DryRun::read(arguments)?,
            validation: validation(arguments)?,
            output: Output::read(arguments)?,
            server_side: arguments.is_on("server-side"),
            ..plain
        })
    }
}

fn validation(arguments: &Arguments) -> Result<Validation, Printed> {
    match arguments.value("validate") {
        None | Some("true" | "strict") => Ok(Validation::Strict),
        Some("warn") => Ok(Validation::Warn),
        Some("false" | "ignore") => Ok(Validation::Ignore),
        Some(other) => Err(Printed::error(format!(
            "error: invalid - validate option \"{other}\"; must be one of: strict (or true), warn, ignore (or false)\n"
        ))),
    }
}

/// The texts that `-f` names.
pub(super) fn files(session: &Session<'_>, arguments: &Arguments) -> Result<Vec<Found>, Printed> {
    let mut found = Vec::new();
    for path in arguments.values("filename").flat_map(|paths| paths.split(',')) {
        if path == "-" {
            found.push(Found { name: "STDIN".to_owned(), text: Rc::new(session.stdin.to_owned()) });
        } else {
            found.extend(session.folder.named(path, arguments.is_on("recursive")).map_err(Printed::error)?);
        }
    }
    if found.is_empty() { Err(Printed::error("error: must specify one of -f and -k\n")) } else { Ok(found) }
}
