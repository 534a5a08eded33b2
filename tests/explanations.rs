//! Every mistake and every warning of the recorded cases has an explanation with an example, in both languages.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use job_lab::i18n::{Language, explain_problem};
use job_lab::manifest::{self, Limits, Scope};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// The rule and the words of everything that is wrong with a manifest, or warned of.
fn told(manifest: &str) -> Vec<(String, String)> {
    let reading = manifest::read(manifest, "job.yaml", Limits::default());
    let scope = Scope { namespace: "val", namespaces: &["val"], ..Scope::default() };
    let mut told = Vec::new();
    let mut tell = |refusal: manifest::Refusal| {
        told.extend(refusal.problems.iter().map(|problem| (problem.rule(), problem.message.clone())));
    };
    let mut warned = Vec::new();
    for result in reading.documents.iter().flat_map(|document| manifest::check(document, &scope)) {
        match result {
            Ok(accepted) => warned.extend(accepted.warnings.into_iter().map(|warning| (warning.path, warning.text))),
            Err(refusal) => tell(refusal),
        }
    }
    reading.refusal.into_iter().for_each(tell);
    told.extend(warned);
    told
}

/// The causes and warnings in what kubectl printed about a change.
fn printed(stderr: &str) -> Vec<(String, String)> {
    // A conflict of server-side apply is followed by a list too, of ways out.
    let lists_causes = stderr.contains("is invalid: ");
    let causes = stderr.lines().filter_map(|line| {
        let cause = line.strip_prefix("* ").filter(|_| lists_causes).or_else(|| line.strip_prefix("Warning: "));
        cause.or_else(|| line.split_once("is invalid: ").map(|(_, cause)| cause)).filter(|cause| !cause.is_empty())
    });
    causes.map(|cause| (cause.split(": ").next().unwrap_or("").to_owned(), cause.to_owned())).collect()
}

#[test]
fn every_recorded_mistake_is_explained_with_an_example() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance/validation");
    let (mut mistakes, mut bare) = (0, BTreeMap::new());
    for entry in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        let cases: Vec<Value> = serde_json::from_str(&text).unwrap();
        for case in &cases {
            let mut all = case["manifest"].as_str().map(told).unwrap_or_default();
            if case["command"].as_str().is_some_and(|command| command.contains("-f job.yaml")) {
                all.extend(printed(case["stderr"].as_str().unwrap_or("")));
            }
            for (rule, words) in all {
                mistakes += 1;
                for language in [Language::Es, Language::En] {
                    let said = explain_problem(language, &rule, &words);
                    if said.is_none_or(|said| said.words.is_empty() || said.example.is_empty()) {
                        bare.insert(words.chars().take(200).collect::<String>(), rule.clone());
                    }
                }
            }
        }
    }
    assert!(mistakes > 1_000, "only {mistakes} mistakes were found");
    assert!(bare.is_empty(), "{} without an explanation: {bare:#?}", bare.len());
}
