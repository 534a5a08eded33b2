//! The objects that `kubectl create` and `kubectl run` make of their flags.

// All makers have one signature, also those that can't fail.
#![allow(clippy::unnecessary_wraps)]

use super::super::failure::Failure;
use super::super::flags::Flags;
use super::super::folder::Folder;
use super::super::resources;
use super::super::{builder, listing};
use crate::go::base64;
use crate::world::World;
use serde_json::{Map, Value, json};

fn own<T>(text: impl Into<String>) -> Result<T, Failure> {
    Err(Failure::Own(text.into()))
}

fn name(flags: &Flags) -> &str {
    flags.words.first().map_or("", String::as_str)
}

/// What stands after the name: the command.
fn command(flags: &Flags) -> &[String] {
    flags.words.get(1..).unwrap_or(&[])
}

fn container(flags: &Flags, image: &str) -> Value {
    let mut container = json!({"name": name(flags), "image": image});
    put(&mut container, "command", command(flags));
    container
}

fn put(object: &mut Value, field: &str, words: &[String]) {
    if let (Value::Object(fields), false) = (object, words.is_empty()) {
        fields.insert(field.to_owned(), json!(words));
    }
}

pub(super) fn job(world: &World, flags: &Flags, _: Folder<'_>) -> Result<Value, Failure> {
    let given = |flag: &str| flags.value(flag).filter(|text| !text.is_empty());
    let (image, from) = (given("image"), given("from"));
    if image.is_some() == from.is_some() {
        return own("either --image or --from must be specified");
    }
    if let Some(image) = image {
        let spec = json!({"containers": [container(flags, image)], "restartPolicy": "Never"});
        return Ok(json!({
            "apiVersion": "batch/v1", "kind": "Job",
            "metadata": {"name": name(flags)},
            "spec": {"template": {"spec": spec}},
        }));
    }
    if !command(flags).is_empty() {
        return own("cannot specify --from and command");
    }
    from_cron_job(world, flags, from.unwrap_or(""))
}

/// A Job by hand from a `CronJob`'s template.
fn from_cron_job(world: &World, flags: &Flags, from: &str) -> Result<Value, Failure> {
    let Some((word, source)) = from.split_once('/') else {
        resources::find(from).map_err(Failure::Own)?;
        return own("resource(s) were provided, but no name was specified");
    };
    let resource = resources::find(word).map_err(Failure::Own)?;
    let namespace = builder::namespace_of(flags, &world.settings().namespace);
    let Some(item) = listing::find(world, resource, &namespace, source) else {
        return Err(Failure::not_found(resource, source));
    };
    if resource.kind != "CronJob" {
        return own(format!("unknown object type *{}.{}", resource.version, resource.kind));
    }
    let cron_job = item.value();
    let template = cron_job.pointer("/spec/jobTemplate").unwrap_or(&Value::Null);
    let mut annotations = Map::new();
    annotations.insert("cronjob.kubernetes.io/instantiate".to_owned(), json!("manual"));
    if let Some(Value::Object(own)) = template.pointer("/metadata/annotations") {
        annotations.extend(own.clone());
    }
    let mut metadata = json!({
        "name": name(flags),
        "annotations": annotations,
        "ownerReferences": [{
            "apiVersion": "batch/v1", "kind": "CronJob", "name": source,
            "uid": cron_job.pointer("/metadata/uid"), "controller": true,
        }],
    });
    if let (Some(labels), Value::Object(fields)) = (template.pointer("/metadata/labels"), &mut metadata) {
        fields.insert("labels".to_owned(), labels.clone());
    }
    Ok(json!({"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": template.get("spec")}))
}

pub(super) fn cron_job(_: &World, flags: &Flags, _: Folder<'_>) -> Result<Value, Failure> {
    let restart = flags.value("restart").filter(|text| !text.is_empty()).unwrap_or("OnFailure");
    let image = flags.value("image").unwrap_or("");
    let spec = json!({"containers": [container(flags, image)], "restartPolicy": restart});
    Ok(json!({
        "apiVersion": "batch/v1", "kind": "CronJob",
        "metadata": {"name": name(flags)},
        "spec": {
            "schedule": flags.value("schedule").unwrap_or(""),
            "jobTemplate": {"metadata": {"name": name(flags)}, "spec": {"template": {"spec": spec}}},
        },
    }))
}

