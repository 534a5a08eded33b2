//! Drawing in several turns, so that none keeps the page from answering for long.

use crate::browser::Delay;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(super) struct SoonProps {
    /// What stands in the place until then.
    #[prop_or_default]
    pub(super) place: Html,
    pub(super) children: Html,
}

/// Draws its children for the first time in a turn after its parent's.
#[component]
pub(super) fn Soon(props: &SoonProps) -> Html {
    let due = use_state(|| false);
    {
        let due = due.setter();
        use_effect_with((), move |()| {
            let soon = Delay::new(0, move || due.set(true));
            move || drop(soon)
        });
    }
    if *due { props.children.clone() } else { props.place.clone() }
}
