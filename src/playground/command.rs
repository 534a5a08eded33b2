//! What a page may ask of the laboratory: a closed list of commands.

use super::Kubectl;
use super::objects::{Form, ObjectName};
use super::view::{Speed, WhatIf};
use crate::world::{Intervention, Timed};
use std::rc::Rc;

/// What the page asks the laboratory to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// kubectl's code is there: do what was asked of it meanwhile.
    Bring(Kubectl),
    /// Take in kubectl's manual: its commands' help and what `explain` tells.
    Manual {
        /// The text of `manual.txt`.
        text: String,
    },
    /// Run a line in the terminal's shell, at the playhead.
    Enter {
        /// Such as `kubectl get pods -w | head`.
        line: String,
        /// The editor's text, which is `job.yaml`.
        manifest: Rc<str>,
    },
    /// Ctrl-C in the terminal.
    Interrupt,
    /// Give the terminal's `kubectl edit` its text back; none if nothing is to change.
    SaveEdited(Option<String>),
    /// Clear the terminal.
    ClearConsole,
    /// Say how a line could go on at its end.
    Complete {
        /// The line up to the caret.
        line: String,
        /// The editor's text, which is `job.yaml`.
        manifest: Rc<str>,
    },
    /// Apply the manifest to an empty namespace: a new run, from 0.
    Apply {
        /// The editor's text.
        manifest: Rc<str>,
    },
    /// Apply the manifest, do what a link tells, each deed at its instant, and stop.
    Open {
        /// The editor's text.
        manifest: Rc<str>,
        /// Each with its instant.
        script: Rc<Vec<Timed>>,
        /// Where to stop.
        until_ms: u64,
        /// Whether the clock then runs.
        play: bool,
    },
    /// Only check the manifest while the student types: changes `answer.diagnostics`, nothing else.
    Check {
        /// The editor's text.
        manifest: Rc<str>,
    },
    /// Let the clock run.
    Play,
    /// Stop the clock.
    Pause,
    /// Let this many real milliseconds pass.
    Tick {
        /// Since the last tick.
        elapsed_ms: u32,
    },
    /// Choose the speed.
    SetSpeed(Speed),
    /// Go to the next instant at which something changes.
    StepForward,
    /// Go to the instant of the change before.
    StepBack,
    /// Go to an instant.
    Seek {
        /// Virtual milliseconds.
        at_ms: u64,
    },
    /// Go to the end: when nothing more happens, or as far as a run may go.
    ToEnd,
    /// Stop what takes long: the way to the end, the forecasts.
    Cancel,
    /// Put a run that was left behind beside this one, or none.
    Compare {
        /// Its number.
        run: Option<u32>,
    },
    /// Whether the end of the run is to be foretold.
    Forecast {
        /// Whether.
        on: bool,
    },
    /// Foretell the end of the same manifest with other values; none takes it back.
    WhatIf(Option<WhatIf>),
    /// Run a line of kubectl at the playhead; in the past it forks the run.
    Kubectl {
        /// Such as `kubectl delete pod pi-x2k9p`.
        line: String,
    },
    /// Do something to the running cluster at the playhead; in the past it forks the run. Where it
    /// equals a command of kubectl, that command runs. It is recorded: see [`super::CommandRow::intervention`].
    Intervene {
        /// What.
        intervention: Rc<Intervention>,
    },
    /// Apply the manifest to an empty namespace, and do everything of the script at its instant, as
    /// the run reaches it: a run that somebody shared. [`super::Playground::script`] gives the script.
    Replay {
        /// The editor's text.
        manifest: Rc<str>,
        /// In the order of their instants.
        script: Rc<Vec<Timed>>,
    },
    /// Whether an object is to be looked at.
    Inspect {
        /// Whether.
        on: bool,
    },
    /// Look at another object, or at the same in another form.
    LookAt {
        /// Which; none for the same as before.
        object: Option<ObjectName>,
        /// How it is printed; none for as before.
        form: Option<Form>,
    },
}
