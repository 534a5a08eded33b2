//! What the address asks for, once; and the talk with the page that embeds this one.

use super::share::Latest;
use super::state::{Action, Lab, Tab, Theme, View};
use crate::browser;
use crate::i18n::Language;
use crate::playground::{Command, Intervention, Snapshot, Speed, Timed};
use crate::presets::Preset;
use crate::share::{Damage, Deed, Link, Parts, parse_instant};
use std::rc::Rc;
use yew::prelude::*;

/// The version of the messages to the embedding page.
const MESSAGES: u32 = 1;
/// The longest manifest that is taken from it, in bytes.
const MOST_BYTES: usize = 256 * 1024;

/// A visit of the page.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Visit {
    link: Link,
    pub(super) damage: Option<Damage>,
    /// The text that came with the address; it is nobody's work until it is touched.
    given: Option<Rc<str>>,
}

impl Visit {
    /// Reads the address bar.
    pub(super) fn begin() -> Self {
        let (query, fragment) = browser::asked();
        let (link, damage) = Link::read(&query, &fragment);
        let given = link.manifest.as_deref().map(Rc::from);
        // Without one of its deeds it would be another run.
        let unknown = link.deeds.iter().any(|deed| timed(deed).is_none());
        let damage = damage.or(unknown.then_some(Damage::Newer));
        Self { link, damage, given }
    }

    /// The state to begin with.
    pub(super) fn first_state(&self) -> Lab {
        let asked = self.link.language.clone().or_else(|| self.recall("language"));
        let language = asked.as_deref().and_then(Language::from_tag).unwrap_or_default();
        let manifest = self.given.clone().unwrap_or_else(|| {
            let example = self.link.preset.as_deref().and_then(Preset::of_key);
            // Whoever opens a broken link sees the example, and their own work another time.
            let own = self
                .recall("manifest")
                .filter(|text| example.is_none() && self.damage.is_none() && !text.trim().is_empty());
            own.map_or_else(|| Rc::from(example.unwrap_or(Preset::first()).manifest(language)), Rc::from)
        });
        let theme = Theme::from_attribute(browser::page_theme().as_deref());
        let lab = Lab::new(u64::from(self.link.seed.unwrap_or(0)), manifest, language, theme);
        if self.link.parts == Some(Parts::Kubectl) { lab.at(View::Explain, Tab::Kubectl) } else { lab }
    }

    /// A frame remembers nothing: a course page may hold many.
    fn recall(&self, key: &str) -> Option<String> {
        if self.link.embed { None } else { browser::recall(key) }
    }

    /// Remembers the student's own text for the next visit.
    pub(super) fn remember(&self, manifest: &Rc<str>) {
        if self.link.embed || self.given.as_ref() == Some(manifest) || self.damage.is_some() {
            return;
        }
        // An untouched example needs no memory: it follows the language.
        let own = Preset::of_manifest(manifest).is_none();
        browser::remember("manifest", own.then_some(&**manifest));
    }

    /// What brings the run to where the address says.
    fn commands(&self, manifest: &Rc<str>) -> Vec<Command> {
        let link = &self.link;
        let mut commands: Vec<Command> =
            link.speed.map(|ms_per_second| Command::SetSpeed(Speed { ms_per_second })).into_iter().collect();
        let until_ms = link.at_ms.or_else(|| link.deeds.last().map(|deed| deed.at_ms));
        // Without the editor there is no button that applies.
        let shown = link.parts.is_none_or(|parts| matches!(parts, Parts::Both | Parts::Editor));
        if until_ms.is_some() || link.autoplay || !shown {
            commands.push(Command::Open {
                manifest: Rc::clone(manifest),
                script: Rc::new(link.deeds.iter().filter_map(timed).collect()),
                until_ms: until_ms.unwrap_or(0),
                play: link.autoplay,
            });
        }
        commands
    }
}

/// What a link says that was done; a bare line of kubectl too.
fn timed(deed: &Deed) -> Option<Timed> {
    let line = || Intervention::Kubectl { line: Rc::from(deed.line.as_str()) };
    let bare = deed.line.starts_with("kubectl ").then(line);
    Some(Timed { at_ms: deed.at_ms, intervention: bare.or_else(|| deed.line.parse().ok())? })
}

