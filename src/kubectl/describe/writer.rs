//! Models `PrefixWriter` of `pkg/describe/describe.go@v1.37.2`, and the fields that every kind shows alike.

use super::super::text::{human_duration, lay_out, rfc1123};
use crate::api::Timestamp;
use crate::manifest::{Access, go_quote};
use serde_json::Value;
use std::fmt::Write;

/// What is longer is cut.
const LONGEST_ANNOTATION: usize = 140;

/// Lines with tabs, laid out in parts.
pub(super) struct Writer {
    text: String,
    out: String,
    /// The instant of the command, in milliseconds since 1970.
    pub now_unix_ms: i64,
}

impl Writer {
    pub(super) fn new(now_unix_ms: i64) -> Self {
        Self { text: String::new(), out: String::new(), now_unix_ms }
    }

    /// A line at a level; cells are parted by tabs.
    pub(super) fn line(&mut self, level: usize, text: &str) {
        self.text.extend(std::iter::repeat_n("  ", level));
        self.text.push_str(text);
        self.text.push('\n');
    }

    /// `Title:⇥value`
    pub(super) fn field(&mut self, level: usize, title: &str, value: &str) {
        self.line(level, &format!("{title}:\t{value}"));
    }

    /// A field that is left out if the object hasn't got it.
    pub(super) fn given(&mut self, level: usize, title: &str, value: Option<&Value>) {
        if let Some(value) = value.filter(|value| !value.is_null() && value.as_str() != Some("")) {
            self.field(level, title, &super::super::json_path::shown(value));
        }
    }

    /// A field that shows `instead` if the object hasn't got it.
    pub(super) fn or(&mut self, level: usize, title: &str, value: Option<&Value>, instead: &str) {
        match value.filter(|value| !value.is_null()) {
            Some(value) => self.field(level, title, &super::super::json_path::shown(value)),
            None => self.field(level, title, instead),
        }
    }

    /// An instant, left out if there is none.
    pub(super) fn time(&mut self, level: usize, title: &str, value: Option<&Value>) {
        if let Some(time) = instant(value) {
            self.field(level, title, &rfc1123(time));
        }
    }

    /// Lines at one title, the further ones under the first.
    pub(super) fn lines(&mut self, indent: &str, title: &str, lines: &[String]) {
        self.text.push_str(indent);
        self.text.push_str(title);
        self.text.push(':');
        if lines.is_empty() {
            self.text.push_str("\t<none>\n");
        }
        for (place, line) in lines.iter().enumerate() {
            self.text.push_str(if place == 0 { "" } else { indent });
            self.text.push('\t');
            self.text.push_str(line);
            self.text.push('\n');
        }
    }

    /// A map, one `key=value` a line. Models `printLabelsMultiline`, whose title alone is indented.
    pub(super) fn labels(&mut self, indent: &str, title: &str, labels: Option<&Value>) {
        let lines = pairs(labels).into_iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>();
        self.titled(indent, title, &lines);
    }

    /// As [`Self::lines`], but only the title is indented.
    pub(super) fn titled(&mut self, indent: &str, title: &str, lines: &[String]) {
        self.lines("", &format!("{indent}{title}"), lines);
    }

    /// Annotations, without what `kubectl apply` keeps for itself.
    pub(super) fn annotations(&mut self, indent: &str, annotations: Option<&Value>) {
        let mut lines = Vec::new();
        for (key, value) in pairs(annotations) {
            if key == "kubectl.kubernetes.io/last-applied-configuration" {
                continue;
            }
            let value = value.strip_suffix('\n').unwrap_or(&value);
            if value.len() + key.len() + 2 > LONGEST_ANNOTATION || value.contains('\n') {
                lines.push(format!("{key}:"));
                lines.extend(value.split('\n').map(|line| format!("  {}", shortened(line))));
            } else {
                lines.push(format!("{key}: {value}"));
            }
        }
        self.titled(indent, "Annotations", &lines);
    }

