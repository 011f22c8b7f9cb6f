//! Errors of check-in, and how each is answered. A refused scan is no error: it is an answer.

use thiserror::Error;

use crate::attendees::error::AttendeeError;
use crate::conferences::error::ConferenceError;
use crate::dynamo;
use crate::error::{ApiError, Code, codes};
use crate::page::InvalidCursor;

codes! {
    /// Tickets were scanned at the check-in list, so it cannot be deleted: set `closes_at` instead.
    CHECKIN_LIST_IN_USE => CONFLICT,
    /// The scan was refused, so there is nothing to undo.
    SCAN_NOT_REDEEMED => CONFLICT,
}

/// An error of check-in.
#[derive(Debug, Error)]
pub enum CheckinError {
    #[error("There is no such check-in list. Check the id and the conference.")]
    NoList,
    /// No such ticket, or no such scan of it.
    #[error("There is no such scan of this ticket at this check-in list. Check `code` and `nonce`.")]
    NoScan,
    #[error("The scan was refused, so there is nothing to undo.")]
    NotRedeemed,
    /// Tickets were scanned at the list.
    #[error("Tickets were scanned at this check-in list. Set `closes_at` to close it instead.")]
    InUse,
    #[error("The check-in list has changed since you read it. Read it again and send its new `ETag` in `If-Match`.")]
    PreconditionFailed,
    #[error("Only supervisors may set `force`. Send the scan without it.")]
    ForceForbidden,
    /// A field of the request that is wrong, with a message.
    #[error("The request body is invalid.")]
    Invalid { field: String, message: &'static str },
    /// Other scanners changed the same tickets, in all tries.
    #[error("Other scanners are scanning the same ticket. Send the scan again.")]
    Contended,
    #[error(transparent)]
    Cursor(#[from] InvalidCursor),
    #[error(transparent)]
    Conference(#[from] ConferenceError),
    #[error(transparent)]
    Attendees(#[from] AttendeeError),
    #[error(transparent)]
    Dynamo(#[from] dynamo::Error),
}

impl From<CheckinError> for ApiError {
    fn from(error: CheckinError) -> Self {
        let message = error.to_string();
        let code = match error {
            CheckinError::Dynamo(cause) => return cause.into(),
            CheckinError::Cursor(cause) => return cause.into(),
            CheckinError::Conference(cause) => return cause.into(),
            CheckinError::Attendees(cause) => return cause.into(),
            CheckinError::Invalid { field, message: why } => {
                return Self::new(Code::INVALID_BODY, message).detail(field, why);
            }
            CheckinError::NoList | CheckinError::NoScan => Code::NOT_FOUND,
            CheckinError::NotRedeemed => Code::SCAN_NOT_REDEEMED,
            CheckinError::InUse => Code::CHECKIN_LIST_IN_USE,
            CheckinError::PreconditionFailed => Code::PRECONDITION_FAILED,
            CheckinError::ForceForbidden => Code::FORBIDDEN,
            CheckinError::Contended => Code::VERSION_CONFLICT,
        };
        Self::new(code, message)
    }
}
