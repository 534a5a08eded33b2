//! What the student does to the run, recorded with its instants so that it can be done again.

use super::view::{Answer, CommandRow, Left};
use super::{Playground, STEPS_A_TURN};
use crate::kubectl::{Printed, Written};
use crate::manifest;
use crate::timeline::Timeline;
use crate::world::{Intervention, Timed};
use std::rc::Rc;

impl Playground {
    /// Everything that was done to this run after its manifest was applied, each with its instant,
    /// in order: with the seed and the manifest it makes the same run again
    /// ([`super::Command::Replay`]). What a shared run still has to do is in it too.
    pub fn script(&self) -> Vec<Timed> {
        let done = self.commands.iter().filter_map(|row| {
            let intervention = Intervention::clone(row.intervention.as_deref()?);
            Some(Timed { at_ms: row.at_ms, intervention })
        });
        done.chain(self.script.iter().cloned()).collect()
    }

    /// Tells whether the server accepted the manifest.
    pub(super) fn replay(&mut self, manifest: &str, script: &[Timed]) -> bool {
        // A refused manifest changes nothing, so there is nothing to do it to.
        let accepted = self.apply(manifest);
        if accepted {
            self.script.clear();
            for timed in script {
                let place = self.script.partition_point(|other| other.at_ms <= timed.at_ms);
                self.script.insert(place, timed.clone());
            }
        }
        accepted
    }

    /// Does something at the playhead, and writes it down. In the past that makes another run, and
    /// the one that is left is kept; only looking changes nothing. What a shared run still had to do
    /// is dropped, since this is another run.
    pub(super) fn intervene(&mut self, intervention: &Rc<Intervention>) {
        let at_ms = self.timeline.now_ms();
        let before = self.timeline.is_in_the_past().then(|| self.timeline.clone());
        // Without kubectl the command wasn't given back to be done: see `awaited`.
        let Some(row) = self.act(intervention) else { return };
        let acted = row.intervention.is_some();
        match before {
            Some(before) if acted => {
                let left = Left::Acted { at_ms, line: row.line.clone() };
                self.kept.keep(self.run, left, before, self.manifest.clone(), &self.commands);
                self.number_run();
                Rc::make_mut(&mut self.commands).retain(|command| command.at_ms <= at_ms);
            }
            Some(before) => self.timeline = before,
            None => {}
        }
        self.terminal.note(row.at_ms, &row.line, &row.stdout, &row.stderr);
        Rc::make_mut(&mut self.commands).push(Rc::new(row));
        self.goal_ms = at_ms;
        if acted {
            self.script.clear();
            self.look_ahead_again();
        }
    }

    /// Runs a line in the terminal's shell. What waits for time to pass starts the clock.
    pub(super) fn enter(&mut self, line: &str, manifest: &str) {
        if is_clear(line) {
            return self.terminal.clear();
        }
        // The first manifest begins the run, however it is applied.
        if !self.applied && applies_the_manifest(line) {
            if !self.apply(manifest) {
                let Answer { stdout, stderr, .. } = &*self.answer;
                self.terminal.note(self.timeline.now_ms(), line, stdout, stderr);
            }
            return;
        }
        let Some(kubectl) = self.tool.here() else { return };
        let before = self.timeline.is_in_the_past().then(|| self.timeline.clone());
        let written = self.terminal.enter(kubectl, &mut self.timeline, line, manifest);
        self.record(written, before);
        if !self.timeline.log().is_empty() && !self.applied {
            (self.applied, self.playing) = (true, true);
        }
        self.playing |= self.terminal.is_busy();
        self.goal_ms = self.timeline.now_ms();
    }

    /// Whether a line of the terminal needs no kubectl.
    pub(super) fn is_done_without_kubectl(&self, line: &str) -> bool {
        is_clear(line) || !self.applied && applies_the_manifest(line)
    }

    /// Says how a line of the terminal could go on.
    pub(super) fn complete(&mut self, line: &str, manifest: &str) {
        if let Some(kubectl) = self.tool.here() {
            self.terminal.complete(kubectl, &self.timeline, line, manifest);
        }
    }

