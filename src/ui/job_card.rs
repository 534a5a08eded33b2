//! The Job as a card: what it wants, how far it is, what its controller does.

use super::contexts::use_language;
use super::icons;
use super::index_grid::IndexGrid;
use super::ring::Ring;
use super::text::breakable;
use crate::i18n;
use crate::playground::{Duties, JobCard, Speed};
use std::rc::Rc;
use yew::prelude::*;

/// A duty stays lit this long in cluster time …
const LIT_MS: u64 = 1_500;
/// … but at least this long for the eye.
const LIT_REAL_MS: u64 = 600;
/// Completions up to here are drawn one by one.
const MOST_SEGMENTS: u32 = 40;
/// Failures up to here are drawn one by one.
const MOST_PIPS: u32 = 10;

/// Which of the duties were done just now.
pub(super) fn lit_duties(duties: Duties, now_ms: u64, speed: Speed) -> [bool; 4] {
    let lit_ms = LIT_MS.max(u64::from(speed.ms_per_second) * LIT_REAL_MS / 1_000);
    [duties.create_ms, duties.watch_ms, duties.retry_ms, duties.mark_ms]
        .map(|done| done.and_then(|done| now_ms.checked_sub(done)).is_some_and(|ago| ago < lit_ms))
}

#[derive(Properties, PartialEq)]
pub(super) struct JobPanelProps {
    pub(super) job: Rc<JobCard>,
    pub(super) lit: [bool; 4],
    pub(super) retry_in_ms: Option<u64>,
    pub(super) deadline_in_ms: Option<u64>,
    pub(super) expires_in_ms: Option<u64>,
    pub(super) active_indexes: Vec<u32>,
}

/// The card.
#[component]
pub(super) fn JobPanel(props: &JobPanelProps) -> Html {
    let language = use_language();
    let (texts, stage) = (language.texts(), language.stage_texts());
    let job = &props.job;
    let tone = tone_of(job.status);
    let counters = [
        (texts.active, job.active, "active"),
        (texts.ready, job.ready, "ready"),
        (texts.terminating, job.terminating, "terminating"),
    ];
    html! {
        <article class={classes!("job", job.removed_ms.map(|_| "is-removed"))} data-job={job.uid.to_string()}>
            <header class="job-head">
                <span class="kind">{ texts.job }</span>
                <h2>{ job.name.to_string() }</h2>
                <span id="job-status" class={classes!("status", tone)} data-status={job.status}
                    title={texts.job_status}>
                    { tone_icon(tone) }<span class="unseen">{ texts.job_status }{ ": " }</span>
                    <code>{ job.status }</code>
                </span>
                if job.removed_ms.is_some() {
                    <span class="chip">{ texts.job_removed }</span>
                }
                if let Some(left_ms) = props.deadline_in_ms {
                    <span class="chip chip-time" title="activeDeadlineSeconds">
                        { format!("{} {}", stage.deadline_in, i18n::duration(language, left_ms)) }
                    </span>
                }
                if let Some(left_ms) = props.expires_in_ms {
                    <span class="chip chip-time" title="ttlSecondsAfterFinished">
                        { format!("{} {}", stage.expires_in, i18n::duration(language, left_ms)) }
                    </span>
                }
                <dl class="counters">
                    { for counters.into_iter().map(|(name, amount, key)| html! {
                        <div data-counter={key} data-some={(amount > 0).to_string()}>
                            <dd>{ amount }</dd><dt>{ name }</dt>
                        </div>
                    }) }
                </dl>
                <MenuButton job={Rc::clone(job)} />
            </header>
            <div class="job-body">
                <Progress job={Rc::clone(job)} />
                <Retries job={Rc::clone(job)} retry_in_ms={props.retry_in_ms} />
            </div>
            if let Some(all) = job.completions.filter(|_| job.indexed) {
                <IndexGrid {all} completed={job.completed_indexes.clone()} failed={job.failed_indexes.clone()}
                    active={props.active_indexes.clone()} />
            }
            <DutyRow lit={props.lit} />
            if !job.conditions.is_empty() {
                <ul class="conditions" aria-label={texts.conditions}>
                    { for job.conditions.iter().map(|condition| html! {
                        <li key={condition.kind.clone()} class={classes!("condition", tone_of(&condition.kind))}
                            data-condition={condition.kind.clone()} data-on={condition.status.clone()}
                            title={condition.message.clone()}>
                            { tone_icon(tone_of(&condition.kind)) }
                            <code>{ breakable(&condition.kind) }</code>
                            if condition.status != "True" {
                                <code>{ format!("={}", condition.status) }</code>
                            }
                            <span class="condition-reason">{ breakable(&condition.reason) }</span>
                        </li>
                    }) }
                </ul>
            }
        </article>
    }
}

