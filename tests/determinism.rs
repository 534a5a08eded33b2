//! The same seed and the same commands give the same log, however the run is reached.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use job_lab::kubectl::{apply_text, run_line};
use job_lab::manifest::Verb;
use job_lab::timeline::{Timeline, log_hash};
use job_lab::world::{Settings, World};
use proptest::prelude::*;

const LIMIT_MS: u64 = 20 * 60_000;

/// A Job whose Pods end as the script says.
fn manifest(completions: u32, parallelism: u32, limit: u32, policy: &str, script: &str) -> String {
    format!(
        "apiVersion: batch/v1\nkind: Job\nmetadata: {{name: azar}}\nspec:\n  completions: {completions}\n  parallelism: {parallelism}\n  backoffLimit: {limit}\n  template:\n    spec:\n      restartPolicy: {policy}\n      containers:\n      - name: a\n        image: busybox:1.36\n        command: [sh, -c, \"{script}\"]\n"
    )
}

/// Commands with their instants: what a student may do meanwhile.
type Commands = Vec<(u64, String)>;

fn start(seed: u64, manifest: &str) -> Timeline {
    let mut timeline = Timeline::new(World::new(Settings { seed, ..Settings::default() }));
    let applied = timeline.act(|world| apply_text(world, manifest, "job.yaml", Verb::Apply));
    assert_eq!(applied.printed.code, 0, "{}", applied.printed.stderr);
    timeline
}

fn play(seed: u64, manifest: &str, commands: &Commands) -> Timeline {
    let mut timeline = start(seed, manifest);
    for (at_ms, line) in commands {
        timeline.seek(*at_ms);
        timeline.act(|world| run_line(world, line, manifest));
    }
    timeline.seek(LIMIT_MS);
    timeline
}

fn manifests() -> impl Strategy<Value = String> {
    let scripts = prop::sample::select(vec![
        "sleep 3",
        "exit 0",
        "sleep 2; exit 1",
        "exit 7",
        "sleep 30",
        "trap 'exit 0' TERM; sleep 40 & wait",
        "[ $((RANDOM % 2)) -eq 0 ]",
        "sleep $((RANDOM % 9)); exit $((RANDOM % 2))",
    ]);
    (1..6_u32, 1..6_u32, 0..5_u32, prop::sample::select(vec!["Never", "OnFailure"]), scripts).prop_map(
        |(completions, parallelism, limit, policy, script)| manifest(completions, parallelism, limit, policy, script),
    )
}

fn commands() -> impl Strategy<Value = Commands> {
    let lines = prop::sample::select(vec![
        "kubectl delete pods --all --wait=false",
        "kubectl delete pod -l job-name=azar --force --grace-period=0",
        "kubectl patch job azar --type=merge -p '{\"spec\":{\"suspend\":true}}'",
        "kubectl patch job azar --type=merge -p '{\"spec\":{\"suspend\":false}}'",
        "kubectl patch job azar --type=merge -p '{\"spec\":{\"parallelism\":1}}'",
        "kubectl patch job azar --type=merge -p '{\"spec\":{\"parallelism\":4}}'",
        "kubectl patch job azar --type=merge -p '{\"spec\":{\"backoffLimit\":0}}'",
        "kubectl patch job azar --type=merge -p '{\"spec\":{\"activeDeadlineSeconds\":20}}'",
        "kubectl delete job azar --wait=false",
    ]);
    prop::collection::vec((0..120_000_u64, lines.prop_map(str::to_owned)), 0..4).prop_map(|mut commands| {
        commands.sort();
        commands
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn one_seed_one_log(seed in 0..1000_u64, manifest in manifests(), commands in commands()) {
        let (first, second) = (play(seed, &manifest, &commands), play(seed, &manifest, &commands));
        prop_assert_eq!(log_hash(first.log()), log_hash(second.log()));
    }

    #[test]
    fn the_playhead_moves_freely_without_changing_anything(
        seed in 0..1000_u64, manifest in manifests(), stops in prop::collection::vec(0..LIMIT_MS, 1..6),
    ) {
        let straight = play(seed, &manifest, &Vec::new());
        let mut restless = start(seed, &manifest);
        for stop in stops {
            restless.seek(stop);
            let objects = restless.objects().count();
            prop_assert!(objects > 0);
        }
        restless.seek(LIMIT_MS);
        prop_assert_eq!(log_hash(straight.log()), log_hash(restless.log()));
        // Every object at the playhead is the store's own.
        for (oid, object) in restless.objects() {
            prop_assert_eq!(Some(object), restless.world().store().get(oid));
        }
    }

    #[test]
    fn a_fork_in_the_past_is_the_run_that_acted_then(
        seed in 0..1000_u64, manifest in manifests(), at_ms in 1000..100_000_u64,
    ) {
        let line = "kubectl patch job azar --type=merge -p '{\"spec\":{\"parallelism\":2}}'".to_owned();
        let straight = play(seed, &manifest, &vec![(at_ms, line.clone())]);
        let mut forked = start(seed, &manifest);
        forked.seek(LIMIT_MS);
        forked.seek(at_ms);
        forked.act(|world| run_line(world, &line, &manifest));
        forked.seek(LIMIT_MS);
        prop_assert_eq!(log_hash(straight.log()), log_hash(forked.log()));
    }

    #[test]
    fn counters_stay_within_what_the_spec_allows(seed in 0..1000_u64, manifest in manifests(), commands in commands()) {
        let run = play(seed, &manifest, &commands);
        let mut finished = false;
        for change in run.log() {
            let Some(job) = change.after.as_ref().and_then(|object| object.as_job()) else { continue };
            let status = &job.status;
            prop_assert!(status.active >= 0 && status.succeeded >= 0 && status.failed >= 0);
            prop_assert!(status.ready.unwrap_or(0) >= 0 && status.ready.unwrap_or(0) <= status.active);
            prop_assert!(status.terminating.unwrap_or(0) >= 0);
            prop_assert!(status.succeeded <= job.spec.completions.unwrap_or(i32::MAX));
            if finished {
                let before = change.before.as_ref().and_then(|object| object.as_job()).unwrap();
                prop_assert_eq!(&before.status, status, "a finished Job never changes");
            }
            finished = status.is_finished();
        }
        for (_, pod) in run.world().store().pods() {
            let job_lives = run.world().store().jobs().next().is_some_and(|(_, job)| job.status.is_finished());
            if job_lives && pod.status.is_terminal() {
                prop_assert!(!pod.metadata.has_finalizer(job_lab::api::TRACKING_FINALIZER), "no Pod is left uncounted");
            }
        }
    }
}
