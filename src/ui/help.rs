//! The help: a native dialog, so that the browser minds focus and Escape.

use super::contexts::use_language;
use super::icons;
use super::text::rich;
use crate::browser;
use crate::i18n::not_simulated;
use yew::prelude::*;

/// The dialog's id.
pub(super) const OPEN_HELP: &str = "help";

/// How the page is used, and its keys.
#[component]
pub(super) fn Help() -> Html {
    let language = use_language();
    let texts = language.texts();
    let close = Callback::from(|_| browser::close_dialog(browser::by_id(OPEN_HELP)));
    let keys: [(&[&str], &str); 7] = [
        (&[texts.key_space], texts.help_space),
        (&["←", "→"], texts.help_arrows),
        (&[texts.key_home], texts.help_home),
        (&[texts.key_end], texts.help_end),
        (&[texts.key_ctrl_enter], texts.help_apply),
        (&[texts.key_indent], texts.help_indent),
        (&["?"], texts.help_question),
    ];
    html! {
        <dialog id={OPEN_HELP} class="help" aria-labelledby="help-title">
            <div class="dialog-head">
                <h2 id="help-title">{ texts.help_title }</h2>
                <button type="button" class="quiet" aria-label={texts.close} title={texts.close} onclick={close}>
                    { icons::close() }
                </button>
            </div>
            <p>{ texts.help_lead }</p>
            <h3>{ texts.help_keys }</h3>
            <dl>
                { for keys.into_iter().map(|(keys, what)| html! {
                    <>
                        <dt>{ for keys.iter().map(|key| html! { <kbd>{ *key }</kbd> }) }</dt>
                        <dd>{ what }</dd>
                    </>
                }) }
            </dl>
            <h3>{ language.stage_texts().not_simulated }</h3>
            <ul class="limits">{ for not_simulated(language).map(|limit| html! { <li>{ rich(limit) }</li> }) }</ul>
        </dialog>
    }
}
