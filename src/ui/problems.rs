//! What is wrong with the manifest: the server's words, then what they mean.

use super::contexts::{use_act, use_language};
use super::icons;
use super::sentences::explain_problem;
use super::state::Action;
use super::text::rich;
use crate::i18n::{fix_label, line_number, problem_count};
use crate::playground::{Answer, Diagnostic};
use std::rc::Rc;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(super) struct ProblemsProps {
    pub(super) answer: Rc<Answer>,
}

/// The list below the text; empty and out of the way while all is well.
#[component]
pub(super) fn Problems(props: &ProblemsProps) -> Html {
    let language = use_language();
    let texts = language.texts();
    let problems = &props.answer.diagnostics;
    let count = u32::try_from(problems.len()).unwrap_or(u32::MAX);
    html! {
        <div id="problems" class="problems" role="status" aria-label={texts.problems}>
            if count > 0 {
                <h2>{ problem_count(language, count) }</h2>
                <ul>
                    { for problems.iter().map(|problem| html! { <Problem problem={problem.clone()} /> }) }
                </ul>
            }
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct ProblemProps {
    problem: Diagnostic,
}

#[component]
fn Problem(props: &ProblemProps) -> Html {
    let language = use_language();
    let texts = language.texts();
    let act = use_act();
    let problem = &props.problem;
    let (class, kind, icon) = if problem.refused {
        ("is-refused", texts.problem_refused, icons::refused())
    } else {
        ("is-warned", texts.problem_warning, icons::warning())
    };
    html! {
        <li {class} data-rule={problem.rule.clone()}>
            <p class="problem-head">
                { icon }
                <strong>{ kind }</strong>
                if problem.line > 0 {
                    <span class="chip">{ line_number(language, problem.line) }</span>
                }
            </p>
            <p class="problem-words" lang="en" title={texts.problem_server}>
                <code>{ &problem.message }</code>
            </p>
            if let Some(said) = explain_problem(language, &problem.rule, &problem.message) {
                <p>{ rich(said.words) }</p>
                <pre class="problem-example" title={texts.problem_example}>{ said.example }</pre>
            }
            if !problem.fixes.is_empty() {
                <p class="problem-fixes">
                    { for problem.fixes.iter().cloned().map(|fix| {
                        let label = fix_label(language, fix.rule, &fix.word);
                        let mend = act.reform(move |_: MouseEvent| Action::Mend(fix.clone()));
                        html! { <button type="button" class="fix" onclick={mend}>{ rich(&label) }</button> }
                    }) }
                </p>
            }
        </li>
    }
}
