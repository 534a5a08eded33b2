//! The timeline's bars: one a Pod, or, when there are too many, how many were in each state.

use super::axis::Grid;
use super::compare::{Runs, SIDES};
use super::contexts::use_language;
use super::scale::percent;
use super::transport::use_seeking;
use crate::i18n::{bar_summary, more_bars};
use crate::playground::{Bar, KeptRun, Stretch};
use std::fmt::Write;
use std::rc::Rc;
use yew::prelude::*;

/// More bars than this are drawn together.
const MOST_BARS: usize = 150;
/// Slices of the drawing of many Pods.
const SLICES: usize = 120;

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
    pub(super) span_ms: u64,
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
            </div>
            if props.bars.is_empty() && !comparing {
                <p class="timeline-empty">{ texts.timeline_empty }</p>
            } else {
                <div class="timeline-scroll" tabindex="0" role="group" aria-label={texts.timeline}>
                    { for sides.into_iter().flatten().zip(SIDES).map(|((bars, seen_ms), side)| html! {
                        <Sheet key={side} side={comparing.then_some(side)} bars={Rc::clone(bars)}
                            now_ms={props.now_ms} {seen_ms} span_ms={props.span_ms} />
                    }) }
                </div>
            }
        </section>
    }
}

#[derive(Properties, PartialEq)]
struct SheetProps {
    side: Option<&'static str>,
    bars: Rc<Vec<Rc<Bar>>>,
    now_ms: u64,
    seen_ms: u64,
    span_ms: u64,
}

