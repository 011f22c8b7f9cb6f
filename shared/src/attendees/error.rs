//! Errors of tickets, and how each is answered.

use thiserror::Error;

use crate::conferences::error::ConferenceError;
use crate::dynamo;
use crate::error::{ApiError, Code, codes};
use crate::media::error::MediaError;
use crate::page::InvalidCursor;
use crate::users::error::UserError;

codes! {
    /// The signature of the ticketing event is missing, wrong, or older than 5 minutes.
    WEBHOOK_SIGNATURE_INVALID => UNAUTHORIZED,
    /// No ticket has this code or address, or another user has claimed it.
    TICKET_NOT_CLAIMABLE => NOT_FOUND,
    /// Claiming tickets by email address needs a verified address.
    EMAIL_NOT_VERIFIED => CONFLICT,
}

/// An error of tickets.
#[derive(Debug, Error)]
pub enum AttendeeError {
    #[error("There is no such conference. Check the slug.")]
    NoConference,
    /// No such ticket, or the caller has none.
    #[error("There is no such ticket. Check the code and the conference, or claim a ticket first.")]
    NotFound,
    #[error("There is no such import. Check the id and the conference.")]
    NoImport,
    /// No ticket has this code or address, or another user has claimed it. One answer, so that codes cannot be guessed.
    #[error("You cannot claim a ticket of this code or email address. Check both, or ask the organisers.")]
    NotClaimable,
    /// Too many wrong codes of the account or the network, for so many seconds more. Right codes are accepted.
    #[error("You cannot claim a ticket of this code, and there were too many wrong codes. Try again in {0} seconds.")]
    TooManyWrong(u64),
    #[error("Your email address is not verified. Verify it, or send the `code` of the ticket.")]
    EmailNotVerified,
    /// A field that contradicts another, with a message.
    #[error("The request body is invalid.")]
    Invalid(&'static str, &'static str),
    #[error("`X-Ticketing-Signature` is missing, wrong, or older than 5 minutes. Sign the event again.")]
    BadSignature,
    /// A field of the ticketing event that is wrong, with a message.
    #[error("The ticketing event is invalid.")]
    NoEvent(String, String),
    /// A ticketing event or a group of rows was stored before. Services handle it.
    #[error("This was already done.")]
    Seen,
    #[error("The ticket is being changed by others. Send the request again.")]
    VersionConflict,
    #[error("The ticket has changed since you read it. Read it again and send its `version` in `If-Match`.")]
    PreconditionFailed,
    #[error(transparent)]
    Cursor(#[from] InvalidCursor),
    #[error(transparent)]
    User(#[from] UserError),
    #[error(transparent)]
    Conference(#[from] ConferenceError),
    #[error(transparent)]
    Media(#[from] MediaError),
    #[error(transparent)]
    Dynamo(#[from] dynamo::Error),
}

impl From<AttendeeError> for ApiError {
    fn from(error: AttendeeError) -> Self {
        let message = error.to_string();
        let code = match error {
            AttendeeError::Dynamo(cause) => return cause.into(),
            AttendeeError::Cursor(cause) => return cause.into(),
            AttendeeError::User(cause) => return cause.into(),
            AttendeeError::Conference(cause) => return cause.into(),
            AttendeeError::Media(cause) => return cause.into(),
            AttendeeError::Invalid(field, why) => return Self::new(Code::INVALID_BODY, message).detail(field, why),
            AttendeeError::NoEvent(field, why) => return Self::new(Code::INVALID_BODY, message).detail(field, why),
            AttendeeError::NoConference | AttendeeError::NotFound | AttendeeError::NoImport => Code::NOT_FOUND,
            AttendeeError::TooManyWrong(left) => {
                return Self { retry_after: Some(left), ..Self::new(Code::RATE_LIMITED, message) };
            }
            AttendeeError::NotClaimable => Code::TICKET_NOT_CLAIMABLE,
            AttendeeError::EmailNotVerified => Code::EMAIL_NOT_VERIFIED,
            AttendeeError::BadSignature => Code::WEBHOOK_SIGNATURE_INVALID,
            AttendeeError::Seen | AttendeeError::VersionConflict => Code::VERSION_CONFLICT,
            AttendeeError::PreconditionFailed => Code::PRECONDITION_FAILED,
        };
        Self::new(code, message)
    }
}
