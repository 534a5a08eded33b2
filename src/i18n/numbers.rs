//! Instants and durations as people read them.

use super::Language;

/// The clock of the transport: `00:37.2`, from an hour on `1:02:03.4`.
pub fn clock(ms: u64) -> String {
    let (hours, minutes, seconds, tenths) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1_000 % 60, ms / 100 % 10);
    if hours == 0 {
        format!("{minutes:02}:{seconds:02}.{tenths}")
    } else {
        format!("{hours}:{minutes:02}:{seconds:02}.{tenths}")
    }
}

/// An instant in a list: `0:37`, `12:05`, `1:02:03`.
pub fn offset(ms: u64) -> String {
    let (hours, minutes, seconds) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1_000 % 60);
    if hours == 0 { format!("{minutes}:{seconds:02}") } else { format!("{hours}:{minutes:02}:{seconds:02}") }
}

/// A duration in a sentence: `0,3 s`, `10 s`, `1 min 20 s`, `2 h 5 min`.
pub fn duration(language: Language, ms: u64) -> String {
    let tenths = (ms + 50) / 100;
    if tenths < 600 {
        let comma = match language {
            Language::Es => ',',
            Language::En => '.',
        };
        return match tenths % 10 {
            0 => format!("{} s", tenths / 10),
            part => format!("{}{comma}{part} s", tenths / 10),
        };
    }
    let seconds = tenths / 10;
    let parts = [(seconds / 3_600, "h"), (seconds / 60 % 60, "min"), (seconds % 60, "s")];
    let words: Vec<String> = parts
        .into_iter()
        .filter(|&(amount, _)| amount > 0)
        .take(2)
        .map(|(amount, unit)| format!("{amount} {unit}"))
        .collect();
    words.join(" ")
}

/// A duration on a card, as short as kubectl's ages: `7s`, `1m20s`, `2h5m`.
pub fn short_duration(ms: u64) -> String {
    let seconds = ms / 1_000;
    match seconds {
        0..60 => format!("{seconds}s"),
        60..3_600 if seconds.is_multiple_of(60) => format!("{}m", seconds / 60),
        60..3_600 => format!("{}m{}s", seconds / 60, seconds % 60),
        _ => format!("{}h{}m", seconds / 3_600, seconds / 60 % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::{clock, duration, offset, short_duration};
    use crate::i18n::Language::{En, Es};

    #[test]
    fn instants() {
        assert_eq!(clock(37_249), "00:37.2");
        assert_eq!(clock(3_723_400), "1:02:03.4");
        assert_eq!(offset(725_999), "12:05");
        assert_eq!(offset(3_723_400), "1:02:03");
    }

    #[test]
    fn durations() {
        assert_eq!(duration(Es, 310), "0,3 s");
        assert_eq!(duration(En, 1_500), "1.5 s");
        assert_eq!(duration(Es, 10_000), "10 s");
        assert_eq!(duration(Es, 59_990), "1 min");
        assert_eq!(duration(Es, 80_000), "1 min 20 s");
        assert_eq!(duration(Es, 600_000), "10 min");
        assert_eq!(duration(En, 7_505_000), "2 h 5 min");
        assert_eq!(short_duration(80_400), "1m20s");
        assert_eq!(short_duration(7_505_000), "2h5m");
    }
}
