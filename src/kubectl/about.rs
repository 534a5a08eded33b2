//! Models `k8s.io/kubectl/pkg/cmd/{version,apiresources,config,clusterinfo,auth}@v0.37.2`: what the cluster offers, and
//! how kubectl is set up here: one cluster `c`, one user `u` who may do everything, one context `x`.

use super::Printed;
use super::failure::{Failure, report};
use super::flags::Flags;
use super::look::View;
use super::output::{ACT, Output};
use super::resources;
use super::text::lay_out_table;
use crate::api::Timestamp;
use crate::manifest::KindId;
use serde_json::{Value, json};
use std::fmt::Write;

const VERSION: &str = "v1.37.2";
const KUSTOMIZE: &str = "v5.8.1";
const SERVER: &str = "https://127.0.0.1:6443";
pub(super) const CONTEXT: &str = "x";

fn failed(failure: Failure) -> Printed {
    Printed::error(report(&[failure]))
}

pub(super) fn version(_: &View<'_>, flags: &Flags) -> Printed {
    if !flags.words.is_empty() {
        return Printed::error(format!("error: extra arguments: [{}]\n", flags.words.join(" ")));
    }
    let only_client = flags.is_on("client");
    let mut all = json!({"clientVersion": built(json!({})), "kustomizeVersion": KUSTOMIZE});
    if let (Value::Object(fields), false) = (&mut all, only_client) {
        fields.insert("serverVersion".to_owned(), server_version());
    }
    match flags.value("output") {
        None | Some("") => {
            let server = if only_client { String::new() } else { format!("Server Version: {VERSION}\n") };
            Printed::out(format!("Client Version: {VERSION}\nKustomize Version: {KUSTOMIZE}\n{server}"))
        }
        Some("yaml") => Printed::out(super::text::yaml(&all)),
        Some("json") => Printed::out(super::text::indented_by_two(&all)),
        Some(_) => Printed::error("error: --output must be 'yaml' or 'json'\n"),
    }
}

/// What a program tells of its version, with what only it tells.
fn built(more: Value) -> Value {
    let parts = [
        json!({"major": "1", "minor": "37"}),
        more,
        json!({
            "gitVersion": VERSION, "gitCommit": "$Format:%H$", "gitTreeState": "clean",
            "buildDate": "1970-01-01T00:00:00Z", "goVersion": "go1.26.8", "compiler": "gc", "platform": "linux/amd64",
        }),
    ];
    let fields =
        parts.into_iter().filter_map(|part| if let Value::Object(fields) = part { Some(fields) } else { None });
    Value::Object(fields.flatten().collect())
}

/// What the API server tells of its version.
pub(super) fn server_version() -> Value {
    built(json!({
        "emulationMajor": "1", "emulationMinor": "37", "minCompatibilityMajor": "1", "minCompatibilityMinor": "36",
    }))
}

pub(super) fn api_resources(_: &View<'_>, flags: &Flags) -> Printed {
    if !flags.words.is_empty() {
        return Printed::error(format!(
            "error: unexpected arguments: [{}]\nSee 'kubectl api-resources -h' for help and examples\n",
            flags.words.join(" ")
        ));
    }
    let format = flags.value("output").unwrap_or("");
    let output = match format {
        "wide" => Output::Table,
        _ => match Output::of(flags, "json,kyaml,name,wide,yaml") {
            Ok(output) => output,
            Err(failure) => return failed(failure),
        },
    };
    let verbs: Vec<&str> = flags.all("verbs").into_iter().flat_map(|text| text.split(',')).collect();
    let categories: Vec<&str> = flags.all("categories").into_iter().flat_map(|text| text.split(',')).collect();
    let mut shown: Vec<&KindId> = resources::preferred()
        .filter(|resource| flags.value("api-group").is_none_or(|group| group == resource.group))
        .filter(|resource| flags.value("namespaced").is_none() || flags.is_on("namespaced") == resource.namespaced)
        .filter(|resource| verbs.iter().all(|verb| resource.verbs().split(',').any(|known| known == *verb)))
        .filter(|resource| categories.iter().all(|category| *category == "all" && resource.in_all))
        .collect();
    match flags.value("sort-by") {
        Some("name") => crate::go::sort::by_key(&mut shown, |resource| resource.plural),
        Some("kind") => crate::go::sort::by_key(&mut shown, |resource| resource.kind),
        Some(other) if !other.is_empty() => {
            return Printed::error("error: --sort-by accepts only name or kind\n");
        }
        _ => crate::go::sort::by_key(&mut shown, |resource| (resource.group, resource.plural)),
    }
    if !matches!(output, Output::Table | Output::Name) {
        let list = json!({
            "kind": "APIResourceList", "apiVersion": "v1", "groupVersion": "",
            "resources": shown.into_iter().map(resource_value).collect::<Vec<_>>(),
        });
        return match output.render_as(&list, &Value::clone, flags) {
            Ok(text) => Printed::out(text),
            Err(failure) => failed(failure),
        };
    }
    if output == Output::Name {
        return Printed::out(shown.iter().map(|resource| resource.resource() + "\n").collect::<String>());
    }
    let wide = format == "wide";
    let mut text = String::new();
    if !flags.is_on("no-headers") {
        text.push_str("NAME\tSHORTNAMES\tAPIVERSION\tNAMESPACED\tKIND");
        text.push_str(if wide { "\tVERBS\tCATEGORIES\n" } else { "\n" });
    }
    for resource in shown {
        let _ = write!(
            text,
            "{}\t{}\t{}\t{}\t{}",
            resource.plural,
            resource.short,
            resource.api_version(),
            resource.namespaced,
            resource.kind
        );
        if wide {
            let _ = write!(text, "\t{}\t{}", resource.verbs(), resource.categories());
        }
        text.push('\n');
    }
    let mut out = String::new();
    lay_out_table(&text, &mut Vec::new(), &mut out);
    Printed::out(out)
}

