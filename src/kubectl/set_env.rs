//! Models `k8s.io/kubectl/pkg/cmd/set/set_env.go@v0.37.2` and `env/env_parse.go`: variables of containers.
//!
//! Leaves out: `--resolve`, variables from standard input.

use super::failure::Failure;
use super::flags::Flags;
use super::scene::Scene;
use super::set::is_meant;
use super::targets::Target;
use super::{Session, builder, listing, resources};
use crate::manifest::Access;
use serde_json::{Value, json};
use std::fmt::Write;

/// What is done to the variables.
#[derive(Debug, Default)]
pub(super) struct Env {
    /// The variables that are set, whole.
    set: Vec<Value>,
    removed: Vec<String>,
}

impl Env {
    /// Reads `A=1`, `A-`, and what `--from` names.
    pub(super) fn of(session: &Session<'_>, flags: &Flags, changes: &[String]) -> Result<Self, Failure> {
        let mut env = Self::default();
        for change in changes {
            match change.split_once('=') {
                Some((name, value)) => {
                    check_name(name)?;
                    env.set.push(json!({"name": name, "value": value}));
                }
                None => env.removed.push(change.trim_end_matches('-').to_owned()),
            }
        }
        if let Some(source) = flags.value("from").filter(|source| !source.is_empty()) {
            env.set.extend(from_source(session, flags, source)?);
        }
        if let Some(prefix) = flags.value("prefix") {
            for variable in &mut env.set {
                let name = format!("{prefix}{}", variable.text("name"));
                if let Some(fields) = variable.as_object_mut() {
                    fields.insert("name".to_owned(), Value::from(name));
                }
            }
        }
        Ok(env)
    }

    /// Changes the variables of the containers that are meant; what `--list` prints of them.
    pub(super) fn set(
        &self,
        spec: &mut Value,
        target: &Target,
        flags: &Flags,
        warnings: &mut String,
    ) -> Result<String, String> {
        let pattern = flags.value("containers").unwrap_or("*");
        let overwrite = flags.value("overwrite").is_none() || flags.is_on("overwrite");
        let (mut listed, mut any) = (String::new(), false);
        for list in ["containers", "initContainers"] {
            let list = spec.get_mut(list).and_then(Value::as_array_mut);
            for container in list.into_iter().flatten() {
                let name = container.text("name").to_owned();
                if !is_meant(pattern, &name) {
                    continue;
                }
                any = true;
                let before = container.list("env").to_vec();
                if let Some(text) = self.overwritten(&before).filter(|_| !overwrite) {
                    return Err(format!("error: {}/{} {text}\n\n", target.kind.plural, target.name));
                }
                let after = self.updated(before);
                // Writing to a String can't fail.
                let _ = writeln!(listed, "# {} {}, container {name}", target.kind.kind, target.name);
                for variable in &after {
                    list_one(variable, &mut listed);
                }
                if let Some(fields) = container.as_object_mut().filter(|_| !after.is_empty()) {
                    fields.insert("env".to_owned(), Value::Array(after));
                } else if let Some(fields) = container.as_object_mut() {
                    fields.shift_remove("env");
                }
            }
        }
        if !any {
            let (kind, name) = (target.kind.kind, &target.name);
            let _ = writeln!(warnings, "Warning: {kind}/{name} does not have any containers matching \"{pattern}\"");
        }
        Ok(listed)
    }

    fn overwritten(&self, before: &[Value]) -> Option<String> {
        let known =
            |variable: &&Value| before.iter().find(|known| known.text("name") == variable.text("name")).cloned();
        let (variable, known) = self.set.iter().find_map(|variable| Some((variable, known(&variable)?)))?;
        let (name, value) = (variable.text("name"), known.text("value"));
        Some(format!("'{name}' already has a value ({value}), and --overwrite is false"))
    }

    /// Models `updateEnv`.
    fn updated(&self, before: Vec<Value>) -> Vec<Value> {
        let mut after = before;
        for variable in &self.set {
            match after.iter_mut().find(|known| known.text("name") == variable.text("name")) {
                Some(known) => *known = variable.clone(),
                None => after.push(variable.clone()),
            }
        }
        after.retain(|variable| !self.removed.iter().any(|name| variable.text("name") == name));
        after
    }
}

fn check_name(name: &str) -> Result<(), Failure> {
    let is_letter = |c: char| c.is_ascii_alphabetic() || "-_.".contains(c);
    let fits = name.starts_with(is_letter) && name.chars().all(|c| is_letter(c) || c.is_ascii_digit());
    if fits {
        return Ok(());
    }
    Err(Failure::Own(format!(
        "\"{name}\" is not a valid key name: a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit (e.g. 'my.env-name', or 'MY_ENV.NAME', or 'MyEnvName1', regex used for validation is '[-._a-zA-Z][-._a-zA-Z0-9]*')"
    )))
}

/// `--from`: each key of a `ConfigMap` or a Secret as a variable.
fn from_source(session: &Session<'_>, flags: &Flags, source: &str) -> Result<Vec<Value>, Failure> {
    let (word, name) = builder::tuple(source)?;
    let kind = resources::find(&word).map_err(Failure::Own)?;
    let scene: &dyn Scene = session.world;
    let namespace = builder::namespace_of(flags, scene.namespace());
    let item = listing::find(scene, kind, &namespace, &name).ok_or_else(|| Failure::not_found(kind, &name))?;
    let reference = match kind.kind {
        "ConfigMap" => "configMapKeyRef",
        "Secret" => "secretKeyRef",
        _ => return Err(Failure::Own("unsupported resource specified in --from".to_owned())),
    };
    let wanted: Vec<&str> = flags.all("keys").into_iter().flat_map(|keys| keys.split(',')).collect();
    let object = item.value();
    let keys = object.entries("data").into_iter().map(|(key, _)| key.clone());
    let keys = keys.filter(|key| wanted.is_empty() || wanted.contains(&key.as_str()));
    let variable = |key: String| {
        let shown: String =
            key.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' }).collect();
        json!({"name": shown, "valueFrom": {reference: {"key": key, "name": name}}})
    };
    Ok(keys.map(variable).collect())
}

fn list_one(variable: &Value, out: &mut String) {
    let name = variable.text("name");
    let source = variable.get("valueFrom");
    // Writing to a String can't fail.
    let _ = match source.and_then(Value::as_object).and_then(|source| source.iter().next()) {
        None => writeln!(out, "{name}={}", variable.text("value")),
        Some((kind, of)) => {
            let text = match kind.as_str() {
                "configMapKeyRef" => format!("configmap {}, key {}", of.text("name"), of.text("key")),
                "secretKeyRef" => format!("secret {}, key {}", of.text("name"), of.text("key")),
                "fieldRef" => format!("field path {}", of.text("fieldPath")),
                "resourceFieldRef" => {
                    let container = of.text("containerName");
                    let prefix = if container.is_empty() { String::new() } else { format!("{container}/") };
                    format!("resource field {prefix}{}", of.text("resource"))
                }
                _ => "invalid valueFrom".to_owned(),
            };
            writeln!(out, "# {name} from {text}")
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_set_replaced_and_removed() {
        let env = Env { set: vec![json!({"name": "A", "value": "2"})], removed: vec!["B".to_owned()] };
        let before = vec![json!({"name": "A", "value": "1"}), json!({"name": "B", "value": "x"})];
        assert_eq!(env.overwritten(&before).as_deref(), Some("'A' already has a value (1), and --overwrite is false"));
        assert_eq!(env.updated(before), [json!({"name": "A", "value": "2"})]);
        assert!(check_name("1A").is_err() && check_name("A_1").is_ok());
    }
}
