//! Why an export or an erasure was not made: some domain's reason.

use thiserror::Error;

use crate::attendees::error::AttendeeError;
use crate::dynamo;
use crate::error::ApiError;
use crate::events::error::EventError;
use crate::media::error::MediaError;
use crate::notifications::error::NotificationError;
use crate::users::error::UserError;

/// Why an export or an erasure was not made.
#[derive(Debug, Error)]
pub enum PrivacyError {
    /// What users' rules say.
    #[error(transparent)]
    User(#[from] UserError),
    /// What notifications' rules say.
    #[error(transparent)]
    Notification(#[from] NotificationError),
    /// What events' rules say.
    #[error(transparent)]
    Event(#[from] EventError),
    /// What media's rules say.
    #[error(transparent)]
    Media(#[from] MediaError),
    /// What attendees' rules say.
    #[error(transparent)]
    Attendee(#[from] AttendeeError),
    /// DynamoDB.
    #[error(transparent)]
    Dynamo(#[from] dynamo::Error),
}

impl From<PrivacyError> for ApiError {
    fn from(error: PrivacyError) -> Self {
        match error {
            PrivacyError::User(cause) => cause.into(),
            PrivacyError::Notification(cause) => cause.into(),
            PrivacyError::Event(cause) => cause.into(),
            PrivacyError::Media(cause) => cause.into(),
            PrivacyError::Attendee(cause) => cause.into(),
            PrivacyError::Dynamo(cause) => cause.into(),
        }
    }
}
