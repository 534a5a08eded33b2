//! The manifests that the course begins with, from the simplest Job to every policy.
//!
//! Each is a file for each language, `es/KEY.yaml` and `en/KEY.yaml`, tested to be accepted and to end
//! as its comment says. Names and glosses for people are in `i18n`.

use crate::i18n::Language;

/// One of the example manifests.
#[derive(Debug, PartialEq, Eq)]
pub struct Preset {
    key: &'static str,
    es: &'static str,
    en: &'static str,
}

macro_rules! preset {
    ($key:literal) => {
        Preset {
            key: $key,
            es: include_str!(concat!("es/", $key, ".yaml")),
            en: include_str!(concat!("en/", $key, ".yaml")),
        }
    };
}

/// In the order of the course.
static PRESETS: [Preset; 15] = [
    preset!("simple"),
    preset!("retries"),
    preset!("parallel"),
    preset!("indexed"),
    preset!("perindex"),
    preset!("failurepolicy"),
    preset!("successpolicy"),
    preset!("suspended"),
    preset!("deadline"),
    preset!("ttl"),
    preset!("queue"),
    preset!("cronjob"),
    preset!("deployment"),
    preset!("sidecar"),
    preset!("crashloop"),
];

impl Preset {
    /// All of them, in the order of the course.
    pub fn all() -> &'static [Self] {
        &PRESETS
    }

    /// The one that the page begins with: the first.
    pub fn first() -> &'static Self {
        &PRESETS[0]
    }

    /// For attributes and links.
    pub const fn key(&self) -> &'static str {
        self.key
    }

    /// The manifest, with comments in the language.
    pub const fn manifest(&self, language: Language) -> &'static str {
        match language {
            Language::Es => self.es,
            Language::En => self.en,
        }
    }

    /// The example of this key.
    pub fn of_key(key: &str) -> Option<&'static Self> {
        PRESETS.iter().find(|preset| preset.key == key)
    }

    /// The example that a text is, untouched.
    pub fn of_manifest(text: &str) -> Option<&'static Self> {
        PRESETS.iter().find(|preset| preset.es == text || preset.en == text)
    }
}

#[cfg(test)]
mod tests;
