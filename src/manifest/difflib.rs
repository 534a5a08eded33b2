//! Models `github.com/pmezard/go-difflib@v1.0.0`: the unified difference that a refused change of a Pod or of a claim
//! shows, over the lines of their JSON (`apimachinery/pkg/util/diff@v0.37.2`, `Diff`).

use std::collections::BTreeMap;
use std::fmt::Write;
use std::ops::Range;

/// Unchanged lines around a change.
const CONTEXT: usize = 3;
/// From so many lines on, lines that come often don't start a match.
const POPULAR_FROM: usize = 200;

/// A run of lines that both texts have.
#[derive(Debug, Clone, Copy)]
struct Match {
    old: usize,
    new: usize,
    size: usize,
}

/// What becomes of some lines: alike in both if `equal`.
#[derive(Debug, Clone)]
struct Code {
    equal: bool,
    old: Range<usize>,
    new: Range<usize>,
}

/// The difference of two compact JSON texts.
pub(crate) fn of_json(old: &str, new: &str) -> String {
    let (old, new) = (indented(old), indented(new));
    unified(&old.split('\n').collect::<Vec<_>>(), &new.split('\n').collect::<Vec<_>>())
}

/// The difference of two texts, line by line; empty if there is none.
pub fn of_texts(old: &str, new: &str) -> String {
    unified(&old.lines().collect::<Vec<_>>(), &new.lines().collect::<Vec<_>>())
}

/// Compact JSON with a line for each value, one blank deeper for each level: `json.MarshalIndent`.
fn indented(text: &str) -> String {
    let mut lines = String::with_capacity(text.len() * 2);
    let (mut depth, mut quoted, mut escaped, mut last) = (0_usize, false, false, ' ');
    for letter in text.chars() {
        let new_line = |depth: usize, lines: &mut String| {
            lines.push('\n');
            lines.extend(std::iter::repeat_n(' ', depth));
        };
        if quoted {
            quoted = escaped || letter != '"';
            escaped = letter == '\\' && !escaped;
            lines.push(letter);
            last = ' ';
            continue;
        }
        if matches!(letter, '}' | ']') {
            depth = depth.saturating_sub(1);
            if !matches!(last, '{' | '[') {
                new_line(depth, &mut lines);
            }
        } else if matches!(last, '{' | '[') {
            new_line(depth, &mut lines);
        }
        lines.push(letter);
        match letter {
            '"' => quoted = true,
            '{' | '[' => depth += 1,
            ',' => new_line(depth, &mut lines),
            ':' => lines.push(' '),
            _ => {}
        }
        last = letter;
    }
    lines
}

fn unified(old: &[&str], new: &[&str]) -> String {
    let mut text = String::new();
    for group in grouped(codes(old, new)) {
        let (Some(first), Some(last)) = (group.first(), group.last()) else { continue };
        let (of_old, of_new) = (range(first.old.start..last.old.end), range(first.new.start..last.new.end));
        let _ = writeln!(text, "@@ -{of_old} +{of_new} @@");
        for code in &group {
            let mut show = |sign: char, lines: &[&str], range: &Range<usize>| {
                for line in lines.get(range.clone()).unwrap_or_default() {
                    text.push(sign);
                    text.push_str(line);
                    text.push('\n');
                }
            };
            if code.equal {
                show(' ', old, &code.old);
            } else {
                show('-', old, &code.old);
                show('+', new, &code.new);
            }
        }
    }
    text
}

fn range(lines: Range<usize>) -> String {
    match lines.len() {
        1 => format!("{}", lines.start + 1),
        0 => format!("{},0", lines.start),
        length => format!("{},{length}", lines.start + 1),
    }
}

/// `GetOpCodes`.
fn codes(old: &[&str], new: &[&str]) -> Vec<Code> {
    let mut places: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, line) in new.iter().enumerate() {
        places.entry(line).or_default().push(at);
    }
    if new.len() >= POPULAR_FROM {
        let often = new.len() / 100 + 1;
        places.retain(|_, found| found.len() <= often);
    }
    let mut matches = Vec::new();
    match_blocks(old, new, &places, 0..old.len(), 0..new.len(), &mut matches);
    matches.push(Match { old: old.len(), new: new.len(), size: 0 });
    let (mut codes, mut at_old, mut at_new) = (Vec::<Code>::new(), 0, 0);
    for found in matches {
        if at_old < found.old || at_new < found.new {
            codes.push(Code { equal: false, old: at_old..found.old, new: at_new..found.new });
        }
        (at_old, at_new) = (found.old + found.size, found.new + found.size);
        if found.size > 0 {
            // Matches that touch are one.
            match codes.last_mut().filter(|last| last.equal) {
                Some(last) => (last.old.end, last.new.end) = (at_old, at_new),
                None => codes.push(Code { equal: true, old: found.old..at_old, new: found.new..at_new }),
            }
        }
    }
    codes
}

