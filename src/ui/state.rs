//! Everything that the page remembers, and the only way in which it changes.

use super::scale::Window;
use crate::browser::Anchor;
use crate::i18n::Language;
use crate::playground::{Command, Fix, Form, Intervention, Laboratory, ObjectName, Refusal, Simulator, Snapshot};
use crate::presets::Preset;
use std::cell::RefCell;
use std::rc::Rc;
use yew::Reducible;

/// Light, dark, or as the system says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Theme {
    /// As the system says.
    #[default]
    Auto,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    pub(super) const ALL: [Self; 3] = [Self::Auto, Self::Light, Self::Dark];

    /// The value of `data-theme`, none for the system's.
    pub(super) const fn attribute(self) -> Option<&'static str> {
        match self {
            Self::Auto => None,
            Self::Light => Some("light"),
            Self::Dark => Some("dark"),
        }
    }

    pub(super) fn from_attribute(name: Option<&str>) -> Self {
        Self::ALL.into_iter().find(|theme| theme.attribute() == name).unwrap_or_default()
    }
}

/// What a small screen shows of the page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum View {
    /// The manifest.
    #[default]
    Editor,
    /// Job, Pods and timeline.
    Stage,
    /// Why, events, kubectl.
    Explain,
}

impl View {
    pub(super) const ALL: [Self; 3] = [Self::Editor, Self::Stage, Self::Explain];

    pub(super) const fn key(self) -> &'static str {
        match self {
            Self::Editor => "editor",
            Self::Stage => "stage",
            Self::Explain => "explain",
        }
    }
}

/// A tab of the explanations.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Tab {
    /// Reasons.
    #[default]
    Why,
    /// Events.
    Events,
    /// When and how it will end.
    Forecast,
    /// Commands and answers.
    Kubectl,
    /// The objects as kubectl prints them.
    Objects,
    /// The differences of two runs, while two are compared.
    Compare,
}

impl Tab {
    pub(super) const ALL: [Self; 5] = [Self::Why, Self::Events, Self::Objects, Self::Forecast, Self::Kubectl];

    pub(super) const fn key(self) -> &'static str {
        match self {
            Self::Why => "why",
            Self::Events => "events",
            Self::Forecast => "forecast",
            Self::Kubectl => "kubectl",
            Self::Objects => "objects",
            Self::Compare => "compare",
        }
    }
}

/// An object that a menu is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {
    /// A Pod, by its uid.
    Pod(Rc<str>),
    /// A Job, by its uid.
    Job(Rc<str>),
    /// A node, by its name.
    Node(Rc<str>),
    /// Whatever has that name; nothing, if it isn't the name of an object.
    Named(Rc<str>),
}

impl Target {
    /// From an element's `data-menu`: `pod/UID`, `job/UID`, `node/NAME`, `named/NAME`.
    pub(super) fn from_attribute(text: &str) -> Option<Self> {
        let (kind, name) = text.split_once('/')?;
        let name = Rc::from(name);
        Some(match kind {
            "pod" => Self::Pod(name),
            "job" => Self::Job(name),
            "node" => Self::Node(name),
            "named" => Self::Named(name),
            _ => return None,
        })
    }
}

/// An open menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Menu {
    /// What it is about.
    pub(super) target: Target,
    /// Where that is on the screen.
    pub(super) anchor: Anchor,
    /// Why what was asked last couldn't be done.
    pub(super) refused: Option<Refused>,
}

/// Why something couldn't be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Refused {
    /// The laboratory's own word.
    Own(Refusal),
    /// What kubectl printed as an error.
    Kubectl(String),
}

/// What can be asked of the reducer.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Action {
    /// The simulator's code is there.
    Arrive(Simulator),
    /// A command for the laboratory.
    Do(Command),
    /// The text of the editor changed.
    Edit(Rc<str>),
    /// Make the changes that take a problem away.
    Mend(Fix),
    /// The student stopped typing.
    Check,
    /// Put an example into the editor.
    Choose(&'static Preset),
    /// Say how a line of the terminal could go on.
    Complete(Rc<str>),
    /// Apply the editor's text and let the clock run.
    Apply,
    /// Move the playhead by this many milliseconds.
    Nudge(i64),
    /// Play if paused and the other way round.
    PlayOrPause,
    /// Another language.
    Speak(Language),
    /// Another theme.
    Dress(Theme),
    /// Another part of the page, on small screens.
    Look(View),
    /// Another tab of the explanations.
    Open(Tab),
    /// Show so many milliseconds of the run on the timeline, or the whole.
    Zoom(Option<u64>),
    /// Open the menu of an object.
    OpenMenu(Menu),
    /// It closed.
    CloseMenu,
    /// Run a line in the terminal.
    Type(Rc<str>),
    /// Do something to the running cluster.
    Act(Rc<Intervention>),
    /// Look at an object in the tab for that.
    LookAt(ObjectName, Form),
    /// Run a line of kubectl and show what it answers.
    Ask(Rc<str>),
    /// Put a run that was left beside this one, or none.
    Compare(Option<u32>),
}

