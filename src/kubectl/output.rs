//! Models `cli-runtime/pkg/genericclioptions/print_flags.go@v0.37.2` and its printers: `-o`.
//!
//! Leaves out: templates and columns from files.

use super::failure::Failure;
use super::flags::Flags;
use super::json_path::{JsonPath, relaxed};
use super::text::{indented, keys_sorted, kyaml, lay_out_table, yaml};
use crate::manifest::{Access, go_quote};
use serde_json::{Value, json};

/// An output format that was read.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Output {
    /// A table of `get`; for commands that act, what they did in words.
    Table,
    /// `kind/name`.
    Name,
    /// YAML.
    Yaml,
    /// JSON.
    Json,
    /// YAML with JSON's brackets.
    Kyaml,
    /// A template's text.
    JsonPath(String, JsonPath),
    /// A template's values as JSON.
    JsonPathAsJson(String, JsonPath),
    /// Columns: header and path.
    Columns(Vec<(String, JsonPath)>),
    /// A template of Go's.
    GoTemplate(super::go_template::Template),
}

/// What `get` allows.
pub(crate) const GET: &str = "custom-columns,custom-columns-file,go-template,go-template-file,json,jsonpath,jsonpath-as-json,jsonpath-file,kyaml,name,template,templatefile,wide,yaml";
/// What commands that act allow.
pub(crate) const ACT: &str =
    "go-template,go-template-file,json,jsonpath,jsonpath-as-json,jsonpath-file,kyaml,name,template,templatefile,yaml";

impl Output {
    /// Reads `-o` and `--template`.
    ///
    /// # Errors
    /// For a format that isn't allowed, or a template that can't be read.
    pub(crate) fn of(flags: &Flags, allowed: &str) -> Result<Self, Failure> {
        let format = flags.value("output").unwrap_or("");
        let own = |text: String| Err(Failure::Own(text));
        let (name, argument) = format.split_once('=').map_or((format, None), |(name, rest)| (name, Some(rest)));
        let argument = argument.or(flags.value("template")).filter(|text| !text.is_empty());
        let columns = allowed.starts_with("custom-columns");
        match format.to_ascii_lowercase().as_str() {
            "yaml" => return Ok(Self::Yaml),
            "json" => return Ok(Self::Json),
            "kyaml" => return Ok(Self::Kyaml),
            "name" => return Ok(Self::Name),
            _ => {}
        }
        match (format, name) {
            ("", _) if argument.is_none() => return Ok(Self::Table),
            ("wide", _) if columns => return Ok(Self::Table),
            _ => {}
        }
        let name = if format.is_empty() { "go-template" } else { name };
        let file = name.ends_with("-file") || name == "templatefile";
        let path = || -> Result<(String, JsonPath), Failure> {
            let template =
                argument.ok_or_else(|| Failure::Own("template format specified but no template given".to_owned()))?;
            let mut path = JsonPath::parse(template)
                .map_err(|error| Failure::Own(format!("error parsing jsonpath {template}, {error}\n")))?;
            path.allow_missing = flags.value("allow-missing-template-keys") != Some("false");
            Ok((template.to_owned(), path))
        };
        match name {
            "jsonpath" => path().map(|(template, path)| Self::JsonPath(template, path)),
            "jsonpath-as-json" => path().map(|(template, path)| Self::JsonPathAsJson(template, path)),
            "custom-columns" if columns => custom_columns(argument.unwrap_or("")).map(Self::Columns),
            "go-template" | "template" => {
                let Some(template) = argument else {
                    return own("template format specified but no template given".to_owned());
                };
                match super::go_template::Template::parse(template) {
                    Ok(read) => Ok(Self::GoTemplate(read)),
                    Err(error) => own(format!("error parsing template {template}, template: output:{error}\n")),
                }
            }
            _ if file && allowed.split(',').any(|known| known == name) => {
                let Some(path) = argument else {
                    return own("template format specified but no template given".to_owned());
                };
                let what = if name == "custom-columns-file" { "template" } else { "--template" };
                own(format!("error reading {what} {path}, open {path}: no such file or directory\n"))
            }
            _ => own(format!(
                "unable to match a printer suitable for the output format \"{format}\", allowed formats are: {allowed}"
            )),
        }
    }

    /// The object (or list) in this format. Keys are sorted, as kubectl has what it read from the server.
    ///
    /// # Errors
    /// What a template can't do with the object.
    pub(crate) fn render(&self, value: &Value, flags: &Flags) -> Result<String, Failure> {
        self.render_as(value, &|value| keys_sorted(value.clone()), flags)
    }

    /// The object in this format, its keys in the order that `order` gives them.
    ///
    /// # Errors
    /// What a template can't do with the object.
    pub(crate) fn render_as(
        &self,
        value: &Value,
        order: &dyn Fn(&Value) -> Value,
        flags: &Flags,
    ) -> Result<String, Failure> {
        match self {
            Self::Table => Ok(String::new()),
            Self::Name => Ok(names(value)),
            Self::Yaml => Ok(yaml(value)),
            Self::Json => Ok(indented(&order(value))),
            Self::Kyaml => Ok(kyaml(&order(value))),
            Self::JsonPath(template, path) => {
                path.render(value).map_err(|error| Failure::Own(execution(template, &error, value)))
            }
            Self::JsonPathAsJson(template, path) => {
                let found = path.find(value).map_err(|error| Failure::Own(execution(template, &error, value)))?;
                let lists = found.into_iter().map(|part| {
                    let part: Vec<Value> = part.into_iter().map(|value| keys_sorted(value.into_owned())).collect();
                    indented(&Value::Array(part))
                });
                Ok(lists.collect())
            }
            Self::Columns(columns) => table(value, columns, flags.is_on("no-headers")),
            Self::GoTemplate(template) => {
                template.render(value).map_err(|error| Failure::Own(format!("error executing template: {error}\n")))
            }
        }
    }
}