pub(super) fn deployment(_: &World, flags: &Flags, _: Folder<'_>) -> Result<Value, Failure> {
    let images: Vec<&str> = flags.all("image").into_iter().flat_map(|text| text.split(',')).collect();
    if images.len() > 1 && !command(flags).is_empty() {
        return own("cannot specify multiple --image options and command");
    }
    let mut containers: Vec<Value> = images
        .iter()
        .map(|image| {
            let last = image.rsplit('/').next().unwrap_or(image);
            let short = last.split([':', '@']).next().unwrap_or(last);
            let mut container = json!({"name": short.replace(['_', '.'], "-"), "image": image});
            put(&mut container, "command", command(flags));
            container
        })
        .collect();
    if let (Some(port), Some(Value::Object(first))) = (flags.number("port"), containers.first_mut()) {
        first.insert("ports".to_owned(), json!([{"containerPort": port}]));
    }
    let labels = json!({"app": name(flags)});
    Ok(json!({
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": {"name": name(flags), "labels": labels},
        "spec": {
            "replicas": flags.number("replicas").unwrap_or(1),
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": {"containers": containers}},
        },
    }))
}

/// `--from-literal` and `--from-file` as keys and texts.
fn entries(flags: &Flags, folder: Folder<'_>) -> Result<Vec<(String, String)>, Failure> {
    let mut entries: Vec<(String, String)> = Vec::new();
    let mut add = |key: &str, text: String| {
        if entries.iter().any(|(known, _)| known == key) {
            return own(format!("cannot add key \"{key}\", another key by that name already exists in Data"));
        }
        entries.push((key.to_owned(), text));
        Ok(())
    };
    for source in flags.all("from-file") {
        let (key, path) = source.split_once('=').unwrap_or((source.rsplit('/').next().unwrap_or(source), source));
        let Some(text) = folder.read(path) else {
            return own(format!("error reading {path}: no such file or directory"));
        };
        add(key, text.to_string())?;
    }
    for source in flags.all("from-literal") {
        let Some((key, text)) = source.split_once('=').filter(|(key, _)| !key.is_empty()) else {
            return own(format!("invalid literal source {source}, expected key=value"));
        };
        let text = text.strip_prefix(['"', '\'']).and_then(|text| text.strip_suffix(['"', '\''])).unwrap_or(text);
        add(key, text.to_owned())?;
    }
    for path in flags.all("from-env-file") {
        let Some(text) = folder.read(path) else {
            return own(format!("error reading {path}: no such file or directory"));
        };
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let (key, text) = line.split_once('=').unwrap_or((line, ""));
            add(key, text.to_owned())?;
        }
    }
    Ok(entries)
}

fn with_data(mut object: Value, data: Map<String, Value>) -> Value {
    if let (Value::Object(fields), false) = (&mut object, data.is_empty()) {
        fields.insert("data".to_owned(), Value::Object(data));
    }
    object
}

pub(super) fn config_map(_: &World, flags: &Flags, folder: Folder<'_>) -> Result<Value, Failure> {
    let data = entries(flags, folder)?.into_iter().map(|(key, text)| (key, Value::String(text))).collect();
    let object = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name(flags)}});
    Ok(with_data(object, data))
}

pub(super) fn secret(_: &World, flags: &Flags, folder: Folder<'_>) -> Result<Value, Failure> {
    let data = entries(flags, folder)?
        .into_iter()
        .map(|(key, text)| (key, Value::String(base64::encode(text.as_bytes()))))
        .collect();
    let mut object = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name(flags)}});
    if let (Some(sort), Value::Object(fields)) = (flags.value("type").filter(|sort| !sort.is_empty()), &mut object) {
        fields.insert("type".to_owned(), json!(sort));
    }
    Ok(with_data(object, data))
}

pub(super) fn namespace(_: &World, flags: &Flags, _: Folder<'_>) -> Result<Value, Failure> {
    Ok(json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name(flags)}}))
}

