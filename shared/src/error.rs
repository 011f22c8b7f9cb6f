//! Errors of requests.
//!
//! A broken rule of a domain is a variant of the domain's error enum (`AuthError`, `UserError`), which maps once to an
//! [`ApiError`]. A fault (DynamoDB, SES, a bug) is [`ApiError::internal`]: its cause is logged once, at the HTTP
//! boundary, and never shown. Nothing else builds a response with an error status.

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
    /// The signature of the ticketing event is missing, wrong, or older than 5 minutes.
    WebhookSignatureInvalid => UNAUTHORIZED,
    /// The API key is unknown, revoked or expired.
    ApiKeyInvalid => UNAUTHORIZED,
    /// The caller is authenticated but does not have the permission.
    Forbidden => FORBIDDEN,
    /// The route or the resource does not exist, or the caller cannot see it.
    NotFound => NOT_FOUND,
    /// No ticket has this code or address, or another user has claimed it.
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
    /// Claiming tickets by email address needs a verified address.
    EmailNotVerified => CONFLICT,
    /// Another request changed the resource at the same time: read it again and repeat the change.
    VersionConflict => CONFLICT,
    /// A notification template with this name exists.
    TemplateNameTaken => CONFLICT,
    /// The notification job's state does not allow this; `details` has the state.
    JobStateConflict => CONFLICT,
    /// A conference with this slug exists.
    ConferenceSlugTaken => CONFLICT,
    /// The conference still has sessions, speakers, check-in lists or tickets: delete them first.
    ConferenceNotEmpty => CONFLICT,
    /// The draft has no changes since the current release.
    NothingToRelease => CONFLICT,
    /// Another speaker of the conference has this slug.
    SpeakerSlugTaken => CONFLICT,
    /// The user is linked to another speaker of the conference.
    SpeakerUserTaken => CONFLICT,
    /// The user has the maximum number of bookmarks: remove one first.
    TooManyBookmarks => CONFLICT,
    /// The side event is approved, cancelled or over, so this is no longer possible.
    EventStateConflict => CONFLICT,
    /// The side event is not approved, it is cancelled, or it has started.
    EventNotOpen => CONFLICT,
    /// More seats of the side event are taken than the new `capacity`.
    CapacityBelowTaken => CONFLICT,
    /// The state of the registration does not allow this: read it for its `state`.
    RegistrationStateConflict => CONFLICT,
    /// The host of the side event declined the user.
    RegistrationDeclined => CONFLICT,
    /// No seat is offered to the user: read the registration for its `state`.
    NoOffer => CONFLICT,
    /// The offer of a seat has expired: register again to join the waitlist.
    OfferExpired => CONFLICT,
    /// The user has already arrived at the side event.
    AlreadyCheckedIn => CONFLICT,
    /// Tickets were scanned at the check-in list, so it cannot be deleted: set `closes_at` instead.
    CheckinListInUse => CONFLICT,
    /// The scan was refused, so there is nothing to undo.
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
    /// The template or message cannot be sent; `details` lists each problem with its field.
    MessageInvalid => UNPROCESSABLE_ENTITY,
    /// The schedule cannot be imported: `details` lists its problems.
    ScheduleInvalid => UNPROCESSABLE_ENTITY,
    /// The agenda has too many sessions or too much text.
    AgendaTooLarge => UNPROCESSABLE_ENTITY,
    /// The check-in code is of another side event, or its signature is wrong.
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

impl Code {
    /// The seconds after which a request with this error may succeed if it is sent again, unchanged; sent as
    /// `Retry-After`. `None`: time alone changes nothing.
    pub const fn retry_after(self) -> Option<u64> {
        match self {
            Self::IdempotencyInFlight | Self::Unavailable => Some(1),
            // The limiter knows when its window ends.
            Self::RateLimited => Some(60),
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
        Self::new(Code::InternalError, "Something went wrong on our side.").caused_by(cause)
    }

    /// A dependency is overloaded or down: the answer is constant, the cause is logged, the client may retry.
    pub fn unavailable(cause: impl StdError + Send + Sync + 'static) -> Self {
        Self::new(Code::Unavailable, "The service is busy. Please try again.").caused_by(cause)
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
