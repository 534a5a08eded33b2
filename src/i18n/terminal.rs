//! The words of the terminal. A language that lacks one doesn't compile.

use super::Language;
use Language::{En, Es};

/// The plain words.
#[derive(Debug, PartialEq, Eq)]
pub struct TerminalTexts {
    /// Label of the field.
    pub line: &'static str,
    /// Label of what was printed.
    pub log: &'static str,
    /// What a newcomer reads.
    pub welcome: &'static str,
    /// The keys.
    pub keys: &'static str,
    /// Copies everything.
    pub copy: &'static str,
    /// Clears everything.
    pub clear: &'static str,
    /// Ctrl-C as a button.
    pub interrupt: &'static str,
    /// A line runs and the clock stands.
    pub paused: &'static str,
    /// A line runs and nothing will happen any more.
    pub over: &'static str,
    /// A line runs.
    pub running: &'static str,
    /// A line waits for kubectl, which is being downloaded.
    pub coming: &'static str,
    /// Before the number of lines of a long answer, which isn't read aloud whole.
    pub lines: &'static str,
    /// Before the last line of it.
    pub last_line: &'static str,
    /// What Tab offers.
    pub offers: &'static str,
    /// Makes it larger.
    pub grow: &'static str,
    /// Label of the text that `kubectl edit` opens.
    pub edit: &'static str,
    /// The keys of that text.
    pub edit_keys: &'static str,
    /// Saves it.
    pub save: &'static str,
    /// Leaves everything as it is.
    pub discard: &'static str,
}

impl Language {
    /// The words of the terminal.
    pub const fn terminal_texts(self) -> &'static TerminalTexts {
        match self {
            Es => &ES,
            En => &EN,
        }
    }
}

const ES: TerminalTexts = TerminalTexts {
    line: "Orden",
    log: "Órdenes y respuestas",
    welcome: "Escribe órdenes como en tu terminal: `kubectl apply -f job.yaml`, `kubectl get pods -w`, `kubectl logs job/…`. `job.yaml` es el texto del editor, y `k` vale por `kubectl`.",
    keys: "Tab completa · ↑ ↓ historial · Ctrl+C interrumpe · Ctrl+L limpia · Esc sale",
    copy: "Copiar",
    clear: "Limpiar",
    interrupt: "Interrumpir (Ctrl+C)",
    paused: "El reloj está parado: la orden espera a que sigas.",
    over: "Ya no va a ocurrir nada más: Ctrl+C para terminar.",
    running: "En marcha…",
    coming: "kubectl se está descargando: la orden se ejecutará en cuanto llegue.",
    lines: "Líneas de la respuesta:",
    last_line: "La última:",
    offers: "Puede seguir así",
    grow: "Ampliar",
    edit: "Objeto que edita kubectl",
    edit_keys: "Ctrl+S guarda y cierra · Esc cierra sin guardar",
    save: "Guardar y cerrar",
    discard: "Cerrar sin guardar",
};

const EN: TerminalTexts = TerminalTexts {
    line: "Command",
    log: "Commands and answers",
    welcome: "Type commands as in your terminal: `kubectl apply -f job.yaml`, `kubectl get pods -w`, `kubectl logs job/…`. `job.yaml` is the editor's text, and `k` stands for `kubectl`.",
    keys: "Tab completes · ↑ ↓ history · Ctrl+C interrupts · Ctrl+L clears · Esc leaves",
    copy: "Copy",
    clear: "Clear",
    interrupt: "Interrupt (Ctrl+C)",
    paused: "The clock stands: the command waits for you to go on.",
    over: "Nothing more will happen: Ctrl+C to end.",
    running: "Running…",
    coming: "kubectl is being downloaded: the command will run as soon as it is here.",
    lines: "Lines of the answer:",
    last_line: "The last one:",
    offers: "It can go on like this",
    grow: "Enlarge",
    edit: "Object that kubectl edits",
    edit_keys: "Ctrl+S saves and closes · Esc closes without saving",
    save: "Save and close",
    discard: "Close without saving",
};
