//! Models `k8s.io/kubectl/pkg/cmd/{label,annotate}@v0.37.2`.

use super::builder::Wish;
use super::change::{self, Ask};
use super::failure::Failure;
use super::flags::Flags;
use super::local;
use super::options::{DryRun, output};
use super::output::Output;
use super::targets::{Named, Target, named};
use super::{Printed, Session, object_value};
use crate::manifest::{self, PatchKind, Validation};
use serde_json::{Map, Value, json};
use std::fmt::Write;

/// What is done to labels or annotations.
struct Marks {
    /// `label` or `annotation`.
    word: &'static str,
    /// The field of the metadata.
    field: &'static str,
    /// What is set, and what is taken away.
    set: Vec<(String, String)>,
    removed: Vec<String>,
}

/// `kubectl label` and `kubectl annotate`.
pub(super) fn mark(session: &mut Session<'_>, flags: &Flags, verb: &str) -> Printed {
    try_mark(session, flags, verb == "label").unwrap_or_else(|printed| printed)
}

fn own(text: impl Into<String>) -> Printed {
    Failure::Own(text.into()).printed()
}

fn try_mark(session: &mut Session<'_>, flags: &Flags, labels: bool) -> Result<Printed, Printed> {
    let dry_run = DryRun::read(flags)?;
    let (words, pairs) = resources_and_pairs(&flags.words, if labels { "label" } else { "annotation" }).map_err(own)?;
    let marks = if labels { Marks::labels(&pairs) } else { Marks::annotations(&pairs) }.map_err(own)?;
    let output = output(flags)?;
    validate(flags, &marks, &words, dry_run).map_err(own)?;
    let found = named(session, Wish { words: &words, ..Wish::of(flags, flags.is_on("all")) })?;
    if !found.single && flags.has("resource-version") {
        return Err(own("--resource-version may only be used with a single resource"));
    }
    let code = i32::from(!found.errors.is_empty());
    let mut printed = Printed { stderr: found.errors.clone(), code, ..Printed::default() };
    for target in &found.targets {
        if let Err(text) = mark_one(session, flags, &found, target, (&marks, dry_run, &output), &mut printed.stdout) {
            printed.stderr.push_str(&text);
            printed.code = 1;
        }
    }
    Ok(printed)
}

/// Models `GetResourcesAndPairs`: what is changed comes behind what names objects.
fn resources_and_pairs(words: &[String], word: &str) -> Result<(Vec<String>, Vec<String>), String> {
    let is_pair =
        |text: &String| (text.contains('=') && !text.starts_with('=')) || (text.ends_with('-') && text != "-");
    let first = words.iter().position(is_pair).unwrap_or(words.len());
    let (resources, pairs) = words.split_at(first);
    match pairs.iter().find(|text| !is_pair(text)) {
        Some(text) => Err(format!("all resources must be specified before {word} changes: {text}")),
        None => Ok((resources.to_vec(), pairs.to_vec())),
    }
}

impl Marks {
    /// Models `parseLabels`.
    fn labels(pairs: &[String]) -> Result<Self, String> {
        let mut marks = Self { word: "label", field: "labels", set: Vec::new(), removed: Vec::new() };
        for pair in pairs {
            let parts: Vec<&str> = pair.split('=').collect();
            match parts.as_slice() {
                [_] => marks.removed.push(pair.trim_end_matches('-').to_owned()),
                [key, value] => {
                    if let Some(problem) = manifest::label_value_problem(value) {
                        return Err(format!("invalid label value: \"{pair}\": {problem}"));
                    }
                    marks.put(key, value);
                }
                _ => return Err(format!("invalid label spec: {pair}")),
            }
        }
        if marks.both().next().is_some() {
            return Err("can not both modify and remove a label in the same command".to_owned());
        }
        Ok(marks)
    }

