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

#[test]
fn signals_from_inside() {
    super::check(&[
        // In PID 1 itself they do nothing without a trap, not even KILL.
        ("kill -9 $$; kill $$; echo vivo", "vivo\n", "", 0),
        ("trap 'echo t' TERM; kill $$; echo fin", "t\nfin\n", "", 0),
        ("echo antes; sh -c 'kill -9 $$'; exit $?", "antes\n", "Killed\n", 137),
        ("sh -c 'kill -9 $'; exit $?", "", "sh: invalid number '$'\n", 1),
        ("sleep 9 & kill $!; wait $!; echo $?", "143\n", "Terminated\n", 0),
        ("(sleep 1; kill $$) & trap 'echo t; exit 5' TERM; wait", "t\n", "", 5),
        ("sleep 9 & sleep 9 & kill 0; echo yo", "yo\n", "", 0),
    ]);
}
