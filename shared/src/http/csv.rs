//! Files of comma-separated values as answers, compressed for whoever accepts that: they may be too large for Lambda otherwise.

use std::io::Write;

use axum::http::header::{ACCEPT_ENCODING, CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use flate2::Compression;
use flate2::write::GzEncoder;

use super::principal::visible;
use crate::error::{ApiError, Code};

/// Bytes of an answer: Lambda takes 6 MB, of which base64 and the envelope need a part.
const MAX_ANSWER: usize = 4_300_000;

/// The answer with a file named `name`, as the request's headers want it.
pub fn csv_file(name: &str, csv: Vec<u8>, request: &HeaderMap) -> Result<Response, ApiError> {
    let accepted = request.get(ACCEPT_ENCODING).map(visible).unwrap_or_default();
    let gzip = accepted.split([',', ';']).any(|one| matches!(one.trim(), "gzip" | "*"));
    let body = if gzip { compressed(&csv).map_err(ApiError::internal)? } else { csv };
    if body.len() > MAX_ANSWER {
        return Err(ApiError::new(Code::NotAcceptable, "The file is too large to be sent uncompressed."));
    }
    let disposition = format!("attachment; filename=\"{name}.csv\"");
    let mut response =
        ([(CONTENT_TYPE, "text/csv; charset=utf-8"), (CONTENT_DISPOSITION, &disposition)], body).into_response();
    if gzip {
        response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    Ok(response)
}

fn compressed(csv: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(csv)?;
    encoder.finish()
}
