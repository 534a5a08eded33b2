//! Models `k8s.io/kubectl/pkg/cmd/logs@v0.37.2`, `pkg/polymorphichelpers/logsforobject.go` and what the
//! server and the kubelet answer to it (`pkg/kubelet/kubelet_pods.go@v1.37.2`,
//! `validateContainerLogStatus`).
//!
//! Leaves out: ephemeral containers; rotation; lines past the bound of a container's log.

use super::Printed;
use super::failure::Failure;
use super::flags::Flags;
use super::live::Turn;
use super::pods_of::{Source, container_names, default_container, has_container, most_telling, pods, selected};
use super::scene::Scene;
use crate::api::{ContainerStatus, LabelSelector, Object, Pod, Timestamp};
use crate::cluster::Oid;
use crate::timeline::Timeline;
use std::fmt::Write;
use std::rc::Rc;

const USAGE: &str = "error: expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\nPOD or TYPE/NAME is a required argument for the logs command\nSee 'kubectl logs -h' for help and examples\n";
/// Without `--tail`, a selector shows so many lines of each Pod.
const SELECTOR_TAIL: i64 = 10;
/// How long a Job's first Pod is waited for, and a container that is followed.
const PATIENCE_MS: i64 = 20_000;
/// How often a container is asked again that hasn't started.
const RETRY_MS: u64 = 1_000;
const MAX_FOLLOWED: i64 = 5;

/// A command under way.
#[derive(Debug, Clone)]
pub(super) struct Logs {
    options: Options,
    stage: Stage,
}

#[derive(Debug, Clone)]
enum Stage {
    /// Waits for the first Pod of an object.
    Pods { selector: LabelSelector, until_ms: u64 },
    /// Streams, each from its own place; the first of those that don't follow is at the front.
    Streams(Vec<Stream>),
}

#[derive(Debug, Clone)]
struct Options {
    namespace: Rc<str>,
    container: Option<String>,
    follow: bool,
    previous: bool,
    prefix: bool,
    all_containers: bool,
    all_pods: bool,
    timestamps: bool,
    ignore_errors: bool,
    since_ms: Option<i64>,
    tail: Option<usize>,
    limit_bytes: Option<usize>,
    most_followed: i64,
}

/// One container's log on its way.
#[derive(Debug, Clone)]
struct Stream {
    pod: Oid,
    pod_name: Rc<str>,
    container: Rc<str>,
    state: StreamState,
}

#[derive(Debug, Clone)]
enum StreamState {
    /// Not asked for yet; until when it is asked for again, if it is followed, and when next.
    Opening {
        until_ms: Option<u64>,
        next_ms: u64,
    },
    /// An instance's lines, so many of which were shown.
    Open {
        id: Rc<str>,
        shown: usize,
        bytes_left: Option<usize>,
    },
    Over,
}

