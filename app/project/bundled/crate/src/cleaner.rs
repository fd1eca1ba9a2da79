//! Lets old messages go, a few at a time, without starving the workers.

use std::future::Future;
use std::time::Duration;

use tokio::time::{self, MissedTickBehavior};
use tracing::{debug, instrument};

use crate::prelude::*;

/// How many messages go in one statement. A larger batch holds the queue's lock for longer.
const BATCH: usize = 500;

/// How long to let others work between two batches.
const PAUSE: Duration = Duration::from_millis(20);

/// Purges a queue of messages that are too old to matter.
#[derive(Debug)]
pub struct Cleaner<Q, C = SystemClock> {
    queue: Q,
    clock: C,
    keep: Duration,
    every: Duration,
}

impl<Q> Cleaner<Q> {
    /// A cleaner that lets messages go when they are older than `keep`.
    pub fn new(queue: Q, keep: Duration) -> Self {
        Self {
            queue,
            clock: SystemClock,
            keep,
            every: Duration::from_secs(60),
        }
    }
}

impl<'q, Q, C> Cleaner<&'q Q, C>
where
    Q: Queue,
    C: Clock,
{
    /// The same cleaner with another clock.
    pub fn with_clock<D: Clock>(self, clock: D) -> Cleaner<&'q Q, D> {
        let Self {
            queue, keep, every, ..
        } = self;
        Cleaner {
            queue,
            clock,
            keep,
            every,
        }
    }

    /// Purges everything that is too old now, batch by batch. Says how many messages went.
    ///
    /// A batch that is not full was the last one. The limit is computed once: were it taken anew for each
    /// batch, a queue that grows old as fast as it is purged would keep this call busy for ever.
    #[instrument(level = "debug", skip(self), fields(keep = ?self.keep))]
    pub async fn sweep(&self) -> usize {
        let age = u64::try_from(self.keep.as_millis()).unwrap_or(u64::MAX);
        let now = self.clock.now().as_millis();
        let before = crate::clock::Moment::from_millis(now.saturating_sub(age));
        let mut gone = 0;
        loop {
            let batch = self.queue.purge(before, BATCH).await;
            gone += batch;
            if batch < BATCH {
                return gone;
            }
            time::sleep(PAUSE).await;
        }
    }

    /// Sweeps at regular intervals until `stop` is done.
    ///
    /// A sweep that takes longer than the interval delays the next one instead of being followed by a burst.
    /// `stop` is looked at between sweeps only: a half-done sweep is harmless, but its count would be lost.
    pub async fn run(&self, stop: impl Future<Output = ()>) {
        let mut ticks = time::interval(self.every);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        tokio::pin!(stop);
        loop {
            tokio::select! {
                biased;
                () = &mut stop => break,
                _ = ticks.tick() => {
                    let gone = self.sweep().await;
                    debug!(gone, "swept");
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{ManualClock, Moment};
    use crate::queue::MemoryQueue;
    use std::sync::Arc;

    #[tokio::test(start_paused = true)]
    async fn more_than_one_batch_goes_in_one_sweep() {
        let clock = Arc::new(ManualClock::at(Moment::from_millis(1_000_000)));
        let queue = MemoryQueue::new(Arc::clone(&clock), usize::MAX);
        for _ in 0..BATCH + 3 {
            let (url, body) = ("http://receiver.test".into(), [].into());
            queue.push(Message { url, body }).await.unwrap();
        }
        let cleaner = Cleaner::new(&queue, Duration::from_secs(5)).with_clock(Arc::clone(&clock));
        assert_eq!(cleaner.sweep().await, 0);
        clock.advance(Duration::from_secs(6));
        assert_eq!(cleaner.sweep().await, BATCH + 3);
        assert!(queue.is_empty());
    }
}
