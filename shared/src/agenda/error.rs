//! The rules about agendas that can be broken, and how each is answered.

use thiserror::Error;

use crate::conferences::error::ConferenceError;
use crate::dynamo;
use crate::error::{ApiError, Code, Detail};
use crate::page::InvalidCursor;
use crate::speakers::error::SpeakerError;

/// A rule about agendas that was broken.
#[derive(Debug, Error)]
pub enum AgendaError {
    /// Nothing of the agenda is published.
    #[error("The conference has no released agenda.")]
    NotReleased,
    /// No release of this number.
    #[error("There is no such release.")]
    ReleaseNotFound,
    /// No session of this id.
    #[error("There is no such session.")]
    SessionNotFound,
    /// A session that ends before it begins, or at once.
    #[error("The session ends before it begins.")]
    TimesOutOfOrder,
    /// A session that takes weeks.
    #[error("The session is longer than 14 days.")]
    TooLong,
    /// A session by somebody who is no speaker of the conference.
    #[error("A speaker of the session is no speaker of the conference.")]
    UnknownSpeaker {
        /// Which of the session's speakers.
        position: usize,
    },
    /// More sessions or text than an agenda can hold.
    #[error("The agenda is too large: at most 3,000 sessions and 3.5 MB when compressed.")]
    TooLarge,
    /// The draft is as the current release.
    #[error("The draft is as the current release: there is nothing to release.")]
    NothingToRelease,
    /// A user with as many bookmarks as there may be.
    #[error("You have 500 bookmarks, which is the most there may be.")]
    TooManyBookmarks,
    /// The schedule cannot be imported.
    #[error("The schedule cannot be imported.")]
    ScheduleInvalid(Vec<Detail>),
    /// `If-Match` named another version.
    #[error("It is at another version than `If-Match` names.")]
    PreconditionFailed,
    /// Somebody else changed the agenda meanwhile.
    #[error("The agenda was changed meanwhile. Please try again.")]
    VersionConflict,
    /// A cursor that is not of this query.
    #[error(transparent)]
    Cursor(#[from] InvalidCursor),
    /// The conference.
    #[error(transparent)]
    Conference(#[from] ConferenceError),
    /// The speakers.
    #[error(transparent)]
    Speaker(#[from] SpeakerError),
    /// DynamoDB.
    #[error(transparent)]
    Dynamo(#[from] dynamo::Error),
}

impl From<AgendaError> for ApiError {
    fn from(error: AgendaError) -> Self {
        let message = error.to_string();
        let code = match error {
            AgendaError::Dynamo(cause) => return cause.into(),
            AgendaError::Cursor(cause) => return cause.into(),
            AgendaError::Conference(cause) => return cause.into(),
            AgendaError::Speaker(cause) => return cause.into(),
            AgendaError::ScheduleInvalid(details) => {
                return Self { details, ..Self::new(Code::ScheduleInvalid, message) };
            }
            AgendaError::TimesOutOfOrder => {
                return Self::new(Code::InvalidBody, message).detail("end", "must be after start");
            }
            AgendaError::TooLong => {
                return Self::new(Code::InvalidBody, message).detail("end", "must be at most 14 days after start");
            }
            AgendaError::UnknownSpeaker { position } => {
                let field = format!("speakers[{position}]");
                return Self::new(Code::InvalidBody, message).detail(field, "is no speaker of the conference");
            }
            AgendaError::NotReleased | AgendaError::ReleaseNotFound | AgendaError::SessionNotFound => Code::NotFound,
            AgendaError::TooLarge => Code::AgendaTooLarge,
            AgendaError::TooManyBookmarks => Code::TooManyBookmarks,
            AgendaError::NothingToRelease => Code::NothingToRelease,
            AgendaError::PreconditionFailed => Code::PreconditionFailed,
            AgendaError::VersionConflict => Code::VersionConflict,
        };
        Self::new(code, message)
    }
}
