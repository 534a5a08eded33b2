//! What a process asks of the world around it: programs, mounts, files, bounds.

use super::super::{Process, Settings, Signal, StartFailure, State};
use super::{run_with, settings, sh, world};
use std::rc::Rc;

fn start(argv: &[&str]) -> Result<Process, StartFailure> {
    let argv: Vec<String> = argv.iter().map(|a| (*a).to_owned()).collect();
    Process::new(&argv, Rc::new(settings()), 0, &mut world())
}

#[test]
fn direct_commands() {
    for (argv, stdout, code, ended_ms) in [
        (&["echo", "hola", "$HOME"][..], "hola $HOME\n", 0, 0),
        (&["sleep", "5"], "", 0, 5_000),
        (&["/bin/sh", "/config/plain.sh"], "plain /config/plain.sh\n", 127, 0),
        (&["/config/run.sh", "a", "b"], "script a 2\n", 4, 0),
        (&["python3", "-c", "print(1)"], "", 0, 5_000),
        (&["sh", "-ec", "false; echo no"], "", 1, 0),
        (&["sh", "-c", "echo $0 $1", "nombre", "uno"], "nombre uno\n", 0, 0),
        (&["timeout", "2", "sleep", "9"], "", 143, 2_000),
        (&["/usr/bin/env", "A=1", "sh", "-c", "echo $A"], "1\n", 0, 0),
    ] {
        let got = run_with(argv, settings(), &mut world(), &[]);
        assert_eq!((got.stdout.as_str(), got.code, got.ended_ms), (stdout, Some(code), ended_ms), "{argv:?}");
    }
    assert_eq!(start(&["noexisto"]).err(), Some(StartFailure::NotFound));
    assert_eq!(start(&["/opt/no/existe"]).err(), Some(StartFailure::NotFound));
    assert_eq!(start(&["/etc/passwd"]).err(), Some(StartFailure::NotExecutable));
    assert_eq!(start(&["/config/plain.sh"]).err(), Some(StartFailure::NotExecutable));
    assert_eq!(start(&[]).err(), Some(StartFailure::Empty));
}

#[test]
fn times_of_pipelines_and_jobs() {
    for (script, stdout, ended_ms) in [
        ("sleep 1 | sleep 2", "", 2_000),
        ("(sleep 2; echo a) | cat; echo b", "a\nb\n", 2_000),
        ("yes | head -n 3", "y\ny\ny\n", 0),
        ("sleep 3 & sleep 1; wait; echo $?", "0\n", 3_000),
        ("for i in 1 2 3; do sleep 1 & done; wait", "", 1_000),
        ("x=$(sleep 1; echo a); echo $x; sleep 0.5", "a\n", 1_500),
        ("time -p sleep 1.5 2>&1", "real 1.50\nuser 0.00\nsys 0.00\n", 1_500),
        ("timeout 3 sh -c 'trap \"echo t; exit 4\" TERM; sleep 9 & wait'; echo $?", "t\n4\n", 3_000),
        ("python3 x.py && echo bien", "bien\n", 5_000),
        ("echo $SECONDS; sleep 2; echo $SECONDS; date +%s", "0\n2\n1772454898\n", 2_000),
        ("tail -f /dev/null & sleep 1; kill $!; wait $! 2>/dev/null; echo $?", "143\n", 1_000),
        ("kubectl slow a | wc -l", "1\n", 2_000),
        ("timeout 4 kubectl watch; echo $?", "line 0\nline 1\nline 2\nline 3\n143\n", 4_000),
    ] {
        let got = run_with(&["sh", "-c", script], settings(), &mut world(), &[]);
        assert_eq!((got.stdout.as_str(), got.code, got.ended_ms), (stdout, Some(0), ended_ms), "{script}");
    }
}

#[test]
fn lines_have_the_time_of_their_end() {
    let got = sh("echo a; printf b; sleep 2; echo c; echo d >&2; sleep 1; printf e");
    let lines: Vec<(u64, bool, &str, bool)> =
        got.lines.iter().map(|l| (l.at_ms, l.stderr, &*l.text, l.partial)).collect();
    let expected =
        [(0, false, "a", false), (2_000, false, "bc", false), (2_000, true, "d", false), (3_000, false, "e", true)];
    assert_eq!(lines, expected);
}

