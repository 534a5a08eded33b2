//! Which kind a word of the command line means.
//!
//! Models `apimachinery/pkg/api/meta/restmapper.go@v1.37.2`, `client-go/restmapper/shortcut.go`,
//! `cli-runtime/pkg/resource/builder.go`, `mappingFor`. Leaves out: custom resources.

use crate::manifest::{KindId, kinds};

/// `all`, in the order in which kubectl asks for them.
const ALL: [&str; 9] = [
    "pods",
    "replicationcontrollers",
    "services",
    "daemonsets",
    "deployments",
    "replicasets",
    "statefulsets",
    "horizontalpodautoscalers",
    "cronjobs",
];

/// The kinds in the versions that the server prefers.
pub(crate) fn preferred() -> impl Iterator<Item = &'static KindId> + Clone {
    kinds().iter().filter(|kind| kind.is_preferred())
}

/// The kind of that name.
pub(crate) fn of_kind(name: &str) -> Option<&'static KindId> {
    preferred().find(|kind| kind.kind == name)
}

/// The same kind in the table.
pub(crate) fn same(kind: &KindId) -> Option<&'static KindId> {
    kinds().iter().find(|known| *known == kind)
}

/// Whether the server serves the status of such objects apart.
pub(crate) fn has_status(kind: &KindId) -> bool {
    !matches!(kind.kind, "ConfigMap" | "Secret" | "Event" | "ServiceAccount")
}

/// What a word of the command line means: `jobs`, `cj`, `Job`, `jobs.batch`, `jobs.v1.batch`.
///
/// # Errors
/// kubectl's words after `error: `, if the server has nothing of that name.
pub(crate) fn find(word: &str) -> Result<&'static KindId, String> {
    let (name, rest) = word.split_once('.').unwrap_or((word, ""));
    let mut ways = vec![(name, None, rest)];
    if let Some((version, group)) = rest.split_once('.') {
        ways.insert(0, (name, Some(version), group));
    }
    let lower = name.to_lowercase();
    let names = |kind: &&KindId| {
        kind.plural == lower
            || kind.kind.to_lowercase() == lower
            || kind.short.split(',').any(|short| !short.is_empty() && short == name)
    };
    for (_, version, group) in ways {
        let fits = |kind: &&KindId| names(kind) && version.is_none_or(|version| version == kind.version);
        // A group is meant exactly, or else by its beginning.
        let mut candidates = preferred().filter(fits);
        let found = if group.is_empty() && version.is_none() {
            candidates.next()
        } else {
            let exact = candidates.clone().find(|kind| kind.group == group);
            exact.or_else(|| candidates.find(|kind| kind.group.starts_with(group)))
        };
        if let Some(found) = found {
            return Ok(found);
        }
    }
    if rest.is_empty() {
        Err(format!("the server doesn't have a resource type \"{word}\""))
    } else {
        Err(format!("the server doesn't have a resource type \"{name}\" in group \"{rest}\""))
    }
}

/// What the server warns of when such objects are asked for.
pub(crate) fn deprecation(kind: &KindId) -> Option<&'static str> {
    match (kind.group, kind.kind) {
        ("", "ComponentStatus") => Some("Warning: v1 ComponentStatus is deprecated in v1.19+\n"),
        ("", "Endpoints") => {
            Some("Warning: v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice\n")
        }
        _ => None,
    }
}

/// What kubectl warns of when a short name fits two resources.
pub(crate) fn ambiguity(word: &str) -> Option<String> {
    (word == "ev").then(|| {
        "Warning: short name \"ev\" could also match lower priority resource events.events.k8s.io\n".to_owned()
    })
}

/// The words that `all` stands for.
pub(crate) fn expand(word: &str) -> Vec<String> {
    if word != "all" {
        return vec![word.to_owned()];
    }
    let mut names: Vec<String> = ALL.iter().filter_map(|name| find(name).ok()).map(KindId::resource).collect();
    names.push("jobs.batch".to_owned());
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_as_kubectl_finds_them() {
        for (word, want) in [
            ("jobs", "jobs.batch"),
            ("job", "jobs.batch"),
            ("Job", "jobs.batch"),
            ("jobs.batch", "jobs.batch"),
            ("jobs.v1.batch", "jobs.batch"),
            ("cj", "cronjobs.batch"),
            ("po", "pods"),
            ("PODS", "pods"),
            ("ev", "events"),
            ("deploy", "deployments.apps"),
            ("events.events.k8s.io", "events.events.k8s.io"),
        ] {
            assert_eq!(find(word).map(KindId::resource), Ok(want.to_owned()), "{word}");
        }
        assert_eq!(find("jbo"), Err("the server doesn't have a resource type \"jbo\"".to_owned()));
        assert_eq!(
            find("jobs.lotes"),
            Err("the server doesn't have a resource type \"jobs\" in group \"lotes\"".to_owned())
        );
    }

    #[test]
    fn all_leaves_events_out() {
        let all = expand("all");
        assert_eq!(all.len(), 10);
        assert!(all.contains(&"pods".to_owned()) && all.contains(&"jobs.batch".to_owned()));
        assert!(preferred().filter(|kind| kind.in_all).count() == all.len());
    }
}
