//! Models `client-go/util/jsonpath/jsonpath.go@v1.37.2`: text with `{.paths[0].in.it}`, ranges and filters.
//!
//! Leaves out: numbers with fractions in comparisons (no object has one).

mod parser;

use super::text::keys_sorted;
use crate::manifest::json_text;
use parser::{Node, Slice};
use serde_json::Value;
use std::borrow::Cow;

/// A template that was read.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct JsonPath {
    nodes: Vec<Node>,
    /// Whether a missing field is nothing rather than an error.
    pub allow_missing: bool,
}

type Values<'a> = Vec<Cow<'a, Value>>;

/// What a node meant besides its values.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Marks {
    range: bool,
    end: bool,
}

/// Models `RelaxedJSONPathExpression`: `.a.b`, `a.b`, `{a.b}` and `{.a.b}` all mean the last.
///
/// # Errors
/// For braces elsewhere.
pub(crate) fn relaxed(path: &str) -> Result<String, String> {
    let inner = path.strip_prefix('{').and_then(|path| path.strip_suffix('}')).unwrap_or(path);
    let inner = inner.strip_prefix('.').filter(|rest| !rest.is_empty()).unwrap_or(inner);
    if inner.contains(['{', '}']) || (inner.is_empty() && !path.is_empty()) {
        return Err(
            "unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'"
                .to_owned(),
        );
    }
    Ok(if path.is_empty() { String::new() } else { format!("{{.{inner}}}") })
}

impl JsonPath {
    /// Reads a template.
    ///
    /// # Errors
    /// In the words of upstream's parser.
    pub(crate) fn parse(template: &str) -> Result<Self, String> {
        Ok(Self { nodes: parser::parse(template)?, allow_missing: true })
    }

    /// The values of each part of the template, in its order.
    ///
    /// # Errors
    /// In upstream's words, such as an index past a list's end.
    pub(crate) fn find<'a>(&self, data: &'a Value) -> Result<Vec<Values<'a>>, String> {
        self.run(&vec![Cow::Borrowed(data)], &self.nodes, false).map(|(found, _)| found)
    }

    /// The template's text: values of one part are joined by blanks.
    ///
    /// # Errors
    /// As [`Self::find`].
    pub(crate) fn render(&self, data: &Value) -> Result<String, String> {
        let mut text = String::new();
        for values in self.find(data)? {
            for (place, value) in values.iter().enumerate() {
                text.push_str(if place == 0 { "" } else { " " });
                text.push_str(&shown(value));
            }
        }
        Ok(text)
    }

    /// Goes through the nodes; inside a range tells where its `end` stands.
    fn run<'a>(
        &self,
        current: &Values<'a>,
        nodes: &[Node],
        in_range: bool,
    ) -> Result<(Vec<Values<'a>>, Option<usize>), String> {
        let mut found = Vec::new();
        let mut place = 0;
        while let Some(node) = nodes.get(place) {
            let mut marks = Marks::default();
            let results = self.walk(current, node, &mut marks, in_range)?;
            if marks.end {
                return Ok((found, Some(place)));
            }
            if marks.range {
                let rest = nodes.get(place + 1..).unwrap_or(&[]);
                let mut end = None;
                for value in &results {
                    let (inner, at) = self.run(&vec![value.clone()], rest, true)?;
                    found.extend(inner);
                    end = at;
                }
                if results.is_empty() {
                    // Only to learn where the range ends.
                    end = self.run(&Vec::new(), rest, true)?.1;
                }
                place += end.map_or(0, |at| at + 1);
            } else {
                found.push(results);
            }
            place += 1;
        }
        Ok((found, None))
    }

    fn walk<'a>(
        &self,
        input: &Values<'a>,
        node: &Node,
        marks: &mut Marks,
        in_range: bool,
    ) -> Result<Values<'a>, String> {
        match node {
            Node::List(nodes) => {
                let mut current = input.clone();
                for node in nodes {
                    current = self.walk(&current, node, marks, in_range)?;
                }
                Ok(current)
            }
            Node::Text(text) => Ok(vec![Cow::Owned(Value::from(text.clone()))]),
            Node::Literal(value) => Ok(input.iter().map(|_| Cow::Owned(value.clone())).collect()),
            Node::Field(name) => self.field(input, name),
            Node::Array(slice) => array(input, *slice),
            Node::Filter(left, right, operator) => self.filter(input, left, right, operator),
            Node::Wildcard => Ok(input.iter().flat_map(children).collect()),
            Node::Recursive => {
                let mut found = Vec::new();
                recurse(input, &mut found);
                Ok(found)
            }
            Node::Union(parts) => {
                let mut found = Vec::new();
                for part in parts {
                    found.extend(self.walk(input, part, marks, in_range)?);
                }
                Ok(found)
            }
            Node::Identifier(name) => match name.as_str() {
                "range" => {
                    marks.range = true;
                    Ok(input.clone())
                }
                "end" if in_range => {
                    marks.end = true;
                    Ok(Vec::new())
                }
                "end" => Err("not in range, nothing to end".to_owned()),
                other => Err(format!("unrecognized identifier {other}")),
            },
        }
    }

    fn field<'a>(&self, input: &Values<'a>, name: &str) -> Result<Values<'a>, String> {
        let found: Values<'a> = input
            .iter()
            .filter_map(|value| match value {
                Cow::Borrowed(value) => value.as_object()?.get(name).map(Cow::Borrowed),
                Cow::Owned(value) => value.as_object()?.get(name).cloned().map(Cow::Owned),
            })
            .collect();
        if found.is_empty() && !self.allow_missing && !input.is_empty() {
            return Err(format!("{name} is not found"));
        }
        Ok(found)
    }

    fn filter<'a>(&self, input: &Values<'a>, left: &Node, right: &Node, operator: &str) -> Result<Values<'a>, String> {
        let mut found = Vec::new();
        for value in input {
            if !value.is_array() {
                return Err(format!("{} is not array or slice and cannot be filtered", shown(value)));
            }
            for item in children(value) {
                let here = vec![item.clone()];
                let side = |node: &Node| self.walk(&here, node, &mut Marks::default(), false);
                if operator == "exists" {
                    if side(left).is_ok_and(|values| !values.is_empty()) {
                        found.push(item);
                    }
                    continue;
                }
                let one = |values: Values<'a>| match values.len() {
                    0 | 1 => Ok(values.into_iter().next()),
                    _ => Err("can only compare one element at a time".to_owned()),
                };
                let Some(left) = one(side(left)?)? else { continue };
                let Some(right) = one(side(right)?)? else { continue };
                if compare(&left, &right, operator)? {
                    found.push(item);
                }
            }
        }
        Ok(found)
    }
}

