//! What can be done about each sort of mistake.

use super::super::kinds;
use super::super::problem::ProblemClass;
use super::super::span::Inside;
use super::nesting::{distance, move_field, rename};
use super::{Case, Edit, Fix};
use crate::api::Quantity;

/// The image of containers that name none.
const IMAGE: &str = "busybox:1.36";
/// Letters that names don't take, and what they become.
const PLAIN: [(&str, &str); 7] = [("á", "a"), ("é", "e"), ("í", "i"), ("ó", "o"), ("ú", "u"), ("ü", "u"), ("ñ", "n")];

/// The fixes that may help, the likeliest first.
pub(super) fn propose(case: &Case<'_>) -> Vec<Fix> {
    let problem = case.problem;
    let (path, detail) = (problem.path.as_str(), problem.detail.as_str());
    let mut fixes: Vec<Option<Fix>> = Vec::new();
    match problem.class {
        ProblemClass::UnknownField => fixes.extend([rename(case), move_field(case), remove(case, "remove-field")]),
        ProblemClass::UnknownKind => fixes.extend([api_version(case), kind(case)]),
        ProblemClass::NoApiVersion => fixes.push(api_version(case)),
        ProblemClass::NoKind => fixes.push(case.set("kind", "set-field", "Job")),
        ProblemClass::NoName => fixes.push(name_it(case, "metadata.name", "mi-job")),
        ProblemClass::WrongType => fixes.extend(types(case)),
        ProblemClass::BadValue => fixes.extend(amounts(case)),
        ProblemClass::AlreadyExists => fixes.push(other_name(case)),
        ProblemClass::WrongNamespace | ProblemClass::NoNamespace => fixes.push(remove(case, "remove-field")),
        ProblemClass::Required | ProblemClass::Unsupported | ProblemClass::Invalid
            if path.ends_with("restartPolicy") && !path.contains("ontainers[") =>
        {
            fixes.extend(["Never", "OnFailure"].map(|policy| case.set(path, "set-field", policy)));
        }
        ProblemClass::Required => fixes.extend(required(case)),
        ProblemClass::Unsupported => fixes.extend(listed(case)),
        ProblemClass::Invalid => fixes.extend(invalid(case)),
        ProblemClass::Duplicate if path.ends_with("name") || path.ends_with("].name") => {
            let again = case.written(path).map(|name| format!("{}-2", unquoted(name)));
            fixes.push(again.and_then(|name| case.replace(path, "set-field", &name)));
        }
        _ => {}
    }
    if detail == "field is immutable" {
        fixes.push(other_name(case));
    }
    fixes.into_iter().flatten().collect()
}

fn unquoted(text: &str) -> &str {
    text.trim_matches(['"', '\''])
}

/// Takes the whole field away.
fn remove(case: &Case<'_>, rule: &'static str) -> Option<Fix> {
    remove_at(case, &case.problem.path, rule)
}

fn remove_at(case: &Case<'_>, path: &str, rule: &'static str) -> Option<Fix> {
    let place = case.places.find(path)?;
    let (start, end) = case.source.lines_of(place)?;
    let name = path.rsplit('.').next().unwrap_or(path).to_owned();
    (!case.source.is_json).then(|| Fix { rule, word: name, edits: vec![Edit { start, end, text: String::new() }] })
}

fn api_version(case: &Case<'_>) -> Option<Fix> {
    let kind = case.document.value.get("kind").and_then(serde_json::Value::as_str).unwrap_or("");
    let known = kinds::served().find(|known| known.kind.eq_ignore_ascii_case(kind))?;
    case.set("apiVersion", "set-field", &known.api_version())
}

fn kind(case: &Case<'_>) -> Option<Fix> {
    let written = case.document.value.get("kind").and_then(serde_json::Value::as_str)?;
    let singular = written.strip_suffix('s').unwrap_or(written);
    let near = |known: &kinds::KindId| distance(known.kind, written).min(distance(known.kind, singular));
    let known = kinds::served().min_by_key(near).filter(|known| near(known) <= 2)?;
    case.replace("kind", "set-field", known.kind)
}

/// A value that the name's rule takes, made of what is written.
fn slug(text: &str, dots: bool) -> String {
    let mut plain = unquoted(text).to_lowercase();
    for (letter, instead) in PLAIN {
        plain = plain.replace(letter, instead);
    }
    let mut name = String::new();
    for letter in plain.chars() {
        if letter.is_ascii_alphanumeric() || (dots && letter == '.') {
            name.push(letter);
        } else if !name.is_empty() && !name.ends_with('-') {
            name.push('-');
        }
    }
    name.trim_matches(['-', '.']).to_owned()
}

