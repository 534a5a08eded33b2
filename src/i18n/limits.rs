//! What the program doesn't simulate, for the page's *No simulado*. `ARCHITECTURE.md` has the same list.

use super::Language;

/// One thing a line, in both languages.
const LIMITS: [[&str; 2]; 9] = [
    [
        "Un solo nodo: ni prioridades ni expulsión de unos Pods por otros.",
        "One node: no priorities, no preemption of Pods by others.",
    ],
    [
        "La seguridad de los Pods por espacio de nombres (`PodSecurity`), y los permisos (`RBAC`).",
        "Security of Pods by namespace (`PodSecurity`), and permissions (`RBAC`).",
    ],
    [
        "Los campos de otras clases (`StatefulSet`, `DaemonSet`, `Ingress`…): se guardan y se ven, pero no se comprueban.",
        "Fields of other kinds (`StatefulSet`, `DaemonSet`, `Ingress`…): they are kept and shown, but not checked.",
    ],
    [
        "La memoria y la CPU que se gastan: se comparan los `requests` con lo que cabe en el nodo, pero un límite de memoria no mata a nadie por sí solo.",
        "Memory and CPU in use: `requests` are compared with the node's room, but a memory limit kills nobody by itself.",
    ],
    [
        "El despliegue gradual de un Deployment: una plantilla nueva sustituye a la anterior de una vez.",
        "Rolling updates of a Deployment: a new template replaces the old one at once.",
    ],
    [
        "Redes e imágenes reales: cada imagen existe, salvo las que dicen que no.",
        "Real networks and images: every image exists, but for those that say they don't.",
    ],
    [
        "Programas que no sean los de un busybox pequeño: se supone que tardan unos segundos y acaban bien. El escenario lo avisa.",
        "Programs other than those of a small busybox: they are taken to run some seconds and to end well. The stage says so.",
    ],
    [
        "Quien escuche en un puerto: los ganchos y las sondas `httpGet`, `tcpSocket` y `grpc` fallan siempre.",
        "Anybody listening on a port: the hooks and probes `httpGet`, `tcpSocket` and `grpc` always fail.",
    ],
    ["La historia de los husos horarios anterior a 2026.", "The history of time zones before 2026."],
];

/// What isn't simulated; words between backticks are for the code font.
pub fn not_simulated(language: Language) -> impl Iterator<Item = &'static str> {
    LIMITS.iter().map(move |[es, en]| match language {
        Language::Es => *es,
        Language::En => *en,
    })
}
