//! The house rules that no compiler checks: who may use whom, what each file must say, how long it
//! may grow. The table is `ARCHITECTURE.md`'s, in code.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Which rooms each room may use, besides itself.
const MAY_USE: &[(&str, &[&str])] = &[
    ("go", &[]),
    ("schedule", &["go"]),
    ("api", &["schedule"]),
    ("because", &[]),
    ("engine", &[]),
    ("manifest", &["api", "go", "schedule"]),
    ("cluster", &["api", "because", "engine", "go"]),
    ("controllers", &["api", "because", "go", "schedule"]),
    ("world", &["api", "because", "engine", "manifest", "cluster", "controllers"]),
    ("timeline", &["api", "engine", "cluster", "world"]),
    ("kubectl", &["api", "engine", "cluster", "go", "manifest", "timeline", "world"]),
    ("trace", &["api", "cluster", "go", "kubectl", "manifest", "timeline", "world"]),
    ("i18n", &["because"]),
    ("presets", &["i18n"]),
    ("explain", &["api", "because", "cluster", "i18n", "timeline", "world"]),
    (
        "playground",
        &["api", "because", "cluster", "controllers", "explain", "kubectl", "manifest", "timeline", "world"],
    ),
    ("command_line", &["explain", "i18n", "kubectl", "manifest", "timeline", "trace", "world"]),
    ("share", &["go"]),
    ("browser", &["i18n", "playground"]),
    ("ui", &["because", "browser", "i18n", "playground", "presets", "share"]),
];
/// Rooms that may use the browser's and Yew's crates.
const PAGE: [&str; 2] = ["browser", "ui"];
/// Crates that belong to the page.
const PAGE_CRATES: [&str; 6] = ["web_sys", "wasm_bindgen", "js_sys", "gloo_timers", "gloo_events", "yew"];
/// Rooms in which nothing may depend on a clock, on chance or on the order of a hash.
const FORBIDDEN_IN_CORE: [&str; 9] =
    ["std::time", "SystemTime", "Instant::now", "HashMap", "HashSet", "std::thread", "std::fs", "f64", "f32"];
/// Files that may do one of these, each with its reason.
const ALLOWED: &[(&str, &str, &str)] = &[
    ("src/manifest", "f64", "YAML knows numbers with fractions; they are only recognised and written again"),
    ("src/manifest", "f32", "the same"),
];
const LONGEST_FILE: usize = 620;

struct Source {
    path: String,
    room: String,
    text: String,
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    collect(&root.join("src"), &mut files);
    files.sort();
    // Tests that fill a file of their own are no part of the program.
    files.retain(|file| file.file_name().is_none_or(|name| name != "tests.rs"));
    files
        .into_iter()
        .map(|file| {
            let path = file.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
            let room = path.split('/').nth(1).unwrap().trim_end_matches(".rs").to_owned();
            Source { text: std::fs::read_to_string(&file).unwrap(), path, room }
        })
        .collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// The text without comments and without what is below `#[cfg(test)]`.
fn code(text: &str) -> String {
    let end = text.find("#[cfg(test)]").unwrap_or(text.len());
    text[..end].lines().map(|line| line.split("//").next().unwrap_or("")).collect::<Vec<_>>().join("\n")
}

/// The rooms that a file names as `crate::room`, also inside `use crate::{a, b}`.
fn rooms_used(text: &str) -> Vec<String> {
    let code = code(text);
    let mut rooms = Vec::new();
    for (place, _) in code.match_indices("crate::") {
        let rest = &code[place + "crate::".len()..];
        let names = match rest.strip_prefix('{') {
            Some(group) => top_level(group),
            None => vec![rest],
        };
        for name in names {
            let room: String = name.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            rooms.push(room);
        }
    }
    rooms.retain(|room| MAY_USE.iter().any(|(known, _)| known == room));
    rooms
}

/// The parts of a `{…}` group between its own commas.
fn top_level(group: &str) -> Vec<&str> {
    let (mut depth, mut start, mut parts) = (0, 0, Vec::new());
    for (place, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => {
                parts.push(&group[start..place]);
                return parts;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&group[start..place]);
                start = place + 1;
            }
            _ => {}
        }
    }
    parts
}

