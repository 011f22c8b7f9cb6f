//! Why a request about calendars fails, and the answer to it.

use thiserror::Error;

use crate::dynamo;
use crate::error::{ApiError, Code};
use crate::users::error::UserError;

/// Why a request about calendars fails.
#[derive(Debug, Error)]
#[allow(missing_docs, reason = "the messages say what each of them means")]
pub enum CalendarError {
    #[error("No calendar has this URL. Get the current URL from the app, and subscribe to it.")]
    NotFound,
    #[error("Another request created a calendar URL at the same time. Try again.")]
    VersionConflict,
    #[error(transparent)]
    User(#[from] UserError),
    #[error(transparent)]
    Dynamo(#[from] dynamo::Error),
}

impl From<CalendarError> for ApiError {
    fn from(error: CalendarError) -> Self {
        let message = error.to_string();
        let code = match error {
            CalendarError::Dynamo(cause) => return cause.into(),
            CalendarError::User(cause) => return cause.into(),
            CalendarError::NotFound => Code::NOT_FOUND,
            CalendarError::VersionConflict => Code::VERSION_CONFLICT,
        };
        Self::new(code, message)
    }
}
