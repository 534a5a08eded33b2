//! Changing a manifest's text without disturbing the rest: in blocks by their indentation, in braces by commas.

use super::super::span::{Inside, Place, Span};
use super::Edit;

/// The text, and how values are written in it.
#[derive(Clone, Copy)]
pub(super) struct Source<'a> {
    pub text: &'a str,
    pub is_json: bool,
}

impl<'a> Source<'a> {
    /// A value as the document writes it; JSON quotes what is no number, word or bracket.
    pub fn scalar(&self, value: &str) -> String {
        let bare = value.parse::<i64>().is_ok()
            || matches!(value, "true" | "false" | "null")
            || value.starts_with(['"', '[', '{']);
        if self.is_json && !bare { format!("\"{value}\"") } else { value.to_owned() }
    }

    /// A new field in a block. A value of several lines is only written where blocks are.
    pub fn insert(&self, block: &Place, name: &str, value: &str) -> Option<Edit> {
        let Inside::Map(entries) = &block.inside else { return self.open(block, name, value) };
        let Some((_, first)) = entries.first() else { return self.open(block, name, value) };
        let key = first.key?;
        if self.is_flow(block) {
            let name = if self.is_json { format!("\"{name}\"") } else { name.to_owned() };
            let text = format!("{name}: {}, ", self.scalar(value));
            return (!value.contains('\n')).then_some(Edit { start: key.start, end: key.start, text });
        }
        let indent = " ".repeat(key.column.saturating_sub(1) as usize);
        let lines = field_lines(name, value, &indent);
        // After a first line that is whole in itself, which is mostly the name; else before everything.
        if matches!(first.inside, Inside::Leaf) && first.value.end_line == key.line && first.value.end > key.end {
            let at = self.line_end(first.value.end);
            return Some(Edit { start: at, end: at, text: format!("\n{indent}{lines}") });
        }
        Some(Edit { start: key.start, end: key.start, text: format!("{lines}\n{indent}") })
    }

    /// The first field of a block that has none: `spec:`, `spec: {}`.
    fn open(&self, block: &Place, name: &str, value: &str) -> Option<Edit> {
        let key = block.key?;
        if self.is_json || matches!(block.inside, Inside::List(_)) {
            return None;
        }
        let written = self.text.get(block.value.start as usize..block.value.end as usize).unwrap_or("");
        let is_empty = matches!(written.trim(), "" | "{}" | "null" | "~");
        let indent = " ".repeat(key.column.saturating_add(1) as usize);
        let text = format!("\n{indent}{}", field_lines(name, value, &indent));
        let start = key.end.saturating_add(1);
        let end = if written.trim().is_empty() { start } else { block.value.end };
        is_empty.then_some(Edit { start, end, text })
    }

    /// Whether a mapping or list is written in braces.
    pub fn is_flow(&self, place: &Place) -> bool {
        self.text.get(place.value.start as usize..).is_some_and(|rest| rest.starts_with(['{', '[']))
    }

    /// The end of the line that holds a byte, before its line break.
    pub fn line_end(&self, at: u32) -> u32 {
        let rest = self.text.get(at as usize..).unwrap_or("");
        let length = rest.find('\n').unwrap_or(rest.len());
        let length = if rest.get(..length).is_some_and(|line| line.ends_with('\r')) { length - 1 } else { length };
        at.saturating_add(u32::try_from(length).unwrap_or(0))
    }

    /// The whole lines of a field in a block: from the start of its first line to past the end of its last. None if
    /// something else stands on them.
    pub fn lines_of(&self, place: &Place) -> Option<(u32, u32)> {
        let key = place.key?;
        let start = self.line_start(key.start);
        let before = self.text.get(start as usize..key.start as usize)?;
        if !before.chars().all(|c| c == ' ') {
            return None;
        }
        let end = self.last_byte(place, key);
        let end = self.line_end(end);
        let rest = self.text.get(end as usize..)?;
        let breaks = if rest.starts_with("\r\n") { 2 } else { u32::from(rest.starts_with('\n')) };
        Some((start, end + breaks))
    }

    /// The last byte that belongs to a value, without the blanks and comments that may follow it.
    fn last_byte(&self, place: &Place, key: Span) -> u32 {
        let end = place.value.end.max(key.end);
        let inside = self.text.get(key.start as usize..end as usize).unwrap_or("");
        key.start + u32::try_from(inside.trim_end().len()).unwrap_or(0)
    }

    fn line_start(&self, at: u32) -> u32 {
        let before = self.text.get(..at as usize).unwrap_or("");
        u32::try_from(before.rfind('\n').map_or(0, |at| at + 1)).unwrap_or(0)
    }

    /// A field's text with its lines moved to the left edge.
    pub fn dedented(&self, place: &Place) -> Option<String> {
        let (start, end) = self.lines_of(place)?;
        let width = place.key?.column.saturating_sub(1) as usize;
        let text: &'a str = self.text.get(start as usize..end as usize)?;
        let lines: Vec<&str> = text.lines().map(|line| line.get(width..).unwrap_or(line.trim_start())).collect();
        Some(lines.join("\n"))
    }
}

/// `name: value`, or the value's lines below the name.
fn field_lines(name: &str, value: &str, indent: &str) -> String {
    if value.contains('\n') {
        let lines: Vec<String> = value.lines().map(|line| format!("{indent}{line}")).collect();
        return format!("{name}:\n{}", lines.join("\n"));
    }
    format!("{name}: {value}")
}
