//! Models Go's `text/template` as far as scripts with `-o go-template` use it: fields, texts, `range`, `if`, `with`,
//! `else`, variables of a range, pipes, and the functions `index`, `len`, `eq`, `ne`, `and`, `or`, `not`, `print`,
//! `println`, `printf`.
//!
//! Leaves out: templates within templates, methods, numbers with fractions, `printf`'s widths.

use super::output::go_print;
use serde_json::Value;

/// A template that was read.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Template(Vec<Node>);

#[derive(Debug, Clone, PartialEq)]
enum Node {
    Text(String),
    /// A pipe's value, shown unless it only sets a variable.
    Pipe(Option<String>, Vec<Vec<Word>>),
    /// Keyword, variables of a range, the pipe, what it holds, and the `else`.
    Block(&'static str, Vec<String>, Vec<Vec<Word>>, Vec<Node>, Vec<Node>),
}

#[derive(Debug, Clone, PartialEq)]
enum Word {
    /// `.a.b`, from the dot or from a variable.
    Field(Option<String>, Vec<String>),
    Literal(Value),
    Name(String),
    /// `(pipe).a.b`
    Group(Vec<Vec<Word>>, Vec<String>),
}

const BLOCKS: [&str; 3] = ["range", "if", "with"];

struct Parser<'a> {
    rest: &'a str,
    depth: usize,
}

/// Where a list of nodes ended.
enum End {
    Text,
    Closed,
    Else(String),
}

impl Template {
    /// Reads a template.
    ///
    /// # Errors
    /// In Go's words, from the place on: `1: unclosed action`.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let line = |parser: &Parser<'_>| {
            let read = text.len() - parser.rest.len();
            1 + text.get(..read).map_or(0, |text| text.matches('\n').count())
        };
        let mut parser = Parser { rest: text, depth: 0 };
        match parser.nodes() {
            Ok((nodes, End::Text)) => Ok(Self(nodes)),
            Ok((_, End::Closed)) => Err(format!("{}: unexpected {{{{end}}}}", line(&parser))),
            Ok((_, End::Else(_))) => Err(format!("{}: unexpected {{{{else}}}}", line(&parser))),
            Err(error) => Err(format!("{}: {error}", line(&parser))),
        }
    }

    /// The template's text.
    ///
    /// # Errors
    /// In Go's words.
    pub(crate) fn render(&self, data: &Value) -> Result<String, String> {
        let mut out = String::new();
        let mut variables = vec![("$".to_owned(), data.clone())];
        run(&self.0, data, &mut variables, &mut out)?;
        Ok(out)
    }
}

impl Parser<'_> {
    fn nodes(&mut self) -> Result<(Vec<Node>, End), String> {
        self.depth += 1;
        if self.depth > 50 {
            return Err("exceeded maximum template depth".to_owned());
        }
        let mut nodes = Vec::new();
        let end = loop {
            let Some((text, rest)) = self.rest.split_once("{{") else {
                nodes.push(Node::Text(std::mem::take(&mut self.rest).to_owned()));
                break End::Text;
            };
            let (text, rest) = match rest.strip_prefix("- ") {
                Some(rest) => (text.trim_end(), rest),
                None => (text, rest),
            };
            nodes.push(Node::Text(text.to_owned()));
            let (inside, rest) = rest.split_once("}}").ok_or("unclosed action")?;
            let (inside, rest) = match inside.strip_suffix(" -") {
                Some(inside) => (inside, rest.trim_start()),
                None => (inside, rest),
            };
            self.rest = rest;
            let inside = inside.trim();
            let (keyword, argument) = inside.split_once(char::is_whitespace).unwrap_or((inside, ""));
            if keyword == "end" {
                break End::Closed;
            }
            if keyword == "else" {
                break End::Else(argument.trim().to_owned());
            }
            if inside.starts_with("/*") {
                continue;
            }
            if let Some(name) = BLOCKS.iter().find(|name| **name == keyword) {
                nodes.push(self.block(name, argument)?);
            } else {
                let (names, text) = assigned(inside);
                nodes.push(Node::Pipe(names.into_iter().next(), pipe(text)?));
            }
        };
        self.depth -= 1;
        Ok((nodes, end))
    }

    fn block(&mut self, keyword: &'static str, argument: &str) -> Result<Node, String> {
        let (names, text) = assigned(argument);
        if text.is_empty() {
            return Err(format!("missing value for {keyword}"));
        }
        let condition = pipe(text)?;
        let (inner, end) = self.nodes()?;
        let otherwise = match end {
            End::Text => return Err("unexpected EOF".to_owned()),
            End::Closed => Vec::new(),
            End::Else(rest) => match rest.split_once(char::is_whitespace) {
                Some((again, argument)) if again == keyword => vec![self.block(keyword, argument)?],
                _ => match self.nodes()? {
                    (nodes, End::Closed) => nodes,
                    _ => return Err("unexpected EOF".to_owned()),
                },
            },
        };
        Ok(Node::Block(keyword, names, condition, inner, otherwise))
    }
}

