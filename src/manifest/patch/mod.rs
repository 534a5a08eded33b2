//! Patches: what the server makes of an object and a patch, and the patch that `kubectl apply` computes.
//!
//! Models `staging/src/k8s.io/apiserver/pkg/endpoints/handlers/patch.go@v1.37.2` and the three kinds of patches that it
//! takes.
//!
//! Leaves out: server-side apply's owners of fields.

mod diff;
mod json_patch;
mod merge;
mod meta;
mod unstructured;

use super::access::{in_order, sort_keys};
use super::check::{LAST_APPLIED, Validation};
use super::gotext::{json, json_number, quote};
use super::kinds::KindId;
use super::problem::{Problem, ProblemClass, Refusal, Wording};
use super::schema::{self, Type};
use super::strict::{self, Mistake};
use super::{defaults, json as json_text};
use serde_json::{Map, Value};

const DIRECTIVE: &str = "$patch";
const DELETE: &str = "delete";
const RETAIN: &str = "$retainKeys";
const PRIMITIVES: &str = "$deleteFromPrimitiveList";
const ORDER: &str = "$setElementOrder";
/// How deep a patch may be nested.
const DEPTH: usize = 100;

/// How a patch is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PatchKind {
    /// Lists are merged by their elements' keys.
    Strategic,
    /// RFC 7396: lists are replaced.
    Merge,
    /// RFC 6902: a list of operations.
    Json,
}

/// What a patch made of an object.
#[derive(Debug, Clone, PartialEq)]
pub struct Patched {
    /// The object, decoded and defaulted; not yet validated.
    pub object: Value,
    /// Fields that the kind doesn't have, in the server's words; they were left out.
    pub unknown: Vec<String>,
}

/// Why a patch can't be merged.
#[derive(Debug, Clone, PartialEq, Eq)]
enum PatchError {
    /// It isn't one.
    BadRequest(String),
    /// An operation can't be carried out.
    Unprocessable,
    /// The server's own trouble with it.
    Internal(String),
}

/// The patch that makes of `current` what `modified` says; what only `original` (the file that was applied last) said
/// is taken away. All are objects as JSON.
pub fn three_way(original: &Value, modified: &Value, current: &Value, kind: &KindId) -> Result<Value, String> {
    let empty = Map::new();
    let fields = |value: &'static str, object: &Value| {
        object.as_object().cloned().ok_or_else(|| format!("the {value} configuration is no object"))
    };
    let (modified, current) = (fields("modified", modified)?, fields("current", current)?);
    let original = original.as_object().unwrap_or(&empty);
    match diff::three_way(original, &modified, &current, type_of(kind)) {
        Ok(patch) => {
            let mut patch = Value::Object(patch);
            sort_keys(&mut patch);
            Ok(patch)
        }
        Err(PatchError::BadRequest(text) | PatchError::Internal(text)) => Err(text),
        Err(PatchError::Unprocessable) => Err("the patch can't be computed".to_owned()),
    }
}

/// The patch that makes one object of another, both as the API shows them: what `kubectl set` sends.
pub fn two_way(before: &Value, after: &Value, kind: &KindId) -> Result<Value, String> {
    let (Some(before), Some(after)) = (before.as_object(), after.as_object()) else {
        return Err("the object is no mapping".to_owned());
    };
    match diff::two_way(before, after, type_of(kind)) {
        Ok(patch) => {
            let mut patch = Value::Object(patch);
            sort_keys(&mut patch);
            Ok(patch)
        }
        Err(PatchError::BadRequest(text) | PatchError::Internal(text)) => Err(text),
        Err(PatchError::Unprocessable) => Err("the patch can't be computed".to_owned()),
    }
}

/// A value as Go writes it: one line, keys in their order.
pub fn go_json(value: &Value) -> String {
    json(value)
}

/// What `kubectl apply` keeps in its annotation: the object as JSON, one line, without the annotation itself.
pub fn last_applied(object: &Value) -> Option<Value> {
    let text = object.get("metadata")?.get("annotations")?.get(LAST_APPLIED)?.as_str()?;
    json_text::read(text, 0, DEPTH).ok().map(|read| read.0)
}

fn type_of(kind: &KindId) -> Type {
    match kind.kind {
        "Job" => Type("@Job"),
        "CronJob" => Type("@CronJob"),
        "Pod" => Type("@Pod"),
        "Deployment" => Type("@Deployment"),
        "Service" => Type("@Service"),
        "ConfigMap" => Type("@ConfigMap"),
        "Secret" => Type("@Secret"),
        "Namespace" => Type("@Namespace"),
        "PersistentVolumeClaim" => Type("@PersistentVolumeClaim"),
        _ => Type("a"),
    }
}

