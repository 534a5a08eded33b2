//! Probes as a student meets them: commands that look at files, programs that nobody hears, and what becomes of the Pod
//! and its Job.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use job_lab::api::{Phase, PodStatus};
use job_lab::because::{Because, ProbeKind};
use job_lab::kubectl::apply_text;
use job_lab::manifest::Verb;
use job_lab::timeline::Timeline;
use job_lab::world::{Settings, World};
use std::rc::Rc;

/// A Job of one container that runs `COMMAND` and has `PROBES`.
const JOB: &str = "\
apiVersion: batch/v1
kind: Job
metadata: {name: sonda}
spec:
  backoffLimit: 6
  template:
    spec:
      restartPolicy: POLICY
      terminationGracePeriodSeconds: 2
      containers:
      - name: tarea
        image: busybox:1.36
        command: [sh, -c, 'COMMAND']
PROBES";

fn start(policy: &str, command: &str, probes: &str) -> Timeline {
    let manifest = JOB.replace("POLICY", policy).replace("COMMAND", command).replace("PROBES", probes);
    let mut timeline = Timeline::new(World::new(Settings::default()));
    let applied = timeline.act(|world| apply_text(world, &manifest, "job.yaml", Verb::Apply));
    assert_eq!(applied.printed.code, 0, "{}", applied.printed.stderr);
    timeline
}

fn status(timeline: &Timeline) -> Rc<PodStatus> {
    Rc::clone(&timeline.world().store().pods().next().expect("a Pod").1.status)
}

fn is_ready(timeline: &Timeline) -> bool {
    status(timeline).container_statuses[0].ready
}

fn events(timeline: &Timeline, reason: &str) -> Vec<String> {
    let events = timeline.log().iter().filter_map(|change| change.after.as_ref()?.as_event());
    events.filter(|event| event.reason == reason).map(|event| event.message.to_string()).collect()
}

fn told(timeline: &Timeline, because: &Because) -> bool {
    timeline.log().iter().any(|change| change.because == *because)
}

#[test]
fn a_container_is_ready_while_its_file_is_there_and_the_job_counts_it() {
    let probe = "        readinessProbe: {exec: {command: [cat, /tmp/listo]}, periodSeconds: 1, failureThreshold: 1}\n";
    let mut timeline = start("Never", "sleep 5; touch /tmp/listo; sleep 10; rm /tmp/listo; sleep 30", probe);
    timeline.seek(4_000);
    assert!(!is_ready(&timeline));
    timeline.seek(10_000);
    assert!(is_ready(&timeline));
    assert_eq!(timeline.world().store().jobs().next().unwrap().1.status.ready, Some(1));
    timeline.seek(20_000);
    assert!(!is_ready(&timeline));
    assert_eq!(timeline.world().store().jobs().next().unwrap().1.status.ready, Some(0));
    assert_eq!(status(&timeline).restarts(), 0, "nobody restarts what isn't ready");
    let unhealthy = events(&timeline, "Unhealthy");
    assert!(
        unhealthy[0].starts_with("Readiness probe failed: cat: can't open '/tmp/listo': No such file"),
        "{unhealthy:?}"
    );
    for success in [true, false] {
        assert!(told(&timeline, &Because::ProbeDecided { kind: ProbeKind::Readiness, success, threshold: 1 }));
    }
}

#[test]
fn what_fails_its_liveness_probe_is_restarted_in_its_pod() {
    let probe =
        "        livenessProbe: {exec: {command: [cat, /tmp/sano]}, initialDelaySeconds: 2, periodSeconds: 2}\n";
    let mut timeline = start("OnFailure", "touch /tmp/sano; sleep 8; rm -f /tmp/sano; sleep 600", probe);
    timeline.seek(40_000);
    let status = status(&timeline);
    assert!(status.restarts() >= 1 && status.phase == Phase::Running);
    assert_eq!(events(&timeline, "Killing")[0], "Container tarea failed liveness probe, will be restarted");
    assert!(told(&timeline, &Because::ProbeKilled { kind: ProbeKind::Liveness, restarts: true }));
}

#[test]
fn what_fails_its_liveness_probe_in_a_never_pod_fails_the_pod() {
    let probe = "        livenessProbe: {tcpSocket: {port: 8080}, periodSeconds: 1, failureThreshold: 2}\n";
    let mut timeline = start("Never", "sleep 600", probe);
    timeline.seek(12_000);
    assert_eq!(status(&timeline).phase, Phase::Failed);
    let unhealthy = events(&timeline, "Unhealthy");
    assert!(unhealthy[0].ends_with(":8080: connect: connection refused"), "{unhealthy:?}");
    assert_eq!(events(&timeline, "Killing"), ["Stopping container tarea"]);
}

#[test]
fn other_probes_wait_for_the_startup_probe() {
    let probes =
        "        startupProbe: {exec: {command: [test, -e, /tmp/arriba]}, periodSeconds: 1, failureThreshold: 30}
        livenessProbe: {exec: {command: ['false']}, periodSeconds: 1, failureThreshold: 1}\n";
    let mut timeline = start("OnFailure", "sleep 9; touch /tmp/arriba; sleep 600", probes);
    timeline.seek(9_000);
    assert_eq!(status(&timeline).container_statuses[0].started, Some(false));
    assert!(!events(&timeline, "Unhealthy").iter().any(|message| message.starts_with("Liveness")));
    timeline.seek(20_000);
    assert!(events(&timeline, "Unhealthy").iter().any(|message| message.starts_with("Liveness probe failed: ")));
    assert!(told(&timeline, &Because::ProbeDecided { kind: ProbeKind::Startup, success: true, threshold: 1 }));
}

#[test]
fn a_command_that_takes_too_long_has_failed() {
    let probe = "        livenessProbe: {exec: {command: [sleep, '5']}, periodSeconds: 3, timeoutSeconds: 2}\n";
    let mut timeline = start("OnFailure", "sleep 600", probe);
    timeline.seek(7_000);
    let unhealthy = events(&timeline, "Unhealthy");
    assert_eq!(unhealthy[0], "Liveness probe failed: command timed out: \"sleep 5\" timed out after 2s");
}

#[test]
fn a_command_that_is_not_there_decides_nothing() {
    let probe = "        livenessProbe: {exec: {command: [no-hay-tal]}, periodSeconds: 1, failureThreshold: 1}\n";
    let mut timeline = start("OnFailure", "sleep 600", probe);
    timeline.seek(15_000);
    assert_eq!(status(&timeline).restarts(), 0);
    assert!(events(&timeline, "Unhealthy")[0].starts_with("Liveness probe errored and resulted in unknown state: "));
}
