//! Models `sigs.k8s.io/yaml@v1.6.0` `YAMLToJSON` over `go.yaml.in/yaml/v2@v2.4.4` `decode.go`: one YAML
//! document → a JSON value with the place of every field.
//!
//! Leaves out: structs as targets; kubectl reads into anything.

#![allow(
    clippy::unnecessary_box_returns,
    reason = "errors pass through every function here, and small results make a smaller page"
)]

mod parser;
mod reader;
mod resolve;
mod scalar;
mod scanner;

use super::access::sorted_indexes;
use super::gotext;
use super::span::{Inside, Place, Span};
use parser::{Node, NodeId, NodeKind, Tree};
pub(crate) use resolve::json_number;
use resolve::{Scalar, resolve};
use scanner::Mark;
use serde_json::{Map, Value};

/// What `!!` stands for.
const TAG_PREFIX: &str = "tag:yaml.org,2002:";

/// Bounds of one document.
#[derive(Debug, Clone, Copy)]
pub(crate) struct YamlLimits {
    /// How deep collections may nest.
    pub depth: usize,
    /// How many nodes there may be, counting what aliases repeat.
    pub nodes: usize,
}

/// Why a document can't be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct YamlError {
    /// In go-yaml's words, with its line number, which may be one less than an editor's.
    pub message: String,
    /// Where it really is.
    pub span: Option<Span>,
    /// Whether it is one of our own bounds.
    pub too_big: bool,
}

impl YamlError {
    fn new(problem: &str, mark: Mark, context: Option<Mark>, scanner: bool) -> Box<Self> {
        // go-yaml shows the 0-based line, except for what its scanner finds.
        let line = match (mark.line, context) {
            (0, Some(context)) => context.line,
            (0, None) => 0,
            (line, _) => line + usize::from(scanner),
        };
        let place = if line == 0 { String::new() } else { format!("line {line}: ") };
        let message = format!("yaml: {place}{problem}");
        Box::new(Self { message, span: Some(span(mark, mark)), too_big: false })
    }

    fn plain(problem: &str) -> Box<Self> {
        Box::new(Self { message: format!("yaml: {problem}"), span: None, too_big: false })
    }

    fn at(problem: &str, mark: Mark) -> Box<Self> {
        Box::new(Self { span: Some(span(mark, mark)), ..*Self::plain(problem) })
    }

    fn limit(mark: Mark) -> Box<Self> {
        Box::new(Self { too_big: true, ..*Self::at("", mark) })
    }
}

/// Reads one document. Its places count from its own start.
pub(crate) fn read(text: &str, limits: YamlLimits) -> Result<(Value, Place), Box<YamlError>> {
    let (readable, forbidden) = readable_part(text);
    let mut saw_end = false;
    let tree = parser::parse(readable.as_bytes(), limits, &mut saw_end);
    // Upstream reads ahead in blocks, and complains of what it finds there before it goes on.
    if let (Some(at), true) = (forbidden, saw_end) {
        let problem = YamlError::plain("control characters are not allowed");
        return Err(Box::new(YamlError { span: Some(locate(text, at)), ..*problem }));
    }
    let tree = tree?;
    let mut decoder = Decoder { tree: &tree, limits, open_aliases: Vec::new(), decoded: 0, aliased: 0, late: None };
    let Some(root) = tree.root else { return Ok((Value::Null, Place::default())) };
    let decoded = decoder.node(root, false)?;
    match decoder.late {
        Some(error) => Err(error),
        None => Ok(decoded),
    }
}

/// The text up to the block with the first forbidden character, and where that is.
fn readable_part(text: &str) -> (&str, Option<usize>) {
    const BLOCK: usize = 512;
    let forbidden = text
        .char_indices()
        .find(|(_, c)| !matches!(c, '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' | '\u{A0}'..='\u{FFFD}' | '\u{10000}'..));
    let Some((at, _)) = forbidden else { return (text, None) };
    let mut end = at / BLOCK * BLOCK;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    (text.get(..end).unwrap_or(""), Some(at))
}

fn locate(text: &str, at: usize) -> Span {
    let before = text.get(..at).unwrap_or("");
    let line = before.matches('\n').count();
    let column = before.rsplit('\n').next().unwrap_or("").chars().count();
    let mark = Mark { offset: at, index: 0, line, column };
    span(mark, mark)
}

/// A span that is at least one character wide.
fn span(start: Mark, end: Mark) -> Span {
    let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let empty = end.offset <= start.offset;
    let (end_line, end_column) = if empty { (start.line, start.column + 1) } else { (end.line, end.column) };
    Span {
        line: number(start.line + 1),
        column: number(start.column + 1),
        end_line: number(end_line + 1),
        end_column: number(end_column + 1),
        start: number(start.offset),
        end: number(end.offset.max(start.offset)),
    }
}

