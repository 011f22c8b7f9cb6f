//! Errors of requests.
//!
//! A broken rule of a domain is a variant of the domain's error enum (`AuthError`, `UserError`), which maps once to an
//! [`ApiError`]. A fault (DynamoDB, SES, a bug) is [`ApiError::internal`]: its cause is logged once, at the HTTP
//! boundary, and never shown. Nothing else builds a response with an error status.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use axum::http::StatusCode;
use serde::{Deserialize, Serialize, Serializer};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

/// Stable error code for programs. A code never changes its meaning.
// A domain declares its codes in its `error.rs`. Two codes of one name do not compile.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Code(&'static Meaning);

/// What a code is. Apart from the code, so that errors, which are moved often, stay small.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Meaning {
    /// The code as it is sent.
    pub(crate) name: &'static str,
    /// What it means.
    pub(crate) about: &'static str,
    /// The HTTP status that goes with it.
    pub(crate) status: StatusCode,
}

impl Code {
    /// A code with this meaning; `codes!` makes them.
    pub(crate) const fn new(meaning: &'static Meaning) -> Self {
        Self(meaning)
    }

    /// The HTTP status that goes with the code.
    pub const fn status(self) -> StatusCode {
        self.0.status
    }

    /// What the code means, in a sentence.
    pub fn about(self) -> &'static str {
        self.0.about.trim()
    }

    /// The code as it is sent, such as `NOT_FOUND`.
    pub const fn name(self) -> &'static str {
        self.0.name
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl PartialSchema for Code {
    fn schema() -> RefOr<Schema> {
        let about = "Stable error code for programs. A code never changes its meaning.";
        ObjectBuilder::new().schema_type(Type::String).description(Some(about)).into()
    }
}

impl ToSchema for Code {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("ErrorCode")
    }
}

