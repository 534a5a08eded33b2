//! Models what patterns do to values (`${v%p}`, `${v/p/w}`) and to file names (`*.txt`).
//!
//! Left out: `${v/#p/w}` and `${v/%p/w}`, which ash hasn't either.

use std::rc::Rc;

use super::ast::Operation;
use super::files::absolute;
use super::pattern;
use super::task::{Context, Task};

/// Longer values are left as they are by patterns, whose cost grows with the square.
const MAX_TRIMMED: usize = 4_096;

/// The steps to charge for an operation on a value.
pub fn cost(value: &str, operation: &Operation) -> usize {
    match operation {
        Operation::TrimStart(..) | Operation::TrimEnd(..) | Operation::Replace(..) if value.len() <= MAX_TRIMMED => {
            value.len() * value.len() / 512
        }
        Operation::Slice(..) => value.len() / 16,
        _ => 0,
    }
}

/// `${v#p}` and `${v##p}`
pub fn start(value: &Rc<str>, pattern: &[char], longest: bool) -> Rc<str> {
    if value.len() > MAX_TRIMMED {
        return Rc::clone(value);
    }
    let text: Vec<char> = value.chars().collect();
    let fits = |n: &usize| pattern::matches(pattern, text.get(..*n).unwrap_or(&[]));
    let cut = if longest { (0..=text.len()).rev().find(fits) } else { (0..=text.len()).find(fits) };
    text.get(cut.unwrap_or(0)..).unwrap_or(&[]).iter().collect::<String>().into()
}

/// `${v%p}` and `${v%%p}`
pub fn end(value: &Rc<str>, pattern: &[char], longest: bool) -> Rc<str> {
    if value.len() > MAX_TRIMMED {
        return Rc::clone(value);
    }
    let text: Vec<char> = value.chars().collect();
    let fits = |n: &usize| pattern::matches(pattern, text.get(*n..).unwrap_or(&[]));
    let cut = if longest { (0..=text.len()).find(fits) } else { (0..=text.len()).rev().find(fits) };
    text.get(..cut.unwrap_or(text.len())).unwrap_or(&[]).iter().collect::<String>().into()
}

/// `${v/p/w}` and `${v//p/w}`
pub fn replace(value: &Rc<str>, pattern: &[char], with: &str, all: bool) -> Rc<str> {
    if value.len() > MAX_TRIMMED || pattern.is_empty() {
        return Rc::clone(value);
    }
    let text: Vec<char> = value.chars().collect();
    let plain = !pattern.iter().any(|c| matches!(c, '*' | '?' | '[' | '\\'));
    let mut out = String::new();
    let mut at = 0;
    while at < text.len() {
        let longest = if plain { (at + pattern.len()).min(text.len()) } else { text.len() };
        let end = (at + 1..=longest).rev().find(|end| pattern::matches(pattern, text.get(at..*end).unwrap_or(&[])));
        if let Some(end) = end {
            out.push_str(with);
            at = end;
            if !all {
                break;
            }
        } else {
            out.extend(text.get(at));
            at += 1;
        }
    }
    out.extend(text.get(at..).unwrap_or(&[]));
    out.into()
}

/// `${v:offset:length}`
pub fn slice(value: &str, offset: i64, length: Option<i64>) -> Rc<str> {
    let size = i64::try_from(value.chars().count()).unwrap_or(i64::MAX);
    let start = if offset < 0 { size.saturating_add(offset) } else { offset };
    if start < 0 || start > size {
        return "".into();
    }
    let end = match length {
        None => size,
        Some(length) if length < 0 => size.saturating_add(length),
        Some(length) => start.saturating_add(length).min(size),
    };
    let skip = usize::try_from(start).unwrap_or(0);
    let take = usize::try_from(end - start).unwrap_or(0);
    value.chars().skip(skip).take(take).collect::<String>().into()
}

/// The files that a pattern names, in order.
pub fn file_names(task: &Task, cx: &mut Context, pattern: &str) -> Vec<Rc<str>> {
    let mut found: Vec<String> = vec![if pattern.starts_with('/') { "/".into() } else { String::new() }];
    let pieces: Vec<&str> = pattern.split('/').filter(|p| !p.is_empty()).collect();
    for (at, piece) in pieces.iter().enumerate() {
        let last = at + 1 == pieces.len();
        let chars: Vec<char> = piece.chars().collect();
        let magic = piece.contains(['*', '?', '[']);
        let mut next = Vec::new();
        for base in &found {
            let names: Vec<Rc<str>> = if magic {
                cx.list(&absolute(&task.cwd, base)).unwrap_or_default()
            } else {
                vec![piece.replace('\\', "").into()]
            };
            for name in names {
                if magic {
                    let text: Vec<char> = name.chars().collect();
                    if name.starts_with('.') && !piece.starts_with('.') || !pattern::matches(&chars, &text) {
                        continue;
                    }
                }
                let path = format!("{base}{name}");
                let entry = cx.entry(&absolute(&task.cwd, &path));
                match entry {
                    Some(_) if last => next.push(path),
                    Some(entry) if entry.text.is_none() => next.push(format!("{path}/")),
                    _ => {}
                }
            }
        }
        found = next;
    }
    found.into_iter().filter(|p| !p.is_empty()).map(Into::into).collect()
}