fn name_it(case: &Case<'_>, path: &str, name: &str) -> Option<Fix> {
    if let Some(fix) = case.set(path, "set-field", name) {
        return Some(fix);
    }
    // There is no metadata at all.
    let edit = case.source.insert(case.places, "metadata", &format!("  name: {name}\n"))?;
    Some(Fix { rule: "set-field", word: format!("name: {name}"), edits: vec![edit] })
}

/// The same object under a name that is free.
fn other_name(case: &Case<'_>) -> Option<Fix> {
    let name = unquoted(case.written("metadata.name")?);
    let (stem, number) = match name.rsplit_once('-') {
        Some((stem, digits)) if digits.len() < 6 => match digits.parse::<u32>() {
            Ok(number) => (stem, number + 1),
            Err(_) => (name, 2),
        },
        _ => (name, 2),
    };
    case.replace("metadata.name", "new-name", &format!("{stem}-{number}"))
}

fn types(case: &Case<'_>) -> Vec<Option<Fix>> {
    let (path, message) = (case.problem.path.as_str(), case.problem.message.as_str());
    let Some(written) = case.written(path) else { return Vec::new() };
    let plain = unquoted(written);
    if message.ends_with("of type []string") {
        let is_line = plain.contains([' ', ';', '|', '&', '$']);
        let quoted = format!("\"{}\"", plain.replace('\\', "\\\\").replace('"', "\\\""));
        let list = if is_line { format!("[\"sh\", \"-c\", {quoted}]") } else { format!("[{quoted}]") };
        return vec![case.replace(path, "as-list", &list)];
    }
    if message.ends_with("int32") || message.ends_with("int64") {
        let digits: String = plain.chars().take_while(char::is_ascii_digit).collect();
        return vec![(!digits.is_empty()).then(|| case.replace(path, "as-number", &digits)).flatten()];
    }
    if message.ends_with("of type bool") {
        let value = match plain.to_lowercase().as_str() {
            "true" | "yes" | "on" | "1" | "si" | "sí" => "true",
            _ => "false",
        };
        return vec![case.replace(path, "set-field", value)];
    }
    // A text was wanted: a number, or a word that YAML takes for true or false.
    let is_scalar = !written.contains('\n') && !written.starts_with(['[', '{', '"', '\'']);
    let mut fixes = vec![is_scalar.then(|| case.replace(path, "as-text", &format!("\"{written}\""))).flatten()];
    if message.contains("cannot unmarshal object into Go struct field") && message.contains("of type []") {
        fixes.push(as_item(case, path));
    }
    fixes
}

/// A mapping where a list is wanted becomes its only item.
fn as_item(case: &Case<'_>, path: &str) -> Option<Fix> {
    let place = case.places.find(path)?;
    let Inside::Map(entries) = &place.inside else { return None };
    let first = entries.first()?.1.key?;
    let (start, end) = case.source.lines_of(place)?;
    let text = case.source.text.get(start as usize..end as usize)?;
    if case.source.is_flow(place) {
        return None;
    }
    let mut edits = vec![Edit { start: first.start, end: first.start, text: "- ".to_owned() }];
    let mut at = start;
    for line in text.split_inclusive('\n') {
        if at > first.start {
            edits.push(Edit { start: at, end: at, text: "  ".to_owned() });
        }
        at += u32::try_from(line.len()).unwrap_or(0);
    }
    let name = path.rsplit('.').next().unwrap_or(path).to_owned();
    Some(Fix { rule: "as-item", word: name, edits })
}

/// `1GB` is meant as `1Gi`, `500mb` as `500Mi`, `1 Gi` as `1Gi`.
fn amounts(case: &Case<'_>) -> Vec<Option<Fix>> {
    let path = case.problem.path.as_str();
    let Some(written) = case.written(path).map(unquoted) else { return Vec::new() };
    let digits: String = written.trim().chars().take_while(|c| c.is_ascii_digit() || matches!(c, '.' | ',')).collect();
    let unit = written.trim().get(digits.len()..).unwrap_or("").trim().to_lowercase();
    let digits = digits.replace(',', ".");
    let units: &[&str] = match unit.as_str() {
        "k" | "kb" | "ki" | "kib" => &["Ki", "k"],
        "m" | "mb" | "mi" | "mib" | "megas" => &["Mi", "M"],
        "g" | "gb" | "gi" | "gib" | "gigas" => &["Gi", "G"],
        "t" | "tb" | "ti" | "tib" => &["Ti", "T"],
        "b" | "bytes" | "cpu" | "cpus" | "core" | "cores" => &[""],
        "mcpu" | "mc" | "millis" => &["m"],
        _ => &[],
    };
    let right = units.iter().map(|unit| format!("{digits}{unit}")).filter(|text| Quantity::parse(text).is_ok());
    right.map(|text| case.replace(path, "set-field", &text)).collect()
}

