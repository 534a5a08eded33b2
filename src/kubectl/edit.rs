//! Models `k8s.io/kubectl/pkg/cmd/edit@v0.37.2`, `pkg/cmd/util/editor/{editor,editoptions}.go`: objects as a text, and
//! what was changed in it as a patch.
//!
//! The text goes to the program that `KUBE_EDITOR` or `EDITOR` names, or to whoever watches the prompt: the page.
//!
//! Leaves out: `--subresource`, `--save-config`, `--windows-line-endings`.

use super::builder::Wish;
use super::change::{self, Ask};
use super::failure::{Failure, report};
use super::flags::Flags;
use super::live::Turn;
use super::output::{self, Output};
use super::scene::Scene;
use super::selection::select;
use super::text::{indented, kyaml, yaml};
use super::{Folder, Printed};
use crate::cluster::shell::{
    Call, Command, Environment, Files, OutputLine, Process, Program, Request, Settings, State, Surroundings,
};
use crate::manifest::{self, Access, KindId, Limits, PatchKind, Refusal, Validation};
use crate::timeline::Timeline;
use serde_json::{Value, json};
use std::fmt::Write;
use std::rc::Rc;

const HEADER: &str = "\
# Please edit the object below. Lines beginning with a '#' will be ignored,
# and an empty file will abort the edit. If an error occurs while saving this file will be
# reopened with the relevant failures.
#
";
/// How often an editor that answers at once may be opened for one command.
const MAX_ROUNDS: usize = 8;

/// A command under way: a text that somebody edits.
#[derive(Debug, Clone)]
pub(super) struct Editing {
    flags: Flags,
    objects: Vec<Edited>,
    /// What was first in the editor, and what is now.
    original: String,
    text: String,
    /// What was saved last and refused.
    refused: Option<String>,
    /// The file's name, as messages show it.
    file: String,
    /// What was saved, until its turn comes.
    saved: Option<String>,
    /// The commands that do the same.
    pub same: Vec<String>,
}

/// An object that is being edited.
#[derive(Debug, Clone)]
struct Edited {
    kind: KindId,
    resource: &'static KindId,
    namespace: String,
    name: String,
    value: Value,
}

/// Whether that was the end.
enum Round {
    Over(Printed),
    /// The text is to be edited again.
    Again,
}

/// Begins `kubectl edit`.
pub(super) fn edit(timeline: &Timeline, folder: Folder<'_>, flags: &Flags) -> Result<Editing, Printed> {
    let own = |text: String| Failure::Own(text).printed();
    let format = flags.value("output").unwrap_or("");
    if !matches!(format, "" | "json" | "yaml" | "kyaml") {
        return Err(own(format!(
            "unable to match a printer suitable for the output format \"{format}\", allowed formats are: json,kyaml,yaml"
        )));
    }
    let selection = select(timeline, folder, Wish::of(flags, true)).map_err(Failure::printed)?;
    if !selection.errors.is_empty() {
        return Err(Printed::error(report(&selection.errors)));
    }
    let mut objects = Vec::new();
    for item in &selection.items {
        let known =
            |kind: &KindId| kind.kind == item.resource.kind && kind.api_version() == item.resource.api_version();
        let Some(kind) = manifest::served().find(known) else {
            return Err(own(format!("\"{}\" can't be edited here", item.resource.plural)));
        };
        let (namespace, name) = (item.namespace().to_owned(), item.name().into_owned());
        objects.push(Edited { kind, resource: item.resource, namespace, name, value: item.value() });
    }
    let value = match objects.as_slice() {
        [] => return Err(own("edit cancelled, no objects found".to_owned())),
        [one] => one.value.clone(),
        many => {
            let items: Vec<&Value> = many.iter().map(|object| &object.value).collect();
            json!({"apiVersion": "v1", "items": items, "kind": "List", "metadata": {}})
        }
    };
    let (original, end) = match format {
        "json" => (indented(&super::text::keys_sorted(value)), "json"),
        "kyaml" => (format!("{HEADER}{}", kyaml(&super::text::keys_sorted(value))), "yaml"),
        _ => (format!("{HEADER}{}", yaml(&value)), "yaml"),
    };
    let number = timeline.unix_ms().rem_euclid(10_000_000_000);
    Ok(Editing {
        flags: flags.clone(),
        objects,
        text: original.clone(),
        original,
        refused: None,
        file: format!("/tmp/kubectl-edit-{number}.{end}"),
        saved: None,
        same: Vec::new(),
    })
}

