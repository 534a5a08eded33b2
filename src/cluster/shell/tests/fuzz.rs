//! Random scripts: whatever they are, nothing panics and every call comes back.

use std::rc::Rc;

use super::{settings, world};
use crate_shell::{Command, Process, Script, Signal, State};

use super::super as crate_shell;

struct Random(u64);

impl Random {
    fn next(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap_or(0) % below.max(1)
    }
}

const WORDS: [&str; 95] = [
    "if ",
    "then ",
    "else ",
    "fi;",
    "while ",
    "do ",
    "done;",
    "for i in 1 2 3;",
    "case x in ",
    "x) ",
    ";;",
    "esac ",
    "{ ",
    "};",
    "( ",
    ") ",
    "$(",
    ")",
    "`",
    "\"",
    "'",
    "$((",
    "))",
    "${x",
    "}",
    ":-",
    "##",
    "%",
    "/a/b",
    ":1:2",
    "$x",
    "$@",
    "$*",
    "\"$@\"",
    "$?",
    "$$",
    "$!",
    "*",
    "?",
    "[a-z]",
    "~",
    "\\",
    "\n",
    ";",
    "&",
    "|",
    "&&",
    "||",
    "!",
    ">f ",
    "<f ",
    ">>f ",
    "2>&1 ",
    "<<E\na$x\nE\n",
    ">&",
    "&>f ",
    "x=1 ",
    "x=$((x+1)) ",
    "x=$x$x ",
    "f() ",
    "f ",
    "echo ",
    "printf '%5s|%d' ",
    "sleep 1;",
    "sleep 0.1 &",
    "wait;",
    "exit ",
    "return ",
    "break ",
    "continue ",
    "trap 'f' TERM;",
    "kill $! ",
    "kill -9 $$;",
    "read a b ",
    "set -e;",
    "set -u;",
    "set -x;",
    "set -- a b c;",
    "shift;",
    "local a;",
    "eval ",
    ". ./f ",
    "exec ",
    "cat ",
    "head -n 1 ",
    "sed 's/a*/b/g' ",
    "grep -E '(a|b)*' ",
    "sort ",
    "xargs ",
    "yes ",
    "mkdir d;",
    "rm -rf d;",
    "test 1 -eq ",
    "expr 1 + ",
    "timeout 1 ",
];

#[test]
fn random_scripts_end_or_wait() {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let settings = Rc::new(settings());
    for round in 0..3_000 {
        let mut script = String::new();
        for _ in 0..random.next(24) {
            if random.next(12) == 0 {
                let byte = u8::try_from(random.next(256)).unwrap_or(b' ');
                script.push(char::from(byte));
            } else {
                script.push_str(WORDS[random.next(WORDS.len())]);
                script.push_str(["", " ", "a", "1"][random.next(4)]);
            }
        }
        let argv = ["sh".to_owned(), "-c".to_owned(), script];
        let mut world = world();
        let mut process = Process::start(&Command::new(&argv), Rc::clone(&settings), 0, &mut world).unwrap();
        let mut now = 0;
        for turn in 0..4 {
            let state = if turn == 2 && round % 3 == 0 {
                process.signal(now, Signal::Term, &mut world)
            } else {
                process.run(now, &mut world)
            };
            match state {
                State::Running { wake_at_ms: Some(wake) } => {
                    assert!(wake > now, "{argv:?}");
                    now = wake;
                }
                _ => break,
            }
        }
    }
}

#[test]
fn random_bytes_parse_or_fail() {
    let mut random = Random(42);
    for _ in 0..20_000 {
        let bytes: Vec<u8> = (0..random.next(60)).map(|_| u8::try_from(random.next(256)).unwrap_or(0)).collect();
        let _ = Script::parse(&String::from_utf8_lossy(&bytes));
    }
    for piece in ["(", "{ ", "$(", "${x:-", "\"$(", "`", "if ", "$((", "! ", "case x in x) ", "f() ", "while "] {
        let _ = Script::parse(&piece.repeat(5_000));
    }
}
