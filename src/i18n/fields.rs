//! What each field of a manifest is for, in a sentence or two.
//!
//! `fields.txt` has a line for each: path without indexes, Spanish, English. A `CronJob`'s own fields begin with `cron.`;
//! those of its Job are the Job's. It is text because text is smaller than a table.

use super::Language;

const FIELDS: &str = include_str!("fields.txt");

/// What the field is for; `path` is that of a hovered field or of a candidate of `manifest`.
pub fn field_help(language: Language, path: &str) -> Option<String> {
    let path = path.replace(".initContainers.", ".containers.");
    let line = FIELDS.lines().find(|line| line.strip_prefix(&*path).is_some_and(|rest| rest.starts_with('|')))?;
    // A line of its own may be written inside code as `\|`.
    let line = line.replace("\\|", "\u{1}");
    let mut parts = line.split('|').skip(1);
    let (spanish, english) = (parts.next()?, parts.next()?);
    let text = if language == Language::Es { spanish } else { english };
    Some(text.replace('\u{1}', "|"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_has_both_languages() {
        for line in FIELDS.lines() {
            let path = line.split('|').next().unwrap_or("");
            for language in [Language::Es, Language::En] {
                let text = field_help(language, path).unwrap_or_default();
                assert!(text.ends_with(['.', '…']) && text.matches('`').count().is_multiple_of(2), "{path}: {text}");
            }
        }
    }

    #[test]
    fn a_bar_inside_code_stays() {
        let help = field_help(Language::En, "spec.template.spec.containers.command").unwrap_or_default();
        assert!(help.contains("`|`"), "{help}");
        assert_eq!(field_help(Language::Es, "spec.nada"), None);
    }
}
