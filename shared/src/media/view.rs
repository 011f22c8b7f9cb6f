//! Uploads, as their owners see them.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::kind::{ContentType, Kind};
use super::model::{Media, Rejection, State};
use crate::clients::storage::PresignedUpload;
use crate::media::model::MediaId;
use crate::time::Time;

/// State of an upload: `pending` waits for the file or its check, `ready` can be used, `rejected` failed the check,
/// `deleted` is gone, `taken_down` was deleted by staff.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = MediaStatus)]
pub enum Status {
    /// Waits for the file, or for its check.
    Pending,
    /// The file can be used.
    Ready,
    /// The file failed the check.
    Rejected,
    /// Deleted. The record is removed within a day.
    Deleted,
    /// Deleted by staff, for good.
    TakenDown,
}

/// An upload.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Media)]
pub struct MediaView {
    /// Id of the upload.
    pub id: MediaId,
    /// Kind of the upload.
    pub kind: Kind,
    /// Content type of the file.
    pub content_type: ContentType,
    /// Size of the file in bytes.
    pub size: u64,
    /// State of the upload.
    pub status: Status,
    /// Reason of the rejection. `null` unless the status is `rejected`.
    pub rejection: Option<Rejection>,
    /// Public URL of the file. `null` unless the status is `ready`, and for imports.
    #[schema(format = "uri")]
    pub url: Option<String>,
    /// Time of creation.
    pub created_at: Time,
}

impl MediaView {
    /// Of an upload that is found at `url`.
    pub(super) fn new(media: &Media, url: Option<String>) -> Self {
        let (status, rejection) = match media.state {
            State::Pending | State::Verified => (Status::Pending, None),
            State::Ready => (Status::Ready, None),
            State::Rejected { reason } => (Status::Rejected, Some(reason)),
            State::Deleted => (Status::Deleted, None),
            State::TakenDown => (Status::TakenDown, None),
        };
        let (id, content_type, size) = (media.id, media.content_type, media.size);
        Self { id, kind: media.kind(), content_type, size, status, rejection, url, created_at: media.created_at }
    }
}

/// HTTP request that uploads the file.
// Not `Debug`: the URL is a credential.
#[derive(Clone, Serialize, ToSchema)]
#[schema(as = MediaUploadRequest)]
pub struct UploadRequest {
    /// HTTP method.
    pub method: String,
    /// Signed URL.
    #[schema(format = "uri")]
    pub url: String,
    /// Headers by name. Send all of them unchanged. Clients add `Content-Length` themselves.
    pub headers: BTreeMap<String, String>,
    /// Time until which the upload can start.
    pub expires_at: Time,
}

/// New upload, with the request that sends its file.
// Not `Debug`: it contains a credential.
#[derive(Clone, Serialize, ToSchema)]
#[schema(as = PendingMediaUpload)]
pub struct BegunUpload {
    /// Id of the upload.
    pub id: MediaId,
    /// HTTP request that uploads the file.
    pub upload: UploadRequest,
}

impl BegunUpload {
    pub(super) fn new(media: &Media, presigned: PresignedUpload) -> Self {
        let upload = UploadRequest {
            method: presigned.method,
            url: presigned.url,
            headers: presigned.headers.into_iter().collect(),
            expires_at: media.upload_expires_at(),
        };
        Self { id: media.id, upload }
    }
}
