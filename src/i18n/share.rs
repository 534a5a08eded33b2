//! The words about links and frames.

use super::Language;

/// The words of one language.
#[derive(Debug, PartialEq, Eq)]
pub struct ShareTexts {
    /// Button that copies a link to this run.
    pub copy_link: &'static str,
    /// What the link restores.
    pub copy_link_gloss: &'static str,
    /// It was copied.
    pub copied: &'static str,
    /// The browser didn't let us copy: the text is selected.
    pub not_copied: &'static str,
    /// Button that opens the dialog for teachers.
    pub insert: &'static str,
    /// Title of the dialog.
    pub insert_title: &'static str,
    /// What it is for.
    pub insert_lead: &'static str,
    /// Label of the choice of parts.
    pub parts: &'static str,
    /// Names of the parts, in the order of `share::Parts::ALL`.
    pub parts_names: [&'static str; 5],
    /// Label of the choice of the tool.
    pub tool: &'static str,
    /// Whether the frame waits for a click.
    pub on_click: &'static str,
    /// Why it should.
    pub on_click_gloss: &'static str,
    /// Whether the run begins at once.
    pub autoplay: &'static str,
    /// Label of the text to paste.
    pub code: &'static str,
    /// Label of the field with the link.
    pub link: &'static str,
    /// Copies the text to paste.
    pub copy_code: &'static str,
    /// What a frame is called.
    pub frame_title: &'static str,
    /// A fragment with missing or wrong letters.
    pub unreadable: &'static str,
    /// A fragment with more than is allowed.
    pub too_long: &'static str,
    /// A fragment of a later version.
    pub newer: &'static str,
    /// What is shown in place of it.
    pub offered: &'static str,
    /// Closes a notice.
    pub dismiss: &'static str,
}

impl ShareTexts {
    /// Of this language.
    pub const fn of(language: Language) -> &'static Self {
        match language {
            Language::Es => &ES,
            Language::En => &EN,
        }
    }
}

const ES: ShareTexts = ShareTexts {
    copy_link: "Copiar enlace",
    copy_link_gloss: "Quien lo abra verá este manifiesto, con esta semilla y en este instante",
    copied: "Copiado",
    not_copied: "Tu navegador no deja copiar: pulsa Ctrl+C, ya está seleccionado",
    insert: "Insertar",
    insert_title: "Insertar en un curso",
    insert_lead: "Pega este código en tu página: muestra el laboratorio con el manifiesto y el instante de ahora.",
    parts: "Qué se ve",
    parts_names: ["Todo", "Solo el editor", "Solo el escenario", "Solo la línea de tiempo", "Solo kubectl"],
    tool: "Dónde se pega",
    on_click: "Cargar al pulsar «Iniciar»",
    on_click_gloss: "La página del curso abre al instante, aunque tenga varios laboratorios",
    autoplay: "Empezar a correr sin pulsar «Aplicar»",
    code: "Código para pegar",
    link: "Enlace",
    copy_code: "Copiar código",
    frame_title: "Laboratorio de Jobs de Kubernetes",
    unreadable: "Este enlace está dañado: le faltan letras o alguna ha cambiado.",
    too_long: "Este enlace guarda más de lo que admite el laboratorio.",
    newer: "Este enlace es de una versión posterior del laboratorio.",
    offered: "Se muestra el ejemplo de siempre. Pide a quien te lo dio que lo copie entero.",
    dismiss: "Cerrar el aviso",
};

const EN: ShareTexts = ShareTexts {
    copy_link: "Copy link",
    copy_link_gloss: "Whoever opens it sees this manifest, with this seed and at this instant",
    copied: "Copied",
    not_copied: "Your browser doesn't let us copy: press Ctrl+C, it is selected",
    insert: "Embed",
    insert_title: "Embed in a course",
    insert_lead: "Paste this code into your page: it shows the laboratory with the manifest and the instant of now.",
    parts: "What is shown",
    parts_names: ["Everything", "Only the editor", "Only the stage", "Only the timeline", "Only kubectl"],
    tool: "Where it is pasted",
    on_click: "Load after pressing “Start”",
    on_click_gloss: "The course's page opens at once, even with several laboratories in it",
    autoplay: "Run without pressing “Apply”",
    code: "Code to paste",
    link: "Link",
    copy_code: "Copy code",
    frame_title: "Kubernetes Job laboratory",
    unreadable: "This link is damaged: letters are missing or were changed.",
    too_long: "This link holds more than the laboratory allows.",
    newer: "This link was made by a later version of the laboratory.",
    offered: "The usual example is shown. Ask whoever gave it to you to copy all of it.",
    dismiss: "Close the notice",
};
