//! `cargo xtask finish`: trunk's last step, called by it (see Trunk.toml).
//!
//! Of a published page it parts the WebAssembly and makes each part small, and it makes one style
//! sheet of all but the first, which is the skeleton's; it names them by their contents. It writes
//! their sizes into the page, so that the page can tell how much has been downloaded, and lets the reload script that `trunk serve` adds past the content security
//! policy, in that case only. Beside the page it puts the editor and what `companions` tells of.

use crate::{
    Failure, companions,
    run::{answer, check, command},
    split::{self, Later},
    tools,
};
use std::{
    env,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

/// What only the reload script of `trunk serve` holds.
const RELOAD: &str = "{{__TRUNK_ADDRESS__}}";

/// The policy's word on scripts, as index.html has it, and while developing.
const SCRIPTS: (&str, &str) = ("script-src 'self'", "script-src 'self' 'unsafe-inline'");

/// The policy's word on connections, as index.html has it, and while developing.
const CONNECTIONS: (&str, &str) = ("connect-src 'self'", "connect-src 'self' ws: wss:");

/// What wasm-opt does to each module: of all that was tried this compresses best.
const SMALL: [&str; 3] = ["-Oz", "--strip-debug", "--strip-producers"];

/// Where this variable is set, functions keep their names, which a profile of the page shows.
const KEEP_NAMES: &str = "JOB_LAB_NAMES";

/// The same, but for the names.
const NAMED: [&str; 2] = ["-Oz", "-g"];

/// A module of the page.
#[derive(Debug, PartialEq, Eq)]
struct Module {
    /// Its file.
    name: String,
    /// How long that is.
    bytes: u64,
}

/// Finishes the page in trunk's staging folder.
pub fn run() -> Result<(), Failure> {
    let staging = env::var_os("TRUNK_STAGING_DIR").ok_or("`cargo xtask finish` is for trunk to call")?;
    let staging = Path::new(&staging);
    let file = staging.join("index.html");
    let mut html = fs::read_to_string(&file).map_err(|error| format!("cannot read {}: {error}", file.display()))?;
    let published = env::var("TRUNK_PROFILE").is_ok_and(|profile| profile == "release");
    if published {
        html = dress(&html, staging)?;
        companions::shrink(staging, &texts(&html))?;
    }
    let built = named(&html)?;
    let modules = if published {
        part(staging, built)?
    } else {
        let bytes = fs::metadata(staging.join(built)).map(|data| data.len());
        let bytes = bytes.map_err(|error| format!("index.html names {built}, which cannot be read: {error}"))?;
        vec![Module { name: built.to_owned(), bytes }]
    };
    let editor = companions::editor(staging)?;
    let finished = finish(&html, &modules, &editor)?;
    companions::scripts(staging, &[attribute(&html, "data-js").unwrap_or_default(), &editor])?;
    // While developing, what was kept would hide what was changed.
    if published {
        companions::service_worker(staging)?;
    }
    fs::write(&file, finished).map_err(|error| format!("cannot write {}: {error}", file.display()))
}

/// The WebAssembly that the page names.
fn named(html: &str) -> Result<&str, Failure> {
    attribute(html, "data-wasm")
        .ok_or_else(|| "index.html does not name its WebAssembly: has pattern_script of Trunk.toml changed?".into())
}

/// The file of the page that an attribute names.
fn attribute<'html>(html: &'html str, name: &str) -> Option<&'html str> {
    let (_, rest) = html.split_once(&format!("{name}=\"./"))?;
    rest.split_once('"').map(|(name, _)| name)
}

/// The scripts and style sheets that the page names.
fn texts(html: &str) -> Vec<&str> {
    let named = html.split("=\"./").skip(1).filter_map(|rest| rest.split_once('"')).map(|(name, _)| name);
    let is_text = |name: &&str| Path::new(name).extension().is_some_and(|kind| kind == "js" || kind == "css");
    let mut texts: Vec<&str> = named.filter(is_text).collect();
    texts.sort_unstable();
    texts.dedup();
    texts
}

