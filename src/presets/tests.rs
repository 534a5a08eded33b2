//! Every example is accepted without a warning and ends as its comment says, in both languages.

use super::Preset;
use crate::explain::{Ending, Fate, Forecast};
use crate::i18n::{Language, preset_words};
use crate::kubectl::apply_text;
use crate::manifest::Verb;
use crate::timeline::Timeline;
use crate::world::{Settings, World};

fn start(preset: &Preset, language: Language) -> Timeline {
    let mut timeline = Timeline::new(World::new(Settings { seed: 7, ..Settings::default() }));
    let applied = timeline.act(|world| apply_text(world, preset.manifest(language), "job.yaml", Verb::Apply));
    assert_eq!(applied.printed.code, 0, "{}: {}", preset.key(), applied.printed.stderr);
    assert!(applied.warnings.is_empty(), "{}: {}", preset.key(), applied.printed.stderr);
    timeline
}

fn endings(timeline: &Timeline) -> Vec<Ending> {
    let mut forecast = Forecast::of(timeline);
    while !forecast.advance(1_000) {}
    forecast.endings()
}

/// How it ends: outcome, the condition's reason, Pods, succeeded, failed.
fn told(key: &str) -> Option<(Fate, &'static str, u32, u32, u32)> {
    use Fate::{Complete, Failed, Waits};
    Some(match key {
        "simple" | "ttl" | "sidecar" | "deployment" => (Complete, "CompletionsReached", 1, 1, 0),
        "retries" => (Failed, "BackoffLimitExceeded", 4, 0, 4),
        "parallel" => (Complete, "CompletionsReached", 10, 10, 0),
        "indexed" => (Complete, "CompletionsReached", 6, 6, 0),
        "perindex" => (Failed, "FailedIndexes", 6, 4, 2),
        "failurepolicy" => (Failed, "PodFailurePolicy", 1, 0, 1),
        "successpolicy" => (Complete, "SuccessPolicy", 4, 1, 0),
        "suspended" => (Waits, "", 0, 0, 0),
        "deadline" => (Failed, "DeadlineExceeded", 1, 0, 1),
        "queue" => (Complete, "CompletionsReached", 3, 3, 0),
        "crashloop" => (Failed, "BackoffLimitExceeded", 1, 0, 1),
        _ => return None,
    })
}

#[test]
fn each_ends_as_it_says() {
    for preset in Preset::all() {
        for language in Language::ALL {
            let timeline = start(preset, language);
            let Some((fate, reason, pods, succeeded, failed)) = told(preset.key()) else {
                assert_eq!(preset.key(), "cronjob", "what does {} come to?", preset.key());
                continue;
            };
            let ends = endings(&timeline);
            let end = ends.first().unwrap();
            let found = (end.fate, end.reason.as_str(), end.pods, end.succeeded, end.failed);
            assert_eq!(found, (fate, reason, pods, succeeded, failed), "{} {language:?}", preset.key());
        }
    }
}

#[test]
fn the_one_with_a_time_to_live_goes() {
    let mut timeline = start(Preset::of_key("ttl").unwrap(), Language::Es);
    timeline.run_until_quiet(600_000);
    assert_eq!(timeline.world().store().jobs().count(), 0);
    assert_eq!(timeline.world().store().pods().count(), 0);
}

#[test]
fn both_languages_run_the_same_task() {
    for preset in Preset::all() {
        let [mut es, mut en] = Language::ALL.map(|language| endings(&start(preset, language)));
        for end in es.iter_mut().chain(&mut en) {
            end.job = "".into();
            end.uid = "".into();
            // It may name a Pod.
            end.because = None;
        }
        assert_eq!(es, en, "{}", preset.key());
    }
}

#[test]
fn an_example_is_recognised_until_it_is_touched() {
    for preset in Preset::all() {
        for language in Language::ALL {
            let text = preset.manifest(language);
            assert_eq!(Preset::of_manifest(text).map(Preset::key), Some(preset.key()));
            assert_eq!(Preset::of_manifest(&format!("{text} ")), None);
            // A line must fit beside the stage.
            assert!(text.lines().all(|line| line.chars().count() <= 40), "{text}");
            let words = preset_words(language, preset.key()).unwrap();
            assert!(!words.name.is_empty() && !words.gloss.is_empty());
        }
        assert_eq!(Preset::of_key(preset.key()), Some(preset));
    }
}
