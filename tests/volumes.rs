//! What a container reads from a `ConfigMap` and a Secret, and how long it waits for one that is missing.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use job_lab::api::Phase;
use job_lab::kubectl::apply_text;
use job_lab::manifest::Verb;
use job_lab::timeline::Timeline;
use job_lab::world::{Settings, World};

const DATA: &str = "\
apiVersion: v1
kind: ConfigMap
metadata: {name: datos}
data: {saludo: hola}
---
apiVersion: v1
kind: Secret
metadata: {name: claves}
stringData: {clave: abre}
";

const JOB: &str = "\
apiVersion: batch/v1
kind: Job
metadata: {name: lee}
spec:
  backoffLimit: 0
  template:
    spec:
      restartPolicy: Never
      volumes:
      - name: datos
        configMap: {name: datos}
      - name: claves
        secret: {secretName: claves}
      containers:
      - name: tarea
        image: busybox:1.36
        command: [sh, -c, 'test $(cat /datos/saludo)-$(cat /claves/clave)-$CLAVE = hola-abre-abre']
        env:
        - name: CLAVE
          valueFrom: {secretKeyRef: {name: claves, key: clave}}
        volumeMounts:
        - {name: datos, mountPath: /datos}
        - {name: claves, mountPath: /claves}
";

fn apply(timeline: &mut Timeline, manifest: &str) {
    let applied = timeline.act(|world| apply_text(world, manifest, "job.yaml", Verb::Apply));
    assert_eq!(applied.printed.code, 0, "{}", applied.printed.stderr);
}

fn phase(timeline: &Timeline) -> Phase {
    timeline.world().store().pods().next().expect("a Pod").1.status.phase
}

#[test]
fn a_container_reads_what_was_there_before_it() {
    let mut timeline = Timeline::new(World::new(Settings::default()));
    apply(&mut timeline, DATA);
    apply(&mut timeline, JOB);
    timeline.seek(10_000);
    assert_eq!(phase(&timeline), Phase::Succeeded);
}

#[test]
fn a_pod_waits_for_what_is_missing_and_then_goes_on() {
    let mut timeline = Timeline::new(World::new(Settings::default()));
    apply(&mut timeline, JOB);
    timeline.seek(200_000);
    assert_eq!(phase(&timeline), Phase::Pending);
    let events: Vec<String> = timeline
        .log()
        .iter()
        .filter_map(|change| change.after.as_ref()?.as_event().map(|event| event.message.to_string()))
        .collect();
    let said = |text: &str| events.iter().any(|event| event.starts_with(text));
    assert!(said("MountVolume.SetUp failed for volume \"datos\" : configmap \"datos\" not found"), "{events:?}");
    assert!(said("Unable to attach or mount volumes: unmounted volumes=[datos claves]"), "{events:?}");
    apply(&mut timeline, DATA);
    timeline.seek(400_000);
    assert_eq!(phase(&timeline), Phase::Succeeded);
}
