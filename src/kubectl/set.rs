//! Models `k8s.io/kubectl/pkg/cmd/set/{set_image,set_env,set_resources,set_serviceaccount}.go@v0.37.2`.
//!
//! Leaves out: `set selector` (but its refusal) and `set subject`; `--local`.

use super::builder::NOTHING;
use super::change::{self, Ask};
use super::failure::Failure;
use super::flags::Flags;
use super::options::DryRun;
use super::set_env::Env;
use super::targets::{Target, named_to_change};
use super::{Printed, Session, object_value};
use crate::api::Quantity;
use crate::manifest::{self, PatchKind, Validation};
use serde_json::{Map, Value, json};

/// `kubectl set image|env|resources|serviceaccount`.
pub(super) fn set(session: &mut Session<'_>, flags: &Flags, what: &str) -> Printed {
    let mut rest = flags.words.as_slice();
    let mut account = Vec::new();
    if what == "serviceaccount" {
        let Some((last, before)) = rest.split_last() else {
            return Printed::error("error: serviceaccount is required\n");
        };
        account.push(last.clone());
        rest = before;
    }
    let is_change = |word: &String| {
        matches!(what, "image" | "env") && (word.contains('=') || (word.ends_with('-') && !word.starts_with('-')))
    };
    let (mut changes, names): (Vec<String>, Vec<String>) = rest.iter().cloned().partition(is_change);
    changes.extend(account);
    changes.extend(flags.all("env").into_iter().filter(|_| what == "env").map(str::to_owned));
    if flags.words.is_empty() && what == "image" && !flags.has("filename") {
        return Failure::Own(NOTHING.to_owned()).printed();
    }
    if names.is_empty() && flags.value("filename").is_none() {
        return Printed::error(
            "error: one or more resources must be specified as <resource> <name> or <resource>/<name>\n",
        );
    }
    let env = match if what == "env" { Env::of(session, flags, &changes) } else { Ok(Env::default()) } {
        Ok(env) => env,
        Err(failure) => return failure.printed(),
    };
    let (targets, dry_run, mut printed) = match named_to_change(session, flags, &names) {
        Ok(ready) => ready,
        Err(printed) => return printed,
    };
    // What isn't there is told first.
    let missing = targets.iter().filter(|target| target.find(session.world).is_none());
    let missing: String = missing.map(|target| target.not_found("")).collect();
    if what == "image" && !missing.is_empty() {
        return Printed::error(missing);
    }
    if changes.is_empty() && what == "image" {
        return Printed::error("error: at least one image update is required\n");
    }
    for target in &targets {
        let set = set_one(session, flags, target, (what, &changes, &env), dry_run, &mut printed.stderr);
        match set {
            Ok(text) => printed.stdout.push_str(&text),
            Err(text) => {
                printed.stderr.push_str(&text);
                printed.code = 1;
            }
        }
    }
    printed
}

/// `kubectl set selector`, of a Service only.
pub(super) fn selector(flags: &Flags) -> Printed {
    if !flags.words.iter().any(|word| word.contains('=')) {
        return Failure::Own("one selector is required".to_owned()).printed();
    }
    Failure::Own("setting a selector is only supported for Services".to_owned()).printed()
}

