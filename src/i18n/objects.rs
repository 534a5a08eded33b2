//! The words of the view of objects. A language that lacks one doesn't compile.

use super::{Language, duration};
use Language::{En, Es};

/// The plain words.
#[derive(Debug, PartialEq, Eq)]
pub struct ObjectTexts {
    /// Name of the tab.
    pub tab: &'static str,
    /// Before there are any.
    pub empty: &'static str,
    /// Label of the list.
    pub list: &'static str,
    /// Label of the choice between `describe` and YAML.
    pub form: &'static str,
    /// The chosen one doesn't exist at the playhead.
    pub gone: &'static str,
    /// Label of the links to the owner and to what is owned.
    pub relations: &'static str,
    /// Before the owner.
    pub owner: &'static str,
    /// Before what it owns.
    pub owned: &'static str,
    /// Scrolls to the first line that changed.
    pub show: &'static str,
    /// Name of the text, for screen readers.
    pub text: &'static str,
    /// Opens the view, in menus.
    pub look: &'static str,
}

const ES: ObjectTexts = ObjectTexts {
    tab: "Objetos",
    empty: "Aplica un manifiesto y aquí verás cada objeto del clúster como lo muestra kubectl, en cualquier instante.",
    list: "Objetos del clúster en este instante",
    form: "Cómo se muestra",
    gone: "No existe en este instante: todavía no se ha creado, o ya se ha borrado.",
    relations: "Objetos relacionados",
    owner: "de",
    owned: "tiene",
    show: "Ver las líneas que cambiaron",
    text: "Lo que escribe kubectl",
    look: "Ver el objeto",
};

const EN: ObjectTexts = ObjectTexts {
    tab: "Objects",
    empty: "Apply a manifest to see every object of the cluster as kubectl shows it, at any instant.",
    list: "Objects of the cluster at this instant",
    form: "How it is shown",
    gone: "It doesn't exist at this instant: it hasn't been created yet, or it is already deleted.",
    relations: "Related objects",
    owner: "of",
    owned: "owns",
    show: "Show the lines that changed",
    text: "What kubectl prints",
    look: "See the object",
};

impl Language {
    /// The words of the view of objects.
    pub const fn object_texts(self) -> &'static ObjectTexts {
        match self {
            Es => &ES,
            En => &EN,
        }
    }
}

/// «Se creó a los 1,2 s» or «Último cambio, a los 1,2 s».
pub fn last_write(language: Language, at_ms: u64, created: bool) -> String {
    let at = duration(language, at_ms);
    match (language, created) {
        (Es, true) => format!("Se creó a los {at}"),
        (Es, false) => format!("Último cambio, a los {at}"),
        (En, true) => format!("Created after {at}"),
        (En, false) => format!("Last change, after {at}"),
    }
}

/// «3 líneas».
pub fn lines_changed(language: Language, lines: usize) -> String {
    match (language, lines) {
        (Es, 1) => "1 línea".to_owned(),
        (Es, lines) => format!("{lines} líneas"),
        (En, 1) => "1 line".to_owned(),
        (En, lines) => format!("{lines} lines"),
    }
}
