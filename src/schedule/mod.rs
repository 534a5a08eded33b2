//! Models `github.com/robfig/cron/v3@v3.0.1`: when a `CronJob`'s schedule fires.
//!
//! Leaves out: seconds as a field and `@reboot`, which Kubernetes' parser refuses too.

mod calendar;
mod duration;
mod parser;
mod zone;

pub use calendar::{SECONDS_A_DAY, civil_from_days, days_from_civil};
pub use zone::Zone;

use calendar::weekday;

const MINUTE: i64 = 60;
const HOUR: i64 = 3_600;
/// Years that a search for the next firing goes on.
const YEARS: i64 = 5;

/// A schedule that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schedule {
    zone: Zone,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// `@every`: so long after the last time.
    Every {
        seconds: i64,
    },
    Fields(Fields),
}

/// The values at which it fires, a bit each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Fields {
    minute: u64,
    hour: u64,
    day: u64,
    month: u64,
    weekday: u64,
    /// Whether day or weekday is a star: then both must fit, otherwise either is enough.
    has_star: bool,
}

impl Schedule {
    /// Reads a schedule, with its zone in front of it (`TZ=Europe/Madrid 0 13 * * *`) or without: UTC.
    ///
    /// # Errors
    /// The parser's own words about the first mistake.
    pub fn parse(text: &str) -> Result<Self, String> {
        parser::parse(text)
    }

    /// The first firing after that instant, both in seconds since 1970; none within five years.
    pub fn next(&self, after: i64) -> Option<i64> {
        match &self.kind {
            Kind::Every { seconds } => Some(after.saturating_add(*seconds)),
            Kind::Fields(fields) => fields.next(&self.zone, after),
        }
    }
}

impl Fields {
    /// Walks forwards in steps that stop short of every change of the clocks: hours towards the right day and hour,
    /// minutes within the hour.
    fn next(&self, zone: &Zone, after: i64) -> Option<i64> {
        let mut at = (after.div_euclid(MINUTE) + 1) * MINUTE;
        let (last_year, _, _) = civil_from_days((after + zone.offset_at(after)).div_euclid(SECONDS_A_DAY));
        loop {
            let local = at + zone.offset_at(at);
            let (days, second) = (local.div_euclid(SECONDS_A_DAY), local.rem_euclid(SECONDS_A_DAY));
            let (year, month, day) = civil_from_days(days);
            if year > last_year + YEARS {
                return None;
            }
            at += if !holds(self.month, month) && day < 27 {
                // A whole day short of the next month's first, whatever the clocks do.
                (27 - day) * SECONDS_A_DAY
            } else if !holds(self.month, month) || !self.fits(day, weekday(days)) {
                let hour = second / HOUR;
                if hour < 20 { (20 - hour) * HOUR - second % HOUR } else { HOUR - second % HOUR }
            } else if !holds(self.hour, second / HOUR) {
                HOUR - second % HOUR
            } else if !holds(self.minute, second % HOUR / MINUTE) {
                MINUTE
            } else {
                return Some(at);
            };
        }
    }

    fn fits(&self, day: i64, weekday: i64) -> bool {
        let (day, weekday) = (holds(self.day, day), holds(self.weekday, weekday));
        if self.has_star { day && weekday } else { day || weekday }
    }
}

fn holds(bits: u64, value: i64) -> bool {
    bits >> value & 1 == 1
}
