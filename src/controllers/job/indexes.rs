//! Models `pkg/controller/job/indexed_job_utils.go@v1.37.2`, `orderedIntervals`: sets of indexes and
//! their text, such as `0-2,5`.

use std::fmt;

/// A set of completion indexes, kept as ascending intervals.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct IndexSet {
    intervals: Vec<(u32, u32)>,
}

impl IndexSet {
    /// Reads what the status says; indexes from `completions` on are cut off.
    pub fn parse(text: &str, completions: u32) -> Self {
        let mut set = Self::default();
        for part in text.split(',').filter(|part| !part.is_empty()) {
            let (first, last) = part.split_once('-').unwrap_or((part, part));
            let (Ok(first), Ok(last)) = (first.parse::<u32>(), last.parse::<u32>()) else { continue };
            let Some(highest) = completions.checked_sub(1).filter(|highest| first <= *highest) else { break };
            let last = last.min(highest);
            // The text writes runs of two apart: `0,1` is one interval.
            match set.intervals.last_mut() {
                Some(previous) if previous.1.checked_add(1) == Some(first) => previous.1 = last,
                _ => set.intervals.push((first, last)),
            }
        }
        set
    }

    /// Adds an index.
    pub fn insert(&mut self, index: u32) {
        let place = self.intervals.partition_point(|(_, last)| *last < index);
        if self.intervals.get(place).is_some_and(|(first, _)| *first <= index) {
            return;
        }
        let joins_left =
            place > 0 && self.intervals.get(place - 1).is_some_and(|(_, last)| last.checked_add(1) == Some(index));
        let joins_right = self.intervals.get(place).is_some_and(|(first, _)| index.checked_add(1) == Some(*first));
        match (joins_left, joins_right) {
            (true, true) => {
                let (_, last) = self.intervals.remove(place);
                if let Some(left) = self.intervals.get_mut(place - 1) {
                    left.1 = last;
                }
            }
            (true, false) => {
                if let Some(left) = self.intervals.get_mut(place - 1) {
                    left.1 = index;
                }
            }
            (false, true) => {
                if let Some(right) = self.intervals.get_mut(place) {
                    right.0 = index;
                }
            }
            (false, false) => self.intervals.insert(place, (index, index)),
        }
    }

    /// Whether the index is in the set.
    pub fn contains(&self, index: u32) -> bool {
        let place = self.intervals.partition_point(|(_, last)| *last < index);
        self.intervals.get(place).is_some_and(|(first, _)| *first <= index)
    }

    /// How many indexes there are.
    pub fn len(&self) -> usize {
        self.intervals.iter().map(|(first, last)| (last - first) as usize + 1).sum()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.intervals.is_empty()
    }

    /// The indexes in ascending order.
    pub fn iter(&self) -> impl Iterator<Item = u32> {
        self.intervals.iter().flat_map(|(first, last)| *first..=*last)
    }
}

impl fmt::Display for IndexSet {
    /// Runs of two are written `a,b`, of three or more `a-b`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        for (first, last) in &self.intervals {
            match last - first {
                0 => write!(f, "{separator}{first}")?,
                1 => write!(f, "{separator}{first},{last}")?,
                _ => write!(f, "{separator}{first}-{last}")?,
            }
            separator = ",";
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(indexes: &[u32]) -> IndexSet {
        let mut set = IndexSet::default();
        for index in indexes {
            set.insert(*index);
        }
        set
    }

    #[test]
    fn writes_as_the_status_does() {
        assert_eq!(set(&[1, 3, 4, 5, 7]).to_string(), "1,3-5,7");
        assert_eq!(set(&[1, 0]).to_string(), "0,1");
        assert_eq!(set(&[2, 0, 1]).to_string(), "0-2");
        assert_eq!(set(&[]).to_string(), "");
        assert_eq!(set(&[5, 3, 4, 4]).to_string(), "3-5");
    }

    #[test]
    fn reads_back_and_cuts() {
        assert_eq!(IndexSet::parse("0-2,5,7-9", 20), set(&[0, 1, 2, 5, 7, 8, 9]));
        assert_eq!(IndexSet::parse("0,4", 3), set(&[0]));
        assert_eq!(IndexSet::parse("0-9", 3).to_string(), "0-2");
        assert!(IndexSet::parse("0-9", 0).is_empty());
        let mut grown = IndexSet::parse("0,1", 9);
        grown.insert(2);
        assert_eq!(grown.to_string(), "0-2");
    }

    #[test]
    fn knows_its_members() {
        let set = set(&[0, 2, 3]);
        assert_eq!((0..5).filter(|index| set.contains(*index)).collect::<Vec<_>>(), [0, 2, 3]);
        assert_eq!(set.len(), 3);
    }
}
