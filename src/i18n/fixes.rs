//! What the fixes of a manifest are called on their buttons.

use super::Language;

/// Rule, Spanish, English; `{}` is the word that the fix speaks of. Sorted by rule.
const LABELS: &[(&str, &str, &str)] = &[
    ("add-container", "Añadir un contenedor", "Add a container"),
    ("as-item", "Escribirlo como lista, con `- `", "Write it as a list, with `- `"),
    ("as-list", "Escribirlo como lista: `{}`", "Write it as a list: `{}`"),
    ("as-number", "Quitar las comillas: `{}`", "Take the quotes off: `{}`"),
    ("as-text", "Poner comillas: `{}`", "Put quotes: `{}`"),
    ("blank-after-colon", "Añadir un espacio tras los dos puntos de `{}`", "Add a blank after the colon of `{}`"),
    ("indent-line", "Corregir la sangría de la línea {}", "Mend the indentation of line {}"),
    ("move-field", "Moverlo a `{}`", "Move it to `{}`"),
    ("new-name", "Usar otro nombre: `{}`", "Use another name: `{}`"),
    ("remove-field", "Quitar `{}`", "Remove `{}`"),
    ("rename-field", "Cambiarlo por `{}`", "Change it to `{}`"),
    ("set-field", "Poner `{}`", "Write `{}`"),
    ("tabs-to-blanks", "Cambiar los tabuladores por espacios", "Turn tabs into blanks"),
];

/// A fix's name on its button, with code between backquotes; `rule` and `word` are the fix's own.
pub fn fix_label(language: Language, rule: &str, word: &str) -> String {
    let Some((_, spanish, english)) = LABELS.iter().find(|(known, _, _)| *known == rule) else {
        return word.to_owned();
    };
    match language {
        Language::Es => spanish.replace("{}", word),
        Language::En => english.replace("{}", word),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fix_of_the_manifest_room_has_a_name() {
        assert!(LABELS.is_sorted_by_key(|entry| entry.0));
        let sources = ["rules.rs", "nesting.rs", "syntax.rs"]
            .map(|file| std::fs::read_to_string(format!("{}/src/manifest/fix/{file}", env!("CARGO_MANIFEST_DIR"))));
        let sources = sources.map(Result::unwrap_or_default).concat();
        for (rule, spanish, english) in LABELS {
            assert!(sources.contains(&format!("\"{rule}\"")), "{rule} is used nowhere");
            assert_eq!(spanish.contains("{}"), english.contains("{}"), "{rule}");
        }
        for used in sources.split("rule: \"").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(LABELS.iter().any(|(rule, _, _)| *rule == used), "{used} has no name");
        }
        assert_eq!(fix_label(Language::Es, "set-field", "Never"), "Poner `Never`");
    }
}
