//! *Objetos*: the objects at the playhead, what kubectl prints of one of them, and what its last write changed.
//!
//! The text is kubectl's own: the command runs on the run at its playhead. Leaves out: the objects that every
//! cluster has (namespaces, the default service account), which the terminal shows.

use super::new_lines::new_lines;
use super::objects::{Form, Inspection, LastWrite, ObjectKindRow, ObjectName};
use crate::api::Object;
use crate::cluster::shell::OutputLine;
use crate::cluster::{Change, Oid};
use crate::kubectl::{Kubectl, Scene};
use crate::timeline::Timeline;
use std::collections::BTreeMap;
use std::rc::Rc;

/// Of each kind so many objects are listed, the newest.
const MOST_OF_A_KIND: usize = 200;
/// So many of the objects that one owns are named.
const MOST_OWNED: usize = 24;
/// The kinds that a Job's story is about, in the order of the list; others follow, events come last.
const FIRST: [&str; 5] = ["CronJob", "Job", "Deployment", "ReplicaSet", "Pod"];

/// What the student looks at, and what is shown of it.
#[derive(Debug, Default)]
pub(super) struct Inspector {
    on: bool,
    wanted: Option<ObjectName>,
    form: Form,
    view: Option<Rc<Inspection>>,
    /// The run, the place in its log and the second for which the view was made.
    made_for: Option<(u32, usize, u64)>,
}

impl Inspector {
    /// Whether anything is to be shown.
    pub(super) fn turn(&mut self, on: bool) {
        self.on = on;
        self.made_for = None;
    }

    /// Looks at an object, or at the same in another form.
    pub(super) fn look_at(&mut self, object: Option<ObjectName>, form: Option<Form>) {
        self.wanted = object.or(self.wanted.take());
        self.form = form.unwrap_or(self.form);
        self.made_for = None;
    }

    /// The view at the playhead; made again only when something may have changed in it. None before kubectl is there.
    pub(super) fn view(&mut self, kubectl: Option<Kubectl>, timeline: &Timeline, run: u32) -> Option<Rc<Inspection>> {
        let Some(kubectl) = kubectl.filter(|_| self.on) else {
            self.view = None;
            return None;
        };
        // Ages are told in whole seconds.
        let now = (run, timeline.position(), timeline.now_ms() / 1_000);
        if self.made_for != Some(now) {
            let moved = self.made_for.is_none_or(|(run, position, _)| (run, position) != (now.0, now.1));
            let kinds = match &self.view {
                Some(view) if !moved => Rc::clone(&view.kinds),
                _ => Rc::new(kinds(timeline)),
            };
            self.made_for = Some(now);
            let made = Rc::new(self.inspection(kubectl, timeline, kinds));
            if self.view.as_ref() != Some(&made) {
                self.view = Some(made);
            }
        }
        self.view.clone()
    }

    fn inspection(&self, kubectl: Kubectl, timeline: &Timeline, kinds: Rc<Vec<ObjectKindRow>>) -> Inspection {
        let form = self.form;
        // Without a wish it is the first object of the first kind: the Job, as a rule.
        let first = || kinds.first().and_then(|row| row.names.first().cloned());
        let Some(chosen) = self.wanted.clone().or_else(first) else {
            return Inspection { kinds, form, ..Inspection::default() };
        };
        let line = line(timeline, &chosen, form);
        let found = timeline.objects().find(|(_, object)| is_named(object, &chosen));
        let Some((oid, object)) = found else {
            return Inspection { kinds, form, line, chosen: Some(chosen), ..Inspection::default() };
        };
        let text = kubectl.print(timeline, &line);
        Inspection {
            last: last_write(kubectl, timeline, oid, &line, &text),
            text: Rc::from(text),
            owner: owner(object),
            owned: owned(timeline, object),
            chosen: Some(chosen),
            kinds,
            form,
            line,
        }
    }
}

// ---- what there is

fn name_of(object: &Object) -> ObjectName {
    ObjectName {
        kind: Rc::from(object.api_kind()),
        namespace: Rc::from(object.namespace()),
        name: Rc::from(object.own_name()),
    }
}

fn is_named(object: &Object, wanted: &ObjectName) -> bool {
    object.api_kind() == &*wanted.kind
        && object.namespace() == &*wanted.namespace
        && object.own_name() == wanted.name.as_ref()
}

