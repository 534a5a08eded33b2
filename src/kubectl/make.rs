//! Models `k8s.io/kubectl/pkg/cmd/{create,run}@v0.37.2`: `kubectl create job …` and its kin, which make an object from
//! flags.
//!
//! Leaves out: roles, services, ingresses; attaching to what was run.

mod objects;

use super::Printed;
use super::failure::{Failure, report};
use super::flags::Flags;
use super::folder::Folder;
use super::output::{ACT, Output};
use super::{builder, furniture, resources};
use crate::manifest::{self, KindId, Limits, Problem, Scope, Verb, struct_order};
use crate::world::World;
use serde_json::{Value, json};
use std::fmt::Write;
use std::rc::Rc;

/// What becomes of the object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum DryRun {
    No,
    Client,
    Server,
}

/// How the command words what the server refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Words {
    /// `error: failed to create job: …`
    Failed(&'static str),
    /// As `kubectl create -f` does.
    Plain,
}

/// A command that makes an object: its name, the flags that must be there, how it fails, and what it makes.
struct Maker {
    name: &'static str,
    required: &'static [&'static str],
    words: Words,
    make: Make,
}

type Make = fn(&World, &Flags, Folder<'_>) -> Result<Value, Failure>;

const MAKERS: &[Maker] = &[
    Maker { name: "create job", required: &[], words: Words::Failed("job"), make: objects::job },
    Maker {
        name: "create cronjob",
        required: &["image", "schedule"],
        words: Words::Failed("cronjob"),
        make: objects::cron_job,
    },
    Maker {
        name: "create deployment",
        required: &["image"],
        words: Words::Failed("deployment"),
        make: objects::deployment,
    },
    Maker { name: "create configmap", required: &[], words: Words::Failed("configmap"), make: objects::config_map },
    Maker { name: "create secret generic", required: &[], words: Words::Failed("secret"), make: objects::secret },
    Maker { name: "create namespace", required: &[], words: Words::Plain, make: objects::namespace },
    Maker {
        name: "create serviceaccount",
        required: &[],
        words: Words::Failed("serviceaccount"),
        make: objects::service_account,
    },
    Maker { name: "create quota", required: &[], words: Words::Failed("quota"), make: objects::quota },
    Maker {
        name: "create priorityclass",
        required: &[],
        words: Words::Failed("priorityclass"),
        make: objects::priority_class,
    },
    Maker { name: "run", required: &["image"], words: Words::Plain, make: objects::pod },
];

/// Other names of the commands.
const ALIASES: [(&str, &str); 7] = [
    ("create resourcequota", "create quota"),
    ("create pc", "create priorityclass"),
    ("create cj", "create cronjob"),
    ("create deploy", "create deployment"),
    ("create cm", "create configmap"),
    ("create ns", "create namespace"),
    ("create sa", "create serviceaccount"),
];

/// The command of that name (or alias), if it makes an object from flags.
pub(super) fn command(line: &str) -> Option<&'static str> {
    let line = ALIASES.iter().find(|(alias, _)| *alias == line).map_or(line, |(_, name)| name);
    MAKERS.iter().find(|maker| maker.name == line).map(|maker| maker.name)
}

/// Runs such a command; `argv` is without its name.
pub(super) fn run(world: &mut World, folder: Folder<'_>, command: &'static str, argv: &[Rc<str>]) -> Printed {
    let Some(maker) = MAKERS.iter().find(|maker| maker.name == command) else { return Printed::default() };
    let flags = match Flags::parse(command, argv) {
        Ok(flags) => flags,
        Err(printed) => return printed,
    };
    let missing: Vec<String> =
        maker.required.iter().filter(|name| flags.value(name).is_none()).map(|name| format!("\"{name}\"")).collect();
    if !missing.is_empty() {
        return Printed::error(format!("error: required flag(s) {} not set\n", missing.join(", ")));
    }
    let mut warnings = String::new();
    match make(world, folder, maker, &flags, &mut warnings) {
        Ok(stdout) => Printed { stdout, stderr: warnings, code: 0 },
        Err(failures) => Printed { stdout: String::new(), stderr: warnings + &report(&failures), code: 1 },
    }
}

