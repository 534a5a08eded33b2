//! Models `pkg/kubelet/images/image_manager.go@v1.37.2`, `EnsureImageExists`: which images the node
//! has, pulls and their back-off.
//!
//! Leaves out: pull secrets, `RegistryUnavailable`, image garbage collection, digests.

use super::back_off::Limits;
use super::worker::Stage;
use super::{Bench, Kubelet, Note, actions};
use crate::api::Container;
use crate::because::Because;
use crate::cluster::Oid;
use crate::cluster::latency::{IMAGE_BACK_OFF_MS, PULL_MS};
use std::collections::{BTreeSet, VecDeque};
use std::rc::Rc;

const LIMITS: Limits = Limits::new(IMAGE_BACK_OFF_MS);
const IMAGE_BYTES: u64 = 2_211_004;

/// The images that the node has, and what the registry behind it says of others.
#[derive(Debug, Clone)]
pub struct Registry {
    present: BTreeSet<String>,
}

impl Default for Registry {
    /// The images of the reference cluster's node.
    fn default() -> Self {
        let present = [
            "busybox",
            "busybox:latest",
            "busybox:1.36",
            "busybox:1.37",
            "busybox:1.37.1",
            "alpine:3.22",
            "perl:5.34.0",
            "nginx",
            "nginx:1.27",
            "postgres:16",
            "python:3.12",
        ];
        Self { present: present.into_iter().map(str::to_owned).collect() }
    }
}

impl Registry {
    fn has(&self, image: &str) -> bool {
        self.present.contains(image)
    }

    /// The error of a pull, if it fails: by convention names with `noexiste` are denied and tags
    /// `etiqueta-mala` aren't found.
    fn pull_error(image: &str) -> Option<String> {
        let reference = format!("docker.io/library/{image}");
        let unpack =
            format!("failed to pull and unpack image \"{reference}\": failed to resolve reference \"{reference}\": ");
        if image.contains("noexiste") || image.contains("no-existe") {
            return Some(format!(
                "rpc error: code = Unknown desc = {unpack}pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed"
            ));
        }
        if image.ends_with(":etiqueta-mala") {
            return Some(Self::not_found(image));
        }
        None
    }

    /// The error of a pull of a tag that the registry lacks.
    fn not_found(image: &str) -> String {
        let reference = format!("docker.io/library/{image}");
        format!(
            "rpc error: code = NotFound desc = failed to pull and unpack image \"{reference}\": failed to resolve reference \"{reference}\": {reference}: not found"
        )
    }
}

/// What keeps a container's image from being used.
struct Refusal {
    reason: &'static str,
    message: Rc<str>,
    /// Whether it is a back-off that lasts.
    waiting: bool,
}

impl Kubelet {
    /// Makes sure of the image; returns whether the container can be created at once.
    pub(super) fn ensure_image(
        &mut self,
        bench: &mut Bench<'_>,
        pod: Oid,
        place: usize,
        rest: &VecDeque<usize>,
    ) -> Image {
        let Some((container, init)) = self.container(pod, place) else { return Image::Refused };
        let image = container.image.clone();
        if let Some(error) = reference_error(&image) {
            let message: Rc<str> = Rc::from(format!("Failed to apply default image tag \"{image}\": {error}"));
            self.image_event(bench, pod, (&container.name, init), true, "InspectFailed", Rc::clone(&message));
            self.refuse(bench, pod, place, &Refusal { reason: "InvalidImageName", message, waiting: false });
            return Image::Refused;
        }
        let present = self.registry.has(&image) && !self.lacks_image(pod, place);
        if present && container.image_pull_policy != "Always" {
            let message =
                format!("Container image \"{image}\" already present on machine and can be accessed by the pod");
            let message = self.texts.share(message);
            self.image_event(bench, pod, (&container.name, init), false, "Pulled", message);
            return Image::Ready;
        }
        if container.image_pull_policy == "Never" {
            let message: Rc<str> =
                Rc::from(format!("Container image \"{image}\" is not present with pull policy of Never"));
            self.image_event(bench, pod, (&container.name, init), true, "ErrImageNeverPull", Rc::clone(&message));
            self.refuse(bench, pod, place, &Refusal { reason: "ErrImageNeverPull", message, waiting: false });
            return Image::Refused;
        }
        if let Some(refusal) = self.pull_waits(bench, pod, &image) {
            let message = Rc::from(format!("Back-off pulling image \"{image}\""));
            self.image_event(bench, pod, (&container.name, init), false, "BackOff", message);
            self.refuse(bench, pod, place, &refusal);
            return Image::Refused;
        }
        let message = Rc::from(format!("Pulling image \"{image}\""));
        self.image_event(bench, pod, (&container.name, init), false, "Pulling", message);
        let mut places = rest.clone();
        places.push_front(place);
        self.wait(bench, pod, PULL_MS, Stage::Pull(places));
        Image::Pulling
    }

