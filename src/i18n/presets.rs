//! Names of the example manifests, and what each shows.

use super::Language;

/// What people read of an example.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PresetWords {
    /// Its name, to be read after the word «Job» for the first three.
    pub name: &'static str,
    /// What it shows.
    pub gloss: &'static str,
}

/// Key; name and gloss in Spanish, then in English.
const WORDS: [(&str, [&str; 2], [&str; 2]); 15] = [
    ("simple", ["simple", "Un Pod que termina bien"], ["simple", "One Pod that ends well"]),
    (
        "retries",
        ["con reintentos", "Siempre falla: Pods nuevos hasta backoffLimit"],
        ["with retries", "Always fails: new Pods up to backoffLimit"],
    ),
    ("parallel", ["paralelo", "Diez tareas, cinco a la vez"], ["parallel", "Ten tasks, five at a time"]),
    ("indexed", ["indexado", "Cada Pod sabe qué parte le toca"], ["indexed", "Each Pod knows its part"]),
    (
        "perindex",
        ["backoffLimitPerIndex", "Reintentos contados por índice"],
        ["backoffLimitPerIndex", "Retries counted by index"],
    ),
    (
        "failurepolicy",
        ["podFailurePolicy", "Un código de salida que no merece reintento"],
        ["podFailurePolicy", "An exit code that deserves no retry"],
    ),
    ("successpolicy", ["successPolicy", "Basta con que termine un índice"], ["successPolicy", "One index is enough"]),
    ("suspended", ["suspendido", "Espera a que lo reanudes"], ["suspended", "Waits until you resume it"]),
    (
        "deadline",
        ["con plazo", "activeDeadlineSeconds: tarda demasiado y falla"],
        ["with a deadline", "activeDeadlineSeconds: too slow, it fails"],
    ),
    ("ttl", ["con TTL", "Se borra solo después de terminar"], ["with a TTL", "Removed by itself after its end"]),
    (
        "queue",
        ["cola de trabajo", "Sin completions: los Pods se reparten la cola"],
        ["work queue", "No completions: Pods share the queue"],
    ),
    ("cronjob", ["CronJob", "Un Job cada minuto"], ["CronJob", "A Job every minute"]),
    (
        "deployment",
        ["Job frente a Deployment", "El Job termina; el Deployment mantiene vivos sus Pods"],
        ["Job and Deployment", "The Job ends; the Deployment keeps its Pods alive"],
    ),
    (
        "sidecar",
        ["con sidecar", "Un contenedor acompaña a la tarea y se detiene con ella"],
        ["with a sidecar", "A container goes along with the task and stops with it"],
    ),
    (
        "crashloop",
        ["CrashLoop", "OnFailure: el kubelet reinicia el contenedor en su Pod"],
        ["CrashLoop", "OnFailure: the kubelet restarts the container in its Pod"],
    ),
];

/// The words for the example of that key.
pub fn preset_words(language: Language, key: &str) -> Option<PresetWords> {
    let (_, es, en) = WORDS.iter().find(|(known, ..)| *known == key)?;
    let [name, gloss] = match language {
        Language::Es => *es,
        Language::En => *en,
    };
    Some(PresetWords { name, gloss })
}
