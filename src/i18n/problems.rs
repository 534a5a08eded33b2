//! What a refused or warned-of line of the manifest means, and how to mend it.
//!
//! The server's own words lead here and stand beside these.

use super::Language;

/// Rule, Spanish, English; sorted by rule.
const RULES: &[(&str, &str, &str)] = &[
    ("above-completions", "No puede haber más que `completions`.", "There can't be more than `completions`."),
    (
        "already-exists",
        "Ya hay un objeto con ese nombre. Bórralo antes o usa otro nombre.",
        "There is an object of that name already. Delete it first or use another name.",
    ),
    (
        "api-version-missing",
        "Falta `apiVersion`. Un Job es `apiVersion: batch/v1`.",
        "`apiVersion` is missing. A Job is `apiVersion: batch/v1`.",
    ),
    (
        "bad-value",
        "El texto no tiene la forma que pide el campo: una cantidad como `128Mi`, una fecha como `2026-01-31T08:00:00Z` o texto en base64.",
        "The text hasn't the form that the field asks for: a quantity such as `128Mi`, a date such as `2026-01-31T08:00:00Z` or base64.",
    ),
    (
        "completion-mode",
        "`completionMode` es `NonIndexed` (da igual qué Pods terminen) o `Indexed` (cada Pod tiene su índice).",
        "`completionMode` is `NonIndexed` (any Pods will do) or `Indexed` (each Pod has its index).",
    ),
    (
        "containers-missing",
        "El Pod necesita al menos un contenedor en `spec.template.spec.containers`, con `name` e `image`.",
        "The Pod needs at least one container in `spec.template.spec.containers`, with `name` and `image`.",
    ),
    (
        "duplicate-field",
        "El campo está escrito dos veces en el mismo bloque: deja solo uno.",
        "The field is written twice in the same block: keep one.",
    ),
    (
        "duplicate-value",
        "El valor ya está en la lista y no puede repetirse.",
        "The value is in the list already and can't be repeated.",
    ),
    (
        "empty",
        "No hay ningún objeto que aplicar: escribe un manifiesto con `apiVersion`, `kind`, `metadata` y `spec`.",
        "There is no object to apply: write a manifest with `apiVersion`, `kind`, `metadata` and `spec`.",
    ),
    (
        "env",
        "Una variable lleva `name` y o bien `value` (texto, con comillas si parece número) o bien `valueFrom`.",
        "A variable has `name` and either `value` (a text, in quotes if it looks like a number) or `valueFrom`.",
    ),
    (
        "failure-policy",
        "Cada regla de `podFailurePolicy` lleva una `action` y o bien `onExitCodes` o bien `onPodConditions`; los códigos van en orden, sin repetir, y el 0 no es un fallo.",
        "Each rule of `podFailurePolicy` has an `action` and either `onExitCodes` or `onPodConditions`; codes go in order without repetition, and 0 is no failure.",
    ),
    ("forbidden", "Ese campo no puede usarse aquí.", "That field can't be used here."),
    (
        "immutable",
        "Ese campo no se puede cambiar en un Job que ya existe. Bórralo y créalo de nuevo, o usa otro nombre.",
        "That field can't be changed in a Job that exists. Delete it and create it anew, or use another name.",
    ),
    (
        "indexed-completions",
        "Con `completionMode: Indexed` hay que decir cuántos índices hay: añade `completions`.",
        "With `completionMode: Indexed` the number of indexes must be given: add `completions`.",
    ),
    (
        "internal",
        "Ha fallado algo dentro del servidor simulado, no en tu manifiesto.",
        "Something failed inside the simulated server, not in your manifest.",
    ),
    (
        "invalid-value",
        "El valor no cumple la regla del campo; el mensaje del servidor dice cuál.",
        "The value breaks the field's rule; the server's message says which.",
    ),
    (
        "json-syntax",
        "El texto parece JSON, pero no lo es: mira las comas, las llaves y las comillas dobles.",
        "The text looks like JSON but isn't: look at the commas, braces and double quotes.",
    ),
    (
        "kind-missing",
        "Falta `kind`: sin él no se sabe qué objeto es. Escribe `kind: Job`.",
        "`kind` is missing: without it nobody knows which object it is. Write `kind: Job`.",
    ),
    (
        "label-syntax",
        "Las etiquetas llevan letras, cifras, `-`, `_` y `.`, con letra o cifra en los extremos y como mucho 63 caracteres.",
        "Labels have letters, digits, `-`, `_` and `.`, with a letter or digit at both ends and 63 characters at most.",
    ),
    (
        "name-dns",
        "El nombre acaba en nombres de red: solo minúsculas, cifras, guiones y puntos, y empieza y termina con letra o cifra. Por ejemplo `mi-job`.",
        "The name ends up in network names: only lower case, digits, dashes and dots, with a letter or digit at both ends. For example `my-job`.",
    ),
    (
        "name-label-warning",
        "Funciona, pero ese nombre pasa a los nombres de los Pods y a su `hostname`: mejor solo minúsculas, cifras y guiones.",
        "It works, but that name goes into the Pods' names and their `hostname`: better only lower case, digits and dashes.",
    ),
    (
        "name-missing",
        "Todo objeto necesita `metadata.name`, o `metadata.generateName` para que el servidor invente el final.",
        "Every object needs `metadata.name`, or `metadata.generateName` so that the server invents its end.",
    ),
    (
        "namespace",
        "El laboratorio tiene un solo espacio de nombres, `default`: quita `metadata.namespace` o pon ese.",
        "The laboratory has one namespace, `default`: remove `metadata.namespace` or write that.",
    ),
    (
        "needs-backoff-limit-per-index",
        "Ese campo solo tiene sentido con `backoffLimitPerIndex`: añádelo.",
        "That field makes sense only with `backoffLimitPerIndex`: add it.",
    ),
    (
        "needs-indexed",
        "Ese campo cuenta por índices: añade `completionMode: Indexed` y `completions`.",
        "That field counts by index: add `completionMode: Indexed` and `completions`.",
    ),
    (
        "no-match",
        "Esa pareja de `apiVersion` y `kind` no existe. Un Job es `batch/v1` con `kind: Job` (con mayúscula).",
        "There is no such pair of `apiVersion` and `kind`. A Job is `batch/v1` with `kind: Job` (capital letter).",
    ),
    (
        "not-an-object",
        "Un manifiesto es una lista de campos `nombre: valor`; aquí hay otra cosa, por ejemplo solo texto o una lista suelta.",
        "A manifest is a list of fields `name: value`; here is something else, such as a mere text or a list.",
    ),
    (
        "not-found",
        "Se nombra algo que no está definido en el manifiesto; revisa que los dos nombres coincidan.",
        "It names something that the manifest doesn't define; check that both names agree.",
    ),
    (
        "not-negative",
        "Tiene que ser 0 o más: se cuentan Pods, fallos o segundos.",
        "It must be 0 or more: Pods, failures or seconds are counted.",
    ),
    (
        "not-simulated",
        "Kubernetes lo pondría en marcha; aquí se guarda y se ve con `kubectl get`, pero no hace nada.",
        "Kubernetes would set it in motion; here it is kept and shown by `kubectl get`, but does nothing.",
    ),
    (
        "port",
        "Un puerto va de 1 a 65535, y su protocolo es `TCP`, `UDP` o `SCTP`.",
        "A port goes from 1 to 65535, and its protocol is `TCP`, `UDP` or `SCTP`.",
    ),
    (
        "probe",
        "Una comprobación lleva exactamente una forma de preguntar (`exec`, `httpGet`, `tcpSocket` o `grpc`) y números dentro de lo permitido.",
        "A probe has exactly one way to ask (`exec`, `httpGet`, `tcpSocket` or `grpc`) and numbers in their ranges.",
    ),
    (
        "quantity",
        "Las cantidades se escriben `500m` (media CPU), `1`, `128Mi`, `1Gi`; las mayúsculas cuentan.",
        "Quantities are written `500m` (half a CPU), `1`, `128Mi`, `1Gi`; capitals count.",
    ),
    (
        "request-above-limit",
        "Lo que se pide (`requests`) no puede pasar del tope (`limits`).",
        "What is asked for (`requests`) can't exceed the most (`limits`).",
    ),
    ("required", "Es obligatorio y falta, o está vacío.", "It is required and missing, or empty."),
    (
        "restart-policy",
        "Un Job no admite `restartPolicy: Always`, que es lo que vale si no lo escribes: su contenedor tiene que poder terminar. Pon `Never` (cada intento, un Pod nuevo) u `OnFailure` (se reinicia en el mismo Pod).",
        "A Job doesn't take `restartPolicy: Always`, which is what holds if you don't write it: its container must be able to end. Write `Never` (a new Pod for each attempt) or `OnFailure` (restarted in the same Pod).",
    ),
    (
        "restart-policy-failure-policy",
        "Con `podFailurePolicy` solo vale `restartPolicy: Never`: las reglas miran Pods que fallaron, no reinicios.",
        "With `podFailurePolicy` only `restartPolicy: Never` works: the rules look at failed Pods, not at restarts.",
    ),
    (
        "schedule",
        "Un horario de cron tiene cinco campos: minuto, hora, día del mes, mes y día de la semana. `*/5 * * * *` es cada cinco minutos.",
        "A cron schedule has five fields: minute, hour, day of month, month and weekday. `*/5 * * * *` is every five minutes.",
    ),
    (
        "selector",
        "El selector lo genera el servidor: no lo escribas, salvo con `manualSelector: true`.",
        "The server generates the selector: don't write it, except with `manualSelector: true`.",
    ),
    (
        "success-policy",
        "Cada regla de `successPolicy` lleva `succeededIndexes`, `succeededCount` o ambos, dentro de lo que permite `completions`.",
        "Each rule of `successPolicy` has `succeededIndexes`, `succeededCount` or both, within what `completions` allows.",
    ),
    (
        "template-labels",
        "Las etiquetas del selector tienen que estar también en `spec.template.metadata.labels`.",
        "The selector's labels must be in `spec.template.metadata.labels` too.",
    ),
    (
        "time-zone",
        "La zona horaria se escribe como en la base de la IANA: `Europe/Madrid`, `America/Mexico_City`.",
        "A time zone is written as in IANA's data base: `Europe/Madrid`, `America/Mexico_City`.",
    ),
    ("too-long", "Es más largo de lo que se permite. Acórtalo.", "It is longer than allowed. Shorten it."),
    ("too-many", "Hay más elementos de los que se permiten.", "There are more items than allowed."),
    (
        "unknown-field",
        "Ese campo no existe en ese sitio. Suele ser una errata (las mayúsculas cuentan: `backoffLimit`, no `backofflimit`) o un campo con la sangría equivocada, colgado de otro padre.",
        "There is no such field in that place. Mostly it is a typo (capitals count: `backoffLimit`, not `backofflimit`) or a field with the wrong indentation, below another parent.",
    ),
    (
        "unsupported-value",
        "Solo se admiten los valores de la lista del mensaje, escritos igual, con sus mayúsculas.",
        "Only the values in the message's list are allowed, written exactly so, capitals included.",
    ),
    (
        "volume-mount",
        "Cada `volumeMounts` nombra un volumen de `spec.template.spec.volumes` y una ruta `mountPath` que no se repite.",
        "Each `volumeMounts` names a volume of `spec.template.spec.volumes` and a `mountPath` that isn't repeated.",
    ),
    (
        "wrong-type",
        "El valor es de otro tipo. Un número va sin comillas (`completions: 3`), un texto que parece número o sí/no va con comillas (`\"3\"`, `\"true\"`), y una lista lleva guiones.",
        "The value has another type. A number goes without quotes (`completions: 3`), a text that looks like a number or a yes/no goes with quotes (`\"3\"`, `\"true\"`), and a list has dashes.",
    ),
    (
        "yaml-bounds",
        "El manifiesto es demasiado grande o demasiado profundo para el laboratorio. Un Job real cabe en unas decenas de líneas.",
        "The manifest is too large or too deep for the laboratory. A real Job fits into some dozens of lines.",
    ),
    (
        "yaml-syntax",
        "El texto no es YAML válido. Mira la sangría (solo espacios, nunca tabuladores), los dos puntos con un espacio detrás y las comillas que abren y cierran.",
        "The text isn't valid YAML. Look at the indentation (blanks only, never tabs), the colons with a blank after them and the quotes that open and close.",
    ),
    (
        "yaml-tab",
        "YAML no admite tabuladores en la sangría: usa espacios. La tecla Tab de este editor ya escribe dos.",
        "YAML allows no tabs in the indentation: use blanks. The Tab key of this editor writes two.",
    ),
];