struct Decoder<'a> {
    tree: &'a Tree,
    limits: YamlLimits,
    open_aliases: Vec<NodeId>,
    decoded: usize,
    aliased: usize,
    /// What is only found when the value is turned into JSON.
    late: Option<Box<YamlError>>,
}

impl Decoder<'_> {
    fn node(&mut self, id: NodeId, in_alias: bool) -> Result<(Value, Place), Box<YamlError>> {
        let Some(node) = self.tree.nodes.get(id) else { return Ok((Value::Null, Place::default())) };
        self.count(node, in_alias)?;
        let place = |inside| Place { key: None, value: span(node.start, node.end), inside };
        match &node.kind {
            NodeKind::Alias(name, target) => {
                let (value, inside) = self.alias(id, node, name, *target)?;
                Ok((value, place(inside)))
            }
            NodeKind::Scalar(text) => {
                let value = self.scalar(node, text)?;
                Ok((value, place(Inside::Leaf)))
            }
            NodeKind::Sequence(items) => {
                let mut values = Vec::with_capacity(items.len());
                let mut places = Vec::with_capacity(items.len());
                for item in items {
                    let (value, place) = self.node(*item, in_alias)?;
                    values.push(value);
                    places.push(place);
                }
                Ok((Value::Array(values), place(Inside::List(places))))
            }
            NodeKind::Mapping(items) => {
                let mut map = Map::new();
                let mut places = Vec::new();
                for (key, value) in items {
                    self.pair(*key, *value, in_alias, &mut map, &mut places)?;
                }
                Ok((Value::Object(map), place(Inside::Map(places))))
            }
        }
    }

    fn pair(
        &mut self,
        key: NodeId,
        value: NodeId,
        in_alias: bool,
        map: &mut Map<String, Value>,
        places: &mut Vec<(String, Place)>,
    ) -> Result<(), Box<YamlError>> {
        let Some(key_node) = self.tree.nodes.get(key) else { return Ok(()) };
        if is_merge(key_node) {
            return self.merge(value, in_alias, map, places);
        }
        let name = self.key(key, in_alias)?;
        let (value, mut place) = self.node(value, in_alias)?;
        let Some(name) = name else {
            let shown = match &value {
                Value::Null => "<nil>".to_owned(),
                Value::String(text) => gotext::quote(text),
                other => gotext::json(other),
            };
            let message = format!("unsupported map key of type: %!s(<nil>), key: <nil>, value: {shown}");
            let error = YamlError::at("", key_node.start);
            self.late.get_or_insert(Box::new(YamlError { message, ..*error }));
            return Ok(());
        };
        place.key = Some(span(key_node.start, key_node.end));
        // The last of equal keys wins, silently.
        map.insert(name.clone(), value);
        places.push((name, place));
        Ok(())
    }

    /// A key as text; none for null.
    fn key(&mut self, id: NodeId, in_alias: bool) -> Result<Option<String>, Box<YamlError>> {
        let mut node = self.tree.nodes.get(id);
        if let Some(alias) = node {
            self.count(alias, in_alias)?;
        }
        while let Some(NodeKind::Alias(_, target)) = node.map(|node| &node.kind) {
            node = self.tree.nodes.get(*target);
        }
        let Some(node) = node else { return Ok(None) };
        let NodeKind::Scalar(text) = &node.kind else {
            let shown = self.go_syntax(node, 0);
            return Err(YamlError::at(&format!("invalid map key: {shown}"), node.start));
        };
        Ok(match resolve_node(node, text)? {
            Scalar::Null => None,
            Scalar::Bool(value) => Some(value.to_string()),
            Scalar::Int(number) => Some(number.to_string()),
            Scalar::Big(number) => Some(number.to_string()),
            Scalar::Float(number) => Some(resolve::float_key(number)),
            Scalar::Text => Some(text.clone()),
            Scalar::Binary(decoded) => Some(decoded),
        })
    }

    fn scalar(&mut self, node: &Node, text: &str) -> Result<Value, Box<YamlError>> {
        Ok(match resolve_node(node, text)? {
            Scalar::Null => Value::Null,
            Scalar::Bool(value) => Value::Bool(value),
            Scalar::Int(number) => Value::from(number),
            // The client reads the JSON number back as a float.
            Scalar::Big(number) => number.to_string().parse().map_or(Value::Null, json_number),
            Scalar::Float(number) if number.is_finite() => json_number(number),
            Scalar::Float(number) => {
                let name = if number.is_nan() {
                    "NaN"
                } else if number > 0.0 {
                    "+Inf"
                } else {
                    "-Inf"
                };
                let error = YamlError::at("", node.start);
                let message = format!("json: unsupported value: {name}");
                self.late.get_or_insert(Box::new(YamlError { message, ..*error }));
                Value::Null
            }
            Scalar::Text => Value::String(text.to_owned()),
            Scalar::Binary(decoded) => Value::String(decoded),
        })
    }

    fn alias(
        &mut self,
        id: NodeId,
        node: &Node,
        name: &str,
        target: NodeId,
    ) -> Result<(Value, Inside), Box<YamlError>> {
        if self.open_aliases.contains(&id) {
            return Err(YamlError::at(&format!("anchor '{name}' value contains itself"), node.start));
        }
        self.open_aliases.push(id);
        let (value, place) = self.node(target, true)?;
        self.open_aliases.pop();
        Ok((value, place.inside))
    }

    /// `<<`: the merged fields are set where the key stands, so later ones win.
    fn merge(
        &mut self,
        id: NodeId,
        in_alias: bool,
        map: &mut Map<String, Value>,
        places: &mut Vec<(String, Place)>,
    ) -> Result<(), Box<YamlError>> {
        let Some(node) = self.tree.nodes.get(id) else { return Ok(()) };
        let wrong = || YamlError::at("map merge requires map or sequence of maps as the value", node.start);
        let sources: Vec<NodeId> = match &node.kind {
            NodeKind::Mapping(_) | NodeKind::Alias(..) => vec![id],
            NodeKind::Sequence(items) => items.iter().rev().copied().collect(),
            NodeKind::Scalar(_) => return Err(wrong()),
        };
        for source in sources {
            let (Value::Object(fields), place) = self.node(source, in_alias)? else { return Err(wrong()) };
            let Inside::Map(mut inside) = place.inside else { return Err(wrong()) };
            places.append(&mut inside);
            for (name, value) in fields {
                map.insert(name, value);
            }
        }
        Ok(())
    }

    /// Keeps aliases from growing a small text into a huge value.
    fn count(&mut self, node: &Node, in_alias: bool) -> Result<(), Box<YamlError>> {
        self.decoded += 1;
        self.aliased += usize::from(in_alias);
        if self.aliased > 100 && self.decoded > 1000 && self.aliased * 100 > self.decoded * 99 {
            return Err(YamlError::at("document contains excessive aliasing", node.start));
        }
        if self.decoded > self.limits.nodes || self.open_aliases.len() > self.limits.depth {
            return Err(YamlError::limit(node.start));
        }
        Ok(())
    }

    /// A node as Go's `%#v` shows it.
    fn go_syntax(&self, node: &Node, depth: usize) -> String {
        let child = |id: &NodeId| match self.tree.nodes.get(*id) {
            Some(node) if depth < 8 => self.go_syntax(node, depth + 1),
            _ => "interface {}(nil)".to_owned(),
        };
        match &node.kind {
            NodeKind::Scalar(text) => match resolve_node(node, text) {
                Ok(Scalar::Null) => "interface {}(nil)".to_owned(),
                Ok(Scalar::Bool(value)) => value.to_string(),
                Ok(Scalar::Int(number)) => number.to_string(),
                Ok(Scalar::Big(number)) => format!("{number:#x}"),
                Ok(Scalar::Float(number)) => number.to_string(),
                _ => gotext::quote(text),
            },
            NodeKind::Alias(_, target) => child(target),
            NodeKind::Sequence(items) => {
                let items: Vec<String> = items.iter().map(child).collect();
                format!("[]interface {{}}{{{}}}", items.join(", "))
            }
            NodeKind::Mapping(items) => {
                let items: Vec<String> =
                    items.iter().map(|(key, value)| format!("{}:{}", child(key), child(value))).collect();
                let texts: Vec<&str> = items.iter().map(String::as_str).collect();
                let order = sorted_indexes(&texts).into_iter();
                let sorted: Vec<&str> = order.filter_map(|index| texts.get(index).copied()).collect();
                format!("map[interface {{}}]interface {{}}{{{}}}", sorted.join(", "))
            }
        }
    }
}

fn resolve_node(node: &Node, text: &str) -> Result<Scalar, Box<YamlError>> {
    if node.tag.is_empty() && !node.implicit {
        return Ok(Scalar::Text);
    }
    resolve(&node.tag, text).map_err(|problem| YamlError::at(&problem, node.start))
}

fn is_merge(node: &Node) -> bool {
    matches!(&node.kind, NodeKind::Scalar(text) if text == "<<")
        && (node.implicit || node.tag.strip_prefix(TAG_PREFIX) == Some("merge"))
}
