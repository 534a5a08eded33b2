//! Models `sigs.k8s.io/json` (`decode.go`, `kubernetes_patch.go`): JSON → a typed object, with the server's
//! words for wrong types and unknown fields.
//!
//! What comes out keeps only the fields that were set, each of the right type; defaults come later.
//!
//! Leaves out: exact texts of malformed timestamps beyond their shape.

use super::access::in_order;
use super::gotext::{json, json_number, quote};
use super::problem::ProblemClass;
use super::schema::{Kind, Struct, Type};
use crate::api::Quantity;
use crate::go::base64;
use serde_json::{Map, Value};
use std::fmt::Write;

/// A mistake in the types.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mistake {
    pub class: ProblemClass,
    /// With indexes.
    pub path: String,
    /// In Go's words.
    pub message: String,
}

/// What decoding found.
#[derive(Debug, Default)]
pub(crate) struct Decoded {
    /// The object.
    pub value: Value,
    /// What stops the decoding; the first one is reported.
    pub wrong: Option<Mistake>,
    /// Unknown fields, in the order of the text.
    pub unknown: Vec<Mistake>,
}

/// Go stops collecting there.
const MAX_UNKNOWN: usize = 100;

/// Decodes an object of a struct.
pub(crate) fn decode(value: &Value, into: &'static Struct) -> Decoded {
    let mut decoder = Decoder::default();
    let value = match decoder.fields(value, into) {
        Ok(fields) => fields,
        Err(fatal) => {
            decoder.wrong = Some(fatal);
            Value::Null
        }
    };
    Decoded { value, wrong: decoder.wrong, unknown: decoder.unknown }
}

#[derive(Default)]
struct Decoder {
    /// The path with indexes.
    path: String,
    /// The path as Go's errors write it: no indexes, but the names of embedded structs.
    stack: Vec<String>,
    /// The struct that holds the field.
    holder: &'static str,
    wrong: Option<Mistake>,
    unknown: Vec<Mistake>,
}

impl Decoder {
    /// A struct's fields. Only what a type's own reader says is fatal.
    fn fields(&mut self, value: &Value, of: &'static Struct) -> Result<Value, Mistake> {
        let Value::Object(given) = value else {
            let name = format!("{}.{}", of.package, of.name);
            self.mismatch(value, &name);
            return Ok(Value::Object(Map::new()));
        };
        let mut fields = Map::new();
        // kubectl sends keys sorted.
        for (name, value) in in_order(given) {
            let length = self.path.len();
            if !self.path.is_empty() {
                self.path.push('.');
            }
            self.path.push_str(name);
            match of.field(name) {
                Some((way, field)) => {
                    let depth = self.stack.len();
                    let holder = std::mem::replace(&mut self.holder, of.name);
                    self.stack.extend(way.iter().map(|&name| name.to_owned()));
                    self.stack.push(name.clone());
                    let decoded = self.value(value, field.ty)?;
                    self.stack.truncate(depth);
                    self.holder = holder;
                    if !decoded.is_null() {
                        fields.insert(name.clone(), decoded);
                    }
                }
                None => self.report_unknown(),
            }
            self.path.truncate(length);
        }
        Ok(Value::Object(fields))
    }

    fn report_unknown(&mut self) {
        let message = format!("unknown field {}", quote(&self.path));
        if self.unknown.len() < MAX_UNKNOWN {
            let path = self.path.clone();
            self.unknown.push(Mistake { class: ProblemClass::UnknownField, path, message });
        }
    }

    /// One value; null means that it stays unset.
    fn value(&mut self, value: &Value, ty: Type) -> Result<Value, Mistake> {
        let kind = ty.kind();
        if value.is_null() && !matches!(kind, Kind::IntOrString) {
            return Ok(Value::Null);
        }
        match (kind, value) {
            (Kind::Pointer(inner), _) => return self.value(value, inner),
            (Kind::Struct(of), Value::Object(_)) => return self.fields(value, of),
            (Kind::List(inner), Value::Array(items)) => return self.list(items, inner),
            (Kind::Map(inner), Value::Object(items)) => return self.map(items, inner),
            (Kind::Text, Value::String(_)) | (Kind::Bool, Value::Bool(_)) | (Kind::Any, _) => return Ok(value.clone()),
            (Kind::Int32 | Kind::Int64, Value::Number(number)) => {
                let fits = number.as_i64().filter(|n| matches!(kind, Kind::Int64) || i32::try_from(*n).is_ok());
                match fits {
                    Some(number) => return Ok(Value::from(number)),
                    None => self.save(&format!("number {}", json_number(number)), &ty.go_name()),
                }
            }
            (Kind::Bytes, Value::String(text)) => match base64::decode(text) {
                Ok(_) => return Ok(value.clone()),
                Err(at) => self.save_text(ProblemClass::BadValue, format!("illegal base64 data at input byte {at}")),
            },
            (Kind::Quantity, _) => return self.quantity(value),
            (Kind::Time, _) => return self.time(value),
            (Kind::IntOrString, _) => return self.int_or_string(value),
            _ => self.mismatch(value, &ty.go_name()),
        }
        Ok(Value::Null)
    }

