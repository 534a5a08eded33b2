//! The stage: the Jobs' cards, the lanes with the Pods, and what the student must know of the run.

use super::contexts::use_language;
use super::icons;
use super::job_card::{JobPanel, lit_duties};
use super::lanes::Lanes;
use super::text::rich;
use crate::i18n::{self, Limit};
use crate::playground::{Bound, JobCard, Snapshot};
use std::rc::Rc;
use yew::prelude::*;

/// More Jobs than this don't fit; the newest matter most.
const MOST_JOBS: usize = 3;

#[derive(Properties, PartialEq)]
pub(super) struct StageProps {
    pub(super) snapshot: Rc<Snapshot>,
}

/// The stage.
#[component]
pub(super) fn Stage(props: &StageProps) -> Html {
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
    html! {
        <section class="panel stage">
            { for snapshot.jobs.iter().skip(skipped).map(|job| html! {
                <JobPanel
                    key={job.uid.to_string()}
                    job={Rc::clone(job)}
                    lit={lit_duties(job.duties, snapshot.now_ms, snapshot.speed)}
                    retry_in_ms={retry_in(job, snapshot.now_ms)}
                />
            }) }
            <Notices
                assumed={Rc::clone(&snapshot.assumed_programs)}
                bound={snapshot.bound}
            />
            <Lanes
                pods={Rc::clone(&snapshot.pods)}
                parallelism={free_places(&snapshot.jobs)}
                now_ms={snapshot.now_ms}
            />
        </section>
    }
}

/// To the tenth of a second, so that the card isn't drawn with every frame.
fn retry_in(job: &JobCard, now_ms: u64) -> Option<u64> {
    let left = job.retry_at_ms?.checked_sub(now_ms)?;
    (left > 0).then(|| left.div_ceil(100) * 100)
}

/// The places that `parallelism` offers, while any Pod may still be created.
fn free_places(jobs: &[Rc<JobCard>]) -> u32 {
    jobs.iter()
        .filter(|job| job.finished_ms.is_none() && job.removed_ms.is_none() && !job.suspended)
        .map(|job| {
            let left = job.completions.map_or(u32::MAX, |all| all.saturating_sub(job.succeeded));
            job.parallelism.min(left)
        })
        .fold(0, u32::saturating_add)
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
