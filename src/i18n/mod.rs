//! Every word that a student reads, in Spanish and in English.
//!
//! Plain words are fields of [`Texts`], so the compiler sees to it that no language lacks one;
//! sentences with numbers are functions. Words between backticks are meant for the code font.

mod editor;
mod en;
mod es;
mod explanations;
mod fields;
mod fixes;
mod limits;
mod links;
mod numbers;
mod objects;
mod phrases;
mod presets;
mod problem_rules;
mod problems;
mod reasons;
mod reasons_en;
mod reasons_es;
mod share;
mod stage;
mod terminal;
mod texts;

pub use editor::{editor_words, field_facts};
pub use explanations::Explanations;
pub use fields::field_help;
pub use fixes::fix_label;
pub use limits::not_simulated;
pub use links::reason_link;
pub use numbers::{clock, duration, offset, short_duration};
pub use objects::{ObjectTexts, last_write, lines_changed};
pub use phrases::{
    Limit, assumed_programs, at_once, bar_summary, bound_reached, change_summary, job_summary, line_number,
    lines_named, more_bars, pod_count, pod_summary, problem_count, retries_of, show_so_much, slots_summary, waits_for,
};
pub use presets::{PresetWords, preset_words};
pub use problems::{Explained, explain_problem};
pub use reasons::{Sentence, plain, reason_sentence};
pub use share::ShareTexts;
pub use stage::{
    End, StageTexts, actions_of, computed_so_far, difference, ending_sentence, index_state, index_summary, run_name,
    run_without,
};
pub use terminal::TerminalTexts;
pub use texts::Texts;

/// A language of the page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// Spanish.
    #[default]
    Es,
    /// English.
    En,
}

impl Language {
    /// In the order of the switch.
    pub const ALL: [Self; 2] = [Self::Es, Self::En];

    /// The words of this language.
    pub const fn texts(self) -> &'static Texts {
        match self {
            Self::Es => &es::ES,
            Self::En => &en::EN,
        }
    }

    /// The tag for `<html lang>` and for links.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Es => "es",
            Self::En => "en",
        }
    }

    /// The language's own name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Es => "Español",
            Self::En => "English",
        }
    }

    /// The language that a tag such as `es-MX` stands for, if the page speaks it.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        Self::ALL.into_iter().find(|language| language.tag().eq_ignore_ascii_case(primary))
    }
}

#[cfg(test)]
mod tests {
    use super::Language;

    #[test]
    fn tags_name_languages() {
        assert_eq!(Language::from_tag("es-MX"), Some(Language::Es));
        assert_eq!(Language::from_tag("EN_us"), Some(Language::En));
        assert_eq!(Language::from_tag("fr"), None);
        assert_eq!(Language::from_tag(""), None);
    }
}
