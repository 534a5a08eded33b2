//! The help: a native dialog, so that the browser minds focus and Escape.

use super::contexts::use_texts;
use crate::browser;
use yew::prelude::*;

/// The dialog's id.
pub(super) const OPEN_HELP: &str = "help";

/// How the page is used, and its keys.
#[component]
pub(super) fn Help() -> Html {
    let texts = use_texts();
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
            <h2 id="help-title">{ texts.help_title }</h2>
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
            <button type="button" class="primary" onclick={close}>{ texts.close }</button>
        </dialog>
    }
}
