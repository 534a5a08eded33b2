//! The words of the stage's menus, of forecasts and of comparisons. A language that lacks one
//! doesn't compile.

use super::{Language, duration, offset};
use Language::{En, Es};

/// The plain words.
#[derive(Debug, PartialEq, Eq)]
pub struct StageTexts {
    /// Tab with the forecast, short.
    pub tab_forecast: &'static str,
    /// The same in full.
    pub tab_forecast_gloss: &'static str,
    /// Tab with the differences of two runs.
    pub tab_compare: &'static str,
    /// The same in full.
    pub tab_compare_gloss: &'static str,
    /// Stops what takes long.
    pub cancel: &'static str,
    /// While the end is being computed.
    pub computing: &'static str,
    /// The forecast was stopped.
    pub cancelled: &'static str,
    /// Before a manifest was applied.
    pub forecast_empty: &'static str,
    /// Nothing to foretell: no Job.
    pub forecast_no_job: &'static str,
    /// How the forecast is made.
    pub forecast_lead: &'static str,
    /// Moves the playhead to the end.
    pub go_there: &'static str,
    /// Heading of what-if.
    pub what_if: &'static str,
    /// What it does.
    pub what_if_lead: &'static str,
    /// Back to the manifest's values.
    pub what_if_reset: &'static str,
    /// One less.
    pub less: &'static str,
    /// One more.
    pub more: &'static str,
    /// The result is the same.
    pub no_difference: &'static str,
    /// Label of the runs that can be compared.
    pub runs: &'static str,
    /// The present run.
    pub this_run: &'static str,
    /// Ends the comparison.
    pub stop_comparing: &'static str,
    /// How much of a long run the timeline shows.
    pub closer: &'static str,
    /// All of it.
    pub closer_whole: &'static str,
    /// Heading of the table.
    pub differences: &'static str,
    /// Row: how it ends.
    pub row_outcome: &'static str,
    /// Row: when it ends.
    pub row_ends: &'static str,
    /// Row and fact.
    pub row_pods: &'static str,
    /// Row and fact.
    pub row_succeeded: &'static str,
    /// Row and fact.
    pub row_failed: &'static str,
    /// Row: Pods that are active at the playhead.
    pub row_active: &'static str,
    /// Row: status at the playhead.
    pub row_now: &'static str,
    /// Not known.
    pub unknown: &'static str,
    /// Menu of an object.
    pub actions: &'static str,
    /// What each button's line is.
    pub actions_lead: &'static str,
    /// No command of kubectl does it.
    pub no_command: &'static str,
    /// Name of the action.
    pub act_logs: &'static str,
    /// Name of the action.
    pub act_describe: &'static str,
    /// Name of the action.
    pub act_watch: &'static str,
    /// Name of the action.
    pub act_fail: &'static str,
    /// Name of the action.
    pub act_oom: &'static str,
    /// Name of the action.
    pub act_evict: &'static str,
    /// Name of the action.
    pub act_delete_pod: &'static str,
    /// Name of the action.
    pub act_suspend: &'static str,
    /// Name of the action.
    pub act_resume: &'static str,
    /// Name of the action.
    pub act_scale_up: &'static str,
    /// Name of the action.
    pub act_scale_down: &'static str,
    /// Name of the action.
    pub act_delete_job: &'static str,
    /// Name of the action.
    pub act_always_fail: &'static str,
    /// Name of the action.
    pub act_always_succeed: &'static str,
    /// Name of the action.
    pub act_withdraw: &'static str,
    /// Name of the action.
    pub act_stop_node: &'static str,
    /// Name of the action.
    pub act_start_node: &'static str,
    /// Name of the action.
    pub act_cordon: &'static str,
    /// Name of the action.
    pub act_uncordon: &'static str,
    /// Name of the action.
    pub act_drain: &'static str,
    /// What it does.
    pub gloss_fail: &'static str,
    /// What it does.
    pub gloss_oom: &'static str,
    /// What it does.
    pub gloss_always: &'static str,
    /// What it does.
    pub gloss_stop_node: &'static str,
    /// Name of the action.
    pub act_index_fails: &'static str,
    /// It couldn't be done.
    pub refused_not_found: &'static str,
    /// It couldn't be done.
    pub refused_not_running: &'static str,
    /// It couldn't be done.
    pub refused_already: &'static str,
    /// Acting here forks the run.
    pub forks: &'static str,
    /// The node.
    pub node: &'static str,
    /// Its states.
    pub node_ready: &'static str,
    /// Its states.
    pub node_not_ready: &'static str,
    /// Its states.
    pub node_cordoned: &'static str,
    /// Label of the grid of indexes.
    pub indexes: &'static str,
    /// A state of an index.
    pub index_done: &'static str,
    /// A state of an index.
    pub index_failed: &'static str,
    /// A state of an index.
    pub index_active: &'static str,
    /// A state of an index.
    pub index_waiting: &'static str,
    /// Countdown of `activeDeadlineSeconds`.
    pub deadline_in: &'static str,
    /// Countdown of `ttlSecondsAfterFinished`.
    pub expires_in: &'static str,
    /// Label of the other Jobs.
    pub jobs: &'static str,
    /// Label of the objects of other kinds.
    pub others: &'static str,
    /// Heading of what isn't simulated.
    pub not_simulated: &'static str,
    /// A Job without Pods.
    pub no_pods: &'static str,
    /// A link to the documents of Kubernetes.
    pub read_more: &'static str,
    /// A suspended Job.
    pub suspended: &'static str,
}

