//! The indexes of an Indexed Job: a cell each, or, when there are many, a strip.

use super::contexts::use_language;
use crate::i18n::{StageTexts, index_state, index_summary};
use crate::playground::{JobCard, Lane, PodCard};
use std::rc::Rc;
use yew::prelude::*;

/// More indexes than this are a strip.
const MOST_CELLS: u32 = 48;

/// What became of an index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Done,
    Failed,
    Active,
    Waiting,
}

impl State {
    const fn key(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Active => "active",
            Self::Waiting => "waiting",
        }
    }

    const fn word(self, texts: &StageTexts) -> &'static str {
        match self {
            Self::Done => texts.index_done,
            Self::Failed => texts.index_failed,
            Self::Active => texts.index_active,
            Self::Waiting => texts.index_waiting,
        }
    }
}

/// The indexes whose Pods haven't ended, in ascending order.
pub(super) fn active_indexes(job: &JobCard, pods: &[Rc<PodCard>]) -> Vec<u32> {
    let unended = |pod: &&Rc<PodCard>| pod.job == job.uid && !matches!(pod.lane, Lane::Completed | Lane::Failed);
    let mut indexes: Vec<u32> = pods.iter().filter(unended).filter_map(|pod| pod.index).collect();
    indexes.sort_unstable();
    indexes.dedup();
    indexes
}

/// The ranges of a text such as `0-2,5`, the last index included.
fn ranges(text: &str) -> Vec<(u32, u32)> {
    let part = |part: &str| {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        Some((first.parse().ok()?, last.parse().ok()?))
    };
    text.split(',').filter_map(part).collect()
}

fn holds(ranges: &[(u32, u32)], index: u32) -> bool {
    ranges.iter().any(|&(first, last)| (first..=last).contains(&index))
}

fn amount(ranges: &[(u32, u32)]) -> u32 {
    ranges.iter().map(|&(first, last)| last.saturating_sub(first) + 1).fold(0, u32::saturating_add)
}

#[derive(Properties, PartialEq)]
pub(super) struct IndexGridProps {
    pub(super) all: u32,
    pub(super) completed: String,
    pub(super) failed: String,
    pub(super) active: Vec<u32>,
}

/// Cells or strip.
#[component]
pub(super) fn IndexGrid(props: &IndexGridProps) -> Html {
    let language = use_language();
    let texts = language.stage_texts();
    let (done, failed) = (ranges(&props.completed), ranges(&props.failed));
    let at_work = u32::try_from(props.active.len()).unwrap_or(u32::MAX);
    let summary = index_summary(language, amount(&done), amount(&failed), at_work, props.all);
    let state = |index: u32| {
        if holds(&done, index) {
            State::Done
        } else if holds(&failed, index) {
            State::Failed
        } else if props.active.binary_search(&index).is_ok() {
            State::Active
        } else {
            State::Waiting
        }
    };
    if props.all <= MOST_CELLS {
        return html! {
            <div class="indexes-row">
                <span class="indexes-lead" aria-hidden="true">{ texts.indexes }</span>
                <ol class="index-cells" aria-label={summary}>
                    { for (0..props.all).map(|index| {
                        let state = state(index);
                        let title = index_state(index, state.word(texts), language);
                        html! {
                            <li key={index} data-index={index.to_string()} data-state={state.key()} title={title}>
                                { index }<span class="unseen">{ " " }{ state.word(texts) }</span>
                            </li>
                        }
                    }) }
                </ol>
            </div>
        };
    }
    let strip = |ranges: &[(u32, u32)], class: &'static str| -> Html {
        ranges
            .iter()
            .map(|&(first, last)| {
                html! {
                    <rect {class} x={first.to_string()} y="0" height="1"
                        width={(last.saturating_sub(first) + 1).to_string()} />
                }
            })
            .collect()
    };
    let active: Vec<(u32, u32)> = props.active.iter().map(|&index| (index, index)).collect();
    html! {
        <div class="indexes-row">
            <span class="indexes-lead" aria-hidden="true">{ texts.indexes }</span>
            <svg class="index-strip" viewBox={format!("0 0 {} 1", props.all)} preserveAspectRatio="none"
                role="img" aria-label={summary}>
                <rect class="index-waiting" x="0" y="0" width={props.all.to_string()} height="1" />
                { strip(&active, "index-active") }
                { strip(&done, "index-done") }
                { strip(&failed, "index-failed") }
            </svg>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::{amount, holds, ranges};

    #[test]
    fn ranges_are_read() {
        let some = ranges("0-2,5,7-8");
        assert_eq!(some, [(0, 2), (5, 5), (7, 8)]);
        assert_eq!(amount(&some), 6);
        assert!(holds(&some, 5) && !holds(&some, 6));
        assert_eq!(ranges(""), []);
    }
}
