//! `cargo xtask finish`: trunk's last step, called by it (see Trunk.toml).
//!
//! It writes the size of the WebAssembly into the page, so that the page can
//! tell how much has been downloaded, and lets the reload script that
//! `trunk serve` adds past the content security policy, in that case only.

use crate::Failure;
use std::{env, fs, path::Path};

/// What only the reload script of `trunk serve` holds.
const RELOAD: &str = "{{__TRUNK_ADDRESS__}}";

/// The policy's word on scripts, as index.html has it, and while developing.
const SCRIPTS: (&str, &str) = ("script-src 'self'", "script-src 'self' 'unsafe-inline'");

/// The policy's word on connections, as index.html has it, and while developing.
const CONNECTIONS: (&str, &str) = ("connect-src 'self'", "connect-src 'self' ws: wss:");

/// Finishes the page in trunk's staging folder.
pub fn run() -> Result<(), Failure> {
    let staging = env::var_os("TRUNK_STAGING_DIR").ok_or("`cargo xtask finish` is for trunk to call")?;
    let staging = Path::new(&staging);
    let file = staging.join("index.html");
    let html = fs::read_to_string(&file).map_err(|error| format!("cannot read {}: {error}", file.display()))?;
    let size = |name: &str| fs::metadata(staging.join(name.trim_start_matches("./"))).map(|data| data.len()).ok();
    let finished = finish(&html, size)?;
    fs::write(&file, finished).map_err(|error| format!("cannot write {}: {error}", file.display()))
}

/// The finished text of the page; `size` answers how long one of its files is.
fn finish(html: &str, size: impl Fn(&str) -> Option<u64>) -> Result<String, Failure> {
    let name = html
        .split_once("data-wasm=\"")
        .and_then(|(_, rest)| rest.split_once('"'))
        .map(|(name, _)| name)
        .ok_or("index.html does not name its WebAssembly: has pattern_script of Trunk.toml changed?")?;
    let bytes = size(name).ok_or_else(|| format!("index.html names {name}, which is not there"))?;
    let mut html = html.replacen("data-bytes=\"0\"", &format!("data-bytes=\"{bytes}\""), 1);
    if html.contains(RELOAD) {
        for (strict, loose) in [SCRIPTS, CONNECTIONS] {
            if !html.contains(strict) {
                return Err(format!(
                    "the policy of index.html no longer says {strict}: the reload script would not run"
                ));
            }
            html = html.replacen(strict, loose, 1);
        }
    }
    Ok(html)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = r#"<meta content="script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'"><meta data-wasm="./a.wasm" data-bytes="0">"#;

    fn size(name: &str) -> Option<u64> {
        (name == "./a.wasm").then_some(4096)
    }

    #[test]
    fn a_published_page_keeps_its_policy() {
        let html = finish(PAGE, size);
        assert_eq!(html, Ok(PAGE.replace("bytes=\"0\"", "bytes=\"4096\"")));
    }

    #[test]
    fn a_page_in_development_may_reload_itself() {
        let html = finish(&format!("{PAGE}<script>'{RELOAD}'</script>"), size).unwrap_or_default();
        assert!(html.contains("script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'"));
        assert!(html.contains("connect-src 'self' ws: wss:"));
    }

    #[test]
    fn a_page_without_its_webassembly_is_refused() {
        assert!(finish(PAGE, |_| None).is_err());
        assert!(finish("<p>", size).is_err());
    }
}
