//! Which lines of a text weren't in the one before, in the same order: the longest common subsequence.
//!
//! Leaves out: lines that are gone, which have no place in the new text.

/// Past so many pairs of lines that might belong together, everything between the common beginning and the
/// common end counts as new.
const MOST_PAIRS: usize = 250_000;

/// The places, from 0, of the lines of `after` that are new against `before`.
pub(super) fn new_lines(before: &str, after: &str) -> Vec<u32> {
    let (old, new): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    let head = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let (old, new) = (old.get(head..).unwrap_or(&[]), new.get(head..).unwrap_or(&[]));
    let tail = old.iter().rev().zip(new.iter().rev()).take_while(|(a, b)| a == b).count();
    let old = old.get(..old.len() - tail).unwrap_or(&[]);
    let new = new.get(..new.len() - tail).unwrap_or(&[]);
    let place = |line: usize| u32::try_from(head + line).unwrap_or(u32::MAX);
    if old.len().saturating_mul(new.len()) > MOST_PAIRS {
        return (0..new.len()).map(place).collect();
    }
    // lengths[i][j]: the longest common subsequence of old[i..] and new[j..], row by row in one vector.
    let width = new.len() + 1;
    let mut lengths = vec![0_u32; (old.len() + 1) * width];
    let at = |lengths: &[u32], i: usize, j: usize| lengths.get(i * width + j).copied().unwrap_or(0);
    for (i, old_line) in old.iter().enumerate().rev() {
        for (j, new_line) in new.iter().enumerate().rev() {
            let length = if old_line == new_line {
                at(&lengths, i + 1, j + 1) + 1
            } else {
                at(&lengths, i + 1, j).max(at(&lengths, i, j + 1))
            };
            if let Some(cell) = lengths.get_mut(i * width + j) {
                *cell = length;
            }
        }
    }
    let (mut i, mut found) = (0, Vec::new());
    for (j, new_line) in new.iter().enumerate() {
        // Old lines that the longest subsequence passes over.
        while i < old.len() && old.get(i) != Some(new_line) && at(&lengths, i + 1, j) >= at(&lengths, i, j + 1) {
            i += 1;
        }
        if old.get(i) == Some(new_line) {
            i += 1;
        } else {
            found.push(place(j));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::new_lines;
    use proptest::prelude::*;

    #[test]
    fn only_what_is_new_is_named() {
        assert_eq!(new_lines("a\nb\nc\n", "a\nb\nc\n"), [0; 0]);
        assert_eq!(new_lines("a\nb\nc\n", "a\nx\nc\n"), [1]);
        assert_eq!(new_lines("a\nc\n", "a\nb\nc\nd\n"), [1, 3]);
        assert_eq!(new_lines("a\nb\nc\n", "a\nc\n"), [0; 0]);
        assert_eq!(new_lines("", "a\nb\n"), [0, 1]);
        // A block that moved down by a line is not new.
        assert_eq!(new_lines("x\nx\ny\n", "z\nx\nx\ny\n"), [0]);
    }

    proptest! {
        #[test]
        fn the_other_lines_are_in_the_old_text_in_order(
            before in proptest::collection::vec("[a-d]", 0..20),
            after in proptest::collection::vec("[a-d]", 0..20),
        ) {
            let found = new_lines(&before.join("\n"), &after.join("\n"));
            let kept = after.iter().enumerate().filter(|(place, _)| {
                !found.contains(&u32::try_from(*place).unwrap_or(u32::MAX))
            });
            let mut rest = before.iter();
            for (_, line) in kept {
                prop_assert!(rest.any(|other| other == line), "{line} is not in what is left of the old text");
            }
        }
    }
}
