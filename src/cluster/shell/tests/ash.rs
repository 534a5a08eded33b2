//! Scripts with what busybox 1.35 really wrote for them (standard output and error together).
//!
//! `ash.txt` holds, for each, a line `%%%`, the script, a line `%%% CODE` and the output.

use std::rc::Rc;

use super::super::{Files, Settings};
use super::{run_with, world};

#[test]
fn scripts_behave_as_in_busybox() {
    let mut wrong = Vec::new();
    let mut count = 0;
    let mut pieces = include_str!("ash.txt").split("%%%").skip(1);
    while let (Some(script), Some(answer)) = (pieces.next(), pieces.next()) {
        let script = script.strip_prefix('\n').and_then(|s| s.strip_suffix('\n')).unwrap_or(script);
        let (code, expected) = answer.split_once('\n').unwrap_or((answer, ""));
        let mut image = Files::image();
        image.mkdir_p("/tmp/bbx", 0).unwrap();
        let settings = Settings {
            cwd: "/tmp/bbx".into(),
            image,
            pid_one: false,
            env: Rc::new([("PATH".into(), "/tmp/bbpath".into()), ("HOME".into(), "/".into())]),
            ..Settings::default()
        };
        let got = run_with(&["sh", "-c", script], settings, &mut world(), &[]);
        let output: String =
            got.lines.iter().map(|l| format!("{}{}", l.text, if l.partial { "" } else { "\n" })).collect();
        count += 1;
        if got.code != code.trim().parse().ok() || output.trim_end() != expected.trim_end() {
            wrong.push(format!("--- {script}\n{output}[{:?}], not\n{expected}[{code}]", got.code));
        }
    }
    assert!(count > 200 && wrong.is_empty(), "{} of {count} differ:\n{}", wrong.len(), wrong.join("\n"));
}