impl Editing {
    /// The text to edit.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Somebody saved a text; without one nothing was changed.
    pub(super) fn save(&mut self, text: Option<&str>) {
        self.saved = Some(text.map_or_else(|| self.text.clone(), str::to_owned));
    }

    /// Its next turn: it waits until somebody saves.
    pub(super) fn turn(&mut self, timeline: &mut Timeline) -> Turn {
        let Some(saved) = self.saved.take() else { return Turn::default() };
        let mut printed = Printed::default();
        let wrote = timeline.log().len();
        let round = self.take(timeline, &saved, &mut printed);
        let turn = Turn { wrote: timeline.log().len() != wrote, ..Turn::default() };
        match round {
            Round::Over(Printed { stdout, stderr, code }) => Turn { stdout, stderr, code: Some(code), ..turn },
            Round::Again => Turn { stdout: printed.stdout, stderr: printed.stderr, ..turn },
        }
    }

    /// Lets a program edit the text, as often as it takes.
    pub(super) fn run(&mut self, timeline: &mut Timeline, program: &str, request: &Request<'_>) -> Printed {
        let mut printed = Printed::default();
        for _ in 0..MAX_ROUNDS {
            let saved = match launch(program, &self.file, &self.text, request, timeline.unix_ms()) {
                Ok((saved, shown)) => {
                    printed.stdout.push_str(&shown.stdout);
                    printed.stderr.push_str(&shown.stderr);
                    saved
                }
                Err(problem) => {
                    let _ = writeln!(printed.stderr, "error: {problem}");
                    return Printed { code: 1, ..printed };
                }
            };
            if let Round::Over(end) = self.take(timeline, &saved, &mut printed) {
                return end;
            }
        }
        Printed { code: 1, ..printed }
    }

    /// Takes what was saved. What is printed until the end is added to what was printed before.
    fn take(&mut self, timeline: &mut Timeline, saved: &str, printed: &mut Printed) -> Round {
        let over = |printed: &mut Printed, stderr: &str, code: i32| {
            printed.stderr.push_str(stderr);
            Round::Over(Printed { code, ..std::mem::take(printed) })
        };
        let kept = format!("A copy of your changes has been stored to \"{}\"\n", self.file);
        if self.refused.as_ref().is_some_and(|refused| same_content(refused, saved)) {
            return over(printed, &format!("{kept}error: Edit cancelled, no valid changes were saved.\n"), 1);
        }
        if content(saved).trim().is_empty() {
            return self.again(saved, &["EOF".to_owned()], printed);
        }
        if same_content(&self.original, saved) {
            return over(printed, "Edit cancelled, no changes made.\n", 0);
        }
        let reading = manifest::read(saved, "edited-file", Limits::default());
        if let Some(refusal) = &reading.refusal {
            return self.again(saved, &[refusal.stderr.trim_end().to_owned()], printed);
        }
        let mut problems = Vec::new();
        for value in reading.documents.iter().flat_map(|document| items(&document.value)) {
            let uid = |value: &Value| value.pointer("/metadata/uid").cloned();
            let Some(object) = self.objects.iter().find(|object| uid(&object.value) == uid(value)).cloned() else {
                return over(printed, &format!("{kept}error: no original object found\n"), 1);
            };
            match self.one(timeline, &object, value, printed) {
                Ok(()) => {}
                Err(Trouble::Ends(text)) => return over(printed, &format!("{kept}error: {text}\n"), 1),
                Err(Trouble::Lost(text)) => {
                    let saved =
                        format!("The edits you made on deleted resources have been saved to \"{}\"\n", self.file);
                    return over(printed, &format!("error: {text}\n{saved}"), 1);
                }
                Err(Trouble::Later(text)) => {
                    let how = format!("You can run `kubectl replace -f {}` to try this update again.\n", self.file);
                    return over(printed, &format!("error: {text}\n{how}"), 1);
                }
                Err(Trouble::Invalid(causes)) => problems.extend(causes),
            }
        }
        if problems.is_empty() { over(printed, "", 0) } else { self.again(saved, &problems, printed) }
    }