/// The explanation of a problem, with a fix, from the field (`spec.template.spec.restartPolicy`,
/// or a key of this table) and the server's words; words between backticks are for the code font.
pub fn explain_problem(language: Language, field: &str, message: &str) -> Option<&'static str> {
    text_of(language, field).or_else(|| text_of(language, rule_of(field, message)?))
}

fn text_of(language: Language, rule: &str) -> Option<&'static str> {
    let place = RULES.binary_search_by_key(&rule, |entry| entry.0).ok()?;
    let &(_, spanish, english) = RULES.get(place)?;
    Some(match language {
        Language::Es => spanish,
        Language::En => english,
    })
}

/// The key of the explanation: first what the words alone tell, then what the field adds.
fn rule_of(field: &str, message: &str) -> Option<&'static str> {
    by_words(message).or_else(|| by_field(field, message)).or_else(|| by_kind(message))
}

/// Words of the server that say all there is to say.
fn by_words(message: &str) -> Option<&'static str> {
    const WORDS: &[(&str, &str)] = &[
        ("unknown field", "unknown-field"),
        ("already set", "duplicate-field"),
        ("duplicate field", "duplicate-field"),
        ("cannot start any token", "yaml-tab"),
        ("yaml:", "yaml-syntax"),
        ("error converting YAML", "yaml-syntax"),
        ("apiVersion not set", "api-version-missing"),
        ("kind not set", "kind-missing"),
        ("'Kind' is missing", "kind-missing"),
        ("no matches for kind", "no-match"),
        ("no objects passed", "empty"),
        ("cannot unmarshal", "wrong-type"),
        ("could not find expected", "yaml-syntax"),
        ("unable to parse quantity", "quantity"),
        ("quantities must match", "quantity"),
        ("quantity must", "quantity"),
        ("namespace from the provided object", "namespace"),
        ("name or generateName is required", "name-missing"),
        ("resource name may not be empty", "name-missing"),
        ("a DNS label is recommended", "name-label-warning"),
        ("only \"Never\" is supported when podFailurePolicy", "restart-policy-failure-policy"),
        ("field is immutable", "immutable"),
        ("already exists", "already-exists"),
        ("requires indexed completion mode", "needs-indexed"),
        ("when completion mode is Indexed", "indexed-completions"),
        ("requires the backoffLimitPerIndex", "needs-backoff-limit-per-index"),
        ("when maxFailedIndexes is specified", "needs-backoff-limit-per-index"),
        ("must be less than or equal to completions", "above-completions"),
        ("greater than or equal to 0", "not-negative"),
        ("`selector` does not match template", "template-labels"),
        ("must be a valid DNS", "name-dns"),
        ("RFC 1123", "name-dns"),
    ];
    WORDS.iter().find(|(words, _)| message.contains(words)).map(|&(_, rule)| rule)
}

