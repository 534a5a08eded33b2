//! Running other programs.

use crate::Failure;
use std::{
    env,
    ffi::{OsStr, OsString},
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

/// The folder of the repository.
pub fn root() -> Result<PathBuf, Failure> {
    if let Some(root) =
        env::var_os("CARGO_MANIFEST_DIR").and_then(|xtask| Path::new(&xtask).parent().map(Path::to_path_buf))
    {
        return Ok(root);
    }
    let here = env::current_dir().map_err(|error| format!("no current folder: {error}"))?;
    here.ancestors()
        .find(|folder| folder.join("Trunk.toml").is_file() && folder.join("xtask").is_dir())
        .map(Path::to_path_buf)
        .ok_or_else(|| String::from("run it inside the repository, as `cargo xtask`"))
}

/// A command that runs in the folder of the repository.
///
/// What cargo tells this program about itself is not for its children: left in
/// place it would make cargo build some crates twice.
pub fn command(program: impl AsRef<OsStr>) -> Result<Command, Failure> {
    let mut command = Command::new(program);
    command.current_dir(root()?);
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") || text == "CARGO_BIN_NAME" {
            command.env_remove(&name);
        }
    }
    Ok(command)
}

/// npm, which on Windows is a script that must be named in full.
pub const NPM: &str = if cfg!(windows) { "npm.cmd" } else { "npm" };

/// PATH with `folders` before what it already holds.
pub fn path_with(folders: &[PathBuf]) -> Result<OsString, Failure> {
    let old = env::var_os("PATH").unwrap_or_default();
    let all = folders.iter().cloned().chain(env::split_paths(&old));
    env::join_paths(all).map_err(|error| format!("cannot extend PATH: {error}"))
}

/// How the command is written in a message.
pub fn words(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_stem().unwrap_or_default();
    let mut text = program.to_string_lossy().into_owned();
    for word in command.get_args() {
        text.push(' ');
        text.push_str(&word.to_string_lossy());
    }
    text
}

/// Runs it, with its output where ours goes.
pub fn check(command: &mut Command) -> Result<(), Failure> {
    let status = command.status().map_err(|error| format!("cannot run `{}`: {error}", words(command)))?;
    if status.success() { Ok(()) } else { Err(format!("`{}` failed ({status})", words(command))) }
}

/// Runs it and shows each line of its standard output at once, after `see` has had it.
/// Says whether it ended well.
pub fn watch(command: &mut Command, mut see: impl FnMut(&str)) -> Result<bool, Failure> {
    let failed = |error: std::io::Error| format!("cannot run the program: {error}");
    let mut child =
        command.stdout(Stdio::piped()).spawn().map_err(|error| format!("cannot run `{}`: {error}", words(command)))?;
    if let Some(output) = child.stdout.take() {
        let mut output = BufReader::new(output);
        let mut line = Vec::new();
        while output.read_until(b'\n', &mut line).map_err(failed)? > 0 {
            let text = String::from_utf8_lossy(&line);
            print!("{text}");
            see(text.trim_end());
            line.clear();
        }
    }
    Ok(child.wait().map_err(failed)?.success())
}

/// What it prints, or `None` if it is not there or fails.
pub fn answer(program: &str, arguments: &[&str]) -> Option<String> {
    let output = command(program).ok()?.args(arguments).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// A duration as a person writes it: `0.3 s`, `12.4 s`, `3 min 05 s`.
pub fn readable(time: Duration) -> String {
    let (minutes, seconds) = (time.as_secs() / 60, time.as_secs() % 60);
    if minutes > 0 {
        format!("{minutes} min {seconds:02} s")
    } else {
        format!("{seconds}.{} s", time.subsec_millis() / 100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_readable() {
        assert_eq!(readable(Duration::from_millis(349)), "0.3 s");
        assert_eq!(readable(Duration::from_secs(185)), "3 min 05 s");
    }
}
