//! Models `client-go/util/jsonpath/parser.go@v1.37.2`.

use serde_json::Value;

/// A part of a template.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Node {
    /// One pair of braces.
    List(Vec<Node>),
    /// Text as it stands.
    Text(String),
    /// A number or a truth value.
    Literal(Value),
    /// `.name`
    Field(String),
    /// `[1:3]`
    Array(Slice),
    /// `[?(@.a=="b")]`: left, right, operator.
    Filter(Box<Node>, Box<Node>, String),
    /// `.*`
    Wildcard,
    /// `..`
    Recursive,
    /// `[0,2]`
    Union(Vec<Node>),
    /// `range`, `end`.
    Identifier(String),
}

/// `[start:end:step]`
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Slice {
    pub start: Option<i64>,
    pub end: Option<i64>,
    pub step: Option<i64>,
    /// Whether only one place was given.
    pub single: bool,
}

/// Brackets in brackets are read again; no real template is deeper.
const DEEPEST: usize = 32;

struct Parser<'a> {
    rest: &'a str,
    depth: usize,
}

/// Reads a template: text and pairs of braces.
pub(super) fn parse(template: &str) -> Result<Vec<Node>, String> {
    parse_at(template, 0)
}

fn parse_at(template: &str, depth: usize) -> Result<Vec<Node>, String> {
    if depth > DEEPEST {
        return Err("too deep".to_owned());
    }
    let mut parser = Parser { rest: template, depth };
    let mut nodes = Vec::new();
    while let Some(at) = parser.rest.find('{') {
        let (text, rest) = parser.rest.split_at(at);
        if !text.is_empty() {
            nodes.push(Node::Text(text.to_owned()));
        }
        parser.rest = rest.get(1..).unwrap_or("");
        nodes.push(Node::List(parser.inside_action()?));
    }
    if !parser.rest.is_empty() {
        nodes.push(Node::Text(parser.rest.to_owned()));
    }
    Ok(nodes)
}

impl<'a> Parser<'a> {
    fn take(&mut self, bytes: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at_checked(bytes).unwrap_or((self.rest, ""));
        self.rest = rest;
        taken
    }

    fn inside_action(&mut self) -> Result<Vec<Node>, String> {
        let mut nodes = Vec::new();
        loop {
            if self.rest.starts_with('}') {
                self.take(1);
                return Ok(nodes);
            }
            if self.rest.starts_with("[?(") {
                nodes.push(self.filter()?);
                continue;
            }
            if self.rest.starts_with("..") {
                if nodes.last() == Some(&Node::Recursive) {
                    return Err("invalid multiple recursive descent".to_owned());
                }
                self.take(2);
                nodes.push(Node::Recursive);
                if self.rest.starts_with(|c: char| c == '_' || c.is_alphanumeric()) {
                    nodes.push(self.field());
                }
                continue;
            }
            match self.rest.chars().next() {
                None | Some('\r' | '\n') => return Err("unclosed action".to_owned()),
                Some(' ' | '@' | '$') => {
                    self.take(1);
                }
                Some('[') => self.array(&mut nodes)?,
                Some(quote @ ('"' | '\'')) => nodes.push(self.quoted(quote)?),
                Some('.') => {
                    self.take(1);
                    nodes.push(self.field());
                }
                Some(c) if c == '+' || c == '-' || c.is_numeric() => nodes.push(self.number()?),
                Some(c) if c == '_' || c.is_alphanumeric() => nodes.push(self.identifier()),
                Some(c) => {
                    return Err(format!("unrecognized character in action: U+{:04X} '{c}'", u32::from(c)));
                }
            }
        }
    }

    fn identifier(&mut self) -> Node {
        let end = self.rest.find(is_terminator).unwrap_or(self.rest.len());
        match self.take(end) {
            "true" => Node::Literal(Value::Bool(true)),
            "false" => Node::Literal(Value::Bool(false)),
            name => Node::Identifier(name.to_owned()),
        }
    }

    fn number(&mut self) -> Result<Node, String> {
        let sign = usize::from(self.rest.starts_with(['+', '-']));
        let digits = self.rest.get(sign..).unwrap_or("");
        let end = digits.find(|c: char| c != '.' && !c.is_numeric()).unwrap_or(digits.len());
        let text = self.take(sign + end);
        let plain = text.trim_start_matches('+');
        if let Ok(number) = plain.parse::<i64>() {
            return Ok(Node::Literal(Value::from(number)));
        }
        match serde_json::from_str::<Value>(plain) {
            Ok(number) if number.is_number() => Ok(Node::Literal(number)),
            _ => Err(format!("cannot parse number {text}")),
        }
    }

    /// A name up to a terminator that isn't escaped.
    fn field(&mut self) -> Node {
        let mut characters = self.rest.char_indices();
        let mut end = self.rest.len();
        while let Some((at, c)) = characters.next() {
            if c == '\\' {
                characters.next();
            } else if is_terminator(c) {
                end = at;
                break;
            }
        }
        match self.take(end) {
            "*" => Node::Wildcard,
            name => Node::Field(name.replace('\\', "")),
        }
    }