fn required(case: &Case<'_>) -> Vec<Option<Fix>> {
    let (path, detail) = (case.problem.path.as_str(), case.problem.detail.as_str());
    let last = path.rsplit('.').next().unwrap_or(path);
    match last {
        _ if detail == "when completion mode is Indexed" => vec![case.set(path, "set-field", &parallelism(case))],
        "image" => vec![case.set(path, "set-field", IMAGE)],
        "name" if path.contains("ontainers[") && !path.contains("env") => {
            vec![case.set(path, "set-field", "main")]
        }
        "name" => vec![name_it(case, path, "mi-job")],
        "containers" => {
            let value = format!("- name: main\n  image: {IMAGE}");
            let (above, _) = path.rsplit_once('.').unwrap_or(("", path));
            let edit = match case.places.find(path) {
                // `containers:` with nothing below.
                Some(place) => empty_list(case, place, &value),
                None => case.places.find(above).and_then(|block| case.source.insert(block, "containers", &value)),
            };
            vec![edit.map(|edit| Fix { rule: "add-container", word: String::new(), edits: vec![edit] })]
        }
        "schedule" => vec![case.set(path, "set-field", "\"*/5 * * * *\"")],
        "action" => vec![case.set(path, "set-field", "FailJob")],
        "operator" => vec![case.set(path, "set-field", "In")],
        _ => Vec::new(),
    }
}

fn empty_list(case: &Case<'_>, place: &super::super::span::Place, value: &str) -> Option<Edit> {
    let key = place.key?;
    let written = case.source.text.get(place.value.start as usize..place.value.end as usize)?;
    let indent = " ".repeat(key.column.saturating_sub(1) as usize);
    let lines: Vec<String> = value.lines().map(|line| format!("\n{indent}{line}")).collect();
    let end = if matches!(written.trim(), "[]" | "null" | "~") { place.value.end } else { key.end + 1 };
    (!case.source.is_json).then(|| Edit { start: key.end + 1, end, text: lines.concat() })
}

fn parallelism(case: &Case<'_>) -> String {
    let spec = case.document.value.get("spec");
    let count = spec.and_then(|spec| spec.get("parallelism")).and_then(serde_json::Value::as_i64);
    count.filter(|count| *count > 0).unwrap_or(3).to_string()
}

/// A word that is nearly one of those that the server lists.
fn listed(case: &Case<'_>) -> Vec<Option<Fix>> {
    let (path, detail) = (case.problem.path.as_str(), case.problem.detail.as_str());
    let Some(list) = detail.split_once("supported values: ").map(|(_, list)| list) else { return Vec::new() };
    let words: Vec<&str> = list.split(", ").map(unquoted).filter(|word| !word.is_empty()).collect();
    let written = case.written(path).map_or("", unquoted);
    let nearest = words.iter().min_by_key(|word| distance(word, written)).copied();
    let near = nearest.filter(|word| distance(word, written) <= word.len() / 2);
    let mut order: Vec<&str> = near.into_iter().collect();
    order.extend(words.iter().filter(|word| Some(**word) != near));
    order.into_iter().map(|word| case.replace(path, "set-field", word)).collect()
}