pub(super) fn service_account(_: &World, flags: &Flags, _: Folder<'_>) -> Result<Value, Failure> {
    Ok(json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": name(flags)}}))
}

/// Models `create_quota.go`.
pub(super) fn quota(_: &World, flags: &Flags, _: Folder<'_>) -> Result<Value, Failure> {
    let mut spec = Map::new();
    let hard = flags.value("hard").unwrap_or("");
    let mut amounts = Map::new();
    for part in hard.split(',').filter(|part| !part.is_empty()) {
        let Some((name, amount)) = part.split_once('=') else {
            return own(format!("Invalid argument syntax {part}, expected <resource>=<value>"));
        };
        amounts.insert(name.to_owned(), Value::from(amount));
    }
    if !amounts.is_empty() {
        spec.insert("hard".to_owned(), Value::Object(amounts));
    }
    let scopes: Vec<&str> = flags.value("scopes").unwrap_or("").split(',').filter(|scope| !scope.is_empty()).collect();
    if !scopes.is_empty() {
        spec.insert("scopes".to_owned(), json!(scopes));
    }
    Ok(json!({"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": name(flags)}, "spec": spec}))
}

/// Models `create_priorityclass.go`.
pub(super) fn priority_class(_: &World, flags: &Flags, _: Folder<'_>) -> Result<Value, Failure> {
    let mut class = json!({
        "apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": {"name": name(flags)},
        "preemptionPolicy": flags.value("preemption-policy").unwrap_or("PreemptLowerPriority"),
        "value": flags.number("value").unwrap_or(0),
    });
    if let (Value::Object(fields), Some(text)) = (&mut class, flags.value("description")) {
        fields.insert("description".to_owned(), Value::from(text));
    }
    if let (Value::Object(fields), true) = (&mut class, flags.is_on("global-default")) {
        fields.insert("globalDefault".to_owned(), Value::Bool(true));
    }
    Ok(class)
}

/// `a=b,c=d`
fn pairs(text: &str) -> Result<Map<String, Value>, Failure> {
    let mut pairs = Map::new();
    for part in text.split(',').filter(|part| !part.is_empty()) {
        match part.split_once('=') {
            Some((key, value)) => pairs.insert(key.to_owned(), json!(value)),
            None => return own(format!("unexpected label spec: {part}")),
        };
    }
    Ok(pairs)
}

pub(super) fn pod(_: &World, flags: &Flags, _: Folder<'_>) -> Result<Value, Failure> {
    let image = flags.value("image").unwrap_or("");
    if flags.words.is_empty() || flags.dash == Some(0) {
        return own("NAME is required for run");
    }
    if image.is_empty() {
        return own("--image is required");
    }
    if !is_image_name(image) {
        return own(format!("invalid image name \"{image}\": invalid reference format"));
    }
    let interactive = flags.is_on("stdin");
    let attach = flags.is_on("attach") || interactive && flags.value("attach").is_none();
    if flags.is_on("tty") && !interactive {
        return own("-i/--stdin is required for containers with -t/--tty=true");
    }
    let port = flags.value("port").filter(|port| !port.is_empty());
    if flags.is_on("expose") && port.is_none() {
        return own("--port must be set when exposing a service");
    }
    let port = match port.map(str::parse::<i64>) {
        None => None,
        Some(Ok(port)) => Some(port),
        Some(Err(_)) => return own("--port must be a number"),
    };
    if !attach && flags.is_on("rm") {
        return own("--rm should only be used for attached containers");
    }
    let tried = !matches!(flags.value("dry-run"), None | Some("none"));
    if attach && tried {
        return own(
            "--dry-run=[server|client] can't be used with attached containers options (--attach, --stdin, or --tty)",
        );
    }
    if attach {
        return own(
            "attaching to a container is not simulated here; leave --attach, -i and -t out, and use kubectl logs",
        );
    }
    if let Some(policy) = flags.value("image-pull-policy").filter(|policy| !policy.is_empty())
        && !matches!(policy, "Always" | "IfNotPresent" | "Never")
    {
        return own(format!("invalid image pull policy: {policy}, valid values are: Always, IfNotPresent, Never"));
    }
    let restart = flags.value("restart").filter(|text| !text.is_empty()).unwrap_or("Always");
    if !matches!(restart, "Always" | "OnFailure" | "Never") {
        return own(format!("invalid restart policy: {restart}, valid values are: Always, OnFailure, Never"));
    }
    let mut container = json!({"name": name(flags), "image": image});
    put(&mut container, if flags.is_on("command") { "command" } else { "args" }, command(flags));
    if let Value::Object(fields) = &mut container {
        let mut variables = Vec::new();
        for variable in flags.all("env") {
            let Some((key, value)) = variable.split_once('=').filter(|(key, _)| !key.is_empty()) else {
                return own(format!("invalid env: {variable}"));
            };
            variables.push(json!({"name": key, "value": value}));
        }
        if !variables.is_empty() {
            fields.insert("env".to_owned(), Value::Array(variables));
        }
        if let Some(port) = port {
            fields.insert("ports".to_owned(), json!([{"containerPort": port}]));
        }
        if let Some(policy) = flags.value("image-pull-policy").filter(|policy| !policy.is_empty()) {
            fields.insert("imagePullPolicy".to_owned(), json!(policy));
        }
        if flags.is_on("privileged") {
            fields.insert("securityContext".to_owned(), json!({"privileged": true}));
        }
    }
    let mut labels = pairs(flags.value("labels").unwrap_or(""))?;
    if labels.is_empty() {
        labels.insert("run".to_owned(), json!(name(flags)));
    }
    let mut metadata = json!({"name": name(flags), "labels": labels});
    let annotations = flags.all("annotations");
    if let (Value::Object(fields), false) = (&mut metadata, annotations.is_empty()) {
        fields.insert("annotations".to_owned(), Value::Object(pairs(&annotations.join(","))?));
    }
    let object = json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": metadata,
        "spec": {"containers": [container], "dnsPolicy": "ClusterFirst", "restartPolicy": restart},
    });
    override_with(object, flags)
}

