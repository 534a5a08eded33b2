//! What can be done to an object of the stage: a menu beside it, or from below on phones. Each
//! button shows the command of kubectl that it equals.
//!
//! The menu is a native popover: the browser closes it on Escape and on a click beside it, and
//! gives the focus back.

use super::contexts::{use_act, use_language};
use super::icons;
use super::job_card::tone_of;
use super::state::{Action, Menu, Refused, Target};
use super::text::breakable;
use crate::browser;
use crate::i18n::{Language, actions_of};
use crate::playground::{
    Declared, Form, Intervention, JobCard, Lane, NodeCard, ObjectName, Outcome, PodCard, Propagation, Refusal,
    Snapshot, Whose,
};
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

/// The namespace of the laboratory's commands.
const NAMESPACE: &str = "default";

impl Item {
    /// A button that does this, with the command that it equals, if there is one.
    fn new(key: &'static str, name: &'static str, does: Intervention) -> Self {
        let line = does.command_line(NAMESPACE);
        Self { key, name, gloss: "", line, action: Action::Act(Rc::new(does)), grave: false }
    }

    /// A button that only asks, in the terminal.
    fn ask(key: &'static str, name: &'static str, line: String) -> Self {
        let action = Action::Ask(Rc::from(line.as_str()));
        Self { key, name, gloss: "", line: Some(line), action, grave: false }
    }

    fn gloss(self, gloss: &'static str) -> Self {
        Self { gloss, ..self }
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
        Target::Pod(uid) => {
            snapshot.pods.iter().find(|pod| pod.uid == *uid).map(|pod| pod_menu(language, pod, &snapshot.jobs))
        }
        Target::Job(uid) => snapshot.jobs.iter().find(|job| job.uid == *uid).map(|job| job_menu(language, job)),
        Target::Node(name) => {
            snapshot.nodes.iter().find(|node| node.name == *name).map(|node| node_menu(language, node))
        }
        Target::Named(name) => named_menu(language, snapshot, name),
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
            if let Some(refused) = &props.menu.refused {
                <p class="menu-refused" role="alert">{ icons::refused() }<Why refused={refused.clone()} /></p>
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
                                <code>{ item.line.as_deref().unwrap_or(texts.no_command) }</code>
                            </button>
                        </li>
                    }
                }) }
            </ul>
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct WhyProps {
    refused: Refused,
}

/// Why it couldn't be done: in the page's words, or in kubectl's.
#[component]
fn Why(props: &WhyProps) -> Html {
    let texts = use_language().stage_texts();
    match &props.refused {
        Refused::Own(refusal) => {
            let words = match refusal {
                Refusal::NotFound | Refusal::ByKubectl => texts.refused_not_found,
                Refusal::NotRunning => texts.refused_not_running,
                Refusal::AlreadySo => texts.refused_already,
            };
            html! { <span>{ words }</span> }
        }
        Refused::Kubectl(said) => html! { <code lang="en">{ said }</code> },
    }
}

