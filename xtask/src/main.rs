//! `cargo xtask`: sets up, builds, serves and tests the laboratory.
//!
//! It needs nothing but Rust (and, for a release build and the page's tests,
//! Node): every other tool it installs by itself into the user's cache.

#![forbid(unsafe_code)]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program for the terminal")]

mod companions;
mod finish;
mod page;
mod run;
mod sizes;
mod split;
mod test;
mod tools;

use std::{env, process::ExitCode};

/// What went wrong, ready to be read by a person.
type Failure = String;

/// The answer to `cargo xtask help`.
const HELP: &str = "\
cargo xtask <command>

  serve [--port N] [--open] [--release]
                 set up, build and serve the page; rebuilds on every change
  test           everything that CI checks, in order; stops at the first failure
  build          the page as it is published, into dist/
  sizes          what a browser downloads from dist/, compressed with brotli
  setup          only install the tools that are missing
  help           this text

Tools go to the user's cache directory (XDG_CACHE_HOME is honoured), under
job-lab/tools, one folder a version. CHROMIUM names the browser for the tests.";

fn main() -> ExitCode {
    let words: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let result = match words.split_first() {
        Some((&"serve", rest)) => page::ServeOptions::parse(rest).and_then(|options| page::serve(&options)),
        Some((&"test", [])) => test::run(),
        Some((&"build", [])) => page::build(),
        Some((&"sizes", [])) => sizes::print(),
        Some((&"setup", [])) => page::set_up().map(drop),
        // For trunk to call (see Trunk.toml), and for `serve`.
        Some((&"finish", [])) => finish::run(),
        Some((&"announce", [port])) => page::announce(port),
        Some((&("help" | "--help" | "-h"), _)) | None => {
            println!("{HELP}");
            Ok(())
        }
        Some(_) => Err(format!("cargo xtask {} is not a command\n\n{HELP}", words.join(" "))),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            if !failure.is_empty() {
                eprintln!("\nxtask: {failure}");
            }
            ExitCode::FAILURE
        }
    }
}
