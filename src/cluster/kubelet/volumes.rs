//! Models `pkg/kubelet/volumemanager@v1.37.2` for volumes whose content comes from the API: a missing
//! `ConfigMap` or `Secret` keeps the Pod in `ContainerCreating` until it is there.
//!
//! Leaves out: volumes of other kinds (they mount at once), content that changes later.

use super::environment::{data_of, decoded, is_optional};
use super::worker::Stage;
use super::{Bench, Kubelet, Note, next_on_grid};
use crate::api::Pod;
use crate::cluster::Oid;
use crate::cluster::latency::{MOUNT_RETRY_MS, MOUNT_TIMEOUT_MS, VOLUME_LOOP_MS, VOLUME_POLL_MS};
use serde_json::Value;

/// How the mounting of a Pod's volumes goes; kept from one sync to the next.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(clippy::struct_field_names, reason = "instants and lengths in milliseconds are named so everywhere")]
pub(super) struct Mounting {
    /// When the sync that waits began to.
    asked_ms: u64,
    /// When the volume may be tried again, and the wait after that.
    next_ms: u64,
    delay_ms: u64,
}

/// The controller manager publishes it in every namespace; its content is nobody's business here.
const ROOT_CA: &str = "kube-root-ca.crt";

/// A file of a volume: its volume's name, its path in it, its text.
type File = (String, String, String);

impl Kubelet {
    /// The worker waits for its volumes. Models `WaitForAttachAndMount`.
    pub(super) fn mount(&mut self, bench: &Bench<'_>, pod: Oid) {
        let first_ms = self.turned_ms(bench.now_ms);
        let Some(worker) = self.workers.get_mut(&pod) else { return };
        if sources(&worker.pod).next().is_none() {
            return self.wait(bench, pod, VOLUME_POLL_MS, Stage::Mount);
        }
        let next_ms = worker.mounting.next_ms.max(first_ms);
        worker.mounting = Mounting { asked_ms: bench.now_ms, next_ms, ..worker.mounting.clone() };
        self.wait(bench, pod, next_ms - bench.now_ms, Stage::SetUp);
    }

    /// The reconciler's turn for a Pod's volumes. Models `MountVolume.SetUp` and its back-off.
    pub(super) fn set_up(&mut self, bench: &mut Bench<'_>, pod: Oid) {
        let Some(worker) = self.workers.get(&pod) else { return };
        let object = std::rc::Rc::clone(&worker.pod);
        let Mounting { asked_ms, next_ms, delay_ms } = worker.mounting;
        let timeout_ms = asked_ms + MOUNT_TIMEOUT_MS;
        if bench.now_ms < next_ms {
            return self.give_up(bench, pod, &object);
        }
        match files(bench, &object) {
            Ok(files) => {
                self.put(bench, &object, files);
                // The worker looks at its own times.
                let waited_ms = bench.now_ms - asked_ms;
                let polls = waited_ms.div_ceil(VOLUME_POLL_MS).max(1);
                self.wait(bench, pod, polls * VOLUME_POLL_MS - waited_ms, Stage::Mount);
            }
            Err((volume, error)) => {
                let text = format!("MountVolume.SetUp failed for volume \"{volume}\" : {error}");
                self.report_failed_mount(bench, pod, &text);
                let delay_ms = if delay_ms == 0 { MOUNT_RETRY_MS.0 } else { (2 * delay_ms).min(MOUNT_RETRY_MS.1) };
                // The loop finds it due at its first turn after that.
                let next_ms = next_on_grid(bench.now_ms + delay_ms - 1, self.volume_phases_ms[1], VOLUME_LOOP_MS);
                let Some(worker) = self.workers.get_mut(&pod) else { return };
                worker.mounting = Mounting { asked_ms, next_ms, delay_ms };
                self.wait(bench, pod, next_ms.min(timeout_ms) - bench.now_ms, Stage::SetUp);
            }
        }
    }

    /// The sync has waited for too long and fails; the next one waits anew.
    fn give_up(&mut self, bench: &mut Bench<'_>, pod: Oid, object: &Pod) {
        let names: Vec<&str> = sources(object).map(|(volume, _)| volume).collect();
        let text = format!(
            "Unable to attach or mount volumes: unmounted volumes=[{}], unattached volumes=[], failed to process volumes=[]: context deadline exceeded",
            names.join(" ")
        );
        self.report_failed_mount(bench, pod, &text);
        if let Some(worker) = self.workers.get_mut(&pod) {
            worker.outcome.failed = true;
        }
        self.sync_done(bench, pod);
    }

    fn report_failed_mount(&mut self, bench: &mut Bench<'_>, pod: Oid, text: &str) {
        let message = self.texts.share(text);
        self.report(bench, pod, Note { container: None, warning: true, reason: "FailedMount", message });
    }

