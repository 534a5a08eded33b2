//! Where a command line of kubectl goes: to those that follow the cluster, to those that only look,
//! or to the server, which may write.

use super::edit::{self, Editing};
use super::flags::Flags;
use super::live::{Again, Live};
use super::look::View;
use super::watch::{self, Watch};
use super::{Folder, Printed, Progress, Session, execute, logs, look_at, refused, usage, wait};
use crate::kubectl::Scene;
use crate::timeline::Timeline;
use std::rc::Rc;

/// What became of a command that was asked for.
pub(super) enum Asked {
    /// It has ended.
    Done(Printed),
    /// It goes on.
    Lives(Live),
}

/// Flags that may stand before the command's name and take the next word as their value.
const WITH_VALUE: [&str; 8] =
    ["-n", "--namespace", "--context", "--kubeconfig", "--cluster", "--user", "-s", "--request-timeout"];

/// Asks for a command at the playhead; `argv` is without the program's name.
pub(super) fn ask(timeline: &mut Timeline, argv: &[Rc<str>], folder: Folder<'_>) -> Asked {
    let bound = bound(timeline, argv);
    let argv = bound.as_deref().unwrap_or(argv);
    if let Some(watch) = watched(timeline, argv, folder) {
        return match watch {
            Ok(watch) => Asked::Lives(Live::Watch(Box::new(watch))),
            Err(printed) => Asked::Done(printed),
        };
    }
    match followed(timeline, argv, folder) {
        Some(Ok(live)) => return Asked::Lives(live),
        Some(Err(printed)) => return Asked::Done(printed),
        None => {}
    }
    // Looking needs no world of its own: the run knows the objects at any instant.
    if let Some(printed) = look_at(timeline, folder, argv) {
        return Asked::Done(printed);
    }
    match timeline.ask(|world| execute(&mut Session { world, folder, again: false }, argv)) {
        Progress::Done(printed) => Asked::Done(printed),
        Progress::Waits(printed) => Asked::Lives(Live::Again(Box::new(Again::new(argv, folder, printed)))),
    }
}

/// The line as a wrapper calls kubectl that says its namespace.
fn bound(timeline: &Timeline, argv: &[Rc<str>]) -> Option<Vec<Rc<str>>> {
    let settings = timeline.world().settings();
    let flag = [Rc::from("-n"), Rc::clone(&settings.namespace)];
    settings.bound_kubectl.then(|| flag.into_iter().chain(argv.iter().cloned()).collect())
}

/// `kubectl edit`, if that is what a line asks for.
pub(super) fn begin_edit(
    timeline: &Timeline,
    argv: &[Rc<str>],
    folder: Folder<'_>,
) -> Option<Result<Editing, Printed>> {
    let bound = bound(timeline, argv);
    let call = usage::call(bound.as_deref().unwrap_or(argv)).ok()??;
    if call.command != "edit" || usage::asks_for_help(&call.argv) {
        return None;
    }
    let flags = match Flags::parse("edit", &call.argv) {
        Ok(flags) => flags,
        Err(printed) => return Some(Err(printed)),
    };
    Some(edit::edit(timeline, folder, &flags))
}

/// `get` and `events` with `-w`; what is wrong with their flags is told as without.
fn watched(timeline: &Timeline, argv: &[Rc<str>], folder: Folder<'_>) -> Option<Result<Watch, Printed>> {
    let call = usage::call(argv).ok()??;
    let command = ["get", "events"].into_iter().find(|name| *name == call.command)?;
    if usage::asks_for_help(&call.argv) || usage::unknown_context(&call.argv).is_some() {
        return None;
    }
    let flags = Flags::parse(command, &call.argv).ok().filter(watch::is_wanted)?;
    Some(match command {
        "get" => watch::get(timeline, &View { scene: timeline, folder }, &flags),
        _ => watch::events(timeline, &flags),
    })
}

/// The commands that follow the cluster, and those that need a way into it.
fn followed(timeline: &Timeline, argv: &[Rc<str>], folder: Folder<'_>) -> Option<Result<Live, Printed>> {
    let (verb, rest) = split_verb(argv)?;
    let known = ["attach", "cp", "debug", "exec", "logs", "port-forward", "rollout", "top", "wait"];
    let name = known.into_iter().find(|name| **name == *verb)?;
    let (command, rest) = match name {
        "rollout" => {
            let (sub, rest) = split_verb(&rest)?;
            let known =
                ["history", "pause", "restart", "resume", "status", "undo"].into_iter().find(|name| **name == *sub)?;
            (ROLLOUTS.iter().copied().find(|command| command.ends_with(known))?, rest)
        }
        "top" => {
            let (sub, rest) = split_verb(&rest)?;
            let command = match &*sub {
                "node" | "nodes" | "no" => "top node",
                "pod" | "pods" | "po" => "top pod",
                _ => return None,
            };
            (command, rest)
        }
        other => (other, rest),
    };
    let flags = match Flags::parse(command, &rest) {
        Ok(flags) => flags,
        Err(printed) => return Some(Err(printed)),
    };
    let namespace = flags.value("namespace").map_or_else(|| Rc::clone(Scene::namespace(timeline)), Rc::from);
    Some(match name {
        "logs" => logs::logs(timeline, &flags, &namespace).map(|logs| Live::Logs(Box::new(logs))),
        "wait" => wait::wait(timeline, &flags, folder).map(|waiting| Live::Wait(Box::new(waiting))),
        "exec" => Err(refused::exec(timeline, &flags, &namespace)),
        "attach" => Err(refused::attach(timeline, &flags, &namespace)),
        "cp" => Err(refused::copy(timeline, &flags, &namespace)),
        "port-forward" => Err(refused::port_forward(timeline, &flags, &namespace)),
        "debug" => Err(refused::debug(timeline, &flags, &namespace)),
        "top" => Err(refused::top()),
        _ => {
            let verb = command.rsplit(' ').next().unwrap_or("");
            Err(refused::rollout(timeline, &flags, verb, &namespace))
        }
    })
}

const ROLLOUTS: [&str; 6] =
    ["rollout history", "rollout pause", "rollout restart", "rollout resume", "rollout status", "rollout undo"];

/// The first word that is neither a flag nor its value, and all the others.
fn split_verb(argv: &[Rc<str>]) -> Option<(Rc<str>, Vec<Rc<str>>)> {
    let mut place = 0;
    while let Some(word) = argv.get(place) {
        if WITH_VALUE.contains(&&**word) {
            place += 2;
        } else if word.starts_with('-') {
            place += 1;
        } else {
            let rest = argv.iter().enumerate().filter(|(other, _)| *other != place).map(|(_, word)| Rc::clone(word));
            return Some((Rc::clone(word), rest.collect()));
        }
    }
    None
}