fn invalid(case: &Case<'_>) -> Vec<Option<Fix>> {
    let (path, detail) = (case.problem.path.as_str(), case.problem.detail.as_str());
    let written = case.written(path).map_or("", unquoted);
    let last = path.rsplit('.').next().unwrap_or(path);
    if detail.contains("RFC 1123") || detail.starts_with("must not contain dots") {
        let name = slug(written, detail.contains("subdomain"));
        return vec![(!name.is_empty()).then(|| case.replace(path, "set-field", &name)).flatten()];
    }
    if detail.starts_with("must be greater than or equal to 0") {
        let positive = written.trim_start_matches('-').to_owned();
        return vec![case.replace(path, "set-field", &positive), case.replace(path, "set-field", "0")];
    }
    if detail.contains("only \"Never\" is supported when podFailurePolicy") {
        return vec![case.set(path, "set-field", "Never")];
    }
    if detail == "requires indexed completion mode" {
        let spec = path.rsplit_once('.').map_or("spec", |(spec, _)| spec);
        return vec![indexed(case, spec), remove(case, "remove-field")];
    }
    if detail == "`selector` not auto-generated" || detail == "`selector` will be auto-generated" {
        return vec![remove(case, "remove-field")];
    }
    if detail == "must be ordered" {
        let mut values: Vec<i64> =
            written.trim_matches(['[', ']']).split(',').filter_map(|n| n.trim().parse().ok()).collect();
        values.sort_unstable();
        values.dedup();
        let values: Vec<String> = values.iter().map(ToString::to_string).collect();
        return vec![case.replace(path, "set-field", &format!("[{}]", values.join(", ")))];
    }
    match last {
        "schedule" => schedules(case, written),
        "timeZone" => vec![remove(case, "remove-field")],
        _ if path.ends_with(".requests") => match case.problem.detail.rsplit_once(" limit of ") {
            Some((before, limit)) => {
                let resource = before.trim_start_matches("must be less than or equal to ");
                vec![case.replace(&format!("{path}.{resource}"), "set-field", limit)]
            }
            None => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// `completionMode: Indexed`, with `completions` if they aren't there.
fn indexed(case: &Case<'_>, spec: &str) -> Option<Fix> {
    let mode = format!("{spec}.completionMode");
    let mut fix = case.set(&mode, "set-field", "Indexed")?;
    "completionMode: Indexed".clone_into(&mut fix.word);
    if case.places.find(&format!("{spec}.completions")).is_none() {
        let completions = case.set(&format!("{spec}.completions"), "set-field", &parallelism(case))?;
        // Both may be new lines at the same place, which then are one change.
        for edit in completions.edits {
            let same = fix.edits.iter_mut().find(|other| other.start == edit.start && other.end == edit.end);
            if let Some(other) = same {
                other.text.push_str(&edit.text);
            } else {
                let place = fix.edits.partition_point(|other| other.start <= edit.start);
                fix.edits.insert(place, edit);
            }
        }
    }
    Some(fix)
}

/// Schedules that are nearly right.
fn schedules(case: &Case<'_>, written: &str) -> Vec<Option<Fix>> {
    let path = case.problem.path.as_str();
    let plain = written.trim();
    let mut right: Vec<String> = Vec::new();
    if let Some((_, rest)) = plain.split_once(' ').filter(|(zone, _)| zone.contains("TZ=")) {
        right.push(rest.trim().to_owned());
    }
    let fields: Vec<&str> = plain.split_whitespace().collect();
    match fields.as_slice() {
        // Seconds, or a year.
        [_, rest @ ..] if rest.len() == 5 => right.push(rest.join(" ")),
        few if few.len() < 5
            && few.iter().all(|field| field.chars().all(|c| c.is_ascii_digit() || "*/,-".contains(c))) =>
        {
            let mut all = few.to_vec();
            all.resize(5, "*");
            right.push(all.join(" "));
        }
        [minute, hour, day, month, weekday] => {
            right.push(format!("{minute} {hour} {day} {month} {}", weekday.replace('7', "0")));
            let mut whole = [*minute, *hour, *day, *month, *weekday];
            for (field, (low, high)) in
                whole.iter_mut().zip([("0", "59"), ("0", "23"), ("1", "31"), ("1", "12"), ("0", "6")])
            {
                if let Ok(number) = field.parse::<u32>() {
                    if number > high.parse().unwrap_or(0) {
                        *field = high;
                    } else if number < low.parse().unwrap_or(0) {
                        *field = low;
                    }
                }
            }
            right.push(whole.join(" "));
        }
        _ => {}
    }
    if plain.starts_with('@') {
        let names = ["@yearly", "@monthly", "@weekly", "@daily", "@hourly"];
        let nearest = names.into_iter().min_by_key(|name| distance(name, plain));
        right.extend(nearest.filter(|name| distance(name, plain) <= 3).map(str::to_owned));
    }
    right.push("*/5 * * * *".to_owned());
    right.into_iter().map(|schedule| case.replace(path, "set-field", &format!("\"{schedule}\""))).collect()
}
