//! The rules of conferences, and the answer to a request that breaks one.

use thiserror::Error;

use crate::dynamo;
use crate::error::{ApiError, Code, codes};
use crate::page::InvalidCursor;

codes! {
    /// A conference with this slug exists.
    CONFERENCE_SLUG_TAKEN => CONFLICT,
    /// The conference still has sessions, speakers, check-in lists or tickets: delete them first.
    CONFERENCE_NOT_EMPTY => CONFLICT,
}

#[derive(Debug, Error)]
pub enum ConferenceError {
    #[error("This conference does not exist.")]
    NotFound,
    #[error("A conference with this slug exists. Choose another slug.")]
    SlugTaken,
    #[error("The conference ends before it begins. Correct `start_date` or `end_date`.")]
    DatesOutOfOrder,
    #[error("The conference is not between 1970 and 2199. Correct the year of `start_date` or `end_date`.")]
    ImplausibleYear(&'static str),
    #[error("The conference still has sessions, speakers, check-in lists or tickets. Delete them first.")]
    NotEmpty,
    #[error("`If-Match` does not name the conference's current version. Read it again and send its `ETag`.")]
    PreconditionFailed,
    #[error(transparent)]
    Cursor(#[from] InvalidCursor),
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
                return Self::new(Code::INVALID_BODY, message).detail("end_date", "must not be before start_date");
            }
            ConferenceError::ImplausibleYear(field) => {
                return Self::new(Code::INVALID_BODY, message).detail(field, "must be between 1970 and 2199");
            }
            ConferenceError::NotFound => Code::NOT_FOUND,
            ConferenceError::SlugTaken => Code::CONFERENCE_SLUG_TAKEN,
            ConferenceError::NotEmpty => Code::CONFERENCE_NOT_EMPTY,
            ConferenceError::PreconditionFailed => Code::PRECONDITION_FAILED,
        };
        Self::new(code, message)
    }
}
