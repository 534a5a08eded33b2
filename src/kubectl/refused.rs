//! Commands that need what the laboratory doesn't simulate (a way into a container, ports, metrics),
//! and those that Jobs don't have: their answers are kubectl's for such a cluster.
//!
//! Models `k8s.io/kubectl/pkg/cmd/{rollout,exec,attach,cp,portforward,top,debug}@v0.37.2`.

use super::flags::Flags;
use super::pods_of::{container_names, default_container, has_container, has_pods};
use super::scene::Scene;
use super::{Printed, resources};
use crate::api::{Object, Phase, Pod};
use crate::timeline::Timeline;
use std::rc::Rc;

const NO_METRICS: &str = "error: Metrics API not available\n";
const ATTACHING: &str = "All commands and output from this session will be recorded in container logs, including credentials and sensitive information passed through the command prompt.\nIf you don't see a command prompt, try pressing enter.\n";
/// The kubelet's answer to those who want into a container.
const NO_WAY_IN: &str =
    "error: Internal error occurred: error sending request: Post \"\": dial tcp :0: connect: connection refused\n";
const NOT_A_TERMINAL: &str = "Unable to use a TTY - input is not a terminal or the right kind of file\n";

fn error(text: impl std::fmt::Display) -> Printed {
    Printed::error(format!("error: {text}\n"))
}

fn usage(text: impl std::fmt::Display, command: &str) -> Printed {
    Printed::error(format!("error: {text}\nSee 'kubectl {command} -h' for help and examples\n"))
}

fn not_found(resource: &str, name: &str) -> Printed {
    Printed::error(format!("Error from server (NotFound): {resource} \"{name}\" not found\n"))
}

/// `kubectl rollout VERB TYPE/NAME`.
pub(super) fn rollout(timeline: &Timeline, flags: &Flags, verb: &str, namespace: &str) -> Printed {
    let (word, name) = match flags.words.as_slice() {
        [] => return error("required resource not specified"),
        [both] if both.contains('/') => both.split_once('/').unwrap_or((both, "")),
        [kind, name, ..] => (kind.as_str(), name.as_str()),
        [word] => {
            if let Err(text) = resources::find(word) {
                return error(text);
            }
            return Printed { stderr: format!("No resources found in {namespace} namespace.\n"), ..Printed::default() };
        }
    };
    let kind = match resources::find(word) {
        Ok(kind) => kind,
        Err(text) => return error(text),
    };
    let Some(object) = timeline.find(kind.kind, namespace, name).and_then(|oid| timeline.object(oid)) else {
        return not_found(&kind.resource(), name);
    };
    let qualified = kind.qualified();
    match verb {
        "status" => error(format!("no status viewer has been implemented for {qualified}")),
        "history" => error(format!("no history viewer has been implemented for {qualified:?}")),
        "restart" => error(format!("{} {name:?} restarting is not supported", kind.resource())),
        "pause" => error(format!("{} {name:?} pausing is not supported", kind.resource())),
        "resume" => error(format!("{} {name:?} resuming is not supported", kind.resource())),
        _ => {
            let applied = object.metadata().is_some_and(|metadata| {
                metadata.annotations.contains_key("kubectl.kubernetes.io/last-applied-configuration")
            });
            let mut printed = error(format!("no rollbacker has been implemented for {qualified:?}"));
            if applied {
                printed.stderr.insert_str(0, &format!("Warning: resource {}/{name} was previously managed with 'kubectl apply'. Rolling back will not update the kubectl.kubernetes.io/last-applied-configuration annotation, which may cause unexpected behavior on future 'kubectl apply' operations. Consider using 'kubectl apply' with your previous configuration file instead.\n", kind.plural));
            }
            printed
        }
    }
}

/// The Pod that a word means: itself, or one of an object's.
fn pod<'a>(timeline: &'a Timeline, word: &str, namespace: &str) -> Result<&'a Rc<Pod>, Printed> {
    let (kind, name) = word.split_once('/').unwrap_or(("pods", word));
    let kind = resources::find(kind).map_err(error)?;
    let found = timeline.find(kind.kind, namespace, name).and_then(|oid| timeline.object(oid));
    let selector = match found {
        None => return Err(not_found(&kind.resource(), name)),
        Some(Object::Pod(pod)) => return Ok(pod),
        Some(Object::Job(job)) => job.spec.selector.clone().unwrap_or_default(),
        Some(Object::Other(other)) if has_pods(&other.kind) => super::pods_of::selector_of(&other.body),
        Some(Object::Other(_) | Object::Event(_) | Object::Node(_)) => {
            return Err(error(format!(
                "cannot attach to *{}.{}: selector for *{}.{} not implemented",
                kind.version, kind.kind, kind.version, kind.kind
            )));
        }
    };
    let pods = timeline.objects().filter_map(|(_, object)| object.as_pod());
    let mut fitting = pods.filter(|pod| selector.matches(&pod.metadata.labels));
    fitting.next().ok_or_else(|| error("timed out waiting for the condition"))
}

