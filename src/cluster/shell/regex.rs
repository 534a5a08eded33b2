//! Models POSIX regular expressions, basic and extended, for `expr`, `grep` and `sed`.
//!
//! A program of small instructions with an explicit stack for going back, so that neither a long
//! text nor a bad expression can overflow anything; past [`MAX_STEPS`] it counts as no match. Of
//! alternatives the first that fits wins, where POSIX wants the longest.

use std::cell::Cell;

use super::pattern;

/// How many instructions one search may run.
const MAX_STEPS: u32 = 200_000;
/// How many instructions all searches of an expression may run: past them nothing matches.
const MAX_SPENT: u32 = 10_000_000;
/// How long a compiled expression may be.
const MAX_PROGRAM: usize = 4_000;

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Char(char),
    Any,
    /// A bracket expression, as a shell pattern after its `[`.
    Class(Vec<char>),
    Start,
    End,
    Word(bool),
    Save(usize),
    /// Try the first, then the second.
    Split(usize, usize),
    Jump(usize),
    Back(usize),
    Done,
}

/// A compiled expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Regex {
    program: Vec<Step>,
    groups: usize,
    ignore_case: bool,
    /// The steps that all its searches took.
    spent: Cell<u32>,
}

/// Where the whole and the groups matched, in characters.
pub type Spans = Vec<Option<(usize, usize)>>;

impl Regex {
    /// Compiles an expression.
    pub fn new(text: &str, extended: bool, ignore_case: bool) -> Result<Regex, &'static str> {
        let text: Vec<char> = text.chars().collect();
        let mut compiler = Compiler { text, at: 0, extended, groups: 0, depth: 0 };
        let mut program = vec![Step::Save(0)];
        program.extend(shifted(compiler.alternatives()?, 1));
        if compiler.at < compiler.text.len() {
            return Err("Unmatched ( or \\(");
        }
        program.push(Step::Save(1));
        program.push(Step::Done);
        if program.len() > MAX_PROGRAM {
            return Err("Regular expression too big");
        }
        Ok(Regex { program, groups: compiler.groups + 1, ignore_case, spent: Cell::new(0) })
    }

    /// The first match at or after `from`.
    pub fn find(&self, text: &[char], from: usize) -> Option<Spans> {
        self.counted(|steps| (from..=text.len()).find_map(|start| self.match_at(text, start, steps)))
    }

    /// The match that begins exactly there.
    pub fn find_at(&self, text: &[char], start: usize) -> Option<Spans> {
        self.counted(|steps| self.match_at(text, start, steps))
    }

    fn counted<T>(&self, search: impl FnOnce(&mut u32) -> Option<T>) -> Option<T> {
        let most = MAX_STEPS.min(MAX_SPENT.saturating_sub(self.spent.get()));
        let mut left = most;
        let found = search(&mut left);
        self.spent.set(self.spent.get().saturating_add(most - left));
        found
    }

    /// The steps that all its searches took.
    pub fn spent(&self) -> usize {
        usize::try_from(self.spent.get()).unwrap_or(0)
    }

    fn same(&self, a: char, b: char) -> bool {
        a == b || self.ignore_case && a.to_lowercase().eq(b.to_lowercase())
    }

    fn class(&self, class: &[char], c: char) -> bool {
        let hit = |c| pattern::bracket(class, 0, c).is_some_and(|(hit, _)| hit);
        hit(c) || self.ignore_case && (c.to_lowercase().any(hit) || c.to_uppercase().any(hit))
    }

    fn match_at(&self, text: &[char], start: usize, steps: &mut u32) -> Option<Spans> {
        let mut saves: Vec<Option<usize>> = vec![None; self.groups * 2];
        // What to come back to: an instruction, a position, or a save to undo.
        let mut back: Vec<Undo> = Vec::new();
        let (mut pc, mut at) = (0, start);
        loop {
            *steps = steps.checked_sub(1)?;
            let next = match self.program.get(pc)? {
                Step::Done => {
                    let pairs = saves.chunks(2).map(|pair| match pair {
                        [Some(from), Some(to)] => Some((*from, *to)),
                        _ => None,
                    });
                    return Some(pairs.collect());
                }
                Step::Char(c) => text.get(at).filter(|t| self.same(*c, **t)).map(|_| (pc + 1, at + 1)),
                Step::Any => text.get(at).map(|_| (pc + 1, at + 1)),
                Step::Class(class) => text.get(at).filter(|t| self.class(class, **t)).map(|_| (pc + 1, at + 1)),
                Step::Start => (at == 0).then_some((pc + 1, at)),
                Step::End => (at == text.len()).then_some((pc + 1, at)),
                Step::Word(start) => {
                    let word = |c: Option<&char>| c.is_some_and(|c| c.is_alphanumeric() || *c == '_');
                    let (before, after) = (at.checked_sub(1).is_some_and(|i| word(text.get(i))), word(text.get(at)));
                    let hit = if *start { !before && after } else { before && !after };
                    hit.then_some((pc + 1, at))
                }
                Step::Save(slot) => {
                    if let Some(save) = saves.get_mut(*slot) {
                        back.push(Undo::Save(*slot, *save));
                        *save = Some(at);
                    }
                    Some((pc + 1, at))
                }
                Step::Split(first, second) => {
                    back.push(Undo::Go(*second, at));
                    Some((*first, at))
                }
                Step::Jump(to) => Some((*to, at)),
                Step::Back(group) => {
                    let span = (saves.get(group * 2).copied().flatten(), saves.get(group * 2 + 1).copied().flatten());
                    let (Some(from), Some(to)) = span else {
                        return None;
                    };
                    let part = text.get(from..to).unwrap_or(&[]);
                    let rest = text.get(at..).unwrap_or(&[]);
                    let hit = rest.len() >= part.len() && part.iter().zip(rest).all(|(a, b)| self.same(*a, *b));
                    hit.then_some((pc + 1, at + part.len()))
                }
            };
            if back.len() > 100_000 {
                return None;
            }
            (pc, at) = match next {
                Some(next) => next,
                None => loop {
                    match back.pop()? {
                        Undo::Go(pc, at) => break (pc, at),
                        Undo::Save(slot, old) => {
                            if let Some(save) = saves.get_mut(slot) {
                                *save = old;
                            }
                        }
                    }
                },
            };
        }
    }
}