/// Begins `kubectl logs`.
pub(super) fn logs(timeline: &Timeline, flags: &Flags, namespace: &Rc<str>) -> Result<Logs, Printed> {
    let error = |text: String| Printed::error(format!("error: {text}\n"));
    let selector = flags.value("selector").filter(|text| !text.is_empty());
    let words: Vec<&str> = flags.words.iter().map(String::as_str).collect();
    let (object, inline) = match (words.as_slice(), selector) {
        ([], None) | ([_, _, _, ..], _) => return Err(Printed::error(USAGE)),
        ([], Some(_)) => (None, None),
        ([_], Some(_)) => {
            return Err(Printed::error(
                "error: only a selector (-l) or a POD name is allowed\nSee 'kubectl logs -h' for help and examples\n",
            ));
        }
        ([object, rest @ ..], _) => (Some(*object), rest.first().map(|name| (*name).to_owned())),
    };
    if inline.is_some() && flags.value("container").is_some() {
        return Err(error("only one of -c or an inline [CONTAINER] arg is allowed".to_owned()));
    }
    let tail = flags.number("tail");
    let options = Options {
        namespace: Rc::clone(namespace),
        container: inline.or_else(|| flags.value("container").map(str::to_owned)),
        follow: flags.is_on("follow"),
        previous: flags.is_on("previous"),
        prefix: flags.is_on("prefix") || flags.is_on("all-pods"),
        all_containers: flags.is_on("all-containers"),
        all_pods: flags.is_on("all-pods"),
        timestamps: flags.is_on("timestamps"),
        ignore_errors: flags.is_on("ignore-errors"),
        since_ms: since(timeline, flags)?,
        tail: tail.or(selector.map(|_| SELECTOR_TAIL)).and_then(|lines| usize::try_from(lines).ok()),
        limit_bytes: flags
            .number("limit-bytes")
            .filter(|bytes| *bytes > 0)
            .and_then(|bytes| usize::try_from(bytes).ok()),
        most_followed: flags.number("max-log-requests").unwrap_or(MAX_FOLLOWED),
    };
    let source = match object {
        Some(object) => Source::named(timeline, namespace, object)?,
        None => Source::Selected(selected(timeline, namespace, selector).map_err(Failure::printed)?),
    };
    // kubectl looks the object up before it looks at the other flags.
    if flags.value("since-time").is_some() && flags.duration_ms("since").is_some_and(|ms| ms != 0) {
        return Err(error("at most one of `sinceTime` or `sinceSeconds` may be specified".to_owned()));
    }
    if let Some(container) = options.container.as_ref().filter(|_| options.all_containers) {
        return Err(error(format!("--all-containers=true should not be specified with container name {container}")));
    }
    if flags.duration_ms("since").is_some_and(|ms| ms < 0) {
        return Err(error("--since must be greater than 0".to_owned()));
    }
    if flags.number("limit-bytes").is_some_and(|bytes| bytes < 0) {
        return Err(error("--limit-bytes must be greater than 0".to_owned()));
    }
    if tail.is_some_and(|lines| lines < -1) {
        return Err(error("--tail must be greater than or equal to -1".to_owned()));
    }
    let patience_ms = flags.duration_ms("pod-running-timeout").unwrap_or(PATIENCE_MS).max(0);
    open(timeline, options, source, u64::try_from(patience_ms).unwrap_or(0))
}

/// From which instant on lines are shown.
fn since(timeline: &Timeline, flags: &Flags) -> Result<Option<i64>, Printed> {
    if let Some(text) = flags.value("since-time") {
        let at = Timestamp::parse(text).ok_or_else(|| {
            Printed::error(format!(
                "error: parsing time \"{text}\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"{text}\" as \"2006\"\n"
            ))
        })?;
        return Ok(Some(at.unix_ms()));
    }
    let back_ms = flags.duration_ms("since").filter(|ms| *ms > 0);
    Ok(back_ms.map(|ms| timeline.unix_ms() - ms))
}

fn open(timeline: &Timeline, options: Options, source: Source, patience_ms: u64) -> Result<Logs, Printed> {
    let stage = match source {
        Source::Pod(oid) => return stream(timeline, options, &[oid], String::new()),
        Source::Selected(pods) => {
            if pods.is_empty() {
                return Err(Printed {
                    stderr: format!("No resources found in {} namespace.\n", options.namespace),
                    ..Printed::default()
                });
            }
            return stream(timeline, options, &pods, String::new());
        }
        Source::Owned(selector) => Stage::Pods { selector, until_ms: timeline.now_ms() + patience_ms },
    };
    Ok(Logs { options, stage })
}

