//! What a request says of the versions that its sender knows: `If-None-Match` on reads, `If-Match` on changes (RFC 9110
//! section 13.1).

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::header::{IF_MATCH, IF_NONE_MATCH};
use axum::http::request::Parts;
use utoipa::openapi::Required;

use super::describe::{Describe, Described};
use super::entity_tag::EntityTag;
use super::principal::visible;
use crate::app::App;
use crate::error::{ApiError, Code};
use crate::expected::Expected;

/// The versions that a change may apply to; any, if the request does not say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IfMatch(pub Expected);

impl FromRequestParts<Arc<App>> for IfMatch {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<App>) -> Result<Self, ApiError> {
        match parts.headers.get(IF_MATCH).map(visible) {
            None => return Ok(Self(Expected::Any)),
            Some(any) if any.trim() == "*" => return Ok(Self(Expected::Any)),
            Some(_) => {}
        }
        let tags = EntityTag::list(&parts.headers, &IF_MATCH);
        let versions: Vec<u64> = tags.iter().filter_map(EntityTag::version).collect();
        if versions.is_empty() {
            // The API never sent such a tag, so it matches nothing.
            return Err(ApiError::new(
                Code::PRECONDITION_FAILED,
                "`If-Match` is not an `ETag` of this resource. Read the resource and send its `ETag`.",
            ));
        }
        Ok(Self(Expected::OneOf(versions)))
    }
}

impl Describe for IfMatch {
    fn describe(described: &mut Described) {
        described.header(
            "If-Match",
            "`ETag` of the version that you read, or several. The change fails if the resource has another version. \
             Default: any version.",
            Required::False,
        );
        described.codes([Code::PRECONDITION_FAILED]);
    }
}

/// The versions that a change may apply to. They are required where several organisers work on one thing: otherwise one
/// would overwrite changes of another without seeing them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequiredIfMatch(pub Expected);

impl FromRequestParts<Arc<App>> for RequiredIfMatch {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        match IfMatch::from_request_parts(parts, app).await? {
            IfMatch(Expected::Any) => Err(ApiError::new(
                Code::PRECONDITION_REQUIRED,
                "This change needs `If-Match`. Read the resource and send its `ETag`.",
            )),
            IfMatch(expected) => Ok(Self(expected)),
        }
    }
}

impl Describe for RequiredIfMatch {
    fn describe(described: &mut Described) {
        described.header(
            "If-Match",
            "`ETag` of the version that you read, or several. The change fails if the resource has another version. `*` is \
             not accepted.",
            Required::True,
        );
        described.codes([Code::PRECONDITION_FAILED, Code::PRECONDITION_REQUIRED]);
    }
}

/// The contents that a reader already has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IfNoneMatch {
    any: bool,
    tags: Vec<EntityTag>,
}

impl IfNoneMatch {
    /// Whether one of them has this tag.
    pub(super) fn has(&self, tag: &str) -> bool {
        self.any || self.tags.iter().any(|known| known.names(tag))
    }

    /// Whether one of them is this version of a body that changes with its version only. Then it need not be read.
    pub fn has_version(&self, version: u64) -> bool {
        self.has(&version.to_string())
    }
}

impl<S: Sync> FromRequestParts<S> for IfNoneMatch {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let any = parts.headers.get(IF_NONE_MATCH).is_some_and(|header| visible(header).trim() == "*");
        Ok(Self { any, tags: EntityTag::list(&parts.headers, &IF_NONE_MATCH) })
    }
}

impl Describe for IfNoneMatch {
    fn describe(described: &mut Described) {
        let about = "`ETag`s of earlier answers. If the current one is among them, the answer is 304 without a body.";
        described.header("If-None-Match", about, Required::False);
    }
}
