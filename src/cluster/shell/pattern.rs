//! Models shell patterns (`*`, `?`, `[a-z]`, `[!x]`, `[[:digit:]]`) for `case`, `${v#p}` and files.
//!
//! A backslash takes the next character literally. Left out: collation, `extglob`.

/// Whether `text` as a whole matches `pattern`.
pub fn matches(pattern: &[char], text: &[char]) -> bool {
    let (mut p, mut t) = (0, 0);
    // Where to come back to: after the last `*`, and the text it has swallowed so far.
    let mut star: Option<(usize, usize)> = None;
    loop {
        let step = match pattern.get(p) {
            Some('*') => {
                star = Some((p + 1, t));
                p += 1;
                continue;
            }
            Some(_) => text.get(t).and_then(|&c| one(pattern, p, c)),
            None if t == text.len() => return true,
            None => None,
        };
        match (step, star) {
            (Some(next), _) => {
                p = next;
                t += 1;
            }
            (None, Some((after, swallowed))) if swallowed < text.len() => {
                star = Some((after, swallowed + 1));
                p = after;
                t = swallowed + 1;
            }
            _ => return false,
        }
    }
}

/// Whether the pattern element at `p` takes `c`: where the next element begins.
fn one(pattern: &[char], p: usize, c: char) -> Option<usize> {
    match pattern.get(p)? {
        '?' => Some(p + 1),
        '\\' => match pattern.get(p + 1) {
            Some(&e) => (e == c).then_some(p + 2),
            None => (c == '\\').then_some(p + 1),
        },
        '[' => match bracket(pattern, p + 1, c) {
            Some((hit, next)) => hit.then_some(next),
            None => (c == '[').then_some(p + 1),
        },
        &e => (e == c).then_some(p + 1),
    }
}

/// Reads the bracket expression after `[`: whether it takes `c`, and where it ends. `None` when it
/// isn't closed, and then `[` is itself.
pub fn bracket(pattern: &[char], mut p: usize, c: char) -> Option<(bool, usize)> {
    let negated = matches!(pattern.get(p), Some('!' | '^'));
    if negated {
        p += 1;
    }
    let mut hit = false;
    let mut first = true;
    loop {
        let mut low = *pattern.get(p)?;
        if low == ']' && !first {
            return Some((hit != negated, p + 1));
        }
        first = false;
        if low == '[' && pattern.get(p + 1) == Some(&':') {
            let rest = pattern.get(p + 2..)?;
            if let Some(end) = rest.windows(2).position(|w| w == [':', ']']) {
                let name: String = rest.get(..end)?.iter().collect();
                hit |= class(&name, c);
                p += end + 4;
                continue;
            }
        }
        if low == '\\' {
            p += 1;
            low = *pattern.get(p)?;
        }
        p += 1;
        let mut high = low;
        if pattern.get(p) == Some(&'-') && !matches!(pattern.get(p + 1), None | Some(']')) {
            p += 1;
            high = *pattern.get(p)?;
            if high == '\\' {
                p += 1;
                high = *pattern.get(p)?;
            }
            p += 1;
        }
        hit |= low <= c && c <= high;
    }
}

/// Whether `c` is in the class of that POSIX name.
pub fn class(name: &str, c: char) -> bool {
    match name {
        "alpha" => c.is_alphabetic(),
        "digit" => c.is_ascii_digit(),
        "alnum" => c.is_alphanumeric(),
        "upper" => c.is_uppercase(),
        "lower" => c.is_lowercase(),
        "space" => c.is_whitespace(),
        "blank" => c == ' ' || c == '\t',
        "punct" => c.is_ascii_punctuation(),
        "xdigit" => c.is_ascii_hexdigit(),
        "cntrl" => c.is_control(),
        "print" => !c.is_control(),
        "graph" => !c.is_control() && !c.is_whitespace(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn patterns_match_whole_texts() {
        for (pattern, text, expected) in [
            ("*", "", true),
            ("a*c", "abbc", true),
            ("a*c", "abbd", false),
            ("a?c", "abc", true),
            ("[a-c]x", "bx", true),
            ("[!a-c]x", "bx", false),
            ("[[:digit:]]*", "7up", true),
            ("\\*", "*", true),
            ("\\*", "x", false),
            ("[]]", "]", true),
            ("[a", "[a", true),
            ("*.tar.*", "x.tar.gz", true),
            ("*a*b*c", "aXbXbXc", true),
        ] {
            let (p, t): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
            assert_eq!(matches(&p, &t), expected, "{pattern} {text}");
        }
    }
}