/// The bars of one run, under the playhead's line.
#[component]
fn Sheet(props: &SheetProps) -> Html {
    let (start, drag, end) = use_seeking(props.span_ms, true);
    let many = props.bars.len() > MOST_BARS;
    let now = percent(props.now_ms, props.span_ms);
    let seen = percent(props.seen_ms, props.span_ms);
    // Later Pods are shown once their creation was seen.
    let known = props.bars.partition_point(|bar| bar.stretches.first().is_none_or(|&(at, _)| at <= props.seen_ms));
    let row = row_height(props.bars.len());
    html! {
        <div class="timeline-sheet" data-side={props.side}>
            if let Some(side) = props.side {
                <b class={classes!("side", (side == SIDES[1]).then_some("side-b"))}>{ side }</b>
            }
            if !many { <Names bars={Rc::clone(&props.bars)} {known} {row} /> }
            <div class="timeline-bars" data-track="" onpointerdown={start} onpointermove={drag}
                onpointerup={end.clone()} onpointercancel={end}>
                <Grid span_ms={props.span_ms} />
                if many {
                    <Together bars={Rc::clone(&props.bars)} span_ms={props.span_ms} />
                } else {
                    <Rows bars={Rc::clone(&props.bars)} {known} {row} span_ms={props.span_ms} />
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
    bars: Rc<Vec<Rc<Bar>>>,
    known: usize,
    row: u32,
    #[prop_or_default]
    span_ms: u64,
}

/// Beside each bar: the end of the Pod's name, or its index.
#[component]
fn Names(props: &RowsProps) -> Html {
    html! {
        <ul class="names" data-row={props.row.to_string()} aria-hidden="true">
            { for props.bars.iter().take(props.known).map(|bar| {
                let end = bar.name.rsplit_once('-').map_or(&*bar.name, |(_, end)| end);
                let label = bar.index.map_or_else(|| end.to_owned(), |index| format!("#{index}"));
                html! { <li key={bar.uid.to_string()} data-menu={format!("pod/{}", bar.uid)} title={bar.name.to_string()}>{ label }</li> }
            }) }
        </ul>
    }
}

#[component]
fn Rows(props: &RowsProps) -> Html {
    let rows = u32::try_from(props.known).unwrap_or(u32::MAX);
    html! {
        <svg class="rows" width="100%" height={(rows * props.row).to_string()}>
            { for props.bars.iter().take(props.known).zip(0_u32..).map(|(bar, place)| html! {
                <Row key={bar.uid.to_string()} bar={Rc::clone(bar)} top={place * props.row} row={props.row}
                    span_ms={props.span_ms} />
            }) }
        </svg>
    }
}

#[derive(Properties, PartialEq)]
struct RowProps {
    bar: Rc<Bar>,
    top: u32,
    row: u32,
    span_ms: u64,
}

/// One Pod's bar: its stretches, and how it ended.
#[component]
fn Row(props: &RowProps) -> Html {
    let language = use_language();
    let (bar, span_ms) = (&props.bar, props.span_ms);
    let until = bar.ended.map(|(at, _)| at).into_iter().chain(bar.removed_ms).min().unwrap_or(span_ms);
    let height = (props.row * 5 / 8).max(3);
    let y = (props.top + (props.row - height) / 2).to_string();
    let ends = bar.stretches.iter().skip(1).map(|&(at, _)| at).chain([until]);
    let shown = bar.stretches.iter().zip(ends).filter(|((from, _), _)| *from < span_ms);
    let stretches = shown.map(|(&(from, stretch), to)| {
        html! {
            <rect class={stretch_class(stretch)} x={percent(from, span_ms)} y={y.clone()}
                width={percent(to.min(until).min(span_ms).saturating_sub(from), span_ms)} height={height.to_string()} rx="2" />
        }
    });
    html! {
        <g data-bar={bar.uid.to_string()}>
            <title>{ bar_summary(language, &bar.name, bar.ended) }</title>
            { for stretches }
            if let Some((at, good)) = bar.ended.filter(|&(at, _)| at <= span_ms) {
                if props.row >= 10 {
                    <svg x={percent(at, span_ms)} y={(props.top + props.row / 2).to_string()} overflow="visible">
                        { end_mark(good) }
                    </svg>
                } else {
                    <rect class={if good { "end-good" } else { "end-bad" }} x={percent(at, span_ms)} y={y}
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

#[derive(Properties, PartialEq)]
struct TogetherProps {
    bars: Rc<Vec<Rc<Bar>>>,
    span_ms: u64,
}

/// Many Pods: for each slice of time, how many were in each state.
#[component]
fn Together(props: &TogetherProps) -> Html {
    let language = use_language();
    let slices = count_slices(&props.bars, props.span_ms);
    let most = slices.iter().map(|slice| slice.iter().sum::<u32>()).max().unwrap_or(0).max(1);
    let classes = ["bar-terminating", "bar-back-off", "bar-running", "bar-pending"];
    let label = more_bars(language, u32::try_from(props.bars.len()).unwrap_or(u32::MAX));
    html! {
        <svg class="rows together" width="100%" height="96" viewBox={format!("0 0 {SLICES} {most}")}
            preserveAspectRatio="none" role="img" aria-label={label}>
            // One path a state: elements cost more than what they draw.
            { for classes.into_iter().zip(outlines(&slices, most)).map(|(class, d)| html! { <path {class} {d} /> }) }
        </svg>
    }
}

/// Each state's columns, which stand on those of the states before it.
fn outlines(slices: &[[u32; 4]], most: u32) -> [String; 4] {
    let mut paths: [String; 4] = Default::default();
    for (place, slice) in slices.iter().enumerate() {
        let mut top = most;
        for (path, amount) in paths.iter_mut().zip(slice).filter(|(_, amount)| **amount > 0) {
            top -= amount;
            // Writing to a String can't fail.
            let _ = write!(path, "M{place} {top}h1.02v{amount}h-1.02z");
        }
    }
    paths
}

/// For each slice: Pods terminating, backing off, running, pending at its middle.
fn count_slices(bars: &[Rc<Bar>], span_ms: u64) -> Vec<[u32; 4]> {
    let mut changes = vec![[0_i64; 4]; SLICES + 1];
    let slices = SLICES as u64;
    // The first slice whose middle isn't before the instant.
    let slice_of = |at: u64| {
        let place = (2 * at * slices + span_ms) / (2 * span_ms.max(1));
        usize::try_from(place).unwrap_or(SLICES).min(SLICES)
    };
    for bar in bars {
        let until = bar.ended.map(|(at, _)| at).or(bar.removed_ms).unwrap_or(u64::MAX / 4096);
        let ends = bar.stretches.iter().skip(1).map(|&(at, _)| at).chain([until]);
        for (&(from, stretch), to) in bar.stretches.iter().zip(ends) {
            let kind = match stretch {
                Stretch::Terminating => 0,
                Stretch::BackOff => 1,
                Stretch::Running => 2,
                Stretch::Pending => 3,
            };
            for (at, step) in [(from, 1), (to.min(until), -1)] {
                if let Some(change) = changes.get_mut(slice_of(at)).and_then(|c| c.get_mut(kind)) {
                    *change += step;
                }
            }
        }
    }
    let mut now = [0_i64; 4];
    changes
        .iter()
        .take(SLICES)
        .map(|change| {
            for (sum, step) in now.iter_mut().zip(change) {
                *sum += step;
            }
            now.map(|sum| u32::try_from(sum).unwrap_or(0))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{SLICES, count_slices, outlines};
    use crate::playground::{Bar, Stretch};
    use std::rc::Rc;

    #[test]
    fn slices_count_pods() {
        let bar = |from, until| {
            Rc::new(Bar {
                uid: Rc::from("u"),
                name: Rc::from("n"),
                index: None,
                stretches: vec![(from, Stretch::Pending), (from + 100, Stretch::Running)],
                ended: Some((until, true)),
                removed_ms: None,
            })
        };
        let slices = count_slices(&[bar(0, 600), bar(0, 1_200)], 1_200);
        assert_eq!(slices.len(), SLICES);
        assert_eq!(slices.first(), Some(&[0, 0, 0, 2]));
        assert_eq!(slices.get(50), Some(&[0, 0, 2, 0]));
        assert_eq!(slices.get(100), Some(&[0, 0, 1, 0]));
        assert_eq!(slices.last(), Some(&[0, 0, 1, 0]));
    }
    #[test]
    fn columns_stand_on_each_other() {
        let [terminating, back_off, running, pending] = outlines(&[[1, 0, 2, 0], [0, 0, 3, 1]], 4);
        assert_eq!(terminating, "M0 3h1.02v1h-1.02z");
        assert_eq!(back_off, "");
        assert_eq!(running, "M0 1h1.02v2h-1.02zM1 1h1.02v3h-1.02z");
        assert_eq!(pending, "M1 0h1.02v1h-1.02z");
    }
}