fn kinds(timeline: &Timeline) -> Vec<ObjectKindRow> {
    let mut by_kind: BTreeMap<(usize, &str), Vec<&Object>> = BTreeMap::new();
    for (_, object) in timeline.objects() {
        let kind = object.api_kind();
        let place = match kind {
            "Event" => FIRST.len() + 1,
            _ => FIRST.iter().position(|first| *first == kind).unwrap_or(FIRST.len()),
        };
        by_kind.entry((place, kind)).or_default().push(object);
    }
    let row = |((_, kind), objects): ((usize, &str), Vec<&Object>)| ObjectKindRow {
        kind: Rc::from(kind),
        count: count(objects.len()),
        names: newest(&objects, MOST_OF_A_KIND),
    };
    by_kind.into_iter().map(row).collect()
}

fn newest(objects: &[&Object], most: usize) -> Vec<ObjectName> {
    objects.iter().skip(objects.len().saturating_sub(most)).map(|object| name_of(object)).collect()
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

fn owner(object: &Object) -> Option<ObjectName> {
    if let Object::Event(event) = object {
        let namespace = match event.about_kind.name() {
            "Node" => Rc::from(""),
            _ => Rc::clone(&event.namespace),
        };
        let name = Rc::clone(&event.about_name);
        return Some(ObjectName { kind: Rc::from(event.about_kind.name()), namespace, name });
    }
    let metadata = object.metadata()?;
    let owner = metadata.controller().or_else(|| metadata.owner_references.first())?;
    Some(ObjectName {
        kind: Rc::clone(&owner.kind),
        namespace: Rc::clone(&metadata.namespace),
        name: Rc::clone(&owner.name),
    })
}

fn owned(timeline: &Timeline, object: &Object) -> (u32, Vec<ObjectName>) {
    // Only what has a controller owns anything; the rest needs no search.
    if !FIRST.iter().any(|kind| *kind != "Pod" && *kind == object.api_kind()) {
        return (0, Vec::new());
    }
    let uid = object.uid();
    let is_owned = |other: &Object| {
        other.metadata().is_some_and(|metadata| metadata.owner_references.iter().any(|owner| *owner.uid == *uid))
    };
    let owned: Vec<&Object> = timeline.objects().map(|(_, other)| other).filter(|other| is_owned(other)).collect();
    (count(owned.len()), newest(&owned, MOST_OWNED))
}

// ---- what kubectl prints

/// The command that prints it, such as `kubectl describe job/pi`; no word of it has a space.
fn line(timeline: &Timeline, object: &ObjectName, form: Form) -> String {
    let target = format!("{}/{}", object.kind.to_lowercase(), object.name);
    let elsewhere = !object.namespace.is_empty() && object.namespace != *Scene::namespace(timeline);
    let namespace = if elsewhere { format!(" -n {}", object.namespace) } else { String::new() };
    match form {
        Form::Describe => format!("kubectl describe {target}{namespace}"),
        Form::Yaml => format!("kubectl get {target}{namespace} -o yaml"),
    }
}

fn last_write(kubectl: Kubectl, timeline: &Timeline, oid: Oid, line: &str, text: &str) -> Option<LastWrite> {
    let happened = timeline.log().get(..timeline.position())?;
    let change: &Change = happened.iter().rev().find(|change| change.oid == oid)?;
    let lines = match &change.before {
        Some(before) => new_lines(&kubectl.print(&Earlier { timeline, oid, before }, line), text),
        None => Vec::new(),
    };
    let (at_ms, because) = (change.at_ms, change.because.clone());
    Some(LastWrite { at_ms, because, created: change.before.is_none(), lines })
}

/// The cluster at the playhead, but one object as it was before.
struct Earlier<'a> {
    timeline: &'a Timeline,
    oid: Oid,
    before: &'a Object,
}

impl Scene for Earlier<'_> {
    fn now_ms(&self) -> u64 {
        self.timeline.now_ms()
    }

    fn unix_ms(&self) -> i64 {
        self.timeline.unix_ms()
    }

    fn namespace(&self) -> &Rc<str> {
        self.timeline.namespace()
    }

    fn object(&self, oid: Oid) -> Option<&Object> {
        if oid == self.oid { Some(self.before) } else { self.timeline.object(oid) }
    }

    fn objects(&self) -> Box<dyn Iterator<Item = (Oid, &Object)> + '_> {
        Box::new(self.timeline.objects().map(|(oid, object)| (oid, if oid == self.oid { self.before } else { object })))
    }

    fn log(&self, pod: Oid, container_id: &str) -> &[OutputLine] {
        Scene::log(self.timeline, pod, container_id)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Command, Inspection, Playground};
    use super::{Form, ObjectName};
    use std::rc::Rc;

    const MANIFEST: &str = "apiVersion: batch/v1
