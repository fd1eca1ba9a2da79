//! Takes messages from the queue, delivers them, and settles what became of each.
//!
//! One task dispatches, and every delivery is a task of its own, bounded by a semaphore. What a delivery
//! amounts to is an [`Outcome`]; only [`Worker::settle`] turns outcomes into calls on the queue, so that each
//! lease is answered exactly once, whichever way the delivery ended.

use std::future::Future;
use std::sync::{
    atomic::{AtomicU64, Ordering},
    Arc,
};
use std::time::{Duration, Instant};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;
use tokio::time::{error::Elapsed, timeout};
use tracing::{error, field, info_span, warn, Instrument as _, Span};

use crate::backoff::SplitMix;
use crate::clock::Moment;
use crate::config::Config;
use crate::metrics::LATENCY;
use crate::prelude::*;
use crate::queue::QueueError;
use crate::retry::{Policy, Reason, Verdict};
use crate::signing::{self, Key, Signer};
use crate::transport::{Answer, Request, Transport};

/// How long deliveries under way may still take once the worker was told to stop.
pub const GRACE: Duration = Duration::from_secs(25);

/// Starts each worker's random numbers somewhere else, even if all of them start in the same millisecond.
static SEEDS: AtomicU64 = AtomicU64::new(1);

/// What became of one attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The receiver took the message.
    Delivered,
    /// The message goes back, to be tried at this moment.
    Again(Moment),
    /// The message will not be tried again.
    Dropped(Reason),
}

impl From<Verdict> for Outcome {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::At(at) => Self::Again(at),
            Verdict::GiveUp(reason) => Self::Dropped(reason),
        }
    }
}

/// Everything that one delivery needs; shared by all of them.
#[derive(Debug)]
pub struct Worker<Q, T, C = SystemClock> {
    queue: Q,
    transport: T,
    clock: C,
    policy: Policy,
    keys: Vec<Key>,
    timeout: Duration,
    lease: Duration,
    permits: Arc<Semaphore>,
}

impl<Q, T> Worker<Q, T>
where
    Q: Queue,
    T: Transport,
{
    /// A worker on `queue`, as `config` says, by the machine's own clock.
    pub fn new(queue: Q, transport: T, config: &Config) -> Self {
        Self::with_clock(queue, transport, config, SystemClock)
    }
}

