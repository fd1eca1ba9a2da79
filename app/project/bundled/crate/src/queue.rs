//! Who holds a message, for how long, and what a late answer is worth.

use std::collections::{btree_map::Entry, BTreeMap, BTreeSet};
use std::future::Future;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use std::{fmt, sync::Arc};

use thiserror::Error;
use tokio::sync::Notify;

use crate::clock::{Clock, Moment};
use crate::retry::Retry;

/// Names a message. A later message has a higher number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MessageId(pub u64);

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "msg_{:012x}", self.0)
    }
}

/// What is to be delivered, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Where to post it.
    pub url: Arc<str>,
    /// What to post. Shared, because a retry must send the very same bytes.
    pub body: Arc<[u8]>,
}

/// The right to answer for one message, until it runs out.
#[derive(Debug, Clone)]
#[must_use = "a lease that is dropped leaves its message to wait until the lease runs out"]
pub struct Lease {
    /// The message's name.
    pub id: MessageId,
    /// The message.
    pub message: Message,
    /// Where its attempts stand.
    pub retry: Retry,
    /// Tells this lease from earlier ones of the same message.
    epoch: u64,
}

/// What a queue can refuse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum QueueError {
    /// The lease ran out; somebody else may hold the message by now.
    #[error("{0} is no longer held under this lease")]
    NotHeld(MessageId),
    /// The queue takes no more messages.
    #[error("the queue is full ({0} messages)")]
    Full(usize),
}

/// Hands out messages, one holder at a time.
///
/// Every method is given what the caller knows and nothing else, so that an implementation over a database
/// needs one statement for each. Futures are `Send`: workers run on a pool.
pub trait Queue: Send + Sync + 'static {
    /// Puts a message at the end.
    fn push(&self, message: Message) -> impl Future<Output = Result<MessageId, QueueError>> + Send;

    /// Waits for a message that is due, and holds it for `lease`.
    fn pull(&self, lease: Duration) -> impl Future<Output = Lease> + Send;

    /// Forgets a message for good.
    fn ack(&self, lease: &Lease) -> impl Future<Output = Result<(), QueueError>> + Send;

    /// Gives a message back, with its new state, to be pulled at `at` or later.
    fn nack(
        &self,
        lease: &Lease,
        retry: Retry,
        at: Moment,
    ) -> impl Future<Output = Result<(), QueueError>> + Send;

    /// Forgets at most `limit` messages that came before `before` and are not held. Says how many.
    fn purge(&self, before: Moment, limit: usize) -> impl Future<Output = usize> + Send;
}

/// Whoever shares a queue has a queue.
impl<Q: Queue> Queue for Arc<Q> {
    async fn push(&self, message: Message) -> Result<MessageId, QueueError> {
        Q::push(self, message).await
    }

    async fn pull(&self, lease: Duration) -> Lease {
        Q::pull(self, lease).await
    }

    async fn ack(&self, lease: &Lease) -> Result<(), QueueError> {
        Q::ack(self, lease).await
    }

    async fn nack(&self, lease: &Lease, retry: Retry, at: Moment) -> Result<(), QueueError> {
        Q::nack(self, lease, retry, at).await
    }

    async fn purge(&self, before: Moment, limit: usize) -> usize {
        Q::purge(self, before, limit).await
    }
}

#[derive(Debug)]
struct Stored {
    message: Message,
    retry: Retry,
    pushed: Moment,
    /// When it may be pulled: because its wait is over, or because its lease is.
    visible: Moment,
    epoch: u64,
    held: bool,
}

#[derive(Debug, Default)]
struct State {
    messages: BTreeMap<MessageId, Stored>,
    /// Every message once, by the moment it becomes visible.
    order: BTreeSet<(Moment, MessageId)>,
    last: u64,
}

impl State {
    /// Moves a message to another moment. All changes of `visible` go through here, so that the two
    /// collections cannot disagree.
    fn show(&mut self, id: MessageId, at: Moment, held: bool) {
        if let Some(stored) = self.messages.get_mut(&id) {
            self.order.remove(&(stored.visible, id));
            self.order.insert((at, id));
            stored.visible = at;
            stored.held = held;
        }
    }

    fn take(&mut self, now: Moment, lease: Duration) -> Result<Lease, Option<Duration>> {
        let Some(&(visible, id)) = self.order.first() else {
            return Err(None);
        };
        if visible > now {
            return Err(Some(visible.since(now)));
        }
        self.show(id, now.after(lease), true);
        let stored = self.messages.get_mut(&id).ok_or(None)?;
        stored.epoch += 1;
        Ok(Lease {
            id,
            message: stored.message.clone(),
            retry: stored.retry,
            epoch: stored.epoch,
        })
    }

    /// The message of a lease, if the lease still counts at `now`.
    fn held(&mut self, lease: &Lease, now: Moment) -> Result<&mut Stored, QueueError> {
        self.messages
            .get_mut(&lease.id)
            .filter(|stored| stored.held && stored.epoch == lease.epoch && stored.visible > now)
            .ok_or(QueueError::NotHeld(lease.id))
    }
}

/// A queue that lives as long as its process.
#[derive(Debug)]
pub struct MemoryQueue<C> {
    state: Mutex<State>,
    arrived: Notify,
    clock: C,
    capacity: usize,
}

