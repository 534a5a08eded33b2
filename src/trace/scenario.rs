//! A scenario: manifests, steps with their instants, a length. Its run gives a trace.

use super::watcher;
use crate::kubectl::{Printed, Prompt};
use crate::timeline::Timeline;
use crate::world::{Settings, World};
use serde_json::{Map, Value, json};
use std::fmt;
use std::rc::Rc;

const APPLY: &str = "kubectl apply -f job.yaml";

/// What to run, as the recordings have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scenario {
    /// Its name.
    pub name: String,
    /// The second of a minute at which it starts, where it says so.
    pub start_second: u32,
    /// The text of `job.yaml`.
    pub manifests: String,
    /// What is done meanwhile.
    pub steps: Vec<ScenarioStep>,
    /// How long it is watched, in virtual milliseconds.
    pub length_ms: u64,
    /// Commands that are run at the end.
    pub last: Vec<String>,
    /// Whether the recorded node's runtime ran the commands of probes (`"probes": "run"`); the reference cluster's
    /// doesn't.
    pub probes_run: bool,
}

/// One thing that is done during a scenario.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScenarioStep {
    /// When at the earliest, in milliseconds after the manifests were applied.
    pub at_ms: u64,
    /// A line of shell.
    pub run: String,
}

/// Why a text is no scenario.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScenarioError {
    /// It is no JSON.
    Json(String),
    /// A field is missing or of another type.
    Field(&'static str),
}

impl fmt::Display for ScenarioError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json(error) => write!(f, "this is no JSON: {error}"),
            Self::Field(name) => write!(f, "the field `{name}` is missing or has another type"),
        }
    }
}

impl Scenario {
    /// Reads a scenario or a recording, whose expectations are left aside.
    ///
    /// # Errors
    /// If the text is no JSON or lacks a field.
    pub fn read(text: &str) -> Result<Self, ScenarioError> {
        let value: Value = serde_json::from_str(text).map_err(|error| ScenarioError::Json(error.to_string()))?;
        let string = |value: &Value, field: &'static str| {
            value.get(field).and_then(Value::as_str).map(str::to_owned).ok_or(ScenarioError::Field(field))
        };
        let steps = value.get("steps").and_then(Value::as_array).ok_or(ScenarioError::Field("steps"))?;
        let steps = steps
            .iter()
            .map(|step| Ok(ScenarioStep { at_ms: milliseconds(step.get("at"), "at")?, run: string(step, "run")? }));
        let last = match value.get("final") {
            Some(Value::Array(commands)) => commands.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            Some(Value::Object(commands)) => commands.keys().cloned().collect(),
            _ => Vec::new(),
        };
        Ok(Self {
            name: string(&value, "name")?,
            start_second: start_second(value.get("what").and_then(Value::as_str).unwrap_or("")),
            manifests: string(&value, "manifests")?,
            steps: steps.collect::<Result<_, _>>()?,
            length_ms: milliseconds(value.get("seconds"), "seconds")?,
            last,
            probes_run: value.get("probes").and_then(Value::as_str) == Some("run"),
        })
    }
}

/// A scenario for which the second matters begins its description so: «The run starts at second :40 of a
/// minute». Where it goes on «the `CronJob` is created between :39 and :45», the middle of these six seconds is meant.
fn start_second(what: &str) -> u32 {
    let after = |words: &str| {
        let (_, rest) = what.split_once(words)?;
        rest.get(..2)?.parse::<u32>().ok()
    };
    let between = after("is created between :").and_then(|first| {
        let (_, rest) = what.split_once("is created between :")?;
        let last: u32 = rest.split_once(" and :")?.1.get(..2)?.parse().ok()?;
        Some(first.midpoint(last.saturating_sub(1)))
    });
    between.or_else(|| after("starts at second :")).unwrap_or(0)
}

/// Seconds with decimals as whole milliseconds, read from the number's own digits.
fn milliseconds(value: Option<&Value>, field: &'static str) -> Result<u64, ScenarioError> {
    let number = value.filter(|value| value.is_number()).ok_or(ScenarioError::Field(field))?;
    let text = number.to_string();
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let thousandths: String = fraction.chars().chain("000".chars()).take(3).collect();
    let whole: u64 = whole.parse().map_err(|_| ScenarioError::Field(field))?;
    let thousandths: u64 = thousandths.parse().map_err(|_| ScenarioError::Field(field))?;
    Ok(whole.saturating_mul(1000).saturating_add(thousandths))
}