type Found = (&'static str, String, String, Vec<Item>);

/// What has that name: a Pod, a Job or a node.
fn named_menu(language: Language, snapshot: &Snapshot, name: &str) -> Option<Found> {
    let pod = snapshot.pods.iter().find(|pod| *pod.name == *name && pod.removed_ms.is_none());
    let job = || snapshot.jobs.iter().find(|job| *job.name == *name);
    let node = || snapshot.nodes.iter().find(|node| *node.name == *name);
    pod.map(|pod| pod_menu(language, pod, &snapshot.jobs))
        .or_else(|| job().map(|job| job_menu(language, job)))
        .or_else(|| node().map(|node| node_menu(language, node)))
}

fn pod_menu(language: Language, pod: &PodCard, jobs: &[Rc<JobCard>]) -> Found {
    let texts = language.stage_texts();
    let name = || Rc::clone(&pod.name);
    let mut items = vec![
        Item::ask("logs", texts.act_logs, format!("kubectl logs {}", pod.name)),
        Item::ask("describe", texts.act_describe, format!("kubectl describe pod {}", pod.name)),
        look(language, "Pod", &pod.name),
    ];
    if pod.lane == Lane::Running {
        items.push(
            Item::new("fail", texts.act_fail, Intervention::Fail { pod: name(), code: 1 }).gloss(texts.gloss_fail),
        );
        items.push(Item::new("oom", texts.act_oom, Intervention::OutOfMemory { pod: name() }).gloss(texts.gloss_oom));
    }
    let job = jobs.iter().find(|job| job.uid == pod.job);
    if let (Some(index), Some(job)) = (pod.index, job.filter(|job| job.finished_ms.is_none())) {
        let whose = Whose { job: Rc::clone(&job.name), index: Some(index), ..Whose::default() };
        items.push(Item::new("index-fails", texts.act_index_fails, declare(whose, 1)).gloss(texts.gloss_always));
    }
    if !matches!(pod.lane, Lane::Completed | Lane::Failed) {
        items.push(Item::new("evict", texts.act_evict, Intervention::Evict { pod: name() }).grave());
    }
    let delete = Intervention::DeletePod { pod: name(), grace_seconds: None, force: false };
    items.push(Item::new("delete", texts.act_delete_pod, delete).grave());
    ("Pod", pod.name.to_string(), pod.status.clone(), items)
}

fn job_menu(language: Language, job: &JobCard) -> Found {
    let texts = language.stage_texts();
    let name = || Rc::clone(&job.name);
    let mut items = vec![
        Item::ask("describe", texts.act_describe, format!("kubectl describe job {}", job.name)),
        look(language, "Job", &job.name),
        Item::ask("watch", texts.act_watch, format!("kubectl get pods -l job-name={} -w", job.name)),
    ];
    if job.finished_ms.is_none() {
        items.push(if job.suspended {
            Item::new("resume", texts.act_resume, Intervention::Resume { job: name() })
        } else {
            Item::new("suspend", texts.act_suspend, Intervention::Suspend { job: name() })
        });
        let scale = |parallelism| Intervention::Scale { job: name(), parallelism };
        items.push(Item::new("scale-up", texts.act_scale_up, scale(job.parallelism.saturating_add(1))));
        if let Some(less) = job.parallelism.checked_sub(1) {
            items.push(Item::new("scale-down", texts.act_scale_down, scale(less)));
        }
        let whose = || Whose { job: name(), ..Whose::default() };
        items.push(Item::new("always-fail", texts.act_always_fail, declare(whose(), 1)).gloss(texts.gloss_always));
        items
            .push(Item::new("always-succeed", texts.act_always_succeed, declare(whose(), 0)).gloss(texts.gloss_always));
        items.push(Item::new("withdraw", texts.act_withdraw, Intervention::Withdraw { job: name() }));
    }
    let delete = Intervention::DeleteJob { job: name(), propagation: Propagation::Background };
    items.push(Item::new("delete", texts.act_delete_job, delete).grave());
    ("Job", job.name.to_string(), job.status.to_owned(), items)
}

/// Opens the object's view.
fn look(language: Language, kind: &str, name: &Rc<str>) -> Item {
    let namespace = if kind == "Node" { "" } else { NAMESPACE };
    let line = format!("kubectl get {} {name} -o yaml", kind.to_lowercase());
    let object = ObjectName { kind: Rc::from(kind), namespace: Rc::from(namespace), name: Rc::clone(name) };
    Item {
        key: "look",
        name: language.object_texts().look,
        gloss: "",
        line: Some(line),
        action: Action::LookAt(object, Form::Yaml),
        grave: false,
    }
}

/// From now on such containers end with that code, in the time that their programs take.
fn declare(whose: Whose, code: u8) -> Intervention {
    Intervention::Declare(Declared { whose, outcome: Outcome::Exit { code: Some(code), after_ms: None } })
}

fn node_menu(language: Language, node: &NodeCard) -> Found {
    let texts = language.stage_texts();
    let name = || Rc::clone(&node.name);
    let items = vec![
        Item::ask("describe", texts.act_describe, format!("kubectl describe node {}", node.name)),
        look(language, "Node", &node.name),
        if node.cordoned {
            Item::new("uncordon", texts.act_uncordon, Intervention::Uncordon { node: name() })
        } else {
            Item::new("cordon", texts.act_cordon, Intervention::Cordon { node: name() })
        },
        Item::new("drain", texts.act_drain, Intervention::Drain { node: name() }).grave(),
        Item::new("stop", texts.act_stop_node, Intervention::StopNode { node: name() })
            .gloss(texts.gloss_stop_node)
            .grave(),
        Item::new("start", texts.act_start_node, Intervention::StartNode { node: name() }),
    ];
    ("Node", node.name.to_string(), String::new(), items)
}
