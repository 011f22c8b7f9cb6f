//! Answers to reads of content that has no version: its hash is the `ETag`.

use axum::http::StatusCode;
use axum::http::header::ETAG;
use axum::response::{IntoResponse, IntoResponseParts, Response};

use super::etag::{IfNoneMatch, content_tag};

/// The content with these headers, or 304 if the client has it already.
pub fn content(content: String, headers: impl IntoResponseParts, known: &IfNoneMatch) -> Response {
    let tag = content_tag(&content);
    let unchanged = known.has(&tag);
    let tag = [(ETAG, tag)];
    if unchanged { (StatusCode::NOT_MODIFIED, tag).into_response() } else { (tag, headers, content).into_response() }
}
