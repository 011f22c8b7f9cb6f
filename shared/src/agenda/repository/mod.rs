//! Reads and writes agendas. Every change of the draft and every release is one transaction on the condition that the
//! head is still at the version that was read. So a draft is replaced, and a release published, as a whole or not at
//! all.

mod bookmarks;
mod parts;

use super::error::AgendaError;
use super::items::{Document, DraftItem, Part};
use super::keys;
use super::model::{Agenda, Draft, Head, Release};
use crate::audit::model::AuditEntry;
use crate::conferences::error::ConferenceError;
use crate::dynamo::{self, Expression, OutboxMessage, Position, Query, Table, Transaction};
use crate::platform::Platform;
use crate::random::Random;
use crate::text::Slug;

pub use bookmarks::{BookmarkRepository, NotChanged};

use parts::{MAX_PARTS, pack, unpack};

/// Reads of a draft. A read sees a mix of parts if the draft is replaced meanwhile, which five times in a row is a
/// fault.
const READ_TRIES: usize = 5;

/// Access to agendas.
#[derive(Clone, Debug)]
pub struct AgendaRepository {
    conferences: Table,
    audit: Table,
    random: Random,
}

impl AgendaRepository {
    /// On the table of this deployment.
    pub fn new(platform: &Platform) -> Self {
        let table = |name| platform.tables.table(name);
        Self { conferences: table("conferences"), audit: table("audit"), random: platform.random.clone() }
    }

    /// The head of a conference's agenda.
    pub async fn head(&self, conference: &Slug) -> Result<Head, dynamo::Error> {
        let head = self.conferences.get(&keys::head(conference)).await?;
        Ok(head.unwrap_or_else(|| Head::new(conference.clone())))
    }

    /// The number of the current release, perhaps as it was a second ago. That nothing is released is asked again: the
    /// first release may be new.
    pub async fn recent_number(&self, conference: &Slug) -> Result<Option<u64>, dynamo::Error> {
        let head = self.conferences.get_eventual::<Head>(&keys::head(conference)).await?;
        match head.and_then(|head| head.release) {
            Some(number) => Ok(Some(number)),
            None => Ok(self.head(conference).await?.release),
        }
    }

    /// The draft and its head. It takes a request for each MB.
    pub async fn draft(&self, conference: &Slug) -> Result<(Head, Draft), dynamo::Error> {
        for _ in 0..READ_TRIES {
            let query = Query::table(&keys::partition(conference)).prefix(keys::HEAD);
            let (mut head, mut parts) = (Head::new(conference.clone()), Vec::new());
            for item in self.conferences.query_all(query).await? {
                match item {
                    DraftItem::Head(found) => head = found,
                    DraftItem::Part(part) => parts.push(part),
                }
            }
            if head.is_empty {
                let (conference, version) = (conference.clone(), head.draft);
                return Ok((head, Draft { conference, version, sessions: Vec::new() }));
            }
            if let Some(draft) = unpack(Document::Draft(head.draft), &parts)? {
                return Ok((head, draft));
            }
        }
        Err(dynamo::Error::Busy(format!("the draft of {conference} is being replaced")))
    }

    /// Replaces the draft; answers its head. `before` is the head that was read; [`AgendaError::VersionConflict`] if
    /// the stored one is another. The speakers of an import may have been stored with the same `entry`.
    pub async fn save_draft(&self, before: &Head, draft: &Draft, entry: &AuditEntry) -> Result<Head, AgendaError> {
        let is_empty = draft.sessions.is_empty();
        let head = Head { version: before.version + 1, draft: draft.version, is_empty, ..before.clone() };
        // An empty draft leaves no more than its head, so that its conference can be deleted.
        let parts = if is_empty { Vec::new() } else { pack(&draft.conference, Document::Draft(draft.version), draft)? };
        let parts = fitting(parts)?;
        let mut transaction = Transaction::<AgendaError>::new();
        if before.is_empty && !is_empty {
            let conference = keys::conference(&draft.conference);
            transaction.arrive(&self.conferences, &conference, ConferenceError::NotFound.into());
        }
        self.put_head(&mut transaction, &head);
        for part in &parts {
            transaction.put(&self.conferences, part);
        }
        // The draft before may have had more parts.
        for part in parts.len()..MAX_PARTS {
            transaction.delete(&self.conferences, &keys::draft_part(&draft.conference, part));
        }
        transaction.put(&self.audit, entry);
        transaction.run(&self.random).await?;
        Ok(head)
    }

    /// A release, if there is one with this number. It never changes, so an eventually consistent read is right if it
    /// finds all parts. Otherwise the release may be new, and is read again.
    pub async fn release(&self, conference: &Slug, number: u64) -> Result<Option<Agenda>, dynamo::Error> {
        let parts = Query::table(&keys::partition(conference)).prefix(&keys::release_parts(number));
        let release = |parts: Vec<Part>| unpack(Document::Release(number), &parts);
        match release(self.conferences.query_all(parts.clone().eventual()).await?)? {
            Some(agenda) => Ok(Some(agenda)),
            None => release(self.conferences.query_all(parts).await?),
        }
    }

    /// A page of the summaries of all releases, newest first, perhaps as it was a second ago.
    pub async fn releases(
        &self,
        conference: &Slug,
        limit: usize,
        after: Option<Position>,
    ) -> Result<dynamo::Page<Release>, dynamo::Error> {
        let query = Query::table(&keys::partition(conference)).prefix(keys::RELEASES).backward().eventual();
        self.conferences.query(query.limit(limit).after(after)).await
    }

    /// Publishes a release together with its notices. `head` is the next head; [`AgendaError::VersionConflict`] if the
    /// stored one is not the one before.
    pub async fn publish(
        &self,
        head: &Head,
        agenda: &Agenda,
        release: &Release,
        messages: &[OutboxMessage],
        entry: &AuditEntry,
    ) -> Result<(), AgendaError> {
        let parts = fitting(pack(&agenda.conference, Document::Release(agenda.number), agenda)?)?;
        let mut transaction = Transaction::<AgendaError>::new();
        self.put_head(&mut transaction, head);
        transaction.put_if(&self.conferences, release, &Expression::absent(), AgendaError::VersionConflict);
        for part in &parts {
            transaction.put(&self.conferences, part);
        }
        for message in messages {
            transaction.put(&self.conferences, message);
        }
        transaction.put_new(&self.audit, entry);
        transaction.run(&self.random).await
    }

    fn put_head(&self, transaction: &mut Transaction<AgendaError>, head: &Head) {
        // A conference without draft and release has no head.
        let before = head.version - 1;
        let unchanged = if before == 0 { Expression::absent() } else { Expression::version(before) };
        transaction.put_if(&self.conferences, head, &unchanged, AgendaError::VersionConflict);
    }
}

/// The parts, if one transaction can write them.
fn fitting(parts: Vec<Part>) -> Result<Vec<Part>, AgendaError> {
    if parts.len() <= MAX_PARTS { Ok(parts) } else { Err(AgendaError::TooLarge) }
}
