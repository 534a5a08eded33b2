//! What the terminal printed: its end is drawn at once, the rest in the turns after that, so that a long answer is there
//! as soon as a short one.
//!
//! What is still to be drawn keeps its place at its exact height; the browser lays out only the blocks that can be seen
//! (`content-visibility` in `terminal.css`). All text is in the page in the end, and so the browser's own search,
//! selection and copying find it.

use super::contexts::use_language;
use crate::browser::Delay;
use crate::i18n::offset;
use crate::playground::{Block, Entry};
use std::ops::Range;
use std::rc::Rc;
use yew::prelude::*;

/// An answer of more lines isn't read aloud by itself.
const MOST_ALOUD: u32 = 40;
/// Blocks that are drawn at once: the last, and a whole one before it, which is more than a screen.
const AT_ONCE: u32 = 2;
/// Blocks that each turn adds: few enough for a frame.
const A_TURN: u32 = 6;

#[derive(Properties, PartialEq)]
pub(super) struct EntryProps {
    pub(super) entry: Rc<Entry>,
}

/// Which blocks wait to be drawn; counted from the first one that was ever printed.
#[derive(Default)]
struct Drawn {
    /// Up to here the blocks are known.
    known: u32,
    /// These wait.
    waiting: Range<u32>,
}

impl Drawn {
    /// Blocks came, or went from the beginning.
    fn follow(&mut self, kept: Range<u32>) {
        if kept.end > self.known + AT_ONCE {
            let start = if self.waiting.is_empty() { self.known } else { self.waiting.start };
            self.waiting = start..kept.end - AT_ONCE;
        }
        self.known = kept.end;
        self.waiting.start = self.waiting.start.max(kept.start);
    }

    /// Draws some more, those nearest to the end first.
    fn go_on(&mut self) {
        self.waiting.end = self.waiting.end.saturating_sub(A_TURN).max(self.waiting.start);
    }
}

/// A line and its answer.
#[component]
pub(super) fn EntryItem(props: &EntryProps) -> Html {
    let entry = &props.entry;
    let drawn = use_mut_ref(Drawn::default);
    let again = use_force_update();
    let first = entry.dropped;
    let length = u32::try_from(entry.blocks.len()).unwrap_or(u32::MAX);
    let waiting = {
        let mut drawn = drawn.borrow_mut();
        drawn.follow(first..first.saturating_add(length));
        drawn.waiting.clone()
    };
    use_effect_with(waiting.clone(), move |waiting| {
        let turn = (!waiting.is_empty()).then(|| {
            Delay::new(0, move || {
                drawn.borrow_mut().go_on();
                again.force_update();
            })
        });
        move || drop(turn)
    });
    let block = |(number, block): (u32, &Rc<Block>)| {
        // Only the height of whole blocks is known, and only where no line is broken.
        let later = waiting.contains(&number) && block.is_whole() && !block.stderr;
        let class = classes!(
            block.stderr.then_some("stderr"),
            (block.is_whole() && !block.stderr).then_some("whole"),
            later.then_some("later")
        );
        html! { <pre key={number} {class}>if !later { { Rc::clone(&block.text) } }</pre> }
    };
    html! {
        <div class="console-entry" aria-live={(entry.lines() > MOST_ALOUD).then_some("off")}>
            if !entry.line.is_empty() {
                <p class="console-typed"><code>{ Rc::clone(&entry.line) }</code><time>{ offset(entry.at_ms) }</time></p>
            }
            { for (first..).zip(&entry.blocks).map(block) }
        </div>
    }
}

#[derive(Properties, PartialEq)]
pub(super) struct LongAnswerProps {
    pub(super) entry: Option<Rc<Entry>>,
}

/// For those who listen: how long a long answer is, and how it ends.
#[component]
pub(super) fn LongAnswer(props: &LongAnswerProps) -> Html {
    let texts = use_language().terminal_texts();
    let entry = props.entry.as_ref().filter(|entry| entry.lines() > MOST_ALOUD);
    let said = entry.map(|entry| {
        let end = entry.blocks.last().map_or("", |block| block.text.trim_end());
        let last = end.rsplit('\n').next().unwrap_or("");
        format!("{} {}. {} {last}", texts.lines, entry.lines(), texts.last_line)
    });
    html! { <p class="unseen" role="status">{ said }</p> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_is_drawn_at_once_and_the_rest_in_turns() {
        let mut drawn = Drawn::default();
        drawn.follow(0..101);
        assert_eq!(drawn.waiting, 0..99);
        drawn.go_on();
        assert_eq!(drawn.waiting, 0..93);
        // A few lines more are drawn at once, whatever waits.
        drawn.follow(0..102);
        assert_eq!(drawn.waiting, 0..93);
        // A second long answer of the same line waits behind the first.
        drawn.follow(0..202);
        assert_eq!(drawn.waiting, 0..200);
        // What is gone from the beginning needs no drawing.
        drawn.follow(100..210);
        assert_eq!(drawn.waiting, 100..208);
        for _ in 0..20 {
            drawn.go_on();
        }
        assert!(drawn.waiting.is_empty());
    }

    #[test]
    fn short_answers_wait_for_nothing() {
        let mut drawn = Drawn::default();
        for end in 0..5 {
            drawn.follow(0..end);
            assert!(drawn.waiting.is_empty());
        }
    }
}
