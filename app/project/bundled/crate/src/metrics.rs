// SPDX-License-Identifier: MIT
// Copyright (c) The backspan authors
/// Upper bounds of the latency buckets, in milliseconds. What is slower than the last falls into one more.
pub const BUCKETS: [u64; 8] = [10, 50, 100, 250, 500, 1_000, 5_000, 30_000];

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

/// Declares a struct of counters that can be read all at once.
///
/// The names are written once; the field, the accessor and the line of the report come from it.
macro_rules! counters {
    ($(#[$meta:meta])* $vis:vis struct $name:ident { $($(#[$doc:meta])* $field:ident,)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Default)]
        $vis struct $name {
            $($(#[$doc])* $field: AtomicU64,)+
        }

        impl $name {
            /// A set of counters that all stand at zero.
            pub const fn new() -> Self {
                Self { $($field: AtomicU64::new(0),)+ }
            }

            $($(#[$doc])* pub fn $field(&self) -> u64 {
                self.$field.load(Relaxed)
            })+
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                $(writeln!(f, concat!("hookline_", stringify!($field), "_total {}"), self.$field())?;)+
                Ok(())
            }
        }
    };
}

counters! {
    /// What happened to messages since the process started.
    pub struct Counters {
        /// Messages that a receiver took.
        delivered,
        /// Attempts that failed and will be made again.
        retried,
        /// Messages that were given up.
        dropped,
        /// Answers that came after their lease had run out.
        late,
    }
}

/// The counters of this process.
pub static COUNTERS: Counters = Counters::new();

/// Something that can be counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// A receiver took a message.
    Delivered,
    /// An attempt failed and will be made again.
    Retried,
    /// A message was given up.
    Dropped,
    /// An answer came too late.
    Late,
}

impl Counters {
    /// Counts one event.
    ///
    /// Relaxed is enough: each counter stands alone, and nobody decides anything by comparing two of them.
    pub fn count(&self, event: Event) {
        let counter = match event {
            Event::Delivered => &self.delivered,
            Event::Retried => &self.retried,
            Event::Dropped => &self.dropped,
            Event::Late => &self.late,
        };
        counter.fetch_add(1, Relaxed);
    }
}

/// How often an attempt took how long.
#[derive(Debug)]
pub struct Histogram<const N: usize> {
    bounds: [u64; N],
    counts: [AtomicU64; N],
    beyond: AtomicU64,
}

impl<const N: usize> Histogram<N> {
    /// An empty histogram. The bounds must rise.
    pub const fn new(bounds: [u64; N]) -> Self {
        Self {
            bounds,
            counts: [const { AtomicU64::new(0) }; N],
            beyond: AtomicU64::new(0),
        }
    }

    /// Takes in one duration.
    pub fn record(&self, took: Duration) {
        let millis = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        let bucket = self.bounds.partition_point(|bound| *bound < millis);
        self.counts
            .get(bucket)
            .unwrap_or(&self.beyond)
            .fetch_add(1, Relaxed);
    }

    /// The smallest bound under which at least `share` of all durations lie, or `None` if it is beyond all
    /// bounds or nothing was recorded.
    pub fn quantile(&self, share: f64) -> Option<u64> {
        let counts: [u64; N] = std::array::from_fn(|bucket| self.counts[bucket].load(Relaxed));
        let total = counts.iter().sum::<u64>() + self.beyond.load(Relaxed);
        let wanted = (share * total as f64).ceil() as u64;
        let mut seen = 0;
        for (bound, count) in self.bounds.iter().zip(counts) {
            seen += count;
            if total > 0 && seen >= wanted {
                return Some(*bound);
            }
        }
        None
    }
}

/// How long attempts took.
pub static LATENCY: Histogram<{ BUCKETS.len() }> = Histogram::new(BUCKETS);

/// Counts an event, and logs it in the same breath.
#[macro_export]
macro_rules! note {
    ($event:ident, $($field:tt)+) => {{
        $crate::metrics::COUNTERS.count($crate::metrics::Event::$event);
        ::tracing::info!(event = stringify!($event), $($field)+);
    }};
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantile_is_a_bound() {
        let histogram = Histogram::new([10, 100]);
        assert_eq!(histogram.quantile(0.5), None);
        for millis in [1, 2, 99, 5_000] {
            histogram.record(Duration::from_millis(millis));
        }
        assert_eq!(histogram.quantile(0.5), Some(10));
        assert_eq!(histogram.quantile(0.75), Some(100));
        assert_eq!(histogram.quantile(1.0), None);
    }

    #[test]
    fn counters_print_one_line_each() {
        let counters = Counters::new();
        counters.count(Event::Retried);
        assert!(counters.to_string().contains("hookline_retried_total 1\n"));
    }
}
