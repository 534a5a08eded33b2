//! Models `k8s.io/apimachinery/pkg/labels/selector.go@v0.37.2`: `-l app=web,tier!=db,x in (a,b),!y`.
//!
//! Leaves out: `>` and `<`, and the checks of keys and values that the server makes.

use crate::api::{LabelSelector, LabelSelectorRequirement};

/// Reads a selector of the command line.
///
/// # Errors
/// kubectl's words for one that can't be read.
pub(super) fn parse(text: &str) -> Result<LabelSelector, String> {
    let mut selector = LabelSelector::default();
    for part in parts(text) {
        let part = part.trim();
        if part.is_empty() {
            continue;
        }
        let mut require = |key: &str, operator: &str, values: Vec<String>| {
            selector.match_expressions.push(LabelSelectorRequirement {
                key: key.trim().to_owned(),
                operator: operator.to_owned(),
                values,
            });
        };
        let value = |text: &str| vec![text.trim().to_owned()];
        if let Some(key) = part.strip_prefix('!') {
            require(key, "DoesNotExist", Vec::new());
        } else if let Some((key, text)) = part.split_once("!=") {
            require(key, "NotIn", value(text));
        } else if let Some((key, text)) = part.split_once("==").or_else(|| part.split_once('=')) {
            require(key, "In", value(text));
        } else if let Some((words, list)) = part.split_once('(') {
            let list = list.strip_suffix(')').ok_or_else(|| unreadable(part))?;
            let values = list.split(',').map(|text| text.trim().to_owned()).collect();
            let mut words = words.split_whitespace();
            match (words.next(), words.next(), words.next()) {
                (Some(key), Some("in"), None) => require(key, "In", values),
                (Some(key), Some("notin"), None) => require(key, "NotIn", values),
                _ => return Err(unreadable(part)),
            }
        } else if part.split_whitespace().count() == 1 {
            require(part, "Exists", Vec::new());
        } else {
            return Err(unreadable(part));
        }
    }
    Ok(selector)
}

fn unreadable(part: &str) -> String {
    let mut words = part.split_whitespace();
    let (_, found) = (words.next(), words.next().unwrap_or(""));
    format!("unable to parse requirement: found '{found}', expected: in, notin, =, ==, !=, gt, lt")
}

/// The requirements, parted by the commas outside of parentheses.
fn parts(text: &str) -> Vec<&str> {
    let (mut depth, mut start, mut parts) = (0_u32, 0, Vec::new());
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                parts.push(text.get(start..at).unwrap_or(""));
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(text.get(start..).unwrap_or(""));
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Labels;

    #[test]
    fn each_form_selects() {
        let labels: Labels = [("app", "web"), ("tier", "db")].map(|(k, v)| (k.to_owned(), v.to_owned())).into();
        let selects = |text: &str| parse(text).map(|selector| selector.matches(&labels));
        for (text, wanted) in [
            ("app=web", true),
            ("app==web,tier=db", true),
            ("app!=web", false),
            ("none!=x", true),
            ("app in (a, web)", true),
            ("app notin (web)", false),
            ("app", true),
            ("!app", false),
            ("", true),
        ] {
            assert_eq!(selects(text), Ok(wanted), "{text}");
        }
        assert!(parse("app web").is_err());
    }
}
