//! The objects that a command line is about, as a command that only looks finds them.

use super::builder::{Request, What, Wish, request};
use super::failure::Failure;
use super::folder::Folder;
use super::items::Item;
use super::listing::{find, list};
use super::scene::Scene;
use crate::manifest::KindId;
use std::rc::Rc;

/// What was found, and what went wrong meanwhile.
#[derive(Debug, Clone, Default)]
pub(crate) struct Selection<'a> {
    /// The objects, in kubectl's order.
    pub items: Vec<Item<'a>>,
    /// Whole lines of errors, without their ends.
    pub errors: Vec<Failure>,
    /// What kubectl warns of before everything else.
    pub warnings: String,
    /// Whether exactly one object was named.
    pub single: bool,
    /// Whether whole lists were asked for; else objects were named.
    pub lists: bool,
    /// The types that were asked for, in order.
    pub types: Vec<&'static KindId>,
    /// The namespace that was asked; empty for all.
    pub namespace: Rc<str>,
}

/// Finds the objects.
///
/// # Errors
/// What ends the command before anything is looked for.
pub(crate) fn select<'a>(scene: &'a dyn Scene, folder: Folder<'_>, wish: Wish<'_>) -> Result<Selection<'a>, Failure> {
    let Request { kinds, namespace, warnings, what } = request(scene.namespace(), folder, wish)?;
    let mut selection = Selection { warnings, types: kinds, namespace, ..Selection::default() };
    match what {
        What::Lists { label, field } => {
            selection.lists = true;
            for kind in selection.types.clone() {
                match list(scene, kind, &selection.namespace, label.as_deref(), field.as_deref()) {
                    Ok(found) => selection.items.extend(found),
                    Err(failure) => selection.errors.push(failure),
                }
            }
        }
        What::Names { names, single, unreadable } => {
            selection.single = single;
            for name in names {
                match find(scene, name.kind, &name.namespace, &name.name) {
                    Some(item) => selection.items.push(item),
                    None => selection.errors.push(Failure::not_found(name.kind, &name.name)),
                }
            }
            selection.errors.extend(unreadable.into_iter().map(|refusal| Failure::Whole(refusal.stderr)));
        }
    }
    Ok(selection)
}
