//! What the terminal shows, as plain data.
//!
//! Leaves out: how lines run, which is `console.rs`'s.

use std::rc::Rc;

/// The terminal, as far as it was used.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Console {
    /// The lines that were entered, with their answers, oldest first.
    pub entries: Rc<Vec<Rc<Entry>>>,
    /// Whether a line runs in the foreground.
    pub busy: bool,
    /// Whether lines wait until kubectl is there.
    pub coming: bool,
    /// The text that `kubectl edit` has opened.
    pub editing: Option<Rc<str>>,
    /// The answer to the last [`Command::Complete`](super::Command::Complete).
    pub completion: Rc<Continuation>,
}

/// A line of the terminal and its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its key.
    pub number: u32,
    /// When it was entered.
    pub at_ms: u64,
    /// The line; empty for what came without one.
    pub line: Rc<str>,
    /// What it printed, in blocks of some lines.
    pub blocks: Vec<Rc<Block>>,
    /// How many blocks are gone from its beginning, since only so many lines are kept.
    pub dropped: u32,
}

impl Entry {
    /// How many lines of what it printed are kept.
    pub fn lines(&self) -> u32 {
        self.blocks.iter().map(|block| block.lines).sum()
    }
}

/// Some lines that were printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// Whether to standard error.
    pub stderr: bool,
    /// The lines.
    pub text: Rc<str>,
    /// How many.
    pub lines: u32,
}

impl Block {
    /// Lines of a whole block.
    pub const LINES: u32 = 100;

    /// Whether nothing more comes into it.
    pub fn is_whole(&self) -> bool {
        self.lines >= Self::LINES
    }
}

/// How a line can go on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Continuation {
    /// Grows with every answer.
    pub number: u32,
    /// Where the word begins that is completed, in bytes.
    pub start: usize,
    /// What it can become.
    pub words: Vec<String>,
}
