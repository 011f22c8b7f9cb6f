//! Deletes uploads: on request, by takedown, by age, after their import, and with their owner. The record is marked
//! first, then the objects are deleted, then the record. If a function crashes in between, `housekeeping` finds the
//! record.

use super::{MediaService, Uploader};
use crate::audit::model::Actor;
use crate::dynamo::Contention;
use crate::id::UserId;
use crate::media::error::MediaError;
use crate::media::model::{Media, MediaId, State};
use crate::media::view::MediaView;
use crate::scheduled::Batch;

impl MediaService {
    /// Deletes an upload of the caller; as an admin, any upload.
    pub async fn delete(&self, by: &Uploader, id: MediaId) -> Result<(), MediaError> {
        let found = self.repository.by_id(id).await?;
        let media = found.filter(|media| by.is_admin || by.owns(media)).ok_or(MediaError::NotFound)?;
        if media.state.is_gone() {
            return Err(MediaError::NotFound);
        }
        self.discard(&media, by.in_office(&media)).await?;
        tracing::info!(media.id = %id, "media.deleted");
        Ok(())
    }

    /// Takes an upload down, for good: nobody can see, complete or delete it any more. The same when repeated.
    pub async fn takedown(&self, actor: &Actor, id: MediaId) -> Result<MediaView, MediaError> {
        let mut contention = Contention::new(&self.random);
        loop {
            let media = self.repository.by_id(id).await?.ok_or(MediaError::NotFound)?;
            let is_done = media.state == State::TakenDown;
            let taken = if is_done { media.clone() } else { media.taken_down(self.clock.now()) };
            let entry = self.entry(actor, "media.takedown", Some(&media), &taken);
            let saved = if is_done { Ok(()) } else { self.repository.save(&media, &taken, Some(&entry)).await };
            match saved {
                Ok(()) => {
                    self.delete_objects(&taken).await?;
                    tracing::info!(media.id = %id, "media.taken_down");
                    return Ok(self.view(&taken));
                }
                Err(MediaError::VersionConflict) if contention.wait().await => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Deletes an import's file when the import is done; one that is gone is no failure. If the function crashes before
    /// the object is deleted, `housekeeping` deletes it with the record, and so what was sent to the pending key.
    pub async fn discard_import(&self, id: MediaId) -> Result<(), MediaError> {
        let media = match self.import(id).await {
            Err(MediaError::NotFound) => return Ok(()),
            found => found?,
        };
        let deleted = media.deleted(self.clock.now());
        self.repository.save(&media, &deleted, None).await?;
        self.storage()?.delete(&deleted.final_key()).await?;
        tracing::info!(media.id = %id, "media.import_discarded");
        Ok(())
    }

    /// Deletes an upload, perhaps by an actor whose act is in the audit.
    async fn discard(&self, media: &Media, by: Option<&Actor>) -> Result<(), MediaError> {
        let deleted = if media.state == State::Deleted { media.clone() } else { media.deleted(self.clock.now()) };
        if deleted.version > media.version {
            let entry = by.map(|actor| self.entry(actor, "media.delete", Some(media), &deleted));
            self.repository.save(media, &deleted, entry.as_ref()).await?;
        }
        self.delete_objects(&deleted).await?;
        if deleted.is_due(self.clock.now()) { self.repository.delete(&deleted).await } else { Ok(()) }
    }

    /// Deletes what there is of an upload in storage.
    pub(super) async fn delete_objects(&self, media: &Media) -> Result<(), MediaError> {
        let storage = self.storage()?;
        storage.delete(&media.pending_key()).await?;
        Ok(storage.delete(&media.final_key()).await?)
    }

    /// Cleans up to `limit` uploads that are due. It deletes uploads that were never completed, and pending objects
    /// that were uploaded again. A failure of one does not stop the others.
    pub async fn sweep(&self, limit: usize) -> Result<Batch, MediaError> {
        let due = self.repository.due(self.clock.now(), limit).await?;
        let mut swept = Batch { due: due.len(), ..Batch::default() };
        for media in due {
            match self.settle(&media).await {
                // The index is behind, or another request works on the upload: the next run decides.
                Ok(()) | Err(MediaError::VersionConflict) => swept.done += 1,
                Err(error) => {
                    swept.failed += 1;
                    tracing::error!(media.id = %media.id, %error, "media.sweep_failed");
                }
            }
        }
        Ok(swept)
    }

    async fn settle(&self, media: &Media) -> Result<(), MediaError> {
        let now = self.clock.now();
        match media.state {
            State::TakenDown => self.delete_objects(media).await?,
            State::Ready if !media.is_over(now) => self.storage()?.delete(&media.pending_key()).await?,
            _ => return self.discard(media, None).await,
        }
        self.repository.save(media, &media.settled(now), None).await
    }

    /// Deletes all uploads of a user. Of the latest the record stays for up to a day, with nothing in it but ids and
    /// type.
    pub async fn forget(&self, user: UserId) -> Result<(), MediaError> {
        let owner = user.to_string();
        for media in self.repository.of_owner(&owner).await? {
            self.discard(&media, None).await?;
        }
        Ok(self.repository.forget_quota(&owner).await?)
    }
}