kind: Job
metadata: {name: j}
spec:
  completions: 3
  parallelism: 2
  template:
    spec:
      restartPolicy: Never
      containers: [{name: c, image: 'busybox:1.36', command: [sh, -c, 'sleep 2']}]
";

    fn looking() -> Playground {
        let mut playground = Playground::new(7);
        playground.send(Command::Apply { manifest: Rc::from(MANIFEST) });
        playground.send(Command::Inspect { on: true });
        playground
    }

    fn seen(playground: &Playground) -> Rc<Inspection> {
        playground.snapshot().inspection.clone().unwrap_or_default()
    }

    fn look(playground: &mut Playground, object: Option<ObjectName>, form: Form) -> Rc<Inspection> {
        playground.send(Command::LookAt { object, form: Some(form) });
        seen(playground)
    }

    /// What the terminal prints for the same line at the same instant.
    fn typed(playground: &mut Playground, line: &str) -> String {
        playground.send(Command::ClearConsole);
        playground.send(Command::Enter { line: line.to_owned(), manifest: Rc::from(MANIFEST) });
        let console = Rc::clone(&playground.snapshot().console);
        let blocks = console.entries.iter().flat_map(|entry| &entry.blocks);
        blocks.map(|block| &*block.text).collect()
    }

    #[test]
    fn the_text_is_kubectls_own_at_the_playhead() {
        let mut playground = looking();
        for at_ms in [0, 300, 2_500, 9_000, 1_200] {
            playground.send(Command::Seek { at_ms });
            for form in Form::ALL {
                let kinds = Rc::clone(&seen(&playground).kinds);
                for name in kinds.iter().flat_map(|row| &row.names) {
                    let inspection = look(&mut playground, Some(name.clone()), form);
                    assert!(!inspection.text.is_empty(), "{name:?} at {at_ms}");
                    assert_eq!(typed(&mut playground, &inspection.line), *inspection.text, "{}", inspection.line);
                }
            }
        }
    }

    #[test]
    fn the_first_to_look_at_is_the_job_and_it_leads_to_its_pods() {
        let mut playground = looking();
        playground.send(Command::Seek { at_ms: 1_000 });
        let job = seen(&playground);
        assert_eq!(job.chosen.as_ref().map(|name| (&*name.kind, &*name.name)), Some(("Job", "j")));
        assert_eq!(job.line, "kubectl describe job/j");
        let (count, pods) = &job.owned;
        assert_eq!((*count, pods.len()), (2, 2));
        let pod = look(&mut playground, pods.first().cloned(), Form::Yaml);
        assert_eq!(pod.owner, job.chosen);
        // Before it was created there is nothing to print, and its name stays.
        playground.send(Command::Seek { at_ms: 0 });
        playground.send(Command::StepBack);
        let before = seen(&playground);
        assert_eq!(before.chosen, pod.chosen);
        assert_eq!(&*before.text, "");
        assert_eq!(before.last, None);
    }

    #[test]
    fn the_lines_of_the_last_write_are_marked() {
        let mut playground = looking();
        let created = look(&mut playground, None, Form::Yaml);
        assert!(created.last.as_ref().is_some_and(|last| last.created && last.lines.is_empty()));
        playground.send(Command::Seek { at_ms: 60_000 });
        let ended = seen(&playground);
        let last = ended.last.clone().into_iter().flat_map(|last| last.lines);
        let text: Vec<&str> = ended.text.lines().collect();
        let new: Vec<&str> = last.filter_map(|line| text.get(line as usize).map(|line| line.trim())).collect();
        assert!(new.contains(&"type: Complete"), "{new:?}");
        assert!(!new.contains(&"kind: Job"), "{new:?}");
    }

    #[test]
    fn nobody_looks_nothing_is_made() {
        let mut playground = looking();
        let first = seen(&playground);
        playground.send(Command::Tick { elapsed_ms: 1 });
        assert!(Rc::ptr_eq(&first, &seen(&playground)), "nothing changed, yet it was printed again");
        playground.send(Command::Inspect { on: false });
        assert_eq!(playground.snapshot().inspection, None);
    }
}
