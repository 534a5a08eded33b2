//! What must hold of every run, whatever the Job, the outcomes and what the student does.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use job_lab::api::{Job, ObjectKind, TRACKING_FINALIZER};
use job_lab::because::Because;
use job_lab::i18n::{Language, reason_sentence};
use job_lab::kubectl::{apply_text, intervene};
use job_lab::manifest::Verb;
use job_lab::timeline::{Timeline, log_hash};
use job_lab::trace::{Scenario, run};
use job_lab::world::{Intervention, Settings, World};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::rc::Rc;

const LIMIT_MS: u64 = 15 * 60_000;

/// How many runs of each property: `PROPTEST_CASES`, or what takes two seconds.
fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(300)
}

/// What a student does, before it is known to which Pod.
#[derive(Debug, Clone)]
struct Deed {
    at_ms: u64,
    kind: &'static str,
    number: u32,
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let kinds = prop::sample::select(vec![
        "fail",
        "oom",
        "evict",
        "delete",
        "force",
        "suspend",
        "resume",
        "scale",
        "cordon",
        "uncordon",
        "drain",
        "stop",
        "start",
        "declare",
        "slow",
        "no-image",
        "withdraw",
        "delete-job",
        "foreground",
        "orphan",
    ]);
    let deed = (0..180_000_u64, kinds, 0..8_u32).prop_map(|(at_ms, kind, number)| Deed { at_ms, kind, number });
    prop::collection::vec(deed, 0..6).prop_map(|mut deeds| {
        deeds.sort_by_key(|deed| deed.at_ms);
        deeds
    })
}

/// The intervention, on the Pod of that number among the living ones.
fn intervention(deed: &Deed, world: &World) -> Option<Intervention> {
    let pods: Vec<_> = world.store().pods().map(|(_, pod)| pod.metadata.name.to_string()).collect();
    let number = deed.number;
    let pod = || pods.get(number as usize % pods.len().max(1)).cloned().unwrap_or_else(|| "nobody".to_owned());
    let line = match deed.kind {
        "fail" => format!("fail pod/{} {}", pod(), number % 3),
        "oom" => format!("oom pod/{}", pod()),
        "evict" => format!("evict pod/{}", pod()),
        "delete" => format!("delete pod/{} grace={number}", pod()),
        "force" => format!("delete pod/{} grace=0 force", pod()),
        "suspend" => "suspend job/azar".to_owned(),
        "resume" => "resume job/azar".to_owned(),
        "scale" => format!("scale job/azar {number}"),
        "cordon" => "cordon node/nodo-1".to_owned(),
        "uncordon" => "uncordon node/nodo-1".to_owned(),
        "drain" => "drain node/nodo-1".to_owned(),
        "stop" => "stop node/nodo-1".to_owned(),
        "start" => "start node/nodo-1".to_owned(),
        "declare" => format!("declare job/azar pod={} exit={}", number + 1, number % 2),
        "slow" => format!("declare job/azar attempt={} exit=1 after={}", number + 1, number * 7_000),
        "delete-job" => "delete job/azar".to_owned(),
        "foreground" | "orphan" => format!("delete job/azar {}", deed.kind),
        "no-image" => format!("declare job/azar pod={} no-image", number + 1),
        _ => "withdraw job/azar".to_owned(),
    };
    line.parse().ok()
}

fn manifests() -> impl Strategy<Value = String> {
    let extras = prop::sample::select(vec![
        "",
        "  completionMode: Indexed\n",
        "  completionMode: Indexed\n  backoffLimitPerIndex: 1\n",
        "  completionMode: Indexed\n  backoffLimitPerIndex: 0\n  maxFailedIndexes: 1\n",
        "  completionMode: Indexed\n  successPolicy: {rules: [{succeededCount: 1}]}\n",
        "  podReplacementPolicy: Failed\n",
        "  activeDeadlineSeconds: 40\n",
        "  suspend: true\n",
        "  ttlSecondsAfterFinished: 5\n",
        "  completionMode: Indexed\n  podReplacementPolicy: Failed\n  backoffLimitPerIndex: 1\n",
        "  podFailurePolicy: {rules: [{action: Ignore, onPodConditions: [{type: DisruptionTarget}]}, {action: FailJob, onExitCodes: {operator: In, values: [2]}}]}\n",
    ]);
    let scripts = prop::sample::select(vec![
        "sleep 3",
        "exit 0",
        "sleep 2; exit 1",
        "sleep 30",
        "trap 'exit 0' TERM; sleep 40 & wait",
        "sleep $((RANDOM % 9)); exit $((RANDOM % 3))",
    ]);
    (1..6_u32, 1..6_u32, 0..5_u32, any::<bool>(), extras, scripts).prop_map(
        |(completions, parallelism, limit, never, extra, script)| {
            let policy = if never || extra.contains("podFailurePolicy") { "Never" } else { "OnFailure" };
            format!(
                "apiVersion: batch/v1\nkind: Job\nmetadata: {{name: azar}}\nspec:\n  completions: {completions}\n  parallelism: {parallelism}\n  backoffLimit: {limit}\n{extra}  template:\n    spec:\n      restartPolicy: {policy}\n      terminationGracePeriodSeconds: 5\n      containers:\n      - name: a\n        image: busybox:1.36\n        command: [sh, -c, \"{script}\"]\n"
            )
        },
    )
}

fn start(seed: u64, manifest: &str) -> Timeline {
    let mut timeline = Timeline::new(World::new(Settings { seed, ..Settings::default() }));
    let applied = timeline.act(|world| apply_text(world, manifest, "job.yaml", Verb::Apply));
    assert_eq!(applied.printed.code, 0, "{}\n{manifest}", applied.printed.stderr);
    timeline
}

