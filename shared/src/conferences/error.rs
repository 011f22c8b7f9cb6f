//! The rules about conferences that can be broken, and how each is answered.

use thiserror::Error;

use crate::dynamo;
use crate::error::{ApiError, Code};
use crate::page::InvalidCursor;

/// A rule about conferences that was broken.
#[derive(Debug, Error)]
pub enum ConferenceError {
    /// No such conference.
    #[error("There is no such conference.")]
    NotFound,
    /// A conference of this slug is there.
    #[error("There is a conference of this slug.")]
    SlugTaken,
    /// The last day is before the first.
    #[error("The conference ends before it begins.")]
    DatesOutOfOrder,
    /// There is more of it than itself.
    #[error("The conference has sessions, speakers, lists or tickets. Delete those first.")]
    NotEmpty,
    /// `If-Match` named another version.
    #[error("The conference is at another version than `If-Match` names.")]
    PreconditionFailed,
    /// A cursor that is not of this query.
    #[error(transparent)]
    Cursor(#[from] InvalidCursor),
    /// DynamoDB.
    #[error(transparent)]
    Dynamo(#[from] dynamo::Error),
}

impl From<ConferenceError> for ApiError {
    fn from(error: ConferenceError) -> Self {
        let message = error.to_string();
        let code = match error {
            ConferenceError::Dynamo(cause) => return cause.into(),
            ConferenceError::Cursor(cause) => return cause.into(),
            ConferenceError::DatesOutOfOrder => {
                return Self::new(Code::InvalidBody, message).detail("end_date", "must not be before start_date");
            }
            ConferenceError::NotFound => Code::NotFound,
            ConferenceError::SlugTaken => Code::ConferenceSlugTaken,
            ConferenceError::NotEmpty => Code::ConferenceNotEmpty,
            ConferenceError::PreconditionFailed => Code::PreconditionFailed,
        };
        Self::new(code, message)
    }
}
