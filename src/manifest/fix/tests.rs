//! Each of the commonest mistakes, its fix applied, and the mistake gone.

use super::*;
use crate::manifest::Verb;

const JOB: &str = "\
apiVersion: batch/v1
kind: Job
metadata:
  name: pi
spec:
  backoffLimit: 4
  template:
    spec:
      restartPolicy: Never
      containers:
      - name: pi
        image: perl:5.34  # imagen
        command: [\"perl\", \"-e\", \"print 3\"]
";
const CRON: &str = "\
apiVersion: batch/v1
kind: CronJob
metadata:
  name: saludo
spec:
  schedule: \"*/5 * * * *\"
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: OnFailure
          containers:
          - name: a
            image: busybox:1.36
";

fn scope() -> Scope<'static> {
    Scope { verb: Verb::Apply, namespaces: &["default"], ..Scope::default() }
}

/// The first fix of the first mistake, applied.
fn fixed(text: &str) -> Result<(String, Fix), String> {
    let problems = problems_of(text, &scope());
    let first = problems.first().ok_or("there is no mistake")?.clone();
    let fix = fixes(text, &problems, &scope()).into_iter().next().unwrap_or_default().into_iter().next();
    let fix = fix.ok_or_else(|| format!("no fix for {}", first.message))?;
    Ok((fix.apply(text), fix))
}

#[track_caller]
fn mends(text: &str, part: &str) {
    match fixed(text) {
        Ok((mended, fix)) => {
            assert!(mended.contains(part), "{fix:?} gives\n{mended}");
            let left: Vec<String> = problems_of(&mended, &scope()).into_iter().map(|problem| problem.message).collect();
            assert!(left.is_empty(), "{left:?} in\n{mended}");
        }
        Err(why) => panic!("{why}\n{text}"),
    }
}

#[test]
fn restart_policies() {
    mends(&JOB.replace("      restartPolicy: Never\n", ""), "\n      restartPolicy: Never\n      containers:");
    mends(&JOB.replace("restartPolicy: Never", "restartPolicy: Always"), "restartPolicy: Never");
    mends(&JOB.replace("restartPolicy: Never", "restartPolicy: never"), "restartPolicy: Never");
}

#[test]
fn misspelt_fields() {
    mends(&JOB.replace("backoffLimit", "backofLimit"), "backoffLimit: 4");
    mends(&JOB.replace("command:", "comand:"), "        command: [");
    mends(&JOB.replace("backoffLimit", "BackoffLimit"), "\n  backoffLimit: 4");
    mends(&JOB.replace("containers:", "conteiners:"), "containers:");
}

#[test]
fn fields_in_the_wrong_block() {
    let in_pod = JOB
        .replace("  backoffLimit: 4\n", "")
        .replace("      restartPolicy", "      backoffLimit: 4\n      restartPolicy");
    mends(&in_pod, "spec:\n  backoffLimit: 4\n  template:");
    let in_job = JOB
        .replace("      restartPolicy: Never\n", "")
        .replace("  backoffLimit: 4", "  restartPolicy: Never\n  backoffLimit: 4");
    mends(&in_job, "    spec:\n      restartPolicy: Never\n      containers:");
    let image = JOB
        .replace("        image: perl:5.34  # imagen\n", "")
        .replace("      containers:", "      image: perl:5.34\n      containers:");
    mends(&image, "      - image: perl:5.34\n        name: pi");
}

#[test]
fn versions_and_kinds() {
    mends(&JOB.replace("batch/v1", "batch/v1beta1"), "apiVersion: batch/v1\n");
    mends(&JOB.replace("batch/v1", "v1"), "apiVersion: batch/v1\n");
    mends(&JOB.replace("kind: Job", "kind: job"), "kind: Job");
    mends(&JOB.replace("kind: Job", "kind: Jobs"), "kind: Job");
    mends(&JOB.replace("kind: Job\n", ""), "kind: Job");
    mends(&JOB.replace("apiVersion: batch/v1\n", ""), "apiVersion: batch/v1");
}

#[test]
fn tabs_blanks_and_indentation() {
    mends(&JOB.replace("  backoffLimit", "\tbackoffLimit"), "\n  backoffLimit: 4");
    mends(&JOB.replace("name: pi\n        image: ", "name: pi\n        image:"), "image: perl:5.34");
    mends(&JOB.replace("  backoffLimit: 4", "   backoffLimit: 4"), "\n  backoffLimit: 4");
    mends(&JOB.replace("        image:", "       image:"), "\n        image:");
    mends(&JOB.replace("kind: Job", " kind: Job"), "\nkind: Job");
}

#[test]
fn names() {
    mends(&JOB.replace("  name: pi\nspec", "  name: Mi_Job\nspec"), "name: mi-job");
    mends(&JOB.replace("- name: pi", "- name: Año Nuevo"), "- name: ano-nuevo");
    mends(&JOB.replace("metadata:\n  name: pi\n", "metadata:\n  labels: {a: b}\n"), "name: mi-job");
}

