//! What the whole document knows: its language, its theme, its title.

use super::document;

/// The `lang` of `<html>`: what the link asked for.
pub fn page_language() -> Option<String> {
    document()?.document_element()?.get_attribute("lang")
}

/// Says the language and the title to the browser, for hyphens, voices and tabs.
pub fn set_page_language(tag: &str, title: &str) {
    let Some(document) = document() else { return };
    document.set_title(title);
    if let Some(root) = document.document_element() {
        let _ = root.set_attribute("lang", tag);
    }
}

/// The theme that was asked for by the link or the last time.
pub fn page_theme() -> Option<String> {
    document()?.document_element()?.get_attribute("data-theme")
}

/// `light` or `dark`; none follows the system.
pub fn set_page_theme(theme: Option<&str>) {
    let Some(root) = document().and_then(|document| document.document_element()) else {
        return;
    };
    let _ = match theme {
        Some(theme) => root.set_attribute("data-theme", theme),
        None => root.remove_attribute("data-theme"),
    };
}

/// Where the page is mounted: beside the skeleton, which hides it until [`reveal`].
pub fn mount_point() -> Option<web_sys::Element> {
    let document = document()?;
    let place = document.create_element("div").ok()?;
    document.get_element_by_id("app")?.append_child(&place).ok()?;
    Some(place)
}

/// Takes away the skeleton, which stood before the page while it was made.
pub fn reveal() {
    if let Some(skeleton) = document().and_then(|document| document.get_element_by_id("boot")) {
        skeleton.remove();
    }
}
