//! The signature header: proof for the receiver that a message is ours, whole and fresh.
//!
//! What is signed is `id.timestamp.body`. The id stops a body from being replayed under another name, the
//! timestamp stops it from being replayed much later.

use std::{
    borrow::Cow,
    fmt::{self, Display, Write as _},
    str::FromStr,
    time::Duration,
};

use crate::clock::Moment;
use crate::sha256::{self, Digest};

/// The header that carries the signatures, in lower case as HTTP/2 wants it.
pub const HEADER: &str = "webhook-signature";

/// How far a receiver's clock may be from ours, either way.
pub const TOLERANCE: Duration = Duration::from_secs(5 * 60);

static ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// A signing key. It can be shown only by mistake, so showing it shows nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct Key(Vec<u8>);

impl Key {
    /// A key of these bytes. Fewer than 16 are refused: they could be guessed.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Option<Self> {
        let bytes = bytes.into();
        (bytes.len() >= 16).then_some(Self(bytes))
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

/// One signature, with its scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signature {
    /// HMAC-SHA256, in base64.
    V1(Digest),
}

impl Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::V1(digest) = self;
        f.write_str("v1,")?;
        for chunk in digest.chunks(3) {
            let bits = chunk
                .iter()
                .chain([&0; 2])
                .take(3)
                .fold(0_usize, |bits, &byte| bits << 8 | usize::from(byte));
            for place in 0..4 {
                let sextet = bits >> (18 - 6 * place) & 0x3f;
                f.write_char(if place <= chunk.len() {
                    char::from(ALPHABET[sextet])
                } else {
                    '='
                })?;
            }
        }
        Ok(())
    }
}

/// Signs for one receiver, with its present key and, for a while, its former ones.
#[derive(Debug, Clone)]
pub struct Signer<'k> {
    keys: Cow<'k, [Key]>,
}

impl<'k> Signer<'k> {
    /// A signer that uses all of `keys`, the newest first.
    ///
    /// During a rotation a receiver may still know only the old key. So every key signs, and the header holds
    /// all signatures: the receiver takes the message if any of them is right, and nobody has to switch at
    /// the same moment.
    pub fn new(keys: impl Into<Cow<'k, [Key]>>) -> Self {
        Self { keys: keys.into() }
    }

    /// The value of [`HEADER`] for a message.
    pub fn header(&self, id: impl Display, at: Moment, body: &[u8]) -> String {
        let prefix = format!("{id}.{}.", at.as_secs());
        let mut header = String::with_capacity(48 * self.keys.len());
        for key in self.keys.iter() {
            if !header.is_empty() {
                header.push(' ');
            }
            let digest = sha256::hmac(&key.0, &[prefix.as_bytes(), body]);
            // Writing into a String cannot fail.
            let _ = write!(header, "{}", Signature::V1(digest));
        }
        header
    }

    /// Whether `header` is right for this message, and `at` close enough to `now`.
    ///
    /// Every candidate is compared with every key, and each comparison reads all bytes: how long it takes says
    /// nothing about how much of a forged signature was right.
    pub fn verify(
        &self,
        header: &str,
        id: impl Display,
        at: Moment,
        now: Moment,
        body: &[u8],
    ) -> bool {
        if now.since(at).max(at.since(now)) > TOLERANCE {
            return false;
        }
        let expected = self.header(id, at, body);
        let mut right = false;
        for candidate in header.split_ascii_whitespace() {
            for known in expected.split_ascii_whitespace() {
                right |= same(candidate.as_bytes(), known.as_bytes());
            }
        }
        right
    }
}

/// Whether two byte strings are equal, in a time that depends on their lengths alone.
fn same(left: &[u8], right: &[u8]) -> bool {
    left.len() == right.len()
        && left
            .iter()
            .zip(right)
            .fold(0, |difference, (a, b)| difference | (a ^ b))
            == 0
}

impl FromStr for Key {
    type Err = &'static str;

    /// Reads a key from hexadecimal digits.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = text.as_bytes();
        if digits.len() % 2 != 0 || !text.is_ascii() {
            return Err("a key is an even number of hexadecimal digits");
        }
        digits
            .chunks(2)
            .map(|pair| {
                let pair = std::str::from_utf8(pair).ok()?;
                u8::from_str_radix(pair, 16).ok()
            })
            .collect::<Option<Vec<u8>>>()
            .ok_or("a key holds hexadecimal digits only")
            .and_then(|bytes| Self::new(bytes).ok_or("a key needs at least 16 bytes"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(seeds: &[u8]) -> Vec<Key> {
        seeds.iter().map(|seed| Key(vec![*seed; 16])).collect()
    }

    #[test]
    fn a_header_holds_one_signature_a_key() {
        let both = keys(&[1, 2]);
        let header = Signer::new(&both[..]).header("m_1", Moment::from_millis(9_000), b"{}");
        assert_eq!(header.split(' ').count(), 2);
        assert!(header
            .split(' ')
            .all(|part| part.starts_with("v1,") && part.len() == 47));
    }

    #[test]
    fn an_old_key_is_good_until_it_is_dropped() {
        let (old, rotated) = (keys(&[1]), keys(&[2, 1]));
        let at = Moment::from_millis(60_000);
        let header = Signer::new(rotated).header(7, at, b"body");
        let receiver = Signer::new(&old[..]);
        assert!(receiver.verify(&header, 7, at, at, b"body"));
        assert!(!receiver.verify(&header, 8, at, at, b"body"));
        assert!(!receiver.verify(&header, 7, at, at, b"Body"));
        assert!(!receiver.verify(&header, 7, at, at.after(2 * TOLERANCE), b"body"));
    }

    #[test]
    fn a_key_is_read_and_not_shown() {
        let key: Key = "000102030405060708090a0b0c0d0e0f".parse().unwrap();
        assert_eq!(format!("{key:?}"), "Key(…)");
        assert!("0001".parse::<Key>().is_err() && "zz".repeat(16).parse::<Key>().is_err());
    }
}
