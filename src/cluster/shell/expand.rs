//! Models the expansion of words: parameters, `$(…)`, `$((…))`, splitting by IFS, file names.
//!
//! A `$(…)` in the middle of a word has to wait for its child. The word is then expanded again
//! from its beginning, and everything with an effect (`$((n++))`, `${v:=w}`, `$RANDOM`, earlier
//! substitutions) takes its result from the [`Replay`] instead of happening twice. Left out:
//! braces (ash leaves `{a,b}` alone), `~user`, `${!name}`, arrays.

use std::rc::Rc;

use super::arithmetic::{self, Names};
use super::ast::{Block, Operation, Parameter, Part, Word};
use super::task::{Context, Task};
use super::trim::{self, file_names};
use super::variables::Refused;

/// The most words a command may have.
const MAX_WORDS: usize = 32_768;

/// What the effects within a word gave.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Replay {
    log: Vec<Rc<str>>,
    at: usize,
}

impl Replay {
    /// Adds the result that the word was waiting for.
    pub fn push(&mut self, text: String) {
        self.log.push(text.into());
    }
}

/// Why an expansion could not go on.
pub enum Stop {
    /// It needs the output of these commands.
    Capture(Block),
    /// It failed, and the shell ends.
    Error(String),
}

/// A word that is being put together.
#[derive(Default)]
struct Field {
    text: String,
    /// The same as a pattern, where what was quoted is escaped.
    pattern: String,
    /// Whether it has an unquoted `*`, `?` or `[`.
    magic: bool,
    /// Whether there is anything in it, be it an empty pair of quotes.
    started: bool,
}

struct Expander<'a, 'c> {
    task: &'a mut Task,
    cx: &'a mut Context<'c>,
    replay: &'a mut Replay,
    fields: Vec<Field>,
    field: Field,
    /// Whether the last field was ended by a blank of IFS.
    after_blank: bool,
    split: bool,
    ifs: Option<Rc<str>>,
}

/// Expands words to arguments, from `next` on.
pub fn words(
    task: &mut Task,
    cx: &mut Context,
    words: &[Word],
    next: &mut usize,
    replay: &mut Replay,
    out: &mut Vec<Rc<str>>,
) -> Result<(), Stop> {
    while let Some(word) = words.get(*next) {
        match word {
            Word::Plain(text) => out.push(Rc::clone(text)),
            Word::Parts(parts) => {
                let split = !(is_assignment(parts) && out.first().is_some_and(|name| declares(name)));
                let mut expander = Expander::new(task, cx, replay, split);
                expander.parts(parts)?;
                expander.finish(out);
            }
        }
        *replay = Replay::default();
        *next += 1;
        if out.len() > MAX_WORDS {
            return Err(Stop::Error("Argument list too long".into()));
        }
    }
    Ok(())
}

/// Expands a word to one text, without splitting.
pub fn single(task: &mut Task, cx: &mut Context, word: &Word, replay: &mut Replay) -> Result<Rc<str>, Stop> {
    let text = match word {
        Word::Plain(text) => Rc::clone(text),
        Word::Parts(parts) => {
            let mut expander = Expander::new(task, cx, replay, false);
            expander.parts(parts)?;
            expander.field.text.into()
        }
    };
    *replay = Replay::default();
    Ok(text)
}

/// Expands a word to a pattern, where what was quoted is escaped.
pub fn pattern(task: &mut Task, cx: &mut Context, word: &Word, replay: &mut Replay) -> Result<Vec<char>, Stop> {
    let mut expander = Expander::new(task, cx, replay, false);
    let pattern = expander.inner_pattern(word)?;
    *replay = Replay::default();
    Ok(pattern)
}

/// The builtins whose assignments are not split.
fn declares(name: &str) -> bool {
    matches!(name, "export" | "readonly" | "local")
}

fn is_assignment(parts: &[Part]) -> bool {
    match parts.first() {
        Some(Part::Text(text)) => {
            let length = super::lexer::name_length(text);
            length > 0 && text.as_bytes().get(length) == Some(&b'=')
        }
        _ => false,
    }
}