/// `kind/name` of an object, or of each of a list.
fn names(value: &Value) -> String {
    let items = value.get("items").and_then(Value::as_array);
    let one = |value: &Value| {
        let group = value.text("apiVersion").split_once('/').map_or("", |(group, _)| group);
        let kind = value.text("kind").to_lowercase();
        let kind = if group.is_empty() { kind } else { format!("{kind}.{group}") };
        format!("{kind}/{}\n", value.get("metadata").map_or("", |metadata| metadata.text("name")))
    };
    items.map_or_else(|| one(value), |items| items.iter().map(one).collect())
}

/// Several objects as one.
pub(crate) fn list(items: &[Value]) -> Value {
    json!({"apiVersion": "v1", "items": items, "kind": "List", "metadata": {"resourceVersion": ""}})
}

/// kubectl's long complaint.
fn execution(template: &str, error: &str, value: &Value) -> String {
    format!(
        "error executing jsonpath {}: Error executing template: {error}. Printing more information for debugging the template:\n\ttemplate was:\n\t\t{template}\n\tobject given to jsonpath engine was:\n\t\t{}\n\n\n",
        go_quote(template),
        go_syntax(value)
    )
}

/// A value as Go's `%#v` writes it.
fn go_syntax(value: &Value) -> String {
    match value {
        Value::Null => "interface {}(nil)".to_owned(),
        Value::String(text) => go_quote(text),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(go_syntax).collect();
            format!("[]interface {{}}{{{}}}", items.join(", "))
        }
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            crate::go::sort::by_key(&mut fields, |(name, _)| *name);
            let fields: Vec<String> =
                fields.into_iter().map(|(name, value)| format!("{}:{}", go_quote(name), go_syntax(value))).collect();
            format!("map[string]interface {{}}{{{}}}", fields.join(", "))
        }
        other => super::json_path::shown(other),
    }
}

/// A value as Go's `fmt.Sprint` writes it.
pub(crate) fn go_print(value: &Value) -> String {
    match value {
        Value::Null => "<nil>".to_owned(),
        Value::Array(items) => format!("[{}]", items.iter().map(go_print).collect::<Vec<_>>().join(" ")),
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            crate::go::sort::by_key(&mut fields, |(name, _)| *name);
            let fields: Vec<String> =
                fields.into_iter().map(|(name, value)| format!("{name}:{}", go_print(value))).collect();
            format!("map[{}]", fields.join(" "))
        }
        other => super::json_path::shown(other),
    }
}

fn custom_columns(spec: &str) -> Result<Vec<(String, JsonPath)>, Failure> {
    if spec.is_empty() {
        return Err(Failure::Own("custom-columns format specified but no custom columns given".to_owned()));
    }
    let mut columns = Vec::new();
    for part in spec.split(',') {
        let Some((header, path)) = part.split_once(':') else {
            return Err(Failure::Own(format!(
                "unexpected custom-columns spec: {part}, expected <header>:<json-path-expr>"
            )));
        };
        let path = relaxed(path).and_then(|path| JsonPath::parse(&path)).map_err(Failure::Own)?;
        columns.push((header.to_owned(), path));
    }
    Ok(columns)
}

/// Models `pkg/cmd/get/customcolumn.go`.
fn table(value: &Value, columns: &[(String, JsonPath)], no_headers: bool) -> Result<String, Failure> {
    let mut out = String::new();
    lay_out_table(&custom_table(value, columns, no_headers)?, &mut Vec::new(), &mut out);
    Ok(out)
}

/// The lines of an object (or a list) in columns of one's own, cells parted by tabs.
pub(crate) fn custom_table(value: &Value, columns: &[(String, JsonPath)], no_headers: bool) -> Result<String, Failure> {
    let items = match value.get("items").and_then(Value::as_array) {
        Some(items) => items.iter().collect(),
        None => vec![value],
    };
    let mut text = String::new();
    if !no_headers {
        let headers: Vec<&str> = columns.iter().map(|(header, _)| header.as_str()).collect();
        text.push_str(&headers.join("\t"));
        text.push('\n');
    }
    for item in items {
        for (place, (_, path)) in columns.iter().enumerate() {
            text.push_str(if place == 0 { "" } else { "\t" });
            let found = path.find(item).map_err(Failure::Own)?;
            let mut values: Vec<String> = Vec::new();
            if found.first().is_none_or(Vec::is_empty) {
                values.push("<none>".to_owned());
            }
            values.extend(found.iter().flatten().map(|value| go_print(value).replace('\x1b', "^[")));
            text.push_str(&values.join(","));
        }
        text.push('\n');
    }
    Ok(text)
}
