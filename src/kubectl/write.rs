//! Models `k8s.io/kubectl/pkg/cmd/{apply,create}@v0.37.2`: objects from files to the API server.
//!
//! Leaves out: `--prune`, `-k`, `--edit`.

use super::failure::Failure;
use super::flags::Flags;
use super::options::{DryRun, Way, WriteOptions};
use super::output::Output;
use super::{Printed, Session, patch};
use crate::cluster::Oid;
use crate::manifest::{self, KindId, Limits, Place, Problem, ProblemClass, Refusal, Scope, Sent, Verb, Warning};
use crate::world::{Propagation, World};
use serde_json::Value;
use std::fmt::Write;

/// What the server would make of an object that isn't there; nothing is stored.
pub(super) fn tried(
    world: &mut World,
    document: &manifest::Document,
    sent: &Sent,
    file: &str,
) -> Result<Value, Refusal> {
    let options = WriteOptions { dry_run: DryRun::Server, ..WriteOptions::plain(world, Way::Create) };
    let namespaces: Vec<String> = world.namespaces();
    let namespaces: Vec<&str> = namespaces.iter().map(String::as_str).collect();
    let (uid, classes) = (world.new_uid(), world.pod_classes());
    let namespace = sent.namespace().to_owned();
    let scope = Scope {
        file,
        verb: Verb::Create,
        namespace: &namespace,
        namespaces: &namespaces,
        uid: &uid,
        pod_classes: &classes,
        ..Scope::default()
    };
    Writer::new(world, &options).object(document, sent, &scope).map(|written| written.object)
}

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

/// `kubectl apply`, `create` and `replace` of files.
pub(super) fn write(session: &mut Session<'_>, flags: &Flags, way: Way) -> Printed {
    if let Some(path) = flags.value("raw") {
        return super::delete::evict(session, path);
    }
    if !flags.words.is_empty() && matches!(way, Way::Apply | Way::Create) {
        return Printed::error(format!(
            "error: Unexpected args: [{}]\nSee 'kubectl {} -h' for help and examples\n",
            flags.words.join(" "),
            way.name()
        ));
    }
    let options = match WriteOptions::read(session, flags, way) {
        Ok(options) => options,
        Err(printed) => return printed,
    };
    if let Some(text) = refused_flags(flags, way, options.dry_run).filter(|_| flags.has("filename")) {
        return Failure::Own(text.to_owned()).printed();
    }
    let files = match session.folder.of_flags(flags) {
        Ok(files) => files,
        Err(text) => return Failure::Own(text).printed(),
    };
    let mut writer = Writer::new(session.world, &options);
    for file in &files {
        writer.text(&file.text, &file.name);
    }
    let (applied, objects) = writer.finish();
    let mut printed = applied.printed;
    printed.stdout.push_str(&shown(&objects, &options));
    printed
}

/// What is printed of the objects that were written, in another form than in words.
fn shown(objects: &[Value], options: &WriteOptions) -> String {
    let show = |object: &Value| options.output.render(object, &Flags::default()).unwrap_or_default();
    match objects {
        // Apply shows everything at its end, as one list.
        [_, _, ..] if options.way == Way::Apply => show(&super::options::list(objects)),
        objects => objects.iter().map(show).collect(),
    }
}

/// Applies (or creates) what a text says, as `kubectl apply -f FILE` does.
pub fn apply_text(world: &mut World, text: &str, file: &str, verb: Verb) -> Applied {
    let way = if verb == Verb::Apply { Way::Apply } else { Way::Create };
    let options = WriteOptions::plain(world, way);
    let mut writer = Writer::new(world, &options);
    writer.text(text, file);
    writer.finish().0
}

/// Which flags of `apply` don't go together. Models `ApplyOptions.Validate`.
fn refused_flags(flags: &Flags, way: Way, dry_run: DryRun) -> Option<&'static str> {
    if way != Way::Apply {
        return None;
    }
    let (server_side, force) = (flags.is_on("server-side"), flags.is_on("force"));
    let selects = flags.value("selector").is_some_and(|text| !text.is_empty());
    let rules = [
        (
            dry_run == DryRun::Client && server_side,
            "--dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)",
        ),
        (flags.is_on("force-conflicts") && !server_side, "--force-conflicts only works with --server-side"),
        (force && server_side, "--force cannot be used with --server-side"),
        (dry_run == DryRun::Server && force, "--dry-run=server cannot be used with --force"),
        (flags.is_on("all") && selects, "cannot set --all and --selector at the same time"),
        (
            flags.is_on("prune") && !flags.is_on("all") && !selects,
            "all resources selected for prune without explicitly passing --all. To prune all resources, pass the --all flag. If you did not mean to prune all resources, specify a label selector",
        ),
    ];
    rules.into_iter().find(|(broken, _)| *broken).map(|(_, text)| text)
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
    /// What is to be shown in another form than in words.
    objects: Vec<Value>,
    /// How many objects the files hold.
    found: usize,
}

impl<'a> Writer<'a> {
    fn new(world: &'a mut World, options: &'a WriteOptions) -> Self {
        Self { world, options, applied: Applied::default(), refusals: Vec::new(), objects: Vec::new(), found: 0 }
    }