impl<Q, T, C> Worker<Q, T, C>
where
    Q: Queue,
    T: Transport,
    C: Clock,
{
    /// A worker that goes by another clock.
    pub fn with_clock(queue: Q, transport: T, config: &Config, clock: C) -> Self {
        Self {
            queue,
            transport,
            clock,
            policy: config.policy(),
            keys: config.keys.clone(),
            timeout: config.timeout,
            lease: config.lease(),
            permits: Arc::new(Semaphore::new(config.concurrency.get())),
        }
    }

    /// Dispatches messages until `stop` is done, then waits for the deliveries under way.
    ///
    /// The permit is taken *before* the message is pulled. The other way round, a message would sit in a busy
    /// worker while its lease runs out, and an idle worker next door could not have it.
    pub async fn run(self: Arc<Self>, stop: impl Future<Output = ()>) {
        tokio::pin!(stop);
        let mut running = JoinSet::new();
        loop {
            let (permit, lease) = tokio::select! {
                biased;
                () = &mut stop => break,
                // Finished deliveries are collected as they end, or the set would grow for ever.
                Some(ended) = running.join_next() => {
                    if let Err(problem) = ended {
                        error!(%problem, "a delivery task died");
                    }
                    continue;
                }
                next = self.next() => next,
            };
            let worker = Arc::clone(&self);
            let span = info_span!("deliver", id = %lease.id, status = field::Empty);
            running.spawn(
                async move {
                    worker.process(lease).await;
                    drop(permit);
                }
                .instrument(span),
            );
        }
        self.drain(running).await;
    }

    /// A message, and the permit to deliver it.
    ///
    /// Cancelling this between the two steps loses nothing: the permit goes back when it is dropped, and a
    /// pull that did not return has leased nothing.
    async fn next(&self) -> (OwnedSemaphorePermit, Lease) {
        let permits = Arc::clone(&self.permits);
        let permit = match permits.acquire_owned().await {
            Ok(permit) => permit,
            Err(_closed) => unreachable!("nobody closes the semaphore"),
        };
        (permit, self.queue.pull(self.lease).await)
    }

    /// Waits for deliveries under way, for as long as [`GRACE`] allows.
    ///
    /// What is cut off then is not lost: nobody answered for its lease, so the message comes back by itself.
    async fn drain(&self, mut running: JoinSet<()>) {
        let all = async { while running.join_next().await.is_some() {} };
        if let Err(Elapsed { .. }) = timeout(GRACE, all).await {
            warn!(left = running.len(), "deliveries were cut off");
            running.shutdown().await;
        }
    }

    /// Delivers one message, and settles it.
    pub async fn process(&self, lease: Lease) -> Outcome {
        let started = Instant::now();
        let attempt = self.deliver(&lease).await;
        LATENCY.record(started.elapsed());
        self.settle(&lease, attempt).await
    }

    /// Signs a message and posts it once.
    ///
    /// The timestamp is taken anew for every attempt, or a message that waited for hours would be refused as
    /// a replay; the id stays, so that the receiver can tell a second copy from a second message.
    async fn deliver(&self, lease: &Lease) -> Result<(), DeliveryError> {
        let now = self.clock.now();
        let id = lease.id.to_string();
        let body = &lease.message.body;
        let signature = Signer::new(&self.keys[..]).header(&id, now, body);
        let headers = [
            ("webhook-id", &*id),
            ("webhook-timestamp", &*now.as_secs().to_string()),
            (signing::HEADER, &signature),
            ("content-type", "application/json"),
        ];
        let url = &lease.message.url;
        #[rustfmt::skip]
        let request = Request { url, headers: &headers, body };
        let Answer { status, after } =
            timeout(self.timeout, self.transport.post(request))
                .await
                .map_err(|_elapsed| DeliveryError::Timeout(self.timeout))??;
        Span::current().record("status", status);
        match status {
            200..=299 => Ok(()),
            _ => Err(DeliveryError::Status { status, after }),
        }
    }

    /// Tells the queue what became of an attempt.
    ///
    /// A lease that ran out is not an error of ours: another worker has the message, and its answer counts.
    /// A queue that fails otherwise is not asked again either, for the same reason a crash is safe: an
    /// unanswered lease brings the message back.
    async fn settle(&self, lease: &Lease, attempt: Result<(), DeliveryError>) -> Outcome {
        let outcome = self.judge(lease, attempt.as_ref().err());
        let told = match outcome {
            (Outcome::Again(at), retry) => self.queue.nack(lease, retry, at).await,
            _ => self.queue.ack(lease).await,
        };
        match (told, outcome.0) {
            (Ok(()), Outcome::Delivered) => note!(Delivered, "delivered"),
            (Ok(()), Outcome::Again(at)) => note!(Retried, at = at.as_millis(), "will be retried"),
            (Ok(()), Outcome::Dropped(reason)) => note!(Dropped, %reason, "given up"),
            (Err(QueueError::NotHeld(_)), _) => note!(Late, "the lease had run out"),
            (Err(problem), _) => error!(%problem, "the queue did not take an answer"),
        }
        outcome.0
    }

    /// What an attempt means, and the state the message has after it.
    fn judge(
        &self,
        lease: &Lease,
        failure: Option<&DeliveryError>,
    ) -> (Outcome, crate::retry::Retry) {
        let mut retry = lease.retry;
        let Some(failure) = failure else {
            return (Outcome::Delivered, retry);
        };
        warn!(error = %failure, failures = retry.failures() + 1, "an attempt failed");
        let now = self.clock.now();
        let seed = SEEDS.fetch_add(1, Ordering::Relaxed) ^ now.as_millis();
        let verdict = retry.fail(failure, now, &self.policy, &mut SplitMix::new(seed));
        (verdict.into(), retry)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::ManualClock;
    use crate::queue::MemoryQueue;

    type Answers = Box<dyn Fn() -> Result<Answer, DeliveryError> + Send + Sync>;

    struct Scripted(Answers);

    impl Transport for Scripted {
        async fn post(&self, request: Request<'_>) -> Result<Answer, DeliveryError> {
            let names: Vec<_> = request.headers.iter().map(|(name, _)| *name).collect();
            assert!(names.contains(&signing::HEADER));
            (self.0)()
        }
    }

    fn worker(
        answer: fn() -> Result<Answer, DeliveryError>,
    ) -> Worker<MemoryQueue<Arc<ManualClock>>, Scripted, Arc<ManualClock>> {
        let clock = Arc::new(ManualClock::at(Moment::from_millis(5_000)));
        let queue = MemoryQueue::new(Arc::clone(&clock), 10);
        let config = Config {
            keys: Key::new([7; 16]).into_iter().collect(),
            ..Config::default()
        };
        Worker::with_clock(queue, Scripted(Box::new(answer)), &config, clock)
    }

    fn status(status: u16) -> Result<Answer, DeliveryError> {
        let after = None;
        Ok(Answer { status, after })
    }

    async fn one(answer: fn() -> Result<Answer, DeliveryError>) -> (Outcome, usize) {
        let worker = worker(answer);
        let (url, body) = ("http://receiver.test".into(), (*b"{}").into());
        worker.queue.push(Message { url, body }).await.unwrap();
        let lease = worker.queue.pull(worker.lease).await;
        (worker.process(lease).await, worker.queue.len())
    }

    #[tokio::test]
    async fn a_delivered_message_is_forgotten() {
        assert_eq!(one(|| status(204)).await, (Outcome::Delivered, 0));
    }

    #[tokio::test]
    async fn an_overloaded_receiver_is_asked_again() {
        let (outcome, left) = one(|| status(503)).await;
        assert!(matches!(outcome, Outcome::Again(at) if at > Moment::from_millis(9_000)));
        assert_eq!(left, 1);
    }

    #[tokio::test]
    async fn a_refused_message_is_dropped() {
        let gone = Outcome::Dropped(Reason::Refused);
        assert_eq!(one(|| status(410)).await, (gone, 0));
    }

    #[tokio::test]
    async fn an_answer_after_the_lease_changes_nothing() {
        let worker = worker(|| status(200));
        let (url, body) = ("http://receiver.test".into(), (*b"{}").into());
        worker.queue.push(Message { url, body }).await.unwrap();
        let lease = worker.queue.pull(worker.lease).await;
        worker.clock.advance(worker.lease);
        worker.process(lease).await;
        assert_eq!(worker.queue.len(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_silent_receiver_times_out() {
        struct Silent;
        impl Transport for Silent {
            async fn post(&self, _: Request<'_>) -> Result<Answer, DeliveryError> {
                std::future::pending().await
            }
        }
        let config = Config::default();
        let queue = MemoryQueue::new(SystemClock, 10);
        let worker = Worker::new(queue, Silent, &config);
        let (url, body) = ("http://receiver.test".into(), [].into());
        worker.queue.push(Message { url, body }).await.unwrap();
        let lease = worker.queue.pull(worker.lease).await;
        let failure = worker.deliver(&lease).await.unwrap_err();
        assert!(matches!(failure, DeliveryError::Timeout(limit) if limit == config.timeout));
    }
}
