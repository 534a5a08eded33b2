//! Models `go.yaml.in/yaml/v2@v2.4.4/parserc.go` and the node tree of `decode.go`: tokens → nodes.
//!
//! Upstream is a state machine that emits events; the grammar is the same here as functions that
//! call one another, so that one node kind is one function.

use super::scanner::{Mark, Scanner, TokenKind};
use super::{YamlError, YamlLimits};
use crate::manifest::access::Names;

/// A node's place in the [`Tree`].
pub(super) type NodeId = usize;

/// One node of a document.
#[derive(Debug, Clone, Default)]
pub(super) struct Node {
    pub kind: NodeKind,
    /// The full tag, if one was written.
    pub tag: String,
    /// Whether the scalar was plain, so that its type follows from its text.
    pub implicit: bool,
    pub start: Mark,
    pub end: Mark,
}

/// What a node is.
#[derive(Debug, Clone)]
pub(super) enum NodeKind {
    Scalar(String),
    Sequence(Vec<NodeId>),
    Mapping(Vec<(NodeId, NodeId)>),
    Alias(String, NodeId),
}

impl Default for NodeKind {
    fn default() -> Self {
        Self::Scalar(String::new())
    }
}

/// A document's nodes.
#[derive(Debug, Default)]
pub(super) struct Tree {
    pub nodes: Vec<Node>,
    pub root: Option<NodeId>,
}

/// Reads the first document of a text.
pub(super) fn parse(text: &[u8], limits: YamlLimits, saw_end: &mut bool) -> Result<Tree, Box<YamlError>> {
    let mut parser = Parser {
        scanner: Scanner::new(text),
        tree: Tree::default(),
        anchors: Names::default(),
        tag_directives: Vec::new(),
        depth: 0,
        limits,
    };
    let result = parser.document();
    *saw_end = parser.scanner.saw_end;
    result?;
    Ok(parser.tree)
}

struct Parser<'a> {
    scanner: Scanner<'a>,
    tree: Tree,
    anchors: Names,
    tag_directives: Vec<(String, String)>,
    depth: usize,
    limits: YamlLimits,
}

/// Tag and anchor before a node.
#[derive(Default)]
struct Properties {
    tag: String,
    anchor: Option<String>,
}