    fn array(&mut self, nodes: &mut Vec<Node>) -> Result<(), String> {
        let end =
            self.rest.find([']', '\n']).filter(|at| self.rest.get(*at..).is_some_and(|rest| rest.starts_with(']')));
        let Some(end) = end else { return Err("unterminated array".to_owned()) };
        let text = self.take(end + 1);
        let text = text.get(1..text.len() - 1).unwrap_or("");
        let text = if text == "*" { ":" } else { text };
        if text.contains(',') {
            let mut parts = Vec::new();
            for part in text.split(',') {
                parts.push(self.action(&format!("[{}]", part.trim_matches(' ')))?);
            }
            nodes.push(Node::Union(parts));
            return Ok(());
        }
        let key = text.strip_prefix('\'').and_then(|text| text.strip_suffix('\'')).filter(|key| !key.contains('\''));
        if let Some(key) = key {
            if let Node::List(inner) = self.action(&format!(".{key}"))? {
                nodes.extend(inner);
            }
            return Ok(());
        }
        let number = |text: &str| text.parse::<i64>().map_err(|_| format!("array index {text} is not a number"));
        let well_formed = text.split(':').count() <= 3
            && text.split(':').all(|part| part.strip_prefix('-').unwrap_or(part).bytes().all(|b| b.is_ascii_digit()));
        if !well_formed {
            return Err(format!("invalid array index {text}"));
        }
        let mut slice = Slice::default();
        let mut parts = text.split(':');
        let known = |part: Option<&str>| part.filter(|part| !part.is_empty()).map(number).transpose();
        slice.start = known(parts.next())?;
        let second = parts.next();
        slice.single = second.is_none();
        slice.end = if slice.single { Some(slice.start.unwrap_or(0) + 1) } else { known(second)? };
        slice.step = known(parts.next())?;
        nodes.push(Node::Array(slice));
        Ok(())
    }

    /// A text of its own between braces.
    fn action(&self, text: &str) -> Result<Node, String> {
        let nodes = parse_at(&format!("{{{text}}}"), self.depth + 1)?;
        Ok(nodes.into_iter().next().unwrap_or(Node::List(Vec::new())))
    }

    fn filter(&mut self) -> Result<Node, String> {
        self.take(3);
        let (mut begun, mut ended, mut pair, mut before) = (false, false, ' ', ' ');
        let mut end = None;
        for (at, c) in self.rest.char_indices() {
            match c {
                '\n' => break,
                '"' | '\'' if !begun => (begun, pair) = (true, c),
                '"' | '\'' if before != '\\' && c == pair => ended = true,
                ')' if begun == ended => {
                    end = Some(at);
                    break;
                }
                _ => {}
            }
            before = c;
        }
        let Some(end) = end else { return Err("unterminated filter".to_owned()) };
        let text = self.take(end);
        self.take(1);
        if !self.rest.starts_with(']') {
            return Err("unclosed array expect ]".to_owned());
        }
        self.take(1);
        let sign = |c: char| matches!(c, '!' | '<' | '>' | '=');
        let nothing = Box::new(Node::List(Vec::new()));
        let Some(at) = text.find(sign).filter(|at| *at > 0) else {
            return Ok(Node::Filter(Box::new(self.action(text)?), nothing, "exists".to_owned()));
        };
        let (left, rest) = text.split_at(at);
        let (operator, right) = rest.split_at(rest.find(|c| !sign(c)).unwrap_or(rest.len()));
        if right.is_empty() {
            return Ok(Node::Filter(Box::new(self.action(text)?), nothing, "exists".to_owned()));
        }
        Ok(Node::Filter(Box::new(self.action(left)?), Box::new(self.action(right)?), operator.to_owned()))
    }

    fn quoted(&mut self, quote: char) -> Result<Node, String> {
        let mut before = quote;
        let mut end = None;
        for (at, c) in self.rest.char_indices().skip(1) {
            if c == '\n' {
                break;
            }
            if c == quote && before != '\\' {
                end = Some(at);
                break;
            }
            before = c;
        }
        let Some(end) = end else { return Err("unterminated quoted string".to_owned()) };
        let whole = self.take(end + 1);
        let inner = whole.get(1..end).unwrap_or("");
        match unquote(inner) {
            Some(text) => Ok(Node::Text(text)),
            None => Err(format!("unquote string {whole} error invalid syntax")),
        }
    }
}

/// Go's escapes.
fn unquote(text: &str) -> Option<String> {
    let mut out = String::new();
    let mut characters = text.chars();
    while let Some(c) = characters.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        out.push(match characters.next()? {
            'a' => '\x07',
            'b' => '\x08',
            'f' => '\x0c',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\x0b',
            '\\' => '\\',
            quote @ ('"' | '\'') => quote,
            'x' => code_of(&mut characters, 2)?,
            'u' => code_of(&mut characters, 4)?,
            'U' => code_of(&mut characters, 8)?,
            _ => return None,
        });
    }
    Some(out)
}

fn code_of(characters: &mut std::str::Chars<'_>, digits: usize) -> Option<char> {
    let number: String = characters.by_ref().take(digits).collect();
    u32::from_str_radix(&number, 16).ok().and_then(char::from_u32)
}

fn is_terminator(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n' | '.' | ',' | '[' | ']' | '$' | '@' | '{' | '}')
}
