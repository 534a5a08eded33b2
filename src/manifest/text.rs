//! Models `apimachinery/pkg/util/yaml/decoder.go@v0.37.2`, `YAMLOrJSONDecoder`: a file's text → documents.
//!
//! Leaves out: directories, URLs.

use super::json;
use super::problem::{ProblemClass, Refusal};
use super::span::{Place, Span};
use super::yaml::{self, YamlLimits};
use serde_json::Value;

/// The laboratory's own bounds; past them there is a message, never a frozen page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a file.
    pub bytes: usize,
    /// Nesting of mappings and lists.
    pub depth: usize,
    /// Values of a document, counting what aliases repeat.
    pub nodes: usize,
    /// Documents of a file.
    pub documents: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 2 << 20, depth: 100, nodes: 200_000, documents: 200 }
    }
}

/// One document of a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// What it says, keys as written.
    pub value: Value,
    /// Where each field is.
    pub places: Place,
    /// The whole document.
    pub span: Span,
    /// Whether it was read as JSON.
    pub is_json: bool,
}

/// What a file says.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// The documents before the first that can't be read. Empty ones aren't there.
    pub documents: Vec<Document>,
    /// Why reading stopped, if it did.
    pub refusal: Option<Refusal>,
}

/// The text of a file, as kubectl decodes it: UTF-16 by its mark, and U+FFFD for what isn't UTF-8.
pub fn decode(bytes: &[u8]) -> String {
    let utf16 = |bytes: &[u8], read: fn([u8; 2]) -> u16| {
        let units = bytes.chunks(2).map(|pair| match pair {
            [a, b] => read([*a, *b]),
            _ => 0xFFFD,
        });
        char::decode_utf16(units).map(|c| c.unwrap_or('\u{FFFD}')).collect()
    };
    match bytes {
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes),
        _ => String::from_utf8_lossy(bytes).into_owned(),
    }
}

/// A text of one YAML document as JSON, as `kubectl patch` reads `-p`.
///
/// # Errors
/// What the reader of YAML says.
pub fn yaml_to_json(text: &str) -> Result<String, String> {
    let reading = read(text, "patch", Limits::default());
    if let Some(refusal) = &reading.refusal {
        let message = refusal.problems.first().map_or("", |problem| problem.message.as_str());
        let plain = message.split_once("error converting YAML to JSON: ").map_or(message, |(_, plain)| plain);
        return Err(plain.to_owned());
    }
    Ok(reading.documents.first().map_or_else(|| "null".to_owned(), |document| super::gotext::json(&document.value)))
}

/// Reads a file. `file` is its name, or `STDIN`.
pub fn read(text: &str, file: &str, limits: Limits) -> Reading {
    if text.len() > limits.bytes {
        let message =
            format!("the manifest has {} bytes, more than the {} that the laboratory reads", text.len(), limits.bytes);
        return Reading {
            documents: Vec::new(),
            refusal: Some(Refusal::client(ProblemClass::TooBig, message, None, "")),
        };
    }
    let (mark, text) = match text.strip_prefix('\u{FEFF}') {
        Some(rest) => ('\u{FEFF}'.len_utf8(), rest),
        None => (0, text),
    };
    let as_given = text;
    // kubectl reads whole lines, and ends the last one.
    let ended;
    let text = if text.ends_with('\n') {
        text
    } else {
        ended = format!("{text}\n");
        &ended
    };
    let mut stream =
        Stream { text, as_given, file, limits, mark, reading: Reading { documents: Vec::new(), refusal: None } };
    stream.read();
    stream.reading
}

struct Stream<'a> {
    text: &'a str,
    /// The text without the line end that was added to it.
    as_given: &'a str,
    file: &'a str,
    limits: Limits,
    /// Bytes before the text: a byte order mark.
    mark: usize,
    reading: Reading,
}