#[test]
fn programs_outside() {
    let mut world = world();
    let script = "P=$(kubectl get pods); echo '{\"a\":\"'$P'\"}' | kubectl create --raw /x/$P -f -; \
                  sed s/viejo/nuevo/ /config/job.yaml | kubectl apply -f -; kubectl fail || echo mal $?";
    let got = run_with(&["sh", "-c", script], settings(), &mut world, &[]);
    assert_eq!(got.stdout, "kubectl create --raw /x/pod-1 -f -\nkubectl apply -f -\nmal 1\n");
    assert_eq!(got.stderr, "error: no\n");
    assert_eq!(
        world.calls,
        [
            "kubectl get pods<",
            "kubectl create --raw /x/pod-1 -f -<{\"a\":\"pod-1\"}\n",
            "kubectl apply -f -<name: nuevo\nkind: Job\n",
            "kubectl fail<"
        ]
    );
    run_with(&["sh", "-c", "timeout 2 kubectl watch"], settings(), &mut world, &[]);
    assert_eq!(world.cancelled.len(), 1);
}

#[test]
fn mounts_are_shared_and_guarded() {
    let mut world = world();
    let script = "d=/tmp/sc/$TRABAJO; mkdir -p $d; n=1; while ! mkdir $d/$n; do n=$(expr $n + 1); done 2>/dev/null; \
                  echo intento $n";
    for n in 1..4 {
        let got = run_with(&["sh", "-c", script], settings(), &mut world, &[]);
        assert_eq!(got.stdout, format!("intento {n}\n"));
        assert_eq!(got.stderr, "");
    }
    assert!(world.files.is_dir("/node/tmp/sc/t/3"));
    let got = run_with(&["sh", "-c", "echo x > /config/new; mkdir /config/d; ls /config"], settings(), &mut world, &[]);
    assert_eq!(got.stdout, "job.yaml\nplain.sh\nrun.sh\n");
    assert_eq!(
        got.stderr,
        "sh: can't create /config/new: Read-only file system\n\
         mkdir: can't create directory '/config/d': Read-only file system\n"
    );
    // What isn't mounted is the container's own.
    let got = run_with(&["sh", "-c", "echo x > /a; ls /a"], settings(), &mut world, &[]);
    assert_eq!(got.stdout, "/a\n");
    assert!(!world.files.exists("/a"));
}

#[test]
fn termination_message() {
    let argv = ["sh", "-c", "echo adios > /dev/termination-log; exit 3"].map(String::from);
    let mut world = world();
    let mut process = Process::new(&argv, Rc::new(settings()), 0, &mut world).unwrap();
    assert_eq!(process.run(0, &mut world), State::Exited { code: 3 });
    assert_eq!(process.termination_message().map(|t| t.to_string()), Some("adios\n".into()));
}

#[test]
fn background_jobs_of_an_ordinary_shell_live_on() {
    let argv = ["sh", "-c", "(sleep 2; echo late >/tmp/f) & echo now"].map(String::from);
    let mut world = world();
    let settings = Rc::new(Settings { pid_one: false, ..settings() });
    let mut process = Process::new(&argv, settings, 0, &mut world).unwrap();
    assert_eq!(process.run(0, &mut world), State::Exited { code: 0 });
    assert_eq!(process.wake_at_ms(), Some(2_000));
    process.run(2_000, &mut world);
    assert_eq!(process.wake_at_ms(), None);
    assert_eq!(world.files.read("/node/tmp/f").map(|t| t.to_string()), Ok("late\n".into()));
}

#[test]
fn everything_is_bounded() {
    for script in [
        "while true; do :; done",
        "while true; do echo x; done",
        "yes",
        "f() { f; }; f",
        "f() { f | f & }; f; wait",
        "x=a; while :; do x=$x$x; done",
        "while :; do echo aaaaaaaaaaaaaaaaaaaaaaaa >> /tmp/f; done",
        "eval \"$(yes 'eval :' | head -n 5000)\"",
        "while :; do sleep 1 & done",
        "cat /dev/null; yes | cat | cat | while read x; do :; done",
        "seq 1 99999999 | sort | uniq -c",
        "trap 'kill $$' TERM; kill $$; sleep 1",
        "x=$(yes)",
    ] {
        let argv = ["sh".to_owned(), "-c".to_owned(), script.to_owned()];
        let mut world = world();
        let mut process = Process::new(&argv, Rc::new(settings()), 0, &mut world).unwrap();
        let mut now = 0;
        for _ in 0..3 {
            let State::Running { wake_at_ms: Some(wake) } = process.run(now, &mut world) else {
                break;
            };
            assert!(wake > now, "{script}");
            now = wake;
        }
        assert!(process.take_output().len() <= 10_000, "{script}");
        let state = process.signal(now, Signal::Kill, &mut world);
        assert!(matches!(state, State::Exited { .. }), "{script}");
    }
}
