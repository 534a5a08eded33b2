//! Models `apimachinery/pkg/util/validation/field@v0.37.2`: paths and lists of errors.

use crate::manifest::gotext::quote;
use crate::manifest::problem::{Problem, ProblemClass};
use std::fmt;

/// The way to a field. Lives on the stack; it becomes text only in an error.
#[derive(Clone, Copy)]
pub(crate) struct Path<'a> {
    parent: Option<&'a Path<'a>>,
    step: Step<'a>,
}

#[derive(Clone, Copy)]
enum Step<'a> {
    Name(&'a str),
    Index(usize),
    Key(&'a str),
}

impl<'a> Path<'a> {
    /// A path of one name.
    pub fn new(name: &'a str) -> Self {
        Self { parent: None, step: Step::Name(name) }
    }

    /// A field of this.
    pub fn child<'b>(&'b self, name: &'b str) -> Path<'b> {
        Path { parent: Some(self), step: Step::Name(name) }
    }

    /// An item of this list.
    pub fn index(&self, index: usize) -> Path<'_> {
        Path { parent: Some(self), step: Step::Index(index) }
    }

    /// An entry of this map.
    pub fn key<'b>(&'b self, key: &'b str) -> Path<'b> {
        Path { parent: Some(self), step: Step::Key(key) }
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(parent) = self.parent {
            parent.fmt(f)?;
        }
        match self.step {
            Step::Name(name) if self.parent.is_none() => f.write_str(name),
            Step::Name(name) => write!(f, ".{name}"),
            Step::Index(index) => write!(f, "[{index}]"),
            Step::Key(key) => write!(f, "[{key}]"),
        }
    }
}

/// The errors found so far.
#[derive(Default)]
pub(crate) struct Errors {
    list: Vec<Problem>,
    /// Errors that declarative validation reports, after all others.
    late: Vec<Problem>,
}

impl Errors {
    /// `Required value`.
    #[inline(never)]
    pub fn required(&mut self, path: &Path, detail: &str) {
        self.push(ProblemClass::Required, path, None, detail);
    }

    /// `Invalid value`, of a text.
    #[inline(never)]
    pub fn invalid(&mut self, path: &Path, value: &str, detail: &str) {
        self.push(ProblemClass::Invalid, path, Some(quote(value)), detail);
    }

    /// `Invalid value`, of a number.
    #[inline(never)]
    pub fn invalid_int(&mut self, path: &Path, value: i64, detail: &str) {
        self.push(ProblemClass::Invalid, path, Some(value.to_string()), detail);
    }

    /// `Invalid value`, shown as it is given; no value if empty.
    #[inline(never)]
    pub fn invalid_shown(&mut self, path: &Path, value: String, detail: &str) {
        let value = if value.is_empty() { None } else { Some(value) };
        self.push(ProblemClass::Invalid, path, value, detail);
    }

    /// Several complaints of one text.
    #[inline(never)]
    pub fn invalid_each(&mut self, path: &Path, value: &str, details: Vec<String>) {
        for detail in details {
            self.invalid(path, value, &detail);
        }
    }

    /// A number below zero.
    #[inline(never)]
    pub fn negative(&mut self, path: &Path, value: Option<i64>) {
        if let Some(value) = value.filter(|value| *value < 0) {
            self.invalid_int(path, value, "must be greater than or equal to 0");
        }
    }

    /// `Unsupported value`, of a text that isn't in the list. Whether it was.
    #[inline(never)]
    pub fn supported(&mut self, path: &Path, value: &str, supported: &[&str]) -> bool {
        let known = supported.contains(&value);
        if !known {
            self.unsupported(path, quote(value), supported);
        }
        known
    }

    /// `Unsupported value`.
    #[inline(never)]
    pub fn unsupported(&mut self, path: &Path, value: String, supported: &[&str]) {
        let supported: Vec<String> = supported.iter().map(|word| quote(word)).collect();
        let detail = format!("supported values: {}", supported.join(", "));
        self.push(ProblemClass::Unsupported, path, Some(value), &detail);
    }

    /// `Duplicate value`.
    #[inline(never)]
    pub fn duplicate(&mut self, path: &Path, value: &str) {
        self.push(ProblemClass::Duplicate, path, Some(quote(value)), "");
    }

    /// `Duplicate value`, shown as it is given.
    #[inline(never)]
    pub fn duplicate_shown(&mut self, path: &Path, value: String) {
        self.push(ProblemClass::Duplicate, path, Some(value), "");
    }

    /// `Duplicate value`, of a number.
    #[inline(never)]
    pub fn duplicate_int(&mut self, path: &Path, value: i64) {
        self.push(ProblemClass::Duplicate, path, Some(value.to_string()), "");
    }

    /// `Not found`.
    #[inline(never)]
    pub fn not_found(&mut self, path: &Path, value: &str, detail: &str) {
        self.push(ProblemClass::NotFound, path, Some(quote(value)), detail);
    }

    /// `Forbidden`.
    #[inline(never)]
    pub fn forbidden(&mut self, path: &Path, detail: &str) {
        self.push(ProblemClass::Forbidden, path, None, detail);
    }

    /// `Too long`.
    #[inline(never)]
    pub fn too_long(&mut self, path: &Path, max: usize) {
        self.push(ProblemClass::TooLong, path, None, &format!("may not be more than {max} bytes"));
    }

    /// `Too many`.
    #[inline(never)]
    pub fn too_many(&mut self, path: &Path, found: usize, max: usize) {
        let detail = format!("must have at most {max} items");
        self.push(ProblemClass::TooMany, path, Some(found.to_string()), &detail);
    }

    /// Reports what `check` finds after everything else, as declarative validation does.
    pub fn late(&mut self, check: impl FnOnce(&mut Self)) {
        let mut found = Self::default();
        check(&mut found);
        self.late.append(&mut found.list);
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.list.len()
    }

    /// All of them, in the server's order.
    pub fn finish(mut self) -> Vec<Problem> {
        self.list.append(&mut self.late);
        self.list
    }

    #[inline(never)]
    fn push(&mut self, class: ProblemClass, path: &Path, value: Option<String>, detail: &str) {
        let path = path.to_string();
        let mut message = format!("{path}: {}", class.title());
        for part in [value.as_deref().unwrap_or(""), detail] {
            if !part.is_empty() {
                message.push_str(": ");
                message.push_str(part);
            }
        }
        self.list.push(Problem { class, path, span: None, message, value, detail: detail.to_owned() });
    }
}
