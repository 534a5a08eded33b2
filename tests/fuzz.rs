//! A fuzzer of the whole way from a text to its answer: reading, checking, fixes, completion, applying, patching.
//!
//! It knows the structure of manifests: its seeds are the recorded cases, and it moves lines, indents, splices and
//! swaps values as people do. `FUZZ_SECONDS=600 cargo test --release --test fuzz -- --ignored --nocapture` runs it;
//! inputs whose answers had a new shape are kept in `tests/fuzz_corpus.json` when `FUZZ_KEEP=1`. Without that the corpus
//! is only replayed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, missing_docs, clippy::assigning_clones)]

use job_lab::kubectl::apply_text;
use job_lab::manifest::{self, Limits, Problem, Scope, Verb};
use job_lab::world::{Settings, World};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// No text may take longer; unoptimised builds are slower, and other work may run beside.
const LONGEST: Duration = Duration::from_secs(5);
/// More memory than that is growth.
const MOST_BYTES: u64 = 2 << 30;
/// How many inputs the corpus keeps.
const MOST_KEPT: usize = 300;
const VALUES: [&str; 24] = [
    "null",
    "~",
    "yes",
    "-1",
    "0",
    "1.5",
    "99999999999999999999",
    "1e400",
    "0x1F",
    "017",
    "\"\"",
    "''",
    "[]",
    "{}",
    "[null]",
    "{a: b}",
    "&a [*a]",
    "*a",
    "!!binary aa",
    "|",
    ">-",
    "2026-01-01",
    "1Gi",
    "🎉",
];

/// A small stream of chance, the same for a seed.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(end.max(1)).unwrap()).unwrap()
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")
}

fn seeds() -> Vec<String> {
    let mut seeds = Vec::new();
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder().join("conformance/validation")).unwrap().map(|e| e.unwrap().path()).collect();
    files.sort();
    for path in files {
        let cases: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        for case in cases {
            seeds.extend(["manifest", "before"].iter().filter_map(|field| case[field].as_str().map(str::to_owned)));
        }
    }
    seeds.sort();
    seeds.dedup();
    seeds
}

fn corpus() -> Vec<String> {
    serde_json::from_str(&std::fs::read_to_string(folder().join("fuzz_corpus.json")).unwrap()).unwrap()
}

fn mutate(text: &str, seeds: &[String], chance: &mut Chance) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for _ in 0..=chance.below(4) {
        let at = chance.below(lines.len());
        let other = chance.below(lines.len());
        match chance.below(14) {
            0 if !lines.is_empty() => {
                lines.remove(at);
            }
            1 if !lines.is_empty() => lines.insert(other, lines[at].clone()),
            2 if !lines.is_empty() => lines.swap(at, other),
            3 if !lines.is_empty() => lines[at] = format!("{}{}", " ".repeat(chance.below(5)), lines[at]),
            4 if !lines.is_empty() => lines[at] = lines[at].trim_start().to_owned(),
            5 | 6 if !lines.is_empty() => {
                let value = VALUES[chance.below(VALUES.len())];
                if let Some((name, _)) = lines[at].clone().split_once(':') {
                    lines[at] = format!("{name}: {value}");
                }
            }
            7 if !lines.is_empty() => {
                // A part of another manifest, at this line's indentation.
                let seed = &seeds[chance.below(seeds.len())];
                let part: Vec<&str> = seed.lines().collect();
                let from = chance.below(part.len());
                let indent = lines[at].len() - lines[at].trim_start().len();
                for line in part.iter().skip(from).take(1 + chance.below(5)) {
                    lines.insert(at, format!("{}{}", " ".repeat(indent), line.trim_start()));
                }
            }
            8 if !lines.is_empty() => {
                let mut letters: Vec<char> = lines[at].chars().collect();
                if !letters.is_empty() {
                    let place = chance.below(letters.len());
                    letters[place] = ['\t', '"', ':', '-', '{', '[', '#', '\u{0}', 'ñ', '|'][chance.below(10)];
                }
                lines[at] = letters.into_iter().collect();
            }
            9 => lines.push("---".to_owned()),
            10 if !lines.is_empty() => lines.truncate(at),
            11 if !lines.is_empty() => lines[at] = lines[at].replace(": ", ":"),
            12 if !lines.is_empty() => lines[at].push_str(&"x".repeat(chance.below(300))),
            _ => lines.insert(at, "- ".repeat(chance.below(40))),
        }
        if lines.is_empty() {
            lines.push(String::new());
        }
    }
    lines.truncate(400);
    lines.join("\n") + "\n"
}

