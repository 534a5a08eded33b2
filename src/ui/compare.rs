//! Two runs beside each other: which ones can be chosen, and how they differ.

use super::contexts::{use_act, use_language};
use super::forecast::fate_word;
use super::icons;
use super::state::Action;
use crate::i18n::{self, Language};
use crate::playground::{Ending, Forecasts, KeptRun, Left, Outlook, Snapshot};
use std::rc::Rc;
use yew::prelude::*;

/// How people call a run that was left.
pub(super) fn name_of(language: Language, kept: &KeptRun) -> String {
    match &kept.left {
        Left::Applied => i18n::run_name(language, kept.run),
        Left::Acted { at_ms, line } => i18n::run_without(language, &shortened(line), *at_ms),
    }
}

/// A line of kubectl without what only the machine needs.
fn shortened(line: &str) -> String {
    let line = line.strip_prefix("kubectl ").unwrap_or(line);
    // A patch of fields is told by the fields.
    let fields = line.split_once("'{\"spec\":{").and_then(|(_, rest)| rest.strip_suffix("}}'"));
    if let Some(fields) = fields {
        return fields.replace('"', "").replace(':', ": ").replace(',', ", ");
    }
    ["--type=merge -p ", " --wait=false"].iter().fold(line.to_owned(), |line, part| line.replace(part, ""))
}

#[derive(Properties, PartialEq)]
pub(super) struct RunsProps {
    pub(super) kept: Rc<Vec<Rc<KeptRun>>>,
    /// The one that stands beside the present run.
    pub(super) compared: Option<u32>,
}

/// The runs that were left: pressing one puts it beside the present run.
#[component]
pub(super) fn Runs(props: &RunsProps) -> Html {
    let language = use_language();
    let texts = language.stage_texts();
    let act = use_act();
    if props.kept.is_empty() {
        return Html::default();
    }
    html! {
        <div class="runs" role="group" aria-label={texts.runs}>
            <span class="runs-lead" aria-hidden="true">{ icons::compare() }{ texts.tab_compare }</span>
            { for props.kept.iter().rev().map(|kept| {
                let chosen = props.compared == Some(kept.run);
                let run = (!chosen).then_some(kept.run);
                let name = name_of(language, kept);
                let compare = act.reform(move |_| Action::Compare(run));
                html! {
                    <button key={kept.run} type="button" class="run" data-run={kept.run.to_string()}
                        aria-pressed={chosen.to_string()} title={name.clone()} onclick={compare}>{ name }</button>
                }
            }) }
        </div>
    }
}

#[derive(Properties, PartialEq)]
pub(super) struct DifferencesProps {
    pub(super) snapshot: Rc<Snapshot>,
}

/// The table of differences at the playhead and at the ends.
#[component]
pub(super) fn Differences(props: &DifferencesProps) -> Html {
    let language = use_language();
    let texts = language.stage_texts();
    let act = use_act();
    let (this, Some(other)) = (&props.snapshot, &props.snapshot.compared) else {
        return Html::default();
    };
    let stop = act.reform(|_| Action::Compare(None));
    let name = this.kept.iter().find(|kept| kept.run == other.run).map(|kept| name_of(language, kept));
    let Forecasts { run, kept, .. } = &*this.forecasts;
    let ends = [first_end(run.as_ref()), first_end(kept.as_ref())];
    let unknown = || texts.unknown.to_owned();
    let of_end = |tell: &dyn Fn(&Ending) -> String| ends.map(|end| end.map_or_else(unknown, tell));
    let now = [this, other].map(|run| run.jobs.first());
    let rows: [(&'static str, &'static str, [String; 2]); 7] = [
        ("now", texts.row_now, now.map(|job| job.map_or_else(|| "—".to_owned(), |job| job.status.to_owned()))),
        ("active", texts.row_active, now.map(|job| job.map_or_else(|| "—".to_owned(), |job| job.active.to_string()))),
        ("outcome", texts.row_outcome, of_end(&|end| fate_word(end.fate).to_owned())),
        ("ends", texts.row_ends, of_end(&|end| i18n::duration(language, end.at_ms))),
        ("pods", texts.row_pods, of_end(&|end| end.pods.to_string())),
        ("succeeded", texts.row_succeeded, of_end(&|end| end.succeeded.to_string())),
        ("failed", texts.row_failed, of_end(&|end| end.failed.to_string())),
    ];
    html! {
        <div class="differences">
            <table id="differences">
                <caption class="unseen">{ texts.differences }</caption>
                <thead>
                    <tr>
                        <td></td>
                        <th scope="col"><b class="side">{ SIDES[0] }</b><span>{ texts.this_run }</span></th>
                        <th scope="col"><b class="side side-b">{ SIDES[1] }</b><span title={name.clone()}>{ name }</span></th>
                    </tr>
                </thead>
                <tbody>
                    { for rows.into_iter().map(|(key, name, [a, b])| html! {
                        <tr data-row={key} data-differs={(a != b).to_string()}>
                            <th scope="row">{ name }</th><td>{ a }</td><td>{ b }</td>
                        </tr>
                    }) }
                </tbody>
            </table>
            <button type="button" class="quiet" data-act="stop-comparing" onclick={stop}>
                { icons::close() }{ texts.stop_comparing }
            </button>
        </div>
    }
}

/// How the two runs are called on the stage.
pub(super) const SIDES: [&str; 2] = ["A", "B"];

fn first_end(outlook: Option<&Rc<Outlook>>) -> Option<&Ending> {
    outlook.and_then(|outlook| outlook.endings.first())
}
