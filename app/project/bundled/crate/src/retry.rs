// SPDX-License-Identifier: MIT

//! Whether a failed attempt is worth another one, and when that should be.
//!
//! The state of a message between two attempts is a [`Retry`]. It is a value: it owns no timer and no
//! connection, so it can be stored beside the message and picked up by another worker after a crash.

use std::{fmt, num::NonZeroU32, time::Duration};

use crate::{
    backoff::{Backoff, Entropy},
    clock::Moment,
};

/// What a failure says about the next attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// May work later: the receiver was away, overloaded or slow.
    Retryable {
        /// The wait that the receiver asked for, if it named one.
        after: Option<Duration>,
    },
    /// Will not work later either: the request itself was refused.
    Fatal,
}

impl Class {
    /// Retryable, and the receiver did not say when.
    pub const SOON: Self = Self::Retryable { after: None };

    /// What an HTTP status says.
    ///
    /// Most client errors are fatal: the same bytes will be refused again. The exceptions are timeouts and
    /// rate limits, which are about now and not about us. `410 Gone` is a receiver's explicit farewell.
    pub const fn of_status(status: u16, after: Option<Duration>) -> Self {
        match status {
            408 | 425 => Self::SOON,
            429 | 503 => Self::Retryable { after },
            400..=499 => Self::Fatal,
            _ => Self::SOON,
        }
    }
}

/// A failure that knows whether trying again makes sense.
pub trait Classify {
    /// What this failure says about the next attempt.
    fn class(&self) -> Class;

    /// Whether there is any point in another attempt.
    fn is_fatal(&self) -> bool {
        matches!(self.class(), Class::Fatal)
    }
}

impl<E: Classify + ?Sized> Classify for &E {
    fn class(&self) -> Class {
        (**self).class()
    }
}

impl<E: Classify + ?Sized> Classify for Box<E> {
    fn class(&self) -> Class {
        (**self).class()
    }
}

/// The rules that a message's attempts follow.
#[derive(Debug, Clone, Copy)]
pub struct Policy {
    /// How many attempts a message gets, the first one included.
    pub max_attempts: NonZeroU32,
    /// No attempt starts later than this after the first one.
    pub max_age: Duration,
    /// How long to wait in between.
    pub backoff: Backoff,
}

impl Default for Policy {
    fn default() -> Self {
        const EIGHT: NonZeroU32 = match NonZeroU32::new(8) {
            Some(attempts) => attempts,
            None => unreachable!(),
        };
        Self {
            max_attempts: EIGHT,
            max_age: Duration::from_secs(3 * 24 * 60 * 60),
            backoff: Backoff::default(),
        }
    }
}

/// What to do after a failed attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "a verdict that nobody follows loses the message"]
pub enum Verdict {
    /// Try again, not before this moment.
    At(Moment),
    /// Stop: no further attempt will be made.
    GiveUp(Reason),
}

/// Why no further attempt is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reason {
    /// The last failure was fatal.
    Refused,
    /// All attempts are used up.
    Exhausted,
    /// The next attempt would come too late to be of use.
    Expired,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Refused => "the receiver refused the message",
            Self::Exhausted => "all attempts were used up",
            Self::Expired => "the next attempt would come too late",
        })
    }
}

/// Where a message stands between two attempts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retry {
    first: Moment,
    failures: u32,
}

impl Retry {
    /// The state of a message whose first attempt starts at `first`.
    pub const fn starting(first: Moment) -> Self {
        Self { first, failures: 0 }
    }

    /// How many attempts failed so far.
    pub const fn failures(&self) -> u32 {
        self.failures
    }