impl Language {
    /// The words of menus, forecasts and comparisons.
    pub const fn stage_texts(self) -> &'static StageTexts {
        match self {
            Es => &ES,
            En => &EN,
        }
    }
}

const ES: StageTexts = StageTexts {
    tab_forecast: "¿Cuándo?",
    tab_forecast_gloss: "¿Cuándo terminará?",
    tab_compare: "A/B",
    tab_compare_gloss: "Comparación de dos simulaciones",
    cancel: "Cancelar",
    computing: "Calculando…",
    cancelled: "Cálculo cancelado.",
    forecast_empty: "Aplica un manifiesto y aquí sabrás cuándo y por qué terminará, antes de que ocurra.",
    forecast_no_job: "No hay ningún Job cuyo final predecir.",
    forecast_lead: "El laboratorio ha recorrido una copia de tu simulación hasta su final. Si intervienes, el final cambia.",
    go_there: "Ir a ese instante",
    what_if: "¿Y si…?",
    what_if_lead: "El mismo manifiesto desde el segundo 0 con otro valor. Tu simulación no cambia.",
    what_if_reset: "Volver al manifiesto",
    less: "uno menos",
    more: "uno más",
    no_difference: "Termina igual.",
    runs: "Simulaciones que puedes comparar",
    this_run: "Ahora",
    stop_comparing: "Dejar de comparar",
    closer: "Cuánto se ve de la línea de tiempo",
    closer_whole: "Ver todo",
    differences: "Diferencias",
    row_outcome: "Final",
    row_ends: "Termina a los",
    row_pods: "Pods creados",
    row_succeeded: "Con éxito",
    row_failed: "Fallidos",
    row_active: "Activos ahora",
    row_now: "STATUS ahora",
    unknown: "aún no se sabe",
    actions: "Acciones",
    actions_lead: "Cada botón equivale a la orden que muestra.",
    no_command: "sin orden de kubectl",
    act_logs: "Ver los registros",
    act_describe: "Describirlo",
    act_watch: "Seguir sus Pods en vivo",
    act_fail: "Hacerlo fallar",
    act_oom: "Dejarlo sin memoria",
    act_evict: "Desalojarlo",
    act_delete_pod: "Borrar el Pod",
    act_suspend: "Suspender",
    act_resume: "Reanudar",
    act_scale_up: "Un Pod más a la vez",
    act_scale_down: "Un Pod menos a la vez",
    act_delete_job: "Borrar el Job",
    act_always_fail: "Que todo falle desde ahora",
    act_always_succeed: "Que todo termine bien desde ahora",
    act_withdraw: "Volver a lo que dice el manifiesto",
    act_stop_node: "Apagar el nodo",
    act_start_node: "Encender el nodo",
    act_cordon: "No admitir Pods nuevos",
    act_uncordon: "Admitir Pods nuevos",
    act_drain: "Vaciar el nodo",
    gloss_fail: "El proceso termina con código 1",
    gloss_oom: "El kernel lo mata: código 137, OOMKilled",
    gloss_always: "Cambia cómo acaba el contenedor de este Job",
    gloss_stop_node: "Como un corte de luz: el kubelet calla",
    act_index_fails: "Que este índice falle siempre",
    refused_not_found: "Ese objeto ya no existe.",
    refused_not_running: "No se puede: su contenedor no está en marcha.",
    refused_already: "Ya está así.",
    forks: "Estás en el pasado: actuar aquí abre otra rama, y la de ahora se guarda para comparar.",
    node: "Nodo",
    node_ready: "listo",
    node_not_ready: "no responde",
    node_cordoned: "no admite Pods",
    indexes: "Índices",
    index_done: "terminado",
    index_failed: "fallido",
    index_active: "en marcha",
    index_waiting: "a la espera",
    deadline_in: "Plazo",
    expires_in: "Se borra en",
    jobs: "Jobs",
    others: "Otros objetos",
    not_simulated: "No simulado",
    no_pods: "Aún no tiene Pods",
    read_more: "Documentación",
    suspended: "suspendido",
};

