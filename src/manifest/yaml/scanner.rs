//! Models `go.yaml.in/yaml/v2@v2.4.4/scannerc.go`: YAML text → tokens.
//!
//! The scanner that kubectl uses is a port of libyaml with a few turns of its own, and its messages
//! and line numbers are what students see; so this follows it turn by turn. Scalars are in `scalar`.
//!
//! Leaves out: UTF-16 (decoded before), reading from a stream.

use super::YamlError;
use std::collections::VecDeque;

/// A point of the text. All count from 0.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Mark {
    /// In bytes.
    pub offset: usize,
    /// In characters.
    pub index: usize,
    pub line: usize,
    pub column: usize,
}

/// What the scanner finds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum TokenKind {
    StreamStart,
    StreamEnd,
    VersionDirective(u8, u8),
    TagDirective(String, String),
    DocumentStart,
    DocumentEnd,
    BlockSequenceStart,
    BlockMappingStart,
    BlockEnd,
    FlowSequenceStart,
    FlowSequenceEnd,
    FlowMappingStart,
    FlowMappingEnd,
    BlockEntry,
    FlowEntry,
    Key,
    Value,
    Alias(String),
    Anchor(String),
    Tag(String, String),
    Scalar { text: String, plain: bool },
}

/// A token with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    pub kind: TokenKind,
    pub start: Mark,
    pub end: Mark,
}

/// A place where a key without `?` may have begun.
#[derive(Debug, Clone, Copy, Default)]
struct SimpleKey {
    possible: bool,
    /// Whether upstream's `simple_keys_by_tok` leads to it.
    listed: bool,
    required: bool,
    /// Never less than that of a key further out.
    token_number: usize,
    mark: Mark,
}

/// Nesting at which go-yaml gives up.
const MAX_DEPTH: usize = 10_000;
/// A key without `?` must end within so many characters.
const SIMPLE_KEY_LENGTH: usize = 1024;