#[derive(Properties, PartialEq)]
struct MenuButtonProps {
    job: Rc<JobCard>,
}

/// Opens the Job's menu.
#[component]
fn MenuButton(props: &MenuButtonProps) -> Html {
    let language = use_language();
    let name = i18n::actions_of(language, &props.job.name);
    html! {
        <button type="button" class="quiet job-menu" aria-haspopup="dialog" aria-label={name.clone()} title={name}
            data-menu={format!("job/{}", props.job.uid)}>{ icons::more() }</button>
    }
}

#[derive(Properties, PartialEq)]
pub(super) struct JobLineProps {
    pub(super) job: Rc<JobCard>,
    pub(super) lit: [bool; 4],
}

/// One of several Jobs, on a line.
#[component]
pub(super) fn JobLine(props: &JobLineProps) -> Html {
    let language = use_language();
    let texts = language.texts();
    let job = &props.job;
    let tone = tone_of(job.status);
    // The end of a long name tells the Jobs of a CronJob apart.
    let (stem, end) = job.name.rfind('-').map_or((&*job.name, ""), |place| job.name.split_at(place));
    html! {
        <li class="job-line" data-job={job.uid.to_string()}>
            <span class="kind">{ texts.job }</span>
            <h2 title={job.name.to_string()}><span class="job-stem">{ stem }</span><span>{ end }</span></h2>
            <span class={classes!("status", tone)} data-status={job.status} title={texts.job_status}>
                { tone_icon(tone) }<code>{ job.status }</code>
            </span>
            <Progress job={Rc::clone(job)} />
            <span class="line-duties" aria-hidden="true">
                { for [icons::create(), icons::watch(), icons::restart(), icons::mark()].into_iter().zip(props.lit).map(|(icon, lit)| html! {
                    <i data-lit={lit.to_string()}>{ icon }</i>
                }) }
            </span>
            <MenuButton job={Rc::clone(job)} />
        </li>
    }
}

/// The colour of a status or condition.
pub(super) fn tone_of(status: &str) -> &'static str {
    match status {
        "Complete" | "SuccessCriteriaMet" => "tone-done",
        "Failed" | "FailureTarget" => "tone-fail",
        "Running" => "tone-run",
        _ => "tone-wait",
    }
}

fn tone_icon(tone: &str) -> Html {
    use crate::playground::Lane;
    icons::lane(match tone {
        "tone-done" => Lane::Completed,
        "tone-fail" => Lane::Failed,
        "tone-run" => Lane::Running,
        _ => Lane::Pending,
    })
}

#[derive(Properties, PartialEq)]
struct ProgressProps {
    job: Rc<JobCard>,
}

