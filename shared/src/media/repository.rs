//! The reads and writes of uploads.

use super::error::MediaError;
use super::keys;
use super::model::{MAX_BYTES, MAX_OBJECTS, MAX_OPEN, Media};
use crate::audit::model::AuditEntry;
use crate::dynamo::{self, Expression, Query, Table, Transaction};
use crate::media::model::MediaId;
use crate::platform::Platform;
use crate::random::Random;
use crate::time::Time;

/// Uploads in DynamoDB.
#[derive(Clone, Debug)]
pub struct MediaRepository {
    media: Table,
    audit: Table,
    random: Random,
}

impl MediaRepository {
    /// On the tables of this deployment.
    pub fn new(platform: &Platform) -> Self {
        Self {
            media: platform.tables.table("media"),
            audit: platform.tables.table("audit"),
            random: platform.random.clone(),
        }
    }

    /// An upload.
    pub async fn by_id(&self, id: MediaId) -> Result<Option<Media>, dynamo::Error> {
        self.media.get(&keys::media(id)).await
    }

    /// Uploads of an owner, oldest first, as far as the index knows them.
    pub async fn of_owner(&self, owner: &str) -> Result<Vec<Media>, dynamo::Error> {
        self.media.query_all(Query::gsi2(&keys::owned(owner))).await
    }

    /// Uploads whose clean-up is due at `now`.
    pub async fn due(&self, now: Time, limit: usize) -> Result<Vec<Media>, dynamo::Error> {
        Ok(self.media.query(Query::gsi1(keys::SWEEP).up_to(&keys::sweep_due(now)).limit(limit)).await?.items)
    }

    /// Stores a new upload, unless its owner has too many open ones or, if the owner `is_limited`, has used up the
    /// space.
    pub async fn create(&self, media: &Media, is_limited: bool, entry: Option<&AuditEntry>) -> Result<(), MediaError> {
        let mut write = Transaction::new();
        write.put_if(&self.media, media, &Expression::absent(), MediaError::VersionConflict);
        // Quotas from before these counts lack them.
        let space = "(attribute_not_exists(#objects) OR #objects < :objects) \
                     AND (attribute_not_exists(#bytes) OR #bytes <= :bytes)";
        let room = if is_limited { format!("#open < :open AND {space}") } else { "#open < :open".to_owned() };
        let mut room = Expression::new(format!("attribute_not_exists(pk) OR ({room})"));
        room = room.name("#open", "open").number(":open", MAX_OPEN);
        if is_limited {
            room = room.name("#objects", "objects").number(":objects", MAX_OBJECTS);
            room = room.name("#bytes", "bytes").number(":bytes", MAX_BYTES.saturating_sub(media.size));
        }
        write.update_if(&self.media, &keys::quota(&media.owner), &begun(media), &room, MediaError::TooMany);
        self.audit(&mut write, entry);
        write.run(&self.random).await
    }

    /// Stores the next version of an upload. What it no longer takes is given back to its owner.
    pub async fn save(&self, before: &Media, media: &Media, entry: Option<&AuditEntry>) -> Result<(), MediaError> {
        let unchanged = Expression::version(before.version);
        let (closed, given_up) = (before.state.is_open(), before.state.is_kept());
        let (closed, given_up) = (closed && !media.state.is_open(), given_up && !media.state.is_kept());
        if !closed && !given_up && entry.is_none() {
            let stored = self.media.put(media, &unchanged).await;
            return stored.map_err(|error| error.or(MediaError::VersionConflict));
        }
        let mut write = Transaction::new();
        write.put_if(&self.media, media, &unchanged, MediaError::VersionConflict);
        if closed || given_up {
            let size = if given_up { media.size } else { 0 };
            let change = counted(-i64::from(closed), -i64::from(given_up), -i64::try_from(size).unwrap_or(i64::MAX));
            write.update(&self.media, &keys::quota(&media.owner), &change);
        }
        self.audit(&mut write, entry);
        write.run(&self.random).await
    }

    fn audit(&self, write: &mut Transaction<MediaError>, entry: Option<&AuditEntry>) {
        if let Some(entry) = entry {
            write.put_new(&self.audit, entry);
        }
    }

    /// Deletes the record of an upload at its version.
    pub async fn delete(&self, media: &Media) -> Result<(), MediaError> {
        let deleted = self.media.delete(&keys::media(media.id), &Expression::version(media.version)).await;
        deleted.map_err(|error| error.or(MediaError::VersionConflict))
    }

    /// Deletes an owner's number of open uploads, which must be zero.
    pub async fn forget_quota(&self, owner: &str) -> Result<(), dynamo::Error> {
        self.media.delete(&keys::quota(owner), &Expression::default()).await
    }
}

/// A new upload, in the counts of its owner.
fn begun(media: &Media) -> Expression {
    counted(1, 1, i64::try_from(media.size).unwrap_or(i64::MAX))
}

fn counted(open: i64, objects: i64, bytes: i64) -> Expression {
    let update = "ADD #open :more_open, #objects :more_objects, #bytes :more_bytes SET entity = :entity, v = :v";
    let update = Expression::new(update).name("#open", "open").name("#objects", "objects").name("#bytes", "bytes");
    let update = update.number(":more_open", open).number(":more_objects", objects).number(":more_bytes", bytes);
    update.text(":entity", "media_quota").number(":v", 1)
}
