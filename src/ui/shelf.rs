//! The shelf of examples: the three of the course at hand, every other one in a list.

use super::contexts::{use_act, use_language};
use super::state::Action;
use crate::browser;
use crate::i18n::{Language, preset_words};
use crate::presets::Preset;
use yew::prelude::*;

/// Those that stand beside the word «Job».
const AT_HAND: usize = 3;

#[derive(Properties, PartialEq)]
pub(super) struct ShelfProps {
    /// The example that the text is, untouched.
    pub(super) chosen: Option<&'static Preset>,
}

/// Buttons and list.
#[component]
pub(super) fn Shelf(props: &ShelfProps) -> Html {
    let language = use_language();
    let texts = language.texts();
    let act = use_act();
    let (at_hand, others) = Preset::all().split_at(AT_HAND.min(Preset::all().len()));
    let buttons = at_hand.iter().map(|preset| {
        let choose = act.reform(move |_| Action::Choose(preset));
        let (name, gloss) = words(language, preset);
        html! {
            <button type="button" data-preset={preset.key()} title={gloss}
                aria-label={format!("{} {name}", texts.presets_lead)}
                aria-pressed={(props.chosen == Some(preset)).to_string()} onclick={choose}>
                { name }
            </button>
        }
    });
    let pick = use_callback(act.clone(), |event: Event, act| {
        if let Some(preset) = browser::typed_text(&event).and_then(|key| Preset::of_key(&key)) {
            act.emit(Action::Choose(preset));
        }
    });
    let chosen = props.chosen.filter(|chosen| others.contains(chosen));
    html! {
        <div class="presets" role="group" aria-label={texts.presets}>
            <span class="presets-lead" aria-hidden="true">{ texts.presets_lead }</span>
            <div class="choices">{ for buttons }</div>
            <label class="more-presets" data-chosen={chosen.is_some().to_string()}>
                <span class="unseen">{ texts.presets_more }</span>
                <select id="presets" title={chosen.map_or(texts.presets_more, |preset| words(language, preset).1)}
                    onchange={pick}>
                    <option value="" disabled={true} hidden={true} selected={chosen.is_none()}>{ texts.presets_more }</option>
                    { for others.iter().map(|preset| {
                        let (name, gloss) = words(language, preset);
                        html! {
                            <option value={preset.key()} title={gloss} selected={chosen == Some(preset)}>{ name }</option>
                        }
                    }) }
                </select>
            </label>
        </div>
    }
}

/// Every example has words: its tests see to it.
fn words(language: Language, preset: &'static Preset) -> (&'static str, &'static str) {
    preset_words(language, preset.key()).map_or((preset.key(), ""), |words| (words.name, words.gloss))
}
