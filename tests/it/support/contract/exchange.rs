//! A request with its answer, and a place where they differ from the contract.

use std::borrow::Cow;
use std::fmt;
use std::io::Read;

use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use axum::http::{HeaderMap, Method};
use flate2::read::GzDecoder;

/// A request and what it was answered.
pub(crate) struct Exchange {
    /// The request's method.
    pub(crate) method: Method,
    /// The request's path, without a query.
    pub(crate) path: String,
    /// The media type of the request's body. Empty if the request names none.
    pub(crate) sent_type: String,
    /// The request's body.
    pub(crate) sent: Vec<u8>,
    /// The answer's status.
    pub(crate) status: u16,
    /// The answer's headers.
    pub(crate) headers: HeaderMap,
    /// The answer's body as it was sent.
    pub(crate) answer: Vec<u8>,
}

impl Exchange {
    /// A request without an answer yet.
    pub(crate) fn begin(method: Method, path: &str, headers: &HeaderMap, sent: &[u8]) -> Self {
        Self {
            method,
            path: path.to_owned(),
            sent_type: media_type(headers),
            sent: sent.to_owned(),
            status: 0,
            headers: HeaderMap::new(),
            answer: Vec::new(),
        }
    }

    /// The same with the answer.
    pub(crate) fn answered(mut self, status: u16, headers: &HeaderMap, body: &[u8]) -> Self {
        self.status = status;
        self.headers = headers.clone();
        self.answer = body.to_owned();
        self
    }

    /// The answer's body, decompressed.
    pub(crate) fn plain_answer(&self) -> Cow<'_, [u8]> {
        match self.headers.get(CONTENT_ENCODING) {
            // The answer to `HEAD` has the headers of a body, and none.
            Some(coding) if coding == "gzip" && !self.answer.is_empty() => Cow::Owned(decompressed(&self.answer)),
            _ => Cow::Borrowed(&self.answer),
        }
    }

    /// The media type of the answer's body. Empty if the answer names none.
    pub(crate) fn answer_type(&self) -> String {
        media_type(&self.headers)
    }
}

/// The media type without its parameters, in lower case.
fn media_type(headers: &HeaderMap) -> String {
    let text = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

fn decompressed(body: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    GzDecoder::new(body).read_to_end(&mut plain).expect("gzip, as the header says");
    plain
}

/// A place where an exchange differs from the contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Violation {
    /// The part: `answer`, `request`, or `header` with its name.
    pub(crate) part: String,
    /// JSON pointer of the value in the part. Empty for all of it.
    pub(crate) pointer: String,
    /// The difference.
    pub(crate) reason: String,
}

impl Violation {
    /// A violation by all of a part.
    pub(crate) fn of(part: &str, reason: impl Into<String>) -> Self {
        Self { part: part.to_owned(), pointer: String::new(), reason: reason.into() }
    }

    /// The text without what differs from one answer to the next.
    pub(crate) fn general(&self) -> String {
        let index = |segment: &str| !segment.is_empty() && segment.bytes().all(|byte| byte.is_ascii_digit());
        let pointer: Vec<&str> =
            self.pointer.split('/').map(|segment| if index(segment) { "*" } else { segment }).collect();
        Self { pointer: pointer.join("/"), ..self.clone() }.to_string()
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pointer = if self.pointer.is_empty() { "/" } else { &self.pointer };
        write!(f, "{} {pointer}: {}", self.part, self.reason)
    }
}
