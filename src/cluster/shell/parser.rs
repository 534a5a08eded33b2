//! Models the grammar of busybox ash, with its syntax error messages.
//!
//! A script is kept line by line: ash runs each complete command before it reads the next, so that
//! `echo a` on the first line prints even when the second has a syntax error. Nesting is bounded.

use std::rc::Rc;

use super::ast::{AndOr, Block, Node, Part, Redirect, RedirectKind, Redirected, Simple, Word};
use super::lexer::Token;

/// How deep compound commands, substitutions and quotes may nest.
const MAX_DEPTH: u32 = 200;

/// What parsing gives; the error is ash's message after `syntax error: `.
pub type Parsed<T> = Result<T, String>;

/// A parsed script, shared by all processes that run it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Script {
    /// Its complete commands.
    pub(super) lines: Vec<Block>,
    /// What ends it, when it isn't its end.
    pub(super) error: Option<SyntaxError>,
}

/// A syntax error; ash ends with code 2.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// As ash prints it, without the name of the shell before it.
    pub message: String,
    /// Lines before the error.
    pub line: u32,
}

impl Script {
    /// Parses a script that must be right.
    pub fn parse(text: &str) -> Result<Rc<Script>, SyntaxError> {
        let script = Script::parse_leniently(text);
        match &script.error {
            Some(error) => Err(error.clone()),
            None => Ok(script),
        }
    }

    /// Parses a script up to its first error, which shows when running it gets there.
    pub fn parse_leniently(text: &str) -> Rc<Script> {
        let mut parser = Parser { text, pos: 0, token: None, depth: 0, skip: None, counted: (0, 0) };
        let mut lines = Vec::new();
        let error = loop {
            match parser.line() {
                Ok(Some(line)) => lines.push(line),
                Ok(None) => break None,
                Err(message) => {
                    let line = parser.line_number();
                    break Some(SyntaxError { message: format!("syntax error: {message}"), line });
                }
            }
        };
        Rc::new(Script { lines, error })
    }
}

/// A position in a text.
pub struct Parser<'a> {
    pub(super) text: &'a str,
    pub(super) pos: usize,
    pub(super) token: Option<Token>,
    pub(super) depth: u32,
    /// Where a line ends whose here-documents have been read, and where they end.
    pub(super) skip: Option<(usize, usize)>,
    /// A position and the lines before it.
    counted: (usize, u32),
}