/// `$a, $b := pipe`
fn assigned(text: &str) -> (Vec<String>, &str) {
    match text.split_once(":=").or_else(|| text.split_once(" = ")) {
        Some((names, text)) if names.trim_start().starts_with('$') => {
            (names.split(',').map(|name| name.trim().to_owned()).collect(), text.trim())
        }
        _ => (Vec::new(), text.trim()),
    }
}

fn pipe(text: &str) -> Result<Vec<Vec<Word>>, String> {
    let mut commands = vec![Vec::new()];
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let last = commands.len() - 1;
        let mut push = |word| {
            if let Some(command) = commands.get_mut(last) {
                let command: &mut Vec<Word> = command;
                command.push(word);
            }
        };
        match first {
            '|' => {
                commands.push(Vec::new());
                rest = rest.get(1..).unwrap_or("");
            }
            '(' => {
                let mut depth = 0;
                let close = rest.char_indices().find(|(_, c)| {
                    depth += match c {
                        '(' => 1,
                        ')' => -1,
                        _ => 0,
                    };
                    depth == 0
                });
                let (at, _) = close.ok_or("unclosed left paren")?;
                let inner = pipe(rest.get(1..at).unwrap_or(""))?;
                rest = rest.get(at + 1..).unwrap_or("");
                let end = rest.find(|c: char| c.is_whitespace() || "|()".contains(c)).unwrap_or(rest.len());
                let (path, after) = if rest.starts_with('.') { rest.split_at(end) } else { ("", rest) };
                push(Word::Group(inner, path.split('.').filter(|part| !part.is_empty()).map(str::to_owned).collect()));
                rest = after;
            }
            '"' | '`' => {
                let mut escaped = false;
                let close = rest.char_indices().skip(1).find(|(_, c)| {
                    let ends = *c == first && !escaped;
                    escaped = *c == '\\' && !escaped && first == '"';
                    ends
                });
                let (at, _) = close.ok_or("unterminated quoted string")?;
                let inner = rest.get(1..at).unwrap_or("");
                let text = if first == '"' {
                    serde_json::from_str(&format!("\"{inner}\"")).map_err(|_| "invalid syntax".to_owned())?
                } else {
                    inner.to_owned()
                };
                push(Word::Literal(Value::String(text)));
                rest = rest.get(at + 1..).unwrap_or("");
            }
            _ => {
                let end = rest.find(|c: char| c.is_whitespace() || "|()\"`".contains(c)).unwrap_or(rest.len());
                let (word, after) = rest.split_at(end);
                push(self::word(word)?);
                rest = after;
            }
        }
        rest = rest.trim_start();
    }
    if commands.iter().any(Vec::is_empty) {
        return Err("missing value for command".to_owned());
    }
    Ok(commands)
}

fn word(text: &str) -> Result<Word, String> {
    let fields = |text: &str| text.split('.').filter(|part| !part.is_empty()).map(str::to_owned).collect();
    if let Some(path) = text.strip_prefix('.') {
        return Ok(Word::Field(None, fields(path)));
    }
    if text.starts_with('$') {
        let (name, path) = text.split_once('.').unwrap_or((text, ""));
        return Ok(Word::Field(Some(name.to_owned()), fields(path)));
    }
    if let Ok(number) = text.parse::<i64>() {
        return Ok(Word::Literal(Value::from(number)));
    }
    match text {
        "true" => Ok(Word::Literal(Value::Bool(true))),
        "false" => Ok(Word::Literal(Value::Bool(false))),
        "nil" => Ok(Word::Literal(Value::Null)),
        name if FUNCTIONS.contains(&name) => Ok(Word::Name(name.to_owned())),
        name if name.chars().all(|c| c.is_alphanumeric() || c == '_') => {
            Err(format!("function \"{name}\" not defined"))
        }
        other => Err(format!("unexpected {other:?} in command")),
    }
}

