//! Authentication errors, and how each is answered.

use thiserror::Error;

use super::init_data::InitDataError;
use super::jwt::JwtError;
use crate::dynamo;
use crate::error::{ApiError, Code};
use crate::users::error::UserError;

/// An authentication that failed, or could not be done.
#[derive(Debug, Error)]
pub enum AuthError {
    /// Telegram's login data is invalid.
    #[error(transparent)]
    InitData(#[from] InitDataError),
    /// The token is invalid.
    #[error(transparent)]
    Token(#[from] JwtError),
    /// The login session of the refresh token has ended.
    #[error("The login session has ended. Log in again.")]
    SessionEnded,
    /// The refresh token was used before. It may be stolen, so its login session was ended.
    #[error("The refresh token was used before, so its login session has ended. Log in again.")]
    RefreshTokenReused,
    /// The API key is invalid.
    #[error("The API key is unknown, revoked or expired. Use another key.")]
    ApiKeyInvalid,
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
            AuthError::InitData(InitDataError::Malformed(_)) => Code::InitDataMalformed,
            AuthError::InitData(InitDataError::SignatureInvalid) => Code::InitDataSignatureInvalid,
            AuthError::InitData(InitDataError::Expired) => Code::InitDataExpired,
            AuthError::InitData(InitDataError::NotYetValid) => Code::InitDataNotYetValid,
            AuthError::Token(JwtError::Invalid) => Code::TokenInvalid,
            AuthError::Token(JwtError::Expired) => Code::TokenExpired,
            AuthError::SessionEnded => Code::SessionEnded,
            AuthError::RefreshTokenReused => Code::RefreshTokenReused,
            AuthError::ApiKeyInvalid => Code::ApiKeyInvalid,
            AuthError::SessionNotFound => Code::NotFound,
        };
        Self::new(code, message)
    }
}
