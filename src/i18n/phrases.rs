//! Sentences with numbers and names in them, besides the reasons.

use super::{Language, duration};
use Language::{En, Es};

/// «1 éxito», «3 éxitos».
fn count(amount: u32, one: &str, many: &str) -> String {
    format!("{amount} {}", if amount == 1 { one } else { many })
}

/// «línea 7».
pub fn line_number(language: Language, line: u32) -> String {
    match language {
        Es => format!("línea {line}"),
        En => format!("line {line}"),
    }
}

/// «línea 7», «líneas 7, 9 y 12–16», for the lines of the manifest that decided.
pub fn lines_named(language: Language, lines: &[u32]) -> String {
    let (one, many, and) = match language {
        Es => ("línea", "líneas", "y"),
        En => ("line", "lines", "and"),
    };
    let mut sorted = lines.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    let runs: Vec<String> = sorted
        .chunk_by(|line, next| line + 1 == *next)
        .map(|run| match run {
            [first, .., last] => format!("{first}–{last}"),
            _ => run.first().map(u32::to_string).unwrap_or_default(),
        })
        .collect();
    match (runs.as_slice(), sorted.len()) {
        ([], _) => String::new(),
        ([line], 1) => format!("{one} {line}"),
        ([run], _) => format!("{many} {run}"),
        ([first @ .., last], _) => format!("{many} {} {and} {last}", first.join(", ")),
    }
}

/// «2 problemas».
pub fn problem_count(language: Language, amount: u32) -> String {
    match language {
        Es => count(amount, "problema", "problemas"),
        En => count(amount, "problem", "problems"),
    }
}

/// «1 de 3»: failures or restarts held against `backoffLimit`.
pub fn retries_of(language: Language, used: u32, limit: u32) -> String {
    match language {
        Es => format!("{used} de {limit} perdonados por backoffLimit"),
        En => format!("{used} of {limit} forgiven by backoffLimit"),
    }
}

/// What the completions' bar shows, for screen readers.
pub fn job_summary(language: Language, succeeded: u32, completions: Option<u32>) -> String {
    match (language, completions) {
        (Es, Some(all)) => format!("{succeeded} de {all} completados"),
        (En, Some(all)) => format!("{succeeded} of {all} completed"),
        (Es, None) => format!("{succeeded} completados; cola de trabajo"),
        (En, None) => format!("{succeeded} completed; work queue"),
    }
}

/// How many of the places of `parallelism` are taken.
pub fn slots_summary(language: Language, taken: u32, parallelism: u32) -> String {
    match language {
        Es => format!("{taken} de {parallelism} huecos de parallelism"),
        En => format!("{taken} of {parallelism} slots of parallelism"),
    }
}

/// What a Pod's card shows, in a sentence: for titles and screen readers.
pub fn pod_summary(language: Language, name: &str, status: &str, restarts: u32, exit_code: Option<i32>) -> String {
    let mut parts = vec![format!("{name}: {status}")];
    if restarts > 0 {
        parts.push(match language {
            Es => count(restarts, "reinicio", "reinicios"),
            En => count(restarts, "restart", "restarts"),
        });
    }
    if let Some(code) = exit_code {
        parts.push(match language {
            Es => format!("código {code}"),
            En => format!("code {code}"),
        });
    }
    parts.join(", ")
}

/// How long a container still waits: «espera 7 s de 20 s».
pub fn waits_for(language: Language, left_ms: u64, delay_ms: u64) -> String {
    let (left, delay) = (duration(language, left_ms), duration(language, delay_ms));
    match language {
        Es => format!("faltan {left} de una espera de {delay}"),
        En => format!("{left} left of a wait of {delay}"),
    }
}

/// A Pod's bar in a sentence.
pub fn bar_summary(language: Language, name: &str, ended: Option<(u64, bool)>) -> String {
    match (language, ended) {
        (_, None) => name.to_owned(),
        (Es, Some((at, true))) => format!("{name}: éxito a los {}", duration(language, at)),
        (Es, Some((at, false))) => format!("{name}: fallo a los {}", duration(language, at)),
        (En, Some((at, true))) => format!("{name}: success after {}", duration(language, at)),
        (En, Some((at, false))) => format!("{name}: failure after {}", duration(language, at)),
    }
}

