//! The cases of `validation/`: what kubectl and the API server answered, compared as `conformance.py answers` does.
//!
//! Each case is a named test. Those that can't agree stand in `answers-exceptions-*.txt`, one a line with its cause; a
//! listed case that begins to agree fails.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use super::text::split_lines;
use job_lab::trace::answer;
use libtest_mimic::{Failed, Trial};
use regex::Regex;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

/// Fields that are compared if the case has them, and those that are always compared.
const FIELDS: [(&str, bool); 10] = [
    ("exit", false),
    ("stdout", false),
    ("stderr", false),
    ("object", false),
    ("objects", false),
    ("changed", true),
    ("generation", false),
    ("created", true),
    ("deleted", true),
    ("recreated", false),
];

/// A test for every case.
pub fn trials(folder: &Path) -> Vec<Trial> {
    let exceptions = exceptions(folder);
    let mut known: Vec<String> = Vec::new();
    let mut trials = Vec::new();
    for path in cases_files(&folder.join("validation")) {
        let family = path.file_stem().unwrap().to_string_lossy().into_owned();
        let cases: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        for case in cases {
            let name = case["name"].as_str().unwrap().to_owned();
            known.push(name.clone());
            trials.push(match exceptions.get(&name).cloned() {
                None => Trial::test(format!("{family}/{name}"), move || check(&case)),
                Some(cause) => {
                    Trial::test(format!("{family}/{name} (can't agree: {cause})"), move || match check(&case) {
                        Ok(()) => Err(Failed::from("agrees by now: take it off the list of exceptions")),
                        Err(_) => Ok(()),
                    })
                }
            });
        }
    }
    let unknown: Vec<String> = exceptions.into_keys().filter(|name| !known.contains(name)).collect();
    trials.push(Trial::test("answers_exceptions_name_cases", move || {
        if unknown.is_empty() { Ok(()) } else { Err(Failed::from(format!("no such cases: {unknown:?}"))) }
    }));
    trials.push(Trial::test("answers_comparison_sees_differences", sees_differences));
    trials
}

fn cases_files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).expect("the cases are there").map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

fn exceptions(folder: &Path) -> BTreeMap<String, Arc<str>> {
    let texts = ["update", "kubectl", "more"].map(|family| folder.join(format!("answers-exceptions-{family}.txt")));
    let mut exceptions = BTreeMap::new();
    for text in texts.iter().map(|path| std::fs::read_to_string(path).unwrap()) {
        for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let (name, cause) = line.split_once(": ").expect("a name, a colon and a cause");
            exceptions.insert(name.to_owned(), Arc::from(cause));
        }
    }
    exceptions
}

fn check(case: &Value) -> Result<(), Failed> {
    let differences = differences(case, &answer(case, 1));
    if differences.is_empty() { Ok(()) } else { Err(Failed::from(differences)) }
}

/// `answer_differences` of `conformance.py`.
fn differences(case: &Value, mine: &Value) -> String {
    let mut report = String::new();
    for (field, always) in FIELDS {
        if case.get(field).is_none() && !always {
            continue;
        }
        let (want, got) = (bare(&case[field]), bare(&mine[field]));
        let same = if field == "stderr" && case["unordered"] == true && got.is_string() {
            sorted(&want) == sorted(&got)
        } else {
            want == got || (field != "exit" && is_false(&want) && is_false(&got))
        };
        if !same {
            writeln!(report, "{field}: want {want}\n    got  {got}").unwrap();
        }
    }
    report
}

fn sorted(value: &Value) -> Vec<String> {
    let mut lines: Vec<String> = split_lines(value.as_str().unwrap_or("")).into_iter().map(str::to_owned).collect();
    lines.sort();
    lines
}

/// What Python takes for false.
fn is_false(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        Value::Bool(true) => false,
    }
}

static ALIKE: LazyLock<[(Regex, &str); 3]> = LazyLock::new(|| {
    [
        (r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "{uid}"),
        (r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", "{time}"),
        (r"-(?:[bcdfghjklmnpqrstvwxz2456789]{5}|\{rand\})($|[^a-z0-9-])", "-{rand}$1"),
    ]
    .map(|(pattern, instead)| (Regex::new(pattern).unwrap(), instead))
});
static BLANKS: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"[ \t]+").unwrap());

/// `bare` of `conformance.py`: without what differs from run to run, and without padding.
fn bare(value: &Value) -> Value {
    match value {
        Value::String(text) => {
            let alike = ALIKE
                .iter()
                .fold(text.clone(), |text, (pattern, instead)| pattern.replace_all(&text, *instead).into_owned());
            let lines = split_lines(&alike).into_iter();
            let lines: Vec<String> = lines.map(|line| BLANKS.replace_all(line, " ").trim_end().to_owned()).collect();
            Value::from(lines.join("\n").trim())
        }
        Value::Array(items) => items.iter().map(bare).collect(),
        Value::Object(fields) => {
            fields.iter().map(|(name, field)| (name.clone(), bare(field))).collect::<Map<_, _>>().into()
        }
        other => other.clone(),
    }
}

/// A comparison that can't fail proves nothing.
fn sees_differences() -> Result<(), Failed> {
    let case = serde_json::json!({
        "exit": 0, "stdout": "a  b\n", "stderr": "x\ny\n", "unordered": true, "changed": {"spec.a": [1, 2]},
    });
    let same = serde_json::json!({
        "exit": 0, "stdout": "a b", "stderr": "y\nx", "changed": {"spec.a": [1, 2]}, "created": false,
    });
    if !differences(&case, &same).is_empty() {
        return Err(Failed::from(differences(&case, &same)));
    }
    for (field, other) in [
        ("exit", serde_json::json!(1)),
        ("stdout", serde_json::json!("a c")),
        ("stderr", serde_json::json!("x")),
        ("changed", serde_json::json!({"spec.a": [1, 3]})),
        ("created", serde_json::json!(true)),
        ("deleted", serde_json::json!(true)),
    ] {
        let mut mine = same.clone();
        mine[field] = other;
        if differences(&case, &mine).is_empty() {
            return Err(Failed::from(format!("{field} isn't compared")));
        }
    }
    Ok(())
}
