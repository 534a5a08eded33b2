//! What the student does to the running cluster, as data: a closed list, each with a line of text
//! that a link can carry and that is read again.
//!
//! `12500 fail pod/pi-x2k9p 137` is a [`Timed`] intervention. What kubectl can do is done by kubectl:
//! [`Intervention::command_line`] gives the command.

use super::Propagation;
use crate::cluster::{Declared, Outcome, Whose};
use std::fmt::{self, Display, Formatter};
use std::rc::Rc;
use std::str::FromStr;

/// One thing that the student does.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Intervention {
    /// The process of the Pod's first regular container ends now, with that code.
    Fail {
        /// The Pod's name.
        pod: Rc<str>,
        /// The exit code.
        code: u8,
    },
    /// The kernel kills it now for its memory: 137, `OOMKilled`.
    OutOfMemory {
        /// The Pod's name.
        pod: Rc<str>,
    },
    /// From now on such instances end so, those that run included.
    Declare(Declared),
    /// Nothing is declared any more for that Job: its programs decide.
    Withdraw {
        /// The Job's name.
        job: Rc<str>,
    },
    /// The machine loses its power: its kubelet says nothing more, its processes are gone.
    StopNode {
        /// The node's name.
        node: Rc<str>,
    },
    /// It starts again.
    StartNode {
        /// The node's name.
        node: Rc<str>,
    },

    // ---- what kubectl does
    /// The eviction of one Pod, as `kubectl drain` asks for it.
    Evict {
        /// The Pod's name.
        pod: Rc<str>,
    },
    /// `kubectl delete pod`.
    DeletePod {
        /// The Pod's name.
        pod: Rc<str>,
        /// `--grace-period`; none: the Pod's own.
        grace_seconds: Option<u32>,
        /// `--force`: away with the object at once.
        force: bool,
    },
    /// `kubectl delete job`.
    DeleteJob {
        /// The Job's name.
        job: Rc<str>,
        /// `--cascade`.
        propagation: Propagation,
    },
    /// `suspend: true`.
    Suspend {
        /// The Job's name.
        job: Rc<str>,
    },
    /// `suspend: false`.
    Resume {
        /// The Job's name.
        job: Rc<str>,
    },
    /// Another `parallelism`.
    Scale {
        /// The Job's name.
        job: Rc<str>,
        /// The new `parallelism`.
        parallelism: u32,
    },
    /// `kubectl cordon`: no new Pods on the node.
    Cordon {
        /// The node's name.
        node: Rc<str>,
    },
    /// `kubectl uncordon`.
    Uncordon {
        /// The node's name.
        node: Rc<str>,
    },
    /// `kubectl drain`: cordon, then evict every Pod.
    Drain {
        /// The node's name.
        node: Rc<str>,
    },
    /// A line of kubectl, as typed.
    Kubectl {
        /// The line.
        line: Rc<str>,
    },
}

/// An intervention with its instant.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Timed {
    /// Virtual milliseconds.
    pub at_ms: u64,
    /// What is done.
    pub intervention: Intervention,
}

/// Why a text is no intervention.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAnIntervention;

impl Intervention {
    /// The command of kubectl that does it, if there is one. It is run as if it had been typed.
    pub fn command_line(&self, namespace: &str) -> Option<String> {
        let patch =
            |job: &str, spec: &str| format!("kubectl patch job {job} --type=merge -p '{{\"spec\":{{{spec}}}}}'");
        Some(match self {
            Self::Evict { pod } => format!(
                "echo '{{\"apiVersion\":\"policy/v1\",\"kind\":\"Eviction\",\"metadata\":{{\"name\":\"{pod}\"}}}}' | kubectl create --raw /api/v1/namespaces/{namespace}/pods/{pod}/eviction -f -"
            ),
            Self::DeletePod { pod, grace_seconds, force } => {
                let force = if *force { " --force" } else { "" };
                let grace = grace_seconds.map_or(String::new(), |seconds| format!(" --grace-period={seconds}"));
                format!("kubectl delete pod {pod}{force}{grace} --wait=false")
            }
            Self::DeleteJob { job, propagation } => {
                let cascade = match propagation {
                    Propagation::Background => "",
                    Propagation::Foreground => " --cascade=foreground",
                    Propagation::Orphan => " --cascade=orphan",
                };
                format!("kubectl delete job {job}{cascade} --wait=false")
            }
            Self::Suspend { job } => patch(job, "\"suspend\":true"),
            Self::Resume { job } => patch(job, "\"suspend\":false"),
            Self::Scale { job, parallelism } => patch(job, &format!("\"parallelism\":{parallelism}")),
            Self::Cordon { node } => format!("kubectl cordon {node}"),
            Self::Uncordon { node } => format!("kubectl uncordon {node}"),
            Self::Drain { node } => format!("kubectl drain {node} --force --ignore-daemonsets"),
            Self::Kubectl { line } => line.to_string(),
            _ => return None,
        })
    }
}

