//! Models how kubectl finds the resource that a word of the command line names
//! (`k8s.io/client-go/restmapper/{discovery,shortcut}.go@v0.37.2`).
//!
//! Leaves out: a version in the word (`jobs.v1.batch`) that the server doesn't serve.

use crate::manifest::{self, KindId};

/// Short names, as the server publishes them.
const SHORT: &[(&str, &str)] = &[
    ("cj", "cronjobs"),
    ("cm", "configmaps"),
    ("crd", "customresourcedefinitions"),
    ("crds", "customresourcedefinitions"),
    ("cs", "componentstatuses"),
    ("csr", "certificatesigningrequests"),
    ("deploy", "deployments"),
    ("ds", "daemonsets"),
    ("ep", "endpoints"),
    ("ev", "events"),
    ("hpa", "horizontalpodautoscalers"),
    ("ing", "ingresses"),
    ("limits", "limitranges"),
    ("netpol", "networkpolicies"),
    ("no", "nodes"),
    ("ns", "namespaces"),
    ("pc", "priorityclasses"),
    ("pdb", "poddisruptionbudgets"),
    ("po", "pods"),
    ("pv", "persistentvolumes"),
    ("pvc", "persistentvolumeclaims"),
    ("quota", "resourcequotas"),
    ("rc", "replicationcontrollers"),
    ("rs", "replicasets"),
    ("sa", "serviceaccounts"),
    ("sc", "storageclasses"),
    ("sts", "statefulsets"),
    ("svc", "services"),
];

/// The kind that a word names: plural, singular or short, with or without the group.
pub(super) fn find(word: &str) -> Option<KindId> {
    let lower = word.to_ascii_lowercase();
    let (name, group) = lower.split_once('.').map_or((lower.as_str(), None), |(name, rest)| (name, Some(rest)));
    let name = SHORT.iter().find(|(short, _)| *short == name).map_or(name, |(_, plural)| plural);
    manifest::served().find(|kind| {
        let named = kind.plural == name || kind.kind.to_ascii_lowercase() == name;
        let fits = group.is_none_or(|group| {
            let versioned = group.strip_prefix(kind.version).map(|rest| rest.trim_start_matches('.'));
            kind.group == group || versioned == Some(kind.group)
        });
        named && fits
    })
}

/// kubectl's words for a resource that the server doesn't serve.
pub(super) fn unknown(word: &str) -> String {
    match word.split_once('.') {
        Some((name, group)) => {
            format!("error: the server doesn't have a resource type \"{name}\" in group \"{group}\"\n")
        }
        None => format!("error: the server doesn't have a resource type \"{word}\"\n"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_name_resources() {
        let found = |word| find(word).map(|kind| kind.resource());
        for word in ["job", "jobs", "Job", "job.batch", "jobs.v1.batch"] {
            assert_eq!(found(word).as_deref(), Some("jobs.batch"), "{word}");
        }
        assert_eq!(found("po").as_deref(), Some("pods"));
        assert_eq!(found("pods.v1.").as_deref(), Some("pods"));
        assert_eq!(found("ev").as_deref(), Some("events"));
        assert_eq!(found("jobs.lotes"), None);
        assert_eq!(
            unknown("jobs.lotes"),
            "error: the server doesn't have a resource type \"jobs\" in group \"lotes\"\n"
        );
    }
}
