//! The rules about tickets that can be broken, and how each is answered.

use thiserror::Error;

use crate::dynamo;
use crate::error::{ApiError, Code};
use crate::page::InvalidCursor;

/// A rule about tickets that was broken.
#[derive(Debug, Error)]
pub enum AttendeeError {
    /// No such conference.
    #[error("There is no such conference.")]
    NoConference,
    /// No such ticket.
    #[error("There is no such ticket.")]
    NotFound,
    /// Somebody else changed it meanwhile.
    #[error("The ticket was changed meanwhile. Read it again.")]
    VersionConflict,
    /// `If-Match` named another version.
    #[error("The ticket is at another version than `If-Match` names.")]
    PreconditionFailed,
    /// A cursor that is not of this query.
    #[error(transparent)]
    Cursor(#[from] InvalidCursor),
    /// DynamoDB.
    #[error(transparent)]
    Dynamo(#[from] dynamo::Error),
}

impl From<AttendeeError> for ApiError {
    fn from(error: AttendeeError) -> Self {
        let message = error.to_string();
        let code = match error {
            AttendeeError::Dynamo(cause) => return cause.into(),
            AttendeeError::Cursor(cause) => return cause.into(),
            AttendeeError::NoConference | AttendeeError::NotFound => Code::NotFound,
            AttendeeError::VersionConflict => Code::VersionConflict,
            AttendeeError::PreconditionFailed => Code::PreconditionFailed,
        };
        Self::new(code, message)
    }
}