/// Commands that are kept until the simulator is there; nobody gives so many by hand.
const MOST_WAITING: usize = 64;

/// The laboratory, whose code arrives after the page; only `reduce` touches it.
#[derive(Clone)]
enum Work {
    /// Not there yet: what was asked of it meanwhile, in order.
    Awaited(Vec<Command>),
    /// There.
    Here(Rc<RefCell<Box<dyn Laboratory>>>),
}

/// The whole state of the page.
pub(super) struct Lab {
    work: Work,
    /// All chance in the laboratory comes from it.
    seed: u64,
    /// What there is to draw.
    pub(super) snapshot: Rc<Snapshot>,
    /// The furthest instant that was seen of this run: what lies beyond stays hidden.
    pub(super) seen_ms: u64,
    /// The editor's text.
    pub(super) manifest: Rc<str>,
    /// The text that runs, if one does.
    pub(super) applied: Option<Rc<str>>,
    pub(super) language: Language,
    pub(super) theme: Theme,
    pub(super) view: View,
    pub(super) tab: Tab,
    pub(super) menu: Option<Menu>,
    /// The part of the run that the timeline shows, if not the whole.
    pub(super) closer: Option<Window>,
}

impl Lab {
    pub(super) fn new(seed: u64, manifest: Rc<str>, language: Language, theme: Theme) -> Self {
        Self {
            work: Work::Awaited(Vec::new()),
            seed,
            snapshot: Rc::new(Snapshot::empty()),
            seen_ms: 0,
            manifest,
            applied: None,
            language,
            theme,
            view: View::default(),
            tab: Tab::default(),
            menu: None,
            closer: None,
        }
    }

    /// Whether the editor's text is the one that runs.
    pub(super) fn is_applied(&self) -> bool {
        self.applied.as_ref() == Some(&self.manifest)
    }

    /// The same, with another part of the page in sight.
    pub(super) fn at(self, view: View, tab: Tab) -> Self {
        Self { view, tab, ..self }
    }

    /// Of all chance in the laboratory.
    pub(super) fn seed(&self) -> u64 {
        self.seed
    }

    fn copy(&self) -> Self {
        Self {
            work: self.work.clone(),
            seed: self.seed,
            snapshot: Rc::clone(&self.snapshot),
            seen_ms: self.seen_ms,
            manifest: Rc::clone(&self.manifest),
            applied: self.applied.clone(),
            language: self.language,
            theme: self.theme,
            view: self.view,
            tab: self.tab,
            menu: self.menu.clone(),
            closer: self.closer,
        }
    }

    /// Whether a manifest waits to be applied until the simulator is there.
    pub(super) fn is_waiting(&self) -> bool {
        matches!(&self.work, Work::Awaited(asked) if asked.iter().any(|command| matches!(command, Command::Apply { .. } | Command::Open { .. })))
    }

    /// The simulator is there: what was asked meanwhile is done.
    fn arrive(self: Rc<Self>, simulator: Simulator) -> Rc<Self> {
        let Work::Awaited(asked) = &self.work else {
            return self;
        };
        let asked = asked.clone();
        let work = Work::Here(Rc::new(RefCell::new(simulator.open(self.seed))));
        let lab = Rc::new(Self { work, ..self.copy() });
        asked.into_iter().fold(lab, |lab, command| match command {
            Command::Apply { manifest } => lab.apply(manifest),
            Command::Open { .. } => lab.open_run(command),
            command => lab.send([command]),
        })
    }

