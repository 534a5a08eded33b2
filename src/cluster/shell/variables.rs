//! Models the variables of a shell: what it was given, what it changed, what it exports.
//!
//! The given environment is shared by reference and looked through in order, so that a process
//! that never touches a variable pays nothing for them.

use std::collections::BTreeMap;
use std::rc::Rc;

/// The most bytes a variable may hold.
pub const MAX_VALUE: usize = 1 << 20;
/// The most variables a shell may set.
const MAX_VARIABLES: usize = 4096;

/// The environment a process is given.
pub type Environment = Rc<[(Rc<str>, Rc<str>)]>;

#[derive(Clone, Debug, PartialEq, Eq)]
struct Variable {
    value: Option<Rc<str>>,
    exported: bool,
    read_only: bool,
}

/// Why a variable could not be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// It is `readonly`.
    ReadOnly,
    /// There are too many, or it is too long.
    Full,
}

/// A saved variable, for `local` and for `NAME=value command`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saved {
    name: Rc<str>,
    was: Option<Variable>,
}

/// The variables of a shell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variables {
    given: Environment,
    changed: Rc<BTreeMap<Rc<str>, Variable>>,
}

impl Variables {
    /// What a new process sees.
    pub fn new(given: Environment) -> Variables {
        Variables { given, changed: Rc::default() }
    }

    /// The value of a variable.
    pub fn get(&self, name: &str) -> Option<&Rc<str>> {
        match self.changed.get(name) {
            Some(variable) => variable.value.as_ref(),
            None => self.given.iter().rev().find(|(n, _)| **n == *name).map(|(_, value)| value),
        }
    }

    fn look(&self, name: &str) -> Option<Variable> {
        if let Some(variable) = self.changed.get(name) {
            return Some(variable.clone());
        }
        let value = Rc::clone(self.get(name)?);
        Some(Variable { value: Some(value), exported: true, read_only: false })
    }

    /// Sets a variable.
    pub fn set(&mut self, name: &str, value: Rc<str>) -> Result<(), Refused> {
        if value.len() > MAX_VALUE {
            return Err(Refused::Full);
        }
        let old = self.look(name);
        if old.as_ref().is_some_and(|v| v.read_only) {
            return Err(Refused::ReadOnly);
        }
        let exported = old.is_some_and(|v| v.exported);
        self.put(name, Variable { value: Some(value), exported, read_only: false })
    }

    fn put(&mut self, name: &str, variable: Variable) -> Result<(), Refused> {
        let changed = Rc::make_mut(&mut self.changed);
        if let Some(old) = changed.get_mut(name) {
            *old = variable;
            return Ok(());
        }
        if changed.len() >= MAX_VARIABLES {
            return Err(Refused::Full);
        }
        changed.insert(name.into(), variable);
        Ok(())
    }

    /// Removes a variable.
    pub fn unset(&mut self, name: &str) -> Result<(), Refused> {
        match self.look(name) {
            None => Ok(()),
            Some(variable) if variable.read_only => Err(Refused::ReadOnly),
            Some(_) => self.put(name, Variable { value: None, exported: false, read_only: false }),
        }
    }

    /// Marks a variable as exported, or as read only.
    pub fn mark(&mut self, name: &str, read_only: bool) -> Result<(), Refused> {
        let old = self.look(name);
        let mut variable = old.unwrap_or(Variable { value: None, exported: false, read_only: false });
        if read_only {
            variable.read_only = true;
        } else {
            variable.exported = true;
        }
        self.put(name, variable)
    }

    /// Remembers a variable, to be put back.
    pub fn save(&self, name: &str) -> Saved {
        Saved { name: name.into(), was: self.look(name) }
    }

    /// Puts back a remembered variable.
    pub fn restore(&mut self, saved: Saved) {
        let nothing = Variable { value: None, exported: false, read_only: false };
        let _ = self.put(&saved.name, saved.was.unwrap_or(nothing));
    }

    /// All variables with a value, by name, of those to keep (exported, read only).
    pub fn all(&self, keep: impl Fn(bool, bool) -> bool) -> Vec<(Rc<str>, Rc<str>)> {
        let mut all: BTreeMap<&Rc<str>, &Rc<str>> = BTreeMap::new();
        for (name, value) in self.given.iter().filter(|(n, _)| keep(true, false) && !self.changed.contains_key(n)) {
            all.insert(name, value);
        }
        for (name, variable) in self.changed.iter().filter(|(_, v)| keep(v.exported, v.read_only)) {
            if let Some(value) = &variable.value {
                all.insert(name, value);
            }
        }
        all.into_iter().map(|(name, value)| (Rc::clone(name), Rc::clone(value))).collect()
    }

    /// The environment of a program that this shell starts.
    pub fn exported(&self) -> Environment {
        if self.changed.is_empty() {
            return Rc::clone(&self.given);
        }
        // As the kernel would hand them on: the given ones first, in their order.
        let mut list: Vec<(Rc<str>, Rc<str>)> = Vec::new();
        for (name, value) in self.given.iter() {
            match self.changed.get(name) {
                None => list.push((Rc::clone(name), Rc::clone(value))),
                Some(v) if v.exported => {
                    list.extend(v.value.as_ref().map(|v| (Rc::clone(name), Rc::clone(v))));
                }
                Some(_) => {}
            }
        }
        for (name, variable) in self.changed.iter() {
            let given = self.given.iter().any(|(n, _)| n == name);
            if let (true, false, Some(value)) = (variable.exported, given, &variable.value) {
                list.push((Rc::clone(name), Rc::clone(value)));
            }
        }
        list.into()
    }
}