impl Parser<'_> {
    fn document(&mut self) -> Result<(), Box<YamlError>> {
        self.scanner.next()?;
        match self.scanner.peek()?.kind {
            TokenKind::StreamEnd => return Ok(()),
            TokenKind::VersionDirective(..) | TokenKind::TagDirective(..) | TokenKind::DocumentStart => {
                self.directives()?;
                self.add_default_tags();
                let token = self.scanner.peek()?;
                if token.kind != TokenKind::DocumentStart {
                    return Err(YamlError::new("did not find expected <document start>", token.start, None, false));
                }
                self.scanner.next()?;
                let token = self.scanner.peek()?;
                let empty = matches!(
                    token.kind,
                    TokenKind::VersionDirective(..)
                        | TokenKind::TagDirective(..)
                        | TokenKind::DocumentStart
                        | TokenKind::DocumentEnd
                        | TokenKind::StreamEnd
                );
                if empty {
                    let mark = token.start;
                    self.tree.root = Some(self.empty_scalar(mark)?);
                    return Ok(());
                }
            }
            _ => self.add_default_tags(),
        }
        self.tree.root = Some(self.node(true, false)?);
        // The next token may hold a scanner's error; what follows the first document isn't read.
        self.scanner.peek()?;
        Ok(())
    }

    fn directives(&mut self) -> Result<(), Box<YamlError>> {
        let mut version = false;
        loop {
            let token = self.scanner.peek()?.clone();
            match token.kind {
                TokenKind::VersionDirective(major, minor) => {
                    if version {
                        return Err(YamlError::new("found duplicate %YAML directive", token.start, None, false));
                    }
                    if (major, minor) != (1, 1) {
                        return Err(YamlError::new("found incompatible YAML document", token.start, None, false));
                    }
                    version = true;
                }
                TokenKind::TagDirective(handle, prefix) => {
                    if self.tag_directives.iter().any(|(known, _)| *known == handle) {
                        return Err(YamlError::new("found duplicate %TAG directive", token.start, None, false));
                    }
                    self.tag_directives.push((handle, prefix));
                }
                _ => return Ok(()),
            }
            self.scanner.next()?;
        }
    }

    fn add_default_tags(&mut self) {
        for (handle, prefix) in [("!", "!"), ("!!", super::TAG_PREFIX)] {
            if !self.tag_directives.iter().any(|(known, _)| known == handle) {
                self.tag_directives.push((handle.to_owned(), prefix.to_owned()));
            }
        }
    }

    /// Any node. `indentless`: a sequence may be at its key's own column.
    fn node(&mut self, block: bool, indentless: bool) -> Result<NodeId, Box<YamlError>> {
        self.depth += 1;
        if self.depth > self.limits.depth {
            return Err(YamlError::limit(self.scanner.mark));
        }
        let id = self.node_inside(block, indentless);
        self.depth -= 1;
        id
    }

    fn node_inside(&mut self, block: bool, indentless: bool) -> Result<NodeId, Box<YamlError>> {
        let start = self.scanner.peek()?.start;
        if let TokenKind::Alias(_) = self.scanner.peek()?.kind {
            return self.alias();
        }
        let properties = self.properties()?;
        let token = self.scanner.peek()?;
        let (first, end) = (token.start, token.end);
        let implicit = properties.tag.is_empty();
        match token.kind {
            TokenKind::BlockEntry if indentless => {
                let id = self.add(properties, start, end)?;
                self.sequence(id, false)
            }
            TokenKind::Scalar { .. } => {
                let TokenKind::Scalar { text, plain } = self.scanner.next()?.kind else { return Ok(0) };
                let implicit = (implicit && plain) || properties.tag == "!";
                let id = self.add(properties, start, end)?;
                if let Some(node) = self.tree.nodes.get_mut(id) {
                    node.kind = NodeKind::Scalar(text);
                    node.implicit = implicit;
                }
                Ok(id)
            }
            TokenKind::FlowSequenceStart => {
                let id = self.add(properties, start, end)?;
                self.flow_sequence(id)
            }
            TokenKind::FlowMappingStart => {
                let id = self.add(properties, start, end)?;
                self.flow_mapping(id)
            }
            TokenKind::BlockSequenceStart if block => {
                let id = self.add(properties, start, end)?;
                self.sequence(id, true)
            }
            TokenKind::BlockMappingStart if block => {
                let id = self.add(properties, start, end)?;
                self.block_mapping(id)
            }
            _ if properties.anchor.is_some() || !implicit => {
                let id = self.add(properties, start, start)?;
                if let Some(node) = self.tree.nodes.get_mut(id) {
                    node.implicit = implicit;
                }
                Ok(id)
            }
            _ => Err(YamlError::new("did not find expected node content", first, Some(start), false)),
        }
    }

    fn alias(&mut self) -> Result<NodeId, Box<YamlError>> {
        let token = self.scanner.next()?;
        let TokenKind::Alias(name) = token.kind else { return Ok(0) };
        let Some(target) = self.anchors.number(&name) else {
            return Err(YamlError::at(&format!("unknown anchor '{name}' referenced"), token.start));
        };
        let id = self.add(Properties::default(), token.start, token.end)?;
        self.set(id, NodeKind::Alias(name, target), token.end);
        Ok(id)
    }

    fn properties(&mut self) -> Result<Properties, Box<YamlError>> {
        let mut properties = Properties::default();
        let mut tagged = false;
        let start = self.scanner.peek()?.start;
        loop {
            match &self.scanner.peek()?.kind {
                TokenKind::Anchor(_) if properties.anchor.is_none() => {
                    if let TokenKind::Anchor(name) = self.scanner.next()?.kind {
                        properties.anchor = Some(name);
                    }
                }
                TokenKind::Tag(..) if !tagged => {
                    tagged = true;
                    let token = self.scanner.next()?;
                    if let TokenKind::Tag(handle, suffix) = token.kind {
                        properties.tag = self.expand_tag(&handle, suffix).ok_or_else(|| {
                            YamlError::new("found undefined tag handle", token.start, Some(start), false)
                        })?;
                    }
                }
                _ => return Ok(properties),
            }
        }
    }

    fn expand_tag(&self, handle: &str, suffix: String) -> Option<String> {
        if handle.is_empty() {
            return Some(suffix);
        }
        let (_, prefix) = self.tag_directives.iter().find(|(known, _)| known == handle)?;
        Some(format!("{prefix}{suffix}"))
    }

    fn sequence(&mut self, id: NodeId, indented: bool) -> Result<NodeId, Box<YamlError>> {
        let start = self.scanner.peek()?.start;
        if indented {
            self.scanner.next()?;
        }
        let mut items = Vec::new();
        let mut end = start;
        loop {
            let token = self.scanner.peek()?;
            match token.kind {
                TokenKind::BlockEntry => {
                    let mark = token.end;
                    self.scanner.next()?;
                    let empty = match self.scanner.peek()?.kind {
                        TokenKind::BlockEntry | TokenKind::BlockEnd => true,
                        TokenKind::Key | TokenKind::Value => !indented,
                        _ => false,
                    };
                    let item = if empty { self.empty_scalar(mark)? } else { self.node(true, false)? };
                    end = self.end_of(item);
                    items.push(item);
                }
                TokenKind::BlockEnd if indented => {
                    self.scanner.next()?;
                    break;
                }
                _ if indented => {
                    let problem = "did not find expected '-' indicator";
                    return Err(YamlError::new(problem, token.start, Some(start), false));
                }
                _ => break,
            }
        }
        self.set(id, NodeKind::Sequence(items), end);
        Ok(id)
    }

    fn block_mapping(&mut self, id: NodeId) -> Result<NodeId, Box<YamlError>> {
        let start = self.scanner.next()?.start;
        let mut items = Vec::new();
        let mut end = start;
        loop {
            let token = self.scanner.peek()?;
            match token.kind {
                TokenKind::Key => {
                    let mark = token.end;
                    self.scanner.next()?;
                    let key = self.block_mapping_part(mark)?;
                    let token = self.scanner.peek()?;
                    let mark = token.start;
                    let value = if token.kind == TokenKind::Value {
                        let mark = self.scanner.next()?.end;
                        self.block_mapping_part(mark)?
                    } else {
                        self.empty_scalar(mark)?
                    };
                    end = self.end_of(value);
                    items.push((key, value));
                }
                TokenKind::BlockEnd => {
                    self.scanner.next()?;
                    break;
                }
                _ => {
                    return Err(YamlError::new("did not find expected key", token.start, Some(start), false));
                }
            }
        }
        self.set(id, NodeKind::Mapping(items), end);
        Ok(id)
    }

    /// A key or a value of a block mapping, which may be missing.
    fn block_mapping_part(&mut self, mark: Mark) -> Result<NodeId, Box<YamlError>> {
        match self.scanner.peek()?.kind {
            TokenKind::Key | TokenKind::Value | TokenKind::BlockEnd => self.empty_scalar(mark),
            _ => self.node(true, true),
        }
    }

    fn flow_sequence(&mut self, id: NodeId) -> Result<NodeId, Box<YamlError>> {
        let start = self.scanner.next()?.start;
        let mut items = Vec::new();
        while self.scanner.peek()?.kind != TokenKind::FlowSequenceEnd {
            if !items.is_empty() && !self.flow_comma("did not find expected ',' or ']'", start)? {
                break;
            }
            match self.scanner.peek()?.kind {
                TokenKind::FlowSequenceEnd => break,
                TokenKind::Key => items.push(self.pair_in_sequence()?),
                _ => items.push(self.node(false, false)?),
            }
        }
        let end = self.scanner.next()?.end;
        self.set(id, NodeKind::Sequence(items), end);
        Ok(id)
    }

    /// `[a: b]`: a mapping of one pair.
    fn pair_in_sequence(&mut self) -> Result<NodeId, Box<YamlError>> {
        let token = self.scanner.next()?;
        let id = self.add(Properties::default(), token.start, token.end)?;
        let next = self.scanner.peek()?;
        let key = match next.kind {
            TokenKind::Value | TokenKind::FlowEntry | TokenKind::FlowSequenceEnd => {
                // Upstream takes the token here, whatever it is.
                let mark = self.scanner.next()?.end;
                self.empty_scalar(mark)?
            }
            _ => self.node(false, false)?,
        };
        let value = self.flow_value(&TokenKind::FlowSequenceEnd)?;
        let end = self.end_of(value);
        self.set(id, NodeKind::Mapping(vec![(key, value)]), end);
        Ok(id)
    }

    fn flow_mapping(&mut self, id: NodeId) -> Result<NodeId, Box<YamlError>> {
        let start = self.scanner.next()?.start;
        let mut items = Vec::new();
        while self.scanner.peek()?.kind != TokenKind::FlowMappingEnd {
            if !items.is_empty() && !self.flow_comma("did not find expected ',' or '}'", start)? {
                break;
            }
            let token = self.scanner.peek()?;
            match token.kind {
                TokenKind::FlowMappingEnd => break,
                TokenKind::Key => {
                    self.scanner.next()?;
                    let token = self.scanner.peek()?;
                    let mark = token.start;
                    let key = match token.kind {
                        TokenKind::Value | TokenKind::FlowEntry | TokenKind::FlowMappingEnd => {
                            self.empty_scalar(mark)?
                        }
                        _ => self.node(false, false)?,
                    };
                    let value = self.flow_value(&TokenKind::FlowMappingEnd)?;
                    items.push((key, value));
                }
                _ => {
                    let key = self.node(false, false)?;
                    let mark = self.scanner.peek()?.start;
                    let value = self.empty_scalar(mark)?;
                    items.push((key, value));
                }
            }
        }
        let end = self.scanner.next()?.end;
        self.set(id, NodeKind::Mapping(items), end);
        Ok(id)
    }

    fn flow_value(&mut self, closing: &TokenKind) -> Result<NodeId, Box<YamlError>> {
        if self.scanner.peek()?.kind == TokenKind::Value {
            self.scanner.next()?;
            let token = self.scanner.peek()?;
            if token.kind != TokenKind::FlowEntry && token.kind != *closing {
                return self.node(false, false);
            }
        }
        let mark = self.scanner.peek()?.start;
        self.empty_scalar(mark)
    }

    fn flow_comma(&mut self, problem: &str, start: Mark) -> Result<bool, Box<YamlError>> {
        let token = self.scanner.peek()?;
        if token.kind != TokenKind::FlowEntry {
            return Err(YamlError::new(problem, token.start, Some(start), false));
        }
        self.scanner.next()?;
        Ok(true)
    }

    // ---- the tree

    fn add(&mut self, properties: Properties, start: Mark, end: Mark) -> Result<NodeId, Box<YamlError>> {
        let id = self.tree.nodes.len();
        if id >= self.limits.nodes {
            return Err(YamlError::limit(start));
        }
        if let Some(anchor) = properties.anchor {
            self.anchors.set(&anchor, id);
        }
        self.tree.nodes.push(Node { tag: properties.tag, start, end, ..Node::default() });
        Ok(id)
    }

    fn empty_scalar(&mut self, mark: Mark) -> Result<NodeId, Box<YamlError>> {
        let id = self.add(Properties::default(), mark, mark)?;
        if let Some(node) = self.tree.nodes.get_mut(id) {
            node.implicit = true;
        }
        Ok(id)
    }

    fn set(&mut self, id: NodeId, kind: NodeKind, end: Mark) {
        if let Some(node) = self.tree.nodes.get_mut(id) {
            node.kind = kind;
            node.end = end;
        }
    }

    fn end_of(&self, id: NodeId) -> Mark {
        self.tree.nodes.get(id).map_or_else(Mark::default, |node| node.end)
    }
}