enum Undo {
    Go(usize, usize),
    Save(usize, Option<usize>),
}

/// The same program when it begins further on.
fn shifted(program: Vec<Step>, by: usize) -> Vec<Step> {
    let shift = |step| match step {
        Step::Split(a, b) => Step::Split(a + by, b + by),
        Step::Jump(a) => Step::Jump(a + by),
        step => step,
    };
    program.into_iter().map(shift).collect()
}

struct Compiler {
    text: Vec<char>,
    at: usize,
    extended: bool,
    groups: usize,
    depth: u32,
}

type Compiled = Result<Vec<Step>, &'static str>;

impl Compiler {
    /// Whether an operator that is `\x` in basic and `x` in extended expressions comes next.
    fn operator(&self, c: char) -> bool {
        let next = self.text.get(self.at);
        if self.extended { next == Some(&c) } else { next == Some(&'\\') && self.text.get(self.at + 1) == Some(&c) }
    }

    fn take_operator(&mut self, c: char) -> bool {
        let hit = self.operator(c);
        if hit {
            self.at += if self.extended { 1 } else { 2 };
        }
        hit
    }

    fn alternatives(&mut self) -> Compiled {
        self.depth += 1;
        if self.depth > 50 {
            return Err("Regular expression too big");
        }
        let mut left = self.branch()?;
        while self.take_operator('|') {
            let right = self.branch()?;
            let (l, r) = (left.len(), right.len());
            let mut both = vec![Step::Split(1, l + 2)];
            both.extend(shifted(left, 1));
            both.push(Step::Jump(l + 2 + r));
            both.extend(shifted(right, l + 2));
            left = both;
            if left.len() > MAX_PROGRAM {
                return Err("Regular expression too big");
            }
        }
        self.depth -= 1;
        Ok(left)
    }

