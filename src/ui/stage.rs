//! The stage: the Jobs' cards, the lanes with the Pods, and what the student must know of the run.
//! While two runs are compared there are two stages on one clock.

use super::compare::{SIDES, name_of};
use super::contexts::{use_act, use_language};
use super::icons;
use super::index_grid::active_indexes;
use super::job_card::{JobLine, JobPanel, lit_duties};
use super::lanes::Lanes;
use super::state::Action;
use super::text::rich;
use crate::i18n::{self, Limit};
use crate::playground::{Bound, Form, JobCard, NodeCard, ObjectName, OtherCard, Snapshot};
use std::rc::Rc;
use yew::prelude::*;

/// More Jobs than this don't fit; the newest matter most.
const MOST_JOBS: usize = 6;

#[derive(Properties, PartialEq)]
pub(super) struct StageProps {
    pub(super) snapshot: Rc<Snapshot>,
}

/// One stage, or two with their names.
#[component]
pub(super) fn Stages(props: &StageProps) -> Html {
    let language = use_language();
    let snapshot = &props.snapshot;
    let Some(beside) = &snapshot.compared else {
        return html! { <Stage snapshot={Rc::clone(snapshot)} /> };
    };
    let other = snapshot.kept.iter().find(|kept| kept.run == beside.run).map(|kept| name_of(language, kept));
    let names = [Some(language.stage_texts().this_run.to_owned()), other];
    html! {
        <div class="stages">
            { for [snapshot, beside].into_iter().zip(names).zip(SIDES).map(|((run, name), side)| html! {
                <section class="stage-side" data-side={side} aria-label={format!("{side}: {}", name.clone().unwrap_or_default())}>
                    <p class="side-name"><b class={classes!("side", (side == SIDES[1]).then_some("side-b"))}>{ side }</b>
                        <span>{ name }</span></p>
                    <Stage snapshot={Rc::clone(run)} />
                </section>
            }) }
        </div>
    }
}

/// The stage.
#[component]
fn Stage(props: &StageProps) -> Html {
    let language = use_language();
    let texts = language.texts();
    let snapshot = &props.snapshot;
    if !snapshot.applied {
        return html! {
            <section class="panel stage stage-empty">
                <div>
                    { icons::logo() }
                    <h2>{ texts.stage_empty }</h2>
                    <p>{ texts.stage_empty_text }</p>
                </div>
            </section>
        };
    }
    let skipped = snapshot.jobs.len().saturating_sub(MOST_JOBS);
    // A CronJob stands over the Jobs that it makes, other objects under those of the manifest.
    let makes_jobs = snapshot.others.iter().any(|other| other.kind == "CronJob");
    html! {
        <section class="panel stage">
            if makes_jobs { <Others others={Rc::clone(&snapshot.others)} /> }
            if snapshot.jobs.len() != 1 {
                // The lanes' headings stand under one, whatever there is to see.
                <h2 class="unseen">{ texts.stage }</h2>
            }
            if let [job] = snapshot.jobs.as_slice() {
                <JobPanel
                    key={job.uid.to_string()}
                    job={Rc::clone(job)}
                    lit={lit_duties(job.duties, snapshot.now_ms, snapshot.speed)}
                    retry_in_ms={left_of(job.retry_at_ms, snapshot.now_ms)}
                    deadline_in_ms={seconds_left(job.deadline_ms, snapshot.now_ms)}
                    expires_in_ms={seconds_left(job.expires_ms, snapshot.now_ms)}
                    active_indexes={if job.indexed { active_indexes(job, &snapshot.pods) } else { Vec::new() }}
                />
            } else if !snapshot.jobs.is_empty() {
                <ul class="job-lines" aria-label={language.stage_texts().jobs}>
                    { for snapshot.jobs.iter().skip(skipped).map(|job| html! {
                        <JobLine key={job.uid.to_string()} job={Rc::clone(job)}
                            lit={lit_duties(job.duties, snapshot.now_ms, snapshot.speed)} />
                    }) }
                    if skipped > 0 { <li class="job-more">{ format!("+{skipped}") }</li> }
                </ul>
            }
            if !makes_jobs { <Others others={Rc::clone(&snapshot.others)} /> }
            <Notices
                assumed={Rc::clone(&snapshot.assumed_programs)}
                bound={snapshot.bound}
            />
            <Lanes
                pods={Rc::clone(&snapshot.pods)}
                parallelism={free_places(&snapshot.jobs)}
                now_ms={snapshot.now_ms}
            />
            <Nodes nodes={Rc::clone(&snapshot.nodes)} />
        </section>
    }
}

