//! The timeline's bars: one a Pod, or, when there are too many, how many were in each state.

use super::axis::Grid;
use super::compare::{Runs, SIDES};
use super::contexts::{use_act, use_language};
use super::scale::Window;
use super::state::Action;
use super::together::Together;
use super::transport::use_seeking;
use crate::browser;
use crate::i18n::{bar_summary, show_so_much};
use crate::playground::{Bar, KeptRun, Stretch};
use std::rc::Rc;
use yew::prelude::*;

/// More bars than this are drawn together.
const MOST_BARS: usize = 150;
/// How much of a long run a closer look shows.
const CLOSER_MS: [u64; 3] = [60_000, 600_000, 3_600_000];

#[derive(Properties, PartialEq)]
pub(super) struct BarsProps {
    pub(super) bars: Rc<Vec<Rc<Bar>>>,
    /// The bars of the run beside this one.
    pub(super) beside: Option<Rc<Vec<Rc<Bar>>>>,
    pub(super) kept: Rc<Vec<Rc<KeptRun>>>,
    pub(super) compared: Option<u32>,
    pub(super) now_ms: u64,
    /// How far the student has seen this run.
    pub(super) seen_ms: u64,
    pub(super) window: Window,
    /// The span of the whole run.
    pub(super) whole_ms: u64,
}

/// The bars with the playhead's line; what wasn't seen yet stays hidden.
#[component]
pub(super) fn Bars(props: &BarsProps) -> Html {
    let texts = super::contexts::use_texts();
    let sides = [Some((&props.bars, props.seen_ms)), props.beside.as_ref().map(|bars| (bars, u64::MAX))];
    let comparing = props.beside.is_some();
    html! {
        <section class="panel timeline" aria-label={texts.timeline}>
            <Patterns />
            <div class="timeline-foot">
                <Runs kept={Rc::clone(&props.kept)} compared={props.compared} />
                <Legend />
                <Closer shown_ms={props.window.span_ms} whole_ms={props.whole_ms} />
            </div>
            if props.bars.is_empty() && !comparing {
                <p class="timeline-empty">{ texts.timeline_empty }</p>
            } else {
                <div class="timeline-scroll" tabindex="0" role="group" aria-label={texts.timeline}>
                    { for sides.into_iter().flatten().zip(SIDES).map(|((bars, seen_ms), side)| html! {
                        <Sheet key={side} side={comparing.then_some(side)} bars={Rc::clone(bars)}
                            now_ms={props.now_ms} {seen_ms} window={props.window} />
                    }) }
                </div>
            }
        </section>
    }
}

#[derive(Properties, PartialEq)]
struct CloserProps {
    shown_ms: u64,
    whole_ms: u64,
}

/// How much of a long run is shown.
#[component]
fn Closer(props: &CloserProps) -> Html {
    let language = use_language();
    let texts = language.stage_texts();
    let act = use_act();
    let choose = use_callback(act, |event: Event, act| {
        let span_ms = browser::typed_text(&event).and_then(|text| text.parse().ok());
        act.emit(Action::Zoom(span_ms));
    });
    let choices: Vec<u64> = CLOSER_MS.into_iter().filter(|&span_ms| span_ms < props.whole_ms).collect();
    if choices.is_empty() {
        return Html::default();
    }
    html! {
        <label class="closer">
            <span class="unseen">{ texts.closer }</span>
            <select id="closer" title={texts.closer} onchange={choose}>
                <option value="" selected={props.shown_ms == props.whole_ms}>{ texts.closer_whole }</option>
                { for choices.into_iter().map(|span_ms| html! {
                    <option value={span_ms.to_string()} selected={span_ms == props.shown_ms}>
                        { show_so_much(language, span_ms) }
                    </option>
                }) }
            </select>
        </label>
    }
}

/// What stands under one another.
#[derive(Clone, PartialEq)]
enum Line {
    /// The Job of the bars after it, where there are several.
    Job(Rc<str>),
    Pod(Rc<Bar>),
}

