//! What lines at the prompt do, and when.

use super::*;
use crate::world::{Settings as WorldSettings, World};

const MANIFEST: &str = "\
apiVersion: batch/v1
kind: Job
metadata: {name: pi}
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
      - name: pi
        image: busybox:1.36
        command: [sh, -c, 'for i in 1 2 3 4 5; do echo paso $i; sleep 1; done']
";

pub(in crate::kubectl) fn started() -> (Timeline, Prompt) {
    let mut timeline = Timeline::new(World::new(WorldSettings::default()));
    let mut prompt = Prompt::new(&timeline);
    prompt.put("job.yaml", MANIFEST, 0);
    prompt.enter(&mut timeline, "kubectl apply -f job.yaml");
    assert_eq!(shown(&mut prompt), "job.batch/pi created\n");
    (timeline, prompt)
}

pub(in crate::kubectl) fn shown(prompt: &mut Prompt) -> String {
    prompt.take_printed().into_iter().map(|piece| piece.text).collect()
}

/// Runs a line to its end and gives what it printed.
pub(in crate::kubectl) fn answer(timeline: &mut Timeline, prompt: &mut Prompt, line: &str) -> String {
    prompt.enter(timeline, line);
    assert!(prompt.finish(timeline, timeline.now_ms() + 600_000), "{line} doesn't end");
    shown(prompt)
}

#[test]
fn the_shell_remembers_from_line_to_line() {
    let (mut timeline, mut prompt) = started();
    let mut say = |line: &str| answer(&mut timeline, &mut prompt, line);
    assert_eq!(say("A=uno; f() { echo \"$A $1\"; }"), "");
    assert_eq!(say("f dos; echo tres > x"), "uno dos\n");
    assert_eq!(say("cat x; ls; false"), "tres\njob.yaml  x\n".replace("  ", "\n"));
    assert_eq!(say("echo $?; (A=otro; exit 3)"), "1\n");
    assert_eq!(say("echo $? $A"), "3 uno\n");
    assert_eq!(say("echo ${nada?no}; echo nunca"), "sh: nada: no\n");
    assert_eq!(say("echo $A; exit 4"), "uno\n");
    assert_eq!(say("echo $? $A"), "4 uno\n");
}

#[test]
fn lines_of_a_log_come_at_their_instants() {
    let (mut timeline, mut prompt) = started();
    prompt.seek(&mut timeline, 3_000);
    prompt.enter(&mut timeline, "kubectl logs -f job/pi");
    // One long move of the playhead, as at a high speed.
    prompt.seek(&mut timeline, 60_000);
    let pieces = prompt.take_printed();
    let text: String = pieces.iter().map(|piece| piece.text.as_str()).collect();
    assert_eq!(text, "paso 1\npaso 2\npaso 3\npaso 4\npaso 5\n");
    let times: Vec<u64> = pieces.iter().map(|piece| piece.at_ms).collect();
    // What was there already comes at once, the rest a second after another.
    assert_eq!(times.first(), Some(&3_000));
    assert!(times.len() >= 3 && times.windows(2).skip(1).all(|pair| pair[1] - pair[0] == 1_000), "{times:?}");
    assert!(!prompt.is_busy());
}

#[test]
fn what_is_known_already_comes_at_its_instants_too() {
    let (mut timeline, mut prompt) = started();
    timeline.seek(60_000);
    timeline.seek(3_000);
    prompt.enter(&mut timeline, "kubectl logs -f job/pi");
    prompt.seek(&mut timeline, 60_000);
    let times: Vec<u64> = prompt.take_printed().iter().map(|piece| piece.at_ms).collect();
    assert!(times.len() >= 3 && times.windows(2).all(|pair| pair[1] > pair[0]), "{times:?}");
}

