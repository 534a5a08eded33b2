//! Why things happen, in Spanish.

use super::reasons::{Sentence, retry_formula};
use super::{Language, duration};
use crate::because::{Because, ProbeKind};

fn say(title: impl Into<String>, text: impl Into<String>) -> Sentence {
    Sentence::new(title, text)
}

fn time(ms: u64) -> String {
    duration(Language::Es, ms)
}

/// «1 Pod fallido», «4 Pods fallidos».
fn count(amount: u32, one: &str, many: &str) -> String {
    format!("{amount} {}", if amount == 1 { one } else { many })
}

/// The sentence for a change.
pub(super) fn sentence(because: &Because) -> Sentence {
    api_server(because)
        .or_else(|| job_pods(because))
        .or_else(|| job_end(because))
        .or_else(|| cron_job(because))
        .or_else(|| kubelet(because))
        .unwrap_or_else(|| other(because))
}

fn api_server(because: &Because) -> Option<Sentence> {
    Some(match *because {
        Because::Started => say(
            "Empieza el laboratorio",
            "Hay un clúster con un nodo y un espacio de nombres vacío. Aún no hay nada que hacer.",
        ),
        Because::Applied => say(
            "El servidor de API guarda el objeto",
            "El manifiesto es válido: el servidor de API completa los valores por defecto y guarda el objeto. Aplicar no ejecuta nada por sí mismo; los controladores, que vigilan la API, ven el objeto nuevo y actúan.",
        ),
        Because::Changed { spec: true } => say(
            "Cambia lo que se pide",
            "Cambió `spec`, así que `metadata.generation` sube en 1. El controlador compara enseguida lo que se pide con lo que hay.",
        ),
        Because::Changed { spec: false } => say(
            "Cambia el objeto, pero no lo que se pide",
            "Cambiaron sus metadatos, no `spec`: `metadata.generation` sigue igual.",
        ),
        Because::DeleteAsked { grace_seconds: ..=0 } => say(
            "Se pide borrarlo sin espera",
            "La gracia es de 0 s: el objeto desaparece en cuanto ningún finalizador lo retenga.",
        ),
        Because::DeleteAsked { grace_seconds } => say(
            "Se pide borrarlo",
            format!(
                "No desaparece de golpe: queda marcado con `deletionTimestamp` y tiene {grace_seconds} s de gracia para terminar en orden."
            ),
        ),
        Because::Removed => say(
            "El objeto desaparece",
            "Ya no lo retiene ningún finalizador ni queda gracia que esperar: el servidor de API lo borra.",
        ),
        Because::HeldByFinalizer => say(
            "Un finalizador lo retiene",
            "El borrado está pedido, pero el objeto lleva un finalizador. Un Pod de un Job lleva `batch.kubernetes.io/job-tracking`: no desaparece hasta que el controlador lo haya contado, y así ningún final se pierde.",
        ),
        _ => return None,
    })
}

