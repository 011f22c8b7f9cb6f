//! The reads and writes of speakers. A slug and a linked user have a marker each, so that no two speakers of a conference have
//! the same; markers and pointer change in the transaction of their speaker.

use serde::{Deserialize, Serialize};

use super::error::SpeakerError;
use super::keys;
use super::model::Speaker;
use crate::dynamo::{self, Dynamo, Entity, Expression, Key, MAX_WRITES, Position, Query, Table, Transaction};
use crate::id::{SpeakerId, UserId};
use crate::random::Random;
use crate::text::Slug;

/// Speakers of a transaction: each new one has three writes.
const CHUNK: usize = MAX_WRITES / 3;

impl Entity for Speaker {
    const NAME: &'static str = "speaker";

    fn key(&self) -> Key {
        keys::speaker(&self.conference, self.id)
    }

    fn index_keys(&self) -> Vec<(&'static str, String)> {
        vec![("gsi1pk", keys::list(&self.conference)), ("gsi1sk", keys::place(self.name.as_str(), self.id))]
    }
}

/// Which conference a speaker is of.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Pointer {
    speaker_id: SpeakerId,
    conference: Slug,
}

impl Entity for Pointer {
    const NAME: &'static str = "speaker_pointer";

    fn key(&self) -> Key {
        keys::pointer(self.speaker_id)
    }
}

/// That a slug is a speaker's.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct SlugOwner {
    conference: Slug,
    slug: Slug,
    speaker_id: SpeakerId,
}

impl Entity for SlugOwner {
    const NAME: &'static str = "speaker_slug";

    fn key(&self) -> Key {
        keys::slug(&self.conference, &self.slug)
    }
}

/// That a user is a speaker.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct UserOwner {
    conference: Slug,
    user_id: UserId,
    speaker_id: SpeakerId,
}

impl Entity for UserOwner {
    const NAME: &'static str = "speaker_user";

    fn key(&self) -> Key {
        keys::user(&self.conference, self.user_id)
    }
}

/// Speakers in DynamoDB.
#[derive(Clone, Debug)]
pub struct SpeakerRepository {
    conferences: Table,
    random: Random,
}

impl SpeakerRepository {
    /// On the table of this deployment.
    pub fn new(dynamo: &Dynamo, random: Random) -> Self {
        Self { conferences: dynamo.table("conferences"), random }
    }

    /// A speaker, by the id alone.
    pub async fn by_id(&self, id: SpeakerId) -> Result<Option<Speaker>, dynamo::Error> {
        let Some(pointer) = self.conferences.get::<Pointer>(&keys::pointer(id)).await? else { return Ok(None) };
        self.conferences.get(&keys::speaker(&pointer.conference, id)).await
    }

    /// All speakers of a conference, as they are now, in no order that means anything.
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

    /// Stores new speakers, and changed ones in place of their versions before, in several transactions where they are many.
    pub async fn save_all(&self, new: &[Speaker], changed: &[Speaker]) -> Result<(), SpeakerError> {
        for chunk in new.chunks(CHUNK) {
            let mut transaction = Transaction::new();
            for speaker in chunk {
                self.create_step(&mut transaction, speaker);
            }
            transaction.run(&self.random).await?;
        }
        for chunk in changed.chunks(CHUNK) {
            let mut transaction = Transaction::new();
            for speaker in chunk {
                self.save_step(&mut transaction, speaker);
            }
            transaction.run(&self.random).await?;
        }
        Ok(())
    }

    /// Stores a speaker in place of the version before, with the user that they are now.
    pub async fn save(&self, before: &Speaker, speaker: &Speaker) -> Result<(), SpeakerError> {
        let mut transaction = Transaction::new();
        self.save_step(&mut transaction, speaker);
        if before.user_id != speaker.user_id {
            if let Some(user) = before.user_id {
                transaction.delete(&self.conferences, &keys::user(&before.conference, user));
            }
            if let Some(user_id) = speaker.user_id {
                let owner = UserOwner { conference: speaker.conference.clone(), user_id, speaker_id: speaker.id };
                transaction.put_if(&self.conferences, &owner, &Expression::absent(), SpeakerError::UserTaken);
            }
        }
        transaction.run(&self.random).await
    }

    /// Deletes a speaker at their version.
    pub async fn delete(&self, speaker: &Speaker) -> Result<(), SpeakerError> {
        let mut transaction = Transaction::new();
        let unchanged = Expression::version(speaker.version);
        transaction.delete_if(&self.conferences, &speaker.key(), &unchanged, SpeakerError::VersionConflict);
        transaction.delete(&self.conferences, &keys::slug(&speaker.conference, &speaker.slug));
        transaction.delete(&self.conferences, &keys::pointer(speaker.id));
        if let Some(user) = speaker.user_id {
            transaction.delete(&self.conferences, &keys::user(&speaker.conference, user));
        }
        transaction.run(&self.random).await
    }

    fn create_step(&self, transaction: &mut Transaction<SpeakerError>, speaker: &Speaker) {
        let (conference, id) = (speaker.conference.clone(), speaker.id);
        let owner = SlugOwner { conference: conference.clone(), slug: speaker.slug.clone(), speaker_id: id };
        transaction.put_if(&self.conferences, &owner, &Expression::absent(), SpeakerError::SlugTaken);
        transaction.put(&self.conferences, &Pointer { speaker_id: id, conference });
        transaction.put_if(&self.conferences, speaker, &Expression::absent(), SpeakerError::VersionConflict);
    }

    fn save_step(&self, transaction: &mut Transaction<SpeakerError>, speaker: &Speaker) {
        let unchanged = Expression::version(speaker.version - 1);
        transaction.put_if(&self.conferences, speaker, &unchanged, SpeakerError::VersionConflict);
    }
}