/// `--overrides`: a JSON merge patch.
fn override_with(mut object: Value, flags: &Flags) -> Result<Value, Failure> {
    let Some(text) = flags.value("overrides").filter(|text| !text.is_empty()) else { return Ok(object) };
    match serde_json::from_str::<Value>(text) {
        Ok(patch) => {
            merge(&mut object, &patch);
            Ok(object)
        }
        Err(_) => own("Invalid JSON Patch"),
    }
}

fn merge(target: &mut Value, patch: &Value) {
    match (target, patch) {
        (Value::Object(fields), Value::Object(patch)) => {
            for (key, value) in patch {
                if value.is_null() {
                    fields.shift_remove(key);
                } else {
                    merge(fields.entry(key.clone()).or_insert(Value::Null), value);
                }
            }
        }
        (target, patch) => *target = patch.clone(),
    }
}

/// Models `distribution/reference`, roughly: names in small letters, a tag, a digest.
fn is_image_name(image: &str) -> bool {
    let (image, digest) = image.split_once('@').map_or((image, None), |(image, digest)| (image, Some(digest)));
    let last = image.rsplit('/').next().unwrap_or(image);
    let (path, tag) = match last.rsplit_once(':') {
        Some((_, tag)) => (image.strip_suffix(tag).and_then(|path| path.strip_suffix(':')).unwrap_or(image), Some(tag)),
        None => (image, None),
    };
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let component = |text: &str| {
        text.starts_with(plain) && text.ends_with(plain) && text.chars().all(|c| plain(c) || "._-".contains(c))
    };
    let mut parts: Vec<&str> = path.split('/').collect();
    // The first part may be a host with a port.
    if parts.len() > 1 && parts.first().is_some_and(|host| host.contains([':', '.']) || *host == "localhost") {
        parts.remove(0);
    }
    let word = |text: &str| {
        !text.is_empty() && text.len() <= 128 && text.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c))
    };
    !path.is_empty()
        && parts.into_iter().all(component)
        && tag.is_none_or(word)
        && digest.is_none_or(|digest| digest.split_once(':').is_some_and(|(_, hash)| hash.len() >= 32))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_have_names_of_their_own() {
        for (image, want) in [
            ("busybox", true),
            ("busybox:1.36", true),
            ("registry.io:5000/a/b_c:v1", true),
            ("Busybox", false),
            ("busy box", false),
            ("", false),
            ("a//b", false),
        ] {
            assert_eq!(is_image_name(image), want, "{image}");
        }
    }
}
