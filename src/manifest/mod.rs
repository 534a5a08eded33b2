//! Manifests: text → objects, with kubectl's and the API server's own errors and the place of each.

mod access;
mod admission;
mod check;
mod complete;
mod cursor;
mod defaults;
mod difflib;
mod emit;
mod fix;
mod gotext;
mod json;
mod kinds;
mod limit_range;
mod openapi;
mod patch;
mod pod_defaults;
mod prepare;
mod problem;
mod schema;
mod sending;
mod span;
mod strict;
#[cfg(test)]
mod tests;
mod text;
mod update;
mod update_pod;
mod validate;
mod warnings;
mod yaml;

pub(crate) use access::Access;
pub use admission::{Forbidden, PodClasses, PodNames, forbidden, priority_of};
pub use check::{
    Accepted, LAST_APPLIED, Scope, Sent, Validation, Verb, Warning, check, check_new, decode_sent, read_objects,
};
pub use complete::{Candidate, Completion, Hover, complete, hover};
pub use difflib::of_texts as text_difference;
pub(crate) use emit::struct_order;
pub use fix::{Edit, Fix, fixes};
pub use gotext::pretty_json;
pub(crate) use gotext::{json as json_text, json_string, quote as go_quote};
pub use kinds::{KindId, kinds, served};
pub use limit_range::{LIMIT_RANGER, fill_in, violation};
pub use patch::{PatchKind, Patched, go_json, last_applied, patch_object, three_way, two_way};
pub use pod_defaults::{default_pod, qos_class};
pub use prepare::{admit, prepare, prepare_update};
pub use problem::{Problem, ProblemClass, Refusal, report};
pub use span::{Inside, Place, Span};
pub use text::{Document, Limits, Reading, decode, read, yaml_to_json};
pub use update::{answer_object, decode_object, validate_update};
pub(crate) use validate::{label_key_problem, label_value_problem};
