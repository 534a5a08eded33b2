//! What the view of objects draws: the objects at the playhead, and what kubectl prints of one of them.

use crate::because::Because;
use std::rc::Rc;

/// What names an object, in every run alike.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ObjectName {
    /// Its kind, as the API writes it.
    pub kind: Rc<str>,
    /// Its namespace; empty for objects of the cluster.
    pub namespace: Rc<str>,
    /// Its name.
    pub name: Rc<str>,
}

/// Which command of kubectl prints the object.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Form {
    /// `kubectl describe`.
    #[default]
    Describe,
    /// `kubectl get -o yaml`.
    Yaml,
}

impl Form {
    /// In the order of the choice.
    pub const ALL: [Self; 2] = [Self::Describe, Self::Yaml];
}

/// All objects of one kind at the playhead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectKindRow {
    /// The kind, as the API writes it.
    pub kind: Rc<str>,
    /// How many there are.
    pub count: u32,
    /// The newest of them, in the order of creation.
    pub names: Vec<ObjectName>,
}

/// One object, as kubectl prints it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Inspection {
    /// The kinds, those that it is all about first.
    pub kinds: Rc<Vec<ObjectKindRow>>,
    /// The object that is looked at; none while there is none.
    pub chosen: Option<ObjectName>,
    /// How it is printed.
    pub form: Form,
    /// The command, as one would type it.
    pub line: String,
    /// What it printed; empty if the object doesn't exist at this instant.
    pub text: Rc<str>,
    /// The object that owns it, or that an event is about.
    pub owner: Option<ObjectName>,
    /// How many objects it owns, and the newest of them.
    pub owned: (u32, Vec<ObjectName>),
    /// What was written to it last.
    pub last: Option<LastWrite>,
}

/// The last write to an object up to the playhead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastWrite {
    /// When, in virtual milliseconds.
    pub at_ms: u64,
    /// Why.
    pub because: Because,
    /// Whether it made the object.
    pub created: bool,
    /// The lines of the text that it changed, from 0, ascending.
    pub lines: Vec<u32>,
}