fn job_pods(because: &Because) -> Option<Sentence> {
    Some(match *because {
        Because::PodsMissing { parallelism, completions, succeeded, active, created, failed } => {
            pods_missing(parallelism, completions, succeeded, active, created, failed)
        }
        Because::PodRefused { ref message, retry_ms, .. } => say(
            "El servidor rechaza el Pod",
            format!(
                "«{message}». Su dueño se aceptó, pero las reglas de admisión miran cada Pod. Un Pod rechazado no existe: no cuenta como fallo, así que en un Job `backoffLimit` no lo detendrá. El controlador lo intenta otra vez en {}, y cada espera es el doble de la anterior.",
                time(retry_ms),
            ),
        ),
        Because::JobRefused { ref message, retry_ms } => say(
            "El servidor rechaza el Job",
            format!(
                "«{message}». El CronJob sigue ahí, pero este Job no existe: no cuenta como fallo de nadie. El controlador lo intenta otra vez dentro de {}, y cada espera dobla la anterior (5 ms, 10 ms, 20 ms…).",
                time(retry_ms),
            ),
        ),
        Because::QuotaCounted { ref used } => say(
            format!("La cuota cuenta: {used}"),
            "El servidor suma cada objeto en el mismo instante en que lo admite. Lo que termina o se borra lo resta después el controlador de cuotas, que vuelve a contar todo: un Pod terminado ya no gasta `pods` ni CPU, pero sigue siendo un objeto para `count/pods`.",
        ),
        Because::PodsTooMany { wanted, active } => say(
            "Sobran Pods",
            format!(
                "Hay {active} activos y solo deben correr {wanted}. Borra primero los que menos han avanzado: sin nodo, pendientes, no listos, los más nuevos. Estos Pods no cuentan como fallidos."
            ),
        ),
        Because::Suspended => say(
            "El Job queda suspendido",
            "`suspend: true` significa que no debe tener Pods: el controlador borra los activos sin contarlos como fallidos y guarda lo ya logrado.",
        ),
        Because::Resumed => say(
            "El Job se reanuda",
            "`suspend` vuelve a ser `false`: `startTime` se pone de nuevo (el plazo de `activeDeadlineSeconds` empieza otra vez) y se crean Pods.",
        ),
        Because::RetryDelayed { failures, delay_ms, remaining_ms } => say(
            format!("Espera {} antes de reintentar", time(remaining_ms)),
            retry_text(failures, delay_ms, remaining_ms),
        ),
        Because::Counted { active, ready, succeeded, failed } => say(
            "Actualiza los contadores",
            format!(
                "{}, de ellos {}; {} y {}. El controlador junta los cambios de 1 s y los anota de una vez en `status`.",
                count(active, "Pod activo", "Pods activos"),
                count(ready, "listo", "listos"),
                count(succeeded, "éxito", "éxitos"),
                count(failed, "fallo", "fallos"),
            ),
        ),
        Because::FinalizerDone => say(
            "Suelta un Pod ya contado",
            "El Pod terminó y su resultado ya está en `status`: el controlador le quita el finalizador `batch.kubernetes.io/job-tracking`. El Pod sigue ahí para que puedas leer sus registros.",
        ),
        Because::Adopted => say(
            "El Job adopta un Pod",
            "Un Pod sin dueño tiene etiquetas que coinciden con el selector: desde ahora es del Job y cuenta.",
        ),
        Because::Released => say(
            "El Job suelta un Pod",
            "Sus etiquetas ya no coinciden con el selector: deja de contar y el Job crea otro en su lugar.",
        ),
        _ => return None,
    })
}

fn pods_missing(
    parallelism: u32,
    completions: Option<u32>,
    succeeded: u32,
    active: u32,
    created: u32,
    failed: u32,
) -> Sentence {
    let title = match (failed > 0, created) {
        (true, 1) => "Reintenta: crea un Pod nuevo".to_owned(),
        (true, _) => format!("Reintenta: crea {created} Pods"),
        (false, 1) => "Crea un Pod".to_owned(),
        (false, _) => format!("Crea {created} Pods"),
    };
    let had = match active {
        0 => "no hay ninguno activo".to_owned(),
        1 => "ya hay 1 activo".to_owned(),
        _ => format!("ya hay {active} activos"),
    };
    let mut text = match completions {
        Some(completions) => {
            let left = completions.saturating_sub(succeeded);
            let wanted = left.min(parallelism);
            format!(
                "Se piden {} (`completions`) y van {succeeded}; quedan {left}. A la vez {} (`parallelism`), así que quiere mín({left}, {parallelism}) = {wanted} y {had}: le faltan {}.",
                count(completions, "éxito", "éxitos"),
                match parallelism {
                    1 => "puede correr 1".to_owned(),
                    _ => format!("pueden correr {parallelism}"),
                },
                wanted.saturating_sub(active),
            )
        }
        None => format!(
            "Sin `completions`, el Job es una cola de trabajo: mientras ningún Pod termine bien, quiere {parallelism} activos (`parallelism`) y {had}."
        ),
    };
    if failed > 0 {
        let before = match failed {
            1 => "falló 1 Pod".to_owned(),
            _ => format!("fallaron {failed} Pods"),
        };
        text = format!("{text} Antes {before}: el Pod nuevo es un intento más, no se repara el viejo.");
    }
    say(title, text)
}

fn retry_text(failures: u32, delay_ms: u64, remaining_ms: u64) -> String {
    let how = match retry_formula(failures) {
        None => "La primera espera es de 10 s y se duplica con cada fallo seguido".to_owned(),
        Some(formula) => {
            format!("Van {failures} fallos seguidos y cada uno duplica la espera: {formula} (como mucho 10 min)")
        }
    };
    format!(
        "{how}. La espera de {} se cuenta desde que terminó el último Pod fallido; quedan {}. Un éxito la pone a cero.",
        time(delay_ms),
        time(remaining_ms),
    )
}

