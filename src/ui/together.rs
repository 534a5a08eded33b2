//! The timeline of so many Pods that they have no bars of their own: how many are in each state, on
//! average over a slice of time, and how many end in it.

use super::contexts::use_language;
use super::scale::Window;
use crate::i18n::{at_once, more_bars, pod_count};
use crate::playground::{Bar, Stretch};
use std::fmt::Write;
use std::rc::Rc;
use yew::prelude::*;

/// Slices of the drawing.
const SLICES: usize = 120;
/// Heights of the two drawings, in pixels.
const HEIGHTS: [u64; 2] = [54, 18];

#[derive(Properties, PartialEq)]
pub(super) struct TogetherProps {
    pub(super) bars: Rc<Vec<Rc<Bar>>>,
    /// Of these, so many have been seen.
    pub(super) known: usize,
    pub(super) window: Window,
}

/// How many there are, over their charts.
#[component]
pub(super) fn Together(props: &TogetherProps) -> Html {
    let language = use_language();
    let most = use_memo((Rc::clone(&props.bars), props.known), |(bars, known)| {
        most_at_once(bars.get(..*known).unwrap_or_default())
    });
    let pods = u32::try_from(props.known).unwrap_or(u32::MAX);
    let most = at_once(language, *most);
    html! {
        <div role="img" aria-label={format!("{}; {most}", more_bars(language, pods))}>
            <p class="together-label">{ format!("{}, {most}", pod_count(pods)) }</p>
            <Charts bars={Rc::clone(&props.bars)} window={props.window} />
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct ChartsProps {
    bars: Rc<Vec<Rc<Bar>>>,
    window: Window,
}

/// One over the other, with the same slices.
#[component]
fn Charts(props: &ChartsProps) -> Html {
    let states = states(&props.bars, props.window);
    let ends = ends(&props.bars, props.window);
    let chart = |class: &'static str, height: u64, paths: Vec<(&'static str, String)>| {
        html! {
            <svg class={classes!("rows", "together", class)} width="100%" height={height.to_string()}
                viewBox={format!("0 0 {SLICES} {height}")} preserveAspectRatio="none" aria-hidden="true">
                // One path a state: elements cost more than what they draw.
                { for paths.into_iter().map(|(class, d)| html! { <path {class} {d} /> }) }
            </svg>
        }
    };
    let classes = ["bar-terminating", "bar-back-off", "bar-running", "bar-pending"];
    let [states_height, ends_height] = HEIGHTS;
    html! {
        <>
            { chart("together-states", states_height, classes.into_iter().zip(outlines(&states, states_height)).collect()) }
            { chart("together-ends", ends_height, ["end-bad", "end-good"].into_iter().zip(outlines(&ends, ends_height)).collect()) }
        </>
    }
}

/// Each kind's columns, which stand on those of the kinds before it; the tallest is as high as the
/// chart. A column that is there has at least a pixel.
fn outlines<const KINDS: usize>(slices: &[[u64; KINDS]], height: u64) -> [String; KINDS] {
    let most = slices.iter().map(|slice| slice.iter().sum::<u64>()).max().unwrap_or(0).max(1);
    let mut paths = std::array::from_fn(|_| String::new());
    for (place, slice) in slices.iter().enumerate() {
        // In tenths of a pixel.
        let mut top = 10 * height;
        for (path, &amount) in paths.iter_mut().zip(slice).filter(|(_, amount)| **amount > 0) {
            let tall = (10 * height * amount / most).max(10).min(top);
            top -= tall;
            // Writing to a String can't fail.
            let _ = write!(path, "M{place} {}.{}h1.02v{}.{}h-1.02z", top / 10, top % 10, tall / 10, tall % 10);
        }
    }
    paths
}

/// The slices of a window.
#[derive(Clone, Copy)]
struct Slices(Window);

impl Slices {
    /// In which slice an instant is, and how much of the slice, in thousandths, comes before it.
    fn place(self, at_ms: u64) -> (usize, u64) {
        let Window { from_ms, span_ms } = self.0;
        let inside = u128::from(at_ms.saturating_sub(from_ms).min(span_ms));
        let thousandths = inside * 1_000 * SLICES as u128 / u128::from(span_ms.max(1));
        let slice = usize::try_from(thousandths / 1_000).unwrap_or(SLICES);
        (slice, u64::try_from(thousandths % 1_000).unwrap_or(0))
    }
}

/// For each slice: how many Pods on average, in thousandths, are terminating, backing off, running, pending.
fn states(bars: &[Rc<Bar>], window: Window) -> Vec<[u64; 4]> {
    // What is added from a slice on, so that a long stretch costs no more than a short one.
    let mut whole = vec![[0_i64; 4]; SLICES + 2];
    let mut part = vec![[0_i64; 4]; SLICES + 1];
    let slices = Slices(window);
    // Of what goes on no more is known than of the rest.
    let last = |bar: &Rc<Bar>| bar.ended.map(|(at, _)| at).max(bar.stretches.last().map(|&(at, _)| at));
    let known = bars.iter().filter_map(last).max().unwrap_or(0);
    for bar in bars {
        let until = bar.ended.map(|(at, _)| at).or(bar.removed_ms).unwrap_or(known);
        let ends = bar.stretches.iter().skip(1).map(|&(at, _)| at).chain([until]);
        for (&(from, stretch), to) in bar.stretches.iter().zip(ends) {
            let kind = match stretch {
                Stretch::Terminating => 0,
                Stretch::BackOff => 1,
                Stretch::Running => 2,
                Stretch::Pending => 3,
            };
            for (at, sign) in [(from, 1_i64), (to.min(until), -1)] {
                // From the instant on: what is left of its slice, and all of those after it.
                let (slice, before) = slices.place(at);
                let rest = sign * (1_000 - i64::try_from(before).unwrap_or(0));
                if let Some(cell) = part.get_mut(slice).and_then(|cells| cells.get_mut(kind)) {
                    *cell += rest;
                }
                if let Some(cell) = whole.get_mut(slice + 1).and_then(|cells| cells.get_mut(kind)) {
                    *cell += sign * 1_000;
                }
            }
        }
    }
    let mut now = [0_i64; 4];
    let added = |(all, part): (&[i64; 4], &[i64; 4])| {
        for (sum, step) in now.iter_mut().zip(all) {
            *sum += step;
        }
        std::array::from_fn(|kind| {
            let sum = now.get(kind).zip(part.get(kind)).map_or(0, |(now, part)| now + part);
            u64::try_from(sum).unwrap_or(0)
        })
    };
    whole.iter().zip(&part).take(SLICES).map(added).collect()
}

/// For each slice: how many Pods fail and succeed in it.
fn ends(bars: &[Rc<Bar>], window: Window) -> Vec<[u64; 2]> {
    let mut counts = vec![[0; 2]; SLICES];
    for (at_ms, good) in bars.iter().filter_map(|bar| bar.ended).filter(|&(at, _)| window.holds(at)) {
        let (slice, _) = Slices(window).place(at_ms);
        if let Some(count) = counts.get_mut(slice.min(SLICES - 1)).and_then(|counts| counts.get_mut(usize::from(good)))
        {
            *count += 1;
        }
    }
    counts
}

/// The most Pods that there were at an instant.
fn most_at_once(bars: &[Rc<Bar>]) -> u32 {
    let ends = |bar: &Bar| bar.ended.map(|(at, _)| at).into_iter().chain(bar.removed_ms).min().unwrap_or(u64::MAX);
    let begins = bars.iter().filter_map(|bar| bar.stretches.first()).map(|&(at, _)| (at, 1));
    let mut changes: Vec<(u64, i32)> = begins.chain(bars.iter().map(|bar| (ends(bar), -1))).collect();
    changes.sort_unstable();
    let mut now = 0;
    let counts = changes.into_iter().map(|(_, step)| {
        now += step;
        now
    });
    counts.max().and_then(|most| u32::try_from(most).ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{SLICES, ends, most_at_once, outlines, states};
    use crate::playground::{Bar, Stretch};
    use crate::ui::scale::Window;
    use std::rc::Rc;

    fn bar(from: u64, until: u64) -> Rc<Bar> {
        Rc::new(Bar {
            uid: Rc::from("u"),
            name: Rc::from("n"),
            index: None,
            stretches: vec![(from, Stretch::Pending), (from + 100, Stretch::Running)],
            ended: Some((until, true)),
            removed_ms: None,
        })
    }

    #[test]
    fn slices_tell_how_many_pods_there_are_on_average() {
        let window = Window { from_ms: 0, span_ms: 1_200 };
        let slices = states(&[bar(0, 600), bar(0, 1_200)], window);
        assert_eq!(slices.len(), SLICES);
        assert_eq!(slices.first(), Some(&[0, 0, 0, 2_000]));
        assert_eq!(slices.get(50), Some(&[0, 0, 2_000, 0]));
        assert_eq!(slices.get(100), Some(&[0, 0, 1_000, 0]));
        assert_eq!(slices.last(), Some(&[0, 0, 1_000, 0]));
        // A quarter of the first slice, and what began before the window.
        let slices = states(&[bar(0, 602)], Window { from_ms: 600, span_ms: 960 });
        assert_eq!(slices.get(..2), Some([[0, 0, 250, 0], [0; 4]].as_slice()));
    }

    #[test]
    fn a_pod_a_minute_is_one_at_once_however_short() {
        let bars: Vec<_> = (0..1_440).map(|minute| bar(minute * 60_000, minute * 60_000 + 6_000)).collect();
        let window = Window { from_ms: 0, span_ms: 86_400_000 };
        assert_eq!(most_at_once(&bars), 1);
        assert!(states(&bars, window).iter().all(|[_, _, running, pending]| (96..=100).contains(&(running + pending))));
        assert!(ends(&bars, window).iter().all(|end| *end == [0, 12]));
    }

    #[test]
    fn what_goes_on_is_drawn_as_far_as_anything_is_known() {
        let open = Rc::new(Bar { ended: None, ..(*bar(0, 0)).clone() });
        let slices = states(&[open, bar(0, 600)], Window { from_ms: 0, span_ms: 1_200 });
        assert_eq!(slices.get(59), Some(&[0, 0, 2_000, 0]));
        assert_eq!(slices.get(60), Some(&[0, 0, 0, 0]));
    }

    #[test]
    fn columns_stand_on_each_other() {
        let [terminating, running, pending] = outlines(&[[1, 2, 0], [0, 3, 1]], 4);
        assert_eq!(terminating, "M0 3.0h1.02v1.0h-1.02z");
        assert_eq!(running, "M0 1.0h1.02v2.0h-1.02zM1 1.0h1.02v3.0h-1.02z");
        assert_eq!(pending, "M1 0.0h1.02v1.0h-1.02z");
    }
}
