//! A Deployment beside the Job: its Pods are replaced when they go, and it never ends.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use job_lab::trace::{Scenario, run};
use serde_json::{Value, json};

const MANIFEST: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      terminationGracePeriodSeconds: 2
      containers:
      - {name: web, image: 'busybox:1.36', command: [sleep, '1000']}
";

/// Runs a scenario with these steps, each an instant in seconds and a line of shell.
fn trace(steps: &[(u32, &str)]) -> Value {
    trace_of(MANIFEST, steps)
}

fn trace_of(manifest: &str, steps: &[(u32, &str)]) -> Value {
    let steps: Vec<Value> = steps.iter().map(|(at, line)| json!({"at": at, "run": line})).collect();
    let scenario = json!({"name": "web", "manifests": manifest, "steps": steps, "seconds": 40, "final": []});
    run(&Scenario::read(&scenario.to_string()).unwrap(), 1).0
}

fn pods(trace: &Value) -> Vec<&Value> {
    trace["pods"].as_array().unwrap().iter().collect()
}

#[test]
fn keeps_two_pods_running() {
    let trace = trace(&[]);
    let pods = pods(&trace);
    assert_eq!(pods.len(), 2);
    for pod in pods {
        assert!(pod["owner"].as_str().unwrap().starts_with("ReplicaSet/web-"));
        let last = pod["states"].as_array().unwrap().last().unwrap();
        assert_eq!((&last["phase"], &last["finalizers"]), (&json!("Running"), &json!([])));
    }
}

#[test]
fn replaces_a_pod_that_is_deleted() {
    let trace = trace(&[(10, "kubectl delete pod -l app=web --wait=false")]);
    let pods = pods(&trace);
    assert_eq!(pods.len(), 4);
    assert_eq!(pods.iter().filter(|pod| pod["removed"].is_null()).count(), 2);
    // At once: nothing is waited for.
    assert!(pods.iter().all(|pod| pod["created"].as_f64().unwrap() < 11.0));
}

#[test]
fn reports_what_it_did() {
    let trace = trace(&[]);
    let events = trace["events"].as_array().unwrap();
    let of = |kind: &str| -> Vec<&str> {
        let own = events.iter().filter(|event| event["object"].as_str().unwrap().starts_with(kind));
        own.map(|event| event["reason"].as_str().unwrap()).collect()
    };
    assert_eq!(of("Deployment/"), ["ScalingReplicaSet"]);
    assert_eq!(of("ReplicaSet/"), ["SuccessfulCreate", "SuccessfulCreate"]);
}

/// The server takes the Deployment and refuses its Pods, until the account is there.
#[test]
fn tries_a_refused_pod_again_within_milliseconds() {
    let manifest = MANIFEST.replace("      termination", "      serviceAccountName: migrador\n      termination");
    let trace = trace_of(&manifest, &[(4, "kubectl create serviceaccount migrador")]);
    let events = trace["events"].as_array().unwrap().iter();
    let refused =
        events.filter(|event| event["reason"] == "FailedCreate").map(|event| event["count"].as_array().unwrap().len());
    assert!(refused.sum::<usize>() > 8);
    assert_eq!(pods(&trace).len(), 2);
}
