//! Opening a run as a link tells it: a manifest, what was done to it and when, and where to stop.
//!
//! Long runs take many turns: each computes a bounded number of steps, and the next tick goes on.

use super::{LONGEST_MS, Playground};
use crate::world::Timed;

/// How far the run is still to be computed, and what then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Opening {
    until_ms: u64,
    play: bool,
}

impl Playground {
    /// Applies the manifest, and goes on as far as one turn computes.
    pub(super) fn open(&mut self, manifest: &str, script: &[Timed], until_ms: u64, play: bool) {
        if self.replay(manifest, script) {
            self.playing = false;
            self.opening = Some(Opening { until_ms: until_ms.min(LONGEST_MS), play });
            self.go_on_opening();
        }
    }

    /// Goes on as far as one turn computes. Answers whether there was something to do.
    pub(super) fn go_on_opening(&mut self) -> bool {
        let Some(Opening { until_ms, play }) = self.opening else { return false };
        let reached_ms = self.compute_towards(until_ms);
        self.timeline.seek(reached_ms);
        self.goal_ms = reached_ms;
        // A run that was stopped by a bound comes no further.
        if reached_ms >= until_ms && !self.stands_for_kubectl() || self.timeline.world().bound().is_some() {
            self.opening = None;
            self.playing = play && !self.is_over();
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use crate::playground::{Command, Playground, Snapshot};
    use std::rc::Rc;

    const MANIFEST: &str = "apiVersion: batch/v1
kind: Job
metadata: {name: lote}
spec:
  completions: 6
  parallelism: 2
  template:
    spec:
      restartPolicy: Never
      containers: [{name: main, image: \"busybox:1.36\", command: [sh, -c, \"sleep 5\"]}]
";

    fn settled(playground: &mut Playground) -> Rc<Snapshot> {
        for _ in 0..10_000 {
            if !playground.snapshot().playing {
                break;
            }
            playground.send(Command::Tick { elapsed_ms: 16 });
        }
        playground.snapshot()
    }

    #[test]
    fn a_run_is_restored_with_what_was_done_to_it() {
        let mut first = Playground::new(7);
        first.send(Command::Apply { manifest: MANIFEST.into() });
        first.send(Command::Pause);
        first.send(Command::Seek { at_ms: 9_000 });
        first.send(Command::Kubectl {
            line: "kubectl patch job lote --type=merge -p '{\"spec\":{\"parallelism\":5}}'".to_owned(),
        });
        let pod = first.snapshot().pods[0].name.to_string();
        first.send(Command::Seek { at_ms: 12_500 });
        first.send(Command::Kubectl { line: format!("kubectl delete pod {pod}") });
        first.send(Command::Seek { at_ms: 20_000 });
        let script = Rc::new(first.script());
        assert_eq!(script.len(), 2);

        let mut second = Playground::new(7);
        second.send(Command::Open { manifest: MANIFEST.into(), script, until_ms: 20_000, play: false });
        let (one, other) = (first.snapshot(), settled(&mut second));
        assert_eq!((one.now_ms, &one.pods, &one.jobs), (other.now_ms, &other.pods, &other.jobs));
        assert_eq!(one.commands, other.commands);
        assert_eq!(one.events, other.events);
    }

    #[test]
    fn a_refused_manifest_restores_nothing() {
        let mut playground = Playground::new(0);
        playground.send(Command::Open {
            manifest: "kind: Job".into(),
            script: Rc::new(vec!["1000 run kubectl delete job lote".parse().unwrap()]),
            until_ms: 5_000,
            play: true,
        });
        let snapshot = playground.snapshot();
        assert!(!snapshot.applied && !snapshot.playing && snapshot.commands.is_empty());
    }

    #[test]
    fn whoever_acts_meanwhile_ends_it() {
        let mut playground = Playground::new(0);
        let endless = MANIFEST.replace("sleep 5", "while true; do sleep 1; done");
        let until_ms = 20 * 3_600_000;
        playground.send(Command::Open { manifest: endless.into(), script: Rc::default(), until_ms, play: false });
        assert!(playground.snapshot().playing, "one turn is not enough");
        playground.send(Command::Seek { at_ms: 3_000 });
        playground.send(Command::Tick { elapsed_ms: 16 });
        assert_eq!(playground.snapshot().now_ms, 3_000);
    }
}