/// Decides which containers of the Pods are shown.
fn stream(timeline: &Timeline, options: Options, pods: &[Oid], mut notes: String) -> Result<Logs, Printed> {
    let now_ms = timeline.now_ms();
    let mut streams = Vec::new();
    let patient_until_ms = options.follow.then(|| now_ms + PATIENCE_MS.unsigned_abs());
    for oid in pods {
        let Some(pod) = timeline.object(*oid).and_then(Object::as_pod) else { continue };
        let mut add = |container: &str| {
            streams.push(Stream {
                pod: *oid,
                pod_name: Rc::clone(&pod.metadata.name),
                container: Rc::from(container),
                state: StreamState::Opening { until_ms: patient_until_ms, next_ms: now_ms },
            });
        };
        if options.all_containers {
            let all = pod.spec.init_containers.iter().chain(&pod.spec.containers);
            all.for_each(|container| add(&container.name));
            continue;
        }
        let name = options.container.clone().unwrap_or_else(|| {
            let (name, note) = default_container(pod);
            notes.push_str(note.as_deref().unwrap_or(""));
            name
        });
        if !has_container(pod, &name) {
            let error = format!(
                "{notes}error: container {name} is not valid for pod {} out of: {}\n",
                pod.metadata.name,
                container_names(pod)
            );
            return Err(Printed::error(error));
        }
        add(&name);
    }
    if options.follow && streams.len() > 1 {
        let most = options.most_followed;
        if i64::try_from(streams.len()).unwrap_or(i64::MAX) > most {
            return Err(Printed::error(format!(
                "{notes}error: you are attempting to follow {} log streams, but maximum allowed concurrency is {most}, use --max-log-requests to increase the limit\n",
                streams.len()
            )));
        }
    }
    if !notes.is_empty() {
        streams.insert(0, Stream::note(&notes));
    }
    Ok(Logs { options, stage: Stage::Streams(streams) })
}

impl Stream {
    /// What kubectl says first, as a stream that is over once it was shown.
    fn note(text: &str) -> Self {
        let (pod_name, container) = (Rc::from(""), Rc::from(text));
        Self { pod: Oid(u32::MAX), pod_name, container, state: StreamState::Over }
    }
}

impl Logs {
    pub(super) fn turn(&mut self, timeline: &Timeline) -> Turn {
        let mut turn = Turn::default();
        if let Stage::Pods { selector, until_ms } = &self.stage {
            let pods = pods(timeline, &self.options.namespace, selector);
            let Some(chosen) = most_telling(timeline, &pods) else {
                if timeline.now_ms() >= *until_ms {
                    return Turn::failed("error: timed out waiting for the condition\n");
                }
                turn.until_ms = Some(*until_ms);
                return turn;
            };
            let mut note = String::new();
            if pods.len() > 1 && !self.options.all_pods {
                let name = timeline.object(chosen).map_or("", Object::name);
                note = format!("Found {} pods, using pod/{name}\n", pods.len());
            }
            let shown = if self.options.all_pods { pods } else { vec![chosen] };
            match stream(timeline, self.options.clone(), &shown, note) {
                Ok(logs) => *self = logs,
                Err(Printed { stdout, stderr, code }) => return Turn { stdout, stderr, code: Some(code), ..turn },
            }
        }
        self.show(timeline, turn)
    }

    /// Of the lines that were shown only those that are still there were.
    pub(super) fn forked(&mut self, timeline: &Timeline) {
        let Stage::Streams(streams) = &mut self.stage else { return };
        for stream in streams {
            if let StreamState::Open { id, shown, .. } = &mut stream.state {
                *shown = (*shown).min(Scene::log(timeline, stream.pod, id).len());
            }
        }
    }

    fn show(&mut self, timeline: &Timeline, mut turn: Turn) -> Turn {
        let Stage::Streams(streams) = &mut self.stage else { return turn };
        if streams.first().is_some_and(|stream| stream.pod == Oid(u32::MAX)) {
            turn.stderr.push_str(&streams.remove(0).container);
        }
        let parallel = self.options.follow && streams.len() > 1;
        let mut lines: Vec<(u64, usize, String)> = Vec::new();
        for (place, stream) in streams.iter_mut().enumerate() {
            if let Err(error) = stream.go_on(timeline, &self.options, place, &mut lines, &mut turn) {
                if !self.options.ignore_errors {
                    turn.stdout.extend(lines.into_iter().map(|(_, _, line)| line));
                    turn.stderr.push_str(&error);
                    turn.code = Some(1);
                    return turn;
                }
                stream.state = StreamState::Over;
                let text = error.split_once("): ").map_or(error.as_str(), |(_, text)| text);
                lines.push((timeline.now_ms(), place, format!("error: {text}")));
            }
            // Without -f one stream is read to its end before the next is opened.
            if !parallel && !matches!(stream.state, StreamState::Over) {
                break;
            }
        }
        if parallel {
            crate::go::sort::by_key(&mut lines, |(at_ms, place, _)| (*at_ms, *place));
        }
        turn.stdout.extend(lines.into_iter().map(|(_, _, line)| line));
        if streams.iter().all(|stream| matches!(stream.state, StreamState::Over)) {
            turn.code = Some(0);
        }
        turn
    }
}

