//! What an address asks of the page: the query (`?embed=1&lang=es`) and the fragment
//! (`#v=1&m=…&t=37s`). The fragment is never sent to a server, so the manifest stays with who shares it.
//!
//! Reading is tolerant: unknown keys and values are passed over, and what a key of the fragment says
//! wins over the same key of the query. Every version that was ever written is read for ever
//! (`links.txt`). Leaves out: any file or server that would make links shorter.

use super::deflate::{Broken, deflate, inflate};
use super::instant;
use super::pairs::{push, read};
use crate::go::base64;

/// The version of the fragment that is written.
const VERSION: u32 = 1;
/// The longest manifest, and the longest list of commands, in bytes.
const MOST_BYTES: usize = 256 * 1024;
/// The most commands.
const MOST_COMMANDS: usize = 500;
/// From a thousandth of life's speed …
const SLOWEST: u64 = 1;
/// … to this many times as fast, in thousandths.
const FASTEST: u64 = 3_600_000;

/// Which parts of the page are shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Parts {
    /// All of it.
    #[default]
    Both,
    /// Only the manifest.
    Editor,
    /// Only the Job and its Pods, with the clock.
    Stage,
    /// Only the bars, with the clock.
    Timeline,
    /// Only the terminal, with the clock.
    Kubectl,
}

impl Parts {
    /// In the order in which they are offered.
    pub const ALL: [Self; 5] = [Self::Both, Self::Editor, Self::Stage, Self::Timeline, Self::Kubectl];

    /// As it stands in an address.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Both => "both",
            Self::Editor => "editor",
            Self::Stage => "stage",
            Self::Timeline => "timeline",
            Self::Kubectl => "kubectl",
        }
    }

    /// The parts of this name.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|parts| parts.key() == key)
    }
}

/// Something that was done to the run, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deed {
    /// Virtual milliseconds.
    pub at_ms: u64,
    /// A line such as `kubectl delete pod pi-x2k9p`.
    pub line: String,
}

/// Everything that an address may ask for; what it doesn't say is none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Link {
    /// Whether the page stands in a frame of another page.
    pub embed: bool,
    /// Whether the frame shows a picture until it is pressed.
    pub on_click: bool,
    /// Whether the manifest is applied and runs at once.
    pub autoplay: bool,
    /// `es` or `en`.
    pub language: Option<String>,
    /// `light`, `dark`, or `auto`.
    pub theme: Option<String>,
    /// Which parts are shown.
    pub parts: Option<Parts>,
    /// How much faster than life, in thousandths.
    pub speed: Option<u32>,
    /// Of all chance.
    pub seed: Option<u32>,
    /// The key of an example, in place of a manifest.
    pub preset: Option<String>,
    /// The key of a lesson.
    pub lesson: Option<String>,
    /// The editor's text.
    pub manifest: Option<String>,
    /// Where the playhead stands; only a manifest that was applied has an instant.
    pub at_ms: Option<u64>,
    /// What was done after the manifest was applied, in order.
    pub deeds: Vec<Deed>,
}

/// Why the fragment of an address can't be followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Damage {
    /// Letters are missing or wrong.
    Unreadable,
    /// What it holds is longer than the laboratory allows.
    TooLong,
    /// It was written by a later version of the laboratory.
    Newer,
}

impl Link {
    /// Reads the query and the fragment. With a damaged fragment the rest is still followed.
    pub fn read(query: &str, fragment: &str) -> (Self, Option<Damage>) {
        let mut link = Self::default();
        for (key, value) in read(query) {
            link.take(&key, &value);
        }
        let damage = link.take_fragment(fragment).err();
        (link, damage)
    }

    /// What may stand in the query and in the fragment.
    fn take(&mut self, key: &str, value: &str) {
        let word = || Some(value.to_owned()).filter(|word| !word.is_empty() && word.len() <= 64);
        match key {
            "embed" => self.embed = is_yes(value),
            "load" => self.on_click = value == "click",
            "autoplay" => self.autoplay = is_yes(value),
            "lang" => self.language = word().or(self.language.take()),
            "theme" => self.theme = word().or(self.theme.take()),
            "view" => self.parts = Parts::from_key(value).or(self.parts),
            "speed" => self.speed = speed(value).or(self.speed),
            "seed" => self.seed = value.parse().ok().or(self.seed),
            "preset" => self.preset = word().or(self.preset.take()),
            "lesson" => self.lesson = word().or(self.lesson.take()),
            _ => {}
        }
    }

    fn take_fragment(&mut self, fragment: &str) -> Result<(), Damage> {
        let pairs: Vec<(String, String)> = read(fragment).collect();
        let version = pairs.iter().find(|(key, _)| key == "v").map_or(Some(VERSION), |(_, value)| value.parse().ok());
        match version {
            Some(1..=VERSION) => {}
            Some(number) if number > VERSION => return Err(Damage::Newer),
            _ => return Err(Damage::Unreadable),
        }
        let mut found = Self::default();
        for (key, value) in &pairs {
            match key.as_str() {
                "m" => found.manifest = Some(unpack(value)?),
                "t" => found.at_ms = Some(instant::parse(value).ok_or(Damage::Unreadable)?),
                "c" => found.deeds = deeds(&unpack(value)?)?,
                _ => self.take(key, value),
            }
        }
        self.manifest = found.manifest;
        self.at_ms = found.at_ms;
        self.deeds = found.deeds;
        Ok(())
    }