#[test]
fn rooms_use_only_what_the_table_allows() {
    let table: BTreeMap<&str, &[&str]> = MAY_USE.iter().copied().collect();
    let mut wrong = Vec::new();
    for source in sources().iter().filter(|source| !matches!(source.room.as_str(), "lib" | "bin")) {
        let Some(allowed) = table.get(source.room.as_str()) else {
            wrong.push(format!("{}: the room {} is not in the table", source.path, source.room));
            continue;
        };
        for used in rooms_used(&source.text) {
            if used != source.room && !allowed.contains(&used.as_str()) {
                wrong.push(format!("{} uses {used}", source.path));
            }
        }
    }
    assert!(wrong.is_empty(), "directions turned round:\n{}", wrong.join("\n"));
}

#[test]
fn only_the_page_knows_a_browser() {
    let mut wrong = Vec::new();
    for source in sources().iter().filter(|source| !PAGE.contains(&source.room.as_str())) {
        let code = code(&source.text);
        for name in PAGE_CRATES {
            let named = code.contains(&format!("{name}::"));
            if named && source.path != "src/bin/page.rs" {
                wrong.push(format!("{} names {name}", source.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_core_has_no_clock_no_chance_and_no_floats() {
    let core = |source: &&Source| !PAGE.contains(&source.room.as_str()) && source.room != "bin";
    let mut wrong = Vec::new();
    for source in sources().iter().filter(core) {
        let code = code(&source.text);
        for word in FORBIDDEN_IN_CORE {
            let allowed = ALLOWED.iter().any(|(path, other, _)| source.path.starts_with(path) && *other == word);
            let found = code.match_indices(word).any(|(place, _)| {
                let before = code[..place].chars().next_back();
                let after = code[place + word.len()..].chars().next();
                let part_of_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
                !part_of_word(before) && !part_of_word(after)
            });
            if found && !allowed {
                wrong.push(format!("{} has {word}", source.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_file_says_what_it_is_and_stays_one_idea() {
    let mut wrong = Vec::new();
    for source in sources() {
        let lines = source.text.lines().count();
        if !source.text.starts_with("//!") {
            wrong.push(format!("{} doesn't open with what it models", source.path));
        }
        if lines > LONGEST_FILE {
            wrong.push(format!("{} has {lines} lines: look for the seam", source.path));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Words that `ui` may write itself: the API's own names, which no language translates.
const API_WORDS: [&str; 6] = [
    "backoffLimit",
    "backoffLimitPerIndex",
    "maxFailedIndexes",
    "activeDeadlineSeconds",
    "ttlSecondsAfterFinished",
    "Pod …{end}",
];

/// The literals of a component that a person would read: `{ "text" }`, `title="text"`, `format!("two words")`.
fn literal_texts(text: &str) -> Vec<String> {
    let code = code(text);
    let patterns = [
        r#"(?m)(?:>\s*|^\s*)\{ *"([^"{}]*)" *\}"#,
        r#"(?:aria-label|title|placeholder|alt)="([^"]*)""#,
        r#"(?:aria-label|title|placeholder|alt)=\{"([^"]*)"\}"#,
        r#"format!\(\s*"([^"]*[A-Za-z]{2,} [^"]*)""#,
    ];
    let mut found = Vec::new();
    for pattern in patterns {
        for capture in regex::Regex::new(pattern).unwrap().captures_iter(&code) {
            let said = capture[1].to_owned();
            let letters = said.chars().filter(|c| c.is_alphabetic()).count();
            let command = said.starts_with("kubectl ");
            if letters >= 2 && !command && !API_WORDS.contains(&said.as_str()) {
                found.push(said);
            }
        }
    }
    found
}

#[test]
fn the_page_takes_every_word_from_i18n() {
    let mut wrong = Vec::new();
    for source in sources().iter().filter(|source| source.room == "ui") {
        wrong.extend(literal_texts(&source.text).into_iter().map(|said| format!("{} says {said:?}", source.path)));
    }
    assert!(wrong.is_empty(), "words that no language has:\n{}", wrong.join("\n"));
    // The test itself can tell.
    assert_eq!(literal_texts("html! { <p>{ \"Hola\" }</p> }"), ["Hola"]);
    assert_eq!(literal_texts("html! { <p title=\"Dos palabras\">{ texts.a }</p> }"), ["Dos palabras"]);
    assert_eq!(literal_texts("format!(\"{name} has failed\")"), ["{name} has failed"]);
}

#[test]
fn the_map_shows_every_room() {
    let map = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("ARCHITECTURE.md")).unwrap();
    for (room, _) in MAY_USE {
        assert!(map.contains(&format!("`{room}`")), "ARCHITECTURE.md doesn't mention {room}");
    }
}