/// The lines of a sheet, or that they are too many.
fn lines(bars: &[Rc<Bar>], window: Window) -> Option<Vec<Line>> {
    let within = |bar: &&Rc<Bar>| {
        let begins = bar.stretches.first().map_or(0, |&(at, _)| at);
        let ends = bar.ended.map(|(at, _)| at).into_iter().chain(bar.removed_ms).min().unwrap_or(u64::MAX);
        begins <= window.end_ms() && ends >= window.from_ms
    };
    let shown: Vec<&Rc<Bar>> = bars.iter().filter(within).take(MOST_BARS + 1).collect();
    if shown.len() > MOST_BARS {
        return None;
    }
    let mut jobs: Vec<(&str, Vec<Line>)> = Vec::new();
    for bar in shown {
        let job = job_of(bar);
        let line = Line::Pod(Rc::clone(bar));
        match jobs.iter_mut().find(|(name, _)| *name == job) {
            Some((_, pods)) => pods.push(line),
            None => jobs.push((job, vec![line])),
        }
    }
    let several = jobs.len() > 1;
    let heading = |name: &str| several.then(|| Line::Job(Rc::from(name)));
    Some(jobs.into_iter().flat_map(|(name, pods)| heading(name).into_iter().chain(pods)).collect())
}

/// Whose Pod it is, by its name; of a Job of a `CronJob` the `CronJob`.
fn job_of(bar: &Bar) -> &str {
    let before = |name: &'_ str| name.rfind('-').unwrap_or(name.len());
    let cut = |name| -> &str { bar.name.get(..before(name)).unwrap_or_default() };
    let mut name = cut(&bar.name);
    if bar.index.is_some() {
        name = cut(name);
    }
    let scheduled = name
        .rsplit_once('-')
        .filter(|(_, minute)| minute.len() >= 8 && minute.bytes().all(|byte| byte.is_ascii_digit()));
    scheduled.map_or(name, |(cron, _)| cron)
}

#[derive(Properties, PartialEq)]
struct SheetProps {
    side: Option<&'static str>,
    bars: Rc<Vec<Rc<Bar>>>,
    now_ms: u64,
    seen_ms: u64,
    window: Window,
}

/// The bars of one run, under the playhead's line.
#[component]
fn Sheet(props: &SheetProps) -> Html {
    let window = props.window;
    let (start, drag, end) = use_seeking(window, true);
    let now = window.place(props.now_ms);
    let seen = window.place(props.seen_ms);
    // Later Pods are shown once their creation was seen.
    let known = props.bars.partition_point(|bar| bar.stretches.first().is_none_or(|&(at, _)| at <= props.seen_ms));
    let all = use_memo((Rc::clone(&props.bars), window), |(bars, window)| lines(bars, *window));
    let row = row_height(all.as_ref().as_ref().map_or(0, Vec::len));
    let listed = if all.is_some() { known } else { 0 };
    let shown = use_memo((Rc::clone(&props.bars), window, listed), |(bars, window, listed)| {
        lines(bars.get(..*listed).unwrap_or_default(), *window).unwrap_or_default()
    });
    html! {
        <div class="timeline-sheet" data-side={props.side}>
            if let Some(side) = props.side {
                <b class={classes!("side", (side == SIDES[1]).then_some("side-b"))}>{ side }</b>
            }
            if all.is_some() { <Names lines={Rc::clone(&shown)} {row} /> }
            <div class="timeline-bars" data-track="" onpointerdown={start} onpointermove={drag}
                onpointerup={end.clone()} onpointercancel={end}>
                <Grid {window} />
                if all.is_some() {
                    <Rows lines={shown} {row} {window} />
                } else {
                    <Together bars={Rc::clone(&props.bars)} {known} {window} />
                }
                <svg class="veil" width="100%" height="100%" aria-hidden="true">
                    <rect class="veil-seen" x={now.clone()} y="0" width="100%" height="100%" />
                    <rect class="veil-unseen" x={seen} y="0" width="100%" height="100%" />
                    <line class="now-line" x1={now.clone()} x2={now} y1="0" y2="100%" />
                </svg>
            </div>
        </div>
    }
}

/// Rows get lower as they get more.
const fn row_height(bars: usize) -> u32 {
    match bars {
        0..=5 => 20,
        6..=8 => 16,
        9..=40 => 12,
        _ => 6,
    }
}