    /// Gives the terminal's `kubectl edit` back what was edited.
    pub(super) fn save_edited(&mut self, text: Option<&str>) {
        let before = self.timeline.is_in_the_past().then(|| self.timeline.clone());
        let written = self.terminal.save(&mut self.timeline, text);
        self.record(written, before);
        self.goal_ms = self.timeline.now_ms();
    }

    /// Moves the playhead, with what goes on in the terminal.
    pub(super) fn move_to(&mut self, to_ms: u64) {
        let may_fork = self.timeline.is_in_the_past() && self.terminal.wakes_by(to_ms);
        let before = may_fork.then(|| self.timeline.clone());
        match self.terminal.advance(&mut self.timeline, to_ms, STEPS_A_TURN) {
            Some((_, written)) => self.record(written, before),
            None => self.timeline.seek(to_ms),
        }
    }

    /// Writes down what lines of the terminal wrote to the cluster.
    fn record(&mut self, written: Vec<Written>, before: Option<Timeline>) {
        let Some(first) = written.first() else { return };
        if let Some(before) = before {
            let (at_ms, line) = (first.at_ms, first.line.clone());
            self.kept.keep(self.run, Left::Acted { at_ms, line }, before, self.manifest.clone(), &self.commands);
            self.number_run();
            Rc::make_mut(&mut self.commands).retain(|command| command.at_ms <= at_ms);
        }
        for Written { at_ms, line, read } in written {
            let again = match read {
                Some((name, text, other)) if name != "job.yaml" || **text != *self.manifest.text => {
                    piped(&text, &other)
                }
                _ => line.clone(),
            };
            let intervention = Some(Rc::new(Intervention::Kubectl { line: Rc::from(again) }));
            let (stdout, stderr) = (String::new(), String::new());
            let row = CommandRow { at_ms, line, stdout, stderr, intervention, refused: None };
            Rc::make_mut(&mut self.commands).push(Rc::new(row));
        }
        self.script.clear();
        self.look_ahead_again();
    }

    /// Does something at the playhead; nothing, if it needs kubectl and that isn't there.
    fn act(&mut self, intervention: &Rc<Intervention>) -> Option<CommandRow> {
        let at_ms = self.timeline.now_ms();
        let before = self.timeline.position();
        let result = self.tool.intervene(&mut self.timeline, intervention, &self.manifest.text)?;
        let (printed, refused) = match result {
            Ok(printed) => (printed, None),
            Err(refusal) => (Printed::default(), Some(refusal)),
        };
        let namespace = &self.timeline.world().settings().namespace;
        let by_kubectl = intervention.command_line(namespace);
        // A command that only looks needs no second time.
        let acted = refused.is_none() && (by_kubectl.is_none() || self.timeline.position() > before);
        Some(CommandRow {
            at_ms,
            line: by_kubectl.unwrap_or_else(|| intervention.to_string()),
            stdout: printed.stdout,
            stderr: printed.stderr,
            intervention: acted.then(|| Rc::clone(intervention)),
            refused,
        })
    }

    /// Computes the run towards an instant, and does on the way what the script says; at most so much
    /// as one turn may. Returns how far it came: no further than a deed that kubectl is still to come for.
    pub(super) fn compute_towards(&mut self, goal_ms: u64) -> u64 {
        let mut reached_ms = self.timeline.compute_towards(self.next_of_script(goal_ms), STEPS_A_TURN);
        while let Some(timed) = self.script.front().filter(|timed| timed.at_ms <= reached_ms).cloned() {
            if self.tool.is_missing_for(&timed.intervention, &self.timeline) {
                break;
            }
            self.script.pop_front();
            self.timeline.seek(timed.at_ms.max(self.timeline.known_ms()));
            let Some(row) = self.act(&Rc::new(timed.intervention)) else { break };
            Rc::make_mut(&mut self.commands).push(Rc::new(row));
            reached_ms = self.timeline.compute_towards(self.next_of_script(goal_ms), STEPS_A_TURN);
        }
        reached_ms
    }

