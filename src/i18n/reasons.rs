//! A [`Because`] as a title and a sentence that explains the rule with its numbers.

use super::{Language, reasons_en, reasons_es};
use crate::because::Because;

/// A short title and the explanation; words between backticks are for the code font.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sentence {
    /// What happened, in a few words.
    pub title: String,
    /// Why: the rule and its numbers.
    pub text: String,
}

impl Sentence {
    /// From its two parts.
    pub(super) fn new(title: impl Into<String>, text: impl Into<String>) -> Self {
        Self { title: title.into(), text: text.into() }
    }
}

/// What happened and why, as a good teacher would say it.
pub fn reason_sentence(language: Language, because: &Because) -> Sentence {
    match language {
        Language::Es => reasons_es::sentence(because),
        Language::En => reasons_en::sentence(because),
    }
}

/// The same words without the backticks, for screen readers and titles.
pub fn plain(text: &str) -> String {
    text.replace('`', "")
}

/// The controller's delay before a replacement: how it follows from the failures in a row.
/// Models the rule 10 s · 2^(n−1), at most 600 s.
pub(super) fn retry_formula(failures: u32) -> Option<String> {
    let doublings = failures.checked_sub(1)?;
    match doublings {
        0 => None,
        1..6 => Some(format!("10 s × 2^{doublings} = {} s", 10_u64 << doublings)),
        _ => Some(format!("10 s × 2^{doublings} > 600 s")),
    }
}

#[cfg(test)]
mod tests {
    use super::{plain, reason_sentence, retry_formula};
    use crate::{
        because::{Because, Blame, ProbeKind},
        i18n::Language,
    };
    use std::rc::Rc;

    #[allow(clippy::too_many_lines, reason = "one line a rule")]
    fn all() -> Vec<Because> {
        let missing = |completions, failed| Because::PodsMissing {
            parallelism: 5,
            completions,
            succeeded: 2,
            active: 3,
            created: 2,
            failed,
        };
        let exceeded = |by_restarts| Because::BackoffLimitExceeded { failed: 4, restarts: 4, limit: 3, by_restarts };
        let probe = |kind, success| Because::ProbeDecided { kind, success, threshold: 3 };
        let ended = |exit_code, restarts| Because::ContainerEnded { exit_code, restarts };
        vec![
            Because::Started,
            Because::Applied,
            Because::Changed { spec: true },
            Because::Changed { spec: false },
            Because::DeleteAsked { grace_seconds: 30 },
            Because::DeleteAsked { grace_seconds: 0 },
            Because::Removed,
            Because::HeldByFinalizer,
            missing(Some(10), 0),
            missing(Some(10), 1),
            missing(None, 0),
            Because::ScheduleFired { at: Rc::from("2026-11-23T13:00:00+01:00") },
            Because::HistoryLimit { limit: 3, success: true },
            Because::HistoryLimit { limit: 1, success: false },
            Because::JobReplaced,
            Because::RolledOut { replicas: 3 },
            Because::ReplicasKept { wanted: 3, alive: 2 },
            Because::ReplicasFollowed { wanted: 3 },
            Because::JobsFollowed { active: 1 },
            Because::PodRefused {
                blame: Blame::ServiceAccount,
                message: Rc::from("pods \"pi-\" is forbidden"),
                retry_ms: 4_000,
            },
            Because::JobRefused { message: Rc::from("jobs.batch \"copia-1\" is forbidden"), retry_ms: 20 },
            Because::QuotaCounted { used: Rc::from("pods 2/2") },
            Because::PodsTooMany { wanted: 2, active: 5 },
            Because::Suspended,
            Because::Resumed,
            Because::RetryDelayed { failures: 1, delay_ms: 10_000, remaining_ms: 9_000 },
            Because::RetryDelayed { failures: 9, delay_ms: 600_000, remaining_ms: 9_000 },
            Because::Counted { active: 1, ready: 1, succeeded: 2, failed: 3 },
            Because::FinalizerDone,
            Because::CompletionsReached { succeeded: 10, completions: Some(10) },
            Because::CompletionsReached { succeeded: 1, completions: None },
            exceeded(false),
            exceeded(true),
            Because::DeadlineExceeded { seconds: 60 },
            Because::PodFailurePolicy { rule: 0, pod: Rc::from("pi-x2k9p") },
            Because::MaxFailedIndexesExceeded { failed: 3, limit: 2 },
            Because::FailedIndexes { failed: 1 },
            Because::SuccessPolicy { rule: 0 },
            Because::JobDecided { success: true },
            Because::JobDecided { success: false },
            Because::JobFinished { success: true },
            Because::JobFinished { success: false },
            Because::Adopted,
            Because::Released,
            Because::TtlExpired { seconds: 100 },
            Because::Scheduled { node: Rc::from("nodo-1") },
            Because::Unschedulable,
            Because::KubeletAdmitted,
            Because::ContainersStarted { restarts: 0 },
            Because::ContainersStarted { restarts: 2 },
            ended(0, false),
            ended(1, true),
            ended(127, false),
            ended(137, false),
            ended(143, false),
            probe(ProbeKind::Startup, true),
            probe(ProbeKind::Startup, false),
            probe(ProbeKind::Readiness, true),
            probe(ProbeKind::Readiness, false),
            probe(ProbeKind::Liveness, false),
            Because::ProbeKilled { kind: ProbeKind::Liveness, restarts: true },
            Because::ProbeKilled { kind: ProbeKind::Startup, restarts: false },
            Because::AllContainersRestarting { exit_code: Some(7) },
            Because::AllContainersRestarting { exit_code: None },
            Because::CrashLoop { delay_ms: 20_000, restarts: 3 },
            Because::PodEnded { success: true },
            Because::PodEnded { success: false },
            Because::ImagePullFailed { waiting: true },
            Because::ImagePullFailed { waiting: false },
            Because::StartFailed,
            Because::Stopping { grace_seconds: 30 },
            Because::PodDeadlineExceeded { seconds: 5 },
            Because::Evicted,
            Because::PodCollected,
            Because::NodeLost { back: false },
            Because::NodeLost { back: true },
            Because::SandboxReady,
            Because::StatusRefreshed,
            Because::Reported,
        ]
    }

    #[test]
    fn sentences_are_whole_in_both_languages() {
        for because in all() {
            for language in Language::ALL {
                let said = reason_sentence(language, &because);
                assert!(!said.title.is_empty() && !said.title.ends_with('.'), "{said:?}");
                assert!(said.text.ends_with(['.', '?', ')']), "{said:?}");
                assert_eq!(said.text.matches('`').count() % 2, 0, "{said:?}");
                assert!(!said.text.contains("  "), "{said:?}");
                assert!(!plain(&said.text).contains('`'));
            }
        }
    }

    #[test]
    fn the_rule_comes_with_its_numbers() {
        let said = reason_sentence(
            Language::Es,
            &Because::BackoffLimitExceeded { failed: 4, restarts: 0, limit: 3, by_restarts: false },
        );
        assert!(said.text.contains("4 Pods fallidos > 3"), "{said:?}");
        assert_eq!(retry_formula(1), None);
        assert_eq!(retry_formula(3).as_deref(), Some("10 s × 2^2 = 40 s"));
        assert_eq!(retry_formula(7).as_deref(), Some("10 s × 2^6 > 600 s"));
    }
}
