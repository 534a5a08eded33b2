//! Models `pkg/api/{pod,job}/warnings.go@v1.37.2`: what the server takes, but warns of.
//!
//! Leaves out: overlapping paths of volumes, node affinity, lenient IP addresses.

use super::access::{Access, Names, sub};
use super::gotext::quote;
use super::kinds::KindId;
use super::validate::field::Path;
use super::validate::names;
use crate::api::Quantity;
use serde_json::Value;

/// Paths and whole texts of an object's warnings.
pub(crate) fn of(object: &Value, kind: &KindId) -> Vec<(String, String)> {
    let mut warnings = Warnings(Vec::new());
    let spec = sub(object, "spec");
    let path = Path::new("spec");
    match kind.kind {
        "Job" => {
            warnings.name(object);
            warnings.job(spec, &path);
        }
        "CronJob" => {
            warnings.name(object);
            let template = path.child("jobTemplate");
            warnings.job(sub(sub(spec, "jobTemplate"), "spec"), &template.child("spec"));
        }
        "Pod" => warnings.pod(spec, sub(object, "metadata"), &path, &Path::new("metadata")),
        "PersistentVolumeClaim" => warnings.claim(spec, &path),
        "Deployment" | "ReplicaSet" => {
            let template = path.child("template");
            warnings.template(sub(spec, "template"), &template);
        }
        _ => {}
    }
    warnings.0
}

struct Warnings(Vec<(String, String)>);

impl Warnings {
    fn add(&mut self, path: &Path, text: &str) {
        let path = path.to_string();
        let text = format!("{path}: {text}");
        self.0.push((path, text));
    }

    fn name(&mut self, object: &Value) {
        let problems = names::dns_label(sub(object, "metadata").text("name"));
        if !problems.is_empty() {
            let text = format!(
                "this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is recommended: [{}]",
                problems.join(" ")
            );
            self.add(&Path::new("metadata").child("name"), &text);
        }
    }

    fn job(&mut self, spec: &Value, path: &Path) {
        let many = spec.int("completions").unwrap_or(0) > 100_000 && spec.int("parallelism").unwrap_or(0) > 10_000;
        if spec.text("completionMode") == "Indexed" && many {
            self.add(path, "In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, Kubernetes might not be able to track completedIndexes when a big number of indexes fail");
        }
        self.template(sub(spec, "template"), &path.child("template"));
    }

    fn template(&mut self, template: &Value, path: &Path) {
        self.pod(sub(template, "spec"), sub(template, "metadata"), &path.child("spec"), &path.child("metadata"));
    }

    fn pod(&mut self, spec: &Value, metadata: &Value, path: &Path, meta_path: &Path) {
        let selector = path.child("nodeSelector");
        for (label, _) in spec.entries("nodeSelector") {
            if let Some(text) = deprecated_label(label) {
                self.add(&selector.key(label), text);
            }
        }
        let spread = path.child("topologySpreadConstraints");
        for (index, constraint) in spec.list("topologySpreadConstraints").iter().enumerate() {
            let path = spread.index(index);
            let key = constraint.text("topologyKey");
            if let Some(text) = deprecated_label(key) {
                self.add(&path.child("topologyKey"), &format!("{key} is {text}"));
            }
            if !constraint.has("labelSelector") {
                self.add(&path.child("labelSelector"), "a null labelSelector results in matching no pod");
            }
        }
        self.annotations(spec, metadata, meta_path);
        self.volumes(spec, path);
        self.repeated(spec, path);
        for (container, path) in containers(spec, path).iter().map(|(c, list, index)| (*c, (list, *index))) {
            let list = path.0;
            self.resources(container, &list.index(path.1));
            self.env(container, &list.index(path.1));
        }
        self.ports(spec, path);
        if spec.int("terminationGracePeriodSeconds").is_some_and(|seconds| seconds < 0) {
            let text = "must be >= 0; negative values are invalid and will be treated as 1";
            self.add(&path.child("terminationGracePeriodSeconds"), text);
        }
        self.affinity(spec, path);
    }

