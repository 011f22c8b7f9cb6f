//! Begins an upload: signs a URL for one object.

use std::time::Duration;

use serde::Deserialize;
use utoipa::ToSchema;

use super::MediaService;
use crate::attempt;
use crate::audit::model::Actor;
use crate::auth::rights::Reach;
use crate::clients::storage::Upload;
use crate::media::error::MediaError;
use crate::media::kind::{ContentType, Kind};
use crate::media::model::{Media, MediaId, UPLOAD_LIFETIME};
use crate::media::view::BegunUpload;
use crate::text::Slug;
use crate::users::grants::Resource;

/// File to upload.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewMediaUpload, example = json!({"kind": "image", "content_type": "image/png", "size": 4194304}))]
pub struct NewUpload {
    /// Kind of the upload.
    pub kind: Kind,
    /// Content type of the file. It must belong to the kind.
    pub content_type: ContentType,
    /// Exact size of the file in bytes.
    #[schema(minimum = 1, maximum = 209_715_200)]
    pub size: u64,
    /// Conference whose tickets an `import` has: only this conference can import the file. Required unless you can
    /// upload for all conferences. Other kinds have none.
    pub conference: Option<Slug>,
}

impl NewUpload {
    /// What it is for.
    fn target(&self) -> Resource {
        self.conference.clone().map_or(Resource::Everything, Resource::Conference)
    }
}

/// The caller, as far as uploads are concerned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uploader {
    /// The user or API key. The name is that of the owner of their uploads.
    pub actor: Actor,
    /// Whether it is an API key.
    pub is_key: bool,
    /// Whether the caller may change uploads of others.
    pub is_admin: bool,
    /// What the caller may upload imports for.
    pub imports: Reach,
    /// Whether the caller may upload videos, and more than one user has room for.
    pub is_trusted: bool,
}

impl Uploader {
    pub(super) fn owns(&self, media: &Media) -> bool {
        media.owner == self.actor.name
    }

    /// The actor, unless it is a user with an image of their own, which takes no right.
    pub(super) fn in_office(&self, media: &Media) -> Option<&Actor> {
        let is_own = self.owns(media) && !self.is_key && media.kind() == Kind::Image;
        (!is_own).then_some(&self.actor)
    }
}

impl MediaService {
    /// Begins an upload.
    pub async fn begin(&self, by: &Uploader, new: &NewUpload) -> Result<BegunUpload, MediaError> {
        if new.content_type.kind() != new.kind {
            return Err(MediaError::TypeNotOfKind);
        }
        let may = match new.kind {
            Kind::Image => true,
            Kind::Video => by.is_trusted,
            Kind::Import => by.imports.covers(&new.target()),
        };
        if !may {
            return Err(MediaError::Forbidden(new.kind));
        }
        if new.conference.is_some() && new.kind != Kind::Import {
            return Err(MediaError::ConferenceNotOfKind);
        }
        if new.size == 0 {
            return Err(MediaError::Empty);
        }
        if new.size > new.kind.max_size() {
            return Err(MediaError::SizeNotAllowed(new.kind));
        }
        let now = self.clock.now();
        let id = MediaId::of_request(now, &self.random);
        let earlier = if attempt::is_repeated() { self.repository.by_id(id).await? } else { None };
        let is_new = earlier.is_none();
        let begin =
            || Media::begin(id, by.actor.name.clone(), new.content_type, new.size, now).of(new.conference.clone());
        let media = earlier.unwrap_or_else(begin);
        let upload = Upload {
            key: &media.pending_key(),
            content_type: media.content_type.as_str(),
            size: media.size,
            now,
            lifetime: Duration::from_secs(UPLOAD_LIFETIME.unsigned_abs()),
        };
        // Signed before it is stored: an upload whose URL cannot be signed does not count toward the limit.
        let presigned = self.storage()?.presign_upload(&upload).await?;
        if is_new {
            let entry = by.in_office(&media).map(|actor| self.entry(actor, "media.begin", None, &media));
            self.repository.create(&media, !by.is_trusted, entry.as_ref()).await?;
        }
        Ok(BegunUpload::new(&media, presigned))
    }
}
