//! What the native program `lab` does with its arguments. Reading files is handed in, so that this
//! is as free of I/O as the rest of the core.

mod kubectl;

pub use kubectl::{Talk, converse};

use crate::explain;
use crate::i18n::Language;
use crate::kubectl::apply_text;
use crate::manifest::{Verb, decode};
use crate::timeline::{Timeline, log_hash};
use crate::trace::{Scenario, answer_all, run as run_scenario};
use crate::world::{Settings, World};
use std::fmt::Write;
use std::io;

const USAGE: &str = "\
The laboratory for Kubernetes Jobs, natively.

  lab trace [--seed N] SCENARIO.json      what a watcher of the API would see, as JSON
  lab answers [--seed N] CASES.json       what kubectl and the API server say to each case, as JSON
  lab run [--seed N] [--lang es|en] [--limit SECONDS] [--hash] [--quiet] job.yaml
                                          the timeline in words (not with --quiet), and the outcome
  lab kubectl [--seed N] [job.yaml | --scenario SCENARIO.json]
                                          lines of shell from standard input, answered in virtual time:
                                          kubectl and its pipes; `sleep 10` lets ten seconds pass

Exit codes of run: 0 Complete, 1 Failed, 2 refused manifest, 3 still running at the limit.
";
/// How long `lab run` watches when nothing else is said: a day.
const DEFAULT_LIMIT_S: u64 = 24 * 3600;

/// What the program prints, and its exit code.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
    /// Exit code.
    pub code: u8,
}

impl Outcome {
    fn error(text: impl Into<String>) -> Self {
        Self { stderr: text.into(), code: 64, ..Self::default() }
    }
}

/// Runs the program. `read` reads a file.
pub fn run(arguments: &[String], read: &dyn Fn(&str) -> io::Result<Vec<u8>>) -> Outcome {
    let options = match Options::parse(arguments) {
        Ok(options) => options,
        Err(error) => return Outcome::error(format!("lab: {error}\n\n{USAGE}")),
    };
    let (verb, file) = match options.words.as_slice() {
        [verb, file] => (verb.as_str(), file),
        [] => return Outcome { stdout: USAGE.to_owned(), ..Outcome::default() },
        [verb] if verb == "help" => return Outcome { stdout: USAGE.to_owned(), ..Outcome::default() },
        _ => return Outcome::error(USAGE),
    };
    let bytes = match read(file) {
        Ok(bytes) => bytes,
        Err(error) => return Outcome::error(format!("lab: {file}: {error}\n")),
    };
    let text = decode(&bytes);
    match verb {
        "trace" => trace(&options, file, &text),
        "answers" => match answer_all(&text, options.seed) {
            Ok(answers) => Outcome { stdout: format!("{answers}\n"), ..Outcome::default() },
            Err(error) => Outcome::error(format!("lab: {file}: {error}\n")),
        },
        "run" => run_manifest(&options, file, &text),
        other => Outcome::error(format!("lab: unknown command {other}\n\n{USAGE}")),
    }
}

struct Options {
    words: Vec<String>,
    seed: u64,
    language: Language,
    limit_ms: u64,
    hash: bool,
    quiet: bool,
    scenario: Option<String>,
}

impl Options {
    fn parse(arguments: &[String]) -> Result<Self, String> {
        let mut options = Self {
            words: Vec::new(),
            seed: 1,
            language: Language::En,
            limit_ms: DEFAULT_LIMIT_S * 1000,
            hash: false,
            quiet: false,
            scenario: None,
        };
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            let mut number = || {
                let text = rest.next().ok_or_else(|| format!("{argument} needs a number"))?;
                text.parse::<u64>().map_err(|_| format!("{argument} needs a number, not {text}"))
            };
            match argument.as_str() {
                "--seed" => options.seed = number()?,
                "--limit" => options.limit_ms = number()?.saturating_mul(1000),
                "--hash" => options.hash = true,
                "--quiet" => options.quiet = true,
                "--scenario" => options.scenario = Some(rest.next().ok_or("--scenario needs a file")?.clone()),
                "--lang" => {
                    options.language = match rest.next().map(String::as_str) {
                        Some("es") => Language::Es,
                        Some("en") => Language::En,
                        _ => return Err("--lang needs es or en".to_owned()),
                    }
                }
                unknown if unknown.starts_with("--") => return Err(format!("unknown option {unknown}")),
                word => options.words.push(word.to_owned()),
            }
        }
        Ok(options)
    }
}

fn trace(options: &Options, file: &str, text: &str) -> Outcome {
    match Scenario::read(text) {
        Ok(scenario) => {
            let (trace, _) = run_scenario(&scenario, options.seed);
            Outcome { stdout: format!("{trace}\n"), ..Outcome::default() }
        }
        Err(error) => Outcome::error(format!("lab: {file}: {error}\n")),
    }
}

fn run_manifest(options: &Options, file: &str, text: &str) -> Outcome {
    let mut timeline = Timeline::new(World::new(Settings { seed: options.seed, ..Settings::default() }));
    let applied = timeline.act(|world| apply_text(world, text, file, Verb::Apply));
    if applied.printed.code != 0 {
        return Outcome { stdout: applied.printed.stdout, stderr: applied.printed.stderr, code: 2 };
    }
    let mut outcome = Outcome { stdout: applied.printed.stdout, stderr: applied.printed.stderr, code: 3 };
    // Once every Job is finished a little more may happen: a removal after its TTL, say.
    timeline.run_until_quiet(options.limit_ms);
    if !options.quiet {
        explain::tell(&timeline, options.language, &mut outcome.stdout);
    }
    let mut jobs = timeline.world().store().jobs().peekable();
    let any = jobs.peek().is_some();
    let (mut all_complete, mut any_failed) = (any, false);
    for (_, job) in jobs {
        all_complete &= job.status.is_true("Complete");
        any_failed |= job.status.is_true("Failed");
    }
    outcome.code = match (all_complete, any_failed) {
        (_, true) => 1,
        (true, false) => 0,
        (false, false) => 3,
    };
    if options.hash {
        // Writing to a String can't fail.
        let _ = writeln!(outcome.stdout, "{:016x}", log_hash(timeline.log()));
    }
    // The program ends now, and taking a large run apart first would take a tenth of its time.
    std::mem::forget(timeline);
    outcome
}
