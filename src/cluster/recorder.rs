//! Models `client-go/tools/record/events_cache.go@v1.37.2` (counts, aggregation, the spam filter)
//! and `client-go/tools/events` (the scheduler's series).
//!
//! Leaves out: the event's time to live of one hour.

use super::store::{Oid, Store};
use crate::api::{Event, Object};
use crate::because::Because;
use std::collections::BTreeMap;
use std::rc::Rc;

/// Distinct messages of one reason that are kept apart: `defaultAggregateMaxEvents`.
const AGGREGATE_AFTER: usize = 10;
/// Within which they are counted: `defaultAggregateIntervalInSeconds`.
const AGGREGATE_WINDOW_MS: u64 = 600_000;
/// Events about one object that may come in a burst: `defaultSpamBurst`.
const SPAM_BURST: u64 = 25;
/// After which one more is allowed: `defaultSpamQPS` = 1/300.
const SPAM_REFILL_MS: u64 = 300_000;
/// Within which the scheduler counts repeats as a series: `finishTime`.
const SERIES_WINDOW_MS: u64 = 360_000;

/// What a component wants to report.
#[derive(Debug, Clone)]
pub struct Report {
    /// The object that it is about.
    pub about: Oid,
    /// The container's place, such as `spec.containers{main}`.
    pub field_path: Rc<str>,
    /// Whether it is a Warning.
    pub warning: bool,
    /// Short reason.
    pub reason: &'static str,
    /// The sentence.
    pub message: Rc<str>,
    /// Component that reports.
    pub component: &'static str,
    /// Node of a kubelet.
    pub host: Rc<str>,
}

impl Report {
    /// One that is about an object as a whole, from a component of the control plane.
    pub fn of(
        component: &'static str,
        about: Oid,
        warning: bool,
        reason: &'static str,
        message: impl Into<Rc<str>>,
    ) -> Self {
        let nothing: Rc<str> = Rc::from("");
        let message = message.into();
        Self { about, field_path: Rc::clone(&nothing), warning, reason, message, component, host: nothing }
    }
}

/// Which events are alike: source, type and reason, about one object.
type Alike = (&'static str, bool, &'static str);

#[derive(Debug, Clone, Default)]
struct Aggregate {
    messages: Vec<Rc<str>>,
    last_ms: u64,
    /// The event that stands for all further ones.
    combined: Option<Oid>,
    /// Events by field path and message, for their counts.
    single: Vec<(Rc<str>, Rc<str>, Oid)>,
}

#[derive(Debug, Clone)]
struct Bucket {
    tokens: u64,
    /// When the tokens were last brought up to date.
    filled_ms: u64,
}

