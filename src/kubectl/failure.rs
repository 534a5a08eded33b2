//! What goes wrong in a command that works with several objects, and how kubectl writes it.
//!
//! Models `k8s.io/kubectl/pkg/cmd/util/helpers.go@v0.37.2`, `checkErr` and `MultipleErrors`.

use super::Printed;
use crate::manifest::KindId;

/// An error of kubectl.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The server said so: its reason and message.
    Server(&'static str, String),
    /// kubectl itself says so.
    Own(String),
    /// Whole lines, as they are.
    Whole(String),
}

impl Failure {
    /// `jobs.batch "x" not found`.
    pub(crate) fn not_found(kind: &KindId, name: &str) -> Self {
        Self::Server("NotFound", format!("{} \"{name}\" not found", kind.resource()))
    }

    /// Whether the object isn't there.
    pub(crate) fn is_not_found(&self) -> bool {
        matches!(self, Self::Server("NotFound", _))
    }

    /// The command that ended with it alone.
    pub(crate) fn printed(self) -> Printed {
        Printed::error(report(&[self]))
    }
}

/// Errors as kubectl writes them: one of its own gets `error: ` before it, several don't.
pub(crate) fn report(failures: &[Failure]) -> String {
    let mut text = String::new();
    for failure in failures {
        let line = match failure {
            Failure::Server(reason, message) => format!("Error from server ({reason}): {message}"),
            Failure::Own(message) if failures.len() == 1 && !message.starts_with("error: ") => {
                format!("error: {message}")
            }
            Failure::Own(message) | Failure::Whole(message) => message.clone(),
        };
        text.push_str(&line);
        if !line.ends_with('\n') {
            text.push('\n');
        }
    }
    text
}