/// Patches an object as the server does. `object` is how the API shows it; `action` is what kubectl puts before the
/// message, such as `error when patching "job.yaml": `.
pub fn patch_object(
    object: &Value,
    kind: &KindId,
    patch: &str,
    how: PatchKind,
    validation: Validation,
    action: &str,
) -> Result<Patched, Refusal> {
    let refuse = |error| match error {
        PatchError::BadRequest(text) => {
            Refusal::status("BadRequest", format!("{action}{text}"), ProblemClass::BadValue, "", None)
        }
        PatchError::Unprocessable => invalid_request(
            "the server rejected our request due to an error in our request".to_owned(),
            ProblemClass::BadValue,
        ),
        PatchError::Internal(text) => Refusal::status("", format!("{action}{text}"), ProblemClass::Internal, "", None),
    };
    let parsed = json_text::read(patch, 0, DEPTH)
        .map_err(|_| refuse(PatchError::BadRequest("invalid JSON patch".to_owned())))?
        .0;
    let mut merged = object.clone();
    match how {
        PatchKind::Strategic => {
            let (Value::Object(fields), Value::Object(mut patch)) = (&mut merged, parsed.clone()) else {
                let text = format!(
                    "json: cannot unmarshal {} into Go value of type map[string]interface {{}}",
                    strict::kind_word(&parsed)
                );
                return Err(refuse(PatchError::BadRequest(text)));
            };
            merge::maps(fields, &mut patch, type_of(kind), merge::Options { into_object: true }).map_err(refuse)?;
            let shown = go_text(&Value::Object(patch));
            let converted = unstructured::convert(&merged, type_of(kind));
            decode(&converted.map_err(|text| wrong(&shown, &text))?, kind, validation, &shown)
        }
        PatchKind::Merge => {
            if !parsed.is_object() {
                let word = strict::kind_word(&parsed);
                let text = format!(
                    "error decoding patch: json: cannot unmarshal {word} into Go value of type map[string]interface {{}}"
                );
                return Err(refuse(PatchError::BadRequest(text)));
            }
            merge::plain(&mut merged, &parsed);
            sort_keys(&mut merged);
            decode(&merged, kind, validation, &json(&merged))
        }
        PatchKind::Json => {
            json_patch::apply(&mut merged, &parsed).map_err(refuse)?;
            sort_keys(&mut merged);
            decode(&merged, kind, validation, &json(&merged))
        }
    }
}

fn decode(value: &Value, kind: &KindId, validation: Validation, shown: &str) -> Result<Patched, Refusal> {
    let Some(of) = schema::find(kind.kind) else { return Ok(Patched { object: value.clone(), unknown: Vec::new() }) };
    let decoded = strict::decode(value, of);
    if let Some(mistake) = decoded.wrong {
        return Err(wrong(shown, &mistake.message));
    }
    let unknown: Vec<String> = decoded.unknown.into_iter().map(|mistake: Mistake| mistake.message).collect();
    if !unknown.is_empty() && validation == Validation::Strict {
        return Err(wrong(shown, &format!("strict decoding error: {}", unknown.join(", "))));
    }
    let mut object = decoded.value;
    defaults::apply(&mut object, of);
    let unknown = if validation == Validation::Ignore { Vec::new() } else { unknown };
    Ok(Patched { object, unknown })
}

fn wrong(shown: &str, text: &str) -> Refusal {
    invalid_request(format!("patch: Invalid value: {}: {text}", quote(shown)), ProblemClass::WrongType)
}

/// A refusal that names no object.
fn invalid_request(message: String, class: ProblemClass) -> Refusal {
    let problem = Problem { class, path: String::new(), span: None, detail: message.clone(), message, value: None };
    let wording =
        Wording::Invalid { kind: String::new(), resource: String::new(), name: String::new(), action: String::new() };
    Refusal::new(wording, vec![problem], false)
}

/// A value as Go's `%v` prints it: maps by key, texts bare.
fn go_text(value: &Value) -> String {
    match value {
        Value::Null => "<nil>".to_owned(),
        Value::Bool(flag) => flag.to_string(),
        Value::Number(number) => json_number(number),
        Value::String(text) => text.clone(),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(go_text).collect();
            format!("[{}]", items.join(" "))
        }
        Value::Object(fields) => {
            let fields: Vec<String> =
                in_order(fields).into_iter().map(|(name, field)| format!("{name}:{}", go_text(field))).collect();
            format!("map[{}]", fields.join(" "))
        }
    }
}