impl<'a, 'c> Expander<'a, 'c> {
    fn new(task: &'a mut Task, cx: &'a mut Context<'c>, replay: &'a mut Replay, split: bool) -> Self {
        replay.at = 0;
        Expander { task, cx, replay, fields: Vec::new(), field: Field::default(), after_blank: false, split, ifs: None }
    }

    fn ifs(&mut self) -> Rc<str> {
        let given = || self.task.variables.get("IFS").cloned().unwrap_or_else(|| " \t\n".into());
        Rc::clone(self.ifs.get_or_insert_with(given))
    }

    fn parts(&mut self, parts: &[Part]) -> Result<(), Stop> {
        for part in parts {
            match part {
                Part::Text(text) => self.literal(text),
                Part::Quoted(text) => self.quoted(text),
                Part::Tilde => {
                    let home = self.task.variables.get("HOME").cloned().unwrap_or_else(|| "/root".into());
                    self.quoted(&home);
                }
                Part::Parameter(parameter) => self.parameter(parameter)?,
                Part::Command(block, quoted) => {
                    let Some(text) = self.replayed() else {
                        return Err(Stop::Capture(Rc::clone(block)));
                    };
                    self.value(&text, *quoted);
                }
                Part::Arithmetic(word, quoted) => {
                    let text = self.arithmetic(word)?;
                    self.value(&text, *quoted);
                }
            }
        }
        Ok(())
    }

    /// Unquoted text of the script: a pattern, but never split.
    fn literal(&mut self, text: &str) {
        self.field.started = true;
        self.after_blank = false;
        self.field.text.push_str(text);
        self.field.pattern.push_str(text);
        self.field.magic |= text.contains(['*', '?', '[']);
    }

    fn quoted(&mut self, text: &str) {
        self.cx.charge(text.len(), 16);
        self.field.started = true;
        self.after_blank = false;
        self.field.text.push_str(text);
        escape(&mut self.field.pattern, text);
    }

    /// What an expansion gave.
    fn value(&mut self, text: &str, quoted: bool) {
        if quoted {
            return self.quoted(text);
        }
        self.cx.charge(text.len(), 16);
        if !self.split {
            self.field.text.push_str(text);
            self.field.pattern.push_str(text);
            return;
        }
        let ifs = self.ifs();
        for c in text.chars() {
            if ifs.contains(c) {
                let blank = matches!(c, ' ' | '\t' | '\n');
                if self.field.started {
                    self.end_field();
                    self.after_blank = blank;
                } else if !blank && !std::mem::take(&mut self.after_blank) {
                    self.fields.push(Field { started: true, ..Field::default() });
                }
                continue;
            }
            self.field.started = true;
            self.after_blank = false;
            self.field.text.push(c);
            self.field.pattern.push(c);
            self.field.magic |= matches!(c, '*' | '?' | '[');
        }
    }

    fn end_field(&mut self) {
        let field = std::mem::take(&mut self.field);
        if field.started && self.fields.len() <= MAX_WORDS {
            self.fields.push(field);
        }
    }

    /// Hands out the arguments, with file names for patterns.
    fn finish(mut self, out: &mut Vec<Rc<str>>) {
        self.end_field();
        for field in self.fields {
            if field.magic && self.split && !self.task.options.noglob {
                let names = file_names(self.task, self.cx, &field.pattern);
                if !names.is_empty() {
                    out.extend(names);
                    continue;
                }
            }
            out.push(field.text.into());
        }
    }

    /// The next result of the replay, if there is one.
    fn replayed(&mut self) -> Option<Rc<str>> {
        let text = self.replay.log.get(self.replay.at).cloned()?;
        self.replay.at += 1;
        Some(text)
    }

    fn record(&mut self, text: &Rc<str>) {
        self.replay.log.push(Rc::clone(text));
        self.replay.at += 1;
    }

    fn arithmetic(&mut self, word: &Word) -> Result<Rc<str>, Stop> {
        let text = self.inner(word)?;
        if let Some(value) = self.replayed() {
            return Ok(value);
        }
        let value: Rc<str> =
            arithmetic::evaluate(&text, &mut Scope(self.task, self.cx)).map_err(Stop::Error)?.to_string().into();
        self.record(&value);
        Ok(value)
    }