fn job_end(because: &Because) -> Option<Sentence> {
    Some(match because {
        Because::CompletionsReached { succeeded, completions } => say(
            "El Job ha logrado su meta",
            match completions {
                Some(completions) => format!(
                    "{succeeded} de {completions} Pods terminaron bien: se cumple `completions`. El Job recibe `SuccessCriteriaMet` y, en cuanto no quede ningún Pod terminando, `Complete`."
                ),
                None => format!(
                    "Sin `completions` basta con que algún Pod termine bien ({succeeded}) y que no quede ninguno activo. El Job recibe `SuccessCriteriaMet` y luego `Complete`."
                ),
            },
        ),
        Because::BackoffLimitExceeded { restarts, limit, by_restarts: true, .. } => say(
            "Demasiados reinicios: el Job falla",
            format!(
                "Con `restartPolicy: OnFailure` cuentan los reinicios de los contenedores: {restarts} reinicios ≥ {limit} (`backoffLimit`; con 0 basta uno). El Job recibe `FailureTarget` y se borra el Pod que seguía reintentando, con sus registros."
            ),
        ),
        Because::BackoffLimitExceeded { failed, limit, .. } => say(
            "Demasiados fallos: el Job falla",
            format!(
                "{} > {limit} (`backoffLimit`). Ese límite perdona {}, es decir, permite {} en total. El Job recibe `FailureTarget` y ya no se crea ningún Pod.",
                count(*failed, "Pod fallido", "Pods fallidos"),
                count(*limit, "fallo", "fallos"),
                count(limit.saturating_add(1), "intento", "intentos"),
            ),
        ),
        Because::DeadlineExceeded { seconds } => say(
            "Se acabó el plazo del Job",
            format!(
                "Han pasado {seconds} s desde `startTime` (`activeDeadlineSeconds`). El plazo vale para el Job entero, esperas incluidas, y gana a los reintentos que queden: los Pods activos se borran y el Job falla."
            ),
        ),
        Because::PodFailurePolicy { rule, pod } => say(
            "Una regla hace fallar el Job",
            format!(
                "El fallo de `{pod}` cumple la regla {rule} de `podFailurePolicy` (se cuentan desde 0), cuya acción es `FailJob`: no vale la pena reintentar."
            ),
        ),
        Because::MaxFailedIndexesExceeded { failed, limit } => say(
            "Demasiados índices fallidos",
            format!(
                "{} > {limit} (`maxFailedIndexes`): el Job falla sin esperar al resto.",
                count(*failed, "índice fallido", "índices fallidos")
            ),
        ),
        Because::FailedIndexes { failed } => say(
            "Hay índices que fallaron",
            format!(
                "Todos los índices terminaron, pero {} sus reintentos (`backoffLimitPerIndex`): el Job falla.",
                match failed {
                    1 => "1 agotó".to_owned(),
                    _ => format!("{failed} agotaron"),
                }
            ),
        ),
        Because::SuccessPolicy { rule } => say(
            "Ya hay éxito suficiente",
            format!(
                "Se cumple la regla {rule} de `successPolicy` (se cuentan desde 0): el Job ha logrado su meta y los Pods que siguen activos se borran sin contar como fallidos."
            ),
        ),
        Because::JobDecided { success: true } => say(
            "El Job ya tiene éxito: sobran Pods",
            "El resultado está decidido (`SuccessCriteriaMet`): se borran los Pods que siguen activos. Cuando terminen llegará `Complete`.",
        ),
        Because::JobDecided { success: false } => say(
            "El Job va a fallar: se detienen sus Pods",
            "El resultado está decidido (`FailureTarget`): se borran los Pods activos y cuentan como fallidos. Cuando terminen llegará `Failed`.",
        ),
        Because::JobFinished { success: true } => say(
            "El Job se completó",
            "No queda ningún Pod activo, terminando ni sin contar: recibe la condición `Complete` y `completionTime`. El controlador no volverá a tocarlo; el Job y sus Pods quedan para que leas los registros.",
        ),
        Because::JobFinished { success: false } => say(
            "El Job falló",
            "No queda ningún Pod activo, terminando ni sin contar: recibe la condición `Failed`, con el mismo motivo que `FailureTarget`. No se reintenta más; para repetirlo hay que crear otro Job.",
        ),
        Because::TtlExpired { seconds } => say(
            "Caduca el Job terminado",
            format!(
                "Han pasado {seconds} s desde que terminó (`ttlSecondsAfterFinished`): se borran el Job y sus Pods, con sus registros."
            ),
        ),
        _ => return None,
    })
}

