//! Models here-documents: `<<EOF`, `<<-EOF`, `<<'EOF'`.
//!
//! Their lines are read as soon as the delimiter is, and skipped when the line ends.

use super::ast::Word;
use super::lexer::{Mode, Pieces};
use super::parser::{Parsed, Parser};

impl Parser<'_> {
    /// The word after `<<`, without its quotes, and whether it had any.
    pub(super) fn delimiter(&mut self) -> (String, bool) {
        self.skip_blanks();
        let (mut text, mut quoted) = (String::new(), false);
        while let Some(b) = self.byte() {
            match b {
                b'\'' | b'"' => {
                    quoted = true;
                    self.pos += 1;
                    let length = self.rest().find(char::from(b)).unwrap_or(self.rest().len());
                    text.push_str(self.rest().get(..length).unwrap_or(""));
                    self.pos = (self.pos + length + 1).min(self.text.len());
                }
                b'\\' => {
                    quoted = true;
                    self.pos += 1;
                    text.extend(self.take_char());
                }
                _ if b" \t\n;&|<>()".contains(&b) => break,
                _ => text.extend(self.take_char()),
            }
        }
        (text, quoted)
    }

    /// The body of a here-document: the lines after this one. They are read at once, and the end
    /// of this line later skips them.
    pub(super) fn here_document(&mut self, delimiter: &str, literal: bool, tabs: bool) -> Parsed<Word> {
        let (newline, start) = match self.skip {
            Some((newline, resume)) if newline >= self.pos => (newline, resume),
            _ => {
                let newline = self.pos + end_of_line(self.rest());
                (newline, (newline + 1).min(self.text.len()))
            }
        };
        let mut body = String::new();
        let mut at = start;
        while let Some(rest) = self.text.get(at..).filter(|r| !r.is_empty()) {
            let length = rest.find('\n').map_or(rest.len(), |n| n + 1);
            let line = rest.get(..length).unwrap_or("");
            at += length;
            let line = if tabs { line.trim_start_matches('\t') } else { line };
            if line.trim_end_matches('\n') == delimiter {
                break;
            }
            body.push_str(line);
        }
        self.skip = Some((newline, at));
        if literal {
            return Ok(Word::Plain(body.into()));
        }
        let mut inner = Parser::nested(&body, self.depth + 1)?;
        let mut pieces = Pieces::default();
        inner.scan(Mode::Here, &mut pieces)?;
        Ok(pieces.finish().0)
    }
}

/// Where the line ends that is not within quotes.
fn end_of_line(text: &str) -> usize {
    let mut quote = None;
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match (quote, c) {
            _ if escaped => escaped = false,
            (Some('"') | None, '\\') => escaped = true,
            (None, '\n') => return at,
            (None, '\'' | '"') => quote = Some(c),
            (Some(q), _) if q == c => quote = None,
            _ => {}
        }
    }
    text.len()
}
