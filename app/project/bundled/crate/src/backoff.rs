//! How long to wait before the next attempt. Nothing in this file sleeps or reads a clock.

use std::time::Duration;

/// The wait after the first failure, unless a configuration says otherwise.
pub const DEFAULT_BASE: Duration = Duration::from_secs(5);

/// No wait is longer than this, unless a configuration says otherwise.
pub const DEFAULT_CAP: Duration = Duration::from_secs(6 * 60 * 60);

/// The share of a wait that jitter may move, either way: a tenth.
const JITTER_SHARE: f64 = 0.1;

/// Where the randomness of a jitter comes from.
pub trait Entropy {
    /// A number from 0 up to, but never including, 1.
    fn unit(&mut self) -> f64;
}

impl<F: FnMut() -> f64> Entropy for F {
    fn unit(&mut self) -> f64 {
        self()
    }
}

/// A splitmix64 generator: tiny, fast, and good enough to spread retries. Never use it for secrets.
#[derive(Debug, Clone)]
pub struct SplitMix(u64);

impl SplitMix {
    /// A generator that gives the same numbers for the same `seed`.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }
}

impl Entropy for SplitMix {
    fn unit(&mut self) -> f64 {
        // 53 bits are what an f64 can hold exactly; more would round up to 1.0 now and then.
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// How a wait is spread, so that messages which failed together do not come back together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Jitter {
    /// Exactly the computed wait.
    None,
    /// The computed wait, give or take a tenth.
    #[default]
    Slight,
    /// Anything from nothing to the computed wait.
    Full,
}

impl Jitter {
    /// Spreads `wait`. The result may be longer than `wait`, but never longer than `cap`.
    pub fn spread<E: Entropy>(self, wait: Duration, cap: Duration, entropy: &mut E) -> Duration {
        let factor = match self {
            Self::None => return wait.min(cap),
            Self::Slight => 1.0 - JITTER_SHARE + 2.0 * JITTER_SHARE * entropy.unit(),
            Self::Full => entropy.unit(),
        };
        wait.mul_f64(factor).min(cap)
    }
}

/// Waits that grow by a constant factor from `base`, up to `cap`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Backoff {
    base: Duration,
    factor: f64,
    cap: Duration,
    jitter: Jitter,
}

impl Default for Backoff {
    fn default() -> Self {
        Self {
            base: DEFAULT_BASE,
            factor: 2.0,
            cap: DEFAULT_CAP,
            jitter: Jitter::default(),
        }
    }
}

impl Backoff {
    /// Waits that double from `base` up to `cap`.
    pub fn doubling(base: Duration, cap: Duration) -> Self {
        Self {
            base,
            cap,
            ..Self::default()
        }
    }

    /// The same waits, spread in another way.
    #[must_use]
    pub const fn with_jitter(mut self, jitter: Jitter) -> Self {
        self.jitter = jitter;
        self
    }

    /// The longest wait there can be.
    pub const fn cap(&self) -> Duration {
        self.cap
    }

    /// The wait after `failures` failed attempts, before any jitter. Zero failures need no wait.
    ///
    /// The power is taken in floating point and capped *before* it becomes a [`Duration`]: at a few dozen
    /// failures the exact value does not fit, and `Duration::mul_f64` panics on what does not fit.
    pub fn raw_delay(&self, failures: u32) -> Duration {
        let Some(steps) = failures.checked_sub(1) else {
            return Duration::ZERO;
        };
        let seconds = self.base.as_secs_f64() * self.factor.powi(steps.min(1_000) as i32);
        if seconds.is_finite() && seconds < self.cap.as_secs_f64() {
            Duration::from_secs_f64(seconds)
        } else {
            self.cap
        }
    }

    /// The wait after `failures` failed attempts.
    ///
    /// A receiver that asked for a wait of its own (`Retry-After`) is obeyed when it asks for more than we
    /// would have waited, and never beyond the cap: a receiver must not be able to park a message for ever,
    /// nor to make us hurry.
    #[cfg(feature = "jitter")]
    pub fn next_delay<E: Entropy>(
        &self,
        failures: u32,
        asked: Option<Duration>,
        entropy: &mut E,
    ) -> Duration {
        let own = self
            .jitter
            .spread(self.raw_delay(failures), self.cap, entropy);
        match asked {
            Some(asked) if asked > own => asked.min(self.cap),
            _ => own,
        }
    }

    /// The wait after `failures` failed attempts, the same each time: built for simulations.
    #[cfg(not(feature = "jitter"))]
    pub fn next_delay<E: Entropy>(
        &self,
        failures: u32,
        asked: Option<Duration>,
        _entropy: &mut E,
    ) -> Duration {
        let own = self.raw_delay(failures);
        asked.map_or(own, |asked| asked.clamp(own, self.cap))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn doubles_until_the_cap() {
        let backoff = Backoff::doubling(SECOND, 10 * SECOND);
        let waits: Vec<u64> = (0..7).map(|n| backoff.raw_delay(n).as_secs()).collect();
        assert_eq!(waits, [0, 1, 2, 4, 8, 10, 10]);
    }

    #[test]
    fn never_overflows() {
        assert_eq!(Backoff::default().raw_delay(u32::MAX), DEFAULT_CAP);
    }

    #[test]
    fn jitter_stays_in_its_band() {
        let mut entropy = SplitMix::new(7);
        for _ in 0..1_000 {
            let wait = Jitter::Slight.spread(10 * SECOND, 60 * SECOND, &mut entropy);
            assert!(wait >= 9 * SECOND && wait <= 11 * SECOND, "{wait:?}");
            assert!(Jitter::Full.spread(SECOND, SECOND, &mut entropy) < SECOND);
        }
    }

    #[test]
    fn a_receiver_may_slow_us_down_but_not_park_us() {
        let backoff = Backoff::doubling(SECOND, 30 * SECOND).with_jitter(Jitter::None);
        let mut middle = || 0.5;
        let mut wait = |asked| backoff.next_delay(2, asked, &mut middle);
        assert_eq!(wait(Some(20 * SECOND)), 20 * SECOND);
        assert_eq!(wait(Some(900 * SECOND)), 30 * SECOND);
        assert_eq!(wait(Some(Duration::ZERO)), 2 * SECOND);
        assert_eq!(wait(None), 2 * SECOND);
    }
}
