//! The few bytes of HTTP/1.1 that a delivery needs.
//!
//! A connection serves one request. Keeping connections open would save a handshake with the proxy, which is
//! on the same machine, and would cost the question of what a half-read answer means for the next request.

use std::future::Future;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

use crate::error::DeliveryError;

/// The longest head of an answer that is read: 16 kB. What comes after it is of no interest.
const MAX_HEAD: u64 = 16 * 1024;

/// One request, complete.
#[derive(Debug, Clone, Copy)]
pub struct Request<'r> {
    /// Where it goes.
    pub url: &'r str,
    /// Headers beside those that the transport makes itself.
    pub headers: &'r [(&'r str, &'r str)],
    /// The body.
    pub body: &'r [u8],
}

/// What a receiver said, as far as it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// Its `Retry-After`, if it was a number of seconds.
    pub after: Option<Duration>,
}

/// Carries a request to a receiver.
pub trait Transport: Send + Sync + 'static {
    /// Posts a request, and waits for the head of the answer.
    fn post(
        &self,
        request: Request<'_>,
    ) -> impl Future<Output = Result<Answer, DeliveryError>> + Send;
}

/// Sends every request through one proxy, in plain text.
#[derive(Debug, Clone, Copy)]
pub struct ProxyTransport {
    proxy: SocketAddr,
}

impl ProxyTransport {
    /// A transport through the proxy at this address.
    pub const fn new(proxy: SocketAddr) -> Self {
        Self { proxy }
    }
}

/// The host of a URL, or an error if it is none that a delivery could go to.
///
/// White space and control characters are refused before anything is written: a URL comes from a customer,
/// and one with a line feed in it could write headers of its own.
fn host(url: &str) -> Result<&str, DeliveryError> {
    let refuse = || DeliveryError::Address(url.to_owned());
    if url.bytes().any(|byte| byte <= b' ' || byte == 0x7f) {
        return Err(refuse());
    }
    let rest = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"))
        .ok_or_else(refuse)?;
    match rest.split(['/', '?', '#']).next() {
        Some(host) if !host.is_empty() && !host.contains('@') => Ok(host),
        _ => Err(refuse()),
    }
}

/// The bytes of a request's head.
fn head(request: &Request<'_>) -> Result<String, DeliveryError> {
    let Request { url, headers, body } = *request;
    let mut head = format!(
        "POST {url} HTTP/1.1\r\nhost: {}\r\ncontent-length: {}\r\nconnection: close\r\n",
        host(url)?,
        body.len(),
    );
    for (name, value) in headers {
        head.extend([*name, ": ", *value, "\r\n"]);
    }
    head.push_str("\r\n");
    Ok(head)
}

/// Reads the status line and the one header that matters.
fn parse_answer<'a>(mut lines: impl Iterator<Item = &'a str>) -> Result<Answer, DeliveryError> {
    let status = lines
        .next()
        .and_then(|line| line.strip_prefix("HTTP/1."))
        .and_then(|rest| rest.split(' ').nth(1))
        .and_then(|digits| digits.parse().ok())
        .ok_or(DeliveryError::Protocol("no status line"))?;
    let after = lines
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("retry-after"))
        .and_then(|(_, value)| value.trim().parse().ok())
        .map(Duration::from_secs);
    Ok(Answer { status, after })
}

impl Transport for ProxyTransport {
    async fn post(&self, request: Request<'_>) -> Result<Answer, DeliveryError> {
        let head = head(&request)?;
        let mut stream = TcpStream::connect(self.proxy).await?;
        stream.write_all(head.as_bytes()).await?;
        stream.write_all(request.body).await?;

        let mut lines = BufReader::new(stream.take(MAX_HEAD)).lines();
        let mut seen = Vec::new();
        while let Some(line) = lines.next_line().await? {
            if line.is_empty() {
                break;
            }
            seen.push(line);
        }
        parse_answer(seen.iter().map(String::as_str))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_cannot_write_headers() {
        for url in [
            "http://a/\r\nx: y",
            "ftp://a",
            "http://",
            "https://user@a/",
            "http://a b",
        ] {
            assert!(
                matches!(host(url), Err(DeliveryError::Address(_))),
                "{url:?}"
            );
        }
        assert_eq!(host("https://a.test:8080?x").unwrap(), "a.test:8080");
    }

    #[test]
    fn an_answer_is_its_status_and_its_wait() {
        let lines = "HTTP/1.1 429 Slow down\nServer: x\nRetry-After: 7".lines();
        let after = Some(Duration::from_secs(7));
        assert_eq!(parse_answer(lines).unwrap(), Answer { status: 429, after });
        assert!(parse_answer("SSH-2.0-x".lines()).is_err());
    }
}