fn set_one(
    session: &mut Session<'_>,
    flags: &Flags,
    target: &Target,
    (what, changes, env): (&str, &[String], &Env),
    dry_run: DryRun,
    warnings: &mut String,
) -> Result<String, String> {
    let oid = target.find(session.world).ok_or_else(|| target.not_found(""))?;
    let before = object_value(session.world, oid).unwrap_or_default();
    let spec_path = match target.kind.kind {
        "CronJob" => "/spec/jobTemplate/spec/template/spec",
        "Pod" => "/spec",
        _ => "/spec/template/spec",
    };
    let mut after = before.clone();
    let spec =
        after.pointer_mut(spec_path).ok_or_else(|| format!("error: {} is not a pod template\n", target.shown()))?;
    match what {
        "image" => set_images(spec, changes)?,
        "env" => {
            let listed = env.set(spec, target, flags, warnings)?;
            if flags.is_on("list") {
                return Ok(listed);
            }
        }
        "serviceaccount" => {
            if let (Some(fields), Some(name)) = (spec.as_object_mut(), changes.last()) {
                fields.insert("serviceAccountName".to_owned(), Value::from(name.as_str()));
            }
        }
        _ => set_resources(spec, flags)?,
    }
    let (done, failed) = match what {
        "image" => ("image updated", "image update to pod template:"),
        "env" => ("env updated", "env update to pod template:"),
        "serviceaccount" => ("serviceaccount updated", "ServiceAccountName"),
        _ => ("resource requirements updated", "resources update to pod template"),
    };
    let patch = manifest::two_way(&before, &after, target.kind).map_err(|text| format!("error: {text}\n"))?;
    if patch.as_object().is_some_and(Map::is_empty) {
        return Ok(String::new());
    }
    let ask = Ask { kind: target.kind, action: "", validation: Validation::Warn, dry_run: dry_run != DryRun::No };
    if dry_run == DryRun::Client {
        return Ok(format!("{} {done}{}\n", target.shown(), dry_run.suffix()));
    }
    change::patch(session.world, oid, &patch.to_string(), PatchKind::Strategic, ask)
        .map_err(|refusal| format!("error: failed to patch {failed} {}\n", refusal.status_message()))?;
    Ok(format!("{} {done}{}\n", target.shown(), dry_run.suffix()))
}

fn containers(spec: &mut Value) -> impl Iterator<Item = &mut Value> {
    let lists = spec.as_object_mut().into_iter().flatten();
    let lists = lists.filter(|(name, _)| matches!(name.as_str(), "containers" | "initContainers"));
    lists.filter_map(|(_, list)| list.as_array_mut()).flatten()
}

/// Whether a container's name is meant: `*` is every one, and ends in `*` are prefixes.
pub(super) fn is_meant(pattern: &str, name: &str) -> bool {
    pattern.strip_suffix('*').map_or(pattern == name, |prefix| name.starts_with(prefix))
}

fn set_images(spec: &mut Value, changes: &[String]) -> Result<(), String> {
    for change in changes {
        let (pattern, image) = change.split_once('=').unwrap_or((change, ""));
        let mut any = false;
        for container in containers(spec) {
            let name = container.get("name").and_then(Value::as_str).unwrap_or("").to_owned();
            if is_meant(pattern, &name) {
                any = true;
                if let Some(fields) = container.as_object_mut() {
                    fields.insert("image".to_owned(), Value::from(image));
                }
            }
        }
        if !any {
            return Err(format!("error: unable to find container named \"{pattern}\"\n"));
        }
    }
    Ok(())
}

fn set_resources(spec: &mut Value, flags: &Flags) -> Result<(), String> {
    let (limits, requests) = (flags.value("limits"), flags.value("requests"));
    if limits.is_none() && requests.is_none() {
        return Err(
            "error: you must specify an update to requests or limits (in the form of --requests/--limits)\n".to_owned()
        );
    }
    let pattern = flags.value("containers").or(flags.value("container")).unwrap_or("*").to_owned();
    for (list, amounts) in [("limits", limits), ("requests", requests)] {
        for amount in amounts.into_iter().flat_map(|amounts| amounts.split(',')) {
            let (resource, amount) = amount
                .split_once('=')
                .ok_or_else(|| format!("error: invalid argument syntax {amount}, expected <resource>=<value>\n"))?;
            let quantity = Quantity::parse(amount)
                .map_err(|_| "error: quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'\n".to_owned())?;
            let containers = spec.get_mut("containers").and_then(Value::as_array_mut);
            let mut any = false;
            for container in containers.into_iter().flatten() {
                let name = container.get("name").and_then(Value::as_str).unwrap_or("").to_owned();
                let Some(fields) = container.as_object_mut().filter(|_| is_meant(&pattern, &name)) else { continue };
                any = true;
                let resources = fields.entry("resources").or_insert_with(|| json!({}));
                let Some(resources) = resources.as_object_mut() else { continue };
                let amounts = resources.entry(list).or_insert_with(|| json!({}));
                if let Some(amounts) = amounts.as_object_mut() {
                    amounts.insert(resource.to_owned(), Value::from(quantity.to_string()));
                }
            }
            if !any {
                return Err(format!("error: unable to find container named {pattern}\n"));
            }
        }
    }
    Ok(())
}
