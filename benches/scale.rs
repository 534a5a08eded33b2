//! What a large run costs: `cargo bench --no-default-features --bench scale [-- PODS…]`; `-- manifests` for the last part.
//!
//! For Jobs of 1,000, 10,000 and 100,000 Pods: time and memory a Pod, moving the playhead, acting in
//! the past, and a frame of the page's snapshots. Then what a large manifest takes to be read and
//! checked. A run's time is the best of three, so that a busy machine shows less; memory is the
//! process's peak so far, as Linux tells it.
#![allow(clippy::print_stdout, clippy::panic, clippy::cast_precision_loss, clippy::float_arithmetic)]

use job_lab::kubectl::apply_text;
use job_lab::manifest::{self, Scope, Verb};
use job_lab::playground::{Command, Playground};
use job_lab::timeline::Timeline;
use job_lab::world::{Settings, World};
use std::fmt::Write;
use std::time::{Duration, Instant};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Where the playhead is put, in percent of the run: back and forth.
const PLACES: [u64; 12] = [50, 0, 100, 7, 93, 25, 75, 60, 40, 99, 1, 50];
/// Frames that are played from the middle of the run.
const FRAMES: usize = 120;
/// How often the small manifest is checked.
const HUNDREDS: u32 = 1_000;

fn main() {
    let asked: Vec<u32> = std::env::args().filter_map(|argument| argument.parse().ok()).collect();
    let only_manifests = std::env::args().any(|argument| argument == "manifests");
    let sizes = if asked.is_empty() && !only_manifests { vec![1_000, 10_000, 100_000] } else { asked };
    let base_kib = peak_kib();
    for pods in sizes {
        let manifest = job(pods);
        let (timeline, first) = timed(|| run(&manifest));
        let peak_kib = peak_kib().saturating_sub(base_kib);
        let took = (0..2).map(|_| timed(|| run(&manifest)).1).fold(first, Duration::min);
        let changes = timeline.log().len();
        println!("{pods} Pods, {changes} changes");
        println!("  run            {:>9.1} ms  {:>7} ns a Pod", ms(took), took.as_nanos() / u128::from(pods));
        println!(
            "  memory         {:>9.1} MiB {:>7} B a Pod",
            peak_kib as f64 / 1024.0,
            peak_kib * 1024 / u64::from(pods)
        );
        seek(timeline);
        page(&manifest);
    }
    let hundred = hundred_lines();
    let (_, took) = timed(|| (0..HUNDREDS).map(|_| check(&hundred)).sum::<usize>());
    println!("{} lines: {:.3} ms, the mean of {HUNDREDS}", hundred.lines().count(), ms(took) / f64::from(HUNDREDS));
    for (name, text) in manifests() {
        let (problems, first) = timed(|| check(&text));
        let took = (0..2).map(|_| timed(|| check(&text)).1).fold(first, Duration::min);
        println!("{name}: {} KiB, {problems} problems: {:.1} ms", text.len() / 1024, ms(took));
    }
}

fn run(manifest: &str) -> Timeline {
    let mut timeline = Timeline::new(World::new(Settings::default()));
    let applied = timeline.act(|world| apply_text(world, manifest, "job.yaml", Verb::Apply));
    assert_eq!(applied.printed.code, 0, "{}", applied.printed.stderr);
    timeline.run_until_quiet(u64::MAX);
    assert!(timeline.world().bound().is_none(), "{:?}", timeline.world().bound());
    timeline
}

fn seek(mut timeline: Timeline) {
    let end_ms = timeline.known_ms();
    timeline.seek(end_ms);
    let seeks: Vec<Duration> = PLACES.iter().map(|part| timed(|| timeline.seek(end_ms * part / 100)).1).collect();
    tell("seek", &seeks);
    let acts = [99, 66, 33, 5].map(|part| {
        timeline.seek(end_ms * part / 100);
        timed(|| timeline.act(|_| ())).1
    });
    tell("act in the past", &acts);
}