fn act(timeline: &mut Timeline, deed: &Deed, manifest: &str) {
    timeline.seek(deed.at_ms);
    timeline.act(|world| {
        if let Some(intervention) = intervention(deed, world) {
            // What can't be done now changes nothing.
            let _ = intervene(world, &intervention, manifest);
        }
    });
}

fn play(seed: u64, manifest: &str, deeds: &[Deed]) -> Timeline {
    let mut timeline = start(seed, manifest);
    for deed in deeds {
        act(&mut timeline, deed, manifest);
    }
    timeline.seek(LIMIT_MS);
    timeline
}

fn job_of(change: &job_lab::cluster::Change) -> (Option<&Rc<Job>>, Option<&Rc<Job>>) {
    let job = |object: &Option<job_lab::api::Object>| object.as_ref().and_then(|object| object.as_job()).is_some();
    let before = change.before.as_ref().filter(|_| job(&change.before)).and_then(|object| object.as_job());
    let after = change.after.as_ref().filter(|_| job(&change.after)).and_then(|object| object.as_job());
    (before, after)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn counters_explain_the_pods_and_a_finished_job_stays(
        seed in 0..1000_u64, manifest in manifests(), deeds in deeds(),
    ) {
        let run = play(seed, &manifest, &deeds);
        let mut created = 0;
        for change in run.log() {
            let is_pod = change.after.as_ref().is_some_and(|object| object.kind() == ObjectKind::Pod);
            created += i32::from(is_pod && change.before.is_none());
            let (before, Some(job)) = job_of(change) else { continue };
            let status = &job.status;
            let (ready, terminating) = (status.ready.unwrap_or(0), status.terminating.unwrap_or(0));
            prop_assert!(status.active >= 0 && status.succeeded >= 0 && status.failed >= 0 && terminating >= 0);
            prop_assert!(0 <= ready && ready <= status.active, "{status:?}");
            prop_assert!(status.succeeded <= job.spec.completions.unwrap_or(i32::MAX), "{status:?}");
            let explained = status.active + status.succeeded + status.failed;
            prop_assert!(explained <= created, "{explained} of {created}: {status:?}");
            if let Some(before) = before.filter(|before| before.status.is_finished()) {
                prop_assert_eq!(&before.status, status, "a finished Job never changes");
            }
        }
        let store = run.world().store();
        for (oid, job) in store.jobs().filter(|(_, job)| job.status.is_finished()) {
            let uncounted = job.status.uncounted_terminated_pods.clone().unwrap_or_default();
            prop_assert!(uncounted.succeeded.is_empty() && uncounted.failed.is_empty());
            for (_, pod) in store.pods().filter(|(pod, _)| store.owner(*pod) == Some(oid)) {
                prop_assert!(!pod.metadata.has_finalizer(TRACKING_FINALIZER), "{} is uncounted", pod.metadata.name);
            }
        }
    }

    #[test]
    fn every_pod_of_an_undisturbed_job_is_counted_once(seed in 0..1000_u64, manifest in manifests()) {
        // A success policy deletes Pods that nobody counts.
        prop_assume!(!manifest.contains("successPolicy"));
        let run = play(seed, &manifest, &[]);
        let created = run.log().iter().filter(|change| {
            change.before.is_none() && change.after.as_ref().is_some_and(|object| object.kind() == ObjectKind::Pod)
        });
        let created = i32::try_from(created.count()).unwrap();
        let last = run.log().iter().rev().find_map(|change| job_of(change).1);
        let job = last.expect("the Job");
        if job.status.is_finished() {
            prop_assert_eq!(job.status.succeeded + job.status.failed, created, "{:?}", job.status);
        }
    }

    #[test]
    fn one_seed_one_log_also_when_it_is_forked(
        seed in 0..1000_u64, manifest in manifests(), deeds in deeds(), back_ms in 0..200_000_u64,
    ) {
        let straight = play(seed, &manifest, &deeds);
        let mut restless = start(seed, &manifest);
        for deed in &deeds {
            // Far ahead, and back: what was computed ahead is dropped.
            restless.seek(deed.at_ms + back_ms);
            act(&mut restless, deed, &manifest);
        }
        restless.seek(LIMIT_MS);
        prop_assert_eq!(log_hash(straight.log()), log_hash(restless.log()));
    }
}

/// A sentence for every change of every recorded scenario, and one of its own for every rule.
#[test]
fn every_change_of_the_recorded_scenarios_is_explained() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance/traces");
    let mut said: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut rules = BTreeSet::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        let scenario = Scenario::read(&text).unwrap();
        let (_, timeline) = run(&scenario, 1);
        for change in timeline.log() {
            let rule = format!("{:?}", change.because);
            let rule = rule.split([' ', '{', '(']).next().unwrap_or_default().to_owned();
            for language in Language::ALL {
                let sentence = reason_sentence(language, &change.because);
                assert!(!sentence.title.is_empty() && !sentence.text.is_empty(), "{:?}", change.because);
                said.entry(sentence.text).or_default().insert(rule.clone());
            }
            rules.insert(rule);
            // The kubelet's own word for "nothing new" stands only where no container changed.
            if change.because == Because::StatusRefreshed {
                let containers = |object: &Option<job_lab::api::Object>| {
                    object.as_ref().and_then(|object| object.as_pod()).map(|pod| pod.status.phase)
                };
                let ended = containers(&change.after) != containers(&change.before);
                assert!(!ended, "{}: a phase changes without a reason", scenario.name);
            }
        }
    }
    for (sentence, by) in said {
        assert_eq!(by.len(), 1, "{by:?} say the same: {sentence}");
    }
    assert!(rules.len() > 30, "{rules:?}");
}
