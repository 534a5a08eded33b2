//! From instants to places on the timeline: a span that stays put while time runs, nice ticks.

/// Round numbers of seconds that a timeline may span.
const SPANS_S: [u64; 13] = [10, 12, 15, 20, 25, 30, 40, 50, 60, 75, 90, 120, 150];
/// Round distances between ticks, in seconds.
const TICKS_S: [u64; 20] = [
    1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 21_600, 43_200, 86_400, 172_800, 604_800,
];

/// How much time the timeline shows: a round number that leaves a little room at the right, so
/// that the scale doesn't change with every frame.
pub(super) fn span_ms(known_ms: u64) -> u64 {
    let wanted_s = (known_ms + known_ms / 40) / 1_000 + 1;
    if let Some(&span) = SPANS_S.iter().find(|&&span| span >= wanted_s) {
        return span * 1_000;
    }
    // Beyond: in steps of a tick.
    let step = tick_ms(wanted_s * 1_000) / 1_000;
    wanted_s.div_ceil(step) * step * 1_000
}

/// The distance of ticks such that about six fit.
pub(super) fn tick_ms(span_ms: u64) -> u64 {
    let wanted_s = span_ms.div_ceil(8_000);
    TICKS_S.iter().find(|&&tick| tick >= wanted_s).copied().unwrap_or(2_592_000).max(1) * 1_000
}

/// The instants of the ticks.
pub(super) fn ticks(span_ms: u64) -> impl Iterator<Item = u64> {
    let tick = tick_ms(span_ms);
    // The last one would be cut in half at the edge.
    (0..).map(move |place| place * tick).take_while(move |&at| at <= span_ms - span_ms / 30)
}

/// A length of time in percent of the span, as SVG attributes want it.
pub(super) fn percent(ms: u64, span_ms: u64) -> String {
    let hundredths = 10_000 * u128::from(ms.min(span_ms)) / u128::from(span_ms.max(1));
    format!("{}.{:02}%", hundredths / 100, hundredths % 100)
}

/// The instant at a share of the span.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
pub(super) fn instant_at(share: f64, span_ms: u64) -> u64 {
    // To the tenth of a second: finer than a finger.
    (share.clamp(0.0, 1.0) * span_ms as f64 / 100.0).round() as u64 * 100
}

#[cfg(test)]
mod tests {
    use super::{instant_at, percent, span_ms, tick_ms, ticks};

    #[test]
    fn spans_are_round_and_hold_the_run() {
        assert_eq!(span_ms(0), 10_000);
        assert_eq!(span_ms(9_500), 10_000);
        assert_eq!(span_ms(9_900), 12_000);
        assert_eq!(span_ms(71_000), 75_000);
        for known in (0..90_000_000).step_by(77_777) {
            let span = span_ms(known);
            assert!(span > known && span.is_multiple_of(1_000));
            assert!((4..=11).contains(&ticks(span).count()), "{known} {span} {}", tick_ms(span));
        }
    }

    #[test]
    fn places() {
        assert_eq!(percent(37_500, 75_000), "50.00%");
        assert_eq!(percent(80_000, 75_000), "100.00%");
        assert_eq!(instant_at(0.5, 75_000), 37_500);
        assert_eq!(instant_at(7.0, 75_000), 75_000);
    }
}
