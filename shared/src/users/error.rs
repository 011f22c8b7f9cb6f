//! Errors of users, and how each is answered.

use thiserror::Error;

use super::model::Claim;
use crate::dynamo;
use crate::error::{ApiError, Code, codes};
use crate::page::InvalidCursor;

codes! {
    /// Another user has this Twitter account.
    TWITTER_USERNAME_TAKEN => CONFLICT,
    /// Another user has this LinkedIn account.
    LINKEDIN_USERNAME_TAKEN => CONFLICT,
    /// Another user has this GitHub account.
    GITHUB_USERNAME_TAKEN => CONFLICT,
    /// Another user has this KGeN account.
    KGEN_USERNAME_TAKEN => CONFLICT,
    /// Another user has verified this email address.
    EMAIL_TAKEN => CONFLICT,
    /// The email address is already verified for this user.
    EMAIL_ALREADY_VERIFIED => CONFLICT,
    /// The verification code is wrong; `details` says how many attempts are left.
    EMAIL_CODE_WRONG => UNPROCESSABLE_ENTITY,
    /// The verification code has expired or has no attempts left: request a new code.
    EMAIL_CODE_EXPIRED => UNPROCESSABLE_ENTITY,
    /// Too many codes were requested for this email address: wait for `Retry-After` seconds.
    EMAIL_LIMITED => TOO_MANY_REQUESTS,
    /// Email to this address came back or was reported as unwanted: use another address.
    EMAIL_SUPPRESSED => UNPROCESSABLE_ENTITY,
}

/// A rule about users that was broken.
#[derive(Debug, Error)]
pub enum UserError {
    /// No such user, or not for this viewer.
    #[error("There is no user with this id or account that you can see.")]
    NotFound,
    /// Another request changed the profile.
    #[error("The profile was changed by another request. Read it again and repeat the change.")]
    VersionConflict,
    /// `If-Match` named another version.
    #[error("The profile has another version than `If-Match` says. Read it again and send its `ETag`.")]
    PreconditionFailed,
    /// More grants than a user may have.
    #[error("A user can have at most 20 grants. Remove one first.")]
    TooManyGrants,
    /// Another user owns the account.
    #[error("Another user has this {}. Use another one.", name(.0))]
    Taken(Claim),
    /// The address is verified already.
    #[error("This email address is already verified. No code is needed.")]
    EmailAlreadyVerified,
    /// A wrong code.
    #[error("The code is wrong. Enter the code from the latest email.")]
    EmailCodeWrong {
        /// Codes that may still be tried.
        tries_left: u32,
    },
    /// No open verification.
    #[error("The code has expired or has no attempts left. Request a new code.")]
    EmailCodeExpired,
    /// Too many codes for one mailbox, whoever asked for them.
    #[error("Too many codes were requested for this email address. Try again in {retry_after} seconds.")]
    EmailLimited {
        /// Seconds until the next code.
        retry_after: u64,
    },
    /// No mail goes to the address.
    #[error("Email to this address came back or was reported as unwanted. Use another address.")]
    EmailSuppressed,
    /// A cursor that is not of this query.
    #[error(transparent)]
    Cursor(#[from] InvalidCursor),
    /// DynamoDB.
    #[error(transparent)]
    Dynamo(#[from] dynamo::Error),
}

/// What a claim is called in messages.
const fn name(claim: &Claim) -> &'static str {
    match claim {
        Claim::Telegram(_) => "Telegram account",
        Claim::Email(_) => "email address",
        Claim::Twitter(_) => "Twitter account",
        Claim::Linkedin(_) => "LinkedIn account",
        Claim::Github(_) => "GitHub account",
        Claim::Kgen(_) => "KGeN account",
    }
}

impl From<UserError> for ApiError {
    fn from(error: UserError) -> Self {
        let message = error.to_string();
        let code = match error {
            UserError::Dynamo(cause) => return cause.into(),
            UserError::Cursor(cause) => return cause.into(),
            UserError::NotFound => Code::NOT_FOUND,
            UserError::VersionConflict => Code::VERSION_CONFLICT,
            UserError::PreconditionFailed => Code::PRECONDITION_FAILED,
            UserError::TooManyGrants => Code::INVALID_REQUEST,
            UserError::EmailAlreadyVerified => Code::EMAIL_ALREADY_VERIFIED,
            UserError::EmailCodeWrong { tries_left } => {
                return Self::new(Code::EMAIL_CODE_WRONG, message).detail("code", format!("tries left: {tries_left}"));
            }
            UserError::EmailCodeExpired => Code::EMAIL_CODE_EXPIRED,
            UserError::EmailLimited { retry_after } => {
                let mut limited = Self::new(Code::EMAIL_LIMITED, message);
                limited.retry_after = Some(retry_after);
                return limited;
            }
            UserError::EmailSuppressed => Code::EMAIL_SUPPRESSED,
            UserError::Taken(Claim::Email(_)) => Code::EMAIL_TAKEN,
            UserError::Taken(Claim::Twitter(_)) => Code::TWITTER_USERNAME_TAKEN,
            UserError::Taken(Claim::Linkedin(_)) => Code::LINKEDIN_USERNAME_TAKEN,
            UserError::Taken(Claim::Github(_)) => Code::GITHUB_USERNAME_TAKEN,
            UserError::Taken(Claim::Kgen(_)) => Code::KGEN_USERNAME_TAKEN,
            // Two first logins at once: the service continues with the user that the other one created, so this is not
            // answered.
            UserError::Taken(Claim::Telegram(_)) => Code::VERSION_CONFLICT,
        };
        Self::new(code, message)
    }
}
