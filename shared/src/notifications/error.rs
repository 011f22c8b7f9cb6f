//! The rules of notifications, and the answer to a request that breaks one.

use thiserror::Error;

use super::content::Flaw;
use super::job::JobState;
use crate::dynamo;
use crate::error::{ApiError, Code, codes};
use crate::page::InvalidCursor;
use crate::users::error::UserError;

codes! {
    /// A notification template with this name exists.
    TEMPLATE_NAME_TAKEN => CONFLICT,
    /// The notification job's state does not allow this; `details` has the state.
    JOB_STATE_CONFLICT => CONFLICT,
    /// The template or message cannot be sent; `details` lists each problem with its field.
    MESSAGE_INVALID => UNPROCESSABLE_ENTITY,
}

#[derive(Debug, Error)]
pub enum NotificationError {
    /// The kind of thing that was not found.
    #[error("This {0} does not exist.")]
    NotFound(&'static str),
    #[error("A template with this name exists. Choose another name.")]
    TemplateNameTaken,
    #[error("The message cannot be sent. Correct the fields in `details`.")]
    Invalid(Vec<Flaw>),
    /// The state of a job that forbids the action.
    #[error("The job does not allow this in its state `{0}`.")]
    State(JobState),
    #[error("The job was changed at the same time. Read it again and repeat the request.")]
    VersionConflict,
    #[error("`If-Match` does not name the current version. Read it again and send its `ETag`.")]
    PreconditionFailed,
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
                let error = Self::new(Code::MESSAGE_INVALID, message);
                return flaws.into_iter().fold(error, |error, flaw| error.detail(flaw.field, flaw.message));
            }
            NotificationError::State(state) => {
                return Self::new(Code::JOB_STATE_CONFLICT, message).detail("state", state.to_string());
            }
            NotificationError::NotFound(_) => Code::NOT_FOUND,
            NotificationError::TemplateNameTaken => Code::TEMPLATE_NAME_TAKEN,
            NotificationError::VersionConflict => Code::VERSION_CONFLICT,
            NotificationError::PreconditionFailed => Code::PRECONDITION_FAILED,
        };
        Self::new(code, message)
    }
}