fn make(
    world: &mut World,
    folder: Folder<'_>,
    maker: &Maker,
    flags: &Flags,
    warnings: &mut String,
) -> Result<String, Vec<Failure>> {
    if maker.name != "run" {
        let names = flags.dash.unwrap_or(flags.words.len());
        if names != 1 {
            return Err(vec![Failure::Own(format!(
                "exactly one NAME is required, got {names}\nSee 'kubectl {} -h' for help and examples",
                maker.name
            ))]);
        }
    }
    let one = |failure| vec![failure];
    let dry_run = dry_run(flags, warnings).map_err(one)?;
    let output = Output::of(flags, ACT).map_err(one)?;
    let mut object = (maker.make)(world, flags, folder).map_err(one)?;
    let Some(kind) = kind_of(&object) else { return Err(vec![Failure::Own("no such kind".to_owned())]) };
    if kind.namespaced && flags.value("namespace").is_some() {
        set(&mut object, "/metadata", "namespace", json!(&*builder::namespace_of(flags, &world.settings().namespace)));
    }
    if flags.is_on("save-config") {
        let text = format!("{}\n", manifest::json_text(&struct_order(&object, &kind)));
        annotate(&mut object, manifest::LAST_APPLIED, text);
    }
    if dry_run != DryRun::Client {
        object = create(world, maker, flags, &object, &kind, dry_run == DryRun::Server, warnings)?;
    }
    if output != Output::Table && output != Output::Name {
        return output.render_as(&struct_order(&object, &kind), &Value::clone, flags).map_err(one);
    }
    let name = object.pointer("/metadata/name").and_then(Value::as_str).unwrap_or("");
    let singular = resources::of_kind(kind.kind).map_or(kind.kind.to_lowercase(), KindId::singular);
    let told = match dry_run {
        _ if output == Output::Name => "",
        DryRun::No => " created",
        DryRun::Client => " created (dry run)",
        DryRun::Server => " created (server dry run)",
    };
    Ok(format!("{singular}/{name}{told}\n"))
}

fn kind_of(object: &Value) -> Option<KindId> {
    let text = |name: &str| object.get(name).and_then(Value::as_str).unwrap_or("");
    manifest::served().find(|known| known.kind == text("kind") && known.api_version() == text("apiVersion"))
}

fn set(object: &mut Value, path: &str, name: &str, to: Value) {
    if let Some(Value::Object(fields)) = object.pointer_mut(path) {
        fields.insert(name.to_owned(), to);
    }
}

fn annotate(object: &mut Value, name: &str, text: String) {
    if object.pointer("/metadata/annotations").is_none() {
        set(object, "/metadata", "annotations", json!({}));
    }
    set(object, "/metadata/annotations", name, Value::String(text));
}

/// Models `GetDryRunStrategy`.
fn dry_run(flags: &Flags, warnings: &mut String) -> Result<DryRun, Failure> {
    match flags.value("dry-run") {
        None | Some("none") => Ok(DryRun::No),
        Some("client") => Ok(DryRun::Client),
        Some("server") => Ok(DryRun::Server),
        Some("" | "unchanged") => {
            warnings.push_str("W0101 00:00:00.000000       1 helpers.go:714] --dry-run is deprecated and can be replaced with --dry-run=client.\n");
            Ok(DryRun::Client)
        }
        Some(other) => {
            Err(Failure::Own(format!("Invalid dry-run value ({other}). Must be \"none\", \"server\", or \"client\".")))
        }
    }
}

