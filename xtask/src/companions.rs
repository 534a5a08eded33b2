//! What stands beside the page that trunk built: the editor's bundle, and for each file that the
//! page fetches a sibling that is a plain script.
//!
//! A page without an origin (opened from the disk, or in `sandbox="allow-scripts"`) may neither
//! import modules nor fetch: but it may load scripts. Nobody else downloads these siblings.

use crate::{
    Failure,
    run::{check, command, root},
    tools,
};
use std::{env, fs, path::Path};

/// The browsers for which scripts are written.
const TARGET: &str = "--target=es2022";

/// Bundles `editor/` into the folder; answers the name of the file, which holds a digest.
pub fn editor(staging: &Path) -> Result<String, Failure> {
    let mut esbuild = esbuild()?;
    esbuild.args(["--bundle", "--minify", TARGET]);
    esbuild.args(["editor=editor/main.js", "--format=esm", "--entry-names=[name]-[hash]"]);
    esbuild.arg(format!("--outdir={}", staging.display()));
    check(&mut esbuild)?;
    names(staging)?
        .into_iter()
        .find(|name| name.starts_with("editor-") && has_extension(name, "js"))
        .ok_or_else(|| String::from("esbuild wrote no editor"))
}

/// Makes scripts and style sheets of the folder small, each in its place.
pub fn shrink(staging: &Path, names: &[&str]) -> Result<(), Failure> {
    for name in names {
        let file = staging.join(name);
        let mut esbuild = esbuild()?;
        esbuild.arg(&file).args(["--minify", "--allow-overwrite"]);
        // The first script runs in browsers that can't run the others, to say so.
        esbuild.arg(if name.starts_with("boot") { "--target=es5" } else { TARGET });
        esbuild.arg(format!("--outfile={}", file.display()));
        check(&mut esbuild)?;
    }
    Ok(())
}

/// Writes the siblings of the modules `modules` and of every `.wasm` file.
pub fn scripts(staging: &Path, modules: &[&str]) -> Result<(), Failure> {
    for module in modules {
        let name = module.trim_start_matches("./");
        let mut esbuild = esbuild()?;
        esbuild.arg(staging.join(name)).args(["--bundle", "--minify", TARGET]);
        esbuild.args(["--format=iife", "--log-override:empty-import-meta=silent", "--allow-overwrite"]);
        esbuild.arg(format!("--global-name=jobLab.modules[\"{name}\"]"));
        esbuild.arg(format!("--outfile={}", staging.join(name.replace(".js", ".classic.js")).display()));
        check(&mut esbuild)?;
    }
    for name in names(staging)?.into_iter().filter(|name| has_extension(name, "wasm")) {
        let bytes = fs::read(staging.join(&name)).map_err(|error| format!("cannot read {name}: {error}"))?;
        let script = format!("jobLab.files[\"{name}\"]=\"{}\";\n", base64(&bytes));
        fs::write(staging.join(format!("{name}.js")), script).map_err(|error| format!("cannot write: {error}"))?;
    }
    Ok(())
}

/// Writes the service worker, which keeps what the page asks for by itself, and the course's page.
pub fn service_worker(staging: &Path) -> Result<(), Failure> {
    let source = root()?.join("static").join("sw.js");
    let script = fs::read_to_string(&source).map_err(|error| format!("cannot read {}: {error}", source.display()))?;
    let mut kept: Vec<String> = names(staging)?;
    kept.retain(|name| !name.ends_with(".classic.js") && !name.ends_with(".wasm.js"));
    kept.retain(|name| ["css", "js", "svg", "wasm"].into_iter().any(|wanted| has_extension(name, wanted)));
    kept.sort();
    kept.extend(["./", "index.html", "curso/", "curso/index.html", "curso/curso.css"].map(String::from));
    let list: Vec<String> = kept.iter().map(|name| format!("\"{name}\"")).collect();
    let empty = "const FILES = [];";
    if !script.contains(empty) {
        return Err(format!("{} has no `{empty}` to fill in", source.display()));
    }
    let script = script.replacen(empty, &format!("const FILES = [{}];", list.join(",")), 1);
    fs::write(staging.join("sw.js"), script).map_err(|error| format!("cannot write the service worker: {error}"))
}

/// esbuild as it is called each time.
fn esbuild() -> Result<std::process::Command, Failure> {
    let program = tools::npm_packages()?.join(if cfg!(windows) { "esbuild.cmd" } else { "esbuild" });
    let mut esbuild = command(program)?;
    // A child of trunk inherits what trunk set for cargo.
    if env::var_os("ESBUILD_BINARY_PATH").is_some() {
        esbuild.env_remove("ESBUILD_BINARY_PATH");
    }
    esbuild.args(["--charset=utf8", "--legal-comments=none"]);
    esbuild.arg("--log-level=warning");
    Ok(esbuild)
}

fn has_extension(name: &str, wanted: &str) -> bool {
    Path::new(name).extension().is_some_and(|extension| extension == wanted)
}

/// The files of a folder.
fn names(folder: &Path) -> Result<Vec<String>, Failure> {
    let entries = fs::read_dir(folder).map_err(|error| format!("cannot read {}: {error}", folder.display()))?;
    Ok(entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect())
}

/// Plain base64, as `atob` reads it.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let held = chunk.iter().fold(0_usize, |held, byte| held << 8 | usize::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let letter = (place <= chunk.len()).then(|| LETTERS[held >> (18 - 6 * place) & 63]);
            text.push(letter.map_or('=', char::from));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::base64;

    #[test]
    fn writes_base64() {
        for (bytes, text) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")] {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
        assert_eq!(base64(&[0xFB, 0xFF, 0xFE]), "+//+");
    }
}
