//! *Objetos*: any object at the playhead as kubectl prints it, with the lines that its last write changed, and
//! links to what owns it and to what it owns.

use super::code::coloured;
use super::contexts::{use_act, use_language};
use super::sentences::reason_sentence;
use super::state::Action;
use super::text::rich;
use crate::browser;
use crate::i18n;
use crate::playground::{Command, Form, Inspection, LastWrite, ObjectKindRow, ObjectName};
use std::rc::Rc;
use yew::prelude::*;

/// The id of the first line that changed.
const FIRST_CHANGE: &str = "object-change";

#[derive(Properties, PartialEq)]
pub(super) struct ObjectsProps {
    pub(super) inspection: Option<Rc<Inspection>>,
}

/// The list, the two forms, the links, and the text.
#[component]
pub(super) fn Objects(props: &ObjectsProps) -> Html {
    let language = use_language();
    let texts = language.object_texts();
    let act = use_act();
    let kinds = props.inspection.as_ref().map(|inspection| Rc::clone(&inspection.kinds)).unwrap_or_default();
    let pick = use_callback((act.clone(), Rc::clone(&kinds)), |event: Event, (act, kinds)| {
        let key = browser::typed_text(&event).unwrap_or_default();
        let names = kinds.iter().flat_map(|row| &row.names);
        if let Some(name) = names.into_iter().find(|name| key_of(name) == key) {
            act.emit(look_at(name));
        }
    });
    let Some(inspection) = &props.inspection else { return Html::default() };
    let Some(chosen) = inspection.chosen.as_ref().filter(|_| !kinds.is_empty()) else {
        return html! { <p class="empty">{ texts.empty }</p> };
    };
    let forms = Form::ALL.map(|form| {
        let show = act.reform(move |_: MouseEvent| Action::Do(Command::LookAt { object: None, form: Some(form) }));
        let name = match form {
            Form::Describe => "describe",
            Form::Yaml => "YAML",
        };
        html! {
            <button type="button" data-form={name} aria-pressed={(form == inspection.form).to_string()} onclick={show}>
                { name }
            </button>
        }
    });
    html! {
        <div class="objects" data-object={key_of(chosen)}>
            <div class="objects-head">
                <select id="object" aria-label={texts.list} onchange={pick}>
                    if inspection.text.is_empty() {
                        <option selected=true disabled=true>{ format!("{} {}", chosen.kind, chosen.name) }</option>
                    }
                    { for kinds.iter().map(|row| options(row, chosen)) }
                </select>
                <div class="objects-forms" role="group" aria-label={texts.form}>{ for forms }</div>
            </div>
            <Relations inspection={Rc::clone(inspection)} />
            if inspection.text.is_empty() {
                <p class="empty">{ texts.gone }</p>
            } else {
                <Printed inspection={Rc::clone(inspection)} />
            }
        </div>
    }
}

fn look_at(name: &ObjectName) -> Action {
    Action::Do(Command::LookAt { object: Some(name.clone()), form: None })
}

/// What tells an object from all others, as the value of its choice.
fn key_of(name: &ObjectName) -> String {
    format!("{}/{}/{}", name.kind, name.namespace, name.name)
}

fn options(row: &ObjectKindRow, chosen: &ObjectName) -> Html {
    let label = if row.count > 1 { format!("{} ({})", row.kind, row.count) } else { row.kind.to_string() };
    html! {
        <optgroup {label}>
            { for row.names.iter().map(|name| html! {
                <option value={key_of(name)} selected={name == chosen}>{ format!("{} {}", name.kind, name.name) }</option>
            }) }
        </optgroup>
    }
}

#[derive(Properties, PartialEq)]
struct InspectionProps {
    inspection: Rc<Inspection>,
}

