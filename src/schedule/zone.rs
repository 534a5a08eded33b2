//! Models `time.LoadLocation` of Go with the tz database: how far a zone's clocks are from UTC.
//!
//! Leaves out: the history of zones. Each has the rule that its entry ends with, which holds from 2026 on,
//! and is taken to have held before.

use super::calendar::{SECONDS_A_DAY, civil_from_days, days_from_civil, weekday};

/// A line an area and a rule: `Europe 60,120,3.5.0/120,10.5.0/180 Madrid Paris …`; `-` for names without an area.
/// The rule's numbers are minutes east of UTC, and the minute of the local day at which the clocks change.
const ZONES: &str = include_str!("zones.txt");

/// A time zone with the rule by which its clocks are set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Zone {
    /// Standard time, in seconds east of UTC.
    standard: i64,
    /// Summer time: its offset, when it begins and when it ends.
    summer: Option<(i64, Change, Change)>,
}

/// When the clocks change each year: a weekday of a month, and the second of the local day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Change {
    month: i64,
    /// 1 to 4: the first to the fourth such weekday; 5: the last.
    week: i64,
    /// 0 is Sunday.
    weekday: i64,
    second: i64,
}

impl Zone {
    /// Universal time.
    pub const UTC: Self = Self { standard: 0, summer: None };

    /// The zone of that name; upper and lower case matter.
    pub fn find(name: &str) -> Option<Self> {
        let (area, place) = name.rsplit_once('/').unwrap_or(("-", name));
        // `-` stands for no area only in the table.
        if place.is_empty() || name.starts_with("-/") {
            return None;
        }
        ZONES.lines().find_map(|line| {
            let mut words = line.split(' ');
            let (known, rule) = (words.next()?, words.next()?);
            (known == area && words.any(|known| known == place)).then(|| Self::from_rule(rule)).flatten()
        })
    }

    fn from_rule(rule: &str) -> Option<Self> {
        let mut parts = rule.split(',');
        let mut minutes = || parts.next().map(str::parse::<i64>);
        let standard = minutes()?.ok()? * 60;
        let Some(offset) = minutes() else { return Some(Self { standard, summer: None }) };
        let offset = offset.ok()? * 60;
        let (begin, end) = (Change::read(parts.next()?)?, Change::read(parts.next()?)?);
        Some(Self { standard, summer: Some((offset, begin, end)) })
    }

    /// Seconds east of UTC at that instant, given in seconds since 1970.
    pub fn offset_at(&self, unix: i64) -> i64 {
        let Some((summer, begin, end)) = self.summer else { return self.standard };
        let (year, _, _) = civil_from_days((unix + self.standard).div_euclid(SECONDS_A_DAY));
        let begins = begin.unix(year) - self.standard;
        let ends = end.unix(year) - summer;
        // South of the equator summer lasts over the turn of the year.
        let in_summer = if begins < ends { begins <= unix && unix < ends } else { !(ends <= unix && unix < begins) };
        if in_summer { summer } else { self.standard }
    }
}

impl Change {
    /// Reads `3.5.0/120`.
    fn read(text: &str) -> Option<Self> {
        let (date, minute) = text.split_once('/')?;
        let mut date = date.split('.').map(str::parse::<i64>);
        Some(Self {
            month: date.next()?.ok()?,
            week: date.next()?.ok()?,
            weekday: date.next()?.ok()?,
            second: minute.parse::<i64>().ok()? * 60,
        })
    }

    /// The change of that year, as if local time were UTC.
    fn unix(self, year: i64) -> i64 {
        let first = days_from_civil(year, self.month, 1);
        let (next_year, next_month) = if self.month == 12 { (year + 1, 1) } else { (year, self.month + 1) };
        let length = days_from_civil(next_year, next_month, 1) - first;
        let mut day = (self.weekday - weekday(first)).rem_euclid(7) + (self.week - 1) * 7;
        if day >= length {
            day -= 7;
        }
        (first + day) * SECONDS_A_DAY + self.second
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hours(name: &str, unix: i64) -> Option<i64> {
        Zone::find(name).map(|zone| zone.offset_at(unix) / 3600)
    }

    #[test]
    fn knows_the_names_of_zones() {
        for known in ["Europe/Madrid", "CET", "America/Argentina/Salta", "Etc/GMT+12", "UTC"] {
            assert!(Zone::find(known).is_some(), "{known}");
        }
        for unknown in ["Europe/Barcelona", "europe/madrid", "", "-", "-/CET", "America/Argentina", "60", "Europe/60"] {
            assert_eq!(Zone::find(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn every_line_of_the_table_is_read() {
        for line in ZONES.lines() {
            let rule = line.split(' ').nth(1).unwrap_or_default();
            assert!(Zone::from_rule(rule).is_some(), "{line}");
        }
    }

    #[test]
    fn changes_the_clocks_at_the_right_second() {
        // 2026-03-29T01:00:00Z and 2026-10-25T01:00:00Z.
        assert_eq!([1_774_745_999, 1_774_746_000].map(|unix| hours("Europe/Madrid", unix)), [Some(1), Some(2)]);
        assert_eq!([1_792_889_999, 1_792_890_000].map(|unix| hours("Europe/Madrid", unix)), [Some(2), Some(1)]);
        // Southern summer, and a zone without.
        assert_eq!(hours("Pacific/Auckland", 1_767_225_600), Some(13));
        assert_eq!(hours("America/Bogota", 1_767_225_600), Some(-5));
    }
}