impl<C: Clock> MemoryQueue<C> {
    /// An empty queue for at most `capacity` messages.
    pub fn new(clock: C, capacity: usize) -> Self {
        Self {
            state: Mutex::default(),
            arrived: Notify::new(),
            clock,
            capacity,
        }
    }

    /// How many messages wait or are held.
    pub fn len(&self) -> usize {
        self.state().messages.len()
    }

    /// Whether there is no message at all.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // No method panics half way through a change, so a poisoned state is still a whole one.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<C: Clock> Queue for MemoryQueue<C> {
    async fn push(&self, message: Message) -> Result<MessageId, QueueError> {
        let now = self.clock.now();
        let id = {
            let mut state = self.state();
            if state.messages.len() >= self.capacity {
                return Err(QueueError::Full(self.capacity));
            }
            state.last += 1;
            let id = MessageId(state.last);
            let stored = Stored {
                message,
                retry: Retry::starting(now),
                pushed: now,
                visible: now,
                epoch: 0,
                held: false,
            };
            state.messages.insert(id, stored);
            state.order.insert((now, id));
            id
        };
        self.arrived.notify_one();
        Ok(id)
    }

    async fn pull(&self, lease: Duration) -> Lease {
        loop {
            // Asked for before the look, or a message that arrives in between would wake nobody.
            let arrived = self.arrived.notified();
            let wait = match self.state().take(self.clock.now(), lease) {
                Ok(lease) => return lease,
                Err(wait) => wait,
            };
            match wait {
                Some(wait) => {
                    let _ = tokio::time::timeout(wait, arrived).await;
                }
                None => arrived.await,
            }
        }
    }

    async fn ack(&self, lease: &Lease) -> Result<(), QueueError> {
        let now = self.clock.now();
        let mut state = self.state();
        state.held(lease, now)?;
        if let Entry::Occupied(entry) = state.messages.entry(lease.id) {
            let visible = entry.remove().visible;
            state.order.remove(&(visible, lease.id));
        }
        Ok(())
    }

    async fn nack(&self, lease: &Lease, retry: Retry, at: Moment) -> Result<(), QueueError> {
        let now = self.clock.now();
        {
            let mut state = self.state();
            state.held(lease, now)?.retry = retry;
            state.show(lease.id, at, false);
        }
        self.arrived.notify_one();
        Ok(())
    }

    async fn purge(&self, before: Moment, limit: usize) -> usize {
        let now = self.clock.now();
        let mut state = self.state();
        let old: Vec<MessageId> = state
            .messages
            .iter()
            .filter(|(_, stored)| stored.pushed < before)
            .filter(|(_, stored)| !(stored.held && stored.visible > now))
            .map(|(id, _)| *id)
            .take(limit)
            .collect();
        for id in &old {
            if let Some(stored) = state.messages.remove(id) {
                state.order.remove(&(stored.visible, *id));
            }
        }
        old.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::ManualClock;

    const LEASE: Duration = Duration::from_secs(30);

    fn message(body: &str) -> Message {
        Message {
            url: "http://receiver.test/hook".into(),
            body: body.as_bytes().into(),
        }
    }

    fn queue() -> (Arc<ManualClock>, MemoryQueue<Arc<ManualClock>>) {
        let clock = Arc::new(ManualClock::default());
        (Arc::clone(&clock), MemoryQueue::new(clock, 2))
    }

    #[tokio::test]
    async fn a_held_message_is_nobody_elses() {
        let (_clock, queue) = queue();
        let first = queue.push(message("1")).await.unwrap();
        let second = queue.push(message("2")).await.unwrap();
        assert_eq!(queue.pull(LEASE).await.id, first);
        assert_eq!(queue.pull(LEASE).await.id, second);
        assert_eq!(queue.push(message("3")).await, Err(QueueError::Full(2)));
    }

    #[tokio::test]
    async fn a_late_answer_is_refused() {
        let (clock, queue) = queue();
        let id = queue.push(message("1")).await.unwrap();
        let late = queue.pull(LEASE).await;
        clock.advance(LEASE);
        assert_eq!(queue.ack(&late).await, Err(QueueError::NotHeld(id)));
        let again = queue.pull(LEASE).await;
        assert_eq!(again.id, id);
        assert_eq!(queue.ack(&late).await, Err(QueueError::NotHeld(id)));
        assert_eq!(queue.ack(&again).await, Ok(()));
        assert!(queue.is_empty());
    }

    #[tokio::test]
    async fn a_message_given_back_keeps_its_state() {
        let (clock, queue) = queue();
        queue.push(message("1")).await.unwrap();
        let lease = queue.pull(LEASE).await;
        let state = Retry::starting(Moment::from_millis(7));
        queue.nack(&lease, state, clock.now()).await.unwrap();
        assert_eq!(queue.pull(LEASE).await.retry, state);
    }

    #[tokio::test]
    async fn a_purge_spares_what_is_held() {
        let (clock, queue) = queue();
        queue.push(message("1")).await.unwrap();
        queue.push(message("2")).await.unwrap();
        let _held = queue.pull(LEASE).await;
        clock.advance(Duration::from_secs(1));
        assert_eq!(queue.purge(clock.now(), 10).await, 1);
        assert_eq!(queue.len(), 1);
    }
}
