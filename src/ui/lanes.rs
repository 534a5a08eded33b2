//! The lanes and the Pods in them; cards glide from lane to lane.

use super::contexts::use_language;
use super::density::Density;
use super::icons;
use super::pod_card::{Look, Pod, PodDot};
use super::text::breakable;
use crate::browser::{self, Places};
use crate::i18n::{Language, pod_count, slots_summary};
use crate::playground::{Lane, PodCard};
use std::rc::Rc;
use yew::prelude::*;

/// More Pods than this are dots.
const MOST_CARDS: usize = 60;
/// More Pods than this are only counted.
const MOST_DOTS: usize = 1_000;
/// More Pods than this don't glide from place to place: dots only appear in their lane.
const MOST_MOVING: usize = MOST_CARDS;
/// More dots than this come into their lanes without a movement, which the eye couldn't follow.
const MOST_ARRIVING: usize = 200;
/// More cards than this in a lane tell less.
const MOST_FULL: usize = 3;
/// More cards than this in a lane are drawn on one line each.
const MOST_HALF: usize = 5;
/// More free places than this are only counted.
const MOST_SLOTS: u32 = 6;

#[derive(Properties, PartialEq)]
pub(super) struct LanesProps {
    pub(super) pods: Rc<Vec<Rc<PodCard>>>,
    /// How many Pods may be active.
    pub(super) parallelism: u32,
    pub(super) now_ms: u64,
}

/// All lanes.
#[component]
pub(super) fn Lanes(props: &LanesProps) -> Html {
    let language = use_language();
    let root = use_node_ref();
    use_gliding(&root, &props.pods);
    let scale = match props.pods.len() {
        few if few <= MOST_CARDS => Scale::Cards,
        many if many <= MOST_DOTS => Scale::Dots,
        _ => Scale::Counts,
    };
    // Dots and counts show no time, so time needn't draw them again.
    let now_ms = if scale == Scale::Cards { props.now_ms } else { 0 };
    let all = u32::try_from(props.pods.len()).unwrap_or(u32::MAX);
    html! {
        <div class="lanes" ref={root} data-scale={scale.key()} data-calm={(props.pods.len() > MOST_ARRIVING).to_string()} role="group" aria-label={language.texts().lanes}>
            { for Lane::ALL.into_iter().map(|lane| {
                let pods: Vec<Rc<PodCard>> =
                    props.pods.iter().filter(|pod| pod.lane == lane).cloned().collect();
                html! {
                    <LaneColumn key={lane_key(lane)} {lane} pods={Rc::new(pods)} {all} {scale}
                        parallelism={props.parallelism} {now_ms} />
                }
            }) }
        </div>
    }
}

/// After Pods changed, cards glide from where they were.
#[hook]
fn use_gliding(root: &NodeRef, pods: &Rc<Vec<Rc<PodCard>>>) {
    let places = use_mut_ref(Places::new);
    use_effect_with((root.clone(), Rc::clone(pods)), move |(root, pods)| {
        let Some(stage) = root.cast() else { return };
        if pods.len() > MOST_MOVING || browser::reduced_motion() {
            places.borrow_mut().clear();
            return;
        }
        let now = browser::animate_moves(&stage, &places.borrow());
        places.replace(now);
    });
}

/// How Pods are drawn, by their number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scale {
    Cards,
    Dots,
    Counts,
}

impl Scale {
    const fn key(self) -> &'static str {
        match self {
            Self::Cards => "cards",
            Self::Dots => "dots",
            Self::Counts => "counts",
        }
    }
}

/// For attributes: the lane's name in the code.
pub(super) const fn lane_key(lane: Lane) -> &'static str {
    match lane {
        Lane::Pending => "Pending",
        Lane::Running => "Running",
        Lane::CrashLoopBackOff => "CrashLoopBackOff",
        Lane::Completed => "Completed",
        Lane::Failed => "Failed",
    }
}

/// For people: the lane's name, and what to expect there.
pub(super) const fn lane_words(lane: Lane, language: Language) -> (&'static str, &'static str) {
    let texts = language.texts();
    match lane {
        Lane::Pending => (texts.lane_pending, texts.lane_pending_gloss),
        Lane::Running => (texts.lane_running, texts.lane_running_gloss),
        Lane::CrashLoopBackOff => (texts.lane_crash, texts.lane_crash_gloss),
        Lane::Completed => (texts.lane_completed, texts.lane_completed_gloss),
        Lane::Failed => (texts.lane_failed, texts.lane_failed_gloss),
    }
}

#[derive(Properties, PartialEq)]
struct LaneColumnProps {
    lane: Lane,
    pods: Rc<Vec<Rc<PodCard>>>,
    /// Pods of all lanes together.
    all: u32,
    scale: Scale,
    parallelism: u32,
    now_ms: u64,
}

#[component]
fn LaneColumn(props: &LaneColumnProps) -> Html {
    let language = use_language();
    let (name, gloss) = lane_words(props.lane, language);
    let amount = u32::try_from(props.pods.len()).unwrap_or(u32::MAX);
    let has_slots = props.lane == Lane::Running && props.parallelism > 0;
    let count = if has_slots { format!("{amount}/{}", props.parallelism) } else { amount.to_string() };
    let count_title = if has_slots { slots_summary(language, amount, props.parallelism) } else { pod_count(amount) };
    let pods = match props.scale {
        Scale::Cards => cards(props),
        Scale::Dots => props
            .pods
            .iter()
            .map(|pod| {
                html! {
                    <PodDot key={pod.uid.to_string()} pod={Rc::clone(pod)} />
                }
            })
            .collect(),
        Scale::Counts => html! { <Density {amount} all={props.all} /> },
    };
    let free = if has_slots { props.parallelism.saturating_sub(amount) } else { 0 };
    let slots = (props.scale == Scale::Cards && (1..=MOST_SLOTS).contains(&free)).then(|| {
        html! {
            { for (0..free).map(|place| html! {
                <li key={format!("slot-{place}")} class="slot" aria-hidden="true">
                    { language.texts().slot_free }
                </li>
            }) }
        }
    });
    html! {
        <section class="lane" role="group" data-lane={lane_key(props.lane)} aria-label={format!("{name}: {}", pod_count(amount))}>
            <h3 title={gloss}>
                { icons::lane(props.lane) }
                <span class="lane-name">{ breakable(name) }</span>
                <span class="lane-count" title={count_title}>{ count }</span>
            </h3>
            <ul class="lane-pods">{ pods }{ slots }</ul>
        </section>
    }
}

fn cards(props: &LaneColumnProps) -> Html {
    let look = match props.pods.len() {
        few if few <= MOST_FULL => Look::Full,
        some if some <= MOST_HALF => Look::Half,
        _ => Look::Line,
    };
    props
        .pods
        .iter()
        .map(|pod| {
            let now_ms = coarse(pod, props.now_ms);
            html! { <Pod key={pod.uid.to_string()} pod={Rc::clone(pod)} {look} {now_ms} /> }
        })
        .collect()
}

/// Time as coarse as the card shows it, so that it isn't drawn again with every frame.
fn coarse(pod: &PodCard, now_ms: u64) -> u64 {
    match (pod.ended_ms, pod.back_off) {
        (Some(_), _) => 0,
        (None, Some(_)) => now_ms / 100 * 100,
        (None, None) => {
            // Whole seconds of the Pod's own age, not of the clock.
            let since = pod.started_ms.unwrap_or(pod.created_ms);
            since + now_ms.saturating_sub(since) / 1_000 * 1_000
        }
    }
}
