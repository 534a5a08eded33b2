//! What `CodeMirror` says, by its own names for it, and the editor's label.

use super::Language;

/// The words of the editor.
pub const fn editor_words(language: Language) -> &'static [(&'static str, &'static str)] {
    match language {
        Language::Es => ES,
        Language::En => EN,
    }
}

const ES: &[(&str, &str)] = &[
    ("label", "Manifiesto del Job en YAML"),
    ("Completions", "Sugerencias"),
    ("Control character", "Carácter de control"),
    ("Selection deleted", "Selección borrada"),
    ("Diagnostics", "Problemas"),
    ("No diagnostics", "Sin problemas"),
    ("close", "cerrar"),
];

const EN: &[(&str, &str)] = &[("label", "Manifest of the Job in YAML")];

/// What holds of a field: whether it must be there, what it is without being written, which values it takes.
pub fn field_facts(language: Language, required: bool, default: &str, words: &[&str]) -> String {
    let (must, without, takes) = match language {
        Language::Es => ("Obligatorio.", "Si no se escribe:", "Valores:"),
        Language::En => ("Required.", "If not written:", "Values:"),
    };
    let mut facts = Vec::new();
    if required {
        facts.push(must.to_owned());
    }
    if !default.is_empty() {
        facts.push(format!("{without} `{default}`."));
    }
    if !words.is_empty() {
        let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
        facts.push(format!("{takes} {}.", words.join(", ")));
    }
    facts.join(" ")
}

#[cfg(test)]
mod tests {
    use super::editor_words;
    use crate::i18n::Language;

    #[test]
    fn the_label_is_the_text_areas() {
        for language in Language::ALL {
            let label = editor_words(language).iter().find(|(name, _)| *name == "label").map(|(_, words)| *words);
            assert_eq!(label, Some(language.texts().editor));
        }
    }
}
