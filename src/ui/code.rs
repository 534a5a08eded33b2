//! The colours of a YAML line: enough to read it, not a parser.

use yew::prelude::*;

/// What a piece of a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Indent,
    Plain,
    Key,
    Mark,
    Text,
    Number,
    Comment,
}

impl Kind {
    const fn class(self) -> Option<&'static str> {
        match self {
            Self::Indent => Some("y-indent"),
            Self::Plain => None,
            Self::Key => Some("y-key"),
            Self::Mark => Some("y-mark"),
            Self::Text => Some("y-text"),
            Self::Number => Some("y-number"),
            Self::Comment => Some("y-comment"),
        }
    }
}

/// A line in colours.
pub(super) fn coloured(line: &str) -> Html {
    pieces(line)
        .into_iter()
        .map(|(kind, piece)| html! { <span class={kind.class()}>{ piece.to_owned() }</span> })
        .collect()
}

fn pieces(line: &str) -> Vec<(Kind, &str)> {
    let mut found = Vec::new();
    let (mut rest, comment) = split_comment(line);
    let body = rest.trim_start_matches(' ');
    let indent = rest.len() - body.len();
    push(&mut found, Kind::Indent, rest.get(..indent));
    rest = body;
    while let Some(item) = rest.strip_prefix("- ") {
        push(&mut found, Kind::Mark, Some("-"));
        let trimmed = item.trim_start_matches(' ');
        push(&mut found, Kind::Plain, rest.get(1..rest.len() - trimmed.len()));
        rest = trimmed;
    }
    if let Some(colon) = key_length(rest) {
        push(&mut found, Kind::Key, rest.get(..colon));
        push(&mut found, Kind::Mark, Some(":"));
        rest = rest.get(colon + 1..).unwrap_or_default();
    }
    push(&mut found, value_kind(rest.trim()), Some(rest));
    push(&mut found, Kind::Comment, Some(comment));
    found
}

fn push<'a>(found: &mut Vec<(Kind, &'a str)>, kind: Kind, piece: Option<&'a str>) {
    if let Some(piece) = piece.filter(|piece| !piece.is_empty()) {
        found.push((kind, piece));
    }
}

/// The comment begins at a `#` after a blank, outside quotes.
fn split_comment(line: &str) -> (&str, &str) {
    let mut quote = None;
    let mut before = ' ';
    for (place, character) in line.char_indices() {
        match (quote, character) {
            (None, '#') if before == ' ' => return line.split_at(place),
            (None, '"' | '\'') => quote = Some(character),
            (Some(open), _) if open == character => quote = None,
            _ => {}
        }
        before = character;
    }
    (line, "")
}

/// Where the colon of `key:` stands.
fn key_length(text: &str) -> Option<usize> {
    let colon = text.find(':')?;
    let (key, after) = (text.get(..colon)?, text.get(colon + 1..)?);
    let is_key = !key.is_empty()
        && key.chars().all(|letter| letter.is_alphanumeric() || "./_-\"".contains(letter))
        && (after.is_empty() || after.starts_with(' '));
    is_key.then_some(colon)
}

/// Whether it looks like a number. Reading it as one would take tables that weigh more than the
/// rest of this file.
fn is_number(value: &str) -> bool {
    let digits = value.strip_prefix(['-', '+']).unwrap_or(value);
    let begins = digits.strip_prefix('.').unwrap_or(digits).starts_with(|first: char| first.is_ascii_digit());
    begins && digits.bytes().all(|byte| byte.is_ascii_digit() || b".eE+-".contains(&byte))
}

fn value_kind(value: &str) -> Kind {
    match value {
        "" => Kind::Plain,
        "true" | "false" | "null" | "~" => Kind::Number,
        "|" | "|-" | "|+" | ">" | ">-" | "-" | "---" => Kind::Mark,
        _ if is_number(value) => Kind::Number,
        _ if value.starts_with(['"', '\'', '[', '{']) => Kind::Text,
        _ => Kind::Plain,
    }
}

#[cfg(test)]
mod tests {
    use super::{Kind, pieces};

    fn check(line: &str, wanted: &[(Kind, &str)]) {
        assert_eq!(pieces(line), wanted);
        let whole: String = pieces(line).into_iter().map(|(_, piece)| piece).collect();
        assert_eq!(whole, line);
    }

    #[test]
    fn lines_have_their_colours() {
        use Kind::{Comment, Indent, Key, Mark, Number, Plain, Text};
        check(
            "  backoffLimit: 3  # tres",
            &[(Indent, "  "), (Key, "backoffLimit"), (Mark, ":"), (Number, " 3  "), (Comment, "# tres")],
        );
        check("- name: x", &[(Mark, "-"), (Plain, " "), (Key, "name"), (Mark, ":"), (Plain, " x")]);
        check("  - \"a # b: c\"", &[(Indent, "  "), (Mark, "-"), (Plain, " "), (Text, "\"a # b: c\"")]);
        check("- - -c", &[(Mark, "-"), (Plain, " "), (Mark, "-"), (Plain, " "), (Plain, "-c")]);
        check("", &[]);
        check("a:b", &[(Plain, "a:b")]);
        check("# ñ", &[(Comment, "# ñ")]);
    }
}