/// How many Pods: «1 Pod», «1240 Pods», the same in both languages.
pub fn pod_count(pods: u32) -> String {
    count(pods, "Pod", "Pods")
}

/// Bars drawn together because there are too many.
pub fn more_bars(language: Language, bars: u32) -> String {
    match language {
        Es => format!("{bars} Pods juntos: cuántos hay en cada estado"),
        En => format!("{bars} Pods together: how many are in each state"),
    }
}

/// A choice of how much of the timeline is shown.
pub fn show_so_much(language: Language, span_ms: u64) -> String {
    let span = duration(language, span_ms);
    match language {
        Es => format!("Ver {span}"),
        En => format!("Show {span}"),
    }
}

/// The most Pods that there were at one instant.
pub fn at_once(language: Language, pods: u32) -> String {
    match language {
        Es => format!("como mucho {pods} a la vez"),
        En => format!("at most {pods} at once"),
    }
}

/// What the live region says of a change.
pub fn change_summary(language: Language, at_ms: u64, object: &str, title: &str) -> String {
    let at = duration(language, at_ms);
    match language {
        Es => format!("A los {at}, {object}: {title}."),
        En => format!("After {at}, {object}: {title}."),
    }
}

/// Programs that the shell doesn't know.
pub fn assumed_programs(language: Language, programs: &[String]) -> String {
    let names: Vec<String> = programs.iter().map(|name| format!("`{name}`")).collect();
    let names = names.join(", ");
    match language {
        Es => format!("El laboratorio no ejecuta {names}: supone que tarda unos segundos y termina bien."),
        En => format!("The laboratory doesn't execute {names}: it assumes some seconds and a good end."),
    }
}

/// Why a run was cut short: too much of something (`what` is «Pods», «cambios» …).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// Pods of a run.
    Pods(u32),
    /// Changes in the log.
    Changes(u32),
    /// Virtual milliseconds.
    Length(u64),
}

/// That the run was cut short, and by which bound.
pub fn bound_reached(language: Language, limit: Limit) -> String {
    match (language, limit) {
        (Es, Limit::Pods(most)) => {
            format!("Se llegó a {most} Pods, el máximo del laboratorio: la simulación para aquí.")
        }
        (En, Limit::Pods(most)) => {
            format!("{most} Pods is the most that the laboratory keeps: the run stops here.")
        }
        (Es, Limit::Changes(most)) => {
            format!("Se llegó a {most} cambios, el máximo del laboratorio: la simulación para aquí.")
        }
        (En, Limit::Changes(most)) => {
            format!("{most} changes is the most that the laboratory keeps: the run stops here.")
        }
        (Es, Limit::Length(ms)) => {
            format!("La simulación dura como mucho {}: para aquí, aunque el Job podría seguir.", duration(language, ms))
        }
        (En, Limit::Length(ms)) => {
            format!("A run lasts {} at most: it stops here, though the Job might go on.", duration(language, ms))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Limit, bound_reached, lines_named, pod_summary};
    use crate::i18n::Language::{En, Es};

    #[test]
    fn lines() {
        assert_eq!(lines_named(Es, &[]), "");
        assert_eq!(lines_named(Es, &[7]), "línea 7");
        assert_eq!(lines_named(En, &[9, 7, 12]), "lines 7, 9 and 12");
        assert_eq!(lines_named(Es, &[9, 13, 14, 15]), "líneas 9 y 13–15");
        assert_eq!(lines_named(Es, &[13, 14]), "líneas 13–14");
    }

    #[test]
    fn pods() {
        assert_eq!(pod_summary(Es, "pi-x2k9p", "Running", 0, None), "pi-x2k9p: Running");
        assert_eq!(pod_summary(Es, "pi-x2k9p", "Error", 1, Some(1)), "pi-x2k9p: Error, 1 reinicio, código 1");
    }

    #[test]
    fn bounds() {
        assert!(bound_reached(Es, Limit::Length(86_400_000)).contains("24 h"));
    }
}