    /// What was saved can't be taken: it is to be edited again, with what is wrong on top.
    fn again(&mut self, saved: &str, causes: &[String], printed: &mut Printed) -> Round {
        let about = self
            .objects
            .first()
            .map_or_else(String::new, |object| format!("{} \"{}\"", object.resource.resource(), object.name));
        let _ = writeln!(printed.stderr, "error: {about} is invalid");
        let mut text = String::new();
        if self.original.starts_with(HEADER) {
            text.push_str(HEADER);
            let _ = writeln!(text, "# {about} was not valid:");
            for cause in causes {
                let _ = writeln!(text, "# * {}", cause.replace('\n', "\n# "));
            }
            text.push_str("#\n");
        }
        text.push_str(&content(saved));
        self.text = text;
        self.refused = Some(saved.to_owned());
        Round::Again
    }

    /// Patches one object to what the text says of it.
    fn one(
        &mut self,
        timeline: &mut Timeline,
        object: &Edited,
        value: &Value,
        printed: &mut Printed,
    ) -> Result<(), Trouble> {
        let shown = |word: &str| format!("{}/{} {word}\n", object.resource.singular(), object.name);
        if *value == object.value {
            printed.stdout.push_str(&shown("skipped"));
            return Ok(());
        }
        let fixed = ["/apiVersion", "/kind", "/metadata/name"];
        if fixed.iter().any(|path| value.pointer(path) != object.value.pointer(path)) {
            return Err(Trouble::Ends("At least one of apiVersion, kind and name was changed".to_owned()));
        }
        let patch = manifest::two_way(&object.value, value, &object.kind).map_err(Trouble::Ends)?;
        let patch = manifest::go_json(&patch);
        if self.flags.is_on("output-patch") {
            let _ = writeln!(printed.stdout, "Patch: {patch}");
        }
        let ask = Ask { kind: &object.kind, action: "", validation: Validation::Strict, dry_run: false };
        let place = if object.kind.namespaced { &*object.namespace } else { "" };
        let about = format!("{} \"{}\"", object.resource.resource(), object.name);
        let answer = timeline.ask(|world| {
            let oid = world.find(object.kind.kind, place, &object.name)?;
            Some(change::patch(world, oid, &patch, PatchKind::Strategic, ask))
        });
        match answer {
            None => Err(Trouble::Lost(format!("{about} could not be found on the server"))),
            Some(Err(refusal)) => Err(Trouble::of(&refusal, &about)),
            Some(Ok(changed)) => {
                let namespace = if place.is_empty() { String::new() } else { format!(" -n {place}") };
                let quoted = patch.replace('\'', "'\\''");
                self.same.push(format!(
                    "kubectl patch {}/{}{namespace} -p '{quoted}'",
                    object.resource.singular(),
                    object.name
                ));
                for warning in changed.warnings {
                    let _ = writeln!(printed.stderr, "Warning: {warning}");
                }
                match Output::of(&self.flags, output::ACT) {
                    Ok(Output::Table) | Err(_) => printed.stdout.push_str(&shown("edited")),
                    Ok(output) => {
                        printed.stdout.push_str(&output.render(&changed.object, &self.flags).unwrap_or_default());
                    }
                }
                Ok(())
            }
        }
    }
}

/// Why an object wasn't patched.
enum Trouble {
    /// The command ends.
    Ends(String),
    /// The object is gone.
    Lost(String),
    /// The server refused it for now.
    Later(String),
    /// The text is to be mended.
    Invalid(Vec<String>),
}