    /// A word within a word, as one text.
    fn inner(&mut self, word: &Word) -> Result<String, Stop> {
        Ok(self.aside(word)?.text)
    }

    /// A word within a word, as a pattern.
    fn inner_pattern(&mut self, word: &Word) -> Result<Vec<char>, Stop> {
        Ok(self.aside(word)?.pattern.chars().collect())
    }

    fn aside(&mut self, word: &Word) -> Result<Field, Stop> {
        let outer = std::mem::take(&mut self.field);
        let split = std::mem::replace(&mut self.split, false);
        let result = match word {
            Word::Plain(text) => {
                self.quoted(text);
                Ok(())
            }
            Word::Parts(parts) => self.parts(parts),
        };
        self.split = split;
        let field = std::mem::replace(&mut self.field, outer);
        result.map(|()| field)
    }

    fn parameter(&mut self, parameter: &Parameter) -> Result<(), Stop> {
        let name = &*parameter.name;
        if matches!(name, "@" | "*") && matches!(parameter.operation, Operation::Value) {
            self.all_arguments(name == "@", parameter.quoted);
            return Ok(());
        }
        let value = self.lookup(name);
        let set = |colon: bool| value.as_ref().is_some_and(|v| !colon || !v.is_empty());
        let text: Rc<str> = match &parameter.operation {
            Operation::Default(colon, word) if !set(*colon) => {
                return self.instead(word, parameter.quoted);
            }
            Operation::Alternative(colon, word) if set(*colon) => {
                return self.instead(word, parameter.quoted);
            }
            Operation::Alternative(..) => "".into(),
            Operation::Assign(colon, word) if !set(*colon) => {
                let text: Rc<str> = self.inner(word)?.into();
                self.assign(name, &text)?;
                text
            }
            Operation::Require(colon, word) if !set(*colon) => {
                let message = match word {
                    Some(word) => self.inner(word)?,
                    None if *colon => "parameter not set or null".into(),
                    None => "parameter not set".into(),
                };
                return Err(Stop::Error(format!("{name}: {message}")));
            }
            Operation::Bad => return Err(Stop::Error("syntax error: bad substitution".into())),
            operation => {
                let Some(value) = value else {
                    if self.task.options.nounset && !matches!(name, "@" | "*") {
                        return Err(Stop::Error(format!("{name}: parameter not set")));
                    }
                    let empty = if *operation == Operation::Length { "0" } else { "" };
                    self.value(empty, parameter.quoted);
                    return Ok(());
                };
                self.cx.charge(trim::cost(&value, operation), 1);
                match operation {
                    // In bytes: containers have no locale.
                    Operation::Length => value.len().to_string().into(),
                    Operation::TrimStart(longest, word) => {
                        let pattern = self.inner_pattern(word)?;
                        trim::start(&value, &pattern, *longest)
                    }
                    Operation::TrimEnd(longest, word) => {
                        let pattern = self.inner_pattern(word)?;
                        trim::end(&value, &pattern, *longest)
                    }
                    Operation::Replace(all, pattern, with) => {
                        let pattern = self.inner_pattern(pattern)?;
                        let with = self.inner(with)?;
                        trim::replace(&value, &pattern, &with, *all)
                    }
                    Operation::Slice(offset, length) => {
                        let offset = self.number(offset)?;
                        let length = length.as_ref().map(|l| self.number(l)).transpose()?;
                        trim::slice(&value, offset, length)
                    }
                    _ => value,
                }
            }
        };
        self.value(&text, parameter.quoted);
        Ok(())
    }

    /// The word that stands in for a value, whose pieces keep their own quotes.
    fn instead(&mut self, word: &Word, quoted: bool) -> Result<(), Stop> {
        if quoted {
            self.field.started = true;
        }
        match word {
            Word::Plain(text) => self.value(text, quoted),
            Word::Parts(parts) => {
                for part in parts.iter() {
                    if let Part::Text(text) = part {
                        self.value(text, quoted);
                    } else {
                        self.parts(std::slice::from_ref(part))?;
                    }
                }
            }
        }
        Ok(())
    }

    fn number(&mut self, word: &Word) -> Result<i64, Stop> {
        Ok(self.arithmetic(word)?.parse().unwrap_or(0))
    }