/// Turns text into tokens, one at a time.
pub(super) struct Scanner<'a> {
    pub(super) text: &'a [u8],
    pub(super) mark: Mark,
    started: bool,
    ended: bool,
    /// Whether the scanner looked past the end of the text.
    pub(super) saw_end: bool,
    tokens: VecDeque<Token>,
    tokens_parsed: usize,
    /// The current block's column; none at the top.
    pub(super) indent: isize,
    indents: Vec<isize>,
    pub(super) flow_level: usize,
    pub(super) simple_key_allowed: bool,
    simple_keys: Vec<SimpleKey>,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(text: &'a [u8]) -> Self {
        Self {
            text,
            mark: Mark::default(),
            started: false,
            ended: false,
            saw_end: false,
            tokens: VecDeque::new(),
            tokens_parsed: 0,
            indent: -1,
            indents: Vec::new(),
            flow_level: 0,
            simple_key_allowed: true,
            simple_keys: vec![SimpleKey::default()],
        }
    }

    /// The token that comes next, which stays.
    pub(super) fn peek(&mut self) -> Result<&Token, Box<YamlError>> {
        while self.needs_more_tokens()? {
            self.fetch_next_token()?;
        }
        self.tokens.front().ok_or_else(|| YamlError::plain("unknown problem parsing YAML content"))
    }

    /// Takes the token that `peek` showed.
    pub(super) fn next(&mut self) -> Result<Token, Box<YamlError>> {
        self.peek()?;
        self.tokens_parsed += 1;
        self.tokens.pop_front().ok_or_else(|| YamlError::plain("unknown problem parsing YAML content"))
    }

    /// The head of the queue isn't final while it may still turn out to be a key.
    fn needs_more_tokens(&mut self) -> Result<bool, Box<YamlError>> {
        if self.ended {
            return Ok(false);
        }
        if self.tokens.is_empty() {
            return Ok(true);
        }
        let head = self.tokens_parsed;
        let first = self.simple_keys.partition_point(|key| key.token_number < head);
        let same = self.simple_keys.get(first..).unwrap_or_default().iter();
        match same.take_while(|key| key.token_number == head).position(|key| key.listed) {
            Some(at) => self.simple_key_is_valid(first + at),
            None => Ok(false),
        }
    }

    fn fetch_next_token(&mut self) -> Result<(), Box<YamlError>> {
        if !self.started {
            self.started = true;
            self.push(TokenKind::StreamStart, self.mark);
            return Ok(());
        }
        self.skip_to_next_token();
        self.unroll_indent(self.column());
        if self.is_end(0) {
            return self.fetch_stream_end();
        }
        let (first, second) = (self.at(0), self.at(1));
        if self.mark.column == 0 {
            if first == b'%' {
                return self.fetch_directive();
            }
            if self.is_document_marker() {
                let kind = if first == b'-' { TokenKind::DocumentStart } else { TokenKind::DocumentEnd };
                return self.fetch_document_marker(kind);
            }
        }
        let spaced = self.is_blank_or_end(1);
        let flow = self.flow_level > 0;
        match first {
            b'[' => self.fetch_flow_start(TokenKind::FlowSequenceStart),
            b'{' => self.fetch_flow_start(TokenKind::FlowMappingStart),
            b']' => self.fetch_flow_end(TokenKind::FlowSequenceEnd),
            b'}' => self.fetch_flow_end(TokenKind::FlowMappingEnd),
            b',' => self.fetch_flow_entry(),
            b'-' if spaced => self.fetch_block_entry(),
            b'?' if flow || spaced => self.fetch_key(),
            b':' if flow || spaced => self.fetch_value(),
            b'*' | b'&' => self.fetch_anchor(),
            b'!' => self.fetch_tag(),
            b'|' | b'>' if !flow => self.fetch_block_scalar(first == b'|'),
            b'\'' | b'"' => self.fetch_flow_scalar(first == b'\''),
            _ if self.starts_plain_scalar(first, second) => self.fetch_plain_scalar(),
            _ => Err(self.error(self.mark, "found character that cannot start any token")),
        }
    }

    fn starts_plain_scalar(&self, first: u8, second: u8) -> bool {
        let indicator = b"-?:,[]{}#&*!|>'\"%@`".contains(&first) || self.is_blank_or_end(0);
        !indicator
            || (first == b'-' && !matches!(second, b' ' | b'\t'))
            || (self.flow_level == 0 && matches!(first, b'?' | b':') && !self.is_blank_or_end(1))
    }

    // ---- keys without `?`

    fn simple_key_is_valid(&mut self, at: usize) -> Result<bool, Box<YamlError>> {
        let Some(key) = self.simple_keys.get(at).copied().filter(|key| key.possible) else {
            return Ok(false);
        };
        if key.mark.line < self.mark.line || key.mark.index + SIMPLE_KEY_LENGTH < self.mark.index {
            if key.required {
                return Err(self.error(key.mark, "could not find expected ':'"));
            }
            if let Some(key) = self.simple_keys.get_mut(at) {
                key.possible = false;
            }
            return Ok(false);
        }
        Ok(true)
    }

    fn save_simple_key(&mut self) -> Result<(), Box<YamlError>> {
        if !self.simple_key_allowed {
            return Ok(());
        }
        let key = SimpleKey {
            possible: true,
            listed: true,
            required: self.flow_level == 0 && self.indent == self.column(),
            token_number: self.tokens_parsed + self.tokens.len(),
            mark: self.mark,
        };
        self.remove_simple_key()?;
        if let Some(last) = self.simple_keys.last_mut() {
            *last = key;
        }
        Ok(())
    }

    fn remove_simple_key(&mut self) -> Result<(), Box<YamlError>> {
        if let Some(key) = self.simple_keys.last().copied()
            && key.possible
        {
            if key.required {
                return Err(self.error(key.mark, "could not find expected ':'"));
            }
            if let Some(last) = self.simple_keys.last_mut() {
                last.possible = false;
                last.listed = false;
            }
        }
        Ok(())
    }

    // ---- indentation

    /// Opens a block when the column grew; `number` is the place of its token in the queue.
    fn roll_indent(
        &mut self,
        column: isize,
        number: Option<usize>,
        kind: TokenKind,
        mark: Mark,
    ) -> Result<(), Box<YamlError>> {
        if self.flow_level > 0 || self.indent >= column {
            return Ok(());
        }
        self.indents.push(self.indent);
        self.indent = column;
        if self.indents.len() > MAX_DEPTH {
            return Err(self.error(mark, "exceeded max depth of 10000"));
        }
        let token = Token { kind, start: mark, end: mark };
        match number {
            Some(number) => self.tokens.insert(number.saturating_sub(self.tokens_parsed), token),
            None => self.tokens.push_back(token),
        }
        Ok(())
    }

    /// Closes the blocks that the column left.
    fn unroll_indent(&mut self, column: isize) {
        while self.flow_level == 0 && self.indent > column {
            self.push(TokenKind::BlockEnd, self.mark);
            self.indent = self.indents.pop().unwrap_or(-1);
        }
    }

    // ---- tokens

    fn fetch_stream_end(&mut self) -> Result<(), Box<YamlError>> {
        if self.mark.column != 0 {
            self.mark.column = 0;
            self.mark.line += 1;
        }
        self.unroll_indent(-1);
        self.remove_simple_key()?;
        self.simple_key_allowed = false;
        self.push(TokenKind::StreamEnd, self.mark);
        self.ended = true;
        Ok(())
    }

    fn fetch_directive(&mut self) -> Result<(), Box<YamlError>> {
        self.unroll_indent(-1);
        self.remove_simple_key()?;
        self.simple_key_allowed = false;
        let start = self.mark;
        let kind = self.scan_directive()?;
        self.push(kind, start);
        Ok(())
    }

    fn fetch_document_marker(&mut self, kind: TokenKind) -> Result<(), Box<YamlError>> {
        self.unroll_indent(-1);
        self.remove_simple_key()?;
        self.simple_key_allowed = false;
        self.push_long(kind, 3);
        Ok(())
    }

    fn fetch_flow_start(&mut self, kind: TokenKind) -> Result<(), Box<YamlError>> {
        self.save_simple_key()?;
        let token_number = self.tokens_parsed + self.tokens.len();
        self.simple_keys.push(SimpleKey { mark: self.mark, token_number, ..SimpleKey::default() });
        self.flow_level += 1;
        if self.flow_level > MAX_DEPTH {
            return Err(self.error(self.mark, "exceeded max depth of 10000"));
        }
        self.simple_key_allowed = true;
        self.push_long(kind, 1);
        Ok(())
    }

    fn fetch_flow_end(&mut self, kind: TokenKind) -> Result<(), Box<YamlError>> {
        self.remove_simple_key()?;
        if self.flow_level > 0 {
            self.flow_level -= 1;
            let inner = self.simple_keys.pop().map(|key| key.token_number);
            // Upstream forgets a key by its token's number. Of `{}` that is the number of the brace itself, so the
            // key that may begin there is forgotten too.
            if let Some(outer) = self.simple_keys.last_mut().filter(|key| Some(key.token_number) == inner) {
                outer.listed = false;
            }
        }
        self.simple_key_allowed = false;
        self.push_long(kind, 1);
        Ok(())
    }

    fn fetch_flow_entry(&mut self) -> Result<(), Box<YamlError>> {
        self.remove_simple_key()?;
        self.simple_key_allowed = true;
        self.push_long(TokenKind::FlowEntry, 1);
        Ok(())
    }

    fn fetch_block_entry(&mut self) -> Result<(), Box<YamlError>> {
        if self.flow_level == 0 {
            if !self.simple_key_allowed {
                return Err(self.error(self.mark, "block sequence entries are not allowed in this context"));
            }
            self.roll_indent(self.column(), None, TokenKind::BlockSequenceStart, self.mark)?;
        }
        self.remove_simple_key()?;
        self.simple_key_allowed = true;
        self.push_long(TokenKind::BlockEntry, 1);
        Ok(())
    }

    fn fetch_key(&mut self) -> Result<(), Box<YamlError>> {
        if self.flow_level == 0 {
            if !self.simple_key_allowed {
                return Err(self.error(self.mark, "mapping keys are not allowed in this context"));
            }
            self.roll_indent(self.column(), None, TokenKind::BlockMappingStart, self.mark)?;
        }
        self.remove_simple_key()?;
        self.simple_key_allowed = self.flow_level == 0;
        self.push_long(TokenKind::Key, 1);
        Ok(())
    }

    fn fetch_value(&mut self) -> Result<(), Box<YamlError>> {
        let last = self.simple_keys.len().saturating_sub(1);
        if self.simple_key_is_valid(last)? {
            let key = self.simple_keys.get(last).copied().unwrap_or_default();
            let token = Token { kind: TokenKind::Key, start: key.mark, end: key.mark };
            self.tokens.insert(key.token_number.saturating_sub(self.tokens_parsed), token);
            let column = isize::try_from(key.mark.column).unwrap_or(isize::MAX);
            self.roll_indent(column, Some(key.token_number), TokenKind::BlockMappingStart, key.mark)?;
            if let Some(key) = self.simple_keys.get_mut(last) {
                key.possible = false;
                key.listed = false;
            }
            self.simple_key_allowed = false;
        } else {
            if self.flow_level == 0 {
                if !self.simple_key_allowed {
                    return Err(self.error(self.mark, "mapping values are not allowed in this context"));
                }
                self.roll_indent(self.column(), None, TokenKind::BlockMappingStart, self.mark)?;
            }
            self.simple_key_allowed = self.flow_level == 0;
        }
        self.push_long(TokenKind::Value, 1);
        Ok(())
    }

    fn fetch_anchor(&mut self) -> Result<(), Box<YamlError>> {
        self.save_simple_key()?;
        self.simple_key_allowed = false;
        let start = self.mark;
        let alias = self.at(0) == b'*';
        self.skip();
        let name = self.read_name();
        let ended = self.is_blank_or_end(0) || b"?:,]}%@`".contains(&self.at(0));
        if name.is_empty() || !ended {
            return Err(self.error(start, "did not find expected alphabetic or numeric character"));
        }
        self.push(if alias { TokenKind::Alias(name) } else { TokenKind::Anchor(name) }, start);
        Ok(())
    }

    fn fetch_tag(&mut self) -> Result<(), Box<YamlError>> {
        self.save_simple_key()?;
        self.simple_key_allowed = false;
        let start = self.mark;
        let kind = self.scan_tag()?;
        self.push(kind, start);
        Ok(())
    }

    fn fetch_block_scalar(&mut self, literal: bool) -> Result<(), Box<YamlError>> {
        self.remove_simple_key()?;
        self.simple_key_allowed = true;
        let token = self.scan_block_scalar(literal)?;
        self.tokens.push_back(token);
        Ok(())
    }

    fn fetch_flow_scalar(&mut self, single: bool) -> Result<(), Box<YamlError>> {
        self.save_simple_key()?;
        self.simple_key_allowed = false;
        let token = self.scan_flow_scalar(single)?;
        self.tokens.push_back(token);
        Ok(())
    }

    fn fetch_plain_scalar(&mut self) -> Result<(), Box<YamlError>> {
        self.save_simple_key()?;
        self.simple_key_allowed = false;
        let token = self.scan_plain_scalar()?;
        self.tokens.push_back(token);
        Ok(())
    }

    fn push(&mut self, kind: TokenKind, start: Mark) {
        self.tokens.push_back(Token { kind, start, end: self.mark });
    }

    fn push_long(&mut self, kind: TokenKind, length: usize) {
        let start = self.mark;
        for _ in 0..length {
            self.skip();
        }
        self.push(kind, start);
    }

    fn skip_to_next_token(&mut self) {
        loop {
            // Upstream looks for a byte order mark only where its buffer begins; one further on is a letter.
            // A tab may not indent a key.
            let tabs = self.flow_level > 0 || !self.simple_key_allowed;
            while self.at(0) == b' ' || (tabs && self.at(0) == b'\t') {
                self.skip();
            }
            self.skip_comment();
            if !self.is_break(0) {
                return;
            }
            self.skip_line();
            if self.flow_level == 0 {
                self.simple_key_allowed = true;
            }
        }
    }
}