    /// What stands after `?`, empty without any wish: how the page looks.
    pub fn query(&self) -> String {
        let mut text = String::new();
        let mut word = |key: &str, value: Option<&str>| {
            if let Some(value) = value {
                push(&mut text, key, value);
            }
        };
        word("embed", self.embed.then_some("1"));
        word("lang", self.language.as_deref());
        word("view", self.parts.map(Parts::key));
        word("load", self.on_click.then_some("click"));
        word("autoplay", self.autoplay.then_some("1"));
        word("theme", self.theme.as_deref());
        word("preset", self.preset.as_deref());
        word("lesson", self.lesson.as_deref());
        text
    }

    /// What stands after `#`: the run.
    pub fn fragment(&self) -> String {
        let mut text = format!("v={VERSION}");
        if let Some(manifest) = &self.manifest {
            push(&mut text, "m", &pack(manifest));
        }
        if let Some(seed) = self.seed {
            push(&mut text, "seed", &seed.to_string());
        }
        if let Some(speed) = self.speed {
            push(&mut text, "speed", &instant::decimal(u64::from(speed)));
        }
        if !self.deeds.is_empty() {
            let lines: Vec<String> =
                self.deeds.iter().map(|deed| format!("{} {}", deed.at_ms, deed.line.replace('\n', " "))).collect();
            push(&mut text, "c", &pack(&lines.join("\n")));
        }
        if let Some(at_ms) = self.at_ms {
            push(&mut text, "t", &instant::write(at_ms));
        }
        text
    }

    /// `?query#fragment`, to be put after the page's own address.
    pub fn address(&self) -> String {
        let query = self.query();
        let mark = if query.is_empty() { "" } else { "?" };
        format!("{mark}{query}#{}", self.fragment())
    }
}

fn is_yes(value: &str) -> bool {
    matches!(value, "1" | "true" | "yes" | "")
}

/// `4` or `0.25`, in thousandths.
fn speed(value: &str) -> Option<u32> {
    let speed = instant::thousandths(value.trim_start_matches(['x', '×']))?;
    u32::try_from(speed.clamp(SLOWEST, FASTEST)).ok().filter(|_| speed > 0)
}

fn pack(text: &str) -> String {
    base64::encode_for_address(&deflate(text.as_bytes()))
}

fn unpack(letters: &str) -> Result<String, Damage> {
    let bytes = base64::decode_leniently(letters).ok_or(Damage::Unreadable)?;
    let bytes = inflate(&bytes, MOST_BYTES).map_err(|broken| match broken {
        Broken::Damaged => Damage::Unreadable,
        Broken::TooLong => Damage::TooLong,
    })?;
    String::from_utf8(bytes).map_err(|_| Damage::Unreadable)
}

/// `37500 kubectl …`, a line each.
fn deeds(text: &str) -> Result<Vec<Deed>, Damage> {
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    if lines.len() > MOST_COMMANDS {
        return Err(Damage::TooLong);
    }
    let deed = |line: &&str| {
        let (at, line) = line.split_once(' ')?;
        Some(Deed { at_ms: at.parse().ok().filter(|at_ms| *at_ms <= instant::MOST_MS)?, line: line.to_owned() })
    };
    lines.iter().map(|line| deed(line).ok_or(Damage::Unreadable)).collect()
}

#[cfg(test)]
mod tests {
    use super::{Damage, Deed, Link, Parts};
    use proptest::prelude::*;

    fn read(fragment: &str) -> (Link, Option<Damage>) {
        Link::read("", fragment)
    }

    #[test]
    fn reads_what_a_frame_asks_for() {
        let (link, damage) = Link::read(
            "?embed=1&lang=en&view=stage&load=click&autoplay=1&speed=4&seed=7&theme=dark&lesson=job-simple&utm_source=x",
            "",
        );
        let wanted = Link {
            embed: true,
            on_click: true,
            autoplay: true,
            language: Some("en".to_owned()),
            theme: Some("dark".to_owned()),
            parts: Some(Parts::Stage),
            speed: Some(4_000),
            seed: Some(7),
            lesson: Some("job-simple".to_owned()),
            ..Link::default()
        };
        assert_eq!((link, damage), (wanted, None));
    }

    #[test]
    fn nonsense_is_passed_over() {
        let (link, damage) = Link::read("?view=cinema&speed=fast&seed=-1&&&=&embed=0&load=now&lang=", "#otra-parte");
        assert_eq!((link, damage), (Link::default(), None));
    }

