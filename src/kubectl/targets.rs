//! Which objects a command that changes some is about: `job hola`, `job/hola pod/x`, `jobs -l app=x`, `-f FILE`.
//!
//! Models `k8s.io/cli-runtime/pkg/resource/builder.go@v0.37.2`.
//!
//! Leaves out: field selectors but that of names.

use super::flags::Flags;
use super::options::DryRun;
use super::{Printed, Session, discovery, selector};
use crate::api::{Labels, Object};
use crate::cluster::Oid;
use crate::manifest::{self, KindId, Limits, Scope, Verb};
use crate::world::World;
use std::rc::Rc;

/// What `all` means.
const ALL: [&str; 9] = [
    "pods",
    "replicationcontrollers",
    "services",
    "daemonsets",
    "deployments",
    "replicasets",
    "statefulsets",
    "cronjobs",
    "jobs",
];
/// kubectl's words for a command line that names nothing.
pub(super) const NOTHING: &str = "error: You must provide one or more resources by argument or filename.
Example resource specifications include:
   '-f rsrc.yaml'
   '--filename=rsrc.json'
   '<resource> <name>'
   '<resource>'
";

/// An object that was named; it may not be there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    pub kind: KindId,
    pub namespace: Rc<str>,
    pub name: String,
    /// The file that named it.
    pub file: Option<String>,
}

impl Target {
    /// Its place in the store.
    pub(super) fn find(&self, world: &World) -> Option<Oid> {
        if self.kind.kind == "Event" {
            let is_it = |object: &Object| object.own_name() == *self.name && object.namespace() == &*self.namespace;
            let mut all = world.store().all();
            return all.find(|(_, object)| kind_of(object) == "Event" && is_it(object)).map(|(oid, _)| oid);
        }
        world.find(self.kind.kind, if self.kind.namespaced { &self.namespace } else { "" }, &self.name)
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
        format!(
            "Error from server (NotFound): {}{} \"{}\" not found\n",
            self.action(doing),
            self.kind.resource(),
            self.name
        )
    }
}

/// What a command line names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Named {
    pub targets: Vec<Target>,
    /// Whether they were chosen (`--all`, `-l`) rather than named.
    pub chosen: bool,
    /// What was wrong with some of the files, in kubectl's words; the others go on.
    pub errors: String,
}

/// The objects of a command that changes each of them, with `--dry-run` and what is printed so far.
pub(super) fn named_to_change(
    session: &Session<'_>,
    flags: &Flags,
    words: &[String],
) -> Result<(Vec<Target>, DryRun, Printed), Printed> {
    let found = named(session, flags, words)?;
    let dry_run = DryRun::read(flags)?;
    let code = i32::from(!found.errors.is_empty());
    Ok((found.targets, dry_run, Printed { stderr: found.errors, code, ..Printed::default() }))
}

