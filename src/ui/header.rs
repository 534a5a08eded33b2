//! The bar at the top: what this is, and in which language and theme.

use super::contexts::{use_act, use_language};
use super::help::OPEN_HELP;
use super::icons;
use super::share::{Latest, Share};
use super::soon::Soon;
use super::state::{Action, Theme};
use crate::browser;
use crate::i18n::Language;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(super) struct HeaderProps {
    pub(super) theme: Theme,
    /// What a link would hold.
    pub(super) latest: Latest,
}

/// Title, version, switches.
#[component]
pub(super) fn Header(props: &HeaderProps) -> Html {
    let language = use_language();
    let texts = language.texts();
    let act = use_act();

    let languages = Language::ALL.into_iter().map(|choice| {
        let speak = act.reform(move |_| {
            browser::remember("language", Some(choice.tag()));
            Action::Speak(choice)
        });
        html! {
            <button type="button" lang={choice.tag()} data-language={choice.tag()}
                title={choice.name()}
                aria-pressed={(choice == language).to_string()} onclick={speak}>
                { choice.tag().to_ascii_uppercase() }
            </button>
        }
    });
    let themes = Theme::ALL.into_iter().map(|choice| {
        let (name, icon) = match choice {
            Theme::Auto => (texts.theme_auto, icons::system()),
            Theme::Light => (texts.theme_light, icons::sun()),
            Theme::Dark => (texts.theme_dark, icons::moon()),
        };
        let dress = act.reform(move |_| {
            browser::remember("theme", choice.attribute());
            browser::set_page_theme(choice.attribute());
            Action::Dress(choice)
        });
        html! {
            <button type="button" data-choice={choice.attribute().unwrap_or("auto")}
                aria-label={name} title={name}
                aria-pressed={(choice == props.theme).to_string()} onclick={dress}>
                { icon }
            </button>
        }
    });
    let help = Callback::from(|_| browser::open_dialog(browser::by_id(OPEN_HELP)));

    html! {
        <header class="bar">
            { icons::logo() }
            <h1>
                <span class="title-long">{ texts.title }</span>
                <span class="title-short" aria-hidden="true">{ texts.title_short }</span>
            </h1>
            <span class="version" title={texts.version_gloss}>{ texts.version }</span>
            <div class="bar-rest">
                <Soon>
                    <Share latest={props.latest.clone()} />
                    <div id="language" class="choices" role="group" aria-label={texts.language}>
                        { for languages }
                    </div>
                    <div id="theme" class="choices" role="group" aria-label={texts.theme}>
                        { for themes }
                    </div>
                    <button id="help-button" type="button" class="quiet" aria-label={texts.help}
                        title={texts.help} onclick={help}>{ icons::help() }</button>
                </Soon>
            </div>
        </header>
    }
}
