//! Why a request about speakers fails, and the answer to it.

use thiserror::Error;

use crate::conferences::error::ConferenceError;
use crate::dynamo;
use crate::error::{ApiError, Code, codes};
use crate::id::UserId;
use crate::page::InvalidCursor;
use crate::speakers::model::SpeakerId;
use crate::users::error::UserError;

codes! {
    /// Another speaker of the conference has this slug.
    SPEAKER_SLUG_TAKEN => CONFLICT,
    /// The user is linked to another speaker of the conference.
    SPEAKER_USER_TAKEN => CONFLICT,
}

/// Why a request about speakers fails.
#[derive(Debug, Error)]
#[allow(missing_docs, reason = "the messages say what each of them means")]
pub enum SpeakerError {
    #[error("Speaker `{0}` does not exist.")]
    NotFound(SpeakerId),
    #[error("Another speaker of the conference has this slug. Choose another `slug`.")]
    SlugTaken,
    #[error("The user is linked to another speaker of the conference. Unlink that speaker first.")]
    UserTaken,
    #[error("User `{0}` does not exist.")]
    UnknownUser(UserId),
    #[error("The speaker is not at the version in `If-Match`. Read the speaker again, and use its current `ETag`.")]
    PreconditionFailed,
    #[error("Another request changed the speaker at the same time. Try again.")]
    VersionConflict,
    #[error(transparent)]
    Cursor(#[from] InvalidCursor),
    #[error(transparent)]
    Conference(#[from] ConferenceError),
    #[error(transparent)]
    User(#[from] UserError),
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
            SpeakerError::UnknownUser(_) => {
                return Self::new(Code::INVALID_BODY, message).detail("user_id", "must be the id of a user");
            }
            SpeakerError::NotFound(_) => Code::NOT_FOUND,
            SpeakerError::SlugTaken => Code::SPEAKER_SLUG_TAKEN,
            SpeakerError::UserTaken => Code::SPEAKER_USER_TAKEN,
            SpeakerError::PreconditionFailed => Code::PRECONDITION_FAILED,
            SpeakerError::VersionConflict => Code::VERSION_CONFLICT,
        };
        Self::new(code, message)
    }
}