    /// Name, and the namespace if it has one; labels, annotations.
    pub(super) fn head(&mut self, object: &Value) {
        let metadata = object.get("metadata").unwrap_or(&Value::Null);
        self.field(0, "Name", metadata.text("name"));
        self.given(0, "Namespace", metadata.get("namespace"));
    }

    /// Labels and annotations.
    pub(super) fn notes(&mut self, object: &Value) {
        self.labels("", "Labels", object.pointer("/metadata/labels"));
        self.annotations("", object.pointer("/metadata/annotations"));
    }

    /// The controlling owner.
    pub(super) fn controller(&mut self, object: &Value) {
        let owners = object.get("metadata").map_or(&[][..], |metadata| metadata.list("ownerReferences"));
        if let Some(owner) = owners.iter().find(|owner| owner.flag("controller") == Some(true)) {
            self.field(0, "Controlled By", &format!("{}/{}", owner.text("kind"), owner.text("name")));
        }
    }

    /// Tolerations, by their keys.
    pub(super) fn tolerations(&mut self, indent: &str, tolerations: &[Value]) {
        let mut sorted: Vec<&Value> = tolerations.iter().collect();
        crate::go::sort::by_key(&mut sorted, |toleration| toleration.text("key"));
        let lines: Vec<String> = sorted.into_iter().map(toleration_text).collect();
        self.titled(indent, "Tolerations", &lines);
    }

    /// How long ago an instant was.
    pub(super) fn since(&self, time: Timestamp) -> String {
        human_duration(self.now_unix_ms - time.unix_ms())
    }

    /// What comes now is laid out apart from what came before.
    pub(super) fn flush(&mut self) {
        lay_out(&self.text.replace('\x1b', "^["), &mut self.out);
        self.text.clear();
    }

    pub(super) fn finish(mut self) -> String {
        self.flush();
        self.out
    }
}

fn toleration_text(toleration: &Value) -> String {
    let (key, value, effect) = (toleration.text("key"), toleration.text("value"), toleration.text("effect"));
    let mut text = key.to_owned();
    if !value.is_empty() {
        text.push('=');
        text.push_str(value);
    }
    if !effect.is_empty() {
        text.push(':');
        text.push_str(effect);
    }
    if toleration.text("operator") == "Exists" && value.is_empty() {
        text.push_str(if key.is_empty() && effect.is_empty() { "op=Exists" } else { " op=Exists" });
    }
    if let Some(seconds) = toleration.int("tolerationSeconds") {
        let _ = write!(text, " for {seconds}s");
    }
    text
}

fn shortened(line: &str) -> String {
    let most = LONGEST_ANNOTATION - 2;
    if line.len() <= most {
        return line.to_owned();
    }
    let end = (0..=most).rev().find(|end| line.is_char_boundary(*end)).unwrap_or(0);
    format!("{}...", line.get(..end).unwrap_or(""))
}

/// The entries of a map, sorted by key.
pub(super) fn pairs(map: Option<&Value>) -> Vec<(String, String)> {
    let Some(Value::Object(map)) = map else { return Vec::new() };
    let mut pairs: Vec<(String, String)> =
        map.iter().map(|(key, value)| (key.clone(), super::super::json_path::shown(value))).collect();
    pairs.sort();
    pairs
}

/// An instant that a field holds.
pub(super) fn instant(value: Option<&Value>) -> Option<Timestamp> {
    Timestamp::parse(value?.as_str()?)
}

/// `(rw)`, `(ro,path="x")`.
pub(super) fn mount_flags(mount: &Value) -> String {
    let mut flags = if mount.flag("readOnly") == Some(true) { "ro" } else { "rw" }.to_owned();
    if !mount.text("subPath").is_empty() {
        let _ = write!(flags, ",path={}", go_quote(mount.text("subPath")));
    }
    flags
}
