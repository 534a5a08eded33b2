//! Models `staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/time.go@v1.37.2`: whole seconds, UTC.

use crate::schedule::{SECONDS_A_DAY, civil_from_days, days_from_civil};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;

/// An instant as the API stores it: whole seconds since 1970-01-01T00:00:00Z, truncated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// Go's zero time, which stands for no time at all and is `null` in JSON.
    pub const ZERO: Self = Self(-62_135_596_800);

    /// The instant of a wall clock in milliseconds since 1970, truncated to its second.
    pub fn from_unix_ms(unix_ms: i64) -> Self {
        Self(unix_ms.div_euclid(1000))
    }

    /// Milliseconds since 1970.
    pub fn unix_ms(self) -> i64 {
        self.0 * 1000
    }

    /// Reads `2026-01-31T09:05:00Z`, the only form that the API itself writes.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.strip_suffix('Z')?.splitn(2, 'T');
        let (date, time) = (parts.next()?, parts.next()?);
        let mut date = date.splitn(3, '-').map(str::parse::<i64>);
        let (year, month, day) = (date.next()?.ok()?, date.next()?.ok()?, date.next()?.ok()?);
        let mut time = time.splitn(3, ':').map(str::parse::<i64>);
        let (hour, minute, second) = (time.next()?.ok()?, time.next()?.ok()?, time.next()?.ok()?);
        let plausible = (1..=12).contains(&month)
            && (1..=31).contains(&day)
            && (0..24).contains(&hour)
            && (0..60).contains(&minute)
            && (0..61).contains(&second);
        plausible.then(|| Self(days_from_civil(year, month, day) * SECONDS_A_DAY + hour * 3600 + minute * 60 + second))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = civil_from_days(self.0.div_euclid(SECONDS_A_DAY));
        let second = self.0.rem_euclid(SECONDS_A_DAY);
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if *self == Self::ZERO { serializer.serialize_none() } else { serializer.collect_str(self) }
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| de::Error::custom(format!("no RFC 3339 time: {text}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_and_reads_the_same_instant() {
        for text in ["1970-01-01T00:00:00Z", "2000-02-29T23:59:59Z", "2026-11-23T20:19:00Z", "2100-03-01T00:00:00Z"] {
            assert_eq!(Timestamp::parse(text).map(|t| t.to_string()).as_deref(), Some(text));
        }
    }

    #[test]
    fn the_zero_time_is_the_first_of_all_and_null_in_json() {
        assert_eq!(Timestamp::ZERO.to_string(), "0001-01-01T00:00:00Z");
        assert_eq!(serde_json::to_string(&Timestamp::ZERO).ok().as_deref(), Some("null"));
    }

    #[test]
    fn truncates_to_whole_seconds() {
        assert_eq!(Timestamp::from_unix_ms(1_999), Timestamp(1));
        assert_eq!(Timestamp::from_unix_ms(-1), Timestamp(-1));
    }

    #[test]
    fn refuses_what_is_no_time() {
        for text in ["", "2026", "2026-13-01T00:00:00Z", "2026-01-01T00:00:00", "2026-01-01Tx:00:00Z"] {
            assert_eq!(Timestamp::parse(text), None, "{text}");
        }
    }
}