    /// The files are there for the containers. The reference node's processes don't see them.
    fn put(&mut self, bench: &Bench<'_>, pod: &Pod, files: Vec<File>) {
        if self.reference {
            return;
        }
        for (volume, path, text) in files {
            let path = format!("{}/{path}", folder(pod, &volume));
            if let Some((parent, _)) = path.rsplit_once('/') {
                let _ = self.files.mkdir_p(parent, bench.now_ms);
            }
            let _ = self.files.write(&path, &text, bench.now_ms);
        }
    }
}

/// Where the node keeps what is in a volume of a Pod.
pub(super) fn folder(pod: &Pod, volume: &str) -> String {
    format!("/var/lib/kubelet/pods/{}/volumes/{volume}", pod.metadata.uid)
}

/// The volumes whose content comes from the API: the name, and each source.
fn sources(pod: &Pod) -> impl Iterator<Item = (&str, &Value)> {
    let volumes = pod.spec.rest.get("volumes").and_then(Value::as_array).into_iter().flatten();
    volumes.filter_map(|volume| {
        let name = volume.get("name").and_then(Value::as_str)?;
        is_from_api(volume).then_some((name, volume))
    })
}

fn is_from_api(volume: &Value) -> bool {
    let listed = volume.pointer("/projected/sources").and_then(Value::as_array);
    volume.get("configMap").is_some()
        || volume.get("secret").is_some()
        || listed.is_some_and(|listed| listed.iter().any(is_from_api))
}

/// All files of a Pod's volumes, or the first volume that can't be set up, with the error.
fn files(bench: &Bench<'_>, pod: &Pod) -> Result<Vec<File>, (String, String)> {
    let mut files = Vec::new();
    for (name, volume) in sources(pod) {
        let alone = std::slice::from_ref(volume);
        let listed = volume.pointer("/projected/sources").and_then(Value::as_array).map_or(alone, Vec::as_slice);
        for source in listed {
            let found = files_of(bench, pod, source).map_err(|error| (name.to_owned(), error))?;
            files.extend(found.into_iter().map(|(path, text)| (name.to_owned(), path, text)));
        }
    }
    Ok(files)
}

fn files_of(bench: &Bench<'_>, pod: &Pod, source: &Value) -> Result<Vec<(String, String)>, String> {
    let (kind, named, source) = match (source.get("configMap"), source.get("secret")) {
        (Some(source), _) => ("ConfigMap", source.get("name"), source),
        // A volume says `secretName`, a projected source `name`.
        (_, Some(source)) => ("Secret", source.get("secretName").or_else(|| source.get("name")), source),
        _ => return Ok(Vec::new()),
    };
    let name = named.and_then(Value::as_str).unwrap_or("");
    if (kind, name) == ("ConfigMap", ROOT_CA) {
        return Ok(Vec::new());
    }
    let Some(body) = data_of(bench, pod, kind, name) else {
        if is_optional(source) {
            return Ok(Vec::new());
        }
        return Err(format!("{} \"{name}\" not found", kind.to_lowercase()));
    };
    let text_of = |key: &str| {
        let text = body.get("data")?.get(key)?.as_str()?;
        Some(if kind == "Secret" { decoded(text) } else { text.to_owned() })
    };
    let Some(items) = source.get("items").and_then(Value::as_array).filter(|items| !items.is_empty()) else {
        let keys = body.get("data").and_then(Value::as_object).into_iter().flat_map(|data| data.keys());
        return Ok(keys.filter_map(|key| Some((key.clone(), text_of(key)?))).collect());
    };
    let mut files = Vec::new();
    for item in items {
        let text = |field: &str| item.get(field).and_then(Value::as_str).unwrap_or("");
        match text_of(text("key")) {
            Some(content) => files.push((text("path").to_owned(), content)),
            None if is_optional(source) => {}
            None if kind == "Secret" => return Err(format!("references non-existent secret key: {}", text("key"))),
            None => return Err(format!("configmap references non-existent config key: {}", text("key"))),
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::super::environment::decoded;
    use super::is_from_api;
    use serde_json::json;

    #[test]
    fn only_content_of_the_api_is_waited_for() {
        for (volume, waits) in [
            (json!({"name": "a", "emptyDir": {}}), false),
            (json!({"name": "a", "hostPath": {"path": "/tmp"}}), false),
            (json!({"name": "a", "configMap": {"name": "x"}}), true),
            (json!({"name": "a", "secret": {"secretName": "x"}}), true),
            (json!({"name": "a", "projected": {"sources": [{"downwardAPI": {}}]}}), false),
            (json!({"name": "a", "projected": {"sources": [{"secret": {"name": "x"}}]}}), true),
        ] {
            assert_eq!(is_from_api(&volume), waits, "{volume}");
        }
    }

    #[test]
    fn a_secret_is_read_decoded() {
        for (text, want) in [("aG9sYQ==", "hola"), ("aG9s", "hol"), ("", ""), ("YWJy\nZQ==", "abre")] {
            assert_eq!(decoded(text), want);
        }
    }
}
