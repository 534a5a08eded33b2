//! What kubectl makes of a document before the server sees anything: it looks at the kind, takes lists apart, sets the
//! namespace, and for `apply` keeps what it sends.
//!
//! Models `k8s.io/cli-runtime/pkg/resource/{visitor,mapper}.go@v0.37.2` and `k8s.io/kubectl/pkg/{cmd/apply,util}@v0.37.2`.

use super::access::{Access, set, sort_keys, sub, sub_mut, unset};
use super::check::{Check, LAST_APPLIED, Sent, Verb};
use super::gotext::{json, quote};
use super::kinds::{self, KindId, Match};
use super::problem::{ProblemClass, Refusal};
use super::schema;
use super::strict::{self, Mistake};
use serde_json::Value;

impl Check<'_> {
    /// What kubectl does while it reads: a look at the kind, and lists taken apart.
    pub(super) fn read(&self, value: &Value) -> Result<Vec<(Value, String)>, Refusal> {
        self.validate_kind(value)?;
        let mut value = value.clone();
        sort_keys(&mut value);
        if value.text("kind").is_empty() {
            let message = format!("unable to decode {}: Object 'Kind' is missing in '{}'", self.file(), json(&value));
            return Err(self.client(ProblemClass::NoKind, message, "kind"));
        }
        if value.has("items") {
            return self.items(&value);
        }
        let decoded = schema::find("metadataOnlyObject").map(|of| strict::decode(&value, of));
        if let Some(mistake) = decoded.and_then(|decoded| decoded.wrong) {
            let message = format!("unable to decode {}: {}", self.file(), mistake.message);
            return Err(self.client(mistake.class, message, &mistake.path));
        }
        self.mapping(&value)?;
        Ok(vec![(value, String::new())])
    }

    /// `kubectl/pkg/validation`, `getObjectKind`.
    fn validate_kind(&self, value: &Value) -> Result<(), Refusal> {
        let mut problems = kind_problems(value);
        if problems.is_empty() {
            let (version, kind) = (value.text("apiVersion"), value.text("kind"));
            problems = match kinds::find(version, kind) {
                _ if version == "v1" && kind == "List" => super::openapi::validate_list(value),
                Some((of, Match::List)) => super::openapi::validate_list_of(value, &of),
                _ => problems,
            };
        }
        if problems.is_empty() {
            return Ok(());
        }
        let texts: Vec<&str> = problems.iter().map(|mistake| mistake.message.as_str()).collect();
        let list = match texts.as_slice() {
            [one] => (*one).to_owned(),
            many => format!("[{}]", many.join(", ")),
        };
        let message = format!(
            "error validating {}: error validating data: {list}; if you choose to ignore these errors, turn validation off with --validate=false",
            self.file()
        );
        let mut refusal = Refusal::client(ProblemClass::NotAnObject, message, None, "");
        refusal.problems = problems.into_iter().map(|mistake| self.problem(mistake)).collect();
        Err(refusal)
    }

    fn mapping(&self, value: &Value) -> Result<(KindId, Match), Refusal> {
        let (api_version, kind) = (value.text("apiVersion"), value.text("kind"));
        if let Some(found) = kinds::find(api_version, kind) {
            return Ok(found);
        }
        let metadata = sub(value, "metadata");
        let message = format!(
            "resource mapping not found for name: {} namespace: {} from {}: no matches for kind {} in version {}\nensure CRDs are installed first",
            quote(metadata.text("name")),
            quote(metadata.text("namespace")),
            self.file(),
            quote(kind),
            quote(api_version.trim_start_matches('/')),
        );
        let known = kinds::served().any(|known| known.kind == kind);
        Err(self.client(ProblemClass::UnknownKind, message, if known { "apiVersion" } else { "kind" }))
    }

    /// The items of a list, each as a document of its own.
    fn items(&self, list: &Value) -> Result<Vec<(Value, String)>, Refusal> {
        let Some(Value::Array(items)) = list.field("items") else {
            let message = format!(
                "unable to decode {}: json: cannot unmarshal object into Go struct field decodeList.items of type []json.RawMessage",
                self.file()
            );
            return Err(self.client(ProblemClass::WrongType, message, "items"));
        };
        if list.text("kind") != "List" {
            self.mapping(list)?;
        }
        let item_kind = list.text("kind").trim_end_matches("List");
        let mut objects = Vec::new();
        for (index, item) in items.iter().enumerate() {
            let prefix = self.full_path(&format!("items[{index}]"));
            let mut item = item.clone();
            if item.is_object() && item.text("kind").is_empty() && item.text("apiVersion").is_empty() {
                set(&mut item, "kind", Value::from(item_kind));
                set(&mut item, "apiVersion", Value::from(list.text("apiVersion")));
            }
            if item.has("items") {
                let message = "*unstructured.Unstructured is not a list: no Items field in this object".to_owned();
                return Err(self.client(ProblemClass::NotAnObject, message, &prefix));
            }
            objects.push((item, prefix));
        }
        Ok(objects)
    }

    /// One object, from the moment that kubectl knows its kind.
    pub(super) fn send(&self, mut value: Value) -> Result<Sent, Refusal> {
        let (kind, how) = self.mapping(&value).map_err(|mut refusal| {
            // Of a list's item kubectl says it in fewer words.
            if !self.prefix.is_empty() {
                let (kind, version) = (quote(value.text("kind")), quote(value.text("apiVersion")));
                let text = format!("unable to recognize no matches for kind {kind} in version {version}");
                refusal = self.client(ProblemClass::UnknownKind, text.clone(), "kind");
                refusal.stderr = format!("{text}\n");
            }
            refusal
        })?;
        self.set_namespace(&mut value, &kind)?;
        if self.scope.verb == Verb::Apply {
            self.apply(&mut value, &kind)?;
        } else if self.scope.save_config {
            keep_sent(&mut value);
        }
        sort_keys(&mut value);
        Ok(Sent { kind, value, prefix: self.prefix.clone(), how })
    }

    fn set_namespace(&self, value: &mut Value, kind: &KindId) -> Result<(), Refusal> {
        if !kind.namespaced {
            if sub(value, "metadata").has("namespace") {
                unset(sub_mut(value, "metadata"), "namespace");
            }
            return Ok(());
        }
        let given = sub(value, "metadata").text("namespace").to_owned();
        let wanted = self.scope.namespace;
        if given.is_empty() {
            set(sub_mut(value, "metadata"), "namespace", Value::from(wanted));
        } else if self.scope.namespace_is_forced && given != wanted {
            let message = format!(
                "the namespace from the provided object {} does not match the namespace {}. You must pass '--namespace={given}' to perform this operation.",
                quote(&given),
                quote(wanted)
            );
            return Err(self.client(ProblemClass::WrongNamespace, message, "metadata.namespace"));
        }
        Ok(())
    }

    /// What `kubectl apply` adds and takes away before it creates.
    fn apply(&self, value: &mut Value, kind: &KindId) -> Result<(), Refusal> {
        let metadata = sub(value, "metadata");
        let (name, generate_name) = (metadata.text("name"), metadata.text("generateName"));
        if name.is_empty() {
            if generate_name.is_empty() {
                return Err(self.not_retrieved(metadata, kind, "resource name may not be empty"));
            }
            let message = format!("from {generate_name}: cannot use generate name with apply");
            return Err(self.sending(ProblemClass::NoName, message, "metadata.generateName"));
        }
        if let Some(problem) = no_path_segment(name) {
            let text = format!("invalid resource name {}: [{problem}]", quote(name));
            return Err(self.not_retrieved(metadata, kind, &text));
        }
        keep_sent(value);
        Ok(())
    }

    /// `kubectl apply` first asks for the object of that name.
    fn not_retrieved(&self, metadata: &Value, kind: &KindId, text: &str) -> Refusal {
        let api_version = if kind.group.is_empty() { format!("/{}", kind.version) } else { kind.api_version() };
        let message = format!(
            "error when retrieving current configuration of:\nResource: \"{api_version}, Resource={}\", GroupVersionKind: \"{api_version}, Kind={}\"\nName: {}, Namespace: {}\nfrom server for: {}: {text}",
            kind.plural,
            kind.kind,
            quote(metadata.text("name")),
            quote(metadata.text("namespace")),
            self.file()
        );
        self.sending(ProblemClass::NoName, message, "metadata.name")
    }
}

