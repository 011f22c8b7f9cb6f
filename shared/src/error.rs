//! How a request ends when it does not succeed.
//!
//! When to use which: a rule of a domain that was broken is a variant of that domain's own error enum (`AuthError`,
//! `UserError`), which maps once to an [`ApiError`] here. A fault (DynamoDB, SES, a bug) is [`ApiError::internal`]: its cause
//! is logged once, at the HTTP boundary, and never shown. Nothing else builds a response with an error status.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::sync::Arc;

use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

macro_rules! codes {
    ($(#[doc = $about:literal] $name:ident => $status:ident,)*) => {
        /// The stable `code` of an error body. Clients branch on it; a code never changes its meaning.
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
    /// The body is not JSON, or not of the documented shape; `details` names the field.
    InvalidBody => BAD_REQUEST,
    /// A query parameter, header or path segment is not of the documented shape.
    InvalidRequest => BAD_REQUEST,
    /// The cursor was not made for this query and caller, or was altered.
    InvalidCursor => BAD_REQUEST,
    /// The `Idempotency-Key` is empty, too long, or not visible ASCII.
    InvalidIdempotencyKey => BAD_REQUEST,
    /// The route needs a user or an admin and the request names none.
    AuthenticationRequired => UNAUTHORIZED,
    /// Init data is empty, too long, lacks a field, or names a field twice.
    InitDataMalformed => UNAUTHORIZED,
    /// Init data was not signed by Telegram for this bot.
    InitDataSignatureInvalid => UNAUTHORIZED,
    /// Init data is older than 24 hours.
    InitDataExpired => UNAUTHORIZED,
    /// Init data is dated more than 60 s ahead of now.
    InitDataNotYetValid => UNAUTHORIZED,
    /// The bearer token is not one of ours, or not valid now.
    TokenInvalid => UNAUTHORIZED,
    /// The bearer token was valid and has expired: refresh it.
    TokenExpired => UNAUTHORIZED,
    /// The refresh token's session has ended: log in again.
    SessionEnded => UNAUTHORIZED,
    /// The refresh token had been used before; the whole session is revoked: log in again.
    RefreshTokenReused => UNAUTHORIZED,
    /// The webhook was not called by Telegram: its secret is missing or wrong.
    WebhookSecretInvalid => UNAUTHORIZED,
    /// An event of the ticketing system is not signed, or wrongly, or more than 5 minutes ago.
    WebhookSignatureInvalid => UNAUTHORIZED,
    /// The API key is unknown, revoked or expired.
    ApiKeyInvalid => UNAUTHORIZED,
    /// The caller is known and may not do this.
    Forbidden => FORBIDDEN,
    /// No such route, or no such thing that the caller may see.
    NotFound => NOT_FOUND,
    /// There is no ticket of this code or address, or it is somebody else's.
    TicketNotClaimable => NOT_FOUND,
    /// The route exists, for other methods; see `Allow`.
    MethodNotAllowed => METHOD_NOT_ALLOWED,
    /// Another user has claimed this Twitter account.
    TwitterUsernameTaken => CONFLICT,
    /// Another user has claimed this LinkedIn account.
    LinkedinUsernameTaken => CONFLICT,
    /// Another user has claimed this GitHub account.
    GithubUsernameTaken => CONFLICT,
    /// Another user has claimed this KGeN account.
    KgenUsernameTaken => CONFLICT,
    /// Another user has verified this email address.
    EmailTaken => CONFLICT,
    /// The address is already this user's verified one.
    EmailAlreadyVerified => CONFLICT,
    /// Claiming tickets by address needs one that was verified.
    EmailNotVerified => CONFLICT,
    /// Somebody else changed the thing meanwhile: read it again.
    VersionConflict => CONFLICT,
    /// A notification template with this name exists.
    TemplateNameTaken => CONFLICT,
    /// The notification job's state does not allow this; `details` has the state.
    JobStateConflict => CONFLICT,
    /// A conference with this slug exists.
    ConferenceSlugTaken => CONFLICT,
    /// The conference still has sessions, speakers, check-in lists or tickets: delete them first.
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
    /// Too many of one's uploads are under way: complete or delete some.
    MediaQuotaExceeded => CONFLICT,
    /// The first request with this `Idempotency-Key` is still running.
    IdempotencyInFlight => CONFLICT,
    /// The answer cannot be given in an encoding that the request accepts.
    NotAcceptable => NOT_ACCEPTABLE,
    /// `If-Match` names a version that is not the current one.
    PreconditionFailed => PRECONDITION_FAILED,
    /// The body is larger than 256 KB, or than its route takes.
    PayloadTooLarge => PAYLOAD_TOO_LARGE,
    /// The body needs `Content-Type: application/json`.
    UnsupportedMediaType => UNSUPPORTED_MEDIA_TYPE,
    /// This `Idempotency-Key` was used with another request.
    IdempotencyKeyReused => UNPROCESSABLE_ENTITY,
    /// The verification code is wrong; `details` says how many tries are left.
    EmailCodeWrong => UNPROCESSABLE_ENTITY,
    /// No verification is open, or it expired or ran out of tries: ask for a new code.
    EmailCodeExpired => UNPROCESSABLE_ENTITY,
    /// The template or message cannot be sent; `details` lists each problem with its field.
    MessageInvalid => UNPROCESSABLE_ENTITY,
    /// The schedule cannot be imported; `details` says what is wrong where.
    ScheduleInvalid => UNPROCESSABLE_ENTITY,
    /// The agenda would have too many sessions or too much text.
    AgendaTooLarge => UNPROCESSABLE_ENTITY,
    /// The check-in code is not one of ours, or of another event.
    CheckinCodeInvalid => UNPROCESSABLE_ENTITY,
    /// Nothing was uploaded yet: upload, then complete.
    MediaNotUploaded => UNPROCESSABLE_ENTITY,
    /// The upload's address expired and nothing had come: begin another.
    MediaUploadExpired => UNPROCESSABLE_ENTITY,
    /// The upload is larger than its kind may be.
    MediaTooLarge => UNPROCESSABLE_ENTITY,
    /// The upload is not of the length that was announced; it is deleted.
    MediaSizeMismatch => UNPROCESSABLE_ENTITY,
    /// The upload is not of the type that was announced, by its header or its content; it is deleted.
    MediaTypeMismatch => UNPROCESSABLE_ENTITY,
    /// The upload was replaced while it was being looked at; it is deleted.
    MediaChanged => UNPROCESSABLE_ENTITY,
    /// A change of this needs `If-Match` with the version that was read.
    PreconditionRequired => PRECONDITION_REQUIRED,
    /// Too many requests: wait for `Retry-After` seconds.
    RateLimited => TOO_MANY_REQUESTS,
    /// A fault on our side; `request_id` finds it in the logs.
    InternalError => INTERNAL_SERVER_ERROR,
    /// Something we need is overloaded or down: try again.
    Unavailable => SERVICE_UNAVAILABLE,
}

/// One thing that is wrong with a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Detail {
    /// Where: a JSON path in the body (`roles[2]`), a parameter or a header.
    pub field: String,
    /// What is wrong with it, for a person.
    pub message: String,
}

/// The body of every error answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ApiError)]
pub struct ErrorBody {
    /// What went wrong, for a person. Not stable.
    pub error: String,
    /// What went wrong, for a program. Stable.
    pub code: Code,
    /// The id under which the logs know the request.
    pub request_id: String,
    /// Which parts of the request are wrong; empty where that is not the point.
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

    /// A fault of ours: the answer is constant, the cause is logged.
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
