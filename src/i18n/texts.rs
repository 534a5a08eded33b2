//! The plain words of the page, one field each: a language that lacks one doesn't compile.

/// The words of one language.
#[derive(Debug, PartialEq, Eq)]
pub struct Texts {
    /// The page's name.
    pub title: &'static str,
    /// The name where room is scarce.
    pub title_short: &'static str,
    /// What is simulated.
    pub version: &'static str,
    /// What that means.
    pub version_gloss: &'static str,
    /// Label of the language switch.
    pub language: &'static str,
    /// Label of the theme switch.
    pub theme: &'static str,
    /// As the system says.
    pub theme_auto: &'static str,
    /// Light theme.
    pub theme_light: &'static str,
    /// Dark theme.
    pub theme_dark: &'static str,
    /// Opens the help.
    pub help: &'static str,
    /// Closes a dialog.
    pub close: &'static str,
    /// Label of the tabs on small screens.
    pub views: &'static str,
    /// Tab with the editor.
    pub view_editor: &'static str,
    /// Tab with the stage.
    pub view_stage: &'static str,
    /// Tab with the explanations.
    pub view_explain: &'static str,
    /// Label of the example manifests.
    pub presets: &'static str,
    /// Word before the examples' short names.
    pub presets_lead: &'static str,
    /// The list of the other examples.
    pub presets_more: &'static str,
    /// Label of the editor.
    pub editor: &'static str,
    /// How to leave the editor and apply by keyboard.
    pub editor_keys: &'static str,
    /// Applies the manifest.
    pub apply: &'static str,
    /// What applying does here.
    pub apply_gloss: &'static str,
    /// The manifest will be applied once the simulator has been downloaded.
    pub apply_waits: &'static str,
    /// Heading of the problems.
    pub problems: &'static str,
    /// The server refuses the manifest.
    pub problem_refused: &'static str,
    /// The server only warns.
    pub problem_warning: &'static str,
    /// Over the example beside a problem.
    pub problem_example: &'static str,
    /// Before the server's words.
    pub problem_server: &'static str,
    /// Label of the stage.
    pub stage: &'static str,
    /// Heading of the empty stage.
    pub stage_empty: &'static str,
    /// What to do.
    pub stage_empty_text: &'static str,
    /// The kind.
    pub job: &'static str,
    /// The object is gone.
    pub job_removed: &'static str,
    /// Label of the STATUS.
    pub job_status: &'static str,
    /// Label of the bar.
    pub completions: &'static str,
    /// In place of a number of completions.
    pub work_queue: &'static str,
    /// Label of the pips.
    pub retries: &'static str,
    /// The same with `OnFailure`.
    pub restarts_counted: &'static str,
    /// Counter.
    pub active: &'static str,
    /// Counter.
    pub ready: &'static str,
    /// Counter, and a Pod being deleted.
    pub terminating: &'static str,
    /// Label of the conditions.
    pub conditions: &'static str,
    /// Label of the countdown.
    pub next_retry: &'static str,
    /// Label of the four duties.
    pub duties: &'static str,
    /// First duty.
    pub duty_create: &'static str,
    /// Second duty.
    pub duty_watch: &'static str,
    /// Third duty.
    pub duty_retry: &'static str,
    /// Fourth duty.
    pub duty_mark: &'static str,
    /// What the first duty means.
    pub duty_create_gloss: &'static str,
    /// What the second duty means.
    pub duty_watch_gloss: &'static str,
    /// What the third duty means.
    pub duty_retry_gloss: &'static str,
    /// What the fourth duty means.
    pub duty_mark_gloss: &'static str,
    /// The same, where room is scarce.
    pub duties_short: &'static str,
    /// Label of the lanes.
    pub lanes: &'static str,
    /// Lane.
    pub lane_pending: &'static str,
    /// Lane.
    pub lane_running: &'static str,
    /// Lane.
    pub lane_crash: &'static str,
    /// Lane.
    pub lane_completed: &'static str,
    /// Lane.
    pub lane_failed: &'static str,
    /// What to expect.
    pub lane_pending_gloss: &'static str,
    /// What to expect.
    pub lane_running_gloss: &'static str,
    /// What to expect.
    pub lane_crash_gloss: &'static str,
    /// What to expect.
    pub lane_completed_gloss: &'static str,
    /// What to expect.
    pub lane_failed_gloss: &'static str,
    /// A free place of parallelism.
    pub slot_free: &'static str,
    /// Label on a Pod's card.
    pub restarts: &'static str,
    /// Label on a Pod's card.
    pub exit_code: &'static str,
    /// Label on a Pod's card.
    pub index: &'static str,
    /// Label of the buttons and the playhead.
    pub transport: &'static str,
    /// Label of the timeline.
    pub timeline: &'static str,
    /// Before anything ran.
    pub timeline_empty: &'static str,
    /// Label of the playhead.
    pub seek: &'static str,
    /// Lets the clock run.
    pub play: &'static str,
    /// Stops the clock.
    pub pause: &'static str,
    /// To the change before.
    pub step_back: &'static str,
    /// To the next change.
    pub step_forward: &'static str,
    /// To second 0.
    pub to_start: &'static str,
    /// To the end.
    pub to_end: &'static str,
    /// Label of the speeds.
    pub speed: &'static str,
    /// Label of the clock.
    pub clock: &'static str,
    /// Nothing more will happen.
    pub run_over: &'static str,
    /// Legend.
    pub stretch_pending: &'static str,
    /// Legend.
    pub stretch_running: &'static str,
    /// Legend.
    pub stretch_back_off: &'static str,
    /// Legend.
    pub stretch_terminating: &'static str,
    /// Legend.
    pub ended_well: &'static str,
    /// Legend.
    pub ended_badly: &'static str,
    /// Label of the panel on the right.
    pub explain: &'static str,
    /// Tab.
    pub tab_why: &'static str,
    /// Tab.
    pub tab_events: &'static str,
    /// Tab.
    pub tab_kubectl: &'static str,
    /// Before anything happened.
    pub why_empty: &'static str,
    /// Before any event.
    pub events_empty: &'static str,
    /// Caption of the table.
    pub events_caption: &'static str,
    /// Column.
    pub event_time: &'static str,
    /// Column.
    pub event_type: &'static str,
    /// Column.
    pub event_reason: &'static str,
    /// Column.
    pub event_object: &'static str,
    /// Column.
    pub event_message: &'static str,
    /// Type of an event.
    pub event_normal: &'static str,
    /// Type of an event.
    pub event_warning: &'static str,
    /// Before any command.
    pub kubectl_empty: &'static str,
    /// Label of the list of commands.
    pub kubectl_log: &'static str,
    /// Label of the caption with the newest reason on small screens.
    pub latest: &'static str,
    /// Caption of the table for screen readers.
    pub twin_caption: &'static str,
    /// Column.
    pub twin_name: &'static str,
    /// Column.
    pub twin_lane: &'static str,
    /// Column.
    pub twin_status: &'static str,
    /// In place of nothing.
    pub none: &'static str,
    /// Heading of the help.
    pub help_title: &'static str,
    /// First lines of the help.
    pub help_lead: &'static str,
    /// Heading of the keys.
    pub help_keys: &'static str,
    /// Name of the key.
    pub key_space: &'static str,
    /// Name of the key.
    pub key_home: &'static str,
    /// Name of the key.
    pub key_end: &'static str,
    /// Name of the keys.
    pub key_ctrl_enter: &'static str,
    /// Name of the keys.
    pub key_indent: &'static str,
    /// What it does.
    pub help_space: &'static str,
    /// What they do.
    pub help_arrows: &'static str,
    /// What it does.
    pub help_home: &'static str,
    /// What it does.
    pub help_end: &'static str,
    /// What it does.
    pub help_apply: &'static str,
    /// What it does.
    pub help_indent: &'static str,
    /// What it does.
    pub help_question: &'static str,
    /// Heading after an internal error.
    pub crash_title: &'static str,
    /// What to do.
    pub crash_text: &'static str,
    /// Label of the kept manifest.
    pub crash_manifest: &'static str,
    /// Heading of what happened.
    pub crash_report: &'static str,
    /// Button that copies the message and the manifest.
    pub crash_copy: &'static str,
    /// What is said once it did.
    pub crash_copied: &'static str,
    /// What is said when the browser doesn't let it.
    pub crash_not_copied: &'static str,
    /// Button that loads the page again.
    pub crash_reload: &'static str,
}