    fn annotations(&mut self, spec: &Value, metadata: &Value, path: &Path) {
        let path = path.child("annotations");
        let annotations = sub(metadata, "annotations");
        let key = "seccomp.security.alpha.kubernetes.io/pod";
        if annotations.has(key) && !sub(spec, "securityContext").has("seccompProfile") {
            self.add(&path.key(key), "non-functional in v1.27+; use the \"seccompProfile\" field instead");
        }
        for (container, _, _) in containers(spec, &path) {
            let context = sub(container, "securityContext");
            for (prefix, field, text) in [
                (
                    "container.seccomp.security.alpha.kubernetes.io/",
                    "seccompProfile",
                    "non-functional in v1.27+; use the \"seccompProfile\" field instead",
                ),
                (
                    "container.apparmor.security.beta.kubernetes.io/",
                    "appArmorProfile",
                    "deprecated since v1.30; use the \"appArmorProfile\" field instead",
                ),
            ] {
                let key = format!("{prefix}{}", container.text("name"));
                if annotations.has(&key) && !context.has(field) {
                    self.add(&path.key(&key), text);
                }
            }
        }
        for (key, text) in [
            (
                "scheduler.alpha.kubernetes.io/critical-pod",
                "non-functional in v1.16+; use the \"priorityClassName\" field instead",
            ),
            ("security.alpha.kubernetes.io/sysctls", "non-functional in v1.11+; use the \"sysctls\" field instead"),
            (
                "security.alpha.kubernetes.io/unsafe-sysctls",
                "non-functional in v1.11+; use the \"sysctls\" field instead",
            ),
        ] {
            if annotations.has(key) {
                self.add(&path.key(key), text);
            }
        }
    }

    fn volumes(&mut self, spec: &Value, path: &Path) {
        let list = path.child("volumes");
        for (index, volume) in spec.list("volumes").iter().enumerate() {
            let path = list.index(index);
            for (source, shown, text) in [
                ("photonPersistentDisk", "photonPersistentDisk", "deprecated in v1.11, non-functional in v1.16+"),
                ("gitRepo", "gitRepo", "deprecated in v1.11, and disabled by default in v1.33+"),
                ("scaleIO", "scaleIO", "deprecated in v1.16, non-functional in v1.22+"),
                ("flocker", "flocker", "deprecated in v1.22, non-functional in v1.25+"),
                ("storageos", "storageOS", "deprecated in v1.22, non-functional in v1.25+"),
                ("quobyte", "quobyte", "deprecated in v1.22, non-functional in v1.25+"),
                ("glusterfs", "glusterfs", "deprecated in v1.25, non-functional in v1.26+"),
                ("cephfs", "cephfs", "deprecated in v1.28, non-functional in v1.31+"),
                ("rbd", "rbd", "deprecated in v1.28, non-functional in v1.31+"),
            ] {
                if volume.has(source) {
                    self.add(&path.child(shown), text);
                }
            }
        }
    }

    fn affinity(&mut self, spec: &Value, path: &Path) {
        const TEXT: &str = "a null labelSelector results in matching no pod";
        let path = path.child("affinity");
        for name in ["podAffinity", "podAntiAffinity"] {
            let terms = sub(sub(spec, "affinity"), name);
            let path = path.child(name);
            let required = path.child("requiredDuringSchedulingIgnoredDuringExecution");
            for (index, term) in terms.list("requiredDuringSchedulingIgnoredDuringExecution").iter().enumerate() {
                if !term.has("labelSelector") {
                    self.add(&required.index(index).child("labelSelector"), TEXT);
                }
            }
            let preferred = path.child("preferredDuringSchedulingIgnoredDuringExecution");
            for (index, term) in terms.list("preferredDuringSchedulingIgnoredDuringExecution").iter().enumerate() {
                if !sub(term, "podAffinityTerm").has("labelSelector") {
                    self.add(&preferred.index(index).child("podAffinityTerm").child("labelSelector"), TEXT);
                }
            }
        }
    }

    /// Addresses and secrets given twice.
    fn repeated(&mut self, spec: &Value, path: &Path) {
        for (list, field, what) in [("hostAliases", "ip", "ip"), ("imagePullSecrets", "name", "name")] {
            let list_path = path.child(list);
            let mut seen = Names::default();
            for (index, item) in spec.list(list).iter().enumerate() {
                if !seen.insert(item.text(field)) {
                    let text = format!("duplicate {what} {}", quote(item.text(field)));
                    self.add(&list_path.index(index).child(field), &text);
                }
            }
        }
        let secrets = path.child("imagePullSecrets");
        for (index, secret) in spec.list("imagePullSecrets").iter().enumerate() {
            if secret.text("name").is_empty() {
                self.add(&secrets.index(index).child("name"), "invalid empty name \"\"");
            }
        }
    }

    fn claim(&mut self, spec: &Value, path: &Path) {
        let path = path.child("resources");
        for list in ["limits", "requests"] {
            self.fraction(sub(sub(spec, "resources"), list).text("storage"), &path.child(list).key("storage"));
        }
    }

    fn fraction(&mut self, amount: &str, path: &Path) {
        if Quantity::parse(amount).is_ok_and(|quantity| !quantity.seems_whole()) {
            self.add(path, &format!("fractional byte value {} is invalid, must be an integer", quote(amount)));
        }
    }

