//! Models Go's `text/tabwriter` and kubectl's variant of it (`github.com/liggitt/tabwriter`): text with tabs becomes
//! columns.
//!
//! A cell counts for its column's width only if a tab ends it. A column is as wide as its widest cell in the run of
//! consecutive lines that have it.

use std::ops::Range;

/// The widths of a table's columns so far; a `get -w` never makes them smaller.
pub(crate) type Remembered = Vec<usize>;

/// Lays out a table of `get`: columns at least six wide, three blanks apart. Lines that come later keep the widths.
pub(crate) fn lay_out_table(text: &str, widths: &mut Remembered, out: &mut String) {
    lay_out_with(text, 6, 3, Some(widths), out);
}

/// Lays out what `describe` writes: two blanks apart.
pub(crate) fn lay_out(text: &str, out: &mut String) {
    lay_out_with(text, 0, 2, None, out);
}

fn lay_out_with(text: &str, least: usize, apart: usize, mut remembered: Option<&mut Remembered>, out: &mut String) {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    // How many cells of each line are ended by a tab, and how wide each of them is.
    let mut cells: Vec<Range<usize>> = Vec::with_capacity(lines.len());
    let mut widths: Vec<usize> = Vec::new();
    for line in &lines {
        let start = widths.len();
        widths.extend(line.split('\t').map(width_of));
        // The last cell has no tab.
        widths.pop();
        cells.push(start..widths.len());
    }
    let columns = cells.iter().map(Range::len).max().unwrap_or(0);
    for column in 0..columns {
        let mut line = 0;
        while line < lines.len() {
            let has = |line: usize| cells.get(line).is_some_and(|cells| cells.len() > column);
            if !has(line) {
                line += 1;
                continue;
            }
            let end = (line..lines.len()).find(|line| !has(*line)).unwrap_or(lines.len());
            let places = cells.get(line..end).unwrap_or(&[]).iter().map(|cells| cells.start + column);
            let widest = places.clone().filter_map(|place| widths.get(place)).max().copied().unwrap_or(0);
            let mut width = least.max(widest + apart);
            if let Some(remembered) = remembered.as_deref_mut() {
                remembered.resize(remembered.len().max(column + 1), 0);
                if let Some(before) = remembered.get_mut(column) {
                    *before = width.max(*before);
                    width = *before;
                }
            }
            for place in places {
                // From now on: how wide the cell is with its blanks.
                if let Some(cell) = widths.get_mut(place) {
                    *cell = width;
                }
            }
            line = end;
        }
    }
    out.reserve(text.len() + widths.iter().sum::<usize>());
    for (line, cells) in lines.iter().zip(&cells) {
        let mut wanted = widths.get(cells.clone()).unwrap_or(&[]).iter();
        for cell in line.split('\t') {
            out.push_str(cell);
            if let Some(width) = wanted.next() {
                push_blanks(width.saturating_sub(width_of(cell)), out);
            }
        }
    }
}

/// How many letters a cell has.
fn width_of(cell: &str) -> usize {
    if cell.is_ascii() { cell.len() } else { cell.chars().count() }
}

fn push_blanks(mut number: usize, out: &mut String) {
    const BLANKS: &str = "                                ";
    while number > 0 {
        let some = number.min(BLANKS.len());
        out.push_str(BLANKS.get(..some).unwrap_or(BLANKS));
        number -= some;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_padded_but_for_the_last_cell() {
        let (mut out, mut widths) = (String::new(), Vec::new());
        lay_out_table("NAME\tSTATUS\tAGE\npi\tRunning\t4s\n", &mut widths, &mut out);
        assert_eq!(out, "NAME   STATUS    AGE\npi     Running   4s\n");
        // A wider cell widens the lines after it, for good.
        out.clear();
        lay_out_table("pi\tContainerCreating\t4s\n", &mut widths, &mut out);
        lay_out_table("pi\tRunning\t5s\n", &mut widths, &mut out);
        assert_eq!(out, "pi     ContainerCreating   4s\npi     Running             5s\n");
    }

    #[test]
    fn a_line_without_tab_ends_a_run() {
        let mut out = String::new();
        lay_out("Name:\tpi\nPod Template:\n  Labels:\ta=b\n\tc=d\n  Containers:\n", &mut out);
        assert_eq!(out, "Name:  pi\nPod Template:\n  Labels:  a=b\n           c=d\n  Containers:\n");
    }

    #[test]
    fn columns_run_as_far_as_lines_have_them() {
        let mut out = String::new();
        lay_out("a\tb\tc\nlonger\td\ne\tf\tg\n", &mut out);
        assert_eq!(out, "a       b  c\nlonger  d\ne       f  g\n");
    }
}