const FUNCTIONS: [&str; 11] = ["index", "len", "eq", "ne", "and", "or", "not", "print", "println", "printf", "exists"];

type Variables = Vec<(String, Value)>;

fn run(nodes: &[Node], dot: &Value, variables: &mut Variables, out: &mut String) -> Result<(), String> {
    let known = variables.len();
    for node in nodes {
        match node {
            Node::Text(text) => out.push_str(text),
            Node::Pipe(name, commands) => {
                let value = evaluate(commands, dot, variables)?;
                match name {
                    Some(name) => variables.push((name.clone(), value)),
                    None => out.push_str(&shown(&value)),
                }
            }
            Node::Block("range", names, commands, inner, otherwise) => {
                let value = evaluate(commands, dot, variables)?;
                let items: Vec<(Value, Value)> = match value {
                    Value::Array(items) => {
                        items.into_iter().enumerate().map(|(at, item)| (Value::from(at), item)).collect()
                    }
                    Value::Object(fields) => {
                        let mut fields: Vec<_> = fields.into_iter().collect();
                        crate::go::sort::by(&mut fields, |a, b| a.0.cmp(&b.0));
                        fields.into_iter().map(|(name, value)| (Value::String(name), value)).collect()
                    }
                    Value::Null => Vec::new(),
                    other => return Err(format!("range can't iterate over {}", go_print(&other))),
                };
                if items.is_empty() {
                    run(otherwise, dot, variables, out)?;
                }
                for (key, item) in items {
                    let before = variables.len();
                    match names.as_slice() {
                        [one] => variables.push((one.clone(), item.clone())),
                        [first, second] => {
                            variables.extend([(first.clone(), key), (second.clone(), item.clone())]);
                        }
                        _ => {}
                    }
                    run(inner, &item, variables, out)?;
                    variables.truncate(before);
                }
            }
            Node::Block(keyword, names, commands, inner, otherwise) => {
                let value = evaluate(commands, dot, variables)?;
                let before = variables.len();
                if let Some(name) = names.first() {
                    variables.push((name.clone(), value.clone()));
                }
                match (is_true(&value), *keyword) {
                    (false, _) => run(otherwise, dot, variables, out)?,
                    (true, "with") => run(inner, &value, variables, out)?,
                    (true, _) => run(inner, dot, variables, out)?,
                }
                variables.truncate(before);
            }
        }
    }
    variables.truncate(known);
    Ok(())
}

fn shown(value: &Value) -> String {
    if value.is_null() { "<no value>".to_owned() } else { go_print(value) }
}

fn is_true(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(flag) => *flag,
        Value::Number(number) => number.as_i64() != Some(0),
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(fields) => !fields.is_empty(),
    }
}

fn evaluate(commands: &[Vec<Word>], dot: &Value, variables: &Variables) -> Result<Value, String> {
    let mut piped = None;
    for command in commands {
        let Some((first, arguments)) = command.split_first() else { continue };
        let mut values = Vec::new();
        for argument in arguments {
            values.push(value_of(argument, dot, variables)?);
        }
        values.extend(piped.take());
        piped = Some(match first {
            Word::Name(name) => call(name, &values)?,
            other if values.is_empty() => value_of(other, dot, variables)?,
            other => return Err(format!("can't give argument to non-function {other:?}")),
        });
    }
    Ok(piped.unwrap_or_default())
}

fn value_of(word: &Word, dot: &Value, variables: &Variables) -> Result<Value, String> {
    match word {
        Word::Literal(value) => Ok(value.clone()),
        Word::Group(commands, path) => fields_of(&evaluate(commands, dot, variables)?, path),
        Word::Name(name) => call(name, &[]),
        Word::Field(from, path) => {
            let value = match from {
                None => dot,
                Some(name) => {
                    let found = variables.iter().rev().find(|(known, _)| known == name);
                    found.map(|(_, value)| value).ok_or_else(|| format!("undefined variable: {name}"))?
                }
            };
            fields_of(value, path)
        }
    }
}

fn fields_of(mut value: &Value, path: &[String]) -> Result<Value, String> {
    for name in path {
        match value {
            Value::Object(fields) => value = fields.get(name).unwrap_or(&Value::Null),
            Value::Null => return Ok(Value::Null),
            other => return Err(format!("can't evaluate field {name} in type {}", type_name(other))),
        }
    }
    Ok(value.clone())
}

fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Array(_) => "[]interface {}",
        Value::String(_) => "string",
        Value::Bool(_) => "bool",
        _ => "interface {}",
    }
}

fn call(name: &str, values: &[Value]) -> Result<Value, String> {
    let first = values.first().unwrap_or(&Value::Null);
    Ok(match name {
        "len" => match first {
            Value::Array(items) => Value::from(items.len()),
            Value::Object(fields) => Value::from(fields.len()),
            Value::String(text) => Value::from(text.len()),
            other => return Err(format!("error calling len: len of type {}", type_name(other))),
        },
        "index" => {
            let mut value = first;
            for key in values.iter().skip(1) {
                value = match (value, key) {
                    (Value::Array(items), Value::Number(number)) => {
                        let at = number.as_u64().and_then(|at| usize::try_from(at).ok());
                        at.and_then(|at| items.get(at))
                            .ok_or_else(|| format!("error calling index: index out of range: {number}"))?
                    }
                    (Value::Object(fields), Value::String(name)) => fields.get(name).unwrap_or(&Value::Null),
                    _ => return Err("error calling index: can't index item".to_owned()),
                };
            }
            value.clone()
        }
        "eq" => Value::Bool(values.iter().skip(1).any(|other| other == first)),
        "ne" => Value::Bool(values.get(1) != Some(first)),
        "not" => Value::Bool(!is_true(first)),
        "and" => values.iter().find(|value| !is_true(value)).or(values.last()).cloned().unwrap_or_default(),
        "or" => values.iter().find(|value| is_true(value)).or(values.last()).cloned().unwrap_or_default(),
        "exists" => {
            let (last, way) = values.split_last().unwrap_or((&Value::Null, &[]));
            let at = call("index", way).unwrap_or_default();
            Value::Bool(last.as_str().is_some_and(|name| at.get(name).is_some()))
        }
        "print" => Value::String(values.iter().map(shown).collect::<Vec<_>>().join(" ")),
        "println" => Value::String(values.iter().map(shown).collect::<Vec<_>>().join(" ") + "\n"),
        _ => {
            let mut text = String::new();
            let mut rest = values.iter().skip(1);
            let mut letters = first.as_str().unwrap_or("").chars();
            while let Some(c) = letters.next() {
                match (c, c == '%') {
                    (c, false) => text.push(c),
                    _ => match letters.next() {
                        Some('%') | None => text.push('%'),
                        Some('q') => {
                            text.push_str(&rest.next().map_or(String::new(), |value| format!("{:?}", shown(value))));
                        }
                        Some(_) => text.push_str(&rest.next().map_or("%!(MISSING)".to_owned(), shown)),
                    },
                }
            }
            Value::String(text)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn templates_of_scripts() {
        let data =
            json!({"items": [{"n": "a", "on": true}, {"n": "b", "on": false}], "spec": {"x": 3}, "m": {"k.v": "w"}});
        for (template, want) in [
            ("{{.spec.x}}: {{.spec.y}}{{\"\\n\"}}", "3: <no value>\n"),
            ("{{range .items}}{{.n}} {{end}}", "a b "),
            ("{{range $i, $e := .items}}{{$i}}={{$e.n}};{{end}}", "0=a;1=b;"),
            ("{{range .items}}{{if .on}}{{.n}}{{else}}-{{end}}{{end}}", "a-"),
            ("{{range .none}}x{{else}}leer{{end}}", "leer"),
            ("{{len .items}} {{index .m \"k.v\"}}", "2 w"),
            ("{{with .spec}}{{.x}}{{end}}", "3"),
            ("{{if eq .spec.x 3}}si{{end}}{{if and .spec (not .none)}}!{{end}}", "si!"),
            ("{{.spec.x | printf \"%d-%s\" 1}}", "1-3"),
            ("a {{- \"b\" -}} c", "abc"),
            ("{{$.spec.x}}{{.m}}", "3map[k.v:w]"),
        ] {
            assert_eq!(
                Template::parse(template).and_then(|read| read.render(&data)).as_deref(),
                Ok(want),
                "{template}"
            );
        }
    }

    #[test]
    fn errors_tell_the_line() {
        assert_eq!(Template::parse("{{.metadata.name").err().as_deref(), Some("1: unclosed action"));
        assert_eq!(Template::parse("{{nada}}").err().as_deref(), Some("1: function \"nada\" not defined"));
        assert_eq!(Template::parse("{{if .x}}a").err().as_deref(), Some("1: unexpected EOF"));
    }
}
