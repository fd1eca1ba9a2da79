//! Delivers webhooks: at least once, signed, with patience and without stampedes.
//!
//! A [`queue::Queue`] hands out messages under a lease. A [`worker::Worker`] signs and posts them, and asks
//! [`retry`] what a failure means. Nothing here knows how messages are made.

#![forbid(unsafe_code)]
#![warn(missing_docs, rust_2018_idioms)]

pub mod backoff;
pub mod cleaner;
pub mod clock;
pub mod config;
pub mod error;
/// What is counted and timed, and the macro that counts.
#[macro_use]
pub mod metrics;
pub mod queue;
pub mod retry;
pub mod sha256;
pub mod signing;
pub mod transport;
pub mod worker;

/// What nearly every module and every caller needs.
pub mod prelude {
    pub use crate::clock::{Clock, SystemClock};
    pub use crate::error::{DeliveryError, Error, Result};
    pub use crate::queue::{Lease, Message, MessageId, Queue};
    #[doc(no_inline)]
    pub use crate::retry::Classify as _;
}
