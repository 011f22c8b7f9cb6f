//! Errors of requests.
//!
//! A broken rule of a domain is a variant of the domain's error enum (`AuthError`, `UserError`), which maps once to an
//! [`ApiError`]. A fault (DynamoDB, SES, a bug) is [`ApiError::internal`]: its cause is logged once, at the HTTP boundary, and
//! never shown. Nothing else builds a response with an error status.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::sync::Arc;

use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

macro_rules! codes {
    ($(#[doc = $about:literal] $name:ident => $status:ident,)*) => {
        /// Stable error code for programs. A code never changes its meaning.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "SCREAMING_SNAKE_CASE")]
        #[schema(as = ErrorCode)]
        pub enum Code { $(#[doc = $about] $name,)* }

        impl Code {
            /// The HTTP status that goes with the code.
            pub const fn status(self) -> StatusCode {
                match self { $(Self::$name => StatusCode::$status,)* }
            }

            /// What the code means, in a sentence.
            pub fn about(self) -> &'static str {
                match self { $(Self::$name => $about,)* }.trim()
            }

            /// The code as it is sent, such as `NOT_FOUND`.
            pub fn name(self) -> String {
                serde_json::to_value(self).ok().and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default()
            }
        }
    };
}

codes! {
    /// The request body is invalid; `details` names the fields.
    InvalidBody => BAD_REQUEST,
    /// A query parameter is invalid; `details` names it.
    InvalidRequest => BAD_REQUEST,
    /// The cursor belongs to another list, other filters or another caller, or was altered.
    InvalidCursor => BAD_REQUEST,
    /// The `Idempotency-Key` is empty, too long, or not visible ASCII.
    InvalidIdempotencyKey => BAD_REQUEST,
    /// The request needs authentication and has no credentials.
    AuthenticationRequired => UNAUTHORIZED,
    /// The init data or Login Widget data is malformed.
    InitDataMalformed => UNAUTHORIZED,
    /// The init data or Login Widget data is not signed by Telegram for this bot.
    InitDataSignatureInvalid => UNAUTHORIZED,
    /// The init data or Login Widget data is older than 24 hours.
    InitDataExpired => UNAUTHORIZED,
    /// The init data or Login Widget data is dated more than 60 seconds in the future.
    InitDataNotYetValid => UNAUTHORIZED,
    /// The token is invalid.
    TokenInvalid => UNAUTHORIZED,
    /// The token has expired: refresh it, or log in again.
    TokenExpired => UNAUTHORIZED,
    /// The login session of the refresh token has ended: log in again.
    SessionEnded => UNAUTHORIZED,
    /// The refresh token was used before, so its login session has ended: log in again.
    RefreshTokenReused => UNAUTHORIZED,
    /// The secret of the Telegram webhook is missing or wrong.
    WebhookSecretInvalid => UNAUTHORIZED,
    /// An event of the ticketing system is not signed, or wrongly, or more than 5 minutes ago.
    WebhookSignatureInvalid => UNAUTHORIZED,
    /// The API key is unknown, revoked or expired.
    ApiKeyInvalid => UNAUTHORIZED,
    /// The caller is authenticated but does not have the permission.
    Forbidden => FORBIDDEN,
    /// The route or the resource does not exist, or the caller cannot see it.
    NotFound => NOT_FOUND,
    /// There is no ticket of this code or address, or it is somebody else's.
    TicketNotClaimable => NOT_FOUND,
    /// The route does not support the method; `Allow` lists its methods.
    MethodNotAllowed => METHOD_NOT_ALLOWED,
    /// Another user has this Twitter account.
    TwitterUsernameTaken => CONFLICT,
    /// Another user has this LinkedIn account.
    LinkedinUsernameTaken => CONFLICT,
    /// Another user has this GitHub account.
    GithubUsernameTaken => CONFLICT,
    /// Another user has this KGeN account.
    KgenUsernameTaken => CONFLICT,
    /// Another user has verified this email address.
    EmailTaken => CONFLICT,
    /// The email address is already verified for this user.
    EmailAlreadyVerified => CONFLICT,
    /// Claiming tickets by address needs one that was verified.
    EmailNotVerified => CONFLICT,
    /// Another request changed the resource at the same time: read it again and repeat the change.
    VersionConflict => CONFLICT,
    /// There is a template of this name.
    TemplateNameTaken => CONFLICT,
    /// The job is in a state in which this cannot be done; `details` says in which.
    JobStateConflict => CONFLICT,
    /// There is a conference of this slug.
    ConferenceSlugTaken => CONFLICT,
    /// The conference has sessions, speakers, lists or tickets: delete those first.
    ConferenceNotEmpty => CONFLICT,
    /// The draft is as the current release: there is nothing to release.
    NothingToRelease => CONFLICT,
    /// A speaker of the conference has this slug.
    SpeakerSlugTaken => CONFLICT,
    /// The user is another speaker of the conference.
    SpeakerUserTaken => CONFLICT,
    /// The user has as many bookmarks as there may be.
    TooManyBookmarks => CONFLICT,
    /// The event's state does not allow this: it was decided, or cancelled.
    EventStateConflict => CONFLICT,
    /// The event takes no registrations: it is not approved, was cancelled, or has begun.
    EventNotOpen => CONFLICT,
    /// More seats of the event are taken than there would be.
    CapacityBelowTaken => CONFLICT,
    /// The registration's state does not allow this.
    RegistrationStateConflict => CONFLICT,
    /// The event's host has declined the user.
    RegistrationDeclined => CONFLICT,
    /// No seat is offered to the user.
    NoOffer => CONFLICT,
    /// The offer of a seat has lapsed.
    OfferExpired => CONFLICT,
    /// The user was checked in before.
    AlreadyCheckedIn => CONFLICT,
    /// Tickets were scanned at the check-in list, so it stays.
    CheckinListInUse => CONFLICT,
    /// The scan let nobody in or out, so there is nothing to undo.
    ScanNotRedeemed => CONFLICT,
    /// The caller has too many open uploads: complete or delete one.
    MediaQuotaExceeded => CONFLICT,
    /// The first request with this `Idempotency-Key` is still running: try again after `Retry-After` seconds.
    IdempotencyInFlight => CONFLICT,
    /// The answer is too large without compression: send `Accept-Encoding: gzip`.
    NotAcceptable => NOT_ACCEPTABLE,
    /// The resource has another version than `If-Match` says: read it again.
    PreconditionFailed => PRECONDITION_FAILED,
    /// The request body is larger than the route allows; the default limit is 256 KB.
    PayloadTooLarge => PAYLOAD_TOO_LARGE,
    /// The request body needs `Content-Type: application/json`.
    UnsupportedMediaType => UNSUPPORTED_MEDIA_TYPE,
    /// The `Idempotency-Key` was used with another request: use a new key.
    IdempotencyKeyReused => UNPROCESSABLE_ENTITY,
    /// The verification code is wrong; `details` says how many attempts are left.
    EmailCodeWrong => UNPROCESSABLE_ENTITY,
    /// The verification code has expired or has no attempts left: request a new code.
    EmailCodeExpired => UNPROCESSABLE_ENTITY,
    /// The template or message cannot be sent like this; `details` says what is wrong where.
    MessageInvalid => UNPROCESSABLE_ENTITY,
    /// The schedule cannot be imported; `details` says what is wrong where.
    ScheduleInvalid => UNPROCESSABLE_ENTITY,
    /// The agenda would have too many sessions or too much text.
    AgendaTooLarge => UNPROCESSABLE_ENTITY,
    /// The check-in code is not one of ours, or of another event.
    CheckinCodeInvalid => UNPROCESSABLE_ENTITY,
    /// No file was uploaded yet: upload the file, then complete the upload.
    MediaNotUploaded => UNPROCESSABLE_ENTITY,
    /// The upload URL expired before a file was uploaded: begin a new upload.
    MediaUploadExpired => UNPROCESSABLE_ENTITY,
    /// The file is larger than its kind allows.
    MediaTooLarge => UNPROCESSABLE_ENTITY,
    /// The file does not have the announced size and was deleted: begin a new upload.
    MediaSizeMismatch => UNPROCESSABLE_ENTITY,
    /// The file does not have the announced content type and was deleted: begin a new upload.
    MediaTypeMismatch => UNPROCESSABLE_ENTITY,
    /// The file was replaced during the check and was deleted: begin a new upload.
    MediaChanged => UNPROCESSABLE_ENTITY,
    /// The change needs `If-Match` with the `ETag` of the version that was read.
    PreconditionRequired => PRECONDITION_REQUIRED,
    /// Too many requests: wait for `Retry-After` seconds.
    RateLimited => TOO_MANY_REQUESTS,
    /// An internal error; report it with `request_id`.
    InternalError => INTERNAL_SERVER_ERROR,
    /// The service is overloaded or a part of it is down: try again later.
    Unavailable => SERVICE_UNAVAILABLE,
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
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

impl std::fmt::Display for ApiError {
    /// For the logs: the code, and the cause if there is one.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.cause {
            Some(cause) => write!(f, "{}: {cause}", self.code.name()),
            None => write!(f, "{}: {}", self.code.name(), self.message),
        }
    }
}

impl ApiError {
    /// An error a client caused.
    pub fn new(code: Code, message: impl Into<Cow<'static, str>>) -> Self {
        Self { code, message: message.into(), details: Vec::new(), retry_after: None, headers: Vec::new(), cause: None }
    }

    /// An internal fault. The answer is constant, and the cause is logged.
    pub fn internal(cause: impl StdError + Send + Sync + 'static) -> Self {
        Self::new(Code::InternalError, "Something went wrong on our side.").caused_by(cause)
    }

    /// A dependency is overloaded or down: the answer is constant, the cause is logged, the client may retry.
    pub fn unavailable(cause: impl StdError + Send + Sync + 'static) -> Self {
        let mut error = Self::new(Code::Unavailable, "The service is busy. Please try again.").caused_by(cause);
        error.retry_after = Some(1);
        error
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