const EN: StageTexts = StageTexts {
    tab_forecast: "When?",
    tab_forecast_gloss: "When will it end?",
    tab_compare: "A/B",
    tab_compare_gloss: "Comparison of two runs",
    cancel: "Cancel",
    computing: "Computing…",
    cancelled: "Computation cancelled.",
    forecast_empty: "Apply a manifest, and here you will know when and why it ends, before it does.",
    forecast_no_job: "There is no Job whose end to foretell.",
    forecast_lead: "The laboratory has run a copy of your run to its end. If you intervene, the end changes.",
    go_there: "Go to that instant",
    what_if: "What if…?",
    what_if_lead: "The same manifest from second 0 with another value. Your run stays as it is.",
    what_if_reset: "Back to the manifest",
    less: "one less",
    more: "one more",
    no_difference: "It ends the same.",
    runs: "Runs that you can compare",
    this_run: "Now",
    stop_comparing: "Stop comparing",
    closer: "How much of the timeline is shown",
    closer_whole: "Show all",
    differences: "Differences",
    row_outcome: "End",
    row_ends: "Ends after",
    row_pods: "Pods created",
    row_succeeded: "Succeeded",
    row_failed: "Failed",
    row_active: "Active now",
    row_now: "STATUS now",
    unknown: "not known yet",
    actions: "Actions",
    actions_lead: "Each button equals the command that it shows.",
    no_command: "no command of kubectl",
    act_logs: "See its logs",
    act_describe: "Describe it",
    act_watch: "Watch its Pods live",
    act_fail: "Make it fail",
    act_oom: "Let it run out of memory",
    act_evict: "Evict it",
    act_delete_pod: "Delete the Pod",
    act_suspend: "Suspend",
    act_resume: "Resume",
    act_scale_up: "One more Pod at once",
    act_scale_down: "One Pod less at once",
    act_delete_job: "Delete the Job",
    act_always_fail: "Let everything fail from now on",
    act_always_succeed: "Let everything end well from now on",
    act_withdraw: "Back to what the manifest says",
    act_stop_node: "Power the node off",
    act_start_node: "Power the node on",
    act_cordon: "Take no new Pods",
    act_uncordon: "Take new Pods",
    act_drain: "Drain the node",
    gloss_fail: "The process ends with code 1",
    gloss_oom: "The kernel kills it: code 137, OOMKilled",
    gloss_always: "Changes how this Job's container ends",
    gloss_stop_node: "As if the power failed: the kubelet falls silent",
    act_index_fails: "Let this index always fail",
    refused_not_found: "That object is gone.",
    refused_not_running: "It can't be done: its container doesn't run.",
    refused_already: "It is so already.",
    forks: "You are in the past: acting here opens another branch, and the present one is kept to compare.",
    node: "Node",
    node_ready: "ready",
    node_not_ready: "doesn't answer",
    node_cordoned: "takes no Pods",
    indexes: "Indexes",
    index_done: "completed",
    index_failed: "failed",
    index_active: "at work",
    index_waiting: "waiting",
    deadline_in: "Deadline",
    expires_in: "Removed in",
    jobs: "Jobs",
    others: "Other objects",
    not_simulated: "Not simulated",
    no_pods: "It has no Pods yet",
    read_more: "Documentation",
    suspended: "suspended",
};

/// How a Job ends, for a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Complete.
    Well,
    /// Failed.
    Badly,
    /// Removed before its end.
    Removed,
    /// It waits for somebody to act.
    Waits,
    /// Not within what was computed.
    Endless,
}

