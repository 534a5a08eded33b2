//! Pods that the API server refuses although it took their owner.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use job_lab::trace::{Scenario, run};
use serde_json::{Value, json};

const ACCOUNT: &str = "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: migrador}\n---\n";

fn job(spec: &str) -> String {
    format!(
        "\
apiVersion: batch/v1
kind: Job
metadata: {{name: informe}}
spec:
{spec}  template:
    spec:
      serviceAccountName: migrador
      restartPolicy: Never
      containers:
      - {{name: tarea, image: 'busybox:1.36', command: [sleep, '3']}}
"
    )
}

/// Runs a scenario with these steps, each an instant in seconds and a line of shell.
fn trace(manifests: &str, steps: &[(u32, &str)], seconds: u32) -> Value {
    let steps: Vec<Value> = steps.iter().map(|(at, line)| json!({"at": at, "run": line})).collect();
    let scenario = json!({"name": "refused", "manifests": manifests, "steps": steps, "seconds": seconds, "final": []});
    run(&Scenario::read(&scenario.to_string()).unwrap(), 1).0
}

fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value[name].as_array().unwrap()
}

/// The whole seconds at which an event of that reason was counted.
fn counted(trace: &Value, reason: &str) -> Vec<i64> {
    let events = list(trace, "events").iter().filter(|event| event["reason"] == reason);
    let counts = events.flat_map(|event| list(event, "count"));
    #[expect(clippy::cast_possible_truncation, reason = "whole seconds are meant")]
    let seconds = counts.map(|count| count[0].as_f64().unwrap() as i64);
    seconds.collect()
}

#[test]
fn an_account_of_the_same_file_lets_the_pods_in() {
    let trace = trace(&(ACCOUNT.to_owned() + &job("")), &[], 10);
    assert_eq!(list(&trace, "pods").len(), 1);
    assert_eq!(counted(&trace, "FailedCreate"), [0; 0]);
}

#[test]
fn the_wait_doubles_up_to_a_minute_and_never_counts_as_failure() {
    let trace = trace(&job("  backoffLimit: 0\n"), &[], 250);
    assert_eq!(counted(&trace, "FailedCreate"), [0, 1, 3, 7, 15, 31, 63, 123, 183, 243]);
    let last = list(&list(&trace, "jobs")[0], "states").last().unwrap();
    assert_eq!((&last["status"]["failed"], &last["status"]["conditions"]), (&Value::Null, &Value::Null));
}

/// One Pod's end and the refusal of the next come in one sync: the status must not count the Pod that isn't there.
#[test]
fn a_refused_replacement_is_not_active() {
    let steps = [(1, "kubectl delete serviceaccount migrador")];
    let trace = trace(&(ACCOUNT.to_owned() + &job("  completions: 3\n  parallelism: 1\n")), &steps, 8);
    assert_eq!(list(&trace, "pods").len(), 1);
    let last = list(&list(&trace, "jobs")[0], "states").last().unwrap();
    assert_eq!((&last["status"]["active"], &last["status"]["succeeded"]), (&Value::Null, &json!(1)));
    assert_eq!(counted(&trace, "SuccessfulCreate").len(), 1);
    assert!(counted(&trace, "FailedCreate").len() >= 2);
}

#[test]
fn a_class_of_priority_gives_its_value() {
    let class = "apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: {name: urgente}\nvalue: 1000\n---\n";
    let manifests = class.to_owned() + &job("").replace("serviceAccountName: migrador", "priorityClassName: urgente");
    let steps = [(1, "kubectl get pods -o jsonpath={.items[0].spec.priority}")];
    let trace = trace(&manifests, &steps, 4);
    assert_eq!(list(&trace, "steps")[0]["stdout"], "1000");
}
