//! Models `k8s.io/kubectl/pkg/cmd/{apply,create}@v0.37.2`: objects from a file to the API server.

use super::arguments::Arguments;
use super::{Printed, Session};
use crate::api::ObjectKind;
use crate::cluster::Oid;
use crate::manifest::{self, Accepted, Limits, Place, Problem, Refusal, Scope, Verb, Warning};
use crate::world::World;
use std::fmt::Write;

/// What became of a text that was applied.
#[derive(Debug, Clone, Default)]
pub struct Applied {
    /// What kubectl printed.
    pub printed: Printed,
    /// Every mistake, in the server's order.
    pub problems: Vec<Problem>,
    /// Every warning.
    pub warnings: Vec<Warning>,
    /// Where the fields of the first Job are.
    pub places: Option<Place>,
    /// The objects that were created or changed.
    pub objects: Vec<Oid>,
}

pub(super) fn write(session: &mut Session<'_>, arguments: &Arguments) -> Printed {
    if let Some(path) = arguments.value("raw") {
        return super::delete::evict(session, path);
    }
    let verb = if arguments.words.first().is_some_and(|verb| verb == "apply") { Verb::Apply } else { Verb::Create };
    let Some(file) = arguments.value("filename") else {
        return Printed::error("error: must specify one of -f and -k\n");
    };
    let (text, name) = match file {
        "-" => (session.stdin, "STDIN"),
        "job.yaml" => (session.manifest, "job.yaml"),
        missing => return Printed::error(format!("error: the path \"{missing}\" does not exist\n")),
    };
    let text = text.to_owned();
    apply_text(session.world, &text, name, verb).printed
}

/// Applies (or creates) what a text says.
pub fn apply_text(world: &mut World, text: &str, file: &str, verb: Verb) -> Applied {
    let reading = manifest::read(text, file, Limits::default());
    let namespace = std::rc::Rc::clone(&world.settings().namespace);
    let mut applied = Applied::default();
    let mut refusals: Vec<Refusal> = Vec::new();
    let mut other_errors = String::new();
    let mut documents = 0;
    for document in &reading.documents {
        documents += 1;
        let uid = world.new_uid();
        let scope = Scope { file, verb, namespace: &namespace, namespaces: &[], uid: &uid, ..Scope::default() };
        for result in manifest::check(document, &scope) {
            let stored = result.map_err(Failure::Refused).and_then(|accepted| {
                // What a list holds has no path of its own in the document.
                if accepted.kind.kind == "Job" && accepted.prefix.is_empty() && applied.places.is_none() {
                    applied.places = Some(document.places.clone());
                }
                store(world, &accepted, &uid, verb, file, &mut applied)
            });
            match stored {
                Ok(()) => {}
                Err(Failure::Refused(refusal)) => refusals.push(refusal),
                Err(Failure::Said(text)) => other_errors.push_str(&text),
            }
        }
    }
    refusals.extend(reading.refusal);
    if documents == 0 && refusals.is_empty() && other_errors.is_empty() {
        let verb = if verb == Verb::Apply { "apply" } else { "create" };
        applied.printed = Printed::error(format!("error: no objects passed to {verb}\n"));
        return applied;
    }
    for warning in &applied.warnings {
        applied.printed.stderr.push_str("Warning: ");
        applied.printed.stderr.push_str(&warning.text);
        applied.printed.stderr.push('\n');
    }
    let list: Vec<&Refusal> = refusals.iter().collect();
    applied.printed.stderr.push_str(&manifest::report(&list, verb == Verb::Apply));
    applied.printed.stderr.push_str(&other_errors);
    applied.printed.code = i32::from(!refusals.is_empty() || !other_errors.is_empty());
    applied.problems = refusals.into_iter().flat_map(|refusal| refusal.problems).collect();
    applied
}

/// Why an object wasn't stored.
pub(super) enum Failure {
    /// The manifest is refused.
    Refused(Refusal),
    /// The server said no for another reason; kubectl's whole line.
    Said(String),
}

/// Stores one accepted object and says so.
fn store(
    world: &mut World,
    accepted: &Accepted,
    uid: &str,
    verb: Verb,
    file: &str,
    applied: &mut Applied,
) -> Result<(), Failure> {
    applied.warnings.extend(accepted.warnings.iter().cloned());
    let text = |path: &str| accepted.object.pointer(path).and_then(serde_json::Value::as_str).unwrap_or("");
    let (name, namespace) = (text("/metadata/name").to_owned(), text("/metadata/namespace").to_owned());
    let known = world.find(accepted.kind.kind, &namespace, &name).filter(|_| !name.is_empty());
    let what = |name: &str| format!("{}/{name}", singular(accepted));
    if let Some(oid) = known {
        if verb == Verb::Create {
            let resource = accepted.kind.resource();
            return Err(Failure::Said(format!(
                "Error from server (AlreadyExists): error when creating \"{file}\": {resource} \"{name}\" already exists\n"
            )));
        }
        let changed = super::patch::apply_again(world, oid, accepted)?;
        let outcome = if changed { "configured" } else { "unchanged" };
        // Writing to a String can't fail.
        let _ = writeln!(applied.printed.stdout, "{} {outcome}", what(&name));
        applied.objects.push(oid);
        return Ok(());
    }
    let suffix = world.new_suffix();
    let object = manifest::prepare(accepted, uid, &suffix);
    let oid = world.create(accepted.kind.kind, &object).map_err(|error| {
        Failure::Said(format!("Error from server (BadRequest): error when creating \"{file}\": {error}\n"))
    })?;
    let stored = world.store().get(oid).map_or(String::new(), |object| object.name().to_owned());
    let _ = writeln!(applied.printed.stdout, "{} created", what(&stored));
    applied.objects.push(oid);
    Ok(())
}

/// `job.batch`, `pod`, `configmap`: the kind as kubectl prints it.
fn singular(accepted: &Accepted) -> String {
    let kind = accepted.kind.kind.to_lowercase();
    if accepted.kind.group.is_empty() { kind } else { format!("{kind}.{}", accepted.kind.group) }
}

/// The kind that a word of the command line names.
pub(super) fn kind_of(word: &str) -> Option<(ObjectKind, &'static str)> {
    match word {
        "job" | "jobs" | "job.batch" | "jobs.batch" => Some((ObjectKind::Job, "job.batch")),
        "pod" | "pods" | "po" => Some((ObjectKind::Pod, "pod")),
        _ => None,
    }
}
