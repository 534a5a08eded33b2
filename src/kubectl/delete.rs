//! Models `k8s.io/kubectl/pkg/cmd/delete@v0.37.2` and the eviction subresource
//! (`pkg/registry/core/pod/storage/eviction.go@v1.37.2`).
//!
//! Leaves out: `--raw`, `-i`; deleting a namespace with all that is in it.

use super::builder::Wish;
use super::failure::Failure;
use super::flags::Flags;
use super::options::{DryRun, Way};
use super::targets::{Named, Target, named};
use super::{Printed, Progress, Session};
use crate::api::ObjectKind;
use crate::world::{Propagation, World};
use std::fmt::Write;

const FORCED: &str = "Warning: Immediate deletion does not wait for confirmation that the running resource has been terminated. The resource may continue to run on the cluster indefinitely.\n";
const CLUSTER_SCOPED: &str = "Warning: deleting cluster-scoped resources, not scoped to the provided namespace\n";
/// What the flags ask for.
pub(super) struct DeleteOptions {
    grace_seconds: Option<i64>,
    force: bool,
    propagation: Propagation,
    waits: bool,
    dry_run: DryRun,
    ignores_missing: bool,
    only_names: bool,
    /// What is said about the flags themselves.
    warning: String,
}

impl DeleteOptions {
    pub(super) fn read(flags: &Flags) -> Result<Self, Printed> {
        let force = flags.is_on("force");
        let grace = flags.number("grace-period");
        if let (Some(text), None) = (flags.value("grace-period"), grace) {
            return Err(Printed::error(format!(
                "error: invalid argument \"{text}\" for \"--grace-period\" flag: strconv.ParseInt: parsing \"{text}\": invalid syntax\nSee 'kubectl delete --help' for usage.\n"
            )));
        }
        if flags.is_on("now") && grace.is_some() {
            return Err(Printed::error("error: --now and --grace-period cannot be specified together\n"));
        }
        let waits = flags.value("wait").is_none_or(|wait| wait == "true");
        let grace_seconds = match grace.filter(|grace| *grace >= 0) {
            _ if flags.is_on("now") => Some(1),
            None if force => Some(0),
            // Nobody loses data by accident: without --force it is a second.
            Some(0) if !force => Some(1),
            Some(seconds) if force && seconds > 0 => {
                return Err(Printed::error(
                    "error: --force and --grace-period greater than 0 cannot be specified together\n",
                ));
            }
            other => other,
        };
        let mut warning = String::new();
        let propagation = match flags.value("cascade") {
            None | Some("" | "background") => Propagation::Background,
            Some("orphan") => Propagation::Orphan,
            Some("foreground") => Propagation::Foreground,
            Some("true") => {
                warning.push_str("warning: --cascade=true is deprecated (boolean value) and can be replaced with --cascade=background.\n");
                Propagation::Background
            }
            Some("false") => {
                warning.push_str("warning: --cascade=false is deprecated (boolean value) and can be replaced with --cascade=orphan.\n");
                Propagation::Orphan
            }
            Some(other) => {
                return Err(Printed::error(format!(
                    "error: invalid cascade value ({other}). Must be \"background\", \"foreground\", or \"orphan\"\n"
                )));
            }
        };
        let only_names = match flags.value("output") {
            None | Some("") => false,
            Some("name") => true,
            Some(other) => {
                return Err(Printed::error(format!(
                    "error: unexpected -o output mode: {other}. We only support '-o name'\n"
                )));
            }
        };
        Ok(Self {
            grace_seconds,
            force,
            propagation,
            waits,
            dry_run: DryRun::read(flags)?,
            ignores_missing: flags.is_on("ignore-not-found") || flags.is_on("all"),
            only_names,
            warning,
        })
    }
}

pub(super) fn delete(session: &mut Session<'_>, flags: &Flags) -> Progress {
    let options = match DeleteOptions::read(flags) {
        Ok(options) => options,
        Err(printed) => return Progress::Done(printed),
    };
    let found = match named(session, Wish { everything: flags.is_on("all"), ..Wish::of(flags, false) }) {
        Ok(found) => found,
        Err(printed) => return Progress::Done(printed),
    };
    if session.again {
        let going = found.targets.iter().any(|target| is_going(session.world, target));
        return if going { Progress::Waits(Printed::default()) } else { Progress::Done(Printed::default()) };
    }
    let forced = flags.value("namespace").is_some();
    if let Some(printed) = elsewhere(&found).filter(|_| forced && flags.is_on("all-namespaces")) {
        return Progress::Done(printed);
    }
    let mut printed = delete_all(session.world, &found, &options);
    if forced && found.targets.iter().any(|target| !target.kind.namespaced) {
        printed.stderr.insert_str(0, CLUSTER_SCOPED);
    }
    let going = found.targets.iter().any(|target| is_going(session.world, target));
    if options.waits && going && printed.code == 0 { Progress::Waits(printed) } else { Progress::Done(printed) }
}