    /// The back-off of an image that couldn't be pulled before, if it lasts.
    fn pull_waits(&self, bench: &Bench<'_>, pod: Oid, image: &str) -> Option<Refusal> {
        let (entry, failed_ms, error) = self.workers.get(&pod)?.pulls.get(image)?;
        LIMITS.waits_until(Some(*entry), *failed_ms, bench.now_ms)?;
        Some(Refusal {
            reason: "ImagePullBackOff",
            message: Rc::from(format!("Back-off pulling image \"{image}\": ErrImagePull: {error}")),
            waiting: true,
        })
    }

    /// A pull has ended.
    pub(super) fn pulled(&mut self, bench: &mut Bench<'_>, pod: Oid, mut places: VecDeque<usize>) {
        let Some(place) = places.front().copied() else { return };
        let Some((container, init)) = self.container(pod, place) else { return };
        let image = container.image.clone();
        let error = match Registry::pull_error(&image) {
            None if self.lacks_image(pod, place) => Some(Registry::not_found(&image)),
            error => error,
        };
        let Some(error) = error else {
            self.registry.present.insert(image.clone());
            let took = duration(PULL_MS);
            let message = format!(
                "Successfully pulled image \"{image}\" in {took} ({took} including waiting). Image size: {IMAGE_BYTES} bytes."
            );
            self.image_event(bench, pod, (&container.name, init), false, "Pulled", Rc::from(message));
            self.start_next(bench, pod, places, true);
            return;
        };
        let error: Rc<str> = Rc::from(error);
        let message = Rc::from(format!("Failed to pull image \"{image}\": {error}"));
        self.image_event(bench, pod, (&container.name, init), true, "Failed", message);
        if let Some(worker) = self.workers.get_mut(&pod) {
            let before = worker.pulls.get(&image).map(|(entry, _, _)| *entry);
            let entry = LIMITS.next(before, bench.now_ms, bench.now_ms);
            worker.pulls.insert(image, (entry, bench.now_ms, Rc::clone(&error)));
        }
        self.refuse(bench, pod, place, &Refusal { reason: "ErrImagePull", message: error, waiting: false });
        places.pop_front();
        self.start_next(bench, pod, places, false);
    }

    fn refuse(&mut self, bench: &mut Bench<'_>, pod: Oid, place: usize, refusal: &Refusal) {
        if let Some((container, init)) = self.container(pod, place) {
            let message = Rc::from(format!("Error: {}", refusal.reason));
            self.image_event(bench, pod, (&container.name, init), true, "Failed", message);
        }
        let Some(worker) = self.workers.get_mut(&pod) else { return };
        worker.reasons.insert(place, (Rc::from(refusal.reason), Some(Rc::clone(&refusal.message))));
        // Unlike a crash loop, this error carries no expiry: the Pod is synced after the usual 10 to 15 s.
        worker.outcome.note_failure(None);
        worker.because = Because::ImagePullFailed { waiting: refusal.waiting };
    }

