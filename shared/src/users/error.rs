//! The rules about users that can be broken, and how each is answered.

use thiserror::Error;

use super::model::Claim;
use crate::dynamo;
use crate::error::{ApiError, Code};
use crate::page::InvalidCursor;

/// A rule about users that was broken.
#[derive(Debug, Error)]
pub enum UserError {
    /// No such user, or not for this viewer.
    #[error("There is no such user.")]
    NotFound,
    /// Somebody else changed the profile meanwhile.
    #[error("The profile was changed meanwhile. Read it again.")]
    VersionConflict,
    /// `If-Match` named another version.
    #[error("The profile is at another version than `If-Match` names.")]
    PreconditionFailed,
    /// Another user owns the account.
    #[error("This {} account belongs to another user.", .0.kind())]
    Taken(Claim),
    /// The address is verified already.
    #[error("This address is already verified.")]
    EmailAlreadyVerified,
    /// A wrong code.
    #[error("The code is wrong.")]
    EmailCodeWrong {
        /// Codes that may still be tried.
        tries_left: u32,
    },
    /// No open verification.
    #[error("There is no open verification. Ask for a new code.")]
    EmailCodeExpired,
    /// A cursor that is not of this query.
    #[error(transparent)]
    Cursor(#[from] InvalidCursor),
    /// DynamoDB.
    #[error(transparent)]
    Dynamo(#[from] dynamo::Error),
}

impl From<UserError> for ApiError {
    fn from(error: UserError) -> Self {
        let message = error.to_string();
        let code = match error {
            UserError::Dynamo(cause) => return cause.into(),
            UserError::Cursor(cause) => return cause.into(),
            UserError::NotFound => Code::NotFound,
            UserError::VersionConflict => Code::VersionConflict,
            UserError::PreconditionFailed => Code::PreconditionFailed,
            UserError::EmailAlreadyVerified => Code::EmailAlreadyVerified,
            UserError::EmailCodeWrong { tries_left } => {
                return Self::new(Code::EmailCodeWrong, message).detail("code", format!("tries left: {tries_left}"));
            }
            UserError::EmailCodeExpired => Code::EmailCodeExpired,
            UserError::Taken(Claim::Email(_)) => Code::EmailTaken,
            UserError::Taken(Claim::Twitter(_)) => Code::TwitterUsernameTaken,
            UserError::Taken(Claim::Linkedin(_)) => Code::LinkedinUsernameTaken,
            UserError::Taken(Claim::Github(_)) => Code::GithubUsernameTaken,
            UserError::Taken(Claim::Kgen(_)) => Code::KgenUsernameTaken,
            // Two first logins at once: the service takes the other's user, so nobody sees this.
            UserError::Taken(Claim::Telegram(_)) => Code::VersionConflict,
        };
        Self::new(code, message)
    }
}
