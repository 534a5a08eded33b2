//! Bad input gets a clear answer at once, and changes nothing.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::format_collect, clippy::format_push_string)]

use job_lab::manifest::decode;
use job_lab::playground::{Command, Playground, Snapshot};
use std::rc::Rc;
use std::time::{Duration, Instant};

/// Far more than any of these takes, also on a slow machine in a debug build.
const AT_ONCE: Duration = Duration::from_secs(4);
const GOOD: &str = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: bueno}\nspec:\n  template:\n    spec:\n      restartPolicy: Never\n      containers: [{name: a, image: busybox:1.36, command: [sleep, '3']}]\n";

/// Applies a good manifest, then the given one; returns the two snapshots.
fn apply_after_a_good_one(manifest: &str) -> (Rc<Snapshot>, Rc<Snapshot>) {
    let mut playground = Playground::new(1);
    playground.send(Command::Apply { manifest: Rc::from(GOOD) });
    playground.send(Command::Pause);
    playground.send(Command::Seek { at_ms: 2_000 });
    let before = playground.snapshot();
    let begun = Instant::now();
    playground.send(Command::Check { manifest: Rc::from(manifest) });
    playground.send(Command::Apply { manifest: Rc::from(manifest) });
    let took = begun.elapsed();
    assert!(took < AT_ONCE, "took {took:?}");
    (before, playground.snapshot())
}

#[track_caller]
fn refused(manifest: &str, words: &str) {
    let (before, after) = apply_after_a_good_one(manifest);
    assert!(after.answer.stderr.contains(words), "said: {}", after.answer.stderr.chars().take(400).collect::<String>());
    assert_eq!(
        (before.now_ms, before.run, &before.pods, &before.jobs),
        (after.now_ms, after.run, &after.pods, &after.jobs)
    );
}

#[test]
fn nothing() {
    refused("", "no objects passed to apply");
    refused("# only a comment\n---\n", "no objects passed to apply");
}

#[test]
fn five_megabytes() {
    refused(&"a: b\n".repeat(1_000_000), "bytes");
}

#[test]
fn binary() {
    let bytes: Vec<u8> = (0..200_000_u32).map(|number| u8::try_from(number * 7 % 256).unwrap()).collect();
    let (_, after) = apply_after_a_good_one(&decode(&bytes));
    assert!(!after.answer.stderr.is_empty());
    refused("\u{0}\u{1}\u{2}", "error");
}

#[test]
fn deep_nesting() {
    refused(&"[".repeat(10_000), "error");
    refused(&"{\"a\":".repeat(10_000), "error");
    let deep: String = (0..2_000).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
    refused(&deep, "error");
}

#[test]
fn alias_bombs() {
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for level in 1..12 {
        let before = level - 1;
        let list = vec![format!("*a{before}"); 9].join(", ");
        bomb.push_str(&format!("a{level}: &a{level} [{list}]\n"));
    }
    refused(&bomb, "error");
}

#[test]
fn huge_numbers() {
    let huge = GOOD.replace("spec:\n  template", "spec:\n  completions: 99999999999999999999999\n  template");
    refused(&huge, "cannot unmarshal number");
    let negative = GOOD.replace("spec:\n  template", "spec:\n  completions: -1\n  template");
    refused(&negative, "spec.completions: Invalid value: -1: must be greater than or equal to 0");
}

#[test]
fn wrong_kinds() {
    refused(
        "apiVersion: batch/v1\nkind: Jobb\nmetadata: {name: x}\n",
        "no matches for kind \"Jobb\" in version \"batch/v1\"",
    );
    refused("apiVersion: v1\nkind: Job\nmetadata: {name: x}\n", "no matches for kind \"Job\" in version \"v1\"");
    refused("kind: Job\n", "apiVersion not set");
    refused("just words", "error");
    refused("- a\n- b\n", "error");
    refused("42", "error");
}

#[test]
fn a_misspelt_field_is_shown_on_its_line() {
    let misspelt = GOOD.replace("spec:\n  template", "spec:\n  backofLimit: 3\n  template");
    let (_, after) = apply_after_a_good_one(&misspelt);
    let first = after.answer.diagnostics.first().unwrap();
    assert_eq!((first.line, first.column, first.refused), (5, 3, true));
    assert!(first.message.contains("unknown field \"spec.backofLimit\""), "{}", first.message);
}

#[test]
fn a_job_larger_than_the_laboratory_stops_with_a_word() {
    let many =
        GOOD.replace("spec:\n  template", "spec:\n  completions: 2000000000\n  parallelism: 2000000000\n  template");
    let mut playground = Playground::new(1);
    playground.send(Command::Apply { manifest: Rc::from(many.as_str()) });
    let begun = Instant::now();
    playground.send(Command::ToEnd);
    assert!(begun.elapsed() < AT_ONCE, "one command never computes for long");
    assert!(playground.snapshot().now_ms < 24 * 3_600_000);
}
