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
//! It has its own parser: `brush-parser` 0.4, measured alone in WebAssembly with `opt-level = "s"`,
//! `lto = "fat"` and without names, takes 599,127 bytes, 108,330 with brotli, where 40 KiB would be
//! much; this parser measured so takes 70,888 and 22,818 (of which 25,865 and 10,291 are the
//! standard library's), and its tree can be resumed in the middle of a word. The whole shell with
//! its programs takes 597,596 and 183,262.
//!
//! Left out everywhere: job control, aliases, arrays and the rest of bash, users, devices, bytes
//! that aren't UTF-8, line editing. Each file says what it leaves out itself.

mod applets;
mod arithmetic;
mod ast;
mod builtins;
mod command;
mod compound;
mod date;
mod expand;
mod expr;
mod files;
mod files_tools;
mod grep;
mod here;
mod invocation;
mod io;
mod jobs;
mod lexer;
mod machine;
mod options;
mod outside;
mod parameters;
mod parser;
mod paths;
mod pattern;
mod printf;
mod process;
mod reading;
mod redirects;
mod regex;
mod sed;
mod sed_parser;
mod task;
mod test_command;
mod text_tools;
mod timing;
mod tools;
mod trim;
mod variables;
mod world;

#[cfg(test)]
mod tests;

pub use files::{Entry, FileError, Files, Mount, absolute};
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
    process::shell_of(name).is_some() || applets::NAMES.contains(&name)
}
