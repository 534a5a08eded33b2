//! Models `k8s.io/kubectl/pkg/cmd/drain@v0.37.2`: `cordon`, `uncordon`, `drain`.
//!
//! Leaves out: daemon sets, disruption budgets and mirror Pods, which the laboratory has none of.

use super::flags::Flags;
use super::options::DryRun;
use super::{Printed, Progress, Session};
use crate::api::{Object, ObjectKind};
use crate::cluster::Oid;
use crate::world::World;
use std::fmt::Write;

pub(super) fn cordon(session: &mut Session<'_>, flags: &Flags, unschedulable: bool) -> Printed {
    match node(session.world, flags, if unschedulable { "cordon" } else { "uncordon" }) {
        Ok((oid, name)) => match DryRun::read(flags) {
            Ok(dry_run) => Printed::out(set(session.world, oid, &name, unschedulable, dry_run)),
            Err(printed) => printed,
        },
        Err(printed) => printed,
    }
}

fn set(world: &mut World, node: Oid, name: &str, unschedulable: bool, dry_run: DryRun) -> String {
    let word = if unschedulable { "cordoned" } else { "uncordoned" };
    let is_so =
        world.store().get(node).is_some_and(|object| matches!(object, Object::Node(node) if node.spec.unschedulable));
    if is_so == unschedulable {
        return format!("node/{name} already {word}\n");
    }
    if dry_run == DryRun::No {
        world.set_unschedulable(node, unschedulable);
    }
    format!("node/{name} {word}{}\n", dry_run.suffix())
}

fn node(world: &World, flags: &Flags, verb: &str) -> Result<(Oid, String), Printed> {
    let Some(word) = flags.words.first() else {
        return Err(Printed::error(format!(
            "error: USAGE: {verb} NODE [flags]\nSee 'kubectl {verb} -h' for help and examples\n"
        )));
    };
    let name = word.strip_prefix("node/").or(word.strip_prefix("nodes/")).unwrap_or(word);
    match world.store().find(ObjectKind::Node, "", name) {
        Some(oid) => Ok((oid, name.to_owned())),
        None => Err(Printed::error(format!("Error from server (NotFound): nodes \"{name}\" not found\n"))),
    }
}

/// Cordons the node and evicts its Pods; waits until they are gone.
pub(super) fn drain(session: &mut Session<'_>, flags: &Flags) -> Progress {
    let (node, name) = match node(session.world, flags, "drain") {
        Ok(found) => found,
        Err(printed) => return Progress::Done(printed),
    };
    let pods: Vec<(Oid, String, String, bool)> = session
        .world
        .store()
        .pods()
        .filter(|(_, pod)| pod.node_name.as_deref() == Some(name.as_str()))
        .filter(|(_, pod)| !session.again || pod.metadata.is_deleting())
        .map(|(oid, pod)| {
            let bare = pod.metadata.controller().is_none() && !pod.status.is_terminal();
            (oid, pod.metadata.namespace.to_string(), pod.metadata.name.to_string(), bare)
        })
        .collect();
    if session.again {
        return if pods.is_empty() {
            Progress::Done(Printed::out(format!("node/{name} drained\n")))
        } else {
            Progress::Waits(Printed::default())
        };
    }
    let dry_run = match DryRun::read(flags) {
        Ok(dry_run) => dry_run,
        Err(printed) => return Progress::Done(printed),
    };
    let mut printed = Printed::out(set(session.world, node, &name, true, dry_run));
    let bare: Vec<String> =
        pods.iter().filter(|(.., bare)| *bare).map(|(_, namespace, pod, _)| format!("{namespace}/{pod}")).collect();
    let bare = bare.join(", ");
    // Writing to a String can't fail.
    if !bare.is_empty() && !flags.is_on("force") {
        let _ = write!(
            printed.stderr,
            "error: unable to drain node \"{name}\" due to error: cannot delete cannot delete Pods that declare no controller (use --force to override): {bare}, continuing command...\nThere are pending nodes to be drained:\n {name}\ncannot delete cannot delete Pods that declare no controller (use --force to override): {bare}\n"
        );
        printed.code = 1;
        return Progress::Done(printed);
    }
    if !bare.is_empty() {
        let _ = writeln!(printed.stderr, "Warning: deleting Pods that declare no controller: {bare}");
    }
    for (oid, namespace, pod, _) in &pods {
        let _ = writeln!(printed.stdout, "evicting pod {namespace}/{pod}{}", dry_run.suffix());
        if dry_run == DryRun::No {
            session.world.evict(*oid);
        }
    }
    let waits = dry_run == DryRun::No
        && pods.iter().any(|(oid, ..)| session.world.store().get(*oid).and_then(Object::as_pod).is_some());
    if waits {
        return Progress::Waits(printed);
    }
    let _ = writeln!(printed.stdout, "node/{name} drained{}", dry_run.suffix());
    Progress::Done(printed)
}
