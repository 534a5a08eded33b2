//! The page: set up its tools, build it, serve it.

use crate::{
    Failure,
    run::{check, command, path_with},
    tools,
};
use std::{
    env,
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    path::PathBuf,
    process::Command,
    thread,
    time::{Duration, Instant},
};

/// The port that is tried first.
const PORT: u16 = 8080;

/// The options of `cargo xtask serve`.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct ServeOptions {
    /// The port, if one was asked for.
    port: Option<u16>,
    /// Whether to open the browser.
    open: bool,
    /// Whether to serve the page as it is published: slower to build, faster to run.
    release: bool,
}

impl ServeOptions {
    /// Reads the words after `serve`.
    pub fn parse(words: &[&str]) -> Result<Self, Failure> {
        let mut options = Self::default();
        let mut words = words.iter();
        while let Some(&word) = words.next() {
            match word {
                "--open" => options.open = true,
                "--release" => options.release = true,
                "--port" | "-p" => {
                    options.port = Some(port(words.next().copied().unwrap_or_default())?);
                }
                _ => match word.strip_prefix("--port=") {
                    Some(number) => options.port = Some(port(number)?),
                    None => {
                        return Err(format!("serve does not know {word}: it takes --port N, --open and --release"));
                    }
                },
            }
        }
        Ok(options)
    }
}

/// Reads a port number.
fn port(text: &str) -> Result<u16, Failure> {
    text.parse()
        .ok()
        .filter(|&port| port > 0)
        .ok_or_else(|| format!("--port takes a number from 1 to 65535, not {text:?}"))
}

/// Makes sure that every tool is there; answers the folders that go on PATH.
pub fn set_up() -> Result<Vec<PathBuf>, Failure> {
    tools::wasm_target()?;
    Ok(vec![tools::npm_packages()?, tools::trunk()?, tools::wasm_bindgen()?])
}

/// trunk, with the tools that it calls on PATH.
fn trunk(folders: &[PathBuf]) -> Result<Command, Failure> {
    // By its full name: systems differ on whose PATH finds a program.
    let name = format!("trunk{}", env::consts::EXE_SUFFIX);
    let program = folders.iter().map(|folder| folder.join(&name)).find(|file| file.is_file());
    let mut trunk = command(program.unwrap_or_else(|| PathBuf::from(name)))?;
    // trunk reads NO_COLOR as a boolean and refuses any other value.
    if let Some(value) = env::var_os("NO_COLOR") {
        trunk.env("NO_COLOR", if value.is_empty() { "false" } else { "true" });
    }
    trunk.env("PATH", path_with(folders)?).env("TRUNK_SKIP_VERSION_CHECK", "true");
    Ok(trunk)
}

/// Builds the page as it is published, into `dist/`.
pub fn build() -> Result<(), Failure> {
    let folders = set_up()?;
    check(trunk(&folders)?.args(["build", "--release", "--locked"]))
}

/// Serves the page and builds it again after every change, until Ctrl-C.
pub fn serve(options: &ServeOptions) -> Result<(), Failure> {
    let port = match options.port {
        Some(port) if free(port) => port,
        Some(port) => return Err(format!("port {port} is in use: name another with --port")),
        None => (PORT..PORT + 50)
            .find(|&port| free(port))
            .ok_or_else(|| format!("no free port from {PORT} on: name one with --port"))?,
    };
    let folders = set_up()?;
    let mut serve = trunk(&folders)?;
    serve.args(["serve", "--disable-address-lookup", "--address", "127.0.0.1", "--port", &port.to_string()]);
    if options.release {
        serve.arg("--release");
    }
    if options.open {
        serve.arg("--open");
    }
    println!("Building the page; the first time takes some minutes…");
    // Another process watches for the page, so that this one can become trunk:
    // then whoever ends it, with Ctrl-C or by its id, ends trunk.
    let this = env::current_exe().map_err(|error| format!("cannot find this program: {error}"))?;
    Command::new(this)
        .args(["announce", &port.to_string()])
        .spawn()
        .map_err(|error| format!("cannot start a copy of this program: {error}"))?;
    become_program(&mut serve)
}

/// Says where the page is once it is there: `cargo xtask announce PORT`, for `serve` to call.
pub fn announce(text: &str) -> Result<(), Failure> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port(text)?));
    let starter = parent();
    let start = Instant::now();
    while parent() == starter && start.elapsed() < Duration::from_hours(1) {
        if TcpStream::connect_timeout(&address, Duration::from_millis(200)).is_ok() {
            // After trunk's own lines.
            thread::sleep(Duration::from_millis(200));
            println!("\n  The laboratory is at http://{address}/  (Ctrl-C ends it)\n");
            break;
        }
        thread::sleep(Duration::from_millis(200));
    }
    Ok(())
}

/// Runs the program in the place of this one.
#[cfg(unix)]
fn become_program(command: &mut Command) -> Result<(), Failure> {
    let error = std::os::unix::process::CommandExt::exec(command);
    Err(format!("cannot run `{}`: {error}", crate::run::words(command)))
}

/// Runs the program until it ends.
#[cfg(not(unix))]
fn become_program(command: &mut Command) -> Result<(), Failure> {
    check(command)
}

/// The process that started this one; it changes when that one ends.
#[cfg(unix)]
fn parent() -> u32 {
    std::os::unix::process::parent_id()
}

/// Nothing, where the system does not tell.
#[cfg(not(unix))]
fn parent() -> u32 {
    0
}

/// Whether nothing listens on this port of this machine.
fn free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_options_of_serve() {
        let expected = ServeOptions { port: Some(9000), open: true, release: false };
        assert_eq!(ServeOptions::parse(&["--port", "9000", "--open"]), Ok(expected));
        assert_eq!(ServeOptions::parse(&[]), Ok(ServeOptions::default()));
        assert!(ServeOptions::parse(&["--port"]).is_err());
        assert!(ServeOptions::parse(&["--port=0"]).is_err());
        assert!(ServeOptions::parse(&["--fast"]).is_err());
    }
}
