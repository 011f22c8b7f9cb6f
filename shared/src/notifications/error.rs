//! The rules of notifications, and the answer to a request that breaks one.

use thiserror::Error;

use super::approval::ALONE;
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
    /// The recipients are more or fewer than `expected_recipients`, by over 5 %; `details` has their number now.
    RECIPIENTS_CHANGED => CONFLICT,
    /// A job to more than 5,000 recipients or to the Telegram groups needs two users: one asks, and another approves it.
    TWO_PEOPLE_REQUIRED => FORBIDDEN,
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
    /// The state of a job that has nothing to approve.
    #[error("Nobody waits for an approval of this job. It is asked for by a start or a schedule.")]
    NothingToApprove(JobState),
    /// The number of recipients now.
    #[error("The job has {0} recipients now. Preview it again, and send this number if it is right.")]
    RecipientsChanged(u64),
    /// What the caller lacks to be one of the two people.
    #[error("More than {ALONE} people or the Telegram groups get this message, so two users have to agree. {0}")]
    TwoPeopleRequired(&'static str),
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
            NotificationError::RecipientsChanged(number) => {
                return Self::new(Code::RECIPIENTS_CHANGED, message).detail("recipients", number.to_string());
            }
            NotificationError::TwoPeopleRequired(_) => Code::TWO_PEOPLE_REQUIRED,
            NotificationError::State(state) | NotificationError::NothingToApprove(state) => {
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
