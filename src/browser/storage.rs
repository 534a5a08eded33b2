//! What the page remembers for the next visit, if the browser lets it.

use super::window;

/// Before every key, so that other pages of the same host don't meet ours.
const PREFIX: &str = "job-lab:";

fn storage() -> Option<web_sys::Storage> {
    window()?.local_storage().ok().flatten()
}

/// What was remembered under this key.
pub fn recall(key: &str) -> Option<String> {
    storage()?.get_item(&format!("{PREFIX}{key}")).ok().flatten()
}

/// Remembers a value; nothing forgets the key.
pub fn remember(key: &str, value: Option<&str>) {
    let Some(storage) = storage() else { return };
    let key = format!("{PREFIX}{key}");
    let _ = match value {
        Some(value) => storage.set_item(&key, value),
        None => storage.remove_item(&key),
    };
}
