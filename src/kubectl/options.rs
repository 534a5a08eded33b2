//! The flags that the commands which write share, and the files that they name.
//!
//! Models `k8s.io/kubectl/pkg/cmd/util/helpers.go@v0.37.2`, `GetDryRunStrategy` and `GetValidationDirective`.

use super::failure::Failure;
use super::flags::Flags;
use super::label_selector::LabelSelector;
use super::output::{ACT, Output};
use super::{Printed, Session};
use crate::manifest::{Validation, Verb};
use crate::world::World;
use serde_json::{Value, json};
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

    pub(super) fn read(flags: &Flags) -> Result<Self, Printed> {
        match flags.value("dry-run") {
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

/// `-o` of a command that acts.
pub(super) fn output(flags: &Flags) -> Result<Output, Printed> {
    Output::of(flags, ACT).map_err(Failure::printed)
}

/// Several objects as one list.
pub(super) fn list(items: &[Value]) -> Value {
    json!({"apiVersion": "v1", "items": items, "kind": "List", "metadata": {"resourceVersion": ""}})
}

/// Which command writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Apply,
    Create,
    Replace,
    /// `replace --force`, once what was there is gone.
    Recreate,
}

impl Way {
    /// What kubectl does with the file before it sends anything.
    pub(super) fn verb(self, server_side: bool) -> Verb {
        if self == Self::Apply && !server_side { Verb::Apply } else { Verb::Create }
    }

    /// The word of messages.
    pub(super) fn doing(self) -> &'static str {
        if self == Self::Replace { "replacing" } else { "creating" }
    }

    /// The command's name.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Apply => "apply",
            Self::Create => "create",
            Self::Replace | Self::Recreate => "replace",
        }
    }
}

/// How objects are written.
#[derive(Debug, Clone)]
pub(super) struct WriteOptions {
    pub way: Way,
    /// The namespace of objects that name none.
    pub namespace: Rc<str>,
    /// Whether `-n` was given.
    pub namespace_is_forced: bool,
    pub dry_run: DryRun,
    pub validation: Validation,
    pub output: Output,
    pub server_side: bool,
    /// Whether `apply` makes anew what it can't change.
    pub force: bool,
    /// The only objects of the files that count.
    pub selector: Option<LabelSelector>,
    /// Whether what is created remembers its manifest, as with `apply`.
    pub save_config: bool,
}

impl WriteOptions {
    /// Without any flags.
    pub(super) fn plain(world: &World, way: Way) -> Self {
        Self {
            way,
            namespace: Rc::clone(&world.settings().namespace),
            namespace_is_forced: false,
            dry_run: DryRun::No,
            validation: Validation::Strict,
            output: Output::Table,
            server_side: false,
            force: false,
            selector: None,
            save_config: false,
        }
    }

    pub(super) fn read(session: &Session<'_>, flags: &Flags, way: Way) -> Result<Self, Printed> {
        let plain = Self::plain(session.world, way);
        let forced = flags.value("namespace");
        let selector = flags.value("selector").filter(|text| !text.is_empty()).map(LabelSelector::parse);
        Ok(Self {
            namespace: forced.map_or(Rc::clone(&plain.namespace), Rc::from),
            namespace_is_forced: forced.is_some(),
            dry_run: DryRun::read(flags)?,
            validation: validation(flags)?,
            output: output(flags)?,
            server_side: flags.is_on("server-side"),
            force: flags.is_on("force") && way == Way::Apply,
            selector: selector.transpose().map_err(|text| Failure::Own(text).printed())?,
            save_config: flags.is_on("save-config"),
            ..plain
        })
    }
}

fn validation(flags: &Flags) -> Result<Validation, Printed> {
    match flags.value("validate") {
        None | Some("true" | "strict") => Ok(Validation::Strict),
        Some("warn") => Ok(Validation::Warn),
        Some("false" | "ignore") => Ok(Validation::Ignore),
        Some(other) => Err(Printed::error(format!(
            "error: invalid - validate option \"{other}\"; must be one of: strict (or true), warn, ignore (or false)\n"
        ))),
    }
}
