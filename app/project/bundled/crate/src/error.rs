//! What can go wrong, told apart by who has to act on it.

use std::{io, time::Duration};

use thiserror::Error as ThisError;

use crate::queue::{MessageId, QueueError};
use crate::retry::{Class, Classify};

/// The result of nearly everything here.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What an operator has to look at.
#[derive(Debug, ThisError)]
#[non_exhaustive]
pub enum Error {
    /// The queue did not do what it was asked.
    #[error("the queue failed")]
    Queue(#[from] QueueError),
    /// A setting is missing or wrong.
    #[error("{name}: {problem}")]
    Config {
        /// The setting's name, as it is written in the environment.
        name: &'static str,
        /// What is wrong with it.
        problem: String,
    },
    /// The system refused something.
    #[error("{doing}: {source}")]
    Io {
        /// What was being done.
        doing: &'static str,
        /// What the system said.
        source: io::Error,
    },
}

/// Why one attempt to deliver one message failed. Nobody needs to look at it: the retry rules do.
#[derive(Debug, ThisError)]
pub enum DeliveryError {
    /// The receiver answered, and not with 2xx.
    #[error("the receiver answered {status}")]
    Status {
        /// The HTTP status.
        status: u16,
        /// Its `Retry-After`, if it sent one that could be read.
        after: Option<Duration>,
    },
    /// The receiver did not answer in time.
    #[error("no answer within {0:?}")]
    Timeout(Duration),
    /// The connection broke, or never came about.
    #[error("the connection failed: {0}")]
    Connection(#[from] io::Error),
    /// The answer was not HTTP.
    #[error("the answer makes no sense: {0}")]
    Protocol(&'static str),
    /// The address can never be delivered to.
    #[error("{0:?} is not an address to deliver to")]
    Address(String),
}

impl Classify for DeliveryError {
    fn class(&self) -> Class {
        match *self {
            Self::Status { status, after } => Class::of_status(status, after),
            // A name that does not resolve today may resolve tomorrow; people move servers.
            Self::Timeout(_) | Self::Connection(_) | Self::Protocol(_) => Class::SOON,
            Self::Address(_) => Class::Fatal,
        }
    }
}

/// Adds to an error what was being done when it happened.
pub trait Doing<T> {
    /// Names the action that failed.
    fn doing(self, doing: &'static str) -> Result<T>;
}

impl<T> Doing<T> for io::Result<T> {
    fn doing(self, doing: &'static str) -> Result<T> {
        self.map_err(|source| Error::Io { doing, source })
    }
}

/// An error that is about something in particular.
pub trait Related<X: ?Sized> {
    /// What it is about, if it is about one.
    fn related(&self) -> Option<&X>;
}

impl Related<MessageId> for Error {
    fn related(&self) -> Option<&MessageId> {
        match self {
            Self::Queue(QueueError::NotHeld(id)) => Some(id),
            _ => None,
        }
    }
}

impl Related<io::Error> for Error {
    fn related(&self) -> Option<&io::Error> {
        match self {
            Self::Io { source, .. } => Some(source),
            _ => None,
        }
    }
}

impl Related<io::Error> for DeliveryError {
    fn related(&self) -> Option<&io::Error> {
        match self {
            Self::Connection(source) => Some(source),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_not_tried_twice() {
        assert!(DeliveryError::Address("ftp://x".into()).is_fatal());
        assert!(!DeliveryError::from(io::Error::from(io::ErrorKind::BrokenPipe)).is_fatal());
    }

    #[test]
    fn an_error_knows_what_it_is_about() {
        let error = Error::from(QueueError::NotHeld(MessageId(7)));
        let id: Option<&MessageId> = error.related();
        assert_eq!(id, Some(&MessageId(7)));
        assert!(Related::<io::Error>::related(&error).is_none());
    }
}
