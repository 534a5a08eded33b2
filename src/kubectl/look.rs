//! The commands that only look: what they see, and which there are.

use super::Printed;
use super::flags::Flags;
use super::folder::Folder;
use super::scene::Scene;
use super::{about, describe, events, explain, get};
use std::rc::Rc;

/// What a command that only looks works on.
pub(crate) struct View<'a> {
    /// The cluster at an instant.
    pub scene: &'a dyn Scene,
    /// What the command may read.
    pub folder: Folder<'a>,
}

type Command = fn(&View<'_>, &Flags) -> Printed;

const COMMANDS: [(&str, Command); 17] = [
    ("api-resources", about::api_resources),
    ("api-versions", about::api_versions),
    ("auth can-i", about::can_i),
    ("auth whoami", about::who_am_i),
    ("cluster-info", about::cluster_info),
    ("config current-context", about::current_context),
    ("config get-clusters", about::get_clusters),
    ("config get-contexts", about::get_contexts),
    ("config get-users", about::get_users),
    ("config set-context", about::set_context),
    ("config use-context", about::use_context),
    ("config view", about::config_view),
    ("describe", describe::describe),
    ("events", events::events),
    ("explain", explain::explain),
    ("get", get::get),
    ("version", about::version),
];

/// Runs a command that only looks; none if it isn't one.
pub(crate) fn look(view: &View<'_>, verb: &str, argv: &[Rc<str>]) -> Option<Printed> {
    let (name, command) = COMMANDS.iter().find(|(name, _)| *name == verb)?;
    Some(match Flags::parse(name, argv) {
        Ok(flags) => command(view, &flags),
        Err(printed) => printed,
    })
}