// ---- as text

impl Display for Intervention {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fail { pod, code } => write!(f, "fail pod/{pod} {code}"),
            Self::OutOfMemory { pod } => write!(f, "oom pod/{pod}"),
            Self::Declare(declared) => write_declared(f, declared),
            Self::Withdraw { job } => write!(f, "withdraw job/{job}"),
            Self::StopNode { node } => write!(f, "stop node/{node}"),
            Self::StartNode { node } => write!(f, "start node/{node}"),
            Self::Evict { pod } => write!(f, "evict pod/{pod}"),
            Self::DeletePod { pod, grace_seconds, force } => {
                write!(f, "delete pod/{pod}")?;
                if let Some(seconds) = grace_seconds {
                    write!(f, " grace={seconds}")?;
                }
                f.write_str(if *force { " force" } else { "" })
            }
            Self::DeleteJob { job, propagation } => {
                let how = match propagation {
                    Propagation::Background => "",
                    Propagation::Foreground => " foreground",
                    Propagation::Orphan => " orphan",
                };
                write!(f, "delete job/{job}{how}")
            }
            Self::Suspend { job } => write!(f, "suspend job/{job}"),
            Self::Resume { job } => write!(f, "resume job/{job}"),
            Self::Scale { job, parallelism } => write!(f, "scale job/{job} {parallelism}"),
            Self::Cordon { node } => write!(f, "cordon node/{node}"),
            Self::Uncordon { node } => write!(f, "uncordon node/{node}"),
            Self::Drain { node } => write!(f, "drain node/{node}"),
            // A line may span several; the text form has none of its own.
            Self::Kubectl { line } => write!(f, "run {}", line.replace('\\', "\\\\").replace('\n', "\\n")),
        }
    }
}

fn write_declared(f: &mut Formatter<'_>, declared: &Declared) -> fmt::Result {
    let Declared { whose, outcome } = declared;
    write!(f, "declare job/{}", whose.job)?;
    for (key, number) in [("index", whose.index), ("pod", whose.pod), ("attempt", whose.attempt)] {
        if let Some(number) = number {
            write!(f, " {key}={number}")?;
        }
    }
    if let Some(container) = &whose.container {
        write!(f, " container={container}")?;
    }
    match outcome {
        Outcome::Exit { code, .. } => {
            f.write_str(" exit")?;
            if let Some(code) = code {
                write!(f, "={code}")?;
            }
        }
        Outcome::OutOfMemory { .. } => f.write_str(" oom")?,
        Outcome::NoImage => f.write_str(" no-image")?,
    }
    outcome.after_ms().map_or(Ok(()), |after_ms| write!(f, " after={after_ms}"))
}

impl FromStr for Intervention {
    type Err = NotAnIntervention;

    fn from_str(text: &str) -> Result<Self, NotAnIntervention> {
        let (verb, rest) = text.split_once(' ').ok_or(NotAnIntervention)?;
        if verb == "run" {
            return Ok(Self::Kubectl { line: Rc::from(unescaped(rest)) });
        }
        let mut words = rest.split(' ');
        let target = words.next().ok_or(NotAnIntervention)?;
        let (kind, name) = target.split_once('/').filter(|(_, name)| is_name(name)).ok_or(NotAnIntervention)?;
        let name: Rc<str> = Rc::from(name);
        let words: Vec<&str> = words.collect();
        read(verb, kind, name, &words).ok_or(NotAnIntervention)
    }
}

/// A name fit for a command line: nothing that a shell would take for more.
fn is_name(name: &str) -> bool {
    (1..=253).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte))
}

fn read(verb: &str, kind: &str, name: Rc<str>, words: &[&str]) -> Option<Intervention> {
    Some(match (verb, kind, words) {
        ("fail", "pod", [code]) => Intervention::Fail { pod: name, code: code.parse().ok()? },
        ("oom", "pod", []) => Intervention::OutOfMemory { pod: name },
        ("declare", "job", words) => Intervention::Declare(read_declared(name, words)?),
        ("withdraw", "job", []) => Intervention::Withdraw { job: name },
        ("stop", "node", []) => Intervention::StopNode { node: name },
        ("start", "node", []) => Intervention::StartNode { node: name },
        ("evict", "pod", []) => Intervention::Evict { pod: name },
        ("delete", "pod", words) => {
            let force = words.last() == Some(&"force");
            let grace_seconds = match words.get(..words.len() - usize::from(force))? {
                [] => None,
                [grace] => Some(grace.strip_prefix("grace=")?.parse().ok()?),
                _ => return None,
            };
            Intervention::DeletePod { pod: name, grace_seconds, force }
        }
        ("delete", "job", words) => {
            let propagation = match words {
                [] => Propagation::Background,
                ["foreground"] => Propagation::Foreground,
                ["orphan"] => Propagation::Orphan,
                _ => return None,
            };
            Intervention::DeleteJob { job: name, propagation }
        }
        ("suspend", "job", []) => Intervention::Suspend { job: name },
        ("resume", "job", []) => Intervention::Resume { job: name },
        ("scale", "job", [parallelism]) => Intervention::Scale { job: name, parallelism: parallelism.parse().ok()? },
        ("cordon", "node", []) => Intervention::Cordon { node: name },
        ("uncordon", "node", []) => Intervention::Uncordon { node: name },
        ("drain", "node", []) => Intervention::Drain { node: name },
        _ => return None,
    })
}

