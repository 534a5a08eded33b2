//! `lab kubectl`: lines of shell over a run, as at the page's terminal, read from standard input.
//!
//! Time passes only while a line takes it: `sleep 10` goes on ten virtual seconds at once. A line
//! that waits for what can't happen any more (`kubectl get pods -w` at the end) is interrupted.

use super::{Options, Outcome};
use crate::kubectl::{Piece, Prompt};
use crate::manifest::decode;
use crate::timeline::Timeline;
use crate::trace::Scenario;
use crate::world::{Settings, World};
use std::io;

/// How long a line may take: a day.
const LONGEST_MS: u64 = 24 * 3_600_000;

/// Where the lines come from and where the answers go.
pub struct Talk<'a> {
    /// The next line; none at the end.
    pub next: &'a mut dyn FnMut() -> Option<String>,
    /// Shows some text; `true` if it belongs to standard error.
    pub show: &'a mut dyn FnMut(&str, bool),
}

/// Answers lines until there are none. The exit code is that of the last one.
pub fn converse(arguments: &[String], read: &dyn Fn(&str) -> io::Result<Vec<u8>>, talk: &mut Talk<'_>) -> Outcome {
    let options = match Options::parse(arguments) {
        Ok(options) => options,
        Err(error) => return Outcome::error(format!("lab: {error}\n")),
    };
    let manifest = match manifest(&options, read) {
        Ok(manifest) => manifest,
        Err(error) => return Outcome::error(format!("lab: {error}\n")),
    };
    let mut timeline = Timeline::new(World::new(Settings { seed: options.seed, ..Settings::default() }));
    let mut prompt = Prompt::new(&timeline);
    prompt.alias("k", "kubectl");
    prompt.put("job.yaml", &manifest, 0);
    if !manifest.is_empty() {
        answer(&mut timeline, &mut prompt, "kubectl apply -f job.yaml", talk);
    }
    while let Some(line) = (talk.next)() {
        answer(&mut timeline, &mut prompt, &line, talk);
    }
    Outcome { code: u8::try_from(prompt.code()).unwrap_or(1), ..Outcome::default() }
}

/// The text of `job.yaml`: a file's, or a scenario's manifests; none leaves the folder empty.
fn manifest(options: &Options, read: &dyn Fn(&str) -> io::Result<Vec<u8>>) -> Result<String, String> {
    let open = |path: &str| read(path).map(|bytes| decode(&bytes)).map_err(|error| format!("{path}: {error}"));
    if let Some(path) = &options.scenario {
        let scenario = Scenario::read(&open(path)?).map_err(|error| format!("{path}: {error}"))?;
        return Ok(scenario.manifests);
    }
    match options.words.as_slice() {
        [_] => Ok(String::new()),
        [_, path] => open(path),
        _ => Err("kubectl takes one file".to_owned()),
    }
}

fn answer(timeline: &mut Timeline, prompt: &mut Prompt, line: &str, talk: &mut Talk<'_>) {
    prompt.enter(timeline, line);
    if !prompt.finish(timeline, timeline.now_ms() + LONGEST_MS) {
        prompt.interrupt(timeline);
    }
    for Piece { stderr, text, .. } in prompt.take_printed() {
        (talk.show)(&text, stderr);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn talk(lines: &[&str]) -> (String, u8) {
        let manifest = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: pi}\nspec: {template: {spec: {restartPolicy: Never, containers: [{name: uno, image: busybox, command: [sh, -c, 'echo hola; sleep 3']}]}}}\n";
        let mut lines = lines.iter().map(|line| (*line).to_owned());
        let mut shown = String::new();
        let arguments = ["kubectl".to_owned(), "job.yaml".to_owned()];
        let outcome = converse(
            &arguments,
            &|_| Ok(manifest.as_bytes().to_vec()),
            &mut Talk { next: &mut || lines.next(), show: &mut |text, _| shown.push_str(text) },
        );
        (shown, outcome.code)
    }

    #[test]
    fn lines_are_answered_in_virtual_time() {
        let (shown, code) = talk(&["sleep 20", "k logs job/pi", "A=$(k get job pi -o name)", "echo $A; false"]);
        assert_eq!(shown, "job.batch/pi created\nhola\njob.batch/pi\n");
        assert_eq!(code, 1);
    }

    #[test]
    fn what_can_never_end_is_interrupted() {
        let (shown, code) = talk(&["kubectl wait --for=condition=failed job/pi --timeout=2s", "sleep infinity"]);
        assert!(shown.ends_with("timed out waiting for the condition on jobs/pi\n^C\n"), "{shown}");
        assert_eq!(code, 130);
    }
}
