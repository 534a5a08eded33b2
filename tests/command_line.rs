//! The native program: what it prints and how it ends.

use job_lab::command_line::{Outcome, run};
use std::io;

fn job(limit: u32, command: &str) -> String {
    format!(
        "apiVersion: batch/v1\nkind: Job\nmetadata: {{name: prueba}}\nspec:\n  backoffLimit: {limit}\n  template:\n    spec:\n      restartPolicy: Never\n      containers: [{{name: a, image: \"busybox:1.36\", command: [sh, -c, \"{command}\"]}}]\n"
    )
}

/// Runs `lab` with these arguments; every file has that text.
fn lab(arguments: &[&str], text: &str) -> Outcome {
    let arguments: Vec<String> = arguments.iter().map(|argument| (*argument).to_owned()).collect();
    run(&arguments, &|path| {
        if path == "absent" { Err(io::Error::other("no such file")) } else { Ok(text.as_bytes().to_vec()) }
    })
}

#[test]
fn the_exit_code_tells_how_the_job_ended() {
    for (text, arguments, code) in [
        (job(6, "echo hola"), vec!["run", "job.yaml"], 0),
        (job(0, "exit 1"), vec!["run", "job.yaml"], 1),
        ("kind: Job".to_owned(), vec!["run", "job.yaml"], 2),
        (job(6, "sleep 600"), vec!["run", "--limit", "60", "job.yaml"], 3),
    ] {
        assert_eq!(lab(&arguments, &text).code, code, "{text}");
    }
}

#[test]
fn the_timeline_is_told_in_both_languages() {
    let spanish = lab(&["run", "--lang", "es", "job.yaml"], &job(0, "exit 1")).stdout;
    let english = lab(&["run", "--lang", "en", "job.yaml"], &job(0, "exit 1")).stdout;
    assert!(spanish.contains("El Pod falló") && spanish.contains("El Job falló"), "{spanish}");
    assert!(english.contains("Job") && !english.contains("falló"), "{english}");
    assert_eq!(spanish.lines().count(), english.lines().count());
}

#[test]
fn the_hash_hangs_on_the_seed_alone() {
    let hash = |seed: &str| {
        let told = lab(&["run", "--quiet", "--hash", "--seed", seed, "job.yaml"], &job(2, "exit 1")).stdout;
        told.lines().last().map(str::to_owned)
    };
    assert_eq!(hash("7"), hash("7"));
    assert_ne!(hash("7"), hash("8"));
}

#[test]
fn a_trace_has_the_shape_of_a_recording() {
    let scenario = format!(
        "{{\"name\": \"x\", \"manifests\": {}, \"steps\": [], \"seconds\": 20, \"final\": []}}",
        serde_json::Value::from(job(0, "exit 3"))
    );
    let told = lab(&["trace", "--seed", "3", "x.json"], &scenario);
    let trace: serde_json::Value = serde_json::from_str(&told.stdout).unwrap_or_default();
    assert_eq!(trace.pointer("/apply/stdout").and_then(|text| text.as_str()), Some("job.batch/prueba created\n"));
    assert_eq!(trace.pointer("/jobs/0/name").and_then(|name| name.as_str()), Some("prueba"));
    assert!(trace.pointer("/pods/0/states/0/phase").is_some());
}

#[test]
fn mistakes_are_named() {
    assert!(lab(&["run", "absent"], "").stderr.contains("no such file"));
    assert!(lab(&["dance", "job.yaml"], "").stderr.contains("unknown command dance"));
    assert!(lab(&["run", "--seed", "seven", "job.yaml"], "").stderr.contains("needs a number"));
    assert!(lab(&["trace", "job.yaml"], "nonsense").stderr.contains("this is no JSON"));
    assert!(lab(&[], "").stdout.contains("lab trace"));
}