fn read_declared(job: Rc<str>, words: &[&str]) -> Option<Declared> {
    let mut whose = Whose { job, ..Whose::default() };
    let mut outcome = None;
    let mut after_ms = None;
    for word in words {
        match word.split_once('=').unwrap_or((word, "")) {
            ("index", number) => whose.index = Some(number.parse().ok()?),
            ("pod", number) => whose.pod = Some(number.parse().ok()?),
            ("attempt", number) => whose.attempt = Some(number.parse().ok()?),
            ("container", name) if is_name(name) => whose.container = Some(Rc::from(name)),
            ("after", ms) => after_ms = Some(ms.parse().ok()?),
            ("exit", "") => outcome = Some(Outcome::Exit { code: None, after_ms: None }),
            ("exit", code) => outcome = Some(Outcome::Exit { code: Some(code.parse().ok()?), after_ms: None }),
            ("oom", "") => outcome = Some(Outcome::OutOfMemory { after_ms: None }),
            ("no-image", "") => outcome = Some(Outcome::NoImage),
            _ => return None,
        }
    }
    let outcome = match outcome? {
        Outcome::Exit { code, .. } => Outcome::Exit { code, after_ms },
        Outcome::OutOfMemory { .. } => Outcome::OutOfMemory { after_ms },
        Outcome::NoImage => Outcome::NoImage,
    };
    Some(Declared { whose, outcome })
}

fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(c) = characters.next() {
        match c {
            '\\' => out.push(match characters.next() {
                Some('n') => '\n',
                Some(other) => other,
                None => '\\',
            }),
            other => out.push(other),
        }
    }
    out
}

impl Display for Timed {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.at_ms, self.intervention)
    }
}

impl FromStr for Timed {
    type Err = NotAnIntervention;

    fn from_str(text: &str) -> Result<Self, NotAnIntervention> {
        let (at_ms, rest) = text.split_once(' ').ok_or(NotAnIntervention)?;
        Ok(Self { at_ms: at_ms.parse().map_err(|_| NotAnIntervention)?, intervention: rest.parse()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINES: &[&str] = &[
        "12500 fail pod/pi-x2k9p 137",
        "0 oom pod/pi-x2k9p",
        "7 declare job/pi index=3 attempt=2 exit=1 after=2000",
        "7 declare job/pi pod=1 container=main oom",
        "7 declare job/pi exit after=60000",
        "7 declare job/pi no-image",
        "7 withdraw job/pi",
        "7 stop node/nodo-1",
        "7 start node/nodo-1",
        "7 evict pod/pi-x2k9p",
        "7 delete pod/pi-x2k9p",
        "7 delete pod/pi-x2k9p grace=5",
        "7 delete pod/pi-x2k9p grace=0 force",
        "7 delete job/pi",
        "7 delete job/pi foreground",
        "7 delete job/pi orphan",
        "7 suspend job/pi",
        "7 resume job/pi",
        "7 scale job/pi 4",
        "7 cordon node/nodo-1",
        "7 uncordon node/nodo-1",
        "7 drain node/nodo-1",
        "7 run kubectl delete pod -l a=b",
        "7 run printf 'a\\\\nb'\\nkubectl get pods",
    ];

    #[test]
    fn every_line_comes_back_as_it_was() {
        for line in LINES {
            let read: Result<Timed, _> = line.parse();
            assert_eq!(read.map(|timed| timed.to_string()).as_deref(), Ok(*line));
        }
    }

    #[test]
    fn what_is_no_line_is_refused() {
        for line in [
            "",
            "x",
            "5",
            "5 fail",
            "5 fail pod/a",
            "5 fail pod/a 256",
            "5 fail job/a 1",
            "5 declare job/a",
            "5 delete pod/a;b",
            "5 delete pod/a force grace=0",
            "-1 oom pod/a",
            "5 declare job/a exit=1 size=3",
        ] {
            assert_eq!(line.parse::<Timed>(), Err(NotAnIntervention), "{line}");
        }
    }

    #[test]
    fn kubectl_does_what_kubectl_can() {
        let scale = Intervention::Scale { job: Rc::from("pi"), parallelism: 3 };
        assert_eq!(
            scale.command_line("default").as_deref(),
            Some("kubectl patch job pi --type=merge -p '{\"spec\":{\"parallelism\":3}}'")
        );
        assert_eq!(Intervention::OutOfMemory { pod: Rc::from("a") }.command_line("default"), None);
    }
}
