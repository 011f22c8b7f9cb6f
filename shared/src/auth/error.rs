//! Why somebody is not let in, and how that is answered.

use thiserror::Error;

use super::init_data::InitDataError;
use super::jwt::JwtError;
use crate::dynamo;
use crate::error::{ApiError, Code};
use crate::users::error::UserError;

/// An authentication that failed, or could not be done.
#[derive(Debug, Error)]
pub enum AuthError {
    /// Telegram's data do not hold.
    #[error(transparent)]
    InitData(#[from] InitDataError),
    /// The token does not hold.
    #[error(transparent)]
    Token(#[from] JwtError),
    /// The refresh token's session is over.
    #[error("The session has ended. Log in again.")]
    SessionEnded,
    /// The refresh token was used before: somebody else may have it, so its whole session is revoked.
    #[error("The refresh token was used before. Log in again.")]
    RefreshTokenReused,
    /// The key does not hold.
    #[error("The API key is not valid.")]
    ApiKeyInvalid,
    /// No such session of this user.
    #[error("There is no such session.")]
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
