//! Models `encoding/json` over the structs of `k8s.io/api`: an object as the server answers it, and as its
//! messages quote it.

use super::access::{Access, in_order, order};
use super::gotext::{json, json_string};
use super::schema::{Field, Kind, Struct, Type};
use serde_json::{Map, Value};

/// The object as the server writes it: keys sorted, empty fields left out where the API says so.
pub(crate) fn answer(value: &Value, of: &'static Struct) -> Value {
    let mut object = in_struct_order(value, of);
    sort(&mut object);
    object
}

fn sort(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            order(fields);
            fields.values_mut().for_each(sort);
        }
        Value::Array(items) => items.iter_mut().for_each(sort),
        _ => {}
    }
}

/// The object as `encoding/json` writes its struct: fields in the struct's order, keys of maps sorted.
pub(crate) fn in_struct_order(value: &Value, of: &'static Struct) -> Value {
    let mut fields = Map::new();
    of.each_field(&mut |field| {
        if let Some(shown) = answer_field(value.field(field.name), field) {
            fields.insert(field.name.to_owned(), shown);
        }
    });
    Value::Object(fields)
}

fn answer_field(value: Option<&Value>, field: &Field) -> Option<Value> {
    let omits = field.omit_empty || field.omit_zero;
    let empty = match (field.ty.kind(), value) {
        (Kind::Pointer(_), value) => value.is_none(),
        // A struct has no way to be empty.
        (Kind::Struct(_) | Kind::Quantity | Kind::IntOrString, None) if !field.omit_zero => {
            return Some(zero(field.ty));
        }
        (Kind::Struct(_) | Kind::Quantity | Kind::IntOrString | Kind::Time, Some(_)) => false,
        (_, None | Some(Value::Null)) => true,
        (_, Some(Value::String(text))) => text.is_empty(),
        (_, Some(Value::Number(number))) => number.as_i64() == Some(0),
        (_, Some(Value::Bool(flag))) => !flag,
        (_, Some(Value::Array(items))) => items.is_empty(),
        (_, Some(Value::Object(items))) => items.is_empty(),
    };
    match value {
        _ if empty && omits => None,
        Some(value) => Some(answer_value(value, field.ty)),
        None => Some(zero(field.ty)),
    }
}

fn answer_value(value: &Value, ty: Type) -> Value {
    match (ty.kind(), value) {
        (Kind::Pointer(inner), _) => answer_value(value, inner),
        (Kind::Struct(of), _) => in_struct_order(value, of),
        (Kind::List(inner), Value::Array(items)) => {
            Value::Array(items.iter().map(|item| answer_value(item, inner)).collect())
        }
        (Kind::Map(inner), Value::Object(items)) => {
            let items = in_order(items).into_iter().map(|(name, item)| (name.clone(), answer_value(item, inner)));
            Value::Object(items.collect())
        }
        _ => value.clone(),
    }
}

fn zero(ty: Type) -> Value {
    match ty.kind() {
        Kind::Struct(of) => answer(&Value::Object(Map::new()), of),
        Kind::Text => Value::from(""),
        Kind::Int32 | Kind::Int64 | Kind::IntOrString => Value::from(0),
        Kind::Bool => Value::Bool(false),
        Kind::Quantity => Value::from("0"),
        _ => Value::Null,
    }
}

/// A typed object as kubectl writes what it made itself: `kind` first, then as [`in_struct_order`].
pub(crate) fn struct_order(value: &Value, kind: &super::kinds::KindId) -> Value {
    let mut object = super::schema::find(kind.kind).map_or_else(|| value.clone(), |of| in_struct_order(value, of));
    // The table doesn't know what is in a Pod's status.
    if kind.kind == "Pod" && !object.has("status") {
        super::access::set(&mut object, "status", Value::Object(Map::new()));
    }
    object
}

/// A value as a message quotes it: of the server's internal structs every field, by its Go name.
pub(crate) fn quoted(value: Option<&Value>, ty: Type) -> String {
    let mut text = String::new();
    write_quoted(value, ty, &mut text);
    text
}

/// A struct as a message quotes it.
pub(crate) fn quoted_struct(value: &Value, name: &str) -> String {
    let mut text = String::new();
    match super::schema::find(name) {
        Some(of) => write_struct(value, of, &mut text),
        None => text = json(value),
    }
    text
}

fn write_quoted(value: Option<&Value>, ty: Type, into: &mut String) {
    match (ty.kind(), value) {
        (Kind::Pointer(inner), Some(value)) => write_quoted(Some(value), inner, into),
        (Kind::Struct(of), value) => write_struct(value.unwrap_or(&super::access::EMPTY), of, into),
        (Kind::List(inner), Some(Value::Array(items))) => {
            into.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    into.push(',');
                }
                write_quoted(Some(item), inner, into);
            }
            into.push(']');
        }
        (Kind::Map(inner), Some(Value::Object(items))) => {
            into.push('{');
            for (index, (name, item)) in in_order(items).into_iter().enumerate() {
                if index > 0 {
                    into.push(',');
                }
                json_string(name, into);
                into.push(':');
                write_quoted(Some(item), inner, into);
            }
            into.push('}');
        }
        (_, Some(value)) => into.push_str(&json(value)),
        (_, None) => into.push_str(&json(&zero(ty))),
    }
}

fn write_struct(value: &Value, of: &'static Struct, into: &mut String) {
    into.push('{');
    let start = into.len();
    write_fields(value, of, start, into);
    into.push('}');
}

fn write_fields(value: &Value, of: &'static Struct, start: usize, into: &mut String) {
    for field in of.fields.iter().filter(|field| field.internal) {
        match field.ty.kind() {
            Kind::Struct(inner) if field.embedded => write_fields(value, inner, start, into),
            // The internal structs embed their metadata.
            Kind::Struct(inner) if of.untagged && field.name == "metadata" => {
                write_fields(super::access::sub(value, "metadata"), inner, start, into);
            }
            _ if of.untagged => {
                separate(start, into);
                let mut name = String::new();
                if let Some(go_name) = field.go_name {
                    name.push_str(go_name);
                } else {
                    let mut letters = field.name.chars();
                    name.extend(letters.next().map(|first| first.to_ascii_uppercase()));
                    name.push_str(letters.as_str());
                }
                json_string(&name, into);
                into.push(':');
                write_quoted(value.field(field.name), field.ty, into);
            }
            _ => {
                if answer_field(value.field(field.name), field).is_some() {
                    separate(start, into);
                    json_string(field.name, into);
                    into.push(':');
                    write_quoted(value.field(field.name), field.ty, into);
                }
            }
        }
    }
}

fn separate(start: usize, into: &mut String) {
    if into.len() > start {
        into.push(',');
    }
}
