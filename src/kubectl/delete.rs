//! Models `k8s.io/kubectl/pkg/cmd/delete@v0.37.2` and the eviction subresource
//! (`pkg/registry/core/pod/storage/eviction.go@v1.37.2`).

use super::arguments::Arguments;
use super::{Printed, Progress, Session};
use crate::api::{LabelSelector, Labels, ObjectKind};
use crate::cluster::Oid;
use crate::world::{Propagation, World};
use std::fmt::Write;
use std::rc::Rc;

const FORCED: &str = "Warning: Immediate deletion does not wait for confirmation that the running resource has been terminated. The resource may continue to run on the cluster indefinitely.\n";

pub(super) fn delete(session: &mut Session<'_>, arguments: &Arguments) -> Progress {
    let targets = match targets(session.world, arguments) {
        Ok(targets) => targets,
        // While it waits the objects go; then there is nothing left to look for.
        Err(_) if session.again => return Progress::Done(Printed::default()),
        Err(printed) => return Progress::Done(printed),
    };
    let waits = arguments.value("wait").is_none_or(|wait| wait == "true");
    if session.again {
        return if targets.is_empty() {
            Progress::Done(Printed::default())
        } else {
            Progress::Waits(Printed::default())
        };
    }
    let force = arguments.is_on("force");
    let grace = arguments.value("grace-period").and_then(|text| text.parse::<i64>().ok()).filter(|grace| *grace >= 0);
    let grace = if force && grace.is_none() { Some(0) } else { grace };
    let propagation = match arguments.value("cascade") {
        Some("orphan") => Propagation::Orphan,
        Some("foreground") => Propagation::Foreground,
        _ => Propagation::Background,
    };
    let mut printed = Printed::default();
    if force && grace == Some(0) {
        printed.stderr.push_str(FORCED);
    }
    let namespace = Rc::clone(&session.world.settings().namespace);
    if targets.is_empty() {
        printed.stdout.push_str("No resources found\n");
    }
    for target in &targets {
        let how = if force { " force deleted" } else { " deleted" };
        // Writing to a String can't fail.
        let _ = writeln!(printed.stdout, "{} \"{}\"{how} from {namespace} namespace", target.prefix, target.name);
        session.world.delete(target.oid, grace, propagation);
    }
    let gone = targets.iter().all(|target| session.world.store().get(target.oid).is_none());
    if waits && !gone && !(force && grace == Some(0)) { Progress::Waits(printed) } else { Progress::Done(printed) }
}

pub(super) struct Target {
    pub oid: Oid,
    pub prefix: &'static str,
    pub name: String,
}

pub(super) fn targets(world: &World, arguments: &Arguments) -> Result<Vec<Target>, Printed> {
    let mut words = arguments.words.iter().skip(1);
    let Some(first) = words.next() else {
        return Err(Printed::error("error: You must provide one or more resources by argument or filename.\n"));
    };
    let namespace = &world.settings().namespace;
    let (kind_word, mut names): (&str, Vec<String>) = match first.split_once('/') {
        Some((kind, name)) => (kind, vec![name.to_owned()]),
        None => (first, Vec::new()),
    };
    names.extend(words.map(|word| word.rsplit('/').next().unwrap_or(word).to_owned()));
    let Some((kind, prefix)) = kind_of(kind_word) else {
        return Err(Printed::error(format!("error: the server doesn't have a resource type \"{kind_word}\"\n")));
    };
    let selector = arguments.value("selector").map(parse_selector);
    if names.is_empty() {
        let all = arguments.is_on("all");
        if selector.is_none() && !all {
            return Err(Printed::error("error: resource(s) were provided, but no name was specified\n"));
        }
        return Ok(world
            .store()
            .all()
            .filter(|(_, object)| object.kind() == kind && object.namespace() == &**namespace)
            .filter(|(_, object)| {
                let none = Labels::new();
                let labels = object.metadata().map_or(&none, |metadata| &metadata.labels);
                selector.as_ref().is_none_or(|selector| selector.matches(labels))
            })
            .map(|(oid, object)| Target { oid, prefix, name: object.name().to_owned() })
            .collect());
    }
    names
        .into_iter()
        .map(|name| {
            if let Some(oid) = world.store().find(kind, namespace, &name) {
                Ok(Target { oid, prefix, name })
            } else {
                let resource = if kind == ObjectKind::Job { "jobs.batch" } else { "pods" };
                Err(Printed::error(format!("Error from server (NotFound): {resource} \"{name}\" not found\n")))
            }
        })
        .collect()
}

/// `key=value,key2=value2`, the commonest form.
fn parse_selector(text: &str) -> LabelSelector {
    let match_labels = text
        .split(',')
        .filter_map(|part| part.split_once('='))
        .map(|(key, value)| (key.trim().to_owned(), value.trim_start_matches('=').trim().to_owned()))
        .collect();
    LabelSelector { match_labels, ..LabelSelector::default() }
}

/// `kubectl create --raw /api/v1/namespaces/NS/pods/NAME/eviction -f -`.
pub(super) fn evict(session: &mut Session<'_>, path: &str) -> Printed {
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    let name = match parts.as_slice() {
        ["api", "v1", "namespaces", _, "pods", name, "eviction"] => *name,
        _ => return Printed::error("Error from server (NotFound): the server could not find the requested resource\n"),
    };
    let namespace = Rc::clone(&session.world.settings().namespace);
    let Some(oid) = session.world.store().find(ObjectKind::Pod, &namespace, name) else {
        return Printed::error(format!("Error from server (NotFound): pods \"{name}\" not found\n"));
    };
    session.world.evict(oid);
    Printed::out("{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},\"status\":\"Success\",\"code\":201}\n")
}

/// The kind that a word of the command line names.
pub(super) fn kind_of(word: &str) -> Option<(ObjectKind, &'static str)> {
    match word {
        "job" | "jobs" | "job.batch" | "jobs.batch" => Some((ObjectKind::Job, "job.batch")),
        "pod" | "pods" | "po" => Some((ObjectKind::Pod, "pod")),
        _ => None,
    }
}
