//! The reads and writes of uploads.

use super::error::MediaError;
use super::keys;
use super::model::Media;
use crate::dynamo::{self, Expression, Query, Table, Transaction};
use crate::media::model::MediaId;
use crate::platform::Platform;
use crate::random::Random;
use crate::time::Time;

/// Maximum number of open uploads of one owner.
const MAX_OPEN: u32 = 20;

/// Uploads in DynamoDB.
#[derive(Clone, Debug)]
pub struct MediaRepository {
    media: Table,
    random: Random,
}

impl MediaRepository {
    /// On the table of this deployment.
    pub fn new(platform: &Platform) -> Self {
        Self { media: platform.tables.table("media"), random: platform.random.clone() }
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

    /// Stores a new upload, unless its owner has too many open ones.
    pub async fn create(&self, media: &Media) -> Result<(), MediaError> {
        let mut write = Transaction::new();
        write.put_if(&self.media, media, &Expression::absent(), MediaError::VersionConflict);
        let room = Expression::new("attribute_not_exists(pk) OR #open < :max").name("#open", "open");
        let room = room.number(":max", MAX_OPEN);
        write.update_if(&self.media, &keys::quota(&media.owner), &counted(1), &room, MediaError::TooManyOpen(MAX_OPEN));
        write.run(&self.random).await
    }

    /// Stores the next version of an upload. If it is no longer open, it no longer counts toward the limit.
    pub async fn save(&self, before: &Media, media: &Media) -> Result<(), MediaError> {
        let unchanged = Expression::version(before.version);
        if before.state.is_open() == media.state.is_open() {
            let stored = self.media.put(media, &unchanged).await;
            return stored.map_err(|error| error.or(MediaError::VersionConflict));
        }
        let mut write = Transaction::new();
        write.put_if(&self.media, media, &unchanged, MediaError::VersionConflict);
        write.update(&self.media, &keys::quota(&media.owner), &counted(-1));
        write.run(&self.random).await
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

fn counted(change: i32) -> Expression {
    let update = Expression::new("ADD #open :change SET entity = :entity, v = :v").name("#open", "open");
    update.number(":change", change).text(":entity", "media_quota").number(":v", 1)
}
