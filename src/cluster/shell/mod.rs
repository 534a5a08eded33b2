//! A small POSIX shell that runs in virtual time, modelled on busybox ash and its programs.
//!
//! It is the process in each simulated container and runs the command lines of scenarios. Nothing
//! in it waits for real: [`Process::run`] goes as far as it can at an instant and says when to be
//! called again.
//!
//! ```text
//! text ─lexer, parser─▶ ast ─machine (frames), expand, command─▶ builtins │ applets │ tools
//!                              one Task per forked process            │ Surroundings (kubectl)
//! ```
//!
//! It has its own parser: `brush-parser` 0.4, measured alone in WebAssembly with `opt-level = "s"`
//! and `lto = "fat"`, takes 703,142 bytes, 121,179 with brotli, three times what is allowed here,
//! and its tree isn't made to be resumed in the middle of a word.

mod applets;
mod arithmetic;
mod ast;
mod awk;
mod builtins;
mod command;
mod date;
mod expr;
mod expand;
mod files;
mod files_tools;
mod grep;
mod io;
mod lexer;
mod machine;
mod parser;
mod paths;
mod pattern;
mod printf;
mod process;
mod regex;
mod sed;
mod task;
mod test_command;
mod text_tools;
mod timing;
#[cfg(test)]
mod tests;
mod tools;
mod variables;
mod world;

pub use files::{Entry, FileError, Files, Mount};
pub use io::OutputLine;
pub use parser::{Script, SyntaxError};
pub use process::{Command, Process, State};
pub use variables::Environment;
pub use world::{Call, Program, Request, Settings, Signal, StartFailure, Surroundings};

/// The steps a process may take without waiting before it counts as busy and pauses.
pub const STEPS: u32 = 100_000;
/// The most processes that a process may have forked at once.
pub const MAX_TASKS: usize = 256;

/// Whether the shell itself knows what a program does.
pub fn implements(name: &str) -> bool {
    process::is_shell(name) || applets::NAMES.contains(&name)
}
