//! The rules about notifications that can be broken, and how each is answered.

use thiserror::Error;

use super::content::Flaw;
use super::job::JobState;
use crate::dynamo;
use crate::error::{ApiError, Code};
use crate::page::InvalidCursor;
use crate::users::error::UserError;

/// A rule about notifications that was broken.
#[derive(Debug, Error)]
pub enum NotificationError {
    /// No such notification, template or job.
    #[error("There is no such {0}.")]
    NotFound(&'static str),
    /// A template of this name is there.
    #[error("There is a template of this name.")]
    TemplateNameTaken,
    /// A text that cannot be sent.
    #[error("The message cannot be sent like this.")]
    Invalid(Vec<Flaw>),
    /// The job is in another state than the action needs.
    #[error("The job is {0}, so this cannot be done.")]
    State(JobState),
    #[error("It was changed meanwhile. Read it again.")]
    VersionConflict,
    #[error("It is at another version than `If-Match` names.")]
    PreconditionFailed,
    /// A cursor that is not of this query.
    #[error(transparent)]
    Cursor(#[from] InvalidCursor),
    #[error(transparent)]
    User(#[from] UserError),
    #[error(transparent)]
    Dynamo(#[from] dynamo::Error),
}

impl From<NotificationError> for ApiError {
    fn from(error: NotificationError) -> Self {
        let message = error.to_string();
        let code = match error {
            NotificationError::Dynamo(cause) => return cause.into(),
            NotificationError::Cursor(cause) => return cause.into(),
            NotificationError::User(cause) => return cause.into(),
            NotificationError::Invalid(flaws) => {
                let error = Self::new(Code::MessageInvalid, message);
                return flaws.into_iter().fold(error, |error, flaw| error.detail(flaw.field, flaw.message));
            }
            NotificationError::State(state) => {
                return Self::new(Code::JobStateConflict, message).detail("state", state.to_string());
            }
            NotificationError::NotFound(_) => Code::NotFound,
            NotificationError::TemplateNameTaken => Code::TemplateNameTaken,
            NotificationError::VersionConflict => Code::VersionConflict,
            NotificationError::PreconditionFailed => Code::PreconditionFailed,
        };
        Self::new(code, message)
    }
}