/// Answers a text in every way there is. The shapes of what is wrong with it.
fn answer(text: &str, cursor: usize) -> BTreeSet<String> {
    let scope = Scope { verb: Verb::Apply, namespaces: &["default"], ..Scope::default() };
    let reading = manifest::read(text, "job.yaml", Limits::default());
    let mut problems: Vec<Problem> = Vec::new();
    for document in &reading.documents {
        for result in manifest::check(document, &scope) {
            match result {
                Ok(accepted) => {
                    manifest::prepare(&accepted, "u-1", "abcde");
                }
                Err(refusal) => problems.extend(refusal.problems),
            }
        }
    }
    problems.extend(reading.refusal.into_iter().flat_map(|refusal| refusal.problems));
    let fixes = manifest::fixes(text, &problems, &scope);
    for fix in fixes.iter().flatten() {
        assert_ne!(fix.apply(text), text, "{fix:?} changes nothing");
    }
    let completion = manifest::complete(text, cursor);
    assert!(completion.from <= text.len());
    manifest::hover(text, cursor);
    let mut world = World::new(Settings::default());
    for _ in 0..2 {
        let applied = apply_text(&mut world, text, "job.yaml", Verb::Apply);
        assert!(applied.printed.stderr.len() < 4 << 20, "an answer of {} bytes", applied.printed.stderr.len());
        assert_eq!(
            applied.printed.code == 0,
            applied.problems.is_empty() && applied.printed.stderr.lines().all(|line| line.starts_with("Warning")),
            "{}",
            applied.printed.stderr
        );
    }
    problems.iter().map(|problem| format!("{:?} {}", problem.class, problem.rule())).collect()
}

fn resident_bytes() -> u64 {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    statm.split(' ').nth(1).and_then(|pages| pages.parse::<u64>().ok()).unwrap_or(0) * 4096
}

#[test]
fn the_corpus_is_answered_at_once() {
    for (number, text) in corpus().iter().enumerate() {
        let start = Instant::now();
        answer(text, text.len() / 2);
        assert!(start.elapsed() < LONGEST, "input {number} took {:?}", start.elapsed());
    }
}

#[test]
#[ignore = "runs as long as FUZZ_SECONDS says"]
fn fuzz() {
    let seconds = std::env::var("FUZZ_SECONDS").ok().and_then(|text| text.parse().ok()).unwrap_or(10);
    let seed = std::env::var("FUZZ_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(1);
    let seeds = seeds();
    let mut chance = Chance(0x9E37_79B9_7F4A_7C15 ^ seed);
    let mut kept = corpus();
    let mut shapes: BTreeSet<String> = BTreeSet::new();
    for text in seeds.iter().chain(&kept) {
        shapes.extend(answer(text, 0));
    }
    let (known, start) = (shapes.len(), Instant::now());
    let mut pool: Vec<String> = seeds.clone();
    let (mut tried, mut longest, before) = (0_u64, Duration::ZERO, resident_bytes());
    while start.elapsed() < Duration::from_secs(seconds) {
        let base = &pool[chance.below(pool.len())];
        let text = mutate(base, &seeds, &mut chance);
        let cursor = chance.below(text.len() + 1);
        let input = text.clone();
        let begin = Instant::now();
        let found = std::panic::catch_unwind(move || answer(&input, cursor));
        let took = begin.elapsed();
        let found = found.unwrap_or_else(|_| panic!("this input panicked, cursor {cursor}:\n{text}"));
        assert!(took < LONGEST, "this input took {took:?}:\n{text}");
        longest = longest.max(took);
        tried += 1;
        let is_new = found.iter().any(|shape| !shapes.contains(shape));
        shapes.extend(found);
        if is_new {
            pool.push(text.clone());
            if kept.len() < MOST_KEPT && text.len() < 6_000 {
                kept.push(text);
            }
        }
        if tried % 1000 == 0 {
            assert!(resident_bytes() < MOST_BYTES, "grown to {} bytes after {tried} inputs", resident_bytes());
        }
    }
    println!(
        "{tried} inputs in {seconds} s, {} shapes ({known} of the seeds), longest {longest:?}, memory {} → {} MiB",
        shapes.len(),
        before >> 20,
        resident_bytes() >> 20
    );
    if std::env::var("FUZZ_KEEP").is_ok() {
        let text = serde_json::to_string_pretty(&kept).unwrap() + "\n";
        std::fs::write(folder().join("fuzz_corpus.json"), text).unwrap();
    }
}
