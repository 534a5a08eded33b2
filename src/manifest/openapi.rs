//! Models `k8s.io/kube-openapi/pkg/util/proto/validation`: what kubectl itself checks, which since 1.27 is only the
//! items of a `kind: List`.

use super::access::{Access, in_order};
use super::gotext::quote;
use super::problem::ProblemClass;
use super::schema::{self, Kind, Struct, Type};
use super::sending::kind_problems;
use super::strict::Mistake;
use serde_json::Value;

/// The items of a `v1` `List`.
pub(crate) fn validate_list(list: &Value) -> Vec<Mistake> {
    let Some(Value::Array(items)) = list.field("items") else {
        let message = "invalid object to validate".to_owned();
        return vec![Mistake { class: ProblemClass::NotAnObject, path: "items".to_owned(), message }];
    };
    let mut mistakes = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let prefix = format!("items[{index}]");
        let problems = kind_problems(item);
        let known = problems.is_empty();
        mistakes.extend(problems.into_iter().map(|m| Mistake { path: format!("{prefix}.{}", m.path), ..m }));
        let kind = item.text("kind");
        let served = super::kinds::find(item.text("apiVersion"), kind).is_some_and(|(found, _)| found.kind == kind);
        if let (true, true, Some(of)) = (known, served, schema::find(kind)) {
            let mut validator = Validator { prefix, kind, mistakes: Vec::new() };
            validator.fields(item, of, "");
            mistakes.append(&mut validator.mistakes);
        }
    }
    mistakes
}

/// The items of a list of one kind, such as `JobList`.
pub(crate) fn validate_list_of(list: &Value, kind: &super::kinds::KindId) -> Vec<Mistake> {
    let Some(of) = schema::find(kind.kind) else { return Vec::new() };
    let mut validator = Validator { prefix: String::new(), kind: list.text("kind"), mistakes: Vec::new() };
    for (index, item) in list.list("items").iter().enumerate() {
        validator.fields(item, of, &format!(".items[{index}]"));
    }
    validator.mistakes
}

struct Validator<'a> {
    /// The item's path in the document.
    prefix: String,
    kind: &'a str,
    mistakes: Vec<Mistake>,
}

impl Validator<'_> {
    fn fields(&mut self, value: &Value, of: &'static Struct, path: &str) {
        let Value::Object(given) = value else {
            return self.wrong_type(value, path, of.name, "map");
        };
        for (name, value) in in_order(given) {
            let inner = format!("{path}.{name}");
            match of.field(name) {
                None => {
                    let text = format!("unknown field {} in {}", quote(name), full_name(of));
                    self.report(ProblemClass::UnknownField, path, &inner, &text);
                }
                Some((_, field)) if !value.is_null() => self.value(value, field.ty, &inner),
                Some(_) => {}
            }
        }
        let mut missing: Vec<&str> = Vec::new();
        of.each_field(&mut |field| {
            if field.required && !given.contains_key(field.name) {
                missing.push(field.name);
            }
        });
        for name in missing {
            let text = format!("missing required field {} in {}", quote(name), full_name(of));
            self.report(ProblemClass::Required, path, path, &text);
        }
    }

    fn value(&mut self, value: &Value, ty: Type, path: &str) {
        match (ty.kind(), value) {
            (Kind::Pointer(inner), _) => self.value(value, inner, path),
            (Kind::Struct(of), _) => self.fields(value, of, path),
            (Kind::List(inner), Value::Array(items)) => {
                for (index, item) in items.iter().enumerate() {
                    let path = format!("{path}[{index}]");
                    if item.is_null() {
                        let text = format!("unknown object type \"nil\" in {}{path}", self.kind);
                        self.report(ProblemClass::WrongType, &path, &path, &text);
                    } else {
                        self.value(item, inner, &path);
                    }
                }
            }
            (Kind::Map(inner), Value::Object(items)) => {
                for (name, item) in items {
                    self.value(item, inner, &format!("{path}.{name}"));
                }
            }
            (Kind::List(_), _) => self.wrong_type(value, path, &ty.go_name(), "array"),
            (Kind::Map(_), _) => self.wrong_type(value, path, &ty.go_name(), "map"),
            (Kind::Text, Value::String(_) | Value::Number(_))
            | (Kind::Bool, Value::Bool(_))
            | (Kind::Int32 | Kind::Int64, Value::Number(_)) => {}
            (Kind::Text, _) => self.wrong_type(value, path, "", "string"),
            (Kind::Int32 | Kind::Int64, _) => self.wrong_type(value, path, "", "integer"),
            (Kind::Bool, _) => self.wrong_type(value, path, "", "boolean"),
            _ => {}
        }
    }

    fn wrong_type(&mut self, value: &Value, path: &str, of: &str, expected: &str) {
        let found = match value {
            Value::Object(_) => "map",
            Value::Array(_) => "array",
            Value::String(_) => "string",
            Value::Bool(_) => "boolean",
            Value::Number(number) if number.is_f64() => "number",
            _ => "integer",
        };
        let name = match schema::find(of) {
            Some(of) => full_name(of),
            None => format!("{}{path}", self.kind),
        };
        let text = format!("invalid type for {name}: got \"{found}\", expected \"{expected}\"");
        self.report(ProblemClass::WrongType, path, path, &text);
    }

    fn report(&mut self, class: ProblemClass, shown: &str, path: &str, text: &str) {
        let message = format!("ValidationError({}{shown}): {text}", self.kind);
        let path = format!("{}{path}", self.prefix).trim_start_matches('.').to_owned();
        self.mistakes.push(Mistake { class, path, message });
    }
}

/// `io.k8s.api.batch.v1.JobSpec`.
fn full_name(of: &Struct) -> String {
    let group = match of.name {
        "Job"
        | "CronJob"
        | "JobSpec"
        | "CronJobSpec"
        | "JobTemplateSpec"
        | "JobStatus"
        | "CronJobStatus"
        | "PodFailurePolicy"
        | "PodFailurePolicyRule"
        | "PodFailurePolicyOnExitCodesRequirement"
        | "PodFailurePolicyOnPodConditionsPattern"
        | "SuccessPolicy"
        | "SuccessPolicyRule" => "api.batch",
        "Deployment" | "DeploymentSpec" | "DeploymentStrategy" | "RollingUpdateDeployment" => "api.apps",
        "ObjectMeta" | "LabelSelector" | "LabelSelectorRequirement" | "OwnerReference" => "apimachinery.pkg.apis.meta",
        _ => "api.core",
    };
    format!("io.k8s.{group}.{}.{}", of.package, of.name)
}
