//! Schedules against the recorded answers of the real parser (`tests/conformance/cron/next.json`).
#![allow(clippy::unwrap_used, clippy::expect_used)]

use job_lab::api::Timestamp;
use job_lab::schedule::Schedule;
use serde_json::Value;

/// Zones whose rules changed after the instant that is asked about: only today's rules are carried.
const OLD_RULES: [(&str, &str); 5] = [
    ("America/Asuncion", "2023-09-29T12:00:00Z"),
    ("America/Asuncion", "2024-03-22T12:00:00Z"),
    ("America/Sao_Paulo", "2018-11-02T12:00:00Z"),
    ("America/Sao_Paulo", "2019-02-15T12:00:00Z"),
    ("America/Mexico_City", "2022-10-29T00:00:00Z"),
];

fn text<'a>(case: &'a Value, field: &str) -> &'a str {
    case.get(field).and_then(Value::as_str).unwrap_or("")
}

/// What the case's schedule answers: its firings, or the error.
fn answer(case: &Value) -> Result<Vec<String>, String> {
    let (schedule, zone) = (text(case, "expr"), text(case, "timeZone"));
    // As `CronJobSpec::zoned_schedule` has it.
    let zoned = if zone.is_empty() || schedule.contains("TZ") { schedule } else { &format!("TZ={zone} {schedule}") };
    let schedule = Schedule::parse(zoned)?;
    let wanted = case.get("next").and_then(Value::as_array).map_or(0, Vec::len);
    // Fractions of a second are cut, as the controller's clock does before it asks.
    let from = text(case, "from").split(['.', 'Z']).next().unwrap();
    let mut at = Timestamp::parse(&format!("{from}Z")).map_or(0, |from| from.0);
    let mut firings = Vec::new();
    while firings.len() <= wanted {
        let Some(next) = schedule.next(at) else { break };
        at = next;
        firings.push(Timestamp(at).to_string());
    }
    Ok(firings)
}

#[test]
fn fire_when_the_real_ones_fire() {
    let cases: Vec<Value> = serde_json::from_str(include_str!("conformance/cron/next.json")).unwrap();
    let mut failures = Vec::new();
    for case in &cases {
        // What the field `timeZone` refuses is the validation's matter.
        if case.get("errorFrom").is_some() {
            continue;
        }
        let old = OLD_RULES.contains(&(text(case, "timeZone"), text(case, "from")));
        let agrees = match (answer(case), case.get("error").and_then(Value::as_str)) {
            (Err(mine), Some(theirs)) => mine == theirs,
            (Ok(mine), None) => {
                let theirs: Vec<&str> =
                    case["next"].as_array().unwrap().iter().map(|next| next.as_str().unwrap()).collect();
                // Eight were recorded; fewer mean that there are no more.
                if theirs.len() < 8 { mine == theirs } else { mine.iter().take(8).eq(theirs.iter()) }
            }
            _ => false,
        };
        if agrees == old {
            failures.push(format!("{case}\n  mine: {:?}", answer(case)));
        }
    }
    assert!(failures.is_empty(), "{} of {} differ:\n{}", failures.len(), cases.len(), failures.join("\n"));
}
