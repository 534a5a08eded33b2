//! The room as a whole: recordings of a real cluster, places, and texts that nobody should send.
#![allow(clippy::format_collect, clippy::format_push_string)]

use super::*;
use crate::api::JobSpec;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const PI: &str = "apiVersion: batch/v1
kind: Job
metadata:
  name: pi
spec:
  template:
    spec:
      containers:
      - name: pi
        image: perl:5.34.0
        command: [\"perl\", \"-wle\", \"print 3\"]
      restartPolicy: Never
  backoffLimit: 4
";

fn run(text: &str, verb: Verb) -> (String, Vec<Accepted>) {
    let scope = Scope { verb, namespaces: &["default", "val"], ..Scope::default() };
    let reading = read(text, "job.yaml", Limits::default());
    let mut accepted = Vec::new();
    let mut refusals = Vec::new();
    for result in reading.documents.iter().flat_map(|document| check(document, &scope)) {
        match result {
            Ok(object) => accepted.push(object),
            Err(refusal) => refusals.push(refusal),
        }
    }
    refusals.extend(reading.refusal);
    let refusals: Vec<&Refusal> = refusals.iter().collect();
    (report(&refusals, verb == Verb::Apply), accepted)
}

/// The first problem: the words, and line and column of its place.
fn first_problem(text: &str) -> (String, Option<(u32, u32)>) {
    let reading = read(text, "job.yaml", Limits::default());
    let checked = reading.documents.iter().flat_map(|document| check(document, &Scope::default()));
    let refusal = checked.filter_map(Result::err).chain(reading.refusal.clone()).next();
    let problem = refusal.and_then(|refusal| refusal.problems.into_iter().next());
    problem.map(|p| (p.message, p.span.map(|span| (span.line, span.column)))).unwrap_or_default()
}

#[test]
fn a_good_job_is_defaulted_and_reads_as_a_job() {
    let (stderr, accepted) = run(PI, Verb::Create);
    assert_eq!(stderr, "");
    let object = accepted.first().map(|accepted| prepare(accepted, "u-1", "abcde")).unwrap_or_default();
    assert_eq!(object["metadata"]["labels"]["job-name"], "pi");
    assert_eq!(object["spec"]["selector"]["matchLabels"], json!({"batch.kubernetes.io/controller-uid": "u-1"}));
    assert_eq!(object["status"], json!({}));
    let spec: Result<JobSpec, _> = serde_json::from_value(object["spec"].clone());
    let spec = spec.map(|spec| (spec.backoff_limit(), spec.parallelism(), spec.template.spec.grace_seconds()));
    assert_eq!(spec.ok(), Some((4, 1, 30)));
}

#[test]
fn apply_remembers_what_it_sent() {
    let (_, accepted) = run(PI, Verb::Apply);
    let kept =
        accepted.first().and_then(|a| a.object["metadata"]["annotations"][LAST_APPLIED].as_str().map(str::to_owned));
    assert_eq!(
        kept.as_deref(),
        Some(
            "{\"apiVersion\":\"batch/v1\",\"kind\":\"Job\",\"metadata\":{\"annotations\":{},\"name\":\"pi\",\"namespace\":\"default\"},\"spec\":{\"backoffLimit\":4,\"template\":{\"spec\":{\"containers\":[{\"command\":[\"perl\",\"-wle\",\"print 3\"],\"image\":\"perl:5.34.0\",\"name\":\"pi\"}],\"restartPolicy\":\"Never\"}}}}\n"
        )
    );
}

#[test]
fn every_problem_has_its_place() {
    for (from, to, message, place) in [
        ("backoffLimit: 4", "backofLimit: 4", "unknown field \"spec.backofLimit\"", (13, 3)),
        (
            "backoffLimit: 4",
            "backoffLimit: -4",
            "spec.backoffLimit: Invalid value: -4: must be greater than or equal to 0",
            (13, 17),
        ),
        (
            "backoffLimit: 4",
            "backoffLimit: \"4\"",
            "json: cannot unmarshal string into Go struct field JobSpec.spec.backoffLimit of type int32",
            (13, 17),
        ),
        (
            "restartPolicy: Never",
            "restartPolicy: Always",
            "spec.template.spec.restartPolicy: Required value: valid values: \"OnFailure\", \"Never\"",
            (12, 22),
        ),
        ("        image: perl:5.34.0\n", "", "spec.template.spec.containers[0].image: Required value", (9, 9)),
        (
            "kind: Job",
            "kind: Jobb",
            "resource mapping not found for name: \"pi\" namespace: \"\" from \"job.yaml\": no matches for kind \"Jobb\" in version \"batch/v1\"\nensure CRDs are installed first",
            (2, 7),
        ),
        (
            "  name: pi\nspec",
            "\tname: pi\nspec",
            "error parsing job.yaml: error converting YAML to JSON: yaml: line 4: found character that cannot start any token",
            (4, 1),
        ),
    ] {
        let (found, at) = first_problem(&PI.replacen(from, to, 1));
        assert_eq!((found.as_str(), at), (message, Some(place)), "{to}");
    }
}

#[test]
fn places_count_documents_and_marks() {
    let text = format!("\u{FEFF}{PI}---\n{}", PI.replace("backoffLimit: 4", "nada: 4"));
    assert_eq!(first_problem(&text), ("unknown field \"spec.nada\"".to_owned(), Some((27, 3))));
    let span = read(&text, "f", Limits::default()).documents.get(1).and_then(|d| d.places.key_at("spec.nada"));
    assert_eq!(span.and_then(|s| text.get(s.start as usize..s.end as usize)), Some("nada"));
}

#[test]
fn documents_before_a_broken_one_remain() {
    let reading = read(&format!("{PI}---\na: [\n"), "job.yaml", Limits::default());
    assert_eq!(reading.documents.len(), 1);
    let stderr = reading.refusal.map(|refusal| refusal.stderr).unwrap_or_default();
    assert_eq!(
        stderr,
        "error: error parsing job.yaml: error converting YAML to JSON: yaml: line 1: did not find expected node content\n"
    );
}

fn nested(open: &str, close: &str, depth: usize) -> String {
    format!("a: {}{}", open.repeat(depth), close.repeat(depth))
}

fn laughs() -> String {
    let mut text = "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n".to_owned();
    for level in 1..30 {
        let before = level - 1;
        text.push_str(&format!("a{level}: &a{level} [{}]\n", vec![format!("*a{before}"); 9].join(", ")));
    }
    text
}

#[test]
fn texts_that_nobody_should_send_are_answered_at_once() {
    let binary: String = decode(&(0..=255_u8).cycle().take(100_000).collect::<Vec<_>>());
    let wide: String = (0..150_000).map(|n| format!("k{n}: v\n")).collect();
    for (name, text) in [
        ("empty", String::new()),
        ("blank", " \n\n".to_owned()),
        ("mark", "\u{FEFF}".to_owned()),
        ("5 MB", "a".repeat(5 << 20)),
        ("binary", binary),
        ("nul", "a: \0\n".to_owned()),
        ("lists", nested("[", "]", 10_000)),
        ("open lists", "[".repeat(10_000)),
        ("maps", nested("{a: ", "}", 10_000)),
        ("json lists", format!("{{\"a\":{}", "[".repeat(10_000))),
        ("blocks", (0..5_000).map(|n| format!("{}a:\n", " ".repeat(n % 400))).collect()),
        ("dashes", "- ".repeat(20_000)),
        ("questions", "? ".repeat(20_000)),
        ("laughs", laughs()),
        ("self", "a: &a [*a]\n".to_owned()),
        ("number", format!("a: {}\n", "9".repeat(100_000))),
        ("exponent", "a: 1e999999999\nb: -1e-999999999\n".to_owned()),
        (
            "quantity",
            PI.replace(
                "command:",
                "resources: {limits: {cpu: 1e999999999, memory: 99999999999999999999999999Ei}}\n        command:",
            ),
        ),
        ("wide", wide),
        ("quotes", "\"".repeat(100_000)),
        ("tabs", "\t".repeat(100_000)),
        ("crlf", PI.replace('\n', "\r\n")),
        ("separators", "---\n".repeat(100_000)),
        ("documents", "a: 1\n---\n".to_string().repeat(5_000)),
        ("one line", format!("a: {}\n", "x ".repeat(500_000))),
        ("kinds", "kind: 5\napiVersion: [1]\n".to_owned()),
        ("list", "apiVersion: v1\nkind: List\nitems: {a: b}\n".to_owned()),
        (
            "list of lists",
            "apiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: List, items: [1, null, []]}]\n".to_owned(),
        ),
        ("emoji", "🎉".repeat(20_000)),
    ] {
        let start = Instant::now();
        let (stderr, accepted) = run(&text, Verb::Apply);
        let took = start.elapsed();
        // Unoptimised tests are slower than the page.
        let bound = if cfg!(debug_assertions) { Duration::from_secs(3) } else { Duration::from_millis(200) };
        assert!(took < bound, "{name} took {took:?}");
        let expects_answer = !matches!(name, "empty" | "blank" | "mark" | "crlf" | "separators");
        assert_eq!(
            expects_answer && accepted.is_empty(),
            !stderr.is_empty() && expects_answer,
            "{name}: {stderr:.200}"
        );
    }
}

#[test]
fn bounds_have_clear_messages() {
    let text = |text: &str| first_problem(text).0;
    assert_eq!(
        text(&"a".repeat(5 << 20)),
        "the manifest has 5242880 bytes, more than the 2097152 that the laboratory reads"
    );
    assert_eq!(
        text(&nested("[", "]", 10_000)),
        "error parsing job.yaml: the document nests deeper than 100 levels or has more than 200000 values; the laboratory reads no more"
    );
    assert!(text(&laughs()).contains("excessive aliasing") || text(&laughs()).contains("200000 values"));
    assert_eq!(
        text("a: &a [*a]\n"),
        "error parsing job.yaml: error converting YAML to JSON: yaml: anchor 'a' value contains itself"
    );
}

/// Copies of the recorded cases, if they are there.
#[test]
fn answers_as_the_recorded_cluster() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/conformance/validation");
    let Ok(files) = std::fs::read_dir(folder) else { return };
    let mut wrong = Vec::new();
    for path in files.flatten().map(|entry| entry.path()) {
        let is_create = path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.starts_with("create-"));
        let cases: Vec<Value> = match std::fs::read_to_string(&path).map(|text| serde_json::from_str(&text)) {
            Ok(Ok(cases)) if is_create => cases,
            _ => continue,
        };
        for case in cases {
            if let (Some(manifest), Some(want), true) =
                (case["manifest"].as_str(), case["stderr"].as_str(), case["exit"] == 1)
            {
                wrong.extend(recorded_difference(&case["name"], manifest, want, case["unordered"] == true));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn recorded_difference(name: &Value, manifest: &str, want: &str, unordered: bool) -> Option<String> {
    // The caller prints this one, and warnings.
    if want.contains("no objects passed") {
        return None;
    }
    let uid = Scope::default().uid;
    let scope = Scope { namespace: "val", namespaces: &["val"], ..Scope::default() };
    let reading = read(manifest, "job.yaml", Limits::default());
    let results = reading.documents.iter().flat_map(|document| check(document, &scope));
    let refusals: Vec<Refusal> = results.filter_map(Result::err).chain(reading.refusal.clone()).collect();
    let got = report(&refusals.iter().collect::<Vec<_>>(), true).replace(uid, "{uid}");
    let lines = |text: &str| {
        let mut lines: Vec<String> = text.lines().map(|line| line.trim_end().to_owned()).collect();
        if unordered {
            lines.sort();
        }
        lines
    };
    (lines(&got) != lines(want)).then(|| format!("{name}\n  want {want}\n  got  {got}"))
}
