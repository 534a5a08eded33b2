//! Models `client-go/util/jsonpath/jsonpath.go@v1.37.2`: text with `{.paths[0].in.it}`.
//!
//! Leaves out: filters, ranges, recursive descent, slices.

use serde_json::Value;

/// Renders a template; several results of one path are joined by blanks.
pub(super) fn render(template: &str, object: &Value) -> Result<String, String> {
    let mut text = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let (path, after) = after.split_once('}').ok_or("unclosed action")?;
        text.push_str(&action(path.trim(), object)?);
        rest = after;
    }
    text.push_str(rest);
    Ok(text)
}

fn action(path: &str, object: &Value) -> Result<String, String> {
    if let Some(quoted) = path.strip_prefix('"').and_then(|path| path.strip_suffix('"')) {
        return Ok(quoted.replace("\\n", "\n").replace("\\t", "\t"));
    }
    let mut found = vec![object];
    for step in steps(path) {
        found = follow(&found, &step)?;
    }
    let texts: Vec<String> = found.into_iter().map(shown).collect();
    Ok(texts.join(" "))
}

/// What a path goes through: names, positions, `*`.
fn steps(path: &str) -> Vec<String> {
    let mut steps = Vec::new();
    let mut step = String::new();
    let mut bracket = false;
    let mut characters = path.trim_start_matches('$').chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            // A dot in a key is written `\.`.
            '\\' => step.extend(characters.next()),
            '.' if !bracket => steps.push(std::mem::take(&mut step)),
            '[' => {
                steps.push(std::mem::take(&mut step));
                bracket = true;
            }
            ']' => bracket = false,
            '\'' | '"' if bracket => {}
            other => step.push(other),
        }
    }
    steps.push(step);
    steps.retain(|step| !step.is_empty());
    steps
}

fn follow<'a>(found: &[&'a Value], step: &str) -> Result<Vec<&'a Value>, String> {
    let mut next = Vec::new();
    for value in found {
        match value {
            Value::Array(items) if step == "*" => next.extend(items),
            Value::Object(fields) if step == "*" => next.extend(fields.values()),
            Value::Array(items) => {
                let position: usize = step.parse().map_err(|_| format!("invalid array index {step}"))?;
                let item = items
                    .get(position)
                    .ok_or_else(|| format!("array index out of bounds: index {position}, length {}", items.len()))?;
                next.push(item);
            }
            // A missing field is nothing, not an error, as kubectl allows by default.
            Value::Object(fields) => next.extend(fields.get(step)),
            _ => {}
        }
    }
    Ok(next)
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn paths_lists_and_text() {
        let object = json!({"items": [{"a": {"b.c": 1}}, {"a": {"b.c": "x"}}], "n": {"t": true}});
        for (template, want) in [
            ("{.items[0].a.b\\.c}", "1"),
            ("{.items[*].a['b.c']}", "1 x"),
            ("t={.n.t}{\"\\n\"}", "t=true\n"),
            ("{.missing.field}", ""),
            ("plain", "plain"),
        ] {
            assert_eq!(render(template, &object).as_deref(), Ok(want), "{template}");
        }
        assert!(render("{.items[9]}", &object).is_err());
        assert!(render("{.items", &object).is_err());
    }
}