    fn resources(&mut self, container: &Value, path: &Path) {
        let path = path.child("resources");
        for resource in ["memory", "ephemeral-storage"] {
            for list in ["limits", "requests"] {
                let amount = sub(sub(container, "resources"), list).text(resource);
                self.fraction(amount, &path.child(list).key(resource));
            }
        }
    }

    fn env(&mut self, container: &Value, path: &Path) {
        let path = path.child("env");
        let mut seen = Names::default();
        for (index, variable) in container.list("env").iter().enumerate() {
            let (name, value) = (variable.text("name"), variable.text("value"));
            if seen.insert(name) {
                continue;
            }
            let reference = format!("$({name})");
            if variable.has("valueFrom") || value == reference || !value.contains(&reference) {
                let text =
                    format!("hides previous definition of {}, which may be dropped when using apply", quote(name));
                self.add(&path.index(index), &text);
            }
        }
    }

    fn ports(&mut self, spec: &Value, path: &Path) {
        let mut numbers = Names::default();
        let mut by_number: Vec<Vec<(String, &Value)>> = Vec::new();
        let mut names = Names::default();
        let mut named: Vec<String> = Vec::new();
        let mut names_found = Vec::new();
        for (container, list, index) in containers(spec, path) {
            let item = list.index(index);
            let ports = item.child("ports");
            for (index, port) in container.list("ports").iter().enumerate() {
                let here = ports.index(index);
                let (host, ip) = (port.int("hostPort").unwrap_or(0), port.text("hostIP"));
                if host == 0 && !ip.is_empty() {
                    let text = format!(
                        "hostIP set without hostPort: {{Name:{} HostPort:0 ContainerPort:{} Protocol:{} HostIP:{ip}}}",
                        port.text("name"),
                        port.int("containerPort").unwrap_or(0),
                        port.text("protocol")
                    );
                    self.add(&here, &text);
                }
                let key = format!("{}/{}", port.int("containerPort").unwrap_or(0), port.text("protocol"));
                let number = numbers.number(&key).unwrap_or(by_number.len());
                if number == by_number.len() {
                    numbers.set(&key, number);
                    by_number.push(Vec::new());
                }
                let Some(others) = by_number.get_mut(number) else { continue };
                for (other_path, other) in others.iter() {
                    let (other_host, other_ip) = (other.int("hostPort").unwrap_or(0), other.text("hostIP"));
                    let sort = if host == other_host && ip == other_ip {
                        "duplicate"
                    } else if host == 0 || other_host == 0 {
                        "overlapping"
                    } else if host == other_host && ip.is_empty() != other_ip.is_empty() {
                        "dangerously ambiguous"
                    } else {
                        continue;
                    };
                    self.add(&here, &format!("{sort} port definition with {other_path}"));
                }
                others.push((here.to_string(), port));
                let name = port.text("name");
                match names.number(name).and_then(|number| named.get(number)) {
                    _ if name.is_empty() => {}
                    Some(other) => {
                        let text = format!(
                            "duplicate port name {} with {other}, services and probes that select ports by name will use {other}",
                            quote(name)
                        );
                        names_found.push((here.to_string(), format!("{here}: {text}")));
                    }
                    None => {
                        names.set(name, named.len());
                        named.push(here.to_string());
                    }
                }
            }
        }
        self.0.append(&mut names_found);
    }
}

/// All containers with their list's path and index, init containers first.
fn containers<'a>(spec: &'a Value, path: &'a Path) -> Vec<(&'a Value, Path<'a>, usize)> {
    ["initContainers", "containers"]
        .into_iter()
        .flat_map(|list| spec.list(list).iter().enumerate().map(move |(index, c)| (c, path.child(list), index)))
        .collect()
}

fn deprecated_label(label: &str) -> Option<&'static str> {
    Some(match label {
        "beta.kubernetes.io/arch" => "deprecated since v1.14; use \"kubernetes.io/arch\" instead",
        "beta.kubernetes.io/os" => "deprecated since v1.14; use \"kubernetes.io/os\" instead",
        "failure-domain.beta.kubernetes.io/region" => {
            "deprecated since v1.17; use \"topology.kubernetes.io/region\" instead"
        }
        "failure-domain.beta.kubernetes.io/zone" => {
            "deprecated since v1.17; use \"topology.kubernetes.io/zone\" instead"
        }
        "beta.kubernetes.io/instance-type" => {
            "deprecated since v1.17; use \"node.kubernetes.io/instance-type\" instead"
        }
        _ => return None,
    })
}
