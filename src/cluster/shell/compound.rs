//! Models the grammar of ash's compound commands: `if`, `while`, `for`, `case`, functions.

use std::rc::Rc;

use super::ast::{Case, For, Function, If, Node, While};
use super::lexer::Token;
use super::parser::{Parsed, Parser, joined, unexpected};

impl Parser<'_> {
    /// The compound command that this reserved word begins.
    pub(super) fn compound(&mut self, word: &str) -> Parsed<Option<Node>> {
        if !matches!(word, "{" | "if" | "while" | "until" | "for" | "case" | "function") {
            return Ok(None);
        }
        self.token = None;
        Ok(Some(match word {
            "{" => {
                let body = self.block()?;
                self.expect_word("}")?;
                Node::Group(body)
            }
            "if" => self.conditional()?,
            "while" | "until" => {
                let condition = self.block()?;
                self.expect_word("do")?;
                let body = self.block()?;
                self.expect_word("done")?;
                Node::While(Rc::new(While { condition, body, until: word == "until" }))
            }
            "for" => self.for_loop()?,
            "case" => self.case()?,
            _ => {
                let name = match self.next()? {
                    Token::Word(_, Some(name)) => name,
                    token => return Err(unexpected(&token, None)),
                };
                if self.at_op("(")? {
                    self.token = None;
                    self.expect_op(")")?;
                }
                self.function(name)?
            }
        }))
    }

    pub(super) fn function(&mut self, name: Rc<str>) -> Parsed<Node> {
        self.skip_newlines()?;
        let body = self.command()?;
        Ok(Node::Function(Rc::new(Function { name, body })))
    }

    fn conditional(&mut self) -> Parsed<Node> {
        let mut arms = Vec::new();
        let otherwise = loop {
            let condition = self.block()?;
            self.expect_word("then")?;
            arms.push((condition, self.block()?));
            if self.at_word("elif")? {
                self.token = None;
                continue;
            }
            if !self.at_word("else")? {
                break None;
            }
            self.token = None;
            break Some(self.block()?);
        };
        self.expect_word("fi")?;
        Ok(Node::If(Rc::new(If { arms, otherwise })))
    }

    fn for_loop(&mut self) -> Parsed<Node> {
        let name = match self.next()? {
            Token::Word(_, Some(name)) if super::lexer::name_length(&name) == name.len() => name,
            _ => return Err("bad for loop variable".into()),
        };
        self.skip_newlines()?;
        let mut words = None;
        if self.at_word("in")? {
            self.token = None;
            let mut list = Vec::new();
            loop {
                match self.next()? {
                    Token::Word(word, _) => list.push(word),
                    Token::Assignment(name, value) => list.push(joined(&name, value)),
                    Token::Op(";") | Token::Newline => break,
                    token => return Err(unexpected(&token, None)),
                }
            }
            words = Some(list);
        } else if self.at_op(";")? {
            self.token = None;
        }
        self.skip_newlines()?;
        self.expect_word("do")?;
        let body = self.block()?;
        self.expect_word("done")?;
        Ok(Node::For(Rc::new(For { name, words, body })))
    }

    fn case(&mut self) -> Parsed<Node> {
        let subject = match self.next()? {
            Token::Word(word, _) => word,
            Token::Assignment(name, value) => joined(&name, value),
            token => return Err(unexpected(&token, None)),
        };
        self.skip_newlines()?;
        self.expect_word("in")?;
        let mut arms = Vec::new();
        loop {
            self.skip_newlines()?;
            if self.at_word("esac")? {
                self.token = None;
                break;
            }
            if self.at_op("(")? {
                self.token = None;
            }
            let mut patterns = Vec::new();
            loop {
                patterns.push(match self.next()? {
                    Token::Word(word, _) => word,
                    Token::Assignment(name, value) => joined(&name, value),
                    token => return Err(unexpected(&token, Some(")"))),
                });
                if !self.at_op("|")? {
                    break;
                }
                self.token = None;
            }
            self.expect_op(")")?;
            arms.push((patterns, self.list(false)?.into()));
            match self.next()? {
                Token::Op(";;") => {}
                Token::Word(_, Some(word)) if &*word == "esac" => break,
                token => return Err(unexpected(&token, Some(";;"))),
            }
        }
        Ok(Node::Case(Rc::new(Case { subject, arms })))
    }
}
