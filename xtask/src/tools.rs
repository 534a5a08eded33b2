//! The tools that the page is made with: where they are kept and how they get there.

use crate::{
    Failure,
    run::{NPM, answer, check, command, readable, root},
};
use std::{
    env, fs,
    path::{Path, PathBuf},
    time::Instant,
};

/// The trunk that Trunk.toml is written for.
const TRUNK: &str = "0.21.14";

/// What Rust compiles the page for.
const WASM: &str = "wasm32-unknown-unknown";

/// The oldest Node whose test runner does what the page's tests ask of it.
const NODE: u32 = 20;

/// Where this user's tools live, whatever the system.
fn cache() -> Result<PathBuf, Failure> {
    let named = |name: &str| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let home = || named("HOME").or_else(|| named("USERPROFILE"));
    let base = named("XDG_CACHE_HOME").or_else(|| {
        if cfg!(windows) {
            named("LOCALAPPDATA")
        } else if cfg!(target_os = "macos") {
            home().map(|home| home.join("Library").join("Caches"))
        } else {
            home().map(|home| home.join(".cache"))
        }
    });
    base.map(|base| base.join("job-lab").join("tools"))
        .ok_or_else(|| String::from("found no cache directory: set XDG_CACHE_HOME to an absolute path"))
}

/// Makes sure that Rust can compile for the browser.
pub fn wasm_target() -> Result<(), Failure> {
    let installed = answer("rustc", &["--print", "target-libdir", "--target", WASM]);
    if installed.is_some_and(|folder| Path::new(&folder).is_dir()) {
        return Ok(());
    }
    println!("Installing Rust's {WASM} target…");
    check(command("rustup")?.args(["target", "add", WASM])).map_err(|failure| {
        format!("{failure}\nRust cannot compile for the browser without its {WASM} target.\nGet it with `rustup target add {WASM}`, or from your system's packages if Rust came from there.")
    })
}

/// A tool from crates.io in the given version; answers the folder of its programs.
fn cargo_tool(package: &str, program: &str, version: &str, locked: bool, patience: &str) -> Result<PathBuf, Failure> {
    let name = package.trim_end_matches("-cli");
    let folder = cache()?.join(format!("{name}-{version}"));
    let programs = folder.join("bin");
    if programs.join(format!("{program}{}", env::consts::EXE_SUFFIX)).is_file() {
        return Ok(programs);
    }
    println!("Installing {package} {version} into {} (once; {patience})…", folder.display());
    let start = Instant::now();
    let mut install = command("cargo")?;
    install.args(["install", package, "--version", version, "--root"]).arg(&folder);
    if locked {
        install.arg("--locked");
    }
    check(&mut install).map_err(|failure| {
        format!("{failure}\n{package} {version} is missing and could not be installed.\nIt takes the network and a C compiler; the same by hand:\n  cargo install {package} --version {version} --root {}", folder.display())
    })?;
    println!("Installed {package} {version} in {}.", readable(start.elapsed()));
    Ok(programs)
}

/// trunk, which turns the crate and `index.html` into the page.
pub fn trunk() -> Result<PathBuf, Failure> {
    cargo_tool("trunk", "trunk", TRUNK, true, "about five minutes")
}

/// wasm-bindgen's program, in the version of the crate, as it must be.
pub fn wasm_bindgen() -> Result<PathBuf, Failure> {
    let lock =
        fs::read_to_string(root()?.join("Cargo.lock")).map_err(|error| format!("cannot read Cargo.lock: {error}"))?;
    let version =
        locked_version(&lock, "wasm-bindgen").ok_or_else(|| String::from("Cargo.lock does not name wasm-bindgen"))?;
    cargo_tool("wasm-bindgen-cli", "wasm-bindgen", version, false, "about two minutes")
}

/// The version of a package in the text of a Cargo.lock.
fn locked_version<'lock>(lock: &'lock str, package: &str) -> Option<&'lock str> {
    let mut lines = lock.lines().skip_while(|line| *line != format!("name = \"{package}\""));
    lines.nth(1)?.strip_prefix("version = \"")?.strip_suffix('"')
}

/// Makes sure that Node and npm are there and new enough.
pub fn node() -> Result<(), Failure> {
    let how = format!(
        "Node {NODE} or later is needed for wasm-opt and the page's tests: from nodejs.org or your system's packages (Debian: apt install nodejs npm)"
    );
    let version = answer("node", &["--version"]).ok_or_else(|| format!("node was not found.\n{how}"))?;
    let major = version.trim_start_matches('v').split('.').next().and_then(|major| major.parse::<u32>().ok());
    if major.is_none_or(|major| major < NODE) {
        return Err(format!("this Node is {version}.\n{how}"));
    }
    answer(NPM, &["--version"]).ok_or_else(|| format!("npm was not found.\n{how}")).map(drop)
}

/// The packages of package-lock.json; answers the folder of their programs.
pub fn npm_packages() -> Result<PathBuf, Failure> {
    node()?;
    let root = root()?;
    let modules = root.join("node_modules");
    let stamp = modules.join(".job-lab-lock.json");
    let lock =
        fs::read(root.join("package-lock.json")).map_err(|error| format!("cannot read package-lock.json: {error}"))?;
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(modules.join(".bin"));
    }
    println!("Installing the npm packages of package-lock.json…");
    check(command(NPM)?.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]))
        .map_err(|failure| format!("{failure}\nThe npm packages (wasm-opt, playwright-core, axe-core) could not be installed: is the network there?"))?;
    fs::write(&stamp, &lock).map_err(|error| format!("cannot write {}: {error}", stamp.display()))?;
    Ok(modules.join(".bin"))
}

/// The Chromium for the page's tests: the tests know where to look.
pub fn chromium() -> Result<String, Failure> {
    node()?;
    let script = "tests/browser/chromium.mjs";
    let output =
        command("node")?.arg(script).output().map_err(|error| format!("cannot run `node {script}`: {error}"))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).trim().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_version_from_the_lock_file() {
        let lock = "[[package]]\nname = \"wasm-bindgen-shared\"\nversion = \"9.9.9\"\n\n[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\nsource = \"x\"\n";
        assert_eq!(locked_version(lock, "wasm-bindgen"), Some("0.2.130"));
        assert_eq!(locked_version(lock, "yew"), None);
    }
}
