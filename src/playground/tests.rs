//! The facade as the page uses it.

use super::*;

const MANIFEST: &str = "apiVersion: batch/v1
kind: Job
metadata: {name: j}
spec:
  backoffLimit: 3
  template:
    spec:
      restartPolicy: Never
      containers: [{name: c, image: 'busybox:1.36', command: [sh, -c, 'sleep 2; exit 1']}]
";

fn applied() -> Playground {
    let mut playground = Playground::new(7);
    playground.send(Command::Apply { manifest: Rc::from(MANIFEST) });
    assert!(playground.snapshot().applied);
    playground
}

fn to_end(playground: &mut Playground) {
    playground.send(Command::ToEnd);
    while playground.snapshot().computing {
        playground.send(Command::Tick { elapsed_ms: 16 });
    }
}

fn kubectl(playground: &mut Playground, line: &str) {
    playground.send(Command::Kubectl { line: line.to_owned() });
}

fn status(snapshot: &Snapshot) -> &'static str {
    snapshot.jobs.first().map_or("", |job| job.status)
}

#[test]
fn acting_in_the_past_keeps_the_old_run_to_compare() {
    let mut playground = applied();
    to_end(&mut playground);
    let old = playground.snapshot();
    assert_eq!((status(&old), old.bars.len(), old.run), ("Failed", 4, 0));
    playground.send(Command::Seek { at_ms: 6_000 });
    kubectl(&mut playground, "kubectl patch job j --type=merge -p '{\"spec\":{\"backoffLimit\":0}}'");
    let forked = playground.snapshot();
    assert_eq!(forked.run, 1);
    let left =
        Left::Acted { at_ms: 6_000, line: forked.commands.last().map(|row| row.line.clone()).unwrap_or_default() };
    assert_eq!(*forked.kept, vec![Rc::new(KeptRun { run: 0, left })]);
    to_end(&mut playground);
    playground.send(Command::Compare { run: Some(0) });
    let both = playground.snapshot();
    let beside = both.compared.clone().unwrap_or_else(|| unreachable!("the old run stands beside"));
    assert_eq!(both.now_ms, beside.now_ms);
    assert_eq!((status(&both), both.bars.len()), ("Failed", 1));
    assert_eq!((status(&beside), beside.bars.len()), ("Running", 4));
    // The same clock moves both.
    playground.send(Command::Seek { at_ms: old.now_ms });
    let later = playground.snapshot().compared.clone();
    assert_eq!(later.as_deref().map(status), Some("Failed"));
    assert_eq!(later.map(|beside| Rc::clone(&beside.pods)), Some(Rc::clone(&old.pods)));
    // Both ends are foretold, each of its own run.
    let forecasts = Rc::clone(&playground.snapshot().forecasts);
    let pods = |outlook: &Option<Rc<Outlook>>| {
        outlook.as_ref().and_then(|outlook| outlook.endings.first()).map(|end| end.pods)
    };
    assert_eq!((pods(&forecasts.run), pods(&forecasts.kept)), (Some(1), Some(4)));
    playground.send(Command::Compare { run: None });
    assert_eq!(playground.snapshot().compared, None);
}

#[test]
fn only_looking_in_the_past_forks_nothing() {
    let mut playground = applied();
    to_end(&mut playground);
    let known_ms = playground.snapshot().known_ms;
    playground.send(Command::Seek { at_ms: 6_000 });
    kubectl(&mut playground, "kubectl get pods");
    let snapshot = playground.snapshot();
    assert_eq!((snapshot.run, snapshot.kept.len(), snapshot.known_ms, snapshot.now_ms), (0, 0, known_ms, 6_000));
}

#[test]
fn applying_again_keeps_the_run_before() {
    let mut playground = applied();
    to_end(&mut playground);
    playground.send(Command::Apply { manifest: Rc::from(MANIFEST.replace("exit 1", "exit 0")) });
    playground.send(Command::Compare { run: Some(0) });
    to_end(&mut playground);
    let snapshot = playground.snapshot();
    assert_eq!(snapshot.kept.first().map(|kept| &kept.left), Some(&Left::Applied));
    assert_eq!(status(&snapshot), "Complete");
    assert_eq!(snapshot.compared.as_deref().map(status), Some("Running"));
}

#[test]
fn kept_runs_are_bounded() {
    let mut playground = applied();
    for _ in 0..12 {
        playground.send(Command::Apply { manifest: Rc::from(MANIFEST) });
    }
    let snapshot = playground.snapshot();
    let runs: Vec<u32> = snapshot.kept.iter().map(|kept| kept.run).collect();
    assert_eq!((snapshot.run, runs), (12, vec![8, 9, 10, 11]));
    playground.send(Command::Compare { run: Some(3) });
    assert_eq!(playground.snapshot().compared, None);
}

#[test]
fn the_end_is_foretold_before_anything_ran() {
    let mut playground = applied();
    playground.send(Command::Forecast { on: true });
    while playground.snapshot().forecasts.run.as_ref().is_some_and(|run| run.state == OutlookState::Computing) {
        playground.send(Command::Tick { elapsed_ms: 16 });
    }
    let snapshot = playground.snapshot();
    let outlook = snapshot.forecasts.run.clone().unwrap_or_else(|| unreachable!("it was asked for"));
    let end = outlook.endings.first().cloned().unwrap_or_else(|| unreachable!("the Job ends"));
    assert_eq!((outlook.state, end.fate, end.pods), (OutlookState::Done, Fate::Failed, 4));
    to_end(&mut playground);
    let job = playground.snapshot().jobs.first().cloned();
    // The API keeps whole seconds.
    let finished_ms = job.and_then(|job| job.finished_ms).unwrap_or_default();
    assert!((end.at_ms - 999..=end.at_ms).contains(&finished_ms), "{finished_ms} {}", end.at_ms);
}