    /// Keeps commands until the simulator is there.
    fn wait(&self, asked: &[Command], commands: impl IntoIterator<Item = Command>) -> Rc<Self> {
        let mut asked = asked.to_vec();
        for command in commands {
            // No time passes before the first run, and the text is checked on arrival anyway.
            let idle = matches!(command, Command::Tick { .. } | Command::Check { .. });
            if !idle && asked.last() != Some(&command) && asked.len() < MOST_WAITING {
                asked.push(command);
            }
        }
        Rc::new(Self { work: Work::Awaited(asked), ..self.copy() })
    }

    fn send(self: Rc<Self>, commands: impl IntoIterator<Item = Command>) -> Rc<Self> {
        let laboratory = match &self.work {
            Work::Awaited(asked) => return self.wait(asked, commands),
            Work::Here(laboratory) => laboratory,
        };
        let snapshot = {
            let mut laboratory = laboratory.borrow_mut();
            for command in commands {
                laboratory.send(command);
            }
            laboratory.snapshot()
        };
        // The same snapshot, or an equal one, needs no drawing.
        if snapshot == self.snapshot {
            return self;
        }
        let seen_ms = if snapshot.run == self.snapshot.run { self.seen_ms } else { 0 };
        let seen_ms = seen_ms.max(snapshot.now_ms);
        let tab = if snapshot.compared.is_none() && self.tab == Tab::Compare { Tab::default() } else { self.tab };
        // The first manifest that is applied is the one that runs, from wherever.
        let first = snapshot.applied && !self.snapshot.applied;
        let applied = if first { Some(Rc::clone(&self.manifest)) } else { self.applied.clone() };
        let closer = self.closer.map(|window| window.following(snapshot.now_ms));
        Rc::new(Self { snapshot, seen_ms, applied, tab, closer, ..self.copy() })
    }

    fn apply(self: Rc<Self>, manifest: Rc<str>) -> Rc<Self> {
        let before = self.snapshot.run;
        let had = self.snapshot.applied;
        let lab = self.send([Command::Apply { manifest: Rc::clone(&manifest) }]);
        let accepted = lab.snapshot.applied && (!had || lab.snapshot.run != before);
        if !accepted {
            return lab;
        }
        let lab = if lab.snapshot.playing { lab } else { lab.send([Command::Play]) };
        Rc::new(Self { applied: Some(manifest), view: View::Stage, ..lab.copy() })
    }

    /// Has the text checked. While nothing runs, the first example is known to be right (`playground/tests.rs`).
    fn check(self: Rc<Self>) -> Rc<Self> {
        let snapshot = &self.snapshot;
        let right = !snapshot.applied && Preset::of_manifest(&self.manifest) == Some(Preset::first());
        if right && snapshot.answer.diagnostics.is_empty() {
            return self;
        }
        let manifest = Rc::clone(&self.manifest);
        self.send([Command::Check { manifest }])
    }

    /// Another tab; only the open one costs something.
    fn open(self: Rc<Self>, tab: Tab) -> Rc<Self> {
        if tab == self.tab {
            return self;
        }
        let (foretold, inspected) = (tab == Tab::Forecast, tab == Tab::Objects);
        let lab = self.send([Command::Forecast { on: foretold }, Command::Inspect { on: inspected }]);
        Rc::new(Self { tab, ..lab.copy() })
    }

    /// Does something; a menu stays open to say why it couldn't be done.
    fn act(self: Rc<Self>, intervention: Rc<Intervention>) -> Rc<Self> {
        let before = self.snapshot.commands.last().cloned();
        let lab = self.send([Command::Intervene { intervention }]);
        let row = lab.snapshot.commands.last();
        // While it waits for kubectl there is no new row.
        let row = row.filter(|row| before.is_none_or(|before| !Rc::ptr_eq(row, &before)));
        let refused = row.and_then(|row| match row.refused {
            Some(refusal) => Some(Refused::Own(refusal)),
            None if row.intervention.is_none() && !row.stderr.is_empty() => Some(Refused::Kubectl(row.stderr.clone())),
            None => None,
        });
        let menu = match (&lab.menu, refused) {
            (Some(menu), Some(refused)) => Some(Menu { refused: Some(refused), ..menu.clone() }),
            _ => None,
        };
        Rc::new(Self { menu, ..lab.copy() })
    }

    /// A line of the terminal, for which the editor's text is `job.yaml`.
    fn enter(self: Rc<Self>, line: &str) -> Rc<Self> {
        let manifest = Rc::clone(&self.manifest);
        let lab = self.send([Command::Enter { line: line.to_owned(), manifest }]);
        Rc::new(Self { menu: None, ..lab.copy() })
    }

