//! Models `staging/src/k8s.io/apimachinery/pkg/api/resource/quantity.go@v1.37.2`, `ParseQuantity`.
//!
//! Leaves out: numbers beyond 128 bits of nano units.

use std::fmt;

/// An amount of a resource in nano units, with the family of suffixes it was written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Quantity {
    nano: i128,
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Format {
    Decimal,
    Binary,
    Exponent,
}

/// Why a text is no quantity, in the server's own words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuantityError {
    /// A character that no quantity has, or none at all.
    Format,
    /// The number itself can't be read.
    Number,
    /// The suffix is unknown; case matters.
    Suffix,
}

impl fmt::Display for QuantityError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Format => {
                "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
            }
            Self::Number => "unable to parse numeric part of quantity",
            Self::Suffix => "unable to parse quantity's suffix",
        })
    }
}

const NANO: i128 = 1_000_000_000;
const DECIMAL: [(&str, i32); 9] =
    [("n", -9), ("u", -6), ("m", -3), ("", 0), ("k", 3), ("M", 6), ("G", 9), ("T", 12), ("P", 15)];
const BINARY: [(&str, u32); 6] = [("Ki", 10), ("Mi", 20), ("Gi", 30), ("Ti", 40), ("Pi", 50), ("Ei", 60)];

impl PartialOrd for Quantity {
    /// By the amount, however it was written.
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.nano.cmp(&other.nano))
    }
}

impl Quantity {
    /// Nothing.
    pub const ZERO: Self = Self { nano: 0, format: Format::Decimal };

    /// A whole number.
    pub fn whole(number: i64) -> Self {
        Self { nano: i128::from(number) * NANO, format: Format::Decimal }
    }

    /// Reads what a manifest says.
    pub fn parse(text: &str) -> Result<Self, QuantityError> {
        let (sign, unsigned) = match text.as_bytes().first() {
            Some(b'-') => (-1, text.get(1..).unwrap_or("")),
            Some(b'+') => (1, text.get(1..).unwrap_or("")),
            _ => (1, text),
        };
        let number_end = unsigned.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(unsigned.len());
        let (number, suffix) = unsigned.split_at(number_end);
        let suffix_letters = suffix.trim_start_matches(|c: char| "eEinumkKMGTP".contains(c));
        let exponent_digits = suffix_letters.trim_start_matches(['+', '-']);
        let well_formed = !unsigned.is_empty()
            && suffix_letters.len() - exponent_digits.len() <= 1
            && exponent_digits.chars().all(|c| c.is_ascii_digit());
        if !well_formed {
            return Err(QuantityError::Format);
        }
        if number.matches('.').count() > 1 || number == "." {
            return Err(QuantityError::Number);
        }
        let (format, multiplier) = multiplier(suffix).ok_or(QuantityError::Suffix)?;
        let mut nano = scale(number, multiplier);
        if format == Format::Binary {
            nano = nano.min(i128::from(i64::MAX) * NANO);
        }
        Ok(Self { nano: sign * nano, format })
    }

    /// Whether the server takes it for a whole number: of the thousandths it looks at 64 bits.
    pub fn seems_whole(self) -> bool {
        let bits = self.milli().rem_euclid(1 << 64);
        // Past the middle they are a negative number.
        let thousandths = if bits >> 63 == 0 { bits } else { bits - (1 << 64) };
        thousandths % 1_000 == 0
    }

    /// The amount in thousandths, rounded up; how CPU is counted.
    pub fn milli(self) -> i128 {
        self.nano.div_euclid(1_000_000) + i128::from(self.nano.rem_euclid(1_000_000) != 0)
    }

    /// The amount in whole units, rounded up; how memory is counted.
    pub fn units(self) -> i128 {
        self.nano.div_euclid(NANO) + i128::from(self.nano.rem_euclid(NANO) != 0)
    }

    /// The sum of two amounts, in the first one's family of suffixes; in the second one's if the first is nothing.
    pub fn sum(a: Option<Self>, b: Option<Self>) -> Option<Self> {
        match (a, b) {
            (Some(a), Some(b)) => {
                let format = if a.is_zero() { b.format } else { a.format };
                Some(Self { nano: a.nano.saturating_add(b.nano), format })
            }
            (one, other) => one.or(other),
        }
    }

    /// As whole units in the other one's family of suffixes, if that is another.
    #[must_use]
    pub fn written_like(self, other: Self) -> Self {
        if self.format == other.format { self } else { Self { nano: self.units() * NANO, format: other.format } }
    }

    /// Whether it is nothing.
    pub fn is_zero(self) -> bool {
        self.nano == 0
    }

    /// Whether it is below zero.
    pub fn is_negative(self) -> bool {
        self.nano < 0
    }

    /// Whether it has no fraction.
    pub fn is_whole(self) -> bool {
        self.nano.rem_euclid(NANO) == 0
    }
}

/// What a suffix multiplies by: decimal power or binary power.
#[derive(Clone, Copy)]
enum Multiplier {
    Ten(i32),
    Two(u32),
}

