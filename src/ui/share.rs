//! Links and frames: *Copiar enlace*, the *Insertar* dialog, and what a damaged link says.

use super::contexts::use_language;
use super::icons;
use super::state::Lab;
use super::views::use_views;
use crate::browser;
use crate::i18n::{Language, ShareTexts};
use crate::playground::CommandRow;
use crate::share::{Damage, Deed, Frame, Link, Parts, Snippet};
use std::cell::RefCell;
use std::rc::Rc;
use yew::prelude::*;

const DIALOG: &str = "insert";
const CODE_FIELD: &str = "insert-code";
const LINK_FIELD: &str = "copy-link-field";

/// The state as it is now, for those who read it when a button is pressed and needn't be drawn
/// again whenever it changes.
#[derive(Clone, Default)]
pub(super) struct Latest(Rc<RefCell<Option<UseReducerHandle<Lab>>>>);

impl Latest {
    pub(super) fn set(&self, lab: &UseReducerHandle<Lab>) {
        self.0.replace(Some(lab.clone()));
    }

    /// Whether the editor's text is the one that runs.
    pub(super) fn is_applied(&self) -> bool {
        self.0.borrow().as_ref().is_some_and(|lab| lab.is_applied())
    }

    /// A link to what is there now.
    pub(super) fn link(&self) -> Link {
        self.0.borrow().as_ref().map(|lab| link_to(lab)).unwrap_or_default()
    }
}

impl PartialEq for Latest {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

/// The text that runs with all that was done to it, or the text that doesn't run yet.
fn link_to(lab: &Lab) -> Link {
    let snapshot = &lab.snapshot;
    let runs = snapshot.applied && lab.is_applied();
    let own = lab.manifest.to_string();
    let mut link = Link { manifest: Some(own), seed: u32::try_from(lab.seed()).ok(), ..Link::default() };
    if runs {
        link.at_ms = Some(snapshot.now_ms);
        link.speed = Some(snapshot.speed.ms_per_second);
        let done = snapshot.commands.iter().filter(|row| row.at_ms <= snapshot.now_ms);
        let deed = |row: &CommandRow| Some(Deed { at_ms: row.at_ms, line: row.intervention.as_ref()?.to_string() });
        link.deeds = done.filter_map(|row| deed(row)).collect();
    }
    link
}

/// What became of copying.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Copied {
    No,
    Well,
    Badly,
}

#[derive(Properties, PartialEq)]
pub(super) struct ShareProps {
    pub(super) latest: Latest,
}

/// The two buttons of the header, and the dialog that one of them opens.
#[component]
pub(super) fn Share(props: &ShareProps) -> Html {
    let language = use_language();
    let words = ShareTexts::of(language);
    let views = use_views();
    let copied = use_state(|| Copied::No);
    // The link, and the how manieth it is.
    let address = use_state(|| (String::new(), 0_u32));
    let asked = use_state(|| None::<Link>);

    let copy = {
        let (latest, address) = (props.latest.clone(), address.clone());
        Callback::from(move |_: MouseEvent| {
            let link = latest.link();
            browser::show_fragment(&link.fragment());
            address.set((format!("{}{}", browser::page_address(), link.address()), address.1 + 1));
        })
    };
    // The field holds the address, and can be selected, only after it was drawn.
    {
        let copied = copied.setter();
        use_effect_with((*address).clone(), move |address| {
            if address.1 > 0 {
                browser::copy_field(LINK_FIELD, move |well| {
                    copied.set(if well { Copied::Well } else { Copied::Badly });
                });
            }
        });
    }
    let open = {
        let (latest, asked) = (props.latest.clone(), asked.clone());
        Callback::from(move |_: MouseEvent| {
            asked.set(Some(latest.link()));
            browser::open_dialog(browser::by_id(DIALOG));
        })
    };
    let close = Callback::from(|_: MouseEvent| browser::close_dialog(browser::by_id(DIALOG)));
    let said = match *copied {
        Copied::No => "",
        Copied::Well => words.copied,
        Copied::Badly => words.not_copied,
    };

    html! {
        <div class="share">
            <button id="copy-link" type="button" class="quiet" title={words.copy_link_gloss} onclick={copy}>
                { icons::link() }<span class="share-word">{ words.copy_link }</span>
            </button>
            <button id="insert-button" type="button" class="quiet" title={words.insert_title} onclick={open}>
                { icons::frame() }<span class="share-word">{ words.insert }</span>
            </button>
            <div class="share-answer" key={address.1} data-copied={(*copied == Copied::Well).to_string()}
                hidden={address.1 == 0}>
                <p role="status">{ said }</p>
                <input id={LINK_FIELD} readonly=true aria-label={words.link} value={address.0.clone()} />
            </div>
            <dialog id={DIALOG} class="help insert" aria-labelledby="insert-title">
                <div class="dialog-head">
                    <h2 id="insert-title">{ words.insert_title }</h2>
                    <button type="button" class="quiet" aria-label={language.texts().close}
                        title={language.texts().close} onclick={close}>{ icons::close() }</button>
                </div>
                { views.zip(asked.as_ref()).map(|(views, link)| views.insert(link, language)) }
            </dialog>
        </div>
    }
}