impl<'a> Parser<'a> {
    /// A parser for a text within the text.
    pub(super) fn nested(text: &'a str, depth: u32) -> Parsed<Parser<'a>> {
        if depth > MAX_DEPTH {
            return Err("nested too deep".into());
        }
        Ok(Parser { text, pos: 0, token: None, depth, skip: None, counted: (0, 0) })
    }

    pub(super) fn deeper(&mut self) -> Parsed<()> {
        self.depth += 1;
        if self.depth > MAX_DEPTH { Err("nested too deep".into()) } else { Ok(()) }
    }

    fn line_number(&mut self) -> u32 {
        let (at, count) = self.counted;
        let more = self.text.get(at..self.pos).unwrap_or("").matches('\n').count();
        self.counted = (self.pos.max(at), count.saturating_add(u32::try_from(more).unwrap_or(u32::MAX)));
        self.counted.1
    }

    pub(super) fn peek(&mut self) -> Parsed<&Token> {
        let token = match self.token.take() {
            Some(token) => token,
            None => self.lex()?,
        };
        Ok(self.token.insert(token))
    }

    pub(super) fn next(&mut self) -> Parsed<Token> {
        match self.token.take() {
            Some(token) => Ok(token),
            None => self.lex(),
        }
    }

    pub(super) fn at_op(&mut self, op: &str) -> Parsed<bool> {
        Ok(matches!(self.peek()?, Token::Op(o) if *o == op))
    }

    pub(super) fn at_word(&mut self, word: &str) -> Parsed<bool> {
        Ok(matches!(self.peek()?, Token::Word(_, Some(w)) if **w == *word))
    }

    pub(super) fn skip_newlines(&mut self) -> Parsed<()> {
        while *self.peek()? == Token::Newline {
            self.token = None;
        }
        Ok(())
    }

    pub(super) fn expect_word(&mut self, word: &str) -> Parsed<()> {
        let token = self.next()?;
        match &token {
            Token::Word(_, Some(w)) if **w == *word => Ok(()),
            _ => Err(unexpected(&token, Some(word))),
        }
    }

    pub(super) fn expect_op(&mut self, op: &str) -> Parsed<()> {
        let token = self.next()?;
        match token {
            Token::Op(o) if o == op => Ok(()),
            _ => Err(unexpected(&token, Some(op))),
        }
    }

    /// The next complete command of a script.
    fn line(&mut self) -> Parsed<Option<Block>> {
        self.skip_newlines()?;
        if *self.peek()? == Token::End {
            return Ok(None);
        }
        let nodes = self.list(true)?;
        let token = self.next()?;
        match token {
            Token::Newline | Token::End if !nodes.is_empty() => Ok(Some(nodes.into())),
            _ => Err(unexpected(&token, None)),
        }
    }

    /// All of the text as one block (backticks).
    pub(super) fn whole(&mut self) -> Parsed<Block> {
        let nodes = self.list(false)?;
        match self.next()? {
            Token::End => Ok(nodes.into()),
            token => Err(unexpected(&token, None)),
        }
    }

    /// A block up to `)`, which is taken; it may be empty.
    pub(super) fn until_parenthesis(&mut self) -> Parsed<Block> {
        let nodes = self.list(false)?;
        self.expect_op(")")?;
        Ok(nodes.into())
    }

    /// Commands up to something that cannot begin one; with `line`, at most to the line's end.
    pub(super) fn list(&mut self, line: bool) -> Parsed<Vec<Node>> {
        let mut nodes = Vec::new();
        loop {
            if !line {
                self.skip_newlines()?;
            }
            match self.peek()? {
                Token::End | Token::Newline | Token::Op(")" | ";;" | ";" | "&" | "&&" | "||" | "|") => break,
                Token::Word(_, Some(word)) if closes(word) => break,
                _ => {}
            }
            let node = self.and_or()?;
            match self.peek()? {
                Token::Op("&") => {
                    self.token = None;
                    nodes.push(Node::Background(Rc::new(node)));
                }
                Token::Op(";") => {
                    self.token = None;
                    nodes.push(node);
                }
                Token::Newline if !line => nodes.push(node),
                _ => {
                    nodes.push(node);
                    break;
                }
            }
        }
        Ok(nodes)
    }

    /// A block that may not be empty.
    pub(super) fn block(&mut self) -> Parsed<Block> {
        let nodes = self.list(false)?;
        // At the end of the text it is the missing word that ash complains about.
        if nodes.is_empty() && *self.peek()? != Token::End {
            let token = self.next()?;
            return Err(unexpected(&token, None));
        }
        Ok(nodes.into())
    }

    fn and_or(&mut self) -> Parsed<Node> {
        let first = self.pipeline()?;
        let mut rest = Vec::new();
        loop {
            let and = match self.peek()? {
                Token::Op("&&") => true,
                Token::Op("||") => false,
                _ => break,
            };
            self.token = None;
            self.skip_newlines()?;
            rest.push((and, self.pipeline()?));
        }
        Ok(if rest.is_empty() { first } else { Node::AndOr(Rc::new(AndOr { first, rest })) })
    }

    fn pipeline(&mut self) -> Parsed<Node> {
        let mut negated = false;
        while self.at_word("!")? {
            self.token = None;
            negated = !negated;
        }
        let mut stages = vec![self.command()?];
        while self.at_op("|")? {
            self.token = None;
            self.skip_newlines()?;
            stages.push(self.command()?);
        }
        let node = match stages.pop() {
            Some(only) if stages.is_empty() => only,
            last => {
                stages.extend(last);
                Node::Pipeline(stages.into())
            }
        };
        Ok(if negated { Node::Not(Rc::new(node)) } else { node })
    }

    pub(super) fn command(&mut self) -> Parsed<Node> {
        self.deeper()?;
        let node = match self.peek()? {
            Token::Op("(") => {
                self.token = None;
                let body = self.block()?;
                self.expect_op(")")?;
                Node::Subshell(body)
            }
            Token::Word(_, Some(word)) => {
                let word = Rc::clone(word);
                if let Some(node) = self.compound(&word)? {
                    node
                } else if closes(&word) {
                    let token = self.next()?;
                    return Err(unexpected(&token, None));
                } else if self.rest().trim_start_matches([' ', '\t']).starts_with('(') {
                    self.token = None;
                    self.expect_op("(")?;
                    self.expect_op(")")?;
                    self.function(word)?
                } else {
                    let node = self.simple()?;
                    self.depth -= 1;
                    return Ok(node);
                }
            }
            _ => {
                let node = self.simple()?;
                self.depth -= 1;
                return Ok(node);
            }
        };
        let mut redirects = Vec::new();
        while let Some(redirect) = self.redirect()? {
            redirects.push(redirect);
        }
        self.depth -= 1;
        Ok(if redirects.is_empty() { node } else { Node::Redirected(Rc::new(Redirected { body: node, redirects })) })
    }

    fn simple(&mut self) -> Parsed<Node> {
        self.peek()?;
        let line = self.line_number();
        let (mut assignments, mut words, mut redirects) = (Vec::new(), Vec::new(), Vec::new());
        let mut brackets = false;
        loop {
            if let Some(redirect) = self.redirect()? {
                redirects.push(redirect);
                continue;
            }
            match self.peek()? {
                Token::Word(word, bare) => {
                    let bare = bare.as_deref();
                    brackets = (brackets || words.is_empty() && bare == Some("[[")) && bare != Some("]]");
                    words.push(word.clone());
                }
                Token::Assignment(name, value) if words.is_empty() => {
                    assignments.push((Rc::clone(name), value.clone()));
                }
                Token::Assignment(name, value) => words.push(joined(name, value.clone())),
                // Within `[[ ]]` ash reads these as the operators of `test`.
                Token::Op("&&") if brackets => words.push(Word::Plain("-a".into())),
                Token::Op("||") if brackets => words.push(Word::Plain("-o".into())),
                Token::Op("(") if brackets => words.push(Word::Plain("(".into())),
                Token::Op(")") if brackets => words.push(Word::Plain(")".into())),
                Token::Op("(") => return Err(unexpected(&Token::Op("("), None)),
                _ => break,
            }
            self.token = None;
        }
        if assignments.is_empty() && words.is_empty() && redirects.is_empty() {
            let token = self.next()?;
            return Err(unexpected(&token, None));
        }
        let ready = if assignments.is_empty() && redirects.is_empty() {
            words.iter().map(|w| if let Word::Plain(t) = w { Some(Rc::clone(t)) } else { None }).collect()
        } else {
            None
        };
        Ok(Node::Simple(Rc::new(Simple { assignments, words, redirects, ready, line })))
    }

    fn redirect(&mut self) -> Parsed<Option<Redirect>> {
        let mut fd = None;
        if let Token::Fd(number) = *self.peek()? {
            fd = Some(number);
            self.token = None;
        }
        let Token::Op(op) = *self.peek()? else {
            return Ok(None);
        };
        let (default, kind) = match op {
            "<" => (0, RedirectKind::Read),
            ">" | ">|" => (1, RedirectKind::Write),
            ">>" => (1, RedirectKind::Append),
            "<>" => (0, RedirectKind::Both),
            "<&" => (0, RedirectKind::Copy),
            ">&" => (1, RedirectKind::Copy),
            "&>" => (1, RedirectKind::WriteAll),
            "<<" | "<<-" => (0, RedirectKind::Text),
            // ash has no here-strings.
            "<<<" => return Err(unexpected(&Token::Op("<<<"), None)),
            _ => return Ok(None),
        };
        self.token = None;
        let fd = fd.unwrap_or(default);
        if matches!(op, "<<" | "<<-") {
            let (delimiter, literal) = self.delimiter();
            let target = self.here_document(&delimiter, literal, op == "<<-")?;
            return Ok(Some(Redirect { fd, kind, target }));
        }
        let target = match self.next()? {
            Token::Word(word, _) => word,
            Token::Assignment(name, value) => joined(&name, value),
            Token::Fd(number) => Word::Plain(number.to_string().into()),
            token => return Err(unexpected(&token, None)),
        };
        Ok(Some(Redirect { fd, kind, target }))
    }
}

/// The word that an assignment is when it stands among the arguments.
pub(super) fn joined(name: &str, value: Word) -> Word {
    let start = format!("{name}=");
    match value {
        Word::Plain(text) => Word::Plain(format!("{start}{text}").into()),
        Word::Parts(parts) => {
            let mut all = vec![Part::Text(start.into())];
            all.extend(parts.iter().cloned());
            Word::Parts(all.into())
        }
    }
}

/// The reserved words that end a list.
pub(super) fn closes(word: &str) -> bool {
    matches!(word, "then" | "else" | "elif" | "fi" | "do" | "done" | "esac" | "}")
}

pub(super) fn unexpected(token: &Token, expecting: Option<&str>) -> String {
    let reserved =
        |w: &str| closes(w) || matches!(w, "if" | "while" | "until" | "for" | "case" | "{" | "!" | "in" | "function");
    let what = match token {
        Token::End => "end of file".into(),
        Token::Newline => "newline".into(),
        Token::Op(op) if op.starts_with(['<', '>']) || *op == "&>" => "redirection".into(),
        Token::Fd(_) => "redirection".into(),
        Token::Op(op) => format!("\"{op}\""),
        Token::Word(_, Some(word)) if reserved(word) => format!("\"{word}\""),
        Token::Word(..) | Token::Assignment(..) => "word".into(),
    };
    match expecting {
        Some(expecting) => format!("unexpected {what} (expecting \"{expecting}\")"),
        None => format!("unexpected {what}"),
    }
}