/// What is remembered of the events about one object. They are of a handful of sorts, so lists do.
#[derive(Debug, Clone, Default)]
struct Memory {
    aggregates: Vec<(Alike, Aggregate)>,
    buckets: Vec<((&'static str, bool), Bucket)>,
}

/// Counts, merges and drops events as the clients of the API do.
#[derive(Debug, Clone, Default)]
pub struct Recorder {
    memories: BTreeMap<Oid, Rc<Memory>>,
    sequence: u64,
}

impl Recorder {
    /// Forgets an object about which nothing more will be reported.
    pub fn forget(&mut self, about: Oid) {
        self.memories.remove(&about);
    }

    /// Reports through the core/v1 recorder, as controllers and the kubelet do.
    pub fn report(&mut self, store: &mut Store, now_ms: u64, report: Report) {
        self.report_because(store, now_ms, report, Because::Reported);
    }

    /// Reports what no other change will tell of.
    pub fn report_because(&mut self, store: &mut Store, now_ms: u64, report: Report, because: Because) {
        let memory = Rc::make_mut(self.memories.entry(report.about).or_default());
        let allowed = memory.allows(&report, now_ms);
        let aggregate = memory.aggregate(&report);
        if now_ms.saturating_sub(aggregate.last_ms) > AGGREGATE_WINDOW_MS {
            *aggregate = Aggregate::default();
        }
        aggregate.last_ms = now_ms;
        if !aggregate.messages.contains(&report.message) && aggregate.messages.len() < AGGREGATE_AFTER {
            aggregate.messages.push(Rc::clone(&report.message));
        }
        if !allowed {
            return;
        }
        let combined = aggregate.messages.len() >= AGGREGATE_AFTER;
        let known = if combined {
            aggregate.combined
        } else {
            aggregate
                .single
                .iter()
                .find(|(path, message, _)| *path == report.field_path && *message == report.message)
                .map(|(_, _, oid)| *oid)
        };
        let message = if combined {
            Rc::from(format!("(combined from similar events): {}", report.message))
        } else {
            Rc::clone(&report.message)
        };
        if let Some(oid) = known
            && count_again(store, now_ms, oid, &message, because.clone())
        {
            return;
        }
        let (path, plain) = (Rc::clone(&report.field_path), Rc::clone(&report.message));
        let told = Told { message, series: false, because };
        let Some(oid) = create(&mut self.sequence, store, now_ms, report, told) else { return };
        if combined {
            aggregate.combined = Some(oid);
        } else {
            aggregate.single.push((path, plain, oid));
        }
    }

    /// Reports through the events.k8s.io recorder, as the scheduler does: repeats within six minutes
    /// become a series that keeps the first text, and whose count grows once.
    pub fn report_series(&mut self, store: &mut Store, now_ms: u64, report: Report) {
        let memory = Rc::make_mut(self.memories.entry(report.about).or_default());
        let aggregate = memory.aggregate(&report);
        let known = aggregate.combined.filter(|_| now_ms.saturating_sub(aggregate.last_ms) <= SERIES_WINDOW_MS);
        aggregate.last_ms = now_ms;
        if let Some(oid) = known {
            let repeated = store.get(oid).and_then(Object::as_event);
            if let Some(text) = repeated.filter(|event| event.count == 1).map(|event| Rc::clone(&event.message)) {
                count_again(store, now_ms, oid, &text, Because::Reported);
            }
            return;
        }
        let told = Told { message: Rc::clone(&report.message), series: true, because: Because::Reported };
        aggregate.combined = create(&mut self.sequence, store, now_ms, report, told);
    }
}

impl Memory {
    fn aggregate(&mut self, report: &Report) -> &mut Aggregate {
        let alike = (report.component, report.warning, report.reason);
        let place = self.aggregates.iter().position(|(other, _)| *other == alike);
        let place = place.unwrap_or_else(|| {
            self.aggregates.push((alike, Aggregate::default()));
            self.aggregates.len() - 1
        });
        &mut self.aggregates[place].1
    }

    /// Takes a token of the bucket for this source and type.
    fn allows(&mut self, report: &Report, now_ms: u64) -> bool {
        let key = (report.component, report.warning);
        let place = self.buckets.iter().position(|(other, _)| *other == key);
        let place = place.unwrap_or_else(|| {
            self.buckets.push((key, Bucket { tokens: SPAM_BURST, filled_ms: now_ms }));
            self.buckets.len() - 1
        });
        let bucket = &mut self.buckets[place].1;
        let refills = now_ms.saturating_sub(bucket.filled_ms) / SPAM_REFILL_MS;
        bucket.tokens = (bucket.tokens + refills).min(SPAM_BURST);
        bucket.filled_ms += refills * SPAM_REFILL_MS;
        let allowed = bucket.tokens > 0;
        bucket.tokens = bucket.tokens.saturating_sub(1);
        allowed
    }
}

fn count_again(store: &mut Store, now_ms: u64, oid: Oid, message: &Rc<str>, because: Because) -> bool {
    let Some(old) = store.get(oid).and_then(Object::as_event) else { return false };
    let mut event = Event::clone(old);
    event.count = event.count.saturating_add(1);
    event.message = Rc::clone(message);
    event.last = store.timestamp(now_ms);
    event.resource_version = store.next_revision();
    store.update(now_ms, oid, Object::Event(Rc::new(event)), because);
    true
}

/// What becomes of a report: an event of its own.
struct Told {
    /// The text, which may stand for several.
    message: Rc<str>,
    /// Whether it may become a series.
    series: bool,
    because: Because,
}

fn create(sequence: &mut u64, store: &mut Store, now_ms: u64, report: Report, told: Told) -> Option<Oid> {
    let Told { message, series, because } = told;
    let about = store.get(report.about)?;
    let about_kind = about.kind();
    let metadata = Rc::clone(about.metadata()?);
    *sequence += 1;
    // The sequence keeps events of one millisecond apart.
    let stamp = store.unix_ms(now_ms).unsigned_abs() * 1_000_000 + *sequence % 1_000_000;
    let now = store.timestamp(now_ms);
    let event = Event {
        resource_version: store.next_revision(),
        stamp,
        namespace: Rc::clone(&metadata.namespace),
        about_kind,
        about_name: Rc::clone(&metadata.name),
        about_uid: Rc::clone(&metadata.uid),
        field_path: report.field_path,
        warning: report.warning,
        reason: report.reason,
        message,
        component: report.component,
        host: report.host,
        first: now,
        last: now,
        count: 1,
        series,
    };
    Some(store.create(now_ms, Object::Event(Rc::new(event)), because))
}
