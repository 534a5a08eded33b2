//! Models `k8s.io/kubectl/pkg/cmd/diff@v0.37.2`, and the `diff -u -N` that it runs over two folders: what `apply` would
//! change.
//!
//! Leaves out: `--prune`, the stars before a Secret's texts.

use super::change::{self, Ask};
use super::failure::Failure;
use super::flags::Flags;
use super::label_selector::LabelSelector;
use super::text::yaml;
use super::{Printed, Session, object_value, patch, write};
use crate::manifest::{self, Limits, PatchKind, Refusal, Scope, Sent, Validation, Verb};
use crate::world::World;
use serde_json::{Value, json};
use std::fmt::Write;

/// What went wrong is told by 2, since 1 says that something differs.
const FAILED: i32 = 2;

pub(super) fn diff(session: &mut Session<'_>, flags: &Flags) -> Printed {
    match try_diff(session, flags) {
        Ok(printed) => printed,
        Err(stderr) => Printed::failed_with(FAILED, stderr),
    }
}

fn try_diff(session: &mut Session<'_>, flags: &Flags) -> Result<Printed, String> {
    if !flags.words.is_empty() {
        let words = flags.words.join(" ");
        return Err(format!("error: Unexpected args: [{words}]\nSee 'kubectl diff -h' for help and examples\n"));
    }
    let own = |text: String| Failure::Own(text).printed().stderr;
    let selector = flags.value("selector").filter(|text| !text.is_empty()).map(LabelSelector::parse).transpose();
    let selector = selector.map_err(own)?;
    let mut compared: Vec<(String, String, String)> = Vec::new();
    for file in session.folder.of_flags(flags).map_err(own)? {
        let reading = manifest::read(&file.text, &file.name, Limits::default());
        for document in &reading.documents {
            let merged = Merged { file: &file.name, document, flags, selector: selector.as_ref() };
            compared.extend(merged.all(session.world).map_err(|refusal| refusal.stderr)?);
        }
        if let Some(refusal) = reading.refusal {
            return Err(refusal.stderr);
        }
    }
    compared.sort();
    Ok(print(session.world, &compared))
}

/// A document that is applied without being stored.
struct Merged<'a> {
    file: &'a str,
    document: &'a manifest::Document,
    flags: &'a Flags,
    selector: Option<&'a LabelSelector>,
}

impl Merged<'_> {
    /// Of each object its name among the files, and its texts as it is and as it would be.
    fn all(&self, world: &mut World) -> Result<Vec<(String, String, String)>, Refusal> {
        let namespace = super::builder::namespace_of(self.flags, &world.settings().namespace);
        let forced = self.flags.has("namespace");
        let scope = Scope {
            file: self.file,
            verb: Verb::Create,
            namespace: &namespace,
            namespace_is_forced: forced,
            ..Scope::default()
        };
        let mut compared = Vec::new();
        for sent in manifest::read_objects(self.document, &scope) {
            let sent = sent?;
            let labels = sent.value.pointer("/metadata/labels").cloned().unwrap_or_default();
            let labels = serde_json::from_value(labels).unwrap_or_default();
            if self.selector.is_none_or(|selector| selector.matches(&labels)) {
                compared.push(self.one(world, &sent)?);
            }
        }
        Ok(compared)
    }

    fn one(&self, world: &mut World, sent: &Sent) -> Result<(String, String, String), Refusal> {
        let known = world.find(sent.kind.kind, sent.namespace(), sent.name()).filter(|_| !sent.name().is_empty());
        let live = known.and_then(|oid| object_value(world, oid));
        let merged = match (known, &live) {
            (Some(oid), Some(live)) => {
                let change = if self.flags.is_on("server-side") {
                    let mut value = sent.value.clone();
                    if manifest::last_applied(live).is_some() {
                        patch::keep_in_step(&mut value);
                    }
                    value
                } else {
                    patch::three_way(live, &unannotated(sent))?
                };
                let kind = sent.kind;
                let ask = Ask { kind: &kind, action: "", validation: Validation::Ignore, dry_run: true };
                change::patch(world, oid, &manifest::go_json(&change), PatchKind::Strategic, ask)?.object
            }
            _ => write::tried(world, self.document, sent, self.file)?,
        };
        let (kind, name) = (&sent.kind, sent.name());
        let group = if kind.group.is_empty() { String::new() } else { format!("{}.", kind.group) };
        let file = format!("{group}{}.{}.{}.{name}", kind.version, kind.kind, sent.namespace());
        Ok((file, live.as_ref().map_or_else(String::new, yaml), yaml(&merged)))
    }
}

