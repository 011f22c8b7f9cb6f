//! The rules about speakers that can be broken, and how each is answered.

use thiserror::Error;

use crate::conferences::error::ConferenceError;
use crate::dynamo;
use crate::error::{ApiError, Code};
use crate::page::InvalidCursor;
use crate::users::error::UserError;

/// A rule about speakers that was broken.
#[derive(Debug, Error)]
pub enum SpeakerError {
    /// No such speaker.
    #[error("There is no such speaker.")]
    NotFound,
    /// A speaker of this slug is there.
    #[error("A speaker of the conference has this slug.")]
    SlugTaken,
    /// The user is another speaker of the conference.
    #[error("The user is another speaker of the conference.")]
    UserTaken,
    /// The user to be linked is not there.
    #[error("There is no such user.")]
    UnknownUser,
    /// `If-Match` named another version.
    #[error("The speaker is at another version than `If-Match` names.")]
    PreconditionFailed,
    /// Somebody else changed the speaker meanwhile.
    #[error("The speaker was changed meanwhile. Please try again.")]
    VersionConflict,
    /// A cursor that is not of this query.
    #[error(transparent)]
    Cursor(#[from] InvalidCursor),
    /// The conference.
    #[error(transparent)]
    Conference(#[from] ConferenceError),
    /// The user.
    #[error(transparent)]
    User(#[from] UserError),
    /// DynamoDB.
    #[error(transparent)]
    Dynamo(#[from] dynamo::Error),
}

impl From<SpeakerError> for ApiError {
    fn from(error: SpeakerError) -> Self {
        let message = error.to_string();
        let code = match error {
            SpeakerError::Dynamo(cause) => return cause.into(),
            SpeakerError::Cursor(cause) => return cause.into(),
            SpeakerError::Conference(cause) => return cause.into(),
            SpeakerError::User(cause) => return cause.into(),
            SpeakerError::UnknownUser => return Self::new(Code::InvalidBody, message).detail("user_id", "is no user"),
            SpeakerError::NotFound => Code::NotFound,
            SpeakerError::SlugTaken => Code::SpeakerSlugTaken,
            SpeakerError::UserTaken => Code::SpeakerUserTaken,
            SpeakerError::PreconditionFailed => Code::PreconditionFailed,
            SpeakerError::VersionConflict => Code::VersionConflict,
        };
        Self::new(code, message)
    }
}