    /// Shows a tab of the explanations, wherever the student is on a small screen.
    fn show(self: Rc<Self>, tab: Tab) -> Rc<Self> {
        let lab = self.open(tab);
        Rc::new(Self { view: View::Explain, menu: None, ..lab.copy() })
    }

    /// The differences have a tab while there are two runs to compare.
    fn compare(self: Rc<Self>, run: Option<u32>) -> Rc<Self> {
        let lab = self.send([Command::Compare { run }]);
        let comparing = lab.snapshot.compared.is_some();
        match (comparing, lab.tab) {
            (true, _) => lab.open(Tab::Compare),
            (false, Tab::Compare) => lab.open(Tab::Why),
            (false, _) => lab,
        }
    }

    /// Restores a run as a link tells it.
    fn open_run(self: Rc<Self>, command: Command) -> Rc<Self> {
        if matches!(self.work, Work::Awaited(_)) {
            return self.send([command]);
        }
        let Command::Open { manifest, .. } = &command else { return self };
        let manifest = Rc::clone(manifest);
        let lab = self.send([command]);
        if !lab.snapshot.applied {
            return lab;
        }
        Rc::new(Self { applied: Some(manifest), view: View::Stage, ..lab.copy() })
    }

    fn edit(self: Rc<Self>, manifest: Rc<str>) -> Rc<Self> {
        if manifest == self.manifest {
            return self;
        }
        Rc::new(Self { manifest, ..self.copy() })
    }

    /// An untouched example follows the language; a student's own text is left alone.
    fn speak(self: Rc<Self>, language: Language) -> Rc<Self> {
        let manifest = match Preset::of_manifest(&self.manifest) {
            Some(preset) if !self.is_applied() => Rc::from(preset.manifest(language)),
            _ => Rc::clone(&self.manifest),
        };
        Rc::new(Self { manifest, language, ..self.copy() })
    }
}

impl Reducible for Lab {
    type Action = Action;

    fn reduce(self: Rc<Self>, action: Action) -> Rc<Self> {
        match action {
            Action::Arrive(simulator) => self.arrive(simulator),
            Action::Do(command @ Command::Open { .. }) => self.open_run(command),
            Action::Do(command) => self.send([command]),
            Action::Edit(manifest) => self.edit(manifest),
            Action::Mend(fix) => {
                let mended = Rc::from(fix.apply(&self.manifest));
                self.edit(mended)
            }
            Action::Complete(line) => {
                let manifest = Rc::clone(&self.manifest);
                self.send([Command::Complete { line: line.to_string(), manifest }])
            }
            Action::Check => self.check(),
            Action::Choose(preset) => {
                let manifest = Rc::from(preset.manifest(self.language));
                self.edit(manifest)
            }
            Action::Apply => {
                let manifest = Rc::clone(&self.manifest);
                self.apply(manifest)
            }
            Action::Nudge(ms) => {
                let at_ms = self.snapshot.now_ms.saturating_add_signed(ms);
                self.send([Command::Seek { at_ms }])
            }
            Action::PlayOrPause => {
                let command = if self.snapshot.playing { Command::Pause } else { Command::Play };
                self.send([command])
            }
            Action::Speak(language) => self.speak(language),
            Action::Dress(theme) if theme != self.theme => Rc::new(Self { theme, ..self.copy() }),
            Action::Zoom(span_ms) => {
                let closer = span_ms.map(|span_ms| Window::around(self.snapshot.now_ms, span_ms));
                Rc::new(Self { closer, ..self.copy() })
            }
            Action::Look(view) if view != self.view => Rc::new(Self { view, ..self.copy() }),
            Action::Open(tab) => self.open(tab),
            Action::OpenMenu(menu) => Rc::new(Self { menu: Some(menu), ..self.copy() }),
            Action::CloseMenu if self.menu.is_some() => Rc::new(Self { menu: None, ..self.copy() }),
            Action::Type(line) => self.enter(&line),
            Action::Act(intervention) => self.act(intervention),
            Action::LookAt(object, form) => {
                self.send([Command::LookAt { object: Some(object), form: Some(form) }]).show(Tab::Objects)
            }
            Action::Ask(line) => self.enter(&line).show(Tab::Kubectl),
            Action::Compare(run) => self.compare(run),
            Action::Dress(_) | Action::Look(_) | Action::CloseMenu => self,
        }
    }
}
