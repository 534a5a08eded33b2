//! The long explanations, which the page gets right before the simulator. Before that there is nothing that
//! they could explain; who asks all the same gets no words.

use crate::because::Because;
use crate::browser;
use crate::i18n::{Explained, Language, Sentence};

/// Why something happened.
pub(super) fn reason_sentence(language: Language, because: &Because) -> Sentence {
    browser::explanations().map(|explanations| explanations.reason(language, because)).unwrap_or_default()
}

/// What a refusal or a warning of the server means, and what to do.
pub(super) fn explain_problem(language: Language, field: &str, message: &str) -> Option<Explained> {
    browser::explanations()?.problem(language, field, message)
}

/// What a field of the manifest is for.
pub(super) fn field_help(language: Language, path: &str) -> Option<String> {
    browser::explanations()?.field(language, path)
}
