//! The rules about calendars that can be broken, and how each is answered.

use thiserror::Error;

use crate::dynamo;
use crate::error::{ApiError, Code};

/// A rule about calendars that was broken.
#[derive(Debug, Error)]
pub enum CalendarError {
    /// No calendar has this token.
    #[error("There is no such calendar.")]
    NotFound,
    /// Another token was made at the same time.
    #[error("The token was changed meanwhile. Please try again.")]
    VersionConflict,
    /// DynamoDB.
    #[error(transparent)]
    Dynamo(#[from] dynamo::Error),
}

impl From<CalendarError> for ApiError {
    fn from(error: CalendarError) -> Self {
        let message = error.to_string();
        let code = match error {
            CalendarError::Dynamo(cause) => return cause.into(),
            CalendarError::NotFound => Code::NotFound,
            CalendarError::VersionConflict => Code::VersionConflict,
        };
        Self::new(code, message)
    }
}
