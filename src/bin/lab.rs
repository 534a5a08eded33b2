//! The laboratory on the command line: `lab trace`, `lab run`.
#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let outcome = job_lab::command_line::run(&arguments, &|path| std::fs::read(path));
    print!("{}", outcome.stdout);
    eprint!("{}", outcome.stderr);
    ExitCode::from(outcome.code)
}