/// How many of the completions are reached, and how many Pods are at work on more.
#[component]
fn Progress(props: &ProgressProps) -> Html {
    let language = use_language();
    let texts = language.texts();
    let job = &props.job;
    // A work queue has no number to reach: its bar holds what there is.
    let all = job.completions.unwrap_or(job.succeeded + job.active).max(1);
    let summary = i18n::job_summary(language, job.succeeded, job.completions);
    let part = |from: u32, until: u32, class: &'static str| {
        html! {
            <rect {class} x={from.to_string()} y="0" width={until.saturating_sub(from).to_string()} height="1" />
        }
    };
    let done = job.succeeded.min(all);
    let at_work = (done + job.active).min(all);
    html! {
        <div class="progress" role="img" aria-label={summary}>
            <p class="meter-label" aria-hidden="true">
                <span>{ texts.completions }</span>
                <b>
                    { job.succeeded }
                    <span class="of">
                        if let Some(completions) = job.completions { { format!(" / {completions}") } }
                        else { { format!(" · {}", texts.work_queue) } }
                    </span>
                </b>
            </p>
            <svg viewBox={format!("0 0 {all} 1")} preserveAspectRatio="none" aria-hidden="true">
                { part(0, all, "bar-rest") }
                { part(done, at_work, "bar-active") }
                { part(0, done, "bar-done") }
                if all <= MOST_SEGMENTS {
                    { for (1..all).map(|place| html! {
                        <line class="bar-gap" x1={place.to_string()} x2={place.to_string()} y1="0" y2="1"
                            vector-effect="non-scaling-stroke" />
                    }) }
                }
            </svg>
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct RetriesProps {
    job: Rc<JobCard>,
    retry_in_ms: Option<u64>,
}

/// What is held against `backoffLimit`; the last pip is the one that fails the Job.
#[component]
fn Retries(props: &RetriesProps) -> Html {
    let language = use_language();
    let texts = language.texts();
    let job = &props.job;
    let name = if job.counts_restarts { texts.restarts_counted } else { texts.retries };
    // Failed Pods must exceed the limit, restarts only reach it.
    let fatal = if job.counts_restarts { job.backoff_limit.max(1) } else { job.backoff_limit.saturating_add(1) };
    if let Some(forgiven) = job.backoff_limit_per_index {
        return html! { <IndexRetries failed={job.failed} {forgiven} indexes={job.max_failed_indexes} /> };
    }
    html! {
        <div class="retries">
            <div role="img" aria-label={format!("{name}: {}", i18n::retries_of(language, job.retries_used, job.backoff_limit))}>
                <p class="meter-label" aria-hidden="true">
                    <span>{ name }</span>
                    <b>{ job.retries_used }<span class="of">{ format!(" / {}", job.backoff_limit) }</span></b>
                    <code>{ "backoffLimit" }</code>
                </p>
                if fatal <= MOST_PIPS {
                    <span class="pips" aria-hidden="true">
                        { for (1..=fatal).map(|place| html! {
                            <i class={classes!(
                                (place == fatal).then_some("pip-fatal"),
                                (place <= job.retries_used).then_some("is-used"),
                            )}></i>
                        }) }
                    </span>
                }
            </div>
            if let Some(left_ms) = props.retry_in_ms {
                <div class="retry-in" title={texts.next_retry}>
                    <span>{ texts.next_retry }</span>
                    <b>{ i18n::duration(language, left_ms.div_ceil(1_000) * 1_000) }</b>
                    <Ring left_ms={left_ms} whole_ms={retry_delay(job.retries_used)} />
                </div>
            }
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct IndexRetriesProps {
    failed: u32,
    /// How many failures each index is forgiven.
    forgiven: u32,
    /// How many indexes may fail.
    indexes: Option<u32>,
}

/// With `backoffLimitPerIndex` each index has its own count; here is what there is of it in all.
#[component]
fn IndexRetries(props: &IndexRetriesProps) -> Html {
    let language = use_language();
    let texts = language.texts();
    html! {
        <div class="retries">
            <div>
                <p class="meter-label"><span>{ texts.retries }</span><b>{ props.failed }</b></p>
                <p class="index-limits">
                    <code>{ "backoffLimitPerIndex" }</code><b>{ props.forgiven }</b>
                    if let Some(indexes) = props.indexes {
                        <code>{ "maxFailedIndexes" }</code><b>{ indexes }</b>
                    }
                </p>
            </div>
        </div>
    }
}

/// The controller's delay after this many failures in a row: 10 s doubling, at most 10 min.
fn retry_delay(failures: u32) -> u64 {
    let doublings = failures.saturating_sub(1).min(6);
    (10_000_u64 << doublings).min(600_000)
}

#[derive(Properties, PartialEq)]
struct DutyRowProps {
    lit: [bool; 4],
}

/// The controller's four duties; one glows while it is being done.
#[component]
fn DutyRow(props: &DutyRowProps) -> Html {
    let language = use_language();
    let texts = language.texts();
    let duties = [
        ("create", texts.duty_create, texts.duty_create_gloss, icons::create()),
        ("watch", texts.duty_watch, texts.duty_watch_gloss, icons::watch()),
        ("retry", texts.duty_retry, texts.duty_retry_gloss, icons::restart()),
        ("mark", texts.duty_mark, texts.duty_mark_gloss, icons::mark()),
    ];
    html! {
        <div class="duties">
            <span class="duties-lead" aria-hidden="true">{ texts.duties_short }</span>
            <ol aria-label={texts.duties}>
            { for duties.into_iter().zip(props.lit).map(|((key, name, gloss, icon), lit)| html! {
                <li data-duty={key} data-lit={lit.to_string()} title={gloss}>
                    { icon }<span>{ name }</span>
                </li>
            }) }
            </ol>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::{lit_duties, retry_delay};
    use crate::playground::{Duties, Speed};

    #[test]
    fn duties_glow_for_a_while() {
        let duties = Duties { create_ms: Some(1_000), watch_ms: Some(5_000), ..Duties::default() };
        let slow = Speed { ms_per_second: 1_000 };
        assert_eq!(lit_duties(duties, 2_000, slow), [true, false, false, false]);
        assert_eq!(lit_duties(duties, 5_000, slow), [false, true, false, false]);
        let fast = Speed { ms_per_second: 60_000 };
        assert_eq!(lit_duties(duties, 30_000, fast), [true, true, false, false]);
    }

    #[test]
    fn delays_double() {
        assert_eq!([1, 2, 3, 7, 40].map(retry_delay), [10_000, 20_000, 40_000, 600_000, 600_000]);
    }
}