/// The container that is meant, and what kubectl says about its choice.
fn container(pod: &Pod, flags: &Flags) -> Result<(String, String), Printed> {
    let (name, note) = match flags.value("container").filter(|name| !name.is_empty()) {
        Some(name) => (name.to_owned(), None),
        None => default_container(pod),
    };
    if !has_container(pod, &name) {
        return Err(error(format!(
            "container {name} is not valid for pod {} out of: {}",
            pod.metadata.name,
            container_names(pod)
        )));
    }
    Ok((name, note.filter(|_| !flags.is_on("quiet")).unwrap_or_default()))
}

/// Whether the container of that name runs.
fn runs(pod: &Pod, name: &str) -> bool {
    pod.all_statuses().any(|status| *status.name == *name && status.state.running.is_some())
}

fn ended(pod: &Pod, doing: &str) -> Option<Printed> {
    pod.status.is_terminal().then(|| {
        error(format!("cannot {doing} a container in a completed pod; current phase is {}", pod.status.phase.name()))
    })
}

/// `kubectl exec`.
pub(super) fn exec(timeline: &Timeline, flags: &Flags, namespace: &str) -> Printed {
    let before = flags.dash.unwrap_or(flags.words.len());
    let word = match flags.words.first() {
        None => {
            return error("pod, type/name or --filename must be specified");
        }
        Some(_) if flags.dash.is_none() && flags.words.len() > 1 => {
            return usage("exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead", "exec");
        }
        Some(word) => word,
    };
    if flags.words.len() == before {
        return error("you must specify at least one command for the container");
    }
    let looked = pod(timeline, word, namespace).and_then(|pod| match ended(pod, "exec into") {
        Some(printed) => Err(printed),
        None => container(pod, flags).map(|(name, note)| (pod, name, note)),
    });
    let (pod, name, note) = match looked {
        Ok(found) => found,
        Err(printed) => return printed,
    };
    if !runs(pod, &name) {
        return Printed::error(format!(
            "{note}error: unable to upgrade connection: container not found (\"{name}\")\n"
        ));
    }
    let tty = if flags.is_on("tty") { NOT_A_TERMINAL } else { "" };
    Printed::error(format!("{note}{tty}{NO_WAY_IN}"))
}

/// `kubectl attach`.
pub(super) fn attach(timeline: &Timeline, flags: &Flags, namespace: &str) -> Printed {
    let word = match flags.words.as_slice() {
        [] => return error("at least 1 argument is required for attach"),
        [word] | [word, _] => word,
        _ => return usage("expected POD, TYPE/NAME, or TYPE NAME, (at most 2 arguments) saw too many", "attach"),
    };
    let looked = pod(timeline, word, namespace).and_then(|pod| match ended(pod, "attach") {
        Some(printed) => Err(printed),
        None => container(pod, flags).map_err(|Printed { stderr, .. }| {
            error(format!("cannot attach to the container: {}", stderr.trim_start_matches("error: ").trim_end()))
        }),
    });
    match looked {
        Ok((_, note)) => Printed::error(format!("{note}{ATTACHING}{NO_WAY_IN}")),
        Err(printed) => printed,
    }
}

/// `kubectl port-forward`.
pub(super) fn port_forward(timeline: &Timeline, flags: &Flags, namespace: &str) -> Printed {
    let [word, _, ..] = flags.words.as_slice() else {
        return usage("TYPE/NAME and list of ports are required for port-forward", "port-forward");
    };
    match pod(timeline, word, namespace) {
        Err(printed) => printed,
        Ok(pod) if pod.status.phase != Phase::Running => error(format!(
            "unable to forward port because pod is not running. Current status={}",
            pod.status.phase.name()
        )),
        Ok(_) => Printed::error(NO_WAY_IN),
    }
}

/// `kubectl cp`.
pub(super) fn copy(timeline: &Timeline, flags: &Flags, namespace: &str) -> Printed {
    let [source, target] = flags.words.as_slice() else { return error("source and destination are required") };
    let remote = |word: &str| word.split_once(':').map(|(pod, _)| pod.rsplit('/').next().unwrap_or(pod).to_owned());
    let name = match (remote(source), remote(target)) {
        (Some(_), Some(_)) => return error("one of src or dest must be a local file specification"),
        (None, None) => return error("one of src or dest must be a remote file specification"),
        (Some(name), None) | (None, Some(name)) => name,
    };
    match pod(timeline, &name, namespace) {
        Err(printed) => printed,
        Ok(pod) => ended(pod, "exec into").unwrap_or_else(|| Printed::error(NO_WAY_IN)),
    }
}

/// `kubectl top`: there is no metrics server.
pub(super) fn top() -> Printed {
    Printed::error(NO_METRICS)
}

/// `kubectl debug`.
pub(super) fn debug(timeline: &Timeline, flags: &Flags, namespace: &str) -> Printed {
    if flags.value("image").is_none() && flags.value("copy-to").is_none() {
        return error("you must specify --image when not using --copy-to.");
    }
    let Some(word) = flags.words.first() else { return error("NAME or filename is required for debug") };
    match pod(timeline, word, namespace) {
        Err(printed) => printed,
        Ok(_) => Printed::error(NO_WAY_IN),
    }
}