#[derive(Properties, PartialEq)]
pub(super) struct InsertProps {
    pub(super) link: Link,
    pub(super) language: Language,
}

/// What the dialog holds: the choices and the text that they make.
#[component]
pub(super) fn Insert(props: &InsertProps) -> Html {
    let words = ShareTexts::of(props.language);
    let parts = use_state(Parts::default);
    let tool = use_state(|| Snippet::Html);
    let on_click = use_state(|| true);
    let autoplay = use_state(|| false);
    let copied = use_state(|| Copied::No);

    let link = Link {
        embed: true,
        on_click: *on_click,
        autoplay: *autoplay,
        language: Some(props.language.tag().to_owned()),
        parts: Some(*parts),
        ..props.link.clone()
    };
    let frame = Frame {
        address: format!("{}{}", browser::page_address(), link.address()),
        title: words.frame_title.to_owned(),
        height: 560,
    };
    let code = tool.text(&frame);

    let choose_parts = {
        let (parts, copied) = (parts.setter(), copied.setter());
        Callback::from(move |event: Event| {
            if let Some(chosen) = browser::typed_text(&event).as_deref().and_then(Parts::from_key) {
                parts.set(chosen);
                copied.set(Copied::No);
            }
        })
    };
    let choose_tool = {
        let (tool, copied) = (tool.setter(), copied.setter());
        Callback::from(move |event: Event| {
            let name = browser::typed_text(&event).unwrap_or_default();
            if let Some(chosen) = Snippet::ALL.into_iter().find(|snippet| snippet.name() == name) {
                tool.set(chosen);
                copied.set(Copied::No);
            }
        })
    };
    let flip = |flag: &UseStateHandle<bool>| {
        let (flag, copied) = (flag.clone(), copied.setter());
        Callback::from(move |_: MouseEvent| {
            flag.set(!*flag);
            copied.set(Copied::No);
        })
    };
    let copy = {
        let copied = copied.setter();
        Callback::from(move |_: MouseEvent| {
            let copied = copied.clone();
            browser::copy_field(CODE_FIELD, move |well| copied.set(if well { Copied::Well } else { Copied::Badly }));
        })
    };
    let said = match *copied {
        Copied::No => "",
        Copied::Well => words.copied,
        Copied::Badly => words.not_copied,
    };

    html! {
        <>
            <p>{ words.insert_lead }</p>
            <div class="insert-choices">
                <label>{ words.parts }
                    <select id="insert-parts" onchange={choose_parts}>
                        { for Parts::ALL.into_iter().zip(words.parts_names).map(|(choice, name)| html! {
                            <option value={choice.key()} selected={choice == *parts}>{ name }</option>
                        }) }
                    </select>
                </label>
                <label>{ words.tool }
                    <select id="insert-tool" onchange={choose_tool}>
                        { for Snippet::ALL.into_iter().map(|choice| html! {
                            <option value={choice.name()} selected={choice == *tool}>{ choice.name() }</option>
                        }) }
                    </select>
                </label>
            </div>
            <p class="insert-check">
                <input id="insert-on-click" type="checkbox" checked={*on_click} onclick={flip(&on_click)} />
                <label for="insert-on-click">{ words.on_click }<small>{ words.on_click_gloss }</small></label>
            </p>
            <p class="insert-check">
                <input id="insert-autoplay" type="checkbox" checked={*autoplay} onclick={flip(&autoplay)} />
                <label for="insert-autoplay">{ words.autoplay }</label>
            </p>
            <label for={CODE_FIELD}>{ words.code }</label>
            <textarea id={CODE_FIELD} readonly=true rows="7" spellcheck="false" value={code} />
            <p class="insert-row">
                <button id="copy-code" type="button" class="primary" onclick={copy}>{ words.copy_code }</button>
                <span role="status">{ said }</span>
            </p>
        </>
    }
}

#[derive(Properties, PartialEq)]
pub(super) struct DamagedProps {
    pub(super) damage: Option<Damage>,
}

/// Says that the link couldn't be followed, until it is closed.
#[component]
pub(super) fn Damaged(props: &DamagedProps) -> Html {
    let words = ShareTexts::of(use_language());
    let closed = use_state(|| false);
    let close = {
        let closed = closed.setter();
        Callback::from(move |_: MouseEvent| closed.set(true))
    };
    let Some(damage) = props.damage.filter(|_| !*closed) else {
        return Html::default();
    };
    let what = match damage {
        Damage::Unreadable => words.unreadable,
        Damage::TooLong => words.too_long,
        Damage::Newer => words.newer,
    };
    html! {
        <div class="damaged" role="alert">
            <p><strong>{ what }</strong>{ " " }{ words.offered }</p>
            <button type="button" class="quiet" aria-label={words.dismiss} title={words.dismiss} onclick={close}>
                { "×" }
            </button>
        </div>
    }
}