/// What is wrong with an object's `apiVersion` and `kind`.
pub(crate) fn kind_problems(value: &Value) -> Vec<Mistake> {
    let mistake =
        |class, path: &str, message: &str| Mistake { class, path: path.to_owned(), message: message.to_owned() };
    if !value.is_object() {
        return vec![mistake(ProblemClass::NotAnObject, "", "invalid object to validate")];
    }
    let mut problems = Vec::new();
    match value.field("apiVersion") {
        None => problems.push(mistake(ProblemClass::NoApiVersion, "apiVersion", "apiVersion not set")),
        Some(Value::String(text)) => {
            if text.matches('/').count() > 1 {
                let message = format!("unexpected GroupVersion string: {text}");
                problems.push(mistake(ProblemClass::NoApiVersion, "apiVersion", &message));
            }
        }
        Some(_) => problems.push(mistake(ProblemClass::NoApiVersion, "apiVersion", "apiVersion isn't string type")),
    }
    match value.field("kind") {
        None => problems.push(mistake(ProblemClass::NoKind, "kind", "kind not set")),
        Some(Value::String(_)) => {}
        Some(_) => problems.push(mistake(ProblemClass::NoKind, "kind", "kind isn't string type")),
    }
    problems
}

/// Keeps what is sent in [`LAST_APPLIED`].
fn keep_sent(value: &mut Value) {
    unset(sub_mut(sub_mut(value, "metadata"), "annotations"), LAST_APPLIED);
    sort_keys(value);
    let sent = format!("{}\n", json(value));
    set(sub_mut(sub_mut(value, "metadata"), "annotations"), LAST_APPLIED, Value::from(sent));
}

/// Why a name can't be part of an address.
fn no_path_segment(name: &str) -> Option<String> {
    if matches!(name, "." | "..") {
        return Some(format!("may not be '{name}'"));
    }
    let found = ["/", "%"].into_iter().filter(|illegal| name.contains(illegal));
    let texts: Vec<String> = found.map(|illegal| format!("may not contain '{illegal}'")).collect();
    if texts.is_empty() { None } else { Some(texts.join(" ")) }
}
