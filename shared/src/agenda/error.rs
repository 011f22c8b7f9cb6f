//! Why a request about agendas fails, and the answer to it.

use thiserror::Error;

use super::bookmark::MAX_BOOKMARKS;
use super::model::MAX_SPEAKERS;
use crate::conferences::error::ConferenceError;
use crate::dynamo;
use crate::error::{ApiError, Code, Detail, codes};
use crate::id::AgendaSessionId;
use crate::page::InvalidCursor;
use crate::speakers::error::SpeakerError;
use crate::speakers::model::SpeakerId;

codes! {
    /// The draft has no changes since the current release.
    NOTHING_TO_RELEASE => CONFLICT,
    /// The user has the maximum number of bookmarks: remove one first.
    TOO_MANY_BOOKMARKS => CONFLICT,
    /// The schedule cannot be imported: `details` lists its problems.
    SCHEDULE_INVALID => UNPROCESSABLE_ENTITY,
    /// The agenda has too many sessions or too much text.
    AGENDA_TOO_LARGE => UNPROCESSABLE_ENTITY,
}

/// Why a request about agendas fails.
#[derive(Debug, Error)]
#[allow(missing_docs, reason = "the messages say what each of them means")]
pub enum AgendaError {
    #[error("The conference has no published agenda yet.")]
    NotReleased,
    #[error("The agenda has no release {0}.")]
    ReleaseNotFound(u64),
    #[error("The draft has no session `{0}`.")]
    NotInDraft(AgendaSessionId),
    #[error("The current release has no session `{0}`. Bookmark a session that is published.")]
    NotInRelease(AgendaSessionId),
    #[error("The session does not end after it starts. Choose a later `end`.")]
    TimesOutOfOrder,
    #[error("The session is not between 1970 and 2199. Correct the year of `start` or `end`.")]
    ImplausibleYear(&'static str),
    #[error("The session is longer than 14 days. Choose an earlier `end`.")]
    TooLong,
    #[error("`{id}` is not a speaker of the conference. Add the speaker first.")]
    UnknownSpeaker { id: SpeakerId, position: usize },
    #[error("The session has more than {MAX_SPEAKERS} speakers. Remove some of them.")]
    TooManySpeakers,
    #[error(
        "The agenda has more than 3,000 sessions, or 3.5 MB when compressed. Remove sessions, or shorten their texts."
    )]
    TooLarge,
    #[error("The draft has no changes since the current release.")]
    NothingToRelease,
    #[error("You have {MAX_BOOKMARKS} bookmarks, the maximum. Remove one first.")]
    TooManyBookmarks,
    #[error("The schedule cannot be imported. Correct the problems in `details`, and import it again.")]
    ScheduleInvalid(Vec<Detail>),
    #[error(
        "The schedule has no sessions, so it would remove all that earlier imports brought. If that is right, import it \
         with `allow_empty=true`."
    )]
    ScheduleEmpty,
    #[error("The session is not at the version in `If-Match`. Read the draft again, and use the session's `version`.")]
    SessionChanged,
    #[error("The draft is not at the version in `If-Match`. Read the draft again, and use its current `ETag`.")]
    DraftChanged,
    #[error("Another request changed the agenda at the same time. Try again.")]
    VersionConflict,
    #[error(transparent)]
    Cursor(#[from] InvalidCursor),
    #[error(transparent)]
    Conference(#[from] ConferenceError),
    #[error(transparent)]
    Speaker(#[from] SpeakerError),
    #[error(transparent)]
    Dynamo(#[from] dynamo::Error),
}

impl From<AgendaError> for ApiError {
    fn from(error: AgendaError) -> Self {
        let message = error.to_string();
        let invalid =
            |field: String, detail: &str| Self::new(Code::INVALID_BODY, message.clone()).detail(field, detail);
        let code = match error {
            AgendaError::Dynamo(cause) => return cause.into(),
            AgendaError::Cursor(cause) => return cause.into(),
            AgendaError::Conference(cause) => return cause.into(),
            AgendaError::Speaker(cause) => return cause.into(),
            AgendaError::ScheduleInvalid(details) => {
                return Self { details, ..Self::new(Code::SCHEDULE_INVALID, message) };
            }
            AgendaError::ScheduleEmpty => {
                return Self::new(Code::SCHEDULE_INVALID, message).detail("schedule", "must have sessions");
            }
            AgendaError::ImplausibleYear(field) => {
                return invalid(field.to_owned(), "must be between 1970 and 2199");
            }
            AgendaError::TimesOutOfOrder => return invalid("end".to_owned(), "must be after `start`"),
            AgendaError::TooLong => return invalid("end".to_owned(), "must be at most 14 days after `start`"),
            AgendaError::UnknownSpeaker { position, .. } => {
                return invalid(format!("speakers[{position}]"), "must be the id of a speaker of the conference");
            }
            AgendaError::TooManySpeakers => return invalid("speakers".to_owned(), "must have at most 100 items"),
            AgendaError::NotReleased
            | AgendaError::ReleaseNotFound(_)
            | AgendaError::NotInDraft(_)
            | AgendaError::NotInRelease(_) => Code::NOT_FOUND,
            AgendaError::TooLarge => Code::AGENDA_TOO_LARGE,
            AgendaError::TooManyBookmarks => Code::TOO_MANY_BOOKMARKS,
            AgendaError::NothingToRelease => Code::NOTHING_TO_RELEASE,
            AgendaError::SessionChanged | AgendaError::DraftChanged => Code::PRECONDITION_FAILED,
            AgendaError::VersionConflict => Code::VERSION_CONFLICT,
        };
        Self::new(code, message)
    }
}