    fn assign(&mut self, name: &str, text: &Rc<str>) -> Result<(), Stop> {
        if self.replayed().is_some() {
            return Ok(());
        }
        self.record(&"".into());
        if super::lexer::name_length(name) != name.len() {
            return Err(Stop::Error(format!("{name}: bad variable name")));
        }
        self.task.variables.set(name, Rc::clone(text)).map_err(|r| Stop::Error(refusal(name, r)))
    }

    fn all_arguments(&mut self, each: bool, quoted: bool) {
        let arguments = Rc::clone(&self.task.arguments);
        if quoted && !each || !self.split {
            let separator = if each { Some(' ') } else { self.ifs().chars().next() };
            let separator = separator.map(String::from).unwrap_or_default();
            let text = arguments.iter().map(|a| &**a).collect::<Vec<&str>>().join(&separator);
            return self.value(&text, quoted);
        }
        for (at, argument) in arguments.iter().enumerate() {
            if at > 0 {
                self.end_field();
            }
            self.value(argument, quoted);
        }
    }

    fn lookup(&mut self, name: &str) -> Option<Rc<str>> {
        if name == "RANDOM" && self.task.variables.get(name).is_none() {
            return Some(self.replayed().unwrap_or_else(|| {
                let text = (self.cx.around.random() & 0x7fff).to_string().into();
                self.record(&text);
                text
            }));
        }
        self.task.parameter(name, self.cx)
    }
}

impl Task {
    /// The value of a variable or special parameter.
    pub fn parameter(&self, name: &str, cx: &Context) -> Option<Rc<str>> {
        match name {
            "?" => Some(self.status.to_string().into()),
            "#" => Some(self.arguments.len().to_string().into()),
            "$" => Some(self.shell_pid.to_string().into()),
            "!" => (self.last_job != 0).then(|| self.last_job.to_string().into()),
            "0" => Some(Rc::clone(&self.name)),
            "-" => Some(self.options.letters().into()),
            "@" | "*" => Some(self.arguments.iter().map(|a| &**a).collect::<Vec<&str>>().join(" ").into()),
            _ => {
                if let Some(at) = name.parse::<usize>().ok().and_then(|n| n.checked_sub(1)) {
                    return self.arguments.get(at).cloned();
                }
                if let Some(value) = self.variables.get(name) {
                    return Some(Rc::clone(value));
                }
                match name {
                    "PWD" => Some(Rc::clone(&self.cwd)),
                    "IFS" => Some(" \t\n".into()),
                    "PPID" => Some(self.parent.to_string().into()),
                    "LINENO" => Some(self.line.to_string().into()),
                    "OPTIND" => Some("1".into()),
                    "PATH" => Some("/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin".into()),
                    "SECONDS" => Some((cx.now.saturating_sub(self.started_ms) / 1000).to_string().into()),
                    "HOSTNAME" => Some(Rc::clone(&cx.shared.settings.hostname)),
                    _ => None,
                }
            }
        }
    }
}

/// A shell's variables as arithmetic sees them.
pub struct Scope<'a, 'b, 'c>(pub &'a mut Task, pub &'b mut Context<'c>);

impl Names for Scope<'_, '_, '_> {
    fn value(&mut self, name: &str) -> Result<String, String> {
        if name == "RANDOM" && self.0.variables.get(name).is_none() {
            return Ok((self.1.around.random() & 0x7fff).to_string());
        }
        match self.0.parameter(name, self.1) {
            Some(value) => Ok(value.to_string()),
            None if self.0.options.nounset => Err(format!("{name}: parameter not set")),
            None => Ok(String::new()),
        }
    }

    fn assign(&mut self, name: &str, value: i64) -> Result<(), String> {
        self.0.variables.set(name, value.to_string().into()).map_err(|r| refusal(name, r))
    }
}

/// What ash says when a variable cannot be set.
pub fn refusal(name: &str, refused: Refused) -> String {
    match refused {
        Refused::ReadOnly => format!("{name}: is read only"),
        Refused::Full => "out of memory".into(),
    }
}

fn escape(pattern: &mut String, text: &str) {
    for c in text.chars() {
        if matches!(c, '*' | '?' | '[' | ']' | '\\' | '-' | '!' | '^') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
}
