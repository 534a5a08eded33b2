//! `cargo xtask test`: everything that CI checks.

use crate::{
    Failure, page,
    run::{check, command, readable, root, watch},
    tools,
};
use std::{
    fs,
    path::PathBuf,
    time::{Duration, Instant},
};

/// How many tests passed and failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Count {
    /// Those that passed.
    passed: u64,
    /// Those that failed.
    failed: u64,
}

/// What one part does; it adds its tests to the count.
type Work = fn(&mut Count) -> Result<(), Failure>;

/// The parts, the quick ones first.
const PARTS: [(&str, Work); 8] = [
    ("Tools", |_| {
        tools::wasm_target()?;
        tools::npm_packages()?;
        println!("Chromium: {}", tools::chromium()?);
        Ok(())
    }),
    ("Format", |_| check(command("cargo")?.args(["fmt", "--all", "--", "--check"]))),
    ("Clippy: everything", |_| clippy(&["--workspace", "--all-targets"])),
    ("Clippy: the core without the page", |_| {
        clippy(&["--package", "job-lab", "--no-default-features", "--all-targets"])
    }),
    ("Clippy: the page in WebAssembly", |_| {
        clippy(&[
            "--package",
            "job-lab",
            "--no-default-features",
            "--features",
            "page",
            "--lib",
            "--bin",
            "page",
            "--target",
            "wasm32-unknown-unknown",
        ])
    }),
    ("Native tests", native),
    ("Build of the page", |_| page::build()),
    ("The page in Chromium and Firefox", browser),
];

/// Runs every part until one fails; prints a summary and the closing line.
pub fn run() -> Result<(), Failure> {
    let mut count = Count::default();
    let mut done: Vec<(&str, Duration)> = Vec::new();
    let mut broken = None;
    let begin = Instant::now();
    for (at, (name, work)) in PARTS.iter().enumerate() {
        println!("\n=== {}/{} {name} ===", at + 1, PARTS.len());
        let start = Instant::now();
        let before = count.failed;
        let result = work(&mut count);
        let time = start.elapsed();
        if let Err(failure) = result {
            // A part that breaks is never "0 failed".
            count.failed = count.failed.max(before + 1);
            println!("--- {name}: FAILED after {} ---", readable(time));
            broken = Some((*name, time, failure));
            break;
        }
        println!("--- {name}: {} ---", readable(time));
        done.push((name, time));
    }

    println!("\n=== Summary ({}) ===", readable(begin.elapsed()));
    for (name, time) in &done {
        println!("  ok      {:>12}  {name}", readable(*time));
    }
    if let Some((name, time, _)) = &broken {
        println!("  FAILED  {:>12}  {name}", readable(*time));
        for (name, _) in PARTS.iter().skip(done.len() + 1) {
            println!("  not run {:>12}  {name}", "");
        }
    }
    let result = match broken {
        None => Ok(()),
        Some((name, _, failure)) => {
            println!("\n{name}: {failure}");
            Err(Failure::new())
        }
    };
    println!("\n{} passed, {} failed", count.passed, count.failed);
    result
}

/// Clippy, for which a warning is an error.
fn clippy(scope: &[&str]) -> Result<(), Failure> {
    check(command("cargo")?.args(["clippy", "--locked"]).args(scope).args(["--", "--deny", "warnings"]))
}

/// The tests of the workspace, and those of its documentation.
fn native(count: &mut Count) -> Result<(), Failure> {
    let mut cargo = command("cargo")?;
    cargo.args(["test", "--workspace", "--locked", "--no-fail-fast"]);
    let good = watch(&mut cargo, |line| count.add_cargo(line))?;
    if good {
        Ok(())
    } else {
        Err(String::from("a native test failed, or did not compile: see above, and run it again with `cargo test`"))
    }
}

/// The tests of the page, on the page as it is published.
fn browser(count: &mut Count) -> Result<(), Failure> {
    let root = root()?;
    let folder = root.join("tests").join("browser");
    let mut files: Vec<PathBuf> = fs::read_dir(&folder)
        .map_err(|error| format!("cannot read {}: {error}", folder.display()))?
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.to_string_lossy().ends_with(".test.mjs"))
        .collect();
    files.sort();
    let mut node = command("node")?;
    node.args(["--test", "--test-reporter=spec", "--test-timeout=600000"]).args(&files);
    node.env("JOB_LAB_DIST", root.join("dist")).env("CHROMIUM", tools::chromium()?);
    let before = *count;
    let good = watch(&mut node, |line| count.add_node(line))?;
    if !good {
        return Err(String::from("a test of the page failed: see above; pictures, if it took any, are in artifacts/"));
    }
    if *count == before {
        return Err(String::from("node ran no test of the page"));
    }
    Ok(())
}

impl Count {
    /// Adds a line of `cargo test`, if it is a sum: `test result: ok. 5 passed; 0 failed; …`.
    fn add_cargo(&mut self, line: &str) {
        let Some((_, sums)) = line.split_once("test result: ") else {
            return;
        };
        for sum in sums.split([';', '.']) {
            let mut words = sum.split_whitespace();
            if let (Some(Ok(number)), Some(kind)) = (words.next().map(str::parse::<u64>), words.next()) {
                self.add(kind, number);
            }
        }
    }

    /// Adds a line of `node --test`, if it is a sum: `ℹ pass 5`, or `# pass 5`.
    fn add_node(&mut self, line: &str) {
        let line = without_colour(line);
        let Some(sum) = line.strip_prefix("ℹ ").or_else(|| line.strip_prefix("# ")) else {
            return;
        };
        let mut words = sum.split_whitespace();
        if let (Some(kind), Some(Ok(number)), None) = (words.next(), words.next().map(str::parse::<u64>), words.next())
        {
            self.add(kind, number);
        }
    }

    /// Adds so many tests of one kind; a test that was cancelled did not pass.
    fn add(&mut self, kind: &str, number: u64) {
        match kind {
            "pass" | "passed" => self.passed += number,
            "fail" | "failed" | "cancelled" => self.failed += number,
            _ => {}
        }
    }
}

/// The text without the terminal's colour codes.
fn without_colour(line: &str) -> String {
    let mut parts = line.split('\u{1b}');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        text.push_str(part.split_once('m').map_or("", |(_, rest)| rest));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_the_tests_of_cargo() {
        let mut count = Count::default();
        count.add_cargo(
            "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 3 filtered out; finished in 0.31s",
        );
        count.add_cargo(
            "test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.00s",
        );
        count.add_cargo("test result_is_kept ... ok");
        assert_eq!(count, Count { passed: 15, failed: 2 });
    }

    #[test]
    fn counts_the_tests_of_node() {
        let mut count = Count::default();
        for line in [
            "ℹ tests 7",
            "\u{1b}[34mℹ pass 5\u{1b}[39m",
            "# fail 2",
            "ℹ cancelled 1",
            "✔ pass 9 (3 ms)",
            "ℹ duration_ms 88.1",
        ] {
            count.add_node(line);
        }
        assert_eq!(count, Count { passed: 5, failed: 3 });
    }
}
