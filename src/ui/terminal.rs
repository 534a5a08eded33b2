//! The terminal: a prompt over the run, with history, completion and Ctrl-C.
//!
//! The panel exists only while its tab is open. How what was printed is drawn is `terminal_log.rs`'s.

use super::contexts::{use_act, use_language};
use super::state::{Action, Menu, Target};
use super::terminal_edit::TextEdit;
use super::terminal_log::{EntryItem, LongAnswer};
use super::text::rich;
use crate::browser;
use crate::playground::{Command, Console};
use std::rc::Rc;
use yew::prelude::*;

const INPUT: &str = "terminal-line";
const LOG: &str = "terminal-log";
/// Lines that are remembered for the next visit.
const MOST_HISTORY: usize = 200;
/// Words that Tab shows at once.
const MOST_OFFERS: usize = 60;

#[derive(Properties, PartialEq)]
pub(super) struct TerminalProps {
    pub(super) console: Rc<Console>,
    /// Whether the clock runs.
    pub(super) playing: bool,
    /// Whether nothing more will happen.
    pub(super) over: bool,
}

/// Everything that the field remembers.
#[derive(Clone, Default, PartialEq)]
struct Field {
    text: String,
    /// Which line of the history is shown, counted from the newest, and what was typed before.
    back: usize,
    draft: String,
    /// The completion that was last taken in, and what it offers.
    completed: u32,
    /// Whether Tab was pressed and its answer is still to come.
    asked: bool,
    offers: Vec<String>,
}

fn history() -> Vec<String> {
    let text = browser::recall("history").unwrap_or_default();
    text.lines().map(str::to_owned).collect()
}

/// Log, state and prompt.
#[component]
pub(super) fn Terminal(props: &TerminalProps) -> Html {
    let language = use_language();
    let texts = language.terminal_texts();
    let act = use_act();
    let field = use_state(Field::default);
    let lines = use_state(history);
    let large = use_state(|| false);

    // New lines and the prompt are kept in sight.
    use_effect_with(Rc::clone(&props.console), |_| browser::scroll_to_end(LOG));
    {
        let act = act.clone();
        use_effect_with((), move |()| {
            browser::focus(INPUT);
            browser::load_manual(move |text| act.emit(Action::Do(Command::Manual { text })));
        });
    }
    {
        let field = field.clone();
        use_effect_with(Rc::clone(&props.console.completion), move |completion| {
            if field.asked && completion.number != field.completed {
                let mut next = (*field).clone();
                next.asked = false;
                next.completed = completion.number;
                take_in(&mut next, completion.start, &completion.words);
                field.set(next);
            }
        });
    }

    let enter = {
        let (act, field, lines) = (act.clone(), field.clone(), lines.clone());
        let busy = props.console.busy;
        Callback::from(move |()| {
            let text = field.text.clone();
            if busy {
                return;
            }
            if !text.trim().is_empty() {
                let mut all = (*lines).clone();
                all.retain(|line| *line != text);
                all.push(text.clone());
                let start = all.len().saturating_sub(MOST_HISTORY);
                all.drain(..start);
                browser::remember("history", Some(&all.join("\n")));
                lines.set(all);
            }
            act.emit(Action::Type(Rc::from(text)));
            field.set(Field { completed: field.completed, ..Field::default() });
        })
    };
    let onkeydown = {
        let (act, field, lines, enter) = (act.clone(), field.clone(), lines.clone(), enter.clone());
        let busy = props.console.busy;
        Callback::from(move |event: KeyboardEvent| {
            let control = event.ctrl_key() && !event.alt_key() && !event.meta_key();
            let mut next = (*field).clone();
            match event.key().as_str() {
                "Enter" => enter.emit(()),
                "ArrowUp" => step(&mut next, &lines, true),
                "ArrowDown" => step(&mut next, &lines, false),
                // On an empty line, and with Shift, Tab goes on to the next control as everywhere.
                "Tab" if !event.shift_key() && !field.text.trim().is_empty() => {
                    next.asked = true;
                    act.emit(Action::Complete(Rc::from(&*field.text)));
                }
                "Escape" => browser::focus("tab-kubectl"),
                "c" if control && !browser::has_selection() => {
                    next = Field { completed: field.completed, ..Field::default() };
                    if busy {
                        act.emit(Action::Do(Command::Interrupt));
                    }
                }
                "l" if control => act.emit(Action::Do(Command::ClearConsole)),
                "u" if control => next = Field { completed: field.completed, ..Field::default() },
                _ => return,
            }
            event.prevent_default();
            if next != *field && event.key() != "Enter" {
                field.set(next);
            }
        })
    };
    let oninput = {
        let field = field.clone();
        Callback::from(move |event: InputEvent| {
            let text = browser::typed_text(&event).unwrap_or_default();
            field.set(Field { text, completed: field.completed, ..Field::default() });
        })
    };
    let copy = {
        let console = Rc::clone(&props.console);
        Callback::from(move |_: MouseEvent| browser::copy(&transcript(&console)))
    };
    let clear = act.reform(|_: MouseEvent| Action::Do(Command::ClearConsole));
    let interrupt = act.reform(|_: MouseEvent| Action::Do(Command::Interrupt));
    let grow = {
        let large = large.clone();
        Callback::from(move |_: MouseEvent| large.set(!*large))
    };
    // A name that is clicked offers what can be done to its object.
    let offer = use_callback(act.clone(), |event: MouseEvent, act| {
        if let Some((word, anchor)) = browser::word_under(&event).filter(|_| !browser::has_selection()) {
            let name = Rc::from(word.rsplit('/').next().unwrap_or(&word));
            act.emit(Action::OpenMenu(Menu { target: Target::Named(name), anchor, refused: None }));
        }
    });
    let state = props.console.busy.then_some(match (props.playing, props.over) {
        (true, _) => texts.running,
        (false, true) => texts.over,
        (false, false) => texts.paused,
    });

    html! {
        <div class={classes!("console", large.then_some("large"))}>
            <div class="console-tools">
                <button type="button" onclick={copy}>{ texts.copy }</button>
                <button type="button" onclick={clear}>{ texts.clear }</button>
                <button type="button" aria-pressed={large.to_string()} onclick={grow}>{ texts.grow }</button>
            </div>
            <div id={LOG} class="console-log" role="log" aria-label={texts.log} tabindex="0" lang="en" onclick={offer}>
                if props.console.entries.is_empty() {
                    <p class="console-welcome" lang={language.tag()}>{ rich(texts.welcome) }</p>
                }
                { for props.console.entries.iter().map(|entry| html! {
                    <EntryItem key={entry.number} entry={Rc::clone(entry)} />
                }) }
            </div>
            <LongAnswer entry={props.console.entries.last().cloned()} />
            if let Some(text) = &props.console.editing {
                <TextEdit key={text.to_string()} text={Rc::clone(text)} />
            }
            if !field.offers.is_empty() {
                <ul class="console-offers" aria-label={texts.offers} lang="en">
                    { for field.offers.iter().take(MOST_OFFERS).map(|word| html! { <li>{ word.clone() }</li> }) }
                </ul>
            }
            <p class="console-state" role="status">
                if props.console.coming {
                    <span>{ texts.coming }</span>
                } else if let Some(state) = state {
                    <span>{ state }</span>
                    <button type="button" onclick={interrupt}>{ texts.interrupt }</button>
                }
            </p>
            <div class="console-line">
                <label for={INPUT}><span aria-hidden="true">{ "$" }</span><span class="unseen">{ texts.line }</span></label>
                <input id={INPUT} type="text" value={field.text.clone()} {oninput} {onkeydown} lang="en"
                    autocomplete="off" autocapitalize="off" spellcheck="false" enterkeyhint="send"
                    aria-describedby="terminal-keys" />
            </div>
            <p id="terminal-keys" class="console-keys">{ texts.keys }</p>
        </div>
    }
}