    fn image_event(
        &mut self,
        bench: &mut Bench<'_>,
        pod: Oid,
        container: (&str, bool),
        warning: bool,
        reason: &'static str,
        message: Rc<str>,
    ) {
        self.report(bench, pod, Note { container: Some(container), warning, reason, message });
    }

    /// The container at that place, and whether it is an init container.
    pub(super) fn container(&self, pod: Oid, place: usize) -> Option<(Rc<Container>, bool)> {
        let worker = self.workers.get(&pod)?;
        actions::container_at(&worker.pod.spec, place).map(|(container, init)| (Rc::clone(container), init))
    }
}

/// What has become of an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Image {
    Ready,
    Pulling,
    Refused,
}

/// Why a text is no reference of an image. Models `distribution/reference`, as far as manifests
/// written by hand break it.
fn reference_error(image: &str) -> Option<String> {
    let (path, tag) = match image.rsplit_once(':') {
        Some((path, tag)) if !tag.contains('/') => (path, Some(tag)),
        _ => (image, None),
    };
    let name = path.split_once('@').map_or(path, |(name, _)| name);
    let lower = name.to_lowercase();
    let parts_are_fine = |name: &str| {
        !name.is_empty()
            && name.split('/').enumerate().all(|(place, part)| {
                let domain = place == 0 && name.contains('/') && (part.contains(['.', ':']) || part == "localhost");
                domain || is_path_part(part)
            })
    };
    let tag_is_fine = tag.is_none_or(|tag| {
        let mut characters = tag.chars();
        let first = characters.next().is_some_and(|c| c.is_ascii_alphanumeric() || c == '_');
        first && tag.len() <= 128 && characters.all(|c| c.is_ascii_alphanumeric() || "_.-".contains(c))
    });
    if parts_are_fine(name) && tag_is_fine {
        return None;
    }
    let only_case = name != lower && parts_are_fine(&lower) && tag_is_fine;
    // A name without a registry is one of the library's.
    let whole = if name.contains('/') { name.to_owned() } else { format!("library/{name}") };
    let detail = if only_case { format!(": repository name ({whole}) must be lowercase") } else { String::new() };
    let quoted = image.replace('\\', "\\\\").replace('"', "\\\"");
    Some(format!("couldn't parse image name \"{quoted}\": invalid reference format{detail}"))
}

fn is_path_part(part: &str) -> bool {
    let ends = |c: Option<char>| c.is_some_and(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    ends(part.chars().next())
        && ends(part.chars().last())
        && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "._-".contains(c))
        && !part.contains("..")
}

/// A Go duration truncated to milliseconds: `812ms`, `1.234s`.
fn duration(ms: u64) -> String {
    if ms < 1000 {
        return format!("{ms}ms");
    }
    let fraction = format!("{:03}", ms % 1000);
    let fraction = fraction.trim_end_matches('0');
    let dot = if fraction.is_empty() { "" } else { "." };
    format!("{}{dot}{fraction}s", ms / 1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn good_references_pass_and_bad_ones_are_named() {
        for image in ["busybox", "busybox:1.36", "docker.io/library/busybox:1.36", "localhost:5000/a/b", "a@sha256:00"]
        {
            assert_eq!(reference_error(image), None, "{image}");
        }
        assert_eq!(
            reference_error("Busybox").as_deref(),
            Some(
                "couldn't parse image name \"Busybox\": invalid reference format: repository name (library/Busybox) must be lowercase"
            )
        );
        assert_eq!(
            reference_error("busybox:1.36:x y").as_deref(),
            Some("couldn't parse image name \"busybox:1.36:x y\": invalid reference format")
        );
    }

    #[test]
    fn durations_read_as_in_go() {
        assert_eq!([400, 1_000, 1_702, 2_050].map(duration), ["400ms", "1s", "1.702s", "2.05s"]);
    }
}