/// What is said of objects that were looked for everywhere although one namespace is wanted.
fn elsewhere(found: &Named) -> Option<Printed> {
    let apart: Vec<&Target> = found.targets.iter().filter(|target| target.kind.namespaced).collect();
    let line = |target: &&Target| {
        let prefix = if apart.len() == 1 { "error: " } else { "" };
        let place = &target.namespace;
        format!(
            "{prefix}the namespace from the provided object \"{place}\" does not match the namespace \"\". You must pass '--namespace={place}' to perform this operation.\n"
        )
    };
    (!apart.is_empty()).then(|| Printed::error(apart.iter().map(line).collect::<String>()))
}

/// Whether the object is being deleted, and still there.
fn is_going(world: &World, target: &Target) -> bool {
    let object = target.find(world).and_then(|oid| world.store().get(oid));
    object.and_then(|object| object.metadata()).is_some_and(|metadata| metadata.is_deleting())
}

/// Asks for the deletion of all targets.
pub(super) fn delete_all(world: &mut World, found: &Named, options: &DeleteOptions) -> Printed {
    let mut printed = Printed { stderr: options.warning.clone(), ..Printed::default() };
    if options.force && options.grace_seconds == Some(0) {
        printed.stderr.push_str(FORCED);
    }
    let mut errors = found.errors.clone();
    let mut any = false;
    for target in &found.targets {
        let Some(oid) = target.find(world) else {
            if !options.ignores_missing {
                errors.push_str(&target.not_found("deleting"));
            }
            continue;
        };
        any = true;
        let how = if options.force { " force deleted" } else { " deleted" };
        // Writing to a String can't fail.
        let _ = if options.only_names {
            writeln!(printed.stdout, "{}", target.shown())
        } else {
            let place =
                if target.kind.namespaced { format!(" from {} namespace", target.namespace) } else { String::new() };
            let kind = target.kind.singular();
            writeln!(printed.stdout, "{kind} \"{}\"{how}{place}{}", target.name, options.dry_run.suffix())
        };
        if options.dry_run == DryRun::No {
            world.delete(oid, options.grace_seconds, options.propagation);
        }
    }
    if !any && errors.is_empty() && found.chosen {
        printed.stdout.push_str("No resources found\n");
    }
    printed.code = i32::from(!errors.is_empty());
    printed.stderr.push_str(&errors);
    printed
}

/// `kubectl replace`: with `--force` the objects are deleted, waited for, and made anew.
pub(super) fn replace(session: &mut Session<'_>, flags: &Flags) -> Progress {
    if !flags.is_on("force") {
        return Progress::Done(super::write::write(session, flags, Way::Replace));
    }
    if let Err(text) = session.folder.of_flags(flags) {
        return Progress::Done(Failure::Own(text).printed());
    }
    let found = match named(session, Wish { words: &[], ..Wish::of(flags, false) }) {
        Ok(found) => found,
        Err(printed) => return Progress::Done(printed),
    };
    let mut printed = Printed::default();
    if !session.again {
        // A second of grace, and then the wait: nobody loses data by accident.
        let options = DeleteOptions {
            grace_seconds: flags.number("grace-period").filter(|grace| *grace > 0),
            force: false,
            propagation: Propagation::Background,
            waits: true,
            dry_run: DryRun::No,
            ignores_missing: true,
            only_names: false,
            warning: String::new(),
        };
        printed = delete_all(session.world, &found, &options);
    }
    if found.targets.iter().any(|target| is_going(session.world, target)) {
        return Progress::Waits(printed);
    }
    let made = super::write::write(session, flags, Way::Recreate);
    printed.stdout.push_str(&made.stdout);
    printed.stderr = made.stderr;
    printed.code = made.code;
    Progress::Done(printed)
}

/// `kubectl create --raw /api/v1/namespaces/NS/pods/NAME/eviction -f -`.
pub(super) fn evict(session: &mut Session<'_>, path: &str) -> Printed {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let (namespace, name) = match parts.as_slice() {
        ["api", "v1", "namespaces", namespace, "pods", name, "eviction"] => (*namespace, *name),
        // So is `pods//eviction`, the way to evict a Pod whose name a variable should have held.
        ["api", "v1", "namespaces", _, "pods", _]
        | ["apis", "batch", "v1", "namespaces", _, "jobs" | "cronjobs", _, ..] => {
            return Printed::error(
                "Error from server (MethodNotAllowed): the server does not allow this method on the requested resource\n",
            );
        }
        _ => return Printed::error("Error from server (NotFound): the server could not find the requested resource\n"),
    };
    let Some(oid) = session.world.store().find(ObjectKind::Pod, namespace, name) else {
        return Printed::error(format!("Error from server (NotFound): pods \"{name}\" not found\n"));
    };
    session.world.evict(oid);
    Printed::out("{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},\"status\":\"Success\",\"code\":201}\n")
}