    /// Models `ParsePairs` and `validateAnnotations`.
    fn annotations(pairs: &[String]) -> Result<Self, String> {
        let mut marks = Self { word: "annotation", field: "annotations", set: Vec::new(), removed: Vec::new() };
        for pair in pairs {
            match pair.split_once('=') {
                Some((key, value)) => marks.put(key, value),
                None => marks.removed.push(pair.trim_end_matches('-').to_owned()),
            }
        }
        let both: Vec<&str> = marks.both().collect();
        if !both.is_empty() {
            let both = both.join(", ");
            return Err(format!(
                "can not both modify and remove the following annotation(s) in the same command: {both}"
            ));
        }
        Ok(marks)
    }

    /// Of several values the last counts.
    fn put(&mut self, key: &str, value: &str) {
        self.set.retain(|(known, _)| known != key);
        self.set.push((key.to_owned(), value.to_owned()));
    }

    fn both(&self) -> impl Iterator<Item = &str> {
        self.removed.iter().filter(|key| self.set.iter().any(|(known, _)| known == *key)).map(String::as_str)
    }

    /// What stands in the way without `--overwrite`.
    fn overwritten(&self, present: &Map<String, Value>) -> Option<String> {
        let mut found = Vec::new();
        for (key, value) in &self.set {
            let before = present.get(key).and_then(Value::as_str).filter(|before| before != value);
            if let Some(before) = before.filter(|_| key != "kubernetes.io/change-cause") {
                found.push(format!("'{key}' already has a value ({before})"));
            }
        }
        let several = found.len() > 1;
        match (self.word, found.as_slice()) {
            (_, []) => None,
            ("annotation", found) => Some(format!(
                "--overwrite is false but found the following declared annotation(s): {}",
                found.join("; ")
            )),
            (_, found) => {
                let texts: Vec<String> = found.iter().map(|text| format!("{text}, and --overwrite is false")).collect();
                Some(if several { format!("[{}]", texts.join(", ")) } else { texts.concat() })
            }
        }
    }

    /// Models `updateDataChangeMsg`; annotate says that it did in any case.
    fn done(&self, present: &Map<String, Value>) -> &'static str {
        let differs =
            |(key, value): &(String, String)| present.get(key).and_then(Value::as_str) != Some(value.as_str());
        let added = self.set.iter().any(differs);
        let removed = self.removed.iter().any(|key| present.contains_key(key));
        match (self.word, added, removed) {
            ("annotation", ..) => "annotated",
            (_, true, true) => "modified",
            (_, true, false) => "labeled",
            (_, false, true) => "unlabeled",
            (_, false, false) => "not labeled",
        }
    }
}

fn validate(flags: &Flags, marks: &Marks, words: &[String], dry_run: DryRun) -> Result<(), String> {
    let fail = |text: &str| Err(text.to_owned());
    if flags.is_on("list") && flags.value("output").is_some_and(|format| !format.is_empty()) {
        return fail("--list and --output may not be specified together");
    }
    for name in ["selector", "field-selector"] {
        if flags.is_on("all") && flags.value(name).is_some_and(|text| !text.is_empty()) {
            return Err(format!("cannot set --all and --{name} at the same time"));
        }
    }
    let example = if marks.word == "label" { "pod" } else { "rsrc" };
    if flags.is_on("local") {
        if dry_run == DryRun::Server {
            return fail("cannot specify --local and --dry-run=server - did you mean --dry-run=client?");
        }
        if !words.is_empty() {
            return Err(format!(
                "can only use local files by -f {example}.yaml or --filename={example}.json when --local=true is set"
            ));
        }
        if !flags.has("filename") {
            return Err(format!(
                "one or more files must be specified as -f {example}.yaml or --filename={example}.json"
            ));
        }
    } else if words.is_empty() && !flags.has("filename") {
        return fail("one or more resources must be specified as <resource> <name> or <resource>/<name>");
    }
    if marks.set.is_empty() && marks.removed.is_empty() && !flags.is_on("list") {
        return Err(format!("at least one {} update is required", marks.word));
    }
    Ok(())
}

