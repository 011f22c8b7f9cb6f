//! Versions of resources: `ETag` on answers, `If-None-Match` on reads, `If-Match` on changes (RFC 9110 sections 8.8.3,
//! 13.1).

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::header::{ETAG, IF_MATCH, IF_NONE_MATCH};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use sha2::{Digest, Sha256};
use utoipa::openapi::Required;

use super::describe::{Describe, Described};
use super::principal::visible;
use crate::app::App;
use crate::error::{ApiError, Code};

/// The version that a change applies to; `None` for any version.
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
            // The API never sent this tag, so it matches nothing.
            None => Err(ApiError::new(
                Code::PRECONDITION_FAILED,
                "`If-Match` is not an `ETag` of this resource. Read the resource and send its `ETag`.",
            )),
        }
    }
}

impl Describe for IfMatch {
    fn describe(described: &mut Described) {
        described.header(
            "If-Match",
            "`ETag` of the version that you read. The change fails if the resource has another version. Default: any version.",
            Required::False,
        );
        described.codes([Code::PRECONDITION_FAILED]);
    }
}

/// The version that a change applies to. It is required where several organisers work on one thing: otherwise one would
/// overwrite changes of another without seeing them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequiredIfMatch(pub u64);

impl FromRequestParts<Arc<App>> for RequiredIfMatch {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        match IfMatch::from_request_parts(parts, app).await? {
            IfMatch(Some(version)) => Ok(Self(version)),
            IfMatch(None) => Err(ApiError::new(
                Code::PRECONDITION_REQUIRED,
                "This change needs `If-Match`. Read the resource and send its `ETag`.",
            )),
        }
    }
}

impl Describe for RequiredIfMatch {
    fn describe(described: &mut Described) {
        described.header(
            "If-Match",
            "`ETag` of the version that you read. The change fails if the resource has another version.",
            Required::True,
        );
        described.codes([Code::PRECONDITION_FAILED, Code::PRECONDITION_REQUIRED]);
    }
}

/// The versions that a reader already has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IfNoneMatch(String);

impl IfNoneMatch {
    /// Whether one of them has this tag, quotes included.
    pub fn has(&self, tag: &str) -> bool {
        // Weak comparison: `W/` does not matter.
        self.0.trim() == "*" || self.0.split(',').any(|one| one.trim().trim_start_matches("W/") == tag)
    }

    /// Whether one of them is this version. Then the resource itself need not be read.
    pub fn has_version(&self, version: u64) -> bool {
        self.has(&tag(version))
    }
}

impl<S: Sync> FromRequestParts<S> for IfNoneMatch {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(parts.headers.get(IF_NONE_MATCH).map(visible).unwrap_or_default().to_owned()))
    }
}

impl Describe for IfNoneMatch {
    fn describe(described: &mut Described) {
        let about = "`ETag`s of earlier answers. If the current one is among them, the answer is 304 without a body.";
        described.header("If-None-Match", about, Required::False);
    }
}

/// A body with its version. A read with this version in `If-None-Match` is answered with 304 and no body.
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

    /// The answer to a read.
    pub fn read(version: u64, body: T, known: &IfNoneMatch) -> Self {
        Self { version, unchanged: known.has_version(version), body }
    }
}

/// The tag of content without a version, quotes included.
pub(super) fn content_tag(content: &str) -> String {
    format!("\"{}\"", hex::encode(Sha256::digest(content)))
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
