//! Models `k8s.io/apimachinery/pkg/runtime/converter.go@v0.37.2`, `FromUnstructured`: a patched map back to an object,
//! with words of its own for wrong types, and without a path.
//!
//! Leaves out: what a type's own reader says (quantities, times), which decoding tells afterwards.

use super::super::schema::{Kind, Struct, Type};
use serde_json::{Map, Value};

/// The value with its numbers as the types want them.
pub(super) fn convert(value: &Value, ty: Type) -> Result<Value, String> {
    if value.is_null() {
        return Ok(Value::Null);
    }
    match (ty.kind(), value) {
        (Kind::Pointer(inner), _) => convert(value, inner),
        (Kind::Text | Kind::Bytes, Value::String(_)) | (Kind::Bool, Value::Bool(_)) => Ok(value.clone()),
        (Kind::Struct(of), Value::Object(fields)) => structure(fields, of),
        (Kind::Struct(_), _) => Err(format!("cannot restore struct from: {}", word(value))),
        (Kind::List(inner), Value::Array(items)) => {
            items.iter().map(|item| convert(item, inner)).collect::<Result<_, _>>().map(Value::Array)
        }
        (Kind::List(_) | Kind::Bytes, _) => Err(format!("cannot restore slice from {}", word(value))),
        (Kind::Map(inner), Value::Object(fields)) => {
            let fields = fields.iter().map(|(name, field)| Ok::<_, String>((name.clone(), convert(field, inner)?)));
            fields.collect::<Result<Map<_, _>, _>>().map(Value::Object)
        }
        (Kind::Map(_), _) => Err(format!("cannot restore map from {}", word(value))),
        (Kind::Text, Value::Number(number)) if number.is_i64() => {
            Err(format!("cannot convert int64 to {}", ty.go_name()))
        }
        (Kind::Text, _) => Err("unrecognized type: string".to_owned()),
        (Kind::Bool, _) => Err("unrecognized type: bool".to_owned()),
        (Kind::Int32 | Kind::Int64, Value::Number(number)) => {
            let whole = number.as_i64().or_else(|| whole(&number.to_string()));
            let whole = whole.ok_or_else(|| format!("cannot convert float64 to {}", ty.go_name()))?;
            Ok(match ty.kind() {
                // As Go converts: the lower half stays.
                Kind::Int32 => Value::from(i32::from_le_bytes(lower_half(whole))),
                _ => Value::from(whole),
            })
        }
        (Kind::Int32 | Kind::Int64, _) => Err(format!("unrecognized type: {}", ty.go_name())),
        _ => Ok(value.clone()),
    }
}

fn structure(fields: &Map<String, Value>, of: &'static Struct) -> Result<Value, String> {
    let mut converted = fields.clone();
    let mut wrong = None;
    // In the struct's order, which decides whose error is told.
    of.each_field(&mut |field| {
        if let (Some(value), None) = (fields.get(field.name), &wrong) {
            match convert(value, field.ty) {
                Ok(value) => {
                    converted.insert(field.name.to_owned(), value);
                }
                Err(error) => wrong = Some(error),
            }
        }
    });
    wrong.map_or(Ok(Value::Object(converted)), Err)
}

fn lower_half(number: i64) -> [u8; 4] {
    let [a, b, c, d, ..] = number.to_le_bytes();
    [a, b, c, d]
}

/// A number with a fraction of zero.
fn whole(text: &str) -> Option<i64> {
    text.strip_suffix(".0").and_then(|digits| digits.parse().ok())
}

/// Go's name of a value's kind.
fn word(value: &Value) -> &'static str {
    match value {
        Value::Null => "invalid",
        Value::Bool(_) => "bool",
        Value::Number(number) if number.is_i64() => "int64",
        Value::Number(_) => "float64",
        Value::String(_) => "string",
        Value::Array(_) => "slice",
        Value::Object(_) => "map",
    }
}
