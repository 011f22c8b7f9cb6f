//! Authentication errors, and how each is answered.

use thiserror::Error;

use super::init_data::InitDataError;
use super::jwt::JwtError;
use crate::dynamo;
use crate::error::{ApiError, Code, codes};
use crate::users::error::UserError;

codes! {
    /// The init data or Login Widget data is malformed.
    INIT_DATA_MALFORMED => UNAUTHORIZED,
    /// The init data or Login Widget data is not signed by Telegram for this bot.
    INIT_DATA_SIGNATURE_INVALID => UNAUTHORIZED,
    /// The init data or Login Widget data is older than 24 hours.
    INIT_DATA_EXPIRED => UNAUTHORIZED,
    /// The init data or Login Widget data is dated more than 60 seconds in the future.
    INIT_DATA_NOT_YET_VALID => UNAUTHORIZED,
    /// The token is invalid.
    TOKEN_INVALID => UNAUTHORIZED,
    /// The token has expired: refresh it, or log in again.
    TOKEN_EXPIRED => UNAUTHORIZED,
    /// The login session of the token has ended: log in again.
    SESSION_ENDED => UNAUTHORIZED,
    /// The refresh token was used before, so its login session has ended: log in again.
    REFRESH_TOKEN_REUSED => UNAUTHORIZED,
    /// The API key is unknown, revoked or expired.
    API_KEY_INVALID => UNAUTHORIZED,
    /// You logged out everywhere after Telegram signed this init data: close the mini app and open it again.
    INIT_DATA_REVOKED => UNAUTHORIZED,
    /// The account is banned.
    ACCOUNT_BANNED => FORBIDDEN,
    /// The route needs fresh proof of who you are; `details` names the ways to give it.
    FRESH_PROOF_REQUIRED => UNAUTHORIZED,
    /// The code of the bot is wrong; `details` says how many attempts are left.
    CONFIRMATION_CODE_WRONG => UNPROCESSABLE_ENTITY,
    /// The code of the bot has expired or has no attempts left: request a new code.
    CONFIRMATION_CODE_EXPIRED => UNPROCESSABLE_ENTITY,
    /// The bot may not write to you: start the bot, and repeat the request.
    BOT_NOT_STARTED => CONFLICT,
}

/// An authentication that failed, or could not be done.
#[derive(Debug, Error)]
pub enum AuthError {
    /// Telegram's login data is invalid.
    #[error(transparent)]
    InitData(#[from] InitDataError),
    /// The token is invalid.
    #[error(transparent)]
    Token(#[from] JwtError),
    /// The login session of the token has ended.
    #[error("The login session has ended. Log in again.")]
    SessionEnded,
    /// The refresh token was used before. It may be stolen, so its login session was ended.
    #[error("The refresh token was used before, so its login session has ended. Log in again.")]
    RefreshTokenReused,
    /// The API key is invalid.
    #[error("The API key is unknown, revoked or expired. Use another key.")]
    ApiKeyInvalid,
    /// The user logged out everywhere since Telegram signed the init data.
    #[error(
        "You have logged out everywhere since Telegram signed this login data. Close the mini app and open it again."
    )]
    InitDataRevoked,
    /// The user is banned.
    #[error("This account is banned. Contact the organisers.")]
    Banned,
    /// The caller did not prove lately who they are.
    #[error("This route needs fresh proof of who you are. See `details` for the ways to give it.")]
    FreshProofRequired,
    /// A wrong code.
    #[error("The code is wrong. Enter the code from the bot's latest message.")]
    ConfirmationCodeWrong {
        /// Codes that may still be tried.
        tries_left: u32,
    },
    /// No open confirmation.
    #[error("The code has expired or has no attempts left. Request a new code.")]
    ConfirmationExpired,
    /// The bot may not write to the user.
    #[error("The bot may not write to you. Start the bot on Telegram, and request the code again.")]
    ChatUnreachable,
    /// The user has no such login session.
    #[error("You have no login session with this id. It may have ended already.")]
    SessionNotFound,
    /// A token could not be made.
    #[error("signing a token failed: {0}")]
    Signing(#[from] jsonwebtoken::errors::Error),
    /// Users.
    #[error(transparent)]
    User(#[from] UserError),
    /// DynamoDB.
    #[error(transparent)]
    Dynamo(#[from] dynamo::Error),
}

impl From<AuthError> for ApiError {
    fn from(error: AuthError) -> Self {
        let message = error.to_string();
        let code = match error {
            AuthError::Dynamo(cause) => return cause.into(),
            AuthError::User(cause) => return cause.into(),
            AuthError::Signing(_) => return Self::internal(error),
            AuthError::InitData(InitDataError::Malformed(_)) => Code::INIT_DATA_MALFORMED,
            AuthError::InitData(InitDataError::SignatureInvalid) => Code::INIT_DATA_SIGNATURE_INVALID,
            AuthError::InitData(InitDataError::Expired) => Code::INIT_DATA_EXPIRED,
            AuthError::InitData(InitDataError::NotYetValid) => Code::INIT_DATA_NOT_YET_VALID,
            AuthError::Token(JwtError::Invalid) => Code::TOKEN_INVALID,
            AuthError::Token(JwtError::Expired) => Code::TOKEN_EXPIRED,
            AuthError::SessionEnded => Code::SESSION_ENDED,
            AuthError::RefreshTokenReused => Code::REFRESH_TOKEN_REUSED,
            AuthError::ApiKeyInvalid => Code::API_KEY_INVALID,
            AuthError::FreshProofRequired => {
                return Self::new(Code::FRESH_PROOF_REQUIRED, message)
                    .detail("init_data", "send init data in `X-Telegram-Auth` that is at most 15 minutes old")
                    .detail("code", "request a code with `POST /api/v1/auth/confirm`, and enter it")
                    .detail("scope", "use an API key with the scope `sensitive`");
            }
            AuthError::ConfirmationCodeWrong { tries_left } => {
                return Self::new(Code::CONFIRMATION_CODE_WRONG, message)
                    .detail("code", format!("tries left: {tries_left}"));
            }
            AuthError::ConfirmationExpired => Code::CONFIRMATION_CODE_EXPIRED,
            AuthError::ChatUnreachable => Code::BOT_NOT_STARTED,
            AuthError::InitDataRevoked => Code::INIT_DATA_REVOKED,
            AuthError::Banned => Code::ACCOUNT_BANNED,
            AuthError::SessionNotFound => Code::NOT_FOUND,
        };
        Self::new(code, message)
    }
}
