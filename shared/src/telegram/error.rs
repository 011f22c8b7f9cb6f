//! Errors of Telegram's webhook, and how each is answered.

use thiserror::Error;

use crate::dynamo;
use crate::error::{ApiError, Code, codes};
use crate::users::error::UserError;

codes! {
    /// The secret of the Telegram webhook is missing or wrong.
    WEBHOOK_SECRET_INVALID => UNAUTHORIZED,
}

/// A rule that was broken, or a fault.
#[derive(Debug, Error)]
pub enum WebhookError {
    /// The request does not come from Telegram.
    #[error("The secret of the webhook is missing or wrong. Send it in `X-Telegram-Bot-Api-Secret-Token`.")]
    WrongSecret,
    /// The body is not an update.
    #[error("The request body is not an `Update` of the Telegram Bot API.")]
    NoUpdate,
    /// A rule of users.
    #[error(transparent)]
    User(#[from] UserError),
    /// DynamoDB.
    #[error(transparent)]
    Dynamo(#[from] dynamo::Error),
}

impl From<WebhookError> for ApiError {
    fn from(error: WebhookError) -> Self {
        let message = error.to_string();
        match error {
            WebhookError::WrongSecret => Self::new(Code::WEBHOOK_SECRET_INVALID, message),
            WebhookError::NoUpdate => Self::new(Code::INVALID_BODY, message),
            WebhookError::User(cause) => cause.into(),
            WebhookError::Dynamo(cause) => cause.into(),
        }
    }
}