/// The finished text of the page, whose modules are these: its own, and in a published page those after it.
fn finish(html: &str, modules: &[Module], editor: &str) -> Result<String, Failure> {
    let (page, later) = modules.split_first().ok_or("the page has no WebAssembly")?;
    let mut html = html.replace(named(html)?, &page.name);
    let mut facts = format!("data-bytes=\"{}\"", page.bytes);
    for (Module { name, bytes }, Later { name: kind, .. }) in later.iter().zip(split::LATER) {
        let _ = write!(facts, " data-{kind}=\"./{name}\" data-{kind}-bytes=\"{bytes}\"");
    }
    html = html.replacen("data-bytes=\"0\"", &facts, 1);
    html = html.replacen("data-editor=\"\"", &format!("data-editor=\"./{editor}\""), 1);
    if !later.is_empty() {
        html = html.replacen("data-worker=\"\"", "data-worker=\"./sw.js\"", 1);
    }
    if html.contains(RELOAD) {
        for (strict, loose) in [SCRIPTS, CONNECTIONS] {
            if !html.contains(strict) {
                return Err(format!(
                    "the policy of index.html no longer says {strict}: the reload script would not run"
                ));
            }
            html = html.replacen(strict, loose, 1);
        }
    }
    Ok(html)
}

/// Parts the module that trunk has built into the page's and those after it, and makes them small.
fn part(staging: &Path, built: &str) -> Result<Vec<Module>, Failure> {
    let read = |file: &Path| fs::read(file).map_err(|error| format!("cannot read {}: {error}", file.display()));
    let entries = split::LATER.map(|later| later.entry);
    let apart = split::apart(&read(&linked()?)?, &entries)?;
    let whole = staging.join(built);
    let parts = split::part(&read(&whole)?, &apart, &entries)?;
    fs::remove_file(&whole).map_err(|error| format!("cannot remove {}: {error}", whole.display()))?;
    let names = ["page"].into_iter().chain(split::LATER.map(|later| later.name));
    names.zip(&parts).map(|(name, module)| small(staging, name, module)).collect()
}

/// How trunk names a style sheet.
const SHEET: (&str, &str) = ("<link rel=\"stylesheet\" href=\"./", "\"/>");

/// The style sheets that the page names, in order.
fn sheets(html: &str) -> Vec<&str> {
    html.split(SHEET.0).skip(1).filter_map(|rest| rest.split_once(SHEET.1)).map(|(name, _)| name).collect()
}

/// Makes one file of the style sheets after the skeleton's; `static/start.js` asks for it, so that
/// the skeleton need not wait for it.
fn dress(html: &str, staging: &Path) -> Result<String, Failure> {
    let sheets = sheets(html);
    let Some((_, later)) = sheets.split_first().filter(|(_, later)| !later.is_empty()) else {
        return Err("index.html names no style sheets, or trunk writes them in another way".into());
    };
    let mut all = String::new();
    for sheet in later {
        let file = staging.join(sheet);
        let style = fs::read_to_string(&file);
        all.push_str(&style.map_err(|error| format!("cannot read {}: {error}", file.display()))?);
        fs::remove_file(&file).map_err(|error| format!("cannot remove {}: {error}", file.display()))?;
    }
    let name = format!("style-{:016x}.css", digest(all.as_bytes()));
    fs::write(staging.join(&name), all).map_err(|error| format!("cannot write {name}: {error}"))?;
    Ok(preload(html, later, &name))
}

/// The page with one style sheet, which it asks for early, in the place of several.
fn preload(html: &str, later: &[&str], name: &str) -> String {
    let mut html = html.to_owned();
    let mut link = format!("<link rel=\"preload\" as=\"style\" href=\"./{name}\">");
    for sheet in later {
        html = html.replacen(&format!("{}{sheet}{}", SHEET.0, SHEET.1), &link, 1);
        link.clear();
    }
    html.replacen("data-bytes=\"0\"", &format!("data-style=\"./{name}\" data-bytes=\"0\""), 1)
}

/// What the linker made, before wasm-bindgen.
fn linked() -> Result<PathBuf, Failure> {
    let metadata = answer("cargo", &["metadata", "--no-deps", "--format-version", "1"])
        .ok_or("`cargo metadata` does not tell the target directory")?;
    let folder = metadata
        .split_once("\"target_directory\":\"")
        .and_then(|(_, rest)| rest.split_once('"'))
        .map(|(folder, _)| folder.replace("\\\\", "\\"))
        .ok_or("`cargo metadata` does not tell the target directory")?;
    Ok(Path::new(&folder).join("wasm32-unknown-unknown").join("wasm-release").join("page.wasm"))
}

