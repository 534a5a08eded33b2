//! What can be done to an object of the stage: a menu beside it, or from below on phones. Each
//! button shows the command of kubectl that it equals.
//!
//! The menu is a native popover: the browser closes it on Escape and on a click beside it, and
//! gives the focus back.

use super::contexts::{use_act, use_language};
use super::icons;
use super::job_card::tone_of;
use super::state::{Action, Menu, Target};
use super::text::breakable;
use crate::browser;
use crate::i18n::{StageTexts, actions_of};
use crate::playground::{JobCard, PodCard, Snapshot};
use std::rc::Rc;
use yew::prelude::*;

/// The popover's id.
const MENU: &str = "menu";

/// One button.
#[derive(Debug, Clone, PartialEq)]
struct Item {
    key: &'static str,
    name: &'static str,
    gloss: &'static str,
    /// The command that it equals.
    line: Option<String>,
    action: Action,
    /// Whether something is lost by it.
    grave: bool,
}

impl Item {
    fn line(key: &'static str, name: &'static str, line: String) -> Self {
        let action = Action::Act(Rc::from(line.as_str()));
        Self { key, name, gloss: "", line: Some(line), action, grave: false }
    }

    fn grave(self) -> Self {
        Self { grave: true, ..self }
    }
}

#[derive(Properties, PartialEq)]
pub(super) struct MenuProps {
    pub(super) menu: Menu,
    pub(super) snapshot: Rc<Snapshot>,
}

/// The popover with the buttons for its target.
#[component]
pub(super) fn MenuPanel(props: &MenuProps) -> Html {
    let language = use_language();
    let texts = language.stage_texts();
    let act = use_act();
    let snapshot = &props.snapshot;
    let anchor = props.menu.anchor;
    use_effect_with(props.menu.clone(), move |_| browser::show_popover(MENU, anchor));
    let toggled = use_callback(act.clone(), |event: Event, act| {
        if browser::is_closing(&event) {
            act.emit(Action::CloseMenu);
        }
    });
    let found = match &props.menu.target {
        Target::Pod(uid) => snapshot.pods.iter().find(|pod| pod.uid == *uid).map(|pod| pod_menu(texts, pod)),
        Target::Job(uid) => snapshot.jobs.iter().find(|job| job.uid == *uid).map(|job| job_menu(texts, job)),
        Target::Node(name) => Some(node_menu(texts, name)),
    };
    // The object went while its menu was open.
    let gone = found.is_none();
    use_effect_with((gone, act.clone()), |(gone, act)| {
        if *gone {
            act.emit(Action::CloseMenu);
        }
    });
    let Some((kind, name, status, items)) = found else { return Html::default() };
    html! {
        <div id={MENU} class="menu" popover="auto" role="dialog" aria-label={actions_of(language, &name)} ontoggle={toggled}>
            <p class="menu-head">
                <span class="kind">{ kind }</span>
                <code class="menu-name">{ &name }</code>
                if !status.is_empty() {
                    <code class={classes!("menu-status", tone_of(&status))}>{ breakable(&status) }</code>
                }
            </p>
            if snapshot.in_past {
                <p class="menu-note">{ icons::compare() }<span>{ texts.forks }</span></p>
            }
            <ul>
                { for items.into_iter().enumerate().map(|(place, item)| {
                    let action = item.action.clone();
                    let choose = act.reform(move |_: MouseEvent| action.clone());
                    html! {
                        <li key={item.key}>
                            <button type="button" data-act={item.key} autofocus={place == 0}
                                class={classes!(item.grave.then_some("is-grave"))} onclick={choose}>
                                <span>{ item.name }</span>
                                if !item.gloss.is_empty() { <small>{ item.gloss }</small> }
                                if let Some(line) = item.line { <code>{ line }</code> }
                            </button>
                        </li>
                    }
                }) }
            </ul>
        </div>
    }
}

type Found = (&'static str, String, String, Vec<Item>);

fn pod_menu(texts: &StageTexts, pod: &PodCard) -> Found {
    let name = &pod.name;
    let items = vec![
        Item {
            action: Action::Ask(Rc::from(format!("kubectl logs {name}"))),
            ..Item::line("logs", texts.act_logs, format!("kubectl logs {name}"))
        },
        Item::line("delete", texts.act_delete_pod, format!("kubectl delete pod {name} --wait=false")).grave(),
    ];
    ("Pod", name.to_string(), pod.status.clone(), items)
}

fn job_menu(texts: &StageTexts, job: &JobCard) -> Found {
    let name = &job.name;
    let patch = |spec: String| format!("kubectl patch job {name} --type=merge -p '{{\"spec\":{{{spec}}}}}'");
    let mut items = Vec::new();
    if job.finished_ms.is_none() {
        items.push(if job.suspended {
            Item::line("resume", texts.act_resume, patch("\"suspend\":false".to_owned()))
        } else {
            Item::line("suspend", texts.act_suspend, patch("\"suspend\":true".to_owned()))
        });
        let scale = |amount: u32| patch(format!("\"parallelism\":{amount}"));
        items.push(Item::line("scale-up", texts.act_scale_up, scale(job.parallelism.saturating_add(1))));
        if let Some(less) = job.parallelism.checked_sub(1) {
            items.push(Item::line("scale-down", texts.act_scale_down, scale(less)));
        }
    }
    items.push(Item::line("delete", texts.act_delete_job, format!("kubectl delete job {name} --wait=false")).grave());
    ("Job", name.to_string(), job.status.to_owned(), items)
}

fn node_menu(texts: &StageTexts, name: &str) -> Found {
    let items = vec![
        Item::line("cordon", texts.act_cordon, format!("kubectl cordon {name}")),
        Item::line("uncordon", texts.act_uncordon, format!("kubectl uncordon {name}")),
        Item::line("drain", texts.act_drain, format!("kubectl drain {name} --force --ignore-daemonsets")).grave(),
    ];
    ("Node", name.to_owned(), String::new(), items)
}
