//! The size of answers: answers larger than a packet are compressed if the client accepts it, and none is larger than
//! Lambda allows.

use std::io::Write;

use axum::body::{Body, Bytes, HttpBody, to_bytes};
use axum::extract::Request;
use axum::http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, ETAG, VARY};
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use flate2::Compression;
use flate2::write::GzEncoder;
use thiserror::Error;

use crate::error::{ApiError, Code};

/// Bytes that fit into a TCP segment with their headers: less would not arrive sooner.
const WORTHWHILE: u64 = 1_000;
/// Bytes of an answer: Lambda takes 6 MB, of which base64 and the envelope need a part.
const MAX_ANSWER: usize = 4_300_000;

/// The body of an answer as it was compressed before, for many readers.
#[derive(Clone, Debug)]
pub(super) struct Compressed(pub(super) Bytes);

/// Compresses the answer if it is worth it and the request accepts it. One that stays too large is 406 where
/// compressing it would have helped.
pub(super) async fn compress(request: Request, next: Next) -> Response {
    let gzip = accepts_gzip(request.headers());
    let mut response = next.run(request).await;
    // An answer without a body says what the one with a body would: 304 has the `Vary` of 200.
    response.headers_mut().append(VARY, HeaderValue::from_static("accept-encoding"));
    let small = response.body().size_hint().upper().is_some_and(|size| size < WORTHWHILE);
    if small || response.headers().contains_key(CONTENT_ENCODING) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let before = parts.extensions.remove::<Compressed>().filter(|before| gzip && before.0.len() <= MAX_ANSWER);
    let sent = match before {
        Some(Compressed(body)) => Ok(body),
        None => sized(body, gzip).await,
    };
    match sent {
        Ok(body) => {
            if gzip {
                parts.headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
                parts.headers.remove(CONTENT_LENGTH);
            }
            Response::from_parts(parts, body.into())
        }
        Err(error) => {
            // Who asked, and how often they still may. The tag is that of the answer.
            parts.headers.remove(ETAG);
            let mut response = error.into_response();
            response.extensions_mut().extend(parts.extensions);
            response.headers_mut().extend(parts.headers);
            response
        }
    }
}

/// A body as it is sent.
async fn sized(body: Body, gzip: bool) -> Result<Bytes, ApiError> {
    let plain = to_bytes(body, usize::MAX).await.map_err(ApiError::internal)?;
    let sent = if gzip { compressed(&plain).map_err(ApiError::internal)? } else { plain };
    match sent.len() {
        ..=MAX_ANSWER => Ok(sent),
        _ if gzip => Err(ApiError::internal(TooLarge)),
        _ => {
            let message = "The answer is too large without compression. Send `Accept-Encoding: gzip`.";
            Err(ApiError::new(Code::NOT_ACCEPTABLE, message))
        }
    }
}

/// Whether a request wants gzip (RFC 9110 section 12.5.3): every browser says so by name.
pub fn accepts_gzip(headers: &HeaderMap) -> bool {
    let codings = headers
        .get_all(ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|text| text.split(','));
    codings.map(|coding| coding.split_once(';').unwrap_or((coding, "q=1"))).any(|(name, weight)| {
        let weight = weight.trim().strip_prefix("q=").and_then(|q| q.parse::<f32>().ok());
        name.trim().eq_ignore_ascii_case("gzip") && weight.is_some_and(|weight| weight > 0.0)
    })
}

fn compressed(plain: &[u8]) -> std::io::Result<Bytes> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(plain)?;
    encoder.finish().map(Bytes::from)
}

#[derive(Debug, Error)]
#[error("the answer is larger than Lambda takes, compressed")]
struct TooLarge;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gzip_is_sent_to_those_who_name_it_with_a_weight_above_zero() {
        for (accepted, gzip) in [
            ("gzip, deflate, br", true),
            ("br;q=1.0, GZIP;q=0.5", true),
            ("gzip;q=0", false),
            ("br", false),
            ("", false),
        ] {
            let headers = HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static(accepted))]);
            assert_eq!(accepts_gzip(&headers), gzip, "{accepted}");
        }
        assert!(!accepts_gzip(&HeaderMap::new()));
    }
}
