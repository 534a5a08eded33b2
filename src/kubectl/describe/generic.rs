//! Models `GenericDescriber` of `pkg/describe/describe.go@v1.37.2`: any object, field by field.

use super::super::json_path::shown;
use super::writer::Writer;
use serde_json::Value;

const SKIPPED: [&str; 4] = ["/metadata/labels", "/metadata/name", "/metadata/namespace", "/metadata/annotations"];

pub(super) fn describe(writer: &mut Writer, object: &Value) {
    writer.head(object);
    writer.notes(object);
    content(writer, 0, object, "");
}

fn content(writer: &mut Writer, level: usize, object: &Value, path: &str) {
    let Value::Object(fields) = object else { return };
    let mut fields: Vec<_> = fields.iter().collect();
    crate::go::sort::by_key(&mut fields, |(name, _)| *name);
    for (name, value) in fields {
        let path = format!("{path}/{name}");
        if SKIPPED.contains(&path.as_str()) || path == "/metadata/managedFields" {
            continue;
        }
        let title = title(name);
        match value {
            Value::Object(_) => {
                writer.line(level, &format!("{title}:"));
                content(writer, level + 1, value, &path);
            }
            Value::Array(items) => {
                writer.line(level, &format!("{title}:"));
                for item in items {
                    match item {
                        Value::Object(_) => content(writer, level + 1, item, &path),
                        other => writer.line(level + 1, &shown(other)),
                    }
                }
            }
            Value::Null => writer.field(level, &title, "<nil>"),
            other => writer.field(level, &title, &shown(other)),
        }
    }
}

/// `apiVersion` is shown as `API Version`. Models `smartLabelFor`.
fn title(field: &str) -> String {
    const ACRONYMS: [&str; 9] = ["API", "URL", "UID", "OSB", "GUID", "IP", "ID", "CA", "DNS"];
    let mut words: Vec<String> = Vec::new();
    let mut before_upper = false;
    for c in field.chars() {
        let upper = c.is_uppercase();
        match words.last_mut() {
            Some(word) if !upper || before_upper => word.push(c),
            _ => words.push(c.to_string()),
        }
        before_upper = upper;
    }
    let shown = words.into_iter().map(|word| {
        let upper = word.to_uppercase();
        if ACRONYMS.contains(&upper.as_str()) {
            return upper;
        }
        let mut letters = word.chars();
        let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
        first + letters.as_str()
    });
    shown.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_words() {
        assert_eq!(title("apiVersion"), "API Version");
        assert_eq!(title("creationTimestamp"), "Creation Timestamp");
        assert_eq!(title("uid"), "UID");
        assert_eq!(title("value"), "Value");
    }
}