fn match_blocks(
    old: &[&str],
    new: &[&str],
    places: &BTreeMap<&str, Vec<usize>>,
    in_old: Range<usize>,
    in_new: Range<usize>,
    matches: &mut Vec<Match>,
) {
    let found = longest_match(old, new, places, &in_old, &in_new);
    if found.size == 0 {
        return;
    }
    if in_old.start < found.old && in_new.start < found.new {
        match_blocks(old, new, places, in_old.start..found.old, in_new.start..found.new, matches);
    }
    matches.push(found);
    let (after_old, after_new) = (found.old + found.size, found.new + found.size);
    if after_old < in_old.end && after_new < in_new.end {
        match_blocks(old, new, places, after_old..in_old.end, after_new..in_new.end, matches);
    }
}

/// `findLongestMatch`.
fn longest_match(
    old: &[&str],
    new: &[&str],
    places: &BTreeMap<&str, Vec<usize>>,
    in_old: &Range<usize>,
    in_new: &Range<usize>,
) -> Match {
    let mut best = Match { old: in_old.start, new: in_new.start, size: 0 };
    let mut lengths: BTreeMap<usize, usize> = BTreeMap::new();
    for at_old in in_old.clone() {
        let mut longer = BTreeMap::new();
        let found = old.get(at_old).and_then(|line| places.get(line)).map_or(&[][..], Vec::as_slice);
        for &at_new in found.iter().filter(|at| in_new.contains(at)) {
            let before = at_new.checked_sub(1).and_then(|at| lengths.get(&at)).copied().unwrap_or(0);
            let size = before + 1;
            longer.insert(at_new, size);
            if size > best.size {
                best = Match { old: at_old + 1 - size, new: at_new + 1 - size, size };
            }
        }
        lengths = longer;
    }
    // Lines that come often weren't looked at, but belong to the match beside them.
    while best.old > in_old.start && best.new > in_new.start && old.get(best.old - 1) == new.get(best.new - 1) {
        best = Match { old: best.old - 1, new: best.new - 1, size: best.size + 1 };
    }
    while best.old + best.size < in_old.end
        && best.new + best.size < in_new.end
        && old.get(best.old + best.size) == new.get(best.new + best.size)
    {
        best.size += 1;
    }
    best
}

/// `GetGroupedOpCodes`: changes that are near each other, with the lines around them.
fn grouped(mut codes: Vec<Code>) -> Vec<Vec<Code>> {
    if let Some(first) = codes.first_mut().filter(|code| code.equal) {
        let start = |range: &Range<usize>| range.start.max(range.end.saturating_sub(CONTEXT));
        (first.old.start, first.new.start) = (start(&first.old), start(&first.new));
    }
    if let Some(last) = codes.last_mut().filter(|code| code.equal) {
        let end = |range: &Range<usize>| range.end.min(range.start + CONTEXT);
        (last.old.end, last.new.end) = (end(&last.old), end(&last.new));
    }
    let (mut groups, mut group) = (Vec::new(), Vec::new());
    for mut code in codes {
        if code.equal && code.old.len() > 2 * CONTEXT {
            let (old, new) = (code.old.clone(), code.new.clone());
            let head = Code { equal: true, old: old.start..old.start + CONTEXT, new: new.start..new.start + CONTEXT };
            group.push(head);
            groups.push(std::mem::take(&mut group));
            (code.old.start, code.new.start) = (old.end - CONTEXT, new.end - CONTEXT);
        }
        group.push(code);
    }
    if group.len() > 1 || group.iter().any(|code| !code.equal) {
        groups.push(group);
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_what_changed_with_three_lines_around() {
        assert_eq!(
            of_json(r#"{"a":1,"b":[],"c":{"d":"x, {y}"},"e":[1,2]}"#, r#"{"a":1,"b":[],"c":{"d":"z"},"e":[1,2]}"#),
            "@@ -2,7 +2,7 @@\n  \"a\": 1,\n  \"b\": [],\n  \"c\": {\n-  \"d\": \"x, {y}\"\n+  \"d\": \"z\"\n  },\n  \"e\": [\n   1,\n"
        );
    }

    #[test]
    fn far_changes_are_groups_of_their_own() {
        let old: Vec<String> = (0..40).map(|n| n.to_string()).collect();
        let mut new = old.clone();
        new.remove(30);
        new.insert(5, "x".to_owned());
        let lines = |list: &[String]| list.to_vec();
        let (old, new) = (lines(&old), lines(&new));
        let (old, new): (Vec<&str>, Vec<&str>) =
            (old.iter().map(String::as_str).collect(), new.iter().map(String::as_str).collect());
        assert_eq!(
            unified(&old, &new),
            "@@ -3,6 +3,7 @@\n 2\n 3\n 4\n+x\n 5\n 6\n 7\n@@ -28,7 +29,6 @@\n 27\n 28\n 29\n-30\n 31\n 32\n 33\n"
        );
    }
}