fn multiplier(suffix: &str) -> Option<(Format, Multiplier)> {
    if let Some((_, power)) = DECIMAL.iter().find(|(name, _)| *name == suffix) {
        return Some((Format::Decimal, Multiplier::Ten(*power)));
    }
    if suffix == "E" {
        return Some((Format::Decimal, Multiplier::Ten(18)));
    }
    if let Some((_, power)) = BINARY.iter().find(|(name, _)| *name == suffix) {
        return Some((Format::Binary, Multiplier::Two(*power)));
    }
    let exponent: i32 = suffix.strip_prefix(['e', 'E'])?.parse().ok()?;
    Some((Format::Exponent, Multiplier::Ten(exponent)))
}

/// The number times the multiplier in nano units, rounded away from zero, saturating.
fn scale(number: &str, multiplier: Multiplier) -> i128 {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits: String = whole.chars().chain(fraction.chars()).take(36).collect();
    let mantissa: i128 = digits.parse().unwrap_or(0);
    let kept_fraction = digits.len().saturating_sub(whole.len());
    let dropped_whole = whole.len().saturating_sub(36);
    let scale_of = |power: i32| {
        power + 9 + i32::try_from(dropped_whole).unwrap_or(i32::MAX / 2) - i32::try_from(kept_fraction).unwrap_or(0)
    };
    match multiplier {
        Multiplier::Ten(power) => times_ten(mantissa, scale_of(power)),
        Multiplier::Two(power) => times_ten(mantissa.saturating_mul(1_i128 << power), scale_of(0)),
    }
}

fn times_ten(mantissa: i128, power: i32) -> i128 {
    if mantissa == 0 {
        return 0;
    }
    if power >= 0 {
        let factor = 10_i128.checked_pow(power.unsigned_abs());
        return factor.and_then(|factor| mantissa.checked_mul(factor)).unwrap_or(i128::MAX / 2);
    }
    match 10_i128.checked_pow(power.unsigned_abs()) {
        Some(divisor) => mantissa / divisor + i128::from(mantissa % divisor != 0),
        None => 1,
    }
}

impl fmt::Display for Quantity {
    /// The canonical form: the smallest whole mantissa with the largest suffix of the same family.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.nano == 0 {
            return f.write_str("0");
        }
        if self.format == Format::Binary && self.is_whole() && self.nano.abs() >= 1024 * NANO {
            let units = self.nano / NANO;
            let step = BINARY.iter().rev().find(|(_, power)| units % (1_i128 << power) == 0);
            return match step {
                Some((suffix, power)) => write!(f, "{}{suffix}", units / (1_i128 << power)),
                None => write!(f, "{units}"),
            };
        }
        let mut mantissa = self.nano;
        let mut power = -9;
        while power < 18 && mantissa % 1000 == 0 {
            mantissa /= 1000;
            power += 3;
        }
        if self.format == Format::Exponent && power != 0 {
            return write!(f, "{mantissa}e{power}");
        }
        let suffix = if power == 18 { "E" } else { DECIMAL.iter().find(|(_, p)| *p == power).map_or("", |(s, _)| s) };
        write!(f, "{mantissa}{suffix}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canonical(text: &str) -> String {
        Quantity::parse(text).map_or_else(|error| error.to_string(), |quantity| quantity.to_string())
    }

    #[test]
    fn writes_the_canonical_form() {
        for (text, want) in [
            ("1024Mi", "1Gi"),
            ("0.5", "500m"),
            ("1000m", "1"),
            ("1500m", "1500m"),
            ("1.5Gi", "1536Mi"),
            ("0.1", "100m"),
            ("1e3", "1e3"),
            ("128974848", "128974848"),
            ("0", "0"),
            ("2", "2"),
            ("100k", "100k"),
            ("-1", "-1"),
            ("1E", "1E"),
        ] {
            assert_eq!(canonical(text), want, "{text}");
        }
    }

    #[test]
    fn refuses_in_the_servers_words() {
        assert_eq!(Quantity::parse("100MB"), Err(QuantityError::Format));
        assert_eq!(Quantity::parse("1 Gi"), Err(QuantityError::Format));
        assert_eq!(Quantity::parse(""), Err(QuantityError::Format));
        assert_eq!(Quantity::parse("1K"), Err(QuantityError::Suffix));
        assert_eq!(Quantity::parse("100mi"), Err(QuantityError::Suffix));
        assert_eq!(Quantity::parse("1.2.3"), Err(QuantityError::Number));
    }

    #[test]
    fn amounts_are_compared_and_summed_however_they_were_written() {
        let of = |text| Quantity::parse(text).expect("a quantity");
        assert!(of("1Gi") > of("1G") && of("1000m") <= of("1"));
        let sum = |a, b| Quantity::sum(Some(of(a)), Some(of(b))).map(|sum| sum.to_string());
        assert_eq!(sum("1Gi", "1G").as_deref(), Some("2073741824"));
        assert_eq!(sum("0", "64Mi").as_deref(), Some("64Mi"));
        assert_eq!(Quantity::whole(3).to_string(), "3");
    }

    #[test]
    fn counts_cpu_and_memory() {
        assert_eq!(Quantity::parse("250m").map(Quantity::milli), Ok(250));
        assert_eq!(Quantity::parse("1Ki").map(Quantity::units), Ok(1024));
        assert_eq!(Quantity::parse("999999999999999999999999999999999999999E").map(Quantity::is_negative), Ok(false));
    }
}