    fn list(&mut self, items: &[Value], inner: Type) -> Result<Value, Mistake> {
        let mut list = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            let length = self.path.len();
            let _ = write!(self.path, "[{index}]");
            let decoded = self.value(item, inner)?;
            // An item that says nothing is its type's zero.
            list.push(if decoded.is_null() { zero(inner) } else { decoded });
            self.path.truncate(length);
        }
        Ok(Value::Array(list))
    }

    fn map(&mut self, items: &Map<String, Value>, inner: Type) -> Result<Value, Mistake> {
        let mut map = Map::new();
        for (name, item) in in_order(items) {
            let length = self.path.len();
            let _ = write!(self.path, "[{name}]");
            let decoded = self.value(item, inner)?;
            map.insert(name.clone(), if decoded.is_null() { zero(inner) } else { decoded });
            self.path.truncate(length);
        }
        Ok(Value::Object(map))
    }

    fn quantity(&mut self, value: &Value) -> Result<Value, Mistake> {
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Number(number) => json_number(number),
            other => json(other),
        };
        match Quantity::parse(text.trim()) {
            Ok(quantity) => Ok(Value::String(quantity.to_string())),
            Err(error) => Err(self.fatal(error.to_string())),
        }
    }

    fn time(&mut self, value: &Value) -> Result<Value, Mistake> {
        let Value::String(text) = value else {
            let (found, field) = (kind_word(value), self.stack.join("."));
            let place = format!("Go struct field {}.{field}", self.holder);
            return Err(self.fatal(format!("json: cannot unmarshal {found} into {place} of type string")));
        };
        if crate::api::Timestamp::parse(text).is_some() {
            return Ok(value.clone());
        }
        let shown = quote(text);
        let message = format!(r#"parsing time {shown} as "2006-01-02T15:04:05Z07:00": cannot parse {shown} as "2006""#);
        Err(self.fatal(message))
    }

    fn int_or_string(&mut self, value: &Value) -> Result<Value, Mistake> {
        let problem = match value {
            Value::String(_) => return Ok(value.clone()),
            Value::Null => return Ok(Value::from(0)),
            Value::Number(number) => match number.as_i64() {
                Some(whole) if i32::try_from(whole).is_ok() => return Ok(value.clone()),
                _ => format!("number {}", json_number(number)),
            },
            other => kind_word(other).to_owned(),
        };
        Err(self.fatal(format!("json: cannot unmarshal {problem} into Go value of type int32")))
    }

    // ---- mistakes

    fn mismatch(&mut self, value: &Value, ty: &str) {
        self.save(kind_word(value), ty);
    }

    fn save(&mut self, found: &str, ty: &str) {
        let message = if self.stack.is_empty() {
            format!("json: cannot unmarshal {found} into Go value of type {ty}")
        } else {
            let field = self.stack.join(".");
            format!("json: cannot unmarshal {found} into Go struct field {}.{field} of type {ty}", self.holder)
        };
        self.save_text(ProblemClass::WrongType, message);
    }

    fn save_text(&mut self, class: ProblemClass, message: String) {
        if self.wrong.is_none() {
            self.wrong = Some(Mistake { class, path: self.path.clone(), message });
        }
    }

    fn fatal(&self, message: String) -> Mistake {
        Mistake { class: ProblemClass::BadValue, path: self.path.clone(), message }
    }
}

pub(crate) fn kind_word(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// What an unset item of a list or map is.
fn zero(ty: Type) -> Value {
    match ty.kind() {
        Kind::Text | Kind::Bytes => Value::String(String::new()),
        Kind::Int32 | Kind::Int64 => Value::from(0),
        Kind::Bool => Value::Bool(false),
        Kind::Struct(_) => Value::Object(Map::new()),
        Kind::Quantity => Value::String("0".to_owned()),
        _ => Value::Null,
    }
}
