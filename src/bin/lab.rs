//! The laboratory on the command line: `lab trace`, `lab run`, `lab kubectl`.
#![allow(clippy::print_stdout, clippy::print_stderr)]

use job_lab::command_line::{Talk, converse};
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The next line of standard input, after a prompt if a person types it.
fn line() -> Option<String> {
    if std::io::IsTerminal::is_terminal(&std::io::stdin()) {
        eprint!("$ ");
    }
    std::io::stdin().lines().next()?.ok()
}

fn show(text: &str, stderr: bool) {
    if stderr { eprint!("{text}") } else { print!("{text}") }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let outcome = if arguments.first().is_some_and(|verb| verb == "kubectl") {
        converse(&arguments, &|path| std::fs::read(path), &mut Talk { next: &mut line, show: &mut show })
    } else {
        job_lab::command_line::run(&arguments, &|path| std::fs::read(path))
    };
    print!("{}", outcome.stdout);
    eprint!("{}", outcome.stderr);
    ExitCode::from(outcome.code)
}
