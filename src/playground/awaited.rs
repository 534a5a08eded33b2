//! What is asked of kubectl before it is there: in the page its code comes after the simulator's. Such commands are kept
//! in order and done on its arrival; a run that a link tells stands at the first deed that needs it.

use super::{Command, Playground};
use crate::kubectl::{Kubectl, Printed};
use crate::timeline::Timeline;
use crate::world::{Intervention, Refusal};

/// Commands that are kept; nobody gives so many by hand.
const MOST: usize = 64;

/// kubectl, or what waits for it.
#[derive(Debug)]
pub(super) enum Tool {
    /// Its code isn't there yet: what was asked of it meanwhile.
    Awaited(Vec<Command>),
    /// It is.
    Here(Kubectl),
}

impl Tool {
    /// kubectl, once it is there.
    pub(super) fn here(&self) -> Option<Kubectl> {
        match self {
            Self::Awaited(_) => None,
            Self::Here(kubectl) => Some(*kubectl),
        }
    }

    /// Whether nobody can do the intervention yet.
    pub(super) fn is_missing_for(&self, intervention: &Intervention, timeline: &Timeline) -> bool {
        self.here().is_none() && intervention.command_line(&timeline.world().settings().namespace).is_some()
    }

    /// Does an intervention now: by kubectl where it has a command for it. None: kubectl isn't there.
    pub(super) fn intervene(
        &self,
        timeline: &mut Timeline,
        intervention: &Intervention,
        manifest: &str,
    ) -> Option<Result<Printed, Refusal>> {
        let line = intervention.command_line(&timeline.world().settings().namespace);
        Some(match (line, self.here()) {
            (Some(line), kubectl) => {
                let kubectl = kubectl?;
                Ok(timeline.act(|world| kubectl.run(world, &line, manifest)))
            }
            (None, _) => timeline.act(|world| world.intervene(intervention)).map(|()| Printed::default()),
        })
    }
}

impl Playground {
    /// kubectl's code is there: what was asked of it meanwhile is done.
    pub(super) fn bring(&mut self, kubectl: Kubectl) {
        if let Tool::Awaited(commands) = std::mem::replace(&mut self.tool, Tool::Here(kubectl)) {
            self.terminal.awaits_kubectl(false);
            for command in commands {
                self.send(command);
            }
        }
    }

    /// Keeps a command that needs kubectl until it is there; gives back any other.
    pub(super) fn keep_for_kubectl(&mut self, command: Command) -> Option<Command> {
        let needs = match &command {
            Command::Enter { line, .. } => !self.is_done_without_kubectl(line),
            Command::Kubectl { .. } | Command::Complete { .. } | Command::WhatIf(Some(_)) => true,
            Command::Intervene { intervention } => self.tool.is_missing_for(intervention, &self.timeline),
            _ => false,
        };
        match &mut self.tool {
            Tool::Awaited(commands) if needs => {
                if commands.len() < MOST {
                    self.terminal.awaits_kubectl(true);
                    commands.push(command);
                }
                None
            }
            _ => Some(command),
        }
    }

    /// Whether the run stands at a deed of its script that kubectl is to do.
    pub(super) fn stands_for_kubectl(&self) -> bool {
        let due = self.script.front().filter(|timed| timed.at_ms <= self.timeline.known_ms());
        due.is_some_and(|timed| self.tool.is_missing_for(&timed.intervention, &self.timeline))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::rc::Rc;

    const MANIFEST: &str = "apiVersion: batch/v1
kind: Job
metadata: {name: pi}
spec:
  completions: 4
  parallelism: 2
  template:
    spec:
      restartPolicy: Never
      containers: [{name: a, image: 'busybox:1.36', command: [sleep, '20']}]
";

    fn enter(playground: &mut Playground, line: &str) {
        playground.send(Command::Enter { line: line.to_owned(), manifest: Rc::from(MANIFEST) });
    }

    #[test]
    fn what_was_asked_before_it_came_is_done_on_its_arrival() {
        let mut playground = Playground::without_kubectl(7);
        // The first manifest needs no kubectl, however it is applied.
        enter(&mut playground, "kubectl apply -f job.yaml");
        assert!(playground.snapshot().applied);
        assert!(!playground.snapshot().console.coming);
        playground.send(Command::Seek { at_ms: 5_000 });
        enter(&mut playground, "k get pods -o name");
        playground.send(Command::Intervene { intervention: Rc::new("scale job/pi 1".parse().expect("a line")) });
        let before = playground.snapshot();
        assert!(before.console.coming);
        assert_eq!((before.console.entries.len(), before.commands.len()), (1, 1));

        playground.send(Command::Bring(Kubectl::here()));
        let after = playground.snapshot();
        assert!(!after.console.coming);
        let lines: Vec<&str> = after.console.entries.iter().map(|entry| &*entry.line).collect();
        let scale = "kubectl patch job pi --type=merge -p '{\"spec\":{\"parallelism\":1}}'";
        assert_eq!(lines, ["kubectl apply -f job.yaml", "k get pods -o name", scale]);
        assert_eq!(after.jobs.first().map(|job| job.parallelism), Some(1));
    }

    #[test]
    fn a_run_of_a_link_waits_at_the_deed_that_needs_it() {
        let script = || Rc::new(vec!["9000 scale job/pi 4".parse().expect("a deed")]);
        let open = || Command::Open { manifest: Rc::from(MANIFEST), script: script(), until_ms: 9_000, play: false };
        let mut whole = Playground::new(7);
        whole.send(open());
        let mut playground = Playground::without_kubectl(7);
        playground.send(open());
        for _ in 0..100 {
            playground.send(Command::Tick { elapsed_ms: 16 });
        }
        assert!(playground.snapshot().playing, "it isn't where the link says");
        assert_eq!(playground.snapshot().now_ms, 9_000);
        assert_eq!(playground.script().len(), 1, "what is still to be done is in the link of now");

        playground.send(Command::Bring(Kubectl::here()));
        playground.send(Command::Tick { elapsed_ms: 16 });
        let (one, other) = (whole.snapshot(), playground.snapshot());
        assert!(!other.playing);
        assert_eq!((one.now_ms, &one.jobs, &one.commands), (other.now_ms, &other.jobs, &other.commands));
    }
}
