//! Keeps the linker's relocations in the published page's WebAssembly: by them `cargo xtask finish`
//! knows what only the simulator needs, and parts it from the page (see xtask/src/split).

use std::env;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let is = |name: &str, value: &str| env::var(name).is_ok_and(|found| found == value);
    if is("CARGO_CFG_TARGET_ARCH", "wasm32") && is("PROFILE", "release") {
        println!("cargo::rustc-link-arg-bin=page=--emit-relocs");
    }
}
