//! The cluster as a command that only looks sees it: the objects, the clock and the logs at one instant.
//!
//! A command of this kind takes a `&dyn Scene` and nothing else. So the same code answers about the cluster as it is
//! (a [`World`]) and about any past instant of a run (a [`Timeline`] at its playhead), without running it again.

use crate::api::{Object, ObjectKind};
use crate::cluster::Oid;
use crate::cluster::shell::OutputLine;
use crate::timeline::Timeline;
use crate::world::World;
use std::rc::Rc;

/// What may be looked at, at one instant.
pub trait Scene {
    /// The instant, in virtual milliseconds.
    fn now_ms(&self) -> u64;

    /// The instant by the cluster's clock, in milliseconds since 1970.
    fn unix_ms(&self) -> i64;

    /// The namespace in which commands look unless they say another.
    fn namespace(&self) -> &Rc<str>;

    /// The object, if it exists at the instant.
    fn object(&self, oid: Oid) -> Option<&Object>;

    /// Every object that exists at the instant, in the order of creation.
    fn objects(&self) -> Box<dyn Iterator<Item = (Oid, &Object)> + '_>;

    /// What the container with that id (`containerd://…`, as the Pod's status has it) has written up to the instant.
    /// Empty for an id that no container of the Pod had.
    fn log(&self, pod: Oid, container_id: &str) -> &[OutputLine];

    /// The object of that kind and name.
    fn find(&self, kind: &str, namespace: &str, name: &str) -> Option<Oid> {
        find_among(self, kind, namespace, name)
    }
}

fn find_among<S: Scene + ?Sized>(scene: &S, kind: &str, namespace: &str, name: &str) -> Option<Oid> {
    let wanted =
        |object: &Object| object.api_kind() == kind && object.own_name() == name && object.namespace() == namespace;
    scene.objects().find(|(_, object)| wanted(object)).map(|(oid, _)| oid)
}

impl Scene for World {
    fn now_ms(&self) -> u64 {
        self.now_ms()
    }

    fn unix_ms(&self) -> i64 {
        self.store().unix_ms(self.now_ms())
    }

    fn namespace(&self) -> &Rc<str> {
        &self.settings().namespace
    }

    fn object(&self, oid: Oid) -> Option<&Object> {
        self.store().get(oid)
    }

    fn objects(&self) -> Box<dyn Iterator<Item = (Oid, &Object)> + '_> {
        Box::new(self.store().all())
    }

    fn find(&self, kind: &str, namespace: &str, name: &str) -> Option<Oid> {
        match kind {
            "Event" => find_among(self, kind, namespace, name),
            "Node" => self.store().find(ObjectKind::Node, namespace, name),
            _ => self.find(kind, namespace, name),
        }
    }

    fn log(&self, pod: Oid, container_id: &str) -> &[OutputLine] {
        self.kubelet().log(pod, container_id)
    }
}

impl Scene for Timeline {
    fn now_ms(&self) -> u64 {
        self.now_ms()
    }

    fn unix_ms(&self) -> i64 {
        self.world().store().unix_ms(self.now_ms())
    }

    fn namespace(&self) -> &Rc<str> {
        &self.world().settings().namespace
    }

    fn object(&self, oid: Oid) -> Option<&Object> {
        self.object(oid)
    }

    fn objects(&self) -> Box<dyn Iterator<Item = (Oid, &Object)> + '_> {
        Box::new(self.objects())
    }

    fn log(&self, pod: Oid, container_id: &str) -> &[OutputLine] {
        // The world is at the computed end and has every line; those after the playhead are still to come.
        let lines = self.world().kubelet().log(pod, container_id);
        let written = lines.partition_point(|line| line.at_ms <= self.now_ms());
        lines.get(..written).unwrap_or(&[])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kubectl::apply_text;
    use crate::manifest::Verb;
    use crate::world::Settings;

    const MANIFEST: &str = "\
apiVersion: batch/v1
kind: Job
metadata: {name: pi}
spec:
  template:
    spec:
      restartPolicy: OnFailure
      containers:
      - name: pi
        image: busybox:1.36
        command: [sh, -c, 'echo uno; sleep 5; echo dos; exit 1']
";

    /// The only Pod's container: the Pod, the instance's id and what it has written.
    fn container(scene: &dyn Scene) -> (Oid, Rc<str>) {
        let pods = scene.objects().filter_map(|(oid, object)| Some((oid, object.as_pod()?)));
        let mut ids = pods.flat_map(|(oid, pod)| pod.all_statuses().map(move |one| (oid, one.container_id.clone())));
        ids.next().unwrap_or((Oid(0), Rc::from("none")))
    }

    fn texts(scene: &dyn Scene, (pod, id): &(Oid, Rc<str>)) -> Vec<String> {
        scene.log(*pod, id).iter().map(|line| line.text.to_string()).collect()
    }

    #[test]
    fn the_past_shows_what_was_written_until_then() {
        let mut timeline = Timeline::new(World::new(Settings::default()));
        let applied = timeline.act(|world| apply_text(world, MANIFEST, "job.yaml", Verb::Apply));
        assert_eq!(applied.printed.code, 0, "{}", applied.printed.stderr);
        // Several instances later …
        timeline.seek(90_000);
        let last = container(&timeline);
        // … the first one is still to be read, as far as it had come.
        timeline.seek(4_000);
        let first = container(&timeline);
        assert_ne!(first, last);
        assert_eq!(texts(&timeline, &first), ["uno"]);
        timeline.seek(9_000);
        assert_eq!(texts(&timeline, &first), ["uno", "dos"]);
        assert_eq!(texts(&timeline, &last), [""; 0]);
    }

    #[test]
    fn objects_are_found_by_kind_and_name_at_the_instant() {
        let mut timeline = Timeline::new(World::new(Settings::default()));
        timeline.act(|world| apply_text(world, MANIFEST, "job.yaml", Verb::Apply));
        let scene: &dyn Scene = &timeline;
        assert!(scene.find("Job", "default", "pi").is_some());
        assert!(scene.find("Job", "other", "pi").is_none());
        assert!(scene.find("Pod", "default", "pi").is_none());
        assert!(scene.find("Node", "", "nodo-1").is_some());
        timeline.seek(1_000);
        assert_eq!(Scene::unix_ms(&timeline) - timeline.world().store().unix_ms(0), 1_000);
    }
}
