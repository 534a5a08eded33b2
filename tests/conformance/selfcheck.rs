//! Checks the comparison itself against what `conformance.py` answers, recorded in `python.json`.

// The file is part of the project: one that cannot be read is a bug of its own.
#![allow(clippy::unwrap_used)]

use std::{fs, path::Path};

use serde_json::Value;

use super::compare::differences;
use super::text::plain;

/// What the Rust port answers differently from Python, none when they agree.
///
/// `folder` is the one that holds `python.json` and the recordings, in `traces`.
pub fn disagreements(folder: &Path) -> Vec<String> {
    let recorded = load(&folder.join("python.json"));
    let texts = recorded["plain"].as_array().into_iter().flatten().filter_map(text_disagreement);
    let checks = recorded["check"].as_array().into_iter().flatten();
    texts.chain(checks.filter_map(|case| check_disagreement(folder, case))).collect()
}

fn text_disagreement(pair: &Value) -> Option<String> {
    let mine = plain(pair[0].as_str().unwrap());
    (pair[1] != mine.as_str()).then(|| format!("plain({}): want {}, got {mine:?}", pair[0], pair[1]))
}

fn check_disagreement(folder: &Path, case: &Value) -> Option<String> {
    let name = case["golden"].as_str().unwrap();
    let golden = load(&folder.join("traces").join(name).with_extension("json"));
    let mine = Value::from(differences(&golden, &case["trace"], case["text"] == true));
    (case["differences"] != mine).then(|| format!("check of {name}: want {}\n    got  {mine}", case["differences"]))
}

fn load(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}