/// A value as text: lists and maps as JSON.
pub(crate) fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(_) | Value::Object(_) => json_text(&keys_sorted(value.clone())),
        other => json_text(other),
    }
}

/// The values in a list or map; of a map by their keys' order, which upstream leaves to chance.
fn children<'a>(value: &Cow<'a, Value>) -> Values<'a> {
    match value {
        Cow::Borrowed(value) => inside(value).into_iter().map(Cow::Borrowed).collect(),
        Cow::Owned(value) => inside(value).into_iter().cloned().map(Cow::Owned).collect(),
    }
}

fn inside(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(items) => items.iter().collect(),
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            crate::go::sort::by_key(&mut fields, |(name, _)| *name);
            fields.into_iter().map(|(_, value)| value).collect()
        }
        _ => Vec::new(),
    }
}

fn recurse<'a>(input: &Values<'a>, found: &mut Values<'a>) {
    for value in input {
        let inner = children(value);
        if !inner.is_empty() {
            found.push(value.clone());
            recurse(&inner, found);
        }
    }
}

fn array<'a>(input: &Values<'a>, slice: Slice) -> Result<Values<'a>, String> {
    let mut found = Vec::new();
    for value in input.iter().filter(|value| !value.is_null()) {
        if !value.is_array() {
            return Err(format!("{} is not array or slice", go_type(value)));
        }
        let items = children(value);
        let length = i64::try_from(items.len()).unwrap_or(i64::MAX);
        let mut start = slice.start.unwrap_or(0);
        if start < 0 {
            start += length;
        }
        let mut end = slice.end.unwrap_or(length);
        if end < 0 || (end == 0 && slice.single) {
            end += length;
        }
        if end == start {
            return Ok(found);
        }
        if start >= length || start < 0 {
            return Err(format!("array index out of bounds: index {start}, length {length}"));
        }
        if end > length || end < 0 {
            return Err(format!("array index out of bounds: index {}, length {length}", end - 1));
        }
        if start > end {
            return Err(format!("starting index {start} is greater than ending index {end}"));
        }
        let step = slice.step.unwrap_or(1);
        if step <= 0 {
            return Err("step must be > 0".to_owned());
        }
        let as_place = |number: i64| usize::try_from(number).unwrap_or(usize::MAX);
        let chosen = items.into_iter().skip(as_place(start)).take(as_place(end - start));
        found.extend(chosen.step_by(as_place(step)));
    }
    Ok(found)
}