/// `words`: what follows the verb.
pub(super) fn named(session: &Session<'_>, flags: &Flags, words: &[String]) -> Result<Named, Printed> {
    let namespace = namespace(session, flags);
    if flags.value("filename").is_some() {
        return from_files(session, flags, &namespace);
    }
    let selector = match flags.value("selector") {
        Some(text) => Some(selector::parse(text).map_err(|text| Printed::error(format!("error: {text}\n")))?),
        None => None,
    };
    if words.iter().any(|word| word.contains('/')) {
        return by_slashes(words, &namespace).map(|targets| Named { targets, ..Named::default() });
    }
    let Some((types, names)) = words.split_first() else { return Ok(Named::default()) };
    let kinds = kinds(types)?;
    if !names.is_empty() {
        if selector.is_some() || flags.is_on("all") {
            return Err(Printed::error("error: name cannot be provided when a selector is specified\n"));
        }
        let targets = kinds.iter().flat_map(|kind| {
            let namespace = &namespace;
            names.iter().map(move |name| Target {
                kind: *kind,
                namespace: Rc::clone(namespace),
                name: name.clone(),
                file: None,
            })
        });
        return Ok(Named { targets: targets.collect(), ..Named::default() });
    }
    let by_name = flags.value("field-selector").and_then(|text| text.split_once("metadata.name="));
    let by_name = by_name.map(|(_, name)| name.trim_start_matches('='));
    if selector.is_none() && by_name.is_none() && !flags.is_on("all") {
        return Err(Printed::error("error: resource(s) were provided, but no name was specified\n"));
    }
    let mut targets = Vec::new();
    for kind in kinds {
        let found = session.world.store().all().filter(|(_, object)| {
            let here = flags.is_on("all-namespaces") || !kind.namespaced || object.namespace() == &*namespace;
            kind_of(object) == kind.kind && here
        });
        let found = found.filter(|(_, object)| {
            let none = Labels::new();
            let labels = object.metadata().map_or(&none, |metadata| &metadata.labels);
            selector.as_ref().is_none_or(|selector| selector.matches(labels))
        });
        let found = found.filter(|(_, object)| by_name.is_none_or(|name| object.name() == name));
        let place = |object: &Object| (object.namespace().to_owned(), object.own_name().into_owned());
        let mut names: Vec<(String, String)> = found.map(|(_, object)| place(object)).collect();
        names.sort();
        targets.extend(names.into_iter().map(|(place, name)| Target {
            kind,
            namespace: if kind.namespaced { Rc::from(place) } else { Rc::clone(&namespace) },
            name,
            file: None,
        }));
    }
    Ok(Named { targets, chosen: true, errors: String::new() })
}

/// The namespace that `-n` names, or the one that there is without.
pub(super) fn namespace(session: &Session<'_>, flags: &Flags) -> Rc<str> {
    flags.value("namespace").map_or_else(|| Rc::clone(&session.world.settings().namespace), Rc::from)
}

fn kinds(types: &str) -> Result<Vec<KindId>, Printed> {
    let words = types.split(',').flat_map(|word| if word == "all" { ALL.to_vec() } else { vec![word] });
    words.map(resolve).collect()
}

/// The kind that a word names.
pub(super) fn resolve(word: &str) -> Result<KindId, Printed> {
    discovery::find(word).ok_or_else(|| Printed::error(discovery::unknown(word)))
}

fn by_slashes(words: &[String], namespace: &Rc<str>) -> Result<Vec<Target>, Printed> {
    let mut targets = Vec::new();
    for word in words {
        let Some((kind, name)) = word.split_once('/') else {
            return Err(Printed::error(
                "error: there is no need to specify a resource type as a separate argument when passing arguments in resource/name form (e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource resource/<resource_name>'\n",
            ));
        };
        if name.contains('/') {
            return Err(Printed::error("error: arguments in resource/name form may not have more than one slash\n"));
        }
        if kind.is_empty() || name.is_empty() {
            return Err(Printed::error(
                "error: arguments in resource/name form must have a single resource and name\n",
            ));
        }
        let kind = resolve(kind)?;
        targets.push(Target { kind, namespace: Rc::clone(namespace), name: name.to_owned(), file: None });
    }
    Ok(targets)
}

/// The objects that files name, without looking at more than their kinds and names.
fn from_files(session: &Session<'_>, flags: &Flags, namespace: &Rc<str>) -> Result<Named, Printed> {
    let mut named = Named::default();
    let mut refusals = Vec::new();
    for file in super::options::files(session, flags)? {
        let scope = Scope { file: &file.name, verb: Verb::Create, namespace, ..Scope::default() };
        let reading = manifest::read(&file.text, &file.name, Limits::default());
        for sent in reading.documents.iter().flat_map(|document| manifest::read_objects(document, &scope)) {
            match sent {
                Ok(sent) => named.targets.push(Target {
                    kind: sent.kind,
                    namespace: Rc::from(sent.namespace()),
                    name: sent.name().to_owned(),
                    file: Some(file.name.clone()),
                }),
                Err(refusal) => refusals.push(refusal),
            }
        }
        refusals.extend(reading.refusal);
    }
    named.errors = manifest::report(&refusals.iter().collect::<Vec<_>>(), true);
    Ok(named)
}

pub(super) fn kind_of(object: &Object) -> &str {
    object.api_kind()
}
