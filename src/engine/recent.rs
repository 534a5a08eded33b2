//! The values that were made last, so that equal ones made again are shared and not kept twice.
//!
//! What many Pods go through at one second reads the same in all of them.

use std::borrow::Borrow;
use std::rc::Rc;

/// How many values are remembered. A search among them is a few comparisons of first fields.
const REMEMBERED: usize = 12;

/// The last few distinct values, the newest first.
#[derive(Debug)]
pub struct Recent<T: ?Sized> {
    values: Vec<Rc<T>>,
}

impl<T: ?Sized> Clone for Recent<T> {
    fn clone(&self) -> Self {
        Self { values: self.values.clone() }
    }
}

impl<T: ?Sized> Default for Recent<T> {
    fn default() -> Self {
        Self { values: Vec::new() }
    }
}

impl<T: ?Sized + PartialEq> Recent<T> {
    /// The value, shared with an equal one that was made lately.
    pub fn share<V: Borrow<T> + Into<Rc<T>>>(&mut self, value: V) -> Rc<T> {
        let known = self.values.iter().position(|known| **known == *value.borrow());
        if let Some(place) = known
            && let Some(newest_first) = self.values.get_mut(..=place)
            && let Some(found) = newest_first.last().map(Rc::clone)
        {
            newest_first.rotate_right(1);
            return found;
        }
        let shared: Rc<T> = value.into();
        self.values.truncate(REMEMBERED - 1);
        self.values.insert(0, Rc::clone(&shared));
        shared
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_are_one_and_the_oldest_is_forgotten() {
        let mut texts: Recent<str> = Recent::default();
        let first = texts.share("a");
        assert!(Rc::ptr_eq(&first, &texts.share(String::from("a"))));
        for number in 0..REMEMBERED - 1 {
            texts.share(number.to_string());
        }
        // Asked for again, it is the newest.
        assert!(Rc::ptr_eq(&first, &texts.share("a")));
        for number in 0..REMEMBERED {
            texts.share(number.to_string());
        }
        let again = texts.share("a");
        assert!(first == again && !Rc::ptr_eq(&first, &again));
    }
}