#[test]
fn looking_leaves_the_run_alone() {
    let (mut timeline, mut prompt) = started();
    prompt.seek(&mut timeline, 60_000);
    let (changes, forks) = (timeline.log().len(), timeline.forks());
    timeline.seek(3_000);
    for line in [
        "kubectl get job pi -o name",
        "kubectl logs job/pi",
        "kubectl delete job nada",
        "kubectl wait --for=condition=complete job/pi",
    ] {
        answer(&mut timeline, &mut prompt, line);
        assert_eq!((timeline.log().len(), timeline.forks()), (changes, forks), "{line}");
    }
    timeline.seek(3_000);
    answer(&mut timeline, &mut prompt, "kubectl delete job pi");
    assert_eq!(timeline.forks().count, 1);
}

#[test]
fn what_was_written_in_a_dropped_future_is_cut() {
    let (mut timeline, mut prompt) = started();
    prompt.enter(&mut timeline, "sleep 10; kubectl patch job pi -p '{\"spec\":{\"suspend\":true}}'; sleep 100");
    prompt.seek(&mut timeline, 20_000);
    assert_eq!(shown(&mut prompt), "job.batch/pi patched\n");
    timeline.seek(5_000);
    timeline.act(|world| {
        world.delete(
            world.find("Job", "default", "pi").unwrap_or(crate::cluster::Oid(0)),
            None,
            crate::world::Propagation::Background,
        );
    });
    prompt.seek(&mut timeline, 20_000);
    assert_eq!(shown(&mut prompt), "^C\n");
    assert!(!prompt.is_alive());
}

#[test]
fn an_interrupt_ends_the_foreground_and_no_more() {
    let (mut timeline, mut prompt) = started();
    answer(&mut timeline, &mut prompt, "sleep 5 && echo fondo &");
    prompt.enter(&mut timeline, "kubectl wait --for=condition=failed job/pi; echo nunca");
    prompt.seek(&mut timeline, 2_000);
    assert!(prompt.is_busy());
    prompt.interrupt(&mut timeline);
    assert_eq!((prompt.is_busy(), prompt.code(), shown(&mut prompt)), (false, 130, "^C\n".to_owned()));
    prompt.seek(&mut timeline, 8_000);
    assert_eq!(shown(&mut prompt), "fondo\n");
}

#[test]
fn aliases_stand_for_commands() {
    let (mut timeline, mut prompt) = started();
    let mut say = |line: &str| answer(&mut timeline, &mut prompt, line);
    assert_eq!(say("k get job pi -o name"), "sh: k: not found\n");
    assert_eq!(say("alias k=kubectl"), "");
    assert_eq!(say("k get job pi -o name"), "job.batch/pi\n");
}

#[test]
fn the_holder_of_the_prompt_edits() {
    let (mut timeline, mut prompt) = started();
    prompt.offer_editor();
    prompt.enter(&mut timeline, "kubectl edit job pi; echo $?");
    let text = prompt.editing().map(str::to_owned).unwrap_or_default();
    assert!(text.contains("backoffLimit: 6\n") && prompt.is_busy(), "{text}");
    // What the server refuses is opened again, with the reason on top.
    prompt.save(&mut timeline, Some(&text.replace("completions: 1", "completions: 3")));
    assert_eq!(shown(&mut prompt), "error: jobs.batch \"pi\" is invalid\n");
    let again = prompt.editing().map(str::to_owned).unwrap_or_default();
    assert!(again.contains("# * spec.completions: ") && again.contains("completions: 3\n"), "{again}");
    prompt.save(&mut timeline, Some(&text.replace("backoffLimit: 6", "backoffLimit: 2")));
    assert_eq!(shown(&mut prompt), "job.batch/pi edited\n0\n");
    assert!(prompt.editing().is_none() && !prompt.is_busy());
    // It is written down as the patch that it was.
    let written: Vec<String> = prompt.take_written().into_iter().map(|written| written.line).collect();
    let patch = "kubectl patch job.batch/pi -n default -p '{\"spec\":{\"backoffLimit\":2}}'";
    assert_eq!(written.last().map(String::as_str), Some(patch));
    prompt.enter(&mut timeline, "kubectl edit job pi");
    prompt.save(&mut timeline, None);
    assert_eq!(shown(&mut prompt), "Edit cancelled, no changes made.\n");
}