fn kubelet(because: &Because) -> Option<Sentence> {
    Some(match *because {
        Because::KubeletAdmitted => say(
            "El nodo acepta el Pod",
            "El kubelet prepara los volúmenes, la red y la imagen; mientras, la fase es `Pending` y kubectl muestra `ContainerCreating`.",
        ),
        Because::ContainersStarted { restarts: 0 } => say(
            "El contenedor arranca",
            "La imagen está lista y el contenedor corre: la fase pasa a `Running`. Un Job espera a que termine por sí solo.",
        ),
        Because::ContainersStarted { restarts } => say(
            format!("El contenedor arranca otra vez (reinicio {restarts})"),
            "Es el mismo Pod, con el mismo nombre y nodo; solo el contenedor es nuevo. El sistema de archivos del contenedor empieza limpio.",
        ),
        Because::ContainerEnded { exit_code, restarts } => ended(exit_code, restarts),
        Because::AllContainersRestarting { exit_code: Some(exit_code) } => say(
            format!("El código {exit_code} reinicia todos los contenedores"),
            "Una regla de `restartPolicyRules` con la acción `RestartAllContainers` incluye ese código: el kubelet detiene y quita todos los contenedores del Pod (SIGTERM y, a los 2 s, SIGKILL; no cuenta `terminationGracePeriodSeconds`) y empieza de nuevo, con los de inicio. El Pod es el mismo, con sus volúmenes y su IP.",
        ),
        Because::AllContainersRestarting { exit_code: None } => say(
            "El Pod empieza de nuevo",
            "Ya no queda ningún contenedor de antes: cada uno suma un reinicio y espera su turno, primero los de inicio. No hay espera de `CrashLoopBackOff`, y en un Pod `Never` estos reinicios no cuentan contra `backoffLimit`.",
        ),
        Because::ProbeDecided { kind, success, threshold } => probe_decided(kind, success, threshold),
        Because::ProbeKilled { kind, restarts } => say(
            format!("Falló `{}`", field_of(kind)),
            if restarts {
                "El kubelet terminó el contenedor (SIGTERM y, pasado el plazo de gracia, SIGKILL) y lo arranca otra vez en el mismo Pod. Estos reinicios también cuentan para `CrashLoopBackOff` y, en un Job con `OnFailure`, contra `backoffLimit`."
            } else {
                "El kubelet terminó el contenedor (SIGTERM y, pasado el plazo de gracia, SIGKILL) y no lo reinicia, porque la política de reinicio es `Never`: el Pod falla y el Job puede crear otro."
            },
        ),
        Because::CrashLoop { delay_ms, restarts } => say(
            format!("CrashLoopBackOff: la espera es de {}", time(delay_ms)),
            format!(
                "{} hasta ahora. El primero es inmediato; después el kubelet espera 10 s, 20 s, 40 s… hasta 5 min, desde que el contenedor terminó. Eso es `CrashLoopBackOff`: no es un error nuevo, es la espera. kubectl 1.37 muestra `Error` casi todo ese tiempo y el nombre solo al final.",
                count(restarts, "reinicio", "reinicios"),
            ),
        ),
        Because::PodEnded { success: true } => say(
            "El Pod se completó",
            "Todos sus contenedores terminaron con código 0: la fase es `Succeeded` y kubectl muestra `Completed`. El Job lo contará como éxito.",
        ),
        Because::PodEnded { success: false } => say(
            "El Pod falló",
            "Un contenedor terminó mal y no se reinicia: la fase es `Failed`, que es final. El Job lo contará contra `backoffLimit` y, si puede, creará otro Pod.",
        ),
        Because::ImagePullFailed { waiting: true } => say(
            "Espera para volver a descargar la imagen",
            "La descarga falló y el kubelet espera 10 s, 20 s… hasta 5 min entre intentos (`ImagePullBackOff`). El Pod sigue en `Pending`: para el Job está activo, así que `backoffLimit` no lo detendrá.",
        ),
        Because::ImagePullFailed { waiting: false } => say(
            "No se puede descargar la imagen",
            "El registro no tiene esa imagen o no deja leerla (`ErrImagePull`). Revisa el nombre y la etiqueta en `image`.",
        ),
        Because::StartFailed => say(
            "El contenedor no pudo arrancar",
            "La imagen está, pero el programa de `command` no existe o no se puede ejecutar.",
        ),
        Because::Stopping { grace_seconds } => say(
            "Se detiene el Pod",
            format!(
                "El kubelet envía `SIGTERM` al proceso 1 de cada contenedor. Si en {grace_seconds} s (`terminationGracePeriodSeconds`) no ha terminado, envía `SIGKILL`."
            ),
        ),
        Because::PodDeadlineExceeded { seconds } => say(
            "Se acabó el plazo del Pod",
            format!(
                "El Pod lleva {seconds} s en el nodo (`activeDeadlineSeconds` del Pod, no del Job): el kubelet lo detiene y queda `Failed`. El Job puede crear otro."
            ),
        ),
        _ => return None,
    })
}