/// Runs wasm-opt on a module and puts it into the folder under a name of its own.
fn small(folder: &Path, kind: &str, module: &[u8]) -> Result<Module, Failure> {
    let place = folder.join(format!("{kind}.wasm"));
    fs::write(&place, module).map_err(|error| format!("cannot write {}: {error}", place.display()))?;
    let program = tools::npm_packages()?.join(if cfg!(windows) { "wasm-opt.cmd" } else { "wasm-opt" });
    let options = if env::var_os(KEEP_NAMES).is_some() { NAMED.as_slice() } else { &SMALL };
    check(command(program)?.args(options).arg(&place).arg("-o").arg(&place))?;
    let bytes = fs::read(&place).map_err(|error| format!("cannot read {}: {error}", place.display()))?;
    let name = format!("{kind}-{:016x}.wasm", digest(&bytes));
    fs::rename(&place, folder.join(&name)).map_err(|error| format!("cannot rename {}: {error}", place.display()))?;
    Ok(Module { name, bytes: bytes.len() as u64 })
}

/// FNV-1a: enough to tell one build's file from another's.
fn digest(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = r#"<meta content="script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'"><link href="./a.wasm"><meta data-wasm="./a.wasm" data-bytes="0" data-editor="" data-worker="">"#;

    fn module(name: &str) -> Module {
        Module { name: name.to_owned(), bytes: 4096 }
    }

    #[test]
    fn a_page_in_one_module_tells_its_length() {
        let html = finish(PAGE, &[module("a.wasm")], "editor.js");
        assert_eq!(
            html,
            Ok(PAGE.replace("bytes=\"0\"", "bytes=\"4096\"").replace("editor=\"\"", "editor=\"./editor.js\""))
        );
    }

    #[test]
    fn a_published_page_keeps_its_policy_and_names_its_modules() {
        let html = finish(PAGE, &["b.wasm", "c.wasm", "d.wasm", "e.wasm", "f.wasm"].map(module), "editor.js");
        let expected = PAGE
            .replace("a.wasm", "b.wasm")
            .replace("data-editor=\"\" data-worker=\"\"", "data-editor=\"./editor.js\" data-worker=\"./sw.js\"")
            .replace(
                "bytes=\"0\"",
                "bytes=\"4096\" data-views=\"./c.wasm\" data-views-bytes=\"4096\" data-explanations=\"./d.wasm\" data-explanations-bytes=\"4096\" data-simulator=\"./e.wasm\" data-simulator-bytes=\"4096\" data-kubectl=\"./f.wasm\" data-kubectl-bytes=\"4096\"",
            );
        assert_eq!(html, Ok(expected));
    }

    #[test]
    fn later_style_sheets_become_one() {
        let html = r#"<link rel="stylesheet" href="./boot.css"/><link rel="stylesheet" href="./a.css"/><link rel="stylesheet" href="./b.css"/><meta data-bytes="0">"#;
        assert_eq!(sheets(html), ["boot.css", "a.css", "b.css"]);
        let expected = r#"<link rel="stylesheet" href="./boot.css"/><link rel="preload" as="style" href="./style.css"><meta data-style="./style.css" data-bytes="0">"#;
        assert_eq!(preload(html, &["a.css", "b.css"], "style.css"), expected);
    }

    #[test]
    fn scripts_and_style_sheets_are_found_once() {
        let html =
            r#"<link href="./a.css"><script src="./b.js"></script><meta data-style="./a.css" data-wasm="./c.wasm">"#;
        assert_eq!(texts(html), ["a.css", "b.js"]);
    }

    #[test]
    fn a_page_in_development_may_reload_itself() {
        let page = format!("{PAGE}<script>'{RELOAD}'</script>");
        let html = finish(&page, &[module("a.wasm")], "editor.js").unwrap_or_default();
        assert!(html.contains("script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'"));
        assert!(html.contains("connect-src 'self' ws: wss:"));
    }

    #[test]
    fn a_page_that_names_no_webassembly_is_refused() {
        assert!(finish("<p>", &[module("a.wasm")], "editor.js").is_err());
    }

    #[test]
    fn other_bytes_have_another_digest() {
        assert_eq!(digest(b""), 0xcbf2_9ce4_8422_2325);
        assert_ne!(digest(b"a"), digest(b"b"));
    }
}
