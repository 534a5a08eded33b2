//! Where the cursor is in a manifest that is being written, and so need not be YAML yet: its line, its document, and
//! the fields around it by their indentation.

use super::kinds;
use super::schema::{self, Kind, Struct, Type};

/// How many lines above the cursor are looked at.
const MAX_LINES: usize = 4_000;

/// A line, and where what it says begins: behind its blanks and the dashes of items.
pub(super) struct Line {
    pub start: usize,
    pub end: usize,
    pub content_start: usize,
    /// The column of the content.
    pub indent: usize,
}

impl Line {
    pub(super) fn at(text: &str, at: usize) -> Self {
        let start = text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
        let end = text.get(at..).and_then(|rest| rest.find('\n')).map_or(text.len(), |length| at + length);
        let line = text.get(start..end).unwrap_or("");
        let mut indent = line.len() - line.trim_start_matches(' ').len();
        while let Some(rest) = line.get(indent..).and_then(|rest| rest.strip_prefix("- ")) {
            indent += 2 + rest.len() - rest.trim_start_matches(' ').len();
        }
        Self { start, end, content_start: start + indent, indent }
    }

    pub(super) fn content<'a>(&self, text: &'a str) -> &'a str {
        text.get(self.content_start..self.end).unwrap_or("")
    }

    /// The columns at which items of lists begin on this line.
    pub(super) fn dashes(&self, text: &str) -> Vec<usize> {
        let head = text.get(self.start..self.content_start).unwrap_or("");
        head.bytes().enumerate().filter(|(_, byte)| *byte == b'-').map(|(at, _)| at).collect()
    }
}

/// The document around the cursor.
pub(super) struct Document {
    pub start: usize,
    pub end: usize,
    pub kind: String,
}

impl Document {
    pub(super) fn around(text: &str, cursor: usize) -> Self {
        let start = text.get(..cursor).and_then(|before| before.rfind("\n---")).map_or(0, |at| at + 1);
        let end = text.get(cursor..).and_then(|rest| rest.find("\n---")).map_or(text.len(), |length| cursor + length);
        let lines = text.get(start..end).unwrap_or("").lines();
        let kind = lines.filter_map(|line| line.strip_prefix("kind:")).map(str::trim).next().unwrap_or("");
        Self { start, end, kind: kind.trim_matches('"').to_owned() }
    }

    /// The names of the blocks that hold a line, from the outside.
    pub(super) fn parents(&self, text: &str, line: &Line) -> Vec<String> {
        let mut names = Vec::new();
        let mut column = line.indent;
        let mut within_item = line.dashes(text).into_iter().rev().collect::<Vec<_>>();
        let mut at = line.start;
        for _ in 0..MAX_LINES {
            // An item may stand at the very column of the field that holds the list.
            let limit = within_item.first().copied().map_or(column, |dash| dash + 1);
            if at <= self.start {
                break;
            }
            let above = Line::at(text, at - 1);
            at = above.start;
            let content = above.content(text);
            if content.is_empty() || content.starts_with('#') {
                continue;
            }
            let dashes = above.dashes(text);
            let opens = content.split_once(':').filter(|(_, value)| {
                let value = value.trim();
                value.is_empty() || value.starts_with('#')
            });
            if let (Some((name, _)), true) = (opens, above.indent < limit) {
                names.push(name.trim_matches('"').to_owned());
                column = above.indent;
                within_item = dashes.into_iter().rev().collect();
            } else if let Some(dash) = dashes.iter().rev().find(|dash| **dash < column && above.indent == column) {
                // A sibling on the line where the item begins.
                within_item = vec![*dash];
            } else if content.starts_with('-') && above.indent < column {
                within_item = vec![above.indent];
            }
        }
        names.reverse();
        names
    }

    /// The names that the block of a line has already.
    pub(super) fn siblings(&self, text: &str, line: &Line) -> Vec<String> {
        let mut names = Vec::new();
        let name_of =
            |other: &Line| other.content(text).split_once(':').map(|(name, _)| name.trim_matches('"').to_owned());
        let mut at = line.start;
        let mut item_begins = !line.dashes(text).is_empty();
        while at > self.start && !item_begins {
            let other = Line::at(text, at - 1);
            at = other.start;
            let content = other.content(text);
            if content.is_empty() {
                continue;
            }
            if other.indent < line.indent {
                break;
            }
            if other.indent == line.indent {
                names.extend(name_of(&other));
                item_begins = !other.dashes(text).is_empty();
            }
        }
        let mut at = line.end + 1;
        while at < self.end {
            let other = Line::at(text, at);
            at = other.end + 1;
            let blank = text.get(other.start..other.end).unwrap_or("").trim().is_empty();
            let first = other.dashes(text).first().copied().unwrap_or(other.indent);
            if blank || first > line.indent {
                continue;
            }
            if first < line.indent {
                break;
            }
            names.extend(name_of(&other));
        }
        names
    }

    pub(super) fn struct_of(&self, path: &[String]) -> Option<&'static Struct> {
        let known = kinds::served().find(|known| known.kind == self.kind)?;
        let mut of = schema::find(known.kind)?;
        for name in path {
            of = innermost(of.field(name)?.1.ty)?;
        }
        Some(of)
    }
}

pub(super) fn innermost(ty: Type) -> Option<&'static Struct> {
    match ty.pointed().kind() {
        Kind::Struct(of) => Some(of),
        Kind::List(inner) => innermost(inner),
        _ => None,
    }
}