fn go_type(value: &Value) -> &'static str {
    match value {
        Value::String(_) => "string",
        Value::Bool(_) => "bool",
        Value::Number(number) if number.is_f64() => "float64",
        Value::Number(_) => "int64",
        _ => "map[string]interface {}",
    }
}

/// Models `third_party/forked/golang/template/funcs.go`.
fn compare(left: &Value, right: &Value, operator: &str) -> Result<bool, String> {
    use std::cmp::Ordering;
    let ordering = match (left, right) {
        (Value::String(left), Value::String(right)) => left.cmp(right),
        (Value::Number(left), Value::Number(right)) => match (left.as_i64(), right.as_i64()) {
            (Some(left), Some(right)) => left.cmp(&right),
            _ => return Err("incompatible types for comparison".to_owned()),
        },
        (Value::Bool(left), Value::Bool(right)) if matches!(operator, "==" | "!=") => left.cmp(right),
        (
            Value::String(_) | Value::Number(_) | Value::Bool(_),
            Value::String(_) | Value::Number(_) | Value::Bool(_),
        ) if go_type(left) != go_type(right) => {
            return Err("incompatible types for comparison".to_owned());
        }
        _ => return Err("invalid type for comparison".to_owned()),
    };
    match operator {
        "<" => Ok(ordering == Ordering::Less),
        ">" => Ok(ordering == Ordering::Greater),
        "==" => Ok(ordering == Ordering::Equal),
        "!=" => Ok(ordering != Ordering::Equal),
        "<=" => Ok(ordering != Ordering::Greater),
        ">=" => Ok(ordering != Ordering::Less),
        other => Err(format!("unrecognized filter operator {other}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn render(template: &str, object: &Value) -> Result<String, String> {
        JsonPath::parse(template)?.render(object)
    }

    #[test]
    fn paths_ranges_filters_and_text() {
        let object = json!({
            "items": [{"a": {"b.c": 1}, "n": "x", "on": true}, {"a": {"b.c": "x"}, "n": "y"}],
            "n": {"t": true}, "list": [1, 2, 3, 4, 5], "nil": null,
        });
        let mut wrong = Vec::new();
        for (template, want) in [
            ("{.items[0].a.b\\.c}", "1"),
            ("{.items[*].a['b\\.c']}", "1 x"),
            ("{.items[*].a['b.c']}", ""),
            ("t={.n.t}{\"\\n\"}", "t=true\n"),
            ("{.missing.field}", ""),
            ("plain", "plain"),
            (".n.t", ".n.t"),
            ("{$.n.t} {@.n.t}", "true true"),
            ("{range .items[*]}{.n}:{.on}{\"\\n\"}{end}", "x:true\ny:\n"),
            ("{range .none[*]}{.n}{end}after", "after"),
            ("{range .items[*]}{range .a}({@}){end};{end}", "({\"b.c\":1});({\"b.c\":\"x\"});"),
            ("{.items[?(@.n==\"y\")].a}", "{\"b.c\":\"x\"}"),
            ("{.items[?(@.n!='y')].n}", "x"),
            ("{.items[?(@.on)].n}", "x"),
            ("{.items[?(@.on==true)].n}", "x"),
            ("{.list[?(@>3)]}", "4 5"),
            ("{.list[1:3]}", "2 3"),
            ("{.list[-1]}", "5"),
            ("{.list[-2:]}", "4 5"),
            ("{.list[::2]}", "1 3 5"),
            ("{.list[0,2]}", "1 3"),
            ("{.items[*]['n','on']}", "x y true"),
            ("{..n}", "{\"t\":true} x y"),
            ("{.nil}", "null"),
            ("{.list}", "[1,2,3,4,5]"),
        ] {
            let got = render(template, &object);
            if got.as_deref() != Ok(want) {
                wrong.push((template, got));
            }
        }
        assert_eq!(wrong, []);
    }

    #[test]
    fn errors_are_upstreams() {
        let object = json!({"items": [], "n": {"a": "x"}});
        let mut wrong = Vec::new();
        for (template, want) in [
            ("{.items[9]}", "array index out of bounds: index 9, length 0"),
            ("{.items", "unclosed action"),
            ("{.n[0]}", "map[string]interface {} is not array or slice"),
            ("{.n.a[x]}", "invalid array index x"),
            ("{.items[0", "unterminated array"),
            ("{end}", "not in range, nothing to end"),
            ("{nada}", "unrecognized identifier nada"),
            ("{\"x}", "unterminated quoted string"),
            ("{.n.a!}", ""),
        ] {
            let error = render(template, &object).err().unwrap_or_default();
            if error != want {
                wrong.push((template, error));
            }
        }
        assert_eq!(wrong, []);
    }
}
