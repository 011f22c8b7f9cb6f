//! The beginning of an upload: an address that is good for one object.

use std::time::Duration;

use serde::Deserialize;
use utoipa::ToSchema;

use super::MediaService;
use crate::clients::storage::Upload;
use crate::id::MediaId;
use crate::media::error::MediaError;
use crate::media::model::{ContentType, Kind, Media, UPLOAD_LIFETIME};
use crate::media::view::BegunUpload;

/// An upload to begin.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewUpload {
    /// What it is for.
    pub kind: Kind,
    /// What it contains; one of its kind.
    pub content_type: ContentType,
    /// Its exact length in bytes.
    #[schema(minimum = 1, maximum = 209_715_200)]
    pub size: u64,
}

/// Who uploads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uploader {
    /// A user's id, or an API key's name.
    pub name: String,
    /// Whether they may write anybody's media.
    pub is_admin: bool,
}

impl MediaService {
    /// Begins an upload.
    pub async fn begin(&self, by: &Uploader, new: &NewUpload) -> Result<BegunUpload, MediaError> {
        if new.content_type.kind() != new.kind {
            return Err(MediaError::TypeNotOfKind);
        }
        if new.kind == Kind::Import && !by.is_admin {
            return Err(MediaError::Forbidden);
        }
        if new.size == 0 {
            return Err(MediaError::Empty);
        }
        if new.size > new.kind.max_size() {
            return Err(MediaError::SizeNotAllowed(new.kind));
        }
        let now = self.clock.now();
        let id = MediaId::generate(now, &self.random);
        let media = Media::begin(id, by.name.clone(), new.content_type, new.size, now);
        let upload = Upload {
            key: &media.pending_key(),
            content_type: media.content_type.as_str(),
            size: media.size,
            now,
            lifetime: Duration::from_secs(UPLOAD_LIFETIME.unsigned_abs()),
        };
        // Signed before it is stored: what cannot be uploaded takes no place.
        let presigned = self.storage()?.presign_upload(&upload).await?;
        self.repository.create(&media).await?;
        Ok(BegunUpload::new(&media, presigned))
    }
}
