//! The completion of an upload. Each step is decided by a write at the version that was read, and can be done again: whoever
//! dies between two leaves a record that says how to go on.

use super::MediaService;
use crate::clients::storage::{ObjectInfo, StorageError};
use crate::id::MediaId;
use crate::media::error::MediaError;
use crate::media::model::{Media, Rejection, State};
use crate::media::signature;
use crate::media::view::MediaView;

/// How often a completion starts over when another one was faster.
const TRIES: usize = 3;

impl MediaService {
    /// Looks at what was uploaded, and makes it ready or rejects it. Done again, it answers the same.
    pub async fn complete(&self, owner: &str, id: MediaId) -> Result<MediaView, MediaError> {
        for _ in 0..TRIES {
            let media = self.owned(owner, id).await?;
            match self.advance(media).await {
                Err(MediaError::VersionConflict) => {}
                done => return done,
            }
        }
        Err(MediaError::VersionConflict)
    }

    async fn owned(&self, owner: &str, id: MediaId) -> Result<Media, MediaError> {
        let found = self.repository.by_id(id).await?;
        found.filter(|media| media.owner == owner).ok_or(MediaError::NotFound)
    }

    async fn advance(&self, media: Media) -> Result<MediaView, MediaError> {
        match media.state {
            State::Pending => {
                let verified = self.verify(&media).await?;
                self.publish(&verified).await
            }
            State::Verified => self.publish(&media).await,
            State::Ready => Ok(self.view(&media)),
            // Whoever was to delete the objects may have died, or a copy may have come after.
            State::Rejected { reason } => {
                self.delete_objects(&media).await?;
                Err(MediaError::Rejected(reason))
            }
            State::Deleted => {
                self.delete_objects(&media).await?;
                Err(MediaError::NotFound)
            }
        }
    }

    /// Looks at the object, and records that it is good.
    async fn verify(&self, media: &Media) -> Result<Media, MediaError> {
        let now = self.clock.now();
        let Some(object) = self.storage()?.head(&media.pending_key()).await? else {
            let expired = now > media.upload_expires_at();
            return if expired { self.reject(media, Rejection::Expired).await } else { Err(MediaError::NotUploaded) };
        };
        match self.examine(media, &object).await? {
            Some(reason) => self.reject(media, reason).await,
            None => {
                let verified = media.verified(object.etag, now);
                self.repository.save(media, &verified).await?;
                Ok(verified)
            }
        }
    }

    /// What is wrong with an object.
    async fn examine(&self, media: &Media, object: &ObjectInfo) -> Result<Option<Rejection>, MediaError> {
        if object.size > media.kind().max_size() {
            return Ok(Some(Rejection::TooLarge));
        }
        if object.size != media.size {
            return Ok(Some(Rejection::WrongSize));
        }
        if object.content_type != media.content_type.as_str() {
            return Ok(Some(Rejection::WrongType));
        }
        match self.storage()?.read_start(&media.pending_key(), &object.etag, signature::LENGTH).await {
            Ok(start) if signature::matches(media.content_type, &start) => Ok(None),
            Ok(_) => Ok(Some(Rejection::WrongType)),
            Err(StorageError::NotFound | StorageError::Changed) => Ok(Some(Rejection::Changed)),
            Err(error) => Err(error.into()),
        }
    }

    /// Copies what was found good to where it stays, and makes the upload ready.
    async fn publish(&self, media: &Media) -> Result<MediaView, MediaError> {
        let etag = media.etag.as_deref().unwrap_or_default();
        match self.storage()?.copy(&media.pending_key(), etag, &media.final_key()).await {
            Ok(()) => {}
            // Replaced since, or another completion is done with it: then this write fails, and the next try sees how it ended.
            Err(StorageError::NotFound | StorageError::Changed) => return self.reject(media, Rejection::Changed).await,
            Err(error) => return Err(error.into()),
        }
        let ready = media.to(State::Ready, self.clock.now());
        self.repository.save(media, &ready).await?;
        if let Err(error) = self.storage()?.delete(&media.pending_key()).await {
            // Nothing is shown from there, and housekeeping removes it.
            tracing::warn!(media.id = %media.id, %error, "media.pending_object_not_deleted");
        }
        tracing::info!(media.id = %media.id, media.size = media.size, "media.completed");
        Ok(self.view(&ready))
    }

    /// Rejects an upload for good, and deletes its objects.
    async fn reject<T>(&self, media: &Media, reason: Rejection) -> Result<T, MediaError> {
        let rejected = media.to(State::Rejected { reason }, self.clock.now());
        self.repository.save(media, &rejected).await?;
        tracing::info!(media.id = %media.id, ?reason, "media.rejected");
        self.delete_objects(media).await?;
        Err(MediaError::Rejected(reason))
    }
}