/// Fields whose mistakes have one cure.
fn by_field(field: &str, message: &str) -> Option<&'static str> {
    const FIELDS: &[(&str, &str)] = &[
        ("podFailurePolicy", "failure-policy"),
        ("successPolicy", "success-policy"),
        ("spec.template.spec.restartPolicy", "restart-policy"),
        ("completionMode", "completion-mode"),
        ("metadata.labels", "label-syntax"),
        ("metadata.annotations", "label-syntax"),
        ("nodeSelector", "label-syntax"),
        ("spec.selector", "selector"),
        ("resources.requests", "request-above-limit"),
        ("resources", "quantity"),
        ("volumeMounts", "volume-mount"),
        ("Probe", "probe"),
        ("ports", "port"),
        (".env", "env"),
        ("schedule", "schedule"),
        ("timeZone", "time-zone"),
    ];
    // Both the field and the words may name it.
    let named = |part: &str| field.contains(part) || message.contains(part);
    if message.contains("spec.containers: Required") {
        return Some("containers-missing");
    }
    FIELDS.iter().find(|(part, _)| named(part)).map(|&(_, rule)| rule)
}

/// The sorts of mistakes that the API server knows.
fn by_kind(message: &str) -> Option<&'static str> {
    const KINDS: &[(&str, &str)] = &[
        ("Required value", "required"),
        ("Unsupported value", "unsupported-value"),
        ("Duplicate value", "duplicate-value"),
        ("Invalid value", "invalid-value"),
        ("Not found", "not-found"),
        ("Forbidden", "forbidden"),
        ("Too long", "too-long"),
        ("Too many", "too-many"),
        ("Internal error", "internal"),
    ];
    KINDS.iter().find(|(words, _)| message.contains(words)).map(|&(_, rule)| rule)
}