/// «Terminará bien a los 12 s», or in the past tense.
pub fn ending_sentence(language: Language, end: End, at_ms: u64, past: bool) -> String {
    let at = duration(language, at_ms);
    match (language, end, past) {
        (Es, End::Well, false) => format!("Terminará bien a los {at}"),
        (Es, End::Well, true) => format!("Terminó bien a los {at}"),
        (Es, End::Badly, false) => format!("Fallará a los {at}"),
        (Es, End::Badly, true) => format!("Falló a los {at}"),
        (Es, End::Removed, false) => format!("Se borrará a los {at}, sin terminar"),
        (Es, End::Removed, true) => format!("Se borró a los {at}, sin terminar"),
        (Es, End::Waits, _) => "No terminará por sí solo: espera a que alguien actúe".to_owned(),
        (Es, End::Endless, _) => format!("Sigue sin terminar {at} después: no parece tener final"),
        (En, End::Well, false) => format!("It will complete after {at}"),
        (En, End::Well, true) => format!("It completed after {at}"),
        (En, End::Badly, false) => format!("It will fail after {at}"),
        (En, End::Badly, true) => format!("It failed after {at}"),
        (En, End::Removed, false) => format!("It will be removed after {at}, without an end"),
        (En, End::Removed, true) => format!("It was removed after {at}, without an end"),
        (En, End::Waits, _) => "It won't end by itself: it waits for somebody to act".to_owned(),
        (En, End::Endless, _) => format!("It still runs {at} later: it seems to have no end"),
    }
}

/// How far a computation has come: «12 min 3 s simulados, 40 Pods».
pub fn computed_so_far(language: Language, reached_ms: u64, pods: u32) -> String {
    let reached = duration(language, reached_ms);
    match language {
        Es => format!("{reached} simulados, {pods} Pods"),
        En => format!("{reached} simulated, {pods} Pods"),
    }
}

/// How another end differs: «3 Pods más, 1 min 20 s antes».
pub fn difference(language: Language, pods: (u32, u32), at_ms: (u64, u64)) -> Option<String> {
    let mut parts = Vec::new();
    let amount = pods.0.abs_diff(pods.1);
    if amount > 0 {
        let plural = if amount == 1 { "Pod" } else { "Pods" };
        let more = pods.1 > pods.0;
        parts.push(match (language, more) {
            (Es, true) => format!("{amount} {plural} más"),
            (Es, false) => format!("{amount} {plural} menos"),
            (En, true) => format!("{amount} {plural} more"),
            (En, false) => format!("{amount} {plural} less"),
        });
    }
    let time_ms = at_ms.0.abs_diff(at_ms.1);
    if time_ms >= 50 {
        let time = duration(language, time_ms);
        parts.push(match (language, at_ms.1 > at_ms.0) {
            (Es, true) => format!("{time} después"),
            (Es, false) => format!("{time} antes"),
            (En, true) => format!("{time} later"),
            (En, false) => format!("{time} earlier"),
        });
    }
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// A run that was left by another manifest: «Simulación 1».
pub fn run_name(language: Language, run: u32) -> String {
    match language {
        Es => format!("Simulación {}", run + 1),
        En => format!("Run {}", run + 1),
    }
}

/// A run that was left by acting in its past: «sin `kubectl delete …` a los 0:12».
pub fn run_without(language: Language, line: &str, at_ms: u64) -> String {
    let at = offset(at_ms);
    match language {
        Es => format!("sin «{line}» en {at}"),
        En => format!("without “{line}” at {at}"),
    }
}

/// Where the other run is, when it has not been computed as far.
pub fn actions_of(language: Language, name: &str) -> String {
    match language {
        Es => format!("Acciones de {name}"),
        En => format!("Actions of {name}"),
    }
}

/// «Índice 3: terminado».
pub fn index_state(index: u32, state: &str, language: Language) -> String {
    match language {
        Es => format!("Índice {index}: {state}"),
        En => format!("Index {index}: {state}"),
    }
}

/// The grid of indexes in a sentence.
pub fn index_summary(language: Language, done: u32, failed: u32, active: u32, all: u32) -> String {
    match language {
        Es => format!("{all} índices: {done} terminados, {failed} fallidos, {active} en marcha"),
        En => format!("{all} indexes: {done} completed, {failed} failed, {active} at work"),
    }
}

#[cfg(test)]
mod tests {
    use super::{End, difference, ending_sentence};
    use crate::i18n::Language::{En, Es};

    #[test]
    fn ends_are_told_in_their_tense() {
        assert_eq!(ending_sentence(Es, End::Badly, 82_300, false), "Fallará a los 1 min 22 s");
        assert_eq!(ending_sentence(En, End::Well, 9_500, true), "It completed after 9.5 s");
    }

    #[test]
    fn differences_are_told_if_there_are_any() {
        assert_eq!(difference(Es, (4, 7), (80_000, 20_000)).as_deref(), Some("3 Pods más, 1 min antes"));
        assert_eq!(difference(En, (4, 3), (1_000, 1_000)).as_deref(), Some("1 Pod less"));
        assert_eq!(difference(Es, (4, 4), (1_000, 1_010)), None);
    }
}
