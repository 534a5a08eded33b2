//! Outcomes that the student declares for containers, in place of what their programs would do.
//!
//! Models nothing of Kubernetes: it stands for the real program, the real memory and the real
//! registry, none of which are here.

use std::rc::Rc;

/// What becomes of a container's instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Its process ends with that code, when it ends by itself or after that time.
    Exit {
        /// The exit code; none keeps the program's own (0 if it is cut short).
        code: Option<u8>,
        /// Virtual milliseconds after its start; none lets the program take its own time.
        after_ms: Option<u64>,
    },
    /// The kernel kills it for its memory: 137, `OOMKilled`.
    OutOfMemory {
        /// Virtual milliseconds after its start; none: when the program would have ended.
        after_ms: Option<u64>,
    },
    /// It never starts: the registry doesn't have its image.
    NoImage,
}

impl Outcome {
    /// When the instance is ended, counted from its start; none if its program decides.
    pub fn after_ms(self) -> Option<u64> {
        match self {
            Self::Exit { after_ms, .. } | Self::OutOfMemory { after_ms } => after_ms,
            Self::NoImage => None,
        }
    }

    /// The exit code of an instance whose program ended with that code.
    pub fn code(self, own: i32) -> i32 {
        match self {
            Self::Exit { code, .. } => code.map_or(own, i32::from),
            Self::OutOfMemory { .. } => 137,
            Self::NoImage => own,
        }
    }
}

/// Which instances an outcome is declared for: those that fit every condition that is given.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Whose {
    /// The Job's name.
    pub job: Rc<str>,
    /// Completion index of an Indexed Job.
    pub index: Option<u32>,
    /// The Pod's number among those that the Job created, from 1.
    pub pod: Option<u32>,
    /// The attempt, from 1. Of an Indexed Job: at this index, over all its Pods and restarts; of
    /// others: of the container in its Pod, so 2 is its first restart.
    pub attempt: Option<u32>,
    /// The container's name; none: the Pod's first regular container.
    pub container: Option<Rc<str>>,
}

/// An outcome declared in advance.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Declared {
    /// For which instances.
    pub whose: Whose,
    /// What becomes of them.
    pub outcome: Outcome,
}

/// A Pod's place among those of its Job.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rank {
    /// Its number, from 1.
    pub number: u32,
    /// How many Pods came before at its completion index.
    pub earlier_at_index: u32,
}

/// An instance of a container, as [`Whose`] looks at it.
pub(super) struct Candidate<'a> {
    pub job: &'a str,
    pub index: Option<u32>,
    pub rank: Rank,
    pub restarts: u32,
    pub container: &'a str,
    pub is_first: bool,
}

impl Whose {
    pub(super) fn fits(&self, candidate: &Candidate<'_>) -> bool {
        let earlier = if candidate.index.is_some() { candidate.rank.earlier_at_index } else { 0 };
        *self.job == *candidate.job
            && self.index.is_none_or(|index| candidate.index == Some(index))
            && self.pod.is_none_or(|number| candidate.rank.number == number)
            && self.attempt.is_none_or(|attempt| earlier + candidate.restarts + 1 == attempt)
            && self.container.as_deref().map_or(candidate.is_first, |name| name == candidate.container)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attempt_counts_pods_of_the_index_and_restarts() {
        let candidate = |index, restarts| Candidate {
            job: "pi",
            index,
            rank: Rank { number: 5, earlier_at_index: 1 },
            restarts,
            container: "main",
            is_first: true,
        };
        let second = Whose { job: Rc::from("pi"), attempt: Some(2), ..Whose::default() };
        assert!(second.fits(&candidate(Some(3), 0)));
        assert!(!second.fits(&candidate(Some(3), 1)));
        assert!(second.fits(&candidate(None, 1)));
        let other_index = Whose { index: Some(4), ..second.clone() };
        assert!(!other_index.fits(&candidate(Some(3), 0)));
        let sidecar = Whose { container: Some(Rc::from("log")), ..second };
        assert!(!sidecar.fits(&candidate(Some(3), 0)));
    }

    #[test]
    fn an_outcome_replaces_the_programs_own_end() {
        assert_eq!(Outcome::Exit { code: Some(3), after_ms: None }.code(0), 3);
        assert_eq!(Outcome::Exit { code: None, after_ms: Some(5) }.code(0), 0);
        assert_eq!(Outcome::OutOfMemory { after_ms: None }.code(0), 137);
    }
}