impl Stream<'_> {
    fn read(&mut self) {
        let looks_like_json = self.text.trim_start().starts_with('{');
        if looks_like_json { self.read_json() } else { self.read_yaml(0, None) }
    }

    fn read_json(&mut self) {
        let mut at = 0;
        let mut count = 0;
        while !self.rest(at).trim_start().is_empty() {
            match json::read(self.as_given, at, self.limits.depth) {
                Ok((value, place, end)) => {
                    count += 1;
                    at = end;
                    let span = place.value;
                    if !self.add(value, place, span, true) {
                        return;
                    }
                }
                Err(error) if error.too_big => return self.refuse_depth(error.span),
                Err(error) => {
                    let message = match error.offset {
                        Some(offset) if count <= 1 => format!("json: offset {offset}: {}", error.message),
                        _ => error.message,
                    };
                    // Only a stream of several JSON objects is surely JSON.
                    if count > 1 {
                        return self.refuse(ProblemClass::JsonSyntax, &message, Some(error.span));
                    }
                    return self.read_yaml(self.skip_line_end(at), Some((message, error.span)));
                }
            }
        }
    }

    /// Blanks up to the end of the line.
    fn skip_line_end(&self, at: usize) -> usize {
        let rest = self.rest(at);
        let blanks = rest.len() - rest.trim_start().len();
        match rest.get(..blanks).and_then(|blanks| blanks.find('\n')) {
            Some(newline) => at + newline + 1,
            None => at + blanks,
        }
    }

    /// Reads YAML documents; `json` is what was wrong with the text as JSON.
    fn read_yaml(&mut self, from: usize, mut json: Option<(String, Span)>) {
        let text = self.text;
        let mut start = from;
        let mut at = from;
        let first_line = text.get(..from).map_or(0, |before| before.matches('\n').count());
        let mut start_line = first_line;
        for (line, this) in (first_line..).zip(text.get(from..).unwrap_or("").split_inclusive('\n')) {
            if let Some(after) = this.strip_prefix("---") {
                let after = after.trim();
                if !after.is_empty() && !after.starts_with('#') {
                    let number = u32::try_from(line + 1).unwrap_or(u32::MAX);
                    let offset = u32::try_from(at + self.mark).unwrap_or(u32::MAX);
                    let span = Span {
                        line: number,
                        column: 4,
                        end_line: number,
                        end_column: 5,
                        start: offset + 3,
                        end: offset + 4,
                    };
                    let message = format!("invalid Yaml document separator: {after}");
                    return self.refuse_yaml(&message, Some(span), json);
                }
                if at > start {
                    if !self.read_chunk(start, at, start_line, json.take()) {
                        return;
                    }
                    start = at + this.len();
                    start_line = line + 1;
                }
            }
            at += this.len();
        }
        if at > start {
            self.read_chunk(start, at, start_line, json);
        }
    }

    /// Reads one document. Whether to go on.
    fn read_chunk(&mut self, start: usize, end: usize, line: usize, json: Option<(String, Span)>) -> bool {
        let chunk = self.text.get(start..end).unwrap_or("");
        let limits = YamlLimits { depth: self.limits.depth, nodes: self.limits.nodes };
        let shift = |span: &mut Span| {
            span.line += u32::try_from(line).unwrap_or(0);
            span.end_line += u32::try_from(line).unwrap_or(0);
            span.start += u32::try_from(start).unwrap_or(0);
            span.end += u32::try_from(start).unwrap_or(0);
        };
        match yaml::read(chunk, limits) {
            Ok((value, mut place)) => {
                place.each(&shift);
                let span = place.value;
                self.add(value, place, span, false)
            }
            Err(mut error) => {
                if let Some(span) = &mut error.span {
                    shift(span);
                }
                if error.too_big {
                    self.refuse_depth(error.span.unwrap_or_default());
                } else {
                    let message = format!("error converting YAML to JSON: {}", error.message);
                    self.refuse_yaml(&message, error.span, json);
                }
                false
            }
        }
    }

    fn refuse_yaml(&mut self, message: &str, span: Option<Span>, json: Option<(String, Span)>) {
        match json {
            // Of a text that is neither, kubectl shows what JSON says.
            Some((message, span)) => self.refuse(ProblemClass::JsonSyntax, &message, Some(span)),
            None => self.refuse(ProblemClass::YamlSyntax, message, span),
        }
    }

    fn refuse_depth(&mut self, span: Span) {
        let Limits { depth, nodes, .. } = self.limits;
        let message = format!(
            "the document nests deeper than {depth} levels or has more than {nodes} values; the laboratory reads no more"
        );
        self.refuse(ProblemClass::TooBig, &message, Some(span));
    }

    fn refuse(&mut self, class: ProblemClass, message: &str, span: Option<Span>) {
        let message = format!("error parsing {}: {message}", self.file);
        self.reading.refusal = Some(Refusal::client(class, message, span, ""));
    }

    fn add(&mut self, value: Value, mut places: Place, span: Span, is_json: bool) -> bool {
        if value.is_null() {
            return true;
        }
        if self.reading.documents.len() >= self.limits.documents {
            let message = format!("more than {} documents; the laboratory reads no more", self.limits.documents);
            self.refuse(ProblemClass::TooBig, &message, Some(span));
            return false;
        }
        let mark = u32::try_from(self.mark).unwrap_or(0);
        if mark > 0 {
            places.each(&|span| {
                span.start += mark;
                span.end += mark;
            });
        }
        let span = places.value;
        self.reading.documents.push(Document { value, places, span, is_json });
        true
    }

    fn rest(&self, at: usize) -> &str {
        self.text.get(at..).unwrap_or("")
    }
}