/// Sends the object to the server; gives it as the server answers it.
fn create(
    world: &mut World,
    maker: &Maker,
    flags: &Flags,
    object: &Value,
    kind: &KindId,
    only_tried: bool,
    warnings: &mut String,
) -> Result<Value, Vec<Failure>> {
    let namespace = builder::namespace_of(flags, &world.settings().namespace);
    let failed = |message: String| match maker.words {
        Words::Failed(what) => vec![Failure::Own(format!("failed to create {what}: {message}"))],
        Words::Plain => Vec::new(),
    };
    let server = |reason: &'static str, message: String| match maker.words {
        Words::Failed(_) => failed(message),
        Words::Plain => vec![Failure::Server(reason, message)],
    };
    if kind.namespaced && !namespace_exists(world, &namespace) {
        return Err(server("NotFound", format!("namespaces \"{namespace}\" not found")));
    }
    let uid = world.new_uid();
    let reading = manifest::read(&manifest::json_text(object), "STDIN", Limits::default());
    let classes = world.pod_classes();
    let scope = Scope {
        file: "STDIN",
        verb: Verb::Create,
        namespace: &namespace,
        uid: &uid,
        pod_classes: &classes,
        ..Scope::default()
    };
    let checked = reading.documents.first().and_then(|document| manifest::check(document, &scope).into_iter().next());
    let accepted = match checked {
        Some(Ok(accepted)) => accepted,
        Some(Err(refusal)) => {
            return Err(match maker.words {
                Words::Failed(_) => failed(invalid(object, kind, &refusal.problems)),
                Words::Plain => vec![Failure::Whole(refusal.stderr.replace("error when creating \"STDIN\": ", ""))],
            });
        }
        None => return Err(vec![Failure::Own("no objects passed to create".to_owned())]),
    };
    for warning in &accepted.warnings {
        let _ = writeln!(warnings, "Warning: {}", warning.text);
    }
    let name = object.pointer("/metadata/name").and_then(Value::as_str).unwrap_or("");
    let place = if kind.namespaced { &*namespace } else { "" };
    let taken =
        world.find(kind.kind, place, name).is_some() || kind.kind == "Namespace" && namespace_exists(world, name);
    if taken {
        return Err(server("AlreadyExists", format!("{} \"{name}\" already exists", kind.resource())));
    }
    let suffix = world.new_suffix();
    let mut prepared = manifest::prepare(&accepted, &uid, &suffix);
    if let Some(words) = world.refuses(kind.kind, &prepared) {
        return Err(server("Forbidden", words));
    }
    if only_tried {
        let now = world.store().timestamp(world.now_ms());
        set(&mut prepared, "/metadata", "creationTimestamp", json!(now));
        return Ok(prepared);
    }
    let oid = world.create(kind.kind, &prepared).map_err(|error| server("BadRequest", error.to_string()))?;
    let resource = resources::of_kind(kind.kind);
    let stored = world.store().get(oid).zip(resource);
    Ok(stored.map_or(prepared, |(object, resource)| super::served::value(object, resource)))
}

fn namespace_exists(world: &World, name: &str) -> bool {
    let stored = world.find("Namespace", "", name).is_some();
    stored
        || resources::of_kind("Namespace")
            .is_some_and(|resource| furniture::of(world, resource).iter().any(|item| item.name() == name))
}

/// The server's words as a Go error: `Job.batch "x" is invalid: [a, b]`.
fn invalid(object: &Value, kind: &KindId, problems: &[Problem]) -> String {
    let name = object.pointer("/metadata/name").and_then(Value::as_str).unwrap_or("");
    let texts: Vec<&str> = problems.iter().map(|problem| problem.message.as_str()).collect();
    let list = match texts.as_slice() {
        [one] => (*one).to_owned(),
        many => format!("[{}]", many.join(", ")),
    };
    let group = if kind.group.is_empty() { String::new() } else { format!(".{}", kind.group) };
    format!("{}{group} \"{name}\" is invalid: {list}", kind.kind)
}
