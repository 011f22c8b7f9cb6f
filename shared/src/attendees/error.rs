//! The rules about tickets that can be broken, and how each is answered.

use thiserror::Error;

use crate::conferences::error::ConferenceError;
use crate::dynamo;
use crate::error::{ApiError, Code};
use crate::media::error::MediaError;
use crate::page::InvalidCursor;
use crate::users::error::UserError;

/// A rule about tickets that was broken.
#[derive(Debug, Error)]
pub enum AttendeeError {
    #[error("There is no such conference.")]
    NoConference,
    /// No such ticket, or none that is the caller's.
    #[error("There is no such ticket.")]
    NotFound,
    #[error("There is no such import.")]
    NoImport,
    /// No ticket of this code that the caller could claim: there is none, or it is somebody else's.
    #[error("There is no ticket of this code that can be claimed.")]
    NotClaimable,
    /// The caller has not proved an address.
    #[error("Verify your email address first, or claim by the ticket's code.")]
    EmailNotVerified,
    /// A part of a request that contradicts another; the field, and why.
    #[error("The body is not as documented.")]
    Invalid(&'static str, &'static str),
    /// The event was not signed by the ticketing system, or not now.
    #[error("The webhook's signature is missing, wrong or old.")]
    BadSignature,
    /// The event is not as it should be.
    #[error("The body is not an event as documented.")]
    NoEvent(String, String),
    /// It has been done before. Services deal with it.
    #[error("It has been done before.")]
    Seen,
    #[error("The ticket was changed meanwhile. Read it again.")]
    VersionConflict,
    #[error("The ticket is at another version than `If-Match` names.")]
    PreconditionFailed,
    /// A cursor that is not of this query.
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
            AttendeeError::Invalid(field, why) => return Self::new(Code::InvalidBody, message).detail(field, why),
            AttendeeError::NoEvent(field, why) => return Self::new(Code::InvalidBody, message).detail(field, why),
            AttendeeError::NoConference | AttendeeError::NotFound | AttendeeError::NoImport => Code::NotFound,
            AttendeeError::NotClaimable => Code::TicketNotClaimable,
            AttendeeError::EmailNotVerified => Code::EmailNotVerified,
            AttendeeError::BadSignature => Code::WebhookSignatureInvalid,
            AttendeeError::Seen | AttendeeError::VersionConflict => Code::VersionConflict,
            AttendeeError::PreconditionFailed => Code::PreconditionFailed,
        };
        Self::new(code, message)
    }
}