    fn branch(&mut self) -> Compiled {
        let mut out: Vec<Step> = Vec::new();
        while self.at < self.text.len() && !self.operator('|') && !(self.operator(')') && self.depth > 1) {
            let first = out.is_empty();
            let atom = self.atom(first)?;
            let atom = self.repeated(atom)?;
            let offset = out.len();
            out.extend(shifted(atom, offset));
            if out.len() > MAX_PROGRAM {
                return Err("Regular expression too big");
            }
        }
        Ok(out)
    }

    fn atom(&mut self, first: bool) -> Compiled {
        if self.take_operator('(') {
            self.groups += 1;
            let group = self.groups;
            let inner = self.alternatives()?;
            if !self.take_operator(')') {
                return Err("Unmatched ( or \\(");
            }
            let mut out = vec![Step::Save(group * 2)];
            out.extend(shifted(inner, 1));
            out.push(Step::Save(group * 2 + 1));
            return Ok(out);
        }
        let c = self.text.get(self.at).copied().unwrap_or('\0');
        self.at += 1;
        Ok(vec![match c {
            '.' => Step::Any,
            '[' => self.class()?,
            '^' if self.extended || first => Step::Start,
            '$' if self.extended || self.at >= self.text.len() || self.operator(')') || self.operator('|') => Step::End,
            '\\' => {
                let Some(&next) = self.text.get(self.at) else {
                    return Err("Trailing backslash");
                };
                self.at += 1;
                match next {
                    '1'..='9' => Step::Back(next.to_digit(10).map_or(0, |d| d as usize)),
                    'n' => Step::Char('\n'),
                    't' => Step::Char('\t'),
                    'w' => Step::Class("[:alnum:]_]".chars().collect()),
                    'W' => Step::Class("![:alnum:]_]".chars().collect()),
                    's' => Step::Class("[:space:]]".chars().collect()),
                    'S' => Step::Class("![:space:]]".chars().collect()),
                    'd' => Step::Class("0-9]".chars().collect()),
                    '<' => Step::Word(true),
                    '>' => Step::Word(false),
                    other => Step::Char(other),
                }
            }
            '*' | '+' | '?' if self.extended && first => {
                return Err("Invalid preceding regular expression");
            }
            c => Step::Char(c),
        }])
    }

    /// A bracket expression; a backslash within is itself, unlike in shell patterns.
    fn class(&mut self) -> Result<Step, &'static str> {
        let mut class = Vec::new();
        let start = self.at;
        loop {
            let Some(&c) = self.text.get(self.at) else {
                return Err("Unmatched [, [^, [:, [., or [=");
            };
            self.at += 1;
            let opening = self.at - 1 == start || (self.at - 2 == start && self.text.get(start) == Some(&'^'));
            match c {
                ']' if !opening => {
                    class.push(']');
                    return Ok(Step::Class(class));
                }
                '\\' => class.extend(['\\', '\\']),
                '!' if opening => class.extend(['\\', '!']),
                '[' if self.text.get(self.at) == Some(&':') => {
                    class.push('[');
                    while let Some(&c) = self.text.get(self.at) {
                        class.push(c);
                        self.at += 1;
                        if c == ']' {
                            break;
                        }
                    }
                }
                c => class.push(c),
            }
        }
    }

    fn repeated(&mut self, mut atom: Vec<Step>) -> Compiled {
        loop {
            let (least, most) = if self.text.get(self.at) == Some(&'*') {
                self.at += 1;
                (0, None)
            } else if self.take_operator('+') {
                (1, None)
            } else if self.take_operator('?') {
                (0, Some(1))
            } else if self.operator('{') && self.bounds().is_some() {
                let Some((least, most, end)) = self.bounds() else {
                    return Err("Invalid content of \\{\\}");
                };
                self.at = end;
                (least, most)
            } else {
                return Ok(atom);
            };
            if matches!(atom.as_slice(), [Step::Start]) {
                // `^*` is a star.
                return Ok(vec![Step::Start, Step::Char('*')]);
            }
            atom = repeat(&atom, least, most)?;
        }
    }

    /// `{m,n}`: the bounds and where it ends.
    fn bounds(&self) -> Option<(usize, Option<usize>, usize)> {
        let open = self.at + if self.extended { 1 } else { 2 };
        let rest: String = self.text.get(open..)?.iter().collect();
        let (inside, _) = rest.split_once('}')?;
        let end = open + inside.chars().count() + 1;
        let inside = if self.extended { inside } else { inside.strip_suffix('\\')? };
        let (least, most) = match inside.split_once(',') {
            None => (inside.parse().ok()?, Some(inside.parse().ok()?)),
            Some((least, "")) => (least.parse().ok()?, None),
            Some((least, most)) => (least.parse().unwrap_or(0), Some(most.parse().ok()?)),
        };
        Some((least, most, end))
    }
}

