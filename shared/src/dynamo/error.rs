//! What can go wrong in a DynamoDB call, in the words that callers decide by.

use aws_sdk_dynamodb::config::http::HttpResponse;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use thiserror::Error as ThisError;

use super::key::Key;
use crate::error::ApiError;

/// A DynamoDB call that did not do what was asked.
#[derive(Debug, ThisError)]
pub enum Error {
    /// The condition of a write was false; nothing was written.
    #[error("the condition of the write does not hold")]
    ConditionFailed,
    /// Throttled or in conflict with other transactions beyond the retries we can afford.
    #[error("DynamoDB is busy: {0}")]
    Busy(String),
    /// A stored item is not what the code expects.
    #[error("{entity} item {key} does not decode: {reason}")]
    Decode {
        /// The entity that was expected.
        entity: &'static str,
        /// The key of the item.
        key: Key,
        /// What is wrong with it.
        reason: String,
    },
    /// An entity that cannot be written as an item.
    #[error("{entity} does not encode: {reason}")]
    Encode {
        /// The entity.
        entity: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// Any other failure of the call.
    #[error("DynamoDB {code}: {message}")]
    Call {
        /// DynamoDB's error code, or the kind of failure on the way there.
        code: String,
        /// Its message.
        message: String,
    },
}

const BUSY: [&str; 6] = [
    "ThrottlingException",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "TransactionConflictException",
    "TransactionInProgressException",
    "InternalServerError",
];

impl Error {
    /// Sorts an SDK error into ours.
    pub(super) fn from_sdk<E: ProvideErrorMetadata + std::fmt::Debug>(error: &SdkError<E, HttpResponse>) -> Self {
        let code = error.code().unwrap_or(match error {
            SdkError::TimeoutError(_) => "timeout",
            SdkError::DispatchFailure(_) => "dispatch",
            SdkError::ConstructionFailure(_) => "construction",
            _ => "response",
        });
        let message = error.message().map_or_else(|| format!("{error:?}"), str::to_owned);
        match code {
            "ConditionalCheckFailedException" => Self::ConditionFailed,
            busy if BUSY.contains(&busy) || matches!(busy, "timeout" | "dispatch") => {
                Self::Busy(format!("{code}: {message}"))
            }
            _ => Self::Call { code: code.to_owned(), message },
        }
    }

    /// What a false condition means to the caller; other errors stay what they are.
    pub fn or<E: From<Self>>(self, otherwise: E) -> E {
        match self {
            Self::ConditionFailed => otherwise,
            error => error.into(),
        }
    }
}

/// What a write under a condition answered; `None` where the condition was false, which is no error to the caller.
pub fn if_held<T>(written: Result<T, Error>) -> Result<Option<T>, Error> {
    match written {
        Ok(answer) => Ok(Some(answer)),
        Err(Error::ConditionFailed) => Ok(None),
        Err(error) => Err(error),
    }
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        match error {
            Error::Busy(_) => Self::unavailable(error),
            _ => Self::internal(error),
        }
    }
}
