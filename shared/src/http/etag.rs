//! Versions of things: `ETag` on answers, `If-None-Match` on reads, `If-Match` on changes (RFC 9110 sections 8.8.3, 13.1).

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::header::{ETAG, IF_MATCH, IF_NONE_MATCH};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::principal::visible;
use crate::app::App;
use crate::error::{ApiError, Code};

/// The version that a change insists on; `None` when the request does not, or says `*`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IfMatch(pub Option<u64>);

impl FromRequestParts<Arc<App>> for IfMatch {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<App>) -> Result<Self, ApiError> {
        let Some(header) = parts.headers.get(IF_MATCH).map(visible) else { return Ok(Self(None)) };
        if header.trim() == "*" {
            return Ok(Self(None));
        }
        let version =
            header.trim().strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).and_then(|text| text.parse().ok());
        match version {
            Some(version) => Ok(Self(Some(version))),
            // A tag that we never gave out matches nothing.
            None => Err(ApiError::new(Code::PreconditionFailed, "`If-Match` names no version of this.")),
        }
    }
}

/// The version that an admin's change insists on: without it, one would not see what another has done meanwhile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequiredIfMatch(pub u64);

impl FromRequestParts<Arc<App>> for RequiredIfMatch {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        match IfMatch::from_request_parts(parts, app).await? {
            IfMatch(Some(version)) => Ok(Self(version)),
            IfMatch(None) => Err(ApiError::new(
                Code::PreconditionRequired,
                "This change needs `If-Match` with the version you read.",
            )),
        }
    }
}

/// A body with its version; a read that already has this version gets 304 and no body.
#[derive(Clone, Debug)]
pub struct ETagged<T> {
    version: u64,
    unchanged: bool,
    body: T,
}

impl<T> ETagged<T> {
    /// The answer to a change.
    pub fn new(version: u64, body: T) -> Self {
        Self { version, unchanged: false, body }
    }

    /// The answer to a read, which may have the version already.
    pub fn read(version: u64, body: T, headers: &HeaderMap) -> Self {
        Self { version, unchanged: is_known(version, headers), body }
    }
}

/// The tag of what has no version: of its content, quotes included.
pub fn content_tag(content: &str) -> String {
    format!("\"{}\"", hex::encode(Sha256::digest(content)))
}

/// Whether a reader has this version already: then the rest of it need not be read.
pub fn is_known(version: u64, headers: &HeaderMap) -> bool {
    has_tag(&tag(version), headers)
}

/// Whether a reader has what has this tag, quotes included.
pub fn has_tag(tag: &str, headers: &HeaderMap) -> bool {
    let known = headers.get(IF_NONE_MATCH).map(visible).unwrap_or_default();
    // Weak comparison: `W/` does not matter.
    known.trim() == "*" || known.split(',').any(|one| one.trim().trim_start_matches("W/") == tag)
}

fn tag(version: u64) -> String {
    format!("\"{version}\"")
}

impl<T: Serialize> IntoResponse for ETagged<T> {
    fn into_response(self) -> Response {
        let headers = [(ETAG, tag(self.version))];
        if self.unchanged {
            return (StatusCode::NOT_MODIFIED, headers).into_response();
        }
        (headers, axum::Json(self.body)).into_response()
    }
}