fn repeat(atom: &[Step], least: usize, most: Option<usize>) -> Compiled {
    let size = atom.len() + 2;
    if least.max(most.unwrap_or(0)).saturating_mul(size) > MAX_PROGRAM {
        return Err("Regular expression too big");
    }
    let mut out = Vec::new();
    for _ in 0..least {
        let offset = out.len();
        out.extend(shifted(atom.to_vec(), offset));
    }
    let Some(most) = most else {
        let at = out.len();
        out.push(Step::Split(at + 1, at + 2 + atom.len()));
        out.extend(shifted(atom.to_vec(), at + 1));
        out.push(Step::Jump(at));
        return Ok(out);
    };
    let optional = most.saturating_sub(least);
    let end = out.len() + optional * (atom.len() + 1);
    for _ in 0..optional {
        let at = out.len();
        out.push(Step::Split(at + 1, end));
        out.extend(shifted(atom.to_vec(), at + 1));
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::Regex;

    #[test]
    fn searches() {
        for (expression, extended, text, expected) in [
            ("a*b", false, "xaab", Some("aab")),
            ("^b", false, "ab", None),
            ("b$", false, "ab", Some("b")),
            ("a.c", false, "abc", Some("abc")),
            ("[0-9][0-9]*", false, "n 42 x", Some("42")),
            ("[^a-z]", false, "ab1", Some("1")),
            ("\\(ab\\)*c", false, "ababc", Some("ababc")),
            ("(ab|cd)+", true, "xcdabz", Some("cdab")),
            ("a{2,3}", true, "aaaa", Some("aaa")),
            ("a\\{2\\}", false, "aaaa", Some("aa")),
            ("(.)\\1", true, "abccd", Some("cc")),
            ("a+", false, "a+", Some("a+")),
            ("[[:digit:]]+", true, "a12", Some("12")),
            ("[]x]", false, "]", Some("]")),
            ("a|b", true, "b", Some("b")),
            ("x?y", true, "y", Some("y")),
            ("\\<go\\>", false, "a go b", Some("go")),
            ("*a", false, "*a", Some("*a")),
        ] {
            let regex = Regex::new(expression, extended, false);
            let chars: Vec<char> = text.chars().collect();
            let found = regex.ok().and_then(|r| r.find(&chars, 0)).and_then(|s| s.first().copied().flatten());
            let found: Option<String> = found.map(|(from, to)| chars[from..to].iter().collect());
            assert_eq!(found.as_deref(), expected, "{expression} in {text}");
        }
        assert!(Regex::new("(", true, false).is_err());
        assert!(Regex::new("[a", false, false).is_err());
        let awful = Regex::new("(a*)*(a*)*b", true, false).unwrap();
        assert!(awful.find(&vec!['a'; 5000], 0).is_none());
    }
}