/// The page's part: ten frames a second of play from the middle of a run that is already known.
fn page(manifest: &str) {
    let mut playground = Playground::new(1);
    playground.send(Command::Apply { manifest: manifest.into() });
    let mut turns = Vec::new();
    playground.send(Command::ToEnd);
    while playground.snapshot().playing {
        turns.push(timed(|| playground.send(Command::Tick { elapsed_ms: 16 })).1);
    }
    tell("turn to the end", &turns);
    let end_ms = playground.snapshot().known_ms;
    let seeks: Vec<Duration> =
        PLACES.iter().map(|part| timed(|| playground.send(Command::Seek { at_ms: end_ms * part / 100 })).1).collect();
    tell("seek, drawn", &seeks);
    playground.send(Command::Play);
    let frames: Vec<Duration> =
        (0..FRAMES).map(|_| timed(|| playground.send(Command::Tick { elapsed_ms: 16 })).1).collect();
    tell("frame", &frames);
}

fn check(text: &str) -> usize {
    let reading = manifest::read(text, "job.yaml", manifest::Limits::default());
    let scope = Scope { file: "job.yaml", verb: Verb::Apply, namespace: "default", ..Scope::default() };
    let checked = reading.documents.iter().flat_map(|document| manifest::check(document, &scope));
    checked.filter(Result::is_err).count() + usize::from(reading.refusal.is_some())
}

fn job(pods: u32) -> String {
    format!(
        "apiVersion: batch/v1\nkind: Job\nmetadata: {{name: grande}}\nspec:\n  completions: {pods}\n  parallelism: 500\n  template:\n    spec:\n      restartPolicy: Never\n      containers: [{{name: tarea, image: \"busybox:1.36\", command: [sh, -c, \"echo hola; sleep 5\"]}}]\n"
    )
}

/// What a student may write: a Job whose script takes many variables.
fn hundred_lines() -> String {
    let mut text = job(10).replace("containers: [{", "containers:\n      - {").replace("}]\n", "}\n");
    text = text
        .replace("      - {", "      - ")
        .replace(", image", "\n        image")
        .replace(", command", "\n        command");
    text = text.replace("]}\n", "]\n        env:\n");
    for number in 0..44 {
        let _ = write!(text, "        - name: VARIABLE_{number}\n          value: \"{number}\"\n");
    }
    text
}

/// About a megabyte each: many objects, long lists, many mistakes.
fn manifests() -> Vec<(&'static str, String)> {
    let mut documents = String::new();
    for number in 0..5_000 {
        let _ = write!(documents, "---\n{}", job(10).replace("grande", &format!("job-{number}")));
    }
    let mut variables = job(10).replace("containers: [{", "containers:\n      - {").replace("}]\n", "}\n");
    variables = variables.replace("\"echo hola; sleep 5\"]}", "\"sleep 5\"], env: [");
    for number in 0..25_000 {
        let _ = write!(variables, "\n        {{name: VARIABLE_{number}, value: \"{number}\"}},");
    }
    variables.push_str("]}\n");
    let mut unknown = job(10);
    for number in 0..40_000 {
        let _ = writeln!(unknown, "  campo{number}: {number}");
    }
    let mut duplicates = job(10);
    for number in 0..40_000 {
        let _ = writeln!(duplicates, "  repetido: {number}");
    }
    let mut labels = job(10).replace("{name: grande}", "\n  name: grande\n  labels:\n");
    let inserted: String = (0..40_000).fold(String::new(), |mut text, number| {
        let _ = writeln!(text, "    etiqueta-{number}: \"x\"");
        text
    });
    labels = labels.replace("  labels:\n\n", &format!("  labels:\n{inserted}"));
    let script = job(10).replace("\"echo hola; sleep 5\"", &format!("\"{}\"", "echo hola; ".repeat(100_000)));
    vec![
        ("documents", documents),
        ("variables", variables),
        ("unknown fields", unknown),
        ("duplicates", duplicates),
        ("labels", labels),
        ("one long script", script),
    ]
}

fn timed<T>(act: impl FnOnce() -> T) -> (T, Duration) {
    let begun = Instant::now();
    let done = act();
    (done, begun.elapsed())
}

fn tell(name: &str, times: &[Duration]) {
    let mut sorted = times.to_vec();
    sorted.sort();
    let (Some(middle), Some(worst)) = (sorted.get(sorted.len() / 2), sorted.last()) else { return };
    println!("  {name:<14} {:>9.2} ms at most, {:.2} ms in the middle of {}", ms(*worst), ms(*middle), sorted.len());
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// The most memory that the process has had, in KiB; 0 where the system doesn't tell.
fn peak_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}
