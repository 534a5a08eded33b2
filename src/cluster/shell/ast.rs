//! Models the syntax tree of a POSIX shell script, as busybox ash reads it.
//!
//! Every node is cheap to clone (each holds an `Rc`), because the machine keeps clones of nodes in
//! its frames instead of recursing. Left out: aliases, `select`, `coproc`, arrays, `[[` as syntax
//! (ash takes it as another name of `test`), process substitution.

use std::rc::Rc;

/// Commands that run one after the other.
pub type Block = Rc<[Node]>;

/// One command of any shape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// Assignments, words and redirections.
    Simple(Rc<Simple>),
    /// `a | b | c`.
    Pipeline(Rc<[Node]>),
    /// `! a`.
    Not(Rc<Node>),
    /// `a && b || c`.
    AndOr(Rc<AndOr>),
    /// `a &`.
    Background(Rc<Node>),
    /// `( a; b )`.
    Subshell(Block),
    /// `{ a; b; }`.
    Group(Block),
    /// `if … fi`.
    If(Rc<If>),
    /// `while … done` and `until … done`.
    While(Rc<While>),
    /// `for … done`.
    For(Rc<For>),
    /// `case … esac`.
    Case(Rc<Case>),
    /// `name() body`.
    Function(Rc<Function>),
    /// A compound command followed by redirections.
    Redirected(Rc<Redirected>),
}

/// A simple command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Simple {
    /// `NAME=value` before the first word.
    pub assignments: Vec<(Rc<str>, Word)>,
    /// The words, the first being the command's name.
    pub words: Vec<Word>,
    /// Its redirections, in order.
    pub redirects: Vec<Redirect>,
    /// The finished arguments where nothing in them needs expanding and there is nothing else to
    /// do, so that running it costs no allocation.
    pub ready: Option<Rc<[Rc<str>]>>,
    /// Lines before it in its text (ash counts from 0 in `sh -c`).
    pub line: u32,
}

/// A chain of `&&` and `||`, evaluated from left to right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AndOr {
    /// What always runs.
    pub first: Node,
    /// Each with `true` for `&&`.
    pub rest: Vec<(bool, Node)>,
}

/// An `if` with its `elif`s.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct If {
    /// Condition and body of `if` and of each `elif`.
    pub arms: Vec<(Block, Block)>,
    /// The `else`.
    pub otherwise: Option<Block>,
}

/// A loop with a condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct While {
    /// What decides.
    pub condition: Block,
    /// What repeats.
    pub body: Block,
    /// `until` instead of `while`.
    pub until: bool,
}

/// A loop over words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct For {
    /// The variable.
    pub name: Rc<str>,
    /// The words, or nothing for `"$@"`.
    pub words: Option<Vec<Word>>,
    /// What repeats.
    pub body: Block,
}

/// A `case`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// What is compared.
    pub subject: Word,
    /// Patterns and what they run.
    pub arms: Vec<(Vec<Word>, Block)>,
}

/// A function's definition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    /// Its name.
    pub name: Rc<str>,
    /// Its body.
    pub body: Node,
}

/// A compound command with redirections.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redirected {
    /// The command.
    pub body: Node,
    /// Its redirections.
    pub redirects: Vec<Redirect>,
}

/// One redirection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redirect {
    /// The file descriptor.
    pub fd: u8,
    /// What is done to it.
    pub kind: RedirectKind,
    /// The file, the descriptor to copy, or the text of the here-document.
    pub target: Word,
}

/// What a redirection does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RedirectKind {
    /// `<`
    Read,
    /// `>` and `>|`
    Write,
    /// `>>`
    Append,
    /// `<>`
    Both,
    /// `<&` and `>&`
    Copy,
    /// `&>`: standard output and error.
    WriteAll,
    /// `<<`: the text itself.
    Text,
}

/// A word before expansion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Word {
    /// Nothing in it to expand.
    Plain(Rc<str>),
    /// Pieces to expand.
    Parts(Rc<[Part]>),
}

/// A piece of a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Unquoted text: its `*?[` are patterns.
    Text(Rc<str>),
    /// Quoted text.
    Quoted(Rc<str>),
    /// `$name`, `${name…}`.
    Parameter(Rc<Parameter>),
    /// `$(…)` and backticks; `true` inside double quotes.
    Command(Block, bool),
    /// `$((…))`; `true` inside double quotes.
    Arithmetic(Rc<Word>, bool),
    /// A `~` at the beginning of a word.
    Tilde,
}

/// A parameter expansion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Name, number or special character.
    pub name: Rc<str>,
    /// What is done to its value.
    pub operation: Operation,
    /// Inside double quotes.
    pub quoted: bool,
}

/// What `${name…}` does to the value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operation {
    /// `${v}`
    Value,
    /// `${#v}`
    Length,
    /// `${v:-w}` and `${v-w}`: `true` with the colon (empty counts as unset).
    Default(bool, Word),
    /// `${v:=w}`
    Assign(bool, Word),
    /// `${v:+w}`
    Alternative(bool, Word),
    /// `${v:?w}`
    Require(bool, Option<Word>),
    /// `${v#p}`, `${v##p}`: `true` for the longest.
    TrimStart(bool, Word),
    /// `${v%p}`, `${v%%p}`: `true` for the longest.
    TrimEnd(bool, Word),
    /// `${v:offset:length}`
    Slice(Word, Option<Word>),
    /// `${v/p/w}`: `true` for all.
    Replace(bool, Word, Word),
    /// `${v!}`: ash says `bad substitution` when it comes to it.
    Bad,
}