    /// Takes in one failed attempt that ended at `now`, and says what comes next.
    ///
    /// The order of the questions matters. A fatal failure ends it whatever is left; then the count, because
    /// it costs nothing to know; the age comes last, since it depends on the wait that was just drawn. An
    /// attempt that could not start in time is not scheduled at all: it would only hold a place in the queue.
    pub fn fail<C, E>(
        &mut self,
        failure: C,
        now: Moment,
        policy: &Policy,
        entropy: &mut E,
    ) -> Verdict
    where
        C: Classify,
        E: Entropy,
    {
        self.failures = self.failures.saturating_add(1);
        let Class::Retryable { after } = failure.class() else {
            return Verdict::GiveUp(Reason::Refused);
        };
        if self.failures >= policy.max_attempts.get() {
            return Verdict::GiveUp(Reason::Exhausted);
        }
        let at = now.after(policy.backoff.next_delay(self.failures, after, entropy));
        if at.since(self.first) > policy.max_age {
            return Verdict::GiveUp(Reason::Expired);
        }
        Verdict::At(at)
    }
}

/// The moments at which a message would be tried if every attempt failed at once.
///
/// Made for people who set up a [`Policy`] and want to see what it means.
pub struct Schedule<'p, E> {
    policy: &'p Policy,
    entropy: E,
    state: Retry,
    next: Option<Moment>,
}

impl<'p, E: Entropy> Schedule<'p, E> {
    /// The schedule of a message whose first attempt is at `first`.
    pub fn new(policy: &'p Policy, first: Moment, entropy: E) -> Self {
        Self {
            policy,
            entropy,
            state: Retry::starting(first),
            next: Some(first),
        }
    }
}

impl<E: Entropy> Iterator for Schedule<'_, E> {
    type Item = Moment;

    fn next(&mut self) -> Option<Self::Item> {
        struct Away;
        impl Classify for Away {
            fn class(&self) -> Class {
                Class::SOON
            }
        }

        let now = self.next.take()?;
        let verdict = self.state.fail(Away, now, self.policy, &mut self.entropy);
        if let Verdict::At(at) = verdict {
            self.next = Some(at);
        }
        Some(now)
    }
}

#[cfg(test)]
mod tests {
    use super::{Class, Classify, Moment, Policy, Reason, Retry, Schedule, Verdict};
    use crate::backoff::{Backoff, Jitter};
    use std::time::Duration;

    impl Classify for Class {
        fn class(&self) -> Class {
            *self
        }
    }

    fn policy(attempts: u32, max_age: u64) -> Policy {
        let second = Duration::from_secs(1);
        Policy {
            max_attempts: attempts.try_into().unwrap(),
            max_age: Duration::from_secs(max_age),
            backoff: Backoff::doubling(second, 60 * second).with_jitter(Jitter::None),
        }
    }

    fn half() -> f64 {
        0.5
    }

    #[test]
    fn a_fatal_failure_ends_it() {
        let mut retry = Retry::starting(Moment::default());
        let verdict = retry.fail(Class::Fatal, Moment::default(), &policy(9, 900), &mut half);
        assert_eq!(verdict, Verdict::GiveUp(Reason::Refused));
    }

    #[test]
    fn the_last_attempt_is_the_last() {
        let rules = policy(3, 900);
        let moments: Vec<_> = Schedule::new(&rules, Moment::default(), half)
            .map(Moment::as_secs)
            .collect();
        assert_eq!(moments, [0, 1, 3]);
    }

    #[test]
    fn an_attempt_that_comes_too_late_is_not_scheduled() {
        let rules = policy(20, 10);
        let moments = Schedule::new(&rules, Moment::default(), half);
        assert_eq!(moments.last(), Some(Moment::from_millis(7_000)));
    }

    #[test]
    fn client_errors_are_fatal_except_when_they_are_about_now() {
        let after = Some(Duration::from_secs(9));
        assert_eq!(Class::of_status(404, None), Class::Fatal);
        assert_eq!(Class::of_status(408, after), Class::SOON);
        assert_eq!(Class::of_status(429, after), Class::Retryable { after });
        assert_eq!(Class::of_status(500, after), Class::SOON);
    }
}
