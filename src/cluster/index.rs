//! Finds objects by a text of theirs (a name, a uid) without keeping the text: by its hash.
//!
//! Two texts may have one hash, so whoever looks compares the objects that are offered.

use super::Oid;
use crate::engine::StableHasher;
use std::collections::BTreeSet;
use std::hash::{Hash, Hasher};

/// Objects by the hash of a text.
#[derive(Debug, Clone, Default)]
pub(super) struct Index {
    places: BTreeSet<(u64, Oid)>,
}

impl Index {
    pub(super) fn insert(&mut self, text: impl Hash, oid: Oid) {
        self.places.insert((hash(text), oid));
    }

    pub(super) fn remove(&mut self, text: impl Hash, oid: Oid) {
        self.places.remove(&(hash(text), oid));
    }

    /// The objects that may have that text.
    pub(super) fn candidates(&self, text: impl Hash) -> impl Iterator<Item = Oid> {
        let hash = hash(text);
        self.places.range((hash, Oid(0))..=(hash, Oid(u32::MAX))).map(|(_, oid)| *oid)
    }
}

fn hash(text: impl Hash) -> u64 {
    let mut hasher = StableHasher::default();
    text.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offers_what_was_inserted_and_not_removed() {
        let mut index = Index::default();
        index.insert(("Pod", "a"), Oid(1));
        index.insert(("Pod", "b"), Oid(2));
        index.insert(("Pod", "a"), Oid(3));
        index.remove(("Pod", "a"), Oid(1));
        assert_eq!(index.candidates(("Pod", "a")).collect::<Vec<_>>(), [Oid(3)]);
        assert_eq!(index.candidates(("Pod", "c")).count(), 0);
    }
}
