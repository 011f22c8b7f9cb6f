//! Uploads as their owners see them.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::model::{ContentType, Kind, Media, Rejection, State};
use crate::clients::storage::PresignedUpload;
use crate::id::MediaId;
use crate::time::Time;

/// How far an upload has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = MediaStatus)]
pub enum Status {
    /// To be uploaded and completed.
    Pending,
    /// It can be used.
    Ready,
    /// It was not taken.
    Rejected,
    /// It is gone; the record follows within a day.
    Deleted,
}

/// An upload.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Media)]
pub struct MediaView {
    /// Its id.
    pub id: MediaId,
    /// What it is for.
    pub kind: Kind,
    /// What it contains.
    pub content_type: ContentType,
    /// Its length in bytes.
    pub size: u64,
    /// How far it has come.
    pub status: Status,
    /// Why it was not taken.
    pub rejection: Option<Rejection>,
    /// Where everybody finds it; null unless it is ready, and for imports.
    #[schema(format = "uri")]
    pub url: Option<String>,
    /// When it began.
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
        };
        let (id, content_type, size) = (media.id, media.content_type, media.size);
        Self { id, kind: media.kind(), content_type, size, status, rejection, url, created_at: media.created_at }
    }
}

/// A request with which the object is uploaded. Not `Debug`: the address is a credential.
#[derive(Clone, Serialize, ToSchema)]
pub struct UploadRequest {
    /// The method.
    pub method: String,
    /// The address.
    #[schema(format = "uri")]
    pub url: String,
    /// Headers to send as they are, beside the `Content-Length` that clients send by themselves.
    pub headers: BTreeMap<String, String>,
    /// Until when it can be begun.
    pub expires_at: Time,
}

/// An upload that has begun. Not `Debug`: it has a credential.
#[derive(Clone, Serialize, ToSchema)]
pub struct BegunUpload {
    /// The id to complete it by, and to find it by.
    pub id: MediaId,
    /// How to upload.
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