    fn text(&mut self, text: &str, file: &str) {
        let reading = manifest::read(text, file, Limits::default());
        let namespaces: Vec<String> = self.world.namespaces();
        let namespaces: Vec<&str> = namespaces.iter().map(String::as_str).collect();
        let classes = self.world.pod_classes();
        let scope = Scope {
            file,
            pod_classes: &classes,
            verb: self.options.way.verb(self.options.server_side),
            doing: self.options.way.doing(),
            namespace: &self.options.namespace,
            namespace_is_forced: self.options.namespace_is_forced,
            namespaces: &namespaces,
            validation: self.options.validation,
            save_config: self.options.save_config,
            ..Scope::default()
        };
        for document in &reading.documents {
            for sent in manifest::read_objects(document, &scope) {
                if sent.as_ref().is_ok_and(|sent| !self.is_selected(sent)) {
                    continue;
                }
                self.found += 1;
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

    /// Whether `-l` lets the object through.
    fn is_selected(&self, sent: &Sent) -> bool {
        let Some(selector) = &self.options.selector else { return true };
        let labels = sent.value.pointer("/metadata/labels").cloned().unwrap_or_default();
        selector.matches(&serde_json::from_value(labels).unwrap_or_default())
    }

    /// Creates the object, or changes the one of that name.
    fn object(&mut self, document: &manifest::Document, sent: &Sent, scope: &Scope<'_>) -> Result<Written, Refusal> {
        if self.options.way == Way::Replace {
            return patch::replace_one(self.world, document, sent, scope, self.options, &mut self.applied.warnings);
        }
        let known = self.world.find(sent.kind.kind, sent.namespace(), sent.name()).filter(|_| !sent.name().is_empty());
        let mut known = known;
        let mut made_again = false;
        if let (Some(oid), Way::Apply) = (known, self.options.way) {
            let warnings = &mut self.applied.warnings;
            let written = patch::apply_over(self.world, oid, sent, scope, self.options, warnings);
            match written {
                Err(refusal) if self.options.force && refusal.yields_to_force() => {
                    self.world.delete(oid, None, Propagation::Background);
                    (known, made_again) = (None, true);
                }
                written => {
                    return written.map_err(|mut refusal| {
                        refusal.place(&document.places);
                        refusal
                    });
                }
            }
        }
        let accepted = manifest::check_new(document, sent, scope)?;
        // `create --dry-run=client` doesn't ask the server.
        if self.options.dry_run == DryRun::Client && self.options.way == Way::Create {
            known = None;
        }
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
        // What is drawn for a new object isn't drawn for one that isn't kept.
        let is_kept = self.options.dry_run == DryRun::No || sent.kind.kind != "Service";
        let mut object = manifest::prepare(&accepted, if is_kept { scope.uid } else { "" }, &suffix);
        let outcome = match self.options.way {
            Way::Apply if made_again => "configured",
            Way::Apply if self.options.server_side => "serverside-applied",
            Way::Replace | Way::Recreate => "replaced",
            _ => "created",
        };
        if self.options.dry_run != DryRun::Client
            && let Some(words) = self.world.refuses(sent.kind.kind, &object)
        {
            let message = format!("{}{words}", Self::action(scope));
            return Err(Refusal::status("Forbidden", message, ProblemClass::Forbidden, "", None));
        }
        if self.options.dry_run != DryRun::No {
            let now = self.world.store().timestamp(self.world.now_ms()).to_string();
            if let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) {
                metadata.insert("creationTimestamp".to_owned(), Value::from(now));
            }
            return Ok(Written { outcome, object, oid: None });
        }
        let oid = self.world.create(sent.kind.kind, &object).map_err(|error| {
            let message = format!("{}{error}", Self::action(scope));
            Refusal::status("BadRequest", message, ProblemClass::Internal, "", None)
        })?;
        let object = super::object_value(self.world, oid).unwrap_or(object);
        Ok(Written { outcome, object, oid: Some(oid) })
    }

    fn action(scope: &Scope<'_>) -> String {
        if scope.doing.is_empty() { String::new() } else { format!("error when {} \"{}\": ", scope.doing, scope.file) }
    }

    fn tell(&mut self, kind: &KindId, written: &Written) {
        let name = written.object.pointer("/metadata/name").and_then(Value::as_str).unwrap_or("");
        self.applied.objects.extend(written.oid);
        match &self.options.output {
            Output::Table => {
                // Writing to a String can't fail.
                let _ = writeln!(
                    self.applied.printed.stdout,
                    "{}/{name} {}{}",
                    kind.singular(),
                    written.outcome,
                    self.options.dry_run.suffix()
                );
            }
            Output::Name => {
                let _ = writeln!(self.applied.printed.stdout, "{}/{name}", kind.singular());
            }
            _ => self.objects.push(written.object.clone()),
        }
    }

    /// What became of it all, and the objects that are to be shown.
    fn finish(mut self) -> (Applied, Vec<Value>) {
        let way = self.options.way;
        if self.found == 0 && self.refusals.is_empty() {
            self.applied.printed = Printed::error(format!("error: no objects passed to {}\n", way.name()));
            return (self.applied, self.objects);
        }
        let printed = &mut self.applied.printed;
        let mut told: Vec<&str> = Vec::new();
        for warning in &self.applied.warnings {
            // kubectl says each only once.
            if !told.contains(&warning.text.as_str()) {
                let _ = writeln!(printed.stderr, "Warning: {}", warning.text);
                told.push(&warning.text);
            }
        }
        let list: Vec<&Refusal> = self.refusals.iter().collect();
        printed.stderr.push_str(&manifest::report(&list, !matches!(way, Way::Create | Way::Recreate)));
        printed.code = i32::from(!self.refusals.is_empty());
        self.applied.problems = self.refusals.into_iter().flat_map(|refusal| refusal.problems).collect();
        (self.applied, self.objects)
    }
}
