//! Random streams: one for each purpose, so that a draw more in one place moves nothing elsewhere.
//!
//! `SplitMix64` (Steele, Lea and Flood 2014): a well-known generator of a few lines, whose output is
//! part of what a shared link means; so it is ours and never changes with a library's version.

/// One stream of random numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stream {
    state: u64,
}

/// The stream of that name under that seed.
pub fn stream(seed: u64, name: &str) -> Stream {
    // FNV-1a spreads the name over the state; the first draws mix it well.
    let mut state = 0xcbf2_9ce4_8422_2325_u64 ^ seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    for byte in name.bytes() {
        state = (state ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    let mut stream = Stream { state };
    stream.next_u64();
    stream
}

impl Stream {
    /// 64 random bits.
    pub fn next_u64(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 to `bound` − 1; 0 where `bound` is 0.
    pub fn below(&mut self, bound: u64) -> u64 {
        // The high half of a widening product: fair to one part in 2^32 for the small bounds here.
        let wide = u128::from(self.next_u64()) * u128::from(bound);
        u64::try_from(wide >> 64).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn same_name_same_numbers_other_name_other_numbers() {
        let draw = |seed, name| -> Vec<u64> {
            let mut stream = stream(seed, name);
            (0..4).map(|_| stream.next_u64()).collect()
        };
        assert_eq!(draw(7, "names"), draw(7, "names"));
        assert_ne!(draw(7, "names"), draw(8, "names"));
        assert_ne!(draw(7, "names"), draw(7, "jitter"));
    }

    #[test]
    fn stays_below_the_bound_and_reaches_all() {
        let mut stream = stream(1, "dice");
        let mut seen = [false; 6];
        for _ in 0..200 {
            let number = stream.below(6);
            let place = usize::try_from(number).ok().and_then(|place| seen.get_mut(place));
            assert!(place.is_some_and(|place| {
                *place = true;
                true
            }));
        }
        assert_eq!(seen, [true; 6]);
        assert_eq!(stream.below(0), 0);
    }
}
