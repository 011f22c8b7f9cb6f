//! Errors of uploads, and how each is answered.

use thiserror::Error;

use super::kind::Kind;
use super::model::{MAX_BYTES, MAX_OBJECTS, MAX_OPEN, Rejection};
use crate::clients::storage::StorageError;
use crate::dynamo;
use crate::error::{ApiError, Code, codes};

codes! {
    /// The caller has too many uploads, or too many open ones: complete or delete one.
    MEDIA_QUOTA_EXCEEDED => CONFLICT,
    /// No file was uploaded yet: upload the file, then complete the upload.
    MEDIA_NOT_UPLOADED => UNPROCESSABLE_ENTITY,
    /// The upload URL expired before a file was uploaded: begin a new upload.
    MEDIA_UPLOAD_EXPIRED => UNPROCESSABLE_ENTITY,
    /// The file is larger than its kind allows.
    MEDIA_TOO_LARGE => UNPROCESSABLE_ENTITY,
    /// The file does not have the announced size and was deleted: begin a new upload.
    MEDIA_SIZE_MISMATCH => UNPROCESSABLE_ENTITY,
    /// The file does not have the announced content type and was deleted: begin a new upload.
    MEDIA_TYPE_MISMATCH => UNPROCESSABLE_ENTITY,
    /// The file was replaced during the check and was deleted: begin a new upload.
    MEDIA_CHANGED => UNPROCESSABLE_ENTITY,
}

/// A rule about uploads that was broken.
#[derive(Debug, Error)]
pub enum MediaError {
    /// No such upload that the caller may see.
    #[error("There is no upload with this id that you can see.")]
    NotFound,
    /// Only some may upload files of this kind.
    #[error("{}", who(*.0))]
    Forbidden(Kind),
    /// The type is not of the kind.
    #[error("The content type does not belong to the kind.")]
    TypeNotOfKind,
    /// Only an import is for a conference.
    #[error("Only an upload of the kind `import` has a conference.")]
    ConferenceNotOfKind,
    /// The announced size is larger than the kind allows.
    #[error("The file is too large. The kind allows at most {} bytes.", .0.max_size())]
    SizeNotAllowed(Kind),
    /// The announced size is zero.
    #[error("The file is empty. `size` must be at least 1.")]
    Empty,
    /// The owner has too many uploads.
    #[error(
        "You have the maximum of {MAX_OPEN} open uploads, {MAX_OBJECTS} uploads or {} MB. Complete or delete one first.",
        MAX_BYTES / 1_000_000
    )]
    TooMany,
    /// No file has arrived yet.
    #[error("No file was uploaded yet. Upload the file, then complete the upload.")]
    NotUploaded,
    /// The upload is rejected.
    #[error("{}", why(*.0))]
    Rejected(Rejection),
    /// Other requests kept changing the upload.
    #[error("The upload was changed by another request. Try again.")]
    VersionConflict,
    /// The storage.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// DynamoDB.
    #[error(transparent)]
    Dynamo(#[from] dynamo::Error),
}

const fn who(kind: Kind) -> &'static str {
    match kind {
        Kind::Image => "You cannot upload images.",
        Kind::Video => "Only users with an access role can upload videos.",
        Kind::Import => {
            "Only admins and organizers can upload imports. An organizer of some conferences must send one of them as `conference`."
        }
    }
}

const fn why(reason: Rejection) -> &'static str {
    match reason {
        Rejection::WrongType => {
            "The file does not have the content type of the upload, so it was deleted. Begin a new upload."
        }
        Rejection::TooLarge => "The file is larger than its kind allows, so it was deleted. Begin a new upload.",
        Rejection::WrongSize => "The file does not have the size of the upload, so it was deleted. Begin a new upload.",
        Rejection::Changed => "The file was replaced during the check, so it was deleted. Begin a new upload.",
        Rejection::Expired => "The upload URL has expired and no file was uploaded. Begin a new upload.",
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
                return Self::new(Code::INVALID_BODY, message)
                    .detail("content_type", "must be a content type of the kind");
            }
            MediaError::ConferenceNotOfKind => {
                return Self::new(Code::INVALID_BODY, message)
                    .detail("conference", "must be absent unless the kind is `import`");
            }
            MediaError::Empty => return Self::new(Code::INVALID_BODY, message).detail("size", "must be at least 1"),
            MediaError::SizeNotAllowed(kind) => {
                let limit = format!("must be at most {}", kind.max_size());
                return Self::new(Code::MEDIA_TOO_LARGE, message).detail("size", limit);
            }
            MediaError::NotFound => Code::NOT_FOUND,
            MediaError::Forbidden(_) => Code::FORBIDDEN,
            MediaError::TooMany => Code::MEDIA_QUOTA_EXCEEDED,
            MediaError::NotUploaded => Code::MEDIA_NOT_UPLOADED,
            MediaError::Rejected(Rejection::WrongType) => Code::MEDIA_TYPE_MISMATCH,
            MediaError::Rejected(Rejection::TooLarge) => Code::MEDIA_TOO_LARGE,
            MediaError::Rejected(Rejection::WrongSize) => Code::MEDIA_SIZE_MISMATCH,
            MediaError::Rejected(Rejection::Changed) => Code::MEDIA_CHANGED,
            MediaError::Rejected(Rejection::Expired) => Code::MEDIA_UPLOAD_EXPIRED,
            MediaError::VersionConflict => Code::VERSION_CONFLICT,
        };
        Self::new(code, message)
    }
}