fn mark_one(
    session: &mut Session<'_>,
    flags: &Flags,
    found: &Named,
    target: &Target,
    (marks, dry_run, output): (&Marks, DryRun, &Output),
    out: &mut String,
) -> Result<(), String> {
    let is_local = flags.is_on("local");
    let stored = target.find(session.world);
    let object = if is_local {
        local::object(session.folder, flags, target).unwrap_or_default()
    } else {
        stored.and_then(|oid| object_value(session.world, oid)).ok_or_else(|| target.not_found(""))?
    };
    let present = object.pointer(&format!("/metadata/{}", marks.field)).and_then(Value::as_object);
    let present = present.cloned().unwrap_or_default();
    let here = dry_run == DryRun::Client || is_local || flags.is_on("list");
    // Writing to a String can't fail.
    if !here && marks.word == "label" {
        for key in marks.removed.iter().filter(|key| !present.contains_key(*key)) {
            let _ = writeln!(out, "label \"{key}\" not found.");
        }
    }
    if let Some(text) = marks.overwritten(&present).filter(|_| !flags.is_on("overwrite")) {
        return Err(format!("error: {text}\n"));
    }
    let mut wanted: Map<String, Value> =
        marks.set.iter().map(|(key, value)| (key.clone(), Value::from(value.as_str()))).collect();
    wanted.extend(marks.removed.iter().map(|key| (key.clone(), Value::Null)));
    let changed = match stored.filter(|_| !here) {
        Some(oid) => {
            let mut metadata = json!({marks.field: wanted});
            if let (Some(version), Value::Object(fields)) = (flags.value("resource-version"), &mut metadata) {
                fields.insert("resourceVersion".to_owned(), Value::from(version));
            }
            let patch = json!({"metadata": metadata}).to_string();
            let kind = *target.kind;
            let ask = Ask { kind: &kind, action: "", validation: Validation::Strict, dry_run: dry_run != DryRun::No };
            change::patch(session.world, oid, &patch, PatchKind::Merge, ask).map_err(|refusal| refusal.stderr)?.object
        }
        None => local::marked(object, marks.field, wanted),
    };
    if flags.is_on("list") {
        out.push_str(&listed(&changed, found, target, marks));
        return Ok(());
    }
    match output {
        Output::Name => {
            let _ = writeln!(out, "{}", target.shown());
        }
        Output::Table => {
            let _ = writeln!(out, "{} {}{}", target.shown(), marks.done(&present), dry_run.suffix());
        }
        output => out.push_str(&output.render(&changed, flags).map_err(|failure| failure.printed().stderr)?),
    }
    Ok(())
}

/// `--list`: what an object would have.
fn listed(object: &Value, found: &Named, target: &Target, marks: &Marks) -> String {
    let present = object.pointer(&format!("/metadata/{}", marks.field)).and_then(Value::as_object);
    let (mut text, indent) = (String::new(), if found.single { "" } else { " " });
    if !found.single {
        let kind = target.kind;
        let _ = writeln!(text, "Listing {} for {}.{}/{}:", marks.field, kind.kind, kind.group, target.name);
    }
    for (key, value) in present.into_iter().flatten() {
        let _ = writeln!(text, "{indent}{key}={}", value.as_str().unwrap_or(""));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        line.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn changes_stand_behind_what_they_change() {
        let read = |line: &str| resources_and_pairs(&words(line), "label");
        assert_eq!(read("job hola a=b c-"), Ok((words("job hola"), words("a=b c-"))));
        assert_eq!(read("job =1"), Ok((words("job =1"), Vec::new())));
        assert_eq!(read("job a=b hola"), Err("all resources must be specified before label changes: hola".to_owned()));
    }

    #[test]
    fn what_is_done_is_told_by_what_was_there() {
        let Value::Object(present) = json!({"a": "1"}) else { return };
        for (pairs, want) in [
            ("a=1", "not labeled"),
            ("a=2", "labeled"),
            ("a-", "unlabeled"),
            ("a- b=1", "modified"),
            ("c-", "not labeled"),
        ] {
            assert_eq!(Marks::labels(&words(pairs)).map(|marks| marks.done(&present)), Ok(want), "{pairs}");
        }
        let overwritten = |pairs| Marks::labels(&words(pairs)).ok().and_then(|marks| marks.overwritten(&present));
        assert_eq!(overwritten("a=2").as_deref(), Some("'a' already has a value (1), and --overwrite is false"));
        assert_eq!(overwritten("a=1 b=2"), None);
    }
}
