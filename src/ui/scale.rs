//! From instants to places on the timeline: a span that stays put while time runs, a closer look at a
//! part of it, nice ticks.

/// Round numbers of seconds that a timeline may span.
const SPANS_S: [u64; 13] = [10, 12, 15, 20, 25, 30, 40, 50, 60, 75, 90, 120, 150];
/// Round distances between ticks, in seconds.
const TICKS_S: [u64; 20] = [
    1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 21_600, 43_200, 86_400, 172_800, 604_800,
];

/// The part of a run that the timeline shows, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Window {
    pub(super) from_ms: u64,
    pub(super) span_ms: u64,
}

impl Window {
    /// The whole run: a round span that leaves a little room at the right, so that the scale doesn't
    /// change with every frame.
    pub(super) fn whole(known_ms: u64) -> Self {
        let wanted_s = (known_ms + known_ms / 40) / 1_000 + 1;
        let round_s = SPANS_S.iter().copied().find(|&span| span >= wanted_s).unwrap_or_else(|| {
            // Beyond: in steps of a tick.
            let step = tick_ms(wanted_s * 1_000) / 1_000;
            wanted_s.div_ceil(step) * step
        });
        Self { from_ms: 0, span_ms: round_s * 1_000 }
    }

    /// A closer look, of that length: what led to the playhead, and some of what comes.
    pub(super) fn around(now_ms: u64, span_ms: u64) -> Self {
        let step = (span_ms / 8).max(1);
        Self { from_ms: (now_ms / step * step).saturating_sub(6 * step), span_ms }
    }

    /// The closer look that goes on where this one doesn't hold the playhead: turned like a page as
    /// time runs, so that it doesn't move with every frame, nor under a finger.
    pub(super) fn following(self, now_ms: u64) -> Self {
        let Self { span_ms, .. } = self;
        if self.holds(now_ms) {
            self
        } else if now_ms > self.end_ms() && now_ms < self.end_ms() + span_ms / 2 {
            Self { from_ms: self.end_ms() - span_ms / 8, span_ms }
        } else {
            Self::around(now_ms, span_ms)
        }
    }

    pub(super) fn end_ms(self) -> u64 {
        self.from_ms + self.span_ms
    }

    pub(super) fn holds(self, at_ms: u64) -> bool {
        (self.from_ms..=self.end_ms()).contains(&at_ms)
    }

    /// Where an instant stands, in percent, as SVG attributes want it; at the edge if it is outside.
    pub(super) fn place(self, at_ms: u64) -> String {
        self.percent(at_ms.saturating_sub(self.from_ms))
    }

    /// How long a stretch is drawn, in percent.
    pub(super) fn length(self, from_ms: u64, until_ms: u64) -> String {
        let inside = |at: u64| at.clamp(self.from_ms, self.end_ms());
        self.percent(inside(until_ms).saturating_sub(inside(from_ms)))
    }

    fn percent(self, ms: u64) -> String {
        let hundredths = 10_000 * u128::from(ms.min(self.span_ms)) / u128::from(self.span_ms.max(1));
        format!("{}.{:02}%", hundredths / 100, hundredths % 100)
    }

    /// The instants of the ticks.
    pub(super) fn ticks(self) -> impl Iterator<Item = u64> {
        let tick = tick_ms(self.span_ms);
        let first = self.from_ms.div_ceil(tick);
        // The last one would be cut in half at the edge.
        let last = self.end_ms() - self.span_ms / 30;
        (first..).map(move |place| place * tick).take_while(move |&at| at <= last)
    }

    /// The instant at a share of the width.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
    pub(super) fn instant_at(self, share: f64) -> u64 {
        // To the tenth of a second: finer than a finger.
        self.from_ms + (share.clamp(0.0, 1.0) * self.span_ms as f64 / 100.0).round() as u64 * 100
    }
}

/// The distance of ticks such that about six fit.
fn tick_ms(span_ms: u64) -> u64 {
    let wanted_s = span_ms.div_ceil(8_000);
    TICKS_S.iter().find(|&&tick| tick >= wanted_s).copied().unwrap_or(2_592_000).max(1) * 1_000
}

#[cfg(test)]
mod tests {
    use super::{Window, tick_ms};

    #[test]
    fn spans_are_round_and_hold_the_run() {
        let span_ms = |known| Window::whole(known).span_ms;
        assert_eq!(span_ms(0), 10_000);
        assert_eq!(span_ms(9_500), 10_000);
        assert_eq!(span_ms(9_900), 12_000);
        assert_eq!(span_ms(71_000), 75_000);
        for known in (0..90_000_000).step_by(77_777) {
            let whole = Window::whole(known);
            let span = whole.span_ms;
            assert!(span > known && span.is_multiple_of(1_000));
            assert!((4..=11).contains(&whole.ticks().count()), "{known} {span} {}", tick_ms(span));
        }
    }

    #[test]
    fn places() {
        let whole = Window { from_ms: 0, span_ms: 75_000 };
        assert_eq!(whole.place(37_500), "50.00%");
        assert_eq!(whole.place(80_000), "100.00%");
        assert_eq!(whole.instant_at(0.5), 37_500);
        assert_eq!(whole.instant_at(7.0), 75_000);
    }

    #[test]
    fn a_closer_look_holds_the_playhead_and_cuts_what_reaches_beyond() {
        for now in (0..90_000_000).step_by(77_777) {
            assert!(Window::around(now, 60_000).holds(now));
            assert!(Window::around(5_000, 60_000).following(now).holds(now));
        }
        let page = Window { from_ms: 60_000, span_ms: 60_000 };
        assert_eq!((page.place(30_000), page.place(90_000)), ("0.00%".to_owned(), "50.00%".to_owned()));
        assert_eq!(page.length(30_000, 75_000), "25.00%");
        assert_eq!(page.length(0, 50_000), "0.00%");
        assert_eq!(page.instant_at(0.5), 90_000);
        assert_eq!(page.ticks().collect::<Vec<_>>(), [60_000, 70_000, 80_000, 90_000, 100_000, 110_000]);
    }
}
