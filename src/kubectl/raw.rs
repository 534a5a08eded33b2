//! `kubectl get --raw PATH`: what the API server answers at an address.
//!
//! Models `k8s.io/kubectl/pkg/rawhttp@v0.37.2` and the server's own addresses of health and version.
//! Leaves out: discovery, the schemas' documents, metrics, logs.

use super::failure::Failure;
use super::flags::Flags;
use super::listing::{find, list};
use super::look::View;
use super::{Printed, about};
use crate::manifest::{self, KindId, kinds, struct_order};
use serde_json::{Value, json};

pub(super) fn get(view: &View<'_>, flags: &Flags, path: &str) -> Printed {
    if !flags.words.is_empty() {
        return Failure::Own("arguments may not be passed when --raw is specified".to_owned()).printed();
    }
    if !path.starts_with('/') {
        let text = format!("--raw must be a valid URL path: parse \"{path}\": invalid URI for request");
        return Failure::Own(text).printed();
    }
    match answer(view, path) {
        Ok(text) => Printed::out(text),
        Err(failure) => failure.printed(),
    }
}

fn answer(view: &View<'_>, path: &str) -> Result<String, Failure> {
    let missing = || Failure::Server("NotFound", "the server could not find the requested resource".to_owned());
    match path.trim_end_matches('/') {
        "/healthz" | "/livez" | "/readyz" => return Ok("ok".to_owned()),
        "/version" => return Ok(super::text::indented_by_two(&about::server_version()).trim_end().to_owned()),
        _ => {}
    }
    let parts: Vec<&str> = path.split('?').next().unwrap_or("").trim_matches('/').split('/').collect();
    let (group, version, rest) = match parts.as_slice() {
        ["api", version, rest @ ..] => ("", *version, rest),
        ["apis", group, version, rest @ ..] => (*group, *version, rest),
        _ => return Err(missing()),
    };
    let (namespace, rest) = match rest {
        ["namespaces", namespace, rest @ ..] if !rest.is_empty() => (*namespace, rest),
        rest => ("", rest),
    };
    let (plural, name) = match rest {
        [plural] => (*plural, None),
        [plural, name] => (*plural, Some(*name)),
        _ => return Err(missing()),
    };
    let is_it = |kind: &&KindId| kind.group == group && kind.version == version && kind.plural == plural;
    let kind = kinds().iter().find(is_it).ok_or_else(missing)?;
    let value = if let Some(name) = name {
        let item = find(view.scene, kind, namespace, name).ok_or_else(|| Failure::not_found(kind, name))?;
        struct_order(&item.value(), kind)
    } else {
        let items = list(view.scene, kind, namespace, None, None)?;
        let items: Vec<Value> = items.iter().map(|item| struct_order(&item.value(), kind)).collect();
        json!({
            "kind": format!("{}List", kind.kind), "apiVersion": kind.api_version(),
            "metadata": {"resourceVersion": "1"}, "items": items,
        })
    };
    Ok(format!("{}\n", manifest::json_text(&value)))
}
