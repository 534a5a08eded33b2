//! The commands of the conformance scenarios: all parse, and those of containers end as they say.
//!
//! `corpus.txt` holds the containers' command lines (arguments parted by `%%`), `steps.txt` the
//! scenarios' command lines that are more than plain words.

use super::super::{Process, Script, State};
use super::{run_with, settings, world};
use std::rc::Rc;

#[test]
fn containers_of_the_scenarios_end() {
    let mut count = 0;
    for entry in include_str!("corpus.txt").split("%%%").skip(1) {
        let argv: Vec<&str> = entry.trim_start_matches('\n').strip_suffix('\n').unwrap_or("").split("\n%%\n").collect();
        count += 1;
        if matches!(argv.as_slice(), ["noexisto" | "/opt/noexisto" | "/opt/no/existe" | "pythno", ..]) {
            let words: Vec<String> = argv.iter().map(|a| (*a).to_owned()).collect();
            assert!(Process::new(&words, Rc::new(settings()), 0, &mut world()).is_err());
            continue;
        }
        let got = run_with(&argv, settings(), &mut world(), &[]);
        assert!(!got.stderr.contains("syntax error"), "{argv:?}: {}", got.stderr);
        assert!(got.code.is_some(), "{argv:?} never ends");
    }
    assert!(count > 100);
}

#[test]
fn steps_of_the_scenarios_parse_and_run() {
    for line in include_str!("steps.txt").lines() {
        assert!(Script::parse(line).is_ok(), "{line}");
        let mut world = world();
        let argv = ["sh".to_owned(), "-c".to_owned(), line.to_owned()];
        let mut settings = settings();
        settings.pid_one = false;
        settings.cwd = "/tmp".into();
        let mut process = Process::new(&argv, Rc::new(settings), 0, &mut world).unwrap();
        let mut now = 0;
        for _ in 0..100 {
            process.run(now, &mut world);
            let Some(wake) = process.wake_at_ms() else {
                break;
            };
            now = wake;
        }
        assert!(matches!(process.state(), State::Exited { .. }), "{line}");
        assert_eq!(process.wake_at_ms(), None, "{line}");
    }
}
