//! What scripts write and how they end, compared with busybox 1.35.

use super::check;

#[test]
fn simple_commands() {
    check(&[
        ("echo hola", "hola\n", "", 0),
        (
            "echo uno; sleep 0.2; echo error >&2; sleep 0.2; echo; echo tres; printf cuatro",
            "uno\n\ntres\ncuatro",
            "error\n",
            0,
        ),
        ("noexisto", "", "sh: noexisto: not found\n", 127),
        ("/etc/passwd", "", "sh: /etc/passwd: Permission denied\n", 126),
        ("/nope/x", "", "sh: /nope/x: not found\n", 127),
        ("exit 256", "", "", 0),
        ("exit 42", "", "", 42),
        ("false; exit", "", "", 1),
        ("exit -1", "", "sh: exit: line 0: Illegal number: -1\n", 2),
        ("return 3", "", "", 3),
        ("a=1; a=2 b=$a sh -c 'echo $a $b'; echo $a", "2 1\n1\n", "", 0),
        ("x=$(false); echo $?; x=$(true) y=1; echo $?", "1\n0\n", "", 0),
        ("true && echo a || echo b; false && echo c || echo d", "a\nd\n", "", 0),
        ("! true; echo $?; ! false; echo $?", "1\n0\n", "", 0),
        ("echo a # comment\n# another\necho b", "a\nb\n", "", 0),
        ("echo a\\\nb", "ab\n", "", 0),
        ("{ echo a; echo b; } | cat; (echo c; exit 3); echo $?", "a\nb\nc\n3\n", "", 0),
        (
            "cd /tmp && pwd; cd /nope; echo $?",
            "/tmp\n2\n",
            "sh: cd: line 0: can't cd to /nope: No such file or directory\n",
            0,
        ),
    ]);
}