#[component]
fn Legend() -> Html {
    let texts = super::contexts::use_texts();
    let entries = [
        ("bar-pending", texts.stretch_pending),
        ("bar-running", texts.stretch_running),
        ("bar-back-off", texts.stretch_back_off),
        ("bar-terminating", texts.stretch_terminating),
    ];
    let ends = [(true, texts.ended_well), (false, texts.ended_badly)];
    html! {
        <ul class="legend" aria-hidden="true">
            { for entries.into_iter().map(|(class, name)| html! {
                <li><svg width="18" height="8"><rect {class} x="0.5" y="0.5" width="17" height="7" rx="2" /></svg>{ name }</li>
            }) }
            { for ends.into_iter().map(|(good, name)| html! {
                <li><svg width="12" height="12" overflow="visible"><svg x="6" y="6" overflow="visible">{ end_mark(good) }</svg></svg>{ name }</li>
            }) }
        </ul>
    }
}

/// Stripes, so that waits differ from work without colour.
#[component]
fn Patterns() -> Html {
    let pattern = |id: &'static str, class: &'static str, angle: &'static str| {
        html! {
            <pattern {id} width="5" height="5" patternUnits="userSpaceOnUse" patternTransform={angle}>
                <rect class={classes!("stripe-back", class)} width="5" height="5" />
                <rect class={classes!("stripe", class)} width="2" height="5" />
            </pattern>
        }
    };
    html! {
        <svg class="unseen" width="0" height="0" aria-hidden="true">
            <defs>
                { pattern("stripes-wait", "stripe-wait", "rotate(45)") }
                { pattern("stripes-end", "stripe-end", "rotate(90)") }
            </defs>
        </svg>
    }
}

#[derive(Properties, PartialEq)]
struct RowsProps {
    lines: Rc<Vec<Line>>,
    row: u32,
    #[prop_or(Window { from_ms: 0, span_ms: 0 })]
    window: Window,
}

/// Beside each bar: the end of the Pod's name, or its index; over the bars of a Job its name.
#[component]
fn Names(props: &RowsProps) -> Html {
    html! {
        <ul class="names" data-row={props.row.to_string()} aria-hidden="true">
            { for props.lines.iter().map(|line| match line {
                Line::Job(name) => html! { <li key={name.to_string()} class="names-job">{ name.to_string() }</li> },
                Line::Pod(bar) => {
                    let end = bar.name.rsplit_once('-').map_or(&*bar.name, |(_, end)| end);
                    let label = bar.index.map_or_else(|| end.to_owned(), |index| format!("#{index}"));
                    html! { <li key={bar.uid.to_string()} data-menu={format!("pod/{}", bar.uid)} title={bar.name.to_string()}>{ label }</li> }
                }
            }) }
        </ul>
    }
}

#[component]
fn Rows(props: &RowsProps) -> Html {
    let rows = u32::try_from(props.lines.len()).unwrap_or(u32::MAX);
    html! {
        <svg class="rows" width="100%" height={(rows * props.row).to_string()}>
            { for props.lines.iter().zip(0_u32..).filter_map(|(line, place)| match line {
                Line::Job(_) => None,
                Line::Pod(bar) => Some(html! {
                    <Row key={bar.uid.to_string()} bar={Rc::clone(bar)} top={place * props.row} row={props.row}
                        window={props.window} />
                }),
            }) }
        </svg>
    }
}

#[derive(Properties, PartialEq)]
struct RowProps {
    bar: Rc<Bar>,
    top: u32,
    row: u32,
    window: Window,
}