/// A resource as discovery tells it; its fields in the order of their type.
fn resource_value(kind: &KindId) -> Value {
    let list =
        |text: &str| -> Vec<String> { text.split(',').filter(|part| !part.is_empty()).map(str::to_owned).collect() };
    let mut value = json!({
        "name": kind.plural, "singularName": kind.kind.to_lowercase(), "namespaced": kind.namespaced, "group": kind.group,
        "version": kind.version, "kind": kind.kind, "verbs": list(kind.verbs()), "shortNames": list(kind.short),
        "categories": list(kind.categories()),
    });
    if let Value::Object(fields) = &mut value {
        fields.retain(|_, field| !matches!(field, Value::String(text) if text.is_empty()));
        fields.retain(|_, field| field.as_array().is_none_or(|items| !items.is_empty()));
    }
    value
}

pub(super) fn api_versions(_: &View<'_>, flags: &Flags) -> Printed {
    if !flags.words.is_empty() {
        return Printed::error(format!(
            "error: unexpected arguments: [{}]\nSee 'kubectl api-versions -h' for help and examples\n",
            flags.words.join(" ")
        ));
    }
    let mut versions: Vec<String> = crate::manifest::kinds().iter().map(KindId::api_version).collect();
    versions.sort();
    versions.dedup();
    Printed::out(versions.join("\n") + "\n")
}

pub(super) fn cluster_info(_: &View<'_>, _: &Flags) -> Printed {
    Printed::out(format!(
        "Kubernetes control plane is running at {SERVER}\n\nTo further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.\n"
    ))
}

fn configuration(namespace: &str) -> Value {
    json!({
        "kind": "Config",
        "apiVersion": "v1",
        "clusters": [{"name": "c", "cluster": {"server": SERVER, "insecure-skip-tls-verify": true}}],
        "users": [{"name": "u", "user": {"token": "REDACTED"}}],
        "contexts": [{"name": CONTEXT, "context": {"cluster": "c", "user": "u", "namespace": namespace}}],
        "current-context": CONTEXT,
    })
}

pub(super) fn config_view(view: &View<'_>, flags: &Flags) -> Printed {
    let output = match Output::of(flags, ACT) {
        Ok(Output::Table) => Output::Yaml,
        Ok(output) => output,
        Err(failure) => return failed(failure),
    };
    match output.render_as(&configuration(view.scene.namespace()), &Value::clone, flags) {
        Ok(text) => Printed::out(text),
        Err(failure) => failed(failure),
    }
}

pub(super) fn current_context(_: &View<'_>, _: &Flags) -> Printed {
    Printed::out(format!("{CONTEXT}\n"))
}