#[test]
fn amounts() {
    let with = |limits: &str| {
        JOB.replace("        command", &format!("        resources: {{limits: {limits}}}\n        command"))
    };
    mends(&with("{memory: 1GB}"), "memory: 1Gi}");
    mends(&with("{memory: 500mb}"), "memory: 500Mi}");
    mends(&with("{memory: \"1 Gi\"}"), "memory: 1Gi}");
    mends(&with("{cpu: 2cores}"), "cpu: 2}");
}

#[test]
fn types() {
    mends(&JOB.replace("backoffLimit: 4", "backoffLimit: \"4\""), "backoffLimit: 4\n");
    mends(&JOB.replace("backoffLimit: 4", "suspend: \"yes\""), "suspend: true\n");
    mends(&JOB.replace("        command", "        env: [{name: A, value: yes}]\n        command"), "value: \"yes\"}");
    mends(
        &JOB.replace("        command", "        env:\n        - name: A\n          value: 5\n        command"),
        "value: \"5\"\n",
    );
    mends(
        &JOB.replace("[\"perl\", \"-e\", \"print 3\"]", "echo hola; sleep 5"),
        "command: [\"sh\", \"-c\", \"echo hola; sleep 5\"]",
    );
    mends(&JOB.replace("[\"perl\", \"-e\", \"print 3\"]", "date"), "command: [\"date\"]");
    mends(&JOB.replace("      - name: pi", "        name: pi"), "        - name: pi\n          image: perl:5.34");
}

#[test]
fn what_is_missing() {
    mends(
        &JOB.replace("        image: perl:5.34  # imagen\n", ""),
        "- name: pi\n        image: busybox:1.36\n        command",
    );
    mends(
        &JOB.replace("- name: pi\n        image", "- image"),
        "- image: perl:5.34  # imagen\n        name: main\n        command",
    );
    let without = JOB.split("      containers").next().unwrap_or("").to_owned();
    mends(&without, "      containers:\n      - name: main\n        image: busybox:1.36");
    mends(
        &format!("{without}      containers:\n"),
        "      containers:\n      - name: main\n        image: busybox:1.36",
    );
}

#[test]
fn numbers_and_modes() {
    mends(&JOB.replace("backoffLimit: 4", "backoffLimit: -4"), "backoffLimit: 4");
    mends(&JOB.replace("  backoffLimit: 4", "  completionMode: Indexed\n  parallelism: 2"), "completions: 2");
    mends(&JOB.replace("  backoffLimit: 4", "  backoffLimitPerIndex: 1"), "completionMode: Indexed");
    mends(&JOB.replace("  backoffLimit: 4", "  completions: 5\n  backoffLimitPerIndex: 1"), "completionMode: Indexed");
    mends(
        &JOB.replace("  backoffLimit: 4", "  selector: {matchLabels: {a: b}}\n  backoffLimit: 4"),
        "spec:\n  backoffLimit: 4",
    );
    let policy =
        "  podFailurePolicy:\n    rules:\n    - action: FailJob\n      onExitCodes: {operator: In, values: [2, 1]}\n";
    let ordered = JOB.replace("  backoffLimit: 4\n", policy);
    mends(&ordered, "values: [1, 2]");
    let on_failure = JOB
        .replace("  backoffLimit: 4\n", &policy.replace("2, 1", "1, 2"))
        .replace("Policy: Never", "Policy: OnFailure");
    mends(&on_failure, "restartPolicy: Never");
}

#[test]
fn schedules() {
    for (wrong, right) in [
        ("*/5 * * *", "\"*/5 * * * *\""),
        ("0 */5 * * * *", "\"*/5 * * * *\""),
        ("0 0 * * 7", "\"0 0 * * 0\""),
        ("60 * * * *", "\"59 * * * *\""),
        ("TZ=UTC 0 3 * * *", "\"0 3 * * *\""),
        ("@dayly", "\"@daily\""),
        ("cada hora", "\"*/5 * * * *\""),
    ] {
        mends(&CRON.replace("*/5 * * * *", wrong), right);
    }
}

#[test]
fn a_name_that_is_taken_gets_a_number() {
    let problem = Problem {
        class: ProblemClass::AlreadyExists,
        path: "metadata.name".to_owned(),
        span: None,
        message: "jobs.batch \"pi\" already exists".to_owned(),
        value: None,
        detail: String::new(),
    };
    let found = fixes(JOB, &[problem], &scope());
    let fix = found.first().and_then(|fixes| fixes.first());
    assert!(fix.is_some_and(|fix| fix.apply(JOB).contains("  name: pi-2\n")), "{found:?}");
}

#[test]
fn json_is_mended_as_json() {
    let json = r#"{"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "Pi"}, "spec": {"template": {"spec": {"restartPolicy": "Never", "containers": [{"name": "a", "image": "b"}]}}}}"#;
    mends(json, "\"name\": \"pi\"");
    mends(
        &json.replace("\"restartPolicy\": \"Never\", ", "").replace("Pi", "pi"),
        "{\"restartPolicy\": \"Never\", \"containers\"",
    );
}

#[test]
fn long_texts_get_none() {
    let long = format!("{}#{}", JOB.replace("Never", "Always"), "x".repeat(MAX_BYTES));
    let problems = problems_of(&long, &scope());
    assert!(fixes(&long, &problems, &scope()).iter().all(Vec::is_empty));
}
