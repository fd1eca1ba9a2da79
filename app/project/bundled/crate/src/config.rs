//! Settings, read once from the environment. A wrong one stops the start; nothing is guessed.

use std::env;
use std::fmt::Display;
use std::net::SocketAddr;
use std::num::{NonZeroU32, NonZeroUsize};
use std::str::FromStr;
use std::time::Duration;

use serde::Deserialize;

use crate::{
    backoff::{self, Backoff},
    error::{Error, Result},
    retry::Policy,
    signing::Key,
};

/// What every setting's name begins with.
const PREFIX: &str = "HOOKLINE_";

/// Everything that can be set.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// The egress proxy that requests go through.
    pub proxy: SocketAddr,
    /// How many deliveries may run at once.
    pub concurrency: NonZeroUsize,
    /// How long one attempt may take.
    #[serde(rename = "timeout_ms", deserialize_with = "de::millis")]
    pub timeout: Duration,
    /// How many attempts a message gets.
    pub attempts: NonZeroU32,
    /// The wait after the first failure.
    #[serde(rename = "base_ms", deserialize_with = "de::millis")]
    pub base: Duration,
    /// How long a finished or hopeless message is kept.
    #[serde(rename = "keep_ms", deserialize_with = "de::millis")]
    pub keep: Duration,
    /// Signing keys, the newest first. Never read from a file that may be checked in.
    #[serde(skip)]
    pub keys: Vec<Key>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            proxy: SocketAddr::from(([127, 0, 0, 1], 4750)),
            concurrency: NonZeroUsize::MIN.saturating_add(63),
            timeout: Duration::from_secs(20),
            attempts: Policy::default().max_attempts,
            base: backoff::DEFAULT_BASE,
            keep: Duration::from_secs(90 * 24 * 60 * 60),
            keys: Vec::new(),
        }
    }
}

/// Reads one setting into a field, if it is set at all.
macro_rules! set {
    ($config:ident . $field:ident, $lookup:expr, $name:literal $(, $convert:expr)?) => {
        if let Some(value) = parse($lookup, concat!("HOOKLINE_", $name))? {
            $config.$field = $($convert)?(value);
        }
    };
}

impl Config {
    /// The settings in this process's environment.
    pub fn from_env() -> Result<Self> {
        Self::from_lookup(|name| env::var(name).ok())
    }

    /// The settings that `lookup` knows; every other one keeps its default.
    ///
    /// The environment comes in as a function because it belongs to the whole process: tests that set
    /// variables would disturb each other.
    pub fn from_lookup(lookup: impl Fn(&str) -> Option<String>) -> Result<Self> {
        let mut config = Self::default();
        set!(config.proxy, &lookup, "PROXY");
        set!(config.concurrency, &lookup, "CONCURRENCY");
        set!(config.attempts, &lookup, "ATTEMPTS");
        set!(config.timeout, &lookup, "TIMEOUT_MS", Duration::from_millis);
        set!(config.base, &lookup, "BASE_MS", Duration::from_millis);
        set!(config.keep, &lookup, "KEEP_MS", Duration::from_millis);
        let List(keys) = parse(&lookup, "HOOKLINE_KEYS")?.unwrap_or_default();
        config.keys = keys;
        config.checked()
    }

    /// These settings, if they make sense together.
    fn checked(self) -> Result<Self> {
        let complain = |name, problem: &str| {
            let problem = problem.to_owned();
            Err(Error::Config { name, problem })
        };
        if self.keys.is_empty() {
            return complain("HOOKLINE_KEYS", "at least one key is needed to sign with");
        }
        if self.timeout.is_zero() {
            return complain("HOOKLINE_TIMEOUT_MS", "no receiver answers in no time");
        }
        if self.base > backoff::DEFAULT_CAP {
            return complain("HOOKLINE_BASE_MS", "longer than the longest wait");
        }
        Ok(self)
    }

    /// How long a worker holds a message: one attempt, and room to write down what came of it.
    ///
    /// Were the lease shorter than the attempt, a slow receiver would get every message twice.
    pub fn lease(&self) -> Duration {
        self.timeout + Duration::from_secs(10)
    }

    /// The retry rules that these settings amount to.
    pub fn policy(&self) -> Policy {
        Policy {
            max_attempts: self.attempts,
            backoff: Backoff::doubling(self.base, backoff::DEFAULT_CAP),
            ..Policy::default()
        }
    }
}

/// Values separated by commas.
struct List<T>(Vec<T>);

impl<T> Default for List<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: FromStr> FromStr for List<T> {
    type Err = T::Err;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.split(',')
            .map(|part| part.trim().parse())
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

/// Reads one setting; `None` if it is not set.
fn parse<T>(lookup: &impl Fn(&str) -> Option<String>, name: &'static str) -> Result<Option<T>>
where
    T: FromStr,
    T::Err: Display,
{
    debug_assert!(name.starts_with(PREFIX));
    lookup(name)
        .map(|text| text.parse())
        .transpose()
        .map_err(|error: T::Err| Error::Config {
            name,
            problem: error.to_string(),
        })
}

mod de {
    use super::*;
    use serde::Deserializer;

    pub(super) fn millis<'de, D>(deserializer: D) -> Result<Duration, D::Error>
    where
        D: Deserializer<'de>,
    {
        u64::deserialize(deserializer).map(Duration::from_millis)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<Config> {
        let keys = ("HOOKLINE_KEYS", "000102030405060708090a0b0c0d0e0f");
        let known: Vec<_> = pairs.iter().copied().chain([keys]).collect();
        Config::from_lookup(|name| {
            let (_, value) = known.iter().find(|(known, _)| *known == name)?;
            Some((*value).to_owned())
        })
    }

    #[test]
    fn what_is_not_set_keeps_its_default() {
        let config = read(&[("HOOKLINE_TIMEOUT_MS", "1500")]).unwrap();
        assert_eq!(config.timeout, Duration::from_millis(1_500));
        assert_eq!(config.concurrency.get(), 64);
        assert!(config.lease() > config.timeout);
    }

    #[test]
    fn a_wrong_setting_is_named() {
        let error = read(&[("HOOKLINE_CONCURRENCY", "0")]).unwrap_err();
        assert!(error.to_string().starts_with("HOOKLINE_CONCURRENCY: "));
    }

    #[test]
    fn keys_are_needed() {
        assert!(Config::from_lookup(|_| None).is_err());
    }
}
