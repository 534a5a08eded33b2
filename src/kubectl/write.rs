//! Models `k8s.io/kubectl/pkg/cmd/{apply,create}@v0.37.2`: objects from files to the API server.
//!
//! Leaves out: `--prune`, `-k`, `--edit`.

use super::arguments::Arguments;
use super::options::{DryRun, Output, WriteOptions};
use super::{Printed, Session, patch};
use crate::cluster::Oid;
use crate::manifest::{self, KindId, Limits, Place, Problem, ProblemClass, Refusal, Scope, Sent, Verb, Warning};
use crate::world::World;
use serde_json::Value;
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
    let options = match WriteOptions::read(session, arguments, verb) {
        Ok(options) => options,
        Err(printed) => return printed,
    };
    let files = match super::options::files(session, arguments) {
        Ok(files) => files,
        Err(printed) => return printed,
    };
    let mut writer = Writer::new(session.world, &options);
    for file in &files {
        writer.text(&file.text, &file.name);
    }
    writer.finish().printed
}

/// Applies (or creates) what a text says, as `kubectl apply -f FILE` does.
pub fn apply_text(world: &mut World, text: &str, file: &str, verb: Verb) -> Applied {
    let options = WriteOptions::plain(world, verb);
    let mut writer = Writer::new(world, &options);
    writer.text(text, file);
    writer.finish()
}

/// An object that the server took, and what is said of it.
pub(super) struct Written {
    /// `created`, `configured` …
    pub outcome: &'static str,
    /// The object as it is now, or would be.
    pub object: Value,
    /// Its place in the store, if it is there.
    pub oid: Option<Oid>,
}

struct Writer<'a> {
    world: &'a mut World,
    options: &'a WriteOptions,
    applied: Applied,
    refusals: Vec<Refusal>,
    /// What is printed at the end: `-o json` of `apply`.
    objects: Vec<Value>,
    documents: usize,
}

impl<'a> Writer<'a> {
    fn new(world: &'a mut World, options: &'a WriteOptions) -> Self {
        Self { world, options, applied: Applied::default(), refusals: Vec::new(), objects: Vec::new(), documents: 0 }
    }

    fn text(&mut self, text: &str, file: &str) {
        let reading = manifest::read(text, file, Limits::default());
        let namespaces: Vec<String> = self.world.namespaces();
        let namespaces: Vec<&str> = namespaces.iter().map(String::as_str).collect();
        let scope = Scope {
            file,
            verb: self.options.verb,
            namespace: &self.options.namespace,
            namespace_is_forced: self.options.namespace_is_forced,
            namespaces: &namespaces,
            validation: self.options.validation,
            ..Scope::default()
        };
        for document in &reading.documents {
            self.documents += 1;
            for sent in manifest::read_objects(document, &scope) {
                let written = sent.and_then(|sent| {
                    // What a list holds has no path of its own in the document.
                    if sent.kind.kind == "Job" && sent.prefix.is_empty() && self.applied.places.is_none() {
                        self.applied.places = Some(document.places.clone());
                    }
                    let uid = self.world.new_uid();
                    let written = self.object(document, &sent, &Scope { uid: &uid, ..scope })?;
                    Ok((sent.kind, written))
                });
                match written {
                    Ok((kind, written)) => self.tell(&kind, &written),
                    Err(refusal) => self.refusals.push(refusal),
                }
            }
        }
        self.refusals.extend(reading.refusal);
    }

    /// Creates the object, or changes the one of that name.
    fn object(&mut self, document: &manifest::Document, sent: &Sent, scope: &Scope<'_>) -> Result<Written, Refusal> {
        let known = self.world.find(sent.kind.kind, sent.namespace(), sent.name()).filter(|_| !sent.name().is_empty());
        if let (Some(oid), Verb::Apply) = (known, self.options.verb) {
            return patch::apply_over(self.world, oid, document, sent, scope, self.options, &mut self.applied.warnings);
        }
        let accepted = manifest::check_new(document, sent, scope)?;
        let is_there = known.is_some() || (sent.kind.kind == "Namespace" && scope.namespaces.contains(&sent.name()));
        if is_there {
            let (resource, name) = (sent.kind.resource(), sent.name());
            let message = format!("error when creating \"{}\": {resource} \"{name}\" already exists", scope.file);
            return Err(Refusal::status(
                "AlreadyExists",
                message,
                ProblemClass::AlreadyExists,
                "metadata.name",
                Some(document.places.nearest("metadata.name")),
            ));
        }
        self.applied.warnings.extend(accepted.warnings.iter().cloned());
        let suffix = self.world.new_suffix();
        let mut object = manifest::prepare(&accepted, scope.uid, &suffix);
        let outcome = if self.options.server_side { "serverside-applied" } else { "created" };
        if self.options.dry_run != DryRun::No {
            let now = self.world.store().timestamp(self.world.now_ms()).to_string();
            if let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) {
                metadata.insert("creationTimestamp".to_owned(), Value::from(now));
            }
            return Ok(Written { outcome, object, oid: None });
        }
        let oid = self.world.create(sent.kind.kind, &object).map_err(|error| {
            let message = format!("error when creating \"{}\": {error}", scope.file);
            Refusal::status("BadRequest", message, ProblemClass::Internal, "", None)
        })?;
        let object = super::object_value(self.world, oid).unwrap_or(object);
        Ok(Written { outcome, object, oid: Some(oid) })
    }

    fn tell(&mut self, kind: &KindId, written: &Written) {
        let name = written.object.pointer("/metadata/name").and_then(Value::as_str).unwrap_or("");
        self.applied.objects.extend(written.oid);
        let stdout = &mut self.applied.printed.stdout;
        // Writing to a String can't fail.
        match &self.options.output {
            Output::Words => {
                let _ =
                    writeln!(stdout, "{}/{name} {}{}", kind.singular(), written.outcome, self.options.dry_run.suffix());
            }
            Output::Name => {
                let _ = writeln!(stdout, "{}/{name}", kind.singular());
            }
            Output::Json if self.options.verb == Verb::Create => {
                stdout.push_str(&manifest::pretty_json(&written.object));
                stdout.push('\n');
            }
            Output::Json => self.objects.push(written.object.clone()),
        }
    }

    fn finish(mut self) -> Applied {
        let verb = self.options.verb;
        if self.documents == 0 && self.refusals.is_empty() {
            let verb = if verb == Verb::Apply { "apply" } else { "create" };
            self.applied.printed = Printed::error(format!("error: no objects passed to {verb}\n"));
            return self.applied;
        }
        let printed = &mut self.applied.printed;
        match self.objects.as_slice() {
            [] => {}
            [one] => printed.stdout.push_str(&(manifest::pretty_json(one) + "\n")),
            many => {
                let list = serde_json::json!({
                    "apiVersion": "v1", "items": many, "kind": "List", "metadata": {"resourceVersion": ""},
                });
                printed.stdout.push_str(&(manifest::pretty_json(&list) + "\n"));
            }
        }
        let mut told: Vec<&str> = Vec::new();
        for warning in &self.applied.warnings {
            // kubectl says each only once.
            if !told.contains(&warning.text.as_str()) {
                let _ = writeln!(printed.stderr, "Warning: {}", warning.text);
                told.push(&warning.text);
            }
        }
        let list: Vec<&Refusal> = self.refusals.iter().collect();
        printed.stderr.push_str(&manifest::report(&list, verb == Verb::Apply));
        printed.code = i32::from(!self.refusals.is_empty());
        self.applied.problems = self.refusals.into_iter().flat_map(|refusal| refusal.problems).collect();
        self.applied
    }
}
