//! Every recording of the real cluster is a named test: the laboratory runs its scenario with three
//! seeds, and what a watcher would have seen is compared as `conformance.py` compares it.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod answers;
mod column;
mod compare;
mod exceptions;
mod features;
mod python;
mod read;
mod selfcheck;
mod text;

use job_lab::trace::{Scenario, run};
use libtest_mimic::{Arguments, Failed, Trial};
use std::fmt::Write;
use std::path::{Path, PathBuf};

const SEEDS: [u64; 3] = [1, 2, 3];

fn main() {
    let arguments = Arguments::from_args();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance");
    let mut trials = recordings(&folder.join("traces"), "");
    trials.extend(recordings(&folder.join("again"), " (recorded again)"));
    trials.extend(recordings(&folder.join("more"), " (more)"));
    trials.extend(recordings(&folder.join("probes"), ""));
    trials.extend(answers::trials(&folder));
    let copy = folder.clone();
    trials.push(Trial::test("comparison_agrees_with_conformance_py", move || {
        let disagreements = selfcheck::disagreements(&copy);
        if disagreements.is_empty() { Ok(()) } else { Err(Failed::from(disagreements.join("\n"))) }
    }));
    libtest_mimic::run(&arguments, trials).exit();
}

fn recordings(folder: &Path, suffix: &str) -> Vec<Trial> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("the recordings are there")
        .map(|entry| entry.expect("a readable folder").path())
        .collect();
    files.sort();
    let mut trials = Vec::new();
    for path in files {
        let name = path.file_stem().expect("a file").to_string_lossy().into_owned();
        let name = format!("{name}{suffix}");
        match exceptions::cause(&name) {
            None => trials.push(Trial::test(name, move || check(&path))),
            // A listed recording must still differ, or its line in the list is wrong. To see how it differs, fail it
            // with `SHOW_EXCEPTIONS=1`.
            Some(cause) => {
                trials.push(Trial::test(format!("{name} (can't pass: {cause})"), move || match check(&path) {
                    Ok(()) => Err(Failed::from("agrees by now: take it off the list of exceptions")),
                    Err(differences) if std::env::var_os("SHOW_EXCEPTIONS").is_some() => Err(differences),
                    Err(_) => Ok(()),
                }));
            }
        }
    }
    trials
}

/// All differences between the recording and our runs of its scenario.
fn check(path: &Path) -> Result<(), Failed> {
    let text = std::fs::read_to_string(path)?;
    let golden = serde_json::from_str(&text)?;
    let scenario = Scenario::read(&text).map_err(|error| format!("{error:?}"))?;
    let mut report = String::new();
    for seed in SEEDS {
        let (trace, _) = run(&scenario, seed);
        for difference in compare::differences(&golden, &trace, true) {
            writeln!(report, "seed {seed}: {difference}")?;
        }
    }
    if report.is_empty() { Ok(()) } else { Err(Failed::from(report)) }
}
