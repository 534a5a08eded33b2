//! A Pod's STATUS column, as kubectl prints it.

use serde_json::Value;

use super::python::{equal, text, truthy};
use super::read::{Read, items, maybe, need, string};

/// The column for one state of a trace's Pod.
pub fn column(state: &Value) -> Read<Value> {
    let containers = items(need(state, "containers")?)?;
    let mut inits = Vec::new();
    let mut mains = Vec::new();
    for container in containers {
        let is_init = maybe(container, "kind")? == "init";
        if is_init { &mut inits } else { &mut mains }.push(container);
    }
    let mut reason = own_reason(state)?;
    let waiting_for_init = init_reason(&inits)?;
    let initialized = condition(state, "Initialized")? || waiting_for_init.is_none();
    if let Some(init) = waiting_for_init {
        reason = Value::from(init);
    }
    if initialized {
        reason = main_reason(state, &mains, reason)?;
    }
    if truthy(maybe(state, "deleting")?) && !has_ended(maybe(state, "phase")?) {
        let lost = maybe(state, "reason")? == "NodeLost";
        return Ok(Value::from(if lost { "Unknown" } else { "Terminating" }));
    }
    Ok(reason)
}

/// Whether a Pod's phase is one of the last ones.
pub fn has_ended(phase: &Value) -> bool {
    phase == "Succeeded" || phase == "Failed"
}

fn own_reason(state: &Value) -> Read<Value> {
    for key in ["reason", "phase"] {
        let value = maybe(state, key)?;
        if truthy(value) {
            return Ok(value.clone());
        }
    }
    Ok(Value::from("Unknown"))
}

/// What the first init container that isn't through makes of the column.
fn init_reason(inits: &[&Value]) -> Read<Option<String>> {
    for (i, container) in inits.iter().enumerate() {
        let now = maybe(container, "now")?;
        let state = of(now, "state")?;
        let exit_code = of(now, "exitCode")?;
        let through = state == "terminated" && equal(exit_code, &Value::from(0));
        let serving = truthy(maybe(container, "started")?) && state == "running";
        if through || serving {
            continue;
        }
        let reason = of(now, "reason")?;
        return Ok(Some(if state == "terminated" {
            format!("Init:{}", string(&reason_or_exit_code(now)?)?)
        } else if state == "waiting" && !reason.is_null() && reason != "PodInitializing" {
            format!("Init:{}", string(reason)?)
        } else {
            format!("Init:{i}/{}", inits.len())
        }));
    }
    Ok(None)
}

/// What the main containers make of the column, the first one having the last word.
fn main_reason(state: &Value, mains: &[&Value], before: Value) -> Read<Value> {
    let mut reason = before;
    let mut running = false;
    let mut error = None;
    for container in mains.iter().rev() {
        let now = maybe(container, "now")?;
        let doing = of(now, "state")?;
        let why = of(now, "reason")?;
        if doing == "waiting" && truthy(why) {
            reason = why.clone();
        } else if doing == "terminated" {
            reason = reason_or_exit_code(now)?;
            if truthy(of(now, "exitCode")?) {
                error = Some(reason.clone());
            }
        } else if doing == "running" && truthy(maybe(container, "ready")?) {
            running = true;
        }
    }
    if reason != "Completed" {
        return Ok(reason);
    }
    let ready = condition(state, "Ready")?;
    Ok(match error {
        _ if running && ready => Value::from("Running"),
        Some(error) => error,
        None if running => Value::from("NotReady"),
        None => reason,
    })
}

fn reason_or_exit_code(now: &Value) -> Read<Value> {
    let reason = of(now, "reason")?;
    if truthy(reason) {
        return Ok(reason.clone());
    }
    Ok(Value::from(format!("ExitCode:{}", text(of(now, "exitCode")?))))
}

/// A field of what may be absent or null as a whole.
fn of<'a>(value: &'a Value, key: &str) -> Read<&'a Value> {
    if truthy(value) { maybe(value, key) } else { Ok(&Value::Null) }
}

/// Whether the Pod's condition is `True`.
fn condition(state: &Value, kind: &str) -> Read<bool> {
    let conditions = maybe(state, "conditions")?;
    let absent = conditions.as_object().is_some_and(|all| !all.contains_key(kind));
    if absent || !truthy(conditions) {
        return Ok(false);
    }
    let condition = need(conditions, kind)?;
    items(condition)?.first().map(|status| status == "True").ok_or_else(|| format!("condition {kind} is empty"))
}
