//! Words with code in them: what stands between backticks is set in the code font.

use yew::prelude::*;

/// A sentence of `i18n`.
pub(super) fn rich(sentence: &str) -> Html {
    sentence
        .split('`')
        .enumerate()
        .map(|(place, part)| {
            if place % 2 == 1 {
                html! { <code>{ breakable(part) }</code> }
            } else {
                html! { { part } }
            }
        })
        .collect()
}

/// Words up to here fit into any column.
const SHORT_WORD: usize = 14;

/// A long CamelCase word, which may be broken before its capitals, since columns are narrow.
pub(super) fn breakable(word: &str) -> Html {
    if word.len() <= SHORT_WORD {
        return html! { { word } };
    }
    let mut parts: Vec<String> = Vec::new();
    let mut low = false;
    for character in word.chars() {
        if (character.is_uppercase() && low) || parts.is_empty() {
            parts.push(String::new());
        }
        low = character.is_lowercase() || matches!(character, '.' | '/');
        if let Some(part) = parts.last_mut() {
            part.push(character);
        }
    }
    parts
        .into_iter()
        .enumerate()
        .map(|(place, part)| html! { <>{ if place > 0 { html! { <wbr /> } } else { Html::default() } }{ part }</> })
        .collect()
}

/// A Pod's name with its random end, by which people tell Pods apart, set off.
pub(super) fn pod_name(name: &str) -> Html {
    let (stem, end) = name.rsplit_once('-').map_or(("", name), |(stem, end)| (stem, end));
    html! {
        <span class="pod-name">
            if !stem.is_empty() {
                <span class="pod-stem">{ format!("{stem}-") }</span>
            }
            <span class="pod-end">{ end.to_owned() }</span>
        </span>
    }
}

/// `Pod …x2k9p` for the Pod `pi-x2k9p`: the end tells Pods apart, the stem is the Job's name.
pub(super) fn short_object(kind: &str, name: &str) -> String {
    match (kind, name.rsplit_once('-')) {
        ("Pod", Some((_, end))) => format!("Pod …{end}"),
        _ => format!("{kind} {name}"),
    }
}