#[cfg(test)]
mod tests {
    use super::{RULES, explain_problem, rule_of, text_of};
    use crate::i18n::Language;

    #[test]
    fn rules_are_sorted_and_explained() {
        assert!(RULES.is_sorted_by_key(|entry| entry.0));
        for (rule, spanish, english) in RULES {
            assert_eq!(text_of(Language::Es, rule), Some(*spanish));
            assert_eq!(explain_problem(Language::En, rule, ""), Some(*english));
            for text in [spanish, english] {
                assert!(text.ends_with('.') && text.matches('`').count() % 2 == 0, "{text}");
            }
        }
        assert_eq!(explain_problem(Language::Es, "no such rule", ""), None);
    }

    #[test]
    fn the_servers_words_lead_to_the_rule() {
        let cases = [
            ("spec.backofLimit", "unknown field \"spec.backofLimit\"", "unknown-field"),
            (
                "spec.template.spec.restartPolicy",
                "spec.template.spec.restartPolicy: Required value: valid values: \"OnFailure\", \"Never\"",
                "restart-policy",
            ),
            (
                "spec.completions",
                "spec.completions: Required value: when completion mode is Indexed",
                "indexed-completions",
            ),
            (
                "spec.parallelism",
                "spec.parallelism: Invalid value: -1: must be greater than or equal to 0",
                "not-negative",
            ),
            ("spec.template.spec.containers", "spec.template.spec.containers: Required value", "containers-missing"),
            (
                "spec.template.spec.containers.image",
                "spec.template.spec.containers[0].image: Required value",
                "required",
            ),
            ("", "error: error parsing job.yaml: error converting YAML to JSON: yaml: line 3: x", "yaml-syntax"),
        ];
        for (field, message, rule) in cases {
            assert_eq!(rule_of(field, message), Some(rule), "{message}");
            assert!(text_of(Language::Es, rule).is_some());
        }
    }
}
