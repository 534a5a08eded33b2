//! What almost every component needs and what rarely changes: the language and the way to act.

use super::state::Action;
use crate::i18n::{Language, Texts};
use crate::playground::Command;
use yew::prelude::*;

/// The language in use.
#[hook]
pub(super) fn use_language() -> Language {
    use_context::<Language>().unwrap_or_default()
}

/// The words of the language in use.
#[hook]
pub(super) fn use_texts() -> &'static Texts {
    use_language().texts()
}

/// Sends an action to the reducer.
#[hook]
pub(super) fn use_act() -> Callback<Action> {
    use_context::<Callback<Action>>().unwrap_or_default()
}

/// A callback for buttons that always send the same command.
#[hook]
pub(super) fn use_command(command: Command) -> Callback<MouseEvent> {
    let act = use_act();
    use_callback((act, command), |_, (act, command)| {
        act.emit(Action::Do(command.clone()));
    })
}
