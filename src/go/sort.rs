//! Models `sort.SliceStable`: one sort for lists of whatever kind.
//!
//! The library's own sort is made anew for each kind of list, some 4 KB of WebAssembly every time. This one sorts
//! places, so its code is there once; long lists that are sorted often do better with the library's.

use std::cmp::Ordering;

/// The places of a list from 0 in ascending order; equal ones keep theirs.
pub(crate) fn places(length: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut places: Vec<usize> = (0..length).collect();
    places.sort_by(|a, b| compare(*a, *b));
    places
}

/// Sorts a list; equal items keep their order.
pub(crate) fn by<T>(items: &mut Vec<T>, compare: impl Fn(&T, &T) -> Ordering) {
    let order = places(items.len(), &|a, b| match (items.get(a), items.get(b)) {
        (Some(a), Some(b)) => compare(a, b),
        _ => Ordering::Equal,
    });
    let mut taken: Vec<Option<T>> = std::mem::take(items).into_iter().map(Some).collect();
    items.extend(order.into_iter().filter_map(|place| taken.get_mut(place)?.take()));
}

/// The same, by something that each item has.
pub(crate) fn by_key<T, K: Ord>(items: &mut Vec<T>, key: impl Fn(&T) -> K) {
    by(items, |a, b| key(a).cmp(&key(b)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorts_and_keeps_the_order_of_equals() {
        let mut items: Vec<(u32, String)> =
            [5, 3, 5, 1, 3].into_iter().zip(0..).map(|(key, place)| (key, format!("{place}"))).collect();
        let mut expected = items.clone();
        expected.sort_by_key(|(key, _)| *key);
        by_key(&mut items, |(key, _)| *key);
        assert_eq!(items, expected);
        by(&mut items, |a, b| b.1.cmp(&a.1));
        assert_eq!(items.iter().map(|(_, place)| place.as_str()).collect::<String>(), "43210");
    }
}