/// Up and down in the history; what was typed before comes back at its end.
fn step(field: &mut Field, lines: &[String], up: bool) {
    let back = if up { (field.back + 1).min(lines.len()) } else { field.back.saturating_sub(1) };
    if back == field.back {
        return;
    }
    if field.back == 0 {
        field.draft.clone_from(&field.text);
    }
    field.back = back;
    field.offers.clear();
    field.text = match back.checked_sub(1).and_then(|back| lines.iter().rev().nth(back)) {
        Some(line) => line.clone(),
        None => field.draft.clone(),
    };
}

/// Completes as far as all words agree; several are offered.
fn take_in(field: &mut Field, start: usize, words: &[String]) {
    field.offers.clear();
    let Some(first) = words.first() else { return };
    let common = words.iter().fold(first.as_str(), |common, word| {
        let length = common.chars().zip(word.chars()).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum();
        common.get(..length).unwrap_or("")
    });
    let before = field.text.get(..start).unwrap_or("").to_owned();
    let whole = words.len() == 1 && !common.ends_with(['/', '=']);
    field.text = format!("{before}{common}{}", if whole { " " } else { "" });
    if words.len() > 1 {
        field.offers = words.to_vec();
    }
}

fn transcript(console: &Console) -> String {
    let mut text = String::new();
    for entry in &*console.entries {
        if !entry.line.is_empty() {
            text.push_str("$ ");
            text.push_str(&entry.line);
            text.push('\n');
        }
        for block in &entry.blocks {
            text.push_str(&block.text);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn completed(text: &str, start: usize, words: &[&str]) -> (String, usize) {
        let mut field = Field { text: text.to_owned(), ..Field::default() };
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        take_in(&mut field, start, &words);
        (field.text, field.offers.len())
    }

    #[test]
    fn tab_completes_as_far_as_the_words_agree() {
        assert_eq!(completed("kubectl g", 8, &["get"]), ("kubectl get ".to_owned(), 0));
        assert_eq!(completed("k logs p", 7, &["pi-a1", "pi-b2"]), ("k logs pi-".to_owned(), 2));
        assert_eq!(completed("k x", 2, &[]), ("k x".to_owned(), 0));
        assert_eq!(completed("k get -o j", 9, &["jsonpath="]), ("k get -o jsonpath=".to_owned(), 0));
    }

    #[test]
    fn the_history_gives_the_draft_back() {
        let lines = ["uno".to_owned(), "dos".to_owned()];
        let mut field = Field { text: "borrador".to_owned(), ..Field::default() };
        let mut seen = Vec::new();
        for up in [true, true, true, false, false] {
            step(&mut field, &lines, up);
            seen.push(field.text.clone());
        }
        assert_eq!(seen, ["dos", "uno", "uno", "dos", "borrador"]);
    }
}