/// Models `GetModifiedConfiguration` without the annotation of `apply`: what is left of the annotations is always there.
fn unannotated(sent: &Sent) -> Sent {
    let mut sent = sent.clone();
    let metadata = sent.value.get_mut("metadata").and_then(Value::as_object_mut);
    let annotations = metadata.map(|metadata| metadata.entry("annotations").or_insert_with(|| json!({})));
    if let Some(annotations) = annotations.and_then(Value::as_object_mut) {
        annotations.shift_remove(manifest::LAST_APPLIED);
    }
    sent
}

/// What `diff -u -N` prints of the two folders.
fn print(world: &World, compared: &[(String, String, String)]) -> Printed {
    let unix_ms = world.store().unix_ms(world.now_ms());
    let folder = |name: &str, number: i64| format!("/tmp/{name}-{}", number.rem_euclid(10_000_000_000));
    let (live, merged) = (folder("LIVE", unix_ms), folder("MERGED", unix_ms + 1));
    let at = crate::api::Timestamp::from_unix_ms(unix_ms).to_string();
    let (day, time) = at.trim_end_matches('Z').split_once('T').unwrap_or((&at, ""));
    let at = format!("{day} {time}.{:03}000000 +0000", unix_ms.rem_euclid(1_000));
    let mut printed = Printed::default();
    for (file, old, new) in compared {
        let text = manifest::text_difference(old, new);
        if text.is_empty() {
            continue;
        }
        printed.code = 1;
        // Writing to a String can't fail.
        let _ = write!(
            printed.stdout,
            "diff -u -N {live}/{file} {merged}/{file}\n--- {live}/{file}\t{at}\n+++ {merged}/{file}\t{at}\n{text}"
        );
    }
    printed
}

#[cfg(test)]
mod tests {
    use super::super::{apply_text, run_line};
    use crate::manifest::Verb;
    use crate::world::{Settings, World};

    const JOB: &str = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: pi}\nspec: {suspend: true, backoffLimit: 2, template: {spec: {restartPolicy: Never, containers: [{name: pi, image: busybox}]}}}\n";

    #[test]
    fn tells_what_apply_would_change() {
        let mut world = World::new(Settings::default());
        apply_text(&mut world, JOB, "job.yaml", Verb::Apply);
        let same = run_line(&mut world, "kubectl diff -f job.yaml", JOB);
        assert_eq!((same.code, same.stdout.as_str(), same.stderr.as_str()), (0, "", ""));
        let other = JOB.replace("backoffLimit: 2", "backoffLimit: 7");
        let found = run_line(&mut world, "kubectl diff -f job.yaml", &other);
        assert_eq!(found.code, 1, "{}", found.stderr);
        let changed: Vec<&str> =
            found.stdout.lines().filter(|line| line.starts_with(['+', '-']) && !line.contains("/tmp/")).collect();
        assert_eq!(changed, ["-  generation: 1", "+  generation: 2", "-  backoffLimit: 2", "+  backoffLimit: 7"]);
        let refused = run_line(&mut world, "kubectl diff -f nada.yaml", "");
        assert_eq!((refused.code, refused.stderr.as_str()), (2, "error: the path \"nada.yaml\" does not exist\n"));
    }
}