/// Links to the owner and to what is owned.
#[component]
fn Relations(props: &InspectionProps) -> Html {
    let texts = use_language().object_texts();
    let act = use_act();
    let Inspection { owner, owned: (count, owned), .. } = &*props.inspection;
    if owner.is_none() && owned.is_empty() {
        return Html::default();
    }
    let link = |name: &ObjectName, text: String| {
        let (action, key) = (look_at(name), key_of(name));
        let title = format!("{}/{}", name.kind, name.name);
        let look = act.reform(move |_: MouseEvent| action.clone());
        html! { <button type="button" class="chip" data-look={key} {title} onclick={look}><code>{ text }</code></button> }
    };
    let more = usize::try_from(*count).unwrap_or(usize::MAX).saturating_sub(owned.len());
    html! {
        <div class="objects-links" role="group" aria-label={texts.relations}>
            if let Some(owner) = owner {
                <span>{ texts.owner }</span>{ link(owner, format!("{}/{}", owner.kind, owner.name)) }
            }
            if !owned.is_empty() {
                <span>{ texts.owned }</span>
                { for owned.iter().rev().map(|name| link(name, super::text::short_object(&name.kind, &name.name))) }
                if more > 0 { <span>{ format!("+{more}") }</span> }
            }
        </div>
    }
}

/// The command, what changed last, and the text.
#[component]
fn Printed(props: &InspectionProps) -> Html {
    let language = use_language();
    let texts = language.object_texts();
    let Inspection { line, text, last, form, .. } = &*props.inspection;
    let changed: &[u32] = last.as_ref().map_or(&[], |last| &last.lines);
    let mut first = true;
    let lines = groups(text, changed).into_iter().map(|(new, lines)| {
        let body: Html = match form {
            Form::Yaml => lines.iter().map(|line| html! { <>{ coloured(line) }{ "\n" }</> }).collect(),
            Form::Describe => html! { <>{ lines.join("\n") }{ "\n" }</> },
        };
        if !new {
            return html! { <span>{ body }</span> };
        }
        let id = std::mem::take(&mut first).then_some(FIRST_CHANGE);
        html! { <mark {id}>{ body }</mark> }
    });
    html! {
        <>
            if let Some(last) = last { <Last last={last.clone()} /> }
            <p class="objects-line"><code>{ line }</code></p>
            <pre id="object-text" tabindex="0" role="region" aria-label={texts.text} lang="en">{ for lines }</pre>
        </>
    }
}

#[derive(Properties, PartialEq)]
struct LastProps {
    last: LastWrite,
}

/// When and why it was written last, and the way to the lines that this changed.
#[component]
fn Last(props: &LastProps) -> Html {
    let language = use_language();
    let last = &props.last;
    let said = reason_sentence(language, &last.because);
    let show = Callback::from(|_: MouseEvent| browser::scroll_into_view(FIRST_CHANGE));
    html! {
        <p class="objects-last">
            <span>{ i18n::last_write(language, last.at_ms, last.created) }{ ": " }{ rich(&said.title) }</span>
            if !last.lines.is_empty() {
                <button type="button" class="chip chip-lines" data-act="show-change"
                    title={language.object_texts().show} onclick={show}>
                    { i18n::lines_changed(language, last.lines.len()) }
                </button>
            }
        </p>
    }
}

/// The lines in runs: whether they are new, and they.
fn groups<'a>(text: &'a str, changed: &[u32]) -> Vec<(bool, Vec<&'a str>)> {
    let mut groups: Vec<(bool, Vec<&str>)> = Vec::new();
    for (line, number) in text.lines().zip(0_u32..) {
        let new = changed.binary_search(&number).is_ok();
        match groups.last_mut() {
            Some((same, lines)) if *same == new => lines.push(line),
            _ => groups.push((new, vec![line])),
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::groups;

    #[test]
    fn lines_go_in_runs() {
        assert_eq!(groups("a\nb\nc\n", &[1]), [(false, vec!["a"]), (true, vec!["b"]), (false, vec!["c"])]);
        assert_eq!(groups("a\nb\n", &[0, 1]), [(true, vec!["a", "b"])]);
        assert_eq!(groups("", &[]), []);
    }
}