/// Follows the address once, and talks with the embedding page for as long as the page is there.
#[hook]
pub(super) fn use_visit(visit: &Rc<Visit>, lab: &UseReducerHandle<Lab>, act: &Callback<Action>, latest: &Latest) {
    latest.set(lab);
    {
        let (visit, act, manifest) = (Rc::clone(visit), act.clone(), Rc::clone(&lab.manifest));
        let latest = latest.clone();
        use_effect_with((), move |()| {
            for command in visit.commands(&manifest) {
                act.emit(Action::Do(command));
            }
            if visit.link.embed {
                listen(&act, latest);
                browser::tell_parent("ready", &[("version", MESSAGES.into())]);
            }
        });
    }
    let embed = visit.link.embed;
    let snapshot = &lab.snapshot;
    // While the clock runs only changes are told; a pause tells its instant.
    let stands_ms = if snapshot.playing { 0 } else { snapshot.now_ms };
    {
        let (latest, told) = (latest.clone(), Rc::clone(snapshot));
        let key = (Rc::clone(&snapshot.jobs), snapshot.playing, snapshot.applied, snapshot.run, stands_ms);
        use_effect_with(key, move |_| {
            if embed {
                tell_state(&told, &latest);
            }
        });
    }
    // Told once a run, when the playhead first stands where every Job has finished.
    let over = !snapshot.jobs.is_empty() && snapshot.jobs.iter().all(|job| job.finished_ms.is_some());
    {
        let told = Rc::clone(snapshot);
        use_effect_with((over, snapshot.run), move |(over, _)| {
            if embed && *over {
                let good = told.jobs.iter().filter(|job| job.status == "Complete").count();
                let score = f64::from(u32::try_from(good).unwrap_or(0))
                    / f64::from(u32::try_from(told.jobs.len()).unwrap_or(1));
                browser::tell_parent("completed", &[("score", score.into())]);
            }
        });
    }
    let refused =
        snapshot.answer.diagnostics.iter().find(|problem| problem.refused).map(|problem| problem.message.clone());
    use_effect_with(refused, move |refused| {
        if let (true, Some(message)) = (embed, refused) {
            browser::tell_parent("error", &[("message", message.as_str().into())]);
        }
    });
}

fn listen(act: &Callback<Action>, latest: Latest) {
    let act = act.clone();
    browser::hear_parent(move |kind, value| match (kind.as_str(), value) {
        ("play", _) if latest.is_applied() => act.emit(Action::Do(Command::Play)),
        ("play", _) => act.emit(Action::Apply),
        ("pause", _) => act.emit(Action::Do(Command::Pause)),
        ("seek", Some(at)) => {
            if let Some(at_ms) = parse_instant(&at) {
                act.emit(Action::Do(Command::Seek { at_ms }));
            }
        }
        ("load", Some(manifest)) if manifest.len() <= MOST_BYTES => {
            act.emit(Action::Edit(Rc::from(manifest)));
            act.emit(Action::Check);
        }
        _ => {}
    });
}

fn tell_state(snapshot: &Snapshot, latest: &Latest) {
    // A link costs a compression: a run that goes on has none to give.
    let link = if snapshot.playing { String::new() } else { latest.link().fragment() };
    let jobs: Vec<String> = snapshot
        .jobs
        .iter()
        .map(|job| {
            format!("{} {} {}/{} {}", job.name, job.status, job.succeeded, job.completions.unwrap_or(0), job.failed)
        })
        .collect();
    #[allow(clippy::cast_precision_loss, reason = "milliseconds of some days")]
    let now_ms = snapshot.now_ms as f64;
    browser::tell_parent(
        "state",
        &[
            ("applied", snapshot.applied.into()),
            ("playing", snapshot.playing.into()),
            ("atMs", now_ms.into()),
            ("jobs", jobs.join("\n").into()),
            ("link", link.into()),
        ],
    );
}
