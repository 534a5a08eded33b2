//! Fields that stand in the wrong block, and names that are nearly right.

use super::super::schema::Struct;
use super::super::span::{Inside, Place};
use super::{Case, Edit, Fix, struct_at};

/// How many blocks of a document are looked at.
const MAX_BLOCKS: usize = 300;

/// The field's name if it were spelt right.
pub(super) fn rename(case: &Case<'_>) -> Option<Fix> {
    let path = case.problem.path.as_str();
    let (above, name) = path.rsplit_once('.').unwrap_or(("", path));
    let of = struct_at(case.kind?, above)?;
    let better = nearest(of, name)?;
    let key = case.places.key_at(path)?;
    let quoted = case.source.text.get(key.start as usize..key.end as usize)?.starts_with('"');
    let text = if quoted { format!("\"{better}\"") } else { better.to_owned() };
    Some(Fix {
        rule: "rename-field",
        word: better.to_owned(),
        edits: vec![Edit { start: key.start, end: key.end, text }],
    })
}

/// The field of a struct whose name is nearest.
pub(super) fn nearest(of: &'static Struct, name: &str) -> Option<&'static str> {
    let mut best: Option<(usize, &'static str)> = None;
    of.each_field(&mut |field| {
        let distance = if field.name.eq_ignore_ascii_case(name) { 0 } else { distance(field.name, name) };
        if best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, field.name));
        }
    });
    best.filter(|(distance, found)| *distance <= 1.max(found.len().max(name.len()) / 3)).map(|(_, found)| found)
}

/// How many letters must be put, taken, changed or swapped to make one word of the other.
pub(super) fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().take(64).collect(), b.chars().take(64).collect());
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let at = |row: &[usize], index: usize| row.get(index).copied().unwrap_or(usize::MAX / 2);
            let changed = at(&last, j) + usize::from(!x.eq_ignore_ascii_case(y));
            let mut least = changed.min(at(&last, j + 1) + 1).min(at(&row, j) + 1);
            let swapped = i > 0 && j > 0 && a.get(i - 1) == Some(y) && b.get(j - 1) == Some(x);
            if swapped {
                least = least.min(at(&before, j - 1) + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().unwrap_or(0)
}

/// The field moved to the nearest block of the document that has such a field.
pub(super) fn move_field(case: &Case<'_>) -> Option<Fix> {
    let path = case.problem.path.as_str();
    let (above, name) = path.rsplit_once('.').unwrap_or(("", path));
    let kind = case.kind?;
    let mut blocks: Vec<(String, &Place)> = Vec::new();
    collect(case.places, "", &mut blocks);
    let target = blocks
        .iter()
        .filter(|(block, _)| block != above && !block.starts_with(path))
        .filter(|(block, _)| struct_at(kind, block).is_some_and(|of| of.field(name).is_some()))
        .min_by_key(|(block, _)| steps(block, above))?;
    let moved = case.places.find(path)?;
    let Inside::Map(entries) = &target.1.inside else { return None };
    if entries.iter().any(|(other, _)| other == name) || case.source.is_flow(target.1) || case.source.is_json {
        return None;
    }
    let (start, end) = case.source.lines_of(moved)?;
    let key = entries.first()?.1.key?;
    let indent = " ".repeat(key.column.saturating_sub(1) as usize);
    let text = case.source.dedented(moved)?.replace('\n', &format!("\n{indent}"));
    let put = Edit { start: key.start, end: key.start, text: format!("{text}\n{indent}") };
    let take = Edit { start, end, text: String::new() };
    // The block may begin inside of what is taken away.
    if (start..end).contains(&put.start) && put.start != start {
        return None;
    }
    let edits = if put.start <= start { vec![put, take] } else { vec![take, put] };
    let place = if target.0.is_empty() { "metadata".to_owned() } else { target.0.clone() };
    Some(Fix { rule: "move-field", word: place, edits })
}

fn collect<'a>(place: &'a Place, path: &str, into: &mut Vec<(String, &'a Place)>) {
    if into.len() >= MAX_BLOCKS {
        return;
    }
    match &place.inside {
        Inside::Map(entries) => {
            into.push((path.to_owned(), place));
            for (name, inner) in entries {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                collect(inner, &path, into);
            }
        }
        Inside::List(items) => {
            for (index, inner) in items.iter().enumerate() {
                collect(inner, &format!("{path}[{index}]"), into);
            }
        }
        Inside::Leaf => {}
    }
}

/// How many blocks lie between two.
fn steps(a: &str, b: &str) -> usize {
    let (a, b): (Vec<&str>, Vec<&str>) = (a.split('.').collect(), b.split('.').collect());
    let common = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    a.len() + b.len() - 2 * common
}