impl Trouble {
    fn of(refusal: &Refusal, about: &str) -> Self {
        if !refusal.stderr.starts_with("The ") {
            return Self::Later(format!("{about} could not be patched: {}", refusal.status_message().trim_end()));
        }
        let cause = |problem: &manifest::Problem| {
            let message = if problem.message.is_empty() { &problem.detail } else { &problem.message };
            format!("{}: {message}", problem.path)
        };
        Self::Invalid(refusal.problems.iter().map(cause).collect())
    }
}

fn items(value: &Value) -> Vec<&Value> {
    let list = value.text("kind") == "List";
    if list { value.list("items").iter().collect() } else { vec![value] }
}

/// The text without its comments. Models `ManualStrip`.
fn content(text: &str) -> String {
    text.lines().filter(|line| !line.trim_start().starts_with('#')).flat_map(|line| [line, "\n"]).collect()
}

fn same_content(a: &str, b: &str) -> bool {
    content(a).trim_end() == content(b).trim_end()
}

/// The program that edits, as the environment names it.
pub(super) fn program(env: &Environment) -> Option<&str> {
    let value = |name: &str| env.iter().find(|(other, _)| **other == *name).map(|(_, value)| &**value);
    ["KUBE_EDITOR", "EDITOR"].into_iter().filter_map(value).find(|text| !text.is_empty())
}

/// Surroundings without any further program, in which an editor runs to its end at once.
struct Desk {
    files: Files,
    unix_ms: i64,
}

impl Surroundings for Desk {
    fn files(&mut self) -> &mut Files {
        &mut self.files
    }

    fn program(&self, _: &str, _: &[Rc<str>]) -> Program {
        Program::Missing
    }

    fn call(&mut self, _: &Request<'_>) -> Call {
        Call::Done { stdout: String::new(), stderr: String::new(), code: 127 }
    }

    fn unix_ms(&self, now_ms: u64) -> i64 {
        self.unix_ms.saturating_add_unsigned(now_ms)
    }

    fn random(&mut self) -> u32 {
        0
    }
}

/// Lets the editor have the file, and gives the text that it leaves with what it printed.
fn launch(
    program: &str,
    path: &str,
    text: &str,
    request: &Request<'_>,
    unix_ms: i64,
) -> Result<(String, Printed), String> {
    let mut image = request.files.clone();
    let _ = image.mkdir_p("/tmp", 0);
    image.write(path, text, 0).map_err(|_| "no space left for the text to edit".to_owned())?;
    let settings = Settings {
        env: Rc::clone(request.env),
        cwd: Rc::from(request.cwd),
        image,
        pid_one: false,
        debian: true,
        ..Settings::default()
    };
    let argv = ["sh".to_owned(), "-c".to_owned(), format!("{program} \"$0\""), path.to_owned()];
    let mut desk = Desk { files: Files::default(), unix_ms };
    let mut now_ms = 0;
    let Ok(mut process) = Process::start(&Command::new(&argv), Rc::new(settings), now_ms, &mut desk) else {
        return Err(format!("unable to launch the editor \"{program}\""));
    };
    let code = loop {
        match process.run(now_ms, &mut desk) {
            State::Exited { code } => break code,
            State::Running { wake_at_ms: Some(at_ms) } if at_ms > now_ms && at_ms < 3_600_000 => now_ms = at_ms,
            // It waits for somebody's keys, who aren't there.
            State::Running { .. } => return Err(format!("there was a problem with the editor \"{program}\"")),
        }
    };
    let mut printed = Printed::default();
    for OutputLine { stderr, text, partial, .. } in process.take_output() {
        let stream = if stderr { &mut printed.stderr } else { &mut printed.stdout };
        stream.push_str(&text);
        stream.push_str(if partial { "" } else { "\n" });
    }
    let name = program.split(' ').next().unwrap_or(program);
    match code {
        0 => {}
        127 => return Err(format!("unable to launch the editor \"{name}\"")),
        _ => return Err(format!("there was a problem with the editor \"{program}\"")),
    }
    let saved = process.files().read(path).map_err(|_| format!("open {path}: no such file or directory"))?;
    Ok((String::clone(&saved), printed))
}
