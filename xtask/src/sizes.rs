//! `cargo xtask sizes`: what a browser downloads.

use crate::{
    Failure,
    run::{check, command, root},
    tools,
};

/// Measures `dist/`; Node has brotli.
const SCRIPT: &str = "tests/browser/sizes.mjs";

/// Prints the sizes of the files of `dist/`.
pub fn print() -> Result<(), Failure> {
    tools::node()?;
    let dist = root()?.join("dist");
    if !dist.join("index.html").is_file() {
        return Err(String::from("there is no dist/: build it with `cargo xtask build`"));
    }
    check(command("node")?.arg(root()?.join(SCRIPT)).arg(&dist))
}
