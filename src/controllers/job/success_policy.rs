//! Models `pkg/controller/job/success_policy.go@v1.37.2`, `matchSuccessPolicy`.

use super::Sync;
use super::finish::Verdict;
use super::indexes::IndexSet;
use crate::api::SuccessPolicyRule;
use crate::because::Because;

impl Sync<'_> {
    pub(super) fn judge_by_success_policy(&self) -> Option<Verdict> {
        let policy = self.job.spec.success_policy.as_ref()?;
        if self.succeeded_indexes.is_empty() {
            return None;
        }
        let completions = self.completions_or_zero();
        let (rule, _) =
            (0_u32..).zip(&policy.rules).find(|(_, rule)| holds(rule, &self.succeeded_indexes, completions))?;
        Some(Verdict::success(
            "SuccessPolicy",
            &format!("Matched rules at index {rule}"),
            Because::SuccessPolicy { rule },
        ))
    }
}

fn holds(rule: &SuccessPolicyRule, succeeded: &IndexSet, completions: u32) -> bool {
    let enough = |number: usize| {
        rule.succeeded_count.and_then(|wanted| usize::try_from(wanted).ok()).is_some_and(|wanted| number >= wanted)
    };
    match &rule.succeeded_indexes {
        Some(listed) => {
            let listed = IndexSet::parse(listed, completions);
            let reached = listed.iter().filter(|index| succeeded.contains(*index)).count();
            reached == listed.len() || enough(reached)
        }
        None => enough(succeeded.len()),
    }
}