    /// What a link asks for, in the words of `links.txt`.
    fn told(link: &Link) -> String {
        const MANIFEST: &str = "# Siempre falla.\napiVersion: batch/v1\nkind: Job\nmetadata:\n  name: job-reintentos\n\
            spec:\n  backoffLimit: 3\n  template:\n    spec:\n      restartPolicy: Never\n      containers:\n      \
            - name: tarea\n        image: busybox:1.36\n        command: [sh, -c, \"sleep 2; exit 1\"]\n";
        const DEEDS: [(u64, &str); 2] = [
            (12_500, "kubectl delete pod job-reintentos-x2k9p"),
            (30_000, "kubectl scale job/job-reintentos --replicas=2"),
        ];
        let mut words = Vec::new();
        let mut flag = |name: &str, set: bool| words.extend(set.then(|| name.to_owned()));
        flag("embed", link.embed);
        flag("click", link.on_click);
        flag("autoplay", link.autoplay);
        let mut value = |name: &str, value: Option<String>| words.extend(value.map(|value| format!("{name}={value}")));
        value("lang", link.language.clone());
        value("theme", link.theme.clone());
        value("view", link.parts.map(|parts| parts.key().to_owned()));
        value("seed", link.seed.map(|seed| seed.to_string()));
        value("speed", link.speed.map(|speed| speed.to_string()));
        value("preset", link.preset.clone());
        value("lesson", link.lesson.clone());
        value("at", link.at_ms.map(|at| at.to_string()));
        value("deeds", (!link.deeds.is_empty()).then(|| link.deeds.len().to_string()));
        if !link.deeds.is_empty() {
            assert!(link.deeds.iter().map(|deed| (deed.at_ms, deed.line.as_str())).eq(DEEDS));
        }
        if let Some(manifest) = &link.manifest {
            assert_eq!(manifest, MANIFEST);
            words.push("manifest".to_owned());
        }
        words.join(" ")
    }

    #[test]
    fn every_link_that_was_given_out_opens() {
        let mut lines = include_str!("links.txt").lines().filter(|line| !line.starts_with("# ") && !line.is_empty());
        let mut count = 0;
        while let (Some(address), Some(wanted)) = (lines.next(), lines.next()) {
            let (query, fragment) = address.split_once('#').unwrap_or((address, ""));
            let (link, damage) = Link::read(query, fragment);
            assert_eq!((told(&link).as_str(), damage), (wanted, None), "{address}");
            // And what we write of it opens again.
            assert_eq!(Link::read(&link.query(), &link.fragment()), (link, None), "{address}");
            count += 1;
        }
        assert!(count >= 4 && lines.next().is_none());
    }

    #[test]
    fn the_fragment_wins() {
        let (link, _) = Link::read("?seed=1&view=stage&speed=2", "#v=1&seed=2&view=editor");
        assert_eq!((link.seed, link.parts, link.speed), (Some(2), Some(Parts::Editor), Some(2_000)));
    }

    #[test]
    fn damage_is_said_and_the_rest_is_followed() {
        let good = Link { manifest: Some("kind: Job\n".repeat(9)), ..Link::default() }.fragment();
        let cut = &good[..good.len() - 4];
        for (fragment, wanted) in [
            (cut, Damage::Unreadable),
            ("v=1&m=*", Damage::Unreadable),
            ("v=1&t=soon", Damage::Unreadable),
            ("v=x", Damage::Unreadable),
            ("v=0", Damage::Unreadable),
            ("v=2&m=AAAA", Damage::Newer),
        ] {
            let (link, damage) = Link::read("?embed=1&lang=en", fragment);
            assert_eq!(damage, Some(wanted), "{fragment}");
            assert!(link.embed && link.language.is_some());
            assert_eq!((link.manifest, link.at_ms), (None, None));
        }
        let long = Link { manifest: Some("a".repeat(300_000)), ..Link::default() };
        assert_eq!(read(&long.fragment()).1, Some(Damage::TooLong));
        let busy = Link { deeds: vec![Deed { at_ms: 1, line: "kubectl get pods".to_owned() }; 501], ..Link::default() };
        assert_eq!(read(&busy.fragment()).1, Some(Damage::TooLong));
    }

    proptest! {
        #[test]
        fn comes_back(
            manifest in proptest::option::of(".{0,200}"),
            at_ms in proptest::option::of(0_u64..100_000_000),
            seed in proptest::option::of(any::<u32>()),
            speed in proptest::option::of(1_u32..600_000),
            deeds in proptest::collection::vec((0..super::instant::MOST_MS, "[^\n\r]{1,40}"), 0..5),
            parts in 0_usize..5,
            flags in any::<(bool, bool, bool)>(),
        ) {
            let link = Link {
                embed: flags.0,
                on_click: flags.1,
                autoplay: flags.2,
                language: Some("es".to_owned()),
                parts: Some(Parts::ALL[parts]),
                manifest,
                at_ms,
                seed,
                speed,
                deeds: deeds.into_iter().map(|(at_ms, line)| Deed { at_ms, line }).collect(),
                ..Link::default()
            };
            prop_assert_eq!(Link::read(&link.query(), &link.fragment()), (link, None));
        }

        #[test]
        fn survives_anything(query in ".*", fragment in "(v=1&)?([mtc]=)?.*") {
            let _ = Link::read(&query, &fragment);
        }
    }
}