impl Stream {
    fn go_on(
        &mut self,
        timeline: &Timeline,
        options: &Options,
        place: usize,
        lines: &mut Vec<(u64, usize, String)>,
        turn: &mut Turn,
    ) -> Result<(), String> {
        let now_ms = timeline.now_ms();
        let wake =
            |turn: &mut Turn, at_ms: u64| turn.until_ms = Some(turn.until_ms.map_or(at_ms, |old| old.min(at_ms)));
        if let StreamState::Opening { until_ms, next_ms } = self.state {
            if now_ms < next_ms && until_ms.is_some() {
                wake(turn, next_ms);
                return Ok(());
            }
            match self.instance(timeline, options) {
                Ok(Some(id)) if options.previous && self.has_ended_again(timeline) => {
                    let text = format!("unable to retrieve container logs for {id}");
                    lines.push((now_ms, place, text));
                    self.state = StreamState::Over;
                }
                Ok(Some(id)) => {
                    self.state = StreamState::Open { id, shown: 0, bytes_left: options.limit_bytes };
                    self.skip(timeline, options);
                }
                Ok(None) => self.state = StreamState::Over,
                Err(error) => match until_ms {
                    // A container that is followed is asked for again until it has started.
                    Some(until_ms) if now_ms < until_ms => {
                        if now_ms >= next_ms {
                            let _ = writeln!(turn.stderr, "{}", error.text);
                            self.state = StreamState::Opening { until_ms: Some(until_ms), next_ms: now_ms + RETRY_MS };
                        }
                        let StreamState::Opening { next_ms, .. } = self.state else { return Ok(()) };
                        wake(turn, next_ms.min(until_ms));
                        return Ok(());
                    }
                    Some(_) => return Err("error: context deadline exceeded\n".to_owned()),
                    None => return Err(format!("Error from server ({}): {}\n", error.kind, error.text)),
                },
            }
        }
        let ends = !options.follow || !self.runs(timeline);
        let StreamState::Open { id, shown, bytes_left } = &mut self.state else { return Ok(()) };
        let log = Scene::log(timeline, self.pod, id);
        let prefix =
            if options.prefix { format!("[pod/{}/{}] ", self.pod_name, self.container) } else { String::new() };
        let news = log.get(*shown..).unwrap_or(&[]);
        let last = news.len().checked_sub(1);
        for (number, line) in news.iter().enumerate() {
            let stamp = if options.timestamps { format!("{} ", nano(timeline, line.at_ms)) } else { String::new() };
            let end = if line.partial && Some(number) != last { "" } else { "\n" };
            let mut text = format!("{prefix}{stamp}{}{end}", line.text);
            if let Some(left) = bytes_left {
                let mut keep = text.len().min(*left);
                while !text.is_char_boundary(keep) {
                    keep -= 1;
                }
                text.truncate(keep);
                *left -= keep;
            }
            lines.push((line.at_ms, place, text));
        }
        *shown = log.len().max(*shown);
        if ends || *bytes_left == Some(0) {
            self.state = StreamState::Over;
        } else {
            // Lines are no changes of the cluster; those of a future that is known already are waited for.
            let known = timeline.world().kubelet().log(self.pod, id);
            if let Some(line) = known.get(log.len()) {
                wake(turn, line.at_ms);
            }
        }
        Ok(())
    }