/// Declares codes: `codes! { /// What it means. NAME => STATUS, }`. The first line says what the code means, to the
/// reader of the OpenAPI document.
macro_rules! codes {
    ($(#[doc = $about:literal] $name:ident => $status:ident,)*) => {
        impl $crate::error::Code {
            $(
                #[doc = $about]
                pub const $name: Self = Self::new(&$crate::error::Meaning {
                    name: stringify!($name),
                    about: $about,
                    status: ::axum::http::StatusCode::$status,
                });
            )*
        }
    };
}
pub(crate) use codes;

codes! {
    /// The request body is invalid; `details` names the fields.
    INVALID_BODY => BAD_REQUEST,
    /// A query parameter is invalid; `details` names it.
    INVALID_REQUEST => BAD_REQUEST,
    /// The cursor belongs to another list, other filters or another caller, or was altered.
    INVALID_CURSOR => BAD_REQUEST,
    /// The `Idempotency-Key` is empty, too long, or not visible ASCII.
    INVALID_IDEMPOTENCY_KEY => BAD_REQUEST,
    /// You have lost a right since the first request with this `Idempotency-Key`, so its answer is not repeated.
    IDEMPOTENCY_RIGHT_LOST => FORBIDDEN,
    /// The request needs authentication and has no credentials.
    AUTHENTICATION_REQUIRED => UNAUTHORIZED,
    /// The caller is authenticated but does not have the permission.
    FORBIDDEN => FORBIDDEN,
    /// The route or the resource does not exist, or the caller cannot see it.
    NOT_FOUND => NOT_FOUND,
    /// The route does not support the method; `Allow` lists its methods.
    METHOD_NOT_ALLOWED => METHOD_NOT_ALLOWED,
    /// Another request changed the resource at the same time: read it again and repeat the change.
    VERSION_CONFLICT => CONFLICT,
    /// The first request with this `Idempotency-Key` is still running: try again after `Retry-After` seconds.
    IDEMPOTENCY_IN_FLIGHT => CONFLICT,
    /// The answer is too large without compression: send `Accept-Encoding: gzip`.
    NOT_ACCEPTABLE => NOT_ACCEPTABLE,
    /// The resource has another version than `If-Match` says: read it again.
    PRECONDITION_FAILED => PRECONDITION_FAILED,
    /// The request body is larger than the route allows; the default limit is 256 KB.
    PAYLOAD_TOO_LARGE => PAYLOAD_TOO_LARGE,
    /// The request body is compressed, or lacks `Content-Type: application/json`.
    UNSUPPORTED_MEDIA_TYPE => UNSUPPORTED_MEDIA_TYPE,
    /// The `Idempotency-Key` was used with another request: use a new key.
    IDEMPOTENCY_KEY_REUSED => UNPROCESSABLE_ENTITY,
    /// The change needs `If-Match` with the `ETag` of the version that was read.
    PRECONDITION_REQUIRED => PRECONDITION_REQUIRED,
    /// Too many requests: wait for `Retry-After` seconds.
    RATE_LIMITED => TOO_MANY_REQUESTS,
    /// An internal error; report it with `request_id`.
    INTERNAL_ERROR => INTERNAL_SERVER_ERROR,
    /// The service is overloaded or a part of it is down: try again later.
    UNAVAILABLE => SERVICE_UNAVAILABLE,
}

impl Code {
    /// The seconds after which a request with this error may succeed if it is sent again, unchanged; sent as
    /// `Retry-After`. `None`: time alone changes nothing.
    pub fn retry_after(self) -> Option<u64> {
        match self {
            Self::IDEMPOTENCY_IN_FLIGHT | Self::UNAVAILABLE => Some(1),
            // The limiters know when their windows end.
            Self::RATE_LIMITED | Self::EMAIL_LIMITED => Some(60),
            _ => None,
        }
    }
}

/// An invalid part of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ErrorDetail)]
pub struct Detail {
    /// JSON path in the request body, such as `roles[2]`, or name of a parameter or header.
    pub field: String,
    /// What is wrong, for people.
    pub message: String,
}

/// Body of every error.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ApiError)]
pub struct ErrorBody {
    /// Message for people. The text may change.
    pub error: String,
    /// Stable code for programs.
    pub code: Code,
    /// Id of the request in our logs.
    pub request_id: String,
    /// Invalid parts of the request. Empty if the error is not about a part.
    pub details: Vec<Detail>,
}

/// An error answer before it is written: the HTTP boundary adds the request id and logs the cause.
#[derive(Clone, Debug)]
pub struct ApiError {
    /// The stable code, which decides the status.
    pub code: Code,
    /// For a person.
    pub message: Cow<'static, str>,
    /// Which parts of the request are wrong.
    pub details: Vec<Detail>,
    /// Sent as `Retry-After`, in seconds.
    pub retry_after: Option<u64>,
    /// More headers for the answer.
    pub headers: Vec<(&'static str, String)>,
    /// Logged, never shown.
    pub cause: Option<Arc<dyn StdError + Send + Sync>>,
}

impl fmt::Display for ApiError {
    /// For the logs: the code, and the cause if there is one.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.cause {
            Some(cause) => write!(f, "{}: {cause}", self.code.name()),
            None => write!(f, "{}: {}", self.code.name(), self.message),
        }
    }
}

impl ApiError {
    /// An error a client caused.
    pub fn new(code: Code, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            code,
            message: message.into(),
            details: Vec::new(),
            retry_after: code.retry_after(),
            headers: Vec::new(),
            cause: None,
        }
    }

    /// An internal fault. The answer is constant, and the cause is logged.
    pub fn internal(cause: impl StdError + Send + Sync + 'static) -> Self {
        Self::new(Code::INTERNAL_ERROR, "Something went wrong on our side.").caused_by(cause)
    }

    /// A dependency is overloaded or down: the answer is constant, the cause is logged, the client may retry.
    pub fn unavailable(cause: impl StdError + Send + Sync + 'static) -> Self {
        Self::new(Code::UNAVAILABLE, "The service is busy. Please try again.").caused_by(cause)
    }

    /// Adds a wrong part of the request.
    #[must_use]
    pub fn detail(mut self, field: impl Into<String>, message: impl Into<String>) -> Self {
        self.details.push(Detail { field: field.into(), message: message.into() });
        self
    }

    fn caused_by(mut self, cause: impl StdError + Send + Sync + 'static) -> Self {
        self.cause = Some(Arc::new(cause));
        self
    }
}
