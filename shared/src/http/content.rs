//! Answers to reads of content that has no version: its hash is the `ETag`.

use axum::response::{IntoResponseParts, Response};
use sha2::{Digest, Sha256};

use super::etag::tagged;
use super::preconditions::IfNoneMatch;

/// The content with these headers, or 304 if the client has it already.
pub fn content(content: String, headers: impl IntoResponseParts, known: &IfNoneMatch) -> Response {
    let tag = hex::encode(Sha256::digest(&content));
    tagged(&tag, known, || (headers, content))
}