fn cron_job(because: &Because) -> Option<Sentence> {
    Some(match because {
        Because::ScheduleFired { at } => say(
            "Toca según el horario",
            format!(
                "`schedule` señalaba las `{at}`: el controlador de CronJobs crea un Job con el patrón de `jobTemplate` y anota la hora en `lastScheduleTime`. Lo demás es cosa del controlador de Jobs."
            ),
        ),
        Because::HistoryLimit { limit, success } => {
            let (field, kept) = if *success {
                ("successfulJobsHistoryLimit", count(*limit, "completado", "completados"))
            } else {
                ("failedJobsHistoryLimit", count(*limit, "fallido", "fallidos"))
            };
            say(
                "Borra un Job antiguo",
                format!("`{field}` guarda como mucho {kept}: los que empezaron antes se borran, con sus Pods."),
            )
        }
        Because::JobReplaced => say(
            "Reemplaza el Job anterior",
            "Toca otra ejecución y la anterior no ha terminado: con `concurrencyPolicy: Replace` se borra y empieza la nueva, sin esperar a que sus Pods acaben.",
        ),
        Because::RolledOut { replicas } => say(
            "El Deployment pone su ReplicaSet",
            format!(
                "Un Deployment no crea Pods: mantiene un ReplicaSet por cada versión de `template` y le pide {}. No termina nunca; por eso no cuenta éxitos.",
                count(*replicas, "réplica", "réplicas"),
            ),
        ),
        Because::ReplicasKept { wanted, alive } => say(
            "El ReplicaSet repone sus Pods",
            format!(
                "Pide {} y hay {}: crea los que faltan o borra los que sobran, sin espera y sin límite de intentos. Un Job hace lo contrario: cuenta los que acabaron bien y para.",
                count(*wanted, "réplica", "réplicas"),
                count(*alive, "viva", "vivas"),
            ),
        ),
        Because::ReplicasFollowed { wanted } => say(
            "Pone al día sus réplicas",
            format!("Anota en `status` cuántas de {wanted} hay y cuántas están listas."),
        ),
        Because::JobsFollowed { active } => say(
            "El CronJob pone al día sus Jobs",
            format!(
                "Quita de `status.active` los que terminaron; queda {}. `lastSuccessfulTime` es el fin del último completado.",
                count(*active, "Job activo", "Jobs activos"),
            ),
        ),
        _ => return None,
    })
}

fn ended(exit_code: i32, restarts: bool) -> Sentence {
    let meaning = match exit_code {
        0 => "0 significa éxito",
        126 => "126: el archivo existe, pero no se puede ejecutar",
        127 => "127: la orden no existe",
        137 => "137 = 128 + 9: lo mató `SIGKILL` (sin memoria o sin más gracia)",
        143 => "143 = 128 + 15: lo detuvo `SIGTERM`",
        _ => "todo lo que no es 0 significa error",
    };
    let then = match (exit_code, restarts) {
        (0, false) => "No hay nada que reiniciar.",
        (_, true) => {
            "Según `restartPolicy`, el kubelet lo arrancará otra vez en este mismo Pod: la primera vez enseguida; después, tras esperar 10 s, 20 s, 40 s… (`CrashLoopBackOff`)."
        }
        (_, false) => "No se reinicia en este Pod; si el Job reintenta, lo hará con un Pod nuevo.",
    };
    say(
        format!("El contenedor terminó con código {exit_code}"),
        format!(
            "El código de salida decide: {meaning}. {then} El kubelet mira los contenedores una vez por segundo, por eso puede verlo hasta 1 s tarde."
        ),
    )
}