#[test]
fn what_if_changes_one_field_from_the_beginning() {
    let mut playground = applied();
    playground.send(Command::Forecast { on: true });
    to_end(&mut playground);
    playground.send(Command::WhatIf(Some(WhatIf { backoff_limit: Some(1), parallelism: None })));
    let outlook = playground.snapshot().forecasts.what_if.clone();
    assert_eq!(
        outlook.and_then(|outlook| outlook.endings.first().map(|end| (end.fate, end.pods))),
        Some((Fate::Failed, 2))
    );
    playground.send(Command::WhatIf(None));
    assert_eq!(playground.snapshot().forecasts.what_if, None);
    // The run itself is as it was.
    assert_eq!(playground.snapshot().bars.len(), 4);
}

#[test]
fn a_forecast_without_end_is_cancelled() {
    let mut playground = applied();
    let endless = MANIFEST.replace("sleep 2; exit 1", "while true; do sleep 1; done");
    playground.send(Command::Apply { manifest: Rc::from(endless) });
    playground.send(Command::Pause);
    playground.send(Command::Forecast { on: true });
    let state = |playground: &Playground| playground.snapshot().forecasts.run.as_ref().map(|outlook| outlook.state);
    assert_eq!(state(&playground), Some(OutlookState::Computing));
    playground.send(Command::Tick { elapsed_ms: 16 });
    playground.send(Command::Cancel);
    assert_eq!(state(&playground), Some(OutlookState::Cancelled));
}

/// The rule, the line and the server's words of each notice while that is typed.
fn typed(playground: &mut Playground, manifest: &str) -> Vec<(String, u32, String)> {
    playground.send(Command::Check { manifest: Rc::from(manifest) });
    let diagnostics = &playground.snapshot().answer.diagnostics;
    diagnostics.iter().map(|problem| (problem.rule.clone(), problem.line, problem.message.clone())).collect()
}

#[test]
fn what_cannot_change_in_a_job_that_stands_is_told_on_its_line() {
    let mut playground = applied();
    playground.send(Command::Seek { at_ms: 1_000 });
    assert_eq!(typed(&mut playground, MANIFEST), []);
    assert_eq!(typed(&mut playground, &MANIFEST.replace("backoffLimit: 3", "backoffLimit: 5\n  parallelism: 2")), []);
    let completions = typed(&mut playground, &MANIFEST.replace("backoffLimit: 3", "backoffLimit: 3\n  completions: 2"));
    let words = "spec.completions: Invalid value: 2: field is immutable".to_owned();
    assert_eq!(completions, [("immutable-apply".to_owned(), 6, words)]);
    let image = typed(&mut playground, &MANIFEST.replace("1.36", "1.37"));
    let [(rule, 9, words)] = image.as_slice() else { panic!("{image:?}") };
    assert_eq!(rule, "immutable-apply");
    assert!(words.starts_with("spec.template: Invalid value: {\"labels\":{"), "{words}");
    assert!(words.ends_with("…: field is immutable"), "{words}");
    // Another object is another matter, and so are mistakes.
    assert_eq!(typed(&mut playground, &MANIFEST.replace("name: j", "name: k").replace("1.36", "1.37")), []);
}

#[test]
fn a_suspended_job_lets_its_scheduling_change() {
    let suspended = MANIFEST.replace("backoffLimit: 3", "suspend: true");
    let mut playground = Playground::new(7);
    playground.send(Command::Apply { manifest: Rc::from(suspended.as_str()) });
    playground.send(Command::Seek { at_ms: 1_000 });
    let nodes = suspended.replace("      restart", "      nodeSelector: {disk: ssd}\n      restart");
    assert_eq!(typed(&mut playground, &nodes), []);
    let resources = suspended.replace("'busybox:1.36',", "'busybox:1.36', resources: {limits: {cpu: 1}},");
    assert_eq!(typed(&mut playground, &resources), []);
    let image = typed(&mut playground, &suspended.replace("1.36", "1.37"));
    assert!(
        matches!(image.as_slice(), [(rule, 9, words)] if rule == "immutable-apply" && words.starts_with("spec.template.spec: Invalid value: {")),
        "{image:?}"
    );
}

/// So the page needs no check of it while it is untouched (`ui::state`).
#[test]
fn nothing_is_wrong_with_the_first_example() {
    for language in crate::i18n::Language::ALL {
        let mut playground = Playground::new(0);
        assert_eq!(typed(&mut playground, crate::presets::Preset::first().manifest(language)), []);
    }
}

#[test]
fn a_pod_may_run_as_an_account_that_the_file_makes_before_it() {
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  serviceAccountName: migrador\n  containers: [{name: c, image: 'busybox:1.36'}]\n";
    let account = "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: migrador}\n---\n";
    let mut playground = Playground::new(7);
    let refused = typed(&mut playground, pod);
    assert!(matches!(refused.as_slice(), [(_, 5, words)] if words.contains("serviceaccount \"migrador\" not found")));
    let notices = typed(&mut playground, &(account.to_owned() + pod));
    assert!(notices.iter().all(|(rule, ..)| rule == "not-simulated"), "{notices:?}");
}
