//! Completes an upload. Each step is a write at the version that was read, and can be repeated. If a function crashes
//! between two steps, the record says how to continue.

use super::{MediaService, Uploader};
use crate::clients::storage::{ObjectInfo, StorageError};
use crate::dynamo::Contention;
use crate::media::error::MediaError;
use crate::media::model::{Media, MediaId, Rejection, State};
use crate::media::signature;
use crate::media::view::MediaView;

impl MediaService {
    /// Checks the uploaded object, and makes the upload ready or rejects it. A repeated call has the same result.
    pub async fn complete(&self, by: &Uploader, id: MediaId) -> Result<MediaView, MediaError> {
        let mut contention = Contention::new(&self.random);
        loop {
            let found = self.repository.by_id(id).await?;
            let media = found.filter(|media| by.owns(media)).ok_or(MediaError::NotFound)?;
            match self.advance(by, media).await {
                // Another completion was faster: the next try sees what it did.
                Err(MediaError::VersionConflict) if contention.wait().await => {}
                done => return done,
            }
        }
    }

    async fn advance(&self, by: &Uploader, media: Media) -> Result<MediaView, MediaError> {
        match media.state {
            State::Pending => {
                let verified = self.verify(by, &media).await?;
                self.publish(by, &verified).await
            }
            State::Verified => self.publish(by, &media).await,
            State::Ready => Ok(self.view(&media)),
            // A function may have crashed before it deleted the objects, or a copy may have finished later.
            State::Rejected { reason } => {
                self.delete_objects(&media).await?;
                Err(MediaError::Rejected(reason))
            }
            State::Deleted | State::TakenDown => {
                self.delete_objects(&media).await?;
                Err(MediaError::NotFound)
            }
        }
    }

    /// Checks the object, and records that it passed.
    async fn verify(&self, by: &Uploader, media: &Media) -> Result<Media, MediaError> {
        let now = self.clock.now();
        let Some(object) = self.storage()?.head(&media.pending_key()).await? else {
            let expired = now > media.upload_expires_at();
            return if expired {
                self.reject(by, media, Rejection::Expired).await
            } else {
                Err(MediaError::NotUploaded)
            };
        };
        match self.examine(media, &object).await? {
            Some(reason) => self.reject(by, media, reason).await,
            None => {
                let verified = media.verified(object.etag, now);
                self.repository.save(media, &verified, None).await?;
                Ok(verified)
            }
        }
    }

    /// The reason to reject an object, if there is one.
    async fn examine(&self, media: &Media, object: &ObjectInfo) -> Result<Option<Rejection>, MediaError> {
        if object.size > media.kind().max_size() {
            return Ok(Some(Rejection::TooLarge));
        }
        if object.size != media.size {
            return Ok(Some(Rejection::WrongSize));
        }
        if object.content_type.parse() != Ok(media.content_type) {
            return Ok(Some(Rejection::WrongType));
        }
        match self.storage()?.read_start(&media.pending_key(), &object.etag, signature::LENGTH).await {
            Ok(start) if signature::matches(media.content_type, &start) => Ok(None),
            Ok(_) => Ok(Some(Rejection::WrongType)),
            Err(StorageError::NotFound | StorageError::Changed) => Ok(Some(Rejection::Changed)),
            Err(error) => Err(error.into()),
        }
    }

    /// Copies the checked version to its final key, and makes the upload ready.
    async fn publish(&self, by: &Uploader, media: &Media) -> Result<MediaView, MediaError> {
        let (etag, content_type) = (media.etag.as_deref().unwrap_or_default(), media.content_type.as_str());
        match self.storage()?.copy(&media.pending_key(), etag, &media.final_key(), content_type).await {
            Ok(()) => {}
            // The object was replaced, or another completion has finished. In the second case this write fails, and the
            // next try sees the result.
            Err(StorageError::NotFound | StorageError::Changed) => {
                return self.reject(by, media, Rejection::Changed).await;
            }
            Err(error) => return Err(error.into()),
        }
        let ready = media.to(State::Ready, self.clock.now());
        self.end(by, media, &ready).await?;
        if let Err(error) = self.storage()?.delete(&media.pending_key()).await {
            // The pending object is never shown, and `housekeeping` removes it.
            tracing::warn!(media.id = %media.id, %error, "media.pending_object_not_deleted");
        }
        tracing::info!(media.id = %media.id, media.size = media.size, "media.completed");
        Ok(self.view(&ready))
    }

    /// Rejects an upload, and deletes its objects.
    async fn reject<T>(&self, by: &Uploader, media: &Media, reason: Rejection) -> Result<T, MediaError> {
        let rejected = media.to(State::Rejected { reason }, self.clock.now());
        self.end(by, media, &rejected).await?;
        tracing::info!(media.id = %media.id, ?reason, "media.rejected");
        self.delete_objects(media).await?;
        Err(MediaError::Rejected(reason))
    }

    /// Stores what the completion came to. Only this step is in the audit.
    async fn end(&self, by: &Uploader, before: &Media, after: &Media) -> Result<(), MediaError> {
        let entry = by.in_office(after).map(|actor| self.entry(actor, "media.complete", Some(before), after));
        self.repository.save(before, after, entry.as_ref()).await
    }
}