pub(super) fn get_contexts(view: &View<'_>, flags: &Flags) -> Printed {
    let unknown = flags.words.iter().find(|name| *name != CONTEXT);
    match flags.value("output") {
        Some("name") => return Printed::out(format!("{CONTEXT}\n")),
        Some(other) if !other.is_empty() => {
            return Printed::error(format!("error: output must be one of '' or 'name': {other}\n"));
        }
        _ => {}
    }
    let header = if flags.is_on("no-headers") { "" } else { "CURRENT\tNAME\tCLUSTER\tAUTHINFO\tNAMESPACE\n" };
    let mut text = header.to_owned();
    if flags.words.is_empty() || flags.words.iter().any(|name| name == CONTEXT) {
        let _ = writeln!(text, "*\t{CONTEXT}\tc\tu\t{}", view.scene.namespace());
    }
    let mut printed = Printed::default();
    lay_out_table(&text, &mut Vec::new(), &mut printed.stdout);
    if let Some(other) = unknown {
        printed.stderr = format!("error: context {other} not found\n");
        printed.code = 1;
    }
    printed
}

pub(super) fn get_clusters(_: &View<'_>, _: &Flags) -> Printed {
    Printed::out("NAME\nc\n")
}

pub(super) fn get_users(_: &View<'_>, _: &Flags) -> Printed {
    Printed::out("NAME\nu\n")
}

pub(super) fn use_context(_: &View<'_>, flags: &Flags) -> Printed {
    match flags.words.as_slice() {
        [name] if name == CONTEXT => Printed::out(format!("Switched to context \"{name}\".\n")),
        [name] => Printed::error(format!("error: no context exists with the name: \"{name}\"\n")),
        words => Printed::error(format!("error: Unexpected args: [{}]\n", words.join(" "))),
    }
}

pub(super) fn set_context(_: &View<'_>, flags: &Flags) -> Printed {
    if flags.words.is_empty() && !flags.is_on("current") {
        return Printed::error("error: you must specify a non-empty context name or --current\n");
    }
    Printed::error("error: kubectl's configuration can't be changed here; say the namespace with -n\n")
}

/// The verbs of which `auth can-i` doesn't warn.
const KNOWN_VERBS: &str = "get list watch create update patch delete deletecollection use bind escalate impersonate approve sign attest * proxy";

pub(super) fn can_i(_: &View<'_>, flags: &Flags) -> Printed {
    if flags.is_on("list") {
        return Printed::out(
            "Resources   Non-Resource URLs   Resource Names   Verbs\n*.*         []                  []               [*]\n            [*]                 []               [*]\n",
        );
    }
    let [verb, what, ..] = flags.words.as_slice() else {
        return Printed::error(
            "error: you must specify two arguments: verb resource or verb resource/resourceName.\nSee 'kubectl auth can-i -h' for help and examples.\n",
        );
    };
    let mut printed = Printed::out(if flags.is_on("quiet") { "" } else { "yes\n" });
    if !KNOWN_VERBS.split_whitespace().any(|known| known == verb) && !what.starts_with('/') {
        printed.stderr = format!("Warning: verb '{verb}' is not a known verb\n\n");
    }
    let word = what.split('/').next().unwrap_or(what);
    match resources::find(word) {
        Err(_) if !what.starts_with('/') && word != "*" => {
            let _ = write!(printed.stderr, "Warning: the server doesn't have a resource type '{word}'\n\n");
        }
        Ok(resource) if !resource.namespaced => {
            let group =
                if resource.group.is_empty() { String::new() } else { format!(" in group '{}'", resource.group) };
            let plural = resource.plural;
            let _ = write!(printed.stderr, "Warning: resource '{plural}' is not namespace scoped{group}\n\n");
        }
        _ => {}
    }
    printed
}

pub(super) fn who_am_i(view: &View<'_>, flags: &Flags) -> Printed {
    let output = match Output::of(flags, ACT) {
        Ok(output) => output,
        Err(failure) => return failed(failure),
    };
    if output == Output::Name {
        return Printed::out("selfsubjectreview.authentication.k8s.io/<unknown>\n");
    }
    if output != Output::Table {
        let review = json!({
            "kind": "SelfSubjectReview", "apiVersion": "authentication.k8s.io/v1",
            "metadata": {"creationTimestamp": Timestamp::from_unix_ms(view.scene.unix_ms())},
            "status": {"userInfo": {
                "username": "admin", "uid": "admin", "groups": ["system:masters", "system:authenticated"],
            }},
        });
        return match output.render_as(&review, &Value::clone, flags) {
            Ok(text) => Printed::out(text),
            Err(failure) => failed(failure),
        };
    }
    let text = "ATTRIBUTE\tVALUE\nUsername\tadmin\nUID\tadmin\nGroups\t[system:masters system:authenticated]\n";
    let mut out = String::new();
    lay_out_table(text, &mut Vec::new(), &mut out);
    Printed::out(out)
}
