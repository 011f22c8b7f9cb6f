//! The reads and writes of agendas. The head says where draft and releases stand; every change of either is a transaction that
//! the head's version decides, so a draft is replaced, and a release published, whole or not at all.

mod bookmarks;
mod parts;

use serde::{Deserialize, Serialize};

use super::error::AgendaError;
use super::keys;
use super::model::{Agenda, Draft, Head, Release};
use crate::dynamo::{self, Entity, Expression, Key, OutboxMessage, Position, Query, Table, Transaction};
use crate::platform::Platform;
use crate::random::Random;
use crate::text::Slug;

pub use bookmarks::{BookmarkRepository, NotChanged};

use parts::{MAX_PARTS, Of, Part, pack, unpack};

/// Reads of a draft that is being replaced all the time, before it is given up.
const READ_TRIES: usize = 5;

impl Entity for Head {
    const NAME: &'static str = "agenda";

    fn key(&self) -> Key {
        keys::head(&self.conference)
    }
}

/// What there is of a draft: the head, and parts.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum Stored {
    Part(Part),
    Head(Head),
}

impl Entity for Stored {
    const NAME: &'static str = Head::NAME;

    fn key(&self) -> Key {
        match self {
            Self::Part(part) => part.key(),
            Self::Head(head) => head.key(),
        }
    }
}

impl Entity for Release {
    const NAME: &'static str = "agenda_release";

    fn key(&self) -> Key {
        keys::release(&self.conference, self.number)
    }
}

/// Agendas in DynamoDB.
#[derive(Clone, Debug)]
pub struct AgendaRepository {
    conferences: Table,
    random: Random,
}

impl AgendaRepository {
    /// On the table of this deployment.
    pub fn new(platform: &Platform) -> Self {
        Self { conferences: platform.tables.table("conferences"), random: platform.random.clone() }
    }

    /// Where draft and releases of a conference stand.
    pub async fn head(&self, conference: &Slug) -> Result<Head, dynamo::Error> {
        let head = self.conferences.get(&keys::head(conference)).await?;
        Ok(head.unwrap_or_else(|| Head::new(conference.clone())))
    }

    /// The draft, with the head that it was read with: one request for as much as 1 MB.
    pub async fn draft(&self, conference: &Slug) -> Result<(Head, Draft), dynamo::Error> {
        for _ in 0..READ_TRIES {
            let query = Query::table(&keys::partition(conference)).prefix(keys::HEAD);
            let (mut head, mut parts) = (Head::new(conference.clone()), Vec::new());
            for stored in self.conferences.query_all(query).await? {
                match stored {
                    Stored::Head(found) => head = found,
                    Stored::Part(part) => parts.push(part),
                }
            }
            if head.draft == 0 {
                return Ok((head, Draft { conference: conference.clone(), version: 0, sessions: Vec::new() }));
            }
            if let Some(draft) = unpack(Of::Draft(head.draft), &parts)? {
                return Ok((head, draft));
            }
        }
        Err(dynamo::Error::Busy(format!("the draft of {conference} is being replaced")))
    }

    /// Replaces the draft, if head and draft are as they were read; [`AgendaError::VersionConflict`] otherwise. `head` is the
    /// next one.
    pub async fn save_draft(&self, head: &Head, draft: &Draft) -> Result<(), AgendaError> {
        let parts = fitting(pack(&draft.conference, Of::Draft(draft.version), draft)?)?;
        let mut transaction = Transaction::<AgendaError>::new();
        self.put_head(&mut transaction, head);
        for part in &parts {
            transaction.put(&self.conferences, part);
        }
        for part in parts.len()..MAX_PARTS {
            transaction.delete(&self.conferences, &keys::draft_part(&draft.conference, part));
        }
        transaction.run(&self.random).await
    }

    /// Forgets an empty draft of a conference that has released nothing, so that nothing is left of its agenda. `head` is as it
    /// was read.
    pub async fn forget_draft(&self, head: &Head) -> Result<(), AgendaError> {
        let mut transaction = Transaction::<AgendaError>::new();
        let unchanged = Expression::version(head.version);
        transaction.delete_if(&self.conferences, &head.key(), &unchanged, AgendaError::VersionConflict);
        for part in 0..MAX_PARTS {
            transaction.delete(&self.conferences, &keys::draft_part(&head.conference, part));
        }
        transaction.run(&self.random).await
    }

    /// A release.
    pub async fn release(&self, conference: &Slug, number: u64) -> Result<Option<Agenda>, dynamo::Error> {
        unpack(Of::Release(number), &self.parts(conference, keys::release_parts(number)).await?)
    }

    /// What is told of a page of all releases, newest first.
    pub async fn releases(
        &self,
        conference: &Slug,
        limit: usize,
        after: Option<Position>,
    ) -> Result<dynamo::Page<Release>, dynamo::Error> {
        let query = Query::table(&keys::partition(conference)).prefix(keys::RELEASES).backward();
        self.conferences.query(query.limit(limit).after(after)).await
    }

    /// Publishes a release together with what is to be told of it, if head and draft are as they were read;
    /// [`AgendaError::VersionConflict`] otherwise. `head` is the next one.
    pub async fn publish(
        &self,
        head: &Head,
        agenda: &Agenda,
        release: &Release,
        messages: &[OutboxMessage],
    ) -> Result<(), AgendaError> {
        let parts = fitting(pack(&agenda.conference, Of::Release(agenda.number), agenda)?)?;
        let mut transaction = Transaction::<AgendaError>::new();
        self.put_head(&mut transaction, head);
        transaction.put_if(&self.conferences, release, &Expression::absent(), AgendaError::VersionConflict);
        for part in &parts {
            transaction.put(&self.conferences, part);
        }
        for message in messages {
            transaction.put(&self.conferences, message);
        }
        transaction.run(&self.random).await
    }

    fn put_head(&self, transaction: &mut Transaction<AgendaError>, head: &Head) {
        let before = head.version - 1;
        let unchanged = if before == 0 { Expression::absent() } else { Expression::version(before) };
        transaction.put_if(&self.conferences, head, &unchanged, AgendaError::VersionConflict);
    }

    async fn parts(&self, conference: &Slug, prefix: String) -> Result<Vec<Part>, dynamo::Error> {
        self.conferences.query_all(Query::table(&keys::partition(conference)).prefix(&prefix)).await
    }
}

/// The parts, if a transaction can hold them.
fn fitting(parts: Vec<Part>) -> Result<Vec<Part>, AgendaError> {
    if parts.len() <= MAX_PARTS { Ok(parts) } else { Err(AgendaError::TooLarge) }
}