    /// Passes over the lines that `--tail` and `--since` leave out.
    fn skip(&mut self, timeline: &Timeline, options: &Options) {
        let StreamState::Open { id, shown, .. } = &mut self.state else { return };
        let log = Scene::log(timeline, self.pod, id);
        let epoch_ms = timeline.world().store().unix_ms(0);
        if let Some(since_ms) = options.since_ms {
            let early = log.partition_point(|line| epoch_ms.saturating_add_unsigned(line.at_ms) < since_ms);
            *shown = early;
        }
        if let Some(tail) = options.tail {
            *shown = (*shown).max(log.len().saturating_sub(tail));
        }
    }

    fn status<'a>(&self, timeline: &'a Timeline) -> Option<(&'a Rc<Pod>, Option<&'a ContainerStatus>)> {
        let pod = timeline.object(self.pod)?.as_pod()?;
        Some((pod, pod.all_statuses().find(|status| status.name == self.container)))
    }

    /// Whether the instance that is shown still runs, as far as the server knows.
    fn runs(&self, timeline: &Timeline) -> bool {
        let StreamState::Open { id, .. } = &self.state else { return false };
        self.status(timeline)
            .and_then(|(_, status)| status)
            .is_some_and(|status| status.container_id == *id && status.state.running.is_some())
    }

    /// Whether the previous instance is gone with its log: of a container's dead instances the kubelet keeps the newest,
    /// and removes the others as soon as it sees one die. Models `pod_container_deletor.go`, `deleteContainersInPod`.
    fn has_ended_again(&self, timeline: &Timeline) -> bool {
        self.status(timeline).and_then(|(_, status)| status).is_some_and(|status| status.state.terminated.is_some())
    }

    /// Which instance's lines are meant; none of a Pod without a node.
    fn instance(&self, timeline: &Timeline, options: &Options) -> Result<Option<Rc<str>>, Refusal> {
        let Some((pod, status)) = self.status(timeline) else {
            return Err(Refusal { kind: "NotFound", text: format!("pods \"{}\" not found", self.pod_name) });
        };
        if pod.node_name.is_none() {
            return Ok(None);
        }
        let about = |what: &str| format!("container \"{}\" in pod \"{}\" {what}", self.container, self.pod_name);
        let Some(status) = status else { return Err(Refusal::bad(about("is not available"))) };
        let last = status.last_state.terminated.as_ref().map(|end| &end.container_id).filter(|id| !id.is_empty());
        if options.previous {
            return last.cloned().map(Some).ok_or_else(|| {
                Refusal::bad(format!(
                    "previous terminated container \"{}\" in pod \"{}\" not found",
                    self.container, self.pod_name
                ))
            });
        }
        let state = &status.state;
        if state.running.is_some() {
            return Ok(Some(Rc::clone(&status.container_id)));
        }
        if let Some(end) = &state.terminated {
            let id = Some(&end.container_id).filter(|id| !id.is_empty()).or(last);
            return id.cloned().map(Some).ok_or_else(|| Refusal::bad(about("is terminated")));
        }
        if let Some(id) = last {
            return Ok(Some(Rc::clone(id)));
        }
        Err(match &state.waiting {
            Some(waiting) => {
                let why = match &*waiting.reason {
                    "ErrImagePull" => "image can't be pulled",
                    "ImagePullBackOff" => "trying and failing to pull image",
                    reason => reason,
                };
                Refusal::bad(about(&format!("is waiting to start: {why}")))
            }
            None => Refusal::bad(about("is waiting to start - no logs yet")),
        })
    }
}

/// Why there is no log, and the server's name for it.
struct Refusal {
    kind: &'static str,
    text: String,
}

impl Refusal {
    fn bad(text: String) -> Self {
        Self { kind: "BadRequest", text }
    }
}

/// `2026-01-01T09:00:01.250000000Z`: the runtime writes nine digits, of which the laboratory knows three.
fn nano(timeline: &Timeline, at_ms: u64) -> String {
    let unix_ms = timeline.world().store().unix_ms(at_ms);
    let second = Timestamp::from_unix_ms(unix_ms).to_string();
    format!("{}.{:03}000000Z", second.trim_end_matches('Z'), unix_ms.rem_euclid(1000))
}