/// To the tenth of a second, so that the card isn't drawn with every frame.
fn left_of(until_ms: Option<u64>, now_ms: u64) -> Option<u64> {
    let left = until_ms?.checked_sub(now_ms)?;
    (left > 0).then(|| left.div_ceil(100) * 100)
}

/// To the second.
fn seconds_left(until_ms: Option<u64>, now_ms: u64) -> Option<u64> {
    left_of(until_ms, now_ms).map(|left| left.div_ceil(1_000) * 1_000)
}

/// Whether the controller creates no more Pods for it, whatever becomes of those that there are.
fn is_decided(job: &JobCard) -> bool {
    let decides = ["SuccessCriteriaMet", "FailureTarget", "Complete", "Failed"];
    job.conditions.iter().any(|condition| condition.status == "True" && decides.contains(&condition.kind.as_str()))
}

/// The places that `parallelism` offers, while any Pod may still be created.
fn free_places(jobs: &[Rc<JobCard>]) -> u32 {
    jobs.iter()
        .filter(|job| !is_decided(job) && job.removed_ms.is_none() && !job.suspended)
        .map(|job| {
            let left = job.completions.map_or(u32::MAX, |all| all.saturating_sub(job.succeeded));
            job.parallelism.min(left)
        })
        .fold(0, u32::saturating_add)
}

#[derive(Properties, PartialEq)]
struct OthersProps {
    others: Rc<Vec<Rc<OtherCard>>>,
}

/// Objects of other kinds, a line each, with their fields under the API's own names.
#[component]
fn Others(props: &OthersProps) -> Html {
    let language = use_language();
    let act = use_act();
    if props.others.is_empty() {
        return Html::default();
    }
    let look = |other: &OtherCard| {
        let object = ObjectName {
            kind: Rc::from(other.kind.as_str()),
            namespace: Rc::clone(&other.namespace),
            name: Rc::clone(&other.name),
        };
        act.reform(move |_: MouseEvent| Action::LookAt(object.clone(), Form::Describe))
    };
    html! {
        <ul class="others" aria-label={language.stage_texts().others}>
            { for props.others.iter().map(|other| html! {
                <li key={other.uid.to_string()} data-other={other.kind.clone()}>
                    <span class="kind">{ &other.kind }</span>
                    <button type="button" class="other-name" title={language.object_texts().look}
                        onclick={look(other)}><code>{ other.name.to_string() }</code></button>
                    { for other.facts.iter().map(|(name, value)| html! {
                        <span class="other-fact"><code>{ *name }</code>{ " " }<b>{ value }</b></span>
                    }) }
                </li>
            }) }
        </ul>
    }
}

#[derive(Properties, PartialEq)]
struct NodesProps {
    nodes: Rc<Vec<Rc<NodeCard>>>,
}

/// The ground that the Pods stand on: each node with its state, and its menu.
#[component]
fn Nodes(props: &NodesProps) -> Html {
    let language = use_language();
    let texts = language.stage_texts();
    html! {
        <div class="nodes">
            { for props.nodes.iter().map(|node| {
                let (state, word) = match (node.ready, node.cordoned) {
                    (false, _) => ("lost", texts.node_not_ready),
                    (true, true) => ("cordoned", texts.node_cordoned),
                    (true, false) => ("ready", texts.node_ready),
                };
                html! {
                    <button key={node.uid.to_string()} type="button" class="node" data-state={state} aria-haspopup="dialog"
                        data-menu={format!("node/{}", node.name)} title={texts.actions}>
                        { icons::node() }
                        <span>{ texts.node }{ " " }<code>{ node.name.to_string() }</code></span>
                        <span class="node-state">{ word }</span>
                    </button>
                }
            }) }
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct NoticesProps {
    assumed: Rc<Vec<String>>,
    bound: Option<Bound>,
}

#[component]
fn Notices(props: &NoticesProps) -> Html {
    let language = use_language();
    let assumed = (!props.assumed.is_empty()).then(|| i18n::assumed_programs(language, &props.assumed));
    let bound = props.bound.map(|bound| {
        let limit = match bound {
            Bound::Pods(most) => Limit::Pods(most),
            Bound::Changes(most) => Limit::Changes(most),
            Bound::Length(ms) => Limit::Length(ms),
        };
        i18n::bound_reached(language, limit)
    });
    html! {
        { for assumed.into_iter().chain(bound).map(|words| html! {
            <p class="notice" role="note">{ icons::info() }<span>{ rich(&words) }</span></p>
        }) }
    }
}
