//! Numbers that look random, from a seed that the test prints: the same seed gives the same numbers.

use std::time::Duration;

/// Where the numbers come from (Marsaglia's xorshift64*).
pub struct Random(u64);

impl Random {
    /// From the seed that the test names in `SEED`.
    pub fn from_environment() -> Random {
        let seed = std::env::var("SEED").expect("SEED is set");
        Random::new(seed.parse().expect("SEED is a number"))
    }

    /// From a seed.
    pub fn new(seed: u64) -> Random {
        let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        // The first numbers of seeds that are close are close.
        for _ in 0..8 {
            random.below(2);
        }
        random
    }

    /// A number below the limit.
    pub fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 11) % limit
    }

    /// A duration below the limit. Half of them are below a tenth of it, since much happens early.
    pub fn moment(&mut self, limit: Duration) -> Duration {
        let limit = limit.as_micros() as u64;
        let limit = if self.below(2) == 0 { limit / 10 } else { limit };
        Duration::from_micros(self.below(limit))
    }
}
