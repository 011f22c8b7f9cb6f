//! Reads and writes speakers. The speaker, its pointer and its claims on a slug and a user change in one transaction,
//! so no two speakers of a conference have the same slug or user.

use super::error::SpeakerError;
use super::items::{SlugClaim, SpeakerPointer, UserClaim};
use super::keys;
use super::model::Speaker;
use crate::audit::model::AuditEntry;
use crate::conferences::error::ConferenceError;
use crate::dynamo::{self, Entity, Expression, Key, MAX_WRITES, Position, Query, Table, Transaction};
use crate::id::UserId;
use crate::platform::Platform;
use crate::random::Random;
use crate::speakers::model::SpeakerId;
use crate::text::Slug;

/// Speakers in one transaction. A new one takes three writes, and all together one at their conference and one in the
/// audit.
const CHUNK: usize = (MAX_WRITES - 2) / 3;

/// Access to speakers.
#[derive(Clone, Debug)]
pub struct SpeakerRepository {
    conferences: Table,
    audit: Table,
    random: Random,
}

impl SpeakerRepository {
    /// On the table of this deployment.
    pub fn new(platform: &Platform) -> Self {
        let table = |name| platform.tables.table(name);
        Self { conferences: table("conferences"), audit: table("audit"), random: platform.random.clone() }
    }

    /// The speaker with this id, of any conference: two requests.
    pub async fn by_id(&self, id: SpeakerId) -> Result<Option<Speaker>, dynamo::Error> {
        let Some(pointer) = self.conferences.get::<SpeakerPointer>(&keys::pointer(id)).await? else { return Ok(None) };
        self.conferences.get(&keys::speaker(&pointer.conference, id)).await
    }

    /// The same as everybody reads it: perhaps as it was a second ago. A pointer never changes.
    pub async fn recent(&self, id: SpeakerId) -> Result<Option<Speaker>, dynamo::Error> {
        let pointer = self.conferences.get_eventual::<SpeakerPointer>(&keys::pointer(id)).await?;
        let Some(pointer) = pointer else { return Ok(None) };
        self.conferences.get_eventual(&keys::speaker(&pointer.conference, id)).await
    }

    /// The speakers of these conferences that are linked to a user: two requests, or one if there are none.
    pub async fn of_user(&self, conferences: &[Slug], user: UserId) -> Result<Vec<Speaker>, dynamo::Error> {
        let claims: Vec<Key> = conferences.iter().map(|conference| keys::user(conference, user)).collect();
        let claims: Vec<UserClaim> = self.conferences.batch_get(&claims, &self.random).await?;
        let speakers: Vec<Key> =
            claims.iter().map(|claim| keys::speaker(&claim.conference, claim.speaker_id)).collect();
        let mut found: Vec<Speaker> = self.conferences.batch_get(&speakers, &self.random).await?;
        found.sort_by(|one, other| one.conference.cmp(&other.conference));
        Ok(found)
    }

    /// All speakers of a conference, in the order of their ids.
    pub async fn all(&self, conference: &Slug) -> Result<Vec<Speaker>, dynamo::Error> {
        self.conferences.query_all(Query::table(&keys::partition(conference)).prefix(keys::SPEAKERS)).await
    }

    /// A page of the speakers of a conference, by name.
    pub async fn list(
        &self,
        conference: &Slug,
        limit: usize,
        after: Option<Position>,
    ) -> Result<dynamo::Page<Speaker>, dynamo::Error> {
        self.conferences.query(Query::gsi1(&keys::list(conference)).limit(limit).after(after)).await
    }

    /// Stores new speakers of a conference, and changed ones if their version before is still there. Many speakers take
    /// several transactions, so an error may leave some of them stored. Each transaction has the same `entry`: whatever
    /// is stored of an import, the audit has one entry of it.
    pub async fn save_all(
        &self,
        new: &[&Speaker],
        changed: &[&Speaker],
        entry: &AuditEntry,
    ) -> Result<(), SpeakerError> {
        for chunk in new.chunks(CHUNK) {
            let mut transaction = Transaction::new();
            transaction.put(&self.audit, entry);
            if let Some(conference) = chunk.first().map(|speaker| keys::conference(&speaker.conference)) {
                transaction.arrive(&self.conferences, &conference, ConferenceError::NotFound.into());
            }
            for speaker in chunk {
                self.create_step(&mut transaction, speaker);
            }
            transaction.run(&self.random).await?;
        }
        for chunk in changed.chunks(CHUNK) {
            let mut transaction = Transaction::new();
            transaction.put(&self.audit, entry);
            for speaker in chunk {
                self.save_step(&mut transaction, speaker);
            }
            transaction.run(&self.random).await?;
        }
        Ok(())
    }

    /// Stores a changed speaker if it is still at version `before`, and moves its claim on a user.
    pub async fn save(
        &self,
        before: &Speaker,
        speaker: &Speaker,
        entry: Option<&AuditEntry>,
    ) -> Result<(), SpeakerError> {
        let mut transaction = Transaction::new();
        self.save_step(&mut transaction, speaker);
        if let Some(entry) = entry {
            transaction.put_new(&self.audit, entry);
        }
        if before.user_id != speaker.user_id {
            if let Some(user) = before.user_id {
                transaction.delete(&self.conferences, &keys::user(&before.conference, user));
            }
            if let Some(user_id) = speaker.user_id {
                let claim = UserClaim { conference: speaker.conference.clone(), user_id, speaker_id: speaker.id };
                transaction.put_if(&self.conferences, &claim, &Expression::absent(), SpeakerError::UserTaken);
            }
        }
        transaction.run(&self.random).await
    }

    /// Deletes a speaker that is still at its version, with its pointer and claims.
    pub async fn delete(&self, speaker: &Speaker, entry: &AuditEntry) -> Result<(), SpeakerError> {
        let mut transaction = Transaction::new();
        let unchanged = Expression::version(speaker.version);
        transaction.delete_if(&self.conferences, &speaker.key(), &unchanged, SpeakerError::VersionConflict);
        transaction.delete(&self.conferences, &keys::slug(&speaker.conference, &speaker.slug));
        transaction.delete(&self.conferences, &keys::pointer(speaker.id));
        if let Some(user) = speaker.user_id {
            transaction.delete(&self.conferences, &keys::user(&speaker.conference, user));
        }
        transaction.put_new(&self.audit, entry);
        transaction.run(&self.random).await
    }

    fn create_step(&self, transaction: &mut Transaction<SpeakerError>, speaker: &Speaker) {
        let (conference, id) = (speaker.conference.clone(), speaker.id);
        let claim = SlugClaim { conference: conference.clone(), slug: speaker.slug.clone(), speaker_id: id };
        transaction.put_if(&self.conferences, &claim, &Expression::absent(), SpeakerError::SlugTaken);
        transaction.put(&self.conferences, &SpeakerPointer { speaker_id: id, conference });
        transaction.put_if(&self.conferences, speaker, &Expression::absent(), SpeakerError::VersionConflict);
    }

    fn save_step(&self, transaction: &mut Transaction<SpeakerError>, speaker: &Speaker) {
        let unchanged = Expression::version(speaker.version - 1);
        transaction.put_if(&self.conferences, speaker, &unchanged, SpeakerError::VersionConflict);
    }
}