    fn next_of_script(&self, goal_ms: u64) -> u64 {
        self.script.front().map_or(goal_ms, |timed| timed.at_ms.max(self.timeline.known_ms()).min(goal_ms))
    }
}

/// Whether a line clears the terminal.
fn is_clear(line: &str) -> bool {
    line.trim() == "clear"
}

/// Whether a line applies the editor's text and does nothing else.
fn applies_the_manifest(line: &str) -> bool {
    let words: Vec<&str> = line.split_whitespace().collect();
    matches!(words.as_slice(), ["kubectl" | "k", "apply", "-f", "job.yaml"])
}

/// A command that reads the text from a pipe, as one line: the objects as JSON.
fn piped(text: &str, line: &str) -> String {
    let reading = manifest::read(text, "STDIN", manifest::Limits::default());
    let documents: Vec<String> = reading
        .documents
        .iter()
        .map(|document| format!("'{}'", document.value.to_string().replace('\'', "'\\''")))
        .collect();
    format!("printf '%s\\n---\\n' {} | {line}", documents.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::playground::Command;
    use crate::timeline::log_hash;
    use std::fmt::Write;

    const MANIFEST: &str = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: pi}\nspec:\n  completions: 4\n  parallelism: 2\n  template:\n    spec:\n      restartPolicy: Never\n      containers:\n      - {name: a, image: 'busybox:1.36', command: [sleep, '20']}\n";

    fn to_end(playground: &mut Playground) {
        playground.send(Command::ToEnd);
        for _ in 0..1_000 {
            playground.send(Command::Tick { elapsed_ms: 16 });
        }
    }

    fn at(playground: &mut Playground, at_ms: u64, line: &str) {
        playground.send(Command::Seek { at_ms });
        playground.send(Command::Intervene { intervention: Rc::new(line.parse().expect("a line")) });
    }

    #[test]
    fn a_script_makes_the_same_run_again() {
        let mut first = Playground::new(7);
        first.send(Command::Apply { manifest: Rc::from(MANIFEST) });
        at(&mut first, 0, "declare job/pi pod=2 exit=3 after=5000");
        first.send(Command::Seek { at_ms: 4_000 });
        let pod = first.snapshot().pods.first().map(|pod| Rc::clone(&pod.name)).expect("a Pod");
        at(&mut first, 9_000, &format!("fail pod/{pod} 7"));
        at(&mut first, 15_000, "scale job/pi 1");
        at(&mut first, 16_000, "run kubectl get pods");
        at(&mut first, 40_000, "suspend job/pi");
        at(&mut first, 60_000, "resume job/pi");
        to_end(&mut first);
        let snapshot = first.snapshot();
        let job = snapshot.jobs.first().expect("a Job");
        assert_eq!((job.status, job.succeeded, job.failed), ("Complete", 4, 2), "{:#?}", snapshot.commands);

        let mut lines = String::new();
        for timed in first.script() {
            writeln!(lines, "{timed}").expect("a line");
        }
        assert_eq!(lines.lines().count(), 5, "{lines}");
        let script = lines.lines().map(|line| line.parse().expect("a line")).collect();
        let mut again = Playground::new(7);
        again.send(Command::Replay { manifest: Rc::from(MANIFEST), script: Rc::new(script) });
        to_end(&mut again);
        assert_eq!(log_hash(first.timeline().log()), log_hash(again.timeline().log()));
        assert_eq!(again.script(), first.script());
    }

    #[test]
    fn what_cannot_be_done_is_said_and_not_recorded() {
        let mut playground = Playground::new(1);
        playground.send(Command::Apply { manifest: Rc::from(MANIFEST) });
        at(&mut playground, 3_000, "fail pod/nobody 1");
        let row = playground.snapshot().commands.last().cloned().expect("a row");
        assert_eq!((row.refused, &row.intervention), (Some(crate::world::Refusal::NotFound), &None));
        assert!(playground.script().is_empty());
    }
}
