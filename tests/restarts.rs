//! Containers that begin anew in their Pod: because a rule of one of them says so, and because their node lost its
//! power.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use job_lab::api::{Phase, PodConditionKind, PodStatus};
use job_lab::because::Because;
use job_lab::kubectl::apply_text;
use job_lab::manifest::Verb;
use job_lab::timeline::Timeline;
use job_lab::world::{Intervention, Settings, World};
use std::rc::Rc;

fn start(manifest: &str) -> Timeline {
    let mut timeline = Timeline::new(World::new(Settings::default()));
    let applied = timeline.act(|world| apply_text(world, manifest, "job.yaml", Verb::Apply));
    assert_eq!(applied.printed.code, 0, "{}", applied.printed.stderr);
    timeline
}

fn status(timeline: &Timeline) -> Rc<PodStatus> {
    Rc::clone(&timeline.world().store().pods().next().expect("a Pod").1.status)
}

/// Restart counts, init containers first.
fn restarts(status: &PodStatus) -> Vec<u32> {
    status.init_container_statuses.iter().chain(&*status.container_statuses).map(|one| one.restart_count).collect()
}

const ASKS_FOR_ALL: &str = "\
apiVersion: batch/v1
kind: Job
metadata: {name: todos}
spec:
  template:
    spec:
      restartPolicy: Never
      initContainers:
      - {name: antes, image: 'busybox:1.36', command: [sh, -c, 'sleep 1']}
      containers:
      - name: pide
        image: busybox:1.36
        restartPolicy: Never
        restartPolicyRules:
        - {action: RestartAllContainers, exitCodes: {operator: In, values: [7]}}
        command: [sh, -c, 'sleep 4; exit 7']
      - {name: terco, image: 'busybox:1.36', command: [sh, -c, 'trap \"\" TERM; sleep 1000']}
";

#[test]
fn all_containers_begin_anew_and_nothing_counts_as_a_failure() {
    let mut timeline = start(ASKS_FOR_ALL);
    timeline.seek(60_000);
    let status = status(&timeline);
    // Cycles of about nine seconds: one until the init container is seen, five, two until the stubborn one is killed.
    let counts = restarts(&status);
    assert!(counts.iter().all(|count| *count == counts[0] && (5..=8).contains(count)), "{counts:?}");
    assert!(status.condition(PodConditionKind::AllContainersRestarting).is_some());
    let last = status.container_statuses.iter().map(|one| one.last_state.terminated.as_ref().expect("a last state"));
    assert!(last.clone().all(|end| (end.reason, end.exit_code) == ("RestartingAllContainers", 137)));
    let job = timeline.world().store().jobs().next().expect("a Job").1;
    assert_eq!(job.status.failed, 0);
    let told = |exit_code| {
        let because = Because::AllContainersRestarting { exit_code };
        timeline.log().iter().any(|change| change.because == because)
    };
    assert!(told(Some(7)) && told(None));
}

#[test]
fn a_rule_of_all_waits_for_no_back_off() {
    let mut timeline = start(ASKS_FOR_ALL);
    timeline.seek(60_000);
    let waits = timeline.log().iter().any(|change| matches!(change.because, Because::CrashLoop { .. }));
    assert!(!waits);
}

const WITH_INIT: &str = "\
apiVersion: batch/v1
kind: Job
metadata: {name: arranque}
spec:
  template:
    spec:
      restartPolicy: POLICY
      initContainers:
      - {name: uno, image: 'busybox:1.36', command: [sh, -c, 'sleep 1']}
      - {name: dos, image: 'busybox:1.36', command: [sh, -c, 'sleep 1']}
      containers:
      - {name: tarea, image: 'busybox:1.36', command: [sh, -c, 'sleep 30']}
";

/// The node loses its power 10 s after the start and has it again 10 s later.
fn lose_power(timeline: &mut Timeline) {
    timeline.seek(10_000);
    let node: Rc<str> = Rc::from("nodo-1");
    assert_eq!(timeline.act(|world| world.intervene(&Intervention::StopNode { node: Rc::clone(&node) })), Ok(()));
    timeline.seek(20_000);
    assert_eq!(timeline.act(|world| world.intervene(&Intervention::StartNode { node })), Ok(()));
}

#[test]
fn after_a_boot_init_containers_run_again_in_their_order() {
    let mut timeline = start(&WITH_INIT.replace("POLICY", "OnFailure"));
    lose_power(&mut timeline);
    timeline.seek(21_500);
    let first = status(&timeline);
    assert_eq!(first.phase, Phase::Pending);
    assert!(first.init_container_statuses[0].state.running.is_some());
    assert!(first.init_container_statuses[1].state.running.is_none());
    assert!(first.is_true(PodConditionKind::Initialized), "once initialized, always initialized");
    timeline.seek(30_000);
    let then = status(&timeline);
    assert_eq!(restarts(&then), [1, 1, 1]);
    assert_eq!(then.phase, Phase::Running);
    timeline.seek(70_000);
    assert_eq!(status(&timeline).phase, Phase::Succeeded);
}

#[test]
fn after_a_boot_a_pod_that_runs_once_has_failed() {
    let mut timeline = start(&WITH_INIT.replace("POLICY", "Never"));
    lose_power(&mut timeline);
    timeline.seek(25_000);
    let first = status(&timeline);
    assert_eq!(first.phase, Phase::Failed);
    assert_eq!(restarts(&first), [0, 0, 0]);
}