/// One Pod's bar: its stretches, and how it ended.
#[component]
fn Row(props: &RowProps) -> Html {
    let language = use_language();
    let (bar, window) = (&props.bar, props.window);
    let until = bar.ended.map(|(at, _)| at).into_iter().chain(bar.removed_ms).min().unwrap_or(window.end_ms());
    let height = (props.row * 5 / 8).max(3);
    let y = (props.top + (props.row - height) / 2).to_string();
    let ends = bar.stretches.iter().skip(1).map(|&(at, _)| at).chain([until]);
    let shown =
        bar.stretches.iter().zip(ends).filter(|((from, _), to)| *from < window.end_ms() && *to > window.from_ms);
    let stretches = shown.map(|(&(from, stretch), to)| {
        html! {
            <rect class={stretch_class(stretch)} x={window.place(from)} y={y.clone()}
                width={window.length(from, to.min(until))} height={height.to_string()} rx="2" />
        }
    });
    html! {
        <g data-bar={bar.uid.to_string()}>
            <title>{ bar_summary(language, &bar.name, bar.ended) }</title>
            { for stretches }
            if let Some((at, good)) = bar.ended.filter(|&(at, _)| window.holds(at)) {
                if props.row >= 10 {
                    <svg x={window.place(at)} y={(props.top + props.row / 2).to_string()} overflow="visible">
                        { end_mark(good) }
                    </svg>
                } else {
                    <rect class={if good { "end-good" } else { "end-bad" }} x={window.place(at)} y={y}
                        width="3" height={height.to_string()} />
                }
            }
        </g>
    }
}

const fn stretch_class(stretch: Stretch) -> &'static str {
    match stretch {
        Stretch::Pending => "bar-pending",
        Stretch::Running => "bar-running",
        Stretch::BackOff => "bar-back-off",
        Stretch::Terminating => "bar-terminating",
    }
}

/// ✓ in a disc, ✗ in a square: around the origin.
fn end_mark(good: bool) -> Html {
    if good {
        html! {
            <>
                <circle class="end-good" r="5.5" />
                <path class="end-mark" d="m-2.5 0.2 1.8 1.9 3.2-4" />
            </>
        }
    } else {
        html! {
            <>
                <rect class="end-bad" x="-5" y="-5" width="10" height="10" rx="2.5" />
                <path class="end-mark" d="m-2-2 4 4M2-2l-4 4" />
            </>
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Line, lines};
    use crate::playground::{Bar, Stretch};
    use crate::ui::scale::Window;
    use std::rc::Rc;

    fn bar(name: &str, index: Option<u32>, from: u64, until: u64) -> Rc<Bar> {
        let stretches = vec![(from, Stretch::Running)];
        let (uid, name) = (Rc::from(name), Rc::from(name));
        Rc::new(Bar { uid, name, index, stretches, ended: Some((until, true)), removed_ms: None })
    }

    fn told(bars: &[Rc<Bar>], window: Window) -> Option<Vec<String>> {
        let tell = |line| match line {
            Line::Job(name) => format!("{name}:"),
            Line::Pod(bar) => bar.name.to_string(),
        };
        Some(lines(bars, window)?.into_iter().map(tell).collect())
    }

    #[test]
    fn bars_stand_under_their_job_where_there_are_several() {
        let whole = Window { from_ms: 0, span_ms: 60_000 };
        let bars = [bar("a-b-0-xxxxx", Some(0), 0, 9), bar("c-xxxxx", None, 0, 9), bar("a-b-1-yyyyy", Some(1), 5, 9)];
        let expected = ["a-b:", "a-b-0-xxxxx", "a-b-1-yyyyy", "c:", "c-xxxxx"];
        assert_eq!(told(&bars, whole), Some(expected.map(str::to_owned).to_vec()));
        let [one, ..] = &bars;
        assert_eq!(told(&[Rc::clone(one)], whole), Some(vec!["a-b-0-xxxxx".to_owned()]));
        // What a CronJob makes is together.
        let bars = [bar("cron-29455737-xxxxx", None, 0, 9), bar("cron-29455738-yyyyy", None, 5, 9)];
        assert_eq!(told(&bars, whole).map(|lines| lines.len()), Some(2));
    }

    #[test]
    fn a_closer_look_has_only_its_own_bars() {
        let bars: Vec<_> = (0..1_440)
            .map(|minute| bar("cron-29455737-xxxxx", None, minute * 60_000, minute * 60_000 + 5_000))
            .collect();
        assert_eq!(told(&bars, Window { from_ms: 0, span_ms: 86_400_000 }), None);
        let page = Window { from_ms: 3_610_000, span_ms: 600_000 };
        assert_eq!(told(&bars, page).map(|lines| lines.len()), Some(10));
    }
}
