//! The rules about check-in that can be broken, and how each is answered. A ticket that is not let in is no error: it is an answer.

use thiserror::Error;

use crate::attendees::error::AttendeeError;
use crate::conferences::error::ConferenceError;
use crate::dynamo;
use crate::error::{ApiError, Code};
use crate::page::InvalidCursor;

/// A rule about check-in that was broken.
#[derive(Debug, Error)]
pub enum CheckinError {
    #[error("There is no such check-in list.")]
    NoList,
    /// No such ticket, or no such scan of it.
    #[error("There is no such scan of this ticket at this list.")]
    NoScan,
    #[error("The scan let nobody in or out, so there is nothing to undo.")]
    NotRedeemed,
    /// Tickets were scanned at the list.
    #[error("Tickets were scanned at this list. Close it instead.")]
    InUse,
    #[error("The check-in list is at another version than `If-Match` names.")]
    PreconditionFailed,
    #[error("Only supervisors let somebody in against the rules.")]
    ForceForbidden,
    /// A part of the request that cannot be.
    #[error("The body is not as documented.")]
    Invalid { field: String, message: &'static str },
    /// Somebody else scanned the same tickets meanwhile, again and again.
    #[error("Others keep scanning the same ticket. Try again.")]
    Contended,
    /// A cursor that is not of this query.
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
                return Self::new(Code::InvalidBody, message).detail(field, why);
            }
            CheckinError::NoList | CheckinError::NoScan => Code::NotFound,
            CheckinError::NotRedeemed => Code::ScanNotRedeemed,
            CheckinError::InUse => Code::CheckinListInUse,
            CheckinError::PreconditionFailed => Code::PreconditionFailed,
            CheckinError::ForceForbidden => Code::Forbidden,
            CheckinError::Contended => Code::VersionConflict,
        };
        Self::new(code, message)
    }
}