/// Runs a scenario on the reference cluster's settings; returns its trace and the run.
pub fn run(scenario: &Scenario, seed: u64) -> (Value, Timeline) {
    let namespace: Rc<str> = Rc::from(format!("s-{}", scenario.name.to_lowercase()));
    let settings = Settings {
        seed,
        namespace: Rc::clone(&namespace),
        bound_kubectl: true,
        client_limit: false,
        reference: true,
        inert_probes: !scenario.probes_run,
        start_second: scenario.start_second,
        ..Settings::default()
    };
    let mut timeline = Timeline::new(World::new(settings));
    let mut prompt = Prompt::new(&timeline);
    prompt.put("job.yaml", &scenario.manifests, 0);
    let mut line = |timeline: &mut Timeline, text: &str, at_ms: u64| {
        run_line(timeline, &mut prompt, scenario, text, &namespace, at_ms)
    };
    let applied = line(&mut timeline, APPLY, 0);
    let mut steps = Vec::new();
    for step in &scenario.steps {
        // A step that is late, because the one before took long, starts at once.
        let printed = line(&mut timeline, &step.run, step.at_ms);
        let mut entry = output(&printed);
        entry.insert("at".to_owned(), json!(step.at_ms / 1000));
        entry.insert("run".to_owned(), json!(step.run));
        steps.push(Value::Object(entry));
    }
    let end_ms = timeline.now_ms().max(scenario.length_ms);
    line(&mut timeline, "", end_ms);
    let record = watcher::record(timeline.log(), end_ms, &namespace, Value::Object(output(&applied)));
    let mut last = Map::new();
    for command in &scenario.last {
        let printed = line(&mut timeline, command, end_ms);
        last.insert(command.clone(), Value::Object(output(&printed)));
    }
    let trace = json!({
        "name": scenario.name,
        "seconds": scenario.length_ms / 1000,
        "apply": record.apply,
        "steps": steps,
        "final": last,
        "jobs": record.jobs,
        "cronjobs": record.cron_jobs,
        "pods": record.pods,
        "events": record.events,
    });
    (trace, timeline)
}

/// Runs a line of shell to its end, in virtual time, not before that instant.
fn run_line(
    timeline: &mut Timeline,
    prompt: &mut Prompt,
    scenario: &Scenario,
    text: &str,
    namespace: &str,
    at_ms: u64,
) -> Printed {
    let start_ms = timeline.now_ms().max(at_ms);
    prompt.seek(timeline, start_ms);
    // A command that waits for ever is left when the scenario is over.
    let until_ms = scenario.length_ms.max(start_ms) + 600_000;
    // Each line has a shell of its own, in the same folder.
    finish(timeline, prompt, &format!("(\n{}\n)", text.replace("{ns}", namespace)), until_ms)
}

fn finish(timeline: &mut Timeline, prompt: &mut Prompt, text: &str, until_ms: u64) -> Printed {
    // What goes on in the background may still have printed: that belongs to no line.
    prompt.take_printed();
    prompt.enter(timeline, text);
    if !prompt.finish(timeline, until_ms) {
        prompt.interrupt(timeline);
    }
    let mut printed = Printed { code: prompt.code(), ..Printed::default() };
    for piece in prompt.take_printed() {
        let stream = if piece.stderr { &mut printed.stderr } else { &mut printed.stdout };
        stream.push_str(&piece.text);
    }
    printed
}

/// Runs a line of shell in a folder with these files to its end, in virtual time. A command that waits for ever is
/// left at `until_ms`.
pub(super) fn run_to_end(timeline: &mut Timeline, text: &str, files: &[(&str, &str)], until_ms: u64) -> Printed {
    let mut prompt = Prompt::new(timeline);
    for (name, content) in files {
        prompt.put(name, content, timeline.now_ms());
    }
    finish(timeline, &mut prompt, text, until_ms)
}

fn output(printed: &Printed) -> Map<String, Value> {
    let mut entry = Map::new();
    entry.insert("exit".to_owned(), json!(printed.code));
    entry.insert("stdout".to_owned(), json!(printed.stdout));
    entry.insert("stderr".to_owned(), json!(printed.stderr));
    entry
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_instants_exactly() {
        let text = r#"{"name":"x","manifests":"","seconds":31.9,"steps":[{"at":1.5,"run":"true"}],"final":["a"]}"#;
        let scenario = Scenario::read(text).map(|scenario| (scenario.length_ms, scenario.steps, scenario.last));
        let step = ScenarioStep { at_ms: 1_500, run: "true".to_owned() };
        assert_eq!(scenario, Ok((31_900, vec![step], vec!["a".to_owned()])));
    }

    #[test]
    fn names_what_is_missing() {
        assert_eq!(Scenario::read(r#"{"name":"x"}"#), Err(ScenarioError::Field("steps")));
        assert!(matches!(Scenario::read("nothing"), Err(ScenarioError::Json(_))));
    }
}
