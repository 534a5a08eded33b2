//! Signals, traps and jobs.

use super::super::Signal;
use super::{run_with, settings, world};

#[test]
fn pid_one_and_its_traps() {
    use Signal::{Kill, Term};
    for (script, signals, stdout, code, ended_ms) in [
        ("sleep 60; echo fin", &[(5_000, Term)][..], "fin\n", 0, 60_000),
        ("sleep 60; echo fin", &[(5_000, Term), (35_000, Kill)], "", 137, 35_000),
        ("trap \"exit 143\" TERM; sleep 60 & wait", &[(5_000, Term)], "", 143, 5_000),
        ("trap \"sleep 8; exit 143\" TERM; sleep 14 & wait", &[(3_000, Term)], "", 143, 11_000),
        ("trap 'echo x' TERM; sleep 30; echo y", &[(3_000, Term)], "x\ny\n", 0, 30_000),
        ("trap 'echo x' TERM; sleep 30", &[(3_000, Term)], "x\n", 0, 30_000),
        ("trap '' TERM; sleep 30", &[(3_000, Term)], "", 0, 30_000),
        ("trap 'echo x' TERM; trap - TERM; sleep 30", &[(3_000, Term)], "", 0, 30_000),
        ("trap 'echo adios; exit 0' TERM; echo hola; sleep 60 & wait", &[(6_000, Term)], "hola\nadios\n", 0, 6_000),
        ("trap 'echo t' TERM; sleep 9 & wait; echo $?; wait; echo $?", &[(4_000, Term)], "t\n143\n0\n", 0, 9_000),
        ("trap 'echo e' EXIT; sleep 1; exit 3", &[], "e\n", 3, 1_000),
    ] {
        let got = run_with(&["sh", "-c", script], settings(), &mut world(), signals);
        assert_eq!((got.stdout.as_str(), got.code, got.ended_ms), (stdout, Some(code), ended_ms), "{script}");
    }
}
