//! The recordings that can't be met, each with its cause.

/// Why the recording of that name can't be met; none if it must be.
pub fn cause(name: &str) -> Option<&'static str> {
    EXCEPTIONS.iter().find(|(other, _)| *other == name).map(|(_, cause)| *cause)
}

const EXCEPTIONS: &[(&str, &str)] = &[];
