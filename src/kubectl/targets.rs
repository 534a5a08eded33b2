//! The objects that a command which changes some is about; it asks for each in its turn.

use super::builder::{ObjectName, Request, What, Wish, request};
use super::failure::{Failure, report};
use super::flags::Flags;
use super::listing::list;
use super::options::DryRun;
use super::scene::Scene;
use super::{Printed, Session};
use crate::cluster::Oid;
use crate::manifest;
use crate::world::World;

/// An object that was named or chosen; it may not be there.
pub(super) type Target = ObjectName;

impl Target {
    /// Its place in the store.
    pub(super) fn find(&self, world: &World) -> Option<Oid> {
        Scene::find(world, self.kind.kind, &self.namespace, &self.name)
    }

    /// `error when deleting "job.yaml": `, if a file named it.
    pub(super) fn action(&self, doing: &str) -> String {
        self.file.as_ref().map_or(String::new(), |file| format!("error when {doing} \"{file}\": "))
    }

    /// `job.batch/hola`.
    pub(super) fn shown(&self) -> String {
        format!("{}/{}", self.kind.singular(), self.name)
    }

    /// kubectl's line for an object that isn't there.
    pub(super) fn not_found(&self, doing: &str) -> String {
        let (action, resource) = (self.action(doing), self.kind.resource());
        format!("Error from server (NotFound): {action}{resource} \"{}\" not found\n", self.name)
    }
}

/// What a command line names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Named {
    pub targets: Vec<Target>,
    /// Whether they were chosen (`--all`, `-l`) rather than named.
    pub chosen: bool,
    /// Whether only one object can be meant.
    pub single: bool,
    /// What was wrong with some of the files or lists, in kubectl's words; the others go on.
    pub errors: String,
}

/// The objects of a command that changes each of them, with `--dry-run` and what is printed so far.
pub(super) fn named_to_change(
    session: &Session<'_>,
    flags: &Flags,
    words: &[String],
) -> Result<(Vec<Target>, DryRun, Printed), Printed> {
    let found = named(session, Wish { words, ..Wish::of(flags, flags.is_on("all")) })?;
    let dry_run = DryRun::read(flags)?;
    let code = i32::from(!found.errors.is_empty());
    Ok((found.targets, dry_run, Printed { stderr: found.errors, code, ..Printed::default() }))
}

/// The objects that a command line names or chooses.
pub(super) fn named(session: &Session<'_>, wish: Wish<'_>) -> Result<Named, Printed> {
    let world: &World = session.world;
    let asked = request(&world.settings().namespace, session.folder, wish).map_err(Failure::printed)?;
    let Request { kinds, namespace, what, .. } = asked;
    let (label, field) = match what {
        What::Names { names, single, unreadable } => {
            let errors = manifest::report(&unreadable.iter().collect::<Vec<_>>(), true);
            return Ok(Named { targets: names, chosen: false, single, errors });
        }
        What::Lists { label, field } => (label, field),
    };
    let (mut targets, mut failures) = (Vec::new(), Vec::new());
    for kind in kinds {
        match list(world, kind, &namespace, label.as_deref(), field.as_deref()) {
            Ok(items) => targets.extend(items.iter().map(|item| Target {
                kind,
                namespace: item.namespace().into(),
                name: item.name().into_owned(),
                file: None,
            })),
            Err(failure) => failures.push(failure),
        }
    }
    Ok(Named { targets, chosen: true, single: false, errors: report(&failures) })
}