fn field_of(kind: ProbeKind) -> &'static str {
    match kind {
        ProbeKind::Startup => "startupProbe",
        ProbeKind::Readiness => "readinessProbe",
        ProbeKind::Liveness => "livenessProbe",
    }
}

fn probe_decided(kind: ProbeKind, success: bool, threshold: u32) -> Sentence {
    let times = if threshold == 1 { "1 vez basta".to_owned() } else { format!("{threshold} veces seguidas") };
    let (title, then) = match (kind, success) {
        (ProbeKind::Startup, true) => (
            "El contenedor ha arrancado",
            "`startupProbe` tuvo éxito: el contenedor está `started`, y a partir de ahora actúan las otras sondas.",
        ),
        (ProbeKind::Startup, false) => (
            "El contenedor aún no ha arrancado",
            "Mientras `startupProbe` no tenga éxito no actúan las otras sondas; si falla demasiadas veces, el kubelet termina el contenedor.",
        ),
        (ProbeKind::Readiness, true) => (
            "El contenedor está listo",
            "`readinessProbe` tuvo éxito: el Pod pasa a `Ready` y el Job lo cuenta en `ready`.",
        ),
        (ProbeKind::Readiness, false) => (
            "El contenedor no está listo",
            "`readinessProbe` falla: el Pod deja de estar `Ready` y el Job no lo cuenta en `ready`, pero sigue en marcha y nadie lo reinicia por eso.",
        ),
        (ProbeKind::Liveness, _) => (
            "El contenedor no responde",
            "`livenessProbe` falla: el kubelet va a terminar el contenedor, y lo reinicia si la política de reinicio lo permite.",
        ),
    };
    say(title, format!("{then} Hace falta el mismo resultado {times} (`successThreshold`, `failureThreshold`)."))
}

fn other(because: &Because) -> Sentence {
    match because {
        Because::Scheduled { node } => say(
            "El planificador elige un nodo",
            format!(
                "El Pod cabe en `{node}` por lo que pide (`resources.requests`, selectores, tolerancias): se anota en `spec.nodeName` y el kubelet de ese nodo se encarga."
            ),
        ),
        Because::Unschedulable => say(
            "Ningún nodo admite el Pod",
            "No hay sitio para lo que pide, o ningún nodo cumple su selector: sigue en `Pending` hasta que algo cambie. Para el Job está activo y no gasta reintentos.",
        ),
        Because::Evicted => say(
            "El nodo expulsa el Pod",
            "Al nodo le falta un recurso y recupera sitio: el Pod queda `Failed` con motivo `Evicted` y la condición `DisruptionTarget`.",
        ),
        Because::PodCollected => say(
            "Limpieza de Pods",
            "Cada 20 s el controlador `PodGC` retira los Pods que nadie más retirará: los de un nodo que ya no existe (tras 40 s), los que se borraron antes de tener nodo y los terminados más antiguos a partir de 12 500.",
        ),
        Because::NodeLost { back: true } => say(
            "El nodo ha vuelto",
            "Su kubelet vuelve a dar señales: el nodo está `Ready`, pierde la marca (taint) `node.kubernetes.io/unreachable` y se anulan los desalojos pendientes.",
        ),
        Because::NodeLost { back: false } => say(
            "El nodo dejó de responder",
            "Sin noticias del kubelet durante 50 s el nodo pasa a `NotReady`; sus Pods dejan de estar listos y, unos 5 min después, se borran.",
        ),
        Because::SandboxReady => say(
            "El espacio aislado del Pod está listo",
            "El entorno de ejecución ha creado la red del Pod y sus volúmenes están montados: `PodReadyToStartContainers` pasa a ser verdadero y los contenedores ya pueden arrancar.",
        ),
        Because::StatusRefreshed => say(
            "El kubelet pone al día el estado",
            "Nada cambió en los contenedores: solo se anota en la API lo que ya pasaba.",
        ),
        _ => say(
            "Un componente informa",
            "Queda un evento: los eventos cuentan lo que pasó, pero ningún controlador decide con ellos.",
        ),
    }
}
