//! A run in words: what happened, when, and why; and how it will end.

mod forecast;

pub use forecast::{Ending, Fate, Forecast};

use crate::i18n::{Language, clock, plain, reason_sentence};
use crate::timeline::Timeline;
use std::fmt::Write;

/// Writes a line for each telling change of the run.
pub fn tell(timeline: &Timeline, language: Language, out: &mut String) {
    let mut last = None;
    for change in timeline.log().iter().filter(|change| change.because.is_telling()) {
        let told = (change.oid, &change.because);
        // Two writes with one reason in a row are one thing to tell.
        if last == Some(told) {
            continue;
        }
        last = Some(told);
        let Some(object) = change.after.as_ref().or(change.before.as_ref()) else { continue };
        let sentence = reason_sentence(language, &change.because);
        // Writing to a String can't fail.
        let _ = writeln!(
            out,
            "{:>9}  {}/{}  {}. {}",
            clock(change.at_ms),
            object.told_kind().name(),
            object.name(),
            plain(&sentence.title),
            plain(&sentence.text),
        );
    }
}
