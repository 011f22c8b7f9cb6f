//! The rules about uploads that can be broken, and how each is answered.

use thiserror::Error;

use super::model::{Kind, Rejection};
use crate::clients::storage::StorageError;
use crate::dynamo;
use crate::error::{ApiError, Code};

/// A rule about uploads that was broken.
#[derive(Debug, Error)]
pub enum MediaError {
    /// No such upload that the caller may see.
    #[error("There is no such upload.")]
    NotFound,
    /// Imports are for admins.
    #[error("Imports are for admins.")]
    Forbidden,
    /// The type is not of the kind.
    #[error("The type is not one of this kind.")]
    TypeNotOfKind,
    /// An announced length that its kind may not have.
    #[error("The upload is too large: {} bytes are allowed.", .0.max_size())]
    SizeNotAllowed(Kind),
    /// An announced length of nothing.
    #[error("The upload is empty.")]
    Empty,
    /// The owner has too many uploads under way.
    #[error("There are {0} uploads under way. Complete or delete those first.")]
    TooManyOpen(u32),
    /// Nothing has come yet.
    #[error("Nothing was uploaded yet.")]
    NotUploaded,
    /// It was not taken, for good.
    #[error("{}", why(*.0))]
    Rejected(Rejection),
    /// Somebody else changed the upload meanwhile, again and again.
    #[error("The upload is being worked on. Try again.")]
    VersionConflict,
    /// The storage.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// DynamoDB.
    #[error(transparent)]
    Dynamo(#[from] dynamo::Error),
}

const fn why(reason: Rejection) -> &'static str {
    match reason {
        Rejection::WrongType => "The upload is not of the announced type.",
        Rejection::TooLarge => "The upload is too large.",
        Rejection::WrongSize => "The upload is not of the announced length.",
        Rejection::Changed => "The upload was replaced while it was being looked at.",
        Rejection::Expired => "The upload's address has expired, and nothing was uploaded.",
    }
}

impl From<MediaError> for ApiError {
    fn from(error: MediaError) -> Self {
        let message = error.to_string();
        let code = match error {
            MediaError::Dynamo(cause) => return cause.into(),
            MediaError::Storage(cause @ StorageError::Unavailable(_)) => return Self::unavailable(cause),
            MediaError::Storage(cause) => return Self::internal(cause),
            MediaError::TypeNotOfKind => {
                return Self::new(Code::InvalidBody, message).detail("content_type", "is not one of this kind");
            }
            MediaError::Empty => return Self::new(Code::InvalidBody, message).detail("size", "must be at least 1"),
            MediaError::SizeNotAllowed(kind) => {
                let limit = format!("must be at most {}", kind.max_size());
                return Self::new(Code::MediaTooLarge, message).detail("size", limit);
            }
            MediaError::NotFound => Code::NotFound,
            MediaError::Forbidden => Code::Forbidden,
            MediaError::TooManyOpen(_) => Code::MediaQuotaExceeded,
            MediaError::NotUploaded => Code::MediaNotUploaded,
            MediaError::Rejected(Rejection::WrongType) => Code::MediaTypeMismatch,
            MediaError::Rejected(Rejection::TooLarge) => Code::MediaTooLarge,
            MediaError::Rejected(Rejection::WrongSize) => Code::MediaSizeMismatch,
            MediaError::Rejected(Rejection::Changed) => Code::MediaChanged,
            MediaError::Rejected(Rejection::Expired) => Code::MediaUploadExpired,
            MediaError::VersionConflict => Code::VersionConflict,
        };
        Self::new(code, message)
    }
}
