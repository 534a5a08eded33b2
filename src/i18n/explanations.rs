//! The long explanations as something that arrives: in the published page they come right before the
//! simulator, whose doings they explain.

use super::{Explained, Language, Sentence, explain_problem, field_help, reason_sentence};
use crate::because::Because;

/// The proof that the explanations are there.
#[derive(Debug, Clone, Copy)]
pub struct Explanations {
    reason: fn(Language, &Because) -> Sentence,
    problem: fn(Language, &str, &str) -> Option<Explained>,
    field: fn(Language, &str) -> Option<String>,
}

impl Explanations {
    /// For the explanations' own entry point only (`src/bin/page.rs`), as `Simulator::here`.
    pub fn here() -> Self {
        Self { reason: reason_sentence, problem: explain_problem, field: field_help }
    }

    /// See [`reason_sentence`].
    pub fn reason(self, language: Language, because: &Because) -> Sentence {
        (self.reason)(language, because)
    }

    /// See [`explain_problem`].
    pub fn problem(self, language: Language, field: &str, message: &str) -> Option<Explained> {
        (self.problem)(language, field, message)
    }

    /// See [`field_help`].
    pub fn field(self, language: Language, path: &str) -> Option<String> {
        (self.field)(language, path)
    }
}
