//! Answers with an entity tag (`ETag`).

use axum::Extension;
use axum::body::Bytes;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, ETAG};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::compress::Compressed;
use super::entity_tag::SEPARATOR;
use super::preconditions::IfNoneMatch;
use crate::error::ApiError;
use crate::page::Page;

/// A body with the version of what it shows. A reader who has it already gets 304 and no body.
#[derive(Clone, Debug)]
pub struct ETagged<T> {
    version: u64,
    varies: bool,
    known: IfNoneMatch,
    body: T,
}

impl<T> ETagged<T> {
    /// A body that changes with the version only, so the version is its tag.
    pub fn new(version: u64, body: T) -> Self {
        Self { version, varies: false, known: IfNoneMatch::default(), body }
    }

    /// A body that also shows what has no part in the version, such as free seats. Its tag is the version and a digest.
    pub fn varying(version: u64, body: T) -> Self {
        Self { varies: true, ..Self::new(version, body) }
    }

    /// The answer to a read by someone who has these.
    #[must_use]
    pub fn unless(self, known: IfNoneMatch) -> Self {
        Self { known, ..self }
    }
}

impl<T: Serialize> ETagged<T> {
    fn tag(&self) -> serde_json::Result<String> {
        let version = self.version.to_string();
        if !self.varies {
            return Ok(version);
        }
        Ok(format!("{version}{SEPARATOR}{}", digest(&serde_json::to_vec(&self.body)?)))
    }
}

impl<T: Serialize> IntoResponse for ETagged<T> {
    fn into_response(self) -> Response {
        match self.tag() {
            Ok(tag) => tagged(&tag, &self.known, || axum::Json(self.body)),
            Err(error) => ApiError::internal(error).into_response(),
        }
    }
}

/// The answer to a read of JSON that was made and compressed before, at this version.
pub fn prepared(version: u64, json: Bytes, gzip: impl FnOnce() -> Bytes, known: &IfNoneMatch) -> Response {
    let answer = || ([(CONTENT_TYPE, "application/json")], Extension(Compressed(gzip())), json);
    tagged(&version.to_string(), known, answer)
}

/// A page of a list that has no version. Its tag is a digest of its items, and weak: a cursor is another one each time,
/// and leads to the same page.
pub fn tagged_page<T: Serialize>(page: Page<T>, known: &IfNoneMatch) -> Result<Response, ApiError> {
    let content = serde_json::to_vec(&(&page.items, page.next_cursor.is_some())).map_err(ApiError::internal)?;
    let tag = digest(&content);
    Ok(with_tag(format!("W/\"{tag}\""), known.has(&tag), || axum::Json(page)))
}

/// The answer with this tag, or 304 without a body for who has it already.
pub(super) fn tagged<T: IntoResponse>(tag: &str, known: &IfNoneMatch, answer: impl FnOnce() -> T) -> Response {
    with_tag(format!("\"{tag}\""), known.has(tag), answer)
}

fn with_tag<T: IntoResponse>(tag: String, is_known: bool, answer: impl FnOnce() -> T) -> Response {
    let header = [(ETAG, tag)];
    if is_known { (StatusCode::NOT_MODIFIED, header).into_response() } else { (header, answer()).into_response() }
}

/// 128 bits: that two contents share one is out of the question.
fn digest(content: &[u8]) -> String {
    hex::encode(&Sha256::digest(content)[..16])
}
